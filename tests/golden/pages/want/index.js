// The little that the pages of the feeds do by script: copy an address, narrow a list.
"use strict";

const copy = async (url, shown) => {
	try {
		await navigator.clipboard.writeText(url);
	} catch {
		// Where there is no clipboard (plain http), what is shown is copied.
		getSelection().selectAllChildren(shown);
		document.execCommand("copy");
	}
};

for (const button of document.querySelectorAll("button[data-copy]")) {
	const label = button.textContent;
	button.hidden = false;
	button.setAttribute("aria-live", "polite");
	button.addEventListener("click", async () => {
		await copy(button.dataset.copy, button.previousElementSibling);
		button.textContent = button.dataset.done;
		setTimeout(() => {
			button.textContent = label;
		}, 2000);
	});
}

const plain = (text) => text.normalize("NFKC").toLowerCase().trim();

for (const filter of document.querySelectorAll(".filter")) {
	const field = filter.querySelector("input");
	const status = filter.querySelector("p");
	const rows = [...filter.parentElement.querySelectorAll(".names li")].map((row) => ({
		row,
		name: plain(row.querySelector("a").textContent),
	}));
	filter.hidden = false;
	field.addEventListener("input", () => {
		const wanted = plain(field.value);
		let left = 0;
		for (const { row, name } of rows) {
			row.hidden = !name.includes(wanted);
			left += !row.hidden;
		}
		status.textContent = left ? "" : status.dataset.none;
	});
}

"use strict";

for (const button of document.querySelectorAll("button")) {
	button.hidden = false;
}

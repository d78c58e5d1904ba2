#include "output/face_inside.h"

#include "output/archive.h"

/* The way back, and what it is. */
static void
write_header(struct sheet *p, const struct face_one *one)
{
	struct markup *h = &p->html;
	const struct config *config = p->face->config;

	markup_start(h, "header");
	markup_start(h, "p");
	markup_class(h, "up");
	sheet_link(p, NULL, sheet_href(p, SLICE("index.html")),
	    slice_eq(config->site.title, one->feed.name) ? sheet_word(p, WORD_ALL_FEEDS)
							 : config->site.title);
	if (one->feed.config->for_each >= 0) {
		markup_text(h, SLICE(" / "));
		sheet_link(p, NULL,
		    sheet_href(p, face_list_path(one->feed.config, 1, p->face->arena)),
		    sheet_word(p, face_kind(one->feed.config)));
	}
	markup_end(h);
	markup_element(h, "h1", one->feed.name);
	sheet_element(p, "p", "about", one->feed.about);
	sheet_facts(p, one->feed.total, one->feed.updated, one->feed.pace);
	markup_end(h);
}

static void
write_history(struct sheet *p, const struct face_one *one)
{
	struct markup *h = &p->html;

	if (one->archives == 0)
		return;
	sheet_section(p, "history", sheet_word(p, WORD_HISTORY));
	markup_element(h, "p",
	    sheet_fill(p, WORD_HISTORY_TEXT, sheet_number(p, (int64_t)one->archives),
		SLICE_NONE));
	markup_start(h, "p");
	markup_class(h, "formats");
	for (size_t i = 0; i < one->archive.n; i++) {
		if (i > 0)
			markup_text(h, SLICE(" "));
		sheet_link(p, "archive", sheet_href(p, one->archive.v[i]),
		    sheet_number(p, (int64_t)(one->archives - i)));
	}
	markup_end(h);
	sheet_section_end(p);
}

int
face_one_write(struct buf *out, const struct face_one *one, struct err *err)
{
	struct sheet p;
	struct markup *h = &p.html;

	sheet_begin(&p, &one->face, out, one->feed.name, &one->feed);
	write_header(&p, one);
	markup_start(h, "main");
	markup_attr(h, "id", SLICE("main"));
	sheet_section(&p, "subscribe", sheet_word(&p, WORD_SUBSCRIBE));
	sheet_addresses(&p, &one->feed);
	sheet_section_end(&p);
	if (one->entries) {
		sheet_section(&p, "newest", sheet_word(&p, WORD_NEWEST));
		sheet_entries(&p, one->entry, one->entries);
		sheet_section_end(&p);
	}
	sheet_picture(&p, &one->tally);
	write_history(&p, one);
	return sheet_end(&p, err);
}

int
face_one_prove(
    struct slice doc, const struct face_one *one, struct lint *lint, struct err *err)
{
	struct sheet_proof p;

	if (sheet_proof_begin(&p, &one->face, doc, one->feed.name, lint)) {
		for (size_t i = 0; i < formats_n; i++)
			if (one->feed.config->formats & formats[i].bit)
				sheet_proof_link(&p, "format",
				    sheet_proof_url(
					&p, one->feed.key, formats[i].extension),
				    slice_str(formats[i].title));
		sheet_proof_entries(&p, one->entry, one->entries);
		sheet_proof_last(&p, "entry");
	}
	return sheet_proof_end(&p, err);
}

#include "output/face_inside.h"

static const enum word kind_words[TERM_KINDS] = {
    [TERM_TAG] = WORD_TAG,
    [TERM_CATEGORY] = WORD_CATEGORY,
    [TERM_AUTHOR] = WORD_AUTHOR,
    [TERM_YEAR] = WORD_YEAR_FEEDS,
    [TERM_LANGUAGE] = WORD_LANGUAGE,
    [TERM_SOURCE] = WORD_SOURCE,
};

enum word
face_kind(const struct config_feed *config)
{
	return config->for_each < 0 ? WORD_FEEDS : kind_words[config->for_each];
}

struct slice
face_list_path(const struct config_feed *config, size_t part, struct arena *arena)
{
	struct slice path = config_list_path(config, arena);

	if (part > 1)
		path = arena_printf(arena, "%.*s.%zu", SLICE_ARG(path), part);
	return arena_printf(arena, "%.*s." FACE_EXTENSION, SLICE_ARG(path));
}

static void
write_header(struct sheet *p, const struct face_list *list)
{
	struct markup *h = &p->html;

	markup_start(h, "header");
	markup_start(h, "p");
	markup_class(h, "up");
	sheet_link(
	    p, NULL, sheet_href(p, SLICE("index.html")), p->face->config->site.title);
	markup_end(h);
	markup_element(h, "h1", sheet_word(p, face_kind(list->config)));
	if (list->parts > 1)
		sheet_element(p, "p", "facts",
		    sheet_fill(p, WORD_PART, sheet_number(p, (int64_t)list->part),
			sheet_number(p, (int64_t)list->parts)));
	markup_end(h);
}

static void
write_parts(struct sheet *p, const struct face_list *list)
{
	struct markup *h = &p->html;

	if (list->parts < 2)
		return;
	markup_start(h, "nav");
	markup_class(h, "formats");
	markup_attr(h, "aria-label", sheet_word(p, WORD_PARTS));
	for (size_t i = 1; i <= list->parts; i++)
		sheet_link(p, "part",
		    sheet_href(p, face_list_path(list->config, i, p->face->arena)),
		    sheet_number(p, (int64_t)i));
	markup_end(h);
}

int
face_list_write(struct buf *out, const struct face_list *list, struct err *err)
{
	struct sheet p;

	sheet_begin(&p, &list->face, out,
	    word(list->face.language, face_kind(list->config)), NULL);
	write_header(&p, list);
	markup_start(&p.html, "main");
	markup_attr(&p.html, "id", SLICE("main"));
	markup_class(&p.html, "wide");
	sheet_filter(&p, "filter");
	sheet_names(&p, list->feed, list->feeds, false);
	write_parts(&p, list);
	return sheet_end(&p, err);
}

int
face_list_prove(
    struct slice doc, const struct face_list *list, struct lint *lint, struct err *err)
{
	struct sheet_proof p;

	if (sheet_proof_begin(&p, &list->face, doc,
		word(list->face.language, face_kind(list->config)), lint)) {
		sheet_proof_feeds(&p, list->feed, list->feeds);
		sheet_proof_last(&p, "feed");
	}
	return sheet_proof_end(&p, err);
}

#include "output/markup.h"

#include "output/xml.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Elements with something more to them, by name; the others stand within a line. */
static const struct kind {
	const char *name;
	bool is_void; /* has no end tag */
	bool opens;   /* its content begins on a new line */
} kinds[] = {
    {"article", false, true},
    {"body", false, true},
    {"br", true, false},
    {"caption", false, false},
    {"dd", false, false},
    {"details", false, true},
    {"div", false, true},
    {"dl", false, true},
    {"dt", false, false},
    {"figcaption", false, false},
    {"figure", false, true},
    {"footer", false, true},
    {"h1", false, false},
    {"h2", false, false},
    {"h3", false, false},
    {"head", false, true},
    {"header", false, true},
    {"html", false, true},
    {"input", true, false},
    {"li", false, false},
    {"link", true, false},
    {"main", false, true},
    {"meta", true, false},
    {"nav", false, true},
    {"ol", false, true},
    {"p", false, false},
    {"script", false, false},
    {"section", false, true},
    {"summary", false, false},
    {"svg", false, true},
    {"table", false, true},
    {"tbody", false, true},
    {"thead", false, true},
    {"title", false, false},
    {"tr", false, false},
    {"ul", false, true},
};

static int
by_name(const void *name, const void *kind)
{
	return strcmp(name, ((const struct kind *)kind)->name);
}

static const struct kind *
kind_of(const char *name)
{
	return bsearch(name, kinds, sizeof kinds / sizeof *kinds, sizeof *kinds, by_name);
}

void
markup_begin(struct markup *h, struct buf *out)
{
	*h = (struct markup){.out = out};
	buf_str(out, "<!DOCTYPE html>\n");
}

static void
end_tag(struct markup *h)
{
	const struct kind *kind;

	if (!h->in_tag)
		return;
	h->in_tag = false;
	kind = kind_of(h->open[h->depth - 1]);
	buf_str(h->out, kind && kind->opens ? ">\n" : ">");
}

void
markup_start(struct markup *h, const char *name)
{
	assert(h->depth < MARKUP_DEPTH);
	end_tag(h);
	buf_printf(h->out, "<%s", name);
	h->open[h->depth++] = name;
	h->in_tag = true;
}

void
markup_end(struct markup *h)
{
	const char *name = h->open[h->depth - 1];
	const struct kind *kind = kind_of(name);

	if (kind && kind->is_void) {
		h->in_tag = false;
		buf_str(h->out, "/>");
	} else {
		end_tag(h);
		buf_printf(h->out, "</%s>", name);
	}
	if (kind)
		buf_char(h->out, '\n');
	h->depth--;
}

void
markup_attr(struct markup *h, const char *name, struct slice value)
{
	assert(h->in_tag);
	buf_printf(h->out, " %s=\"", name);
	if (value.n)
		xml_escape_attr(h->out, value);
	buf_char(h->out, '"');
}

void
markup_class(struct markup *h, const char *names)
{
	markup_attr(h, "class", slice_str(names));
}

void
markup_flag(struct markup *h, const char *name)
{
	markup_attr(h, name, SLICE_NONE);
}

void
markup_text(struct markup *h, struct slice text)
{
	end_tag(h);
	xml_escape_text(h->out, text);
}

void
markup_element(struct markup *h, const char *name, struct slice text)
{
	if (text.n == 0)
		return;
	markup_start(h, name);
	markup_text(h, text);
	markup_end(h);
}

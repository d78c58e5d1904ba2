/*
 * markup: writing pages, and reading them back.
 *
 * HTML that is XML too (W3C's polyglot markup): every element is ended, every value is
 * quoted, and only &amp; &lt; &gt; &quot; are named. So a parser of XML proves that a page
 * is well-formed, and what it says. All text is escaped on its way in. There is no way to
 * write a style or a script into a page, and reading one refuses it: pages hold under a
 * Content-Security-Policy that allows neither.
 */
#ifndef OUTPUT_MARKUP_H
#define OUTPUT_MARKUP_H

#include "base/arena.h"
#include "base/buf.h"
#include "output/lint.h"

enum { MARKUP_DEPTH = 32 };

struct markup {
	struct buf *out;
	const char *open[MARKUP_DEPTH]; /* elements, outermost first */
	size_t depth;
	bool in_tag;
};

/* Writes the document type. `out` must outlive the writer. */
void markup_begin(struct markup *markup, struct buf *out);

void markup_start(struct markup *markup, const char *name);
void markup_end(struct markup *markup);
/* To the element just started. */
void markup_attr(struct markup *markup, const char *name, struct slice value);
void markup_class(struct markup *markup, const char *names);
/* hidden and the like: true by being there. */
void markup_flag(struct markup *markup, const char *name);
void markup_text(struct markup *markup, struct slice text);
/* <name>text</name>, without what has no text. */
void markup_element(struct markup *markup, const char *name, struct slice text);

/*
 * A page read back: well-formed to the byte, of elements and attributes that pages have,
 * with addresses that lead to the web or stay in the folder. NULL with findings, else freed
 * by xmlFreeDoc.
 */
xmlDoc *markup_read(struct lint *lint, struct slice doc);

/* The next element below `top` in the order of the document; from NULL on. */
const xmlNode *markup_next(const xmlNode *top, const xmlNode *node);
bool markup_is(const xmlNode *node, const char *name);
/* None where there is no such attribute, or it is empty. */
struct slice markup_value(const xmlNode *node, const char *name);
/* All the text in an element, in the arena. */
struct slice markup_content(struct arena *arena, const xmlNode *node);

#endif

/*
 * html: what an article's HTML becomes before strangers may render it.
 *
 * Source is anything: pages scraped from a hundred sites, Markdown's output,
 * fragments of 1998. Result is a fragment of conforming HTML5 (FEED rules:
 * no block in <p>, no stray table rows, nothing obsolete, every `&` escaped,
 * no comments, nothing that runs) with absolute URLs only, and a fixed
 * point: cleaning the result again, under the same limits, gives the same
 * bytes. Headings are numbered anew, from 1 and without gaps, since an entry
 * is a document of its own.
 *
 * One policy table (html_policy.c) says for every element what becomes of it
 * (kept, unwrapped, dropped with its content, renamed) and which attributes
 * it may bear, with the check for each value.
 */
#ifndef INPUT_HTML_H
#define INPUT_HTML_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/diag.h"

struct html_context {
	struct slice page; /* the article's own permalink: "#x" is made PAGE#x */
	struct slice base; /* what other references are relative to: the page it
	                      was taken from, else the same as page */
	size_t max_nodes, max_depth; /* beyond: ERR_LIMIT; the caller's DIAG_BAD */
	int line;                    /* of the fragment's start, for diags */
};

struct html;

/* Parse and clean. -1 only with ERR_LIMIT (nodes, depth, attributes). Any
 * number of threads may; xmlInitParser() was called before. What was dropped
 * that a reader may miss (an iframe, a form) is a DIAG_NOTE, once a kind. */
int html_open(struct html **html, struct slice fragment,
    const struct html_context *context, struct diags *diags, struct err *err);
void html_close(struct html *html); /* NULL is allowed */

/* The clean fragment. Nothing for an article without content. */
void html_write(const struct html *html, struct buf *out);
/* Plain text of the first `max` characters or more, to the end of a block:
 * one line per block, inner white space squeezed. No text of tables' markup,
 * alt texts, or <pre> indentation beyond that. */
void html_text(const struct html *html, size_t max, struct buf *out);

#endif

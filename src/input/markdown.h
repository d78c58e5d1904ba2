/*
 * markdown: Markdown into (not yet clean) HTML.
 */
#ifndef INPUT_MARKDOWN_H
#define INPUT_MARKDOWN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

/*
 * By md4c with GitHub's extensions (tables, task lists, strikethrough,
 * autolinks) and raw HTML, after kramdown_plain. Entities stay as written.
 * ERR_LIMIT when `out` is full, and for a text that md4c would take too long
 * over (it is quadratic in the links of one paragraph: tens of thousands; and
 * in the cells of one table: ten millions).
 */
int markdown_html(
    struct buf *out, struct slice text, struct arena *arena, struct err *err);

/* What stands before <!--more-->, or none when there is no such mark
 * (outside of code). Jekyll's excerpt. */
struct slice markdown_excerpt(struct slice text);

/* Does a .txt file's body look like Markdown (headings, links, lists,
 * fences, emphasis)? Plain Chinese text with U+3000 indents does not. */
bool markdown_looks_like(struct slice text);

#endif

/*
 * html_source: an article's bytes, as the parser can be given them.
 *
 * libxml2 2.9 takes "<![if !vml]>" for text and "<!-->" for the start of a
 * comment without end, and its time grows with the square of a tag's
 * attributes. Here all markup but elements is taken out, by the rules of
 * HTML's tokenizer (section 13.2.5), before it can see it.
 */
#ifndef INPUT_HTML_SOURCE_H
#define INPUT_HTML_SOURCE_H

#include "base/buf.h"
#include "base/err.h"

/*
 * Append `fragment` to `out`, behind <body>: XML characters only, lines that
 * end in LF, without comments, declarations and processing instructions.
 * ERR_LIMIT: a tag with thousands of attributes, or `out` is full.
 */
int html_source(struct buf *out, struct slice fragment, struct err *err);

#endif

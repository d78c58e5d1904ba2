/*
 * html_write: a tree into bytes, as the HTML fragment serialisation algorithm
 * has it (HTML section 13.3), and into plain text.
 */
#ifndef INPUT_HTML_WRITE_H
#define INPUT_HTML_WRITE_H

#include "base/buf.h"
#include "input/html_tree.h"

/* What is in `root`, without `root` itself. */
void html_write_node(const struct html_node *root, struct buf *out);

/* See html_text. */
void html_write_text(const struct html_node *root, size_t max, struct buf *out);

#endif

/*
 * html_read: what libxml2 reads, grown into an html_tree by the policy.
 */
#ifndef INPUT_HTML_READ_H
#define INPUT_HTML_READ_H

#include "input/html.h"
#include "input/html_tree.h"

enum html_over {
	HTML_WITHIN, /* the limits */
	HTML_NODES,
	HTML_LEVELS,
};

/*
 * Read `text`, which begins with <body>, into an empty tree. When a limit of
 * the context is passed the rest is not read.
 */
enum html_over html_read(struct html_tree *tree, struct slice text,
    const struct html_context *context, struct diags *diags);

#endif

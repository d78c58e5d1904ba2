/*
 * html_fit: the last repairs of a grown tree, those that need to see an
 * element whole: tables whose rows are equally long, lists of terms in
 * their order, captions in their place, headings that skip no level.
 */
#ifndef INPUT_HTML_FIT_H
#define INPUT_HTML_FIT_H

#include "input/html_tree.h"

/* Returns the depth of the tree (0: nothing in it). */
size_t html_fit(struct html_tree *tree);

#endif

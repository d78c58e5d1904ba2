/*
 * front_tree: the YAML of front matter as a tree of small nodes.
 *
 * Here stand the ceilings that front.h promises. Tags and anchors are ignored;
 * an alias is refused, and with it all that makes a small file large.
 */
#ifndef INPUT_FRONT_TREE_H
#define INPUT_FRONT_TREE_H

#include "base/arena.h"
#include "model/diag.h"

enum front_kind { FRONT_SCALAR, FRONT_LIST, FRONT_MAP };

struct front_node {
	enum front_kind kind;
	struct slice text;        /* of a scalar, as written, XML characters only */
	bool plain;               /* a scalar without quotes: may be null */
	int line;                 /* in the file */
	struct front_node *first; /* of a list; of a map: key, value, key, ... */
	struct front_node *next;
};

/* *root is NULL when there is nothing in it. -1: a DIAG_BAD says why. */
int front_tree(struct front_node **root, struct slice yaml, struct arena *arena,
    struct diags *diags);

/* No value at all: null, ~, nothing but white space, an empty list or map. */
bool front_absent(const struct front_node *node);

#endif

/*
 * html_tree: a tree of clean HTML, grown from events in any order.
 *
 * The caller says what the source opens, holds and closes. Each piece of
 * content is put where the content model lets it stand: a block inside a
 * paragraph ends that paragraph, an inline element around blocks is repeated
 * inside each of them, a stray list item gets its list, and what stands in
 * a list or table but in no item or cell joins the last one. An element comes
 * into being with its first content, so there are no empty ones but cells.
 */
#ifndef INPUT_HTML_TREE_H
#define INPUT_HTML_TREE_H

#include "base/arena.h"
#include "input/html_policy.h"

struct html_attr {
	struct html_attr *next;
	enum html_attr_name name;
	struct slice value;
};

struct html_node {
	struct html_node *parent, *first, *last, *prev, *next;
	struct html_attr *attr;
	struct slice text; /* of TAG_TEXT */
	enum html_tag tag;
	unsigned children;
};

/* An element of the source that is open. */
struct html_frame {
	enum html_tag tag; /* what it becomes; TAG_NONE leaves no trace */
	size_t box; /* frame of the block that content goes to: itself or one below */
	size_t up;  /* of a block: frame of its parent */
	struct html_attr *attr;
	struct html_node *node; /* where it stands now; NULL: not (or no longer) */
	bool swallowed;         /* a block that melted into the one around it */
};

struct html_tree {
	struct arena *arena;
	struct html_node *root;
	struct html_frame *frame; /* [0] is the root */
	size_t frames;
	size_t *chain; /* frames of the inline elements around the next text */
	size_t chains;
	size_t nodes;           /* made so far */
	struct html_node *leaf; /* the last text, image, ... that was added */
	bool broken;            /* a swallowed block began or ended since */
};

void html_tree_init(struct html_tree *tree, struct arena *arena);

/* `attr` is a list that may stand on `tag`. TAG_NONE: a frame that only keeps count. */
void html_tree_enter(struct html_tree *tree, enum html_tag tag, struct html_attr *attr);
void html_tree_leave(struct html_tree *tree);

/* Text in the arena, never empty. */
void html_tree_text(struct html_tree *tree, struct slice text);
/* A node of ROLE_LEAF, made with html_node_new. */
void html_tree_leaf(struct html_tree *tree, struct html_node *node);

struct html_node *html_node_new(struct html_tree *tree, enum html_tag tag);
void html_node_append(struct html_node *parent, struct html_node *node);
/* Put the children of `node` in its place. */
void html_node_unwrap(struct html_node *node);

/* The value or NULL. */
const struct slice *html_attr_find(
    const struct html_attr *list, enum html_attr_name name);
/* Set in a list, at its place; with no value (p == NULL) remove. */
void html_attr_set(struct html_attr **list, struct arena *arena, enum html_attr_name name,
    struct slice value);

/* Nothing but white space as HTML has it? */
bool html_is_blank(struct slice text);
bool html_node_is_blank(const struct html_node *node);

/*
 * A walk in the order of the document that also comes by when it leaves:
 *
 *     for (struct html_step at = {root, true}; at.node; html_step(&at, root))
 *             if (at.enters) ... else ...
 *
 * `depth` counts from 0 at the root. When it leaves, the node may be changed,
 * its children unwrapped.
 */
struct html_step {
	struct html_node *node;
	bool enters;
	size_t depth;
};

void html_step(struct html_step *at, const struct html_node *root);

#endif

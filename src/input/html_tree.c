#include "input/html_tree.h"

#include <string.h>

/* The widest table whose cells can still be told apart (colspan's maximum). */
enum { CELLS_MAX = 1000 };

bool
html_is_blank(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && s.p[i] != '\n' && s.p[i] != '\t')
			return false;
	return true;
}

bool
html_node_is_blank(const struct html_node *node)
{
	return node->tag == TAG_TEXT && html_is_blank(node->text);
}

struct html_node *
html_node_new(struct html_tree *t, enum html_tag tag)
{
	struct html_node *node = ARENA_NEW(t->arena, struct html_node);

	node->tag = tag;
	t->nodes++;
	return node;
}

void
html_node_append(struct html_node *parent, struct html_node *node)
{
	node->parent = parent;
	node->prev = parent->last;
	if (parent->last)
		parent->last->next = node;
	else
		parent->first = node;
	parent->last = node;
	parent->children++;
}

void
html_node_unwrap(struct html_node *node)
{
	struct html_node *parent = node->parent;
	struct html_node *first = node->first ? node->first : node->next;
	struct html_node *last = node->last ? node->last : node->prev;

	for (struct html_node *n = node->first; n; n = n->next)
		n->parent = parent;
	if (node->first) {
		node->first->prev = node->prev;
		node->last->next = node->next;
	}
	if (node->prev)
		node->prev->next = first;
	else
		parent->first = first;
	if (node->next)
		node->next->prev = last;
	else
		parent->last = last;
	parent->children += node->children - 1;
}

const struct slice *
html_attr_find(const struct html_attr *list, enum html_attr_name name)
{
	for (; list; list = list->next)
		if (list->name == name)
			return &list->value;
	return NULL;
}

void
html_attr_set(struct html_attr **list, struct arena *arena, enum html_attr_name name,
    struct slice value)
{
	struct html_attr *next;

	while (*list && (*list)->name < name)
		list = &(*list)->next;
	next = *list;
	if (next && next->name == name)
		next = next->next;
	*list = next;
	if (value.p) {
		*list = ARENA_NEW(arena, struct html_attr);
		**list = (struct html_attr){next, name, value};
	}
}

void
html_step(struct html_step *at, const struct html_node *root)
{
	struct html_node *n = at->node;

	if (at->enters && n->first) {
		at->node = n->first;
		at->depth++;
	} else if (at->enters) {
		at->enters = false;
	} else if (n == root) {
		at->node = NULL;
	} else if (n->next) {
		at->node = n->next;
		at->enters = true;
	} else {
		at->node = n->parent;
		at->depth--;
	}
}

void
html_tree_init(struct html_tree *t, struct arena *arena)
{
	*t = (struct html_tree){.arena = arena};
	t->root = html_node_new(t, TAG_ROOT);
	t->frame = arena_grow(arena, NULL, 0, sizeof *t->frame);
	t->frame[0] = (struct html_frame){.tag = TAG_ROOT, .node = t->root};
	t->frames = 1;
	t->chain = arena_grow(arena, NULL, 0, sizeof *t->chain);
}

static bool
holds(const struct html_node *parent, enum html_tag child)
{
	return html_tag_in(child, html_rule(parent->tag)->holds);
}

static struct html_node *
last_but_blank(const struct html_node *parent)
{
	struct html_node *last = parent->last;

	return last && html_node_is_blank(last) ? last->prev : last;
}

/* What takes in a `child` that `parent` does not hold. */
static enum html_tag
wrap_of(const struct html_node *parent, enum html_tag child)
{
	enum html_tag wrap = html_rule(parent->tag)->wrap;

	if (wrap != TAG_NONE)
		return wrap;
	return child == TAG_LI ? TAG_UL : TAG_DL;
}

/* May stray content join `last`, where else a new `wrap` would be made? */
static bool
joins(const struct html_node *last, enum html_tag wrap)
{
	if (!last)
		return false;
	if (last->tag == TAG_TR && last->children >= CELLS_MAX)
		return false;
	return last->tag == wrap || (wrap == TAG_UL && last->tag == TAG_OL);
}

/* Where in `parent` a `child` may be appended. */
static struct html_node *
slot(struct html_tree *t, struct html_node *parent, enum html_tag child)
{
	while (!holds(parent, child)) {
		enum html_tag wrap = wrap_of(parent, child);
		struct html_node *last = last_but_blank(parent);

		if (!joins(last, wrap)) {
			last = html_node_new(t, wrap);
			html_node_append(parent, last);
		}
		parent = last;
	}
	return parent;
}

/*
 * What of the list may stand on `tag`: the source's element may have become
 * another. A copy, since an element that was split has several nodes.
 */
static struct html_attr *
attrs_for(struct html_tree *t, enum html_tag tag, const struct html_attr *list)
{
	struct html_attr *copy = NULL;

	for (; list; list = list->next)
		if (html_rule(tag)->attrs & ATTR_BIT(list->name))
			html_attr_set(&copy, t->arena, list->name, list->value);
	return copy;
}

/* The node of a block that is open in the source. */
static struct html_node *
materialise(struct html_tree *t, size_t i)
{
	struct html_frame *f = &t->frame[i];

	if (!f->node) {
		struct html_node *parent = slot(t, materialise(t, f->up), f->tag);

		f->node = html_node_new(t, f->tag);
		f->node->attr = attrs_for(t, f->tag, f->attr);
		html_node_append(parent, f->node);
	}
	return f->node;
}

/* Blocks above frame `up` have ended: more content of theirs starts anew. */
static void
detach(struct html_tree *t, size_t up)
{
	for (size_t i = up + 1; i < t->frames; i++) {
		struct html_frame *f = &t->frame[i];

		f->node = NULL;
		if (html_rule(f->tag)->again)
			f->tag = html_rule(f->tag)->again;
	}
}

static bool
is_within(const struct html_tree *t, enum html_tag tag)
{
	for (size_t i = t->frame[t->frames - 1].box; i; i = t->frame[i].up)
		if (t->frame[i].tag == tag)
			return true;
	return false;
}

/* Is there still room for a part of this kind in what would be its parent? */
static bool
has_room(const struct html_tree *t, size_t up, enum html_tag part)
{
	const struct html_node *parent = t->frame[up].node;

	if (!parent)
		return true;
	switch (part) {
	case TAG_CAPTION:
	case TAG_SUMMARY:
	case TAG_THEAD:
		return last_but_blank(parent) == NULL ||
		       (part == TAG_THEAD && last_but_blank(parent)->tag == TAG_CAPTION);
	case TAG_TD:
	case TAG_TH:
		return parent->tag != TAG_TR || parent->children < CELLS_MAX;
	default:
		return true;
	}
}

/* The parent of a list item, cell, ...: false when the source has none. */
static bool
find_parent(const struct html_tree *t, enum html_tag tag, size_t *up)
{
	const struct html_rule *rule = html_rule(tag);
	size_t i = t->frame[t->frames - 1].box;

	while (!html_tag_in(t->frame[i].tag, rule->parents)) {
		if (i == 0 || !html_tag_in(t->frame[i].tag, rule->leaves))
			return false;
		i = t->frame[i].up;
	}
	*up = i;
	return true;
}

/*
 * Decide what a block becomes and which frame is its parent: `tag` itself or
 * what else it must be here; TAG_NONE when the block around swallows it.
 */
static enum html_tag
settle(const struct html_tree *t, enum html_tag tag, size_t *up)
{
	const struct html_rule *rule = html_rule(tag);
	size_t i = t->frame[t->frames - 1].box;

	if (rule->parents) {
		bool found = find_parent(t, tag, up);

		if (found && has_room(t, *up, tag))
			return tag;
		tag = found && rule->again ? rule->again : rule->lost;
		if (tag == TAG_TBODY)
			return tag;
	}
	if (html_tag_in(tag, TAG_HEADINGS) && is_within(t, TAG_TH))
		tag = TAG_P;
	if (html_tag_in(tag, html_rule(t->frame[i].tag)->swallows))
		return TAG_NONE;
	while (html_rule(t->frame[i].tag)->role == ROLE_TEXT)
		i = t->frame[i].up;
	*up = i;
	return tag;
}

static void
push(struct html_tree *t, struct html_frame frame)
{
	t->frame = arena_grow(t->arena, t->frame, t->frames, sizeof *t->frame);
	t->chain = arena_grow(t->arena, t->chain, t->frames, sizeof *t->chain);
	t->frame[t->frames++] = frame;
}

static void
enter_block(struct html_tree *t, enum html_tag tag, struct html_attr *attr)
{
	struct html_frame f = {.attr = attr};

	f.tag = settle(t, tag, &f.up);
	if (f.tag == TAG_NONE) {
		f.box = t->frame[t->frames - 1].box;
		f.swallowed = t->broken = true;
		push(t, f);
		return;
	}
	detach(t, f.up);
	t->broken = false;
	f.box = t->frames;
	push(t, f);
	if (f.tag == TAG_TD || f.tag == TAG_TH)
		materialise(t, f.box);
}

static void
enter_rule(struct html_tree *t)
{
	struct html_node *hr = html_node_new(t, TAG_HR);
	size_t up;

	settle(t, TAG_HR, &up);
	detach(t, up);
	t->broken = false;
	html_node_append(slot(t, materialise(t, up), TAG_HR), hr);
	t->leaf = hr;
}

void
html_tree_enter(struct html_tree *t, enum html_tag tag, struct html_attr *attr)
{
	struct html_frame inert = {.box = t->frame[t->frames - 1].box};

	switch (html_rule(tag)->role) {
	case ROLE_INLINE:
		inert.tag = tag;
		inert.attr = attr;
		break;
	case ROLE_LEAF:
		html_tree_leaf(t, html_node_new(t, tag));
		break;
	case ROLE_RULE:
		enter_rule(t);
		break;
	default:
		enter_block(t, tag, attr);
		return;
	}
	push(t, inert);
}

void
html_tree_leave(struct html_tree *t)
{
	const struct html_frame *top = &t->frame[--t->frames];

	if (top->swallowed)
		t->broken = true;
	else if (top->box == t->frames)
		t->broken = false;
}

static size_t
chain_index(const struct html_tree *t, enum html_tag tag)
{
	size_t k = 0;

	while (k < t->chains && t->frame[t->chain[k]].tag != tag)
		k++;
	return k;
}

static void
chain_remove(struct html_tree *t, size_t k)
{
	if (k == t->chains)
		return;
	t->chains--;
	memmove(t->chain + k, t->chain + k + 1, (t->chains - k) * sizeof *t->chain);
}

/*
 * The inline elements that stand around a leaf, outermost first: all that
 * are open, but that the inner of two links counts, that the text above a
 * ruby's base belongs to the ruby alone, and that most mean nothing more inside themselves.
 */
static void
chain_make(struct html_tree *t, bool links)
{
	uint64_t has = 0;

	t->chains = 0;
	for (size_t i = 1; i < t->frames; i++) {
		enum html_tag tag = t->frame[i].tag;

		if (tag == TAG_NONE || html_rule(tag)->role != ROLE_INLINE)
			continue;
		if (tag == TAG_A) {
			if (!links)
				continue;
			chain_remove(t, chain_index(t, TAG_A));
		} else if (tag == TAG_RT || tag == TAG_RP) {
			if (!html_tag_in(TAG_RUBY, has))
				continue;
			t->chains = chain_index(t, TAG_RUBY) + 1;
			has = 0;
			for (size_t k = 0; k < t->chains; k++)
				has |= TAG_BIT(t->frame[t->chain[k]].tag);
		} else if (!html_rule(tag)->nests && html_tag_in(tag, has)) {
			continue;
		}
		has |= TAG_BIT(tag);
		t->chain[t->chains++] = i;
	}
}

/* Down the chain as far as its elements are still open at the end of `parent`. */
static struct html_node *
chain_follow(const struct html_tree *t, struct html_node *parent, size_t *k)
{
	for (*k = 0; *k < t->chains; ++*k) {
		struct html_node *node = t->frame[t->chain[*k]].node;

		if (!node || parent->last != node)
			break;
		parent = node;
	}
	return parent;
}

static struct html_node *
chain_open(struct html_tree *t, struct html_node *parent)
{
	size_t k;

	for (parent = chain_follow(t, parent, &k); k < t->chains; k++) {
		struct html_frame *f = &t->frame[t->chain[k]];

		f->node = html_node_new(t, f->tag);
		f->node->attr = f->attr;
		html_node_append(parent, f->node);
		parent = f->node;
	}
	return parent;
}

static void
append_text(struct html_tree *t, struct html_node *parent, struct slice text)
{
	struct html_node *node = html_node_new(t, TAG_TEXT);

	node->text = text;
	html_node_append(parent, node);
}

static bool
ends_line(const struct html_node *node)
{
	while (node->last)
		node = node->last;
	return node->tag == TAG_BR ||
	       (node->tag == TAG_TEXT && node->text.p[node->text.n - 1] == '\n');
}

/* Where a block melted into `box`, its text stays on a line of its own. */
static void
break_line(struct html_tree *t, struct html_node *box)
{
	if (!t->broken)
		return;
	t->broken = false;
	if (!box->last || ends_line(box))
		return;
	if (box->tag == TAG_PRE)
		append_text(t, box, SLICE("\n"));
	else
		html_node_append(box, html_node_new(t, TAG_BR));
}

static struct html_node *
open_box(struct html_tree *t, enum html_tag leaf)
{
	struct html_node *box = materialise(t, t->frame[t->frames - 1].box);

	box = slot(t, box, leaf);
	break_line(t, box);
	return box;
}

/* What may stand inside an <a>: nothing that is itself worked with the mouse. */
static bool
may_be_link(enum html_tag leaf)
{
	return leaf != TAG_AUDIO && leaf != TAG_VIDEO;
}

void
html_tree_leaf(struct html_tree *t, struct html_node *node)
{
	struct html_node *box = open_box(t, node->tag);

	chain_make(t, may_be_link(node->tag));
	html_node_append(chain_open(t, box), node);
	t->leaf = node;
}

/*
 * White space is kept as it is behind text, and as one line feed between
 * blocks; where a block starts it means nothing. It opens no element.
 */
static void
add_blank(struct html_tree *t, struct slice text)
{
	struct html_node *box = t->frame[t->frame[t->frames - 1].box].node;
	size_t k;

	if (!box || !box->last || t->broken || html_node_is_blank(box->last))
		return;
	if (html_rule(box->tag)->role == ROLE_PARTS ||
	    html_rule(box->last->tag)->role >= ROLE_RULE) {
		append_text(t, box, SLICE("\n"));
		return;
	}
	chain_make(t, true);
	append_text(t, chain_follow(t, box, &k), text);
}

void
html_tree_text(struct html_tree *t, struct slice text)
{
	const struct html_frame *box = &t->frame[t->frame[t->frames - 1].box];
	struct html_node *node;

	if (box->tag != TAG_PRE && html_is_blank(text)) {
		add_blank(t, text);
		return;
	}
	if (box->tag == TAG_PRE && !box->node) {
		/* A parser takes off the line feed right behind <pre>. */
		text = slice_skip(text, "\n");
		if (text.n == 0)
			return;
	}
	node = html_node_new(t, TAG_TEXT);
	node->text = text;
	html_tree_leaf(t, node);
}

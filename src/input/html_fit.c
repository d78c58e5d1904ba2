#include "input/html_fit.h"

#include "base/buf.h"
#include "base/map.h"
#include "input/html_table.h"

#include <stdint.h>

static struct html_node *
skip_blank(struct html_node *node)
{
	while (node && html_node_is_blank(node))
		node = node->next;
	return node;
}

static void
rename_children(struct html_node *node, enum html_tag from, enum html_tag to)
{
	for (struct html_node *c = node->first; c; c = c->next)
		if (c->tag == from)
			c->tag = to;
}

static struct slice
name_of(struct arena *arena, struct html_node *term)
{
	struct buf name;
	struct slice copy;

	buf_init(&name, SIZE_MAX / 2);
	for (struct html_step at = {term, true, 0}; at.node; html_step(&at, term))
		if (at.enters && at.node->tag == TAG_TEXT)
			buf_slice(&name, at.node->text);
	copy = arena_copy(arena, slice_trim(buf_view(&name)));
	buf_fini(&name);
	return copy;
}

/* Does the list explain a term twice, as the turns of an interview do? */
static bool
repeats_term(struct arena *arena, struct html_node *dl)
{
	struct map names;
	bool repeats = false;

	map_init(&names);
	for (struct html_node *c = dl->first; c && !repeats; c = c->next) {
		struct slice name;

		if (c->tag != TAG_DT)
			continue;
		name = name_of(arena, c);
		if (name.n == 0)
			continue;
		repeats = map_get(&names, name) != NULL;
		map_put(&names, name, c);
	}
	map_fini(&names);
	return repeats;
}

/*
 * Terms, then what is said of them, again and again, no term twice. A list
 * that is otherwise was written for its looks.
 */
static void
fit_terms(struct html_tree *tree, struct html_node *dl)
{
	const struct html_node *last = NULL;

	if (skip_blank(dl->first)->tag == TAG_DD || repeats_term(tree->arena, dl)) {
		dl->tag = TAG_DIV;
		rename_children(dl, TAG_DT, TAG_P);
		rename_children(dl, TAG_DD, TAG_DIV);
		return;
	}
	for (const struct html_node *c = dl->first; c; c = c->next)
		if (c->tag != TAG_TEXT)
			last = c;
	if (last->tag == TAG_DT)
		html_node_append(dl, html_node_new(tree, TAG_DD));
}

static void
fit_details(struct html_node *details, struct arena *arena)
{
	if (skip_blank(details->first)->tag == TAG_SUMMARY)
		return;
	details->tag = TAG_DIV;
	html_attr_set(&details->attr, arena, ATTR_OPEN, SLICE_NONE);
}

/* One caption, at the start or the end. */
static void
fit_figure(struct html_node *figure)
{
	struct html_node *caption = NULL;

	for (struct html_node *c = figure->first; c; c = c->next) {
		if (c->tag != TAG_FIGCAPTION)
			continue;
		if (!caption && (c == skip_blank(figure->first) || !skip_blank(c->next)))
			caption = c;
		else
			c->tag = TAG_DIV;
	}
}

static bool
is_plain_text(const struct html_node *node)
{
	for (const struct html_node *c = node->first; c; c = c->next)
		if (c->tag != TAG_TEXT)
			return false;
	return true;
}

/*
 * Base, then its reading: (text (rt+ | rp rt+ rp))+. Nothing behind the last.
 */
static bool
ruby_is_whole(const struct html_node *ruby)
{
	enum { BASE, READ, OPENED, INSIDE } state = BASE;

	for (const struct html_node *c = ruby->first; c; c = c->next) {
		if (html_node_is_blank(c))
			continue;
		if (c->tag == TAG_RP && !is_plain_text(c))
			return false;
		if (c->tag == TAG_RT)
			state = state == OPENED || state == INSIDE ? INSIDE : READ;
		else if (c->tag == TAG_RP && state == INSIDE)
			state = READ;
		else if (c->tag == TAG_RP && state != OPENED)
			state = OPENED;
		else if (state == BASE || state == READ)
			state = BASE;
		else
			return false;
	}
	return state == READ;
}

static void
fit_ruby(struct html_node *ruby)
{
	if (ruby_is_whole(ruby))
		return;
	for (struct html_node *c = ruby->first, *next; c; c = next) {
		next = c->next;
		if (c->tag == TAG_RT || c->tag == TAG_RP)
			html_node_unwrap(c);
	}
	html_node_unwrap(ruby);
}

/* Headings that are open at this place of the document, outermost first. */
struct outline {
	enum html_tag source[6];
	int n;
};

static bool
says_something(struct html_node *heading)
{
	for (struct html_step at = {heading, true, 0}; at.node; html_step(&at, heading)) {
		const struct slice *alt = html_attr_find(at.node->attr, ATTR_ALT);

		if (at.node->tag == TAG_TEXT && !html_node_is_blank(at.node))
			return true;
		if (alt && alt->n)
			return true;
	}
	return false;
}

/* A level below the nearest heading that stands above this one, however deep
 * the source said: no level is skipped, and the first is 1. */
static void
fit_heading(struct outline *outline, struct html_node *heading)
{
	if (!says_something(heading)) {
		heading->tag = TAG_P;
		return;
	}
	while (outline->n && outline->source[outline->n - 1] >= heading->tag)
		outline->n--;
	outline->source[outline->n] = heading->tag;
	heading->tag = TAG_H1 + (unsigned)outline->n++;
}

static void
fit_node(struct html_tree *tree, struct outline *outline, struct html_node *node)
{
	switch (node->tag) {
	case TAG_TABLE:
		html_table_fit(node, tree->arena);
		break;
	case TAG_DL:
		fit_terms(tree, node);
		break;
	case TAG_DETAILS:
		fit_details(node, tree->arena);
		break;
	case TAG_FIGURE:
		fit_figure(node);
		break;
	case TAG_RUBY:
		fit_ruby(node);
		break;
	default:
		if (html_tag_in(node->tag, TAG_HEADINGS))
			fit_heading(outline, node);
	}
}

size_t
html_fit(struct html_tree *tree)
{
	struct outline outline = {.n = 0};
	size_t depth = 0;

	for (struct html_step at = {tree->root, true, 0}; at.node;
	     html_step(&at, tree->root)) {
		if (at.node->tag != TAG_TEXT && at.depth > depth)
			depth = at.depth;
		if (!at.enters)
			fit_node(tree, &outline, at.node);
	}
	return depth;
}

#include "input/html_table.h"

#include <stdlib.h>

enum { COLUMNS_MAX = 1000 };

/*
 * The columns of a table while its rows are laid one below the other
 * (HTML section 4.9.12).
 */
struct grid {
	unsigned taken[COLUMNS_MAX]; /* rows that a cell still reaches into */
	size_t width;
	size_t most;         /* cells in one row */
	struct arena *arena; /* of new spans */
};

static struct html_node *
skip_text(struct html_node *node)
{
	while (node && node->tag == TAG_TEXT)
		node = node->next;
	return node;
}

static unsigned
span_of(const struct html_node *cell, enum html_attr_name name)
{
	const struct slice *value = html_attr_find(cell->attr, name);

	return value ? (unsigned)strtoul(value->p, NULL, 10) : 1;
}

static void
span_set(const struct grid *grid, struct html_node *cell, enum html_attr_name name,
    unsigned span)
{
	html_attr_set(&cell->attr, grid->arena, name,
	    span > 1 ? arena_printf(grid->arena, "%u", span) : SLICE_NONE);
}

/* Put a cell at the first free column from *at on. False: it does not fit. */
static bool
lay_cell(struct grid *grid, struct html_node *cell, unsigned rows, size_t *at)
{
	size_t wide = span_of(cell, ATTR_COLSPAN);

	if (span_of(cell, ATTR_ROWSPAN) > rows)
		span_set(grid, cell, ATTR_ROWSPAN, rows);
	while (*at < COLUMNS_MAX && grid->taken[*at])
		++*at;
	if (*at == COLUMNS_MAX || wide > COLUMNS_MAX - *at)
		return false;
	for (size_t end = *at + wide; *at < end; ++*at) {
		if (grid->taken[*at])
			return false;
		grid->taken[*at] = span_of(cell, ATTR_ROWSPAN);
	}
	return true;
}

/*
 * Make the last cell of a row that ends at column `at` reach to the table's
 * edge. False when another cell is in the way, or it would reach into the
 * rows below.
 */
static bool
stretch(struct grid *grid, struct html_node *last, size_t at)
{
	size_t end = at;

	while (end < grid->width && grid->taken[end])
		end++;
	if (end >= grid->width)
		return true;
	for (size_t i = at; i < grid->width; i++)
		if (grid->taken[i])
			return false;
	if (span_of(last, ATTR_ROWSPAN) > 1)
		return false;
	span_set(grid, last, ATTR_COLSPAN,
	    span_of(last, ATTR_COLSPAN) + (unsigned)(grid->width - at));
	return true;
}

/* `rows`: how many there are from this one to the end of its section. */
static bool
lay_row(struct grid *grid, struct html_node *tr, unsigned rows)
{
	struct html_node *last = NULL;
	size_t at = 0, cells = 0;

	for (struct html_node *c = skip_text(tr->first); c; c = skip_text(c->next)) {
		if (!lay_cell(grid, c, rows, &at))
			return false;
		last = c;
		cells++;
	}
	if (last && !stretch(grid, last, at))
		return false;
	if (at > grid->width)
		grid->width = at;
	if (cells > grid->most)
		grid->most = cells;
	for (size_t i = 0; i < grid->width; i++)
		if (grid->taken[i])
			grid->taken[i]--;
	return true;
}

static unsigned
count_rows(const struct html_node *section)
{
	unsigned n = 0;

	for (const struct html_node *c = section->first; c; c = c->next)
		n += c->tag == TAG_TR;
	return n;
}

/* Rows that come before the widest one get their full length the second time. */
static bool
lay(struct grid *grid, struct html_node *table)
{
	for (size_t i = 0; i < COLUMNS_MAX; i++)
		grid->taken[i] = 0;
	for (struct html_node *s = skip_text(table->first); s; s = skip_text(s->next)) {
		unsigned rows = count_rows(s);

		if (s->tag == TAG_CAPTION)
			continue;
		for (struct html_node *r = skip_text(s->first); r; r = skip_text(r->next))
			if (!lay_row(grid, r, rows--))
				return false;
	}
	return true;
}

static void
drop_spans(const struct grid *grid, struct html_node *table)
{
	for (struct html_node *s = skip_text(table->first); s; s = skip_text(s->next))
		for (struct html_node *r = skip_text(s->first); r; r = skip_text(r->next))
			for (struct html_node *c = skip_text(r->first); c;
			     c = skip_text(c->next)) {
				span_set(grid, c, ATTR_COLSPAN, 1);
				span_set(grid, c, ATTR_ROWSPAN, 1);
			}
}

/*
 * A column must have a cell that begins in it. That one row has all of its
 * columns to itself is more than that: validators lose count in tables
 * without such a row.
 */
void
html_table_fit(struct html_node *table, struct arena *arena)
{
	struct grid grid = {.arena = arena};

	if (lay(&grid, table) && grid.most == grid.width && lay(&grid, table))
		return;
	drop_spans(&grid, table);
	grid = (struct grid){.arena = arena};
	lay(&grid, table);
	lay(&grid, table);
}

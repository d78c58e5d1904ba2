#include "output/lint_table.h"

void
lint_table_init(struct lint_table *t)
{
	*t = (struct lint_table){0};
}

const char *
lint_table_columns(struct lint_table *t, size_t span)
{
	if (span > TABLE_WIDTH_MAX - t->declared)
		return "has too many columns";
	t->declared += span;
	t->width = t->declared;
	return NULL;
}

/* Past the columns that cells from above stand in. */
static void
skip_deep(struct lint_table *t)
{
	while (t->at < t->reach && t->below[t->at] > 0)
		t->at++;
}

const char *
lint_table_cell(struct lint_table *t, size_t colspan, size_t rowspan)
{
	skip_deep(t);
	if (colspan > TABLE_WIDTH_MAX - t->at)
		return "has too many columns";
	t->begun += !t->begins[t->at];
	t->begins[t->at] = true;
	for (size_t i = t->at; i < t->at + colspan; i++) {
		if (t->below[i] > 0)
			return "has cells that overlap";
		/* This row is counted, too: it goes at the end of the row. */
		t->below[i] = (uint16_t)rowspan;
	}
	t->at += colspan;
	if (t->reach < t->at)
		t->reach = t->at;
	return NULL;
}

/*
 * A row is as wide as its last column that a cell stands in, be it one from
 * above. At its end every cell reaches one row less down.
 */
const char *
lint_table_row_end(struct lint_table *t)
{
	size_t width = 0, known = t->width;

	for (size_t i = 0; i < t->reach; i++)
		if (t->below[i] > 0) {
			width = i + 1;
			t->below[i]--;
		}
	t->at = 0;
	if (known == 0)
		t->width = width;
	return known == 0 || width == known ? NULL : "has rows of different width";
}

const char *
lint_table_group_end(struct lint_table *t)
{
	bool past = false;

	for (size_t i = 0; i < t->reach; i++) {
		past |= t->below[i] > 0;
		t->below[i] = 0;
	}
	return past ? "has a cell that reaches past its row group" : NULL;
}

const char *
lint_table_end(const struct lint_table *t)
{
	return t->begun == t->width ? NULL : "has a column in which no cell begins";
}

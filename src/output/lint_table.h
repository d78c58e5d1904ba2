/*
 * lint_table: HTML's table model (section 4.9.12 of the standard), for one
 * table at a time.
 *
 * A table is well when no two cells overlap, no cell reaches past its row
 * group, every row has the width of the first (or of the columns that were
 * declared), and in every column some cell begins. Calls come in document
 * order; each returns NULL, or what is wrong as the rest of a sentence.
 */
#ifndef OUTPUT_LINT_TABLE_H
#define OUTPUT_LINT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TABLE_WIDTH_MAX = 256 };

struct lint_table {
	size_t declared; /* columns by col and colgroup; 0: none */
	size_t width;    /* of the first row, or as declared; 0: not yet known */
	size_t at;       /* column of the next cell */
	size_t reach;    /* columns in use so far */
	size_t begun;    /* columns in which some cell begins */
	bool begins[TABLE_WIDTH_MAX];
	uint16_t below[TABLE_WIDTH_MAX]; /* rows that a cell still reaches down */
};

void lint_table_init(struct lint_table *table);
const char *lint_table_columns(struct lint_table *table, size_t span);
const char *lint_table_cell(struct lint_table *table, size_t colspan, size_t rowspan);
const char *lint_table_row_end(struct lint_table *table);
const char *lint_table_group_end(struct lint_table *table);
const char *lint_table_end(const struct lint_table *table);

#endif

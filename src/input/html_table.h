/*
 * html_table: tables whose spans add up (HTML section 4.9.12).
 */
#ifndef INPUT_HTML_TABLE_H
#define INPUT_HTML_TABLE_H

#include "input/html_tree.h"

/*
 * Make all rows of a <table> equally long and its spans meet: what is too
 * long is clipped, the last cell of a short row is stretched; where cells
 * would overlap, or no row has all columns, all spans of the table go.
 */
void html_table_fit(struct html_node *table, struct arena *arena);

#endif

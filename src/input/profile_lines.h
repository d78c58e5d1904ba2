/*
 * profile_lines: the lines at both ends of a body, to be looked at and cut.
 *
 * Lines are taken off the body one by one, as they are asked for: what lies between
 * the ends of a long article is never looked at.
 */
#ifndef INPUT_PROFILE_LINES_H
#define INPUT_PROFILE_LINES_H

#include "base/arena.h"
#include "model/entry.h"

#include <stdint.h>

struct profile_line {
	struct slice was;   /* in the body, without its line end */
	struct slice raw;   /* what becomes of it */
	struct slice text;  /* raw without tags and outer white space; none for a line
	                      that is dropped, too long or not UTF-8 */
	const uint16_t *at; /* text[i] comes from raw[at[i]]; NULL: text lies in raw */
	bool dropped;
};

enum profile_end { PROFILE_HEAD, PROFILE_TAIL };

struct profile_lines {
	struct arena *arena;
	struct slice body;
	bool markup;       /* tags and entities are not text */
	struct slice rest; /* of the body, between the lines taken */
	struct {
		struct profile_line **v;
		size_t n;
	} end[2];
	bool changed;
};

void profile_lines_init(
    struct profile_lines *lines, const struct article *article, struct arena *arena);

/* The i-th line that is not blank, from one end; NULL when there are no more. */
struct profile_line *profile_lines_get(
    struct profile_lines *lines, enum profile_end end, size_t i);

/* Take text[from..to) out. A line of which no text is left is dropped. */
void profile_lines_cut(
    struct profile_lines *lines, struct profile_line *line, size_t from, size_t to);
void profile_lines_drop(struct profile_lines *lines, struct profile_line *line);

/* The number, from 0, of a line in the body. */
int profile_lines_number(
    const struct profile_lines *lines, const struct profile_line *line);

/* What is left of the body; *skipped lines are gone from its start. */
struct slice profile_lines_join(const struct profile_lines *lines, int *skipped);

#endif

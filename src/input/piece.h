/*
 * piece: Markdown cut into what may be edited and what may not.
 *
 * Blocks as far as they can be told line by line, erring towards code where
 * it is not certain (indented lines in lists, fences in quotes).
 */
#ifndef INPUT_PIECE_H
#define INPUT_PIECE_H

#include "base/slice.h"

enum piece_kind {
	PIECE_BLANK,    /* one blank line */
	PIECE_TEXT,     /* inline Markdown, no blank line in it */
	PIECE_HTML,     /* lines from one that starts with a tag to a blank one */
	PIECE_CODE,     /* fenced, indented, in <pre>, <script>, <style>, comments */
	PIECE_NOTE,     /* kramdown's {::comment} … {:/comment} */
	PIECE_FOOTNOTE, /* "[^name]: …" and the lines that go on with it */
};

/* Start with {.rest = text}; the others are the walk's own. */
struct pieces {
	struct slice rest;
	bool in_paragraph; /* indented lines are text, not code */
	bool in_list;      /* indented lines may be its items' */
	bool no_note_end;  /* there is no {:/ in rest */
};

/* Take the next piece off the text; false at its end. */
bool piece_next(struct pieces *pieces, struct slice *piece, enum piece_kind *kind);

/* Length of "- ", "12. " and the like at the start of s, 0 when none is there. */
size_t piece_bullet(struct slice s);
/* Length of "[^name]" at the start of s, 0 when none is there. */
size_t piece_footnote(struct slice s, struct slice *name);
/* Does the line start with an HTML tag (or an <address>)? */
bool piece_is_html(struct slice line);

#endif

/*
 * footnote: kramdown's notes. "[^name]" in the text refers to "[^name]: …",
 * which stands anywhere (what that is, piece.h says).
 *
 * Notes are numbered as they are referred to, those that nothing refers to
 * behind them. Of two that bear one name the first is referred to.
 */
#ifndef INPUT_FOOTNOTE_H
#define INPUT_FOOTNOTE_H

#include "base/arena.h"
#include "base/map.h"
#include "base/slice.h"

struct footnote {
	struct slice text; /* Markdown: an item of an ordered list */
	size_t number;     /* 0: none yet */
	struct footnote *next;
};

struct footnotes {
	struct map notes;       /* by name; in the order of the text */
	size_t seen;            /* of these, the first have numbers */
	size_t numbered;        /* the last number given */
	struct footnote *first; /* numbered, and not taken yet */
	struct footnote *last;
};

/* All notes of `text`, which must stay; the caller calls _fini. */
void footnotes_init(struct footnotes *notes, struct slice text, struct arena *arena);
void footnotes_fini(struct footnotes *notes);

/* The number of the note with this name, 0 when there is none. */
size_t footnotes_number(struct footnotes *notes, struct slice name);

/*
 * Take the text of the next note, in the order of their numbers; false when
 * all were taken. Numbers may be asked for in between.
 */
bool footnotes_next(struct footnotes *notes, struct slice *text);

#endif

/*
 * diag: what is wrong with an article, or worth knowing about it.
 *
 * A diag never stops a run. DIAG_BAD leaves the one article out of every
 * feed (promise P6); the others only stand in the report.
 */
#ifndef MODEL_DIAG_H
#define MODEL_DIAG_H

#include "base/arena.h"
#include "base/slice.h"

enum diag_level {
	DIAG_NOTE, /* a repair or guess: charset converted, date from mtime */
	DIAG_WARN, /* something was dropped that the author may miss */
	DIAG_BAD,  /* the article cannot be published */
};

struct diag {
	enum diag_level level;
	struct slice path; /* relative to [articles] dir */
	int line;          /* from 1 in the file; 0 when no line is meant */
	struct slice text; /* a sentence without final full stop */
};

struct diags {
	struct arena *arena;
	struct slice path; /* of the article being read */
	struct diag *v;
	size_t n;
};

void diags_init(struct diags *diags, struct arena *arena, struct slice path);
void diag_add(struct diags *diags, enum diag_level level, int line, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The first DIAG_BAD, or NULL. */
const struct diag *diags_bad(const struct diags *diags);
/* Copy all of `from` behind those of `to`, text and all. */
void diags_append(struct diags *to, const struct diags *from);

#endif

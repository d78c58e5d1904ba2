/*
 * tally: what was asked for and answered, counted. Several threads at once.
 */
#ifndef SERVE_TALLY_H
#define SERVE_TALLY_H

#include "serve/counts.h"

enum { STATUS_CLASSES = 6 }; /* of 2xx, 3xx, ...: status / 100 */

struct tally;
struct tally *tally_new(void);
void tally_free(struct tally *tally); /* NULL is allowed */

struct answered {
	struct slice feed;
	int status;
	int64_t bytes; /* of the body */
	struct slice agent;
	int64_t now; /* POSIX seconds */
};
void tally_add(struct tally *tally, const struct answered *answered);
/* A copy of all of it; connections are left 0. */
void tally_read(struct tally *tally, struct serve_counts *counts);

#endif

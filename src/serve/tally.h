/*
 * tally: what was asked for and answered, counted. Several threads at once.
 */
#ifndef SERVE_TALLY_H
#define SERVE_TALLY_H

#include "base/arena.h"

#include <stdint.h>

enum { STATUS_CLASSES = 6 }; /* of 2xx, 3xx, ...: status / 100 */

struct serve_count {
	struct slice feed; /* key of it; "": no feed, and nothing that there is */
	int status_class;  /* 2 to 5 */
	uint64_t requests, bytes;
};

/* What a poller that declares subscribers said last. */
struct serve_claim {
	struct slice feed, program, feed_id; /* any bytes but the first */
	int64_t subscribers, when;
};

struct serve_counts {
	struct arena *arena; /* of all this; the caller frees it */
	struct serve_count *count;
	size_t counts;
	struct serve_claim *claim;
	size_t claims;
	uint64_t not_modified, too_soon, partial, deltas; /* 304, 429, 206, 226 */
	uint64_t open, accepted, refused;                 /* connections */
};

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

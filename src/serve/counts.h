/*
 * counts: what a server of HTTP has counted since it was opened, as a picture of one moment
 * for those who show it. No number ever falls, but for the connections that are open.
 */
#ifndef SERVE_COUNTS_H
#define SERVE_COUNTS_H

#include "base/arena.h"

#include <stdint.h>

/* Answers to requests for one feed with one class of status. */
struct serve_count {
	struct slice feed;        /* key of it; "": no feed, and nothing that there is */
	int status_class;         /* 2 to 5 */
	uint64_t requests, bytes; /* of bodies */
};

/* What a poller that declares subscribers said last. */
struct serve_claim {
	struct slice feed, program, feed_id; /* any bytes but the first */
	int64_t subscribers, when;
};

struct serve_counts {
	struct arena *arena;       /* of all this; the caller frees it */
	struct serve_count *count; /* no two of the same feed and class */
	size_t counts;
	struct serve_claim *claim;
	size_t claims;
	uint64_t not_modified, too_soon, partial, deltas; /* 304, 429, 206, 226 */
	uint64_t open, accepted, refused;                 /* connections */
};

#endif

/*
 * access: one line of a web server's log in the combined format,
 *
 *     ADDRESS IDENT USER [TIME] "METHOD TARGET PROTOCOL" STATUS BYTES "REFERER" "AGENT"
 *
 * as Apache, nginx and lighttpd write it, and what a User-Agent says of
 * itself. Within quotes \" and \\, \xHH and C's letters are what they stand for.
 * What follows the agent is ignored. Pure: no file, no clock.
 */
#ifndef PUSH_ACCESS_H
#define PUSH_ACCESS_H

#include "base/arena.h"
#include "base/slice.h"

#include <stdint.h>

struct access {
	struct slice address;        /* a name or an address, not checked */
	int64_t time;                /* POSIX seconds */
	struct slice method, target; /* none of a request that is no HTTP */
	int status;                  /* 100 to 999 */
	int64_t bytes;               /* of the body, at most 15 digits; "-" is 0 */
	struct slice agent;          /* none for "-" */
};

/*
 * The line without its end. False when it is not of this form, *access then being
 * undefined. The slices point into the line, or into the arena where something
 * was escaped.
 */
bool access_parse(struct access *access, struct slice line, struct arena *arena);

/* What a User-Agent declares. */
struct claim {
	bool made;           /* it has a number of subscribers */
	int64_t subscribers; /* at most CLAIM_MAX */
	/* The agent around "12 subscribers"; all of it, and none, when that is not
	 * in it. */
	struct slice before, after;
	struct slice feed_id; /* of "feed-id=...", "feed-id:...", "feedId: ...", cut at
			       * 64 bytes */
};

enum { CLAIM_MAX = 999999999 };

/* "12 subscribers", "1 subscriber", "12 readers", in any case. The first holds.
 * "RSS 2.0 Reader" is none. */
void access_claim(struct slice agent, struct claim *claim);

/* The program: "Feedly" of "Feedly/1.0 (+http...", "Inoreader" of
 * "Mozilla/5.0 (compatible; Inoreader/1.0 ...". At most 64 bytes. */
struct slice access_program(struct slice agent);

/* Is this how a WebSub hub calls itself? What is "like FeedFetcher-Google" is not. */
bool access_is_hub(struct slice agent);

#endif

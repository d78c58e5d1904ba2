/*
 * agent: what a User-Agent says of itself: the program, its subscribers. It is whatever
 * somebody sent.
 */
#ifndef MODEL_AGENT_H
#define MODEL_AGENT_H

#include "base/slice.h"

#include <stdint.h>

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
void agent_claim(struct slice agent, struct claim *claim);

/* The program: "Feedly" of "Feedly/1.0 (+http...", "Inoreader" of
 * "Mozilla/5.0 (compatible; Inoreader/1.0 ...". At most 64 bytes. */
struct slice agent_program(struct slice agent);

/* Is this how a WebSub hub calls itself? What is "like FeedFetcher-Google" is not. */
bool agent_is_hub(struct slice agent);

#endif

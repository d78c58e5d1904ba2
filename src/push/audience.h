/*
 * audience: who reads which feed, as far as a web server's log can tell.
 *
 * It is given the lines of a log one by one, in the order of time within a file,
 * and keeps about a hundred bytes for each poller: an address and an agent that asked
 * for a document, the number of subscribers in the agent aside. Only a GET answered
 * by 200 or 304 is a poll.
 *
 * A log has no request headers, so these are inferred:
 * - a poll is a repeat when it is a 200 of as many bytes as the same poller's last
 *   200 of that document: nothing changed, and it was sent again. Its bytes are
 *   wasted. A change that keeps the size is taken for a repeat, a poller that takes
 *   turns between encodings for one that sees changes.
 * - a poller is unconditional when it was once sent the same size AUDIENCE_PATIENCE
 *   times in a row, and never got a 304.
 */
#ifndef PUSH_AUDIENCE_H
#define PUSH_AUDIENCE_H

#include "push/access.h"

enum {
	AUDIENCE_MAX = 1000000, /* feeds, pollers and claims that are kept */
	AUDIENCE_PATIENCE = 3,
	AUDIENCE_RECENT = 30 * 24 * 3600, /* seconds */
};

/* A number that an aggregator declares, the newest. Two feed ids of one aggregator
 * are two readerships of the same document. */
struct audience_claim {
	struct slice program, feed_id; /* of whoever sent them: any bytes */
	int64_t subscribers, when;
	bool hub; /* its subscribers may be aggregators that have claims of their own */
};

struct audience_feed {
	struct slice document;
	size_t ok, unmodified; /* answers: 200, 304 */
	size_t other;          /* other answers, and what is no GET */
	size_t pollers, unconditional;
	uint64_t wasted; /* bytes */
	size_t hub_fetches;
	int64_t hub_last;              /* 0: none */
	struct audience_claim **claim; /* in the order of their first poll */
	size_t claims;
	int64_t subscribers; /* their sum, once finished */
};

struct audience;

/* `max`: AUDIENCE_MAX, or less in a test. */
struct audience *audience_new(size_t max);
void audience_free(struct audience *audience);

/* An answer to a request for `document`. False: it belongs to no feed, because this
 * document was not served so far. */
bool audience_add(
    struct audience *audience, struct slice document, const struct access *access);

/* Polls for which there was no more room. Where their feed is known they are in its
 * answers, but never in its pollers, claims, hub fetches and wasted bytes. */
size_t audience_beyond(const struct audience *audience);

/*
 * When all is added: feeds with most subscribers first, then with most pollers, then
 * by name. They live as long as the audience. `newest` is the time of the last line
 * of all logs: a claim that was not made within AUDIENCE_RECENT before is dropped, as
 * an aggregator that stopped asking has no readers any more.
 */
struct audience_feed **audience_finish(
    struct audience *audience, int64_t newest, size_t *n);

#endif

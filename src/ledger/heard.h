/*
 * heard: which hub delivered what it was told of.
 *
 * One row for each hub of which that is watched: the document that is subscribed to
 * there, how the subscription stands, and how many pings were accepted and brought
 * nothing. Times are POSIX milliseconds, 0 is never.
 */
#ifndef LEDGER_HEARD_H
#define LEDGER_HEARD_H

#include "ledger/ledger.h"

struct heard {
	struct slice peer;     /* "hub:NAME", as in told.h */
	struct slice topic;    /* path of the document below [output] dir */
	struct slice hub, url; /* addresses of the hub and of the document */
	struct slice callback, secret;
	int64_t verified, lease; /* the hub confirmed it then, until then */
	int64_t attempts, next;  /* to subscribe, since; next 0: at once */
	struct slice answer;     /* to the last of them */
	int64_t pinged;          /* the last ping that counts was accepted */
	int64_t unproven;        /* pings accepted since the last delivery */
	int64_t delivered,
	    took; /* the last delivery, so many milliseconds after its ping */
	bool dead;
};

/* By peer. */
int heard_all(struct ledger *ledger, struct arena *arena, struct heard **v, size_t *n,
    struct err *err);
int heard_put(struct ledger *ledger, const struct heard *heard, struct err *err);
/* Peers other than these go. */
int heard_sweep(struct ledger *ledger, const struct slices *peers, struct err *err);

/*
 * A document of [feed:NAME] to subscribe to: the one at `before` if it still is one; else
 * of its first feed (there are several with for_each) the one with this extension (no dot).
 * 1, or 0: none is published.
 */
int heard_topic(struct ledger *ledger, struct slice feed, const char *extension,
    struct slice before, struct arena *arena, struct slice *topic, struct err *err);

#endif

/*
 * errand: what is owed to whom, with all that is needed to go and tell it.
 *
 * Joins what the ledger says is owed (told.h) with the configuration and with
 * the documents as they were published.
 */
#ifndef PUSH_ERRAND_H
#define PUSH_ERRAND_H

#include "ledger/told.h"
#include "push/channel.h"

/* A document that others can subscribe to. */
struct topic {
	struct slice path, url; /* below [output] dir; its public address */
	const char *type;       /* media type, without parameters */
	struct digest digest;   /* of its bytes */
};

struct errand {
	struct told told;
	const struct channel *channel;
	struct topic *topic; /* NULL: it is about no document */
	/* Of a channel that is told the news: */
	struct slice body; /* what to say */
	int64_t mark;      /* who was told that knows of the news up to here */
	bool nothing;      /* there is nothing to say */
	bool more;         /* more than could be said at once */
};

struct errands {
	struct arena *arena; /* all of this; NULL: nothing loaded */
	struct channels channels;
	struct errand *v; /* in the order of telling */
	size_t n;
	struct topic **topic; /* each once */
	size_t topics;
	struct slices settled; /* topics of which nothing is owed, to be noted */
	struct peer *peer;     /* how the channels do */
	size_t peers;
};

/* `type`: the media type of a published path. On failure nothing is loaded. */
int errands_load(struct errands *errands, const struct config *config,
    const char *(*type)(struct slice path), struct ledger *ledger, struct err *err);
void errands_fini(struct errands *errands); /* a zeroed one is allowed */

/* What anybody is, or was, told of, in the order of telling. */
int errands_all(const struct config *config, struct ledger *ledger, struct arena *arena,
    struct told **v, size_t *n, struct err *err);
/* How many documents are accepted in the wanted version, owed, given up: of each that is
 * configured, in that order. */
struct errand_counts {
	struct slice peer;
	int64_t accepted, owed, failed;
};
int errands_count(const struct config *config, struct ledger *ledger, struct arena *arena,
    struct errand_counts **v, size_t *n, struct err *err);
/* Of them all; `peer` is none. */
struct errand_counts errand_counts_sum(const struct errand_counts *v, size_t n);

#endif

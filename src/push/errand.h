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
	struct peer *peer; /* how the channels do */
	size_t peers;
};

/* What was published: a document of a feed, or (feed NULL) anything at all. */
struct update {
	const struct config_feed *feed;
	bool first; /* of the documents of the feed */
	bool rss;
};

/*
 * Every channel that is told of `what` should know that `told->topic` shows
 * `told->wanted`, and no other. `told->peer` is set here.
 */
int errand_want(const struct channels *channels, const struct update *what,
    struct told *told, struct ledger *ledger, struct err *err);

/* `type`: the media type of a published path. On failure nothing is loaded. */
int errands_load(struct errands *errands, const struct config *config,
    const char *(*type)(struct slice path), struct ledger *ledger, struct err *err);
void errands_fini(struct errands *errands); /* a zeroed one is allowed */

#endif

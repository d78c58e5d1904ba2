/*
 * errand: what is owed to whom, with all that is needed to go and tell it.
 *
 * Joins what the ledger says is owed (told.h) with the configuration and with
 * the documents as they were published.
 */
#ifndef PUSH_ERRAND_H
#define PUSH_ERRAND_H

#include "ledger/told.h"
#include "model/config.h"

/* A document that others can subscribe to. */
struct topic {
	struct slice path, url; /* below [output] dir; its public address */
	const char *type;       /* media type, without parameters */
	struct digest digest;   /* of its bytes */
};

struct errand {
	struct told told;
	const struct config_hub *hub;
	struct topic *topic;
};

struct errands {
	struct arena *arena; /* all of this; NULL: nothing loaded */
	struct errand *v;    /* in the order of telling */
	size_t n;
	struct topic **topic; /* each once */
	size_t topics;
	struct peer *peer; /* how the hubs do */
	size_t peers;
};

/* The name that a hub has in the ledger. */
struct slice errand_peer(const struct config_hub *hub, struct arena *arena);

/*
 * The feed of [feed:NAME] published the document at `told->topic`, which shows
 * `told->wanted`: every hub that takes the feed should know, and no other. `told->peer`
 * is set here.
 */
int errand_want(const struct config *config, struct slice name, struct told *told,
    struct ledger *ledger, struct arena *arena, struct err *err);

/* `type`: the media type of a published path. On failure nothing is loaded. */
int errands_load(struct errands *errands, const struct config *config,
    const char *(*type)(struct slice path), struct ledger *ledger, struct err *err);
void errands_fini(struct errands *errands); /* a zeroed one is allowed */

#endif

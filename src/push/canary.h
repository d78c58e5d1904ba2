/*
 * canary: does a hub deliver what it was told of?
 *
 * That a hub accepts a ping proves nothing. So with `canary = yes` the program is a
 * subscriber itself: at each hub, for one of the documents that the hub is told of, with
 * a callback on a listener that the hub can reach. Each delivery with the right
 * signature is a proof; a hub that accepted several pings and delivered nothing is
 * dead, until it delivers.
 *
 * Works on a loop and never waits. What has to outlive the process is handed out to be
 * recorded in the ledger (heard.h).
 */
#ifndef PUSH_CANARY_H
#define PUSH_CANARY_H

#include "ledger/heard.h"
#include "push/announce.h"
#include "push/listener.h"

struct canary;

struct canary_events {
	/* There is something for canary_results; not called again before it was fetched. */
	void (*changed)(void *ctx);
	/* For people: `level` as the log's. */
	void (*say)(void *ctx, enum log_level level, struct slice sentence);
	void *ctx;
};

/* The configuration and the listener must live until canary_close. */
int canary_open(struct canary **canary, uv_loop_t *loop, const struct config *config,
    struct listener *listener, const struct canary_events *events, struct err *err);
/* The loop has to turn once more. NULL is allowed. Subscriptions run on, at the hubs. */
void canary_close(struct canary *canary);

struct canary_wanted {
	const struct config_hub *hub;
	struct slice topic;        /* path of the document to subscribe to */
	const struct heard *heard; /* the hub's row in the ledger; NULL: it has none */
};
/* These hubs, in the place of those before. What is known of a hub stays if it is about
 * the same document; what the ledger has of another subscription is forgotten. */
void canary_take(struct canary *canary, const struct canary_wanted *v, size_t n);

/* A ping was answered. */
void canary_pinged(struct canary *canary, const struct announced *announced);

/* What changed since the last call; copies in the arena. */
void canary_results(
    struct canary *canary, struct arena *arena, struct heard **v, size_t *n);

#endif

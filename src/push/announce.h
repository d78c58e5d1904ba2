/*
 * announce: tells hubs and other channels what is owed to them, once it is live.
 *
 *     errands --> asked: is it live? --> call --> result --> the ledger
 *
 * Works on a loop and never waits. It keeps nothing that could be lost:
 * what is owed comes from the ledger (errand.h), how it went is handed out to be
 * recorded there, and after a crash it is simply told again.
 *
 * Each hub is told at its own pace (a token bucket), the main feed first, the
 * same document not twice within a minute. A hub that fails several times in
 * a row is left alone for a while and then asked by a single ping, so that
 * one that hangs costs neither connections nor the other hubs anything.
 */
#ifndef PUSH_ANNOUNCE_H
#define PUSH_ANNOUNCE_H

#include "push/errand.h"
#include "push/runner.h"

#include <uv.h>

struct announce;
struct announced;

struct announce_events {
	/* There is something for announce_results; not called again before they were
	 * fetched. */
	void (*result)(void *ctx);
	/* For people: `level` as the log's. */
	void (*say)(void *ctx, enum log_level level, struct slice sentence);
	void *ctx;
	/* A result, at once; it is among those of announce_results all the same. NULL. */
	void (*told)(void *ctx, const struct announced *announced);
};

/* The configuration must live until announce_close, and so must the runner (NULL: no
 * hook has a command), which is attached here. */
int announce_open(struct announce **announce, uv_loop_t *loop,
    const struct config *config, struct runner *runner,
    const struct announce_events *events, struct err *err);
/* Requests under way are dropped. The loop has to turn once more. NULL is allowed. */
void announce_close(struct announce *announce);

/* What is owed now, in the place of what was before; *errands is taken over. What is
 * known of documents and hubs stays. */
void announce_take(struct announce *announce, struct errands *errands);

/* How an errand went. */
struct announced {
	struct told told; /* as told_record wants it */
	bool accepted;
	bool skipped; /* there was nothing to tell: for told_skip */
	int64_t sent; /* of clock_elapsed */
};
struct announced_all {
	struct arena *arena; /* the caller's to free */
	struct announced *v;
	size_t n;
	struct peer *peer; /* channels that answered, or did not */
	size_t peers;
};
/* Those since the last call. */
void announce_results(struct announce *announce, struct announced_all *results);

/* Begin no more of it: what is under way at the hubs is awaited, until announce_next is
 * not 0. */
void announce_end(struct announce *announce);

/* Milliseconds until something can be done next; 0: something is under way; -1:
 * nothing is owed. */
int64_t announce_next(const struct announce *announce);

#endif

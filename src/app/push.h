/*
 * push: publishing and telling, put together.
 *
 * A run that publishes writes of each document what there is to tell, and sees to it that
 * those who are new hear of all (push_want), in its transaction. Then, with
 * nothing of the run open any more (promise P9), what is owed is loaded, told
 * by push/announce.h, and what came of it recorded (push_sync): by
 * push_once within its budget, or beside the daemon's loop (daemon_push.c).
 */
#ifndef APP_PUSH_H
#define APP_PUSH_H

#include "app/push_canary.h"
#include "output/make.h"
#include "push/announce.h"

/* What a run did. */
struct push_made {
	const struct made *made;
	const struct changes *changes;
	bool first; /* the ledger held nothing before: its entries are no news */
};
/* See whom there is to tell, and number what is news for them. */
int push_want(const struct config *config, const struct push_made *what,
    struct ledger *ledger, struct arena *arena, struct err *err);

/*
 * Record these results, if any, and load what is owed then. `canary` NULL: leave that
 * alone. The caller has the lock of run_lock when there is something to record.
 */
int push_sync(const struct config *config, const struct announced_all *results,
    struct push_canary *canary, struct errands *errands, struct err *err);

/* Whom there is to tell, for people: "hubs", "hubs and hooks", ... */
struct slice push_whom(const struct config *config, struct arena *arena);

/* What --once came to. */
struct push_report {
	size_t told, pending, failed;
	bool elsewhere; /* another process is telling already */
};

/* Tell for [push] budget; `say` as in announce.h. */
typedef void push_say(void *ctx, enum log_level level, struct slice sentence);
int push_once(const struct config *config, push_say *say, void *ctx,
    struct push_report *report, struct err *err);

#endif

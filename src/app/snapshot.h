/*
 * snapshot: how it stands at one moment, copied, for pages that are shown while the daemon
 * goes on: all that --status says, what hubs were told, and the history.
 *
 * It points to nothing that anybody else has, so any thread may read it. Lists are bounded;
 * next to each stands how much there is.
 */
#ifndef APP_SNAPSHOT_H
#define APP_SNAPSHOT_H

#include "app/history.h"
#include "app/status.h"
#include "push/errand.h"

enum { SNAPSHOT_TROUBLES = 200, SNAPSHOT_FEEDS = 50 };

struct snapshot_peer {
	struct slice name, where; /* "hub:NAME"; for people */
	struct errand_counts counts;
	int64_t accepted, failed; /* in a row; one of them is 0 */
	int64_t median;           /* milliseconds until it answers; -1: unknown */
	int64_t next;             /* it is left alone until then, milliseconds; 0 */
};

struct snapshot {
	struct arena *arena;
	int64_t now;

	/* The daemon's; its texts are the arena's. */
	struct status_daemon daemon;
	struct history history;

	/* From here on by snapshot_read. */
	struct zone *zone;
	struct slice title, language; /* of the site */
	struct status_run run;
	int64_t states[ARTICLE_STATES];
	int64_t last_seq;
	struct due article_due, feed_due;
	struct troubled *troubled; /* bad and held ones, the bad first */
	size_t troubles;
	struct feed_row *feed; /* those updated last, the newest first */
	size_t feeds;
	int64_t feeds_all;
	int64_t files, file_bytes; /* published */
	int64_t ledger_bytes;
	struct snapshot_peer *peer; /* who is configured, in that order */
	size_t peers;
};

/* Empty, with an arena. */
struct snapshot *snapshot_new(int64_t now);
void snapshot_free(struct snapshot *snapshot); /* NULL is allowed */

/* The rest of it, from configuration and ledger, which is only read. */
int snapshot_read(
    struct snapshot *snapshot, const struct config *config, struct err *err);

#endif

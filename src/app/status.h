/*
 * status: how it stands (--status): the last run, what waits and what is left
 * out, each feed, and the daemon when one runs. Changes nothing.
 */
#ifndef APP_STATUS_H
#define APP_STATUS_H

#include "app/sandbox.h"
#include "base/buf.h"
#include "ledger/ledger.h"
#include "model/config.h"

#include <sys/types.h>

/* What only the running daemon knows. Times are POSIX seconds. */
struct status_daemon {
	pid_t pid;
	int64_t since;
	bool working; /* a run is under way */

	size_t runs, failures;   /* of its life */
	int64_t last, last_cost; /* cost in milliseconds; last 0: none yet */
	struct slice last_cause; /* "files changed", ... */
	struct slice last_line;  /* what the log said of it */
	int64_t next;            /* 0: nothing is due */
	struct slice next_cause;

	size_t folders;     /* watched */
	struct slice blind; /* why it does not see everything; none when it does */
	struct sandbox_state sandbox;
	struct slice user, log;
};

/* The last run, whoever made it, as the ledger has it. */
struct status_run {
	int64_t at; /* 0: there was none */
	unsigned long long files, read, arrived, changed, gone, failed;
};
int status_last_run(
    struct ledger *ledger, struct arena *arena, struct status_run *run, struct err *err);

/*
 * `daemon` NULL: none runs, or it was not asked. `mode` as ledger_open's: DB_READ
 * of one's own ledger, DB_MEMORY of somebody else's.
 */
int status_write(struct buf *out, const struct config *config,
    const struct status_daemon *daemon, enum db_mode mode, bool json, struct err *err);

#endif

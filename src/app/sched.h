/*
 * sched: why and when the next run is.
 *
 * Gathers what asks for a run while another is at work, and knows what time
 * asks for later. It waits for nothing and reads no clock: the daemon tells it what
 * happened and at what time, and asks.
 */
#ifndef APP_SCHED_H
#define APP_SCHED_H

#include "ledger/ledger.h"

enum sched_cause {
	CAUSE_START,
	CAUSE_ASKED,  /* by the operator */
	CAUSE_CONFIG, /* a new configuration */
	CAUSE_LOST,   /* not everything that happened was told */
	CAUSE_HUBS,   /* one died, or lives again */
	CAUSE_CLOCK,  /* it was set, or the machine slept */
	CAUSE_RETRY,  /* the last one failed */
	CAUSE_RESCAN,
	CAUSE_FILES, /* these last two look only at what they name */
	CAUSE_DUE,   /* something changes by itself */
	CAUSES,
};

/* "files changed", ... */
const char *sched_cause_name(enum sched_cause cause);

struct sched {
	int64_t rescan; /* seconds from one look at everything to the next */

	/* For sched.c alone. Times are POSIX seconds, 0 is never. */
	bool wanted[CAUSES];
	bool owing; /* a run came to nothing: the next one looks at everything */
	struct arena *arena;
	struct slices touched;
	int64_t next_rescan, retry, patience;
	struct due due;
};

/* What a run is to do. */
struct sched_run {
	enum sched_cause cause; /* the first of them */
	bool whole;
	struct arena *arena; /* the run's, for arena_free */
	struct slices touched;
};

/* How it ended. */
struct sched_end {
	int64_t now, began;
	bool failed;
	bool held; /* by the flood guard: until somebody decides, or the next rescan */
	bool whole;
	struct due article, feed; /* of its report */
};

void sched_init(struct sched *sched, int64_t rescan);
void sched_fini(struct sched *sched);

/* Something asks for a run over everything. */
void sched_want(struct sched *sched, enum sched_cause cause);
/* These may have changed, files or folders (see watch_take); the paths are copied. */
void sched_touch(struct sched *sched, const struct slices *touched);
/* It is `now`: what is due asks for a run. */
void sched_tick(struct sched *sched, int64_t now);

/* Take what was asked for; false: nothing was. */
bool sched_take(struct sched *sched, struct sched_run *run);
/* The run that was taken last is over. */
void sched_ended(struct sched *sched, const struct sched_end *end);

/* When time asks for a run, and why; `what` is none but for CAUSE_DUE. */
int64_t sched_next(
    const struct sched *sched, enum sched_cause *cause, struct slice *what);

#endif

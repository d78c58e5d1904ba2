/*
 * history: what the daemon remembers of its runs and of requests, for those who look at it:
 * counts of its whole life, and the last day in detail.
 *
 * A plain value of fixed size, which may be copied. It reads no clock; times are POSIX
 * seconds and never fall back.
 */
#ifndef APP_HISTORY_H
#define APP_HISTORY_H

#include "app/sched.h"

enum {
	HISTORY_DAY = 24 * 3600,
	HISTORY_RUNS = 1024, /* of a busier day, the last ones */
	HISTORY_BUCKETS = 12,
	TRAFFIC_SLOT = 600, /* seconds */
	TRAFFIC_SLOTS = HISTORY_DAY / TRAFFIC_SLOT,
};

enum history_result {
	RESULT_DONE,
	RESULT_HELD,   /* by the flood guard */
	RESULT_PARTLY, /* some documents could not be made */
	RESULT_FAILED,
	RESULTS,
};

struct history_run {
	int64_t at;
	int64_t cost; /* milliseconds */
	enum sched_cause cause;
	enum history_result result;
	int64_t bytes; /* written to documents */
};

struct history_cause {
	uint64_t runs, failures;
};

/* Upper ends of the buckets, milliseconds; beyond the last one there is one more. */
extern const int64_t history_bounds[HISTORY_BUCKETS];

struct history {
	/* Of its life. */
	struct history_cause cause[CAUSES];
	uint64_t bucket[HISTORY_BUCKETS + 1]; /* runs that took so long */
	uint64_t cost, bytes;
	int64_t succeeded; /* when the last one did; 0: none yet */

	struct history_run run[HISTORY_RUNS]; /* a ring */
	size_t next; /* runs ever; the newest is at (next - 1) % HISTORY_RUNS */
};

void history_run_add(struct history *history, const struct history_run *run);
/* Of the day before `now`, oldest first; their number. */
size_t history_runs(
    const struct history *history, int64_t now, struct history_run v[HISTORY_RUNS]);

/* Requests to a server, likewise. */
struct traffic {
	struct {
		int64_t at; /* its first second */
		uint64_t requests;
	} slot[TRAFFIC_SLOTS]; /* a ring */
	uint64_t requests;     /* when they were counted last */
};

/* So many requests ever until `now`. To be told more than once in TRAFFIC_SLOT. A smaller
 * number is that of another server, which began at 0. */
void traffic_add(struct traffic *traffic, int64_t now, uint64_t requests);
/* Requests by slot, the one of `now` last; and their sum. */
uint64_t traffic_day(
    const struct traffic *traffic, int64_t now, uint64_t v[TRAFFIC_SLOTS]);

#endif

/*
 * retry: when something may be tried (again).
 *
 * Pure: time and chance come from outside. What is kept in the ledger is POSIX
 * milliseconds, which may jump; a wait is therefore never longer than the
 * longest that could have been set. What paces one process is monotonic
 * milliseconds.
 */
#ifndef PUSH_RETRY_H
#define PUSH_RETRY_H

#include <stdbool.h>
#include <stdint.h>

enum {
	RETRY_FIRST = 30 * 1000,      /* the first wait is up to this */
	RETRY_MOST = 3600 * 1000,     /* and no wait is longer, unless it was asked for */
	RETRY_FOR = 24 * 3600 * 1000, /* after this it has failed, */
	RETRY_AT_LEAST = 10,          /* and so many attempts: machines sleep, too */
	RETRY_AFTER_MAX = 6 * 3600,   /* seconds: what is asked for counts up to this */
};

/*
 * How long to wait after the n-th attempt (from 1) failed: anything up to
 * 30 s, 60 s, ... an hour ("full jitter"), by `chance` of 0 to UINT32_MAX, but at
 * least `asked` (seconds, of a Retry-After; none: 0 or less). Milliseconds.
 */
int64_t retry_wait(int64_t attempts, int64_t asked, uint32_t chance);
/* Milliseconds from `now` until `next`, both POSIX: 0 when it is past, and when it is
 * farther ahead than any wait: the clock was set back. */
int64_t retry_left(int64_t next, int64_t now);
/* The same, when it is known at what time `next` was set: 0 also if that is still to
 * come. */
int64_t retry_left_since(int64_t set, int64_t next, int64_t now);
/* Has it been wanted for too long, and been tried? A `since` in the future is now. */
bool retry_is_over(int64_t since, int64_t attempts, int64_t now);

/* A token bucket: `rate` a second on average, `burst` at once; at least one token a day,
 * and one at once. Monotonic milliseconds. */
struct bucket {
	double rate, burst, tokens;
	int64_t at;
};
void bucket_init(struct bucket *bucket, double rate, double burst, int64_t now);
/* Milliseconds until there is a token; 0: there is, and it was taken. */
int64_t bucket_take(struct bucket *bucket, int64_t now);

#endif

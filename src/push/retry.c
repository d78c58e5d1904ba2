#include "push/retry.h"

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t
most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

int64_t
retry_wait(int64_t attempts, int64_t asked, uint32_t chance)
{
	int64_t ceiling = RETRY_FIRST;

	for (int64_t i = 1; i < attempts && ceiling < RETRY_MOST; i++)
		ceiling *= 2;
	ceiling = least(ceiling, RETRY_MOST);
	asked = least(most(asked, 0), RETRY_AFTER_MAX);
	return most(ceiling * chance / UINT32_MAX, 1000 * asked);
}

/* From one instant to a later one, however far apart; 0 if it is not later. */
static uint64_t
between(int64_t from, int64_t to)
{
	return to > from ? (uint64_t)to - (uint64_t)from : 0;
}

int64_t
retry_left(int64_t next, int64_t now)
{
	uint64_t longest = (uint64_t)most(RETRY_MOST, 1000LL * RETRY_AFTER_MAX);
	uint64_t left = between(now, next);

	return left > longest ? 0 : (int64_t)left;
}

int64_t
retry_left_since(int64_t set, int64_t next, int64_t now)
{
	return now < set ? 0 : retry_left(next, now);
}

bool
retry_is_over(int64_t since, int64_t attempts, int64_t now)
{
	return attempts >= RETRY_AT_LEAST && between(since, now) >= RETRY_FOR;
}

void
bucket_init(struct bucket *bucket, double rate, double burst, int64_t now)
{
	const double slowest = 1.0 / 86400;

	*bucket = (struct bucket){.rate = rate > slowest ? rate : slowest,
	    .burst = burst > 1 ? burst : 1,
	    .at = now};
	bucket->tokens = bucket->burst;
}

int64_t
bucket_take(struct bucket *bucket, int64_t now)
{
	const double whole = 1 - 1e-9; /* sums of fractions may miss it by a little */
	double wait;

	bucket->tokens += (double)between(bucket->at, now) * bucket->rate / 1000;
	if (bucket->tokens > bucket->burst)
		bucket->tokens = bucket->burst;
	bucket->at = most(bucket->at, now);
	if (bucket->tokens >= whole) {
		bucket->tokens -= 1;
		return 0;
	}
	wait = (1 - bucket->tokens) * 1000 / bucket->rate;
	return (int64_t)wait + 1;
}

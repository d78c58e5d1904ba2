#include "serve/guard.h"

#include "base/arena.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { MARKS = 1 << 14 };

struct crowd {
	struct ip ip;
	uint32_t connections; /* 0: the place is free */
};

struct mark {
	uint64_t who;
	int64_t when;
};

struct guard {
	pthread_mutex_t lock;
	size_t connections, most, each;
	struct crowd *crowd;
	size_t places; /* a power of two, twice as many as there can be crowds */
	struct mark mark[MARKS];
	uint64_t seed; /* so that nobody can choose where he falls */
};

struct guard *
guard_new(size_t connections, size_t each)
{
	struct guard *g = mem_alloc(sizeof *g);

	*g = (struct guard){.most = connections, .each = each, .places = 64};
	while (g->places < 2 * connections)
		g->places *= 2;
	g->crowd = mem_alloc(g->places * sizeof *g->crowd);
	memset(g->crowd, 0, g->places * sizeof *g->crowd);
	if (getrandom(&g->seed, sizeof g->seed, GRND_NONBLOCK) < 0)
		g->seed = (uintptr_t)g;
	pthread_mutex_init(&g->lock, NULL);
	return g;
}

void
guard_free(struct guard *g)
{
	if (!g)
		return;
	pthread_mutex_destroy(&g->lock);
	free(g->crowd);
	free(g);
}

static uint64_t
mix(uint64_t hash, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ p[i]) * 0x100000001b3;
	return hash ^ hash >> 29;
}

static uint64_t
hash_of(const struct guard *g, const struct ip *ip, struct slice what)
{
	uint64_t hash = mix(g->seed ^ 0xcbf29ce484222325, ip->byte, sizeof ip->byte);

	return mix(hash, what.n ? what.p : "", what.n);
}

static bool
same(const struct ip *a, const struct ip *b)
{
	return memcmp(a->byte, b->byte, sizeof a->byte) == 0;
}

/* --- connections ------------------------------------------------------------------ */

/* The address's place, or the free one where it would be. */
static size_t
find(const struct guard *g, const struct ip *ip)
{
	size_t at = hash_of(g, ip, SLICE_NONE) & (g->places - 1);

	while (g->crowd[at].connections && !same(&g->crowd[at].ip, ip))
		at = (at + 1) & (g->places - 1);
	return at;
}

enum guard_verdict
guard_enter(struct guard *g, const struct ip *ip, bool exempt)
{
	struct ip subscriber = ip_subscriber(ip);
	enum guard_verdict verdict = GUARD_IN;
	struct crowd *crowd;

	pthread_mutex_lock(&g->lock);
	if (g->connections >= g->most) {
		verdict = GUARD_FULL;
	} else if (ip->known && !exempt) {
		crowd = &g->crowd[find(g, &subscriber)];
		if (crowd->connections < g->each)
			*crowd = (struct crowd){subscriber, crowd->connections + 1};
		else
			verdict = GUARD_CROWDED;
	}
	g->connections += verdict == GUARD_IN;
	pthread_mutex_unlock(&g->lock);
	return verdict;
}

/* What was pushed on by the one that went may now be nearer to where it belongs. */
static void
close_gap(struct guard *g, size_t gap)
{
	size_t mask = g->places - 1;

	for (size_t at = (gap + 1) & mask; g->crowd[at].connections;
	     at = (at + 1) & mask) {
		size_t home = hash_of(g, &g->crowd[at].ip, SLICE_NONE) & mask;

		if (((at - home) & mask) < ((at - gap) & mask))
			continue;
		g->crowd[gap] = g->crowd[at];
		g->crowd[at].connections = 0;
		gap = at;
	}
}

void
guard_leave(struct guard *g, const struct ip *ip, bool exempt)
{
	struct ip subscriber = ip_subscriber(ip);

	pthread_mutex_lock(&g->lock);
	g->connections--;
	if (ip->known && !exempt) {
		size_t at = find(g, &subscriber);

		if (g->crowd[at].connections && --g->crowd[at].connections == 0)
			close_gap(g, at);
	}
	pthread_mutex_unlock(&g->lock);
}

/* --- intervals -------------------------------------------------------------------- */

int64_t
guard_wait(struct guard *g, const struct ip *ip, struct slice what, int64_t now,
    int64_t interval)
{
	struct ip subscriber = ip_subscriber(ip);
	uint64_t who = hash_of(g, &subscriber, what);
	struct mark *mark = &g->mark[who % MARKS];
	int64_t wait = 0;

	pthread_mutex_lock(&g->lock);
	if (mark->who == who && now - mark->when < interval)
		wait = interval - (now - mark->when);
	else
		*mark = (struct mark){who, now};
	pthread_mutex_unlock(&g->lock);
	return wait;
}

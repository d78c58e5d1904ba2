#include "serve/meter.h"

#include "base/buf.h"
#include "base/map.h"
#include "model/agent.h"

#include <pthread.h>

/* Beyond these all is counted under no name: what others send does not fill us. */
enum { FEEDS_MAX = 100 * 1000, CLAIMS_MAX = 10 * 1000 };

struct feed_counts {
	struct slice feed;
	uint64_t requests[STATUS_CLASSES], bytes[STATUS_CLASSES];
};

struct meter {
	pthread_mutex_t lock;
	struct arena *arena;
	struct map feeds, claims; /* -> struct feed_counts, struct serve_claim */
	struct feed_counts none;
	struct buf key;
	uint64_t not_modified, too_soon, partial, deltas;
};

struct meter *
meter_new(void)
{
	struct arena *arena = arena_new();
	struct meter *t = ARENA_NEW(arena, struct meter);

	t->arena = arena;
	map_init(&t->feeds);
	map_init(&t->claims);
	buf_init(&t->key, 64 * 1024);
	pthread_mutex_init(&t->lock, NULL);
	return t;
}

void
meter_free(struct meter *t)
{
	if (!t)
		return;
	pthread_mutex_destroy(&t->lock);
	buf_fini(&t->key);
	map_fini(&t->feeds);
	map_fini(&t->claims);
	arena_free(t->arena);
}

static struct feed_counts *
find_feed(struct meter *t, struct slice feed)
{
	struct feed_counts *f = feed.n ? map_get(&t->feeds, feed) : &t->none;

	if (f)
		return f;
	if (t->feeds.n >= FEEDS_MAX)
		return &t->none;
	f = ARENA_NEW(t->arena, struct feed_counts);
	f->feed = arena_copy(t->arena, feed);
	map_put(&t->feeds, f->feed, f);
	return f;
}

/* The parts with their lengths, so that no two lists of parts are the same key. */
static struct slice
claim_key(struct buf *key, struct slice feed, struct slice program, struct slice feed_id)
{
	buf_reset(key);
	buf_printf(key, "%zu %zu ", feed.n, program.n);
	buf_slice(key, feed);
	buf_slice(key, program);
	buf_slice(key, feed_id);
	return buf_view(key);
}

/* NULL: there is no room. */
static struct serve_claim *
find_claim(struct meter *t, struct slice feed, struct slice program, struct slice feed_id)
{
	struct slice key = claim_key(&t->key, feed, program, feed_id);
	struct serve_claim *c = map_get(&t->claims, key);

	if (c || t->claims.n >= CLAIMS_MAX)
		return c;
	c = ARENA_NEW(t->arena, struct serve_claim);
	c->feed = arena_copy(t->arena, feed);
	c->program = arena_copy(t->arena, program);
	c->feed_id = arena_copy(t->arena, feed_id);
	map_put(&t->claims, arena_copy(t->arena, key), c);
	return c;
}

static void
take_claim(struct meter *t, const struct answered *a)
{
	struct claim claim;
	struct serve_claim *c;

	agent_claim(a->agent, &claim);
	if (!claim.made)
		return;
	c = find_claim(t, a->feed, agent_program(a->agent), claim.feed_id);
	if (!c)
		return;
	c->subscribers = claim.subscribers;
	c->when = a->now;
}

void
meter_add(struct meter *t, const struct answered *a)
{
	int class = a->status / 100 < STATUS_CLASSES ? a->status / 100 : 0;
	struct feed_counts *f;

	pthread_mutex_lock(&t->lock);
	f = find_feed(t, a->feed);
	f->requests[class]++;
	f->bytes[class] += (uint64_t)a->bytes;
	t->not_modified += a->status == 304;
	t->too_soon += a->status == 429;
	t->partial += a->status == 206;
	t->deltas += a->status == 226;
	if (a->feed.n && a->agent.n && a->status < 400)
		take_claim(t, a);
	pthread_mutex_unlock(&t->lock);
}

/* --- looking ---------------------------------------------------------------------- */

static void
copy_feed(struct serve_counts *out, const struct feed_counts *f)
{
	struct slice feed = arena_copy(out->arena, f->feed);

	for (int class = 0; class < STATUS_CLASSES; class ++) {
		if (!f->requests[class])
			continue;
		out->count =
		    arena_grow(out->arena, out->count, out->counts, sizeof *out->count);
		out->count[out->counts++] = (struct serve_count){
		    feed, class, f->requests[class], f->bytes[class]};
	}
}

static void
copy_claim(struct serve_counts *out, const struct serve_claim *c)
{
	out->claim = arena_grow(out->arena, out->claim, out->claims, sizeof *out->claim);
	out->claim[out->claims++] = (struct serve_claim){
	    arena_copy(out->arena, c->feed),
	    arena_copy(out->arena, c->program),
	    arena_copy(out->arena, c->feed_id),
	    c->subscribers,
	    c->when,
	};
}

void
meter_read(struct meter *t, struct serve_counts *out)
{
	*out = (struct serve_counts){.arena = arena_new()};
	pthread_mutex_lock(&t->lock);
	copy_feed(out, &t->none);
	for (size_t i = 0; i < t->feeds.n; i++)
		copy_feed(out, t->feeds.item[i].value);
	for (size_t i = 0; i < t->claims.n; i++)
		copy_claim(out, t->claims.item[i].value);
	out->not_modified = t->not_modified;
	out->too_soon = t->too_soon;
	out->partial = t->partial;
	out->deltas = t->deltas;
	pthread_mutex_unlock(&t->lock);
}

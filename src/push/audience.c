#include "push/audience.h"

#include "base/buf.h"
#include "base/digest.h"
#include "base/map.h"
#include "model/agent.h"

#include <stdlib.h>

/* One for each document, address and agent: their digest is all that is kept. */
struct poller {
	struct digest id;
	int64_t size;    /* of its last 200; -1: none yet */
	uint32_t run;    /* how many 200s in a row had it */
	bool repeated;   /* that was AUDIENCE_PATIENCE once */
	bool unmodified; /* it got a 304 once */
	bool hub;
	struct audience_claim *claim; /* NULL: it declares nothing */
};

struct audience {
	struct arena *arena;
	struct map feeds, pollers, claims;
	struct buf key;
	size_t max, beyond;
};

struct audience *
audience_new(size_t max)
{
	enum { KEY_MAX = 256 * 1024 };
	struct arena *arena = arena_new();
	struct audience *a = ARENA_NEW(arena, struct audience);

	a->arena = arena;
	a->max = max;
	map_init(&a->feeds);
	map_init(&a->pollers);
	map_init(&a->claims);
	buf_init(&a->key, KEY_MAX);
	return a;
}

void
audience_free(struct audience *a)
{
	if (!a)
		return;
	map_fini(&a->feeds);
	map_fini(&a->pollers);
	map_fini(&a->claims);
	buf_fini(&a->key);
	arena_free(a->arena);
}

/* The parts with their lengths, so that no two lists of parts are the same key. */
static struct slice
make_key(struct audience *a, const struct slice *part, size_t n)
{
	buf_reset(&a->key);
	for (size_t i = 0; i < n; i++) {
		buf_add(&a->key, &part[i].n, sizeof part[i].n);
		buf_slice(&a->key, part[i]);
	}
	return buf_view(&a->key);
}

static bool
is_full(const struct audience *a)
{
	return a->feeds.n + a->pollers.n + a->claims.n >= a->max;
}

static struct audience_feed *
find_feed(struct audience *a, struct slice document, bool served)
{
	struct audience_feed *f = map_get(&a->feeds, document);

	if (f || !served || is_full(a))
		return f;
	f = ARENA_NEW(a->arena, struct audience_feed);
	f->document = arena_copy(a->arena, document);
	map_put(&a->feeds, f->document, f);
	return f;
}

/* The claim of this program and feed id; NULL: there is no room. */
static struct audience_claim *
find_claim(struct audience *a, struct audience_feed *f, struct slice program,
    struct slice feed_id, bool hub)
{
	const struct slice parts[] = {f->document, program, feed_id};
	struct slice key = make_key(a, parts, 3);
	struct audience_claim *c = map_get(&a->claims, key);

	if (c || is_full(a))
		return c;
	c = ARENA_NEW(a->arena, struct audience_claim);
	c->program = arena_copy(a->arena, program);
	c->feed_id = arena_copy(a->arena, feed_id);
	c->when = INT64_MIN;
	c->hub = hub;
	map_put(&a->claims, arena_copy(a->arena, key), c);
	f->claim =
	    arena_grow(a->arena, f->claim, f->claims, sizeof(struct audience_claim *));
	f->claim[f->claims++] = c;
	return c;
}

static struct poller *
find_poller(struct audience *a, struct audience_feed *f, const struct access *line,
    const struct claim *claim)
{
	const struct slice parts[] = {f->document, line->address, claim->before,
	    claim->after, claim->made ? SLICE("subscribers") : SLICE_NONE};
	struct digest id = digest_of(make_key(a, parts, 5));
	struct poller *p =
	    map_get(&a->pollers, slice_make((const char *)id.byte, sizeof id.byte));

	if (p || is_full(a))
		return p;
	p = ARENA_NEW(a->arena, struct poller);
	p->id = id;
	p->size = -1;
	p->hub = agent_is_hub(line->agent);
	if (claim->made)
		p->claim =
		    find_claim(a, f, agent_program(line->agent), claim->feed_id, p->hub);
	map_put(&a->pollers, slice_make((const char *)p->id.byte, sizeof p->id.byte), p);
	f->pollers++;
	return p;
}

static bool
is_unconditional(const struct poller *p)
{
	return p->repeated && !p->unmodified;
}

static void
count_poll(struct audience_feed *f, struct poller *p, const struct access *line)
{
	bool before = is_unconditional(p);

	if (line->status == 304) {
		p->unmodified = true;
	} else if (line->bytes == p->size) {
		p->run++;
		f->wasted += (uint64_t)line->bytes;
	} else {
		p->size = line->bytes;
		p->run = 1;
	}
	p->repeated |= p->run >= AUDIENCE_PATIENCE;
	f->unconditional += is_unconditional(p) && !before;
	f->unconditional -= before && !is_unconditional(p);
}

bool
audience_add(struct audience *a, struct slice document, const struct access *line)
{
	bool served =
	    slice_is(line->method, "GET") && (line->status == 200 || line->status == 304);
	struct audience_feed *f = find_feed(a, document, served);
	struct claim claim;
	struct poller *p;

	if (!f && !served)
		return false;
	if (!f) {
		a->beyond++;
		return true;
	}
	f->ok += served && line->status == 200;
	f->unmodified += served && line->status == 304;
	f->other += !served;
	if (!served)
		return true;
	agent_claim(line->agent, &claim);
	p = find_poller(a, f, line, &claim);
	if (!p) {
		a->beyond++;
		return true;
	}
	count_poll(f, p, line);
	if (p->hub) {
		f->hub_fetches++;
		f->hub_last = line->time > f->hub_last ? line->time : f->hub_last;
	}
	if (p->claim && line->time >= p->claim->when) {
		p->claim->subscribers = claim.subscribers;
		p->claim->when = line->time;
	}
	return true;
}

size_t
audience_beyond(const struct audience *a)
{
	return a->beyond;
}

/* Keep the recent claims, and add them up. */
static void
sum_claims(struct audience_feed *f, int64_t newest)
{
	size_t kept = 0;

	f->subscribers = 0;
	for (size_t i = 0; i < f->claims; i++) {
		if (newest - f->claim[i]->when > AUDIENCE_RECENT)
			continue;
		f->subscribers += f->claim[i]->subscribers;
		f->claim[kept++] = f->claim[i];
	}
	f->claims = kept;
}

static int
by_size(const void *left, const void *right)
{
	const struct audience_feed *a = *(struct audience_feed *const *)left;
	const struct audience_feed *b = *(struct audience_feed *const *)right;

	if (a->subscribers != b->subscribers)
		return a->subscribers > b->subscribers ? -1 : 1;
	if (a->pollers != b->pollers)
		return a->pollers > b->pollers ? -1 : 1;
	return slice_cmp(a->document, b->document);
}

struct audience_feed **
audience_finish(struct audience *a, int64_t newest, size_t *n)
{
	struct audience_feed **v =
	    arena_array(a->arena, a->feeds.n, sizeof(struct audience_feed *));

	*n = a->feeds.n;
	for (size_t i = 0; i < *n; i++) {
		v[i] = a->feeds.item[i].value;
		sum_claims(v[i], newest);
	}
	qsort(v, *n, sizeof(struct audience_feed *), by_size);
	return v;
}

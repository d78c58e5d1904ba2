#include "push/errand.h"

#include "base/map.h"
#include "base/uri.h"

#include <stdlib.h>

/* --- who is told of what ------------------------------------------------------------- */

static bool
is_told_of(const struct channel *c, const struct told *t, const struct config_feed *feed)
{
	struct slice extension = slice_from(t->topic, t->feed.n + 1);

	if (c->kind->scope == SCOPE_SITE || t->topic.n == 0)
		return c->kind->scope == SCOPE_SITE && t->topic.n == 0;
	if (!feed || !config_takes(c->feeds, feed->name))
		return false;
	return c->kind->scope == SCOPE_DOCUMENT ||
	       slice_is(extension,
		   c->kind->scope == SCOPE_FEED ? config_first_format(feed) : "rss");
}

/* The channel that is told of it, or NULL. */
static const struct channel *
channel_for(
    const struct channels *channels, const struct config *config, struct told *told)
{
	const struct channel *c = channels_find(channels, told->peer);
	const struct config_feed *feed = config_feed_named(config, told->section);

	told->rank = feed ? feed - config->feed : (int64_t)config->feeds;
	return c && !told->silent && is_told_of(c, told, feed) ? c : NULL;
}

static int
by_turn(const struct told *a, const struct told *b)
{
	int order = slice_cmp(a->topic, b->topic);

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->since != b->since)
		return a->since < b->since ? -1 : 1;
	return order ? order : slice_cmp(a->peer, b->peer);
}

static int
errand_by_turn(const void *a, const void *b)
{
	return by_turn(
	    &((const struct errand *)a)->told, &((const struct errand *)b)->told);
}

static int
told_by_turn(const void *a, const void *b)
{
	return by_turn(a, b);
}

/* --- what is owed -------------------------------------------------------------------- */

struct loading {
	struct errands *errands;
	const struct config *config;
	const char *(*type)(struct slice path);
	struct map topic;  /* path -> struct topic */
	struct slice path; /* the document that is looked at; */
	bool owed;         /* ... somebody is to be told of it */
};

static struct topic *
load_topic(struct loading *l, const struct told *t)
{
	struct errands *e = l->errands;
	struct topic *topic = map_get(&l->topic, t->topic);

	if (topic)
		return topic;
	topic = ARENA_NEW(e->arena, struct topic);
	*topic = (struct topic){
	    .path = t->topic,
	    .url = arena_printf(e->arena, "%.*s%.*s", SLICE_ARG(l->config->output.url),
		SLICE_ARG(uri_encode_path(e->arena, t->topic))),
	    .type = l->type(t->topic),
	    .digest = t->digest,
	};
	e->topic = arena_grow(e->arena, e->topic, e->topics, sizeof *e->topic);
	e->topic[e->topics++] = topic;
	map_put(&l->topic, topic->path, topic);
	return topic;
}

static void
leave_document(struct loading *l)
{
	if (l->path.n && !l->owed)
		slices_add(&l->errands->settled, l->errands->arena, l->path);
	l->owed = false;
}

static int
load_errand(void *ctx, const struct told *told)
{
	struct loading *l = ctx;
	struct errands *e = l->errands;
	struct told t = *told;
	const struct channel *channel = channel_for(&e->channels, l->config, &t);
	struct errand *errand;

	if (!slice_eq(t.topic, l->path)) {
		leave_document(l);
		l->path = arena_copy(e->arena, t.topic);
	}
	if (!channel || !t.owed)
		return 0;
	l->owed = true;
	e->v = arena_grow(e->arena, e->v, e->n, sizeof *e->v);
	errand = &e->v[e->n++];
	*errand = (struct errand){.told = told_copy(e->arena, &t), .channel = channel};
	if (t.topic.n)
		errand->topic = load_topic(l, &errand->told);
	return 0;
}

static int
prepare(struct errands *e, struct bulletin *bulletin, struct err *err)
{
	for (size_t i = 0; i < e->n; i++) {
		struct errand *errand = &e->v[i];

		if (errand->channel->kind->prepare &&
		    errand->channel->kind->prepare(bulletin, errand, err) < 0)
			return -1;
	}
	return 0;
}

static int
load_errands(struct loading *l, struct bulletin *bulletin, struct err *err)
{
	struct errands *e = l->errands;

	if (told_each(bulletin->ledger, false, load_errand, l, err) < 0)
		return -1;
	leave_document(l);
	if (e->n)
		qsort(e->v, e->n, sizeof *e->v, errand_by_turn);
	return prepare(e, bulletin, err) < 0
		   ? -1
		   : told_peers(bulletin->ledger, e->arena, &e->peer, &e->peers, err);
}

int
errands_load(struct errands *e, const struct config *config,
    const char *(*type)(struct slice path), struct ledger *ledger, struct err *err)
{
	struct loading l = {.errands = e, .config = config, .type = type};
	struct bulletin bulletin;
	int rc;

	*e = (struct errands){.arena = arena_new()};
	bulletin = (struct bulletin){
	    .config = config, .ledger = ledger, .arena = e->arena, .pool = arena_new()};
	map_init(&l.topic);
	e->channels = channels_of(config, e->arena);
	rc = load_errands(&l, &bulletin, err);
	map_fini(&l.topic);
	arena_free(bulletin.pool);
	if (rc < 0)
		errands_fini(e);
	return rc;
}

void
errands_fini(struct errands *e)
{
	arena_free(e->arena);
	*e = (struct errands){0};
}

/* --- for people ------------------------------------------------------------------------ */

struct surveying {
	const struct config *config;
	struct channels channels;
	struct arena *arena;
	struct told *v;
	size_t n;
	struct errand_counts *counts; /* by channel */
};

static int
keep_told(void *ctx, const struct told *told)
{
	struct surveying *s = ctx;
	struct told t = *told;

	if (!channel_for(&s->channels, s->config, &t))
		return 0;
	s->v = arena_grow(s->arena, s->v, s->n, sizeof *s->v);
	s->v[s->n++] = told_copy(s->arena, &t);
	return 0;
}

int
errands_all(const struct config *config, struct ledger *ledger, struct arena *arena,
    struct told **v, size_t *n, struct err *err)
{
	struct surveying s = {
	    .config = config, .channels = channels_of(config, arena), .arena = arena};
	int rc = told_each(ledger, true, keep_told, &s, err);

	if (s.n)
		qsort(s.v, s.n, sizeof *s.v, told_by_turn);
	*v = s.v;
	*n = s.n;
	return rc;
}

static int
count_told(void *ctx, const struct told *told)
{
	struct surveying *s = ctx;
	struct told t = *told;
	const struct channel *channel = channel_for(&s->channels, s->config, &t);
	struct errand_counts *counts;

	if (!channel)
		return 0;
	counts = &s->counts[channel - s->channels.v];
	if (t.owed)
		counts->owed++;
	else if (t.ever && digest_eq(&t.accepted, &t.wanted))
		counts->accepted++;
	else
		counts->failed++;
	return 0;
}

int
errands_count(const struct config *config, struct ledger *ledger, struct arena *arena,
    struct errand_counts **v, size_t *n, struct err *err)
{
	struct surveying s = {.config = config, .channels = channels_of(config, arena)};

	*n = s.channels.n;
	*v = s.counts = arena_array(arena, *n, sizeof **v);
	for (size_t i = 0; i < *n; i++)
		s.counts[i] = (struct errand_counts){.peer = s.channels.v[i].peer};
	return told_each(ledger, true, count_told, &s, err);
}

struct errand_counts
errand_counts_sum(const struct errand_counts *v, size_t n)
{
	struct errand_counts sum = {.peer = SLICE_NONE};

	for (size_t i = 0; i < n; i++) {
		sum.accepted += v[i].accepted;
		sum.owed += v[i].owed;
		sum.failed += v[i].failed;
	}
	return sum;
}

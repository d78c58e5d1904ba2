#include "push/errand.h"

#include "base/map.h"
#include "base/uri.h"

static bool
is_told_of(const struct channel *c, const struct update *what)
{
	if (!what->feed)
		return c->kind->scope == SCOPE_SITE;
	if (c->kind->scope == SCOPE_SITE || !config_takes(c->feeds, what->feed->name))
		return false;
	return c->kind->scope == SCOPE_DOCUMENT ||
	       (c->kind->scope == SCOPE_FEED ? what->first : what->rss);
}

int
errand_want(const struct channels *channels, const struct update *what, struct told *told,
    struct ledger *ledger, struct err *err)
{
	bool editions = what->feed && what->feed->schedule.set;

	for (size_t i = 0; i < channels->n; i++) {
		int rc;

		told->peer = channels->v[i].peer;
		rc = is_told_of(&channels->v[i], what)
			 ? told_want(ledger, told, editions, err)
			 : told_unwant(ledger, told->peer, told->topic, err);
		if (rc < 0)
			return -1;
	}
	return 0;
}

struct loading {
	struct errands *errands;
	const struct config *config;
	const char *(*type)(struct slice path);
	struct ledger *ledger;
	struct err *err;
	struct map topic; /* path -> struct topic */
	struct bulletin bulletin;
};

/* 1, or 0: it is not published now. */
static int
load_topic(struct loading *l, struct slice path, struct topic **topic)
{
	struct errands *e = l->errands;
	struct digest digest;
	int64_t mtime;
	int rc;

	*topic = map_get(&l->topic, path);
	if (*topic)
		return 1;
	rc = told_document(l->ledger, path, &digest, &mtime, l->err);
	if (rc <= 0)
		return rc;
	*topic = ARENA_NEW(e->arena, struct topic);
	**topic = (struct topic){
	    .path = path,
	    .url = arena_printf(e->arena, "%.*s%.*s", SLICE_ARG(l->config->output.url),
		SLICE_ARG(uri_encode_path(e->arena, path))),
	    .type = l->type(path),
	    .digest = digest,
	};
	e->topic = arena_grow(e->arena, e->topic, e->topics, sizeof *e->topic);
	e->topic[e->topics++] = *topic;
	map_put(&l->topic, path, *topic);
	return 1;
}

/* 1, or 0: whom or what it is about is no more. */
static int
load_errand(struct loading *l, struct errand *e)
{
	int rc;

	e->channel = channels_find(&l->errands->channels, e->told.peer);
	if (!e->channel)
		return 0;
	if (e->channel->kind->scope != SCOPE_SITE) {
		rc = load_topic(l, e->told.topic, &e->topic);
		if (rc <= 0)
			return rc;
	}
	if (e->channel->kind->prepare &&
	    e->channel->kind->prepare(&l->bulletin, e, l->err) < 0)
		return -1;
	return 1;
}

static int
load_errands(struct loading *l)
{
	struct errands *e = l->errands;
	struct told *told;
	size_t n;

	if (told_owed(l->ledger, e->arena, &told, &n, l->err) < 0)
		return -1;
	e->v = arena_array(e->arena, n, sizeof *e->v);
	for (size_t i = 0; i < n; i++) {
		int rc;

		e->v[e->n] = (struct errand){.told = told[i]};
		rc = load_errand(l, &e->v[e->n]);
		if (rc < 0)
			return -1;
		e->n += rc > 0;
	}
	return told_peers(l->ledger, e->arena, &e->peer, &e->peers, l->err);
}

int
errands_load(struct errands *e, const struct config *config,
    const char *(*type)(struct slice path), struct ledger *ledger, struct err *err)
{
	struct loading l = {
	    .errands = e, .config = config, .type = type, .ledger = ledger, .err = err};
	int rc;

	*e = (struct errands){.arena = arena_new()};
	l.bulletin = (struct bulletin){
	    .config = config, .ledger = ledger, .arena = e->arena, .pool = arena_new()};
	map_init(&l.topic);
	e->channels = channels_of(config, e->arena);
	rc = load_errands(&l);
	map_fini(&l.topic);
	arena_free(l.bulletin.pool);
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

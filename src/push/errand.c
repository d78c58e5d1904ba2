#include "push/errand.h"

#include "base/map.h"
#include "base/uri.h"

struct slice
errand_peer(const struct config_hub *hub, struct arena *arena)
{
	return arena_printf(arena, "hub:%.*s", SLICE_ARG(hub->name));
}

int
errand_want(const struct config *config, struct slice name, struct told *told,
    struct ledger *ledger, struct arena *arena, struct err *err)
{
	for (size_t i = 0; i < config->hubs; i++) {
		const struct config_hub *hub = &config->hub[i];
		int rc;

		told->peer = errand_peer(hub, arena);
		rc = config_hub_takes(hub, name)
			 ? told_want(ledger, told, err)
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
	struct map topic;   /* path -> struct topic */
	struct slices peer; /* by hub */
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

static const struct config_hub *
find_hub(const struct loading *l, struct slice peer)
{
	for (size_t i = 0; i < l->config->hubs; i++)
		if (slice_eq(l->peer.v[i], peer))
			return &l->config->hub[i];
	return NULL;
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
		const struct config_hub *hub = find_hub(l, told[i].peer);
		struct topic *topic;
		int rc = hub ? load_topic(l, told[i].topic, &topic) : 0;

		if (rc < 0)
			return -1;
		if (rc == 0)
			continue;
		e->v[e->n++] = (struct errand){told[i], hub, topic};
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
	map_init(&l.topic);
	for (size_t i = 0; i < config->hubs; i++)
		slices_add(&l.peer, e->arena, errand_peer(&config->hub[i], e->arena));
	rc = load_errands(&l);
	map_fini(&l.topic);
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

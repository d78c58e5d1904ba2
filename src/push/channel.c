#include "push/channel.h"

#include "push/cloud.h"
#include "push/hook.h"
#include "push/indexnow.h"
#include "push/ping.h"

enum { HURRIED = 6000 }; /* calls a minute, where nobody set a pace */

static const struct channel_kind hub_kind = {
    .name = "hub",
    .scope = SCOPE_DOCUMENT,
    .write = ping_write,
    .judge = answer_judge,
};
static const struct channel_kind hook_kind = {
    .name = "hook",
    .scope = SCOPE_FEED,
    .prepare = hook_prepare,
    .write = hook_write,
    .judge = answer_judge,
};
static const struct channel_kind indexnow_kind = {
    .name = "indexnow",
    .scope = SCOPE_SITE,
    .prepare = indexnow_prepare,
    .write = indexnow_write,
    .judge = indexnow_judge,
};
static const struct channel_kind cloud_kind = {
    .name = "cloud",
    .scope = SCOPE_RSS,
    .write = cloud_write,
    .judge = cloud_judge,
};

struct adding {
	const struct config *config;
	struct arena *arena;
	struct channels *channels;
};

static struct channel *
add(struct adding *a, const struct channel_kind *kind, struct slice name,
    const struct slices *feeds)
{
	struct channels *c = a->channels;
	struct slice peer = slice_str(kind->name);

	if (name.n)
		peer = arena_printf(a->arena, "%s:%.*s", kind->name, SLICE_ARG(name));
	c->v = arena_grow(a->arena, c->v, c->n, sizeof *c->v);
	c->v[c->n] = (struct channel){
	    .kind = kind,
	    .peer = peer,
	    .feeds = feeds,
	    .command = -1,
	    .gated = true,
	    .rate = HURRIED,
	    .at_once = a->config->push.per_host,
	    .pause = a->config->push.debounce,
	};
	return &c->v[c->n++];
}

struct slice
channel_hub(const struct config_hub *hub, struct arena *arena)
{
	return arena_printf(arena, "%s:%.*s", hub_kind.name, SLICE_ARG(hub->name));
}

static void
add_hub(struct adding *a, const struct config_hub *hub)
{
	struct channel *c = add(a, &hub_kind, hub->name, &hub->feeds);

	c->hub = hub;
	c->where = hub->url;
	c->content = hub->content;
	c->rate = hub->rate;
}

/* Whoever empties a cache cannot wait: neither for what the cache keeps, nor a minute. */
static void
add_hook(struct adding *a, const struct config_hook *hook, int command)
{
	struct channel *c = add(a, &hook_kind, hook->name, &hook->feeds);

	c->hook = hook;
	c->where = hook->url.n ? hook->url : hook->command.v[0];
	c->gated = hook->when == WHEN_LIVE;
	if (!c->gated)
		c->pause = 0;
	if (hook->url.n)
		return;
	c->command = command;
	c->at_once = 1;
}

/* What it is told of are pages of the site, which are not ours to ask for. */
static void
add_indexnow(struct adding *a, const struct config_indexnow *indexnow)
{
	struct channel *c = add(a, &indexnow_kind, SLICE_NONE, NULL);

	c->indexnow = indexnow;
	c->where = indexnow->endpoint;
	c->gated = false;
	c->at_once = 1;
}

static void
add_cloud(struct adding *a, const struct config_cloud *cloud)
{
	struct channel *c = add(a, &cloud_kind, cloud->name, &cloud->feeds);

	c->cloud = cloud;
	c->where = cloud->url;
}

struct channels
channels_of(const struct config *config, struct arena *arena)
{
	struct channels channels = {0};
	struct adding a = {config, arena, &channels};
	int commands = 0;

	for (size_t i = 0; i < config->hubs; i++)
		add_hub(&a, &config->hub[i]);
	for (size_t i = 0; i < config->hooks; i++) {
		add_hook(&a, &config->hook[i], commands);
		commands += config->hook[i].command.n > 0;
	}
	if (config->indexnow.key.n)
		add_indexnow(&a, &config->indexnow);
	for (size_t i = 0; i < config->clouds; i++)
		add_cloud(&a, &config->cloud[i]);
	return channels;
}

const struct channel *
channels_find(const struct channels *channels, struct slice peer)
{
	for (size_t i = 0; i < channels->n; i++)
		if (slice_eq(channels->v[i].peer, peer))
			return &channels->v[i];
	return NULL;
}

int
bulletin_load(struct bulletin *b, int64_t mark, struct err *err)
{
	if (b->loaded && b->mark == mark)
		return 0;
	arena_reset(b->pool);
	b->loaded = true;
	b->mark = mark;
	if (news_last(b->ledger, &b->last, err) < 0 ||
	    news_since(b->ledger, mark, BULLETIN_MAX, b->pool, &b->v, &b->n, err) < 0)
		return -1;
	b->cut = b->n == BULLETIN_MAX && b->v[b->n - 1].number < b->last;
	return 0;
}

#include "app/push_canary.h"

#include "push/channel.h"

/* --- dead hubs -------------------------------------------------------------------- */

static const struct heard *
find(const struct heard *v, size_t n, const struct config_hub *hub, struct arena *arena)
{
	struct slice peer = channel_hub(hub, arena);

	for (size_t i = 0; i < n; i++)
		if (slice_eq(v[i].peer, peer))
			return &v[i];
	return NULL;
}

/* A verdict over a hub that was at another address is none. */
static bool
is_dead(const struct config_hub *hub, const struct heard *h)
{
	return h && h->dead && slice_eq(h->hub, hub->url);
}

static bool
drops(const struct config *config)
{
	return config->push.canary && config->push.drop_dead;
}

int
push_dead(const struct config *config, struct ledger *ledger, struct arena *arena,
    struct slices *names, struct err *err)
{
	struct heard *v;
	size_t n;

	*names = (struct slices){0};
	if (!drops(config))
		return 0;
	if (heard_all(ledger, arena, &v, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < config->hubs; i++)
		if (is_dead(&config->hub[i], find(v, n, &config->hub[i], arena)))
			slices_add(names, arena, config->hub[i].name);
	return 0;
}

/* --- from and to canaries -------------------------------------------------------------- */

static int
record(const struct push_canary *canary, struct ledger *ledger, struct err *err)
{
	const struct slices nobody = {0};

	if (canary->forget)
		return heard_sweep(ledger, &nobody, err);
	for (size_t i = 0; i < canary->heards; i++)
		if (heard_put(ledger, &canary->heard[i], err) < 0)
			return -1;
	return 0;
}

/* Of the first feed that the hub takes, and that has a document. 1, or 0: there is none. */
static int
find_topic(const struct config *config, struct canary_wanted *w, struct ledger *ledger,
    struct arena *arena, struct err *err)
{
	struct slice before = w->heard ? w->heard->topic : SLICE_NONE;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < config->feeds; i++) {
		const struct config_feed *feed = &config->feed[i];

		if (config_takes(&w->hub->feeds, feed->name))
			rc = heard_topic(ledger, feed->name, config_first_format(feed),
			    before, arena, &w->topic, err);
	}
	return rc;
}

static int
load(const struct config *config, struct push_canary *canary, struct ledger *ledger,
    struct err *err)
{
	struct arena *arena = canary->arena;
	struct heard *v;
	size_t n;

	if (heard_all(ledger, arena, &v, &n, err) < 0)
		return -1;
	canary->wanted = arena_array(arena, config->hubs, sizeof *canary->wanted);
	for (size_t i = 0; i < config->hubs; i++) {
		struct canary_wanted *w = &canary->wanted[canary->n];
		int rc;

		*w = (struct canary_wanted){
		    .hub = &config->hub[i], .heard = find(v, n, &config->hub[i], arena)};
		rc = find_topic(config, w, ledger, arena, err);
		if (rc < 0)
			return -1;
		canary->n += rc > 0;
	}
	return 0;
}

int
push_canary_sync(const struct config *config, struct push_canary *canary,
    struct ledger *ledger, struct err *err)
{
	struct slices before, now;

	if (push_dead(config, ledger, canary->arena, &before, err) < 0 ||
	    record(canary, ledger, err) < 0 ||
	    push_dead(config, ledger, canary->arena, &now, err) < 0)
		return -1;
	canary->dead = before.n != now.n;
	for (size_t i = 0; i < before.n; i++)
		canary->dead |= !slices_has(&now, before.v[i]);
	return config->push.canary ? load(config, canary, ledger, err) : 0;
}

#include "base/clock.h"
#include "push/announce_inside.h"
#include "push/live.h"

#include <stdio.h>
#include <string.h>

enum {
	AHEAD = 8,        /* documents that are asked for before their call may go */
	FIRST_LOOK = 500, /* milliseconds until an address is asked again; doubled ... */
	LAST_LOOK = 30 * 1000,   /* ... up to this */
	ENOUGH = 4 * FIRST_LOOK, /* after three in vain */
	LOOK_TIMEOUT = 20 * 1000,
	WARNINGS = 20, /* about how documents are served, each once; enough is enough */
};

struct gate *
announce_gate(struct announce *a, const struct topic *topic)
{
	struct gate *g = map_get(&a->gate, topic->path);

	if (!g) {
		g = ARENA_NEW(a->lasting, struct gate);
		*g = (struct gate){.path = arena_copy(a->lasting, topic->path)};
		map_put(&a->gate, g->path, g);
	} else if (digest_eq(&g->digest, &topic->digest)) {
		return g;
	}
	*g = (struct gate){.path = g->path, .digest = topic->digest};
	return g;
}

static void
warn_of(struct announce *a, const struct live_found *found)
{
	for (size_t i = 0; i < found->warning.n && a->warned.n < WARNINGS; i++) {
		if (slices_has(&a->warned, found->warning.v[i]))
			continue;
		announce_say(a, LEVEL_WARN, found->warning.v[i]);
		slices_add(
		    &a->warned, a->lasting, arena_copy(a->lasting, found->warning.v[i]));
	}
}

/* Only what is news. */
static void
tell_stale(struct announce *a, struct gate *g, const struct live_found *found)
{
	char text[sizeof g->said];

	snprintf(text, sizeof text, "%.*s", SLICE_ARG(found->sentence));
	if (strcmp(text, g->said) != 0)
		announce_say(a, found->live == LIVE_WRONG ? LEVEL_WARN : LEVEL_INFO,
		    found->sentence);
	memcpy(g->said, text, sizeof text);
}

static const struct topic *
topic_at(const struct announce *a, struct slice path)
{
	for (size_t i = 0; i < a->errands.topics; i++)
		if (slice_eq(a->errands.topic[i]->path, path))
			return a->errands.topic[i];
	return NULL;
}

static void
wait_for_it(struct gate *g)
{
	g->plain = false;
	g->patience = !g->patience ? FIRST_LOOK : 2 * g->patience;
	if (g->patience > LAST_LOOK)
		g->patience = LAST_LOOK;
	g->next = clock_elapsed() + g->patience;
}

static void
judge_look(struct announce *a, struct gate *g, const struct topic *topic,
    const struct http_answer *answer, struct arena *arena)
{
	const struct live_wanted wanted = {
	    .url = topic->url,
	    .digest = g->digest,
	    .type = topic->type,
	    .hub = a->hub,
	    .zone = a->config->site.zone,
	};
	struct live_found found = {0};

	live_judge(&wanted, answer, arena, &found);
	if (found.live != LIVE) {
		wait_for_it(g);
		tell_stale(a, g, &found);
		return;
	}
	if (!g->plain)
		warn_of(a, &found);
	g->open = g->plain;
	g->opened = announce_now();
	g->plain = true;
}

/* The document may have been published again, or told, in between. */
static void
looked(void *ctx, const struct http_answer *answer)
{
	struct flight *f = ctx;
	struct announce *a = f->announce;
	struct gate *g = map_get(&a->gate, f->path);
	const struct topic *topic = topic_at(a, f->path);

	a->looks--;
	if (g && digest_eq(&g->digest, &f->digest)) {
		g->busy = false;
		if (topic)
			judge_look(a, g, topic, answer, f->arena);
	}
	announce_land(f);
	announce_soon(a);
}

static void
look(struct announce *a, struct gate *g, const struct topic *topic)
{
	struct flight *f = announce_take_off(a);
	struct err err;
	/* As a hub would ask: what a cache says to others is of no use to it. */
	const struct http_request request = {
	    .url = topic->url,
	    .timeout = LOOK_TIMEOUT,
	    .body_max = DOCUMENT_MAX,
	    .digest = true,
	    .gzip = g->plain,
	};

	f->path = arena_copy(f->arena, topic->path);
	f->digest = g->digest;
	if (http_send(a->http, &request, looked, f, &err) < 0) {
		announce_say(a, LEVEL_WARN, slice_str(err.text));
		g->next = clock_elapsed() + LAST_LOOK;
		announce_land(f);
		return;
	}
	g->busy = true;
	a->looks++;
}

/*
 * Whoever waits forever for a web server that is not there never tells anybody. The time is
 * that of the machine, from one call to the next; it may be wrong, so some looks of
 * our own have to have failed.
 */
static bool
is_patient(struct announce *a, const struct gate *g, const struct errand *e)
{
	if (g->patience < ENOUGH ||
	    announce_now() - e->told.since < a->config->push.live_timeout)
		return true;
	announce_say(a, LEVEL_WARN,
	    arena_printf(a->errands.arena,
		"%.*s is not served as it was published; the hub is told all the same",
		SLICE_ARG(e->topic->url)));
	return false;
}

int64_t
announce_pass_gate(struct announce *a, struct station *s, const struct errand *e)
{
	struct gate *g;
	int64_t wait;

	if (!a->config->push.live || !e->channel->gated)
		return 0;
	g = announce_gate(a, e->topic);
	if (g->open)
		return 0;
	if (!is_patient(a, g, e)) {
		g->open = true;
		return 0;
	}
	wait = g->next - clock_elapsed();
	if (g->busy || s->ready >= AHEAD || (int64_t)a->looks >= a->config->push.per_host)
		return UNTIL_ANSWER;
	if (wait > 0)
		return wait;
	look(a, g, e->topic);
	return UNTIL_ANSWER;
}

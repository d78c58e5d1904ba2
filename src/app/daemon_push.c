#include "app/daemon_inside.h"

#include <stdlib.h>

/*
 * Telling goes on beside runs, on the loop. Only the ledger is shared: what came of it is
 * recorded, and what is owed loaded, between two runs, as a short job of its own.
 */

enum { GATHER = 1000 }; /* milliseconds that results wait for others */

static void
on_gathered(uv_timer_t *timer)
{
	struct daemon *d = timer->data;

	d->push.wanted = true;
	daemon_next(d);
}

static void
on_result(void *ctx)
{
	struct daemon *d = ctx;

	d->push.results = true;
	uv_timer_start(&d->push.gather, on_gathered, GATHER, 0);
}

static void
on_told(void *ctx, const struct announced *announced)
{
	struct daemon *d = ctx;

	if (d->push.canary)
		canary_pinged(d->push.canary, announced);
}

static void
say(void *ctx, enum log_level level, struct slice sentence)
{
	struct daemon *d = ctx;

	log_say(d->log, level, NULL, "%.*s", SLICE_ARG(sentence));
}

static void
open_canary(struct daemon *d)
{
	const struct canary_events events = {on_result, say, d};
	struct err err;

	if (!d->config->push.canary)
		return;
	if (!d->listener)
		log_say(d->log, LEVEL_WARN, NULL, "canary: " PUSH_NO_LISTENER);
	else if (canary_open(&d->push.canary, &d->loop, d->config, d->listener, &events,
		     &err) < 0)
		log_say(d->log, LEVEL_ERROR, NULL, "%s; no delivery is proven", err.text);
}

void
daemon_open_push(struct daemon *d)
{
	const struct announce_events events = {
	    .result = on_result, .say = say, .ctx = d, .told = on_told};
	struct err err;

	if (!config_tells(d->config))
		return;
	if (announce_open(&d->push.announce, &d->loop, d->config, d->options->runner,
		&events, &err) < 0)
		log_say(d->log, LEVEL_ERROR, NULL, "%s; nobody is told", err.text);
	else
		open_canary(d);
	d->push.forget = !d->push.canary;
	d->push.wanted = true;
}

void
daemon_close_push(struct daemon *d)
{
	canary_close(d->push.canary);
	d->push.canary = NULL;
	announce_close(d->push.announce);
	d->push.announce = NULL;
	d->push.wanted = d->push.results = false;
}

static void
record(uv_work_t *work)
{
	struct daemon *d = work->data;
	struct pushing *p = &d->push;

	p->rc = push_sync(d->config, &p->told, &p->heard, &p->errands, &p->err);
}

static void
take_up(struct daemon *d)
{
	struct pushing *p = &d->push;

	p->forget = false;
	announce_take(p->announce, &p->errands);
	if (p->canary)
		canary_take(p->canary, p->heard.wanted, p->heard.n);
	if (p->heard.dead)
		sched_want(&d->sched, CAUSE_HUBS);
}

static void
recorded(uv_work_t *work, int status)
{
	struct daemon *d = work->data;
	struct pushing *p = &d->push;

	(void)status;
	d->working = false;
	daemon_change_pages(d);
	arena_free(p->told.arena);
	p->told = (struct announced_all){0};
	/* What could not be recorded is told again, some day. */
	if (p->rc < 0)
		log_say(d->log, LEVEL_ERROR, NULL, "%s", p->err.text);
	else
		take_up(d);
	arena_free(p->heard.arena);
	p->heard = (struct push_canary){0};
	mem_trim();
	daemon_close(d);
	daemon_next(d);
}

bool
daemon_sync_push(struct daemon *d)
{
	struct pushing *p = &d->push;

	if (!p->announce || !(d->stopping ? p->results : p->wanted))
		return false;
	p->wanted = p->results = false;
	announce_results(p->announce, &p->told);
	p->heard = (struct push_canary){.arena = arena_new(), .forget = p->forget};
	if (p->canary)
		canary_results(
		    p->canary, p->heard.arena, &p->heard.heard, &p->heard.heards);
	p->work.data = d;
	d->working = true;
	uv_queue_work(&d->loop, &p->work, record, recorded);
	return true;
}

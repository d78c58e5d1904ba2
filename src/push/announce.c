#include "base/clock.h"
#include "push/announce_inside.h"
#include "push/http.h"

#include <stdlib.h>

int64_t
announce_now(void)
{
	return -clock_until(0);
}

void
announce_say(struct announce *a, enum log_level level, struct slice sentence)
{
	a->events.say(a->events.ctx, level, sentence);
}

struct slice
announce_key(const struct told *t, struct arena *arena)
{
	return arena_printf(arena, "%.*s %.*s", SLICE_ARG(t->peer), SLICE_ARG(t->topic));
}

struct flight *
announce_take_off(struct announce *a)
{
	struct arena *arena = arena_new();
	struct flight *f = ARENA_NEW(arena, struct flight);

	*f = (struct flight){.announce = a, .arena = arena, .next = a->flights};
	a->flights = f;
	return f;
}

void
announce_land(struct flight *flight)
{
	struct flight **f = &flight->announce->flights;

	while (*f != flight)
		f = &(*f)->next;
	*f = flight->next;
	arena_free(flight->arena);
}

static void step(struct announce *announce);

static void
on_timer(uv_timer_t *timer)
{
	step(timer->data);
}

void
announce_soon(struct announce *a)
{
	uv_timer_start(a->timer, on_timer, 0, 0);
}

/* --- errands ------------------------------------------------------------------ */

static bool
is_flying(const struct announce *a, const struct told *t)
{
	for (const struct flight *f = a->flights; f; f = f->next)
		if (slice_eq(f->told.topic, t->topic) && slice_eq(f->told.peer, t->peer))
			return true;
	return false;
}

/* Milliseconds that it is too early for another call about the same document. A call that is
 * still to come was made before the clock was set back. */
static int64_t
debounce(const struct told *t, int64_t pause, int64_t now)
{
	int64_t left;

	if (t->accepted_at <= 0 || t->accepted_at > now)
		return 0;
	left = t->accepted_at + pause - now;
	return left > 0 ? left : 0;
}

/* Nobody is to be called for nothing. */
static void
skip(struct announce *a, struct errand *e)
{
	struct announced result = {.told = e->told, .skipped = true};

	result.told.mark = e->mark;
	e->told.owed = false;
	announce_result(a, &result);
}

/* Milliseconds until it can go on; UNTIL_ANSWER: after an answer, or never. */
static int64_t
run_errand(struct announce *a, struct errand *e)
{
	const struct told *t = &e->told;
	struct station *s = announce_station(a, e);
	int64_t now = announce_now();
	int64_t wait, station;

	if (!t->owed || is_flying(a, t))
		return UNTIL_ANSWER;
	if (e->nothing) {
		skip(a, e);
		return UNTIL_ANSWER;
	}
	wait = retry_left_since(t->answered, t->next, now);
	if (wait == 0)
		wait = debounce(t, e->channel->pause, now);
	if (wait > 0)
		return wait;
	station = announce_pass_station(s, e->channel);
	if (station > 0 && s->health.next)
		return station;
	wait = announce_pass_gate(a, s, e);
	if (wait > 0)
		return wait;
	s->ready++;
	if (station > 0)
		return station;
	wait = bucket_take(&s->bucket, clock_elapsed());
	s->bucket_next = clock_elapsed() + wait;
	if (wait > 0)
		return wait;
	announce_call(a, s, e);
	return UNTIL_ANSWER;
}

static void
step(struct announce *a)
{
	int64_t next = UNTIL_ANSWER;

	if (a->ending)
		return;
	for (size_t i = 0; i < a->station.n; i++)
		((struct station *)a->station.item[i].value)->ready = 0;
	for (size_t i = 0; i < a->errands.n; i++) {
		int64_t wait = run_errand(a, &a->errands.v[i]);

		if (wait < next)
			next = wait;
	}
	if (next < UNTIL_ANSWER)
		uv_timer_start(a->timer, on_timer, (uint64_t)next, 0);
}

static void
index_errands(struct announce *a)
{
	struct errands *e = &a->errands;

	map_fini(&a->errand);
	map_init(&a->errand);
	for (size_t i = 0; i < e->n; i++)
		map_put(&a->errand, announce_key(&e->v[i].told, e->arena), &e->v[i]);
}

/* The ledger's word counts at the start; later it had it from us. */
static void
know_peers(struct announce *a)
{
	for (size_t i = 0; i < a->errands.n; i++) {
		const struct errand *e = &a->errands.v[i];
		bool known = map_get(&a->station, e->told.peer) != NULL;
		struct station *s = announce_station(a, e);

		for (size_t k = 0; !known && k < a->errands.peers; k++)
			if (slice_eq(a->errands.peer[k].name, e->told.peer)) {
				struct slice name = s->health.name;

				s->health = a->errands.peer[k];
				s->health.name = name;
				s->paused = announce_now();
			}
	}
}

/* A newer version may be wanted by now: it is told as if nothing had been, but not sooner
 * for it. */
void
announce_know(struct announce *a, const struct told *told)
{
	struct arena *arena = arena_new();
	struct errand *e = map_get(&a->errand, announce_key(told, arena));
	struct told was;

	if (e)
		e->told.accepted_at = told->accepted_at;
	if (e && digest_eq(&e->told.wanted, &told->wanted)) {
		was = e->told;
		e->told = *told;
		e->told.peer = was.peer;
		e->told.topic = was.topic;
		e->told.feed = was.feed;
		e->told.section = was.section;
		e->told.answer = SLICE_NONE;
		/* What comes next has to be loaded first. */
		e->told.owed = e->told.owed && e->told.next;
	}
	arena_free(arena);
}

void
announce_take(struct announce *a, struct errands *errands)
{
	errands_fini(&a->errands);
	a->errands = *errands;
	*errands = (struct errands){0};
	index_errands(a);
	know_peers(a);
	/* What was answered while they were on their way the ledger does not know yet. */
	for (size_t i = 0; i < a->results.n; i++)
		announce_know(a, &a->results.v[i].told);
	announce_soon(a);
}

void
announce_result(struct announce *a, const struct announced *result)
{
	struct announced_all *r = &a->results;
	struct announced *v;

	if (!r->arena)
		r->arena = arena_new();
	r->v = arena_grow(r->arena, r->v, r->n, sizeof *r->v);
	v = &r->v[r->n++];
	*v = *result;
	v->told = told_copy(r->arena, &result->told);
	if (a->events.told)
		a->events.told(a->events.ctx, v);
	if (!a->told)
		a->events.result(a->events.ctx);
	a->told = true;
}

void
announce_results(struct announce *a, struct announced_all *results)
{
	struct announced_all *r = &a->results;

	if (!r->arena)
		r->arena = arena_new();
	for (size_t i = 0; i < a->station.n; i++) {
		struct station *s = a->station.item[i].value;

		if (!s->changed)
			continue;
		s->changed = false;
		r->peer = arena_grow(r->arena, r->peer, r->peers, sizeof *r->peer);
		r->peer[r->peers] = s->health;
		r->peer[r->peers++].name = arena_copy(r->arena, s->health.name);
	}
	*results = *r;
	*r = (struct announced_all){0};
	a->told = false;
}

void
announce_end(struct announce *a)
{
	a->ending = true;
	uv_timer_stop(a->timer);
}

static bool
is_pinging(const struct announce *a)
{
	for (size_t i = 0; i < a->station.n; i++)
		if (((const struct station *)a->station.item[i].value)->flying)
			return true;
	return false;
}

int64_t
announce_next(const struct announce *a)
{
	if (a->ending ? is_pinging(a) : a->flights != NULL)
		return 0;
	return uv_is_active((const uv_handle_t *)a->timer)
		   ? (int64_t)uv_timer_get_due_in(a->timer)
		   : -1;
}

int
announce_open(struct announce **announce, uv_loop_t *loop, const struct config *config,
    struct runner *runner, const struct announce_events *events, struct err *err)
{
	struct announce *a = mem_alloc(sizeof *a);

	*announce = NULL;
	*a = (struct announce){.config = config,
	    .events = *events,
	    .runner = runner,
	    .lasting = arena_new()};
	if (http_open(&a->http, loop, config->push.connections, config->push.per_host,
		err) < 0) {
		arena_free(a->lasting);
		free(a);
		return -1;
	}
	for (size_t i = 0; i < config->hubs; i++)
		slices_add(&a->hub, a->lasting, config->hub[i].url);
	map_init(&a->errand);
	map_init(&a->gate);
	map_init(&a->station);
	a->timer = mem_alloc(sizeof *a->timer);
	uv_timer_init(loop, a->timer);
	a->timer->data = a;
	if (runner)
		runner_attach(runner, loop);
	*announce = a;
	return 0;
}

static void
free_handle(uv_handle_t *handle)
{
	free(handle);
}

void
announce_close(struct announce *a)
{
	if (!a)
		return;
	http_close(a->http);
	if (a->runner)
		runner_detach(a->runner);
	while (a->flights)
		announce_land(a->flights);
	uv_close((uv_handle_t *)a->timer, free_handle);
	errands_fini(&a->errands);
	arena_free(a->results.arena);
	map_fini(&a->errand);
	map_fini(&a->gate);
	map_fini(&a->station);
	arena_free(a->lasting);
	free(a);
}

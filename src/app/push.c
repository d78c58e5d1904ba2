#include "app/push.h"

#include "app/run.h"
#include "base/clock.h"
#include "base/file.h"
#include "push/answer.h"
#include "push/http.h"

#include <unistd.h>

enum {
	GATHER = 1000,  /* milliseconds that results wait for others */
	GIVE_UP = 5000, /* for the lock at the end; then they are lost, and told again */
};

/* --- the ledger ---------------------------------------------------------------- */

static const char *
media_type(struct slice path)
{
	for (size_t i = 0; i < formats_n; i++)
		if (slice_ends(path, slice_str(formats[i].extension)))
			return formats[i].media_type;
	return "";
}

static int
record(struct ledger *ledger, const struct announced_all *results, struct err *err)
{
	for (size_t i = 0; i < results->n; i++) {
		const struct announced *a = &results->v[i];

		if ((a->skipped ? told_skip(ledger, &a->told, err)
				: told_record(ledger, &a->told, a->accepted, err)) < 0)
			return -1;
	}
	for (size_t i = 0; i < results->peers; i++)
		if (told_peer_put(ledger, &results->peer[i], err) < 0)
			return -1;
	return 0;
}

static int
commit(struct ledger *ledger, const struct slices *topics, struct err *err)
{
	for (size_t i = 0; i < topics->n; i++)
		if (told_settle(ledger, topics->v[i], err) < 0)
			return -1;
	return ledger_commit(ledger, err);
}

int
push_sync(const struct config *config, const struct announced_all *results,
    struct push_canary *canary, struct errands *errands, struct err *err)
{
	bool writes = (results && (results->n || results->peers)) ||
		      (canary && (canary->heards || canary->forget));
	struct arena *arena = arena_new();
	struct ledger *ledger = NULL;
	int rc = ledger_open(&ledger, arena_cstr(arena, config->output.state),
	    writes ? DB_WRITE : DB_READ, err);

	if (rc == 0 && results)
		rc = record(ledger, results, err);
	if (rc == 0 && canary)
		rc = push_canary_sync(config, canary, ledger, err);
	if (rc == 0)
		rc = errands_load(errands, config, media_type, ledger, err);
	if (rc == 0 && writes && commit(ledger, &errands->settled, err) < 0) {
		errands_fini(errands);
		rc = -1;
	}
	ledger_close(ledger);
	arena_free(arena);
	return rc;
}

/* --- from cron ----------------------------------------------------------------- */

struct once {
	const struct config *config;
	struct push_report *report;
	struct runner *runner;
	struct announce *announce;
	uv_loop_t loop;
	uv_timer_t end, gather;
	uv_prepare_t prepare;
	int64_t deadline; /* of clock_elapsed */
	bool results;
	push_say *say;
	void *ctx;
	struct err *err;
};

static void
count(struct push_report *report, const struct announced_all *results)
{
	for (size_t i = 0; i < results->n; i++) {
		report->told += results->v[i].accepted;
		report->failed += !results->v[i].skipped &&
				  results->v[i].told.verdict == VERDICT_FAILED;
	}
}

/* 1, or 0: a run is under way, and they have to wait. */
static int
save(struct once *o)
{
	struct announced_all results;
	struct errands errands;
	int lock = run_lock(o->config, o->err), rc;

	if (lock < 0)
		return o->err->kind == ERR_BUSY ? 0 : -1;
	announce_results(o->announce, &results);
	o->results = false;
	rc = push_sync(o->config, &results, NULL, &errands, o->err);
	close(lock);
	count(o->report, &results);
	arena_free(results.arena);
	if (rc < 0)
		return -1;
	o->report->pending = errands.n;
	announce_take(o->announce, &errands);
	return 1;
}

/* The time is over. A hub that is slower would never be heard if we hung up on it. */
static void
on_end(uv_timer_t *timer)
{
	struct once *o = timer->data;

	announce_end(o->announce);
}

static void
on_patience(uv_timer_t *timer)
{
	(void)timer; /* uv_run returns, which is all there is to it */
}

static void
on_gathered(uv_timer_t *timer)
{
	struct once *o = timer->data;

	if (o->results)
		(void)save(o); /* it is tried again later, and at the end */
	if (o->results)
		uv_timer_start(timer, on_gathered, GATHER, 0);
}

static void
on_result(void *ctx)
{
	struct once *o = ctx;

	o->results = true;
	uv_timer_start(&o->gather, on_gathered, GATHER, 0);
}

static void
pass_on(void *ctx, enum log_level level, struct slice sentence)
{
	struct once *o = ctx;

	o->say(o->ctx, level, sentence);
}

/* Is there anything that can still be done in time? */
static bool
goes_on(const struct once *o)
{
	int64_t left = o->deadline - clock_elapsed();
	int64_t next = announce_next(o->announce);

	return next == 0 || (next > 0 && next < left);
}

/* Asked each time before the loop would wait: timers may have done the last of it. */
static void
on_prepare(uv_prepare_t *prepare)
{
	if (!goes_on(prepare->data))
		uv_stop(prepare->loop);
}

static void
tell(struct once *o)
{
	int64_t left = o->deadline - clock_elapsed();

	uv_timer_start(&o->end, on_end, left > 0 ? (uint64_t)left : 0, 0);
	uv_prepare_start(&o->prepare, on_prepare);
	uv_run(&o->loop, UV_RUN_DEFAULT);
	uv_prepare_stop(&o->prepare);
}

static int
save_last(struct once *o)
{
	int64_t patience = clock_elapsed() + GIVE_UP;
	int rc = 0;

	while (o->results && (rc = save(o)) == 0 && clock_elapsed() < patience) {
		uv_timer_start(&o->end, on_patience, 50, 0);
		uv_run(&o->loop, UV_RUN_ONCE);
	}
	return rc < 0 ? -1 : 0;
}

static int
tell_all(struct once *o)
{
	struct errands errands;
	int rc;

	if (push_sync(o->config, NULL, NULL, &errands, o->err) < 0)
		return -1;
	o->report->pending = errands.n;
	if (errands.n == 0 || o->config->push.budget == 0) {
		errands_fini(&errands);
		return 0;
	}
	announce_take(o->announce, &errands);
	/* Another call may have left us more to tell, which is found in saving. */
	do {
		tell(o);
		rc = save_last(o);
	} while (rc == 0 && goes_on(o));
	return rc;
}

static int
tell_on_loop(struct once *o, const struct announce_events *events)
{
	int rc;

	if (runner_start(&o->runner, o->config, o->err) < 0 ||
	    http_library_open(o->err) < 0) {
		runner_stop(o->runner);
		return -1;
	}
	uv_loop_init(&o->loop);
	uv_timer_init(&o->loop, &o->end);
	uv_timer_init(&o->loop, &o->gather);
	uv_prepare_init(&o->loop, &o->prepare);
	o->end.data = o->gather.data = o->prepare.data = o;
	rc = announce_open(&o->announce, &o->loop, o->config, o->runner, events, o->err);
	if (rc == 0)
		rc = tell_all(o);
	announce_close(o->announce);
	uv_close((uv_handle_t *)&o->end, NULL);
	uv_close((uv_handle_t *)&o->gather, NULL);
	uv_close((uv_handle_t *)&o->prepare, NULL);
	uv_run(&o->loop, UV_RUN_DEFAULT);
	uv_loop_close(&o->loop);
	http_library_close();
	runner_stop(o->runner);
	return rc;
}

int
push_once(const struct config *config, push_say *say, void *ctx,
    struct push_report *report, struct err *err)
{
	struct once o = {
	    .config = config,
	    .report = report,
	    .deadline = clock_elapsed() + config->push.budget,
	    .say = say,
	    .ctx = ctx,
	    .err = err,
	};
	const struct announce_events events = {
	    .result = on_result, .say = pass_on, .ctx = &o};
	struct arena *arena = arena_new();
	int lock, rc = 0;

	*report = (struct push_report){0};
	lock = file_lock(
	    arena_printf(arena, "%.*s.push.lock", SLICE_ARG(config->output.state)).p,
	    err);
	if (lock >= 0) {
		rc = tell_on_loop(&o, &events);
		close(lock);
	} else {
		report->elsewhere = err->kind == ERR_BUSY;
		rc = report->elsewhere ? 0 : -1;
	}
	arena_free(arena);
	return rc;
}

#include "app/push.h"

#include "app/run.h"
#include "base/clock.h"
#include "base/file.h"
#include "push/answer.h"
#include "push/http.h"

#include <string.h>
#include <unistd.h>

enum {
	GATHER = 1000,  /* milliseconds that results wait for others */
	GIVE_UP = 5000, /* for the lock at the end; then they are lost, and told again */
};

/* --- what is wanted ------------------------------------------------------------ */

static int
want_document(const struct config *config, const struct made_document *d,
    struct ledger *ledger, struct arena *arena, struct err *err)
{
	struct told told;

	if (!d->feed || d->archive || d->failed)
		return 0;
	if (d->gone)
		return told_drop_feed(ledger, d->feed->key, err);
	told = (struct told){
	    .topic = d->path,
	    .feed = d->feed->key,
	    .rank = d->feed->config - config->feed,
	    .wanted = d->job->shows,
	    .since = -clock_until(0),
	};
	return errand_want(config, d->feed->config->name, &told, ledger, arena, err);
}

/* How it is reached, as a digest; with its secrets, which do not belong into a ledger. */
static struct slice
way_to(const struct config_hub *hub, struct arena *arena)
{
	const struct config_reach *r = &hub->reach;
	struct digest digest;
	struct buf text;
	char hex[65];

	buf_init(&text, SIZE_MAX);
	buf_printf(&text, "%.*s\n%d %d\n%.*s\n%.*s\n%.*s\n%.*s\n", SLICE_ARG(hub->url),
	    (int)hub->param, hub->content, SLICE_ARG(hub->secret), SLICE_ARG(r->ca_file),
	    SLICE_ARG(r->proxy), SLICE_ARG(r->user_agent));
	for (size_t i = 0; i < r->header.n; i++)
		buf_printf(&text, "%.*s\n", SLICE_ARG(r->header.v[i]));
	digest = digest_of(buf_view(&text));
	buf_fini(&text);
	digest_hex(&digest, hex);
	return arena_copy(arena, slice_str(hex));
}

/* Whoever mended a section wants to see it work. */
static int
notice_hub(const struct config_hub *hub, struct slice peer, struct ledger *ledger,
    struct arena *arena, struct err *err)
{
	struct slice now = way_to(hub, arena), before;

	if (ledger_get(ledger, peer.p, arena, &before, err) < 0)
		return -1;
	if (slice_eq(before, now))
		return 0;
	if (ledger_set(ledger, peer.p, now, err) < 0)
		return -1;
	return told_again(ledger, peer, -clock_until(0), err);
}

int
push_want(const struct config *config, const struct made *made, bool everything,
    struct ledger *ledger, struct arena *arena, struct err *err)
{
	struct slices peers = {0};

	for (size_t i = 0; i < made->documents; i++)
		if (want_document(config, &made->document[i], ledger, arena, err) < 0)
			return -1;
	for (size_t i = 0; i < config->hubs; i++) {
		struct slice peer = errand_peer(&config->hub[i], arena);

		if (notice_hub(&config->hub[i], peer, ledger, arena, err) < 0)
			return -1;
		slices_add(&peers, arena, peer);
	}
	return everything ? told_sweep(ledger, &peers, err) : 0;
}

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
	for (size_t i = 0; i < results->n; i++)
		if (told_record(
			ledger, &results->v[i].told, results->v[i].accepted, err) < 0)
			return -1;
	for (size_t i = 0; i < results->peers; i++)
		if (told_peer_put(ledger, &results->peer[i], err) < 0)
			return -1;
	return 0;
}

int
push_sync(const struct config *config, const struct announced_all *results,
    struct errands *errands, struct err *err)
{
	bool writes = results && (results->n || results->peers);
	struct arena *arena = arena_new();
	struct ledger *ledger = NULL;
	int rc = ledger_open(&ledger, arena_cstr(arena, config->output.state),
	    writes ? DB_WRITE : DB_READ, err);

	if (rc == 0 && writes)
		rc = record(ledger, results, err);
	if (rc == 0)
		rc = errands_load(errands, config, media_type, ledger, err);
	if (rc == 0 && writes && ledger_commit(ledger, err) < 0) {
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
		report->failed += results->v[i].told.verdict == VERDICT_FAILED;
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
	rc = push_sync(o->config, &results, &errands, o->err);
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

	if (push_sync(o->config, NULL, &errands, o->err) < 0)
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

	if (http_library_open(o->err) < 0)
		return -1;
	uv_loop_init(&o->loop);
	uv_timer_init(&o->loop, &o->end);
	uv_timer_init(&o->loop, &o->gather);
	uv_prepare_init(&o->loop, &o->prepare);
	o->end.data = o->gather.data = o->prepare.data = o;
	rc = announce_open(&o->announce, &o->loop, o->config, events, o->err);
	if (rc == 0)
		rc = tell_all(o);
	announce_close(o->announce);
	uv_close((uv_handle_t *)&o->end, NULL);
	uv_close((uv_handle_t *)&o->gather, NULL);
	uv_close((uv_handle_t *)&o->prepare, NULL);
	uv_run(&o->loop, UV_RUN_DEFAULT);
	uv_loop_close(&o->loop);
	http_library_close();
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
	const struct announce_events events = {on_result, pass_on, &o};
	struct arena *arena = arena_new();
	int lock, rc = 0;

	*report = (struct push_report){0};
	lock = config->hubs ? file_lock(arena_printf(arena, "%.*s.push.lock",
					    SLICE_ARG(config->output.state))
					    .p,
				  err)
			    : -1;
	if (lock >= 0) {
		rc = tell_on_loop(&o, &events);
		close(lock);
	} else if (config->hubs) {
		report->elsewhere = err->kind == ERR_BUSY;
		rc = report->elsewhere ? 0 : -1;
	}
	arena_free(arena);
	return rc;
}

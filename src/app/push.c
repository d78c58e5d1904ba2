#include "app/push.h"

#include "app/run.h"
#include "base/clock.h"
#include "base/file.h"
#include "push/answer.h"
#include "push/http.h"

#include <stdlib.h>
#include <unistd.h>

enum {
	GATHER = 1000,  /* milliseconds that results wait for others */
	GIVE_UP = 5000, /* for the lock at the end; then they are lost, and told again */
};

/* --- what is wanted ------------------------------------------------------------ */

struct wanting {
	const struct config *config;
	const struct push_made *what;
	struct ledger *ledger;
	struct arena *arena;
	struct err *err;
	struct channels channels;
	int64_t mark; /* the last of the news that is all published */
};

static int
want_document(struct wanting *w, const struct made_document *d)
{
	struct update update;
	struct told told;

	if (!d->feed || d->archive || d->failed)
		return 0;
	if (d->gone)
		return told_drop_feed(w->ledger, d->feed->key, w->err);
	update = (struct update){
	    .feed = d->feed->config,
	    .first = slice_eq(d->path, d->job->document[0].path),
	    .rss = slice_ends(d->path, SLICE(".rss")),
	};
	told = (struct told){
	    .topic = d->path,
	    .feed = d->feed->key,
	    .rank = d->feed->config - w->config->feed,
	    .wanted = d->job->shows,
	    .since = -clock_until(0),
	    .mark = w->mark,
	};
	return errand_want(&w->channels, &update, &told, w->ledger, w->err);
}

/* The site as a whole has as its version the number of its last news. */
static int
want_site(struct wanting *w, int64_t last)
{
	const struct update update = {0};
	struct told told = {
	    .topic = SLICE(""),
	    .feed = SLICE(""),
	    .rank = (int64_t)w->config->feeds,
	    .wanted = digest_of(arena_printf(w->arena, "%lld", (long long)last)),
	    .since = -clock_until(0),
	    .mark = w->mark,
	};

	return errand_want(&w->channels, &update, &told, w->ledger, w->err);
}

/* Where a document failed or was put off, its news is not published: it counts from
 * the last run that left nothing behind. */
static int
load_mark(struct wanting *w, int64_t before)
{
	struct slice mark;

	if (ledger_get(w->ledger, "news", w->arena, &mark, w->err) < 0)
		return -1;
	w->mark = mark.n ? strtoll(mark.p, NULL, 10) : before;
	return 0;
}

static int
save_mark(struct wanting *w, int64_t last)
{
	int64_t mark = w->what->made->failed || w->what->made->waiting ? w->mark : last;

	return ledger_set(
	    w->ledger, "news", arena_printf(w->arena, "%lld", (long long)mark), w->err);
}

static int
want_documents(struct wanting *w)
{
	for (size_t i = 0; i < w->what->made->documents; i++)
		if (want_document(w, &w->what->made->document[i]) < 0)
			return -1;
	return 0;
}

static int
want_news(struct wanting *w)
{
	int64_t before, last;

	if (news_last(w->ledger, &before, w->err) < 0 || load_mark(w, before) < 0 ||
	    (!w->what->first && news_add(w->ledger, w->what->changes, w->err) < 0) ||
	    news_last(w->ledger, &last, w->err) < 0 || want_documents(w) < 0 ||
	    want_site(w, last) < 0)
		return -1;
	return save_mark(w, last);
}

/* Others than before? Then those that are no more are forgotten: whoever comes back begins
 * anew. */
static int
compare_peers(struct wanting *w)
{
	struct slice names = SLICE(""), before;
	struct slices peers = {0};

	for (size_t i = 0; i < w->channels.n; i++) {
		slices_add(&peers, w->arena, w->channels.v[i].peer);
		names = arena_printf(w->arena, "%.*s%.*s\n", SLICE_ARG(names),
		    SLICE_ARG(w->channels.v[i].peer));
	}
	if (ledger_get(w->ledger, "peers", w->arena, &before, w->err) < 0)
		return -1;
	if (slice_eq(names, before))
		return 0;
	return told_sweep_peers(w->ledger, &peers, w->err) < 0 ||
		       heard_sweep(w->ledger, &peers, w->err) < 0
		   ? -1
		   : ledger_set(w->ledger, "peers", names, w->err);
}

static const struct config_reach *
reach_of(const struct channel *c)
{
	if (c->hub)
		return &c->hub->reach;
	if (c->hook)
		return &c->hook->reach;
	return c->cloud ? &c->cloud->reach : &c->indexnow->reach;
}

/* How it is reached, as a digest; with its secrets, which do not belong into a ledger. */
static struct slice
way_to(const struct channel *c, struct arena *arena)
{
	const struct config_reach *r = reach_of(c);
	struct slice secret = c->hub    ? c->hub->secret
			      : c->hook ? c->hook->secret
					: SLICE_NONE;
	struct digest digest;
	struct buf text;
	char hex[65];

	buf_init(&text, SIZE_MAX);
	buf_printf(&text, "%.*s\n%d %d\n%.*s\n%.*s\n%.*s\n%.*s\n", SLICE_ARG(c->where),
	    c->hub ? (int)c->hub->param : 0, c->content, SLICE_ARG(secret),
	    SLICE_ARG(r->ca_file), SLICE_ARG(r->proxy), SLICE_ARG(r->user_agent));
	for (size_t i = 0; i < r->header.n; i++)
		buf_printf(&text, "%.*s\n", SLICE_ARG(r->header.v[i]));
	digest = digest_of(buf_view(&text));
	buf_fini(&text);
	digest_hex(&digest, hex);
	return arena_copy(arena, slice_str(hex));
}

/* Whoever mended a section wants to see it work. */
static int
notice_channel(struct wanting *w, const struct channel *c)
{
	struct slice now = way_to(c, w->arena), before;
	const char *name = arena_cstr(w->arena, c->peer);

	if (ledger_get(w->ledger, name, w->arena, &before, w->err) < 0)
		return -1;
	if (slice_eq(before, now))
		return 0;
	if (ledger_set(w->ledger, name, now, w->err) < 0)
		return -1;
	return told_again(w->ledger, c->peer, -clock_until(0), w->err);
}

int
push_want(const struct config *config, const struct push_made *what,
    struct ledger *ledger, struct arena *arena, struct err *err)
{
	struct wanting w = {
	    .config = config, .what = what, .ledger = ledger, .arena = arena, .err = err};
	int rc;

	w.channels = channels_of(config, arena);
	if (compare_peers(&w) < 0)
		return -1;
	rc = config_tells_news(config) ? want_news(&w) : want_documents(&w);
	if (rc == 0)
		rc = push_canary_silence(config, ledger, arena, err);
	for (size_t i = 0; rc == 0 && i < w.channels.n; i++)
		rc = notice_channel(&w, &w.channels.v[i]);
	if (rc == 0 && what->everything)
		rc = told_sweep(ledger, err);
	return rc;
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

#include "output/make.h"

#include "base/map.h"
#include "base/work.h"
#include "output/face.h"
#include "output/window.h"

#include <stdlib.h>

enum {
	BATCH_BYTES = 16 * 1000 * 1000, /* of article files, per batch */
	BATCH_JOBS = 256,
	DOCUMENT_MAX = 64 * 1000 * 1000,
};

/* An entry that a batch needs, once for all its documents. */
struct slot {
	struct record record;
	bool content; /* some document wants it in full */
	enum rendered fate;
	struct entry entry;
	struct diags diags;
};

/* What one thread has for itself. */
struct worker {
	struct arena *keep;  /* results, as long as `made` */
	struct arena *batch; /* rendered entries */
	struct arena *job;   /* what one document needs on its way */
	struct buf document;
};

struct making {
	const struct maker *maker;
	struct composer composer;
	struct arena *arena;
	struct made *made;
	struct diags *diags;
	struct err *err;
	struct worker *worker;
	struct arena *passing; /* a record that is looked at */
	size_t threads;
	size_t done, all;   /* jobs */
	struct map waiting; /* keys of feeds that have a document put off */

	/* The batch. */
	struct arena *batch;
	struct map by_seq; /* -> struct slot */
	struct slot **slot;
	size_t slots;
	struct job **job;
	struct slot ***candidate; /* by job */
	size_t jobs;
	int64_t bytes;
};

/* --- candidates ----------------------------------------------------------- */

static struct slot *
slot_of(struct making *m, const struct record *record)
{
	struct slice key = slice_make((const char *)&record->seq, sizeof record->seq);
	struct slot *slot = map_get(&m->by_seq, key);

	if (slot)
		return slot;
	slot = ARENA_NEW(m->batch, struct slot);
	slot->record = *record;
	key.p = (const char *)&slot->record.seq;
	map_put(&m->by_seq, key, slot);
	m->slot = arena_grow(m->batch, m->slot, m->slots, sizeof(struct slot *));
	m->slot[m->slots++] = slot;
	m->bytes += record->bytes;
	return slot;
}

/* Candidates of one job, while they are found. */
struct finding_members {
	struct job *job;
	struct slot **v;
	size_t n;
	int64_t bytes; /* of their files */
};

/* A text far beyond what fits is wanted for its summary at the most. */
static void
add_candidate(struct making *m, struct finding_members *f, const struct record *record)
{
	const struct config_feed *config = f->job->feed->config;
	struct slot *slot = slot_of(m, record);

	for (size_t i = 0; i < f->n && config->order == ORDER_PUBLISHED; i++)
		if (f->v[i] == slot)
			return;
	f->v = arena_grow(m->batch, f->v, f->n, sizeof(struct slot *));
	f->v[f->n++] = slot;
	if (config->content != CONTENT_SUMMARY &&
	    (f->job->page != PAGE_NONE || f->bytes < 3 * config->max_bytes))
		slot->content = true;
	f->bytes += record->bytes;
}

/* Which entries to walk over: those of the feed's term, or of one that its
 * rule demands; else all. */
static int
walk_term(struct making *m, const struct plan_feed *feed, int64_t *term)
{
	const struct term *needs = rule_needs(feed->config->include);
	const struct term_row *row;

	*term = feed->term ? feed->term->id : 0;
	if (*term || !needs)
		return 0;
	if (ledger_term(m->maker->ledger, needs, &row, m->err) < 0)
		return -1;
	*term = row ? row->id : -1;
	return 0;
}

/* 1 with the next that is a member, in the batch's arena; 0, -1. A rule may walk
 * over the whole archive for a few: what it passes by is forgotten. */
static int
next_member(struct making *m, const struct plan_feed *feed, struct ledger_walk *open,
    struct record *record)
{
	bool sifts = feed->config->include || feed->config->exclude;
	int rc;

	do {
		arena_reset(m->passing);
		rc =
		    ledger_walk_next(open, sifts ? m->passing : m->batch, record, m->err);
	} while (rc > 0 && !plan_member(feed, record->path, &record->terms));
	if (rc > 0 && sifts)
		rc = ledger_record(
		    m->maker->ledger, record->seq, m->batch, record, m->err);
	return rc;
}

static int
walk_members(struct making *m, struct finding_members *f, const struct walk *walk,
    const struct window_limits *limits)
{
	struct ledger_walk *open;
	struct record record;
	size_t position = 0;
	int rc = ledger_walk_open(m->maker->ledger, walk, &open, m->err);

	while (rc == 0 && (rc = next_member(m, f->job->feed, open, &record)) > 0) {
		rc = 0;
		if (limits && (!window_holds(limits, position, record.arrived) ||
				  f->n >= window_most(limits)))
			break;
		position++;
		add_candidate(m, f, &record);
	}
	ledger_walk_close(open);
	return rc;
}

static int
newest_published_first(const void *a, const void *b)
{
	const struct record *x = &(*(struct slot *const *)a)->record;
	const struct record *y = &(*(struct slot *const *)b)->record;

	if (x->published != y->published)
		return x->published < y->published ? 1 : -1;
	return (x->seq < y->seq) - (x->seq > y->seq);
}

static int
find_candidates(struct making *m, struct finding_members *f)
{
	const struct job *job = f->job;
	const struct config_feed *config = job->feed->config;
	struct window_limits limits = {
	    .min_entries = config->min_entries,
	    .since = m->maker->now - config->min_hours * 3600,
	    .max_bytes = config->max_bytes,
	};
	struct walk walk = {.end = INT64_MAX, .order = WALK_NEWEST};

	if (walk_term(m, job->feed, &walk.term) < 0)
		return -1;
	if (job->page != PAGE_NONE) {
		walk.first = archive_start(&job->feed->archive, (size_t)job->page);
		walk.end = archive_end(&job->feed->archive, (size_t)job->page);
		return walk_members(m, f, &walk, NULL);
	}
	if (config->order == ORDER_ARRIVAL)
		return walk_members(m, f, &walk, &limits);
	/* By date, but what just arrived is in it whatever its date. */
	limits.min_entries = 0;
	if (walk_members(m, f, &walk, &limits) < 0)
		return -1;
	limits.min_entries = config->min_entries;
	limits.since = INT64_MAX;
	walk.order = WALK_PUBLISHED;
	if (walk_members(m, f, &walk, &limits) < 0)
		return -1;
	if (f->n)
		qsort(f->v, f->n, sizeof(struct slot *), newest_published_first);
	return 0;
}

/* Of a feed in another order than that of arrival it would say nothing. */
static int64_t
oldest_of(const struct finding_members *f)
{
	int64_t oldest = INT64_MAX;

	if (f->job->feed->config->order != ORDER_ARRIVAL)
		return 0;
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i]->record.seq < oldest)
			oldest = f->v[i]->record.seq;
	return oldest;
}

static int
count_months(struct making *m, struct job *job)
{
	const struct plan_feed *feed = job->feed;

	if (!compose_has_page(m->maker->config, job, m->batch))
		return 0;
	return tally_read(m->maker->ledger, feed->config->name,
	    feed->term ? feed->term->id : 0, m->arena, &job->tally, m->err);
}

static int
add_job(struct making *m, const struct plan_feed *feed, long page)
{
	struct job *job = ARENA_NEW(m->arena, struct job);
	struct finding_members f = {.job = job};

	*job = (struct job){.feed = feed, .page = page};
	if (find_candidates(m, &f) < 0)
		return -1;
	if (count_months(m, job) < 0)
		return -1;
	job->entries = f.n;
	job->oldest = oldest_of(&f);
	m->job = arena_grow(m->batch, m->job, m->jobs, sizeof(struct job *));
	m->candidate =
	    arena_grow(m->batch, m->candidate, m->jobs, sizeof(struct slot **));
	m->job[m->jobs] = job;
	m->candidate[m->jobs++] = f.v;
	return 0;
}

/* --- rendering ------------------------------------------------------------ */

static void
from_record(struct entry *e, const struct record *r)
{
	*e = (struct entry){
	    .seq = r->seq,
	    .id = r->id,
	    .url = r->url,
	    .published = r->published,
	    .updated = r->updated,
	    .arrived = r->arrived,
	};
}

static void
render_slot(void *ctx, size_t item, size_t worker)
{
	struct making *m = ctx;
	struct slot *slot = m->slot[item];
	struct arena *arena = m->worker[worker].batch;
	struct lint lint;

	diags_init(&slot->diags, arena, slot->record.path);
	from_record(&slot->entry, &slot->record);
	slot->fate = m->maker->render(m->maker->ctx, worker, &slot->record, slot->content,
	    arena, &slot->entry, &slot->diags);
	if (slot->fate != RENDERED)
		return;
	lint_init(&lint, arena, m->maker->latest);
	if (lint_entry(&lint, &slot->entry) == 0)
		return;
	slot->fate = RENDERED_BAD;
	diag_add(&slot->diags, DIAG_BAD, 0, "breaks the rule %s: %.*s", lint.v[0].rule,
	    SLICE_ARG(lint.v[0].text));
}

/* An entry that cannot be shown is left out, alone (promise P6). */
static int
judge_slots(struct making *m)
{
	for (size_t i = 0; i < m->slots; i++) {
		struct slot *slot = m->slot[i];
		const struct diag *bad = diags_bad(&slot->diags);

		diags_append(m->diags, &slot->diags);
		if (slot->fate == RENDERED_LATER)
			m->made->waits_for = arena_copy(m->arena, slot->record.path);
		if (slot->fate == RENDERED || slot->fate == RENDERED_LATER)
			continue;
		m->made->refused++;
		if (bad && ledger_index_refuse(m->maker->ledger, slot->record.path,
			       bad->text, slot->fate == RENDERED_UNREAD, m->err) < 0)
			return -1;
	}
	return 0;
}

static void
gather_entries(struct making *m, size_t j)
{
	struct job *job = m->job[j];
	size_t n = 0;

	job->entry = arena_array(m->batch, job->entries, sizeof(struct entry *));
	for (size_t i = 0; i < job->entries; i++) {
		job->waits |= m->candidate[j][i]->fate == RENDERED_LATER;
		if (m->candidate[j][i]->fate == RENDERED)
			job->entry[n++] = &m->candidate[j][i]->entry;
	}
	job->entries = n;
	/* What points at a page comes after it. */
	job->waits |= map_get(&m->waiting, job->feed->key) != NULL;
	if (job->waits)
		map_put(&m->waiting, job->feed->key, job);
}

static void
compose_job(void *ctx, size_t item, size_t worker)
{
	struct making *m = ctx;
	struct worker *w = &m->worker[worker];

	if (!m->job[item]->waits)
		compose(&m->composer, m->job[item], &w->document, w->job, w->keep);
	arena_reset(w->job);
}

/* --- results -------------------------------------------------------------- */

static struct made_document *
add_made(struct making *m, const struct job *job, struct slice path)
{
	struct made *made = m->made;
	struct made_document *d;

	made->document =
	    arena_grow(m->arena, made->document, made->documents, sizeof *made->document);
	d = &made->document[made->documents++];
	*d = (struct made_document){
	    .path = path,
	    .title = job->title,
	    .feed = job->feed,
	    .archive = job->page != PAGE_NONE,
	    .entries = job->shown,
	    .summaries = job->summaries,
	    .bytes_before = -1,
	    .job = job,
	};
	return d;
}

/* When it next changes by itself: one with a schedule waits for its edition. */
static int64_t
due_of(const struct making *m, const struct job *job)
{
	const struct config_schedule *schedule = &job->feed->config->schedule;

	if (!job->due || !schedule->set)
		return job->due;
	return cron_next(&schedule->cron, m->maker->config->site.zone, job->due - 1);
}

static int
put_feed(struct making *m, const struct job *job)
{
	const struct plan_feed *f = job->feed;
	struct feed_row row = {
	    .path = f->key,
	    .name = f->config->name,
	    .term = f->term ? f->term->id : 0,
	    .title = job->title,
	    .entries = (int64_t)job->shown,
	    .updated = job->updated,
	    .due = due_of(m, job),
	    .oldest = job->oldest,
	    .cadence = job->cadence,
	    .total = job->tally.entries,
	    .pace = tally_pace(&job->tally),
	};

	return ledger_feed_put(m->maker->ledger, &row, m->err);
}

static void
discard_documents(struct making *m, const struct job *job)
{
	for (size_t i = 0; i < job->documents; i++)
		publish_discard(m->maker->publication, &job->document[i]);
}

/* A document that failed its proof costs its feed; a disk that fails costs the
 * run, which then changes nothing. */
static int
fail_job(struct making *m, struct job *job)
{
	struct publication *p = m->maker->publication;

	discard_documents(m, job);
	if (job->err.kind == ERR_IO) {
		*m->err = job->err;
		return -1;
	}
	m->made->failed++;
	add_made(m, job, job->refused)->failed = true;
	publish_keep(p, job->feed->key);
	if (publish_refuse(p, job->refused, job->feed->key, m->err) < 0)
		return -1;
	return job->page == PAGE_NONE ? put_feed(m, job) : 0;
}

static int
drop_feed(struct making *m, const struct job *job)
{
	int files = publish_drop_feed(m->maker->publication, job->feed->key, m->err);

	if (files < 0 || ledger_pages_drop(m->maker->ledger, job->feed->key, m->err) < 0)
		return -1;
	if (files)
		add_made(m, job, job->feed->key)->gone = true;
	return ledger_feed_drop(m->maker->ledger, job->feed->key, m->err);
}

/* Its article will be told of, or found, in the next run. Should it turn out to be as it
 * was, the document is made all the same: the feed is due, and knows which page. */
static int
put_off(struct making *m, const struct job *job)
{
	const struct plan_feed *f = job->feed;
	struct ledger *ledger = m->maker->ledger;
	struct feed_row row = {
	    .path = f->key,
	    .name = f->config->name,
	    .term = f->term ? f->term->id : 0,
	    .due = m->maker->now + 1,
	};
	int known = ledger_feed_defer(ledger, f->key, row.due, m->err);

	m->made->waiting++;
	publish_keep(m->maker->publication, f->key);
	if (known == 0)
		known = ledger_feed_put(ledger, &row, m->err);
	if (known >= 0 && job->page != PAGE_NONE)
		known = ledger_pending_put(ledger, f->key,
		    &(struct pending){f->archive.page[job->page].first, CHANGE_TOUCHED},
		    m->err);
	return known < 0 ? -1 : 0;
}

static int
settle_job(struct making *m, struct job *job)
{
	if (job->waits)
		return put_off(m, job);
	if (job->failed)
		return fail_job(m, job);
	if (job->empty)
		return drop_feed(m, job);
	if (job->foreign.n) {
		m->made->foreign++;
		m->made->foreign_path = job->foreign;
	}
	for (size_t i = 0; i < job->documents; i++) {
		struct document *doc = &job->document[i];
		struct made_document *d = add_made(m, job, doc->path);

		d->bytes = doc->bytes;
		d->bytes_before = doc->bytes_before;
		d->mtime = doc->mtime;
		d->changed = doc->changed || doc->parts;
		d->page = slice_ends(doc->path, SLICE("." FACE_EXTENSION));
		if (publish_take(m->maker->publication, doc, m->err) < 0)
			return -1;
		for (size_t k = 0; k < doc->parts; k++)
			m->made->bytes_written += doc->part[k].row.bytes;
	}
	return job->page == PAGE_NONE ? put_feed(m, job) : 0;
}

static int
run_batch(struct making *m)
{
	int rc;

	work_run(m->threads, m->slots, render_slot, m);
	rc = judge_slots(m);
	for (size_t j = 0; j < m->jobs; j++)
		gather_entries(m, j);
	if (rc == 0)
		work_run(m->threads, m->jobs, compose_job, m);
	for (size_t j = 0; j < m->jobs; j++)
		if (rc < 0)
			discard_documents(m, m->job[j]);
		else
			rc = settle_job(m, m->job[j]);
	m->done += m->jobs;
	if (m->maker->progress)
		m->maker->progress(m->maker->ctx, m->done, m->all);
	map_fini(&m->by_seq);
	arena_reset(m->batch);
	for (size_t i = 0; i < m->threads; i++)
		arena_reset(m->worker[i].batch);
	m->slot = NULL;
	m->job = NULL;
	m->candidate = NULL;
	m->slots = m->jobs = 0;
	m->bytes = 0;
	return rc;
}

static int
make_one(struct making *m, const struct plan_feed *feed, long page)
{
	const atomic_bool *stop = m->maker->stop;

	if (stop && atomic_load(stop))
		return err_set(
		    m->err, ERR_STOPPED, "stopped before anything was published");
	if (add_job(m, feed, page) < 0)
		return -1;
	return m->bytes < BATCH_BYTES && m->jobs < BATCH_JOBS ? 0 : run_batch(m);
}

/* Archive documents first: what points at them comes after (RFC 5005). */
static int
make_feeds(struct making *m)
{
	const struct plan *plan = m->maker->plan;

	for (size_t i = 0; i < plan->feeds; i++)
		for (size_t k = 0; k < plan->feed[i]->archive.pages; k++)
			if (plan->feed[i]->page_dirty[k] &&
			    make_one(m, plan->feed[i], (long)k) < 0)
				return -1;
	for (size_t i = 0; i < plan->feeds; i++)
		if (!plan->feed[i]->pages_only &&
		    make_one(m, plan->feed[i], PAGE_NONE) < 0)
			return -1;
	return m->jobs ? run_batch(m) : 0;
}

static size_t
count_jobs(const struct plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->feeds; i++)
		n += !plan->feed[i]->pages_only;
	for (size_t i = 0; i < plan->feeds; i++)
		for (size_t k = 0; k < plan->feed[i]->archive.pages; k++)
			n += plan->feed[i]->page_dirty[k];
	return n;
}

static int
open_composer(struct making *m)
{
	const struct maker *maker = m->maker;
	int64_t since = maker->now - maker->config->limits.tombstone_days * 86400;
	struct record *gone;

	m->composer = (struct composer){
	    .config = maker->config,
	    .publication = maker->publication,
	    .now = maker->now,
	    .latest = maker->latest,
	    .born = maker->born,
	    .tag = maker->tag,
	    .dead = maker->dead,
	};
	if (ledger_gone(
		maker->ledger, since, m->arena, &gone, &m->composer.gones, m->err) < 0)
		return -1;
	m->composer.gone = gone;
	return 0;
}

static void
open_workers(struct making *m)
{
	m->worker = arena_array(m->arena, m->threads, sizeof *m->worker);
	for (size_t i = 0; i < m->threads; i++) {
		m->made->keep[i] = arena_new();
		m->worker[i] = (struct worker){
		    .keep = m->made->keep[i],
		    .batch = arena_new(),
		    .job = arena_new(),
		};
		buf_init(&m->worker[i].document, DOCUMENT_MAX);
	}
}

static void
close_workers(struct making *m)
{
	for (size_t i = 0; i < m->threads; i++) {
		arena_free(m->worker[i].batch);
		arena_free(m->worker[i].job);
		buf_fini(&m->worker[i].document);
	}
}

int
make_all(const struct maker *maker, struct arena *arena, struct made *made,
    struct diags *diags, struct err *err)
{
	struct making m = {
	    .maker = maker,
	    .arena = arena,
	    .made = made,
	    .diags = diags,
	    .err = err,
	    .threads = maker->threads,
	    .all = count_jobs(maker->plan),
	    .batch = arena_new(),
	    .passing = arena_new(),
	};
	int rc;

	*made = (struct made){0};
	open_workers(&m);
	rc = open_composer(&m);
	if (rc == 0)
		rc = make_feeds(&m);
	close_workers(&m);
	map_fini(&m.waiting);
	map_fini(&m.by_seq);
	arena_free(m.batch);
	arena_free(m.passing);
	return rc;
}

void
made_fini(struct made *made)
{
	for (size_t i = 0; i < WORK_MAX; i++)
		arena_free(made->keep[i]);
}

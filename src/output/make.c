#include "output/make_inside.h"

enum {
	BATCH_BYTES = 16 * 1000 * 1000, /* of article files, per batch */
	BATCH_JOBS = 256,
	DOCUMENT_MAX = 64 * 1000 * 1000,
};

/* What one thread has for itself. */
struct worker {
	struct arena *keep;  /* results, as long as `made` */
	struct arena *batch; /* rendered entries */
	struct arena *job;   /* what one document needs on its way */
	struct buf document;
};

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
			make_discard(m, m->job[j]);
		else
			rc = make_put(m, m->job[j]);
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
	if (make_find(m, feed, page) < 0)
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

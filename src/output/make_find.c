#include "output/make_inside.h"
#include "output/window.h"

#include <stdlib.h>

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

int
make_find(struct making *m, const struct plan_feed *feed, long page)
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

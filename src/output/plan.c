#include "output/plan.h"

#include "base/map.h"
#include "base/utf8.h"
#include "ledger/tally.h"

#include <string.h>

struct planning {
	struct ledger *ledger;
	const struct plan_request *request;
	struct arena *arena;
	struct plan *plan;
	struct map by_key;  /* -> struct plan_feed */
	struct map clashed; /* keys that two feeds want */
	struct map broken;  /* the request's, by key */
	struct err *err;
};

struct slice
plan_path(
    struct arena *arena, const struct config_feed *feed, const struct term_row *term)
{
	const struct slice mark = SLICE(":term"), path = feed->path;
	size_t at = slice_find(path, mark);

	if (!term || at == path.n)
		return path;
	return arena_printf(arena, "%.*s%.*s%.*s", (int)at, path.p, SLICE_ARG(term->slug),
	    SLICE_ARG(slice_from(path, at + mark.n)));
}

bool
plan_member(const struct plan_feed *feed, struct slice path, const struct terms *terms)
{
	struct term term = {0};

	if (feed->term)
		term = (struct term){feed->term->kind, feed->term->value};
	return config_feed_takes(feed->config, feed->term ? &term : NULL, path, terms);
}

/* The feed of this section and term, added when it is not yet planned. NULL
 * when its path is another's: that one keeps it. */
static struct plan_feed *
want(struct planning *p, const struct config_feed *config, const struct term_row *term)
{
	struct slice key = plan_path(p->arena, config, term);
	struct plan_feed *f = map_get(&p->by_key, key);
	struct plan *plan = p->plan;

	if (f && f->config == config && f->term == term)
		return f;
	if (f) {
		if (!map_get(&p->clashed, key))
			slices_add(&plan->clashes, p->arena,
			    arena_printf(p->arena,
				"feed:%.*s and feed:%.*s would both be published as %.*s",
				SLICE_ARG(f->config->name), SLICE_ARG(config->name),
				SLICE_ARG(key)));
		map_put(&p->clashed, key, f);
		return NULL;
	}
	f = ARENA_NEW(p->arena, struct plan_feed);
	*f = (struct plan_feed){.config = config,
	    .term = term,
	    .key = key,
	    .broken = map_get(&p->broken, key) != NULL};
	plan->feed =
	    arena_grow(p->arena, plan->feed, plan->feeds, sizeof(struct plan_feed *));
	plan->feed[plan->feeds++] = f;
	map_put(&p->by_key, key, f);
	return f;
}

static int
want_everything(struct planning *p)
{
	const struct config *c = p->request->config;

	for (size_t i = 0; i < c->feeds; i++) {
		const struct term_row **row;
		size_t n;

		if (c->feed[i].for_each < 0) {
			want(p, &c->feed[i], NULL);
			continue;
		}
		if (ledger_terms_of_kind(p->ledger, (enum term_kind)c->feed[i].for_each,
			p->arena, &row, &n, p->err) < 0)
			return -1;
		for (size_t k = 0; k < n; k++)
			want(p, &c->feed[i], row[k]);
	}
	return 0;
}

/* Feeds of which the configuration knows no more. */
static int
forget_others(struct planning *p)
{
	struct feed_row *row;
	size_t rows;

	if (ledger_feeds(p->ledger, p->arena, &row, &rows, p->err) < 0)
		return -1;
	for (size_t i = 0; i < rows; i++)
		if (!map_get(&p->by_key, row[i].path) &&
		    (ledger_feed_drop(p->ledger, row[i].path, p->err) < 0 ||
			ledger_pages_drop(p->ledger, row[i].path, p->err) < 0 ||
			ledger_pending_drop(p->ledger, row[i].path, p->err) < 0))
			return -1;
	return 0;
}

/* Called for each feed of one section that an entry is in with these terms. */
static int
each_feed(struct planning *p, const struct config_feed *f, struct slice path,
    const struct terms *terms, const struct change *change,
    void (*fn)(struct planning *p, struct plan_feed *feed, const struct change *change))
{
	struct plan_feed *feed;

	if (!config_feed_takes(f, NULL, path, terms))
		return 0;
	if (f->for_each < 0) {
		feed = want(p, f, NULL);
		if (feed)
			fn(p, feed, change);
		return 0;
	}
	for (size_t i = 0; i < terms->n; i++) {
		const struct term_row *row;

		if ((int)terms->v[i].kind != f->for_each)
			continue;
		if (ledger_term(p->ledger, &terms->v[i], &row, p->err) < 0)
			return -1;
		feed = row ? want(p, f, row) : NULL;
		if (feed)
			fn(p, feed, change);
	}
	return 0;
}

/* The page that the entry is on is to be made again, or its change waits for an
 * edition. */
static void
touch(struct planning *p, struct plan_feed *f, int64_t seq, enum change_kind kind)
{
	if (p->request->everything || !(f->config->archive || f->config->schedule.set))
		return;
	/* It was counted as gone a moment ago, and is in the feed still. */
	if (f->touches && f->touched[f->touches - 1].seq == seq)
		f->touches--;
	f->touched = arena_grow(p->arena, f->touched, f->touches, sizeof *f->touched);
	f->touched[f->touches++] = (struct pending){seq, kind};
}

/* It was in the feed: gone from it, unless it turns out to be in it still. */
static void
count_before(struct planning *p, struct plan_feed *feed, const struct change *change)
{
	touch(p, feed, change->seq, CHANGE_GONE);
	feed->count[CHANGE_GONE]++;
}

/* Its page counts it in another month. */
static bool
moves(const struct planning *p, const struct change *change)
{
	const struct config *c = p->request->config;

	return c->output.pages && change->was_live &&
	       tally_month_of(change->published, c->site.zone) !=
		   tally_month_of(change->published_before, c->site.zone);
}

static void
count_after(struct planning *p, struct plan_feed *feed, const struct change *change)
{
	bool was = change->kind != CHANGE_NEW &&
		   plan_member(feed, change->path_before, &change->terms_before);

	enum change_kind kind = was ? change->kind : CHANGE_NEW;

	touch(p, feed, change->seq, kind);
	if (change->back || moves(p, change))
		feed->newest = INT64_MAX;
	else if (change->seq > feed->newest)
		feed->newest = change->seq;
	if (was)
		feed->count[CHANGE_GONE]--;
	feed->count[kind]++;
}

static int
want_changed(struct planning *p)
{
	const struct config *c = p->request->config;
	const struct changes *changes = p->request->changes;

	for (size_t i = 0; i < changes->n; i++) {
		const struct change *x = &changes->v[i];

		for (size_t k = 0; k < c->feeds; k++) {
			const struct config_feed *f = &c->feed[k];

			if (x->kind != CHANGE_NEW &&
			    each_feed(p, f, x->path_before, &x->terms_before, x,
				count_before) < 0)
				return -1;
			if (x->kind != CHANGE_GONE &&
			    each_feed(p, f, x->path, &x->terms, x, count_after) < 0)
				return -1;
		}
	}
	return 0;
}

/* Of those rows all, or only those in the map. */
static int
want_rows(
    struct planning *p, const struct feed_row *row, size_t rows, const struct map *only)
{
	struct plan_feed *feed;

	for (size_t i = 0; i < rows; i++) {
		const struct config_feed *f =
		    config_feed_named(p->request->config, row[i].name);
		const struct term_row *term = NULL;

		if (!f || (only && !map_get(only, row[i].path)))
			continue;
		if (row[i].term &&
		    ledger_term_by_id(p->ledger, row[i].term, &term, p->err) < 0)
			return -1;
		feed = want(p, f, term);
		if (feed)
			feed->due |= row[i].due && row[i].due <= p->request->now;
	}
	return 0;
}

/* Windows that shrink by themselves, and files that were damaged or lost. */
static int
want_due_and_broken(struct planning *p)
{
	const struct plan_request *q = p->request;
	struct feed_row *row;
	size_t rows;

	if (ledger_feeds_due(p->ledger, q->now, p->arena, &row, &rows, p->err) < 0 ||
	    want_rows(p, row, rows, NULL) < 0)
		return -1;
	if (q->broken.n == 0)
		return 0;
	if (ledger_feeds(p->ledger, p->arena, &row, &rows, p->err) < 0)
		return -1;
	return want_rows(p, row, rows, &p->broken);
}

/* --- editions --------------------------------------------------------------- */

/* It is not yet time for this one: its changes wait. 1; 0 when it never was
 * published, which it is at once. */
static int
hold(struct planning *p, const struct plan_feed *f)
{
	const struct plan_request *q = p->request;
	int64_t next = cron_next(&f->config->schedule.cron, q->config->site.zone, q->now);
	int rc = ledger_feed_defer(p->ledger, f->key, next, p->err);

	for (size_t i = 0; rc > 0 && i < f->touches; i++)
		if (ledger_pending_put(p->ledger, f->key, &f->touched[i], p->err) < 0)
			return -1;
	return rc;
}

/* An edition tells all that changed since the last one; an archive document may have
 * been put off. */
static int
take_pending(struct planning *p, struct plan_feed *f)
{
	struct pending *v;
	size_t n;

	if (ledger_pending(p->ledger, f->key, p->arena, &v, &n, p->err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		touch(p, f, v[i].seq, v[i].kind);
		f->count[v[i].kind]++;
	}
	return ledger_pending_drop(p->ledger, f->key, p->err);
}

static int
plan_editions(struct planning *p)
{
	struct plan *plan = p->plan;
	size_t kept = 0;

	for (size_t i = 0; i < plan->feeds; i++) {
		struct plan_feed *f = plan->feed[i];
		bool now = p->request->everything || f->broken || f->due;
		int rc = f->config->schedule.set && !now ? hold(p, f) : 0;

		if (rc < 0)
			return -1;
		if (rc > 0)
			continue;
		if ((f->config->schedule.set || f->config->archive) &&
		    take_pending(p, f) < 0)
			return -1;
		plan->feed[kept++] = f;
	}
	plan->feeds = kept;
	return 0;
}

/* --- old articles ----------------------------------------------------------- */

/* A correction of what has left a document long ago does not touch it. */
static int
spare_documents(struct planning *p)
{
	for (size_t i = 0; i < p->plan->feeds; i++) {
		struct plan_feed *f = p->plan->feed[i];
		struct feed_row row;
		int rc;

		if (f->broken || f->due || f->count[CHANGE_NEW] || f->count[CHANGE_GONE])
			continue;
		rc = ledger_feed(p->ledger, f->key, p->arena, &row, p->err);
		if (rc < 0)
			return -1;
		f->pages_only = rc > 0 && f->newest < row.oldest;
	}
	return 0;
}

/* --- archives --------------------------------------------------------------- */

static bool
is_member(const void *feed, const struct record *record)
{
	return plan_member(feed, record->path, &record->terms);
}

static void
mark(struct plan_feed *f, int64_t seq)
{
	size_t page = archive_find(&f->archive, seq);

	if (page < f->archive.pages)
		f->page_dirty[page] = true;
}

/* Changed entries, pages that are new, and the page that got a successor. */
static int
plan_archive(struct planning *p, struct plan_feed *f)
{
	const struct plan_request *q = p->request;
	bool all = q->everything || f->broken;

	if (archive_extend(p->ledger, f->key, f->term ? f->term->id : 0, is_member, f,
		&q->config->limits, p->arena, &f->archive, p->err) < 0)
		return -1;
	f->page_dirty = arena_array(p->arena, f->archive.pages + 1, sizeof(bool));
	for (size_t i = 0; i < f->archive.pages; i++)
		f->page_dirty[i] = all || i >= f->archive.known;
	if (f->archive.known && f->archive.known < f->archive.pages)
		f->page_dirty[f->archive.known - 1] = true;
	for (size_t i = 0; i < f->touches; i++)
		mark(f, f->touched[i].seq);
	return 0;
}

int
plan_make(struct ledger *ledger, const struct plan_request *request, struct arena *arena,
    struct plan *plan, struct err *err)
{
	struct planning p = {.ledger = ledger,
	    .request = request,
	    .arena = arena,
	    .plan = plan,
	    .err = err};
	int rc;

	*plan = (struct plan){.everything = request->everything};
	map_init(&p.by_key);
	map_init(&p.clashed);
	map_init(&p.broken);
	for (size_t i = 0; i < request->broken.n; i++)
		map_put(&p.broken, request->broken.v[i], &request->broken.v[i]);
	rc = request->everything ? want_everything(&p) : want_due_and_broken(&p);
	if (rc == 0)
		rc = want_changed(&p);
	if (rc == 0 && request->everything)
		rc = forget_others(&p);
	if (rc == 0)
		rc = plan_editions(&p);
	if (rc == 0 && !request->everything)
		rc = spare_documents(&p);
	for (size_t i = 0; rc == 0 && i < plan->feeds; i++)
		if (plan->feed[i]->config->archive)
			rc = plan_archive(&p, plan->feed[i]);
	map_fini(&p.by_key);
	map_fini(&p.clashed);
	map_fini(&p.broken);
	return rc;
}

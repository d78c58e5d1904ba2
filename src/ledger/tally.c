#include "ledger/tally.h"

#include "ledger/ledger_inside.h"

#include <stdlib.h>

enum { GATHERED = 1 << 18 }; /* before they are written */

/* So many more, or fewer, of a month in a feed. */
struct more {
	long feed; /* index of the section; -1: TALLY_ALL */
	int64_t term, month;
	int64_t by;
};

struct counting {
	struct ledger *ledger;
	const struct config *config;
	struct err *err;
	struct more *more;
	size_t n;
};

static int
by_feed_then_month(const void *a, const void *b)
{
	const struct more *x = a, *y = b;

	if (x->feed != y->feed)
		return x->feed < y->feed ? -1 : 1;
	if (x->term != y->term)
		return x->term < y->term ? -1 : 1;
	return (x->month > y->month) - (x->month < y->month);
}

static int
write_one(struct counting *c, const struct more *more)
{
	struct db_row *row = db_prepare(c->ledger->db,
	    "INSERT INTO tally (name, term, month, entries) VALUES ($1, $2, $3, $4)"
	    " ON CONFLICT (name, term, month) DO UPDATE SET"
	    " entries = tally.entries + excluded.entries");

	db_text_or_empty(
	    row, 1, more->feed < 0 ? TALLY_ALL : c->config->feed[more->feed].name);
	db_int(row, 2, more->term);
	db_int(row, 3, more->month);
	db_int(row, 4, more->by);
	return db_run(c->ledger->db, row, c->err);
}

/* In the order of the table, those of one month as one. */
static int
write_all(struct counting *c)
{
	size_t n = c->n;

	c->n = 0;
	if (n)
		qsort(c->more, n, sizeof *c->more, by_feed_then_month);
	for (size_t i = 0, next; i < n; i = next) {
		struct more sum = c->more[i];

		for (next = i + 1;
		     next < n && by_feed_then_month(&sum, &c->more[next]) == 0; next++)
			sum.by += c->more[next].by;
		if (sum.by && write_one(c, &sum) < 0)
			return -1;
	}
	return 0;
}

static int
add(struct counting *c, long feed, int64_t term, int64_t month, int by)
{
	c->more[c->n++] = (struct more){feed, term, month, by};
	return c->n < GATHERED ? 0 : write_all(c);
}

static int
count_terms(
    struct counting *c, long feed, const struct terms *terms, int64_t month, int by)
{
	for (size_t i = 0; i < terms->n; i++) {
		const struct term_row *row;

		if ((int)terms->v[i].kind != c->config->feed[feed].for_each)
			continue;
		if (ledger_term(c->ledger, &terms->v[i], &row, c->err) < 0 ||
		    (row && add(c, feed, row->id, month, by) < 0))
			return -1;
	}
	return 0;
}

/* An entry in, or out of, the feeds that take it. */
static int
count_entry(struct counting *c, struct slice path, const struct terms *terms,
    int64_t published, int by)
{
	int64_t month = tally_month_of(published, c->config->site.zone);
	bool any = false;

	for (size_t i = 0; i < c->config->feeds; i++) {
		const struct config_feed *f = &c->config->feed[i];

		if (!config_feed_takes(f, NULL, path, terms))
			continue;
		any = true;
		if ((f->for_each < 0 ? add(c, (long)i, 0, month, by)
				     : count_terms(c, (long)i, terms, month, by)) < 0)
			return -1;
	}
	return any ? add(c, -1, 0, month, by) : 0;
}

static int
count_changes(struct counting *c, const struct changes *changes)
{
	for (size_t i = 0; i < changes->n; i++) {
		const struct change *x = &changes->v[i];

		if (x->was_live && count_entry(c, x->path_before, &x->terms_before,
				       x->published_before, -1) < 0)
			return -1;
		if (x->kind != CHANGE_GONE &&
		    count_entry(c, x->path, &x->terms, x->published, 1) < 0)
			return -1;
	}
	return write_all(c);
}

static int
count_everything(struct counting *c)
{
	const struct walk walk = {.end = INT64_MAX, .order = WALK_OLDEST};
	struct arena *arena = arena_new();
	struct ledger_walk *open = NULL;
	struct record r;
	int rc = db_exec(c->ledger->db, "DELETE FROM tally", c->err);

	if (rc == 0)
		rc = ledger_walk_open(c->ledger, &walk, &open, c->err);
	while (rc == 0 && (rc = ledger_walk_next(open, arena, &r, c->err)) > 0) {
		rc = count_entry(c, r.path, &r.terms, r.published, 1);
		arena_reset(arena);
	}
	ledger_walk_close(open);
	arena_free(arena);
	return rc < 0 ? -1 : write_all(c);
}

int
tally_update(struct ledger *ledger, const struct config *config,
    const struct changes *changes, bool everything, struct err *err)
{
	struct counting c = {.ledger = ledger, .config = config, .err = err};
	struct arena *arena = arena_new();
	struct slice known;
	int rc = ledger_get(ledger, "tally", arena, &known, err);

	c.more = mem_alloc(GATHERED * sizeof *c.more);
	if (rc == 0 && (everything || !known.n))
		rc = count_everything(&c);
	else if (rc == 0)
		rc = count_changes(&c, changes);
	if (rc == 0 && !known.n)
		rc = ledger_set(ledger, "tally", SLICE("kept"), err);
	free(c.more);
	arena_free(arena);
	return rc;
}

int
tally_read(struct ledger *l, struct slice name, int64_t term, struct arena *arena,
    struct tally_months *tally, struct err *err)
{
	struct db_row *row = db_prepare(l->db,
	    "SELECT month, entries FROM tally"
	    " WHERE name = $1 AND term = $2 AND entries > 0 ORDER BY month");
	int rc;

	*tally = (struct tally_months){0};
	db_text_or_empty(row, 1, name);
	db_int(row, 2, term);
	while ((rc = db_step(l->db, row, err)) > 0) {
		struct tally_month month = {db_get_int(row, 0), db_get_int(row, 1)};

		tally->v = arena_grow(arena, tally->v, tally->n, sizeof *tally->v);
		tally->v[tally->n++] = month;
		tally->entries += month.entries;
	}
	return rc;
}

int64_t
tally_month_of(int64_t sec, const struct zone *zone)
{
	struct civil local;

	zone_civil(zone, sec, &local);
	return local.year * 12LL + local.month - 1;
}

int64_t
tally_pace(const struct tally_months *t)
{
	int64_t newest, months, entries = 0;

	if (t->n == 0)
		return 0;
	newest = t->v[t->n - 1].month;
	months = newest - t->v[0].month + 1;
	if (months > 12)
		months = 12;
	for (size_t i = t->n; i-- > 0 && t->v[i].month > newest - months;)
		entries += t->v[i].entries;
	return entries * 12 / months;
}

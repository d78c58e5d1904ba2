#include "base/utf8.h"
#include "ledger/ledger_inside.h"

#include <stdlib.h>
#include <string.h>

static struct slice
term_key(struct arena *arena, enum term_kind kind, struct slice value)
{
	char *p = arena_alloc(arena, value.n + 1);

	p[0] = (char)('0' + (int)kind);
	memcpy(p + 1, value.p, value.n);
	return slice_make(p, value.n + 1);
}

static const struct term_row *
remember(struct ledger *l, const struct db_row *row)
{
	struct term_row *t = ARENA_NEW(l->arena, struct term_row);
	size_t id = (size_t)db_get_int(row, 0);

	*t = (struct term_row){
	    .id = (int64_t)id,
	    .kind = (enum term_kind)db_get_int(row, 1),
	    .value = db_copy_text(l->arena, row, 2),
	    .slug = db_copy_text(l->arena, row, 3),
	};
	map_put(&l->by_value, term_key(l->arena, t->kind, t->value), t);
	if (id >= l->ids) {
		size_t ids = 2 * id + 64;
		struct term_row **wider =
		    arena_array(l->arena, ids, sizeof(struct term_row *));

		if (l->ids)
			memcpy(wider, l->by_id, l->ids * sizeof *wider);
		l->by_id = wider;
		l->ids = ids;
	}
	l->by_id[id] = t;
	return t;
}

/* The row of a query for one term. */
static int
look_up(
    struct ledger *l, struct db_row *row, const struct term_row **out, struct err *err)
{
	int rc = db_step(l->db, row, err);

	if (rc > 0)
		*out = remember(l, row);
	db_reset(row);
	return rc < 0 ? -1 : 0;
}

int
ledger_term_by_id(
    struct ledger *l, int64_t id, const struct term_row **out, struct err *err)
{
	struct db_row *row;

	*out = id > 0 && (size_t)id < l->ids ? l->by_id[id] : NULL;
	if (*out || id <= 0)
		return 0;
	row = db_prepare(l->db, "SELECT id, kind, value, slug FROM term WHERE id = $1");
	db_int(row, 1, id);
	return look_up(l, row, out, err);
}

int
ledger_term(struct ledger *l, const struct term *term, const struct term_row **out,
    struct err *err)
{
	char small[256];
	struct slice key = {small, term->value.n + 1};
	struct db_row *row;

	if (term->value.n < sizeof small) {
		small[0] = (char)('0' + (int)term->kind);
		memcpy(small + 1, term->value.p, term->value.n);
	} else {
		key = term_key(l->arena, term->kind, term->value);
	}
	*out = map_get(&l->by_value, key);
	if (*out)
		return 0;
	row = db_prepare(l->db,
	    "SELECT id, kind, value, slug FROM term WHERE kind = $1 AND value = $2");
	db_int(row, 1, term->kind);
	db_text(row, 2, term->value);
	return look_up(l, row, out, err);
}

int
ledger_terms_of_kind(struct ledger *l, enum term_kind kind, struct arena *arena,
    const struct term_row ***v, size_t *n, struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "SELECT id FROM term WHERE kind = $1 ORDER BY id");
	int64_t *id = NULL;
	size_t ids = 0;
	int rc;

	db_int(row, 1, kind);
	while ((rc = db_step(l->db, row, err)) > 0) {
		id = arena_grow(arena, id, ids, sizeof *id);
		id[ids++] = db_get_int(row, 0);
	}
	*v = arena_array(arena, ids, sizeof **v);
	*n = ids;
	for (size_t i = 0; rc == 0 && i < ids; i++)
		rc = ledger_term_by_id(l, id[i], &(*v)[i], err);
	return rc;
}

/*
 * A file name for a term: what a path may not hold becomes '-'. So does a dot,
 * but before a digit: "x.atom" would be a folder of archives and a document of
 * "x" at once. Long ones are cut, so that name, extension and staging prefix
 * stay below NAME_MAX.
 */
static struct slice
slug_base(struct arena *arena, struct slice value)
{
	enum { LONGEST = 160 };
	struct slice s = value;
	size_t n = 0;
	char *p;

	if (s.n > LONGEST) {
		s.n = LONGEST;
		s.n = utf8_valid(s);
	}
	p = arena_alloc(arena, s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool digit_next = i + 1 < s.n && s.p[i + 1] >= '0' && s.p[i + 1] <= '9';

		if (c <= 0x20 || c == 0x7F || strchr("/\\:*?\"<>|#%", c) ||
		    (c == '.' && (n == 0 || !digit_next)))
			c = '-';
		p[n++] = (char)c;
	}
	return slice_make(p, n);
}

/* 1: a term of this kind has it; 0, -1. */
static int
is_taken(struct ledger *l, enum term_kind kind, struct slice fold, struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "SELECT id FROM term WHERE kind = $1 AND fold = $2");
	int rc;

	db_int(row, 1, kind);
	db_text_or_empty(row, 2, fold);
	rc = db_step(l->db, row, err);
	db_reset(row);
	return rc;
}

/* The number to try next behind a slug that is taken: all before are taken, too, as
 * no term ever goes. An archive may want one slug ten thousand times. */
static int64_t *
next_number(struct ledger *l, enum term_kind kind, struct slice fold)
{
	struct slice key = term_key(l->arena, kind, fold);
	int64_t *next = map_get(&l->numbers, key);

	if (!next) {
		next = ARENA_NEW(l->arena, int64_t);
		*next = 2;
		map_put(&l->numbers, key, next);
	}
	return next;
}

/* Told apart from every other of its kind, upper and lower case being one. */
static int
make_slug(struct ledger *l, const struct term *term, struct slice *slug,
    struct slice *fold, struct err *err)
{
	const struct slice base = slug_base(l->arena, term->value);
	const struct slice folded = utf8_fold(l->arena, base);
	int rc = is_taken(l, term->kind, folded, err);
	int64_t *next;

	*slug = base;
	*fold = folded;
	if (rc <= 0)
		return rc;
	next = next_number(l, term->kind, folded);
	do {
		long long n = (*next)++;

		*slug = arena_printf(l->arena, "%.*s-%lld", SLICE_ARG(base), n);
		*fold = arena_printf(l->arena, "%.*s-%lld", SLICE_ARG(folded), n);
		rc = is_taken(l, term->kind, *fold, err);
	} while (rc > 0);
	return rc;
}

static int
add_term(struct ledger *l, const struct term *term, const struct term_row **out,
    struct err *err)
{
	struct slice slug, fold;
	struct db_row *row;

	if (!l->last_term &&
	    db_ask(l->db, "SELECT max(id) FROM term", &l->last_term, err) < 0)
		return -1;
	if (make_slug(l, term, &slug, &fold, err) < 0)
		return -1;
	row = db_prepare(l->db,
	    "INSERT INTO term (id, kind, value, slug, fold) VALUES ($1, $2, $3, $4, $5)");
	db_int(row, 1, ++l->last_term);
	db_int(row, 2, term->kind);
	db_text_or_empty(row, 3, term->value);
	db_text_or_empty(row, 4, slug);
	db_text_or_empty(row, 5, fold);
	if (db_run(l->db, row, err) < 0)
		return -1;
	return ledger_term(l, term, out, err);
}

int
ledger_term_id(struct ledger *l, const struct term *term, int64_t *id, struct err *err)
{
	const struct term_row *row;

	if (ledger_term(l, term, &row, err) < 0)
		return -1;
	if (!row && add_term(l, term, &row, err) < 0)
		return -1;
	*id = row->id;
	return 0;
}

static int
by_term_then_seq(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	if (x->term != y->term)
		return x->term < y->term ? -1 : 1;
	return (x->seq > y->seq) - (x->seq < y->seq);
}

/* In the order of the table, which is several times faster than as they come:
 * a first import has hundreds of thousands. */
int
ledger_write_links(struct ledger *l, struct err *err)
{
	if (l->links)
		qsort(l->link, l->links, sizeof *l->link, by_term_then_seq);
	for (size_t i = 0; i < l->links; i++) {
		struct db_row *row = db_prepare(
		    l->db, "INSERT INTO entry_term (term, seq) VALUES ($1, $2)");

		db_int(row, 1, l->link[i].term);
		db_int(row, 2, l->link[i].seq);
		if (db_run(l->db, row, err) < 0)
			return -1;
	}
	l->links = 0;
	return 0;
}

void
ledger_link(struct ledger *l, int64_t term, int64_t seq)
{
	if (l->links == l->links_cap) {
		l->links_cap = l->links_cap ? 2 * l->links_cap : 64;
		l->link = mem_resize(l->link, l->links_cap * sizeof *l->link);
	}
	l->link[l->links++] = (struct link){term, seq};
}

int
ledger_unlink(struct ledger *l, int64_t term, int64_t seq, struct err *err)
{
	struct db_row *row;

	if (ledger_write_links(l, err) < 0)
		return -1;
	row = db_prepare(l->db, "DELETE FROM entry_term WHERE term = $1 AND seq = $2");
	db_int(row, 1, term);
	db_int(row, 2, seq);
	return db_run(l->db, row, err);
}

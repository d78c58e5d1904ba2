#include "ledger/ledger_inside.h"

#include <stdlib.h>
#include <string.h>

#define RECORD_COLUMNS                                                                   \
	"e.seq, e.id, e.path, e.url, e.guid, e.source, e.title, e.reason, e.hash,"       \
	" e.published, e.updated, e.arrived, e.first_seen, e.bytes, e.state, e.gone,"    \
	" e.terms"

/* The terms column is the ids in decimal, with blanks between. */
static int
parse_terms(struct ledger *l, struct slice packed, struct arena *arena,
    struct terms *terms, struct err *err)
{
	struct slice word;

	*terms = (struct terms){0};
	while (slice_token(&packed, ' ', &word)) {
		const struct term_row *row;
		int64_t id = 0;

		for (size_t i = 0; i < word.n; i++)
			id = id * 10 + (word.p[i] - '0');
		if (ledger_term_by_id(l, id, &row, err) < 0)
			return -1;
		if (!row)
			return err_set(err, ERR_LEDGER,
			    "ledger: an entry names the term %lld,"
			    " which there is not",
			    (long long)id);
		terms->v = arena_grow(arena, terms->v, terms->n, sizeof *terms->v);
		terms->v[terms->n++] = (struct term){row->kind, row->value};
	}
	return 0;
}

static int
fill_record(struct ledger *l, const struct db_row *row, struct arena *arena,
    struct record *r, struct err *err)
{
	struct slice hash = db_get_text(row, 8), packed;

	*r = (struct record){
	    .seq = db_get_int(row, 0),
	    .id = db_copy_text(arena, row, 1),
	    .path = db_copy_text(arena, row, 2),
	    .url = db_copy_text(arena, row, 3),
	    .guid = db_copy_text(arena, row, 4),
	    .source = db_copy_text(arena, row, 5),
	    .title = db_copy_text(arena, row, 6),
	    .reason = db_copy_text(arena, row, 7),
	    .published = db_get_int(row, 9),
	    .updated = db_get_int(row, 10),
	    .arrived = db_get_int(row, 11),
	    .first_seen = db_get_int(row, 12),
	    .bytes = db_get_int(row, 13),
	    .state = (enum record_state)db_get_int(row, 14),
	    .gone = db_get_int(row, 15),
	};
	if (hash.n == sizeof r->hash.byte)
		memcpy(r->hash.byte, hash.p, hash.n);
	packed = db_copy_text(arena, row, 16);
	return parse_terms(l, packed, arena, &r->terms, err);
}

static int
one_record(struct ledger *l, struct db_row *row, struct arena *arena,
    struct record *record, struct err *err)
{
	int rc = db_step(l->db, row, err);

	if (rc > 0 && fill_record(l, row, arena, record, err) < 0)
		rc = -1;
	db_reset(row);
	return rc;
}

int
ledger_record(struct ledger *l, int64_t seq, struct arena *arena, struct record *record,
    struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "SELECT " RECORD_COLUMNS " FROM entry e WHERE e.seq = $1");

	db_int(row, 1, seq);
	return one_record(l, row, arena, record, err);
}

int
ledger_record_find(struct ledger *l, enum record_key key, struct slice value,
    struct arena *arena, struct record *record, struct err *err)
{
	static const char *const sql[] = {
	    [BY_ID] = "SELECT " RECORD_COLUMNS " FROM entry e WHERE e.id = $1",
	    [BY_PATH] =
		"SELECT " RECORD_COLUMNS " FROM article a JOIN entry e ON e.seq = a.seq"
		" WHERE a.path = $1 AND (e.path = a.path OR e.state = 3)",
	    [BY_GUID] = "SELECT " RECORD_COLUMNS " FROM entry e WHERE e.guid = $1"
			" ORDER BY e.state, e.seq LIMIT 1",
	    [GONE_GUID] = "SELECT " RECORD_COLUMNS " FROM entry e WHERE e.guid = $1"
			  " AND e.gone IS NOT NULL ORDER BY e.seq DESC LIMIT 1",
	    [GONE_PATH] = "SELECT " RECORD_COLUMNS " FROM entry e WHERE e.path = $1"
			  " AND e.gone IS NOT NULL ORDER BY e.seq DESC LIMIT 1",
	    [GONE_SOURCE] = "SELECT " RECORD_COLUMNS " FROM entry e WHERE e.source = $1"
			    " AND e.gone IS NOT NULL ORDER BY e.seq DESC LIMIT 1",
	    [GONE_HASH] = "SELECT " RECORD_COLUMNS " FROM entry e WHERE e.hash = $1"
			  " AND e.gone IS NOT NULL ORDER BY e.seq DESC LIMIT 1",
	};
	struct db_row *row = db_prepare(l->db, sql[key]);

	if (key == GONE_HASH)
		db_blob(row, 1, value.p, value.n);
	else
		db_text(row, 1, value);
	return one_record(l, row, arena, record, err);
}

int
ledger_is_empty(struct ledger *l, bool *empty, struct err *err)
{
	int64_t any;

	if (db_ask(l->db, "SELECT count(*) FROM (SELECT seq FROM entry LIMIT 1) one",
		&any, err) < 0)
		return -1;
	*empty = any == 0;
	return 0;
}

int
ledger_latest(struct ledger *l, int64_t *updated, struct err *err)
{
	return db_ask(l->db, "SELECT max(updated) FROM entry", updated, err);
}

static struct slice
second_key(const int64_t *second)
{
	return slice_make((const char *)second, sizeof *second);
}

/* Thousands may want the same second, as after a checkout that gave all files
 * one time: where the last search ended, the next begins. */
int
ledger_free_second(struct ledger *l, int64_t *wanted, struct err *err)
{
	struct db_row *row = db_prepare(
	    l->db, "SELECT updated FROM entry WHERE updated >= $1 ORDER BY updated");
	struct crowd *crowd = map_get(&l->crowds, second_key(wanted));
	int64_t second = crowd ? crowd->next : *wanted;
	int rc;

	db_int(row, 1, second);
	while ((rc = db_step(l->db, row, err)) > 0 && db_get_int(row, 0) == second)
		second++;
	db_reset(row);
	if (!crowd && second != *wanted) {
		crowd = ARENA_NEW(l->arena, struct crowd);
		crowd->second = *wanted;
		map_put(&l->crowds, second_key(&crowd->second), crowd);
	}
	if (crowd)
		crowd->next = second + 1;
	*wanted = second;
	return rc < 0 ? -1 : 0;
}

/* Link those of `now` that are not in `before`, unlink the others; `packed`
 * receives the column. */
static int
store_terms(struct ledger *l, int64_t seq, const struct terms *now,
    const struct terms *before, struct buf *packed, struct err *err)
{
	int64_t id;

	for (size_t i = 0; i < now->n; i++) {
		if (ledger_term_id(l, &now->v[i], &id, err) < 0)
			return -1;
		buf_printf(packed, "%s%lld", i ? " " : "", (long long)id);
		if (!terms_have(before, &now->v[i]))
			ledger_link(l, id, seq);
	}
	for (size_t i = 0; i < before->n; i++) {
		if (terms_have(now, &before->v[i]))
			continue;
		if (ledger_term_id(l, &before->v[i], &id, err) < 0 ||
		    ledger_unlink(l, id, seq, err) < 0)
			return -1;
	}
	return 0;
}

static int
write_record(struct ledger *l, struct db_row *row, const struct record *r,
    const struct terms *before, struct err *err)
{
	struct buf packed;
	int rc;

	buf_init(&packed, 64 * 1024);
	rc = store_terms(l, r->seq, &r->terms, before, &packed, err);
	if (rc < 0)
		goto out;
	db_int(row, 1, r->seq);
	db_text_or_empty(row, 2, r->id);
	db_text_or_empty(row, 3, r->path);
	db_text_or_empty(row, 4, r->url);
	db_text_or_null(row, 5, r->guid);
	db_text_or_null(row, 6, r->source);
	db_blob(row, 7, r->hash.byte, sizeof r->hash.byte);
	db_text_or_empty(row, 8, r->title);
	db_int(row, 9, r->published);
	db_int(row, 10, r->updated);
	db_int(row, 11, r->arrived);
	db_int(row, 12, r->first_seen);
	db_int(row, 13, r->bytes);
	db_text_or_empty(row, 14, buf_view(&packed));
	db_int(row, 15, r->state);
	db_int_or_null(row, 16, r->gone);
	db_text_or_null(row, 17, r->reason);
	rc = db_run(l->db, row, err);
out:
	buf_fini(&packed);
	return rc;
}

int
ledger_record_add(struct ledger *l, struct record *r, struct err *err)
{
	static const struct terms none;

	if (!l->last_seq &&
	    db_ask(l->db, "SELECT max(seq) FROM entry", &l->last_seq, err) < 0)
		return -1;
	r->seq = ++l->last_seq;
	return write_record(l,
	    db_prepare(l->db,
		"INSERT INTO entry (seq, id, path, url, guid, source, hash, title, "
		"published,"
		" updated, arrived, first_seen, bytes, terms, state, gone, reason) VALUES"
		" ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, "
		"$16, $17)"),
	    r, &none, err);
}

int
ledger_record_update(
    struct ledger *l, const struct record *r, const struct terms *before, struct err *err)
{
	return write_record(l,
	    db_prepare(l->db,
		"UPDATE entry SET seq = $1, id = $2, path = $3, url = $4, guid = $5, "
		"source = $6,"
		" hash = $7, title = $8, published = $9, updated = $10, arrived = $11,"
		" first_seen = $12, bytes = $13, terms = $14, state = $15, gone = $16,"
		" reason = $17 WHERE seq = $1"),
	    r, before, err);
}

/* --- walks ---------------------------------------------------------------- */

struct ledger_walk {
	struct ledger *ledger;
	struct db_row *row;
};

#define WALK_ALL                                                                         \
	"SELECT " RECORD_COLUMNS                                                         \
	" FROM entry e WHERE e.state = 0 AND e.seq >= $1 AND e.seq < $2"
#define WALK_TERM                                                                        \
	"SELECT " RECORD_COLUMNS " FROM entry_term t JOIN entry e ON e.seq = t.seq"      \
	" WHERE e.state = 0 AND t.seq >= $1 AND t.seq < $2 AND t.term = $3"

int
ledger_walk_open(
    struct ledger *l, const struct walk *walk, struct ledger_walk **out, struct err *err)
{
	static const char *const sql[2][3] = {
	    {
		[WALK_NEWEST] = WALK_ALL " ORDER BY e.seq DESC",
		[WALK_OLDEST] = WALK_ALL " ORDER BY e.seq",
		[WALK_PUBLISHED] = WALK_ALL " ORDER BY e.published DESC, e.seq DESC",
	    },
	    {
		[WALK_NEWEST] = WALK_TERM " ORDER BY t.seq DESC",
		[WALK_OLDEST] = WALK_TERM " ORDER BY t.seq",
		[WALK_PUBLISHED] = WALK_TERM " ORDER BY e.published DESC, e.seq DESC",
	    },
	};
	struct ledger_walk *w;

	*out = NULL;
	if (ledger_write_links(l, err) < 0)
		return -1;
	w = mem_alloc(sizeof *w);
	w->ledger = l;
	w->row = db_prepare(l->db, sql[walk->term != 0][walk->order]);
	db_int(w->row, 1, walk->first);
	db_int(w->row, 2, walk->end);
	if (walk->term)
		db_int(w->row, 3, walk->term);
	*out = w;
	return 0;
}

int
ledger_walk_next(
    struct ledger_walk *w, struct arena *arena, struct record *record, struct err *err)
{
	int rc = db_step(w->ledger->db, w->row, err);

	if (rc > 0 && fill_record(w->ledger, w->row, arena, record, err) < 0)
		rc = -1;
	return rc;
}

void
ledger_walk_close(struct ledger_walk *w)
{
	if (!w)
		return;
	db_reset(w->row);
	free(w);
}

int
ledger_gone(struct ledger *l, int64_t since, struct arena *arena, struct record **v,
    size_t *n, struct err *err)
{
	struct db_row *row = db_prepare(l->db, "SELECT " RECORD_COLUMNS " FROM entry e"
					       " WHERE e.gone > $1"
					       " ORDER BY e.gone DESC, e.seq DESC");
	int rc;

	*v = NULL;
	*n = 0;
	db_int(row, 1, since);
	while ((rc = db_step(l->db, row, err)) > 0) {
		*v = arena_grow(arena, *v, *n, sizeof **v);
		if (fill_record(l, row, arena, &(*v)[(*n)++], err) < 0) {
			rc = -1;
			break;
		}
	}
	db_reset(row);
	return rc;
}

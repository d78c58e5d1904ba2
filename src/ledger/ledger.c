#include "ledger/ledger_inside.h"
#include "ledger/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
ledger_open(struct ledger **out, const char *path, enum db_mode mode, struct err *err)
{
	struct arena *arena = arena_new();
	struct ledger *l = ARENA_NEW(arena, struct ledger);
	int rc;

	l->arena = arena;
	map_init(&l->by_value);
	map_init(&l->crowds);
	map_init(&l->numbers);
	rc = db_open(&l->db, path, mode, err);
	if (rc == 0 && schema_apply(l->db, path, mode, err) < 0)
		rc = err_prefix(err, "%s", path);
	if (rc < 0) {
		ledger_close(l);
		l = NULL;
	}
	*out = l;
	return rc;
}

int
ledger_commit(struct ledger *l, struct err *err)
{
	if (ledger_write_links(l, err) < 0)
		return -1;
	return db_commit(l->db, err);
}

void
ledger_close(struct ledger *l)
{
	if (!l)
		return;
	if (l->db)
		db_rollback(l->db);
	db_close(l->db);
	map_fini(&l->by_value);
	map_fini(&l->crowds);
	map_fini(&l->numbers);
	free(l->link);
	arena_free(l->arena);
}

int
ledger_get(struct ledger *l, const char *name, struct arena *arena, struct slice *value,
    struct err *err)
{
	struct db_row *row = db_prepare(l->db, "SELECT value FROM meta WHERE name = $1");
	int rc;

	db_text(row, 1, slice_str(name));
	rc = db_step(l->db, row, err);
	*value = rc > 0 ? db_copy_text(arena, row, 0) : SLICE_NONE;
	db_reset(row);
	return rc < 0 ? -1 : 0;
}

int
ledger_set(struct ledger *l, const char *name, struct slice value, struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "INSERT INTO meta (name, value) VALUES ($1, $2)"
			      " ON CONFLICT (name) DO UPDATE SET value = excluded.value");

	db_text(row, 1, slice_str(name));
	db_text_or_empty(row, 2, value);
	return db_run(l->db, row, err);
}

int
ledger_get_int(struct ledger *l, const char *name, int64_t *value, struct err *err)
{
	struct arena *arena = arena_new();
	struct slice text;
	int rc = ledger_get(l, name, arena, &text, err);

	*value = rc == 0 && text.n ? strtoll(text.p, NULL, 10) : 0;
	rc = rc < 0 ? -1 : text.n > 0;
	arena_free(arena);
	return rc;
}

int
ledger_set_int(struct ledger *l, const char *name, int64_t value, struct err *err)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)value);
	return ledger_set(l, name, slice_str(text), err);
}

#define INDEX_COLUMNS "size, mtime, inode, state, due, seq"

static struct indexed
indexed_row(const struct db_row *row, struct slice path)
{
	return (struct indexed){
	    .path = path,
	    .stat = {.size = db_get_int(row, 0),
		.mtime_ns = db_get_int(row, 1),
		.inode = (uint64_t)db_get_int(row, 2),
		.regular = true},
	    .state = (enum article_state)db_get_int(row, 3),
	    .due = db_get_int(row, 4),
	    .seq = db_get_int(row, 5),
	};
}

static int
add_indexed(struct ledger *l, struct db_row *row, struct arena *arena, struct indexed **v,
    size_t *n, struct err *err)
{
	int rc;

	while ((rc = db_step(l->db, row, err)) > 0) {
		*v = arena_grow(arena, *v, *n, sizeof **v);
		(*v)[(*n)++] = indexed_row(row, db_copy_text(arena, row, 6));
	}
	return rc;
}

int
ledger_index(
    struct ledger *l, struct arena *arena, struct indexed **v, size_t *n, struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "SELECT " INDEX_COLUMNS ", path FROM article");

	*v = NULL;
	*n = 0;
	return add_indexed(l, row, arena, v, n, err);
}

/* All paths that begin with "a/" lie from "a/" up to "a0": '0' follows '/'. */
static struct db_row *
select_below(struct ledger *l, struct slice folder, struct arena *arena)
{
	struct db_row *row =
	    db_prepare(l->db, "SELECT " INDEX_COLUMNS ", path FROM article"
			      " WHERE path >= $1 AND path < $2");
	struct slice end = SLICE("\xff");

	if (folder.n)
		end = arena_printf(arena, "%.*s0", (int)folder.n - 1, folder.p);
	db_text_or_empty(row, 1, folder);
	db_text(row, 2, end);
	return row;
}

static struct db_row *
select_one(struct ledger *l, struct slice path)
{
	struct db_row *row = db_prepare(
	    l->db, "SELECT " INDEX_COLUMNS ", path FROM article WHERE path = $1");

	db_text(row, 1, path);
	return row;
}

int
ledger_index_some(struct ledger *l, const struct slices *paths, int64_t now,
    struct arena *arena, struct indexed **v, size_t *n, struct err *err)
{
	struct db_row *row;

	*v = NULL;
	*n = 0;
	for (size_t i = 0; i < paths->n; i++) {
		struct slice path = paths->v[i];
		bool folder = path.n == 0 || slice_ends(path, SLICE("/"));

		row = folder ? select_below(l, path, arena) : select_one(l, path);
		if (add_indexed(l, row, arena, v, n, err) < 0)
			return -1;
	}
	row = db_prepare(
	    l->db, "SELECT " INDEX_COLUMNS ", path FROM article WHERE due <= $1");
	db_int(row, 1, now);
	if (add_indexed(l, row, arena, v, n, err) < 0)
		return -1;
	/* Those whose time was recorded as never matching. */
	row = db_prepare(l->db, "SELECT " INDEX_COLUMNS ", path FROM article"
				" WHERE state <> 0 AND mtime = 0");
	return add_indexed(l, row, arena, v, n, err);
}

int
ledger_index_exceeds(struct ledger *l, size_t n, bool *more, struct err *err)
{
	struct db_row *row = db_prepare(l->db, "SELECT 1 FROM article LIMIT 1 OFFSET $1");
	int rc;

	db_int(row, 1, (int64_t)n);
	rc = db_step(l->db, row, err);
	*more = rc > 0;
	db_reset(row);
	return rc < 0 ? -1 : 0;
}

int
ledger_indexed(
    struct ledger *l, struct slice path, struct indexed *indexed, struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "SELECT " INDEX_COLUMNS " FROM article WHERE path = $1");
	int rc;

	db_text(row, 1, path);
	rc = db_step(l->db, row, err);
	if (rc > 0)
		*indexed = indexed_row(row, path);
	db_reset(row);
	return rc;
}

int
ledger_index_put(struct ledger *l, const struct reading *r, int64_t seq, struct err *err)
{
	struct db_row *row = db_prepare(l->db,
	    "INSERT INTO article (path, size, mtime, inode, state, due, seq, reason)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (path) DO UPDATE SET"
	    " size = excluded.size, mtime = excluded.mtime, inode = excluded.inode,"
	    " state = excluded.state, due = excluded.due, seq = excluded.seq,"
	    " reason = excluded.reason");

	db_text(row, 1, r->path);
	db_int(row, 2, r->stat.size);
	db_int(row, 3, r->stat.mtime_ns);
	db_int(row, 4, (int64_t)r->stat.inode);
	db_int(row, 5, r->state);
	db_int_or_null(row, 6, r->due);
	db_int_or_null(row, 7, seq);
	db_text_or_null(row, 8, r->reason);
	return db_run(l->db, row, err);
}

int
ledger_index_drop(struct ledger *l, struct slice path, struct err *err)
{
	struct db_row *row = db_prepare(l->db, "DELETE FROM article WHERE path = $1");

	db_text(row, 1, path);
	return db_run(l->db, row, err);
}

int
ledger_index_retract(struct ledger *l, int64_t seq, struct err *err)
{
	struct db_row *row = db_prepare(l->db,
	    "UPDATE article SET state = $1, due = NULL, reason = '" LEDGER_RETRACTED "'"
	    " WHERE seq = $2");

	db_int(row, 1, ARTICLE_OUT);
	db_int(row, 2, seq);
	return db_run(l->db, row, err);
}

int
ledger_index_refuse(
    struct ledger *l, struct slice path, struct slice reason, bool again, struct err *err)
{
	struct db_row *row = db_prepare(l->db,
	    "UPDATE article SET state = $1, reason = $2,"
	    " mtime = CASE WHEN $3 = 1 THEN 0 ELSE mtime END WHERE path = $4");

	db_int(row, 1, ARTICLE_BAD);
	db_text_or_empty(row, 2, reason);
	db_int(row, 3, again);
	db_text(row, 4, path);
	return db_run(l->db, row, err);
}

int
ledger_index_inode(struct ledger *l, uint64_t inode, struct arena *arena,
    struct indexed **v, size_t *n, struct err *err)
{
	struct db_row *row = db_prepare(
	    l->db, "SELECT " INDEX_COLUMNS ", path FROM article WHERE inode = $1");

	*v = NULL;
	*n = 0;
	db_int(row, 1, (int64_t)inode);
	return add_indexed(l, row, arena, v, n, err);
}

/* The one row there may be. */
static int
take_due(struct ledger *l, struct db_row *row, struct arena *arena, struct due *due,
    struct err *err)
{
	int rc = db_step(l->db, row, err);

	*due = (struct due){0};
	if (rc > 0)
		*due = (struct due){
		    .at = db_get_int(row, 0),
		    .what = db_copy_text(arena, row, 1),
		    .state = (enum article_state)db_get_int(row, 2),
		};
	db_reset(row);
	return rc < 0 ? -1 : 0;
}

int
ledger_next_due(struct ledger *l, struct arena *arena, struct due *article,
    struct due *feed, struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "SELECT due, path, state FROM article"
			      " WHERE due IS NOT NULL ORDER BY due, path LIMIT 1");

	if (take_due(l, row, arena, article, err) < 0)
		return -1;
	row = db_prepare(l->db, "SELECT due, path, 0 FROM feed"
				" WHERE due IS NOT NULL ORDER BY due, path LIMIT 1");
	return take_due(l, row, arena, feed, err);
}

static int
troubled_rows(struct ledger *l, struct db_row *row, struct arena *arena,
    struct troubled **v, size_t *n, struct err *err)
{
	int rc;

	*v = NULL;
	*n = 0;
	while ((rc = db_step(l->db, row, err)) > 0) {
		*v = arena_grow(arena, *v, *n, sizeof **v);
		(*v)[(*n)++] = (struct troubled){
		    .path = db_copy_text(arena, row, 0),
		    .reason = db_copy_text(arena, row, 1),
		    .state = (enum article_state)db_get_int(row, 2),
		    .due = db_get_int(row, 3),
		};
	}
	return rc;
}

/* The || keeps the engine from walking all articles in the order of their paths, where
 * the index of the few would do. */
#define TROUBLED "SELECT path, reason, state, due FROM article WHERE state <> 0"

int
ledger_troubled(struct ledger *l, struct arena *arena, struct troubled **v, size_t *n,
    struct err *err)
{
	return troubled_rows(
	    l, db_prepare(l->db, TROUBLED " ORDER BY path || ''"), arena, v, n, err);
}

int
ledger_troubled_in(struct ledger *l, enum article_state a, enum article_state b,
    size_t limit, struct arena *arena, struct troubled **v, size_t *n, struct err *err)
{
	struct db_row *row = db_prepare(l->db,
	    TROUBLED " AND state IN ($1, $2) ORDER BY state DESC, path || '' LIMIT $3");

	db_int(row, 1, a);
	db_int(row, 2, b);
	db_int(row, 3, (int64_t)limit);
	return troubled_rows(l, row, arena, v, n, err);
}

/* The index of the few and one number for all: grouping would visit every row. */
int
ledger_states(struct ledger *l, int64_t count[ARTICLE_STATES], struct err *err)
{
	int64_t live;
	struct db_row *row;
	int rc;

	memset(count, 0, ARTICLE_STATES * sizeof *count);
	if (db_ask(l->db, "SELECT count(*) FROM article", &live, err) < 0)
		return -1;
	row = db_prepare(
	    l->db, "SELECT state, count(*) FROM article WHERE state <> 0 GROUP BY state");
	while ((rc = db_step(l->db, row, err)) > 0) {
		int64_t state = db_get_int(row, 0);

		if (state > 0 && state < ARTICLE_STATES)
			count[state] = db_get_int(row, 1);
		live -= db_get_int(row, 1);
	}
	count[ARTICLE_LIVE] = live;
	return rc;
}

/* --- arrival numbers, adoption ---------------------------------------------------- */

int
ledger_last_seq(struct ledger *l, int64_t *seq, struct err *err)
{
	return db_ask(l->db, "SELECT max(seq) FROM entry", seq, err);
}

int
ledger_addresses(struct ledger *l, int64_t first, int64_t end, struct arena *arena,
    struct address **v, size_t *n, struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "SELECT url, updated FROM entry"
			      " WHERE state = 0 AND seq >= $1 AND seq < $2"
			      " ORDER BY seq");
	int rc;

	*v = NULL;
	*n = 0;
	db_int(row, 1, first);
	db_int(row, 2, end);
	while ((rc = db_step(l->db, row, err)) > 0) {
		*v = arena_grow(arena, *v, *n, sizeof **v);
		(*v)[(*n)++] =
		    (struct address){db_copy_text(arena, row, 0), db_get_int(row, 1)};
	}
	return rc;
}

int
ledger_has_adopted(struct ledger *l, bool *any, struct err *err)
{
	int64_t count;

	if (db_ask(l->db, "SELECT count(*) FROM adopted", &count, err) < 0)
		return -1;
	*any = count > 0;
	return 0;
}

int
ledger_adopt(struct ledger *l, const struct adopted *a, struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "INSERT INTO adopted (url, id, updated) VALUES ($1, $2, $3)"
			      " ON CONFLICT (url) DO UPDATE SET id = excluded.id, "
			      "updated = excluded.updated");

	db_text(row, 1, a->url);
	db_text_or_empty(row, 2, a->id);
	db_int_or_null(row, 3, a->updated);
	return db_run(l->db, row, err);
}

int
ledger_adopted(struct ledger *l, struct slice url, struct arena *arena, struct adopted *a,
    struct err *err)
{
	struct db_row *row;
	int rc;

	row = db_prepare(l->db, "SELECT id, updated FROM adopted WHERE url = $1");
	db_text(row, 1, url);
	rc = db_step(l->db, row, err);
	if (rc > 0)
		*a = (struct adopted){
		    url, db_copy_text(arena, row, 0), db_get_int(row, 1)};
	db_reset(row);
	if (rc <= 0)
		return rc;
	row = db_prepare(l->db, "DELETE FROM adopted WHERE url = $1");
	db_text(row, 1, url);
	return db_run(l->db, row, err) < 0 ? -1 : 1;
}

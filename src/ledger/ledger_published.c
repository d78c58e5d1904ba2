#include "ledger/ledger_inside.h"

#include <string.h>

/* --- pages ---------------------------------------------------------------- */

int
ledger_pages(struct ledger *l, struct slice feed, struct arena *arena, struct page **v,
    size_t *n, struct err *err)
{
	struct db_row *row = db_prepare(
	    l->db, "SELECT number, first FROM page WHERE feed = $1 ORDER BY number");
	int rc;

	*v = NULL;
	*n = 0;
	db_text(row, 1, feed);
	while ((rc = db_step(l->db, row, err)) > 0) {
		*v = arena_grow(arena, *v, *n, sizeof **v);
		(*v)[(*n)++] = (struct page){db_get_int(row, 0), db_get_int(row, 1)};
	}
	return rc;
}

int
ledger_page_add(
    struct ledger *l, struct slice feed, const struct page *page, struct err *err)
{
	struct db_row *row = db_prepare(
	    l->db, "INSERT INTO page (feed, number, first) VALUES ($1, $2, $3)");

	db_text(row, 1, feed);
	db_int(row, 2, page->number);
	db_int(row, 3, page->first);
	return db_run(l->db, row, err);
}

int
ledger_pages_drop(struct ledger *l, struct slice feed, struct err *err)
{
	struct db_row *row = db_prepare(l->db, "DELETE FROM page WHERE feed = $1");

	db_text(row, 1, feed);
	return db_run(l->db, row, err);
}

/* --- feeds and files ------------------------------------------------------ */

static struct feed_row
feed_row(const struct db_row *row, struct arena *arena)
{
	return (struct feed_row){
	    .path = db_copy_text(arena, row, 0),
	    .name = db_copy_text(arena, row, 1),
	    .term = db_get_int(row, 2),
	    .title = db_copy_text(arena, row, 3),
	    .entries = db_get_int(row, 4),
	    .updated = db_get_int(row, 5),
	    .due = db_get_int(row, 6),
	    .oldest = db_get_int(row, 7),
	    .cadence = db_get_int(row, 8),
	    .total = db_get_int(row, 9),
	    .pace = db_get_int(row, 10),
	};
}

static int
feed_rows(struct ledger *l, struct db_row *row, struct arena *arena, struct feed_row **v,
    size_t *n, struct err *err)
{
	int rc;

	*v = NULL;
	*n = 0;
	while ((rc = db_step(l->db, row, err)) > 0) {
		*v = arena_grow(arena, *v, *n, sizeof **v);
		(*v)[(*n)++] = feed_row(row, arena);
	}
	return rc;
}

#define FEED_COLUMNS                                                                     \
	"path, name, term, title, entries, updated, due, oldest, cadence, total, pace"

int
ledger_feeds(struct ledger *l, struct arena *arena, struct feed_row **v, size_t *n,
    struct err *err)
{
	return feed_rows(l,
	    db_prepare(l->db, "SELECT " FEED_COLUMNS " FROM feed ORDER BY path"), arena,
	    v, n, err);
}

int
ledger_feeds_largest(struct ledger *l, struct slice name, size_t most,
    struct arena *arena, struct feed_row **v, size_t *n, size_t *all, struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "SELECT count(*) FROM feed WHERE name = $1");

	db_text_or_empty(row, 1, name);
	if (db_step(l->db, row, err) < 0)
		return -1;
	*all = (size_t)db_get_int(row, 0);
	db_reset(row);
	row = db_prepare(l->db, "SELECT " FEED_COLUMNS " FROM feed"
				" WHERE name = $1 AND title <> ''"
				" ORDER BY total DESC, path LIMIT $2");
	db_text_or_empty(row, 1, name);
	db_int(row, 2, (int64_t)most);
	return feed_rows(l, row, arena, v, n, err);
}

int
ledger_feeds_updated(struct ledger *l, int64_t *updated, struct err *err)
{
	int64_t latest;

	if (db_ask(l->db, "SELECT max(updated) FROM feed", &latest, err) < 0)
		return -1;
	if (latest > *updated)
		*updated = latest;
	return 0;
}

int
ledger_feed(struct ledger *l, struct slice path, struct arena *arena,
    struct feed_row *feed, struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "SELECT " FEED_COLUMNS " FROM feed WHERE path = $1");
	int rc;

	db_text(row, 1, path);
	rc = db_step(l->db, row, err);
	if (rc > 0)
		*feed = feed_row(row, arena);
	db_reset(row);
	return rc;
}

int
ledger_feeds_due(struct ledger *l, int64_t now, struct arena *arena, struct feed_row **v,
    size_t *n, struct err *err)
{
	struct db_row *row = db_prepare(
	    l->db, "SELECT " FEED_COLUMNS " FROM feed WHERE due <= $1 ORDER BY path");

	db_int(row, 1, now);
	return feed_rows(l, row, arena, v, n, err);
}

int
ledger_feed_put(struct ledger *l, const struct feed_row *f, struct err *err)
{
	struct db_row *row = db_prepare(l->db,
	    "INSERT INTO feed (" FEED_COLUMNS ")"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
	    " ON CONFLICT (path) DO UPDATE SET"
	    " name = excluded.name, term = excluded.term, title = excluded.title,"
	    " entries = excluded.entries, updated = excluded.updated,"
	    " due = excluded.due, oldest = excluded.oldest,"
	    " cadence = excluded.cadence,"
	    " total = excluded.total, pace = excluded.pace");

	db_text(row, 1, f->path);
	db_text_or_empty(row, 2, f->name);
	db_int_or_null(row, 3, f->term);
	db_text_or_empty(row, 4, f->title);
	db_int(row, 5, f->entries);
	db_int(row, 6, f->updated);
	db_int_or_null(row, 7, f->due);
	db_int_or_null(row, 8, f->oldest);
	db_int_or_null(row, 9, f->cadence);
	db_int(row, 10, f->total);
	db_int(row, 11, f->pace);
	return db_run(l->db, row, err);
}

int
ledger_feed_drop(struct ledger *l, struct slice path, struct err *err)
{
	struct db_row *row = db_prepare(l->db, "DELETE FROM feed WHERE path = $1");

	db_text(row, 1, path);
	return db_run(l->db, row, err);
}

int
ledger_feed_defer(struct ledger *l, struct slice path, int64_t due, struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "UPDATE feed SET due = $1 WHERE path = $2 RETURNING path");
	int rc;

	db_int_or_null(row, 1, due);
	db_text(row, 2, path);
	rc = db_step(l->db, row, err);
	db_reset(row);
	return rc;
}

int
ledger_pending_put(
    struct ledger *l, struct slice feed, const struct pending *pending, struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "INSERT INTO pending (feed, seq, kind) VALUES ($1, $2, $3)"
			      " ON CONFLICT (feed, seq) DO UPDATE SET kind = CASE"
			      " WHEN pending.kind = $4 AND excluded.kind <> $5 THEN $4"
			      " ELSE excluded.kind END");

	db_text(row, 1, feed);
	db_int(row, 2, pending->seq);
	db_int(row, 3, pending->kind);
	db_int(row, 4, CHANGE_NEW);
	db_int(row, 5, CHANGE_GONE);
	return db_run(l->db, row, err);
}

int
ledger_pending(struct ledger *l, struct slice feed, struct arena *arena,
    struct pending **v, size_t *n, struct err *err)
{
	struct db_row *row = db_prepare(
	    l->db, "SELECT seq, kind FROM pending WHERE feed = $1 ORDER BY seq");
	int rc;

	*v = NULL;
	*n = 0;
	db_text(row, 1, feed);
	while ((rc = db_step(l->db, row, err)) > 0) {
		int64_t kind = db_get_int(row, 1);

		if (kind < 0 || kind >= CHANGE_KINDS)
			continue;
		*v = arena_grow(arena, *v, *n, sizeof **v);
		(*v)[(*n)++] =
		    (struct pending){db_get_int(row, 0), (enum change_kind)kind};
	}
	return rc;
}

int
ledger_pending_drop(struct ledger *l, struct slice feed, struct err *err)
{
	struct db_row *row = db_prepare(l->db, "DELETE FROM pending WHERE feed = $1");

	db_text(row, 1, feed);
	return db_run(l->db, row, err);
}

int
ledger_files(struct ledger *l, struct arena *arena, struct file_row **v, size_t *n,
    struct err *err)
{
	struct db_row *row = db_prepare(l->db,
	    "SELECT path, feed, digest, bytes, mtime, shows, since, mark, owed FROM file"
	    " ORDER BY path");
	int rc;

	*v = NULL;
	*n = 0;
	while ((rc = db_step(l->db, row, err)) > 0) {
		struct file_row *f;

		*v = arena_grow(arena, *v, *n, sizeof **v);
		f = &(*v)[(*n)++];
		*f = (struct file_row){
		    .path = db_copy_text(arena, row, 0),
		    .feed = db_copy_text(arena, row, 1),
		    .bytes = db_get_int(row, 3),
		    .mtime = db_get_int(row, 4),
		    .version.since = db_get_int(row, 6),
		    .version.mark = db_get_int(row, 7),
		    .version.owed = db_get_int(row, 8) != 0,
		};
		db_get_digest(row, 2, &f->digest);
		db_get_digest(row, 5, &f->version.shows);
	}
	return rc;
}

int
ledger_files_sum(struct ledger *l, int64_t *files, int64_t *bytes, struct err *err)
{
	if (db_ask(l->db, "SELECT COUNT(*) FROM file", files, err) < 0)
		return -1;
	return db_ask(l->db, "SELECT COALESCE(SUM(bytes), 0) FROM file", bytes, err);
}

int
ledger_file_put(struct ledger *l, const struct file_row *f, struct err *err)
{
	const struct version *v = &f->version;
	struct db_row *row = db_prepare(l->db,
	    "INSERT INTO file (path, feed, digest, bytes, mtime, shows, since, mark, "
	    "owed)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (path) DO UPDATE"
	    " SET feed = excluded.feed, digest = excluded.digest, bytes = excluded.bytes,"
	    " mtime = excluded.mtime, shows = excluded.shows, since = excluded.since,"
	    " mark = excluded.mark, owed = excluded.owed");

	db_text(row, 1, f->path);
	db_text_or_empty(row, 2, f->feed);
	db_blob(row, 3, f->digest.byte, sizeof f->digest.byte);
	db_int(row, 4, f->bytes);
	db_int(row, 5, f->mtime);
	db_blob(row, 6, v->since ? v->shows.byte : NULL, sizeof v->shows.byte);
	db_int_or_null(row, 7, v->since);
	db_int(row, 8, v->mark);
	db_int(row, 9, v->owed);
	return db_run(l->db, row, err);
}

int
ledger_file_drop(struct ledger *l, struct slice path, struct err *err)
{
	struct db_row *row = db_prepare(l->db,
	    "INSERT INTO removed (path) VALUES ($1) ON CONFLICT (path) DO NOTHING");

	db_text(row, 1, path);
	if (db_run(l->db, row, err) < 0)
		return -1;
	row = db_prepare(l->db, "DELETE FROM file WHERE path = $1");
	db_text(row, 1, path);
	if (db_run(l->db, row, err) < 0)
		return -1;
	row = db_prepare(l->db, "DELETE FROM told WHERE topic = $1");
	db_text(row, 1, path);
	return db_run(l->db, row, err);
}

int
ledger_removed(
    struct ledger *l, struct arena *arena, struct slices *paths, struct err *err)
{
	struct db_row *row = db_prepare(l->db,
	    "SELECT path FROM removed WHERE NOT EXISTS"
	    " (SELECT 1 FROM file WHERE file.path = removed.path) ORDER BY path");
	int rc;

	*paths = (struct slices){0};
	while ((rc = db_step(l->db, row, err)) > 0)
		slices_add(paths, arena, db_copy_text(arena, row, 0));
	return rc;
}

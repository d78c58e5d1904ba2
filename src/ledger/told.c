#include "ledger/told.h"

#include "base/buf.h"
#include "ledger/ledger_inside.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS                                                                          \
	"peer, topic, feed, rank, wanted, since, owed, live, accepted, accepted_at,"     \
	" took, attempts, next, answered, verdict, answer, mark"

int
told_want(struct ledger *l, const struct told *t, bool editions, struct err *err)
{
	/* What was accepted before, and then another, may be wanted again. */
	struct db_row *row = db_prepare(l->db,
	    "INSERT INTO told (peer, topic, feed, rank, wanted, since, owed, attempts, "
	    "mark)"
	    " VALUES ($1, $2, $3, $4, $5, $6, 1, 0, $7) ON CONFLICT (peer, topic) DO"
	    " UPDATE SET mark = CASE WHEN $8 = 0 AND told.accepted = told.wanted"
	    " AND told.mark < excluded.mark THEN excluded.mark ELSE told.mark END,"
	    " feed = excluded.feed, rank = excluded.rank, wanted = excluded.wanted,"
	    " since = excluded.since, live = NULL, attempts = 0, next = NULL, owed ="
	    " CASE WHEN told.accepted = excluded.wanted THEN 0 ELSE 1 END"
	    " WHERE told.wanted <> excluded.wanted");

	db_text(row, 1, t->peer);
	db_text_or_empty(row, 2, t->topic);
	db_text_or_empty(row, 3, t->feed);
	db_int(row, 4, t->rank);
	db_blob(row, 5, t->wanted.byte, sizeof t->wanted.byte);
	db_int(row, 6, t->since);
	db_int(row, 7, t->mark);
	db_int(row, 8, editions);
	return db_run(l->db, row, err);
}

int
told_unwant(struct ledger *l, struct slice peer, struct slice topic, struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "DELETE FROM told WHERE peer = $1 AND topic = $2");

	db_text(row, 1, peer);
	db_text(row, 2, topic);
	return db_run(l->db, row, err);
}

int
told_again(struct ledger *l, struct slice peer, int64_t now, struct err *err)
{
	struct db_row *row = db_prepare(l->db,
	    "UPDATE told SET owed = 1, since = $1, attempts = 0, next = NULL"
	    " WHERE peer = $2 AND accepted IS NOT wanted");

	db_int(row, 1, now);
	db_text(row, 2, peer);
	if (db_run(l->db, row, err) < 0)
		return -1;
	row =
	    db_prepare(l->db, "UPDATE peer SET failed = 0, next = NULL WHERE name = $1");
	db_text(row, 1, peer);
	return db_run(l->db, row, err);
}

int
told_drop_feed(struct ledger *l, struct slice feed, struct err *err)
{
	struct db_row *row = db_prepare(l->db, "DELETE FROM told WHERE feed = $1");

	db_text(row, 1, feed);
	return db_run(l->db, row, err);
}

int
told_drop_rest(struct ledger *l, struct slice peer, struct slice topic, struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "DELETE FROM told WHERE peer = $1 AND topic <> $2");

	db_text(row, 1, peer);
	db_text(row, 2, topic);
	return db_run(l->db, row, err);
}

static int
drop_peer(struct ledger *l, struct slice name, struct err *err)
{
	struct db_row *row = db_prepare(l->db, "DELETE FROM told WHERE peer = $1");

	db_text(row, 1, name);
	if (db_run(l->db, row, err) < 0)
		return -1;
	row = db_prepare(l->db, "DELETE FROM peer WHERE name = $1");
	db_text(row, 1, name);
	return db_run(l->db, row, err);
}

int
told_sweep_peers(struct ledger *l, const struct slices *peers, struct err *err)
{
	struct arena *arena = arena_new();
	struct slices known = {0};
	struct db_row *row = db_prepare(l->db,
	    "SELECT DISTINCT peer FROM told UNION SELECT name FROM peer ORDER BY 1");
	int rc;

	while ((rc = db_step(l->db, row, err)) > 0)
		slices_add(&known, arena, db_copy_text(arena, row, 0));
	for (size_t i = 0; rc == 0 && i < known.n; i++)
		if (!slices_has(peers, known.v[i]))
			rc = drop_peer(l, known.v[i], err);
	arena_free(arena);
	return rc;
}

int
told_sweep(struct ledger *l, struct err *err)
{
	return db_run(l->db,
	    db_prepare(l->db, "DELETE FROM told WHERE topic <> ''"
			      " AND topic NOT IN (SELECT path FROM file)"),
	    err);
}

static bool
get_digest(const struct db_row *row, int n, struct digest *digest)
{
	struct slice bytes = db_get_text(row, n);

	if (bytes.n != sizeof digest->byte)
		return false;
	memcpy(digest->byte, bytes.p, bytes.n);
	return true;
}

static struct told
told_of(const struct db_row *row, struct arena *arena)
{
	struct told t = {
	    .peer = db_copy_text(arena, row, 0),
	    .topic = db_copy_text(arena, row, 1),
	    .feed = db_copy_text(arena, row, 2),
	    .rank = db_get_int(row, 3),
	    .since = db_get_int(row, 5),
	    .owed = db_get_int(row, 6) != 0,
	    .live = db_get_int(row, 7),
	    .accepted_at = db_get_int(row, 9),
	    .took = db_get_int(row, 10),
	    .attempts = db_get_int(row, 11),
	    .next = db_get_int(row, 12),
	    .answered = db_get_int(row, 13),
	    .verdict = (int)db_get_int(row, 14),
	    .answer = db_copy_text(arena, row, 15),
	    .mark = db_get_int(row, 16),
	};

	get_digest(row, 4, &t.wanted);
	t.ever = get_digest(row, 8, &t.accepted);
	return t;
}

static int
told_rows(struct ledger *l, struct db_row *row, struct arena *arena, struct told **v,
    size_t *n, struct err *err)
{
	int rc;

	*v = NULL;
	*n = 0;
	while ((rc = db_step(l->db, row, err)) > 0) {
		*v = arena_grow(arena, *v, *n, sizeof **v);
		(*v)[(*n)++] = told_of(row, arena);
	}
	return rc;
}

int
told_owed(
    struct ledger *l, struct arena *arena, struct told **v, size_t *n, struct err *err)
{
	return told_rows(l,
	    db_prepare(l->db, "SELECT " COLUMNS " FROM told WHERE owed = 1"
			      " ORDER BY rank, since, topic, peer"),
	    arena, v, n, err);
}

int
told_all(
    struct ledger *l, struct arena *arena, struct told **v, size_t *n, struct err *err)
{
	return told_rows(l,
	    db_prepare(l->db, "SELECT " COLUMNS " FROM told ORDER BY peer, rank, topic"),
	    arena, v, n, err);
}

/* It never goes back. */
static int
raise_mark(struct ledger *l, const struct told *t, struct err *err)
{
	struct db_row *row = db_prepare(l->db, "UPDATE told SET mark = $1 WHERE peer = $2"
					       " AND topic = $3 AND mark < $1");

	db_int(row, 1, t->mark);
	db_text(row, 2, t->peer);
	db_text_or_empty(row, 3, t->topic);
	return db_run(l->db, row, err);
}

int
told_skip(struct ledger *l, const struct told *t, struct err *err)
{
	struct db_row *row = db_prepare(l->db,
	    "UPDATE told SET accepted = wanted, owed = 0, live = NULL, next = NULL,"
	    " verdict = 0, answer = NULL WHERE peer = $1 AND topic = $2 AND wanted = $3");

	db_text(row, 1, t->peer);
	db_text_or_empty(row, 2, t->topic);
	db_blob(row, 3, t->wanted.byte, sizeof t->wanted.byte);
	return db_run(l->db, row, err) < 0 ? -1 : raise_mark(l, t, err);
}

int
told_record(struct ledger *l, const struct told *t, bool accepted, struct err *err)
{
	struct db_row *row;

	if (raise_mark(l, t, err) < 0)
		return -1;
	if (accepted) {
		row = db_prepare(l->db,
		    "UPDATE told SET accepted = $1, accepted_at = $2, took = $3,"
		    " answered = $2, verdict = $4, answer = $5 WHERE peer = $6"
		    " AND topic = $7");
		db_blob(row, 1, t->wanted.byte, sizeof t->wanted.byte);
		db_int(row, 2, t->answered);
		db_int(row, 3, t->attempts);
		db_int(row, 4, t->verdict);
		db_text(row, 5, t->answer);
		db_text(row, 6, t->peer);
		db_text_or_empty(row, 7, t->topic);
		if (db_run(l->db, row, err) < 0)
			return -1;
	}
	row = db_prepare(l->db,
	    "UPDATE told SET owed = $1, live = $2, attempts = $3, next = $4,"
	    " answered = $5, verdict = $6, answer = $7 WHERE peer = $8 AND topic = $9"
	    " AND wanted = $10");
	db_int(row, 1, t->owed && !accepted);
	db_int_or_null(row, 2, t->live);
	db_int(row, 3, t->attempts);
	db_int_or_null(row, 4, t->next);
	db_int_or_null(row, 5, t->answered);
	db_int(row, 6, t->verdict);
	db_text(row, 7, t->answer);
	db_text(row, 8, t->peer);
	db_text_or_empty(row, 9, t->topic);
	db_blob(row, 10, t->wanted.byte, sizeof t->wanted.byte);
	return db_run(l->db, row, err);
}

int
told_count(struct ledger *l, struct told_counts *counts, struct err *err)
{
	struct db_row *row = db_prepare(l->db,
	    "SELECT COALESCE(SUM(CASE WHEN accepted = wanted THEN 1 ELSE 0 END), 0),"
	    " COALESCE(SUM(owed), 0), COUNT(*) FROM told");
	int rc = db_step(l->db, row, err);

	if (rc > 0)
		*counts = (struct told_counts){
		    .accepted = db_get_int(row, 0),
		    .owed = db_get_int(row, 1),
		    .failed =
			db_get_int(row, 2) - db_get_int(row, 0) - db_get_int(row, 1),
		};
	db_reset(row);
	return rc < 0 ? -1 : 0;
}

int
told_document(struct ledger *l, struct slice path, struct digest *digest, int64_t *mtime,
    struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "SELECT digest, mtime FROM file WHERE path = $1");
	int rc;

	db_text(row, 1, path);
	rc = db_step(l->db, row, err);
	if (rc > 0) {
		rc = get_digest(row, 0, digest);
		*mtime = db_get_int(row, 1);
	}
	db_reset(row);
	return rc;
}

/* --- peers ------------------------------------------------------------------ */

static void
read_times(struct peer *peer, struct slice text)
{
	struct slice word;

	while (peer->times < PEER_TIMES && slice_token(&text, ' ', &word))
		if (word.n && word.n < 12)
			peer->time[peer->times++] = strtoll(word.p, NULL, 10);
}

int
told_peers(
    struct ledger *l, struct arena *arena, struct peer **v, size_t *n, struct err *err)
{
	struct db_row *row = db_prepare(
	    l->db, "SELECT name, accepted, failed, next, times FROM peer ORDER BY name");
	int rc;

	*v = NULL;
	*n = 0;
	while ((rc = db_step(l->db, row, err)) > 0) {
		*v = arena_grow(arena, *v, *n, sizeof **v);
		(*v)[*n] = (struct peer){
		    .name = db_copy_text(arena, row, 0),
		    .accepted = db_get_int(row, 1),
		    .failed = db_get_int(row, 2),
		    .next = db_get_int(row, 3),
		};
		read_times(&(*v)[(*n)++], db_copy_text(arena, row, 4));
	}
	return rc;
}

int
told_peer_put(struct ledger *l, const struct peer *p, struct err *err)
{
	struct db_row *row = db_prepare(l->db,
	    "INSERT INTO peer (name, accepted, failed, next, times)"
	    " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO UPDATE SET accepted ="
	    " excluded.accepted, failed = excluded.failed, next = excluded.next,"
	    " times = excluded.times");
	struct buf times;
	int rc;

	buf_init(&times, 20 * PEER_TIMES);
	for (size_t i = 0; i < p->times; i++)
		buf_printf(&times, "%s%lld", i ? " " : "", (long long)p->time[i]);
	db_text(row, 1, p->name);
	db_int(row, 2, p->accepted);
	db_int(row, 3, p->failed);
	db_int_or_null(row, 4, p->next);
	db_text_or_empty(row, 5, buf_view(&times));
	rc = db_run(l->db, row, err);
	buf_fini(&times);
	return rc;
}

#include "ledger/told.h"

#include "base/buf.h"
#include "ledger/ledger_inside.h"
#include "ledger/news.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct told
told_copy(struct arena *arena, const struct told *told)
{
	struct told t = *told;

	t.peer = arena_copy(arena, told->peer);
	t.topic = arena_copy(arena, told->topic);
	t.feed = arena_copy(arena, told->feed);
	t.section = arena_copy(arena, told->section);
	t.answer = arena_copy(arena, told->answer);
	return t;
}

/* --- what is owed --------------------------------------------------------------- */

#define COLUMNS                                                                          \
	" p.since, p.mark, t.version, t.given_up, t.accepted, t.accepted_at, t.took,"    \
	" t.attempts, t.next, t.live, t.answered, t.verdict, t.answer, t.mark, "
#define DOCUMENTS                                                                        \
	"SELECT p.name, f.path, f.feed, feed.name, f.digest, f.shows, f.since, "         \
	"f.mark," COLUMNS "CASE WHEN p.silent = 0 OR f.path ="                           \
	" (SELECT topic FROM heard WHERE heard.peer = p.name) THEN 0 ELSE 1 END"         \
	" FROM file f CROSS JOIN peer p"                                                 \
	" LEFT JOIN told t ON t.topic = f.path AND t.peer = p.name"                      \
	" LEFT JOIN feed ON feed.path = f.feed WHERE "
#define ORDER " ORDER BY f.path, p.name"
#define SITE                                                                             \
	"SELECT p.name, '', '', '', NULL, NULL, 0, 0," COLUMNS                           \
	"0 FROM peer p LEFT JOIN told t ON t.topic = '' AND t.peer = p.name"             \
	" ORDER BY p.name"

static int64_t
most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static struct told
told_of(const struct db_row *row)
{
	struct told t = {
	    .peer = db_get_text(row, 0),
	    .topic = db_get_text(row, 1),
	    .feed = db_get_text(row, 2),
	    .section = db_get_text(row, 3),
	    .since = most(db_get_int(row, 6), db_get_int(row, 8)),
	    .accepted_at = db_get_int(row, 13),
	    .took = db_get_int(row, 14),
	    .attempts = db_get_int(row, 15),
	    .next = db_get_int(row, 16),
	    .live = db_get_int(row, 17),
	    .answered = db_get_int(row, 18),
	    .verdict = (int)db_get_int(row, 19),
	    .answer = db_get_text(row, 20),
	    .mark = db_get_int(row, db_is_null(row, 21) ? 9 : 21),
	    .silent = db_get_int(row, 22) != 0,
	};

	db_get_digest(row, 4, &t.digest);
	db_get_digest(row, 5, &t.wanted);
	t.ever = db_get_digest(row, 12, &t.accepted);
	return t;
}

/*
 * What was accepted before, and then another, may be wanted again; a version that was not
 * tried begins anew. Whoever accepted all he was told knows what everybody knows; whoever
 * did not goes on from where he was.
 */
static void
compare(struct told *t, const struct db_row *row)
{
	struct digest tried;
	bool any = db_get_digest(row, 10, &tried);
	bool behind = any && !(t->ever && digest_eq(&tried, &t->accepted));
	bool given_up = db_get_int(row, 11) != 0;

	if (!behind)
		t->mark = most(t->mark, db_get_int(row, 7));
	if (!any || !digest_eq(&tried, &t->wanted)) {
		t->attempts = t->next = t->live = 0;
		given_up = false;
	}
	t->owed = !given_up && !(t->ever && digest_eq(&t->accepted, &t->wanted));
}

struct visit {
	struct ledger *ledger;
	int (*take)(void *ctx, const struct told *told);
	void *ctx;
	struct err *err;
};

/* `site`: the version that is not in the row; NULL. */
static int
visit(const struct visit *v, struct db_row *row, const struct version *site)
{
	int rc;

	while ((rc = db_step(v->ledger->db, row, v->err)) > 0) {
		struct told t = told_of(row);

		if (site) {
			t.wanted = site->shows;
			t.since = most(t.since, site->since);
		}
		compare(&t, row);
		if (v->take(v->ctx, &t) < 0) {
			rc = -1;
			break;
		}
	}
	db_reset(row);
	return rc;
}

static int
load_site(struct ledger *l, struct version *site, struct err *err)
{
	int64_t last;
	char number[24];

	if (news_last(l, &last, err) < 0 ||
	    ledger_get_int(l, "news_since", &site->since, err) < 0)
		return -1;
	snprintf(number, sizeof number, "%lld", (long long)last);
	site->shows = digest_of(slice_str(number));
	return 0;
}

int
told_each(struct ledger *l, bool all, int (*take)(void *ctx, const struct told *told),
    void *ctx, struct err *err)
{
	const struct visit v = {l, take, ctx, err};
	struct version site = {0};

	if (load_site(l, &site, err) < 0 || visit(&v, db_prepare(l->db, SITE), &site) < 0)
		return -1;
	return visit(&v,
	    all ? db_prepare(l->db, DOCUMENTS "f.shows IS NOT NULL" ORDER)
		: db_prepare(l->db, DOCUMENTS "f.owed = 1" ORDER),
	    NULL);
}

int
told_settle(struct ledger *l, struct slice topic, struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "UPDATE file SET owed = 0 WHERE path = $1");

	db_text(row, 1, topic);
	return db_run(l->db, row, err);
}

/* --- how telling went ------------------------------------------------------------ */

/* A mark never goes back. */
int
told_record(struct ledger *l, const struct told *t, bool accepted, struct err *err)
{
	struct db_row *row = db_prepare(l->db,
	    "INSERT INTO told (topic, peer, version, given_up, attempts, next, live,"
	    " verdict, answer, mark, answered, accepted, accepted_at, took)"
	    " SELECT $1, name, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13"
	    " FROM peer WHERE name = $14 AND ($1 = '' OR EXISTS"
	    " (SELECT 1 FROM file WHERE path = $1 AND shows IS NOT NULL))"
	    " ON CONFLICT (topic, peer) DO UPDATE SET version = excluded.version,"
	    " given_up = excluded.given_up, attempts = excluded.attempts,"
	    " next = excluded.next, live = excluded.live, verdict = excluded.verdict,"
	    " answer = excluded.answer, mark = CASE WHEN told.mark < excluded.mark"
	    " THEN excluded.mark ELSE told.mark END,"
	    " answered = COALESCE(excluded.answered, told.answered),"
	    " accepted = COALESCE(excluded.accepted, told.accepted),"
	    " accepted_at = COALESCE(excluded.accepted_at, told.accepted_at),"
	    " took = COALESCE(excluded.took, told.took)");

	db_text_or_empty(row, 1, t->topic);
	db_blob(row, 2, t->wanted.byte, sizeof t->wanted.byte);
	db_int(row, 3, !accepted && !t->owed);
	db_int(row, 4, t->attempts);
	db_int_or_null(row, 5, t->next);
	db_int_or_null(row, 6, t->live);
	db_int(row, 7, t->verdict);
	db_text(row, 8, t->answer);
	db_int(row, 9, t->mark);
	db_int_or_null(row, 10, t->answered);
	db_blob(row, 11, accepted ? t->wanted.byte : NULL, sizeof t->wanted.byte);
	db_int_or_null(row, 12, accepted ? t->answered : 0);
	db_int_or_null(row, 13, accepted ? t->attempts : 0);
	db_text(row, 14, t->peer);
	return db_run(l->db, row, err);
}

int
told_skip(struct ledger *l, const struct told *t, struct err *err)
{
	const struct told skipped = {
	    .peer = t->peer, .topic = t->topic, .wanted = t->wanted, .mark = t->mark};

	return told_record(l, &skipped, true, err);
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

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int64_t
peer_median(const struct peer *p)
{
	int64_t v[PEER_TIMES];

	memcpy(v, p->time, sizeof v);
	qsort(v, p->times, sizeof *v, by_size);
	return p->times ? v[p->times / 2] : -1;
}

int
told_peers(
    struct ledger *l, struct arena *arena, struct peer **v, size_t *n, struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "SELECT name, place, way, silent, since, mark, accepted,"
			      " failed, next, times FROM peer ORDER BY name");
	int rc;

	*v = NULL;
	*n = 0;
	while ((rc = db_step(l->db, row, err)) > 0) {
		*v = arena_grow(arena, *v, *n, sizeof **v);
		(*v)[*n] = (struct peer){
		    .name = db_copy_text(arena, row, 0),
		    .place = db_copy_text(arena, row, 1),
		    .way = db_copy_text(arena, row, 2),
		    .silent = db_get_int(row, 3) != 0,
		    .since = db_get_int(row, 4),
		    .mark = db_get_int(row, 5),
		    .accepted = db_get_int(row, 6),
		    .failed = db_get_int(row, 7),
		    .next = db_get_int(row, 8),
		};
		read_times(&(*v)[(*n)++], db_copy_text(arena, row, 9));
	}
	return rc;
}

const struct peer *
told_peer_find(const struct peer *v, size_t n, struct slice name)
{
	for (size_t i = 0; i < n; i++)
		if (slice_eq(v[i].name, name))
			return &v[i];
	return NULL;
}

int
told_peer_note(struct ledger *l, const struct peer *p, struct err *err)
{
	struct db_row *row = db_prepare(l->db,
	    "INSERT INTO peer (name, place, way, silent, since, mark, accepted, failed, "
	    "times)"
	    " VALUES ($1, $2, $3, $4, $5, $6, 0, 0, '') ON CONFLICT (name) DO UPDATE"
	    " SET place = excluded.place, way = excluded.way, silent = excluded.silent,"
	    " since = excluded.since, mark = excluded.mark");

	db_text(row, 1, p->name);
	db_text_or_empty(row, 2, p->place);
	db_text_or_empty(row, 3, p->way);
	db_int(row, 4, p->silent);
	db_int(row, 5, p->since);
	db_int(row, 6, p->mark);
	return db_run(l->db, row, err);
}

int
told_peer_put(struct ledger *l, const struct peer *p, struct err *err)
{
	struct db_row *row = db_prepare(l->db,
	    "UPDATE peer SET accepted = $1, failed = $2, next = $3, times = $4"
	    " WHERE name = $5");
	struct buf times;
	int rc;

	buf_init(&times, 20 * PEER_TIMES);
	for (size_t i = 0; i < p->times; i++)
		buf_printf(&times, "%s%lld", i ? " " : "", (long long)p->time[i]);
	db_int(row, 1, p->accepted);
	db_int(row, 2, p->failed);
	db_int_or_null(row, 3, p->next);
	db_text_or_empty(row, 4, buf_view(&times));
	db_text(row, 5, p->name);
	rc = db_run(l->db, row, err);
	buf_fini(&times);
	return rc;
}

static int
run_for(struct ledger *l, struct db_row *row, struct slice peer, struct err *err)
{
	db_text(row, 1, peer);
	return db_run(l->db, row, err);
}

int
told_forget(struct ledger *l, struct slice peer, struct err *err)
{
	return run_for(
	    l, db_prepare(l->db, "DELETE FROM told WHERE peer = $1"), peer, err);
}

int
told_peer_drop(struct ledger *l, struct slice peer, struct err *err)
{
	if (told_forget(l, peer, err) < 0)
		return -1;
	return run_for(
	    l, db_prepare(l->db, "DELETE FROM peer WHERE name = $1"), peer, err);
}

int
told_again(struct ledger *l, struct slice peer, struct err *err)
{
	struct db_row *row = db_prepare(l->db,
	    "UPDATE file SET owed = 1 WHERE shows IS NOT NULL AND path IN"
	    " (SELECT topic FROM told WHERE peer = $1 AND given_up = 1)");

	if (run_for(l, row, peer, err) < 0)
		return -1;
	row = db_prepare(l->db, "UPDATE told SET given_up = 0, attempts = 0, next = NULL"
				" WHERE peer = $1 AND"
				" (accepted IS NULL OR accepted <> version)");
	if (run_for(l, row, peer, err) < 0)
		return -1;
	row =
	    db_prepare(l->db, "UPDATE peer SET failed = 0, next = NULL WHERE name = $1");
	return run_for(l, row, peer, err);
}

int
told_want_all(struct ledger *l, struct slice peer, struct err *err)
{
	struct db_row *row = db_prepare(l->db,
	    "UPDATE file SET owed = 1 WHERE shows IS NOT NULL AND NOT EXISTS"
	    " (SELECT 1 FROM told WHERE topic = file.path AND peer = $1"
	    " AND accepted = file.shows)");

	return run_for(l, row, peer, err);
}

#include "ledger/heard.h"

#include "ledger/ledger_inside.h"

#define COLUMNS                                                                          \
	"peer, topic, hub, url, callback, secret, verified, lease, attempts, next,"      \
	" answer, pinged, unproven, delivered, took, dead"

static struct heard
heard_of(const struct db_row *row, struct arena *arena)
{
	return (struct heard){
	    .peer = db_copy_text(arena, row, 0),
	    .topic = db_copy_text(arena, row, 1),
	    .hub = db_copy_text(arena, row, 2),
	    .url = db_copy_text(arena, row, 3),
	    .callback = db_copy_text(arena, row, 4),
	    .secret = db_copy_text(arena, row, 5),
	    .verified = db_get_int(row, 6),
	    .lease = db_get_int(row, 7),
	    .attempts = db_get_int(row, 8),
	    .next = db_get_int(row, 9),
	    .answer = db_copy_text(arena, row, 10),
	    .pinged = db_get_int(row, 11),
	    .unproven = db_get_int(row, 12),
	    .delivered = db_get_int(row, 13),
	    .took = db_get_int(row, 14),
	    .dead = db_get_int(row, 15) != 0,
	};
}

int
heard_all(
    struct ledger *l, struct arena *arena, struct heard **v, size_t *n, struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "SELECT " COLUMNS " FROM heard ORDER BY peer");
	int rc;

	*v = NULL;
	*n = 0;
	while ((rc = db_step(l->db, row, err)) > 0) {
		*v = arena_grow(arena, *v, *n, sizeof **v);
		(*v)[(*n)++] = heard_of(row, arena);
	}
	return rc;
}

static int
drop(struct ledger *l, struct slice peer, struct err *err)
{
	struct db_row *row = db_prepare(l->db, "DELETE FROM heard WHERE peer = $1");

	db_text(row, 1, peer);
	return db_run(l->db, row, err);
}

int
heard_put(struct ledger *l, const struct heard *h, struct err *err)
{
	struct db_row *row;

	if (drop(l, h->peer, err) < 0)
		return -1;
	row = db_prepare(l->db,
	    "INSERT INTO heard (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
	    " $10, $11, $12, $13, $14, $15, $16)");
	db_text(row, 1, h->peer);
	db_text(row, 2, h->topic);
	db_text(row, 3, h->hub);
	db_text(row, 4, h->url);
	db_text(row, 5, h->callback);
	db_text(row, 6, h->secret);
	db_int_or_null(row, 7, h->verified);
	db_int_or_null(row, 8, h->lease);
	db_int(row, 9, h->attempts);
	db_int_or_null(row, 10, h->next);
	db_text_or_null(row, 11, h->answer);
	db_int_or_null(row, 12, h->pinged);
	db_int(row, 13, h->unproven);
	db_int_or_null(row, 14, h->delivered);
	db_int(row, 15, h->took);
	db_int(row, 16, h->dead);
	return db_run(l->db, row, err);
}

int
heard_sweep(struct ledger *l, const struct slices *peers, struct err *err)
{
	struct arena *arena = arena_new();
	struct heard *v;
	size_t n;
	int rc = heard_all(l, arena, &v, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		if (!slices_has(peers, v[i].peer))
			rc = drop(l, v[i].peer, err);
	arena_free(arena);
	return rc;
}

/* 1 with the first column of the only row, or 0. */
static int
one_text(struct ledger *l, struct db_row *row, struct arena *arena, struct slice *text,
    struct err *err)
{
	int rc = db_step(l->db, row, err);

	if (rc > 0)
		*text = db_copy_text(arena, row, 0);
	db_reset(row);
	return rc;
}

int
heard_topic(struct ledger *l, struct slice feed, const char *extension,
    struct slice before, struct arena *arena, struct slice *topic, struct err *err)
{
	struct db_row *row = db_prepare(l->db,
	    "SELECT file.path FROM file JOIN feed ON feed.path = file.feed"
	    " WHERE file.path = $1 AND feed.name = $2");
	int rc;

	db_text(row, 1, before);
	db_text(row, 2, feed);
	rc = one_text(l, row, arena, topic, err);
	if (rc != 0)
		return rc;
	row = db_prepare(l->db,
	    "SELECT file.path FROM file JOIN feed"
	    " ON file.path = feed.path || '.' || $1 WHERE feed.name = $2"
	    " ORDER BY file.path LIMIT 1");
	db_text(row, 1, slice_str(extension));
	db_text(row, 2, feed);
	return one_text(l, row, arena, topic, err);
}

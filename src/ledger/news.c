#include "ledger/news.h"

#include "ledger/ledger_inside.h"

int
news_last(struct ledger *l, int64_t *number, struct err *err)
{
	return db_ask(
	    l->db, "SELECT max(news) FROM entry WHERE news IS NOT NULL", number, err);
}

int
news_published(struct ledger *l, int64_t *number, struct err *err)
{
	int rc = ledger_get_int(l, "news", number, err);

	return rc == 0 ? news_last(l, number, err) : rc < 0 ? -1 : 0;
}

int
news_publish(struct ledger *l, int64_t number, struct err *err)
{
	return ledger_set_int(l, "news", number, err);
}

static int
number_change(
    struct ledger *l, const struct change *change, int64_t number, struct err *err)
{
	struct db_row *row =
	    db_prepare(l->db, "UPDATE entry SET news = $1, debut ="
			      " CASE WHEN $2 = 1 THEN $1 ELSE debut END WHERE seq = $3");

	db_int(row, 1, number);
	db_int(row, 2, change->kind == CHANGE_NEW);
	db_int(row, 3, change->seq);
	return db_run(l->db, row, err);
}

int
news_add(struct ledger *l, const struct changes *changes, struct err *err)
{
	int64_t number;

	if (changes->n == 0)
		return 0;
	if (news_last(l, &number, err) < 0)
		return -1;
	for (size_t i = 0; i < changes->n; i++) {
		const struct change *c = &changes->v[i];

		if (c->kind == CHANGE_TOUCHED && !c->back)
			continue;
		if (number_change(l, c, ++number, err) < 0)
			return -1;
	}
	return 0;
}

static int
add_news(struct ledger *l, const struct db_row *row, int64_t mark, struct arena *arena,
    struct news *news, struct err *err)
{
	*news = (struct news){
	    .number = db_get_int(row, 1),
	    .fresh = db_get_int(row, 2) > mark,
	};
	if (ledger_record(l, db_get_int(row, 0), arena, &news->record, err) < 0)
		return -1;
	news->gone = news->record.state != RECORD_LIVE;
	return 0;
}

int
news_since(struct ledger *l, int64_t mark, size_t most, struct arena *arena,
    struct news **v, size_t *n, struct err *err)
{
	struct db_row *row = db_prepare(l->db, "SELECT seq, news, debut FROM entry"
					       " WHERE news > $1 ORDER BY news LIMIT $2");
	int rc;

	*v = NULL;
	*n = 0;
	db_int(row, 1, mark);
	db_int(row, 2, (int64_t)most);
	while ((rc = db_step(l->db, row, err)) > 0) {
		*v = arena_grow(arena, *v, *n, sizeof **v);
		if (add_news(l, row, mark, arena, &(*v)[*n], err) < 0) {
			rc = -1;
			break;
		}
		++*n;
	}
	db_reset(row);
	return rc;
}

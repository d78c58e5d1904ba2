#include "ledger/settle.h"

#include "base/map.h"
#include "base/uri.h"
#include "ledger/settle_match.h"

#include <stdlib.h>
#include <string.h>

/* The numbers that tell apart those who want the same id. */
struct namesakes {
	struct slice path; /* of the one who has it */
	int64_t next;
};

struct settling {
	struct ledger *ledger;
	struct scanned *in;
	const struct settle_options *options;
	struct arena *arena;
	struct arena *scratch; /* for one article's id */
	struct changes *out;
	struct diags *diags;
	struct err *err;

	struct slice tag;
	bool first;    /* the ledger holds no entry yet */
	bool adopting; /* ids of an older feed wait for their articles */
	struct matches matches;
	struct map namesakes; /* by id -> struct namesakes */
	size_t arrivals, edits, losses;
	size_t stamps, stamped; /* seconds of this run for `updated`: all, given */
};

/* --- counting, before anything is written --------------------------------- */

static bool
is_edit(const struct reading *r, const struct record *match)
{
	return !digest_eq(&r->hash, &match->hash);
}

static bool
is_dripping(const struct indexed *known, int64_t now)
{
	return known && known->state == ARTICLE_HELD && known->due > now;
}

/* An arrival that the flood guard counts: one that dripped in was counted. */
static bool
is_arrival(const struct reading *r, const struct indexed *known)
{
	return r->state == ARTICLE_LIVE && !(known && known->state == ARTICLE_HELD);
}

static void
count_reading(struct settling *s, const struct seen *seen, const struct record *match)
{
	const struct reading *r = seen->reading;
	bool live = r->state == ARTICLE_LIVE;

	if (!match) {
		s->arrivals += is_arrival(r, seen->known);
		s->stamps += live && !is_dripping(seen->known, s->options->now);
	} else if (match->state == RECORD_RETRACTED) {
		return;
	} else if (live) {
		s->edits += is_edit(r, match) || match->state == RECORD_GONE;
		s->stamps += is_edit(r, match) && !r->minor;
	} else {
		s->losses += match->state == RECORD_LIVE;
	}
}

static void
count_all(struct settling *s)
{
	for (size_t i = 0; i < s->in->n; i++)
		count_reading(s, &s->in->seen[i], s->matches.entry[i]);
	for (size_t i = 0; i < s->matches.losses; i++)
		s->losses += s->matches.lost[i]->state == RECORD_LIVE;
}

/* More than the operator wants to see at once? With a drip, new ones wait. */
static void
guard(struct settling *s)
{
	const struct settle_options *o = s->options;
	int64_t known = (int64_t)(s->edits + s->losses), place = 0;

	if (s->first || o->allow_flood || known + (int64_t)s->arrivals <= o->flood)
		return;
	s->out->flooded = o->drip == 0 || known > o->flood;
	if (s->out->flooded)
		return;
	for (size_t i = 0; i < s->in->n; i++) {
		struct reading *r = s->in->seen[i].reading;

		if (s->matches.entry[i] || !is_arrival(r, s->in->seen[i].known))
			continue;
		if (place >= o->drip) {
			r->state = ARTICLE_HELD;
			r->due = o->now + place * 3600 / o->drip;
			s->out->held++;
		}
		place++;
	}
	s->stamps -= s->out->held;
}

/* --- ids ------------------------------------------------------------------ */

static bool
is_uuid(struct slice s)
{
	if (s.n != 36)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s.p[i] != '-' : !strchr("0123456789abcdefABCDEF", s.p[i]))
			return false;
	}
	return true;
}

/* The id that this article asks for: its front matter's, else a tag: URI of
 * its address (RFC 4151), percent-encoded. */
static struct slice
wanted_id(struct settling *s, const struct reading *r)
{
	struct slice id = r->guid;
	struct uri url;

	if (is_uuid(id))
		id = arena_printf(s->scratch, "urn:uuid:%.*s", SLICE_ARG(id));
	if (id.n) {
		struct slice uri = uri_absolute(s->scratch, id);

		if (uri.n)
			return uri;
		id = uri_encode_path(s->scratch, id);
	} else {
		/* All behind the host's slash, with the query. */
		uri_split(r->url, &url);
		id = slice_from(url.path, 1);
		if (url.has_query)
			id.n = (size_t)(url.query.p + url.query.n - id.p);
		if (!id.n)
			id = uri_encode_path(s->scratch, r->path);
	}
	return arena_printf(
	    s->scratch, "tag:%.*s:%.*s", SLICE_ARG(s->tag), SLICE_ARG(id));
}

/* 1: the id of an older feed, by the article's address. */
static int
adopt_id(struct settling *s, const struct reading *r, struct record *record)
{
	struct adopted adopted;
	int rc = s->adopting ? ledger_adopted(s->ledger, adopt_key(s->scratch, r->url),
				   s->scratch, &adopted, s->err)
			     : 0;

	if (rc > 0) {
		record->id = adopted.id;
		if (adopted.updated <= s->options->now)
			record->updated = adopted.updated;
	}
	return rc;
}

/* A number behind the id that is another's. The next one is remembered: an
 * archive may want one id ten thousand times. */
static int
number_id(
    struct settling *s, struct slice wanted, struct namesakes *same, struct slice *id)
{
	struct record other;
	int rc;

	do {
		*id = arena_printf(
		    s->scratch, "%.*s-%lld", SLICE_ARG(wanted), (long long)same->next++);
		rc =
		    ledger_record_find(s->ledger, BY_ID, *id, s->scratch, &other, s->err);
	} while (rc > 0);
	return rc;
}

static int
give_id(struct settling *s, const struct reading *r, struct record *record)
{
	int rc = adopt_id(s, r, record);
	struct namesakes *same;
	struct record other;

	if (rc < 0)
		return -1;
	if (rc == 0)
		record->id = wanted_id(s, r);
	same = map_get(&s->namesakes, record->id);
	if (!same) {
		rc = ledger_record_find(
		    s->ledger, BY_ID, record->id, s->scratch, &other, s->err);
		if (rc <= 0)
			return rc;
		same = ARENA_NEW(s->arena, struct namesakes);
		*same = (struct namesakes){arena_copy(s->arena, other.path), 2};
		map_put(&s->namesakes, arena_copy(s->arena, record->id), same);
	}
	s->diags->path = r->path;
	diag_add(s->diags, DIAG_NOTE, 0,
	    "would have the id of %.*s; told apart by a number", SLICE_ARG(same->path));
	return number_id(s, record->id, same, &record->id);
}

/* Configured, else the ledger's own, which the first run makes. */
static int
load_tag(struct settling *s)
{
	struct civil day;

	s->tag = s->options->tag;
	if (s->tag.n)
		return 0;
	if (ledger_get(s->ledger, "tag", s->arena, &s->tag, s->err) < 0)
		return -1;
	if (s->tag.n)
		return 0;
	civil_from_seconds(s->options->now, &day);
	s->tag =
	    arena_printf(s->arena, "%.*s,%04d", SLICE_ARG(s->options->host), day.year);
	return ledger_set(s->ledger, "tag", s->tag, s->err);
}

/* --- writing -------------------------------------------------------------- */

static void
note(struct settling *s, enum change_kind kind, const struct record *now,
    const struct record *before)
{
	struct changes *c = s->out;
	static const struct record none;

	c->count[kind]++;
	if (s->first)
		return;
	if (!before)
		before = &none;
	c->v = arena_grow(s->arena, c->v, c->n, sizeof *c->v);
	c->v[c->n++] = (struct change){
	    .kind = kind,
	    .seq = now->seq,
	    .path = now->path,
	    .path_before = before->path,
	    .title = now->title,
	    .terms = now->terms,
	    .terms_before = before->terms,
	    .published = now->published,
	    .published_before = before->published,
	    .back = before->state != RECORD_LIVE && kind != CHANGE_GONE,
	    .was_live = before != &none && before->state == RECORD_LIVE,
	};
}

/*
 * The second of this change for `updated`. The run's changes end at `now` and go
 * back one second each, so that a large import is not dated into the future.
 */
static int64_t
own_second(struct settling *s)
{
	return s->options->now - (int64_t)(s->stamps - ++s->stamped);
}

static int
stamp_new(struct settling *s, const struct reading *r, struct record *record)
{
	int64_t now = s->options->now, own = own_second(s);

	record->first_seen = now;
	record->arrived = s->first && r->published < now ? r->published : now;
	if (!record->updated && r->updated && r->updated <= now)
		record->updated = r->updated;
	else if (!record->updated)
		record->updated = record->arrived < own ? record->arrived : own;
	return ledger_free_second(s->ledger, &record->updated, s->err);
}

static int
stamp_edit(struct settling *s, const struct reading *r, struct record *record)
{
	int64_t before = record->updated, own = own_second(s);

	if (r->updated > before && r->updated <= s->options->now)
		own = r->updated;
	record->updated = own > before ? own : before + 1;
	return ledger_free_second(s->ledger, &record->updated, s->err);
}

/* What a reading says, into its entry. */
static void
fill(struct record *record, const struct reading *r)
{
	record->path = r->path;
	record->url = r->url;
	record->guid = r->guid;
	record->source = r->source;
	record->title = r->title;
	record->hash = r->hash;
	record->published = r->published;
	record->bytes = r->stat.size;
	record->terms = r->terms;
	record->state = RECORD_LIVE;
	record->gone = 0;
	record->reason = SLICE_NONE;
}

static int
arrive(struct settling *s, const struct reading *r)
{
	struct record record = {0};

	arena_reset(s->scratch);
	fill(&record, r);
	if (give_id(s, r, &record) < 0 || stamp_new(s, r, &record) < 0 ||
	    ledger_record_add(s->ledger, &record, s->err) < 0 ||
	    ledger_index_put(s->ledger, r, record.seq, s->err) < 0)
		return -1;
	note(s, CHANGE_NEW, &record, NULL);
	return 0;
}

static int
change(struct settling *s, const struct reading *r, const struct record *before)
{
	struct record record = *before;
	bool edit = is_edit(r, before);

	fill(&record, r);
	if (edit && !r->minor && stamp_edit(s, r, &record) < 0)
		return -1;
	if (ledger_record_update(s->ledger, &record, &before->terms, s->err) < 0 ||
	    ledger_index_put(s->ledger, r, record.seq, s->err) < 0)
		return -1;
	note(s, edit ? CHANGE_EDITED : CHANGE_TOUCHED, &record, before);
	return 0;
}

/* `path` is where its file is now. */
static int
take_down(struct settling *s, const struct record *before, struct slice path,
    enum record_state state, struct slice reason)
{
	struct record record = *before;
	bool down = before->state != state &&
		    (before->state == RECORD_LIVE || before->state == RECORD_SUSPENDED);

	if (!down && slice_eq(before->path, path))
		return 0;
	record.path = path;
	if (down) {
		record.state = state;
		record.gone = state == RECORD_SUSPENDED ? 0 : s->options->now;
		record.reason = reason;
	}
	if (ledger_record_update(s->ledger, &record, &before->terms, s->err) < 0)
		return -1;
	if (down)
		note(s, CHANGE_GONE, &record, before);
	return 0;
}

static int
settle_reading(struct settling *s, const struct seen *seen, const struct record *match)
{
	struct reading *r = seen->reading;

	if (match && match->state == RECORD_RETRACTED) {
		r->state = ARTICLE_OUT;
		r->due = 0;
		r->reason = SLICE(LEDGER_RETRACTED);
	} else if (!match && r->state == ARTICLE_LIVE &&
		   is_dripping(seen->known, s->options->now)) {
		r->state = ARTICLE_HELD;
		r->due = seen->known->due;
	}
	if (r->state == ARTICLE_LIVE)
		return match ? change(s, r, match) : arrive(s, r);
	if (match &&
	    take_down(s, match, r->path,
		r->state == ARTICLE_OUT ? RECORD_GONE : RECORD_SUSPENDED, r->reason) < 0)
		return -1;
	return ledger_index_put(s->ledger, r, match ? match->seq : 0, s->err);
}

static int
write_all(struct settling *s)
{
	for (size_t i = 0; i < s->in->vanishings; i++)
		if (ledger_index_drop(s->ledger, s->in->vanished[i]->path, s->err) < 0)
			return -1;
	for (size_t i = 0; i < s->in->n; i++)
		if (settle_reading(s, &s->in->seen[i], s->matches.entry[i]) < 0)
			return -1;
	for (size_t i = 0; i < s->matches.losses; i++) {
		const struct record *record = s->matches.lost[i];

		if (take_down(s, record, record->path, RECORD_GONE, SLICE_NONE) < 0)
			return -1;
	}
	return 0;
}

/* --- arrival order -------------------------------------------------------- */

static int
by_arrival(const void *a, const void *b)
{
	const struct reading *x = ((const struct seen *)a)->reading;
	const struct reading *y = ((const struct seen *)b)->reading;

	if (x->published != y->published)
		return x->published < y->published ? -1 : 1;
	return slice_cmp(x->path, y->path);
}

int
settle(struct ledger *ledger, struct scanned *scanned,
    const struct settle_options *options, struct arena *arena, struct changes *changes,
    struct diags *diags, struct err *err)
{
	struct settling s = {
	    .ledger = ledger,
	    .in = scanned,
	    .options = options,
	    .arena = arena,
	    .scratch = arena_new(),
	    .out = changes,
	    .diags = diags,
	    .err = err,
	};
	int rc = -1;

	*changes = (struct changes){0};
	if (scanned->n)
		qsort(scanned->seen, scanned->n, sizeof *scanned->seen, by_arrival);
	if (ledger_is_empty(ledger, &s.first, err) < 0 ||
	    ledger_has_adopted(ledger, &s.adopting, err) < 0 || load_tag(&s) < 0 ||
	    settle_match(ledger, scanned, s.first, arena, &s.matches, diags, err) < 0)
		goto out;
	count_all(&s);
	guard(&s);
	rc = changes->flooded ? 0 : write_all(&s);
	if (changes->flooded) {
		changes->count[CHANGE_NEW] = s.arrivals;
		changes->count[CHANGE_EDITED] = s.edits;
		changes->count[CHANGE_GONE] = s.losses;
	}
out:
	arena_free(s.scratch);
	map_fini(&s.namesakes);
	return rc;
}

int
settle_retract(struct ledger *ledger, struct slice which, struct slice reason,
    int64_t now, struct arena *arena, struct changes *changes, struct err *err)
{
	const struct settle_options options = {.now = now};
	struct settling s = {
	    .ledger = ledger,
	    .options = &options,
	    .arena = arena,
	    .out = changes,
	    .err = err,
	};
	struct record record;
	int rc = ledger_record_find(ledger, BY_ID, which, arena, &record, err);

	if (rc == 0)
		rc = ledger_record_find(ledger, BY_PATH, which, arena, &record, err);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return err_set(err, ERR_INPUT, "%.*s: no entry has this id or path",
		    SLICE_ARG(which));
	if (record.state == RECORD_RETRACTED)
		return err_set(
		    err, ERR_INPUT, "%.*s: it is retracted already", SLICE_ARG(which));
	if (record.state == RECORD_GONE) {
		record.state = RECORD_SUSPENDED;
		record.gone = 0;
	}
	if (take_down(&s, &record, record.path, RECORD_RETRACTED, reason) < 0)
		return -1;
	return ledger_index_retract(ledger, record.seq, err);
}

struct slice
adopt_key(struct arena *arena, struct slice url)
{
	struct slice key = uri_http(arena, url);
	size_t scheme = slice_find(key, SLICE("://"));

	if (!key.n)
		return url;
	key = slice_from(key, scheme + 3);
	while (slice_ends(key, SLICE("/")))
		key.n--;
	return key;
}

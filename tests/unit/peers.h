/*
 * peers: a configuration, and a ledger in memory, of which somebody is to be told.
 */
#ifndef TESTS_UNIT_PEERS_H
#define TESTS_UNIT_PEERS_H

#include "place.h"

#include "push/errand.h"

struct peers {
	struct place place;
	struct config *config;
	struct ledger *ledger;
	struct errands errands;
	struct err err;
};

#define OK(call)                                                                         \
	do {                                                                             \
		if ((call) != 0)                                                         \
			fail_msg("%s: %s", #call, p->err.text);                          \
	} while (0)

static inline void
peers_open(struct peers *p, const char *sections)
{
	struct slice text;

	*p = (struct peers){0};
	place_open(&p->place);
	text = arena_printf(p->place.arena,
	    "[site]\nurl = https://a.example/\ntitle = T\n[articles]\ndir = "
	    "in\n[output]\n"
	    "dir = out\nurl = https://a.example/feeds/\n%s",
	    sections);
	place_write(&p->place, "x.conf", text.p);
	OK(config_open(&p->config, place_path(&p->place, "x.conf"), NULL, &p->err));
	OK(ledger_open(&p->ledger, "", DB_MEMORY, &p->err));
}

static inline void
peers_close(struct peers *p)
{
	errands_fini(&p->errands);
	ledger_close(p->ledger);
	config_free(p->config);
	place_close(&p->place);
}

/* An entry with a tag, announced by a change of this kind. */
static inline struct record
peers_entry(struct peers *p, int n, const char *tag, enum change_kind kind)
{
	struct term *term = ARENA_NEW(p->place.arena, struct term);
	struct record r = {
	    .id = arena_printf(p->place.arena, "urn:x:%d", n),
	    .path = arena_printf(p->place.arena, "%d.md", n),
	    .url = arena_printf(p->place.arena, "https://a.example/%d.html", n),
	    .title = arena_printf(p->place.arena, "\"%d\" 海", n),
	    .published = n,
	    .updated = 1000 + n,
	    .terms = {term, 1},
	};
	struct change change = {.kind = kind};

	*term = (struct term){TERM_TAG, slice_str(tag)};
	OK(ledger_record_add(p->ledger, &r, &p->err));
	change.seq = r.seq;
	OK(news_add(p->ledger, &(struct changes){.v = &change, .n = 1}, &p->err));
	return r;
}

static inline void
peers_gone(struct peers *p, struct record *r)
{
	struct change change = {.kind = CHANGE_GONE, .seq = r->seq};

	r->state = RECORD_GONE;
	r->gone = 5000;
	OK(ledger_record_update(p->ledger, r, &r->terms, &p->err));
	OK(news_add(p->ledger, &(struct changes){.v = &change, .n = 1}, &p->err));
}

static inline const char *
peers_type(struct slice path)
{
	(void)path;
	return "application/atom+xml";
}

/* The document at `path` of [feed:SECTION] are published, and somebody is to be told. */
static inline void
peers_publish(struct peers *p, const char *section, const char *feed, const char *path)
{
	const struct feed_row row = {
	    .path = slice_str(feed), .name = slice_str(section), .title = SLICE("T")};
	const struct file_row file = {.path = slice_str(path),
	    .feed = slice_str(feed),
	    .version = {.shows = digest_of(SLICE("one")), .since = 1000, .owed = true}};

	OK(ledger_feed_put(p->ledger, &row, &p->err));
	OK(ledger_file_put(p->ledger, &file, &p->err));
}

/* What this peer, who began at `mark`, is to be told of. */
static inline size_t
peers_load(struct peers *p, const char *peer, int64_t mark)
{
	const struct peer noted = {.name = slice_str(peer), .mark = mark};

	errands_fini(&p->errands);
	OK(told_peer_note(p->ledger, &noted, &p->err));
	OK(errands_load(&p->errands, p->config, peers_type, p->ledger, &p->err));
	return p->errands.n;
}

/* It is one thing. */
static inline struct errand *
peers_errand(struct peers *p, const char *peer, int64_t mark)
{
	assert_int_equal(peers_load(p, peer, mark), 1);
	return p->errands.v;
}

#endif

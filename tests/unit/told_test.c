#include "ledger_here.h"

#include "ledger/heard.h"
#include "ledger/news.h"
#include "ledger/told.h"

/* A run publishes this version of the document, as publish.c does. */
static void
publish_at(
    struct here *h, const char *path, const char *version, int64_t since, int64_t mark)
{
	const struct file_row file = {.path = slice_str(path),
	    .feed = SLICE("main"),
	    .digest = digest_of(slice_str(path)),
	    .version = {.shows = digest_of(slice_str(version)),
		.since = since,
		.mark = mark,
		.owed = true}};

	OK(ledger_file_put(h->ledger, &file, &h->err));
}

static void
publish(struct here *h, const char *path, const char *version)
{
	publish_at(h, path, version, 1000, 0);
}

static void
meet(struct here *h, const char *name)
{
	const struct peer peer = {.name = slice_str(name)};

	OK(told_peer_note(h->ledger, &peer, &h->err));
}

struct kept {
	struct arena *arena;
	bool owed; /* only these */
	struct told *v;
	size_t n;
};

static int
keep(void *ctx, const struct told *told)
{
	struct kept *k = ctx;

	if ((k->owed && !told->owed) || !told->topic.n)
		return 0;
	k->v = arena_grow(k->arena, k->v, k->n, sizeof *k->v);
	k->v[k->n++] = told_copy(k->arena, told);
	return 0;
}

static size_t
owed(struct here *h, struct told **v)
{
	struct kept k = {.arena = h->arena, .owed = true};

	OK(told_each(h->ledger, false, keep, &k, &h->err));
	*v = k.v;
	return k.n;
}

static size_t
all(struct here *h, struct told **v)
{
	struct kept k = {.arena = h->arena};

	OK(told_each(h->ledger, true, keep, &k, &h->err));
	*v = k.v;
	return k.n;
}

static struct told *
only(struct here *h)
{
	struct told *v;

	assert_int_equal(all(h, &v), 1);
	return v;
}

/* The only one that is owed was answered. */
static void
record(struct here *h, bool accepted, bool again)
{
	struct told *v;

	assert_int_equal(owed(h, &v), 1);
	v->attempts++;
	v->answered = 5000;
	v->owed = again;
	v->next = again ? 9000 : 0;
	v->verdict = again ? 2 : 0;
	v->answer = SLICE("503");
	OK(told_record(h->ledger, v, accepted, &h->err));
}

static void
what_is_published_is_owed_until_accepted(void **state)
{
	struct here *h = *state;
	struct told *v;

	meet(h, "hub:a");
	publish(h, "main.atom", "one");
	record(h, false, true);
	assert_int_equal(owed(h, &v), 1);
	assert_int_equal(v->attempts, 1);
	assert_int_equal(v->next, 9000);
	assert_false(v->ever);
	assert_int_equal(v->since, 1000);
	record(h, true, false);
	assert_int_equal(owed(h, &v), 0);
	v = only(h);
	assert_true(v->ever && digest_eq(&v->accepted, &v->wanted));
	assert_int_equal(v->took, 2);
	assert_int_equal(v->accepted_at, 5000);
}

static void
a_newer_version_begins_anew(void **state)
{
	struct here *h = *state;
	struct told *v;

	meet(h, "hub:a");
	publish(h, "main.atom", "one");
	record(h, false, true);
	publish(h, "main.atom", "two");
	assert_int_equal(owed(h, &v), 1);
	assert_int_equal(v->attempts, 0);
	assert_int_equal(v->next, 0);
}

static void
a_change_taken_back_is_no_news(void **state)
{
	struct here *h = *state;
	struct told *v;

	meet(h, "hub:a");
	publish(h, "main.atom", "one");
	record(h, true, false);
	publish(h, "main.atom", "two");
	assert_int_equal(owed(h, &v), 1);
	publish(h, "main.atom", "one");
	assert_int_equal(owed(h, &v), 0);
}

/* The hub accepted the first while the second was published. */
static void
what_came_in_between_stays_owed(void **state)
{
	struct here *h = *state;
	struct told *first, *v;

	meet(h, "hub:a");
	publish(h, "main.atom", "one");
	first = only(h);
	publish(h, "main.atom", "two");
	first->attempts = 1;
	first->answered = 5000;
	OK(told_record(h->ledger, first, true, &h->err));
	assert_int_equal(owed(h, &v), 1);
	assert_true(digest_eq(&v->accepted, &first->wanted));
	assert_false(digest_eq(&v->wanted, &first->wanted));
	assert_int_equal(v->attempts, 0);
}

static void
given_up_until_the_next_version(void **state)
{
	struct here *h = *state;
	struct told *v;

	meet(h, "hub:a");
	publish(h, "main.atom", "one");
	record(h, false, false);
	assert_int_equal(owed(h, &v), 0);
	publish(h, "main.atom", "two");
	assert_int_equal(owed(h, &v), 1);
}

static void
the_median_of_a_peer(void **state)
{
	struct peer p = {.times = 0};

	(void)state;
	assert_int_equal(peer_median(&p), -1);
	p = (struct peer){.time = {9, 1, 500}, .times = 3};
	assert_int_equal(peer_median(&p), 9);
	assert_int_equal(p.time[0], 9);
}

static void
a_peer_by_its_name(void **state)
{
	struct here *h = *state;
	struct peer *v;
	size_t n;

	OK(told_peers(h->ledger, h->arena, &v, &n, &h->err));
	assert_null(told_peer_find(v, n, SLICE("hub:a")));
	meet(h, "hub:a");
	meet(h, "hub:ab");
	meet(h, "hook:a");
	OK(told_peers(h->ledger, h->arena, &v, &n, &h->err));
	assert_true(slice_is(told_peer_find(v, n, SLICE("hub:a"))->name, "hub:a"));
	assert_true(slice_is(told_peer_find(v, n, SLICE("hub:ab"))->name, "hub:ab"));
	assert_null(told_peer_find(v, n, SLICE("hub:")));
	assert_null(told_peer_find(v, n, SLICE("Hub:a")));
	assert_null(told_peer_find(v, n, SLICE_NONE));
}

/* Nobody else is asked of a document that everybody accepted. */
static void
settled(void **state)
{
	struct here *h = *state;
	struct told *v;

	meet(h, "hub:a");
	publish(h, "main.atom", "one");
	OK(told_settle(h->ledger, SLICE("main.atom"), &h->err));
	assert_int_equal(owed(h, &v), 0);
	assert_true(only(h)->owed);
	meet(h, "hub:b");
	assert_int_equal(owed(h, &v), 0);
	OK(told_want_all(h->ledger, SLICE("hub:b"), &h->err));
	assert_int_equal(owed(h, &v), 2);
}

/* Each of these, of one that accepted, one that gave up, and one that waits. */
static void
peers_that_changed(void **state)
{
	static const struct {
		const char *name;
		int (*change)(struct ledger *l, struct slice peer, struct err *err);
		bool all;
		size_t want;
	} cases[] = {
	    {"mended", told_again, false, 2},
	    {"mended, and is told of all", told_again, true, 2},
	    {"another", told_forget, true, 3},
	    {"gone", told_peer_drop, true, 0},
	};
	struct here *h = *state;
	struct told *v;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct slice name = arena_printf(h->arena, "hub:%zu", i);

		meet(h, name.p);
		publish(h, "a.atom", "one");
		record(h, true, false);
		OK(told_settle(h->ledger, SLICE("a.atom"), &h->err));
		publish(h, "b.atom", "one");
		record(h, false, false);
		OK(told_settle(h->ledger, SLICE("b.atom"), &h->err));
		publish(h, "c.atom", "one");
		record(h, false, true);
		OK(cases[i].change(h->ledger, name, &h->err));
		if (cases[i].all)
			OK(told_want_all(h->ledger, name, &h->err));
		if (owed(h, &v) != cases[i].want)
			fail_msg("%s", cases[i].name);
		for (size_t k = 0; k < cases[i].want; k++)
			assert_int_equal(v[k].attempts + v[k].next, 0);
		OK(told_peer_drop(h->ledger, name, &h->err));
		OK(ledger_file_drop(h->ledger, SLICE("a.atom"), &h->err));
		OK(ledger_file_drop(h->ledger, SLICE("b.atom"), &h->err));
		OK(ledger_file_drop(h->ledger, SLICE("c.atom"), &h->err));
	}
}

/* Who is mended has as long again. */
static void
wanted_of_a_peer_since_it_is_there(void **state)
{
	const struct peer peer = {.name = SLICE("hub:a"), .since = 3000};
	struct here *h = *state;

	OK(told_peer_note(h->ledger, &peer, &h->err));
	publish(h, "main.atom", "one");
	assert_int_equal(only(h)->since, 3000);
	publish_at(h, "main.atom", "two", 4000, 0);
	assert_int_equal(only(h)->since, 4000);
}

static void
a_silent_peer(void **state)
{
	const struct peer peer = {.name = SLICE("hub:a"), .silent = true};
	const struct heard heard = {.peer = peer.name,
	    .topic = SLICE("b.atom"),
	    .hub = SLICE("x"),
	    .url = SLICE("x"),
	    .callback = SLICE("x"),
	    .secret = SLICE("x")};
	struct here *h = *state;
	struct told *v;

	OK(told_peer_note(h->ledger, &peer, &h->err));
	publish(h, "a.atom", "one");
	publish(h, "b.atom", "one");
	OK(heard_put(h->ledger, &heard, &h->err));
	assert_int_equal(owed(h, &v), 2);
	assert_true(v[0].silent && !v[1].silent);
}

/* What goes takes with it what was said of it; what comes too late is not kept. */
static void
what_is_no_more(void **state)
{
	struct here *h = *state;
	struct told *v, late;

	meet(h, "hub:a");
	publish(h, "main.atom", "one");
	late = *only(h);
	record(h, true, false);
	OK(ledger_file_drop(h->ledger, SLICE("main.atom"), &h->err));
	assert_int_equal(all(h, &v), 0);
	OK(told_record(h->ledger, &late, true, &h->err));
	publish(h, "main.atom", "one");
	assert_int_equal(owed(h, &v), 1);
	OK(told_peer_drop(h->ledger, SLICE("hub:a"), &h->err));
	OK(told_record(h->ledger, &late, true, &h->err));
	assert_int_equal(all(h, &v), 0);
	meet(h, "hub:a");
	assert_int_equal(owed(h, &v), 1);
}

/* A mark goes ahead when all before it was told, and never back. */
static void
marks(void **state)
{
	static const struct {
		int64_t published; /* all before the version, as far as was known then */
		int64_t told;      /* ... and what comes of it: */
		bool accepted, skipped;
		int64_t want; /* what is known then */
	} rows[] = {
	    {12, 0, false, false, 12}, /* not told yet */
	    {12, 12, false, false, 12},
	    {20, 21, true, false, 21}, /* it failed: what it missed stays owed */
	    {30, 5, true, false, 30},
	    {30, 41, false, true, 41},
	    {35, 0, false, false, 41},
	};
	const struct peer peer = {.name = SLICE("hook:a"), .mark = 10};
	struct here *h = *state;
	struct told *v;

	OK(told_peer_note(h->ledger, &peer, &h->err));
	publish_at(h, "main.atom", "first", 1000, 3);
	assert_int_equal(only(h)->mark, 10);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char version[] = {(char)('a' + i), '\0'};

		publish_at(h, "main.atom", version, 1000, rows[i].published);
		assert_int_equal(owed(h, &v), 1);
		/* The one after the failure. */
		assert_int_equal(v->mark, i == 2 ? 12 : i == 5 ? 41 : rows[i].published);
		v->mark = rows[i].told;
		v->answered = 5000;
		if (rows[i].skipped)
			OK(told_skip(h->ledger, v, &h->err));
		else if (rows[i].told)
			OK(told_record(h->ledger, v, rows[i].accepted, &h->err));
		assert_int_equal(only(h)->mark, rows[i].want);
	}
}

/* One that came in between is not skipped with it. */
static void
skipping_what_is_not_wanted_any_more(void **state)
{
	struct here *h = *state;
	struct told *first, *v;

	meet(h, "hook:a");
	publish(h, "main.atom", "one");
	first = only(h);
	publish(h, "main.atom", "two");
	OK(told_skip(h->ledger, first, &h->err));
	assert_int_equal(owed(h, &v), 1);
	OK(told_skip(h->ledger, v, &h->err));
	assert_int_equal(owed(h, &v), 0);
	assert_int_equal(only(h)->accepted_at, 0);
}

static int
the_site(void *ctx, const struct told *told)
{
	if (!told->topic.n)
		*(struct told *)ctx = *told;
	return 0;
}

/* All of it has as its version the number of its last news. */
static void
told_of_the_whole(void **state)
{
	struct here *h = *state;
	struct change change = {.kind = CHANGE_NEW};
	struct record r = {.id = SLICE("x"), .path = SLICE("x"), .url = SLICE("x")};
	struct told t = {0};

	meet(h, "indexnow");
	OK(told_each(h->ledger, false, the_site, &t, &h->err));
	assert_true(t.owed);
	t.peer = SLICE("indexnow");
	OK(told_skip(h->ledger, &t, &h->err));
	OK(told_each(h->ledger, false, the_site, &t, &h->err));
	assert_false(t.owed);
	OK(ledger_record_add(h->ledger, &r, &h->err));
	change.seq = r.seq;
	OK(news_add(h->ledger, &(struct changes){.v = &change, .n = 1}, &h->err));
	OK(ledger_set_int(h->ledger, "news_since", 7000, &h->err));
	OK(told_each(h->ledger, false, the_site, &t, &h->err));
	assert_true(t.owed);
	assert_int_equal(t.since, 7000);
}

static int
refuse(void *ctx, const struct told *told)
{
	(void)told;
	++*(int *)ctx;
	return -1;
}

static void
ended_by_who_takes_them(void **state)
{
	struct here *h = *state;
	int n = 0;

	meet(h, "hub:a");
	meet(h, "hub:b");
	publish(h, "main.atom", "one");
	assert_int_equal(told_each(h->ledger, true, refuse, &n, &h->err), -1);
	assert_int_equal(n, 1);
}

static void
how_a_peer_does(void **state)
{
	struct here *h = *state;
	struct peer peer = {.name = SLICE("hub:a"),
	    .place = SLICE("y"),
	    .way = SLICE("x"),
	    .since = 5,
	    .mark = 6,
	    .accepted = 7};
	struct peer *v;
	size_t n;

	OK(told_peer_put(h->ledger, &peer, &h->err));
	OK(told_peers(h->ledger, h->arena, &v, &n, &h->err));
	assert_int_equal(n, 0);
	OK(told_peer_note(h->ledger, &peer, &h->err));
	peer.times = PEER_TIMES;
	for (int i = 0; i < PEER_TIMES; i++)
		peer.time[i] = 10 * i;
	OK(told_peer_put(h->ledger, &peer, &h->err));
	peer.accepted = 0;
	peer.failed = 2;
	peer.next = 77;
	OK(told_peer_put(h->ledger, &peer, &h->err));
	OK(told_peer_note(h->ledger, &peer, &h->err));
	OK(told_peers(h->ledger, h->arena, &v, &n, &h->err));
	assert_int_equal(n, 1);
	assert_true(slice_eq(v->place, peer.place) && slice_eq(v->way, peer.way));
	assert_int_equal(v->since, 5);
	assert_int_equal(v->mark, 6);
	assert_int_equal(v->failed, 2);
	assert_int_equal(v->next, 77);
	assert_int_equal(v->times, PEER_TIMES);
	assert_int_equal(v->time[PEER_TIMES - 1], 10 * (PEER_TIMES - 1));
	OK(told_again(h->ledger, peer.name, &h->err));
	OK(told_peers(h->ledger, h->arena, &v, &n, &h->err));
	assert_int_equal(v->failed + v->next, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    TEST(what_is_published_is_owed_until_accepted),
	    TEST(a_newer_version_begins_anew),
	    TEST(a_change_taken_back_is_no_news),
	    TEST(what_came_in_between_stays_owed),
	    TEST(given_up_until_the_next_version),
	    TEST(the_median_of_a_peer),
	    TEST(a_peer_by_its_name),
	    TEST(settled),
	    TEST(peers_that_changed),
	    TEST(wanted_of_a_peer_since_it_is_there),
	    TEST(a_silent_peer),
	    TEST(what_is_no_more),
	    TEST(marks),
	    TEST(skipping_what_is_not_wanted_any_more),
	    TEST(told_of_the_whole),
	    TEST(ended_by_who_takes_them),
	    TEST(how_a_peer_does),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "ledger_here.h"

#include "ledger/told.h"

static struct told
of(const char *peer, const char *topic, const char *version, int64_t since)
{
	return (struct told){
	    .peer = slice_str(peer),
	    .topic = slice_str(topic),
	    .feed = SLICE("main"),
	    .wanted = digest_of(slice_str(version)),
	    .since = since,
	};
}

static void
want(struct here *h, const char *peer, const char *topic, const char *version)
{
	struct told t = of(peer, topic, version, 1000);

	OK(told_want(h->ledger, &t, false, &h->err));
}

static size_t
owed(struct here *h, struct told **v)
{
	size_t n;

	OK(told_owed(h->ledger, h->arena, v, &n, &h->err));
	return n;
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
what_is_wanted_is_owed_until_accepted(void **state)
{
	struct here *h = *state;
	struct told *v;
	size_t n;

	want(h, "hub:a", "main.atom", "one");
	record(h, false, true);
	assert_int_equal(owed(h, &v), 1);
	assert_int_equal(v->attempts, 1);
	assert_int_equal(v->next, 9000);
	assert_false(v->ever);
	record(h, true, false);
	assert_int_equal(owed(h, &v), 0);
	OK(told_all(h->ledger, h->arena, &v, &n, &h->err));
	assert_int_equal(n, 1);
	assert_true(v->ever && digest_eq(&v->accepted, &v->wanted));
	assert_int_equal(v->took, 2);
	assert_int_equal(v->accepted_at, 5000);
}

static void
wanted_twice_is_wanted_once(void **state)
{
	struct here *h = *state;
	struct told *v;

	want(h, "hub:a", "main.atom", "one");
	record(h, true, false);
	want(h, "hub:a", "main.atom", "one");
	assert_int_equal(owed(h, &v), 0);
}

static void
a_newer_version_begins_anew(void **state)
{
	struct here *h = *state;
	struct told *v;

	want(h, "hub:a", "main.atom", "one");
	record(h, false, true);
	want(h, "hub:a", "main.atom", "two");
	assert_int_equal(owed(h, &v), 1);
	assert_int_equal(v->attempts, 0);
	assert_int_equal(v->next, 0);
}

static void
a_change_taken_back_is_no_news(void **state)
{
	struct here *h = *state;
	struct told *v;

	want(h, "hub:a", "main.atom", "one");
	record(h, true, false);
	want(h, "hub:a", "main.atom", "two");
	want(h, "hub:a", "main.atom", "one");
	assert_int_equal(owed(h, &v), 0);
}

/* The hub accepted the first while the second was published. */
static void
what_came_in_between_stays_owed(void **state)
{
	struct here *h = *state;
	struct told first = of("hub:a", "main.atom", "one", 1000), *v;

	OK(told_want(h->ledger, &first, false, &h->err));
	want(h, "hub:a", "main.atom", "two");
	first.attempts = 1;
	first.answered = 5000;
	OK(told_record(h->ledger, &first, true, &h->err));
	assert_int_equal(owed(h, &v), 1);
	assert_true(digest_eq(&v->accepted, &first.wanted));
	assert_false(digest_eq(&v->wanted, &first.wanted));
	assert_int_equal(v->attempts, 0);
}

static void
given_up_until_the_next_version(void **state)
{
	struct here *h = *state;
	struct told_counts c;
	struct told *v;

	want(h, "hub:a", "main.atom", "one");
	record(h, false, false);
	assert_int_equal(owed(h, &v), 0);
	OK(told_count(h->ledger, &c, &h->err));
	assert_int_equal(c.failed, 1);
	assert_int_equal(c.accepted + c.owed, 0);
	want(h, "hub:a", "main.atom", "two");
	assert_int_equal(owed(h, &v), 1);
}

static void
the_main_feed_first(void **state)
{
	struct here *h = *state;
	struct told tag = of("hub:a", "tag/x.atom", "one", 500), *v;

	tag.rank = 1;
	OK(told_want(h->ledger, &tag, false, &h->err));
	want(h, "hub:a", "main.atom", "one");
	assert_int_equal(owed(h, &v), 2);
	assert_true(slice_is(v[0].topic, "main.atom"));
}

/* Only what is published, and only peers that are configured. */
static void
sweeping(void **state)
{
	struct here *h = *state;
	struct file_row file = {.path = SLICE("main.atom"), .feed = SLICE("main")};
	struct peer peer = {.name = SLICE("hub:b"), .failed = 1};
	struct slices peers = {0};
	struct peer *p;
	struct told *v;
	size_t n;

	OK(ledger_file_put(h->ledger, &file, &h->err));
	OK(told_peer_put(h->ledger, &peer, &h->err));
	want(h, "hub:a", "main.atom", "one");
	want(h, "hub:a", "main.rss", "one");
	want(h, "hub:b", "main.atom", "one");
	want(h, "indexnow", "", "one");
	slices_add(&peers, h->arena, SLICE("hub:a"));
	slices_add(&peers, h->arena, SLICE("indexnow"));
	OK(told_sweep_peers(h->ledger, &peers, &h->err));
	assert_int_equal(owed(h, &v), 3);
	OK(told_sweep(h->ledger, &h->err));
	assert_int_equal(owed(h, &v), 2);
	assert_true(slice_is(v[0].peer, "indexnow") && v[0].topic.n == 0);
	assert_true(slice_is(v[1].peer, "hub:a") && slice_is(v[1].topic, "main.atom"));
	OK(told_peers(h->ledger, h->arena, &p, &n, &h->err));
	assert_int_equal(n, 0);
	OK(told_drop_feed(h->ledger, SLICE("main"), &h->err));
	assert_int_equal(owed(h, &v), 0);
}

static int64_t
mark(struct here *h)
{
	struct told *v;
	size_t n;

	OK(told_all(h->ledger, h->arena, &v, &n, &h->err));
	assert_int_equal(n, 1);
	return v->mark;
}

static void
want_from(struct here *h, const char *version, int64_t from, bool editions)
{
	struct told t = of("hook:a", "main.atom", version, 1000);

	t.mark = from;
	OK(told_want(h->ledger, &t, editions, &h->err));
}

static void
accept_up_to(struct here *h, int64_t number)
{
	struct told *v;

	assert_int_equal(owed(h, &v), 1);
	v->mark = number;
	v->answered = 5000;
	OK(told_record(h->ledger, v, true, &h->err));
}

/* A mark goes ahead when all before it was told, and never back. */
static void
marks(void **state)
{
	struct here *h = *state;
	struct told *v;

	want_from(h, "one", 10, false);
	assert_int_equal(mark(h), 10);
	/* It was not told yet: what it missed stays owed. */
	want_from(h, "two", 20, false);
	assert_int_equal(mark(h), 10);
	accept_up_to(h, 21);
	assert_int_equal(mark(h), 21);
	want_from(h, "three", 30, false);
	assert_int_equal(mark(h), 30);
	accept_up_to(h, 5);
	assert_int_equal(mark(h), 30);
	/* With editions what is before may not be published. */
	want_from(h, "four", 40, true);
	assert_int_equal(mark(h), 30);
	assert_int_equal(owed(h, &v), 1);
	v->mark = 41;
	OK(told_skip(h->ledger, v, &h->err));
	assert_int_equal(owed(h, &v), 0);
	assert_int_equal(mark(h), 41);
	want_from(h, "four", 50, false);
	assert_int_equal(owed(h, &v), 0);
}

/* One that came in between is not skipped with it. */
static void
skipping_what_is_not_wanted_any_more(void **state)
{
	struct here *h = *state;
	struct told first = of("hook:a", "main.atom", "one", 1000), *v;

	want_from(h, "one", 1, false);
	want_from(h, "two", 2, false);
	OK(told_skip(h->ledger, &first, &h->err));
	assert_int_equal(owed(h, &v), 1);
}

static void
how_a_peer_does(void **state)
{
	struct here *h = *state;
	struct peer peer = {.name = SLICE("hub:a"), .accepted = 7}, *v;
	size_t n;

	peer.times = PEER_TIMES;
	for (int i = 0; i < PEER_TIMES; i++)
		peer.time[i] = 10 * i;
	OK(told_peer_put(h->ledger, &peer, &h->err));
	peer.accepted = 0;
	peer.failed = 2;
	peer.next = 77;
	OK(told_peer_put(h->ledger, &peer, &h->err));
	OK(told_peers(h->ledger, h->arena, &v, &n, &h->err));
	assert_int_equal(n, 1);
	assert_int_equal(v->failed, 2);
	assert_int_equal(v->next, 77);
	assert_int_equal(v->times, PEER_TIMES);
	assert_int_equal(v->time[PEER_TIMES - 1], 10 * (PEER_TIMES - 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    TEST(what_is_wanted_is_owed_until_accepted),
	    TEST(wanted_twice_is_wanted_once),
	    TEST(a_newer_version_begins_anew),
	    TEST(a_change_taken_back_is_no_news),
	    TEST(what_came_in_between_stays_owed),
	    TEST(given_up_until_the_next_version),
	    TEST(the_main_feed_first),
	    TEST(sweeping),
	    TEST(marks),
	    TEST(skipping_what_is_not_wanted_any_more),
	    TEST(how_a_peer_does),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "peers.h"

#define SECTIONS                                                                         \
	"[feed:main]\nformats = json rss\n"                                              \
	"[feed:tag]\nfor_each = tag\nformats = atom\n"                                   \
	"[hub:all]\nurl = https://h.example/\n"                                          \
	"[hub:tags]\nurl = https://t.example/\nfeeds = tag\n"                            \
	"[hook:h]\nurl = https://h.example/hook\nfeeds = main\n"                         \
	"[indexnow]\nkey = 0123456789abcdef\n"                                           \
	"[cloud:c]\nurl = https://c.example/\nfeeds = main\n"

static const char *const names[] = {
    "hub:all", "hub:tags", "hub:gone", "hook:h", "indexnow", "cloud:c"};

static int
set_up(void **state)
{
	struct peers *p = calloc(1, sizeof *p);

	peers_open(p, SECTIONS);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct peer peer = {.name = slice_str(names[i])};

		OK(told_peer_note(p->ledger, &peer, &p->err));
	}
	peers_publish(p, "tag", "tag/x", "tag/x.atom");
	peers_publish(p, "main", "main", "main.rss");
	peers_publish(p, "main", "main", "main.json");
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	peers_close(*state);
	free(*state);
	return 0;
}

static void
load(struct peers *p)
{
	errands_fini(&p->errands);
	OK(errands_load(&p->errands, p->config, peers_type, p->ledger, &p->err));
}

/* In the order of the feeds; a news channel that has nothing to say is among them. */
static void
who_is_told_of_what(void **state)
{
	static const char *const want[] = {
	    "hub:all main.json",
	    "cloud:c main.rss",
	    "hook:h main.rss",
	    "hub:all main.rss",
	    "hub:all tag/x.atom",
	    "hub:tags tag/x.atom",
	    "indexnow ",
	};
	struct peers *p = *state;
	size_t n = sizeof want / sizeof *want;

	load(p);
	for (size_t i = 0; i < p->errands.n; i++) {
		const struct errand *e = &p->errands.v[i];
		struct slice got = arena_printf(p->place.arena, "%.*s %.*s",
		    SLICE_ARG(e->told.peer), SLICE_ARG(e->told.topic));

		if (i >= n || !slice_is(got, want[i]))
			fail_msg("%zu: %s", i, got.p);
		assert_int_equal(e->topic != NULL, e->told.topic.n > 0);
	}
	assert_int_equal(p->errands.n, n);
	assert_int_equal(p->errands.topics, 3);
	assert_int_equal(p->errands.settled.n, 0);
}

/* Who has accepted it, one after the other; the last one settles it. */
static void
until_it_is_settled(void **state)
{
	struct peers *p = *state;
	struct errand_counts *v, c;
	size_t n;

	for (size_t left = 2; left > 0; left--) {
		struct told *told = NULL;

		load(p);
		assert_int_equal(p->errands.settled.n, 0);
		for (size_t i = 0; i < p->errands.n; i++)
			if (slice_is(p->errands.v[i].told.topic, "tag/x.atom"))
				told = &p->errands.v[i].told;
		assert_non_null(told);
		told->owed = false;
		OK(told_record(p->ledger, told, left == 2, &p->err));
	}
	load(p);
	assert_int_equal(p->errands.settled.n, 1);
	assert_true(slice_is(p->errands.settled.v[0], "tag/x.atom"));
	OK(errands_count(p->config, p->ledger, p->place.arena, &v, &n, &p->err));
	assert_int_equal(n, p->errands.channels.n);
	for (size_t i = 0; i < n; i++)
		assert_true(slice_eq(v[i].peer, p->errands.channels.v[i].peer));
	c = errand_counts_sum(v, n);
	assert_int_equal(c.accepted, 1);
	assert_int_equal(c.failed, 1);
	assert_int_equal(c.owed, 5);
}

/* Peers that are no more, and silent ones, hold nothing up. */
static void
nobody_is_left(void **state)
{
	struct peers *p = *state;
	struct told *v;
	size_t n;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct peer peer = {.name = slice_str(names[i]), .silent = true};

		if (i % 2)
			OK(told_peer_drop(p->ledger, peer.name, &p->err));
		else
			OK(told_peer_note(p->ledger, &peer, &p->err));
	}
	load(p);
	assert_int_equal(p->errands.settled.n, 3);
	OK(errands_all(p->config, p->ledger, p->place.arena, &v, &n, &p->err));
	assert_int_equal(n, 1);
	assert_true(slice_is(v->peer, "indexnow"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    TEST(who_is_told_of_what),
	    TEST(until_it_is_settled),
	    TEST(nobody_is_left),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

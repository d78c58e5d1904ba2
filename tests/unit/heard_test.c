#include "ledger_here.h"

#include "ledger/heard.h"

static struct heard *
all(struct here *h, size_t want)
{
	struct heard *v;
	size_t n;

	OK(heard_all(h->ledger, h->arena, &v, &n, &h->err));
	assert_int_equal(n, want);
	return v;
}

static void
what_is_put_is_there(void **state)
{
	struct here *h = *state;
	const struct heard a = {
	    .peer = SLICE("hub:a"),
	    .topic = SLICE("海.atom"),
	    .hub = SLICE("https://hub/"),
	    .url = SLICE("https://a/%E6.atom"),
	    .callback = SLICE("https://me/1"),
	    .secret = SLICE("s"),
	    .verified = 1,
	    .lease = 2,
	    .attempts = 3,
	    .next = 4,
	    .answer = SLICE("503"),
	    .pinged = 5,
	    .unproven = 6,
	    .delivered = 7,
	    .took = 8,
	    .dead = true,
	};
	struct heard b = a, *v;

	OK(heard_put(h->ledger, &a, &h->err));
	b.unproven = 0;
	b.dead = false;
	b.lease = b.delivered = b.next = 0;
	b.answer = SLICE_NONE;
	b.peer = SLICE("hub:b");
	OK(heard_put(h->ledger, &a, &h->err));
	OK(heard_put(h->ledger, &b, &h->err));
	v = all(h, 2);
	assert_true(slice_eq(v->peer, a.peer) && slice_eq(v->topic, a.topic) &&
		    slice_eq(v->hub, a.hub) && slice_eq(v->url, a.url) &&
		    slice_eq(v->callback, a.callback) && slice_eq(v->secret, a.secret) &&
		    slice_eq(v->answer, a.answer));
	assert_true(v->verified == 1 && v->lease == 2 && v->attempts == 3 &&
		    v->next == 4 && v->pinged == 5 && v->unproven == 6 &&
		    v->delivered == 7 && v->took == 8 && v->dead);
	v++;
	assert_true(!v->dead && v->lease == 0 && v->delivered == 0 && v->next == 0 &&
		    v->answer.n == 0 && v->unproven == 0);
}

static void
others_are_swept(void **state)
{
	struct here *h = *state;
	struct slice names[] = {SLICE("hub:a"), SLICE("hub:b"), SLICE("hub:c")};
	const struct slices kept = {&names[1], 1}, none = {0};

	for (size_t i = 0; i < 3; i++) {
		const struct heard row = {.peer = names[i],
		    .topic = SLICE(""),
		    .hub = SLICE(""),
		    .url = SLICE(""),
		    .callback = SLICE(""),
		    .secret = SLICE("")};

		OK(heard_put(h->ledger, &row, &h->err));
	}
	OK(heard_sweep(h->ledger, &kept, &h->err));
	assert_true(slice_is(all(h, 1)->peer, "hub:b"));
	OK(heard_sweep(h->ledger, &none, &h->err));
	all(h, 0);
}

static void
publish(struct here *h, const char *feed, const char *name, const char *extension)
{
	const struct feed_row row = {
	    .path = slice_str(feed), .name = slice_str(name), .title = SLICE("x")};
	const struct file_row file = {
	    .path = arena_printf(h->arena, "%s.%s", feed, extension), .feed = row.path};

	OK(ledger_feed_put(h->ledger, &row, &h->err));
	OK(ledger_file_put(h->ledger, &file, &h->err));
}

static void
a_topic_is_kept_while_it_is_published(void **state)
{
	static const struct {
		const char *feed, *extension, *before, *want;
	} cases[] = {
	    {"main", "atom", "", "main.atom"},
	    {"main", "rss", "", "main.rss"},
	    {"main", "json", "", ""},
	    {"main", "json", "main.rss", "main.rss"},
	    {"main", "atom", "tag/b.atom", "main.atom"},
	    {"tag", "atom", "", "tag/a.atom"},
	    {"tag", "atom", "tag/b.atom", "tag/b.atom"},
	    {"tag", "atom", "tag/gone.atom", "tag/a.atom"},
	    {"none", "atom", "main.atom", ""},
	};
	struct here *h = *state;

	publish(h, "main", "main", "atom");
	publish(h, "main", "main", "rss");
	publish(h, "tag/b", "tag", "atom");
	publish(h, "tag/a", "tag", "atom");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct slice topic = SLICE_NONE;
		int rc =
		    heard_topic(h->ledger, slice_str(cases[i].feed), cases[i].extension,
			slice_str(cases[i].before), h->arena, &topic, &h->err);

		assert_int_equal(rc, cases[i].want[0] != '\0');
		if (!slice_is(topic, cases[i].want))
			fail_msg("%zu: %.*s", i, SLICE_ARG(topic));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(what_is_put_is_there, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(others_are_swept, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		a_topic_is_kept_while_it_is_published, set_up, tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

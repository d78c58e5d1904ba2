#include "push/audience.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAY (24 * 3600)

static bool
ask(struct audience *a, const char *document, const char *address, const char *agent,
    int status, int64_t bytes, int64_t time)
{
	const struct access line = {.address = slice_str(address),
	    .time = time,
	    .method = SLICE("GET"),
	    .target = SLICE("/"),
	    .status = status,
	    .bytes = bytes,
	    .agent = slice_str(agent)};

	return audience_add(a, slice_str(document), &line);
}

/* The only feed, after all was added. */
static const struct audience_feed *
only(struct audience *a, int64_t newest)
{
	size_t n;
	struct audience_feed **v = audience_finish(a, newest, &n);

	assert_int_equal(n, 1);
	return v[0];
}

static void
test_answers(void **state)
{
	struct audience *a = audience_new(100);
	const struct access head = {
	    .address = SLICE("1"), .method = SLICE("HEAD"), .status = 200};
	const struct audience_feed *f;

	(void)state;
	/* Never served: of no feed. */
	assert_false(ask(a, "m.atom", "1", "x", 404, 10, 0));
	assert_false(audience_add(a, SLICE("m.atom"), &head));
	assert_true(ask(a, "m.atom", "1", "x", 200, 10, 0));
	assert_true(ask(a, "m.atom", "1", "x", 304, 0, 0));
	assert_true(ask(a, "m.atom", "2", "x", 206, 10, 0));
	assert_true(ask(a, "m.atom", "3", "x", 301, 10, 0));
	assert_true(ask(a, "m.atom", "3", "x", 404, 10, 0));
	assert_true(ask(a, "m.atom", "3", "x", 410, 10, 0));
	assert_true(audience_add(a, SLICE("m.atom"), &head));
	f = only(a, 0);
	assert_true(slice_is(f->document, "m.atom"));
	assert_int_equal(f->ok, 1);
	assert_int_equal(f->unmodified, 1);
	assert_int_equal(f->other, 5);
	assert_int_equal(f->pollers, 1);
	assert_int_equal(audience_beyond(a), 0);
	audience_free(a);
}

static void
test_pollers(void **state)
{
	static const struct {
		const char *address, *agent;
		size_t pollers;
	} cases[] = {
	    {"192.0.2.1", "x", 1},
	    {"192.0.2.1", "x", 1},
	    {"192.0.2.2", "x", 2},
	    {"192.0.2.2", "y", 3},
	    /* the same bytes, cut elsewhere */
	    {"192.0.2.2y", "", 4},
	    {"2001:db8::1", "x", 5},
	    /* a number that changes makes no other poller */
	    {"3", "Feedly (5 subscribers; x)", 6},
	    {"3", "Feedly (12 subscribers; x)", 6},
	    {"3", "Feedly (1 subscriber; x)", 6},
	    {"3", "Feedly (12 subscribers; y)", 7},
	    {"3", "x 12 subscribers", 8},
	    {"3", "x ", 9},
	};
	struct audience *a = audience_new(100);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ask(a, "m.atom", cases[i].address, cases[i].agent, 200, 10, 0);
		assert_int_equal(only(a, 0)->pollers, cases[i].pollers);
	}
	audience_free(a);
}

/* What one poller gets, a number of bytes or 304, and what follows from it. */
static void
test_repeats(void **state)
{
	static const struct {
		int64_t answer[8];
		size_t unconditional;
		int64_t wasted;
	} cases[] = {
	    {{10}, 0, 0},
	    {{10, 10}, 0, 10},
	    {{10, 10, 10}, 1, 20},
	    {{10, 10, 10, 10, 10}, 1, 40},
	    /* it was told, at whatever time, that nothing changed */
	    {{304, 10, 10, 10}, 0, 20},
	    {{10, 10, 304, 10}, 0, 20},
	    {{10, 10, 10, 304}, 0, 20},
	    {{10, 10, 10, 304, 10, 10, 10}, 0, 50},
	    {{304, 304, 304}, 0, 0},
	    /* it may well ask with a condition, of a feed that always changes */
	    {{10, 11, 12, 13, 14}, 0, 0},
	    {{10, 10, 11, 11, 12, 12}, 0, 33},
	    {{10, 11, 10, 11, 10}, 0, 0},
	    /* that it changed later takes nothing back */
	    {{10, 11, 11, 11, 12}, 1, 22},
	    {{10, 11, 11, 11, 12, 13, 304}, 0, 22},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct audience *a = audience_new(100);
		const struct audience_feed *f;

		for (size_t k = 0; k < 8 && cases[i].answer[k]; k++) {
			int64_t answer = cases[i].answer[k];

			/* others in between make no difference */
			ask(a, "m.atom", "2", "x", 200, 100 + (int64_t)k, 0);
			ask(a, "m.atom", "1", "x", answer == 304 ? 304 : 200,
			    answer == 304 ? 0 : answer, 0);
		}
		f = only(a, 0);
		if (f->unconditional != cases[i].unconditional ||
		    (int64_t)f->wasted != cases[i].wasted)
			fail_msg("case %zu: %zu unconditional, %lld wasted", i,
			    f->unconditional, (long long)f->wasted);
		audience_free(a);
	}
}

static void
test_each_document(void **state)
{
	struct audience *a = audience_new(100);
	struct audience_feed **v;
	size_t n;

	(void)state;
	for (int i = 0; i < 2; i++) {
		ask(a, "m.atom", "1", "x", 200, 10, 0);
		ask(a, "m.rss", "1", "x", 200, 10, 0);
	}
	v = audience_finish(a, 0, &n);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(v[i]->pollers, 1);
		assert_int_equal(v[i]->wasted, 10);
		assert_int_equal(v[i]->unconditional, 0);
	}
	audience_free(a);
}

static void
test_claims(void **state)
{
	static const struct {
		const char *address, *agent;
		int64_t time, sum;
	} cases[] = {
	    {"1", "Feedly/1.0 (x; 25 subscribers; y)", 100, 25},
	    /* from another of its addresses, another version: the newest number */
	    {"2", "Feedly/1.0 (x; 27 subscribers; y)", 200, 27},
	    {"3", "Feedly/2.0 (x; 26 subscribers)", 300, 26},
	    /* a log that is out of order changes nothing */
	    {"1", "Feedly/1.0 (x; 99 subscribers; y)", 250, 26},
	    {"4", "Feedbin feed-id:1 - 5 subscribers", 300, 31},
	    {"4", "Feedbin feed-id:2 - 3 subscribers", 300, 34},
	    {"4", "Feedbin feed-id:1 - 4 subscribers", 301, 33},
	    {"5", "Miniflux/2.0", 301, 33},
	    /* without its number it is the same service, which says nothing */
	    {"1", "Feedly/1.0 (x; y)", 302, 33},
	    {"4", "Feedbin feed-id:2 - 0 subscribers", 303, 30},
	};
	struct audience *a = audience_new(100);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ask(a, "m.atom", cases[i].address, cases[i].agent, 304, 0, cases[i].time);
		assert_int_equal(only(a, 400)->subscribers, cases[i].sum);
	}
	audience_free(a);
}

/* Who asked for the last time long before the end of the log has gone. */
static void
test_recent(void **state)
{
	struct audience *a = audience_new(100);
	const struct audience_feed *f;

	(void)state;
	ask(a, "m.atom", "1", "Bloglines/3 (1 subscriber)", 200, 10, 0);
	ask(a, "m.atom", "1", "Netvibes (2 subscribers)", 200, 10, 70 * DAY - 1);
	ask(a, "m.atom", "1", "Feedly (4 subscribers)", 200, 10, 70 * DAY);
	ask(a, "m.atom", "1", "BazQux (8 subscribers)", 200, 10, 100 * DAY);
	f = only(a, 100 * DAY);
	assert_int_equal(f->subscribers, 12);
	assert_int_equal(f->claims, 2);
	assert_true(slice_is(f->claim[0]->program, "Feedly"));
	assert_int_equal(f->claim[1]->when, 100 * DAY);
	assert_int_equal(f->pollers, 4);
	audience_free(a);
}

static void
test_hubs(void **state)
{
	struct audience *a = audience_new(100);
	const struct audience_feed *f;

	(void)state;
	ask(a, "m.atom", "1", "Feedly (x; 7 subscribers; like FeedFetcher-Google)", 200,
	    10, 900);
	ask(a, "m.atom", "2", "FeedFetcher-Google; (x)", 200, 10, 500);
	ask(a, "m.atom", "2", "FeedFetcher-Google; (x)", 304, 0, 400);
	ask(a, "m.atom", "3", "Public Hub (x; 3 subscribers)", 200, 10, 300);
	ask(a, "m.atom", "3", "Public Hub (x; 3 subscribers)", 404, 10, 600);
	f = only(a, 900);
	assert_int_equal(f->hub_fetches, 3);
	assert_int_equal(f->hub_last, 500);
	assert_int_equal(f->subscribers, 10);
	assert_false(f->claim[0]->hub);
	assert_true(f->claim[1]->hub);
	audience_free(a);
}

static void
test_order(void **state)
{
	static const char *const want[] = {"d", "c", "a", "b"};
	struct audience *a = audience_new(100);
	struct audience_feed **v;
	size_t n;

	(void)state;
	ask(a, "b", "1", "x", 200, 10, 0);
	ask(a, "a", "1", "x", 200, 10, 0);
	ask(a, "c", "1", "x", 200, 10, 0);
	ask(a, "c", "2", "x", 200, 10, 0);
	ask(a, "d", "1", "x 1 subscriber", 200, 10, 0);
	v = audience_finish(a, 0, &n);
	assert_int_equal(n, 4);
	for (size_t i = 0; i < n; i++)
		assert_true(slice_is(v[i]->document, want[i]));
	audience_free(a);
}

/* What is kept has a ceiling; the counts of answers have none. */
static void
test_ceiling(void **state)
{
	enum { MAX = 10, MANY = 1000 };
	struct audience *a = audience_new(MAX);
	const struct audience_feed *f;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		char address[16], agent[64];

		snprintf(address, sizeof address, "%d", i);
		snprintf(agent, sizeof agent, "x feed-id:%d 1 subscriber", i);
		assert_true(ask(a, "m.atom", address, agent, 200, 10, 0));
	}
	assert_true(ask(a, "n.atom", "0", "x", 200, 10, 0));
	assert_false(ask(a, "n.atom", "0", "x", 404, 10, 0));
	/* who was there before is counted as ever */
	assert_true(ask(a, "m.atom", "0", "x feed-id:0 5 subscribers", 200, 10, 1));
	f = only(a, 1);
	assert_int_equal(f->ok, MANY + 1);
	assert_true(f->pollers + f->claims + 1 >= MAX && f->pollers + f->claims <= MAX);
	assert_int_equal(audience_beyond(a), MANY - f->pollers + 1);
	assert_int_equal(f->wasted, 10);
	assert_int_equal(f->subscribers, f->claims + 4);
	audience_free(a);
}

static void
test_nothing(void **state)
{
	struct audience *a = audience_new(AUDIENCE_MAX);
	size_t n;

	(void)state;
	audience_finish(a, 0, &n);
	assert_int_equal(n, 0);
	audience_free(a);
	audience_free(NULL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_answers),
	    cmocka_unit_test(test_pollers),
	    cmocka_unit_test(test_repeats),
	    cmocka_unit_test(test_each_document),
	    cmocka_unit_test(test_claims),
	    cmocka_unit_test(test_recent),
	    cmocka_unit_test(test_hubs),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_ceiling),
	    cmocka_unit_test(test_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

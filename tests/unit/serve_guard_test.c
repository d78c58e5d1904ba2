#include "serve/guard.h"
#include "serve/meter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct ip
ip(const char *text)
{
	return ip_parse(slice_str(text));
}

static void
test_each(void **state)
{
	struct guard *g = guard_new(100, 2);
	struct ip a = ip("192.0.2.1"), b = ip("192.0.2.2"), none = ip("");
	struct ip c = ip("2001:db8::1"), same = ip("2001:db8::ffff:1");

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(guard_enter(g, &a, false), GUARD_IN);
		assert_int_equal(guard_enter(g, i ? &c : &same, false), GUARD_IN);
	}
	assert_int_equal(guard_enter(g, &a, false), GUARD_CROWDED);
	assert_int_equal(guard_enter(g, &c, false), GUARD_CROWDED);
	assert_int_equal(guard_enter(g, &a, true), GUARD_IN);
	assert_int_equal(guard_enter(g, &b, false), GUARD_IN);
	for (int i = 0; i < 5; i++)
		assert_int_equal(guard_enter(g, &none, false), GUARD_IN);
	guard_leave(g, &a, true);
	assert_int_equal(guard_enter(g, &a, false), GUARD_CROWDED);
	guard_leave(g, &a, false);
	assert_int_equal(guard_enter(g, &a, false), GUARD_IN);
	guard_free(g);
}

static void
test_all(void **state)
{
	struct guard *g = guard_new(3, 9);
	struct ip a = ip("192.0.2.1");

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(guard_enter(g, &a, i > 0), GUARD_IN);
	assert_int_equal(guard_enter(g, &a, true), GUARD_FULL);
	guard_leave(g, &a, true);
	assert_int_equal(guard_enter(g, &a, false), GUARD_IN);
	guard_free(g);
}

/* Thousands that come and go, in any order, against a plain count. */
static void
test_churn(void **state)
{
	enum { ADDRESSES = 300, EACH = 3, TURNS = 200000 };
	static int count[ADDRESSES];
	struct guard *g = guard_new(ADDRESSES * EACH, EACH);
	uint32_t random = 1;

	(void)state;
	for (int i = 0; i < TURNS; i++) {
		struct ip a = ip("10.0.0.0");
		size_t who;

		random = random * 1664525 + 1013904223;
		who = (random >> 8) % ADDRESSES;
		a.byte[14] = (uint8_t)(who >> 8);
		a.byte[15] = (uint8_t)who;
		if (random >> 31 && count[who]) {
			guard_leave(g, &a, false);
			count[who]--;
		} else {
			enum guard_verdict v = guard_enter(g, &a, false);

			assert_int_equal(v, count[who] < EACH ? GUARD_IN : GUARD_CROWDED);
			count[who] += v == GUARD_IN;
		}
	}
	guard_free(g);
}

static void
test_intervals(void **state)
{
	struct guard *g = guard_new(10, 10);
	struct ip a = ip("192.0.2.1"), b = ip("192.0.2.2");
	struct ip c = ip("2001:db8::1"), same = ip("2001:db8::2");

	(void)state;
	assert_int_equal(guard_wait(g, &a, SLICE("x"), 5000, 1000), 0);
	assert_int_equal(guard_wait(g, &a, SLICE("x"), 5400, 1000), 600);
	/* it was not answered, so it does not begin anew */
	assert_int_equal(guard_wait(g, &a, SLICE("x"), 5999, 1000), 1);
	assert_int_equal(guard_wait(g, &a, SLICE("y"), 5999, 1000), 0);
	assert_int_equal(guard_wait(g, &b, SLICE("x"), 5999, 1000), 0);
	assert_int_equal(guard_wait(g, &a, SLICE("x"), 6000, 1000), 0);
	assert_int_equal(guard_wait(g, &c, SLICE("x"), 5000, 1000), 0);
	assert_int_equal(guard_wait(g, &same, SLICE("x"), 5001, 1000), 999);
	guard_free(g);
}

static void
add(struct meter *t, const char *feed, int status, int64_t bytes, const char *agent)
{
	meter_add(t, &(struct answered){.feed = slice_str(feed),
			 .status = status,
			 .bytes = bytes,
			 .agent = slice_str(agent),
			 .now = 1000 + bytes});
}

static void
test_meter(void **state)
{
	static const struct {
		const char *feed;
		int status_class;
		uint64_t requests, bytes;
	} want[] = {{"", 4, 1, 23}, {"main", 2, 3, 106}, {"main", 3, 1, 0},
	    {"main", 4, 1, 9}, {"tag/x", 2, 1, 7}};
	struct meter *t = meter_new();
	struct serve_counts counts;

	(void)state;
	add(t, "main", 200, 100, "Feedly/1.0 (12 subscribers; feed-id=1)");
	add(t, "main", 304, 0, NULL);
	add(t, "main", 206, 5, "Feedly/1.0 (13 subscribers; feed-id=1)");
	add(t, "main", 226, 1, "Feedly/1.0 (1 subscriber; feed-id=2)");
	add(t, "main", 429, 9, "Other/1.0 (99 subscribers)");
	add(t, "tag/x", 200, 7, "Mozilla/5.0");
	add(t, "", 404, 23, "Feedly/1.0 (12 subscribers)");
	meter_read(t, &counts);
	assert_int_equal(counts.counts, sizeof want / sizeof *want);
	for (size_t i = 0; i < counts.counts; i++) {
		assert_true(slice_is(counts.count[i].feed, want[i].feed));
		assert_int_equal(counts.count[i].status_class, want[i].status_class);
		assert_int_equal(counts.count[i].requests, want[i].requests);
		assert_int_equal(counts.count[i].bytes, want[i].bytes);
	}
	assert_int_equal(counts.claims, 2);
	assert_true(slice_is(counts.claim[0].program, "Feedly"));
	assert_true(slice_is(counts.claim[0].feed_id, "1"));
	assert_int_equal(counts.claim[0].subscribers, 13);
	assert_int_equal(counts.claim[0].when, 1005);
	assert_int_equal(counts.claim[1].subscribers, 1);
	assert_int_equal(counts.not_modified, 1);
	assert_int_equal(counts.partial, 1);
	assert_int_equal(counts.deltas, 1);
	assert_int_equal(counts.too_soon, 1);
	arena_free(counts.arena);
	meter_free(t);
}

/* Agents may be anything; there is room for so many. */
static void
test_meter_is_bounded(void **state)
{
	struct meter *t = meter_new();
	struct serve_counts counts;
	char agent[64];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		snprintf(agent, sizeof agent, "P%d/1 (%d subscribers)", i, i);
		add(t, "main", 200, 1, agent);
	}
	meter_read(t, &counts);
	assert_int_equal(counts.claims, 10000);
	assert_int_equal(counts.count[0].requests, 20000);
	arena_free(counts.arena);
	meter_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each),
	    cmocka_unit_test(test_all),
	    cmocka_unit_test(test_churn),
	    cmocka_unit_test(test_intervals),
	    cmocka_unit_test(test_meter),
	    cmocka_unit_test(test_meter_is_bounded),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

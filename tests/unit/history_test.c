#include "app/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const int64_t now = 1000000000;

static void
add(struct history *h, int64_t at, int64_t cost, enum sched_cause cause,
    enum history_result result)
{
	history_run_add(h, &(struct history_run){at, cost, cause, result, 7});
}

static void
test_life(void **state)
{
	struct history h = {0};

	(void)state;
	add(&h, now, 0, CAUSE_START, RESULT_DONE);
	add(&h, now + 1, 5, CAUSE_FILES, RESULT_FAILED);
	add(&h, now + 2, 6, CAUSE_FILES, RESULT_HELD);
	add(&h, now + 3, 600000, CAUSE_FILES, RESULT_PARTLY);
	add(&h, now + 4, 600001, CAUSE_FILES, RESULT_FAILED);
	assert_int_equal(h.cause[CAUSE_START].runs, 1);
	assert_int_equal(h.cause[CAUSE_START].failures, 0);
	assert_int_equal(h.cause[CAUSE_FILES].runs, 4);
	assert_int_equal(h.cause[CAUSE_FILES].failures, 2);
	assert_int_equal(h.bucket[0], 2);
	assert_int_equal(h.bucket[1], 1);
	assert_int_equal(h.bucket[HISTORY_BUCKETS - 1], 1);
	assert_int_equal(h.bucket[HISTORY_BUCKETS], 1);
	assert_int_equal(h.cost, 1200012);
	assert_int_equal(h.bytes, 35);
	assert_int_equal(h.succeeded, now + 3);
	for (size_t i = 1; i < HISTORY_BUCKETS; i++)
		assert_true(history_bounds[i] > history_bounds[i - 1]);
}

static void
test_day(void **state)
{
	struct history *h = calloc(1, sizeof *h);
	struct history_run *v = calloc(HISTORY_RUNS, sizeof *v);

	(void)state;
	assert_int_equal(history_runs(h, now, v), 0);
	for (int i = 0; i < 10; i++)
		add(h, now + i, i, CAUSE_DUE, RESULT_DONE);
	assert_int_equal(history_runs(h, now + 9, v), 10);
	assert_int_equal(v[0].cost, 0);
	assert_int_equal(v[9].cost, 9);
	assert_int_equal(history_runs(h, now + HISTORY_DAY + 3, v), 6);
	assert_int_equal(v[0].cost, 4);
	assert_int_equal(history_runs(h, now + HISTORY_DAY + 9, v), 0);
	/* More of them than there is room for. */
	for (int i = 0; i < HISTORY_RUNS + 5; i++)
		add(h, now + 10, i, CAUSE_DUE, RESULT_DONE);
	assert_int_equal(history_runs(h, now + 10, v), HISTORY_RUNS);
	assert_int_equal(v[0].cost, 5);
	assert_int_equal(v[HISTORY_RUNS - 1].cost, HISTORY_RUNS + 4);
	free(v);
	free(h);
}

static void
test_traffic(void **state)
{
	const int64_t at = now - now % TRAFFIC_SLOT;
	struct traffic t = {0};
	uint64_t v[TRAFFIC_SLOTS];

	(void)state;
	assert_int_equal(traffic_day(&t, at, v), 0);
	traffic_add(&t, at, 10);
	traffic_add(&t, at + 1, 15);
	traffic_add(&t, at + TRAFFIC_SLOT, 15);
	traffic_add(&t, at + TRAFFIC_SLOT, 18);
	assert_int_equal(traffic_day(&t, at + TRAFFIC_SLOT, v), 18);
	assert_int_equal(v[TRAFFIC_SLOTS - 1], 3);
	assert_int_equal(v[TRAFFIC_SLOTS - 2], 15);
	/* Another server. */
	traffic_add(&t, at + TRAFFIC_SLOT, 4);
	assert_int_equal(traffic_day(&t, at + TRAFFIC_SLOT, v), 22);
	/* A slot is used again after a day, and what was in it does not count. */
	assert_int_equal(traffic_day(&t, at + HISTORY_DAY, v), 7);
	traffic_add(&t, at + HISTORY_DAY, 5);
	assert_int_equal(traffic_day(&t, at + HISTORY_DAY, v), 8);
	assert_int_equal(v[0], 7);
	assert_int_equal(v[TRAFFIC_SLOTS - 1], 1);
	assert_int_equal(traffic_day(&t, at + 5 * HISTORY_DAY, v), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_life),
	    cmocka_unit_test(test_day),
	    cmocka_unit_test(test_traffic),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "push/retry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define LENGTH(a) (sizeof(a) / sizeof *(a))

enum { HOUR = 3600 * 1000 };

static const int64_t now = INT64_C(1709082436000);

static const uint32_t chances[] = {
    0, 1, 1000, UINT32_MAX / 2, UINT32_MAX - 1, UINT32_MAX};

static void
waits_grow_to_an_hour(void **state)
{
	static const struct {
		int64_t attempts, seconds;
	} cases[] = {{1, 30}, {2, 60}, {3, 120}, {7, 1920}, {8, 3600}, {9, 3600},
	    {64, 3600}, {1000000, 3600}, {INT64_MAX, 3600}, {0, 30}, {-1, 30},
	    {INT64_MIN, 30}};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		int64_t most = 1000 * cases[i].seconds;

		assert_int_equal(retry_wait(cases[i].attempts, 0, UINT32_MAX), most);
		assert_int_equal(retry_wait(cases[i].attempts, 0, 0), 0);
		assert_in_range(retry_wait(cases[i].attempts, 0, UINT32_MAX / 2),
		    most / 2 - 1, most / 2);
	}
}

static void
what_is_asked_is_a_lower_bound(void **state)
{
	static const struct {
		int64_t asked, least;
	} cases[] = {{-1, 0}, {INT64_MIN, 0}, {0, 0}, {1, 1}, {120, 120}, {7200, 7200},
	    {RETRY_AFTER_MAX, RETRY_AFTER_MAX}, {86400, RETRY_AFTER_MAX},
	    {INT64_MAX, RETRY_AFTER_MAX}};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_int_equal(retry_wait(1, cases[i].asked, 0), 1000 * cases[i].least);
	assert_int_equal(retry_wait(8, 120, UINT32_MAX), HOUR);
}

/* Whatever the clock does, a wait that was set is never longer, and ends. */
static void
waits_keep_their_bounds(void **state)
{
	static const int64_t jumps[] = {0, 1, -1, HOUR, -HOUR, INT64_C(365) * 24 * HOUR,
	    INT64_C(-365) * 24 * HOUR, INT64_MIN / 2, INT64_MAX / 2};
	const int64_t longest = 1000LL * RETRY_AFTER_MAX;

	(void)state;
	for (int64_t n = 1; n < 40; n++) {
		for (size_t c = 0; c < LENGTH(chances); c++) {
			int64_t asked = n % 5 == 0 ? n * 1000 : 0;
			int64_t wait = retry_wait(n, asked, chances[c]);

			assert_in_range(wait, 0, asked ? longest : RETRY_MOST);
			for (size_t j = 0; j < LENGTH(jumps); j++) {
				int64_t later = now + jumps[j];
				int64_t left = retry_left(now + wait, later);

				assert_in_range(left, 0, longest);
				assert_int_equal(
				    retry_left(later + left, later + left), 0);
				if (jumps[j] >= 0)
					assert_in_range(left, 0, wait);
			}
			assert_int_equal(retry_left(now + wait, now), wait);
		}
	}
}

static void
nothing_overflows(void **state)
{
	static const int64_t ends[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX};

	(void)state;
	for (size_t i = 0; i < LENGTH(ends); i++)
		for (size_t k = 0; k < LENGTH(ends); k++) {
			assert_in_range(retry_left(ends[i], ends[k]), 0, 6 * HOUR);
			retry_is_over(ends[i], RETRY_AT_LEAST, ends[k]);
		}
}

static void
it_is_over_after_a_day(void **state)
{
	(void)state;
	assert_false(retry_is_over(now, RETRY_AT_LEAST, now));
	assert_false(retry_is_over(now - RETRY_FOR + 1, RETRY_AT_LEAST, now));
	assert_true(retry_is_over(now - RETRY_FOR, RETRY_AT_LEAST, now));
	assert_false(retry_is_over(now + 365 * (int64_t)RETRY_FOR, RETRY_AT_LEAST, now));
	assert_true(retry_is_over(INT64_MIN, RETRY_AT_LEAST, INT64_MAX));
	assert_false(retry_is_over(INT64_MAX, RETRY_AT_LEAST, INT64_MIN));
}

/* Asked again and again, when it says: burst at once, then at its rate, but for what
 * whole milliseconds cost. */
static void
bucket_keeps_its_rate(void **state)
{
	static const struct {
		double rate, burst;
	} cases[] = {{1, 5}, {0.1, 1}, {3, 1}, {100, 10}, {7.3, 2.5}};
	enum { FROM = 1234567, FOR = 100 * 1000 };

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		double rate = cases[i].rate, wanted = rate * FOR / 1000 + cases[i].burst;
		struct bucket bucket;
		int64_t at = FROM;
		int taken = 0;

		bucket_init(&bucket, rate, cases[i].burst, at);
		for (; bucket_take(&bucket, at) == 0; taken++)
			;
		assert_int_equal(taken, (int)cases[i].burst);
		while (at <= FROM + FOR) {
			int64_t wait = bucket_take(&bucket, at);

			assert_in_range(wait, 0, (int64_t)(1000 / rate) + 1);
			at += wait;
			taken += wait == 0;
		}
		assert_true(taken <= wanted && taken >= 0.9 * (wanted - 2));
	}
}

static void
bucket_never_holds_more_than_its_burst(void **state)
{
	struct bucket bucket;

	(void)state;
	bucket_init(&bucket, 1, 2, 0);
	for (int k = 0; k < 2; k++)
		assert_int_equal(bucket_take(&bucket, INT64_MAX / 2), 0);
	assert_in_range(bucket_take(&bucket, INT64_MAX / 2), 999, 1001);
	/* Time does not go backwards, but if it did: */
	assert_in_range(bucket_take(&bucket, 0), 999, 1001);
}

static void
bucket_without_sense_has_some(void **state)
{
	static const double bad[] = {0, -1, -1e300};
	struct bucket bucket;

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++) {
		bucket_init(&bucket, bad[i], bad[i], 0);
		assert_int_equal(bucket_take(&bucket, 0), 0);
		assert_in_range(bucket_take(&bucket, 0), 1, 86400001);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(waits_grow_to_an_hour),
	    cmocka_unit_test(what_is_asked_is_a_lower_bound),
	    cmocka_unit_test(waits_keep_their_bounds),
	    cmocka_unit_test(nothing_overflows),
	    cmocka_unit_test(it_is_over_after_a_day),
	    cmocka_unit_test(bucket_keeps_its_rate),
	    cmocka_unit_test(bucket_never_holds_more_than_its_burst),
	    cmocka_unit_test(bucket_without_sense_has_some),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

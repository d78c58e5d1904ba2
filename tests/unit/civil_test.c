#include "base/civil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

enum { DAY = 86400 };

static void
counts_days(void **state)
{
	struct civil c, again;

	(void)state;
	for (int64_t s = -62135596800; s <= 253402300799; s += 3 * DAY + 12345) {
		time_t t = s;
		struct tm tm;

		civil_from_seconds(s, &c);
		gmtime_r(&t, &tm);
		assert_true(c.year == tm.tm_year + 1900 && c.month == tm.tm_mon + 1 &&
			    c.day == tm.tm_mday && c.hour == tm.tm_hour &&
			    c.minute == tm.tm_min && c.second == tm.tm_sec &&
			    c.weekday == tm.tm_wday);
		assert_int_equal(civil_seconds(&c), s);
	}
	civil_from_seconds(-62135596801, &c);
	civil_from_seconds(-62135596800, &again);
	assert_memory_equal(&c, &again, sizeof c);
}

static void
judges_calendar_readings(void **state)
{
	static const struct {
		struct civil c;
		bool good;
	} t[] = {
	    {{2024, 2, 29, 0, 0, 0, 0}, true},
	    {{2023, 2, 29, 0, 0, 0, 0}, false},
	    {{2000, 2, 29, 0, 0, 0, 0}, true},
	    {{1900, 2, 29, 0, 0, 0, 0}, false},
	    {{2024, 4, 31, 0, 0, 0, 0}, false},
	    {{2024, 12, 31, 23, 59, 59, 0}, true},
	    {{1, 1, 1, 0, 0, 0, 0}, true},
	    {{0, 1, 1, 0, 0, 0, 0}, false},
	    {{10000, 1, 1, 0, 0, 0, 0}, false},
	    {{2024, 0, 1, 0, 0, 0, 0}, false},
	    {{2024, 13, 1, 0, 0, 0, 0}, false},
	    {{2024, 1, 0, 0, 0, 0, 0}, false},
	    {{2024, 1, 1, 24, 0, 0, 0}, false},
	    {{2024, 1, 1, -1, 0, 0, 0}, false},
	    {{2024, 1, 1, 0, 60, 0, 0}, false},
	    {{2024, 1, 1, 0, 0, 60, 0}, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		assert_int_equal(civil_is_valid(&t[i].c), t[i].good);
}

static void
knows_any_month(void **state)
{
	(void)state;
	for (int64_t year = -1; year <= 10001; year++)
		for (int month = 1; month <= 12; month++) {
			int days = civil_month_days(year, month);
			int64_t first = civil_days(year, month, 1);
			int64_t next = month < 12 ? civil_days(year, month + 1, 1)
						  : civil_days(year + 1, 1, 1);

			assert_int_equal(next - first, days);
			assert_int_equal(civil_days(year, month, days), next - 1);
			assert_int_equal(
			    (civil_weekday(first) + days) % 7, civil_weekday(next));
		}
	assert_int_equal(civil_days(1970, 1, 1), 0);
	assert_int_equal(civil_weekday(0), 4);
	assert_int_equal(civil_weekday(-1), 3);
}

static void
clamps_to_four_digits(void **state)
{
	(void)state;
	assert_int_equal(civil_clamp(0), 0);
	assert_int_equal(civil_clamp(-62135596800), -62135596800);
	assert_int_equal(civil_clamp(INT64_MIN), -62135596800);
	assert_int_equal(civil_clamp(253402300799), 253402300799);
	assert_int_equal(civil_clamp(INT64_MAX), 253402300799);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_days),
	    cmocka_unit_test(judges_calendar_readings),
	    cmocka_unit_test(knows_any_month),
	    cmocka_unit_test(clamps_to_four_digits),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

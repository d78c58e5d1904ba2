#include "sample.h"

#include "model/config.h"

static void
test_rows(void **state)
{
	(void)state;
	assert_int_equal(formats_n, 3);
	for (size_t i = 0; i < formats_n; i++) {
		const struct format *f = &formats[i];

		assert_ptr_equal(format_find(slice_str(f->name)), f);
		assert_ptr_equal(format_of(f->bit), f);
	}
	assert_string_equal(format_of(FORMAT_RSS)->name, "rss");
	assert_null(format_find(SLICE("Atom")));
	assert_null(format_of(FORMAT_ATOM | FORMAT_RSS));
}

static void
test_what_an_item_shows(void **state)
{
	static const struct {
		const char *has_content, *has_summary;
		bool content, summary;
		const char *shown_content, *shown_summary;
	} row[] = {
	    {"c", "s", true, true, "c", "s"},
	    {"c", "s", true, false, "c", ""},
	    {"c", "s", false, true, "", "s"},
	    {"c", "s", false, false, "", "s"},
	    {"c", "", true, true, "c", ""},
	    {"c", "", false, true, "", "t"},
	    {"", "s", true, false, "", "s"},
	    {"", "", true, true, "", "t"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const struct entry e = {.title = SLICE("t"),
		    .content = slice_str(row[i].has_content),
		    .summary = slice_str(row[i].has_summary)};
		const struct feed_item item = {&e, row[i].content, row[i].summary};

		assert_true(slice_is(format_content(&item), row[i].shown_content));
		assert_true(slice_is(format_summary(&item), row[i].shown_summary));
	}
}

static void
test_cadence(void **state)
{
	static const struct {
		int64_t seconds;
		const char *ttl, *period, *frequency;
	} row[] = {
	    {1, "15", "hourly", "4"},
	    {1799, "15", "hourly", "4"},
	    {1800, "30", "hourly", "2"},
	    {3600, "60", "hourly", "1"},
	    {86399, "720", "daily", "2"},
	    {86400, "1440", "daily", "1"},
	    {7 * 86400, "1440", "weekly", "1"},
	    {INT64_MAX, "1440", "monthly", "1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const struct feed f = {.cadence = row[i].seconds};
		const struct format_cadence *c = format_cadence(&f);

		assert_non_null(c);
		assert_string_equal(c->ttl, row[i].ttl);
		assert_string_equal(c->period, row[i].period);
		assert_string_equal(c->frequency, row[i].frequency);
	}
	assert_null(format_cadence(&(struct feed){.cadence = 0}));
	assert_null(format_cadence(&(struct feed){.cadence = 3600, .archive = true}));
}

/* The day is the local one. */
static void
test_day(void **state)
{
	struct arena *arena = arena_new();
	struct zone *west, *east;
	struct err err;
	struct date d = {.sec = 1708531200, .known = true}; /* 2024-02-21T16:00Z */

	(void)state;
	assert_int_equal(zone_open(&west, SLICE("-05:00"), &err), 0);
	assert_int_equal(zone_open(&east, SLICE("+08:00"), &err), 0);
	assert_true(slice_is(format_day(arena, d, west), "2024-02-21"));
	assert_true(slice_is(format_day(arena, d, east), "2024-02-22"));
	d.known = false;
	assert_int_equal(format_day(arena, d, east).n, 0);
	zone_free(west);
	zone_free(east);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_what_an_item_shows),
	    cmocka_unit_test(test_cadence),
	    cmocka_unit_test(test_day),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "base/date.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
	struct arena *arena;
	struct zone *shanghai, *utc;
};

static int
setup(void **state)
{
	static struct fixture f;
	struct err err;

	f.arena = arena_new();
	*state = &f;
	return zone_open(&f.shanghai, SLICE("Asia/Shanghai"), &err) |
	       zone_open(&f.utc, SLICE("UTC"), &err);
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	zone_free(f->shanghai);
	zone_free(f->utc);
	arena_free(f->arena);
	return 0;
}

/* All of these are read in Asia/Shanghai. */
static void
reads_every_form(void **state)
{
	static const struct {
		const char *text, *is;
		bool day;
	} t[] = {
	    /* RFC 3339 and ISO 8601 */
	    {"2024-02-28T01:07:16.553836+00:00", "2024-02-28T09:07:16+08:00", false},
	    {"2024-02-28T01:07:16Z", "2024-02-28T09:07:16+08:00", false},
	    {"2024-02-28t01:07:16z", "2024-02-28T09:07:16+08:00", false},
	    {"2024-02-28T01:07:16,5Z", "2024-02-28T09:07:16+08:00", false},
	    {"2024-02-28T01:07:16+0800", "2024-02-28T01:07:16+08:00", false},
	    {"2024-02-28T01:07:16+08", "2024-02-28T01:07:16+08:00", false},
	    {"2024-02-28T01:07Z", "2024-02-28T09:07:00+08:00", false},
	    {"2024-02-28T01:07", "2024-02-28T01:07:00+08:00", false},
	    {"2024-02-28T23:59:60Z", "2024-02-29T07:59:59+08:00", false},
	    {"2024-02-28T01:07:16-23:59", "2024-02-29T09:06:16+08:00", false},
	    {"2024-02-28T01:07:16-00:00", "2024-02-28T09:07:16+08:00", false},
	    /* Jekyll and its kin */
	    {"2024-02-28 09:07:16 +0800", "2024-02-28T09:07:16+08:00", false},
	    {"2024-02-28 09:07:16 +08:00", "2024-02-28T09:07:16+08:00", false},
	    {"2024-02-28 09:07:16", "2024-02-28T09:07:16+08:00", false},
	    {"2024-02-28 9:07", "2024-02-28T09:07:00+08:00", false},
	    {"2024-02-28 01:07:16 UTC", "2024-02-28T09:07:16+08:00", false},
	    {"2001-12-14 21:59:43.10 -5", "2001-12-15T10:59:43+08:00", false},
	    {"  2024-02-28   09:07:16\n", "2024-02-28T09:07:16+08:00", false},
	    {"2024/02/28 09:07", "2024-02-28T09:07:00+08:00", false},
	    /* date only */
	    {"2024-02-28", "2024-02-28T00:00:00+08:00", true},
	    {"2024/2/28", "2024-02-28T00:00:00+08:00", true},
	    {"2024.2.28", "2024-02-28T00:00:00+08:00", true},
	    {"20240228", "2024-02-28T00:00:00+08:00", true},
	    {"　2024-2-8\r\n", "2024-02-08T00:00:00+08:00", true},
	    {"1989-07-01", "1989-07-01T00:00:00+09:00", true},
	    {"1890-01-01", "1890-01-01T00:00:17+08:06", true},
	    /* Chinese */
	    {"2024年2月21日", "2024-02-21T00:00:00+08:00", true},
	    {"2024年02月21号", "2024-02-21T00:00:00+08:00", true},
	    {"2024 年 2 月 21 日", "2024-02-21T00:00:00+08:00", true},
	    {"2024年2月21日9时7分16秒", "2024-02-21T09:07:16+08:00", false},
	    {"2024年2月21日 9时7分", "2024-02-21T09:07:00+08:00", false},
	    {"2024年2月21日 9点", "2024-02-21T09:00:00+08:00", false},
	    {"2024年2月21日 09:07", "2024-02-21T09:07:00+08:00", false},
	    {"2024年2月21日　09:07:16", "2024-02-21T09:07:16+08:00", false},
	    {"２０２４年２月２１日０９：０７", "2024-02-21T09:07:00+08:00", false},
	    {"２０２４－０２－２１", "2024-02-21T00:00:00+08:00", true},
	    /* RFC 822, HTTP */
	    {"Wed, 28 Feb 2024 01:07:16 GMT", "2024-02-28T09:07:16+08:00", false},
	    {"Mon, 28 Feb 2024 01:07:16 GMT", "2024-02-28T09:07:16+08:00", false},
	    {"28 feb 2024 01:07 ut", "2024-02-28T09:07:00+08:00", false},
	    {"Wed, 28 February 2024 01:07:16 -0500", "2024-02-28T14:07:16+08:00", false},
	    {"Wed, 28 Feb 2024 01:07:16 EST", "2024-02-28T14:07:16+08:00", false},
	    {"Wed, 28 Feb 2024 01:07:16 PDT", "2024-02-28T16:07:16+08:00", false},
	    {"Wed, 28 Feb 2024 01:07:16 +0000 (UTC)", "2024-02-28T09:07:16+08:00", false},
	    {"Wed, 28 Feb 2024 01:07:16", "2024-02-28T01:07:16+08:00", false},
	    {"Wednesday, 28-Feb-24 01:07:16 GMT", "2024-02-28T09:07:16+08:00", false},
	    {"1 Jan 49 00:00 +0800", "2049-01-01T00:00:00+08:00", false},
	    {"1 Jan 99 00:00 +0800", "1999-01-01T00:00:00+08:00", false},
	    {"1 Jan 101 00:00 +0800", "2001-01-01T00:00:00+08:00", false},
	    {"28 Feb 2024", "2024-02-28T00:00:00+08:00", true},
	    /* asctime */
	    {"Wed Feb 28 01:07:16 2024", "2024-02-28T01:07:16+08:00", false},
	    {"Thu Feb  1 01:07:16 2024", "2024-02-01T01:07:16+08:00", false},
	    /* epoch */
	    {"1709082436", "2024-02-28T09:07:16+08:00", false},
	    {"946684799", "2000-01-01T07:59:59+08:00", false},
	    {"99999999999", "5138-11-16T17:46:39+08:00", false},
	    {"１７０９０８２４３６", "2024-02-28T09:07:16+08:00", false},
	    /* the ends */
	    {"0001-01-02T00:00:00Z", "0001-01-02T08:06:00+08:06", false},
	    {"9999-12-30T23:00:00Z", "9999-12-31T07:00:00+08:00", false},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct date date;
		struct err err;
		struct slice is;

		if (date_parse(&date, slice_str(t[i].text), f->shanghai, &err) != 0)
			fail_msg("%s", err.text);
		is = date_rfc3339(f->arena, date.sec, f->shanghai);
		if (!slice_is(is, t[i].is) || date.day != t[i].day || !date.known)
			fail_msg("%s: %s", t[i].text, is.p);
	}
}

static void
says_what_is_wrong(void **state)
{
	static const struct {
		const char *text, *says;
	} t[] = {
	    {"", "\"\" is no date"},
	    {"soon", "\"soon\" is no date"},
	    {"2024", "\"2024\" is no date"},
	    {"2024-02", "\"2024-02\" is no date"},
	    {"2024-02/28", "\"2024-02/28\" is no date"},
	    {"2024-02-281", "\"2024-02-281\" is no date"},
	    {"24-02-28", "\"24-02-28\" is no date"},
	    {"02/28/2024", "\"02/28/2024\" is no date"},
	    {"2024年2月21", "\"2024年2月21\" is no date"},
	    {"2024-02-28 later", "\"2024-02-28 later\" is no date"},
	    {"2024-02-28T01", "\"2024-02-28T01\" is no date"},
	    {"2024-02-28T01:07:", "\"2024-02-28T01:07:\" is no date"},
	    {"2024-02-28T01:07:16.", "\"2024-02-28T01:07:16.\" is no date"},
	    {"2024-02-28T01:07:16+", "\"2024-02-28T01:07:16+\" is no date"},
	    {"2024-02-28T01:07:16+800", "\"2024-02-28T01:07:16+800\" is no date"},
	    {"2024-02-28T01:07:16Zx", "\"2024-02-28T01:07:16Zx\" is no date"},
	    {"2024-02-28 01:07:16 CST", "\"2024-02-28 01:07:16 CST\" is no date"},
	    {"28 Foo 2024", "\"28 Foo 2024\" is no date"},
	    {"28 Feb 2024 01:07 XYZ", "\"28 Feb 2024 01:07 XYZ\" is no date"},
	    {"28 Feb 2024 01:07 +0000 (x) y",
		"\"28 Feb 2024 01:07 +0000 (x) y\" is no date"},
	    {"12345678901234", "\"12345678901234\" is no date"},
	    {"-1709082436", "\"-1709082436\" is no date"},
	    {"a\x01\x1B[2J", "\"a\" is no date"},
	    {"\xFF\xFE", "\"\" is no date"},
	    {"一二三四五六七八九十一二三四五六",
		"\"一二三四五六七八九十一二三\" is no date"},
	    {"2024-02-30", "\"2024-02-30\": 30 February does not exist"},
	    {"2023-02-29", "\"2023-02-29\": 29 February does not exist"},
	    {"31 Apr 2024", "\"31 Apr 2024\": 31 April does not exist"},
	    {"2024-04-00", "\"2024-04-00\": 0 April does not exist"},
	    {"20241301", "\"20241301\": there is no month 13"},
	    {"2024-00-01", "\"2024-00-01\": there is no month 0"},
	    {"0000-01-01", "\"0000-01-01\": there is no year 0"},
	    {"2024-02-28 24:00", "\"2024-02-28 24:00\": hour 24 does not exist"},
	    {"2024-02-28 23:60", "\"2024-02-28 23:60\": minute 60 does not exist"},
	    {"2024-02-28 23:59:61", "\"2024-02-28 23:59:61\": second 61 does not exist"},
	    {"2024-02-28T01:07:16+24:00",
		"\"2024-02-28T01:07:16+24:00\": no zone is that far from UTC"},
	    {"2024-02-28T01:07:16+0860",
		"\"2024-02-28T01:07:16+0860\": no zone is that far from UTC"},
	    {"0001-01-01T00:00:00+08:00",
		"\"0001-01-01T00:00:00+08:00\" is out of range"},
	    {"9999-12-31", "\"9999-12-31\" is out of range"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct date date = {1, true, true};
		struct err err = {0};

		if (date_parse(&date, slice_str(t[i].text), f->utc, &err) != -1)
			fail_msg("%s was read", t[i].text);
		assert_string_equal(err.text, t[i].says);
		assert_int_equal(err.kind, ERR_INPUT);
		assert_false(date.known || date.day || date.sec);
	}
}

static void
a_nul_ends_nothing(void **state)
{
	struct fixture *f = *state;
	struct date date;
	struct err err;

	assert_int_equal(date_parse(&date, SLICE("2024-02-28\0"), f->utc, &err), -1);
	assert_int_equal(date_parse(&date, SLICE("2024\0-02-28"), f->utc, &err), -1);
	assert_int_equal(date_parse(&date, SLICE_NONE, f->utc, &err), -1);
}

static void
takes_a_date_off_the_front(void **state)
{
	static const struct {
		const char *text;
		size_t takes;
		const char *is;
	} t[] = {
	    {"2024-02-28-title.md", 10, "2024-02-28T00:00:00+08:00"},
	    {"2024-2-8.md", 8, "2024-02-08T00:00:00+08:00"},
	    {"2024年2月21日纽约时报", 16, "2024-02-21T00:00:00+08:00"},
	    {"２０２４年２月２１日", 30, "2024-02-21T00:00:00+08:00"},
	    {"20240228", 8, "2024-02-28T00:00:00+08:00"},
	    {"20240228)", 8, "2024-02-28T00:00:00+08:00"},
	    {"20240228 09:07", 8, "2024-02-28T00:00:00+08:00"},
	    {"202402281", 0, NULL},
	    {"2024-02-281", 0, NULL},
	    {"2024-02-30-title.md", 0, NULL},
	    {"20241301", 0, NULL},
	    {"2024-02", 0, NULL},
	    {"2024年2月", 0, NULL},
	    {" 2024-02-28", 0, NULL},
	    {"title-2024-02-28", 0, NULL},
	    {"Wed, 28 Feb 2024", 0, NULL},
	    {"1709082436", 0, NULL},
	    {"0001-01-01", 0, NULL},
	    {"", 0, NULL},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct date date = {1, true, true};
		size_t took = date_prefix(&date, slice_str(t[i].text), f->shanghai);

		if (took != t[i].takes)
			fail_msg("%s: took %zu", t[i].text, took);
		assert_int_equal(date.known, took > 0);
		assert_int_equal(date.day, took > 0);
		if (took > 0)
			assert_string_equal(
			    date_rfc3339(f->arena, date.sec, f->shanghai).p, t[i].is);
	}
}

static void
writes_both_forms(void **state)
{
	static const struct {
		const char *zone;
		int64_t sec;
		const char *rfc3339, *rfc822;
	} t[] = {
	    {"Asia/Shanghai", 1709082436, "2024-02-28T09:07:16+08:00",
		"Wed, 28 Feb 2024 09:07:16 +0800"},
	    {"UTC", 1709082436, "2024-02-28T01:07:16Z",
		"Wed, 28 Feb 2024 01:07:16 +0000"},
	    {"+00:00", 0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 +0000"},
	    {"Europe/London", 1709082436, "2024-02-28T01:07:16+00:00",
		"Wed, 28 Feb 2024 01:07:16 +0000"},
	    {"America/St_Johns", 1709082436, "2024-02-27T21:37:16-03:30",
		"Tue, 27 Feb 2024 21:37:16 -0330"},
	    {"Asia/Shanghai", -2524521600, "1890-01-01T08:06:00+08:06",
		"Wed, 01 Jan 1890 08:06:00 +0806"},
	    {"America/New_York", -2871676800, "1878-12-31T19:04:00-04:56",
		"Tue, 31 Dec 1878 19:04:00 -0456"},
	    {"+23:59", INT64_MAX, "9999-12-31T22:59:00+23:59",
		"Fri, 31 Dec 9999 22:59:00 +2359"},
	    {"-23:59", INT64_MIN, "0001-01-01T00:01:00-23:59",
		"Mon, 01 Jan 0001 00:01:00 -2359"},
	};
	struct fixture *f = *state;

	setlocale(LC_ALL, "C.UTF-8");
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct zone *zone;
		struct err err;

		assert_int_equal(zone_open(&zone, slice_str(t[i].zone), &err), 0);
		assert_string_equal(
		    date_rfc3339(f->arena, t[i].sec, zone).p, t[i].rfc3339);
		assert_string_equal(date_rfc822(f->arena, t[i].sec, zone).p, t[i].rfc822);
		zone_free(zone);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_every_form),
	    cmocka_unit_test(says_what_is_wrong),
	    cmocka_unit_test(a_nul_ends_nothing),
	    cmocka_unit_test(takes_a_date_off_the_front),
	    cmocka_unit_test(writes_both_forms),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}

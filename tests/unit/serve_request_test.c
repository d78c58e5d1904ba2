#include "serve/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct here {
	struct arena *arena;
	struct zone *utc;
};

static int
set_up(void **state)
{
	struct here *h = calloc(1, sizeof *h);
	struct err err;

	h->arena = arena_new();
	assert_int_equal(zone_open(&h->utc, SLICE("UTC"), &err), 0);
	*state = h;
	return 0;
}

static int
tear_down(void **state)
{
	struct here *h = *state;

	zone_free(h->utc);
	arena_free(h->arena);
	free(h);
	return 0;
}

static struct request
with(enum request_field field, const char *value)
{
	struct request r = {0};

	r.field[field] = slice_str(value);
	return r;
}

static void
test_paths(void **state)
{
	static const struct {
		const char *target, *path; /* NULL: it names nothing */
	} cases[] = {
	    {"/", "/"},
	    {"/feeds/main.atom", "/feeds/main.atom"},
	    {"/feeds/main.atom?x=/../y", "/feeds/main.atom"},
	    {"/feeds/", "/feeds/"},
	    {"/tag/%E4%B8%AD%e5%9b%bd.atom", "/tag/\xe4\xb8\xad\xe5\x9b\xbd.atom"},
	    {"/tag/\xe4\xb8\xad.atom", "/tag/\xe4\xb8\xad.atom"},
	    {"/a+b%20c", "/a+b c"},
	    {"/a%3Fb", "/a?b"},
	    {"http://xys.example/main.atom", "/main.atom"},
	    {"HTTPS://u@xys.example:8/main.atom?q", "/main.atom"},
	    /* decoded once */
	    {"/%2561", "/%61"},
	    {"/%252e%252e/x", "/%2e%2e/x"},
	    /* names nothing */
	    {"", NULL},
	    {"*", NULL},
	    {"main.atom", NULL},
	    {"http://xys.example", NULL},
	    {"ftp://xys.example/main.atom", NULL},
	    {"/..", NULL},
	    {"/../etc/passwd", NULL},
	    {"/feeds/../../etc/passwd", NULL},
	    {"/feeds/%2e%2e/x", NULL},
	    {"/feeds/%2E./x", NULL},
	    {"/feeds/..%2fx", NULL},
	    {"/feeds%2Fmain.atom", NULL},
	    {"/./main.atom", NULL},
	    {"/feeds/.", NULL},
	    {"/.xysfeed-main.atom", NULL},
	    {"/tag/.xysfeed-a.atom", NULL},
	    {"/%2exysfeed-main.atom", NULL},
	    {"/.git/config", NULL},
	    {"//", NULL},
	    {"//etc/passwd", NULL},
	    {"/feeds//main.atom", NULL},
	    {"/feeds/main.atom%00", NULL},
	    {"/main%0d%0aX: y", NULL},
	    {"/main\x7f", NULL},
	    {"/main%7F", NULL},
	    {"/main\x1b", NULL},
	    {"/%", NULL},
	    {"/%4", NULL},
	    {"/%4g", NULL},
	    {"/%u0041", NULL},
	    {"/%c0%ae%c0%ae/x", NULL}, /* overlong dots */
	    {"/%ff", NULL},
	    {"/%ed%a0%80", NULL},
	};
	struct here *h = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct slice got = request_path(slice_str(cases[i].target), h->arena);

		if (!slice_eq(got, slice_str(cases[i].path)))
			fail_msg("%s: %.*s", cases[i].target, SLICE_ARG(got));
	}
	assert_int_equal(request_path(slice_make("/a\0b", 4), h->arena).n, 0);
}

static void
test_codings(void **state)
{
	enum {
		GZ = 1 << CODING_GZIP,
		ZST = 1 << CODING_ZSTD,
		BR = 1 << CODING_BR,
		ALL = GZ | ZST | BR
	};
	static const struct {
		const char *accept; /* NULL: not sent */
		unsigned offered;
		enum coding want;
	} cases[] = {
	    {NULL, ALL, CODING_IDENTITY},
	    {"", ALL, CODING_IDENTITY},
	    {"gzip", ALL, CODING_GZIP},
	    {"x-gzip", ALL, CODING_GZIP},
	    {"GZip", ALL, CODING_GZIP},
	    {"gzip, deflate, br", ALL, CODING_BR},
	    {"gzip, deflate, br, zstd", GZ | ZST, CODING_ZSTD},
	    {"gzip, deflate, br, zstd", GZ, CODING_GZIP},
	    {"gzip, deflate, br, zstd", 0, CODING_IDENTITY},
	    {"br;q=0.5, gzip", ALL, CODING_GZIP},
	    {"br;q=0.5,gzip;q=0.499", ALL, CODING_BR},
	    {"br;q=0, gzip;q=0", ALL, CODING_IDENTITY},
	    {"br;q=0.000, gzip;q=0.001", ALL, CODING_GZIP},
	    {"br ; q=0.2 , gzip ; Q=0.9", ALL, CODING_GZIP},
	    {"*", ALL, CODING_BR},
	    {"*;q=0", ALL, CODING_IDENTITY},
	    {"*;q=0.5, br;q=0", ALL, CODING_ZSTD},
	    {"identity", ALL, CODING_IDENTITY},
	    {"identity;q=0.5, gzip;q=0.4", ALL, CODING_IDENTITY},
	    {"identity;q=0.5, gzip;q=0.6", ALL, CODING_GZIP},
	    {"identity;q=1, br;q=1", ALL, CODING_BR},
	    /* nothing that we have: better readable than not */
	    {"identity;q=0", ALL, CODING_IDENTITY},
	    {"identity;q=0, *;q=0", ALL, CODING_IDENTITY},
	    {"compress, deflate", ALL, CODING_IDENTITY},
	    /* no weights */
	    {"br;q=2, gzip", ALL, CODING_GZIP},
	    {"br;q=, gzip", ALL, CODING_GZIP},
	    {"br;q=0.0001, gzip;q=0.1", ALL, CODING_GZIP},
	    {"br;q=-1, gzip;q=.5", ALL, CODING_IDENTITY},
	    {"br;level=11", ALL, CODING_BR},
	    {"br;level=11;q=0, gzip", ALL, CODING_GZIP},
	    {",,, ;;, br ,", ALL, CODING_BR},
	    {"brr, gzipp", ALL, CODING_IDENTITY},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request r = with(FIELD_ACCEPT_ENCODING, cases[i].accept);
		enum coding got = request_coding(&r, cases[i].offered);

		if (got != cases[i].want)
			fail_msg("%s: %s", cases[i].accept, coding_name(got));
	}
}

static void
test_tags(void **state)
{
	static const struct {
		const char *list;
		bool matches;
	} cases[] = {
	    {NULL, false},
	    {"", false},
	    {"\"5-a\"", true},
	    {"W/\"5-a\"", true},
	    {"\"x\", \"5-a\"", true},
	    {"\"x\",W/\"y\"  ,\t\"5-a\",", true},
	    {"\"x, y\", \"5-a\"", true},
	    {"*", true},
	    {" * ", true},
	    {"\"*\"", false},
	    {"\"5-a", false},
	    {"5-a", false},
	    {"w/\"5-a\"", false},
	    {"\"5-A\"", false},
	    {"\"5-a-br\"", false},
	    {"x, \"5-a\"", false},
	    {"\"", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request r = with(FIELD_IF_NONE_MATCH, cases[i].list);

		if (request_matches(&r, SLICE("\"5-a\"")) != cases[i].matches)
			fail_msg("%s", cases[i].list);
	}
}

static void
test_own_tags(void **state)
{
	static const struct {
		const char *list;
		int64_t since;
	} cases[] = {
	    {NULL, -1},
	    {"*", -1},
	    {"\"60-10\"", 0x60},
	    {"W/\"60-10-br\"", 0x60},
	    {"\"60-10\", \"70-10-gzip\", \"7\"", 0x70},
	    {"\"100-10\"", -1}, /* not before */
	    {"\"101-10\"", -1},
	    {"\"60-10-xx\"", -1},
	    {"\"60\"", -1},
	    {"\"60-\"", -1},
	    {"\"-10\"", -1},
	    {"\"60-10 \"", -1},
	    {"\"ffffffffffffffffffff-1\"", -1},
	    {"\"65df-1f4\", \"50-1\"", 0x50},
	};
	char etag[ETAG_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request r = with(FIELD_IF_NONE_MATCH, cases[i].list);
		int64_t got = request_since(&r, 0x100);

		if (got != cases[i].since)
			fail_msg("%s: %lld", cases[i].list, (long long)got);
	}
	assert_int_equal(etag_write(etag, 0x65df1a24, 100000, CODING_BR),
	    strlen("\"65df1a24-186a0-br\""));
	assert_string_equal(etag, "\"65df1a24-186a0-br\"");
	etag_write(etag, 0, 0, CODING_IDENTITY);
	assert_string_equal(etag, "\"0-0\"");
	assert_true(etag_write(etag, -1, -1, CODING_ZSTD) < ETAG_MAX);
}

/* Wed, 28 Feb 2024 01:07:16 GMT */
enum { WHEN = 1709082436 };

static void
test_since(void **state)
{
	static const struct {
		const char *date;
		bool unmodified;
	} cases[] = {
	    {NULL, false},
	    {"", false},
	    {"Wed, 28 Feb 2024 01:07:16 GMT", true},
	    {"Wed, 28 Feb 2024 01:07:17 GMT", true},
	    {"Wed, 28 Feb 2024 01:07:15 GMT", false},
	    {"Wed Feb 28 01:07:16 2024", true},
	    {"Wed Feb 28 01:07:15 2024", false},
	    /* no dates of HTTP */
	    {"1909082436", false},
	    {"2034-02-28T01:07:16Z", false},
	    {"yesterday", false},
	    {"Wed, 30 Feb 2034 01:07:16 GMT", false},
	};
	struct here *h = *state;
	struct request r;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		r = with(FIELD_IF_MODIFIED_SINCE, cases[i].date);
		if (request_unmodified(&r, WHEN, h->utc) != cases[i].unmodified)
			fail_msg("%s", cases[i].date);
	}
	r = with(FIELD_IF_MODIFIED_SINCE, "Wed, 28 Feb 2024 01:07:16 GMT");
	r.field[FIELD_IF_NONE_MATCH] = SLICE("\"x\"");
	assert_false(request_unmodified(&r, WHEN, h->utc));
}

static void
test_ranges(void **state)
{
	static const struct {
		const char *range, *if_range;
		enum range want;
		int64_t first, n;
	} cases[] = {
	    {NULL, NULL, RANGE_NONE, 0, 0},
	    {"bytes=0-0", NULL, RANGE_PART, 0, 1},
	    {"bytes=0-99", NULL, RANGE_PART, 0, 100},
	    {"bytes=10-", NULL, RANGE_PART, 10, 90},
	    {"bytes=10-500", NULL, RANGE_PART, 10, 90},
	    {"bytes=99-", NULL, RANGE_PART, 99, 1},
	    {"bytes=-1", NULL, RANGE_PART, 99, 1},
	    {"bytes=-100", NULL, RANGE_PART, 0, 100},
	    {"bytes=-500", NULL, RANGE_PART, 0, 100},
	    {"Bytes= 5-6 ", NULL, RANGE_PART, 5, 2},
	    {"bytes=100-", NULL, RANGE_WRONG, 0, 0},
	    {"bytes=100-200", NULL, RANGE_WRONG, 0, 0},
	    {"bytes=-0", NULL, RANGE_WRONG, 0, 0},
	    /* not understood, or several */
	    {"bytes=0-1,5-6", NULL, RANGE_NONE, 0, 0},
	    {"bytes=0-1, ", NULL, RANGE_NONE, 0, 0},
	    {"bytes=6-5", NULL, RANGE_NONE, 0, 0},
	    {"bytes=-", NULL, RANGE_NONE, 0, 0},
	    {"bytes=", NULL, RANGE_NONE, 0, 0},
	    {"bytes=a-b", NULL, RANGE_NONE, 0, 0},
	    {"bytes=--5", NULL, RANGE_NONE, 0, 0},
	    {"bytes=1-9999999999999999999999", NULL, RANGE_NONE, 0, 0},
	    {"lines=1-2", NULL, RANGE_NONE, 0, 0},
	    {"1-2", NULL, RANGE_NONE, 0, 0},
	    /* only of what it has a part of */
	    {"bytes=0-9", "\"5-a\"", RANGE_PART, 0, 10},
	    {"bytes=0-9", "W/\"5-a\"", RANGE_NONE, 0, 0},
	    {"bytes=0-9", "\"5-b\"", RANGE_NONE, 0, 0},
	    {"bytes=0-9", "Wed, 28 Feb 2024 01:07:16 GMT", RANGE_PART, 0, 10},
	    {"bytes=0-9", "Wed, 28 Feb 2024 01:07:17 GMT", RANGE_NONE, 0, 0},
	    {"bytes=0-9", "", RANGE_NONE, 0, 0},
	};
	struct here *h = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request r = with(FIELD_RANGE, cases[i].range);
		int64_t first = 0, n = 0;
		enum range got;

		r.field[FIELD_IF_RANGE] = slice_str(cases[i].if_range);
		got = request_range(&r, SLICE("\"5-a\""), WHEN, h->utc, 100, &first, &n);
		if (got != cases[i].want ||
		    (got == RANGE_PART && (first != cases[i].first || n != cases[i].n)))
			fail_msg("%s, %s: %d, %lld, %lld", cases[i].range,
			    cases[i].if_range, got, (long long)first, (long long)n);
	}
	assert_int_equal(
	    request_range(&(struct request){.field[FIELD_RANGE] = SLICE("bytes=0-")},
		SLICE("\"\""), 0, h->utc, 0, &(int64_t){0}, &(int64_t){0}),
	    RANGE_WRONG);
}

static void
test_feed(void **state)
{
	static const struct {
		const char *a_im;
		bool takes;
	} cases[] = {{NULL, false}, {"feed", true}, {"vcdiff, Feed;q=0.5", true},
	    {"feed;q=0", false}, {"feeds", false}, {"diffe", false}, {"", false}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request r = with(FIELD_A_IM, cases[i].a_im);

		if (request_takes_feed(&r) != cases[i].takes)
			fail_msg("%s", cases[i].a_im);
	}
}

static void
test_fields(void **state)
{
	struct here *h = *state;
	struct request r = {0};

	assert_true(request_take(&r, SLICE("if-none-match"), SLICE("\"a\""), h->arena));
	assert_true(request_take(&r, SLICE("If-None-Match"), SLICE("\"b\""), h->arena));
	assert_true(slice_is(r.field[FIELD_IF_NONE_MATCH], "\"a\", \"b\""));
	assert_false(request_take(&r, SLICE("Cookie"), SLICE("x"), h->arena));
	assert_false(request_has_body(&r));
	assert_true(request_take(&r, SLICE("Content-Length"), SLICE("0"), h->arena));
	assert_false(request_has_body(&r));
	assert_true(request_take(&r, SLICE("Content-Length"), SLICE("0"), h->arena));
	assert_true(request_has_body(&r));
	r = with(FIELD_TRANSFER_ENCODING, "chunked");
	assert_true(request_has_body(&r));
	/* sent, but empty */
	assert_true(request_take(&r, SLICE("Forwarded"), SLICE_NONE, h->arena));
	assert_non_null(r.field[FIELD_FORWARDED].p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_paths, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_codings, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_tags, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_own_tags, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_since, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_ranges, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_feed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_fields, set_up, tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "push/live.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LENGTH(a) (sizeof(a) / sizeof *(a))
#define URL       "https://x.example/feed.atom"

/* 2024-02-28 10:00:00 in Shanghai */
enum { NOW = 1709085600 };

struct bench {
	struct arena *arena;
	struct zone *zone;
	struct slice hubs[2];
	struct live_wanted wanted;
	struct http_answer answer; /* good, to be spoilt */
	struct live_found found;
};

static int
set_up(void **state)
{
	struct bench *b = calloc(1, sizeof *b);
	struct err err;

	b->arena = arena_new();
	assert_int_equal(zone_open(&b->zone, SLICE("+08:00"), &err), 0);
	b->hubs[0] = SLICE("https://hub.example/");
	b->hubs[1] = SLICE("https://HUB.example:443/other");
	b->wanted = (struct live_wanted){.url = SLICE(URL),
	    .digest = digest_of(SLICE("bytes")),
	    .type = "application/atom+xml",
	    .hub = {b->hubs, 2},
	    .zone = b->zone};
	b->answer = (struct http_answer){.status = 200,
	    .digest = b->wanted.digest,
	    .bytes = 5,
	    .date = NOW,
	    .age = -1,
	    .retry_after = -1,
	    .etag = SLICE("\"1\""),
	    .type = SLICE("application/atom+xml")};
	*state = b;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *b = *state;

	zone_free(b->zone);
	arena_free(b->arena);
	free(b);
	return 0;
}

static void
judge(struct bench *b, enum live live, const char *sentence)
{
	live_judge(&b->wanted, &b->answer, b->arena, &b->found);
	assert_int_equal(b->found.live, live);
	if (!slice_is(b->found.sentence, sentence))
		fail_msg(
		    "\"%.*s\" is not \"%s\"", SLICE_ARG(b->found.sentence), sentence);
	if (live != LIVE)
		assert_int_equal(b->found.warning.n, 0);
}

/* Live, with at most one warning. */
static void
judge_live(struct bench *b, const char *warning)
{
	judge(b, LIVE, "");
	assert_int_equal(b->found.warning.n, warning != NULL);
	if (warning && !slice_is(b->found.warning.v[0], warning))
		fail_msg(
		    "\"%.*s\" is not \"%s\"", SLICE_ARG(b->found.warning.v[0]), warning);
}

static void
the_right_bytes_are_live(void **state)
{
	judge_live(*state, NULL);
}

static void
old_bytes_are_told_with_time_and_cache(void **state)
{
	static const struct {
		const char *modified, *cache_control;
		int64_t age;
		const char *sentence;
	} cases[] = {
	    {"Wed, 28 Feb 2024 01:07:16 GMT", "max-age=600", 0,
		URL
		" still serves the version of 09:07; a cache in front keeps it 10 min"},
	    {"Tue, 27 Feb 2024 16:00:00 GMT", "", -1,
		URL " still serves the version of 00:00"},
	    {"Tue, 27 Feb 2024 15:59:59 GMT", "", -1,
		URL " still serves the version of 2024-02-27 23:59"},
	    {"", "", -1, URL " still serves another version"},
	    {"soon", "", -1, URL " still serves another version"},
	    {"", "public, Max-Age=\"601\"", -1,
		URL " still serves another version; a cache in front may keep it 11 min"},
	    {"", "max-age=30", 5,
		URL " still serves another version; a cache in front keeps it 30 s and "
		    "has had "
		    "it for 5 s"},
	    {"", "max-age=60, s-maxage=3600", 240,
		URL
		" still serves another version; a cache in front keeps it 60 min and has "
		"had it for 4 min"},
	    {"", "", 240,
		URL
		" still serves another version; a cache in front has had it for 4 min"},
	    {"", "max-age=0", 0, URL " still serves another version"},
	    {"", "no-cache, max-age=600", -1, URL " still serves another version"},
	    {"", "max-age=600;no-store", -1, URL " still serves another version"},
	    {"", "max-age=ten, x=\"max-age=5\", =, ,;\"", -1,
		URL " still serves another version"},
	    {"", "max-age=99999999999999999999", -1,
		URL " still serves another version; a cache in front may keep it "
		    "35791395 min"},
	};
	struct bench *b = *state;

	b->answer.digest = digest_of(SLICE("old bytes"));
	for (size_t i = 0; i < LENGTH(cases); i++) {
		b->answer.last_modified = slice_str(cases[i].modified);
		b->answer.cache_control = slice_str(cases[i].cache_control);
		b->answer.age = cases[i].age;
		judge(b, LIVE_STALE, cases[i].sentence);
	}
}

static void
longer_is_another_version(void **state)
{
	struct bench *b = *state;

	b->answer.end = HTTP_TOO_LONG;
	b->answer.why = SLICE("its answer is longer than 5 bytes");
	judge(b, LIVE_STALE, URL " still serves another version");
	b->answer.bytes = 0;
	judge(b, LIVE_WRONG, URL " cannot be fetched: its answer is longer than 5 bytes");
}

static void
what_is_no_feed_is_wrong(void **state)
{
	static const struct {
		enum http_end end;
		int status;
		const char *location, *sentence;
	} cases[] = {
	    {HTTP_ANSWERED, 404, "", URL " answers 404 instead of the feed"},
	    {HTTP_ANSWERED, 206, "", URL " answers 206 instead of the feed"},
	    {HTTP_ANSWERED, 304, "", URL " answers 304 instead of the feed"},
	    {HTTP_ANSWERED, 200 + 1, "/x", URL " answers 201 instead of the feed"},
	    {HTTP_ANSWERED, 301, "/\x1b[1m",
		URL " redirects to /?[1m; hubs and readers need the feed at the address "
		    "itself"},
	    {HTTP_NO_CONNECTION, 0, "", URL " cannot be fetched: why"},
	    {HTTP_BROKEN, 200, "", URL " cannot be fetched: why"},
	    {HTTP_TOO_LONG, 404, "", URL " cannot be fetched: why"},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		b->answer.end = cases[i].end;
		b->answer.why = SLICE("why");
		b->answer.status = cases[i].status;
		b->answer.location = slice_str(cases[i].location);
		judge(b, LIVE_WRONG, cases[i].sentence);
	}
}

static void
type_is_compared_without_parameters(void **state)
{
	static const struct {
		const char *type, *warning;
	} cases[] = {
	    {"application/atom+xml; charset=utf-8", NULL},
	    {"Application/ATOM+xml ;charset=utf-8", NULL},
	    {"", URL " has no Content-Type"},
	    {"; charset=utf-8", URL " has no Content-Type"},
	    {"text/html; charset=utf-8", URL " has the wrong Content-Type text/html"},
	    {"application/atom+xml2",
		URL " has the wrong Content-Type application/atom+xml2"},
	    {"te\x1bxt", URL " has the wrong Content-Type te?xt"},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		b->answer.type = slice_str(cases[i].type);
		judge_live(b, cases[i].warning);
	}
}

static void
validators_are_wanted(void **state)
{
	struct bench *b = *state;

	b->answer.etag = SLICE_NONE;
	judge_live(b, URL
	    " has no ETag and no Last-Modified, so that it is fetched whole each time");
	b->answer.last_modified = SLICE("Wed, 28 Feb 2024 01:07:16 GMT");
	judge_live(b, NULL);
}

#define OTHER   URL " has a Link header with another self, "
#define MANY    URL " has Link headers with more than one self"
#define FOREIGN URL " has a Link header with a hub that is not configured, "

static void
links(void **state)
{
	static const struct {
		const char *link, *warning;
	} cases[] = {
	    {"<" URL ">; rel=\"self\", <https://hub.example/>; rel=\"hub\"", NULL},
	    {"<" URL ">;rel=self,<https://hub.example>;rel=hub", NULL},
	    {"</feed.atom>; rel=SELF", NULL},
	    {"<HTTPS://X.example:443/./feed.atom>; Rel = \"self\"", NULL},
	    {"<https://hub.example/other>; rel=hub", NULL},
	    {"<http://x.example/feed.atom>; rel=self",
		OTHER "http://x.example/feed.atom"},
	    {"<https://y.example/>; rel=\"alternate self\"", OTHER "https://y.example/"},
	    {"<https://y.example/>; rel=\"\tself  x\"", OTHER "https://y.example/"},
	    {"<https://y.example/>; rel=\"selfish\"", NULL},
	    {"<https://y.example/>; rel=\"se\\lf\"", OTHER "https://y.example/"},
	    {"<https://y.example/>; rel=next; rel=self", NULL},
	    {"<https://y.example/>; title=\"a, <b>; rel=self\"; rel=next", NULL},
	    {"<https://y.example/>; title=\"a\\\"; rel=self", NULL},
	    {"<https://y.example/>; title=a\"b\"; rel=self", OTHER "https://y.example/"},
	    {"<https://a.example/?a,b;c>; rel=self", OTHER "https://a.example/?a,b;c"},
	    {"<https://y.example/>; rel=self; anchor=\"/x\"", NULL},
	    {"<https://y.example/>; rel=self; anchor=\"\"", OTHER "https://y.example/"},
	    {"<https://y.example/>; anchor=\"#x\"; rel=self", NULL},
	    {"<https://y.example/>", NULL},
	    {", ,,<https://y.example/>; ; ;rel=self, ,", OTHER "https://y.example/"},
	    {"<https://y.example/> junk; rel=self", NULL},
	    {"https://y.example/; rel=self", NULL},
	    {"<https://y.example/; rel=self", NULL},
	    {"<>; rel=self", NULL},
	    {"<mailto:>; rel=self", OTHER "mailto:"},
	    {"<\x1b\x80>; rel=hub", FOREIGN "??"},
	    {"<https://hub.example/x>; rel=hub", FOREIGN "https://hub.example/x"},
	    {"<https://a.example/>; rel=hub, <https://b.example/>; rel=hub",
		FOREIGN "https://a.example/"},
	    {"<" URL ">; rel=self, <" URL ">; rel=self, <" URL ">; rel=self", MANY},
	    {"<>;rel=self;title=\"\", <x>; title*=UTF-8''%e4;rel=\"", NULL},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct slice line = slice_str(cases[i].link);

		b->answer.link = (struct slices){&line, 1};
		judge_live(b, cases[i].warning);
	}
}

static void
links_in_several_lines(void **state)
{
	struct slice lines[] = {SLICE("<" URL ">; rel=self"), SLICE("garbage"),
	    SLICE("<https://y.example/>; rel=\"self hub\"")};
	struct bench *b = *state;

	b->answer.link = (struct slices){lines, LENGTH(lines)};
	judge(b, LIVE, "");
	assert_int_equal(b->found.warning.n, 3);
	assert_true(slice_is(b->found.warning.v[0], OTHER "https://y.example/"));
	assert_true(slice_is(b->found.warning.v[1], MANY));
	assert_true(slice_is(b->found.warning.v[2], FOREIGN "https://y.example/"));
}

/* A header as large as http lets through costs little, and is not repeated whole. */
static void
huge_links_stay_small(void **state)
{
	static const char *const pieces[] = {
	    "<>;rel=self,", "<a>;rel=hub,", "<>;a=\"\"", ";a=\"\"", "\"", "<", ",", "\\"};
	struct bench *b = *state;
	char *text = malloc(HTTP_HEAD_MAX);

	for (size_t i = 0; i < LENGTH(pieces); i++) {
		struct slice line = slice_make(text, HTTP_HEAD_MAX);
		size_t n = strlen(pieces[i]);

		for (size_t at = 0; at < line.n; at++)
			text[at] = pieces[i][at % n];
		memcpy(text, "<>;", 3);
		b->answer.link = (struct slices){&line, 1};
		judge(b, LIVE, "");
		for (size_t w = 0; w < b->found.warning.n; w++)
			assert_in_range(b->found.warning.v[w].n, 1, 400);
	}
	assert_in_range(arena_size(b->arena), 0, 16 * 1024 * 1024);
	free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(the_right_bytes_are_live),
	    TEST(old_bytes_are_told_with_time_and_cache),
	    TEST(longer_is_another_version),
	    TEST(what_is_no_feed_is_wrong),
	    TEST(type_is_compared_without_parameters),
	    TEST(validators_are_wanted),
	    TEST(links),
	    TEST(links_in_several_lines),
	    TEST(huge_links_stay_small),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

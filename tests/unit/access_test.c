#include "push/access.h"

#include "model/agent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
is(struct slice got, const char *want)
{
	if (!slice_is(got, want))
		fail_msg("\"%.*s\" is not \"%s\"", SLICE_ARG(got), want);
}

/* In a block of its own size, so that a reading past its end is found. */
static bool
parse(struct access *a, struct slice line, struct arena *arena)
{
	char *p = mem_alloc(line.n + 1);
	bool ok;

	memcpy(p, line.p, line.n);
	ok = access_parse(a, slice_make(p, line.n), arena);
	if (ok) {
		a->address = arena_copy(arena, a->address);
		a->method = arena_copy(arena, a->method);
		a->target = arena_copy(arena, a->target);
		a->agent = arena_copy(arena, a->agent);
	}
	free(p);
	return ok;
}

#define HEAD  "192.0.2.7 - - [28/Feb/2024:09:07:16 +0800] "
#define WHEN  1709082436
#define GET_A "\"GET /a HTTP/1.1\" "

static void
test_lines(void **state)
{
	static const struct {
		const char *line, *address;
		int64_t time;
		const char *method, *target;
		int status;
		int64_t bytes;
		const char *agent;
	} cases[] = {
	    {HEAD GET_A "200 1234 \"-\" \"Miniflux/2.0\"", "192.0.2.7", WHEN, "GET", "/a",
		200, 1234, "Miniflux/2.0"},
	    /* what follows is of somebody's own form */
	    {HEAD GET_A "304 0 \"http://r/\" \"x\" \"-\" 0.003 h2", "192.0.2.7", WHEN,
		"GET", "/a", 304, 0, "x"},
	    {HEAD GET_A "304 - \"-\" \"-\"", "192.0.2.7", WHEN, "GET", "/a", 304, 0, ""},
	    {"2001:db8::7:1 - - [28/Feb/2024:01:07:16 +0000] \"HEAD /a?b=c%20d "
	     "HTTP/2.0\" "
	     "200 0 \"-\" \"x\"",
		"2001:db8::7:1", WHEN, "HEAD", "/a?b=c%20d", 200, 0, "x"},
	    {"host.example - jane doe [27/Feb/2024:20:37:16 -0430] " GET_A
	     "206 5 \"-\" \"x\"",
		"host.example", WHEN, "GET", "/a", 206, 5, "x"},
	    /* escapes of Apache and of nginx */
	    {HEAD "\"GET /\\\"a\\\\\\x22\\xe7\\x94\\xB2 HTTP/1.1\" 200 1 \"\\\"\" "
		  "\"a \\\"b\\\" \\x22c\\x22 \\t\\q\"",
		"192.0.2.7", WHEN, "GET", "/\"a\\\"\xe7\x94\xb2", 200, 1,
		"a \"b\" \"c\" \tq"},
	    {HEAD GET_A "200 1 \"-\" \"\\x4 \\xzz\"", "192.0.2.7", WHEN, "GET", "/a", 200,
		1, "x4 xzz"},
	    /* a request that is none is no broken line */
	    {HEAD "\"\\x16\\x03\\x01\\x00\" 400 157 \"-\" \"-\"", "192.0.2.7", WHEN, "",
		"", 400, 157, ""},
	    {HEAD "\"-\" 408 0 \"-\" \"-\"", "192.0.2.7", WHEN, "", "", 408, 0, ""},
	    {HEAD "\"\" 400 0 \"-\" \"-\"", "192.0.2.7", WHEN, "", "", 400, 0, ""},
	    {HEAD "\"GET /a\" 400 0 \"-\" \"-\"", "192.0.2.7", WHEN, "", "", 400, 0, ""},
	    {HEAD "\"GET  HTTP/1.1\" 400 0 \"-\" \"-\"", "192.0.2.7", WHEN, "GET", "",
		400, 0, ""},
	    {HEAD "\"GET /a b HTTP/1.1\" 200 1 \"-\" \"-\"", "192.0.2.7", WHEN, "GET",
		"/a b", 200, 1, ""},
	    {HEAD GET_A "200 999999999999999 \"-\" \"-\"", "192.0.2.7", WHEN, "GET", "/a",
		200, 999999999999999, ""},
	    {HEAD GET_A "200 1 \"\" \"\"", "192.0.2.7", WHEN, "GET", "/a", 200, 1, ""},
	    {"a - - [31/Dec/2016:23:59:60 +0000] " GET_A "200 1 \"\" \"\"", "a",
		1483228799, "GET", "/a", 200, 1, ""},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct access a;

		if (!parse(&a, slice_str(cases[i].line), arena))
			fail_msg("not understood: %s", cases[i].line);
		is(a.address, cases[i].address);
		assert_int_equal(a.time, cases[i].time);
		is(a.method, cases[i].method);
		is(a.target, cases[i].target);
		assert_int_equal(a.status, cases[i].status);
		assert_int_equal(a.bytes, cases[i].bytes);
		is(a.agent, cases[i].agent);
	}
	arena_free(arena);
}

static void
test_broken(void **state)
{
	static const char *const lines[] = {
	    "",
	    " ",
	    "hello",
	    "192.0.2.7 - - ",
	    " - - [28/Feb/2024:09:07:16 +0800] " GET_A "200 1 \"-\" \"-\"",
	    HEAD,
	    HEAD "GET /a 200 1 \"-\" \"-\"",
	    HEAD "\"GET /a HTTP/1.1 200 1 - -",
	    HEAD GET_A,
	    HEAD GET_A "20 1 \"-\" \"-\"",
	    HEAD GET_A "099 1 \"-\" \"-\"",
	    HEAD GET_A "2000 1 \"-\" \"-\"",
	    HEAD GET_A "-20 1 \"-\" \"-\"",
	    HEAD GET_A "200 x \"-\" \"-\"",
	    HEAD GET_A "200 -1 \"-\" \"-\"",
	    HEAD GET_A "200 1000000000000000 \"-\" \"-\"",
	    HEAD GET_A "200 9999999999999999999 \"-\" \"-\"",
	    HEAD GET_A "200 1", /* the common format has no agent */
	    HEAD GET_A "200 1 \"-\"",
	    HEAD GET_A "200 1 \"-\" \"x",
	    HEAD GET_A "200 1 \"-\" \"x\\",
	    HEAD GET_A "200 1 \"-\" \"x\\\"",
	    "a - - [30/Feb/2024:09:07:16 +0800] " GET_A "200 1 \"-\" \"-\"",
	    "a - - [28/Foo/2024:09:07:16 +0800] " GET_A "200 1 \"-\" \"-\"",
	    "a - - [28/ebM/2024:09:07:16 +0800] " GET_A "200 1 \"-\" \"-\"",
	    "a - - [28/Feb/2024:24:07:16 +0800] " GET_A "200 1 \"-\" \"-\"",
	    "a - - [28/Feb/0000:09:07:16 +0800] " GET_A "200 1 \"-\" \"-\"",
	    "a - - [28/Feb/2024 09:07:16 +0800] " GET_A "200 1 \"-\" \"-\"",
	    "a - - [2024-02-28T09:07:16+08:00] " GET_A "200 1 \"-\" \"-\"",
	    "a - - [28/Feb/2024:09:07:16 +0800 " GET_A "200 1 \"-\" \"-\"",
	};
	struct arena *arena = arena_new();
	struct access a;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		if (parse(&a, slice_str(lines[i]), arena))
			fail_msg("understood: %s", lines[i]);
	arena_free(arena);
}

/* Every beginning of a good line is broken, and none is read past its end. */
static void
test_cut(void **state)
{
	const struct slice line =
	    SLICE(HEAD "\"GET /\\x22 HTTP/1.1\" 200 1 \"-\" \"a\\x22\"");
	struct arena *arena = arena_new();
	struct access a;

	(void)state;
	assert_true(parse(&a, line, arena));
	for (size_t n = 0; n < line.n; n++)
		assert_false(parse(&a, slice_part(line, 0, n), arena));
	arena_free(arena);
}

static const struct {
	const char *agent, *program;
	int64_t subscribers; /* -1: none are declared */
	const char *feed_id;
	bool hub;
} agents[] = {
    {"Feedly/1.0 (+http://www.feedly.com/fetcher.html; 25 subscribers; like "
     "FeedFetcher-Google)",
	"Feedly", 25, "", false},
    {"Feedly/1.0 (+http://www.feedly.com/fetcher.html; like FeedFetcher-Google)",
	"Feedly", -1, "", false},
    {"Mozilla/5.0 (compatible; Inoreader/1.0 (+http://www.inoreader.com/feed-fetcher; 12 "
     "subscribers; ))",
	"Inoreader", 12, "", false},
    {"NewsBlur Feed Fetcher - 1 subscriber - http://www.newsblur.com/site/12/x "
     "(Mozilla/5.0 (Macintosh; Intel Mac OS X 10_12_6) Version/9.0.3)",
	"NewsBlur Feed Fetcher", 1, "", false},
    {"Feedbin feed-id:1379740 - 7 subscribers", "Feedbin", 7, "1379740", false},
    {"Mozilla/5.0 (compatible; theoldreader.com; 3 subscribers; feed-id=5f0a7)",
	"theoldreader.com", 3, "5f0a7", false},
    {"Mozilla/5.0 (compatible; BazQux/2.4; +https://bazqux.com/fetcher; 9 subscribers)",
	"BazQux", 9, "", false},
    {"FeedFetcher-Google; (+http://www.google.com/feedfetcher.html; 30 subscribers; "
     "feed-id=58127)",
	"FeedFetcher-Google", 30, "58127", true},
    {"FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)",
	"FeedFetcher-Google", -1, "", true},
    {"Public Hub (+http://pubsubhubbub.appspot.com; 4 subscribers)", "Public Hub", 4, "",
	true},
    {"Superfeedr bot/2.0 http://superfeedr.com - Make your feeds realtime: get in touch "
     "- feed-id:12",
	"Superfeedr bot", -1, "12", true},
    {"Mozilla/5.0 (compatible; Switchboard/1.0; +https://switchboard.p3k.io/)",
	"Switchboard", -1, "", true},
    {"go-websub/0.1", "go-websub", -1, "", true},
    {"Bloglovin/1.0 (http://www.bloglovin.com; 2 subscribers)", "Bloglovin", 2, "",
	false},
    {"Netvibes (http://www.netvibes.com/; 12 subscribers; feedId: 123)", "Netvibes", 12,
	"123", false},
    {"FeedHQ/0.2.2 (https://github.com/feedhq/feedhq; 2 subscribers; https://a/b)",
	"FeedHQ", 2, "", false},
    {"Zhuaxia.com 16 Subscribers", "Zhuaxia.com", 16, "", false},
    {"Mozilla/5.0 (compatible; YoudaoFeedFetcher/1.0;http://www.youdao.com/;1 "
     "subscribers;)",
	"YoudaoFeedFetcher", 1, "", false},
    {"12 readers", "12 readers", 12, "", false},
    {"x 12subscribers", "x", 12, "", false},
    {"x 5 subscribers, 7 readers", "x", 5, "", false},
    {"x (0 subscribers)", "x", 0, "", false},
    {"x 99999999999999999999999 subscribers", "x", CLAIM_MAX, "", false},
    /* these are no claims */
    {"Miniflux/2.0 (+https://miniflux.app)", "Miniflux", -1, "", false},
    {"RSS 2.0 Reader", "RSS", -1, "", false},
    {"Reader/2.0 subscribers", "Reader", -1, "", false},
    {"x2 readers", "x2 readers", -1, "", false},
    {"x 2 readership", "x", -1, "", false},
    {"x -5 subscribers", "x -5 subscribers", -1, "", false},
    {"x 5", "x", -1, "", false},
    {"x feed-id", "x", -1, "", false},
    {"x feed-id:", "x", -1, "", false},
    {"", "", -1, "", false},
};

static void
test_agents(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof agents / sizeof *agents; i++) {
		struct slice agent = slice_str(agents[i].agent);
		struct claim claim;

		agent_claim(agent, &claim);
		if (claim.made != (agents[i].subscribers >= 0) ||
		    (claim.made && claim.subscribers != agents[i].subscribers))
			fail_msg("%s: %lld", agents[i].agent,
			    claim.made ? (long long)claim.subscribers : -1);
		is(claim.feed_id, agents[i].feed_id);
		is(agent_program(agent), agents[i].program);
		if (agent_is_hub(agent) != agents[i].hub)
			fail_msg("a hub or not: %s", agents[i].agent);
	}
}

/* Only the claim is missing from what is before and after it. */
static void
test_around(void **state)
{
	struct claim claim;

	(void)state;
	agent_claim(SLICE("Feedly/1.0 (x; 1 subscriber; y)"), &claim);
	is(claim.before, "Feedly/1.0 (x; ");
	is(claim.after, "; y)");
	agent_claim(SLICE("Miniflux"), &claim);
	is(claim.before, "Miniflux");
	is(claim.after, "");
}

static void
test_lengths(void **state)
{
	char agent[200];
	struct claim claim;

	(void)state;
	memset(agent, 'a', sizeof agent);
	memcpy(agent + 90, " feed-id=", 9);
	assert_int_equal(agent_program(slice_make(agent, sizeof agent)).n, 64);
	agent_claim(slice_make(agent, sizeof agent), &claim);
	assert_int_equal(claim.feed_id.n, 64);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_broken),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_agents),
	    cmocka_unit_test(test_around),
	    cmocka_unit_test(test_lengths),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

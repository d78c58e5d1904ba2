#include "base/utf8.h"
#include "push/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LENGTH(a) (sizeof(a) / sizeof *(a))

static int
set_up(void **state)
{
	*state = arena_new();
	return 0;
}

static int
tear_down(void **state)
{
	arena_free(*state);
	return 0;
}

static void
assert_slice(struct slice got, const char *wanted)
{
	if (!slice_is(got, wanted))
		fail_msg("\"%.*s\" is not \"%s\"", SLICE_ARG(got), wanted);
}

/* What each hub says, as far as its source or its users tell. */
static void
hubs(void **state)
{
	static const struct {
		int status;
		const char *body;
		int64_t retry_after;
		enum verdict verdict;
		int64_t wait;
		const char *sentence;
	} cases[] = {
	    /* PubSubHubbub 0.3, Google, Superfeedr */
	    {204, "", -1, VERDICT_ACCEPTED, 0, "204"},
	    {400, "MUST supply at least one hub.url", -1, VERDICT_FAILED, 0,
		"400: MUST supply at least one hub.url"},
	    {503, "Transient error; please try again later", 120, VERDICT_RETRY, 120,
		"503: Transient error; please try again later"},
	    /* Switchboard, phubb, rsscloud-server */
	    {202, "There are 3 subscribers", -1, VERDICT_ACCEPTED, 0, "202"},
	    {400, "The topic URL returned a 404\nmore", -1, VERDICT_FAILED, 0,
		"400: The topic URL returned a 404"},
	    {500, "oops", -1, VERDICT_RETRY, 0, "500: oops"},
	    /* Webubbub */
	    {200, "", -1, VERDICT_ACCEPTED, 0, "200"},
	    {400, "topic is not allowed", -1, VERDICT_FAILED, 0,
		"400: topic is not allowed"},
	    /* WebSubHub */
	    {500, "Topic not found for topic URL.", -1, VERDICT_NOBODY, 0,
		"500: Topic not found for topic URL."},
	    {503, "Topic not found", -1, VERDICT_RETRY, 0, "503: Topic not found"},
	    {404, "Topic not found", -1, VERDICT_FAILED, 0, "404: Topic not found"},
	    /* others */
	    {408, "", -1, VERDICT_RETRY, 0, "408"},
	    {425, "", -1, VERDICT_RETRY, 0, "425"},
	    {429, "", 86400, VERDICT_RETRY, RETRY_AFTER_MAX, "429"},
	    {429, "", 0, VERDICT_RETRY, 0, "429"},
	    {502, "<html><h1>Bad Gateway</h1>", 5, VERDICT_RETRY, 5, "502"},
	    {599, "", INT64_MAX, VERDICT_RETRY, RETRY_AFTER_MAX, "599"},
	    {299, "", 60, VERDICT_ACCEPTED, 0, "299"},
	    {300, "", 60, VERDICT_FAILED, 0, "300"},
	    {302, "", -1, VERDICT_FAILED, 0, "302"},
	    {401, "", -1, VERDICT_FAILED, 0, "401"},
	    {403, "", 60, VERDICT_FAILED, 0, "403"},
	    {404, "", -1, VERDICT_FAILED, 0, "404"},
	    {410, "", -1, VERDICT_FAILED, 0, "410"},
	    {600, "", -1, VERDICT_FAILED, 0, "600"},
	    {999, "", -1, VERDICT_FAILED, 0, "999"},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct http_answer answer = {.status = cases[i].status,
		    .body = slice_str(cases[i].body),
		    .retry_after = cases[i].retry_after};
		struct judgement j;

		answer_judge(&answer, *state, &j);
		assert_int_equal(j.verdict, cases[i].verdict);
		assert_int_equal(j.wait, cases[i].wait);
		assert_slice(j.sentence, cases[i].sentence);
		assert_int_equal(j.warning.n, 0);
	}
}

static void
what_brought_no_answer_is_tried_again(void **state)
{
	for (int end = HTTP_ANSWERED + 1; end < HTTP_ENDS; end++) {
		const struct http_answer answer = {.end = (enum http_end)end,
		    .why = SLICE("connection refused"),
		    .retry_after = 60};
		struct judgement j;

		answer_judge(&answer, *state, &j);
		assert_int_equal(j.verdict, VERDICT_RETRY);
		assert_int_equal(j.wait, 0);
		assert_slice(j.sentence, "connection refused");
		assert_int_equal(j.warning.n, 0);
	}
}

/* A status that came before an endless body counts, one before an endless header or a
 * broken connection does not. */
static void
too_long_a_body_has_a_status(void **state)
{
	static const struct {
		enum http_end end;
		int status;
		int64_t bytes;
		enum verdict verdict;
		const char *sentence;
	} cases[] = {
	    {HTTP_TOO_LONG, 202, 70000, VERDICT_ACCEPTED, "202"},
	    {HTTP_TOO_LONG, 404, 70000, VERDICT_FAILED, "404"},
	    {HTTP_TOO_LONG, 200, 0, VERDICT_RETRY, "why"},
	    {HTTP_TIMEOUT, 200, 70000, VERDICT_RETRY, "why"},
	    {HTTP_BROKEN, 204, 0, VERDICT_RETRY, "why"},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct http_answer answer = {.end = cases[i].end,
		    .why = SLICE("why"),
		    .status = cases[i].status,
		    .bytes = cases[i].bytes};
		struct judgement j;

		answer_judge(&answer, *state, &j);
		assert_int_equal(j.verdict, cases[i].verdict);
		assert_slice(j.sentence, cases[i].sentence);
	}
}

static void
sentences_are_clean_and_short(void **state)
{
	static const struct {
		const char *body, *sentence;
	} cases[] = {
	    {"\r\n  \r\n  two   words \r\nmore", "400: two words"},
	    {"\x1b[31mred\x07\x80\xff", "400: [31mred"},
	    {" \n<!DOCTYPE html>", "400"},
	    {"\n\n\n", "400"},
	    {"\xc3", "400"},
	    {"\xe4\xb8\xad", "400: \xe4\xb8\xad"},
	};
	struct http_answer answer = {.status = 400};
	struct judgement j;
	char many[4096];

	for (size_t i = 0; i < LENGTH(cases); i++) {
		answer.body = slice_str(cases[i].body);
		answer_judge(&answer, *state, &j);
		assert_slice(j.sentence, cases[i].sentence);
	}
	for (size_t i = 0; i < sizeof many; i++)
		many[i] = "\xe4\xb8\xad"[i % 3];
	answer.body = slice_make(many, sizeof many);
	answer_judge(&answer, *state, &j);
	assert_int_equal(j.sentence.n, 5 + 198);
	assert_int_equal(utf8_valid(j.sentence), j.sentence.n);
}

/* NULL: no warning. */
static void
parts(void **state)
{
	static const char unknown[] =
	    "it says that it may have accepted a part only, and not which";
	static const struct {
		const char *body, *warning;
	} cases[] = {
	    {"[{\"href\":\"https://a/\",\"status\":202,\"errors\":[]},"
	     "{\"href\":\"https://b/\",\"status\":202}]",
		NULL},
	    {"[{\"href\":\"https://a/\",\"status\":202},"
	     "{\"href\":\"https://b/\",\"status\":400,\"statusMessage\":\"Bad Request\","
	     "\"errors\":[\"topic not supported\"]}]",
		"of 2 parts it did not accept 1 (400)"},
	    {"{\"topics\":{\"x\":{\"status\":503},\"y\":[[{\"status\":404}]]}}",
		"of 2 parts it did not accept 2 (503)"},
	    {"{\"status\":99999999999999999}", "of 1 parts it did not accept 1 (0)"},
	    {"{\"status\":{\"status\":400}}", "of 1 parts it did not accept 1 (400)"},
	    {"https://a/ [202 Accepted]\n----\nhttps://b/ [400 Bad Request]\n"
	     "\terror: topic not supported",
		"of 2 parts it did not accept 1 (400)"},
	    {"https://a/ [202 Accepted]\n----\nhttps://b/ [202 Accepted]", NULL},
	    {"", unknown},
	    {"fine", unknown},
	    {"[4", unknown},
	    {" [40", unknown},
	    {"{\"status\":\"400\"}", unknown},
	    {"<multistatus><status>HTTP/1.1 400</status>", unknown},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct http_answer answer = {
		    .status = 207, .body = slice_str(cases[i].body)};
		struct judgement j;

		answer_judge(&answer, *state, &j);
		assert_int_equal(j.verdict, VERDICT_ACCEPTED);
		assert_slice(j.sentence, "207");
		assert_slice(j.warning, cases[i].warning ? cases[i].warning : "");
	}
}

static void
deep_report_does_no_harm(void **state)
{
	enum { DEEP = HTTP_BODY_MAX };
	char *deep = malloc(DEEP);
	const struct http_answer answer = {.status = 207, .body = slice_make(deep, DEEP)};
	struct judgement j;

	memset(deep, '[', DEEP);
	answer_judge(&answer, *state, &j);
	assert_int_equal(j.verdict, VERDICT_ACCEPTED);
	free(deep);
}

static void
moved_is_told(void **state)
{
	struct http_answer answer = {
	    .status = 204, .moved = SLICE("https://new.example/")};
	struct judgement j;

	answer_judge(&answer, *state, &j);
	assert_int_equal(j.verdict, VERDICT_ACCEPTED);
	assert_slice(j.warning,
	    "it has moved for good to https://new.example/: write that "
	    "into the configuration");
	answer.status = 207;
	answer.body = SLICE("{\"status\":400}");
	answer_judge(&answer, *state, &j);
	assert_true(slice_starts(j.warning, SLICE("of 1 parts")));
	assert_true(
	    slice_find(j.warning, SLICE("; it has moved for good")) < j.warning.n);
}

static void
verdicts_have_names(void **state)
{
	(void)state;
	assert_string_equal(verdict_name(VERDICT_ACCEPTED), "accepted");
	assert_string_equal(verdict_name(VERDICT_NOBODY), "nobody subscribed");
	assert_string_equal(verdict_name(VERDICT_RETRY), "to be tried again");
	assert_string_equal(verdict_name(VERDICT_FAILED), "failed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(hubs, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		what_brought_no_answer_is_tried_again, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		too_long_a_body_has_a_status, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		sentences_are_clean_and_short, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(parts, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(deep_report_does_no_harm, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(moved_is_told, set_up, tear_down),
	    cmocka_unit_test(verdicts_have_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

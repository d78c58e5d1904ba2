#include "app/control_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

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
assert_slice(struct slice s, const char *text)
{
	if (!slice_is(s, text))
		fail_msg("got \"%.*s\"", SLICE_ARG(s));
}

static void
test_request_wire(void **state)
{
	static const struct {
		struct control_request request;
		const char *line;
	} cases[] = {
	    {{.verb = CONTROL_STATUS}, "{\"do\":\"status\"}\n"},
	    {{.verb = CONTROL_RELOAD, .json = true},
		"{\"do\":\"reload\",\"json\":true}\n"},
	    {{.verb = CONTROL_STOP, .quiet = true}, "{\"do\":\"stop\",\"quiet\":true}\n"},
	    {{CONTROL_RUN, true, true, true, true, true},
		"{\"do\":\"run\",\"json\":true,\"quiet\":true,\"verbose\":true,"
		"\"strict\":true,\"allow_flood\":true}\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct control_request read;
		struct buf out;
		struct err err;

		buf_init(&out, CONTROL_REQUEST_MAX);
		control_request_write(&out, &cases[i].request);
		assert_string_equal(buf_cstr(&out), cases[i].line);
		assert_int_equal(control_request_parse(&read, buf_view(&out), &err), 0);
		assert_int_equal(read.verb, cases[i].request.verb);
		assert_int_equal(read.json, cases[i].request.json);
		assert_int_equal(read.quiet, cases[i].request.quiet);
		assert_int_equal(read.verbose, cases[i].request.verbose);
		assert_int_equal(read.strict, cases[i].request.strict);
		assert_int_equal(read.allow_flood, cases[i].request.allow_flood);
		buf_fini(&out);
	}
}

/* Also what a later version may add, and what is left out. */
static void
test_request_parse(void **state)
{
	static const struct {
		const char *line, *wrong; /* NULL: nothing */
	} cases[] = {
	    {"{\"do\": \"run\", \"since\": [1, {\"a\": null}], \"json\": false}\r", NULL},
	    {" {\"json\":true,\"do\":\"\\u0073tatus\"} ", NULL},
	    {"", "not a JSON object"},
	    {"status", "not a JSON object"},
	    {"{\"do\":\"status\"} x", "not a JSON object"},
	    {"{\"do\":\"status\"}{}", "not a JSON object"},
	    {"{\"do\":\"status\",\"do\":\"stop\"}", "not a JSON object"},
	    {"{\"do\":\"status\",\"x\":\"\xFF\"}", "not a JSON object"},
	    {"{\"do\":\"status\",\"x\":1e999}", "not a JSON object"},
	    {"[\"do\"]", "not a JSON object"},
	    {"{}", "\"do\""},
	    {"{\"do\":1}", "\"do\""},
	    {"{\"do\":null}", "\"do\""},
	    {"{\"do\":\"\"}", "no such request: \"\""},
	    {"{\"do\":\"Stop\"}", "no such request: \"Stop\""},
	    {"{\"do\":\"stop\\u0000\"}", "no such request: \"stop?\""},
	    {"{\"do\":\"\\u001b[2J中\\n\"}", "no such request: \"?[2J中?\""},
	    {"{\"do\":\"run\",\"json\":1}", "\"json\""},
	    {"{\"do\":\"run\",\"quiet\":null}", "\"quiet\""},
	    {"{\"do\":\"run\",\"allow_flood\":\"true\"}", "\"allow_flood\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct control_request request;
		struct err err = {0};
		int rc = control_request_parse(&request, slice_str(cases[i].line), &err);

		if (rc != (cases[i].wrong ? -1 : 0))
			fail_msg("%s: %s", cases[i].line, err.text);
		if (rc < 0 &&
		    (err.kind != ERR_INPUT || !strstr(err.text, cases[i].wrong)))
			fail_msg("%s: %s", cases[i].line, err.text);
	}
}

static void
test_reply_wire(void **state)
{
	static const struct {
		struct slice in;
		const char *out;
	} cases[] = {
	    {{NULL, 0}, ""},
	    {{"a\nb\t\"\\/\x7F\x1B", 9}, "a\nb\t\"\\/\x7F\x1B"},
	    {{"新语丝 \xF0\x9F\x90\x89", 14}, "新语丝 \xF0\x9F\x90\x89"},
	    {{"\xFF", 1}, "\uFFFD"},
	    {{"a\xE6\x96", 3}, "a\uFFFD\uFFFD"},
	    {{"\xED\xA0\x80z", 4}, "\uFFFD\uFFFD\uFFFDz"},
	};
	struct arena *arena = *state;
	struct err err;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct control_reply reply = {3, cases[i].in, cases[i].in}, read;
		struct buf out;

		buf_init(&out, CONTROL_REPLY_MAX);
		control_reply_write(&out, &reply);
		assert_int_equal(slice_index(buf_view(&out), '\n'), buf_view(&out).n - 1);
		assert_int_equal(
		    control_reply_parse(&read, buf_view(&out), arena, &err), 0);
		assert_int_equal(read.exit, 3);
		assert_slice(read.out, cases[i].out);
		assert_slice(read.err, cases[i].out);
		buf_fini(&out);
	}
}

static void
test_reply_nul(void **state)
{
	struct arena *arena = *state;
	struct err err;
	struct control_reply reply = {0, SLICE("a\0b"), SLICE_NONE}, read;
	struct buf out;

	buf_init(&out, CONTROL_REPLY_MAX);
	control_reply_write(&out, &reply);
	assert_int_equal(control_reply_parse(&read, buf_view(&out), arena, &err), 0);
	assert_true(slice_eq(read.out, reply.out));
	buf_fini(&out);
}

static void
test_reply_parse(void **state)
{
	static const struct {
		const char *line, *wrong;
	} cases[] = {
	    {"{\"exit\":0}", NULL},
	    {"{\"exit\":255,\"out\":\"\",\"more\":{}}", NULL},
	    {"{\"out\":\"\"}", "\"exit\""},
	    {"{\"exit\":-1}", "\"exit\""},
	    {"{\"exit\":256}", "\"exit\""},
	    {"{\"exit\":4294967296}", "\"exit\""},
	    {"{\"exit\":0.0}", "\"exit\""},
	    {"{\"exit\":\"0\"}", "\"exit\""},
	    {"{\"exit\":99999999999999999999}", "not a JSON object"},
	    {"{\"exit\":0,\"exit\":0}", "not a JSON object"},
	    {"{\"exit\":0,\"out\":null}", "\"out\""},
	    {"{\"exit\":0,\"err\":[]}", "\"err\""},
	    {"0", "not a JSON object"},
	    {"HTTP/1.1 200 OK", "not a JSON object"},
	};
	struct arena *arena = *state;
	struct err err;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct control_reply reply;
		int rc =
		    control_reply_parse(&reply, slice_str(cases[i].line), arena, &err);

		if (rc != (cases[i].wrong ? -1 : 0))
			fail_msg("%s: %s", cases[i].line, err.text);
		if (rc < 0 &&
		    (err.kind != ERR_INPUT || !strstr(err.text, cases[i].wrong)))
			fail_msg("%s: %s", cases[i].line, err.text);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_request_wire),
	    TEST(test_request_parse),
	    TEST(test_reply_wire),
	    TEST(test_reply_nul),
	    TEST(test_reply_parse),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

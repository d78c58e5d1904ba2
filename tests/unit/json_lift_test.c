#include "output/json_lift.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

/* Sixty-four bytes: long. */
#define L "0123456789012345678901234567890123456789012345678901234567890123"

struct lifted {
	struct arena *arena;
	struct buf rest;
	struct slices text;
};

static bool
lift(struct lifted *l, const char *doc)
{
	*l = (struct lifted){.arena = arena_new()};
	buf_init(&l->rest, 100000);
	return json_lift(slice_str(doc), l->arena, &l->rest, &l->text);
}

static void
drop(struct lifted *l)
{
	buf_fini(&l->rest);
	arena_free(l->arena);
}

/* The same value, where the marks stand for what was lifted. */
static void
assert_same(const struct slices *text, const json_t *whole, const json_t *rest)
{
	const char *key;
	json_t *value;
	size_t i;

	assert_int_equal(json_typeof(whole), json_typeof(rest));
	if (json_is_string(whole)) {
		struct slice s = json_lifted(
		    text, slice_make(json_string_value(rest), json_string_length(rest)));

		assert_int_equal(s.n, json_string_length(whole));
		assert_memory_equal(s.p, json_string_value(whole), s.n);
	} else if (json_is_array(whole)) {
		assert_int_equal(json_array_size(whole), json_array_size(rest));
		json_array_foreach(whole, i, value)
		    assert_same(text, value, json_array_get(rest, i));
	} else if (json_is_object(whole)) {
		assert_int_equal(json_object_size(whole), json_object_size(rest));
		json_object_foreach((json_t *)whole, key, value)
		    assert_same(text, value, json_object_get(rest, key));
	} else {
		assert_true(json_equal(whole, rest));
	}
}

static void
test_read_the_same(void **state)
{
	static const struct {
		const char *doc;
		size_t lifted;
	} row[] = {
	    {"", 0},
	    {"{}", 0},
	    {"[1, true, null, \"\", \"a\\\"b\\\\\", \"\\u00e9\\u000A\"]", 0},
	    {"{\"a\": \"" L "\"}", 1},
	    {"[\"" L "\", 7, [\"short\", \"" L "x\"], {\"k\": \"" L "y\"}]", 3},
	    {"[\"" L "\\\"\\\\\\/\\b\\f\\n\\r\\t\\\\\"]", 1},
	    {"[\"\\\"" L "\\\"\", \"\\\\" L "\\\\\", \"\\\\\\\"" L "\"]", 3},
	    {"[\"" L "\\u0009\\u00e9\\u6CB3\\uFFFD河\"]", 1},
	    {"[\"" L "河\xf0\x9f\x98\x80\"]", 1},
	    {"[\"\\u00010\", \"\\u0002\", \"0\"]", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct lifted l;
		bool done = lift(&l, row[i].doc);
		struct slice rest = done ? buf_view(&l.rest) : slice_str(row[i].doc);
		json_t *whole = json_loads(row[i].doc, 0, NULL);
		json_t *left = json_loadb(rest.n ? rest.p : "", rest.n, 0, NULL);

		assert_int_equal(l.text.n, row[i].lifted);
		assert_true(!whole == !left);
		if (whole)
			assert_same(&l.text, whole, left);
		json_decref(whole);
		json_decref(left);
		drop(&l);
	}
}

/* All that is not quite right is jansson's. */
static void
test_unusual(void **state)
{
	static const char *const doc[] = {
	    "[\"" L,
	    "[\"" L "\\\"]",
	    "[\"" L "\\",
	    "[\"" L "\\x\"]",
	    "[\"" L "\\u\"]",
	    "[\"" L "\\u123\"]",
	    "[\"" L "\\u12g4\"]",
	    "[\"" L "\\u0000\"]",
	    "[\"" L "\\ud83d\\ude00\"]",
	    "[\"" L "\n\"]",
	    "[\"" L "\x01\"]",
	    "[\"" L "\xff\"]",
	    "[\"" L "\xe6\xb2\"]",
	    "[\"" L "\xed\xa0\x80\"]",
	    "[\"" L "\", \"\\u00010\"]",
	    "[\"" L "\", \"a\\u0001\"]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof doc / sizeof *doc; i++) {
		struct lifted l;

		assert_false(lift(&l, doc[i]));
		drop(&l);
	}
}

/* Nothing that stands in a document passes for what was lifted out of it. */
static void
test_marks(void **state)
{
	struct lifted l;
	struct slices none = {0};

	(void)state;
	assert_true(lift(&l, "[\"" L "\"]"));
	assert_string_equal(buf_cstr(&l.rest), "[\"\\u00010\"]");
	assert_true(slice_is(json_lifted(&l.text, SLICE("\1"
							"0")),
	    L));
	assert_true(slice_is(json_lifted(&l.text, SLICE("\1"
							"1")),
	    "\1"
	    "1"));
	assert_true(slice_is(json_lifted(&l.text, SLICE("\1")), "\1"));
	assert_true(slice_is(json_lifted(&l.text, SLICE("0")), "0"));
	assert_int_equal(json_lifted(&l.text, SLICE_NONE).n, 0);
	assert_true(slice_is(json_lifted(&none, SLICE("\1"
						      "0")),
	    "\1"
	    "0"));
	drop(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_read_the_same),
	    cmocka_unit_test(test_unusual),
	    cmocka_unit_test(test_marks),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

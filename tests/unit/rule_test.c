#include "model/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TERM(k, v)                                                                       \
	{                                                                                \
		TERM_##k,                                                                \
		{                                                                        \
			(v), sizeof(v) - 1                                               \
		}                                                                        \
	}

static struct term subject_terms[] = {
    TERM(TAG, "中国"),
    TERM(TAG, "open source"),
    TERM(TAG, "a\"b\\c"),
    TERM(CATEGORY, "news"),
    TERM(AUTHOR, "方舟子"),
    TERM(YEAR, "2024"),
    TERM(LANGUAGE, "zh-Hans"),
    TERM(SOURCE, "纽约时报"),
};

static const struct rule_subject subject = {
    .path = {"2024/02/ai.txt", 14},
    .terms = {subject_terms, sizeof subject_terms / sizeof subject_terms[0]},
};

static void
matches(void **state)
{
	static const struct {
		const char *text;
		bool match;
	} row[] = {
	    {"", true},
	    {"  \t ", true},
	    {"tag:中国", true},
	    {"tag:美国", false},
	    {"tag:中", false},
	    {"category:中国", false},
	    {"tag:\"open source\"", true},
	    {"tag:\"  open \t source \"", true},
	    {"tag:open", false},
	    {"tag:\"a\\\"b\\\\c\"", true},
	    {"author:方舟子 and year:2024", true},
	    {"author:方舟子 and year:2023", false},
	    {"year:2023 or year:2024", true},
	    {"not tag:美国", true},
	    {"not tag:中国", false},
	    {"not (tag:美国 or tag:中国)", false},
	    {"not(tag:美国)and(tag:中国)", true},
	    {"NOT tag:美国 AND tag:中国 OR tag:x", true},
	    /* "and" binds closer than "or", on either side. */
	    {"tag:中国 or tag:x and tag:y", true},
	    {"tag:x and tag:y or tag:中国", true},
	    {"(tag:中国 or tag:x) and tag:y", false},
	    {"not tag:x and tag:y", false},
	    {"lang:zh", true},
	    {"lang:ZH-hans", true},
	    {"language:zh", true},
	    {"lang:zh-Han", false},
	    {"lang:z", false},
	    {"lang:zh-Hans-CN", false},
	    {"source:纽约时报", true},
	    {"path:2024/**", true},
	    {"path:2024/*", false},
	    {"path:**/*.txt", true},
	    {"path:\"2024/02/ai.txt\"", true},
	    /* A full-width space separates like any other. */
	    {"tag:x　or　tag:中国", true},
	    {"((((((((tag:中国))))))))", true},
	};
	struct arena *arena = arena_new();
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct rule *rule;

		if (rule_parse(&rule, slice_str(row[i].text), arena, &err) != 0)
			fail_msg("%s: %s", row[i].text, err.text);
		if (rule_match(rule, &subject) != row[i].match)
			fail_msg("%s", row[i].text);
	}
	arena_free(arena);
}

/* A value compares as a term does: in form C. */
static void
normalises(void **state)
{
	struct term composed[] = {TERM(TAG, "caf\xC3\xA9")};
	struct rule_subject cafe = {.terms = {composed, 1}};
	struct arena *arena = arena_new();
	struct rule *rule;
	struct err err;

	(void)state;
	assert_int_equal(rule_parse(&rule, SLICE("tag:cafe\xCC\x81"), arena, &err), 0);
	assert_true(rule_match(rule, &cafe));
	arena_free(arena);
}

static void
refuses(void **state)
{
	static const struct {
		const char *text, *error;
	} row[] = {
	    {"中国", "column 1: KIND:VALUE or \"(\" is missing"},
	    {"tag:中国 and", "column 11: KIND:VALUE"},
	    {"tag:中国 年:2024", "column 8: \"and\" or \"or\" is missing"},
	    {"tag:中国 or 年:2024", "column 11: not one of tag, category"},
	    {"Tag:x", "column 1: not one of"},
	    {"tag:", "column 5: a value is missing"},
	    {"tag: x", "column 5: a value is missing"},
	    {"tag:\"\"", "column 5: a value is missing"},
	    {"tag:\" \"", "column 5: a value is missing"},
	    {"tag:\"x", "column 5: the quotation mark is not closed"},
	    {"tag:\"x\\", "column 5: the quotation mark is not closed"},
	    {"tag:\"x\"y", "column 8: white space is missing"},
	    {"(tag:x", "column 1: the parenthesis is not closed"},
	    {"tag:x)", "column 6: \"and\" or \"or\" is missing"},
	    {"()", "column 2: KIND:VALUE"},
	    {"not not tag:x", "column 5: KIND:VALUE"},
	    {"and", "column 1: KIND:VALUE"},
	    {":x", "column 1: not one of"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct err err = {0};
		struct rule *rule = (struct rule *)&err;

		if (rule_parse(&rule, slice_str(row[i].text), arena, &err) != -1)
			fail_msg("%s: accepted", row[i].text);
		assert_null(rule);
		assert_int_equal(err.kind, ERR_CONFIG);
		if (strncmp(err.text, row[i].error, strlen(row[i].error)) != 0)
			fail_msg("%s: %s", row[i].text, err.text);
	}
	arena_free(arena);
}

static char *
repeat(const char *text, int n)
{
	char *all = calloc((size_t)n + 1, strlen(text) + 8);

	assert_non_null(all);
	for (int i = 0; i < n; i++)
		memcpy(all + (size_t)i * strlen(text), text, strlen(text));
	return all;
}

/* Parentheses are bounded, and a long chain makes no deep tree. */
static void
bounds_depth(void **state)
{
	struct arena *arena = arena_new();
	char *deep = repeat("(", 100000), *chain = repeat("tag:x or ", 100000);
	struct rule *rule;
	struct err err;

	(void)state;
	assert_int_equal(rule_parse(&rule, slice_str(deep), arena, &err), -1);
	assert_string_equal(err.text, "column 33: too many parentheses in each other");
	memcpy(chain + strlen(chain), "tag:y", 6);
	assert_int_equal(rule_parse(&rule, slice_str(chain), arena, &err), 0);
	assert_false(rule_match(rule, &subject));
	free(deep);
	free(chain);
	arena_free(arena);
}

static void
needs(void **state)
{
	static const struct {
		const char *text, *needs;
	} row[] = {
	    {"", NULL},
	    {"tag:a", "a"},
	    {"lang:a", NULL},
	    {"path:a", NULL},
	    {"not tag:a", NULL},
	    {"tag:a or tag:b", NULL},
	    {"tag:a and tag:b", "a"},
	    {"lang:zh and not tag:a and year:2024", "2024"},
	    {"(tag:a or tag:b) and (path:x and author:c)", "c"},
	    {"not (tag:a and tag:b)", NULL},
	};
	struct arena *arena = arena_new();
	struct rule *rule;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		const struct term *term;

		assert_int_equal(
		    rule_parse(&rule, slice_str(row[i].text), arena, &err), 0);
		term = rule_needs(rule);
		if (!term != !row[i].needs ||
		    (term && !slice_is(term->value, row[i].needs)))
			fail_msg("%s", row[i].text);
	}
	arena_free(arena);
}

static void
globs(void **state)
{
	static const struct {
		const char *glob, *path;
		bool match;
	} row[] = {
	    {"", "", true},
	    {"", "a", false},
	    {"a", "", false},
	    {"*", "", true},
	    {"**", "", true},
	    {"*", "a.md", true},
	    {"*", "a/b", false},
	    {"*.md", "a.md", true},
	    {"*.md", "a/b.md", false},
	    {"*.md", ".md", true},
	    {"**.md", "a/b.md", true},
	    {"**/*.md", "a.md", true},
	    {"**/*.md", "a/b/c.md", true},
	    {"**/*.md", "a/b/c.txt", false},
	    {"a/**/b", "a/b", true},
	    {"a/**/b", "a/x/y/b", true},
	    {"a/**/b", "a/xb", false},
	    {"a/**", "a/", true},
	    {"a/**", "a", false},
	    {"a/**", "a/b/c", true},
	    {"a**b", "a/x/b", true},
	    {"?.md", "中.md", true},
	    {"??.md", "中.md", false},
	    {"a?b", "a/b", false},
	    {"*/draft/*", "x/draft/y", true},
	    {"*/draft/*", "x/y/draft/z", false},
	    {"**/draft/**", "x/y/draft/z/w", true},
	    {"**/draft/**", "draft/z", true},
	    {"**/draft/**", "x/mydraft/z", false},
	    {"*a*b*c", "xaxbxbxc", true},
	    {"*a*b*c", "xaxcxb", false},
	    {"**/x*/**/y", "x1/y", true},
	    {"**/x*/**/y", "a/x1/b/y", true},
	    {"**/x*/**/y", "a/b/y", false},
	    {"[ab].md", "a.md", false},
	    {"[ab].md", "[ab].md", true},
	    {"a\\*", "a\\b", true},
	    {"****/**/", "a/b/", true},
	    {"**/", "a/b", false},
	    {"***", "a/b", true},
	    {"**/**/**/a", "a", true},
	    {"\xFF?", "\xFF\xFE", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		if (glob_match(slice_str(row[i].glob), slice_str(row[i].path)) !=
		    row[i].match)
			fail_msg("%s on %s", row[i].glob, row[i].path);
}

/* What makes a backtracking matcher take for ever. */
static void
glob_is_quick(void **state)
{
	char *path = repeat("a", 3000), *glob = repeat("*a", 200);
	char *across = repeat("**a", 200), *folders = repeat("**/", 200);

	(void)state;
	strcat(glob, "b");
	strcat(across, "b");
	strcat(folders, "b");
	assert_false(glob_match(slice_str(glob), slice_str(path)));
	assert_false(glob_match(slice_str(across), slice_str(path)));
	assert_false(glob_match(slice_str(folders), slice_str(path)));
	free(path);
	free(glob);
	free(across);
	free(folders);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(matches),
	    cmocka_unit_test(normalises),
	    cmocka_unit_test(refuses),
	    cmocka_unit_test(bounds_depth),
	    cmocka_unit_test(needs),
	    cmocka_unit_test(globs),
	    cmocka_unit_test(glob_is_quick),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

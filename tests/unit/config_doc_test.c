/*
 * Table, manual page and sample file say the same. The page has a section
 * ".Sh [NAME]" for each section, in it ".Ic KEY" for each key, then its
 * default, and an example ".Dl KEY = ...".
 */
#include "base/file.h"
#include "model/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { KEYS_MAX = 200 };

static const struct config_key *
find(struct slice section, struct slice name, size_t *at)
{
	size_t n;
	const struct config_key *key = config_keys(&n);

	assert_true(n <= KEYS_MAX);
	for (*at = 0; *at < n; ++*at)
		if (slice_is(section, key[*at].section) && slice_is(name, key[*at].name))
			return &key[*at];
	return NULL;
}

/* A file of the source folder. */
static void
slurp(const char *name, struct buf *text)
{
	const char *top = getenv("srcdir");
	char path[4096];
	struct err err;

	buf_init(text, 1 << 20);
	snprintf(path, sizeof path, "%s/%s", top ? top : ".", name);
	if (file_slurp(path, 1 << 20, text, &err) != 0)
		fail_msg("%s", err.text);
}

/* "[feed:NAME]" gives "feed"; a heading that is no section gives none. */
static struct slice
section_of(struct slice heading)
{
	struct slice inner;

	if (slice_is(heading, "BEFORE THE FIRST SECTION"))
		return SLICE("");
	if (!slice_starts(heading, SLICE("[")) || !slice_ends(heading, SLICE("]")))
		return SLICE_NONE;
	inner = slice_part(heading, 1, heading.n - 1);
	return slice_part(inner, 0, slice_index(inner, ':'));
}

/* One paragraph: *rest stands behind its ".It Ic KEY". */
static void
check_paragraph(const struct config_key *key, struct slice *rest)
{
	char expected[256], example[64];
	struct slice line = SLICE_NONE;
	bool found = false;

	if (key->initial)
		snprintf(expected, sizeof expected, "Default: %s.",
		    key->initial[0] ? key->initial : "none");
	else
		strcpy(expected, "Required.");
	assert_true(slice_line(rest, &line));
	if (!slice_is(line, expected))
		fail_msg("[%s] %s: \"%.*s\", not \"%s\"", key->section, key->name,
		    SLICE_ARG(line), expected);
	snprintf(example, sizeof example, ".Dl %s = ", key->name);
	while (!slice_starts(line, SLICE(".It ")) && !slice_is(line, ".El") && !found &&
	       slice_line(rest, &line))
		found = slice_starts(line, slice_str(example));
	if (!found)
		fail_msg("[%s] %s has no example", key->section, key->name);
}

static void
manual_page(void **state)
{
	bool described[KEYS_MAX] = {false};
	struct buf page;
	struct slice rest, line, section = SLICE_NONE;
	size_t n, at;
	const struct config_key *keys = config_keys(&n);

	(void)state;
	slurp("doc/xysfeed.conf.5", &page);
	for (rest = buf_view(&page); slice_line(&rest, &line);) {
		const struct config_key *key;

		if (slice_starts(line, SLICE(".Sh ")))
			section = section_of(slice_from(line, 4));
		if (!section.p || !slice_starts(line, SLICE(".It Ic ")))
			continue;
		key = find(section, slice_from(line, 7), &at);
		if (!key)
			fail_msg(
			    "[%.*s] %.*s is no key", SLICE_ARG(section), SLICE_ARG(line));
		if (described[at])
			fail_msg("[%s] %s stands twice", key->section, key->name);
		described[at] = true;
		check_paragraph(key, &rest);
	}
	for (size_t i = 0; i < n; i++)
		if (!described[i])
			fail_msg(
			    "[%s] %s is not described", keys[i].section, keys[i].name);
	buf_fini(&page);
}

/* Every key of the sample exists, and is a key of its section. */
static void
sample(void **state)
{
	struct buf text;
	struct slice rest, line, section = SLICE("");
	size_t keys = 0, at;

	(void)state;
	slurp("conf/xysfeed.conf", &text);
	for (rest = buf_view(&text); slice_line(&rest, &line);) {
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (line.p[0] == '[') {
			section = section_of(line);
			continue;
		}
		if (!find(section,
			slice_trim(slice_part(line, 0, slice_index(line, '='))), &at))
			fail_msg("%.*s is no key of [%.*s]", SLICE_ARG(line),
			    SLICE_ARG(section));
		keys++;
	}
	assert_true(keys > 10);
	buf_fini(&text);
}

/* The sample, and the example of the page, are accepted. */
static void
sample_opens(void **state)
{
	const char *top = getenv("srcdir");
	struct config *config;
	char path[4096];
	struct err err;

	(void)state;
	snprintf(path, sizeof path, "%s/conf/xysfeed.conf", top ? top : ".");
	if (config_open(&config, path, NULL, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(config->feeds, 2);
	assert_true(slice_ends(config->articles.dir, SLICE("/seeds")));
	assert_true(slice_ends(config->output.dir, SLICE("/public")));
	assert_true(slice_ends(config->output.state, SLICE("/xysfeed.db")));
	assert_true(slice_ends(config->articles.profile_dir, SLICE("/conf/profiles")));
	config_free(config);
}

static bool
is_named(struct slice section)
{
	static const char *const named[] = {"feed", "hub", "hook", "cloud"};

	for (size_t i = 0; i < sizeof named / sizeof *named; i++)
		if (slice_is(section, named[i]))
			return true;
	return false;
}

/* Every example of a key is a value that the key takes. */
static void
examples(void **state)
{
	static const char least[] =
	    "[site]\nurl = https://a.example/\n[articles]\ndir = a\n[output]\ndir = b\n"
	    "[feed:main]\nfor_each = tag\npath = :term\n[hub:main]\nurl = "
	    "https://a.example/\nsecret = s\n[hook:main]\nurl = https://a.example/\n"
	    "[cloud:main]\nurl = https://a.example/\n";
	char file[] = "/tmp/config_doc_test.XXXXXX";
	struct arena *arena = arena_new();
	struct buf page;
	struct slice rest, line, section = SLICE_NONE;
	FILE *out;

	(void)state;
	out = fdopen(mkstemp(file), "w");
	assert_non_null(out);
	fputs(least, out);
	assert_int_equal(fclose(out), 0);
	slurp("doc/xysfeed.conf.5", &page);
	for (rest = buf_view(&page); slice_line(&rest, &line);) {
		/* A hook has a command instead of an address. */
		struct slice override[2] = {{0}, SLICE("hook:main.url=none")};
		struct slices one = {override, 1};
		struct config *config;
		struct err err;

		if (slice_starts(line, SLICE(".Sh ")))
			section = section_of(slice_from(line, 4));
		if (section.n == 0 || !slice_starts(line, SLICE(".Dl ")))
			continue;
		override[0] = arena_printf(arena, "%.*s%s.%.*s", SLICE_ARG(section),
		    is_named(section) ? ":main" : "", SLICE_ARG(slice_from(line, 4)));
		one.n += slice_starts(override[0], SLICE("hook:main.command"));
		if (config_open(&config, file, &one, &err) != 0)
			fail_msg("%s", err.text);
		config_free(config);
	}
	assert_int_equal(remove(file), 0);
	buf_fini(&page);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(manual_page),
	    cmocka_unit_test(sample),
	    cmocka_unit_test(sample_opens),
	    cmocka_unit_test(examples),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

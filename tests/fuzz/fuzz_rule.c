/*
 * The first line is a glob, the second a path, the rest a rule.
 * The glob is also matched the slow and obvious way; both must agree.
 */
#include "model/rule.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
obvious(struct slice glob, struct slice path, bool name_begins)
{
	struct slice rest = path;

	if (glob.n == 0)
		return path.n == 0;
	if (name_begins && slice_starts(glob, SLICE("**/"))) {
		glob = slice_from(glob, 3);
		for (;;) {
			size_t slash = slice_index(rest, '/');

			if (obvious(glob, rest, true))
				return true;
			if (slash == rest.n)
				return false;
			rest = slice_from(rest, slash + 1);
		}
	}
	if (glob.p[0] == '*') {
		bool across = slice_starts(glob, SLICE("**"));

		glob = slice_from(glob, across ? 2 : 1);
		while (!obvious(glob, rest, false)) {
			if (rest.n == 0 || (!across && rest.p[0] == '/'))
				return false;
			utf8_next(&rest);
		}
		return true;
	}
	if (path.n == 0)
		return false;
	if (glob.p[0] == '?' && path.p[0] != '/')
		utf8_next(&rest);
	else if (glob.p[0] == path.p[0])
		rest = slice_from(path, 1);
	else
		return false;
	return obvious(slice_from(glob, 1), rest, glob.p[0] == '/');
}

static void
try_glob(struct slice glob, struct slice path)
{
	bool match = glob_match(glob, path);

	if (glob.n <= 12 && path.n <= 16 && match != obvious(glob, path, true))
		abort();
}

static void
try_rule(struct slice text)
{
	static struct term term[] = {{TERM_TAG, {"a", 1}}, {TERM_YEAR, {"2024", 4}},
	    {TERM_LANGUAGE, {"zh-Hans", 7}}};
	const struct rule_subject subject = {{"a/b.md", 6}, {term, 3}},
				  none = {{"", 0}, {0}};
	struct arena *arena = arena_new();
	struct rule *rule;
	struct err err = {0};

	if (rule_parse(&rule, text, arena, &err) != 0) {
		if (rule || err.kind != ERR_CONFIG)
			abort();
	} else {
		const struct term *needs = rule_needs(rule);

		rule_match(rule, &subject);
		/* Who needs a term does not match what has none. */
		if (needs && rule_match(rule, &none))
			abort();
	}
	arena_free(arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = slice_make((const char *)data, size), glob, path;

	if (size > 4096 || !slice_line(&rest, &glob) || !slice_line(&rest, &path))
		return 0;
	try_glob(glob, path);
	try_rule(rest);
	return 0;
}

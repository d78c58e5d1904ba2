/*
 * The first byte says what the rest is: the text of a profile, or a title, a line
 * end and a body for the rules of xys, in one of the formats.
 */
#include "base/utf8.h"
#include "input/profile.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static struct profile *
open_xys(void)
{
	const char *dir = getenv("srcdir");
	struct profile *profile;
	struct err err;
	char path[512];

	snprintf(path, sizeof path, "%s/conf/profiles/xys.conf", dir ? dir : ".");
	if (profile_open(&profile, path, NULL, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		abort();
	}
	return profile;
}

static int
count_lines(struct slice s)
{
	struct slice line;
	int n = 0;

	while (slice_token(&s, '\n', &line))
		n++;
	return n;
}

static void
check_people(const struct people *people)
{
	for (size_t i = 0; i < people->n; i++)
		must(people->v[i].name.n > 0);
}

static void
apply(const struct profile *profile, enum body_format format, struct slice text)
{
	struct arena *arena = arena_new();
	struct article a = {.format = format, .body_line = 1};
	struct zone *zone = NULL;
	struct slice before;
	struct diags diags;
	struct err err;

	must(zone_open(&zone, SLICE("+08:00"), &err) == 0);
	diags_init(&diags, arena, SLICE("a"));
	slice_line(&text, &a.title);
	a.body = before = text;
	profile_apply(profile, &a, zone, arena, &diags);
	must(a.body.n <= before.n);
	must(a.body_line >= 1);
	must(a.body_line - 1 + count_lines(a.body) <= count_lines(before));
	if (utf8_valid(before) == before.n)
		must(utf8_valid(a.body) == a.body.n);
	check_people(&a.authors);
	check_people(&a.contributors);
	for (size_t i = 0; i < diags.n; i++)
		must(diags.v[i].line >= 1 && diags.v[i].line <= count_lines(before) + 1);
	zone_free(zone);
	arena_free(arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct profile *xys;
	struct slice text = slice_make((const char *)data, size);
	struct profile *profile;
	struct err err;

	if (!xys)
		xys = open_xys();
	if (size == 0)
		return 0;
	text = slice_from(text, 1);
	if (data[0] != 'p') {
		apply(xys, data[0] % 3, text);
	} else if (profile_parse(&profile, text, "fuzz", NULL, &err) == 0) {
		apply(
		    profile, BODY_HTML, SLICE("title\n<p>title</p>\n2024-02-28 a, b\n"));
		profile_free(profile);
	} else {
		must(err.kind == ERR_CONFIG);
	}
	return 0;
}

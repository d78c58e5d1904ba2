/*
 * What an address serves, judged: the bytes are the header fields, one a line, the first
 * byte chooses whether the file is the right one. Sentences are such as may be shown, and
 * few; what is asked for is not forgotten.
 */
#include "base/utf8.h"
#include "push/live.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define URL "https://x.example/feed.atom"

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
must_be_sentence(struct slice s)
{
	must(s.n > sizeof URL && s.n < 1000 && slice_starts(s, SLICE(URL " ")));
	must(utf8_valid(s) == s.n);
	for (size_t i = 0; i < s.n; i++)
		must((unsigned char)s.p[i] >= ' ' && s.p[i] != 0x7F);
}

static void
must_be_found(const struct live_found *found, bool right)
{
	must(found->live == (right ? LIVE : LIVE_STALE));
	must((found->live == LIVE) == (found->sentence.n == 0));
	if (!right)
		must_be_sentence(found->sentence);
	must(found->warning.n <= (right ? 5 : 0));
	for (size_t i = 0; i < found->warning.n; i++)
		must_be_sentence(found->warning.v[i]);
}

/* A good link in front is seen, whatever comes behind it. */
static void
must_see(struct live_wanted *wanted, struct http_answer *answer, struct arena *arena)
{
	struct slices rest = answer->link;
	struct live_found found;
	struct slice first = SLICE_NONE;

	answer->link = (struct slices){0};
	if (rest.n)
		first = rest.v[0];
	slices_add(&answer->link, arena,
	    arena_printf(
		arena, "<https://y.example/>; rel=\"hub self\", %.*s", SLICE_ARG(first)));
	live_judge(wanted, answer, arena, &found);
	must(found.warning.n >= 2);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct slice rest = slice_make((const char *)data, size), line, hub;
	bool right = size && data[0] % 2;
	struct live_wanted wanted = {.url = SLICE(URL), .type = "application/atom+xml"};
	struct http_answer answer = {.status = 200, .date = 1709085600};
	struct slice *const field[] = {&answer.cache_control, &answer.last_modified,
	    &answer.type, &answer.etag, &answer.location};
	struct live_found found;
	struct zone *zone;
	struct err err;

	must(zone_open(&zone, SLICE("+08:00"), &err) == 0);
	hub = SLICE("https://hub.example/");
	wanted.zone = zone;
	wanted.hub = (struct slices){&hub, 1};
	wanted.digest.byte[0] = right ? 0 : 1;
	answer.age = size > 1 ? data[1] - 1 : -1;
	rest = slice_from(rest, 2);
	for (size_t i = 0; i < sizeof field / sizeof *field && slice_line(&rest, &line);
	     i++)
		*field[i] = line;
	while (slice_line(&rest, &line))
		slices_add(&answer.link, arena, line);
	live_judge(&wanted, &answer, arena, &found);
	must_be_found(&found, right);
	if (right)
		must_see(&wanted, &answer, arena);
	zone_free(zone);
	arena_free(arena);
	return 0;
}

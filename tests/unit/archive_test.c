#include "output/archive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct here {
	struct arena *arena;
	struct ledger *ledger;
	struct archive archive;
	struct config_limits limits;
	int64_t last;
	struct err err;
};

static int
set_up(void **state)
{
	struct here *h = calloc(1, sizeof *h);

	h->arena = arena_new();
	h->limits = (struct config_limits){.archive_entries = 3, .archive_bytes = 1000};
	assert_int_equal(ledger_open(&h->ledger, "", DB_MEMORY, &h->err), 0);
	*state = h;
	return 0;
}

static int
tear_down(void **state)
{
	struct here *h = *state;

	ledger_close(h->ledger);
	arena_free(h->arena);
	free(h);
	return 0;
}

static void
add(struct here *h, int n, int64_t bytes, bool tagged)
{
	for (int i = 0; i < n; i++) {
		struct term *term = ARENA_NEW(h->arena, struct term);
		struct record r = {.bytes = bytes, .path = SLICE("x"), .url = SLICE("x")};

		*term = (struct term){TERM_TAG, SLICE("sea")};
		if (tagged)
			r.terms = (struct terms){term, 1};
		r.updated = ++h->last;
		r.id = arena_printf(h->arena, "urn:%lld", (long long)h->last);
		assert_int_equal(ledger_record_add(h->ledger, &r, &h->err), 0);
	}
}

static void
take_down(struct here *h, int64_t seq)
{
	struct record r;

	assert_int_equal(ledger_record(h->ledger, seq, h->arena, &r, &h->err), 1);
	r.state = RECORD_GONE;
	r.gone = 1;
	assert_int_equal(ledger_record_update(h->ledger, &r, &r.terms, &h->err), 0);
}

static bool
everyone(const void *ctx, const struct record *record)
{
	(void)ctx, (void)record;
	return true;
}

static bool
even(const void *ctx, const struct record *record)
{
	(void)ctx;
	return record->seq % 2 == 0;
}

/* What the pages are now: the first arrival numbers, and how many were known. */
static void
expect(struct here *h, int64_t term, bool (*member)(const void *, const struct record *),
    size_t known, const char *firsts)
{
	struct slice got = SLICE("");

	assert_int_equal(archive_extend(h->ledger, SLICE("main"), term, member, NULL,
			     &h->limits, h->arena, &h->archive, &h->err),
	    0);
	for (size_t i = 0; i < h->archive.pages; i++) {
		assert_int_equal(h->archive.page[i].number, i + 1);
		got = arena_printf(h->arena, "%.*s%lld ", SLICE_ARG(got),
		    (long long)h->archive.page[i].first);
	}
	assert_string_equal(got.n ? got.p : "", firsts);
	assert_int_equal(h->archive.known, known);
}

static void
test_by_entries(void **state)
{
	struct here *h = *state;

	expect(h, 0, everyone, 0, "");
	add(h, 2, 1, true);
	expect(h, 0, everyone, 0, "1 ");
	add(h, 1, 1, true);
	expect(h, 0, everyone, 1, "1 "); /* full, but nobody comes after */
	add(h, 1, 1, true);
	expect(h, 0, everyone, 1, "1 4 ");
	expect(h, 0, everyone, 2, "1 4 ");
	add(h, 7, 1, true);
	expect(h, 0, everyone, 2, "1 4 7 10 ");
}

static void
test_by_bytes(void **state)
{
	struct here *h = *state;

	add(h, 1, 600, true);
	add(h, 1, 400, true);
	expect(h, 0, everyone, 0, "1 ");
	add(h, 1, 1, true);
	expect(h, 0, everyone, 1, "1 3 ");
	add(h, 2, 5000, true); /* each more than a page: one of its own */
	add(h, 1, 10, true);
	expect(h, 0, everyone, 2, "1 3 4 5 6 ");
	add(h, 1, 900, true); /* the small one left room for it */
	expect(h, 0, everyone, 5, "1 3 4 5 6 ");
	take_down(h, 6);
	take_down(h, 7);
	add(h, 1, 5000, true); /* and an empty page for any */
	expect(h, 0, everyone, 5, "1 3 4 5 6 ");
}

static void
test_each_page_counts_anew(void **state)
{
	struct here *h = *state;

	add(h, 2, 600, true);
	add(h, 1, 300, true);
	expect(h, 0, everyone, 0, "1 2 ");
}

/* Taken down: pages that are closed stay as they were divided. */
static void
test_pages_never_move(void **state)
{
	struct here *h = *state;

	add(h, 9, 1, true);
	expect(h, 0, everyone, 0, "1 4 7 ");
	for (int64_t seq = 1; seq <= 5; seq++)
		take_down(h, seq);
	expect(h, 0, everyone, 3, "1 4 7 ");
	take_down(h, 8);
	add(h, 2, 1, true);
	expect(h, 0, everyone, 3, "1 4 7 11 "); /* the open one takes one more */
	for (int64_t seq = 6; seq <= 11; seq++)
		take_down(h, seq);
	expect(h, 0, everyone, 4, "1 4 7 11 ");
}

static void
test_members_only(void **state)
{
	struct here *h = *state;

	add(h, 14, 1, true);
	expect(h, 0, even, 0, "2 8 14 ");
	assert_int_equal(ledger_pages_drop(h->ledger, SLICE("main"), &h->err), 0);
	add(h, 10, 1, false);
	add(h, 1, 1, true);
	expect(h, 1, everyone, 0, "1 4 7 10 13 ");
	add(h, 1, 1, true);
	expect(h, 1, everyone, 5, "1 4 7 10 13 26 ");
}

static void
test_find(void **state)
{
	static const struct {
		int64_t seq;
		size_t page;
	} cases[] = {
	    {1, 0}, /* came before the first page was made, got its tag later */
	    {5, 0},
	    {9, 0},
	    {10, 1},
	    {19, 1},
	    {20, 2},
	    {1000, 2},
	};
	struct page page[] = {{1, 5}, {2, 10}, {3, 20}};
	const struct archive archive = {.page = page, .pages = 3}, none = {0};
	struct here *h = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t at = archive_find(&archive, cases[i].seq);

		assert_int_equal(at, cases[i].page);
		assert_true(cases[i].seq >= archive_start(&archive, at));
		assert_true(cases[i].seq < archive_end(&archive, at));
	}
	assert_int_equal(archive_find(&none, 1), none.pages);
	assert_string_equal(archive_path(h->arena, SLICE("tag/x"), 12, "atom").p,
	    "tag/x/archive-12.atom");
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
	    TEST(test_by_entries),
	    TEST(test_by_bytes),
	    TEST(test_each_page_counts_anew),
	    TEST(test_pages_never_move),
	    TEST(test_members_only),
	    TEST(test_find),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

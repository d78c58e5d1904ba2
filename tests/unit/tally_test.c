/* The kept sums are, after any change, what counting anew would give. */
#include "ledger_here.h"

#include "ledger/tally.h"

#include <stdio.h>

struct fixture {
	struct config config;
	struct config_feed feed[2];
};

static void
fixture_open(struct here *h, struct fixture *f)
{
	*f = (struct fixture){
	    .feed = {{.name = SLICE("main"), .for_each = -1},
		{.name = SLICE("tag"), .for_each = TERM_TAG}},
	};
	f->config.feed = f->feed;
	f->config.feeds = 2;
	OK(zone_open(&f->config.site.zone, SLICE("+08:00"), &h->err));
}

static struct change
change_of(struct here *h, int64_t published, const char *tag)
{
	struct change c = {
	    .kind = CHANGE_NEW, .path = SLICE("a.md"), .published = published};

	c.terms.v = ARENA_NEW(h->arena, struct term);
	c.terms.v[0] = (struct term){TERM_TAG, slice_str(tag)};
	c.terms.n = 1;
	return c;
}

static void
update(struct here *h, struct fixture *f, struct change change, bool everything)
{
	const struct changes changes = {.v = &change, .n = 1};

	OK(tally_update(h->ledger, &f->config, &changes, everything, &h->err));
}

/* "2024-01 2, 2024-03 1 = 3" */
static void
expect(struct here *h, const char *name, int64_t term, const char *want)
{
	struct tally_months t;
	struct slice got = SLICE("");

	OK(tally_read(h->ledger, slice_str(name), term, h->arena, &t, &h->err));
	for (size_t i = 0; i < t.n; i++)
		got = arena_printf(h->arena, "%.*s%s%04d-%02d %d", SLICE_ARG(got),
		    i ? ", " : "", (int)(t.v[i].month / 12), (int)(t.v[i].month % 12) + 1,
		    (int)t.v[i].entries);
	got = arena_printf(h->arena, "%.*s = %d", SLICE_ARG(got), (int)t.entries);
	assert_string_equal(got.p, want);
}

enum { JANUARY = 1706716799 /* 2024-01-31T23:59:59+08:00 */ };

static int64_t
term_id(struct here *h, const char *tag)
{
	struct record r = {.id = slice_str(tag), .path = SLICE("x"), .url = SLICE("x")};
	struct change c = change_of(h, 0, tag);
	const struct term_row *row;

	r.terms = c.terms;
	r.updated = tag[0];
	OK(ledger_record_add(h->ledger, &r, &h->err));
	OK(ledger_term(h->ledger, &c.terms.v[0], &row, &h->err));
	assert_non_null(row);
	return row->id;
}

static void
test_changes(void **state)
{
	struct here *h = *state;
	struct fixture f;
	struct change c;
	int64_t x = term_id(h, "x"), y = term_id(h, "y");

	fixture_open(h, &f);
	OK(ledger_set(h->ledger, "tally", SLICE("kept"), &h->err));
	update(h, &f, change_of(h, JANUARY, "x"), false);
	update(h, &f, change_of(h, JANUARY + 1, "x"), false);
	update(h, &f, change_of(h, JANUARY, "y"), false);
	/* the month is the local one */
	expect(h, "main", 0, "2024-01 2, 2024-02 1 = 3");
	expect(h, "", 0, "2024-01 2, 2024-02 1 = 3");
	expect(h, "tag", x, "2024-01 1, 2024-02 1 = 2");
	expect(h, "tag", y, "2024-01 1 = 1");

	/* another date and another tag */
	c = change_of(h, JANUARY + 1, "y");
	c.kind = CHANGE_TOUCHED;
	c.was_live = true;
	c.path_before = c.path;
	c.terms_before = change_of(h, 0, "x").terms;
	c.published_before = JANUARY;
	update(h, &f, c, false);
	expect(h, "main", 0, "2024-01 1, 2024-02 2 = 3");
	expect(h, "tag", x, "2024-02 1 = 1");
	expect(h, "tag", y, "2024-01 1, 2024-02 1 = 2");

	/* gone; and one that was out already goes */
	c = change_of(h, JANUARY + 1, "x");
	c.kind = CHANGE_GONE;
	c.was_live = true;
	c.path_before = c.path;
	c.terms_before = c.terms;
	c.published_before = c.published;
	update(h, &f, c, false);
	c.was_live = false;
	update(h, &f, c, false);
	expect(h, "tag", x, " = 0");
	expect(h, "main", 0, "2024-01 1, 2024-02 1 = 2");

	/* back */
	c.kind = CHANGE_TOUCHED;
	c.back = true;
	update(h, &f, c, false);
	expect(h, "tag", x, "2024-02 1 = 1");
	zone_free(f.config.site.zone);
}

/* Of what is in the ledger, whatever the sums and the changes say. */
static void
test_everything(void **state)
{
	struct here *h = *state;
	struct fixture f;
	int64_t x = term_id(h, "x");

	fixture_open(h, &f);
	update(h, &f, change_of(h, JANUARY, "x"), false);
	expect(h, "main", 0, "1970-01 1 = 1");
	update(h, &f, change_of(h, JANUARY, "x"), false);
	expect(h, "tag", x, "1970-01 1, 2024-01 1 = 2");
	update(h, &f, change_of(h, JANUARY, "x"), true);
	expect(h, "tag", x, "1970-01 1 = 1");
	zone_free(f.config.site.zone);
}

static void
test_pace(void **state)
{
	static const struct {
		struct tally_month v[3];
		size_t n;
		int64_t pace;
	} rows[] = {
	    {{{0}}, 0, 0},
	    {{{24000, 5}}, 1, 60},
	    {{{24000, 5}, {24001, 1}}, 2, 36},
	    {{{20000, 1000}, {24000, 5}, {24011, 7}}, 3, 12},
	    {{{20000, 1000}, {24000, 5}, {24012, 7}}, 3, 7},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tally_month v[3];
		struct tally_months t = {.v = v, .n = rows[i].n};

		memcpy(v, rows[i].v, sizeof v);
		assert_int_equal(tally_pace(&t), rows[i].pace);
	}
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
	    TEST(test_changes),
	    TEST(test_everything),
	    TEST(test_pace),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

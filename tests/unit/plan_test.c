#include "output/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1709082436, FEEDS = 6 };

struct here {
	struct arena *arena;
	struct ledger *ledger;
	struct config config;
	struct changes changes;
	struct plan_request request;
	struct plan plan;
	int64_t last;
	struct err err;
};

#define OK(call)                                                                         \
	do {                                                                             \
		if ((call) != 0)                                                         \
			fail_msg("%s: %s", #call, h->err.text);                          \
	} while (0)

static void
section(struct here *h, const char *name, const char *path, int for_each,
    const char *include, const char *exclude)
{
	struct config_feed *f = &h->config.feed[h->config.feeds++];

	*f = (struct config_feed){
	    .name = slice_str(name), .path = slice_str(path), .for_each = for_each};
	OK(rule_parse(&f->include, slice_str(include), h->arena, &h->err));
	OK(rule_parse(&f->exclude, slice_str(exclude), h->arena, &h->err));
}

static int
set_up(void **state)
{
	struct here *h = calloc(1, sizeof *h);

	h->arena = arena_new();
	h->config.feed = arena_array(h->arena, FEEDS, sizeof *h->config.feed);
	h->config.limits =
	    (struct config_limits){.archive_entries = 3, .archive_bytes = 100000};
	OK(ledger_open(&h->ledger, "", DB_MEMORY, &h->err));
	h->request = (struct plan_request){
	    .config = &h->config, .changes = &h->changes, .now = NOW};
	*state = h;
	return 0;
}

static int
tear_down(void **state)
{
	struct here *h = *state;

	ledger_close(h->ledger);
	zone_free(h->config.site.zone);
	arena_free(h->arena);
	free(h);
	return 0;
}

/* "sea;port;y2024;@Lin": tags, a year, an author. */
static struct terms
terms_of(struct here *h, const char *words)
{
	struct slice rest = slice_str(words), word;
	struct terms t = {0};

	while (slice_token(&rest, ';', &word)) {
		enum term_kind kind = word.p[0] == '@'                  ? TERM_AUTHOR
				      : slice_starts(word, SLICE("y2")) ? TERM_YEAR
									: TERM_TAG;

		if (kind != TERM_TAG)
			word = slice_from(word, 1);
		t.v = arena_grow(h->arena, t.v, t.n, sizeof *t.v);
		t.v[t.n++] = (struct term){kind, word};
	}
	return t;
}

static int64_t
add(struct here *h, const char *path, const char *words)
{
	struct record r = {.path = slice_str(path),
	    .url = SLICE("x"),
	    .bytes = 10,
	    .terms = terms_of(h, words)};

	r.updated = ++h->last;
	r.id = arena_printf(h->arena, "urn:%lld", (long long)h->last);
	OK(ledger_record_add(h->ledger, &r, &h->err));
	return r.seq;
}

static void
change(struct here *h, enum change_kind kind, int64_t seq, const char *path_before,
    const char *before, const char *path, const char *now)
{
	struct changes *c = &h->changes;

	c->v = arena_grow(h->arena, c->v, c->n, sizeof *c->v);
	c->v[c->n++] = (struct change){
	    .kind = kind,
	    .seq = seq,
	    .path = slice_str(path),
	    .path_before = slice_str(path_before),
	    .terms = terms_of(h, now),
	    .terms_before = terms_of(h, before),
	};
}

/* "main(+1) tag/sea(~1): what is planned, with new, edited, touched, gone. */
static const char *
plan(struct here *h)
{
	static const char mark[] = "+~.-";
	struct slice list = SLICE("");

	OK(plan_make(h->ledger, &h->request, h->arena, &h->plan, &h->err));
	for (size_t i = 0; i < h->plan.feeds; i++) {
		const struct plan_feed *f = h->plan.feed[i];

		list = arena_printf(h->arena, "%.*s%s%.*s", SLICE_ARG(list), i ? " " : "",
		    SLICE_ARG(f->key));
		for (int k = 0; k < CHANGE_KINDS; k++)
			if (f->count[k])
				list = arena_printf(h->arena, "%.*s%c%zu",
				    SLICE_ARG(list), mark[k], f->count[k]);
	}
	h->changes = (struct changes){0};
	return list.p;
}

static void
row(struct here *h, const char *path, const char *name, int64_t term, int64_t due)
{
	const struct feed_row r = {
	    .path = slice_str(path), .name = slice_str(name), .term = term, .due = due};

	OK(ledger_feed_put(h->ledger, &r, &h->err));
}

/* Each kind of change, and the feeds that it makes. */
static void
test_changes(void **state)
{
	static const struct {
		enum change_kind kind;
		const char *path_before, *before, *path, *now, *plan;
	} cases[] = {
	    {CHANGE_NEW, "", "", "a.md", "sea;port", "main+1 tag/sea+1 tag/port+1"},
	    {CHANGE_NEW, "", "", "a.md", "", "main+1"},
	    {CHANGE_NEW, "", "", "a.md", "@Lin;y2024", "main+1 year/2024+1"},
	    {CHANGE_NEW, "", "", "old/a.md", "sea", "main+1 tag/sea+1 old+1"},
	    {CHANGE_NEW, "", "", "a.md", "hidden", "main+1"},
	    {CHANGE_EDITED, "a.md", "sea", "a.md", "sea", "main~1 tag/sea~1"},
	    {CHANGE_EDITED, "a.md", "sea", "a.md", "sea;port",
		"main~1 tag/sea~1 tag/port+1"},
	    {CHANGE_TOUCHED, "a.md", "sea", "a.md", "port",
		"main.1 tag/sea-1 tag/port+1"},
	    {CHANGE_TOUCHED, "a.md", "", "old/a.md", "", "main.1 old+1"},
	    {CHANGE_TOUCHED, "old/a.md", "", "a.md", "", "main.1 old-1"},
	    {CHANGE_TOUCHED, "a.md", "sea", "a.md", "sea;hidden", "main.1 tag/sea-1"},
	    {CHANGE_TOUCHED, "a.md", "sea;hidden", "a.md", "sea", "main.1 tag/sea+1"},
	    {CHANGE_GONE, "a.md", "sea;port", "a.md", "sea;port",
		"main-1 tag/sea-1 tag/port-1"},
	    {CHANGE_GONE, "old/a.md", "", "new/a.md", "", "main-1 old-1"},
	    {CHANGE_NEW, "", "", "a.md", "never seen before", "main+1"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct here *h;
		const char *got;

		tear_down(state);
		set_up(state);
		h = *state;
		section(h, "main", "main", -1, "", "");
		section(h, "tags", "tag/:term", TERM_TAG, "", "tag:hidden");
		section(h, "old", "old", -1, "path:\"old/**\"", "");
		section(h, "years", "year/:term", TERM_YEAR, "", "");
		add(h, "x.md", "sea;port;hidden;@Lin;y2024");
		change(h, cases[i].kind, 1, cases[i].path_before, cases[i].before,
		    cases[i].path, cases[i].now);
		got = plan(h);
		if (strcmp(got, cases[i].plan) != 0)
			fail_msg("case %zu: \"%s\" is not \"%s\"", i, got, cases[i].plan);
	}
}

static void
test_nothing(void **state)
{
	struct here *h = *state;

	section(h, "main", "main", -1, "", "");
	section(h, "tags", "tag/:term", TERM_TAG, "", "");
	add(h, "x.md", "sea");
	row(h, "main", "main", 0, NOW + 1);
	row(h, "tag/sea", "tags", 1, 0);
	assert_string_equal(plan(h), "");
}

static void
test_due_and_broken(void **state)
{
	struct here *h = *state;

	section(h, "main", "main", -1, "", "");
	section(h, "tags", "tag/:term", TERM_TAG, "", "");
	add(h, "x.md", "sea;port;pier");
	row(h, "main", "main", 0, NOW);
	row(h, "tag/sea", "tags", 1, NOW - 5);
	row(h, "tag/port", "tags", 2, 0);
	row(h, "tag/pier", "tags", 3, NOW + 5);
	row(h, "left", "no more in the configuration", 0, NOW);
	assert_string_equal(plan(h), "main tag/sea");
	slices_add(&h->request.broken, h->arena, SLICE("tag/port"));
	slices_add(&h->request.broken, h->arena, SLICE("feeds.opml"));
	slices_add(&h->request.broken, h->arena, SLICE("left"));
	assert_string_equal(plan(h), "main tag/sea tag/port");
	change(h, CHANGE_NEW, 2, "", "", "y.md", "port;pier");
	assert_string_equal(plan(h), "main+1 tag/sea tag/port+1 tag/pier+1");
}

static void
test_everything(void **state)
{
	struct here *h = *state;
	struct feed_row *v;
	struct page *page;
	size_t n;

	section(h, "main", "main", -1, "", "");
	section(h, "tags", "tag/:term", TERM_TAG, "", "");
	section(h, "authors", "by/:term", TERM_AUTHOR, "", "");
	add(h, "x.md", "sea;@Lin");
	add(h, "y.md", "C/C++;y2024");
	row(h, "main", "main", 0, 0);
	row(h, "before", "main", 0, NOW); /* its path was another */
	row(h, "tag/gone", "tags", 77, 0);
	OK(ledger_page_add(h->ledger, SLICE("before"), &(struct page){1, 1}, &h->err));
	h->request.everything = true;
	assert_string_equal(plan(h), "main tag/sea tag/C-C++ by/Lin");
	assert_true(h->plan.everything);
	OK(ledger_feeds(h->ledger, h->arena, &v, &n, &h->err));
	assert_int_equal(n, 1);
	assert_true(slice_is(v[0].path, "main"));
	OK(ledger_pages(h->ledger, SLICE("before"), h->arena, &page, &n, &h->err));
	assert_int_equal(n, 0);
}

/* An edition at seven in the morning; NOW is 01:07:16. */
static void
editions(struct here *h, struct config_feed *f)
{
	OK(cron_parse(&f->schedule.cron, SLICE("0 7 * * *"), &h->err));
	f->schedule.set = true;
	if (!h->config.site.zone)
		OK(zone_open(&h->config.site.zone, SLICE("UTC"), &h->err));
}

static void
test_editions(void **state)
{
	enum { SEVEN = NOW + 6 * 3600 - 7 * 60 - 16 };
	struct here *h = *state;
	struct due article, feed;
	struct pending *v;
	size_t n;

	section(h, "main", "main", -1, "", "");
	section(h, "tags", "tag/:term", TERM_TAG, "", "");
	editions(h, &h->config.feed[0]);
	editions(h, &h->config.feed[1]);
	add(h, "x.md", "sea;port");
	row(h, "main", "main", 0, 0);
	row(h, "tag/sea", "tags", 1, 0);
	change(h, CHANGE_NEW, 1, "", "", "x.md", "sea;port");
	assert_string_equal(plan(h), "tag/port+1"); /* never published: at once */
	OK(ledger_next_due(h->ledger, h->arena, &article, &feed, &h->err));
	assert_int_equal(feed.at, SEVEN);
	row(h, "tag/port", "tags", 2, 0);

	/* What is new and corrected since is new. */
	change(h, CHANGE_EDITED, 1, "x.md", "sea;port", "x.md", "sea;port");
	change(h, CHANGE_GONE, 2, "y.md", "sea", "", "");
	h->request.now = SEVEN - 1;
	assert_string_equal(plan(h), "");
	h->request.now = SEVEN;
	change(h, CHANGE_NEW, 3, "", "", "z.md", "sea");
	assert_string_equal(plan(h), "main+2-1 tag/port~1 tag/sea+2-1");
	OK(ledger_pending(h->ledger, SLICE("main"), h->arena, &v, &n, &h->err));
	assert_int_equal(n, 0);
}

static void
test_editions_at_once(void **state)
{
	struct here *h = *state;

	section(h, "main", "main", -1, "", "");
	editions(h, &h->config.feed[0]);
	row(h, "main", "main", 0, 0);
	change(h, CHANGE_NEW, 1, "", "", "x.md", "");
	assert_string_equal(plan(h), "");
	slices_add(&h->request.broken, h->arena, SLICE("main"));
	assert_string_equal(plan(h), "main+1");
	h->request.broken.n = 0;
	change(h, CHANGE_NEW, 2, "", "", "y.md", "");
	assert_string_equal(plan(h), "");
	h->request.everything = true;
	assert_string_equal(plan(h), "main+1");
}

/* Two sections for one path: the first keeps it, and it is said once. */
static void
test_clashes(void **state)
{
	struct here *h = *state;

	section(h, "tags", "t/:term", TERM_TAG, "", "");
	section(h, "authors", "t/:term", TERM_AUTHOR, "", "");
	section(h, "one", "t/sea", -1, "", "");
	add(h, "x.md", "sea;Lin;@Lin");
	change(h, CHANGE_NEW, 1, "", "", "x.md", "sea;Lin;@Lin");
	change(h, CHANGE_NEW, 2, "", "", "y.md", "sea;Lin;@Lin");
	assert_string_equal(plan(h), "t/sea+2 t/Lin+2");
	assert_int_equal(h->plan.clashes.n, 2);
	assert_true(
	    slice_find(h->plan.clashes.v[0], SLICE("t/Lin")) < h->plan.clashes.v[0].n);
	h->request.everything = true;
	assert_string_equal(plan(h), "t/sea t/Lin");
	assert_int_equal(h->plan.clashes.n, 2);
}

static void
test_paths(void **state)
{
	static const struct term_row term = {.slug = {"C-C++", 5}};
	static const char *const cases[][2] = {
	    {"tag/:term", "tag/C-C++"},
	    {":term", "C-C++"},
	    {"a/:term/feed", "a/C-C++/feed"},
	    {"a", "a"},
	};
	struct here *h = *state;

	for (size_t i = 0; i < 4; i++) {
		const struct config_feed f = {.path = slice_str(cases[i][0])};

		assert_true(slice_is(plan_path(h->arena, &f, &term), cases[i][1]));
	}
}

/* --- archives ------------------------------------------------------------- */

/* The numbers of the pages that are to be made. */
static const char *
dirty(struct here *h)
{
	const struct plan_feed *f = h->plan.feeds ? h->plan.feed[0] : NULL;
	struct slice list = SLICE("");

	for (size_t i = 0; f && i < f->archive.pages; i++)
		if (f->page_dirty[i])
			list = arena_printf(h->arena, "%.*s%zu ", SLICE_ARG(list), i + 1);
	return list.p;
}

static void
test_archive(void **state)
{
	struct here *h = *state;

	section(h, "main", "main", -1, "", "");
	h->config.feed[0].archive = true;
	row(h, "main", "main", 0, 0);
	for (int i = 1; i <= 8; i++)
		change(h, CHANGE_NEW, add(h, "x.md", ""), "", "", "x.md", "");
	plan(h);
	assert_string_equal(dirty(h), "1 2 3 ");

	/* One more goes to the open page; the next one closes it. */
	change(h, CHANGE_NEW, add(h, "x.md", ""), "", "", "x.md", "");
	plan(h);
	assert_string_equal(dirty(h), "3 ");
	change(h, CHANGE_NEW, add(h, "x.md", ""), "", "", "x.md", "");
	plan(h);
	assert_string_equal(dirty(h), "3 4 ");

	/* A correction and a removal write their pages, no others. */
	change(h, CHANGE_EDITED, 2, "x.md", "", "x.md", "");
	change(h, CHANGE_GONE, 9, "x.md", "", "x.md", "");
	plan(h);
	assert_string_equal(dirty(h), "1 3 ");

	/* A window that shrinks writes none; files that are lost, all. */
	row(h, "main", "main", 0, NOW);
	assert_string_equal(plan(h), "main");
	assert_string_equal(dirty(h), "");
	slices_add(&h->request.broken, h->arena, SLICE("main"));
	plan(h);
	assert_string_equal(dirty(h), "1 2 3 4 ");
	h->request.broken.n = 0;
	h->request.everything = true;
	plan(h);
	assert_string_equal(dirty(h), "1 2 3 4 ");
}

/* A tag that is given to, or taken from, an article of long ago. */
static void
test_archive_of_a_tag(void **state)
{
	struct here *h = *state;
	struct record r;
	struct terms before;

	section(h, "tags", "tag/:term", TERM_TAG, "", "");
	h->config.feed[0].archive = true;
	add(h, "old.md", "");
	for (int i = 0; i < 4; i++)
		change(h, CHANGE_NEW, add(h, "x.md", "sea"), "", "", "x.md", "sea");
	assert_string_equal(plan(h), "tag/sea+4");
	assert_string_equal(dirty(h), "1 2 ");

	assert_int_equal(ledger_record(h->ledger, 1, h->arena, &r, &h->err), 1);
	before = r.terms;
	r.terms = terms_of(h, "sea");
	OK(ledger_record_update(h->ledger, &r, &before, &h->err));
	change(h, CHANGE_TOUCHED, 1, "old.md", "", "old.md", "sea");
	assert_string_equal(plan(h), "tag/sea+1");
	assert_string_equal(dirty(h), "1 ");
	change(h, CHANGE_TOUCHED, 3, "x.md", "sea", "x.md", "");
	assert_string_equal(plan(h), "tag/sea-1");
	assert_string_equal(dirty(h), "1 ");
}

static bool
takes(struct here *h, const struct plan_feed *feed, const char *path, const char *words)
{
	struct terms t = terms_of(h, words);

	return plan_member(feed, slice_str(path), &t);
}

static void
test_member(void **state)
{
	static const struct term_row sea = {
	    .id = 1, .kind = TERM_TAG, .value = {"sea", 3}};
	struct here *h = *state;
	struct plan_feed feed = {.config = h->config.feed};

	section(h, "x", "x", -1, "tag:sea or path:\"a/**\"",
	    "tag:port and author:Lin or tag:no");
	assert_true(takes(h, &feed, "x.md", "sea"));
	assert_true(takes(h, &feed, "a/x.md", ""));
	assert_false(takes(h, &feed, "x.md", "port"));
	assert_false(takes(h, &feed, "x.md", "sea;no"));
	feed.term = &sea;
	assert_false(takes(h, &feed, "a/x.md", ""));
	assert_true(takes(h, &feed, "a/x.md", "sea"));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
	    TEST(test_changes),
	    TEST(test_nothing),
	    TEST(test_due_and_broken),
	    TEST(test_everything),
	    TEST(test_editions),
	    TEST(test_editions_at_once),
	    TEST(test_clashes),
	    TEST(test_paths),
	    TEST(test_archive),
	    TEST(test_archive_of_a_tag),
	    TEST(test_member),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "ledger_here.h"

#include "ledger/ledger.h"
#include "ledger/told.h"

#include <sqlite3.h>

static void
assert_slice(struct slice got, const char *want)
{
	if (!slice_is(got, want))
		fail_msg("\"%.*s\" is not \"%s\"", SLICE_ARG(got), want);
}

static struct terms
tags(struct here *h, const char *words)
{
	struct slice rest = slice_str(words), word;
	struct terms t = {0};

	while (slice_token(&rest, ';', &word)) {
		t.v = arena_grow(h->arena, t.v, t.n, sizeof *t.v);
		t.v[t.n++] = (struct term){TERM_TAG, word};
	}
	return t;
}

static struct record
add(struct here *h, int n, const char *words)
{
	struct record r = {
	    .id = arena_printf(h->arena, "urn:x:%d", n),
	    .path = arena_printf(h->arena, "%d.md", n),
	    .url = SLICE("https://zazhi.example/"),
	    .title = SLICE("t"),
	    .updated = 1000 + n,
	    .published = 5000 - n,
	    .terms = tags(h, words),
	};

	OK(ledger_record_add(h->ledger, &r, &h->err));
	return r;
}

/* --- small facts and rows ------------------------------------------------- */

static void
test_facts(void **state)
{
	struct here *h = *state;
	struct slice value;

	OK(ledger_get(h->ledger, "tag", h->arena, &value, &h->err));
	assert_int_equal(value.n, 0);
	OK(ledger_set(h->ledger, "tag", SLICE("a"), &h->err));
	OK(ledger_set(h->ledger, "tag", SLICE("zazhi.example,1994"), &h->err));
	OK(ledger_get(h->ledger, "tag", h->arena, &value, &h->err));
	assert_slice(value, "zazhi.example,1994");
	OK(ledger_get(h->ledger, "version", h->arena, &value, &h->err));
	assert_true(value.n > 0);
}

static void
test_index(void **state)
{
	static const struct {
		const char *path;
		enum article_state state;
		int64_t due;
		const char *reason;
	} rows[] = {
	    {"b.md", ARTICLE_LIVE, 0, NULL},
	    {"a.md", ARTICLE_WAITS, 900, NULL},
	    {"c.md", ARTICLE_BAD, 0, "line 3: no"},
	    {"d.md", ARTICLE_LIVE, 700, NULL},
	    {"\xFF.md", ARTICLE_OUT, 0, "draft"},
	};
	struct here *h = *state;
	int64_t count[ARTICLE_STATES];
	struct due due, feed;
	struct indexed *v, one;
	struct troubled *t;
	size_t n;

	for (size_t i = 0; i < 5; i++) {
		struct reading r = {.path = slice_str(rows[i].path),
		    .stat = {.size = 1, .mtime_ns = -5, .inode = UINT64_MAX},
		    .state = rows[i].state,
		    .due = rows[i].due,
		    .reason = slice_str(rows[i].reason)};

		OK(ledger_index_put(h->ledger, &r, (int64_t)i, &h->err));
		OK(ledger_index_put(h->ledger, &r, (int64_t)i, &h->err));
	}
	OK(ledger_index(h->ledger, h->arena, &v, &n, &h->err));
	assert_int_equal(n, 5);
	assert_slice(v[0].path, "a.md");
	assert_int_equal(v[0].due, 900);
	assert_true(v[0].stat.inode == UINT64_MAX);
	assert_int_equal(v[0].stat.mtime_ns, -5);
	assert_int_equal(v[1].seq, 0);
	assert_int_equal(ledger_indexed(h->ledger, SLICE("d.md"), &one, &h->err), 1);
	assert_int_equal(one.seq, 3);
	assert_int_equal(ledger_indexed(h->ledger, SLICE("x.md"), &one, &h->err), 0);
	OK(ledger_next_due(h->ledger, h->arena, &due, &feed, &h->err));
	assert_int_equal(due.at, 700);
	assert_int_equal(feed.at, 0);
	OK(ledger_states(h->ledger, count, &h->err));
	assert_int_equal(count[ARTICLE_LIVE], 2);
	assert_int_equal(count[ARTICLE_WAITS], 1);
	assert_int_equal(count[ARTICLE_HELD], 0);
	OK(ledger_index_refuse(
	    h->ledger, SLICE("b.md"), SLICE("broken"), false, &h->err));
	OK(ledger_index_retract(h->ledger, 3, &h->err));
	OK(ledger_troubled(h->ledger, h->arena, &t, &n, &h->err));
	assert_int_equal(n, 5);
	assert_slice(t[1].path, "b.md");
	assert_slice(t[1].reason, "broken");
	assert_slice(t[3].reason, LEDGER_RETRACTED);
	assert_int_equal(t[3].due, 0);
	OK(ledger_troubled_in(
	    h->ledger, ARTICLE_BAD, ARTICLE_OUT, 10, h->arena, &t, &n, &h->err));
	assert_true(n > 1 && n < 5);
	assert_int_equal(t[0].state, ARTICLE_BAD);
	assert_slice(t[0].path, "b.md");
	assert_int_equal(t[n - 1].state, ARTICLE_OUT);
	OK(ledger_troubled_in(
	    h->ledger, ARTICLE_BAD, ARTICLE_OUT, 1, h->arena, &t, &n, &h->err));
	assert_int_equal(n, 1);
	assert_slice(t[0].path, "b.md");
	OK(ledger_troubled_in(
	    h->ledger, ARTICLE_HELD, ARTICLE_HELD, 9, h->arena, &t, &n, &h->err));
	assert_int_equal(n, 0);
	OK(ledger_index_drop(h->ledger, SLICE("a.md"), &h->err));
	OK(ledger_index_drop(h->ledger, SLICE("a.md"), &h->err));
	OK(ledger_index(h->ledger, h->arena, &v, &n, &h->err));
	assert_int_equal(n, 4);
}

/* The rows of these paths, ';' between them, in the order they come. */
static const char *
some(struct here *h, const char *words, int64_t now)
{
	struct slice list = SLICE(""), rest = slice_str(words), word;
	struct slices paths = {0};
	struct indexed *v;
	size_t n;

	while (slice_token(&rest, ';', &word))
		slices_add(&paths, h->arena, slice_is(word, "all") ? SLICE("") : word);
	OK(ledger_index_some(h->ledger, &paths, now, h->arena, &v, &n, &h->err));
	for (size_t i = 0; i < n; i++)
		list = arena_printf(h->arena, "%.*s%s%.*s", SLICE_ARG(list), i ? " " : "",
		    SLICE_ARG(v[i].path));
	return list.p;
}

static void
test_index_some(void **state)
{
	static const struct {
		const char *path;
		int64_t mtime, due;
		enum article_state state;
	} rows[] = {
	    {"a", 5, 0, ARTICLE_LIVE},
	    {"a-b.md", 5, 0, ARTICLE_LIVE},
	    {"a/b/c.md", 5, 0, ARTICLE_LIVE},
	    {"a/x.md", 5, 0, ARTICLE_LIVE},
	    {"a0.md", 5, 0, ARTICLE_LIVE},
	    {"aa/x.md", 5, 0, ARTICLE_LIVE},
	    {"due.md", 5, 900, ARTICLE_WAITS},
	    {"live.md", 0, 0, ARTICLE_LIVE},
	    {"twin.md", 0, 0, ARTICLE_BAD},
	    {"文/章.md", 5, 0, ARTICLE_LIVE},
	};
	static const struct {
		const char *paths;
		int64_t now;
		const char *want;
	} cases[] = {
	    {"", 0, "twin.md"},
	    {"absent.md", 0, "twin.md"},
	    {"a/x.md", 0, "a/x.md twin.md"},
	    {"a/", 0, "a/b/c.md a/x.md twin.md"},
	    {"a/b/", 0, "a/b/c.md twin.md"},
	    {"a", 0, "a twin.md"},
	    {"文/", 0, "文/章.md twin.md"},
	    {"a/x.md;a/b/", 0, "a/x.md a/b/c.md twin.md"},
	    {"", 899, "twin.md"},
	    {"", 900, "due.md twin.md"},
	    {"due.md", 900, "due.md due.md twin.md"},
	};
	struct here *h = *state;
	bool more;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct reading r = {.path = slice_str(rows[i].path),
		    .stat = {.size = 7, .mtime_ns = rows[i].mtime},
		    .state = rows[i].state,
		    .due = rows[i].due};

		OK(ledger_index_put(h->ledger, &r, 0, &h->err));
		OK(ledger_index_exceeds(h->ledger, i, &more, &h->err));
		assert_true(more);
		OK(ledger_index_exceeds(h->ledger, i + 1, &more, &h->err));
		assert_false(more);
	}
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *got = some(h, cases[i].paths, cases[i].now);

		if (strcmp(got, cases[i].want) != 0)
			fail_msg("%s: %s, not %s", cases[i].paths, got, cases[i].want);
	}
	assert_string_equal(some(h, "all", 0),
	    "a a-b.md a/b/c.md a/x.md a0.md aa/x.md due.md live.md twin.md 文/章.md "
	    "twin.md");
}

static void
test_records(void **state)
{
	struct here *h = *state;
	struct record r = add(h, 1, "sea;port"), got;
	struct terms before = r.terms;
	bool empty;
	int64_t last;

	assert_int_equal(r.seq, 1);
	assert_int_equal(add(h, 2, "").seq, 2);
	OK(ledger_last_seq(h->ledger, &last, &h->err));
	assert_int_equal(last, 2);
	OK(ledger_is_empty(h->ledger, &empty, &h->err));
	assert_false(empty);
	r.guid = SLICE("g");
	r.source = SLICE("https://o.example/");
	r.hash = digest_of(SLICE("x"));
	r.terms = tags(h, "port;pier");
	r.title = SLICE("");
	OK(ledger_record_update(h->ledger, &r, &before, &h->err));
	assert_int_equal(ledger_record(h->ledger, 1, h->arena, &got, &h->err), 1);
	assert_slice(got.id, "urn:x:1");
	assert_slice(got.guid, "g");
	assert_true(digest_eq(&got.hash, &r.hash));
	assert_int_equal(got.terms.n, 2);
	assert_slice(got.terms.v[0].value, "port");
	assert_slice(got.terms.v[1].value, "pier");
	assert_int_equal(got.title.n, 0);
	assert_int_equal(ledger_record(h->ledger, 3, h->arena, &got, &h->err), 0);
}

static void
test_record_find(void **state)
{
	struct here *h = *state;
	struct record r[4], got;
	struct digest hash = digest_of(SLICE("x"));
	struct slice key = slice_make((const char *)hash.byte, sizeof hash.byte);

	for (int i = 0; i < 4; i++) {
		r[i] = add(h, i, "");
		r[i].guid = SLICE("g");
		r[i].source = SLICE("s");
		r[i].path = SLICE("p.md");
		r[i].hash = hash;
		r[i].state = i == 2 ? RECORD_LIVE : RECORD_GONE;
		r[i].gone = i == 2 ? 0 : 77;
		OK(ledger_record_update(h->ledger, &r[i], &r[i].terms, &h->err));
	}
	const struct {
		enum record_key by;
		struct slice value;
		int64_t seq; /* 0: none */
	} cases[] = {
	    {BY_ID, SLICE("urn:x:2"), 3}, {BY_ID, SLICE("urn:x:9"), 0},
	    {BY_GUID, SLICE("g"), 3}, {GONE_GUID, SLICE("g"), 4},
	    {GONE_PATH, SLICE("p.md"), 4}, {GONE_SOURCE, SLICE("s"), 4},
	    {GONE_HASH, key, 4}, {GONE_HASH, SLICE("g"), 0},
	    {BY_PATH, SLICE("p.md"), 0}, /* no file says so */
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int rc = ledger_record_find(
		    h->ledger, cases[i].by, cases[i].value, h->arena, &got, &h->err);

		assert_int_equal(rc, cases[i].seq != 0);
		if (rc > 0)
			assert_int_equal(got.seq, cases[i].seq);
	}
}

static void
test_seq_is_never_used_again(void **state)
{
	struct here *h = *state;
	struct record r = add(h, 1, "sea");

	r.state = RECORD_GONE;
	r.gone = 9;
	OK(ledger_record_update(h->ledger, &r, &r.terms, &h->err));
	assert_int_equal(add(h, 2, "sea").seq, 2);
}

/* --- terms ---------------------------------------------------------------- */

static void
test_slugs(void **state)
{
	static const char *const cases[][2] = {
	    {"sea", "sea"},
	    {"\xE4\xB8\xAD\xE5\x9B\xBD", "\xE4\xB8\xAD\xE5\x9B\xBD"},
	    {"Sea", "Sea-2"},
	    {"SEA", "SEA-3"},
	    {"C/C++", "C-C++"},
	    {"c-c++", "c-c++-2"},
	    {"a b", "a-b"},
	    {"..", "--"},
	    {".hidden", "-hidden"},
	    {"x.atom", "x-atom"},
	    {"v2.0", "v2.0"},
	    {"U.S.", "U-S-"},
	    {"a\\b:c*d?e\"f<g>h|i#j%k", "a-b-c-d-e-f-g-h-i-j-k"},
	    {"tab\there", "tab-here"},
	    {"sea-2", "sea-2-2"},
	};
	struct here *h = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct term term = {TERM_TAG, slice_str(cases[i][0])};
		const struct term_row *row;

		add(h, (int)i, cases[i][0]);
		OK(ledger_term(h->ledger, &term, &row, &h->err));
		assert_non_null(row);
		assert_slice(row->slug, cases[i][1]);
		assert_slice(row->value, cases[i][0]);
	}
}

/* Many that differ in what no file name shows are numbered as they come; a number that
 * a term has in its own name is passed over. */
static void
test_many_slugs(void **state)
{
	enum { BITS = 8, OWN = 7 };
	struct here *h = *state;
	char value[BITS + 2] = "";
	struct term term = {TERM_TAG, {value, BITS + 1}};
	const struct term_row *row;

	add(h, 0, "A---------7");
	for (int i = 1; i < 1 << BITS; i++) {
		int number = i < OWN ? i : i + 1;
		struct slice want;

		value[0] = i % 2 ? 'a' : 'A';
		for (int bit = 0; bit < BITS; bit++)
			value[1 + bit] = i >> bit & 1 ? '/' : ' ';
		want = arena_printf(h->arena, number > 1 ? "%c---------%d" : "%c--------",
		    value[0], number);
		add(h, i, value);
		OK(ledger_term(h->ledger, &term, &row, &h->err));
		assert_slice(row->slug, want.p);
	}
}

/* As long as a name may be, and cut between two characters. */
static void
test_long_slugs(void **state)
{
	struct here *h = *state;
	char word[601];
	const struct term_row *row;
	struct term term = {TERM_TAG, {word, 600}};

	for (int i = 0; i < 600; i++)
		word[i] = "\xE4\xB8\xAD"[i % 3];
	word[600] = '\0';
	add(h, 1, word);
	OK(ledger_term(h->ledger, &term, &row, &h->err));
	assert_int_equal(row->slug.n, 159);
	assert_int_equal(row->value.n, 600);
	word[599] = word[598] = word[597] = 'x';
	add(h, 2, word);
	OK(ledger_term(h->ledger, &term, &row, &h->err));
	assert_int_equal(row->slug.n, 161);
	assert_true(slice_ends(row->slug, SLICE("-2")));
}

static void
test_terms(void **state)
{
	struct here *h = *state;
	const struct term_row **v, *row;
	struct term unknown = {TERM_TAG, SLICE("nowhere")},
		    author = {TERM_AUTHOR, SLICE("sea")};
	size_t n;

	add(h, 1, "sea;port");
	add(h, 2, "port;pier");
	OK(ledger_terms_of_kind(h->ledger, TERM_TAG, h->arena, &v, &n, &h->err));
	assert_int_equal(n, 3);
	assert_slice(v[0]->value, "sea");
	assert_slice(v[2]->value, "pier");
	OK(ledger_terms_of_kind(h->ledger, TERM_YEAR, h->arena, &v, &n, &h->err));
	assert_int_equal(n, 0);
	OK(ledger_term(h->ledger, &unknown, &row, &h->err));
	assert_null(row);
	OK(ledger_term(h->ledger, &author, &row, &h->err));
	assert_null(row);
	OK(ledger_term_by_id(h->ledger, 2, &row, &h->err));
	assert_slice(row->value, "port");
	for (int64_t id = -1; id < 10; id += 5) {
		OK(ledger_term_by_id(h->ledger, id, &row, &h->err));
		assert_int_equal(row != NULL, false);
	}
}

/* --- walks ---------------------------------------------------------------- */

static const char *
walk(struct here *h, struct walk how)
{
	struct slice list = SLICE("");
	struct ledger_walk *open;
	struct record r;
	int rc;

	OK(ledger_walk_open(h->ledger, &how, &open, &h->err));
	while ((rc = ledger_walk_next(open, h->arena, &r, &h->err)) > 0)
		list = arena_printf(
		    h->arena, "%.*s%lld ", SLICE_ARG(list), (long long)r.seq);
	assert_int_equal(rc, 0);
	ledger_walk_close(open);
	return list.p;
}

static void
test_walks(void **state)
{
	struct here *h = *state;
	struct record r[6];
	struct terms before;

	for (int i = 0; i < 6; i++)
		r[i] = add(h, i, i % 2 ? "sea" : "sea;port");
	r[3].state = RECORD_SUSPENDED;
	OK(ledger_record_update(h->ledger, &r[3], &r[3].terms, &h->err));
	before = r[4].terms;
	r[4].terms = tags(h, "sea");
	OK(ledger_record_update(h->ledger, &r[4], &before, &h->err));

	const struct {
		struct walk walk;
		const char *seqs;
	} cases[] = {
	    {{0, 0, INT64_MAX, WALK_NEWEST}, "6 5 3 2 1 "},
	    {{0, 0, INT64_MAX, WALK_OLDEST}, "1 2 3 5 6 "},
	    {{0, 0, INT64_MAX, WALK_PUBLISHED}, "1 2 3 5 6 "},
	    {{0, 2, 5, WALK_OLDEST}, "2 3 "},
	    {{0, 5, 5, WALK_OLDEST}, ""},
	    {{1, 0, INT64_MAX, WALK_NEWEST}, "6 5 3 2 1 "},
	    {{2, 0, INT64_MAX, WALK_NEWEST}, "3 1 "},
	    {{2, 2, INT64_MAX, WALK_OLDEST}, "3 "},
	    {{2, 0, INT64_MAX, WALK_PUBLISHED}, "1 3 "},
	    {{99, 0, INT64_MAX, WALK_NEWEST}, ""},
	    {{-1, 0, INT64_MAX, WALK_NEWEST}, ""},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(walk(h, cases[i].walk), cases[i].seqs);
}

static void
test_gone(void **state)
{
	struct here *h = *state;
	struct record *v;
	size_t n;

	for (int i = 0; i < 4; i++) {
		struct record r = add(h, i, "sea");

		r.state = i == 3 ? RECORD_RETRACTED : RECORD_GONE;
		r.gone = 100 + i;
		OK(ledger_record_update(h->ledger, &r, &r.terms, &h->err));
	}
	OK(ledger_gone(h->ledger, 101, h->arena, &v, &n, &h->err));
	assert_int_equal(n, 2);
	assert_int_equal(v[0].seq, 4);
	assert_int_equal(v[1].seq, 3);
	assert_int_equal(v[1].terms.n, 1);
}

/* --- what was published --------------------------------------------------- */

static void
test_pages(void **state)
{
	struct here *h = *state;
	struct page *v;
	size_t n;

	for (int64_t i = 1; i < 4; i++) {
		struct page page = {i, i * 10};

		OK(ledger_page_add(h->ledger, SLICE("main"), &page, &h->err));
	}
	OK(ledger_page_add(h->ledger, SLICE("tag/x"), &(struct page){1, 5}, &h->err));
	OK(ledger_pages(h->ledger, SLICE("main"), h->arena, &v, &n, &h->err));
	assert_int_equal(n, 3);
	assert_int_equal(v[2].first, 30);
	OK(ledger_pages_drop(h->ledger, SLICE("main"), &h->err));
	OK(ledger_pages(h->ledger, SLICE("main"), h->arena, &v, &n, &h->err));
	assert_int_equal(n, 0);
	OK(ledger_pages(h->ledger, SLICE("tag/x"), h->arena, &v, &n, &h->err));
	assert_int_equal(n, 1);
}

static void
test_feeds(void **state)
{
	struct here *h = *state;
	struct feed_row *v, row = {.path = SLICE("tag/x"),
				.name = SLICE("tags"),
				.term = 4,
				.title = SLICE("x"),
				.entries = 7,
				.updated = 8};
	size_t n;

	OK(ledger_feed_put(h->ledger, &row, &h->err));
	row.path = SLICE("main");
	row.term = 0;
	row.due = 50;
	OK(ledger_feed_put(h->ledger, &row, &h->err));
	row.due = 60;
	OK(ledger_feed_put(h->ledger, &row, &h->err));
	OK(ledger_feeds(h->ledger, h->arena, &v, &n, &h->err));
	assert_int_equal(n, 2);
	assert_slice(v[0].path, "main");
	assert_int_equal(v[1].term, 4);
	OK(ledger_feeds_due(h->ledger, 59, h->arena, &v, &n, &h->err));
	assert_int_equal(n, 0);
	OK(ledger_feeds_due(h->ledger, 60, h->arena, &v, &n, &h->err));
	assert_int_equal(n, 1);
	OK(ledger_feed_drop(h->ledger, SLICE("main"), &h->err));
	OK(ledger_feeds(h->ledger, h->arena, &v, &n, &h->err));
	assert_int_equal(n, 1);
}

/* "1+ 2~": what waits, with new, edited, touched, gone. */
static const char *
pending(struct here *h, const char *feed)
{
	static const char mark[] = "+~.-";
	struct slice list = SLICE("");
	struct pending *v;
	size_t n;

	OK(ledger_pending(h->ledger, slice_str(feed), h->arena, &v, &n, &h->err));
	for (size_t i = 0; i < n; i++)
		list = arena_printf(h->arena, "%.*s%s%lld%c", SLICE_ARG(list),
		    i ? " " : "", (long long)v[i].seq, mark[v[i].kind]);
	return list.p;
}

static void
wait_for(struct here *h, const char *feed, int64_t seq, enum change_kind kind)
{
	OK(ledger_pending_put(
	    h->ledger, slice_str(feed), &(struct pending){seq, kind}, &h->err));
}

static void
test_pending(void **state)
{
	static const struct {
		enum change_kind first, then;
		const char *want;
	} rows[] = {
	    {CHANGE_NEW, CHANGE_NEW, "1+"},
	    {CHANGE_NEW, CHANGE_EDITED, "1+"},
	    {CHANGE_NEW, CHANGE_TOUCHED, "1+"},
	    {CHANGE_NEW, CHANGE_GONE, "1-"},
	    {CHANGE_EDITED, CHANGE_TOUCHED, "1."},
	    {CHANGE_EDITED, CHANGE_GONE, "1-"},
	    {CHANGE_GONE, CHANGE_NEW, "1+"},
	    {CHANGE_GONE, CHANGE_EDITED, "1~"},
	};
	struct here *h = *state;

	assert_string_equal(pending(h, "main"), "");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		wait_for(h, "main", 1, rows[i].first);
		wait_for(h, "main", 1, rows[i].then);
		assert_string_equal(pending(h, "main"), rows[i].want);
		OK(ledger_pending_drop(h->ledger, SLICE("main"), &h->err));
	}
	wait_for(h, "main", 7, CHANGE_NEW);
	wait_for(h, "main", 2, CHANGE_GONE);
	wait_for(h, "tag/文", 7, CHANGE_EDITED);
	assert_string_equal(pending(h, "main"), "2- 7+");
	OK(ledger_pending_drop(h->ledger, SLICE("main"), &h->err));
	assert_string_equal(pending(h, "main"), "");
	assert_string_equal(pending(h, "tag/文"), "7~");
}

static void
test_feed_due(void **state)
{
	struct here *h = *state;
	struct due article, feed;
	struct feed_row row = {.path = SLICE("b"), .name = SLICE("b"), .due = 70};

	assert_int_equal(ledger_feed_defer(h->ledger, SLICE("b"), 50, &h->err), 0);
	OK(ledger_feed_put(h->ledger, &row, &h->err));
	row.path = SLICE("a");
	OK(ledger_feed_put(h->ledger, &row, &h->err));
	row.path = SLICE("never");
	row.due = 0;
	OK(ledger_feed_put(h->ledger, &row, &h->err));
	OK(ledger_next_due(h->ledger, h->arena, &article, &feed, &h->err));
	assert_int_equal(article.at, 0);
	assert_int_equal(feed.at, 70);
	assert_slice(feed.what, "a");
	assert_int_equal(ledger_feed_defer(h->ledger, SLICE("b"), 60, &h->err), 1);
	OK(ledger_next_due(h->ledger, h->arena, &article, &feed, &h->err));
	assert_int_equal(feed.at, 60);
	assert_slice(feed.what, "b");
	assert_int_equal(ledger_feed_defer(h->ledger, SLICE("a"), 0, &h->err), 1);
	assert_int_equal(ledger_feed_defer(h->ledger, SLICE("b"), 0, &h->err), 1);
	OK(ledger_next_due(h->ledger, h->arena, &article, &feed, &h->err));
	assert_int_equal(feed.at, 0);
}

static void
test_files(void **state)
{
	struct here *h = *state;
	struct file_row *v, row = {.path = SLICE("b.atom"),
				.feed = SLICE("b"),
				.digest = digest_of(SLICE("1")),
				.bytes = 1,
				.mtime = 5};
	size_t n;

	OK(ledger_file_put(h->ledger, &row, &h->err));
	row.path = SLICE("a.atom");
	OK(ledger_file_put(h->ledger, &row, &h->err));
	row.bytes = 2;
	OK(ledger_file_put(h->ledger, &row, &h->err));
	OK(ledger_files(h->ledger, h->arena, &v, &n, &h->err));
	assert_int_equal(n, 2);
	assert_slice(v[0].path, "a.atom");
	assert_int_equal(v[0].bytes, 2);
	assert_true(digest_eq(&v[1].digest, &row.digest));
	OK(ledger_file_drop(h->ledger, SLICE("a.atom"), &h->err));
	OK(ledger_files(h->ledger, h->arena, &v, &n, &h->err));
	assert_int_equal(n, 1);
}

static void
test_adopted_once(void **state)
{
	struct here *h = *state;
	struct adopted a = {SLICE("a.example/x"), SLICE("urn:1"), 0}, got;
	bool any;

	OK(ledger_has_adopted(h->ledger, &any, &h->err));
	assert_false(any);
	OK(ledger_adopt(h->ledger, &a, &h->err));
	a.id = SLICE("urn:2");
	a.updated = 9;
	OK(ledger_adopt(h->ledger, &a, &h->err));
	OK(ledger_has_adopted(h->ledger, &any, &h->err));
	assert_true(any);
	assert_int_equal(ledger_adopted(h->ledger, a.url, h->arena, &got, &h->err), 1);
	assert_slice(got.id, "urn:2");
	assert_int_equal(got.updated, 9);
	assert_int_equal(ledger_adopted(h->ledger, a.url, h->arena, &got, &h->err), 0);
}

/* --- the file ------------------------------------------------------------- */

static void
test_commit_and_rollback(void **state)
{
	struct here *h = *state;
	struct place place;
	const char *path;
	struct ledger *l;
	struct slice value;

	place_open(&place);
	path = place_path(&place, "x.db");
	OK(ledger_open(&l, path, DB_WRITE, &h->err));
	OK(ledger_set(l, "a", SLICE("1"), &h->err));
	OK(ledger_commit(l, &h->err));
	ledger_close(l);
	OK(ledger_open(&l, path, DB_WRITE, &h->err));
	OK(ledger_set(l, "a", SLICE("2"), &h->err));
	ledger_close(l); /* not committed */
	OK(ledger_open(&l, path, DB_MEMORY, &h->err));
	OK(ledger_get(l, "a", h->arena, &value, &h->err));
	assert_slice(value, "1");
	OK(ledger_set(l, "a", SLICE("3"), &h->err));
	OK(ledger_commit(l, &h->err)); /* goes nowhere */
	ledger_close(l);
	OK(ledger_open(&l, path, DB_WRITE, &h->err));
	OK(ledger_get(l, "a", h->arena, &value, &h->err));
	assert_slice(value, "1");
	ledger_close(l);
	place_close(&place);
}

static void
test_two_writers(void **state)
{
	struct here *h = *state;
	struct place place;
	struct ledger *l, *m;

	place_open(&place);
	OK(ledger_open(&l, place_path(&place, "x.db"), DB_WRITE, &h->err));
	assert_int_equal(
	    ledger_open(&m, place_path(&place, "x.db"), DB_WRITE, &h->err), -1);
	assert_int_equal(h->err.kind, ERR_BUSY);
	assert_null(m);
	ledger_close(l);
	place_close(&place);
}

static void
run_sql(struct place *p, const char *file, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(place_path(p, file), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* What is no ledger of this program is refused with a sentence, and left as
 * it is. */
static void
test_strange_files(void **state)
{
	struct here *h = *state;
	struct place place;
	struct ledger *l;

	place_open(&place);
	place_write(&place, "text.db", "this is no database, but a text of some length");
	run_sql(&place, "other.db", "CREATE TABLE cats (name TEXT)");
	OK(ledger_open(&l, place_path(&place, "new.db"), DB_WRITE, &h->err));
	OK(ledger_commit(l, &h->err));
	ledger_close(l);
	run_sql(&place, "new.db", "UPDATE meta SET value = '999' WHERE name = 'version'");
	OK(ledger_open(&l, place_path(&place, "torn.db"), DB_WRITE, &h->err));
	OK(ledger_commit(l, &h->err));
	ledger_close(l);
	run_sql(&place, "torn.db", "DROP TABLE entry");

	for (int mode = 0; mode < 2; mode++) {
		static const char *const names[] = {"text.db", "other.db", "new.db"};

		for (size_t i = 0; i < 3; i++) {
			const char *path = place_path(&place, names[i]);

			assert_int_equal(
			    ledger_open(&l, path, (enum db_mode)mode, &h->err), -1);
			assert_null(l);
			if (h->err.kind != ERR_LEDGER)
				fail_msg("%s: %d %s", names[i], h->err.kind, h->err.text);
			assert_non_null(strstr(h->err.text, path));
		}
	}
	assert_int_equal(place_read(&place, "text.db")[0], 't');

	/* One that lost a table fails when it is asked, and does not crash. */
	OK(ledger_open(&l, place_path(&place, "torn.db"), DB_WRITE, &h->err));
	bool empty;
	struct record r = {.id = SLICE("x"), .path = SLICE("x"), .url = SLICE("x")};

	assert_int_equal(ledger_is_empty(l, &empty, &h->err), -1);
	assert_int_equal(ledger_record(l, 1, h->arena, &r, &h->err), -1);
	assert_int_equal(ledger_record_add(l, &r, &h->err), -1);
	ledger_close(l);
	assert_int_equal(
	    ledger_open(&l, place_path(&place, "none/x.db"), DB_WRITE, &h->err), -1);
	place_close(&place);
}

/* Who only reads sees what was committed when he began, and hinders nobody. */
static void
test_reader_beside_writer(void **state)
{
	struct here *h = *state;
	struct ledger *writer, *reader;
	struct slice value;
	struct place place;
	const char *path;

	place_open(&place);
	path = place_path(&place, "x.db");
	assert_int_equal(ledger_open(&reader, path, DB_READ, &h->err), -1);
	assert_null(reader);
	assert_false(place_has(&place, "x.db"));
	OK(ledger_open(&writer, path, DB_WRITE, &h->err));
	OK(ledger_set(writer, "a", SLICE("1"), &h->err));
	OK(ledger_commit(writer, &h->err));
	ledger_close(writer);

	OK(ledger_open(&writer, path, DB_WRITE, &h->err));
	OK(ledger_set(writer, "a", SLICE("2"), &h->err));
	OK(ledger_open(&reader, path, DB_READ, &h->err));
	OK(ledger_get(reader, "a", h->arena, &value, &h->err));
	assert_slice(value, "1");
	OK(ledger_commit(writer, &h->err));
	OK(ledger_get(reader, "a", h->arena, &value, &h->err));
	assert_slice(value, "1");
	assert_int_equal(ledger_set(reader, "a", SLICE("3"), &h->err), -1);
	ledger_close(reader);
	OK(ledger_open(&reader, path, DB_READ, &h->err));
	OK(ledger_get(reader, "a", h->arena, &value, &h->err));
	assert_slice(value, "2");
	ledger_close(reader);
	ledger_close(writer);
	place_close(&place);
}

/* What the fourth version brought. */
#define UNTOLD                                                                           \
	"DROP TABLE told; DROP TABLE peer; DROP INDEX file_owed;"                        \
	"ALTER TABLE file DROP COLUMN shows; ALTER TABLE file DROP COLUMN since;"        \
	"ALTER TABLE file DROP COLUMN mark; ALTER TABLE file DROP COLUMN owed;"          \
	"ALTER TABLE feed DROP COLUMN cadence; DROP TABLE removed;"                      \
	"DROP TABLE tally; DROP INDEX feed_total; DROP INDEX feed_updated;"              \
	"ALTER TABLE feed DROP COLUMN total; ALTER TABLE feed DROP COLUMN pace;"

/* A ledger of the first version, with one entry. */
static const char *
old_ledger(struct here *h, struct place *place)
{
	const char *path = place_path(place, "old.db");
	struct record r = {
	    .id = SLICE("urn:x:1"), .path = SLICE("1.md"), .url = SLICE("x")};
	struct ledger *l;

	OK(ledger_open(&l, path, DB_WRITE, &h->err));
	OK(ledger_record_add(l, &r, &h->err));
	OK(ledger_commit(l, &h->err));
	ledger_close(l);
	run_sql(place, "old.db",
	    UNTOLD "DROP TABLE heard; DROP TABLE pending; DROP INDEX article_inode;"
		   "ALTER TABLE feed DROP COLUMN oldest;"
		   "DROP INDEX entry_news; ALTER TABLE entry DROP COLUMN news;"
		   "ALTER TABLE entry DROP COLUMN debut;"
		   "UPDATE meta SET value = '1' WHERE name = 'version'");
	return path;
}

static void
assert_version(struct here *h, struct place *place, const char *file, const char *want)
{
	sqlite3_stmt *row;
	sqlite3 *db;

	(void)h;
	assert_int_equal(sqlite3_open(place_path(place, file), &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(
		db, "SELECT value FROM meta WHERE name = 'version'", -1, &row, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(row, 0), want);
	sqlite3_finalize(row);
	sqlite3_close(db);
}

static void
test_migration(void **state)
{
	struct here *h = *state;
	struct place place;
	const char *path;
	struct record r;
	struct ledger *l;

	place_open(&place);
	path = old_ledger(h, &place);
	/* Who only looks changes nothing. */
	assert_int_equal(ledger_open(&l, path, DB_READ, &h->err), -1);
	assert_int_equal(h->err.kind, ERR_LEDGER);
	assert_non_null(strstr(h->err.text, "older"));
	OK(ledger_open(&l, path, DB_MEMORY, &h->err));
	assert_int_equal(ledger_record(l, 1, h->arena, &r, &h->err), 1);
	OK(ledger_pending_drop(l, SLICE("main"), &h->err));
	OK(ledger_commit(l, &h->err));
	ledger_close(l);
	assert_false(place_has(&place, "old.db.v1"));
	assert_version(h, &place, "old.db", "1");

	/* Not committed: as it was, and the copy is there already. */
	OK(ledger_open(&l, path, DB_WRITE, &h->err));
	ledger_close(l);
	assert_version(h, &place, "old.db", "1");
	assert_version(h, &place, "old.db.v1", "1");

	OK(ledger_open(&l, path, DB_WRITE, &h->err));
	assert_int_equal(ledger_record(l, 1, h->arena, &r, &h->err), 1);
	assert_slice(r.id, "urn:x:1");
	OK(ledger_pending_put(
	    l, SLICE("main"), &(struct pending){1, CHANGE_NEW}, &h->err));
	OK(ledger_commit(l, &h->err));
	ledger_close(l);
	assert_version(h, &place, "old.db", "4");
	assert_version(h, &place, "old.db.v1", "1");
	OK(ledger_open(&l, place_path(&place, "old.db.v1"), DB_MEMORY, &h->err));
	assert_int_equal(ledger_record(l, 1, h->arena, &r, &h->err), 1);
	ledger_close(l);
	place_close(&place);
}

/*
 * The third version: whom there was to tell of which version. One that is owed and was tried,
 * one that is owed and was not, one given up, accepted ones, a hook behind, and search engines.
 */
#define THIRD                                                                            \
	UNTOLD                                                                           \
	"CREATE TABLE told (peer TEXT NOT NULL, topic TEXT NOT NULL, feed TEXT NOT "     \
	"NULL,"                                                                          \
	" rank BIGINT NOT NULL, wanted BLOB NOT NULL, since BIGINT NOT NULL,"            \
	" owed INTEGER NOT NULL, live BIGINT, accepted BLOB, accepted_at BIGINT,"        \
	" took BIGINT, attempts BIGINT NOT NULL, next BIGINT, answered BIGINT,"          \
	" verdict INTEGER, answer TEXT, mark BIGINT NOT NULL DEFAULT 0,"                 \
	" PRIMARY KEY (peer, topic)) WITHOUT ROWID;"                                     \
	"CREATE INDEX told_owed ON told (rank) WHERE owed = 1;"                          \
	"CREATE TABLE peer (name TEXT PRIMARY KEY, accepted BIGINT NOT NULL,"            \
	" failed BIGINT NOT NULL, next BIGINT, times TEXT NOT NULL) WITHOUT ROWID;"      \
	"INSERT INTO file (path, feed, digest, bytes, mtime) VALUES"                     \
	" ('a.atom', 'a', x'', 1, 1), ('a.rss', 'a', x'', 1, 1),"                        \
	" ('a/1.atom', 'a', x'', 1, 1), ('b.atom', 'b', x'', 1, 1);"                     \
	"INSERT INTO told (peer, topic, feed, rank, wanted, since, owed, live, "         \
	"accepted,"                                                                      \
	" accepted_at, took, attempts, next, answered, verdict, answer, mark) VALUES"    \
	" ('hub:a', 'a.atom', 'a', 0, x'%1$s', 100, 0, 5, x'%1$s', 6, 2, 2, NULL, 6, 0," \
	" '204', 0),"                                                                    \
	" ('hub:a', 'a.rss', 'a', 0, x'%1$s', 100, 0, 5, x'%1$s', 6, 1, 1, NULL, 6, 0,"  \
	" '204', 0),"                                                                    \
	" ('hub:a', 'b.atom', 'b', 1, x'%1$s', 200, 0, 5, x'%2$s', 6, 2, 9, NULL, 7, 3," \
	" '400', 0),"                                                                    \
	" ('hub:b', 'a.atom', 'a', 0, x'%1$s', 100, 1, 5, x'%2$s', 6, 2, 3, 9000, 7, 2," \
	" '503', 0),"                                                                    \
	" ('hub:b', 'b.atom', 'b', 1, x'%1$s', 300, 1, NULL, NULL, NULL, NULL, 0, NULL," \
	" NULL, NULL, NULL, 0),"                                                         \
	" ('hook:h', 'a.atom', 'a', 0, x'%1$s', 100, 1, NULL, x'%2$s', 6, 1, 0, NULL, "  \
	"6,"                                                                             \
	" 0, '200', 7),"                                                                 \
	" ('hook:h', 'b.atom', 'b', 1, x'%1$s', 300, 0, NULL, x'%1$s', 6, 1, 1, NULL, "  \
	"6,"                                                                             \
	" 0, '200', 8),"                                                                 \
	" ('indexnow', '', '', 2, x'%3$s', 400, 0, NULL, x'%3$s', 6, 1, 1, NULL, 6, 0,"  \
	" '202', 8);"                                                                    \
	"INSERT INTO peer VALUES ('hub:a', 5, 0, NULL, '10 20'), ('hub:b', 0, 3, 77, "   \
	"'');"                                                                           \
	"INSERT INTO meta (name, value) VALUES ('peers', 'x'), ('hub:a', 'A'), "         \
	"('hub:b',"                                                                      \
	" 'B'), ('hook:h', 'H'), ('indexnow', 'I'), ('news', '8');"                      \
	"UPDATE meta SET value = '3' WHERE name = 'version'"

static void
third_ledger(struct here *h, struct place *place)
{
	struct digest one = digest_of(SLICE("one")), other = digest_of(SLICE("other")),
		      none = digest_of(SLICE("0"));
	char wanted[65], accepted[65], site[65];
	struct ledger *l;

	OK(ledger_open(&l, place_path(place, "third.db"), DB_WRITE, &h->err));
	OK(ledger_commit(l, &h->err));
	ledger_close(l);
	digest_hex(&one, wanted);
	digest_hex(&other, accepted);
	digest_hex(&none, site);
	run_sql(
	    place, "third.db", arena_printf(h->arena, THIRD, wanted, accepted, site).p);
}

struct carried {
	struct here *here;
	bool owed; /* only these */
	struct slice seen;
};

/* Who is told of documents, and who of the whole. */
static int
see(void *ctx, const struct told *t)
{
	struct carried *c = ctx;

	if ((t->topic.n == 0) != slice_is(t->peer, "indexnow") || (c->owed && !t->owed))
		return 0;
	c->seen = arena_printf(c->here->arena,
	    "%.*s%.*s %.*s, %lld: %lld tries, next %lld, mark %lld\n", SLICE_ARG(c->seen),
	    SLICE_ARG(t->peer), SLICE_ARG(t->topic), (long long)t->since,
	    (long long)t->attempts, (long long)t->next, (long long)t->mark);
	return 0;
}

static void
test_what_was_told_is_kept(void **state)
{
	struct here *h = *state;
	struct carried asked = {h, false, SLICE("")}, owed = {h, true, SLICE("")};
	struct place place;
	struct slice value;
	struct ledger *l;
	struct peer *v;
	size_t n;

	place_open(&place);
	third_ledger(h, &place);
	OK(ledger_open(&l, place_path(&place, "third.db"), DB_WRITE, &h->err));
	OK(ledger_commit(l, &h->err));
	ledger_close(l);
	OK(ledger_open(&l, place_path(&place, "third.db"), DB_READ, &h->err));
	OK(told_each(l, false, see, &asked, &h->err));
	OK(told_each(l, false, see, &owed, &h->err));
	OK(told_peers(l, h->arena, &v, &n, &h->err));
	assert_int_equal(n, 4);
	assert_slice(v[1].way, "A");
	assert_int_equal(v[1].accepted, 5);
	assert_int_equal(v[1].times, 2);
	assert_int_equal(v[2].next, 77);
	assert_int_equal(v[3].mark, 8);
	OK(ledger_get(l, "hub:a", h->arena, &value, &h->err));
	assert_int_equal(value.n, 0);
	ledger_close(l);
	assert_version(h, &place, "third.db", "4");
	assert_version(h, &place, "third.db.v3", "3");
	place_close(&place);
	/* Of a.rss, which everybody accepted, nobody is asked. */
	assert_slice(asked.seen, "indexnow , 400: 1 tries, next 0, mark 8\n"
				 "hook:h a.atom, 100: 0 tries, next 0, mark 7\n"
				 "hub:a a.atom, 100: 2 tries, next 0, mark 0\n"
				 "hub:b a.atom, 100: 3 tries, next 9000, mark 0\n"
				 "hook:h b.atom, 300: 1 tries, next 0, mark 8\n"
				 "hub:a b.atom, 300: 9 tries, next 0, mark 0\n"
				 "hub:b b.atom, 300: 0 tries, next 0, mark 0\n");
	assert_slice(owed.seen, "hook:h a.atom, 100: 0 tries, next 0, mark 7\n"
				"hub:b a.atom, 100: 3 tries, next 9000, mark 0\n"
				"hub:b b.atom, 300: 0 tries, next 0, mark 0\n");
}

/* Without a copy nothing is taken forward. */
static void
test_migration_without_room(void **state)
{
	struct here *h = *state;
	struct place place;
	struct ledger *l;
	const char *path;

	place_open(&place);
	path = old_ledger(h, &place);
	place_write(&place, "old.db.v1/in the way", "");
	assert_int_equal(ledger_open(&l, path, DB_WRITE, &h->err), -1);
	assert_null(l);
	assert_version(h, &place, "old.db", "1");
	place_close(&place);
}

static void
test_newer(void **state)
{
	static const enum db_mode modes[] = {DB_WRITE, DB_READ, DB_MEMORY};
	struct here *h = *state;
	struct place place;
	struct ledger *l;
	const char *path;

	place_open(&place);
	path = old_ledger(h, &place);
	run_sql(
	    &place, "old.db", "UPDATE meta SET value = '1000' WHERE name = 'version'");
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(ledger_open(&l, path, modes[i], &h->err), -1);
		assert_int_equal(h->err.kind, ERR_LEDGER);
		assert_non_null(strstr(h->err.text, "written by a newer xysfeed"));
	}
	assert_version(h, &place, "old.db", "1000");
	assert_false(place_has(&place, "old.db.v1000"));
	place_close(&place);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
	    TEST(test_facts),
	    TEST(test_index),
	    TEST(test_index_some),
	    TEST(test_records),
	    TEST(test_record_find),
	    TEST(test_seq_is_never_used_again),
	    TEST(test_slugs),
	    TEST(test_many_slugs),
	    TEST(test_long_slugs),
	    TEST(test_terms),
	    TEST(test_walks),
	    TEST(test_gone),
	    TEST(test_pages),
	    TEST(test_feeds),
	    TEST(test_pending),
	    TEST(test_feed_due),
	    TEST(test_files),
	    TEST(test_adopted_once),
	    TEST(test_commit_and_rollback),
	    TEST(test_two_writers),
	    TEST(test_strange_files),
	    TEST(test_reader_beside_writer),
	    TEST(test_migration),
	    TEST(test_what_was_told_is_kept),
	    TEST(test_migration_without_room),
	    TEST(test_newer),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

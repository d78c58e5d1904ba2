#include "place.h"

#include "input/read.h"

enum { NOW = 1709082436, DAY = 86400 };

struct here {
	struct place place;
	struct root root;
	struct config *config;
	struct reader reader;
	struct scratch scratch;
	struct article article;
	struct file_stat stat;
	struct digest hash;
	struct diags diags;
	struct reading reading;
	struct err err;
};

#define BASE                                                                             \
	"[site]\nurl = https://a.example/\nlanguage = zh-Hans\n"                         \
	"timezone = Asia/Shanghai\n"                                                     \
	"[output]\ndir = public\n[articles]\ndir = articles\n"                           \
	"permalink = /:year/:title.html\n"

static void
configure(struct here *h, const char *more)
{
	struct slices none = {0};

	config_free(h->config);
	place_write(&h->place, "x.conf", arena_printf(h->place.arena, BASE "%s", more).p);
	if (config_open(&h->config, place_path(&h->place, "x.conf"), &none, &h->err) < 0)
		fail_msg("%s", h->err.text);
	reader_init(&h->reader, h->config, NULL, &h->root, NOW);
	scratch_fini(&h->scratch);
	scratch_init(&h->scratch, h->config);
}

static int
set_up(void **state)
{
	struct here *h = calloc(1, sizeof *h);

	place_open(&h->place);
	assert_int_equal(
	    root_open(&h->root, place_path(&h->place, "articles"), true, &h->err), 0);
	configure(h, "");
	*state = h;
	return 0;
}

static int
tear_down(void **state)
{
	struct here *h = *state;

	scratch_fini(&h->scratch);
	config_free(h->config);
	root_close(&h->root);
	place_close(&h->place);
	free(h);
	return 0;
}

/* Write, read and judge one article; its file is a minute old. */
static void
read_as(struct here *h, const char *path, const char *text)
{
	const char *whole = arena_printf(h->place.arena, "articles/%s", path).p;
	struct timespec times[2] = {{.tv_sec = NOW - 60}, {.tv_sec = NOW - 60}};

	if (text) {
		place_write(&h->place, whole, text);
		utimensat(AT_FDCWD, place_path(&h->place, whole), times, 0);
	}
	scratch_reset(&h->scratch);
	diags_init(&h->diags, h->place.arena, slice_str(path));
	read_article(&h->reader, slice_str(path), &h->scratch, &h->article, &h->stat,
	    &h->hash, &h->diags);
	read_judge(&h->reader, &h->article, &h->stat, &h->hash, &h->diags, &h->scratch,
	    h->place.arena, &h->reading);
}

static void
assert_slice(const char *what, struct slice got, const char *want)
{
	if (!slice_is(got, want))
		fail_msg("%s: \"%.*s\" is not \"%s\"", what, SLICE_ARG(got), want);
}

/* --- what kind of text it is ---------------------------------------------- */

static void
test_formats(void **state)
{
	static const struct {
		const char *path, *text;
		enum body_format format;
	} cases[] = {
	    {"a.md", "plain", BODY_MARKDOWN},
	    {"a.MARKDOWN", "plain", BODY_MARKDOWN},
	    {"a.html", "# not a heading", BODY_HTML},
	    {"a.HTM", "---\ntitle: x\n---\nx", BODY_HTML},
	    {"a.txt", "\xE3\x80\x80\xE3\x80\x80Only text.\n", BODY_TEXT},
	    {"a.txt", "---\ntitle: x\n---\nOnly text.\n", BODY_MARKDOWN},
	    {"a.txt", "# A heading\n\n* one\n* two\n\n[link](http://a.example/)\n",
		BODY_MARKDOWN},
	};
	struct here *h = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		read_as(h, cases[i].path, cases[i].text);
		if (h->article.format != cases[i].format)
			fail_msg("%s: %d", cases[i].path, h->article.format);
	}
}

static void
test_titles(void **state)
{
	static const struct {
		const char *path, *text, *title;
	} cases[] = {
	    {"a.md", "---\ntitle: Given\n---\n# Other\n", "Given"},
	    {"a.md", "\n\n#  A   heading \n\ntext", "A heading"},
	    {"a.md", "### Third\n", "Third"},
	    {"a.md", "A first line\n", "a"},
	    {"2024-01-02-name.md", "A first line\n", "name"},
	    {"a.txt", "\n  \xE3\x80\x80 The title \xE3\x80\x80\n\nText.\n", "The title"},
	    {"a.txt",
		"A first line that goes on and on, much longer than any title would "
		"ever be, and ends\n",
		"a"},
	    {"2024-01-02-page.html", "<h1>Inside</h1>", "page"},
	    {"bell\a.html", "<p>x</p>", "bell"},
	    {"\a.html", "<p>x</p>", "(untitled)"},
	    {"a  b.html", "<p>x</p>", "a b"},
	    {"a.md", "---\ntitle: \"\"\n---\n# Below\n", "Below"},
	};
	struct here *h = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		read_as(h, cases[i].path, cases[i].text);
		assert_slice(cases[i].path, h->article.title, cases[i].title);
	}
}

static void
test_dates(void **state)
{
	static const struct {
		const char *path, *text;
		int64_t published;
		size_t notes;
	} cases[] = {
	    {"a.md", "---\ndate: 2024-02-01 08:00:00 +0800\n---\nx", 1706745600, 0},
	    {"a.md", "---\ndate: 2024-02-01 08:00\n---\nx", 1706745600, 0}, /* local */
	    {"2024-01-05-a.md", "---\ndate: 2024-02-01 08:00\n---\nx", 1706745600, 0},
	    {"x/2024-02-01-a.md", "x", 1706716800, 0},
	    {"20240201.md", "x", 1706716800, 0},
	    {"2024-02-30-a.md", "x", NOW - 60, 1}, /* there is no such day */
	    {"1889-02-03-a.md", "x", NOW - 60, 1}, /* no reader would believe it */
	    {"2024-02-01/a.md", "x", NOW - 60, 1}, /* of the name, not the folder */
	    {"a.md", "x", NOW - 60, 1},
	};
	struct here *h = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		read_as(h, cases[i].path, cases[i].text);
		if (h->article.published.sec != cases[i].published ||
		    h->reading.published != cases[i].published)
			fail_msg("%s, %s: %lld", cases[i].path, cases[i].text,
			    (long long)h->article.published.sec);
		assert_int_equal(h->diags.n, cases[i].notes);
		assert_int_equal(h->reading.state, ARTICLE_LIVE);
	}
}

/* An archive that was unpacked with all its times at zero. */
static void
test_no_date_at_all(void **state)
{
	static const struct timespec times[2] = {{.tv_sec = 0}, {.tv_sec = 0}};
	struct here *h = *state;

	place_write(&h->place, "articles/a.md", "x");
	utimensat(AT_FDCWD, place_path(&h->place, "articles/a.md"), times, 0);
	read_as(h, "a.md", NULL);
	assert_int_equal(h->reading.state, ARTICLE_BAD);
	assert_true(slice_starts(h->reading.reason, SLICE("no date")));
}

/* --- what becomes of it --------------------------------------------------- */

static void
test_states(void **state)
{
	static const struct {
		const char *front, *body;
		enum article_state state;
		int64_t due;
		const char *reason;
	} cases[] = {
	    {"title: x", "x", ARTICLE_LIVE, 0, ""},
	    {"draft: true", "x", ARTICLE_OUT, 0, "draft"},
	    {"hidden: true", "x", ARTICLE_OUT, 0, "hidden"},
	    {"feed: false", "x", ARTICLE_OUT, 0, "hidden"},
	    {"published: false", "x", ARTICLE_OUT, 0, "published: false"},
	    {"draft: true\nexpires: 2020-01-01", "x", ARTICLE_OUT, 0, "draft"},
	    {"expires: 2024-02-28 09:07:16", "x", ARTICLE_OUT, 0, "expired"}, /* now */
	    {"expires: 2024-02-28 09:07:17", "x", ARTICLE_LIVE, NOW + 1, ""},
	    {"date: 2024-02-28 09:07:17", "x", ARTICLE_WAITS, NOW + 1,
		"dated in the future"},
	    {"date: 2024-02-28 09:07:16", "x", ARTICLE_LIVE, 0, ""},
	    {"date: 2024-03-01\nexpires: 2024-04-01", "x", ARTICLE_WAITS, 1709222400,
		"dated in the future"},
	    {"date: 2024-03-01\ndraft: yes", "x", ARTICLE_OUT, 0, "draft"},
	    {"title: x", " \n\xE3\x80\x80\n", ARTICLE_BAD, 0, "it is empty"},
	    {"description: all there is", "", ARTICLE_LIVE, 0, ""},
	    {"tags: [a", "x", ARTICLE_BAD, 0, NULL},
	};
	struct here *h = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		read_as(h, "a.md",
		    arena_printf(
			h->place.arena, "---\n%s\n---\n%s", cases[i].front, cases[i].body)
			.p);
		if (h->reading.state != cases[i].state || h->reading.due != cases[i].due)
			fail_msg("%s: %s, due %lld", cases[i].front,
			    article_state_name(h->reading.state),
			    (long long)h->reading.due);
		if (cases[i].reason)
			assert_slice(cases[i].front, h->reading.reason, cases[i].reason);
		else
			assert_true(slice_starts(h->reading.reason, SLICE("line ")));
		assert_slice("path", h->reading.path, "a.md");
		assert_int_equal(h->reading.stat.mtime_ns / 1000000000, NOW - 60);
	}
}

/* A file that cannot be read costs itself, with a reason and without its path,
 * which stands before it in the report. */
static void
test_unreadable(void **state)
{
	struct here *h = *state;
	char *long_path = arena_alloc(h->place.arena, 4000);
	bool follows = place_follows_links(&h->place);

	configure(h, "max_size = 1000\n");
	place_write(
	    &h->place, "articles/large.md", arena_printf(h->place.arena, "%01001d", 1).p);
	place_write(&h->place, "articles/binary.md", "x");
	assert_int_equal(truncate(place_path(&h->place, "articles/binary.md"), 500), 0);
	assert_int_equal(mkfifo(place_path(&h->place, "articles/fifo.md"), 0644), 0);
	place_link(&h->place, "../x.conf", "articles/out.md");
	static const char *const cases[][2] = {
	    {"absent.md", "cannot open: "},
	    {"large.md", "1001 bytes, more than the 1000 allowed"},
	    {"binary.md", ""},
	    {"fifo.md", "not a regular file"},
	    {"out.md", "a link out of the tree"},
	    {"../x.conf", "a link out of the tree"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		read_as(h, cases[i][0], NULL);
		assert_int_equal(h->reading.state, ARTICLE_BAD);
		if (follows && !slice_starts(h->reading.reason, slice_str(cases[i][1])))
			fail_msg("%s: %.*s", cases[i][0], SLICE_ARG(h->reading.reason));
	}
	read_as(h, "absent.md", NULL);
	assert_int_equal(h->stat.mtime_ns, 0); /* looked for again in the next run */
	for (size_t n = 700; n < 900; n++) {
		memset(long_path, 'a', n);
		long_path[n] = '\0';
		read_as(h, long_path, NULL);
		assert_int_equal(h->reading.state, ARTICLE_BAD);
		assert_true(h->reading.reason.n > 0);
	}
}

static void
test_reading(void **state)
{
	struct here *h = *state;

	read_as(h, "2024-02-01-a.md",
	    "---\ntitle: T\nid: g-1\nfrom: https://o.example/x?y=1\n"
	    "updated: 2024-02-03 08:00\nminor: true\n---\nText.");
	assert_slice("title", h->reading.title, "T");
	assert_slice("guid", h->reading.guid, "g-1");
	assert_slice("source", h->reading.source, "https://o.example/x?y=1");
	assert_slice("url", h->reading.url, "https://a.example/2024/a.html");
	assert_int_equal(h->reading.updated, 1706918400);
	assert_true(h->reading.minor);
	assert_int_equal(h->reading.terms.n, 0); /* no feed asks for any */
	assert_true(digest_eq(&h->reading.hash, &h->hash));

	/* The name of a whole site says not which article it was. */
	read_as(h, "a.md", "---\nfrom: https://o.example/\n---\nText.");
	assert_int_equal(h->reading.source.n, 0);
	read_as(h, "a.md", "---\nfrom: https://o.example/?p=1\n---\nText.");
	assert_slice("source", h->reading.source, "https://o.example/?p=1");
}

/* The terms that feeds are made for, as the configuration has them. */
static void
test_terms(void **state)
{
	static const char text[] =
	    "---\ndate: 2023-12-31T20:00:00Z\ntags: [sea, port, sea]\n"
	    "category: harbour\nauthor: A, B\nfrom: https://o.example/x\n---\nText.";
	static const struct {
		const char *feeds, *terms;
	} cases[] = {
	    {"", ""},
	    {"[feed:t]\npath = t/:term\nfor_each = tag\n", "tag:sea tag:port "},
	    {"[feed:y]\npath = y/:year\nfor_each = year\n", "year:2024 "},
	    {"[feed:l]\npath = l/:term\nfor_each = language\n", "language:zh-Hans "},
	    {"[feed:s]\npath = s/:term\nfor_each = source\n", "source:o.example "},
	    {"[feed:x]\npath = x\ninclude = tag:sea\n",
		"tag:sea tag:port category:harbour author:A author:B year:2024 "
		"language:zh-Hans source:o.example "},
	};
	struct here *h = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct slice list = SLICE("");

		configure(h, cases[i].feeds);
		read_as(h, "a.md", text);
		for (size_t k = 0; k < h->reading.terms.n; k++)
			list = arena_printf(h->place.arena, "%.*s%s:%.*s ",
			    SLICE_ARG(list), term_kind_name(h->reading.terms.v[k].kind),
			    SLICE_ARG(h->reading.terms.v[k].value));
		assert_slice(cases[i].feeds, list, cases[i].terms);
	}
}

/* --- what an edit is ------------------------------------------------------ */

static void
test_hash(void **state)
{
	static const char first[] = "---\ntitle: T\nauthor: A\n---\nOne two.\n\nThree.\n";
	static const struct {
		const char *path, *text;
		bool same;
	} cases[] = {
	    {"b/c.md", first, true},
	    {"a.md", "---\ntitle: T\nauthor: A\n---\n\n\nOne\n  two.\nThree.", true},
	    {"a.md", "---\r\ntitle: T\r\nauthor: A\r\n---\r\nOne two.\r\n\r\nThree.\r\n",
		true},
	    {"a.md",
		"---\ntitle: T\nauthor: A\n---\n\xE3\x80\x80\xE3\x80\x80One\xC2\xA0two."
		"\n\xE3\x80\x80\xE3\x80\x80Three.",
		true},
	    {"a.md", "---\nauthor: A\ntags: [x]\nfoo: bar\ntitle: T\n---\nOne two.Three.",
		true},
	    {"a.md", "---\ntitle: T\nauthor: A\ndate: 2020-01-01\n---\nOne two.Three.",
		true},
	    {"a.md", "---\ntitle: T\nauthor: A\n---\nOne two. Four.", false},
	    {"a.md", "---\ntitle: S\nauthor: A\n---\nOne two. Three.", false},
	    {"a.md", "---\ntitle: T\nauthor: B\n---\nOne two. Three.", false},
	    {"a.md", "---\ntitle: T\nauthor: A\nimage: /x.png\n---\nOne two. Three.",
		false},
	    {"a.md", "---\ntitle: T\nauthor: A\nsummary: S\n---\nOne two. Three.", false},
	    {"a.md", "---\ntitle: TA\n---\nOne two. Three.", false},
	    {"a.md", "---\ntitle: T\nauthor: A\n---\n\xE3\x80\x81One two. Three.", false},
	};
	struct here *h = *state;
	struct digest hash;

	read_as(h, "a.md", first);
	hash = h->hash;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		read_as(h, cases[i].path, cases[i].text);
		if (digest_eq(&h->hash, &hash) != cases[i].same)
			fail_msg("case %zu: %s", i, cases[i].text);
	}
	/* A title of the file's name is not what was written. */
	read_as(h, "a.html", "<p>x</p>");
	hash = h->hash;
	read_as(h, "b.html", "<p>x</p>");
	assert_true(digest_eq(&h->hash, &hash));
}

/* What was read of one article does not show in the next. */
static void
test_scratch_is_used_again(void **state)
{
	struct here *h = *state;

	read_as(
	    h, "a.md", "---\ntitle: T\nid: g\ndraft: true\nexpires: 2020-01-01\n---\nx");
	read_as(h, "b.md", "# U\n\ny");
	assert_slice("title", h->reading.title, "U");
	assert_int_equal(h->reading.guid.n, 0);
	assert_int_equal(h->reading.state, ARTICLE_LIVE);
	assert_int_equal(h->reading.due, 0);
	read_as(h, "absent.md", NULL);
	assert_int_equal(h->reading.title.n, 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
	    TEST(test_formats),
	    TEST(test_titles),
	    TEST(test_dates),
	    TEST(test_no_date_at_all),
	    TEST(test_states),
	    TEST(test_unreadable),
	    TEST(test_reading),
	    TEST(test_terms),
	    TEST(test_hash),
	    TEST(test_scratch_is_used_again),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

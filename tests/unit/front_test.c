#include "input/front.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* One article as the tests see it. */
struct read {
	struct arena *arena;
	struct zone *zone;
	struct diags diags;
	struct article article;
};

static int
setup(void **state)
{
	struct read *r = calloc(1, sizeof *r);
	struct err err;

	r->arena = arena_new();
	if (zone_open(&r->zone, SLICE("+08:00"), &err) < 0)
		return -1;
	diags_init(&r->diags, r->arena, SLICE("a.md"));
	*state = r;
	return 0;
}

static int
teardown(void **state)
{
	struct read *r = *state;

	zone_free(r->zone);
	arena_free(r->arena);
	free(r);
	return 0;
}

/* Read this YAML into a fresh article. */
static struct article *
parse(struct read *r, struct slice yaml)
{
	r->article = (struct article){0};
	diags_init(&r->diags, r->arena, SLICE("a.md"));
	front_parse(&r->article, yaml, r->zone, r->arena, &r->diags);
	return &r->article;
}

static struct article *
parse_str(struct read *r, const char *yaml)
{
	return parse(r, slice_str(yaml));
}

static void
expect(struct slice got, const char *want)
{
	if (!slice_is(got, want))
		fail_msg("got \"%.*s\", want \"%s\"", SLICE_ARG(got), want);
}

/* "A|B|C" */
static void
expect_terms(const struct slices *got, const char *want)
{
	char text[512] = "";

	for (size_t i = 0; i < got->n; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.*s",
		    i ? "|" : "", SLICE_ARG(got->v[i]));
	assert_string_equal(text, want);
}

static void
expect_people(const struct people *got, const char *want)
{
	char text[512] = "";

	for (size_t i = 0; i < got->n; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.*s",
		    i ? "|" : "", SLICE_ARG(got->v[i].name));
	assert_string_equal(text, want);
}

static void
expect_bad(const struct read *r, int line, const char *part)
{
	const struct diag *d = diags_bad(&r->diags);

	assert_non_null(d);
	assert_int_equal(d->line, line);
	if (slice_find(d->text, slice_str(part)) == d->text.n)
		fail_msg("\"%.*s\" lacks \"%s\"", SLICE_ARG(d->text), part);
}

/* ---- split ---- */

static void
split_finds_yaml_and_body(void **state)
{
	static const struct {
		const char *text, *yaml, *body;
		int line;
	} cases[] = {
	    {"", "", "", 1},
	    {"just text\n", "", "just text\n", 1},
	    {"---\ntitle: a\n---\nbody\n", "title: a\n", "body\n", 4},
	    {"---\r\ntitle: a\r\n---\r\nbody\r\n", "title: a\r\n", "body\r\n", 4},
	    {"\xEF\xBB\xBF---\ntitle: a\n---\nbody", "title: a\n", "body", 4},
	    {"\xEF\xBB\xBFtext", "", "text", 1},
	    {"---\ntitle: a\n...\nbody\n---\n", "title: a\n", "body\n---\n", 4},
	    {"--- \ntitle: a\n---\t\n\nbody", "title: a\n", "\nbody", 4},
	    {"---\ntitle: a\n---", "title: a\n", "", 4},
	    {"---\n---\nbody", "", "body", 3},
	    {"---\n# nothing\n\n---\nbody", "# nothing\n\n", "body", 5},
	    {"---\n{title: a}\n---\nbody", "{title: a}\n", "body", 4},
	    {"---\n标题: 河\n---\nbody", "标题: 河\n", "body", 4},
	    {"---\ntitle: a\nb: |\n  ---\n---\nbody", "title: a\nb: |\n  ---\n", "body",
		6},
	    /* not at the very start, or not quite the mark */
	    {"\n---\ntitle: a\n---\n", "", "\n---\ntitle: a\n---\n", 1},
	    {"----\ntitle: a\n----\n", "", "----\ntitle: a\n----\n", 1},
	    {" ---\ntitle: a\n---\n", "", " ---\ntitle: a\n---\n", 1},
	    /* rules of Markdown */
	    {"---\n\nA day by the river.\n\n---\n\nAnother.\n", "",
		"---\n\nA day by the river.\n\n---\n\nAnother.\n", 1},
	    {"---\n\nA day by the river.\n", "", "---\n\nA day by the river.\n", 1},
	    {"---", "", "---", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct read *r = *state;
		struct slice yaml, body;
		int line;

		front_split(slice_str(cases[i].text), &yaml, &body, &line, &r->diags);
		expect(yaml, cases[i].yaml);
		expect(body, cases[i].body);
		assert_int_equal(line, cases[i].line);
		assert_int_equal(r->diags.n, 0);
	}
}

static void
split_reports_what_is_not_closed(void **state)
{
	struct read *r = *state;
	struct slice yaml, body;
	int line;

	front_split(SLICE("---\n\n# x\ntitle: a\ndraft: true\n\nbody\n"), &yaml, &body,
	    &line, &r->diags);
	expect(yaml, "");
	expect_bad(r, 1, "not closed");
}

/* ---- values ---- */

static void
texts_are_taken_as_written(void **state)
{
	static const struct {
		const char *yaml, *title;
	} cases[] = {
	    {"title: A day by the river", "A day by the river"},
	    {"TITLE: shouted", "shouted"},
	    {"title: 1984", "1984"},
	    {"title: 007", "007"},
	    {"title: 2024-02-28", "2024-02-28"},
	    {"title: 3.10", "3.10"},
	    {"title: No", "No"},
	    {"title: \"null\"", "null"},
	    {"title: null", ""},
	    {"title: ~", ""},
	    {"title:", ""},
	    {"title: ''", ""},
	    {"title: '　 '", ""},
	    {"title: '  河　　边  '", "河 边"},
	    {"title: >\n  two\n  lines\n", "two lines"},
	    {"title: \"bell\\a and \\0nul\"", "bell and nul"},
	    {"title: &mark anchored", "anchored"},
	    {"title: !!str tagged", "tagged"},
	    {"? title\n: explicit", "explicit"},
	    {"{title: flow}", "flow"},
	    {"? [a, b]\n: x\ntitle: after a strange key", "after a strange key"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		expect(parse_str(*state, cases[i].yaml)->title, cases[i].title);
		assert_null(diags_bad(&((struct read *)*state)->diags));
	}
}

static void
every_alias_fills_its_field(void **state)
{
	struct read *r = *state;
	struct article *a;
	static const char *const updated[] = {
	    "updated", "Lastmod", "last_modified_at", "MODIFIED"};
	static const char *const summary[] = {"description", "summary", "excerpt"};
	char yaml[128];

	for (size_t i = 0; i < 4; i++) {
		snprintf(yaml, sizeof yaml, "%s: 2024-02-28T01:07:17.44Z\n", updated[i]);
		a = parse_str(r, yaml);
		assert_true(a->updated.known);
		assert_int_equal(a->updated.sec, 1709082437);
	}
	for (size_t i = 0; i < 3; i++) {
		snprintf(yaml, sizeof yaml, "%s: short\n", summary[i]);
		expect(parse_str(r, yaml)->summary, "short");
	}
	expect(parse_str(r, "id: x1")->guid, "x1");
	expect(parse_str(r, "guid: x2")->guid, "x2");
	expect(parse_str(r, "permalink: /a/")->permalink, "/a/");
	expect(parse_str(r, "url: /b/")->permalink, "/b/");
	expect(parse_str(r, "slug: s")->slug, "s");
	expect(parse_str(r, "rights: r")->rights, "r");
	expect(parse_str(r, "license: CC BY")->rights, "CC BY");
	expect(parse_str(r, "lang: zh_Hans_CN")->lang, "zh-Hans-CN");
	expect(parse_str(r, "language: en")->lang, "en");
	expect(parse_str(r, "lang: 'not a tag'")->lang, "");
	assert_int_equal(r->diags.n, 1);
	assert_true(parse_str(r, "expires: 2030-01-01")->expires.known);
	/* the first in the table that has a value, wherever it stands */
	expect(parse_str(r, "summary: second\ndescription: first")->summary, "first");
	expect(parse_str(r, "description: ''\nsummary: second")->summary, "second");
}

static void
dates(void **state)
{
	struct read *r = *state;
	struct article *a = parse_str(r, "date: 2024-02-28 09:07:16 +0800");

	assert_int_equal(a->published.sec, 1709082436);
	a = parse_str(r, "date: 2024-02-28 09:07:16");
	assert_int_equal(a->published.sec, 1709082436);
	a = parse_str(r, "date: 2020-01-01\npublished: 2024-02-28");
	assert_int_equal(a->published.sec, 1709049600);
	assert_true(a->published.day);
	assert_int_equal(r->diags.n, 0);
}

static void
impossible_dates_count_as_absent(void **state)
{
	static const char *const cases[] = {"2024-02-30", "yesterday", "1989-12-30",
	    "[2024-01-01]", "{y: 2024}", "'2024-13-01'", "1900-01-01", "12345-01-01",
	    "2024-01-01T25:00:00Z"};
	struct read *r = *state;
	char yaml[128];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(yaml, sizeof yaml, "title: t\ndate: %s\n", cases[i]);
		assert_false(parse_str(r, yaml)->published.known);
		assert_int_equal(r->diags.n, 1);
		assert_int_equal(r->diags.v[0].level, DIAG_WARN);
		assert_int_equal(r->diags.v[0].line, 3);
		expect(r->article.title, "t");
	}
}

/* ---- lists ---- */

static void
authors(void **state)
{
	struct read *r = *state;
	static const struct {
		const char *yaml, *names;
	} cases[] = {
	    {"author: \"\"", ""},
	    {"author:", ""},
	    {"author: 林河", "林河"},
	    {"author: 林河，周桥、Ann Lee, Bo;陈山；林河", "林河|周桥|Ann Lee|Bo|陈山"},
	    {"author: Ann and Bo", "Ann and Bo"},
	    {"authors: [林河, 周桥]", "林河|周桥"},
	    {"authors:\n- Lee, Ann\n- 周桥\n-\n", "Lee, Ann|周桥"},
	    {"authors:\n- name: 林河\n- url: /x\n- 周桥", "林河|周桥"},
	    {"author: {name: 林河}", "林河"},
	    {"authors: []\nauthor: 林河", "林河"},
	    {"author: x\nauthors: [林河]", "林河"},
	    {"author: '  林　 河 , '", "林 河"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect_people(&parse_str(r, cases[i].yaml)->authors, cases[i].names);
}

static void
addresses_of_authors(void **state)
{
	struct article *a = parse_str(*state,
	    "authors:\n"
	    "- {name: A, uri: 'https://A.example', email: a@a.example}\n"
	    "- {Name: B, URL: 'https://b.example/'}\n"
	    "- C <c@c.example>\n"
	    "- D <https://d.example/x>\n"
	    "- <e@e.example>\n"
	    "- {name: F, uri: 'javascript:x'}\n");

	expect_people(&a->authors, "A|B|C|D|F");
	expect(a->authors.v[0].uri, "https://a.example/");
	expect(a->authors.v[0].email, "a@a.example");
	expect(a->authors.v[1].uri, "https://b.example/");
	expect(a->authors.v[2].email, "c@c.example");
	expect(a->authors.v[3].uri, "https://d.example/x");
	expect(a->authors.v[4].uri, "");
}

static void
terms(void **state)
{
	struct read *r = *state;
	static const struct {
		const char *yaml, *tags;
	} cases[] = {
	    {"tags: [河, 桥, 河]", "河|桥"},
	    {"tags:\n- 河 边\n- 1984\n- null\n- ''\n", "河 边|1984"},
	    {"tags: a b  c", "a|b|c"},
	    {"tags: a b, c d", "a b|c d"},
	    {"tags: 河，桥、山", "河|桥|山"},
	    {"tags: 河　桥", "河|桥"},
	    {"tags: ', '", ""},
	    {"tags: one,", "one"},
	    {"tags: [一，二]", "一，二"},
	    {"tags: \"e\\u0301 \\u00e9\"", "é"},
	    {"tags: {a: b}", ""},
	    {"tags: [[a], {b: c}, d]", "d"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect_terms(&parse_str(r, cases[i].yaml)->tags, cases[i].tags);
	expect_terms(&parse_str(r, "category: 两 个 词")->categories, "两 个 词");
	expect_terms(&parse_str(r, "category: [a, b]")->categories, "a|b");
	expect_terms(&parse_str(r, "category: c\ncategories: a b")->categories, "a|b|c");
}

/* KEY: 0 SEPARATOR 1 SEPARATOR ... */
static struct article *
parse_many(struct read *r, const char *key, const char *separator)
{
	struct buf yaml;

	buf_init(&yaml, 60000);
	buf_printf(&yaml, "%s: x", key);
	for (int i = 0; i < 8000; i++)
		buf_printf(&yaml, "%s%d", separator, i);
	parse(r, buf_view(&yaml));
	buf_fini(&yaml);
	return &r->article;
}

static void
lists_have_a_ceiling(void **state)
{
	assert_int_equal(parse_many(*state, "tags", " ")->tags.n, 256);
	assert_int_equal(parse_many(*state, "tags", ",")->tags.n, 256);
	assert_int_equal(parse_many(*state, "author", ",")->authors.n, 256);
}

/* ---- what keeps an article back ---- */

static void
flags(void **state)
{
	struct read *r = *state;
	static const struct {
		const char *yaml;
		bool draft, hidden, unpublished;
		size_t diags;
	} cases[] = {
	    {"draft: true", true, false, false, 0},
	    {"draft: YES", true, false, false, 0},
	    {"draft: \"on\"", true, false, false, 0},
	    {"draft: False", false, false, false, 0},
	    {"draft: off", false, false, false, 0},
	    {"draft:", false, false, false, 0},
	    {"draft: perhaps", true, false, false, 1},
	    {"draft: [no]", true, false, false, 1},
	    {"hidden: true", false, true, false, 0},
	    {"hidden: no", false, false, false, 0},
	    {"feed: false", false, true, false, 0},
	    {"feed: true", false, false, false, 0},
	    {"feed: {excerpt_only: true}", false, false, false, 0},
	    {"feed: never", false, true, false, 1},
	    {"hidden: true\nfeed: true", false, true, false, 0},
	    {"visibility: private", false, true, false, 0},
	    {"visibility: members", false, true, false, 0},
	    {"visibility: Public", false, false, false, 0},
	    {"visibility: [a]", false, true, false, 1},
	    {"password: secret", false, true, false, 0},
	    {"password: [a]", false, true, false, 0},
	    {"password: ''", false, false, false, 0},
	    {"password: false", false, false, false, 0},
	    {"published: false", false, false, true, 0},
	    {"published: no", false, false, true, 0},
	    {"published: true", false, false, false, 0},
	    {"published: 2024-01-01", false, false, false, 0},
	    {"published: 2024-02-30", false, false, false, 1},
	    {"published: later", false, false, true, 1},
	    {"published: [no]", false, false, true, 1},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct article *a = parse_str(r, cases[i].yaml);

		if (a->draft != cases[i].draft || a->hidden != cases[i].hidden ||
		    a->unpublished != cases[i].unpublished ||
		    r->diags.n != cases[i].diags)
			fail_msg("%s: %d %d %d, %zu diags", cases[i].yaml, a->draft,
			    a->hidden, a->unpublished, r->diags.n);
	}
	assert_true(parse_str(r, "minor: true")->minor);
	assert_false(parse_str(r, "minor: perhaps")->minor);
}

/* ---- origin and media ---- */

static void
origin(void **state)
{
	static const struct {
		const char *yaml, *url, *name;
		size_t diags;
	} cases[] = {
	    {"from: HTTPS://News.example/a b", "https://news.example/a%20b", "", 0},
	    {"source: 河边日报", "", "河边日报", 0},
	    {"link: https://n.example/", "https://n.example/", "", 0},
	    {"from: https://n.example/1\nsource: 河边日报", "https://n.example/1",
		"河边日报", 0},
	    {"source: {name: 河边日报, url: 'https://n.example/2', date: 2024-02-21}",
		"https://n.example/2", "河边日报", 0},
	    {"from: https://n.example/1\nlink: https://n.example/2",
		"https://n.example/1", "", 0},
	    {"link: /2024/a.html", "", "", 1},
	    {"from: ftp://n.example/", "", "", 1},
	    {"from: [a]", "", "", 1},
	    {"from:", "", "", 0},
	};
	struct read *r = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct origin *o = &parse_str(r, cases[i].yaml)->origin;

		expect(o->url, cases[i].url);
		expect(o->name, cases[i].name);
		assert_int_equal(r->diags.n, cases[i].diags);
	}
	parse_str(r, "source: {name: x, date: 2024-02-21}");
	assert_int_equal(r->article.origin.date.sec, 1708444800);
}

static void
media(void **state)
{
	struct read *r = *state;
	struct article *a;

	expect(parse_str(r, "image: /a b.jpg")->image.url, "/a b.jpg");
	expect(parse_str(r, "image: false")->image.url, "");
	expect(parse_str(r, "audio: /a.mp3")->enclosure.url, "/a.mp3");
	a = parse_str(r, "image: {path: /a.jpg, alt: a river, type: image/jpeg}");
	expect(a->image.url, "/a.jpg");
	expect(a->image.title, "a river");
	expect(a->image.type, "image/jpeg");
	expect(parse_str(r, "image: {src: /b.jpg}")->image.url, "/b.jpg");
	a = parse_str(r, "enclosure: {url: /a.mp3, length: 1234, type: audio/mpeg}");
	expect(a->enclosure.url, "/a.mp3");
	assert_int_equal(a->enclosure.length, 1234);
	assert_int_equal(r->diags.n, 0);
	a = parse_str(r, "enclosure: {url: /a.mp3, length: 99999999999999999999}");
	assert_int_equal(a->enclosure.length, 0);
	assert_int_equal(r->diags.n, 1);
	a = parse_str(r, "image: [a]");
	expect(a->image.url, "");
	assert_int_equal(r->diags.n, 1);
	assert_int_equal(parse_str(r, "image: {alt: x}")->image.url.n, 0);
	assert_int_equal(r->diags.n, 1);
}

/* ---- findings ---- */

static void
wrong_shapes_and_doubles(void **state)
{
	struct read *r = *state;
	struct article *a =
	    parse_str(r, "title: first\nunknown: {a: [1]}\nTitle: second\nslug: [x]\n");

	expect(a->title, "first");
	assert_null(diags_bad(&r->diags));
	assert_int_equal(r->diags.n, 2);
	assert_int_equal(r->diags.v[0].line, 5);
	assert_int_equal(r->diags.v[1].line, 4);
	expect(a->slug, "");
}

static void
broken_yaml_is_bad(void **state)
{
	static const struct {
		const char *yaml;
		int line;
		const char *part;
	} cases[] = {
	    {"title: a: b\n", 2, "mapping values"},
	    {"title: ok\n\tdraft: true\n", 3, ""},
	    {"title: [a\n", 3, ""},
	    {"a: b\nc: *Foo\n", 3, "quotes"},
	    {"a: &x 1\nb: *x\n", 3, "alias"},
	    {"- a\n- b\n", 2, "no keys"},
	    {"only words\n", 2, "no keys"},
	    {"a: b\n--- c: d\n", 3, ""},
	    {"a: b\n--- c\n", 3, "more than one"},
	    {"a: b\nc: \"\xff\"\n", 3, ""},
	    {"a: b\n\x01\n", 3, "control"},
	    {"a: \"\\ud800\"\n", 2, ""},
	};
	struct read *r = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		parse_str(r, cases[i].yaml);
		expect_bad(r, cases[i].line, cases[i].part);
	}
	parse(r, SLICE("a: b\0c\n"));
	expect_bad(r, 2, "");
}

/* Many copies of a text behind a start, parsed: bad, and within 100 ms. */
static void
expect_bomb(
    struct read *r, const char *start, const char *piece, size_t n, const char *part)
{
	struct buf yaml;
	struct timespec from, to;
	double ms;

	buf_init(&yaml, 1 << 20);
	buf_str(&yaml, start);
	for (size_t i = 0; i < n; i++)
		buf_str(&yaml, piece);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	parse(r, buf_view(&yaml));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	ms = (double)(to.tv_sec - from.tv_sec) * 1e3 +
	     (double)(to.tv_nsec - from.tv_nsec) / 1e6;
	if (part)
		expect_bad(
		    r, diags_bad(&r->diags) ? diags_bad(&r->diags)->line : 0, part);
	if (ms > 1000) /* 100, with room for checkers */
		fail_msg("%s: %g ms", piece, ms);
	buf_fini(&yaml);
}

static void
bombs_cost_nothing(void **state)
{
	expect_bomb(*state, "", "[", 200000, "64 KiB");
	expect_bomb(*state, "", "[", 65000, "32 deep");
	expect_bomb(*state, "", "{", 65000, "32 deep");
	expect_bomb(*state, "a: ", "- ", 32000, "");
	expect_bomb(*state, "", "- ", 32000, "32 deep");
	expect_bomb(*state, "", "? ", 32000, "32 deep");
	expect_bomb(*state, "a: [", "x,", 32000, "1,000");
	expect_bomb(*state, "", "a: b\n", 13000, "1,000");
	expect_bomb(*state, "a: &a [x]\nb: [", "*a,", 3000, "alias");
	expect_bomb(*state, "tags: ", "a ", 32000, NULL);
	expect_bomb(*state, "title: \"", "\\t", 32000, "");
	expect_bomb(*state, "", "!a ", 20000, "");
	expect_bomb(*state, "", "'", 60000, "");
	expect_bomb(*state, "", "%A b\n", 13000, "");
}

/* A map with lists in lists, `depth` deep in all. */
static struct article *
parse_nested(struct read *r, int depth)
{
	char yaml[128] = "title: ok\nx: ";

	for (int i = 1; i < depth; i++)
		strcat(yaml, "[");
	for (int i = 1; i < depth; i++)
		strcat(yaml, "]");
	return parse_str(r, yaml);
}

static void
ceilings_are_where_they_are_said_to_be(void **state)
{
	struct read *r = *state;
	char yaml[4096] = "title: ok\nx: [";

	expect(parse_nested(r, 32)->title, "ok");
	assert_int_equal(r->diags.n, 0);
	expect(parse_nested(r, 33)->title, "");
	expect_bad(r, 3, "32 deep");
	for (int i = 0; i < 900; i++)
		strcat(yaml, "1,");
	strcat(yaml, "]");
	expect(parse_str(r, yaml)->title, "ok");
	assert_int_equal(r->diags.n, 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(split_finds_yaml_and_body),
	    TEST(split_reports_what_is_not_closed),
	    TEST(texts_are_taken_as_written),
	    TEST(every_alias_fills_its_field),
	    TEST(dates),
	    TEST(impossible_dates_count_as_absent),
	    TEST(authors),
	    TEST(addresses_of_authors),
	    TEST(terms),
	    TEST(lists_have_a_ceiling),
	    TEST(flags),
	    TEST(origin),
	    TEST(media),
	    TEST(wrong_shapes_and_doubles),
	    TEST(broken_yaml_is_bad),
	    TEST(bombs_cost_nothing),
	    TEST(ceilings_are_where_they_are_said_to_be),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

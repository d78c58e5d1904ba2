#include "output/lint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1700000000, DAY = 86400 };

static struct lint
lint_new(void)
{
	struct lint lint;

	lint_init(&lint, arena_new(), NOW);
	return lint;
}

static void
lint_drop(struct lint *lint)
{
	arena_free(lint->arena);
}

static bool
is_listed(const char *name)
{
	size_t n;
	const struct lint_rule *rule = lint_rules(&n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(rule[i].name, name) == 0)
			return true;
	return false;
}

/* Exactly one finding, by this rule; or none, when rule is "". */
static void
expect(const struct lint *lint, const char *what, const char *rule)
{
	const char *got = lint->n > 0 ? lint->v[0].rule : "";

	if (strcmp(got, rule) != 0 || lint->n > 1)
		fail_msg(
		    "%s\n\texpected \"%s\", got %zu: \"%s\"", what, rule, lint->n, got);
	assert_true(*rule == '\0' || is_listed(rule));
}

static void
test_rules(void **state)
{
	size_t n;
	const struct lint_rule *rule = lint_rules(&n);

	(void)state;
	assert_true(n > 20);
	for (size_t i = 0; i < n; i++) {
		assert_true(strlen(rule[i].help) > 10);
		assert_true(i == 0 || strcmp(rule[i - 1].name, rule[i].name) < 0);
	}
}

static void
test_add(void **state)
{
	struct lint lint = lint_new();
	char id[] = "urn:x:1";

	(void)state;
	for (int i = 0; i < 100; i++)
		lint_add(&lint, "uri", slice_str(id), "finding %d", i);
	memset(id, '-', sizeof id - 1);
	assert_int_equal(lint.n, 100);
	assert_true(slice_is(lint.v[99].text, "finding 99"));
	assert_true(slice_is(lint.v[99].entry, "urn:x:1"));
	lint_drop(&lint);
}

static void
test_quote(void **state)
{
	static const struct {
		const char *text, *quote;
	} rows[] = {
	    {"", ""},
	    {"中文", "中文"},
	    {"a\nb\tc\x1B[31m", "a?b?c?[31m"},
	    {"a\xFF\xC2z", "a??z"},
	    {"\xC2\x9Bz", "??z"},
	    {"一二三四五六七八九十一", "一二三四五六七八九十"},
	    {"0123456789012345678901234567890123456789",
		"01234567890123456789012345678901"},
	};
	struct lint lint = lint_new();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(
		    lint_quote(&lint, slice_str(rows[i].text)).p, rows[i].quote);
	lint_drop(&lint);
}

static void
test_text(void **state)
{
	static const struct {
		const char *text, *rule;
	} rows[] = {
	    {"", ""},
	    {"plain\ttext\n", ""},
	    {"中文，“引号”……é\U0001F600", ""},
	    {"a\x1Fz", "text-char"},
	    {"a\rz", "text-char"},
	    {"a\x7Fz", "text-char"},
	    {"a\xC2\x80z", "text-char"},
	    {"a\xC2\x9Fz", "text-char"},
	    {"a\xC2\xA0z", ""},
	    {"a\uFDD0z", "text-char"},
	    {"a\uFFFFz", "text-char"},
	    {"a\U0001FFFEz", "text-char"},
	    {"a\U0010FFFFz", "text-char"},
	    {"a\uFFFDz", "text-replacement"},
	    {"a\x80z", "text-utf8"},
	    {"a\xC1\xBFz", "text-utf8"},
	    {"a\xE0\x9F\xBFz", "text-utf8"},
	    {"a\xED\xBF\xBFz", "text-utf8"},
	    {"a\xF0\x8F\xBF\xBFz", "text-utf8"},
	    {"a\xF4\x90\x80\x80z", "text-utf8"},
	    {"a\xF0\x9F\x98", "text-utf8"},
	    {"ä¸\u00ADæ–‡ç½‘", "text-mojibake"},
	    {"dÃ©jÃ\u00A0 lu, trÃ¨s tÃ´t", "text-mojibake"},
	    {"â€œquotedâ€\xC2\x9D", "text-char"},
	    {"itâ€™s, isnâ€™t, wasnâ€™t", "text-mojibake"},
	    {"it’s, isn’t, “wasn’t”", ""},
	    {"PASSÉ, «É», MANHÃ»", ""},
	    {"乱码如 Ã©、Ã¨、Ã´ 是怎么来的：一种编码读成了另一种", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct lint lint = lint_new();

		lint_text(&lint, SLICE_NONE, "title", slice_str(rows[i].text));
		expect(&lint, rows[i].text, rows[i].rule);
		lint_drop(&lint);
	}
}

/* Wherever in a text of whatever kind it stands. */
static void
test_text_everywhere(void **state)
{
	static const struct {
		const char *put, *rule;
	} rows[] = {
	    {"", ""},
	    {"\n", ""},
	    {"\xEF\xBC\x8C", ""},
	    {"\xEC\xBF\xBF", ""},
	    {"\xED\x9F\xBF", ""},
	    {"\xEE\x80\x80", ""},
	    {"\x1F", "text-char"},
	    {"\r", "text-char"},
	    {"\x7F", "text-char"},
	    {"\xC2\x85", "text-char"},
	    {"\xEF\xBF\xBF", "text-char"},
	    {"\xEF\xBF\xBD", "text-replacement"},
	    {"\xE6\xB2", "text-utf8"},
	    {"\xE6", "text-utf8"},
	    {"\xB2", "text-utf8"},
	    {"\xEF\xBC", "text-utf8"},
	    {"\xED\xA0\x80", "text-utf8"},
	    {"\xFF", "text-utf8"},
	};
	static const char *const fill[] = {"a", "河", "a河"};
	enum { FILLS = 3, TURNS = 24 };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows * FILLS * TURNS; i++) {
		size_t row = i / (FILLS * TURNS), at = i % TURNS;
		const char *with = fill[i / TURNS % FILLS];
		struct lint lint = lint_new();
		char text[400] = "", byte[16];

		for (size_t k = 0; k < TURNS; k++) {
			if (k == at)
				strcat(text, rows[row].put);
			strcat(text, with);
		}
		lint_text(&lint, SLICE_NONE, "title", slice_str(text));
		expect(&lint, text, rows[row].rule);
		snprintf(byte, sizeof byte, "byte %zu:", at * strlen(with));
		if (lint.n > 0)
			assert_non_null(strstr(lint.v[0].text.p, byte));
		lint_drop(&lint);
	}
}

static void
test_nul_in_text(void **state)
{
	struct lint lint = lint_new();

	(void)state;
	lint_text(&lint, SLICE_NONE, "title", SLICE("a\0b"));
	expect(&lint, "a NUL", "text-char");
	lint_drop(&lint);
}

static void
test_uri(void **state)
{
	/* `id`: what lint_id says beyond lint_uri */
	static const struct {
		const char *uri, *rule, *id;
	} rows[] = {
	    {"https://a.example/", "", ""},
	    {"https://a.example/2024/%E4%B8%AD.html?x=1&y=[", "uri", "uri"},
	    {"https://a.example/2024/%E4%B8%AD.html?x=1&y=(2)#z!$'*+,;:@", "", ""},
	    {"http://a.example:8080/", "", ""},
	    {"http://192.0.2.1/", "", ""},
	    {"http://[2001:db8::1]/", "", ""},
	    {"http://[2001:db8::1]:81/", "", ""},
	    {"tag:a.example,1994:2024-02-22/x", "", ""},
	    {"urn:uuid:0a1b2c3d-0000-4000-8000-000000000000", "", ""},
	    {"mailto:a@b.example", "", ""},
	    {"", "uri", "uri"},
	    {"a", "uri", "uri"},
	    {"/a", "uri", "uri"},
	    {"//a.example/", "uri", "uri"},
	    {"1http://a.example/", "uri", "uri"},
	    {"HTTPS://a.example/", "uri", "uri"},
	    {"urn:", "uri", "uri"},
	    {"http:", "uri", "uri"},
	    {"http:/a", "uri", "uri"},
	    {"http:///a", "uri", "uri"},
	    {"http://:80/", "uri", "uri"},
	    {"http://a.example:/", "uri", "uri"},
	    {"http://a.example:65536/", "uri", "uri"},
	    {"http://a.example:080808/", "uri", "uri"},
	    {"http://a.example:8x/", "uri", "uri"},
	    {"http://a@b.example/", "uri", "uri"},
	    {"http://.a.example/", "uri", "uri"},
	    {"http://a..example/", "uri", "uri"},
	    {"http://a%41.example/", "uri", "uri"},
	    {"http://1.2.3.256/", "uri", "uri"},
	    {"http://1.2.3.04/", "uri", "uri"},
	    {"http://1.2.3/", "uri", "uri"},
	    {"http://[::1/", "uri", "uri"},
	    {"http://[]/", "uri", "uri"},
	    {"http://[g::1]/", "uri", "uri"},
	    {"http://[::1]x/", "uri", "uri"},
	    {"http://中.example/", "uri", "uri"},
	    {"http://a.example/中", "uri", "uri"},
	    {"http://a.example/a b", "uri", "uri"},
	    {" http://a.example/", "uri", "uri"},
	    {"http://a.example/\n", "uri", "uri"},
	    {"http://a.example/\"", "uri", "uri"},
	    {"http://a.example/%", "uri", "uri"},
	    {"http://a.example/%4", "uri", "uri"},
	    {"http://a.example/%4g", "uri", "uri"},
	    {"http://a.example/#a#", "uri", "uri"},
	    {"tag:a.example,1994:中", "uri", "uri"},
	    {"http://a.example", "", "uri-canonical"},
	    {"http://a.example?x", "", "uri-canonical"},
	    {"http://A.example/", "", "uri-canonical"},
	    {"http://a.example:80/", "", "uri-canonical"},
	    {"https://a.example:443/", "", "uri-canonical"},
	    {"https://a.example:80/", "", ""},
	    {"http://a.example/%e4", "", "uri-canonical"},
	    {"http://a.example/a/../b", "", "uri-canonical"},
	    {"http://a.example/./b", "", "uri-canonical"},
	    {"http://a.example/?a/../b", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct lint lint = lint_new();

		lint_uri(&lint, SLICE_NONE, "url", slice_str(rows[i].uri));
		expect(&lint, rows[i].uri, rows[i].rule);
		lint.n = 0;
		lint_id(&lint, SLICE_NONE, "id", slice_str(rows[i].uri));
		expect(&lint, rows[i].uri, rows[i].id);
		lint_drop(&lint);
	}
}

static void
test_date(void **state)
{
	static const struct {
		int64_t sec;
		const char *rule;
	} rows[] = {
	    {631152000, ""},
	    {631151999, "date-range"},
	    {0, "date-range"},
	    {INT64_MIN, "date-range"},
	    {NOW, ""},
	    {NOW + DAY, ""},
	    {NOW + DAY + 1, "date-range"},
	    {INT64_MAX, "date-range"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct lint lint = lint_new();

		lint_date(&lint, SLICE_NONE, "updated", rows[i].sec);
		expect(&lint, "date", rows[i].rule);
		lint_drop(&lint);
	}
}

/* An entry with all its fields, and room to break each. */
struct sample {
	struct entry entry;
	struct person author[1], contributor[1];
	struct slice tag[2], category[1];
};

static void
sample_init(struct sample *s)
{
	*s = (struct sample){
	    .author = {{SLICE("张三"), SLICE("https://a.example/zhang"),
		SLICE("z@a.example")}},
	    .contributor = {{.name = SLICE("李四")}},
	    .tag = {SLICE("中国"), SLICE("物理")},
	    .category = {SLICE("科学")},
	};
	s->entry = (struct entry){
	    .seq = 1,
	    .id = SLICE("tag:a.example,1994:1"),
	    .url = SLICE("https://a.example/1.html"),
	    .path = SLICE("2024/1.md"),
	    .title = SLICE("河面结冰"),
	    .summary = SLICE("去年冬天，河面结了冰。"),
	    .content = SLICE("<p>去年冬天，河面结了冰。</p>"),
	    .lang = SLICE("zh-Hans"),
	    .rights = SLICE("CC BY 4.0"),
	    .authors = {s->author, 1},
	    .contributors = {s->contributor, 1},
	    .tags = {s->tag, 2},
	    .categories = {s->category, 1},
	    .origin = {.url = SLICE("https://b.example/"), .name = SLICE("日报")},
	    .image = {.url = SLICE("https://a.example/i.png"), .title = SLICE("冰")},
	    .enclosure = {.url = SLICE("https://a.example/a.mp3"),
		.type = SLICE("audio/mpeg"),
		.length = 1234},
	    .published = NOW - DAY,
	    .updated = NOW,
	    .arrived = NOW,
	};
}

/* One field of the sample, and a value that it must not have. */
static const struct break_row {
	size_t offset;
	struct slice value;
	const char *rule;
} breaks[] = {
#define FIELD(field, text, rule)                                                         \
	{                                                                                \
		offsetof(struct sample, field), SLICE(text), rule                        \
	}
    FIELD(entry.id, "", "uri"),
    FIELD(entry.id, "1", "uri"),
    FIELD(entry.id, "tag:a.example,1994:中", "uri"),
    FIELD(entry.id, "https://A.example/1", "uri-canonical"),
    FIELD(entry.url, "", "uri"),
    FIELD(entry.url, "/1.html", "uri"),
    FIELD(entry.url, "https://a.example/中", "uri"),
    FIELD(entry.title, "", "empty"),
    FIELD(entry.title, " \xE3\x80\x80", "empty"),
    FIELD(entry.title, "a\x02", "text-char"),
    FIELD(entry.title, "a\xFF", "text-utf8"),
    FIELD(entry.summary, " ", "empty"),
    FIELD(entry.summary, "a\xEF\xBF\xBD", "text-replacement"),
    FIELD(entry.content, "\n ", "empty"),
    FIELD(entry.content, "<p>a", "html-balance"),
    FIELD(entry.content, "<a href=\"x\">a</a>", "html-url"),
    FIELD(entry.lang, "zh_CN", "language"),
    FIELD(entry.lang, "Chinese", "language"),
    FIELD(entry.rights, "\x03", "text-char"),
    FIELD(entry.origin.url, "b.example", "uri"),
    FIELD(entry.origin.name, " ", "empty"),
    FIELD(entry.image.url, "i.png", "uri"),
    FIELD(entry.image.url, "data:image/png;base64,AA", "uri"),
    FIELD(entry.image.type, "png", "media"),
    FIELD(entry.image.title, "x\xC2\x85", "text-char"),
    FIELD(entry.enclosure.url, "ftp://a.example/a.mp3", "uri"),
    FIELD(entry.enclosure.type, "", "media"),
    FIELD(entry.enclosure.type, "mp3", "media"),
    FIELD(author[0].name, "", "empty"),
    FIELD(author[0].name, "\t", "empty"),
    FIELD(author[0].uri, "a.example", "uri"),
    FIELD(author[0].email, "a", "email"),
    FIELD(author[0].email, "@a", "email"),
    FIELD(author[0].email, "a@", "email"),
    FIELD(author[0].email, "a@b@c", "email"),
    FIELD(author[0].email, "a b@c", "email"),
    FIELD(contributor[0].name, "", "empty"),
    FIELD(tag[1], "", "empty"),
    FIELD(tag[1], "a\x80", "text-utf8"),
    FIELD(category[0], "\xC2\xA0", "empty"),
#undef FIELD
};

static void
check_sample(const struct sample *s, const char *what, const char *rule)
{
	struct lint lint = lint_new();
	size_t n = lint_entry(&lint, &s->entry);

	assert_int_equal(n, lint.n);
	expect(&lint, what, rule);
	for (size_t i = 0; i < lint.n; i++)
		assert_true(slice_eq(lint.v[i].path, s->entry.path));
	lint_drop(&lint);
}

static void
test_entry(void **state)
{
	struct sample s;

	(void)state;
	sample_init(&s);
	check_sample(&s, "the whole sample", "");
	s.entry.content = SLICE_NONE;
	check_sample(&s, "summary only", "");
	s.entry.summary = SLICE_NONE;
	check_sample(&s, "neither", "empty");
	sample_init(&s);
	s.entry.summary = s.entry.rights = s.entry.lang = SLICE_NONE;
	s.entry.contributors.n = s.entry.tags.n = s.entry.categories.n = 0;
	s.entry.origin = (struct origin){0};
	s.entry.image = s.entry.enclosure = (struct media){0};
	s.author[0].uri = s.author[0].email = SLICE_NONE;
	check_sample(&s, "without all that may be missing", "");
}

static void
test_entry_broken(void **state)
{
	struct sample s;

	(void)state;
	for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++) {
		sample_init(&s);
		memcpy((char *)&s + breaks[i].offset, &breaks[i].value,
		    sizeof breaks[i].value);
		check_sample(&s, breaks[i].value.p, breaks[i].rule);
	}
	sample_init(&s);
	s.entry.authors.n = 0;
	check_sample(&s, "no author", "empty");
	sample_init(&s);
	s.entry.enclosure.length = 0;
	check_sample(&s, "an enclosure of no length", "media");
	sample_init(&s);
	s.entry.published = 0;
	check_sample(&s, "published in 1970", "date-range");
	sample_init(&s);
	s.entry.updated = NOW + 2 * DAY;
	check_sample(&s, "updated the day after tomorrow", "date-range");
}

/* Two faults are two findings. */
static void
test_entry_twice_broken(void **state)
{
	struct lint lint = lint_new();
	struct sample s;

	(void)state;
	sample_init(&s);
	s.entry.title = SLICE_NONE;
	s.entry.content = SLICE("<p>");
	assert_int_equal(lint_entry(&lint, &s.entry), 2);
	assert_int_equal(lint_entry(&lint, &s.entry), 2);
	assert_int_equal(lint.n, 4);
	lint_drop(&lint);
}

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
#define ATOM(inside)                                                                     \
	DECLARATION "\n<feed xmlns=\"http://www.w3.org/2005/Atom\""                      \
		    " xmlns:fh=\"http://purl.org/syndication/history/1.0\">" inside      \
		    "</feed>\n"
#define RSS(inside)                                                                      \
	DECLARATION                                                                      \
	"\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"          \
	"<channel>" inside "</channel></rss>\n"

/* Three hundred bytes. */
#define TEN "0123456789"
#define LONG                                                                             \
	TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN  \
	    TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static void
test_xml(void **state)
{
	/* `tree`: is the document given back? */
	static const struct {
		const char *doc, *rule;
		bool tree;
	} rows[] = {
	    {ATOM("<fh:archive/><title>a &amp; b</title><link rel=\"self\" href=\"x\"/>"
		  "<content type=\"html\">&lt;p&gt;x&lt;/p&gt;</content>"),
		"", true},
	    {ATOM("<category term=\"a\"/><title>中</title>"), "", true},
	    {RSS("<title>a</title><dc:creator>b</dc:creator><enclosure url=\"x\"/>"), "",
		true},
	    {DECLARATION "\n<?xml-stylesheet href=\"x\"?>\n<opml version=\"2.0\"><body>"
			 "<outline text=\"a\"/></body></opml>\n",
		"", true},
	    {DECLARATION
		"<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><url>"
		"<loc>x</loc></url></urlset>",
		"", true},

	    {"", "xml", false},
	    {DECLARATION, "xml", false},
	    {DECLARATION "<feed", "xml", false},
	    {ATOM("<title>a & b</title>"), "xml", false},
	    {ATOM("<title>a &nbsp; b</title>"), "xml", false},
	    {ATOM("<title>a\x01</title>"), "xml", false},
	    {ATOM("<title>a\xFF</title>"), "xml", false},
	    {ATOM("<title>a</titel>"), "xml", false},
	    {ATOM("<title a=\"1\" a=\"2\">a</title>"), "xml", false},
	    {ATOM("<x:title>a</x:title>"), "xml", false},
	    {ATOM("<title>a</title>") "x", "xml", false},
	    {"\n" ATOM("<title>a</title>"), "xml", false},
	    {ATOM("<title>a<!-- b --></title>"), "xml", true},
	    {ATOM("<title><![CDATA[a]]></title>"), "xml", true},
	    {ATOM("<title>a<?b c?></title>"), "xml", true},

	    {"<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>a</title></feed>",
		"xml-declaration", true},
	    {"<?xml version='1.0' encoding='UTF-8'?><rss><title>a</title></rss>",
		"xml-declaration", true},
	    {"<?xml version=\"1.0\"?><rss><title>a</title></rss>", "xml-declaration",
		true},
	    {"\xEF\xBB\xBF" DECLARATION "<rss><title>a</title></rss>", "xml-declaration",
		true},
	    {"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><rss><title>a</title></rss>",
		"xml-declaration", true},

	    {DECLARATION "<!DOCTYPE rss><rss><title>a</title></rss>", "xml-dtd", false},
	    {DECLARATION
		"<!DOCTYPE rss [<!ENTITY a \"b\">]><rss><title>&a;</title></rss>",
		"xml-dtd", false},
	    {DECLARATION
		"<!DOCTYPE rss SYSTEM \"file:///etc/passwd\"><rss><title>a</title></rss>",
		"xml-dtd", false},

	    {ATOM("<x:a xmlns:x=\"urn:x\">a</x:a>"), "xml-namespace", true},
	    {ATOM("<a xmlns=\"\">a</a>"), "xml-namespace", true},
	    {DECLARATION "<html>b</html>", "xml-namespace", true},
	    {DECLARATION
		"<rss xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\">"
		"<title>a</title></rss>",
		"xml-namespace", true},

	    {ATOM("<title></title>"), "xml-empty", true},
	    {ATOM("<title/>"), "xml-empty", true},
	    {ATOM("<title> \n</title>"), "xml-empty", true},
	    {ATOM("<author><name/></author>"), "xml-empty", true},
	    {ATOM("<category term=\"\"/>"), "xml-empty", true},
	    {ATOM("<link rel=\"self\" href=\" \"/>"), "xml-empty", true},
	    {RSS("<category domain=\"x\"/>"), "xml-empty", true},
	    {RSS("<link/>"), "xml-empty", true},
	    {RSS("<guid isPermaLink=\"false\"></guid>"), "xml-empty", true},

	    /* the same in a long text */
	    {ATOM("<title>" LONG "&amp;&lt;</title>"), "", true},
	    {ATOM("<title>" LONG "&nbsp;</title>"), "xml", false},
	    {ATOM("<title>" LONG "&</title>"), "xml", false},
	    {ATOM("<title>" LONG "]]></title>"), "xml", false},
	    {ATOM("<title>" LONG "\x01</title>"), "xml", false},
	    {ATOM("<title>" LONG "\xFF</title>"), "xml", false},
	    {ATOM("<title>" LONG "\uFFFF</title>"), "xml", false},
	    {ATOM("<title>" LONG "</titel>"), "xml", false},
	    {ATOM("<x:title>" LONG "</x:title>"), "xml", false},
	    {ATOM("<title>a</title>") LONG, "xml", false},
	    {DECLARATION LONG, "xml", false},
	    {ATOM("<title>" LONG "<!-- b --></title>"), "xml", true},
	    {ATOM("<title>" LONG "<![CDATA[a]]></title>"), "xml", true},
	    {ATOM("<title>" LONG "<?l?></title>"), "xml", true},
	    {ATOM("<title>a<?l?></title><id>" LONG "</id>"), "xml", true},
	    {ATOM("<a xmlns=\"\">" LONG "</a>"), "xml-namespace", true},
	    {ATOM("<title>" LONG "&#x85;</title>"), "text-char", true},
	    {ATOM("<title>" LONG "\x7F</title>"), "text-char", true},
	    {ATOM("<title>" LONG "&#xD;</title>"), "text-char", true},
	    {ATOM("<title>" LONG "\uFFFD</title>"), "text-replacement", true},

	    {ATOM("<title>a&#x85;b</title>"), "text-char", true},
	    {ATOM("<title>a&#xD;b</title>"), "text-char", true},
	    {ATOM("<link href=\"a&#x7F;\"/>"), "text-char", true},
	    {ATOM("<title>a&#xFFFD;b</title>"), "text-replacement", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct lint lint = lint_new();
		xmlDoc *tree = lint_xml(&lint, slice_str(rows[i].doc));

		expect(&lint, rows[i].doc, rows[i].rule);
		assert_int_equal(tree != NULL, rows[i].tree);
		xmlFreeDoc(tree);
		lint_drop(&lint);
	}
}

/* libxml2 takes a NUL behind the root element for the end, and reads no further. */
static void
test_xml_nul(void **state)
{
	static const struct slice docs[] = {
	    {ATOM("<title>a</title>") "\0", sizeof ATOM("<title>a</title>")},
	    {ATOM("<title>a</title>") "\0<b>", sizeof ATOM("<title>a</title>") + 3},
	    {ATOM("<title>a\0b</title>"), sizeof ATOM("<title>a\0b</title>") - 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof docs / sizeof *docs; i++) {
		struct lint lint = lint_new();

		assert_null(lint_xml(&lint, docs[i]));
		expect(&lint, "a NUL", "xml");
		lint_drop(&lint);
	}
}

/* An entity bomb, a deep one and a wide one cost nothing and are refused. */
static void
test_xml_hostile(void **state)
{
	static const char bomb[] =
	    DECLARATION "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaaaaaaaa\">"
			"<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c "
			"\"&b;&b;&b;&b;&b;&b;&b;&b;\">"
			"<!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;\"><!ENTITY e "
			"\"&d;&d;&d;&d;&d;&d;&d;&d;\">"
			"<!ENTITY f \"&e;&e;&e;&e;&e;&e;&e;&e;\"><!ENTITY g "
			"\"&f;&f;&f;&f;&f;&f;&f;&f;\">"
			"]><rss><title>&g;</title></rss>";
	struct lint lint = lint_new();
	size_t deep = 100000;
	char *doc = mem_alloc(deep * 3 + sizeof DECLARATION);
	size_t n = strlen(DECLARATION);

	(void)state;
	assert_null(lint_xml(&lint, SLICE(bomb)));
	assert_int_equal(lint.n, 1);
	memcpy(doc, DECLARATION, n);
	for (size_t i = 0; i < deep; i++, n += 3)
		memcpy(doc + n, "<a>", 3);
	assert_null(lint_xml(&lint, slice_make(doc, n)));
	assert_int_equal(lint.n, 2);
	assert_string_equal(lint.v[1].rule, "xml");
	free(doc);
	lint_drop(&lint);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rules),
	    cmocka_unit_test(test_add),
	    cmocka_unit_test(test_quote),
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_text_everywhere),
	    cmocka_unit_test(test_nul_in_text),
	    cmocka_unit_test(test_uri),
	    cmocka_unit_test(test_date),
	    cmocka_unit_test(test_entry),
	    cmocka_unit_test(test_entry_broken),
	    cmocka_unit_test(test_entry_twice_broken),
	    cmocka_unit_test(test_xml),
	    cmocka_unit_test(test_xml_nul),
	    cmocka_unit_test(test_xml_hostile),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

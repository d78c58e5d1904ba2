#include "input/adopt.h"

#include "base/buf.h"
#include "base/uri.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOON = 1709121600 }; /* 2024-02-28T12:00:00Z */

struct read {
	struct arena *arena;
	struct diags diags;
	struct adoption *v;
	size_t n;
	struct err err;
};

static int
setup(void **state)
{
	struct read *r = calloc(1, sizeof *r);

	r->arena = arena_new();
	*state = r;
	return 0;
}

static int
teardown(void **state)
{
	struct read *r = *state;

	arena_free(r->arena);
	free(r);
	return 0;
}

static int
read_slice(struct read *r, struct slice bytes)
{
	diags_init(&r->diags, r->arena, SLICE("old.xml"));
	r->err = (struct err){0};
	return adopt_read(bytes, r->arena, &r->v, &r->n, &r->diags, &r->err);
}

static void
read_well(struct read *r, const char *text)
{
	if (read_slice(r, slice_str(text)) < 0)
		fail_msg("%s", r->err.text);
}

static void
expect(const struct read *r, size_t i, const char *url, const char *id, int64_t updated)
{
	if (i >= r->n)
		fail_msg("only %zu adopted, not %s", r->n, url);
	if (!slice_is(r->v[i].url, url) || !slice_is(r->v[i].id, id))
		fail_msg("%zu is %.*s, %.*s; not %s, %s", i, SLICE_ARG(r->v[i].url),
		    SLICE_ARG(r->v[i].id), url, id);
	assert_int_equal(r->v[i].updated, updated);
}

static void
expect_diag(
    const struct read *r, size_t i, enum diag_level level, int line, const char *piece)
{
	if (i >= r->diags.n)
		fail_msg("no diag about \"%s\"", piece);
	assert_int_equal(r->diags.v[i].level, level);
	assert_int_equal(r->diags.v[i].line, line);
	if (!strstr(r->diags.v[i].text.p, piece))
		fail_msg("\"%s\" lacks \"%s\"", r->diags.v[i].text.p, piece);
}

#define ATOM_FEED "<feed xmlns=\"http://www.w3.org/2005/Atom\">"

static void
test_atom(void **state)
{
	struct read *r = *state;

	read_well(r,
	    "<?xml version=\"1.0\"?>\n" ATOM_FEED "<id>tag:a.example,2001:feed</id>"
	    "<link rel=\"self\" href=\"https://a.example/feed.atom\"/>"
	    "<entry><id> tag:a.example,2001:1\n</id>"
	    "<link rel=\"enclosure\" href=\"https://a.example/1.mp3\"/>"
	    "<link href=\"https://A.example:443/river\"/>"
	    "<published>1990-01-01T00:00:00Z</published>"
	    "<updated>2024-02-28T20:00:00+08:00</updated></entry>\n"
	    "<entry><id><![CDATA[urn:uuid:]]>6b1e<!-- - -->0d0c</id>"
	    "<link rel=\"ALTERNATE\" href=\"/bridge?a=1&amp;b=2\"/>"
	    "<source><id>tag:other.example,2000:x</id></source></entry>"
	    "</feed>");
	assert_int_equal(r->n, 2);
	expect(r, 0, "https://a.example/river", "tag:a.example,2001:1", NOON);
	expect(r, 1, "https://a.example/bridge?a=1&b=2", "urn:uuid:6b1e0d0c", 0);
	assert_int_equal(r->diags.n, 0);
}

/* The link to HTML is the one that people read; another is better than none. */
static void
test_atom_links(void **state)
{
	struct read *r = *state;

	read_well(r, ATOM_FEED
	    "<entry><id>urn:x:1</id>"
	    "<link rel=\"alternate\" type=\"text/plain\" "
	    "href=\"http://a.example/1.txt\"/>"
	    "<link rel=\"alternate\" type=\"application/xhtml+xml\""
	    " href=\"http://a.example/1\"/>"
	    "<link rel=\"alternate\" href=\"http://a.example/late\"/></entry>"
	    "<entry><id>urn:x:2</id>"
	    "<link type=\"text/plain\" href=\"http://a.example/2.txt\"/></entry>"
	    "<entry><id>http://a.example/3</id></entry>"
	    "</feed>");
	assert_int_equal(r->n, 3);
	expect(r, 0, "http://a.example/1", "urn:x:1", 0);
	expect(r, 1, "http://a.example/2.txt", "urn:x:2", 0);
	expect(r, 2, "http://a.example/3", "http://a.example/3", 0);
}

static void
test_xml_base(void **state)
{
	struct read *r = *state;

	read_well(r, "<feed xmlns=\"http://www.w3.org/2005/Atom\""
		     " xml:base=\"https://a.example/blog/\">"
		     "<link rel=\"self\" href=\"http://elsewhere.example/feed\"/>"
		     "<entry xml:base=\"2024/\"><id>urn:x:1</id>"
		     "<link href=\"one\"/></entry>"
		     "<entry><id>urn:x:2</id>"
		     "<link xml:base=\"//b.example/\" href=\"two\"/></entry>"
		     "<entry><id>urn:x:3</id><link href=\"../three\"/></entry>"
		     "</feed>");
	assert_int_equal(r->n, 3);
	expect(r, 0, "https://a.example/blog/2024/one", "urn:x:1", 0);
	expect(r, 1, "https://b.example/two", "urn:x:2", 0);
	expect(r, 2, "https://a.example/three", "urn:x:3", 0);
}

static void
test_rss(void **state)
{
	struct read *r = *state;

	read_well(r,
	    "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\""
	    " xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
	    " xmlns:dcterms=\"http://purl.org/dc/terms/\"><channel>"
	    "<link>https://a.example/</link>"
	    /* the guid is the permalink, the link goes elsewhere */
	    "<item><guid>https://a.example/1</guid><link>https://b.example/</link>"
	    "<pubDate>Wed, 28 Feb 2024 12:00:00 GMT</pubDate></item>"
	    "<item><guid isPermaLink=\"false\">https://a.example/?p=2</guid>"
	    "<link>https://a.example/two</link>"
	    "<pubDate>Mon, 01 Jan 2001 00:00:00 GMT</pubDate>"
	    "<atom:updated>2024-02-28T12:00:00Z</atom:updated></item>"
	    /* said to be a permalink, but no address */
	    "<item><guid isPermaLink=\"true\">tag:a.example,2001:3</guid>"
	    "<link><![CDATA[ https://a.example/three ]]></link>"
	    "<dcterms:modified>2024-02-28T12:00:00Z</dcterms:modified></item>"
	    "<item><link>https://a.example/four</link>"
	    "<dc:date>2024-02-28T12:00Z</dc:date></item>"
	    "<item><guid>urn:x:5</guid><link>five</link>"
	    "<pubDate>yesterday</pubDate></item>"
	    "</channel></rss>");
	assert_int_equal(r->n, 5);
	expect(r, 0, "https://a.example/1", "https://a.example/1", NOON);
	expect(r, 1, "https://a.example/two", "https://a.example/?p=2", NOON);
	expect(r, 2, "https://a.example/three", "tag:a.example,2001:3", NOON);
	expect(r, 3, "https://a.example/four", "https://a.example/four", NOON);
	expect(r, 4, "https://a.example/five", "urn:x:5", 0);
}

static void
test_rdf(void **state)
{
	struct read *r = *state;

	read_well(r, "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\""
		     " xmlns=\"http://purl.org/rss/1.0/\""
		     " xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
		     "<channel rdf:about=\"https://a.example/\">"
		     "<link>https://a.example/</link></channel>"
		     "<item rdf:about=\"urn:x:1\"><link>https://a.example/one</link>"
		     "<dc:date>2024-02-28T20:00:00+08:00</dc:date></item>"
		     "</rdf:RDF>");
	assert_int_equal(r->n, 1);
	expect(r, 0, "https://a.example/one", "urn:x:1", NOON);
}

#define JSON_FEED "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":"

static void
test_json(void **state)
{
	struct read *r = *state;

	read_well(r,
	    "\xEF\xBB\xBF \n" JSON_FEED
	    "[{\"id\":\"urn:x:1\",\"url\":\"https://a.example/one\","
	    "\"date_published\":\"2001-01-01T00:00:00Z\","
	    "\"date_modified\":\"2024-02-28T20:00:00+08:00\"},"
	    "{\"id\":\"https://a.example/two\","
	    "\"date_published\":\"2024-02-28T12:00:00Z\"},"
	    "{\"id\":3,\"url\":\"https://a.example/three\"},"
	    "null,[],{\"id\":\"urn:x:6\",\"url\":[\"https://a.example/six\"]}]}");
	assert_int_equal(r->n, 2);
	expect(r, 0, "https://a.example/one", "urn:x:1", NOON);
	expect(r, 1, "https://a.example/two", "https://a.example/two", NOON);
	assert_int_equal(r->diags.n, 4);
	expect_diag(r, 0, DIAG_NOTE, 0, "entry 3 at https://a.example/three has no id");
	expect_diag(r, 1, DIAG_NOTE, 0, "entry 4 has no id");
	expect_diag(r, 3, DIAG_NOTE, 0, "entry 6 has no address");
}

/* Notes, with their lines; the rest is adopted. */
static void
test_passed_over(void **state)
{
	struct read *r = *state;

	read_well(r, "<rss version=\"2.0\"><channel>\n"
		     "<item><title>nothing</title></item>\n"
		     "<item><guid>x-17</guid></item>\n"
		     "<item><guid isPermaLink=\"false\">x-17</guid>"
		     "<link>https://a.example/3</link></item>\n"
		     "<item><guid>https://a.example/中国</guid></item>\n"
		     "<item><link>mailto:ann@a.example</link></item>\n"
		     "<item><guid>urn:x:6</guid><link>https://a.example/6</link></item>\n"
		     "</channel></rss>");
	assert_int_equal(r->n, 1);
	expect(r, 0, "https://a.example/6", "urn:x:6", 0);
	assert_int_equal(r->diags.n, 5);
	expect_diag(r, 0, DIAG_NOTE, 2, "entry 1 has no id");
	expect_diag(r, 1, DIAG_NOTE, 3, "entry 2 has no address");
	expect_diag(r, 2, DIAG_WARN, 4, "entry 3 at https://a.example/3 has an id that");
	expect_diag(r, 3, DIAG_WARN, 5, "/%E4%B8%AD%E5%9B%BD has an id that is no URI");
	expect_diag(r, 4, DIAG_NOTE, 6, "entry 5 has no address");
	assert_true(slice_is(r->diags.v[0].path, "old.xml"));
}

static void
test_first_wins(void **state)
{
	struct read *r = *state;

	read_well(r,
	    JSON_FEED "[{\"id\":\"urn:x:1\",\"url\":\"https://a.example/one\"},"
		      "{\"id\":\"urn:x:2\",\"url\":\"https://A.example/one\"}]}");
	assert_int_equal(r->n, 1);
	expect(r, 0, "https://a.example/one", "urn:x:1", 0);
	assert_int_equal(r->diags.n, 0);
}

/* A feed could not show such a date, so it is as good as none. */
static void
test_early_date(void **state)
{
	struct read *r = *state;

	read_well(r, ATOM_FEED "<entry><id>http://a.example/1</id>"
			       "<updated>1989-12-31T23:59:59Z</updated></entry></feed>");
	expect(r, 0, "http://a.example/1", "http://a.example/1", 0);
}

static void
test_encodings(void **state)
{
	static const char gbk[] = "<?xml version=\"1.0\" encoding=\"GBK\"?>"
				  "<rss><channel><title>\xD6\xD0\xB9\xFA</title>"
				  "<item><link>http://a.example/\xD6\xD0</link>"
				  "<guid>urn:x:1</guid></item></channel></rss>";
	static const char ascii[] =
	    ATOM_FEED "<entry><id>http://a.example/2</id></entry></feed>";
	struct read *r = *state;
	struct buf wide;

	read_well(r, gbk);
	expect(r, 0, "http://a.example/%E4%B8%AD", "urn:x:1", 0);
	buf_init(&wide, 4096);
	buf_add(&wide, "\xFF\xFE", 2);
	for (size_t i = 0; i < sizeof ascii - 1; i++)
		buf_add(&wide, (char[]){ascii[i], 0}, 2);
	assert_int_equal(read_slice(r, buf_view(&wide)), 0);
	expect(r, 0, "http://a.example/2", "http://a.example/2", 0);
	buf_fini(&wide);
}

static void
test_empty_feeds(void **state)
{
	static const char *const feed[] = {
	    ATOM_FEED "</feed>", "<rss/>", "<rss><channel/></rss>", JSON_FEED "[]}"};
	struct read *r = *state;

	for (size_t i = 0; i < sizeof feed / sizeof *feed; i++) {
		read_well(r, feed[i]);
		assert_int_equal(r->n, 0);
		assert_int_equal(r->diags.n, 0);
	}
}

static void
test_broken(void **state)
{
	static const struct {
		const char *text, *line;
	} broken[] = {
	    {"", "line "},
	    {"not a feed", "line 1: "},
	    {"<html>\n<body/></html>", "line 1: this is XML, but neither"},
	    {"<!-- -->\n<feed><entry/></feed>", "line 2: this is XML, but neither"},
	    {ATOM_FEED "\n<entry></feed>", "line 2: "},
	    {ATOM_FEED "\n<entry>", "line 2: "},
	    {ATOM_FEED "\n\n<id>\x01</id></feed>", "line 3: "},
	    {ATOM_FEED "<id>&nbsp;</id></feed>", "line 1: "},
	    {"{\n\"items\": [}", "line 2: "},
	    {"{\"items\": []}", "line 1: this is JSON, but no JSON Feed"},
	    {"{\"version\": \"https://jsonfeed.org/version/1\"}", "no JSON Feed"},
	    {"[]", "line 1: "},
	    {"<?xml version=\"1.0\" encoding=\"GBK\"?>\n<rss>\xFF</rss>", "line "},
	    {"<?xml version=\"1.0\" encoding=\"none\"?>\n<rss/>", "line "},
	};
	struct read *r = *state;

	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		if (read_slice(r, slice_str(broken[i].text)) == 0)
			fail_msg("taken: %s", broken[i].text);
		assert_int_equal(r->err.kind, ERR_INPUT);
		if (!strstr(r->err.text, broken[i].line))
			fail_msg("\"%s\" lacks \"%s\"", r->err.text, broken[i].line);
		assert_int_equal(r->n, 0);
		assert_null(r->v);
	}
}

/* Nothing outside of the file is read, and nothing in it grows. */
static void
test_entities(void **state)
{
	struct read *r = *state;

	read_well(r, "<!DOCTYPE rss [<!ENTITY f SYSTEM \"file:///etc/passwd\">"
		     "<!ENTITY u \"https://a.example/\">"
		     "<!ATTLIST guid isPermaLink CDATA \"false\">]>"
		     "<rss><channel><item><link>https://a.example/&u;1</link>"
		     "<guid>urn:x:&f;1</guid></item></channel></rss>");
	expect(r, 0, "https://a.example/1", "urn:x:1", 0);
	assert_int_equal(
	    read_slice(r, SLICE("<!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaaaaaaaaaaaa\">"
				"<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
				"<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">"
				"<!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\">"
				"<!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;\">"
				"<!ENTITY f \"&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;\">"
				"<!ENTITY g \"&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;\">"
				"<!ENTITY h \"&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;\">]>"
				"<rss><channel><item><link>https://a.example/1</link>"
				"<guid>&h;&h;&h;</guid></item></channel></rss>")),
	    -1);
}

/* What no id can be is not cut, but passed over. */
static void
test_long_values(void **state)
{
	struct read *r = *state;
	struct buf feed;

	buf_init(&feed, 64 * 1024);
	buf_str(&feed, ATOM_FEED "<entry><id>urn:x:");
	for (int i = 0; i < 3000; i++)
		buf_char(&feed, 'a');
	buf_str(&feed, "</id><link href=\"http://a.example/1\"/></entry></feed>");
	assert_int_equal(read_slice(r, buf_view(&feed)), 0);
	assert_int_equal(r->n, 0);
	expect_diag(r, 0, DIAG_NOTE, 1, "has no id");
	buf_fini(&feed);
}

/* Time and lines of a large feed: 200,000 entries, over 65,535 lines. */
static void
test_large(void **state)
{
	enum { ENTRIES = 200000 };
	struct read *r = *state;
	struct buf feed;

	buf_init(&feed, ADOPT_MAX);
	buf_str(&feed, ATOM_FEED "\n");
	for (int i = 0; i < ENTRIES; i++)
		buf_printf(&feed,
		    "<entry><id>urn:x:%d</id><link href=\"http://a.example/%d\"/>"
		    "</entry>\n",
		    i, i);
	buf_str(&feed, "<entry/></feed>");
	assert_int_equal(read_slice(r, buf_view(&feed)), 0);
	assert_int_equal(r->n, ENTRIES);
	expect(r, ENTRIES - 1, "http://a.example/199999", "urn:x:199999", 0);
	expect_diag(r, 0, DIAG_NOTE, ENTRIES + 2, "entry 200001 has no id");
	buf_fini(&feed);
}

static void
test_too_large(void **state)
{
	struct read *r = *state;

	/* Refused by its size alone, so that nothing of it is looked at. */
	assert_int_equal(read_slice(r, slice_make("<", ADOPT_MAX + 1)), -1);
	assert_int_equal(r->err.kind, ERR_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_atom, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_atom_links, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_xml_base, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_rss, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_rdf, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_json, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_passed_over, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_first_wins, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_early_date, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_encodings, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_empty_feeds, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_broken, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_entities, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_long_values, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_large, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_too_large, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

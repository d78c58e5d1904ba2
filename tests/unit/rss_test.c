#include "sample.h"

#include "output/rss.h"

static const struct format *
rss(void)
{
	return format_find(SLICE("rss"));
}

static void
test_bytes(void **state)
{
	static const char expected[] =
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<rss version=\"2.0\""
	    " xmlns:atom=\"http://www.w3.org/2005/Atom\""
	    " xmlns:content=\"http://purl.org/rss/1.0/modules/content/\""
	    " xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
	    " xmlns:dcterms=\"http://purl.org/dc/terms/\""
	    " xmlns:fh=\"http://purl.org/syndication/history/1.0\""
	    " xmlns:media=\"http://search.yahoo.com/mrss/\""
	    " xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\">\n"
	    "  <channel>\n"
	    "    <title>杂志 &#x26; 灯塔</title>\n"
	    "    <link>https://zazhi.example/</link>\n"
	    "    <description>海边的 &#x3C;杂志&#x3E;</description>\n"
	    "    <language>zh-Hans</language>\n"
	    "    <copyright>© 本刊</copyright>\n"
	    "    <lastBuildDate>Wed, 28 Feb 2024 09:07:16 +0800</lastBuildDate>\n"
	    "    <generator>xysfeed</generator>\n"
	    "    <docs>https://www.rssboard.org/rss-specification</docs>\n"
	    "    <ttl>240</ttl>\n"
	    "    <sy:updatePeriod>daily</sy:updatePeriod>\n"
	    "    <sy:updateFrequency>6</sy:updateFrequency>\n"
	    "    <image>\n"
	    "      <url>https://zazhi.example/logo.png</url>\n"
	    "      <title>杂志 &#x26; 灯塔</title>\n"
	    "      <link>https://zazhi.example/</link>\n"
	    "    </image>\n"
	    "    <atom:link rel=\"self\" type=\"application/rss+xml\""
	    " href=\"https://zazhi.example/feeds/main.xml\"/>\n"
	    "    <atom:link rel=\"alternate\" type=\"application/rss+xml\""
	    " href=\"https://zazhi.example/feeds/main.rss\"/>\n"
	    "    <atom:link rel=\"alternate\" type=\"application/feed+json\""
	    " href=\"https://zazhi.example/feeds/main.json\"/>\n"
	    "    <atom:link rel=\"hub\" href=\"https://hub.example/\"/>\n"
	    "    <atom:link rel=\"hub\" href=\"https://hub.example/two?x=1&amp;y=2\"/>\n"
	    "    <atom:link rel=\"prev-archive\" type=\"application/x-test\""
	    " href=\"https://zazhi.example/feeds/main/2.xml\"/>\n"
	    "    <item>\n"
	    "      <title>灯塔与海：AT&#x26;T "
	    "&#x3C;b&#x3E;不是&#x3C;/b&#x3E;标签</title>\n"
	    "      <link>https://zazhi.example/2024/%E7%81%AF%E5%A1%94.html</link>\n"
	    "      <guid "
	    "isPermaLink=\"false\">tag:zazhi.example,1994:/2024/deng-ta</guid>\n"
	    "      <description>夜里有船经过，1 &#x26;lt; 2 &#x26;amp;&#x26;amp; \"3\""
	    " &#x26;gt; 2。</description>\n"
	    "      <content:encoded>&lt;p&gt;夜里有船经过，1 &amp;lt; 2 "
	    "&amp;amp;&amp;amp;"
	    " 3。&lt;/p&gt;\n"
	    "&lt;p&gt;&lt;a "
	    "href=\"https://zazhi.example/?a=1&amp;amp;b=2\"&gt;看&lt;/a&gt;"
	    "&lt;/p&gt;</content:encoded>\n"
	    "      <dc:creator>林望舒</dc:creator>\n"
	    "      <dc:creator>A. B. &#x3C;Keeper&#x3E;</dc:creator>\n"
	    "      <dc:contributor>译者甲</dc:contributor>\n"
	    "      <dc:source>港口日报</dc:source>\n"
	    "      <dc:language>en</dc:language>\n"
	    "      <dc:rights>© 作者 &#x26; 本刊</dc:rights>\n"
	    "      <category domain=\"https://zazhi.example/#category\">海洋</category>\n"
	    "      <category "
	    "domain=\"https://zazhi.example/#category\">R&#x26;D</category>\n"
	    "      <category>海洋</category>\n"
	    "      <category>灯 塔</category>\n"
	    "      <dcterms:created>2024-02-21</dcterms:created>\n"
	    "      <dcterms:issued>2024-02-22</dcterms:issued>\n"
	    "      <pubDate>Tue, 27 Feb 2024 09:07:16 +0800</pubDate>\n"
	    "      <atom:updated>2024-02-28T09:07:16+08:00</atom:updated>\n"
	    "      <atom:link rel=\"via\""
	    " href=\"https://harbour.example/story?id=7&amp;lang=zh\"/>\n"
	    "      <enclosure url=\"https://zazhi.example/a.mp3\" length=\"1234567\""
	    " type=\"audio/mpeg\"/>\n"
	    "      <media:thumbnail url=\"https://zazhi.example/a.jpg?w=1&amp;h=2\"/>\n"
	    "    </item>\n"
	    "  </channel>\n"
	    "</rss>\n";

	(void)state;
	sample_expect_bytes(rss(), expected);
}

static void
test_fallbacks(void **state)
{
	struct sample s;
	struct buf doc;

	(void)state;
	sample_open(&s);
	s.feed.subtitle = SLICE_NONE;
	s.entry[2].origin = (struct origin){.url = SLICE("https://far.example/1")};
	sample_write(&doc, rss(), &s.feed);
	/* a channel and an item always have a description */
	assert_true(sample_has(&doc, "<description>杂志 &#x26; 灯塔</description>"));
	assert_true(
	    sample_has(&doc, "<description>雾</description>\n      <content:encoded>"));
	/* the id is the permalink where it is the address */
	assert_true(
	    sample_has(&doc, "<guid isPermaLink=\"true\">https://zazhi.example/2023/wu"));
	/* an address for a source without name; a type and a length always */
	assert_true(sample_has(&doc, "<dc:source>https://far.example/1</dc:source>"));
	assert_true(
	    sample_has(&doc, "<enclosure url=\"https://zazhi.example/unknown.bin\""
			     " length=\"0\" type=\"application/octet-stream\"/>"));
	/* no <author>: that would be an address */
	assert_false(sample_has(&doc, "<author"));
	buf_fini(&doc);
	sample_close(&s);
}

static void
test_archive(void **state)
{
	struct sample s;
	struct buf doc;

	(void)state;
	sample_open(&s);
	sample_archive(&s);
	sample_write(&doc, rss(), &s.feed);
	assert_true(sample_has(&doc, "<fh:archive/>"));
	assert_true(sample_has(&doc, "<atom:link rel=\"current\""));
	assert_false(sample_has(&doc, "rel=\"hub\""));
	assert_false(sample_has(&doc, "<ttl>"));
	buf_fini(&doc);
	sample_close(&s);
}

static void
test_refused(void **state)
{
	static const struct sample_fault faults[] = {
	    {"</item>", "</itam>", "xml"},
	    {"version=\"2.0\"", "version=\"0.91\"", "read-back: version"},
	    {"isPermaLink=\"false\"", "isPermaLink=\"true\"", "read-back: isPermaLink"},
	    {" isPermaLink=\"false\"", "", "guid has no isPermaLink"},
	    {"<dc:creator>林望舒</dc:creator>", "<author>林望舒</author>",
		"structure: author stands where dc:creator should"},
	    {"<dc:creator>A. B. &#x3C;Keeper&#x3E;</dc:creator>", "",
		"structure: contributor stands where dc:creator should"},
	    {"Tue, 27 Feb", "Wed, 27 Feb", "date-form: pubDate"},
	    {"Tue, 27 Feb 2024", "Tue, 27 Feb 24", "date-form: pubDate"},
	    {"09:07:16 +0800</pubDate>", "09:07:16 GMT</pubDate>", "read-back: pubDate"},
	    {"&#x26;lt; 2", "&#x3C;b&#x3E; 2", "structure: description has markup"},
	    {"&#x26;lt; 2", "&#x26;gt; 2", "read-back: description"},
	    {"rel=\"self\"", "rel=\"hub\"", "read-back: rel"},
	    {" length=\"1234567\"", "", "enclosure has no length"},
	    {"<category>海洋</category>", "<category>海</category>",
		"read-back: category"},
	    {"<title>灯塔", "<title>灯", "read-back: title"},
	    {"</channel>", "<item/></channel>", ""},
	};

	(void)state;
	sample_expect_refused(rss(), faults, sizeof faults / sizeof *faults);
}

static void
test_description_before_content(void **state)
{
	struct sample s;
	struct buf doc, bad;
	struct slice text;
	struct err err;
	size_t from, mid, to;

	(void)state;
	sample_open(&s);
	sample_write(&doc, rss(), &s.feed);
	text = buf_view(&doc);
	from = slice_find(text, SLICE("<description>夜里"));
	mid = slice_find(text, SLICE("<content:encoded>"));
	to = slice_find(text, SLICE("<dc:creator>"));
	buf_init(&bad, 1 << 20);
	buf_slice(&bad, slice_part(text, 0, from));
	buf_slice(&bad, slice_part(text, mid, to));
	buf_slice(&bad, slice_part(text, from, mid));
	buf_slice(&bad, slice_from(text, to));
	assert_int_equal(sample_prove(rss(), buf_view(&bad), &s.feed, &err), -1);
	assert_non_null(strstr(err.text, "encoded stands where description should"));
	buf_fini(&bad);
	buf_fini(&doc);
	sample_close(&s);
}

static void
test_every_byte(void **state)
{
	struct sample s;

	(void)state;
	sample_open(&s);
	sample_expect_every_byte_counts(rss(), &s.feed, "<channel");
	sample_expect_every_line_counts(rss(), &s.feed);
	sample_close(&s);
}

static void
test_every_byte_of_long_texts(void **state)
{
	struct sample s;

	(void)state;
	sample_open(&s);
	sample_long(&s);
	sample_expect_proven(rss(), &s.feed);
	sample_expect_every_byte_counts(rss(), &s.feed, "<item>");
	sample_expect_every_line_counts(rss(), &s.feed);
	sample_close(&s);
}

static void
test_any_text(void **state)
{
	(void)state;
	sample_expect_any_text(rss());
}

static void
test_shapes(void **state)
{
	(void)state;
	sample_expect_shapes(rss());
	sample_expect_feed_rules(rss());
	sample_expect_limit(rss());
}

static void
test_stylesheet(void **state)
{
	(void)state;
	sample_expect_stylesheet(rss());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bytes),
	    cmocka_unit_test(test_fallbacks),
	    cmocka_unit_test(test_archive),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_description_before_content),
	    cmocka_unit_test(test_every_byte),
	    cmocka_unit_test(test_every_byte_of_long_texts),
	    cmocka_unit_test(test_any_text),
	    cmocka_unit_test(test_shapes),
	    cmocka_unit_test(test_stylesheet),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "sample.h"

#include "output/atom.h"

static const struct format *
atom(void)
{
	return format_find(SLICE("atom"));
}

static void
test_bytes(void **state)
{
	static const char expected[] =
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<feed xmlns=\"http://www.w3.org/2005/Atom\""
	    " xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
	    " xmlns:dcterms=\"http://purl.org/dc/terms/\""
	    " xmlns:fh=\"http://purl.org/syndication/history/1.0\""
	    " xmlns:media=\"http://search.yahoo.com/mrss/\""
	    " xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\""
	    " xml:lang=\"zh-Hans\">\n"
	    "  <id>tag:zazhi.example,1994:/feeds/main</id>\n"
	    "  <title type=\"text\">杂志 &amp; 灯塔</title>\n"
	    "  <subtitle type=\"text\">海边的 &lt;杂志&gt;</subtitle>\n"
	    "  <updated>2024-02-28T09:07:16+08:00</updated>\n"
	    "  <author>\n"
	    "    <name>本刊</name>\n"
	    "  </author>\n"
	    "  <link rel=\"self\" type=\"application/atom+xml\""
	    " href=\"https://zazhi.example/feeds/main.xml\"/>\n"
	    "  <link rel=\"alternate\" type=\"text/html\" "
	    "href=\"https://zazhi.example/\"/>\n"
	    "  <link rel=\"alternate\" type=\"application/rss+xml\""
	    " href=\"https://zazhi.example/feeds/main.rss\"/>\n"
	    "  <link rel=\"alternate\" type=\"application/feed+json\""
	    " href=\"https://zazhi.example/feeds/main.json\"/>\n"
	    "  <link rel=\"hub\" href=\"https://hub.example/\"/>\n"
	    "  <link rel=\"hub\" href=\"https://hub.example/two?x=1&amp;y=2\"/>\n"
	    "  <link rel=\"prev-archive\" type=\"application/x-test\""
	    " href=\"https://zazhi.example/feeds/main/2.xml\"/>\n"
	    "  <rights>© 本刊</rights>\n"
	    "  <icon>https://zazhi.example/favicon.png</icon>\n"
	    "  <logo>https://zazhi.example/logo.png</logo>\n"
	    "  <generator>xysfeed</generator>\n"
	    "  <sy:updatePeriod>daily</sy:updatePeriod>\n"
	    "  <sy:updateFrequency>6</sy:updateFrequency>\n"
	    "  <entry xml:lang=\"en\">\n"
	    "    <id>tag:zazhi.example,1994:/2024/deng-ta</id>\n"
	    "    <title type=\"text\">灯塔与海：AT&amp;T "
	    "&lt;b&gt;不是&lt;/b&gt;标签</title>\n"
	    "    <updated>2024-02-28T09:07:16+08:00</updated>\n"
	    "    <dcterms:created>2024-02-21</dcterms:created>\n"
	    "    <dcterms:issued>2024-02-22</dcterms:issued>\n"
	    "    <published>2024-02-27T09:07:16+08:00</published>\n"
	    "    <author>\n"
	    "      <name>林望舒</name>\n"
	    "      <uri>https://lin.example/</uri>\n"
	    "      <email>lin@lin.example</email>\n"
	    "    </author>\n"
	    "    <author>\n"
	    "      <name>A. B. &lt;Keeper&gt;</name>\n"
	    "    </author>\n"
	    "    <contributor>\n"
	    "      <name>译者甲</name>\n"
	    "    </contributor>\n"
	    "    <link rel=\"alternate\" type=\"text/html\""
	    " href=\"https://zazhi.example/2024/%E7%81%AF%E5%A1%94.html\"/>\n"
	    "    <link rel=\"via\""
	    " href=\"https://harbour.example/story?id=7&amp;lang=zh\"/>\n"
	    "    <link rel=\"enclosure\" type=\"audio/mpeg\" length=\"1234567\""
	    " href=\"https://zazhi.example/a.mp3\"/>\n"
	    "    <category term=\"海洋\" scheme=\"https://zazhi.example/#category\""
	    " label=\"海洋\"/>\n"
	    "    <category term=\"R&amp;D\" scheme=\"https://zazhi.example/#category\""
	    " label=\"R&amp;D\"/>\n"
	    "    <category term=\"海洋\" label=\"海洋\"/>\n"
	    "    <category term=\"灯 塔\" label=\"灯 塔\"/>\n"
	    "    <rights>© 作者 &amp; 本刊</rights>\n"
	    "    <source>\n"
	    "      <id>https://harbour.example/story?id=7&amp;lang=zh</id>\n"
	    "      <title>港口日报</title>\n"
	    "      <updated>2024-02-21T00:00:00+08:00</updated>\n"
	    "    </source>\n"
	    "    <media:thumbnail url=\"https://zazhi.example/a.jpg?w=1&amp;h=2\"/>\n"
	    "    <summary type=\"text\">夜里有船经过，1 &lt; 2 &amp;&amp; \"3\" &gt; 2。"
	    "</summary>\n"
	    "    <content type=\"html\">&lt;p&gt;夜里有船经过，1 &amp;lt; 2 "
	    "&amp;amp;&amp;amp;"
	    " 3。&lt;/p&gt;\n"
	    "&lt;p&gt;&lt;a "
	    "href=\"https://zazhi.example/?a=1&amp;amp;b=2\"&gt;看&lt;/a&gt;"
	    "&lt;/p&gt;</content>\n"
	    "  </entry>\n"
	    "</feed>\n";

	(void)state;
	sample_expect_bytes(atom(), expected);
}

static void
test_fallbacks(void **state)
{
	struct sample s;
	struct buf doc;

	(void)state;
	sample_open(&s);
	s.entry[2].summary = SLICE_NONE;
	sample_write(&doc, atom(), &s.feed);
	/* a source without address is no atom:source */
	assert_true(sample_has(&doc, "<dc:source>无址报</dc:source>"));
	/* of the same language but for case: not said again */
	assert_true(
	    sample_has(&doc, "  <entry>\n    <id>tag:zazhi.example,1994:/x</id>"));
	/* an unknown type or length is left out */
	assert_true(sample_has(&doc, "<link rel=\"enclosure\""
				     " href=\"https://zazhi.example/unknown.bin\"/>"));
	/* the title stands in for a summary that is not there */
	assert_true(sample_has(&doc, "<summary type=\"text\">]]&gt; &amp;amp;"));
	/* content that was asked for alone comes alone */
	assert_true(
	    sample_has(&doc, "</author>\n    <link rel=\"alternate\" type=\"text/html\""
			     " href=\"https://zazhi.example/2023/wu.html\"/>\n"
			     "    <content type=\"html\">"));
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
	sample_write(&doc, atom(), &s.feed);
	assert_true(sample_has(&doc, "<fh:archive/>"));
	assert_true(
	    sample_has(&doc, "<link rel=\"current\" type=\"application/x-test\""));
	assert_true(
	    sample_has(&doc, "<link rel=\"next-archive\" type=\"application/x-test\""));
	assert_false(sample_has(&doc, "rel=\"hub\""));
	assert_false(sample_has(&doc, "sy:update"));
	assert_false(sample_has(&doc, "xmlns:at="));
	buf_fini(&doc);
	sample_close(&s);
}

static void
test_tombstones(void **state)
{
	struct sample s;
	struct buf doc;
	const char *first, *entry;

	(void)state;
	sample_open(&s);
	sample_gone(&s);
	sample_write(&doc, atom(), &s.feed);
	first = strstr(buf_cstr(&doc),
	    "  <at:deleted-entry ref=\"tag:zazhi.example,1994:/gone\""
	    " when=\"2024-02-28T09:07:11+08:00\">\n"
	    "    <at:comment>&lt;应要求&gt;撤下</at:comment>\n"
	    "  </at:deleted-entry>\n"
	    "  <at:deleted-entry ref=\"tag:zazhi.example,1994:/lost\""
	    " when=\"2024-02-28T09:07:10+08:00\"/>\n");
	entry = strstr(buf_cstr(&doc), "<entry");
	assert_non_null(first);
	assert_true(first < entry);
	assert_true(
	    sample_has(&doc, "xmlns:at=\"http://purl.org/atompub/tombstones/1.0\""));
	buf_fini(&doc);
	sample_close(&s);
}

static void
test_refused(void **state)
{
	static const struct sample_fault faults[] = {
	    {"</entry>", "</entri>", "xml"},
	    {"<feed ", "<feed:x ", ""},
	    {"rel=\"self\"", "rel=\"alternate\"", "read-back: rel"},
	    {"feeds/main.xml\"/>", "feeds/other.xml\"/>", "read-back: href"},
	    {"<link rel=\"hub\" href=\"https://hub.example/\"/>", "", "read-back: href"},
	    {"<entry>", "<link rel=\"hub\" href=\"https://hub.example/\"/><entry>",
		"structure: link stands where entry should"},
	    {"</feed>", "<generator>x</generator></feed>",
		"structure: generator is too much"},
	    {"</feed>", "text</feed>", "structure: feed has text"},
	    {"<id>tag:zazhi.example,1994:/2024", "<id>tag:zazhi.example,1994:/2023",
		"read-back: id"},
	    {"<updated>2024-02-28T09:07:16+08:00", "<updated>2024-02-28T09:07:17+08:00",
		"read-back: updated"},
	    {"<updated>2024-02-28T09:07:16+08:00", "<updated>2024-02-28 09:07:16+08:00",
		"date-form: updated"},
	    {"<published>2024-02-27T", "<published>2024-02-26T", "read-back: published"},
	    {"<dcterms:issued>2024-02-22", "<dcterms:issued>2024-02-23",
		"read-back: dcterms:issued"},
	    {"<dcterms:issued>2024-02-22", "<dcterms:issued>20240222",
		"date-form: dcterms:issued"},
	    {"type=\"html\"", "type=\"text\"", "read-back: type"},
	    {"type=\"html\"", "type=\"html\" xml:lang=\"en\"", "too many attributes"},
	    {" length=\"1234567\"", "", "structure: link has no length"},
	    {"<name>本刊</name>", "<name/>", "xml-empty"},
	    {"雾散了", "雾散", "read-back: content"},
	    {"<dcterms:issued>2024-02-22</dcterms:issued>",
		"<dc:issued>2024-02-22</dc:issued>", "structure: issued stands"},
	};

	(void)state;
	sample_expect_refused(atom(), faults, sizeof faults / sizeof *faults);
}

static void
test_every_byte(void **state)
{
	struct sample s;

	(void)state;
	sample_open(&s);
	sample_gone(&s);
	sample_expect_every_byte_counts(atom(), &s.feed, "xml:lang=\"");
	sample_expect_every_line_counts(atom(), &s.feed);
	sample_close(&s);
}

static void
test_every_byte_of_long_texts(void **state)
{
	struct sample s;

	(void)state;
	sample_open(&s);
	sample_long(&s);
	sample_expect_proven(atom(), &s.feed);
	sample_expect_every_byte_counts(atom(), &s.feed, "<entry");
	sample_expect_every_line_counts(atom(), &s.feed);
	sample_close(&s);
}

static void
test_any_text(void **state)
{
	(void)state;
	sample_expect_any_text(atom());
}

static void
test_shapes(void **state)
{
	(void)state;
	sample_expect_shapes(atom());
	sample_expect_feed_rules(atom());
	sample_expect_limit(atom());
}

static void
test_stylesheet(void **state)
{
	(void)state;
	sample_expect_stylesheet(atom());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bytes),
	    cmocka_unit_test(test_fallbacks),
	    cmocka_unit_test(test_archive),
	    cmocka_unit_test(test_tombstones),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_every_byte),
	    cmocka_unit_test(test_every_byte_of_long_texts),
	    cmocka_unit_test(test_any_text),
	    cmocka_unit_test(test_shapes),
	    cmocka_unit_test(test_stylesheet),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "sample.h"

#include "output/json.h"

static const struct format *
json(void)
{
	return format_find(SLICE("json"));
}

static void
test_bytes(void **state)
{
	static const char expected[] =
	    "{\n"
	    "  \"version\": \"https://jsonfeed.org/version/1.1\",\n"
	    "  \"title\": \"杂志 & 灯塔\",\n"
	    "  \"home_page_url\": \"https://zazhi.example/\",\n"
	    "  \"feed_url\": \"https://zazhi.example/feeds/main.xml\",\n"
	    "  \"description\": \"海边的 <杂志>\",\n"
	    "  \"icon\": \"https://zazhi.example/logo.png\",\n"
	    "  \"favicon\": \"https://zazhi.example/favicon.png\",\n"
	    "  \"authors\": [\n"
	    "    {\n"
	    "      \"name\": \"本刊\"\n"
	    "    }\n"
	    "  ],\n"
	    "  \"language\": \"zh-Hans\",\n"
	    "  \"hubs\": [\n"
	    "    {\n"
	    "      \"type\": \"WebSub\",\n"
	    "      \"url\": \"https://hub.example/\"\n"
	    "    },\n"
	    "    {\n"
	    "      \"type\": \"WebSub\",\n"
	    "      \"url\": \"https://hub.example/two?x=1&y=2\"\n"
	    "    }\n"
	    "  ],\n"
	    "  \"items\": [\n"
	    "    {\n"
	    "      \"id\": \"tag:zazhi.example,1994:/2024/deng-ta\",\n"
	    "      \"url\": \"https://zazhi.example/2024/%E7%81%AF%E5%A1%94.html\",\n"
	    "      \"external_url\": \"https://harbour.example/story?id=7&lang=zh\",\n"
	    "      \"title\": \"灯塔与海：AT&T <b>不是</b>标签\",\n"
	    "      \"content_html\": \"<p>夜里有船经过，1 &lt; 2 &amp;&amp; 3。</p>\\n"
	    "<p><a href=\\\"https://zazhi.example/?a=1&amp;b=2\\\">看</a></p>\",\n"
	    "      \"summary\": \"夜里有船经过，1 < 2 && \\\"3\\\" > 2。\",\n"
	    "      \"image\": \"https://zazhi.example/a.jpg?w=1&h=2\",\n"
	    "      \"date_published\": \"2024-02-27T09:07:16+08:00\",\n"
	    "      \"date_modified\": \"2024-02-28T09:07:16+08:00\",\n"
	    "      \"authors\": [\n"
	    "        {\n"
	    "          \"name\": \"林望舒\",\n"
	    "          \"url\": \"https://lin.example/\"\n"
	    "        },\n"
	    "        {\n"
	    "          \"name\": \"A. B. <Keeper>\"\n"
	    "        }\n"
	    "      ],\n"
	    "      \"tags\": [\n"
	    "        \"海洋\",\n"
	    "        \"R&D\",\n"
	    "        \"灯 塔\"\n"
	    "      ],\n"
	    "      \"language\": \"en\",\n"
	    "      \"attachments\": [\n"
	    "        {\n"
	    "          \"url\": \"https://zazhi.example/a.mp3\",\n"
	    "          \"mime_type\": \"audio/mpeg\",\n"
	    "          \"title\": \"朗读 \\\"全文\\\"\",\n"
	    "          \"size_in_bytes\": 1234567\n"
	    "        }\n"
	    "      ],\n"
	    "      \"_xysfeed\": {\n"
	    "        \"source\": {\n"
	    "          \"name\": \"港口日报\",\n"
	    "          \"url\": \"https://harbour.example/story?id=7&lang=zh\",\n"
	    "          \"date\": \"2024-02-21\"\n"
	    "        },\n"
	    "        \"issued\": \"2024-02-22\",\n"
	    "        \"contributors\": [\n"
	    "          {\n"
	    "            \"name\": \"译者甲\"\n"
	    "          }\n"
	    "        ],\n"
	    "        \"rights\": \"© 作者 & 本刊\"\n"
	    "      }\n"
	    "    }\n"
	    "  ]\n"
	    "}\n";

	(void)state;
	sample_expect_bytes(json(), expected);
}

static void
test_fallbacks(void **state)
{
	struct sample s;
	struct buf doc;

	(void)state;
	sample_open(&s);
	sample_archive(&s);
	sample_write(&doc, json(), &s.feed);
	/* without content the summary is the content, once */
	assert_true(
	    sample_has(&doc, "\"content_text\": \"line one\\nline \\\\two\\u0009tab & "
			     "<![CDATA[ ]]>\",\n      \"date_published\""));
	assert_true(sample_has(&doc, "\"content_html\": \"<p>雾散了。</p>\",\n"
				     "      \"date_published\""));
	assert_true(sample_has(&doc, "\"mime_type\": \"application/octet-stream\"\n"));
	assert_false(sample_has(&doc, "\"hubs\""));
	s.feed.items = 0;
	buf_reset(&doc);
	assert_int_equal(json_write(&doc, &s.feed, &(struct err){0}), 0);
	assert_true(sample_has(&doc, "\"items\": []\n}\n"));
	buf_fini(&doc);
	sample_close(&s);
}

static void
test_control_characters(void **state)
{
	struct sample s;
	struct buf doc;
	struct err err;

	(void)state;
	sample_open(&s);
	s.entry[1].title = SLICE("a\x01\x1F\x7F\r");
	sample_write(&doc, json(), &s.feed);
	assert_true(sample_has(&doc, "\"a\\u0001\\u001F\x7F\\u000D\""));
	assert_int_equal(sample_prove(json(), buf_view(&doc), &s.feed, &err), 0);
	buf_fini(&doc);
	s.entry[1].title = SLICE("a\xE7\x81");
	sample_write(&doc, json(), &s.feed);
	assert_int_equal(sample_prove(json(), buf_view(&doc), &s.feed, &err), -1);
	buf_fini(&doc);
	sample_close(&s);
}

static void
test_refused(void **state)
{
	static const struct sample_fault faults[] = {
	    {"\"items\"", "items", "json: line 25"},
	    {"version/1.1", "version/1", "read-back: version"},
	    {"\"version\": ", "\"version\": 1, \"x\": ", "read-back: version"},
	    {"\"title\":", "\"title\": \"a\", \"title\":", "json"},
	    {"\"items\": [", "\"items\": [{},", "structure: items is no array of 3"},
	    {"\"items\": [", "\"items\": [], \"x\": [", "structure"},
	    {"\"summary\":", "\"sumary\":", "structure: summary is missing"},
	    {"\"language\": \"zh-Hans\",",
		"\"language\": \"zh-Hans\", \"next_url\": \"x\",",
		"structure: an object has 12 members, not 11"},
	    {"1234567", "1234568", "read-back: size_in_bytes"},
	    {"1234567", "\"1234567\"", "read-back: size_in_bytes"},
	    {"2024-02-27T09", "2024-02-27T08", "read-back: date_published"},
	    {"2024-02-27T09", "2024-02-27t09", ""},
	    {"\"2024-02-22\"", "\"2024-02-21\"", "read-back: issued"},
	    {"\"灯 塔\"", "\"灯\"", "read-back: tags"},
	    {"\"灯 塔\"", "\"灯 塔\", \"灯\"", "structure: tags is no array of 3"},
	    {"\"url\": \"https://hub.example/\"", "\"url\": null", "read-back: url"},
	};

	(void)state;
	sample_expect_refused(json(), faults, sizeof faults / sizeof *faults);
}

static void
test_every_byte(void **state)
{
	struct sample s;

	(void)state;
	sample_open(&s);
	sample_expect_every_byte_counts(json(), &s.feed, "{");
	sample_close(&s);
}

static void
test_every_byte_of_long_texts(void **state)
{
	struct sample s;

	(void)state;
	sample_open(&s);
	sample_long(&s);
	sample_expect_proven(json(), &s.feed);
	sample_expect_every_byte_counts(json(), &s.feed, "\"items\"");
	sample_close(&s);
}

static void
test_any_text(void **state)
{
	(void)state;
	sample_expect_any_text(json());
}

static void
test_shapes(void **state)
{
	(void)state;
	sample_expect_shapes(json());
	sample_expect_feed_rules(json());
	sample_expect_limit(json());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bytes),
	    cmocka_unit_test(test_fallbacks),
	    cmocka_unit_test(test_control_characters),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_every_byte),
	    cmocka_unit_test(test_every_byte_of_long_texts),
	    cmocka_unit_test(test_any_text),
	    cmocka_unit_test(test_shapes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

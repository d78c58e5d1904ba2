#include "output/xml.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <libxml/parser.h>

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static void
test_style(void **state)
{
	struct buf out;
	struct xml *x;
	struct err err;

	(void)state;
	buf_init(&out, 4096);
	x = xml_open(&out);
	xml_start(x, "a");
	xml_attr(x, "one", SLICE("1"));
	xml_attr(x, "empty", SLICE_NONE);
	xml_attr_opt(x, "none", SLICE_NONE);
	xml_declare(x, "dc fh");
	xml_start(x, "b");
	xml_element(x, "dc:c", SLICE("灯\n塔"));
	xml_element(x, "d", SLICE_NONE);
	xml_element_opt(x, "e", SLICE_NONE);
	xml_element_opt(x, "f", SLICE(" "));
	xml_end(x);
	xml_end(x);
	assert_int_equal(xml_close(x, &err), 0);
	assert_string_equal(buf_cstr(&out),
	    HEAD "<a one=\"1\" empty=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
		 " xmlns:fh=\"http://purl.org/syndication/history/1.0\">\n"
		 "  <b>\n"
		 "    <dc:c>灯\n塔</dc:c>\n"
		 "    <d/>\n"
		 "    <f> </f>\n"
		 "  </b>\n"
		 "</a>\n");
	buf_fini(&out);
}

static void
test_escapes(void **state)
{
	static const struct {
		void (*text)(struct xml *, struct slice);
		const char *expected;
	} row[] = {
	    {xml_text, "&amp;&lt;&gt;\"']]&gt;\t\n&#xD;"},
	    {xml_text_hex, "&#x26;&#x3C;&#x3E;\"']]&#x3E;\t\n&#xD;"},
	};
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct buf out, expected;
		struct xml *x;

		buf_init(&out, 4096);
		buf_init(&expected, 4096);
		x = xml_open(&out);
		xml_start(x, "a");
		xml_attr(x, "b", SLICE("&<>\"'\t\n\r"));
		row[i].text(x, SLICE("&<>\"']]>\t\n\r"));
		xml_end(x);
		assert_int_equal(xml_close(x, &err), 0);
		buf_printf(&expected,
		    HEAD "<a b=\"&amp;&lt;&gt;&quot;'&#x9;&#xA;&#xD;\">%s</a>\n",
		    row[i].expected);
		assert_string_equal(buf_cstr(&out), buf_cstr(&expected));
		buf_fini(&expected);
		buf_fini(&out);
	}
}

static void
test_escape_to_buf(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	xml_escape_text(&out, SLICE("a & \"b\" <c>"));
	xml_escape_attr(&out, SLICE("a & \"b\" <c>"));
	assert_string_equal(buf_cstr(&out), "a &amp; \"b\" &lt;c&gt;"
					    "a &amp; &quot;b&quot; &lt;c&gt;");
	buf_fini(&out);
}

/* All that XML can carry comes back, in text and in attributes. */
static void
test_round_trip(void **state)
{
	struct buf out, text;
	struct xml *x;
	struct err err;
	xmlDoc *doc;
	xmlNode *root;
	xmlChar *attr, *content;

	(void)state;
	buf_init(&out, 1 << 24);
	buf_init(&text, 1 << 24);
	for (uint32_t c = 1; c < 0x11000; c++)
		if ((c >= 0x20 && c < 0xD800) || (c >= 0xE000 && c < 0xFFFE) ||
		    c >= 0x10000 || c == '\t' || c == '\n' || c == '\r')
			buf_utf8(&text, c);
	x = xml_open(&out);
	xml_start(x, "a");
	xml_attr(x, "b", buf_view(&text));
	xml_text(x, buf_view(&text));
	xml_end(x);
	assert_int_equal(xml_close(x, &err), 0);
	doc = xmlReadMemory(out.p, (int)out.n, NULL, NULL, XML_PARSE_NONET);
	assert_non_null(doc);
	root = xmlDocGetRootElement(doc);
	attr = xmlGetProp(root, BAD_CAST "b");
	content = xmlNodeGetContent(root);
	assert_true(slice_is(buf_view(&text), (char *)attr));
	assert_true(slice_is(buf_view(&text), (char *)content));
	xmlFree(attr);
	xmlFree(content);
	xmlFreeDoc(doc);
	buf_fini(&text);
	buf_fini(&out);
}

/* Longer than one piece, with an escape on each side of every edge. */
static void
test_long(void **state)
{
	enum { LONG = 3 << 20 };
	struct buf out;
	struct xml *x;
	struct err err;
	char *text = mem_alloc(LONG);

	(void)state;
	memset(text, '&', LONG);
	buf_init(&out, (size_t)8 * LONG);
	x = xml_open(&out);
	xml_start(x, "a");
	xml_text(x, slice_make(text, LONG));
	xml_end(x);
	assert_int_equal(xml_close(x, &err), 0);
	assert_int_equal(out.n, strlen(HEAD "<a></a>\n") + 5 * (size_t)LONG);
	buf_fini(&out);
	free(text);
}

/* What does not fit is an error at the end, at whatever byte. */
static void
test_full(void **state)
{
	(void)state;
	for (size_t max = 0; max < 120; max++) {
		struct buf out;
		struct xml *x;
		struct err err;
		int rc;

		buf_init(&out, max);
		x = xml_open(&out);
		xml_start(x, "abc");
		xml_attr(x, "one", SLICE("1"));
		for (int i = 0; i < 3; i++)
			xml_element(x, "b", SLICE("text"));
		xml_end(x);
		rc = xml_close(x, &err);
		assert_int_equal(rc, max < 102 ? -1 : 0);
		if (rc)
			assert_int_equal(err.kind, ERR_LIMIT);
		assert_true(out.n <= max);
		buf_fini(&out);
	}
}

static void
test_namespace(void **state)
{
	(void)state;
	assert_string_equal(xml_namespace(SLICE("atom")), "http://www.w3.org/2005/Atom");
	assert_null(xml_namespace(SLICE("at o")));
	assert_null(xml_namespace(SLICE_NONE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_style),
	    cmocka_unit_test(test_escapes),
	    cmocka_unit_test(test_escape_to_buf),
	    cmocka_unit_test(test_round_trip),
	    cmocka_unit_test(test_long),
	    cmocka_unit_test(test_full),
	    cmocka_unit_test(test_namespace),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "output/xml_lift.h"

#include "base/arena.h"
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"

/* Sixty-four bytes, and what is long. */
#define D "0123456789012345678901234567890123456789012345678901234567890123"
#define L D D D D

static xmlDoc *
read_whole(struct slice doc)
{
	return xmlReadMemory(doc.p, (int)doc.n, NULL, NULL, XML_LIFT_OPTIONS);
}

static void
assert_same_string(const xmlChar *a, const xmlChar *b)
{
	assert_true(!a == !b);
	if (a)
		assert_string_equal((const char *)a, (const char *)b);
}

static void
assert_same_name(const xmlChar *a, const xmlNs *ns_a, const xmlChar *b, const xmlNs *ns_b)
{
	assert_same_string(a, b);
	assert_true(!ns_a == !ns_b);
	if (ns_a)
		assert_same_string(ns_a->href, ns_b->href);
}

static void
assert_same_attributes(const xmlNode *a, const xmlNode *b)
{
	const xmlAttr *x = a->properties, *y = b->properties;

	for (; x && y; x = x->next, y = y->next) {
		assert_same_name(x->name, x->ns, y->name, y->ns);
		assert_same_string(x->children ? x->children->content : NULL,
		    y->children ? y->children->content : NULL);
	}
	assert_true(!x && !y);
}

/* These nodes and their siblings. */
static void
assert_same(const xmlNode *a, const xmlNode *b)
{
	for (; a && b; a = a->next, b = b->next) {
		assert_int_equal(a->type, b->type);
		assert_int_equal(a->type == XML_TEXT_NODE, a->name == xmlStringText);
		if (a->type == XML_ELEMENT_NODE) {
			assert_same_name(a->name, a->ns, b->name, b->ns);
			assert_same_attributes(a, b);
			assert_int_equal(xmlGetLineNo(a), xmlGetLineNo(b));
			assert_same(a->children, b->children);
		} else {
			assert_same_string(a->content, b->content);
		}
		assert_ptr_equal(b->next ? b->next->prev : b->parent->last, b);
	}
	assert_true(!a && !b);
}

static void
expect_same(struct slice doc)
{
	xmlDoc *whole = read_whole(doc), *lifted = xml_lift_read(doc);

	assert_non_null(whole);
	if (!lifted)
		fail_msg("not read: %.*s", SLICE_ARG(doc));
	assert_same(whole->children, lifted->children);
	xmlFreeDoc(lifted);
	xmlFreeDoc(whole);
}

static void
test_read_the_same(void **state)
{
	static const char *const doc[] = {
	    "<a>" L "</a>",
	    "<a b='>'>c > d<e>" L "</e></a>",
	    "<?l?><a>" L "</a>",
	    "\n<?l a='>' b='<c>' " L "?>\n<a>\n" L "\n<b/></a>",
	    "\n<a>\n <b>" L "1</b>\n <c d='" L "'>" L "2</c>\n</a>\n",
	    "<a>" L "1<b/>" L "2<b>" L "3</b>" L "4</a>",
	    "<a><b><c>" L "1</c></b></a>",
	    "<a>" L "\n\n1\n</a>\n",
	    "<a>\n" L "\n\n<b>\n" L "\n</b>\n\n<c/></a>",
	    "<a>&lt;" L "&gt;&amp;&quot;&apos;&#x26;&#x3C;&#x3E;</a>",
	    "<a>&amp;&amp;" L "&amp;amp;&amp;lt;x</a>",
	    "<a>" L "&amp;</a>",
	    "<a>河" L "\xf0\x9f\x98\x80，\t\u00A0é</a>",
	    "<x:a xmlns:x='urn:x' xmlns='urn:y' x:b='c'><d>" L "</d></x:a>",
	    "<a>                                                                        "
	    "                                                                           "
	    "                                                                           "
	    "                                                          <b/></a>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof doc / sizeof *doc; i++) {
		struct buf b;

		buf_init(&b, 100000);
		buf_str(&b, DECLARATION);
		buf_str(&b, doc[i]);
		expect_same(buf_view(&b));
		buf_fini(&b);
	}
}

/* Around the length from which on a text is long, and where references are cut. */
static void
test_lengths(void **state)
{
	(void)state;
	for (size_t n = 240; n < 280; n++) {
		struct buf b;

		buf_init(&b, 100000);
		buf_str(&b, DECLARATION "<a>");
		for (size_t i = 0; i < n; i += 4)
			buf_str(&b, "&lt;");
		for (size_t i = 0; i < n % 4; i++)
			buf_char(&b, '\n');
		buf_str(&b, "<b>");
		for (size_t i = 0; i < n; i++)
			buf_char(&b, 'x');
		buf_str(&b, "</b></a>");
		if (n < 253)
			assert_null(xml_lift_read(buf_view(&b)));
		else
			expect_same(buf_view(&b));
		buf_fini(&b);
	}
}

/* All that is not quite right is libxml2's, and so is what feeds have no need of. */
static void
test_unusual(void **state)
{
	static const struct {
		const char *doc;
		bool well; /* is it well-formed? */
	} row[] = {
	    {"", false},
	    {"<a>" L "</a>", true},
	    {"<?xml version=\"1.0\"?><a>" L "</a>", true},
	    {"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>" L "</a>", true},
	    {"\xef\xbb\xbf" DECLARATION "<a>" L "</a>", true},
	    {DECLARATION, false},
	    {DECLARATION L, false},
	    {DECLARATION L "<a>b</a>", false},
	    {DECLARATION L "<a>" L "</a>", false},
	    {DECLARATION "<a>b</a>" L, false},
	    {DECLARATION "<a>" L "</a>" L, false},
	    {DECLARATION "<a>" L, false},
	    {DECLARATION "<a>" L "<", false},
	    {DECLARATION "<a>" L "</b>", false},
	    {DECLARATION "<a>" L "</a><b/>", false},
	    {DECLARATION "<a>" L "<!-- --></a>", true},
	    {DECLARATION "<a>" L "<![CDATA[b]]></a>", true},
	    {DECLARATION "<a>" L "<?l?></a>", true},
	    {DECLARATION "<a><?l?></a>", true},
	    {DECLARATION "<?l?><?l?><a>" L "</a>", true},
	    {DECLARATION "<?xml?><a>" L "</a>", false},
	    {DECLARATION "<?l><a>" L "</a>", false},
	    {DECLARATION "<a>" L "</a><?l?>", true},
	    {DECLARATION "<!DOCTYPE a><a>" L "</a>", true},
	    {DECLARATION "<a b='>'>" L "</a>", true},
	    {DECLARATION "<a b='>" L "'/>", true},
	    {DECLARATION "<a>" L "</a><!-- -->", true},
	    {DECLARATION "<a/>", true},
	    {DECLARATION "<a>b</a>", true},
	    {DECLARATION "<a b=\">" L "\">" L "</a>", true},
	    {DECLARATION "<a b='>" L "<'/>", false},
	    {DECLARATION "<a b='<?l?>'>" L "</a>", false},
	    {DECLARATION "<a <?l?>>" L "</a>", false},
	    {DECLARATION "<a" L "</a>", false},
	    {DECLARATION "<x:a>" L "</x:a>", true}, /* but for the namespace */
	    {DECLARATION "<a>" L ">b</a>", true},
	    {DECLARATION "<a>" L "]]></a>", false},
	    {DECLARATION "<a>" L "]]&gt;&</a>", false},
	    {DECLARATION "<a>" L "\r\n</a>", true},
	    {DECLARATION "<a>" L "&#xD;</a>", true},
	    {DECLARATION "<a>" L "&#65;&#x6CB3;</a>", true},
	    {DECLARATION "<a>" L "&#0;</a>", false},
	    {DECLARATION "<a>" L "&#xFFFE;</a>", false},
	    {DECLARATION "<a>" L "&#x26</a>", false},
	    {DECLARATION "<a>" L "&#X26;</a>", false},
	    {DECLARATION "<a>" L "&nbsp;</a>", false},
	    {DECLARATION "<a>" L "&LT;</a>", false},
	    {DECLARATION "<a>" L "&l<b/>t;</a>", false},
	    {DECLARATION "<a>" L "&lt</a>", false},
	    {DECLARATION "<a>" L "&</a>", false},
	    {DECLARATION "<a>&" L ";</a>", false},
	    {DECLARATION "<a>" L "\x01</a>", false},
	    {DECLARATION "<a>" L "\x1f</a>", false},
	    {DECLARATION "<a>" L "\xff</a>", false},
	    {DECLARATION "<a>" L "\xe6\xb2</a>", false},
	    {DECLARATION "<a>" L "\xe6&lt;\xb2\xb3</a>", false},
	    {DECLARATION "<a>" L "\xed\xa0\x80</a>", false},
	    {DECLARATION "<a>" L "\xef\xbf\xbe</a>", false},
	    {DECLARATION "<a>" L "\xf4\x90\x80\x80</a>", false},
	    {DECLARATION "<a>" L "\x7f</a>", true}, /* but not what a feed may have */
	    {DECLARATION "<a>" L "\xef\xbf\xbd</a>", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct slice doc = slice_str(row[i].doc);
		xmlDoc *whole = read_whole(doc);

		assert_int_equal(whole != NULL, row[i].well);
		if (xml_lift_read(doc))
			fail_msg("read: %s", row[i].doc);
		xmlFreeDoc(whole);
	}
}

/* The strings of a tree would end at it. */
static void
test_nul(void **state)
{
	(void)state;
	assert_null(xml_lift_read(SLICE(DECLARATION "<a>" L "\0b</a>")));
	assert_null(xml_lift_read(SLICE_NONE));
}

/* Too long a text is refused by libxml2: that has to be seen. */
static void
test_huge(void **state)
{
	static const size_t sizes[] = {1000000, 1000001, 10000001};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct buf b;
		xmlDoc *tree;
		char *text = mem_alloc(sizes[i]);

		memset(text, 'x', sizes[i]);
		buf_init(&b, 20000000);
		buf_str(&b, DECLARATION "<a>");
		buf_add(&b, text, sizes[i]);
		buf_str(&b, "</a>");
		tree = xml_lift_read(buf_view(&b));
		assert_int_equal(tree != NULL, i == 0);
		xmlFreeDoc(tree);
		buf_fini(&b);
		free(text);
	}
}

/* Whatever byte of a document changes, it is read as libxml2 reads it, or left to it. */
static void
test_every_byte(void **state)
{
	static const char document[] =
	    DECLARATION "\n<a b=\"c\">\n <d>&lt;" L "&amp;河</d>" L "<e f='g'/></a>\n";
	static const char puts[] = "x<>&;\"'/?! \n\r]\x01\xe6\xb2=";
	char doc[sizeof document];

	(void)state;
	memcpy(doc, document, sizeof doc);
	for (size_t i = 0; i + 1 < sizeof doc; i++)
		for (const char *put = puts; *put; put++) {
			struct slice s = slice_make(doc, sizeof doc - 1);
			xmlDoc *lifted;

			doc[i] = *put;
			lifted = xml_lift_read(s);
			if (lifted)
				expect_same(s);
			xmlFreeDoc(lifted);
			doc[i] = document[i];
		}
	expect_same(SLICE(document));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_read_the_same),
	    cmocka_unit_test(test_lengths),
	    cmocka_unit_test(test_unusual),
	    cmocka_unit_test(test_nul),
	    cmocka_unit_test(test_huge),
	    cmocka_unit_test(test_every_byte),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Any bytes as a document, a ~ in it standing for a long text. What is read past libxml2
 * is what libxml2 makes of it itself: the same tree, to the byte and the line.
 */
#include "output/xml_lift.h"

#include "base/buf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

static void
expand(struct buf *doc, struct slice s)
{
	buf_str(doc, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '~')
			buf_char(doc, s.p[i]);
		for (size_t k = 0; s.p[i] == '~' && k < 20; k++)
			buf_str(doc, "&lt;p&gt;河\n");
	}
}

/* The tree that libxml2 reads; NULL where it is not well-formed, names included. */
static xmlDoc *
read_whole(struct slice doc)
{
	xmlParserCtxt *parser = xmlNewParserCtxt();
	xmlDoc *tree =
	    xmlCtxtReadMemory(parser, doc.p, (int)doc.n, NULL, NULL, XML_LIFT_OPTIONS);

	if (tree && !parser->nsWellFormed) {
		xmlFreeDoc(tree);
		tree = NULL;
	}
	xmlFreeParserCtxt(parser);
	return tree;
}

static bool
same_string(const xmlChar *a, const xmlChar *b)
{
	return a && b ? strcmp((const char *)a, (const char *)b) == 0 : a == b;
}

static bool
same_ns(const xmlNs *a, const xmlNs *b)
{
	return a && b ? same_string(a->href, b->href) : a == b;
}

static void
demand_same_attributes(const xmlNode *a, const xmlNode *b)
{
	const xmlAttr *x = a->properties, *y = b->properties;

	for (; x && y; x = x->next, y = y->next) {
		demand(same_string(x->name, y->name) && same_ns(x->ns, y->ns));
		demand(!x->children == !y->children);
		demand(!x->children ||
		       same_string(x->children->content, y->children->content));
	}
	demand(!x && !y);
}

static void
demand_same(const xmlNode *a, const xmlNode *b)
{
	for (; a && b; a = a->next, b = b->next) {
		demand(a->type == b->type && same_string(a->name, b->name));
		if (a->type != XML_ELEMENT_NODE) {
			demand(same_string(a->content, b->content));
			continue;
		}
		demand(same_ns(a->ns, b->ns));
		demand(xmlGetLineNo(a) == xmlGetLineNo(b));
		demand_same_attributes(a, b);
		demand_same(a->children, b->children);
	}
	demand(!a && !b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf doc;
	xmlDoc *lifted, *whole;

	buf_init(&doc, 64 * 1024 * 1024);
	expand(&doc, slice_make((const char *)data, size));
	lifted = xml_lift_read(buf_view(&doc));
	if (lifted) {
		whole = read_whole(buf_view(&doc));
		demand(whole != NULL);
		demand_same(whole->children, lifted->children);
		xmlFreeDoc(whole);
	}
	xmlFreeDoc(lifted);
	buf_fini(&doc);
	return 0;
}

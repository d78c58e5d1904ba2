#include "output/lint.h"
#include "output/xml_lift.h"

#include <limits.h>
#include <string.h>

#include <libxml/parser.h>

#define ATOM "http://www.w3.org/2005/Atom"
#define FH   "http://purl.org/syndication/history/1.0"

static const char *const namespaces[] = {
    "http://purl.org/atompub/tombstones/1.0",
    "http://purl.org/dc/elements/1.1/",
    "http://purl.org/dc/terms/",
    "http://purl.org/rss/1.0/modules/content/",
    "http://purl.org/rss/1.0/modules/syndication/",
    FH,
    "http://search.yahoo.com/mrss/",
    "http://www.sitemaps.org/schemas/sitemap/0.9",
    ATOM,
    "http://www.w3.org/XML/1998/namespace",
};

/* Elements that say all they have to say in their attributes, or by being there. */
static const struct {
	const char *namespace, *name;
} may_be_empty[] = {
    {"", "cloud"},
    {"", "enclosure"},
    {"", "outline"},
    {ATOM, "category"},
    {ATOM, "link"},
    {FH, "archive"},
    {FH, "complete"},
    {"http://purl.org/atompub/tombstones/1.0", "deleted-entry"},
    {"http://search.yahoo.com/mrss/", "content"},
    {"http://search.yahoo.com/mrss/", "thumbnail"},
};

/* The roots of formats that are in no namespace. */
static const char *const bare_roots[] = {"opml", "rss"};

static bool
among(const xmlChar *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp((const char *)name, list[i]) == 0)
			return true;
	return false;
}
#define AMONG(name, list) among((name), (list), sizeof(list) / sizeof *(list))

static struct slice
text_of(const xmlChar *text)
{
	return slice_str((const char *)text);
}

static bool
is_blank(const xmlChar *text)
{
	return text[strspn((const char *)text, " \t\n\v\f\r")] == '\0';
}

/* `bare`: names in no namespace are in order here. */
static void
check_namespaces(struct lint *l, const xmlNode *node, bool bare)
{
	if (!node->ns && !bare) {
		lint_add(l, "xml-namespace", SLICE_NONE,
		    "line %ld: <%s> is in no namespace", xmlGetLineNo(node), node->name);
		return;
	}
	for (const xmlNs *ns = node->nsDef; ns; ns = ns->next)
		if (!AMONG(ns->href, namespaces))
			lint_add(l, "xml-namespace", SLICE_NONE,
			    "line %ld: <%s> declares an unknown namespace: %s",
			    xmlGetLineNo(node), node->name, ns->href);
}

/* The one attribute that has to be there, and may have nothing to say. */
static bool
may_be_blank(const xmlNode *node, const xmlAttr *a)
{
	return !node->ns && strcmp((const char *)node->name, "cloud") == 0 &&
	       strcmp((const char *)a->name, "registerProcedure") == 0;
}

static void
check_attributes(struct lint *l, const xmlNode *node)
{
	for (const xmlAttr *a = node->properties; a; a = a->next) {
		const xmlNode *text = a->children;

		if ((!text || !text->content || is_blank(text->content)) &&
		    !may_be_blank(node, a))
			lint_add(l, "xml-empty", SLICE_NONE, "line %ld: <%s %s> is empty",
			    xmlGetLineNo(node), node->name, a->name);
		for (; text; text = text->next)
			if (text->content)
				lint_text(l, SLICE_NONE, (const char *)a->name,
				    text_of(text->content));
	}
}

/* Is there an element in it, or text that is not blank? */
static bool
has_content(const xmlNode *node)
{
	for (const xmlNode *n = node->children; n; n = n->next)
		if (n->type == XML_ELEMENT_NODE || (n->content && !is_blank(n->content)))
			return true;
	return false;
}

static bool
is_always_filled(const xmlNode *node)
{
	const char *namespace = node->ns ? (const char *)node->ns->href : "";

	for (size_t i = 0; i < sizeof may_be_empty / sizeof *may_be_empty; i++)
		if (strcmp(may_be_empty[i].namespace, namespace) == 0 &&
		    strcmp(may_be_empty[i].name, (const char *)node->name) == 0)
			return false;
	return true;
}

static void
check_node(struct lint *l, const xmlNode *node, bool bare)
{
	if (node->type == XML_TEXT_NODE) {
		lint_text(l, SLICE_NONE, (const char *)node->parent->name,
		    text_of(node->content));
		return;
	}
	if (node->type != XML_ELEMENT_NODE) {
		lint_add(l, "xml", SLICE_NONE,
		    "line %ld: neither element nor text, which is all that feeds need",
		    xmlGetLineNo(node));
		return;
	}
	check_namespaces(l, node, bare);
	check_attributes(l, node);
	if (!has_content(node) && is_always_filled(node))
		lint_add(l, "xml-empty", SLICE_NONE, "line %ld: <%s> is empty",
		    xmlGetLineNo(node), node->name);
}

/* The next node in document order, or NULL behind the last one below `top`. */
static const xmlNode *
next_node(const xmlNode *node, const xmlNode *top)
{
	if (node->type == XML_ELEMENT_NODE && node->children)
		return node->children;
	while (node != top && !node->next)
		node = node->parent;
	return node == top ? NULL : node->next;
}

static void
check_tree(struct lint *l, const xmlNode *root)
{
	bool bare = !root->ns && AMONG(root->name, bare_roots);

	for (const xmlNode *node = root; node; node = next_node(node, root))
		check_node(l, node, bare);
}

/* Does the document begin with the declaration, to the byte? */
static void
check_declaration(struct lint *l, struct slice doc)
{
	const struct slice declaration =
	    SLICE("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");

	if (!slice_starts(doc, declaration))
		lint_add(l, "xml-declaration", SLICE_NONE, "begins with \"%.*s\"",
		    SLICE_ARG(lint_quote(l, doc)));
}

static xmlDoc *
parse(struct lint *l, struct slice doc)
{
	xmlParserCtxt *parser = xmlNewParserCtxt();
	xmlDoc *tree = NULL;

	if (parser && doc.n <= INT_MAX)
		tree = xmlCtxtReadMemory(
		    parser, doc.p ? doc.p : "", (int)doc.n, NULL, NULL, XML_LIFT_OPTIONS);
	if (!tree || !parser->wellFormed || !parser->nsWellFormed) {
		const xmlError *error = parser ? xmlCtxtGetLastError(parser) : NULL;
		const char *text =
		    error && error->message ? error->message : "no document";

		lint_add(l, "xml", SLICE_NONE, "line %d: %.*s", error ? error->line : 0,
		    SLICE_ARG(slice_trim(slice_str(text))));
		xmlFreeDoc(tree);
		tree = NULL;
	}
	xmlFreeParserCtxt(parser);
	return tree;
}

/* The document as it is in its tree, to the last byte: behind the root element libxml2
 * takes a NUL for the end. */
static xmlDoc *
read_all(struct lint *l, struct slice doc)
{
	size_t nul = slice_index(doc, '\0');
	xmlDoc *tree;

	if (nul < doc.n) {
		lint_add(l, "xml", SLICE_NONE, "byte %zu: a NUL", nul);
		return NULL;
	}
	tree = xml_lift_read(doc);
	return tree ? tree : parse(l, doc);
}

xmlDoc *
lint_xml(struct lint *l, struct slice doc)
{
	xmlDoc *tree = read_all(l, doc);

	if (!tree)
		return NULL;
	check_declaration(l, doc);
	if (tree->intSubset) {
		lint_add(l, "xml-dtd", SLICE_NONE, "has a document type");
		xmlFreeDoc(tree);
		return NULL;
	}
	check_tree(l, xmlDocGetRootElement(tree));
	return tree;
}

#include "output/markup.h"

#include "base/uri.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>

#define DOCTYPE "<!DOCTYPE html>\n"
#define XHTML   "http://www.w3.org/1999/xhtml"
#define SVG     "http://www.w3.org/2000/svg"

enum content {
	NOTHING, /* and written <x/> */
	BLANK,   /* written <x></x> */
	ANY,     /* or none */
	FILLED,
};

/* By name. */
static const struct element {
	const char *name;
	enum content content;
	const char *attributes; /* each with a space behind it */
} elements[] = {
    {"a", FILLED, "class href rel lang type "},
    {"article", FILLED, "class "},
    {"body", FILLED, "class "},
    {"button", FILLED, "class type hidden data-copy data-done "},
    {"caption", FILLED, "class "},
    {"code", FILLED, "class "},
    {"dd", FILLED, ""},
    {"desc", FILLED, "id "},
    {"details", FILLED, "class "},
    {"div", FILLED, "class tabindex role aria-labelledby hidden "},
    {"dl", FILLED, "class "},
    {"dt", FILLED, ""},
    {"figcaption", FILLED, ""},
    {"figure", FILLED, "class "},
    {"footer", FILLED, "class "},
    {"h1", FILLED, "lang "},
    {"h2", FILLED, "id "},
    {"h3", FILLED, "lang "},
    {"head", FILLED, ""},
    {"header", FILLED, "class "},
    {"html", FILLED, "lang "},
    {"input", NOTHING, "type id autocomplete spellcheck data-filter "},
    {"label", FILLED, "for "},
    {"li", FILLED, "class lang "},
    {"link", NOTHING, "rel href type title "},
    {"main", FILLED, "id class "},
    {"meta", NOTHING, "charset name content "},
    {"nav", FILLED, "class aria-label "},
    {"ol", FILLED, "class "},
    {"p", ANY, "class lang role hidden data-none "},
    {"path", BLANK, "class d stroke-dasharray "},
    {"script", BLANK, "src defer "},
    {"section", FILLED, "class aria-labelledby "},
    {"span", FILLED, "class lang "},
    {"summary", FILLED, ""},
    {"svg", FILLED, "viewBox role aria-labelledby "},
    {"table", FILLED, ""},
    {"tbody", FILLED, ""},
    {"td", FILLED, "colspan "},
    {"text", FILLED, "x y class "},
    {"th", FILLED, "scope class "},
    {"thead", FILLED, ""},
    {"time", FILLED, "datetime "},
    {"title", FILLED, "id "},
    {"tr", FILLED, "class "},
    {"ul", FILLED, "class id lang "},
};

static int
by_name(const void *name, const void *element)
{
	return strcmp(name, ((const struct element *)element)->name);
}

static const struct element *
element_of(const xmlChar *name)
{
	return bsearch(name, elements, sizeof elements / sizeof *elements,
	    sizeof *elements, by_name);
}

static bool
has_word(const char *list, const xmlChar *name)
{
	const size_t n = strlen((const char *)name);
	const char *at = list;

	while ((at = strstr(at, (const char *)name))) {
		if ((at == list || at[-1] == ' ') && at[n] == ' ')
			return true;
		at += n;
	}
	return false;
}

const xmlNode *
markup_next(const xmlNode *top, const xmlNode *node)
{
	if (!node)
		node = top;
	do {
		if (node->type == XML_ELEMENT_NODE && node->children) {
			node = node->children;
			continue;
		}
		while (node != top && !node->next)
			node = node->parent;
		if (node == top)
			return NULL;
		node = node->next;
	} while (node->type != XML_ELEMENT_NODE);
	return node;
}

bool
markup_is(const xmlNode *node, const char *name)
{
	return strcmp((const char *)node->name, name) == 0;
}

struct slice
markup_value(const xmlNode *node, const char *name)
{
	for (const xmlAttr *a = node->properties; a; a = a->next)
		if (strcmp((const char *)a->name, name) == 0 && a->children)
			return slice_str((const char *)a->children->content);
	return SLICE_NONE;
}

struct slice
markup_content(struct arena *arena, const xmlNode *node)
{
	xmlChar *text = xmlNodeGetContent(node);
	struct slice copy = arena_copy(arena, slice_str((const char *)text));

	xmlFree(text);
	return copy;
}

/* An address of the web, or one below the folder: no other has a
 * colon in front of its first slash. */
static void
check_address(struct lint *l, const char *name, struct slice url)
{
	if (uri_has_scheme(url, "http") || uri_has_scheme(url, "https"))
		lint_uri(l, SLICE_NONE, name, url);
	else if (url.n == 0 || *url.p == '/' ||
		 slice_index(url, ':') < slice_index(url, '/'))
		lint_add(l, "uri", SLICE_NONE, "%s leads out of the folder: %.*s", name,
		    SLICE_ARG(lint_quote(l, url)));
}

static void
check_attributes(struct lint *l, const xmlNode *node, const struct element *e)
{
	for (const xmlAttr *a = node->properties; a; a = a->next) {
		const char *name = (const char *)a->name;
		struct slice value = markup_value(node, name);

		if (a->ns || !has_word(e->attributes, a->name))
			lint_add(l, "html-attribute", SLICE_NONE, "<%s> has %s", e->name,
			    name);
		lint_text(l, SLICE_NONE, name, value);
		if (strcmp(name, "href") == 0 || strcmp(name, "src") == 0 ||
		    strcmp(name, "data-copy") == 0)
			check_address(l, name, value);
	}
}

static void
check_content(struct lint *l, const xmlNode *node, const struct element *e)
{
	bool empty = !node->children,
	     wanted = e->content == NOTHING || e->content == BLANK;

	if (e->content != ANY && empty != wanted)
		lint_add(l, "html-required", SLICE_NONE, "line %ld: <%s> is %sempty",
		    xmlGetLineNo(node), e->name, wanted ? "not " : "");
	for (const xmlNode *n = node->children; n; n = n->next) {
		if (n->type == XML_TEXT_NODE)
			lint_text(l, SLICE_NONE, e->name, slice_str((char *)n->content));
		else if (n->type != XML_ELEMENT_NODE)
			lint_add(l, "html-comment", SLICE_NONE,
			    "line %ld: neither element nor text", xmlGetLineNo(n));
	}
}

static void
check_element(struct lint *l, const xmlNode *node)
{
	const struct element *e = element_of(node->name);
	const char *ns = node->ns ? (const char *)node->ns->href : "";

	if (!e || (strcmp(ns, XHTML) != 0 && strcmp(ns, SVG) != 0)) {
		lint_add(l, "html-element", SLICE_NONE, "line %ld: <%s>",
		    xmlGetLineNo(node), (const char *)node->name);
		return;
	}
	check_attributes(l, node, e);
	check_content(l, node, e);
}

/* What XML takes for the same and HTML does not: an empty element. */
static void
check_ends(struct lint *l, struct slice doc)
{
	struct slice rest = doc;
	const struct slice mark = SLICE("/>");

	for (;;) {
		size_t end = slice_find(rest, mark), start = end;
		const struct element *e;
		char name[16] = "";
		size_t n = 0;

		if (end == rest.n)
			return;
		while (start > 0 && rest.p[start] != '<')
			start--;
		for (size_t i = start + 1;
		     i < end && n < sizeof name - 1 && !slice_one_of(rest.p[i], " \n");)
			name[n++] = rest.p[i++];
		e = element_of((const xmlChar *)name);
		if (!e || e->content != NOTHING)
			lint_add(l, "html-balance", SLICE_NONE, "<%s/>", name);
		rest = slice_from(rest, end + mark.n);
	}
}

static xmlDoc *
parse(struct lint *l, struct slice doc)
{
	xmlParserCtxt *parser = xmlNewParserCtxt();
	xmlDoc *tree = NULL;

	if (parser && doc.n <= INT_MAX && slice_index(doc, '\0') == doc.n)
		tree = xmlCtxtReadMemory(parser, doc.p, (int)doc.n, NULL, NULL,
		    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (!tree || !parser->wellFormed || !parser->nsWellFormed || tree->intSubset) {
		const xmlError *error = parser ? xmlCtxtGetLastError(parser) : NULL;
		const char *text =
		    error && error->message ? error->message : "no document";

		lint_add(l, "xml", SLICE_NONE, "line %d: %.*s",
		    error ? error->line + 1 : 0, SLICE_ARG(slice_trim(slice_str(text))));
		xmlFreeDoc(tree);
		tree = NULL;
	}
	xmlFreeParserCtxt(parser);
	return tree;
}

xmlDoc *
markup_read(struct lint *l, struct slice doc)
{
	const struct slice doctype = SLICE(DOCTYPE);
	const size_t before = l->n;
	const xmlNode *root;
	xmlDoc *tree;

	if (!slice_starts(doc, doctype)) {
		lint_add(l, "html-syntax", SLICE_NONE, "no document type of HTML");
		return NULL;
	}
	tree = parse(l, slice_from(doc, doctype.n));
	if (!tree)
		return NULL;
	root = xmlDocGetRootElement(tree);
	check_ends(l, doc);
	for (const xmlNode *n = root; n; n = markup_next(root, n))
		check_element(l, n);
	if (root->next || root->prev || !markup_is(root, "html"))
		lint_add(l, "html-syntax", SLICE_NONE, "more than one page");
	if (l->n == before)
		return tree;
	xmlFreeDoc(tree);
	return NULL;
}

#include "input/adopt.h"

#include "base/buf.h"
#include "base/date.h"
#include "base/map.h"
#include "base/uri.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <libxml/parser.h>

#define ATOM    "http://www.w3.org/2005/Atom"
#define DC      "http://purl.org/dc/elements/1.1/"
#define DCTERMS "http://purl.org/dc/terms/"
#define RDF     "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#define XML     "http://www.w3.org/XML/1998/namespace"

enum { VALUE_MAX = 2 * 1024 }; /* bytes of an id, an address or a date */

struct adopter {
	struct arena *arena;
	struct arena *scratch; /* of one entry */
	struct diags *diags;
	struct zone *zone; /* of dates that name none */
	struct slice base; /* the feed's own address; none */
	struct map seen;   /* by address -> struct adopter */
	size_t entries;    /* met so far */
	struct adoption *v;
	size_t n;
};

/* --- what all formats have alike ------------------------------------------ */

/* 0 when it is no date, or one that no feed could show. */
static int64_t
instant(const struct adopter *a, struct slice text)
{
	const int64_t first = 631152000; /* 1990-01-01T00:00:00Z */
	struct date date;
	struct err ignored;

	if (date_parse(&date, text, a->zone, &ignored) < 0 || date.sec < first)
		return 0;
	return date.sec;
}

/* What keeps an entry from being adopted, or NULL. */
static const char *
judge(struct adopter *a, struct slice id, struct slice url, enum diag_level *level)
{
	*level = DIAG_NOTE;
	if (!id.n)
		return "has no id";
	if (!url.n)
		return "has no address";
	if (slice_eq(uri_absolute(a->scratch, id), id))
		return NULL;
	*level = DIAG_WARN;
	return "has an id that is no URI in normal form; it will get another, and "
	       "readers will see it as new";
}

/* `url` as the entry has it, perhaps none or no address at all. */
static void
take(struct adopter *a, int line, struct slice id, struct slice url, int64_t updated)
{
	enum diag_level level;
	const char *wrong;

	url = uri_http(a->scratch, url);
	if (!url.n)
		url = uri_http(a->scratch, id);
	wrong = judge(a, id, url, &level);
	a->entries++;
	if (wrong) {
		diag_add(a->diags, level, line, "entry %zu%s%.*s %s", a->entries,
		    url.n ? " at " : "", SLICE_ARG(slice_part(url, 0, 200)), wrong);
	} else if (!map_get(&a->seen, url)) {
		url = arena_copy(a->arena, url);
		id = arena_copy(a->arena, id);
		map_put(&a->seen, url, a);
		a->v = arena_grow(a->arena, a->v, a->n, sizeof *a->v);
		a->v[a->n++] = (struct adoption){url, id, updated};
	}
	arena_reset(a->scratch);
}

/* What relative addresses start from, if it is an address itself. */
static void
set_base(struct adopter *a, struct slice url)
{
	a->base = arena_copy(a->arena, uri_http(a->scratch, url));
}

/* The first line of a parser's message, which quotes the file. */
static int
broken(struct err *err, int line, const char *message)
{
	struct slice rest = slice_str(message), first = SLICE_NONE;
	struct buf clean;
	size_t at;

	slice_line(&rest, &first);
	buf_init(&clean, 300);
	utf8_clean(&clean, slice_part(first, 0, 300), &at);
	err_set(err, ERR_INPUT, "line %d: %s", line, buf_cstr(&clean));
	buf_fini(&clean);
	return -1;
}

/* --- XML ------------------------------------------------------------------ */

static bool
is_named(const xmlChar *name, const xmlNs *ns, const char *want_ns, const char *want)
{
	if (strcmp((const char *)name, want) != 0)
		return false;
	return ns && want_ns ? strcmp((const char *)ns->href, want_ns) == 0
			     : !ns && !want_ns;
}

/* The text among these nodes; none when it is longer than any id. What a document
 * type declares is not followed. */
static struct slice
text_of(const struct adopter *a, const xmlNode *node)
{
	struct slice text = SLICE_NONE;
	struct buf buf;

	buf_init(&buf, VALUE_MAX);
	for (; node && !buf.full; node = node->next)
		if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
			buf_str(&buf, (const char *)node->content);
	if (!buf.full)
		text = arena_copy(a->scratch, slice_trim(buf_view(&buf)));
	buf_fini(&buf);
	return text;
}

static struct slice
attr_of(const struct adopter *a, const xmlNode *element, const char *ns, const char *name)
{
	for (const xmlAttr *p = element->properties; p; p = p->next)
		if (is_named(p->name, p->ns, ns, name))
			return text_of(a, p->children);
	return SLICE_NONE;
}

static bool
is_element(const xmlNode *node, const char *ns, const char *name)
{
	return node->type == XML_ELEMENT_NODE && is_named(node->name, node->ns, ns, name);
}

/* This node or the next one beside it that is such an element, or NULL. */
static const xmlNode *
find(const xmlNode *node, const char *ns, const char *name)
{
	while (node && !is_element(node, ns, name))
		node = node->next;
	return node;
}

static struct slice
child_of(
    const struct adopter *a, const xmlNode *element, const char *ns, const char *name)
{
	const xmlNode *child = find(element->children, ns, name);

	return child ? text_of(a, child->children) : SLICE_NONE;
}

/* XML Base section 4.2. No deeper than libxml2 lets elements nest. */
static struct slice
base_of(const struct adopter *a, const xmlNode *node)
{
	struct slice outer, own;

	if (!node || node->type != XML_ELEMENT_NODE)
		return a->base;
	outer = base_of(a, node->parent);
	own = attr_of(a, node, XML, "base");
	if (own.n)
		own = outer.n ? uri_resolve(a->scratch, outer, own)
			      : uri_absolute(a->scratch, own);
	return own.n ? own : outer;
}

static struct slice
resolve(const struct adopter *a, const xmlNode *element, struct slice ref)
{
	struct slice base = ref.n ? base_of(a, element) : SLICE_NONE;

	return base.n ? uri_resolve(a->scratch, base, ref) : ref;
}

/* RFC 4287 section 4.2.7: a link without rel is alternate. */
static struct slice
link_of(const struct adopter *a, const xmlNode *element, const char *want)
{
	const xmlNode *link = find(element->children, ATOM, "link");
	struct slice best = SLICE_NONE;

	for (; link; link = find(link->next, ATOM, "link")) {
		struct slice rel = attr_of(a, link, NULL, "rel");
		struct slice type = attr_of(a, link, NULL, "type");
		bool html = !type.n || slice_find(type, SLICE("html")) < type.n;

		if (!slice_is_nocase(rel.n ? rel : SLICE("alternate"), want))
			continue;
		if (html || !best.n)
			best = resolve(a, link, attr_of(a, link, NULL, "href"));
		if (html && best.n)
			break;
	}
	return best;
}

static void
read_atom(struct adopter *a, const xmlNode *feed)
{
	const xmlNode *entry = find(feed->children, ATOM, "entry");

	set_base(a, link_of(a, feed, "self"));
	if (!a->base.n)
		set_base(a, link_of(a, feed, "alternate"));
	for (; entry; entry = find(entry->next, ATOM, "entry"))
		take(a, (int)xmlGetLineNo(entry), child_of(a, entry, ATOM, "id"),
		    link_of(a, entry, "alternate"),
		    instant(a, child_of(a, entry, ATOM, "updated")));
}

static void
read_item(struct adopter *a, const xmlNode *item)
{
	const char *ns = item->ns ? (const char *)item->ns->href : NULL;
	const struct {
		const char *ns, *name;
	} date[] = {
	    {ATOM, "updated"}, {DCTERMS, "modified"}, {ns, "pubDate"}, {DC, "date"}};
	const xmlNode *guid = find(item->children, ns, "guid");
	struct slice id = attr_of(a, item, RDF, "about");
	struct slice link = child_of(a, item, ns, "link"), url = link;
	int64_t updated = 0;

	if (guid) {
		id = text_of(a, guid->children);
		if (!slice_is_nocase(attr_of(a, guid, NULL, "isPermaLink"), "false") &&
		    uri_http(a->scratch, id).n)
			url = id;
	}
	for (size_t i = 0; !updated && i < sizeof date / sizeof *date; i++)
		updated = instant(a, child_of(a, item, date[i].ns, date[i].name));
	take(
	    a, (int)xmlGetLineNo(item), id.n ? id : link, resolve(a, item, url), updated);
}

/* Items stand in the channel, those of RSS 1.0 beside it. Early versions
 * differ in their namespace or have none. */
static void
read_rss(struct adopter *a, const xmlNode *parent)
{
	const xmlNode *node = parent->children;

	for (; node; node = node->next) {
		const char *ns = node->type == XML_ELEMENT_NODE && node->ns
				     ? (const char *)node->ns->href
				     : NULL;

		if (is_element(node, ns, "item"))
			read_item(a, node);
		if (!is_element(node, ns, "channel"))
			continue;
		set_base(a, child_of(a, node, ns, "link"));
		read_rss(a, node);
	}
}

static int
read_xml_root(struct adopter *a, const xmlNode *root, struct err *err)
{
	if (is_element(root, ATOM, "feed"))
		read_atom(a, root);
	else if (is_element(root, NULL, "rss") || is_element(root, RDF, "RDF"))
		read_rss(a, root);
	else
		return broken(err, (int)xmlGetLineNo(root),
		    "this is XML, but neither Atom nor RSS");
	return 0;
}

/* What libxml2 cannot convert it would print, whatever its parser was told. */
static void
be_quiet(void *ctx, xmlError *error)
{
	(void)ctx, (void)error;
}

static xmlDoc *
parse_xml(xmlParserCtxt *parser, struct slice bytes)
{
	xmlStructuredErrorFunc before = xmlStructuredError;
	void *context = xmlStructuredErrorContext;
	xmlDoc *tree;

	xmlSetStructuredErrorFunc(NULL, be_quiet);
	tree = xmlCtxtReadMemory(parser, bytes.n ? bytes.p : "", (int)bytes.n, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
		XML_PARSE_BIG_LINES);
	xmlSetStructuredErrorFunc(context, before);
	return tree;
}

static int
read_xml(struct adopter *a, struct slice bytes, struct err *err)
{
	xmlParserCtxt *parser = xmlNewParserCtxt();
	xmlDoc *tree;
	int rc;

	if (!parser)
		abort();
	tree = parse_xml(parser, bytes);
	if (tree) {
		rc = read_xml_root(a, xmlDocGetRootElement(tree), err);
	} else {
		const xmlError *why = xmlCtxtGetLastError(parser);

		rc = broken(err, why ? why->line : 1,
		    why && why->message ? why->message : "this is no feed");
	}
	xmlFreeDoc(tree);
	xmlFreeParserCtxt(parser);
	return rc;
}

/* --- JSON ----------------------------------------------------------------- */

static struct slice
member(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	if (!json_is_string(value) || json_string_length(value) > VALUE_MAX)
		return SLICE_NONE;
	return slice_trim(
	    slice_make(json_string_value(value), json_string_length(value)));
}

static int
read_items(struct adopter *a, const json_t *feed, struct err *err)
{
	const json_t *items = json_object_get(feed, "items");
	struct slice version = member(feed, "version");

	if (slice_find(version, SLICE("://jsonfeed.org/version/")) == version.n ||
	    !json_is_array(items))
		return broken(err, 1, "this is JSON, but no JSON Feed");
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *item = json_array_get(items, i);
		int64_t updated = instant(a, member(item, "date_modified"));

		if (!updated)
			updated = instant(a, member(item, "date_published"));
		take(a, 0, member(item, "id"), member(item, "url"), updated);
	}
	return 0;
}

static int
read_json(struct adopter *a, struct slice bytes, struct err *err)
{
	json_error_t why;
	json_t *feed = json_loadb(bytes.p, bytes.n, 0, &why);
	int rc = feed ? read_items(a, feed, err) : broken(err, why.line, why.text);

	json_decref(feed);
	return rc;
}

/* --- the whole ------------------------------------------------------------ */

int
adopt_read(struct slice bytes, struct arena *arena, struct adoption **v, size_t *n,
    struct diags *diags, struct err *err)
{
	const struct slice mark = SLICE("\xEF\xBB\xBF");
	struct adopter a = {.arena = arena, .diags = diags};
	int rc = -1;

	*v = NULL;
	*n = 0;
	if (bytes.n > ADOPT_MAX)
		return err_set(err, ERR_LIMIT, "the feed is larger than %d MB",
		    ADOPT_MAX / (1000 * 1000));
	a.scratch = arena_new();
	map_init(&a.seen);
	if (zone_open(&a.zone, SLICE("UTC"), err) < 0)
		goto out;
	if (slice_starts(bytes, mark))
		bytes = slice_from(bytes, mark.n);
	rc = slice_starts(slice_trim(bytes), SLICE("{")) ? read_json(&a, bytes, err)
							 : read_xml(&a, bytes, err);
	if (rc == 0) {
		*v = a.v;
		*n = a.n;
	}
out:
	zone_free(a.zone);
	map_fini(&a.seen);
	arena_free(a.scratch);
	return rc;
}

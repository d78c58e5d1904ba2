#include "output/proof.h"

#include "base/date.h"
#include "base/map.h"
#include "base/utf8.h"
#include "output/xml.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
proof_init(struct proof *p, struct lint *lint, const struct zone *zone)
{
	*p = (struct proof){.lint = lint, .zone = zone, .before = lint->n};
}

int
proof_verdict(struct proof *p, struct err *err)
{
	size_t n = p->lint->n - p->before;
	const struct finding *first;

	xmlFreeDoc(p->tree);
	if (n == 0)
		return 0;
	first = &p->lint->v[p->before];
	if (n == 1)
		return err_set(
		    err, ERR_PROOF, "%s: %.*s", first->rule, SLICE_ARG(first->text));
	return err_set(err, ERR_PROOF, "%s: %.*s, and %zu more", first->rule,
	    SLICE_ARG(first->text), n - 1);
}

void
proof_fault(const struct proof *p, const char *rule, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	lint_add(p->lint, rule, p->entry ? p->entry->id : SLICE_NONE, "%s", text);
	if (p->entry && p->lint->n)
		p->lint->v[p->lint->n - 1].path =
		    arena_copy(p->lint->arena, p->entry->path);
}

/* Where two texts part, on a character of each. */
static size_t
parting(struct slice a, struct slice b)
{
	size_t i = 0;

	while (i < a.n && i < b.n && a.p[i] == b.p[i])
		i++;
	while (i > 0 && i < a.n && ((unsigned char)a.p[i] & 0xC0) == 0x80)
		i--;
	return i;
}

/* Some bytes of a text from there, whole characters. */
static struct slice
excerpt(struct slice s, size_t from)
{
	s = slice_part(s, from, from + 40);
	return slice_part(s, 0, utf8_valid(s));
}

void
proof_same(
    const struct proof *p, const char *field, struct slice got, struct slice expected)
{
	size_t at;

	if (slice_eq(got, expected))
		return;
	at = parting(got, expected);
	proof_fault(p, "read-back", "%s reads \"%.*s\" at byte %zu, not \"%.*s\"", field,
	    SLICE_ARG(excerpt(got, at)), at, SLICE_ARG(excerpt(expected, at)));
}

static bool
fits_one(char c, char pattern)
{
	switch (pattern) {
	case 'd':
		return c >= '0' && c <= '9';
	case 'A':
		return c >= 'A' && c <= 'Z';
	case 'a':
		return c >= 'a' && c <= 'z';
	case '+':
		return c == '+' || c == '-';
	default:
		return c == pattern;
	}
}

static bool
fits(struct slice s, const char *pattern)
{
	if (s.n != strlen(pattern))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!fits_one(s.p[i], pattern[i]))
			return false;
	return true;
}

static const char *const weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

static bool
has_form(const struct proof *p, struct slice s, int64_t sec, enum proof_form form)
{
	struct civil local;

	if (form == PROOF_RFC3339)
		return fits(s, "dddd-dd-ddTdd:dd:dd+dd:dd") ||
		       fits(s, "dddd-dd-ddTdd:dd:ddZ");
	zone_civil(p->zone, sec, &local);
	return fits(s, "Aaa, dd Aaa dddd dd:dd:dd +dddd") &&
	       slice_starts(s, slice_str(weekdays[local.weekday]));
}

void
proof_instant(const struct proof *p, const char *field, struct slice got,
    int64_t expected, enum proof_form form)
{
	struct date date;
	struct err err;

	if (date_parse(&date, got, p->zone, &err) || date.sec != expected)
		proof_fault(p, "read-back", "%s is another date: %.*s", field,
		    SLICE_ARG(excerpt(got, 0)));
	else if (!has_form(p, got, expected, form))
		proof_fault(p, "date-form", "%s has not the form of its format: %.*s",
		    field, SLICE_ARG(excerpt(got, 0)));
}

void
proof_day(
    const struct proof *p, const char *field, struct slice got, struct date expected)
{
	struct date date;
	struct err err;
	struct civil a, b;

	if (!fits(got, "dddd-dd-dd") || date_parse(&date, got, p->zone, &err)) {
		proof_fault(p, "date-form", "%s is no day: %.*s", field,
		    SLICE_ARG(excerpt(got, 0)));
		return;
	}
	zone_civil(p->zone, date.sec, &a);
	zone_civil(p->zone, expected.sec, &b);
	if (a.year != b.year || a.month != b.month || a.day != b.day)
		proof_fault(
		    p, "read-back", "%s is another day: %.*s", field, SLICE_ARG(got));
}

/* No two entries share the key that `key` takes from them. */
static void
distinct(struct proof *p, const struct feed *feed, const char *field,
    struct slice (*key)(const struct entry *))
{
	struct map seen;

	map_init(&seen);
	for (size_t i = 0; i < feed->items; i++) {
		const struct entry *e = feed->item[i].entry, *other;

		p->entry = e;
		other = map_get(&seen, key(e));
		if (other)
			proof_fault(p, "distinct", "%s is the same as in %.*s", field,
			    SLICE_ARG(other->path));
		map_put(&seen, key(e), (void *)e);
	}
	p->entry = NULL;
	map_fini(&seen);
}

static struct slice
key_id(const struct entry *e)
{
	return e->id;
}

static struct slice
key_updated(const struct entry *e)
{
	return slice_make((const char *)&e->updated, sizeof e->updated);
}

static void
uri_opt(struct lint *lint, const char *field, struct slice uri)
{
	if (uri.n)
		lint_uri(lint, SLICE_NONE, field, uri);
}

static void
feed_fields(struct lint *lint, const struct feed *f)
{
	const struct slice none = SLICE_NONE;

	lint_text(lint, none, "title", f->title);
	lint_text(lint, none, "subtitle", f->subtitle);
	lint_text(lint, none, "author", f->author);
	lint_text(lint, none, "rights", f->rights);
	lint_uri(lint, none, "id", f->id);
	lint_uri(lint, none, "self", f->self);
	lint_uri(lint, none, "home", f->home);
	uri_opt(lint, "icon", f->icon);
	uri_opt(lint, "logo", f->logo);
	uri_opt(lint, "prev-archive", f->prev_archive);
	uri_opt(lint, "next-archive", f->next_archive);
	uri_opt(lint, "current", f->current);
	for (size_t i = 0; i < f->hubs.n; i++)
		lint_uri(lint, none, "hub", f->hubs.v[i]);
	for (size_t i = 0; i < f->alternates; i++)
		lint_uri(lint, none, "alternate", f->alternate[i].href);
	if (f->items)
		lint_date(lint, none, "updated", f->updated);
}

/* RFC 4287 section 4.1.1; text/html is the site itself. */
static void
alternates_differ(const struct proof *p, const struct feed *f)
{
	for (size_t i = 0; i < f->alternates; i++) {
		struct slice type = f->alternate[i].type;
		bool same = slice_is(type, "text/html");

		for (size_t j = 0; j < i; j++)
			same |= slice_eq(type, f->alternate[j].type);
		if (same)
			proof_fault(p, "structure", "two alternate links are %.*s",
			    SLICE_ARG(type));
	}
}

void
proof_feed(const struct proof *proof, const struct feed *feed)
{
	struct proof p = *proof;

	feed_fields(p.lint, feed);
	for (size_t i = 0; i < feed->items; i++) {
		p.entry = feed->item[i].entry;
		if (p.entry->authors.n == 0)
			proof_fault(&p, "structure", "the entry has no author");
		if (p.entry->title.n == 0)
			proof_fault(&p, "structure", "the entry has no title");
	}
	alternates_differ(proof, feed);
	distinct(&p, feed, "id", key_id);
	distinct(&p, feed, "updated", key_updated);
	if (feed->title.n == 0)
		proof_fault(&p, "structure", "the feed has no title");
	if (feed->archive && feed->current.n == 0)
		proof_fault(&p, "structure", "the archive document names no current one");
}

static const xmlNode *
element_from(const xmlNode *node)
{
	while (node && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

/* Between elements there is indentation only. */
static bool
is_indent(const xmlNode *node)
{
	return node->type == XML_TEXT_NODE && xmlIsBlankNode((xmlNode *)node);
}

struct place
place_of(const struct proof *p, const xmlNode *parent, const char *ns)
{
	struct place place = {.proof = p, .ns = ns, .at = element_from(parent->children)};

	for (const xmlNode *n = parent->children; n; n = n->next)
		if (n->type != XML_ELEMENT_NODE && !is_indent(n)) {
			proof_fault(p, "structure", "%s has text between its elements",
			    (const char *)parent->name);
			break;
		}
	return place;
}

static bool
is_name(const xmlChar *local, const xmlNs *ns, const char *name, const char *default_ns)
{
	struct slice rest = slice_str(name);
	size_t colon = slice_index(rest, ':');
	const char *got = ns ? (const char *)ns->href : NULL;

	if (colon < rest.n) {
		default_ns = xml_namespace(slice_part(rest, 0, colon));
		rest = slice_from(rest, colon + 1);
	}
	return slice_is(rest, (const char *)local) &&
	       (got && default_ns ? !strcmp(got, default_ns) : got == default_ns);
}

const xmlNode *
proof_root(struct proof *p, struct slice doc, const char *name, const char *ns)
{
	const xmlNode *root;

	p->tree = lint_xml(p->lint, doc);
	if (!p->tree)
		return NULL;
	root = xmlDocGetRootElement(p->tree);
	if (root && is_name(root->name, root->ns, name, ns))
		return root;
	proof_fault(p, "structure", "the root element is not %s", name);
	return NULL;
}

/* The address that an instruction names, as it should: its only reference is &amp;. */
static bool
names(const xmlNode *node, struct slice href)
{
	struct slice rest = slice_str((const char *)node->content);
	const struct slice head = SLICE("type=\"text/css\" href=\""),
			   amp = SLICE("&amp;");

	if (strcmp((const char *)node->name, "xml-stylesheet") != 0 ||
	    !slice_starts(rest, head))
		return false;
	rest = slice_from(rest, head.n);
	for (size_t i = 0; i < href.n; i++) {
		bool is_amp = slice_starts(rest, amp);

		if (rest.n == 0 || href.p[i] != *rest.p || is_amp != (*rest.p == '&'))
			return false;
		rest = slice_from(rest, is_amp ? amp.n : 1);
	}
	return slice_is(rest, "\"");
}

void
proof_stylesheet(const struct proof *p, struct slice href)
{
	const xmlNode *node = p->tree->children;

	if (href.n) {
		if (node->type != XML_PI_NODE || !names(node, href))
			proof_fault(p, "structure", "the style sheet is not named");
		else
			node = node->next;
	}
	if (node->type != XML_ELEMENT_NODE || node->next)
		proof_fault(p, "structure", "something stands beside the root element");
}

static void
get_lost(struct place *place, const char *wanted)
{
	const xmlNode *n = place->at;

	if (!n)
		proof_fault(place->proof, "structure", "%s is missing", wanted);
	else
		proof_fault(place->proof, "structure", "%s stands where %s should",
		    (const char *)n->name, wanted);
	place->lost = true;
}

/* The next element, which is passed, if it is `name`. */
static const xmlNode *
take(struct place *place, const char *name)
{
	const xmlNode *n = place->at;

	if (place->lost)
		return NULL;
	if (!n || !is_name(n->name, n->ns, name, place->ns)) {
		get_lost(place, name);
		return NULL;
	}
	place->at = element_from(n->next);
	return n;
}

void
place_end(struct place *place)
{
	if (!place->lost && place->at)
		proof_fault(place->proof, "structure", "%s is too much",
		    (const char *)place->at->name);
}

/* The text under an element or attribute; false when there is more than text. */
static bool
only_text(const xmlNode *children, struct slice *text)
{
	*text = SLICE_NONE;
	if (!children)
		return true;
	if (children->next || children->type != XML_TEXT_NODE)
		return false;
	*text = slice_str((const char *)children->content);
	return true;
}

static const xmlAttr *
attr_find(const xmlNode *node, const char *name)
{
	for (const xmlAttr *a = node->properties; a; a = a->next)
		if (is_name(a->name, a->ns, name, NULL))
			return a;
	return NULL;
}

static size_t
attr_count(const xmlNode *node)
{
	size_t n = 0;

	for (const xmlAttr *a = node->properties; a; a = a->next)
		n++;
	return n;
}

void
place_attrs(const struct place *place, const xmlNode *node, const struct place_attr *want)
{
	const char *name = (const char *)node->name;
	size_t n = 0;

	for (; want && want->name; want++) {
		const xmlAttr *attr = attr_find(node, want->name);
		struct slice value, expected = want->value;

		if (slice_eq(expected, PLACE_BLANK))
			expected = SLICE_NONE;
		if (want->value.n == 0)
			continue;
		n++;
		if (!attr || !only_text(attr->children, &value))
			proof_fault(
			    place->proof, "structure", "%s has no %s", name, want->name);
		else
			proof_same(place->proof, want->name, value, expected);
	}
	if (attr_count(node) > n)
		proof_fault(
		    place->proof, "structure", "%s has too many attributes", name);
}

bool
place_content(struct place *place, const char *name, const struct place_attr *attrs,
    struct slice *text)
{
	const xmlNode *node = take(place, name);

	if (!node)
		return false;
	place_attrs(place, node, attrs);
	if (only_text(node->children, text))
		return true;
	proof_fault(place->proof, "structure", "%s has more than text", name);
	return false;
}

bool
place_enter(struct place *place, const char *name, const struct place_attr *attrs,
    struct place *inside)
{
	const xmlNode *node = take(place, name);

	if (!node)
		return false;
	place_attrs(place, node, attrs);
	*inside = place_of(place->proof, node, place->ns);
	return true;
}

void
place_empty(struct place *place, const char *name, const struct place_attr *attrs)
{
	const xmlNode *node = take(place, name);

	if (!node)
		return;
	place_attrs(place, node, attrs);
	if (node->children)
		proof_fault(place->proof, "structure", "%s is not empty", name);
}

void
place_text_attrs(struct place *place, const char *name, struct slice text,
    const struct place_attr *attrs)
{
	struct slice got;

	if (text.n && place_content(place, name, attrs, &got))
		proof_same(place->proof, name, got, text);
}

void
place_text(struct place *place, const char *name, struct slice text)
{
	place_text_attrs(place, name, text, NULL);
}

void
place_instant(
    struct place *place, const char *name, int64_t expected, enum proof_form form)
{
	struct slice text;

	if (place_content(place, name, NULL, &text))
		proof_instant(place->proof, name, text, expected, form);
}

void
place_day(struct place *place, const char *name, struct date expected)
{
	struct slice text;

	if (expected.known && place_content(place, name, NULL, &text))
		proof_day(place->proof, name, text, expected);
}

void
place_link(struct place *place, const char *name, const char *rel, struct slice type,
    struct slice href)
{
	if (href.n)
		place_empty(place, name,
		    PLACE_ATTRS({"rel", slice_str(rel)}, {"type", type}, {"href", href}));
}

void
place_links(struct place *place, const char *name, const struct feed *f)
{
	for (size_t i = 0; i < f->alternates; i++)
		place_link(
		    place, name, "alternate", f->alternate[i].type, f->alternate[i].href);
	for (size_t i = 0; i < f->hubs.n && !f->archive; i++)
		place_link(place, name, "hub", SLICE_NONE, f->hubs.v[i]);
	place_link(place, name, "prev-archive", f->archive_type, f->prev_archive);
	place_link(place, name, "next-archive", f->archive_type, f->next_archive);
	place_link(place, name, "current", f->archive_type, f->current);
}

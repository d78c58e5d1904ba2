#include "output/xml_lift.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>

enum {
	LONG = 256,         /* a text to be lifted: shorter ones are no gain */
	TEXT_MAX = 1000000, /* far below what libxml2 takes */
};

struct lifting {
	struct slice doc;  /* what is still to come */
	struct slice kept; /* what is not in `rest` yet, from before doc to the end */
	struct buf rest;   /* what libxml2 reads */
	struct arena *arena;
	struct slices raw; /* the lifted texts, as they stand there */
	size_t longest;    /* of them */
	char *room;        /* for one, decoded */
	struct buf text;   /* and checked */
};

/* The line feeds stay, for line numbers. */
static void
mark(struct buf *rest, struct slice raw)
{
	buf_str(rest, "<?l");
	for (;;) {
		raw = slice_from(raw, slice_index(raw, '\n'));
		if (raw.n == 0)
			break;
		buf_char(rest, '\n');
		raw = slice_from(raw, 1);
	}
	buf_str(rest, "?>");
}

/* Up to the next tag. A bare > is unusual, and so is what else ends in ]]>. */
static bool
pass_text(struct lifting *l)
{
	struct slice raw = slice_part(l->doc, 0, slice_index(l->doc, '<'));
	size_t before = (size_t)(raw.p - l->kept.p);

	l->doc = slice_from(l->doc, raw.n);
	if (raw.n < LONG)
		return true;
	buf_slice(&l->rest, slice_part(l->kept, 0, before));
	l->kept = slice_from(l->kept, before + raw.n);
	mark(&l->rest, raw);
	slices_add(&l->raw, l->arena, raw);
	if (l->longest < raw.n)
		l->longest = raw.n;
	return raw.n <= TEXT_MAX && slice_index(raw, '>') == raw.n;
}

/* At its <. What looks like its end may be in a value: see the header. */
static bool
pass_tag(struct lifting *l)
{
	size_t end = slice_index(l->doc, '>');

	if (end == l->doc.n || l->doc.p[1] == '!' || l->doc.p[1] == '?')
		return false;
	l->doc = slice_from(l->doc, end + 1);
	return true;
}

/* The one instruction that a document may begin with stays where it is. */
static void
pass_instruction(struct lifting *l)
{
	struct slice at = slice_skip(l->doc, "\n");

	if (slice_starts(at, SLICE("<?")))
		l->doc = slice_from(at, slice_find(at, SLICE("?>")) + 2);
}

/* A bare CR would be read as LF. */
static bool
lift_all(struct lifting *l)
{
	const struct slice declaration =
	    SLICE("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");

	if (!slice_starts(l->doc, declaration) || slice_index(l->doc, '\r') < l->doc.n)
		return false;
	l->kept = l->doc;
	l->doc = slice_from(l->doc, declaration.n);
	pass_instruction(l);
	while (l->doc.n)
		if (!pass_text(l) || (l->doc.n && !pass_tag(l)))
			return false;
	if (l->raw.n == 0)
		return false;
	buf_slice(&l->rest, l->kept);
	return !l->rest.full;
}

static xmlDoc *
parse(struct slice rest)
{
	xmlParserCtxt *parser = xmlNewParserCtxt();
	xmlDoc *tree = NULL;

	if (parser && rest.n <= INT_MAX)
		tree = xmlCtxtReadMemory(
		    parser, rest.p, (int)rest.n, NULL, NULL, XML_LIFT_OPTIONS);
	if (tree && (!parser->wellFormed || !parser->nsWellFormed)) {
		xmlFreeDoc(tree);
		tree = NULL;
	}
	xmlFreeParserCtxt(parser);
	return tree;
}

static inline bool
starts(struct slice s, const char *name, size_t *n)
{
	*n = strlen(name);
	return s.n >= *n && memcmp(s.p, name, *n) == 0;
}

/* What the reference at the front of s means, and its length. NUL: another than there is
 * need of. */
static char
reference(struct slice s, size_t *n)
{
	if (starts(s, "&lt;", n) || starts(s, "&#x3C;", n))
		return '<';
	if (starts(s, "&gt;", n) || starts(s, "&#x3E;", n))
		return '>';
	if (starts(s, "&amp;", n) || starts(s, "&#x26;", n))
		return '&';
	if (starts(s, "&quot;", n))
		return '"';
	return starts(s, "&apos;", n) ? '\'' : '\0';
}

/* Into `room`, which is as long as raw: no text grows. */
static bool
decode(struct slice raw, char *room, struct slice *text)
{
	char *to = room;
	size_t n;

	for (;;) {
		n = slice_index(raw, '&');
		memcpy(to, raw.p, n);
		to += n;
		raw = slice_from(raw, n);
		if (raw.n == 0)
			break;
		*to = reference(raw, &n);
		if (*to++ == '\0')
			return false;
		raw = slice_from(raw, n);
	}
	*text = slice_make(room, (size_t)(to - room));
	return true;
}

/* The text in the place of its mark, which goes. NULL where it has anything but XML
 * characters: none is in a reference, and so none is made by one. */
static xmlNode *
put(struct lifting *l, xmlNode *at, struct slice raw)
{
	xmlNode *node;
	struct slice text;
	size_t first;

	buf_reset(&l->text);
	if (!decode(raw, l->room, &text) || utf8_clean(&l->text, text, &first))
		return NULL;
	node = xmlNewDocTextLen(at->doc, (const xmlChar *)l->text.p, (int)l->text.n);
	if (node) {
		xmlReplaceNode(at, node);
		xmlFreeNode(at);
	}
	return node;
}

static xmlNode *
next_node(xmlNode *node, const xmlNode *top)
{
	if (node->children)
		return node->children;
	while (node != top && !node->next)
		node = node->parent;
	return node == top ? NULL : node->next;
}

/* A mark that is not below the root element stood for text outside of it. */
static bool
put_all(struct lifting *l, xmlDoc *tree)
{
	xmlNode *root = xmlDocGetRootElement(tree);
	size_t done = 0;

	for (xmlNode *node = root; node; node = next_node(node, root)) {
		if (node->type != XML_PI_NODE)
			continue;
		node = done < l->raw.n ? put(l, node, l->raw.v[done]) : NULL;
		if (!node)
			return false;
		done++;
	}
	return done == l->raw.n;
}

xmlDoc *
xml_lift_read(struct slice doc)
{
	struct lifting l = {.doc = doc, .arena = arena_new()};
	xmlDoc *tree = NULL;

	buf_init(&l.rest, doc.n);
	buf_init(&l.text, doc.n);
	if (lift_all(&l)) {
		tree = parse(buf_view(&l.rest));
		l.room = mem_alloc(l.longest);
	}
	if (tree && !put_all(&l, tree)) {
		xmlFreeDoc(tree);
		tree = NULL;
	}
	free(l.room);
	buf_fini(&l.text);
	buf_fini(&l.rest);
	arena_free(l.arena);
	return tree;
}

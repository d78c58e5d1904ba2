#include "output/xml.h"

#include "base/arena.h"
#include "base/utf8.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/xmlwriter.h>

struct xml {
	xmlTextWriter *writer;
	struct buf *out;
};

static const struct declaration {
	const char *name, *uri;
} declarations[] = {
    {"xmlns:at", "http://purl.org/atompub/tombstones/1.0"},
    {"xmlns:atom", "http://www.w3.org/2005/Atom"},
    {"xmlns:content", "http://purl.org/rss/1.0/modules/content/"},
    {"xmlns:dc", "http://purl.org/dc/elements/1.1/"},
    {"xmlns:dcterms", "http://purl.org/dc/terms/"},
    {"xmlns:fh", "http://purl.org/syndication/history/1.0"},
    {"xmlns:media", "http://search.yahoo.com/mrss/"},
    {"xmlns:sy", "http://purl.org/rss/1.0/modules/syndication/"},
    {"xmlns:xml", "http://www.w3.org/XML/1998/namespace"}, /* never declared */
};

/* A bare CR would come back as LF; in an attribute LF and TAB as a space. */
static const struct slice in_text[128] = {
    ['&'] = {"&amp;", 5},
    ['<'] = {"&lt;", 4},
    ['>'] = {"&gt;", 4},
    ['\r'] = {"&#xD;", 5},
};
static const struct slice in_text_hex[128] = {
    ['&'] = {"&#x26;", 6},
    ['<'] = {"&#x3C;", 6},
    ['>'] = {"&#x3E;", 6},
    ['\r'] = {"&#xD;", 5},
};
static const struct slice in_attr[128] = {
    ['&'] = {"&amp;", 5},
    ['<'] = {"&lt;", 4},
    ['>'] = {"&gt;", 4},
    ['"'] = {"&quot;", 6},
    ['\t'] = {"&#x9;", 5},
    ['\n'] = {"&#xA;", 5},
    ['\r'] = {"&#xD;", 5},
};

static void
escape(struct buf *out, const struct slice *table, struct slice s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x80)
			i += utf8_wide(slice_from(s, i)) - 1;
		if (c > '>' || table[c].n == 0)
			continue;
		buf_add(out, s.p + from, i - from);
		buf_slice(out, table[c]);
		from = i + 1;
	}
	buf_add(out, s.p + from, s.n - from);
}

void
xml_escape_text(struct buf *out, struct slice text)
{
	escape(out, in_text, text);
}

void
xml_escape_attr(struct buf *out, struct slice text)
{
	escape(out, in_attr, text);
}

static const struct declaration *
declaration(struct slice prefix)
{
	for (size_t i = 0; i < sizeof declarations / sizeof *declarations; i++)
		if (slice_is(prefix, declarations[i].name + strlen("xmlns:")))
			return &declarations[i];
	return NULL;
}

const char *
xml_namespace(struct slice prefix)
{
	const struct declaration *d = declaration(prefix);

	return d ? d->uri : NULL;
}

/* All is taken, also what did not fit: libxml2 would print an error itself. */
static int
take(void *context, const char *bytes, int n)
{
	buf_add(context, bytes, (size_t)n);
	return n;
}

struct xml *
xml_open(struct buf *out)
{
	struct xml *x = mem_alloc(sizeof *x);
	xmlOutputBuffer *buffer = xmlOutputBufferCreateIO(take, NULL, out, NULL);

	x->writer = buffer ? xmlNewTextWriter(buffer) : NULL;
	if (!x->writer)
		abort(); /* out of memory */
	x->out = out;
	xmlTextWriterSetIndent(x->writer, 1);
	xmlTextWriterSetIndentString(x->writer, BAD_CAST "  ");
	/* Not by the writer, which would then convert UTF-8 to UTF-8. */
	buf_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	return x;
}

int
xml_close(struct xml *x, struct err *err)
{
	struct buf *out = x->out;

	xmlTextWriterEndDocument(x->writer);
	xmlFreeTextWriter(x->writer);
	free(x);
	if (out->full)
		return err_set(
		    err, ERR_LIMIT, "the document is larger than %zu bytes", out->max);
	return 0;
}

void
xml_stylesheet(struct xml *x, struct slice href)
{
	if (href.n == 0)
		return;
	buf_str(x->out, "<?xml-stylesheet type=\"text/css\" href=\"");
	xml_escape_attr(x->out, href);
	buf_str(x->out, "\"?>\n");
}

void
xml_start(struct xml *x, const char *name)
{
	xmlTextWriterStartElement(x->writer, BAD_CAST name);
}

void
xml_end(struct xml *x)
{
	xmlTextWriterEndElement(x->writer);
}

/* Past the writer: what it holds back goes first, the end of a start tag too. */
static void
write_escaped(struct xml *x, const struct slice *table, struct slice s)
{
	if (s.n == 0)
		return;
	xmlTextWriterWriteRawLen(x->writer, BAD_CAST "", 0);
	xmlTextWriterFlush(x->writer);
	escape(x->out, table, s);
}

void
xml_attr(struct xml *x, const char *name, struct slice value)
{
	xmlTextWriterStartAttribute(x->writer, BAD_CAST name);
	write_escaped(x, in_attr, value);
	xmlTextWriterEndAttribute(x->writer);
}

void
xml_text(struct xml *x, struct slice text)
{
	write_escaped(x, in_text, text);
}

void
xml_text_hex(struct xml *x, struct slice text)
{
	write_escaped(x, in_text_hex, text);
}

void
xml_element(struct xml *x, const char *name, struct slice text)
{
	xml_start(x, name);
	xml_text(x, text);
	xml_end(x);
}

void
xml_attr_opt(struct xml *x, const char *name, struct slice value)
{
	if (value.n)
		xml_attr(x, name, value);
}

void
xml_element_opt(struct xml *x, const char *name, struct slice text)
{
	if (text.n)
		xml_element(x, name, text);
}

void
xml_declare(struct xml *x, const char *prefixes)
{
	struct slice rest = slice_str(prefixes), prefix;

	while (slice_token(&rest, ' ', &prefix)) {
		const struct declaration *d = declaration(prefix);

		assert(d);
		xml_attr(x, d->name, slice_str(d->uri));
	}
}

#include "output/lint.h"

#include "output/lint_value.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct lint_rule rules[] = {
    {"date-form", "a date is in the form that the format asks for"},
    {"date-range", "a date lies between 1990 and one day from now"},
    {"distinct", "no two entries share an id or the time of an update"},
    {"email", "an e-mail address has one @ and no space"},
    {"empty", "title, author, tag, category and content are not empty"},
    {"html-attribute",
	"content has only attributes that a feed may have, on their elements"},
    {"html-balance", "every element in content is ended, in order"},
    {"html-comment", "content has no comments and no declarations"},
    {"html-depth", "content is at most 255 elements deep, 16 tables among them"},
    {"html-duplicate", "no attribute is given twice, and no id"},
    {"html-element", "content has only elements that a feed may have"},
    {"html-entity",
	"an & in content starts &amp; &lt; &gt; &nbsp; or, in a value, &quot;"},
    {"html-escape", "content has no bare <, > or no-break space"},
    {"html-heading", "headings are not empty and skip no rank downwards"},
    {"html-model", "every element in content stands where HTML allows it"},
    {"html-required", "an element has the attributes that it must have"},
    {"html-syntax",
	"tags are in lower case, values in double quotes, nothing is left out"},
    {"html-table",
	"tables have rows of one width, no overlaps, no column without a cell"},
    {"html-url", "URLs in content are absolute, with a scheme that a feed may have"},
    {"html-value", "the values of attributes are what HTML asks for"},
    {"json", "the document is well-formed JSON"},
    {"language", "a language tag has the form of BCP 47"},
    {"media", "an enclosure has a media type and a length"},
    {"read-back", "what is read back is what the entry says"},
    {"structure", "every element is there, once, in its place, and no other"},
    {"text-char", "text has no control characters and no non-characters"},
    {"text-mojibake", "text is not UTF-8 that was taken for Windows-1252"},
    {"text-replacement", "text has no U+FFFD"},
    {"text-utf8", "text is well-formed UTF-8"},
    {"uri", "a URI is absolute, ASCII, percent-encoded where needed"},
    {"uri-canonical", "an id is in normal form: lower-case host, a path, upper-case %XX"},
    {"xml", "the document is well-formed XML"},
    {"xml-declaration", "the document starts with the XML declaration, in UTF-8"},
    {"xml-dtd", "the document has no document type"},
    {"xml-empty", "no element or attribute is empty that must not be"},
    {"xml-namespace", "all names are in the namespaces of feeds"},
};

const struct lint_rule *
lint_rules(size_t *n)
{
	*n = sizeof rules / sizeof *rules;
	return rules;
}

void
lint_init(struct lint *l, struct arena *arena, int64_t now)
{
	*l = (struct lint){.arena = arena, .now = now};
}

void
lint_add(struct lint *l, const char *rule, struct slice entry, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	l->v = arena_grow(l->arena, l->v, l->n, sizeof *l->v);
	l->v[l->n++] = (struct finding){
	    .rule = rule,
	    .entry = arena_copy(l->arena, entry),
	    .text = arena_copy(l->arena, slice_str(text)),
	};
}

struct slice
lint_quote(struct lint *l, struct slice text)
{
	enum { QUOTE = 32 };
	char quote[QUOTE];
	size_t n = 0;

	while (text.n > 0) {
		struct slice rest = text;
		uint32_t c = utf8_next(&rest);
		size_t width = text.n - rest.n;

		if (n + width > QUOTE)
			break;
		if (c < 0x20 || !utf8_is_xml(c))
			memset(quote + n, '?', width);
		else
			memcpy(quote + n, text.p, width);
		n += width;
		text = rest;
	}
	return arena_copy(l->arena, slice_make(quote, n));
}

/* One code point of well-formed UTF-8 and the bytes it takes, or 0. */
static size_t
decode(const unsigned char *p, size_t n, uint32_t *c)
{
	uint32_t a = p[0];
	size_t want = a < 0xC2 ? 0 : a < 0xE0 ? 2 : a < 0xF0 ? 3 : a < 0xF5 ? 4 : 0;

	if (want == 0 || want > n)
		return 0;
	for (size_t i = 1; i < want; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	if (want == 2) {
		*c = (a & 0x1F) << 6 | (p[1] & 0x3Fu);
		return 2;
	}
	if (want == 3) {
		*c = (a & 0x0F) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
		return *c >= 0x800 && (*c < 0xD800 || *c > 0xDFFF) ? 3 : 0;
	}
	*c = (a & 0x07) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 |
	     (p[3] & 0x3Fu);
	return *c >= 0x10000 && *c <= 0x10FFFF ? 4 : 0;
}

/*
 * How much of a text looks like UTF-8 that was decoded as Windows-1252, the
 * one wrong guess that a converter makes of a whole file: sequences of two
 * or three characters that, as bytes of that code, are one in UTF-8.
 */
struct mojibake {
	unsigned want;   /* continuations to come */
	unsigned length; /* of the sequence so far */
	size_t sequences, covered;
	size_t characters; /* all but ASCII */
};

/* The byte that Windows-1252 has for c, or 0. */
static unsigned
as_1252(uint32_t c)
{
	static const uint16_t high[32] = {0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026,
	    0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
	    0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122,
	    0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178};

	if (c >= 0xA0 && c <= 0xFF)
		return c;
	if (c > 0x2122)
		return 0;
	for (unsigned i = 0; i < 32; i++)
		if (high[i] == c)
			return 0x80 + i;
	return 0;
}

/* So many characters that Windows-1252 has not. */
static void
mojibake_skip(struct mojibake *m, size_t characters)
{
	m->characters += characters;
	m->want = 0;
}

static void
mojibake_add(struct mojibake *m, uint32_t c)
{
	unsigned byte = as_1252(c);

	m->characters++;
	if (m->want > 0 && byte >= 0x80 && byte <= 0xBF) {
		m->length++;
		if (--m->want == 0) {
			m->sequences++;
			m->covered += m->length;
		}
		return;
	}
	m->length = 1;
	m->want = byte >= 0xE2 && byte <= 0xEF                                   ? 2
		  : byte == 0xC2 || byte == 0xC3 || byte == 0xD0 || byte == 0xD1 ? 1
										 : 0;
}

/* Single pairs are French or Portuguese; a text full of them is not. */
static bool
mojibake_is(const struct mojibake *m)
{
	return m->sequences >= 3 && 2 * m->covered > m->characters;
}

static bool
is_noncharacter(uint32_t c)
{
	return (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE;
}

/* The rule that the character is against, or NULL. */
static const char *
character_rule(uint32_t c)
{
	if (c == 0xFFFD)
		return "text-replacement";
	if ((c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7F && c <= 0x9F) ||
	    is_noncharacter(c))
		return "text-char";
	return NULL;
}

void
lint_text(struct lint *l, struct slice id, const char *field, struct slice text)
{
	const unsigned char *p = (const unsigned char *)text.p;
	struct mojibake mojibake = {0};

	for (size_t i = 0, n; i < text.n; i += n) {
		uint32_t c = p[i];
		const char *rule;

		n = 1;
		if (c >= 0x20 && c < 0x7F) {
			n += utf8_plain(slice_from(text, i + 1));
			continue;
		}
		/* Nothing can be wrong with these, and Windows-1252 has them not. */
		if (c >= 0xE3 && (n = utf8_common(slice_from(text, i))) > 0) {
			mojibake_skip(&mojibake, n / 3);
			continue;
		}
		if (c >= 0x80) {
			n = decode(p + i, text.n - i, &c);
			if (n == 0) {
				lint_add(l, "text-utf8", id,
				    "%s, byte %zu: not UTF-8: 0x%02X", field, i, p[i]);
				return;
			}
			mojibake_add(&mojibake, c);
		}
		rule = character_rule(c);
		if (rule) {
			lint_add(
			    l, rule, id, "%s, byte %zu: U+%04X", field, i, (unsigned)c);
			return;
		}
	}
	if (mojibake_is(&mojibake))
		lint_add(l, "text-mojibake", id,
		    "%s: UTF-8 taken for Windows-1252: \"%.*s\"", field,
		    SLICE_ARG(lint_quote(l, text)));
}

void
lint_date(struct lint *l, struct slice id, const char *field, int64_t sec)
{
	const int64_t day = 86400, first = 631152000; /* 1990-01-01T00:00:00Z */

	if (sec < first)
		lint_add(l, "date-range", id, "%s is before 1990", field);
	else if (sec > l->now + day)
		lint_add(l, "date-range", id, "%s is more than a day ahead", field);
}

/* A line of text that must not be blank. */
static void
check_some(struct lint *l, struct slice id, const char *field, struct slice text)
{
	if (utf8_trim(text).n == 0)
		lint_add(l, "empty", id, "%s is empty", field);
	lint_text(l, id, field, text);
}

/* One that may be missing, but not blank. */
static void
check_text(struct lint *l, struct slice id, const char *field, struct slice text)
{
	if (text.n > 0)
		check_some(l, id, field, text);
}

static void
check_uri(struct lint *l, struct slice id, const char *field, struct slice uri)
{
	if (uri.n > 0)
		lint_uri(l, id, field, uri);
}

static void
check_email(struct lint *l, struct slice id, const char *field, struct slice email)
{
	size_t at = slice_index(email, '@');

	if (email.n == 0)
		return;
	if (at == 0 || at + 1 >= email.n || slice_index(email, ' ') < email.n ||
	    slice_index(slice_from(email, at + 1), '@') < email.n - at - 1)
		lint_add(l, "email", id, "%s is no e-mail address: \"%.*s\"", field,
		    SLICE_ARG(lint_quote(l, email)));
	lint_text(l, id, field, email);
}

static void
check_people(
    struct lint *l, struct slice id, const char *field, const struct people *people)
{
	for (size_t i = 0; i < people->n; i++) {
		check_some(l, id, field, people->v[i].name);
		check_uri(l, id, field, people->v[i].uri);
		check_email(l, id, field, people->v[i].email);
	}
}

static void
check_terms(
    struct lint *l, struct slice id, const char *field, const struct slices *terms)
{
	for (size_t i = 0; i < terms->n; i++)
		check_some(l, id, field, terms->v[i]);
}

static void
check_media(struct lint *l, struct slice id, const char *field, const struct media *media)
{
	if (media->url.n == 0)
		return;
	if (lint_value_wrong(VALUE_RESOURCE, field, media->url))
		lint_add(l, "uri", id, "%s has no absolute http URL: \"%.*s\"", field,
		    SLICE_ARG(lint_quote(l, media->url)));
	if (media->type.n > 0 && lint_value_wrong(VALUE_TYPE, field, media->type))
		lint_add(l, "media", id, "%s has no media type: \"%.*s\"", field,
		    SLICE_ARG(lint_quote(l, media->type)));
	if (media->length < 0)
		lint_add(l, "media", id, "%s has a negative length", field);
	check_text(l, id, field, media->title);
}

static void
check_enclosure(struct lint *l, struct slice id, const struct media *media)
{
	check_media(l, id, "enclosure", media);
	if (media->url.n > 0 && (media->type.n == 0 || media->length == 0))
		lint_add(l, "media", id, "enclosure without type or length");
}

static void
check_language(struct lint *l, struct slice id, struct slice lang)
{
	if (lang.n > 0 && lint_value_wrong(VALUE_LANGUAGE, "lang", lang))
		lint_add(l, "language", id, "no language tag: \"%.*s\"",
		    SLICE_ARG(lint_quote(l, lang)));
}

static void
check_content(struct lint *l, const struct entry *e)
{
	if (e->content.n == 0 && e->summary.n == 0)
		lint_add(l, "empty", e->id, "neither content nor summary");
	else if (e->content.n > 0 && utf8_trim(e->content).n == 0)
		lint_add(l, "empty", e->id, "content is blank");
	lint_html(l, e->id, e->content);
	check_text(l, e->id, "summary", e->summary);
}

size_t
lint_entry(struct lint *l, const struct entry *e)
{
	size_t before = l->n;

	lint_id(l, e->id, "id", e->id);
	lint_uri(l, e->id, "url", e->url);
	check_some(l, e->id, "title", e->title);
	if (e->authors.n == 0)
		lint_add(l, "empty", e->id, "no author");
	check_people(l, e->id, "author", &e->authors);
	check_people(l, e->id, "contributor", &e->contributors);
	check_terms(l, e->id, "tag", &e->tags);
	check_terms(l, e->id, "category", &e->categories);
	check_language(l, e->id, e->lang);
	check_text(l, e->id, "rights", e->rights);
	check_text(l, e->id, "source", e->origin.name);
	check_uri(l, e->id, "source", e->origin.url);
	check_media(l, e->id, "image", &e->image);
	check_enclosure(l, e->id, &e->enclosure);
	lint_date(l, e->id, "published", e->published);
	lint_date(l, e->id, "updated", e->updated);
	check_content(l, e);
	for (size_t i = before; i < l->n; i++)
		l->v[i].path = arena_copy(l->arena, e->path);
	return l->n - before;
}

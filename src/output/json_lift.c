#include "output/json_lift.h"

#include "base/utf8.h"

#include <string.h>

/* A long string is this much in the document, quotes left out. */
enum { LONG = 64, MARK = 1 };

struct lifting {
	struct slice doc; /* what is still to come */
	struct arena *arena;
	struct buf *rest;
	struct slices *lifted;
	struct buf text; /* of one string */
};

/* How many bytes of s come before c: all, if it is not there. */
static size_t
before(struct slice s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

/* What stands between the quotes, still escaped, at the front of doc. */
static bool
find_end(struct slice doc, struct slice *raw)
{
	size_t end = 0;

	while ((end += before(slice_from(doc, end), '"')) < doc.n) {
		size_t slashes = 0;

		while (slashes < end && doc.p[end - slashes - 1] == '\\')
			slashes++;
		if (slashes % 2 == 0) {
			*raw = slice_part(doc, 0, end);
			return true;
		}
		end++;
	}
	return false;
}

static bool
has_controls(struct slice s)
{
	unsigned char found = 0;

	for (size_t i = 0; i < s.n; i++)
		found |= (unsigned char)s.p[i] < ' ';
	return found;
}

/* \uXXXX at the front of s, which has passed; one of a pair of them is unusual. */
static bool
unescape_hex(struct slice *s, struct buf *out)
{
	uint32_t c = 0;

	if (s->n < 6)
		return false;
	for (size_t i = 2; i < 6; i++) {
		static const char hex[] = "0123456789abcdefABCDEF";
		const char *at = memchr(hex, s->p[i], sizeof hex - 1);

		if (!at)
			return false;
		c = 16 * c + (uint32_t)(at - hex < 16 ? at - hex : at - hex - 6);
	}
	*s = slice_from(*s, 6);
	if (c == 0 || (c >= 0xD800 && c <= 0xDFFF))
		return false;
	buf_utf8(out, c);
	return true;
}

/* The escape at the front of s, which is passed. */
static bool
unescape_one(struct slice *s, struct buf *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at = s->n > 1 ? memchr(from, s->p[1], sizeof from - 1) : NULL;

	if (!at)
		return s->n > 1 && s->p[1] == 'u' && unescape_hex(s, out);
	buf_char(out, to[at - from]);
	*s = slice_from(*s, 2);
	return true;
}

static bool
unescape(struct slice raw, struct buf *out)
{
	for (;;) {
		struct slice plain = slice_part(raw, 0, before(raw, '\\'));

		buf_slice(out, plain);
		raw = slice_from(raw, plain.n);
		if (raw.n == 0)
			return !out->full;
		if (!unescape_one(&raw, out))
			return false;
	}
}

/* A short one is left to jansson, unless it could be taken for a mark. */
static bool
leave(struct lifting *l, struct slice raw)
{
	buf_slice(l->rest, raw);
	return slice_find(raw, SLICE("\\u0001")) == raw.n;
}

static bool
lift(struct lifting *l, struct slice raw)
{
	if (has_controls(raw) || utf8_valid(raw) < raw.n)
		return false;
	buf_reset(&l->text);
	if (!unescape(raw, &l->text))
		return false;
	buf_printf(l->rest, "\\u%04x%zu", MARK, l->lifted->n);
	slices_add(l->lifted, l->arena, arena_copy(l->arena, buf_view(&l->text)));
	return true;
}

/* At its first quote. */
static bool
pass_string(struct lifting *l)
{
	struct slice raw;

	l->doc = slice_from(l->doc, 1);
	if (!find_end(l->doc, &raw))
		return false;
	l->doc = slice_from(l->doc, raw.n + 1);
	buf_char(l->rest, '"');
	if (!(raw.n < LONG ? leave(l, raw) : lift(l, raw)))
		return false;
	buf_char(l->rest, '"');
	return true;
}

static bool
lift_all(struct lifting *l)
{
	for (;;) {
		struct slice between = slice_part(l->doc, 0, before(l->doc, '"'));

		buf_slice(l->rest, between);
		l->doc = slice_from(l->doc, between.n);
		if (l->doc.n == 0)
			return !l->rest->full;
		if (!pass_string(l))
			return false;
	}
}

bool
json_lift(struct slice doc, struct arena *arena, struct buf *rest, struct slices *lifted)
{
	struct lifting l = {.doc = doc, .arena = arena, .rest = rest, .lifted = lifted};
	bool done;

	buf_init(&l.text, doc.n);
	done = lift_all(&l);
	buf_fini(&l.text);
	return done;
}

struct slice
json_lifted(const struct slices *lifted, struct slice text)
{
	size_t i = 0;

	/* Where nothing was lifted there may be any text; else only we wrote a MARK. */
	if (lifted->n == 0 || text.n < 2 || text.p[0] != MARK)
		return text;
	for (size_t k = 1; k < text.n; k++)
		i = 10 * i + (size_t)(text.p[k] - '0');
	return i < lifted->n ? lifted->v[i] : text;
}

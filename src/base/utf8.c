#include "base/utf8.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* The bytes of the sequence of several that s starts with, 0 if it is not
 * well-formed. */
static size_t
decode(struct slice s, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *p = (const unsigned char *)s.p;
	size_t n = p[0] < 0xC2   ? 0
		   : p[0] < 0xE0 ? 2
		   : p[0] < 0xF0 ? 3
		   : p[0] < 0xF5 ? 4
				 : 0;
	uint32_t c = p[0] & (0x7Fu >> n);

	if (n > s.n)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3F);
	}
	if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	*code = c;
	return n;
}

uint32_t
utf8_next(struct slice *s)
{
	uint32_t c = (unsigned char)s->p[0];
	size_t n = c < 0x80 ? 1 : decode(*s, &c);

	if (n == 0) {
		c = UTF8_BAD;
		n = 1;
	}
	s->p += n;
	s->n -= n;
	return c;
}

uint32_t
utf8_prev(struct slice *s)
{
	size_t start = s->n - 1;
	struct slice last;
	uint32_t c;

	while (
	    start > 0 && s->n - start < 4 && ((unsigned char)s->p[start] & 0xC0) == 0x80)
		start--;
	last = slice_from(*s, start);
	c = utf8_next(&last);
	if (last.n > 0) {
		s->n--;
		return UTF8_BAD;
	}
	s->n = start;
	return c;
}

/*
 * Archives are almost wholly made of printable ASCII and of sequences of three
 * bytes, and every byte of them comes through here: they are passed sixteen
 * at a time. What is odd about a byte is a bit in its lane.
 */
typedef uint8_t lanes __attribute__((vector_size(16)));
enum { LANES = 16 };

/* How many lanes, from the first on, have no bit. */
static size_t
even_lanes(lanes odd)
{
	uint64_t half[2];

	memcpy(half, &odd, sizeof half);
	if (half[0])
		return (size_t)__builtin_ctzll(le64toh(half[0])) / 8;
	return half[1] ? 8 + (size_t)__builtin_ctzll(le64toh(half[1])) / 8 : LANES;
}

/* How many of these bytes are from U+0020 to U+007E, or line feeds. */
static size_t
ascii_length(const char *p)
{
	lanes c;

	memcpy(&c, p, sizeof c);
	return even_lanes((lanes)(((c < 0x20) & (c != '\n')) | (c > 0x7E)));
}

/*
 * How many of these bytes, at most fifteen, are three-byte sequences that are
 * surely well-formed and XML characters? The leads 0xE0 and 0xED may be overlong
 * or surrogates, 0xEF 0xB7 and 0xEF 0xBF no characters: those few are left to
 * who looks closer. All of common Chinese passes.
 */
static size_t
wide_length(const char *p)
{
	const lanes kind = {0xF0, 0xC0, 0xC0, 0xF0, 0xC0, 0xC0, 0xF0, 0xC0, 0xC0, 0xF0,
	    0xC0, 0xC0, 0xF0, 0xC0, 0xC0, 0};
	const lanes wide = {0xE0, 0x80, 0x80, 0xE0, 0x80, 0x80, 0xE0, 0x80, 0x80, 0xE0,
	    0x80, 0x80, 0xE0, 0x80, 0x80, 0};
	lanes c, next;
	size_t n;

	memcpy(&c, p, sizeof c);
	memcpy(&next, p + 1, sizeof next);
	n = even_lanes(
	    ((c & kind) ^ wide) |
	    (lanes)((c == 0xE0) | (c == 0xED) | ((c == 0xEF) & ((next & 0xF7) == 0xB7))));
	return n - n % 3;
}

/* Past printable ASCII and wide characters from p on. Stops early, wherever
 * something needs utf8_next to judge it. */
static const char *
skip_plain(const char *p, const char *end)
{
	const char *from;
	size_t n;

	do {
		from = p;
		do
			p += n = end - p > LANES ? ascii_length(p) : 0;
		while (n == LANES);
		do
			p += n = end - p > LANES ? wide_length(p) : 0;
		while (n == LANES - 1);
	} while (p != from);
	return p;
}

size_t
utf8_plain(struct slice s)
{
	size_t n = 0, more = LANES;

	for (; more == LANES && s.n - n >= LANES; n += more)
		more = ascii_length(s.p + n);
	return n;
}

/* The same for common Chinese: fifteen bytes are five characters. */
static size_t
common_length(const char *p)
{
	const lanes lead = {-1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1};
	lanes c, next, first, further;
	size_t n;

	memcpy(&c, p, sizeof c);
	memcpy(&next, p + 1, sizeof next);
	first = (lanes)(((c >= 0xE3) & (c <= 0xEC)) | ((c == 0xEF) & (next == 0xBC)));
	further = (lanes)((c & 0xC0) == 0x80);
	n = even_lanes(~((lead & first) | (~lead & further)));
	return n - n % 3;
}

size_t
utf8_common(struct slice s)
{
	size_t n = 0, more = LANES - 1;

	for (; more == LANES - 1 && s.n - n > LANES; n += more)
		more = common_length(s.p + n);
	return n;
}

size_t
utf8_wide(struct slice s)
{
	size_t n = 0, even = LANES;

	for (; even == LANES && s.n - n >= LANES; n += even) {
		lanes c;

		memcpy(&c, s.p + n, sizeof c);
		even = even_lanes((lanes)(c < 0x80));
	}
	while (n < s.n && (unsigned char)s.p[n] >= 0x80)
		n++;
	return n;
}

/* Bytes of the white space or control character that s starts with, or 0. */
static size_t
blank(struct slice s)
{
	if ((unsigned char)s.p[0] <= ' ')
		return 1;
	if (slice_starts(s, SLICE("\u00A0")))
		return 2;
	return slice_starts(s, SLICE("\u3000")) ? 3 : 0;
}

/* How many of these bytes stand before the first that starts one. */
static size_t
visible_length(const char *p)
{
	lanes c, second, third;

	memcpy(&c, p, sizeof c);
	memcpy(&second, p + 1, sizeof second);
	memcpy(&third, p + 2, sizeof third);
	return even_lanes((lanes)((c <= ' ') | ((c == 0xC2) & (second == 0xA0)) |
				  ((c == 0xE3) & (second == 0x80) & (third == 0x80))));
}

void
utf8_visible(struct buf *out, struct slice s)
{
	const char *from = s.p; /* what is not in `out` yet */

	while (s.n) {
		size_t n = s.n >= LANES + 2 ? visible_length(s.p) : 0, gap;

		s = slice_from(s, n);
		if (n == LANES)
			continue;
		gap = blank(s);
		if (gap) {
			buf_add(out, from, (size_t)(s.p - from));
			from = s.p + gap;
		}
		s = slice_from(s, gap ? gap : 1);
	}
	buf_add(out, from, (size_t)(s.p - from));
}

size_t
utf8_valid(struct slice s)
{
	struct slice rest = s;

	while (rest.n) {
		size_t plain = (size_t)(skip_plain(rest.p, rest.p + rest.n) - rest.p);
		struct slice here = rest = slice_from(rest, plain);

		if (rest.n && utf8_next(&rest) == UTF8_BAD)
			return s.n - here.n;
	}
	return s.n;
}

size_t
utf8_clean(struct buf *out, struct slice s, size_t *first)
{
	struct slice rest = s;
	const char *kept = s.p; /* from here to `rest` nothing was dropped */
	size_t dropped = 0;

	while (rest.n) {
		size_t plain = (size_t)(skip_plain(rest.p, rest.p + rest.n) - rest.p);
		const char *at = rest.p + plain;

		rest = slice_from(rest, plain);
		if (rest.n == 0 || utf8_is_xml(utf8_next(&rest)))
			continue;
		if (dropped++ == 0)
			*first = (size_t)(at - s.p);
		buf_add(out, kept, (size_t)(at - kept));
		kept = rest.p;
	}
	buf_add(out, kept, (size_t)(rest.p - kept));
	return dropped;
}

bool
utf8_is_xml(uint32_t c)
{
	if (c < 0x20)
		return c == '\t' || c == '\n' || c == '\r';
	if (c < 0xA0)
		return c < 0x7F;
	if (c < 0xD800)
		return true;
	return c >= 0xE000 && c <= 0x10FFFF && (c < 0xFDD0 || c > 0xFDEF) &&
	       c != 0xFFFD && (c & 0xFFFE) != 0xFFFE;
}

struct range {
	uint32_t first, last;
};

static bool
in_ranges(const struct range *range, size_t n, uint32_t c)
{
	for (size_t i = 0; i < n; i++)
		if (c <= range[i].last)
			return c >= range[i].first;
	return false;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

bool
utf8_is_cjk(uint32_t c)
{
	static const struct range cjk[] = {
	    {0x1100, 0x11FF},   /* Hangul letters */
	    {0x2E80, 0xA4CF},   /* radicals, punctuation, Kana, Han, Yi */
	    {0xA960, 0xA97F},   /* Hangul letters */
	    {0xAC00, 0xD7FF},   /* Hangul */
	    {0xF900, 0xFAFF},   /* compatibility Han */
	    {0xFE10, 0xFE1F},   /* vertical punctuation */
	    {0xFE30, 0xFE4F},   /* compatibility punctuation */
	    {0xFF01, 0xFFEF},   /* full-width and half-width forms */
	    {0x16FE0, 0x18DFF}, /* Tangut, Khitan */
	    {0x1AFF0, 0x1B2FF}, /* Kana, Nüshu */
	    {0x1F200, 0x1F2FF}, /* enclosed Han */
	    {0x20000, 0x3FFFD}, /* Han */
	};

	return in_ranges(cjk, COUNT(cjk), c);
}

bool
utf8_is_word(uint32_t c)
{
	/* Scripts that, like Han, have no space between words. */
	static const struct range spaceless[] = {
	    {0x0E00, 0x0FFF}, /* Thai, Lao, Tibetan */
	    {0x1000, 0x109F}, /* Myanmar */
	    {0x1780, 0x17FF}, /* Khmer */
	    {0x1950, 0x19FF}, /* Tai Le, New Tai Lue, Khmer symbols */
	};

	if (c < 0x80)
		return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
	if (c > 0x10FFFF || utf8_is_cjk(c) || in_ranges(spaceless, COUNT(spaceless), c))
		return false;
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
		return true;
	default:
		return false;
	}
}

bool
utf8_is_space(uint32_t c)
{
	static const struct range space[] = {
	    {0x09, 0x0D},
	    {0x20, 0x20},
	    {0x85, 0x85},
	    {0xA0, 0xA0},
	    {0x1680, 0x1680},
	    {0x2000, 0x200B},
	    {0x2028, 0x2029},
	    {0x202F, 0x202F},
	    {0x205F, 0x205F},
	    {0x3000, 0x3000},
	};

	/* Nearly all that is asked for lies behind the table. */
	return c > 0x3000 ? c == 0xFEFF : in_ranges(space, COUNT(space), c);
}

size_t
utf8_count(struct slice s)
{
	size_t n = 0;

	for (; s.n; n++)
		utf8_next(&s);
	return n;
}

struct slice
utf8_trim(struct slice s)
{
	struct slice shorter = s;

	while (s.n && utf8_is_space(utf8_next(&shorter)))
		s = shorter;
	shorter = s;
	while (s.n && utf8_is_space(utf8_prev(&shorter)))
		s = shorter;
	return s;
}

struct slice
utf8_squeeze(struct arena *arena, struct slice s)
{
	struct slice rest = utf8_trim(s);
	char *p = arena_alloc(arena, rest.n + 1);
	size_t n = 0;

	while (rest.n) {
		struct slice here = rest;

		if (!utf8_is_space(utf8_next(&rest))) {
			size_t taken = here.n - rest.n;
			memcpy(p + n, here.p, taken);
			n += taken;
		} else if (p[n - 1] != ' ') {
			p[n++] = ' ';
		}
	}
	return slice_make(p, n);
}

/*
 * Is it in form C already, to be seen without tables? So is text of code points
 * that neither decompose nor combine (UAX #15, section 9): all below U+0300
 * and nearly all that Chinese is written with.
 */
static bool
is_plainly_nfc(struct slice s)
{
	while (s.n) {
		uint32_t c = utf8_next(&s);

		if (c >= 0x300 && !(c >= 0x3000 && c <= 0x3029) &&
		    !(c >= 0x3400 && c <= 0x9FFF) && !(c >= 0xFF00 && c <= 0xFFEF))
			return false;
	}
	return true;
}

static struct slice
map(struct arena *arena, struct slice s, utf8proc_option_t options)
{
	utf8proc_uint8_t *mapped = NULL;
	utf8proc_ssize_t n;
	struct slice result;

	if (s.n == 0 || utf8_valid(s) != s.n)
		return s;
	n = utf8proc_map(
	    (const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n, &mapped, options);
	result = n < 0 ? s : arena_copy(arena, slice_make((char *)mapped, (size_t)n));
	free(mapped);
	return result;
}

struct slice
utf8_nfc(struct arena *arena, struct slice s)
{
	if (is_plainly_nfc(s))
		return s;
	return map(arena, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

struct slice
utf8_fold(struct arena *arena, struct slice s)
{
	return map(arena, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
}

void
utf8_show(struct buf *out, struct slice s)
{
	while (s.n) {
		uint32_t c = utf8_next(&s);

		if (c == UTF8_BAD || c < ' ' || !utf8_is_xml(c))
			buf_char(out, '?');
		else
			buf_utf8(out, c);
	}
}

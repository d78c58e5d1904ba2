#include "input/html_chars.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <utf8proc.h>

/*
 * Might normalisation or the removal of characters change text with a
 * sequence that starts with these bytes? Han, Kana, Hangul, Latin with its
 * accents and common punctuation surely stay as they are.
 */
static bool
is_doubtful(const unsigned char *p, size_t n)
{
	unsigned char second = n > 1 ? p[1] : 0, third = n > 2 ? p[2] : 0;

	if (p[0] < 0x80)
		return (p[0] < 0x20 && p[0] != '\n' && p[0] != '\t') || p[0] == 0x7F;
	if (p[0] < 0xE2)
		return p[0] >= 0xCC || (p[0] == 0xC2 && second < 0xA0);
	switch (p[0]) {
	case 0xE2: /* U+2000 to U+2FFF: punctuation, but for the doubles of some */
		return second != 0x80 ? second < 0x90 || second >= 0xAB : third < 0x82;
	case 0xE3: /* U+302A, U+3099 combine */
		return (second == 0x80 && third >= 0xAA && third < 0xB0) ||
		       (second == 0x82 && third >= 0x99 && third < 0x9B);
	case 0xEA: /* Yi stays, what is behind it may not */
		return second >= 0x98 && second < 0xB0;
	case 0xEF: /* full-width forms stay */
		return second < 0xBC || second >= 0xBF;
	case 0xF0: /* pictographs and Han stay */
		return second == 0x9F ? third == 0xBF : second < 0xA0 || second >= 0xAF;
	default:
		return p[0] >= 0xEE;
	}
}

static bool
is_plain(struct slice s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	for (size_t i = 0; i < s.n;) {
		if (p[i] >= 0xE4 && p[i] <= 0xE9)
			i += 3;
		else if ((p[i] >= 0x20 && p[i] < 0x7F) || (p[i] >= 0x80 && p[i] < 0xC0))
			i++;
		else if (is_doubtful(p + i, s.n - i))
			return false;
		else
			i++;
	}
	return true;
}

static bool
is_private(uint32_t c)
{
	return (c >= 0xE000 && c <= 0xF8FF) || c >= 0xF0000;
}

/* Can it combine with the character before it? (NFC_Quick_Check=Maybe, or a
 * combining class.) */
static bool
is_combining(uint32_t c)
{
	static const uint32_t spacing[] = {0x09BE, 0x09D7, 0x0B3E, 0x0B56, 0x0B57, 0x0BBE,
	    0x0BD7, 0x0CC2, 0x0CD5, 0x0CD6, 0x0D3E, 0x0D57, 0x0DCF, 0x0DDF, 0x102E,
	    0x1B35, 0x11127, 0x1133E, 0x11357, 0x114B0, 0x114BA, 0x114BD, 0x115AF,
	    0x11930};

	for (size_t i = 0; i < sizeof spacing / sizeof *spacing; i++)
		if (c == spacing[i])
			return true;
	return (c >= 0x1161 && c <= 0x1175) || (c >= 0x11A8 && c <= 0x11C2) ||
	       utf8proc_get_property((utf8proc_int32_t)c)->combining_class != 0;
}

static uint32_t
from_windows(uint32_t c)
{
	static const uint16_t windows[32] = {0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026,
	    0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0, 0,
	    0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122,
	    0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178};

	return c >= 0x80 && c < 0xA0 ? windows[c - 0x80] : c;
}

static struct slice
repair(struct arena *arena, struct slice s)
{
	struct buf kept;
	struct slice result;
	bool started = false; /* with something to combine with */

	buf_init(&kept, 3 * s.n);
	while (s.n) {
		uint32_t c = from_windows(utf8_next(&s));

		if (c == '\r')
			c = '\n';
		if (!utf8_is_xml(c) || is_private(c) || (!started && is_combining(c)))
			continue;
		started = started || c != '\n';
		buf_utf8(&kept, c);
	}
	result = arena_copy(arena, utf8_nfc(arena, buf_view(&kept)));
	buf_fini(&kept);
	return result;
}

struct slice
html_chars(struct arena *arena, struct slice text)
{
	return is_plain(text) ? arena_copy(arena, text) : repair(arena, text);
}

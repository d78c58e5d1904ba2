#include "input/charset.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>
#include <uchardet/uchardet.h>

enum {
	SAMPLE = 64 * 1024, /* bytes that a guess looks at */
	FEW = 10,           /* "a few bad ones" are under one in so many */
	ENOUGH = 16,        /* units that show UTF-16 without a byte order mark */
};

static const struct bom {
	const char *bytes;
	size_t n;
	const char *name;
} boms[] = {
    {"\xEF\xBB\xBF", 3, "UTF-8"},
    {"\xFF\xFE\0\0", 4, "UTF-32LE"},
    {"\0\0\xFE\xFF", 4, "UTF-32BE"},
    {"\xFF\xFE", 2, "UTF-16LE"},
    {"\xFE\xFF", 2, "UTF-16BE"},
};

/* Names whose files hold, in practice, what only the superset has. */
static const struct superset {
	const char *name, *read_as;
} supersets[] = {
    {"GB2312", "GB18030"},
    {"EUC-CN", "GB18030"},
    {"GBK", "GB18030"},
    {"CP936", "GB18030"},
    {"BIG5", "BIG5-HKSCS"},
    {"EUC-KR", "UHC"},
    {"SHIFT_JIS", "CP932"},
    {"ISO-8859-1", "WINDOWS-1252"},
};

static unsigned char
byte(struct slice s, size_t at)
{
	return (unsigned char)s.p[at];
}

static bool
few(size_t bad, size_t total)
{
	return bad == 0 || bad * FEW < total;
}

static const struct bom *
find_bom(struct slice s)
{
	for (size_t i = 0; i < sizeof boms / sizeof *boms; i++)
		if (slice_starts(s, slice_make(boms[i].bytes, boms[i].n)))
			return &boms[i];
	return NULL;
}

static struct slice
without_bom(struct slice s)
{
	return slice_starts(s, SLICE("\xEF\xBB\xBF")) ? slice_from(s, 3) : s;
}

/* The white space and punctuation of Chinese text. In UTF-16 each of them
 * has a byte that text in any older set never has in that place. */
static bool
is_signpost(unsigned u)
{
	return u == '\n' || u == '\r' || u == ' ' || (u >= 0x3000 && u <= 0x3002) ||
	       u == 0xFF0C;
}

/* What UTF-16 Chinese or English is almost wholly made of. */
static bool
is_usual(unsigned u)
{
	return (u >= ' ' && u < 0x7F) || u == '\t' || is_signpost(u) ||
	       (u >= 0x2010 && u <= 0x2027) || (u >= 0x3000 && u <= 0x30FF) ||
	       (u >= 0x4E00 && u <= 0x9FFF) || (u >= 0xFF00 && u <= 0xFF5E);
}

static bool
is_han(unsigned u)
{
	return u >= 0x4E00 && u <= 0x9FFF;
}

/* Two letters of ASCII, read as one unit, are a Han; a fifth of Han are such. */
static bool
is_pair_of_ascii(unsigned u)
{
	return is_han(u) && (u >> 8) < 0x7F && (u & 0xFF) >= ' ' && (u & 0xFF) < 0x7F;
}

static bool
looks_utf16(struct slice s, size_t high)
{
	size_t units, usual = 0, signposts = 0, han = 0, pairs = 0;

	s = slice_part(s, 0, SAMPLE);
	units = s.n / 2;
	for (size_t i = 0; i < units; i++) {
		unsigned u =
		    (unsigned)byte(s, 2 * i + high) << 8 | byte(s, 2 * i + 1 - high);
		if (u < ' ' && u != '\t' && u != '\n' && u != '\r')
			return false;
		usual += is_usual(u);
		signposts += is_signpost(u);
		han += is_han(u);
		pairs += is_pair_of_ascii(u);
	}
	return units >= ENOUGH && signposts * 100 > units && few(units - usual, units) &&
	       pairs * 2 <= han;
}

/* Bytes that are not ASCII, and those of them that are not UTF-8 either. */
static bool
looks_utf8(struct slice s)
{
	size_t wide = 0, bad = 0;

	while (s.n) {
		size_t before = s.n;
		uint32_t c = utf8_next(&s);
		bad += c == UTF8_BAD;
		wide += c >= 0x80 ? before - s.n : 0;
	}
	return few(bad, wide);
}

static size_t
ascii_prefix(struct slice s)
{
	size_t n = 0;

	while (n < s.n && byte(s, n) < 0x80)
		n++;
	return n;
}

/* Length of the GB18030 sequence at `at`, 0 when it is none. */
static size_t
gb_length(struct slice s, size_t at)
{
	unsigned lead = byte(s, at), trail;

	if (lead < 0x80)
		return 1;
	if (lead == 0x80 || lead == 0xFF || at + 1 == s.n)
		return 0;
	trail = byte(s, at + 1);
	if (trail >= '0' && trail <= '9')
		return at + 4 <= s.n ? 4 : 0;
	return trail >= 0x40 && trail != 0x7F && trail != 0xFF ? 2 : 0;
}

/*
 * Chinese in GB18030, told from others by what is common in it: punctuation
 * (rows A1 to A3) and the 3,755 Han of GB 2312's first level (B0 to D7),
 * which are spread evenly over their rows while Korean keeps to the first
 * half of them. A guess by letter frequencies gets short texts wrong.
 */
static bool
looks_gb(struct slice s)
{
	size_t pairs = 0, bad = 0, marks = 0, han = 0, late = 0, n;

	for (size_t at = 0; at < s.n; at += n ? n : 1) {
		n = gb_length(s, at);
		if (n == 1)
			continue;
		pairs++;
		bad += n == 0;
		if (n != 2 || byte(s, at + 1) < 0xA1)
			continue;
		marks += byte(s, at) >= 0xA1 && byte(s, at) <= 0xA3;
		han += byte(s, at) >= 0xB0 && byte(s, at) <= 0xD7;
		late += byte(s, at) >= 0xC9 && byte(s, at) <= 0xD7;
	}
	return bad * 16 <= pairs && (marks + han) * 100 >= pairs * 85 &&
	       late * 8 >= han && han > 0;
}

/* What is no UTF by the rules before has a mark of one in its middle, where
 * the sample starts. */
static const char *
ask_uchardet(struct slice sample, struct arena *arena)
{
	uchardet_t detector = uchardet_new();
	const char *name = "";

	if (uchardet_handle_data(detector, sample.p, sample.n) == 0) {
		uchardet_data_end(detector);
		name = arena_cstr(arena, slice_str(uchardet_get_charset(detector)));
	}
	uchardet_delete(detector);
	return *name && !slice_starts(slice_str(name), SLICE("UTF-")) ? name : "GB18030";
}

static const char *
guess(struct slice s, struct arena *arena)
{
	const struct bom *bom = find_bom(s);
	struct slice sample;

	if (bom)
		return bom->name;
	if (looks_utf16(s, 1))
		return "UTF-16LE";
	if (looks_utf16(s, 0))
		return "UTF-16BE";
	if (looks_utf8(s))
		return "UTF-8";
	sample = slice_part(slice_from(s, ascii_prefix(s)), 0, SAMPLE);
	return looks_gb(sample) ? "GB18030" : ask_uchardet(sample, arena);
}

static const char *
superset(const char *name)
{
	for (size_t i = 0; i < sizeof supersets / sizeof *supersets; i++)
		if (slice_is_nocase(slice_str(name), supersets[i].name))
			return supersets[i].read_as;
	return name;
}

/* Bytes of the smallest thing that can be skipped. */
static size_t
unit_of(const char *name)
{
	struct slice s = slice_str(name);

	return slice_eq_nocase(slice_part(s, 0, 6), SLICE("UTF-32"))   ? 4
	       : slice_eq_nocase(slice_part(s, 0, 6), SLICE("UTF-16")) ? 2
								       : 1;
}

/* Convert all of s, skipping what does not convert; returns how many bytes
 * that was, the offset of the first in *first. */
static size_t
convert(iconv_t cd, struct slice s, size_t unit, struct buf *out, size_t *first)
{
	char piece[16 * 1024], *in = (char *)s.p, *to;
	size_t left = s.n, bad = 0, room, skip;

	while (left > 0) {
		to = piece;
		room = sizeof piece;
		skip = 0;
		if (iconv(cd, &in, &left, &to, &room) == (size_t)-1 && errno != E2BIG)
			skip = errno == EINVAL || left < unit ? left : unit;
		buf_add(out, piece, (size_t)(to - piece));
		if (skip && bad == 0)
			*first = s.n - left;
		in += skip;
		left -= skip;
		bad += skip;
	}
	/* Some converters hold a letter back, for a mark that may follow. */
	to = piece;
	room = sizeof piece;
	iconv(cd, NULL, NULL, &to, &room);
	buf_add(out, piece, (size_t)(to - piece));
	return bad;
}

/* Into a buf that takes nothing: every article comes through here, and nearly
 * all of them have nothing to drop. */
static bool
is_clean(struct slice text)
{
	struct buf nowhere = {0};
	size_t first;

	return utf8_clean(&nowhere, text, &first) == 0;
}

/* Drop what XML forbids, and what is not UTF-8; say so. */
static struct slice
clean(struct slice text, size_t offset, const char *of, struct arena *arena,
    struct diags *diags)
{
	struct buf out;
	struct slice result;
	size_t dropped, first = 0;

	buf_init(&out, text.n);
	dropped = utf8_clean(&out, text, &first);
	if (dropped)
		diag_add(diags, DIAG_WARN, 0,
		    "%zu characters that XML forbids or that are not UTF-8 were "
		    "dropped, the first at byte %zu of the %s",
		    dropped, first + offset, of);
	result = dropped ? arena_copy(arena, buf_view(&out)) : text;
	buf_fini(&out);
	return result;
}

static bool
is_binary(struct slice text, struct diags *diags)
{
	bool binary = slice_index(text, '\0') < text.n;

	if (binary)
		diag_add(diags, DIAG_BAD, 0, "this is no text: it holds NUL bytes");
	return binary;
}

static struct slice
from_utf8(struct slice s, struct arena *arena, struct diags *diags)
{
	struct slice text = without_bom(s);

	if (is_binary(text, diags))
		return SLICE_NONE;
	return clean(text, s.n - text.n, "file", arena, diags);
}

static struct slice
from_iconv(struct slice s, const char *name, struct arena *arena, struct diags *diags)
{
	iconv_t cd = iconv_open("UTF-8", name);
	struct buf out;
	struct slice text = SLICE_NONE;
	size_t bad, first = 0;

	if (cd == (iconv_t)-1) {
		diag_add(diags, DIAG_BAD, 0, "the encoding %s is not known here", name);
		return SLICE_NONE;
	}
	buf_init(&out, 4 * s.n);
	bad = convert(cd, s, unit_of(name), &out, &first);
	iconv_close(cd);
	if (is_binary(buf_view(&out), diags))
		goto out;
	if (!few(bad, s.n)) {
		diag_add(diags, DIAG_BAD, 0, "this is no text in %s", name);
		goto out;
	}
	diag_add(diags, DIAG_NOTE, 0, "read as %s", name);
	if (bad)
		diag_add(diags, DIAG_WARN, 0,
		    "%zu bytes that are not %s were dropped, the first at byte %zu", bad,
		    name, first);
	text = without_bom(buf_view(&out));
	text = clean(arena_copy(arena, text), 0, "converted text", arena, diags);
out:
	buf_fini(&out);
	return text;
}

struct slice
charset_utf8(
    struct slice bytes, struct slice charset, struct arena *arena, struct diags *diags)
{
	bool automatic = slice_is_nocase(charset, "auto");
	struct slice text = without_bom(bytes);
	const char *name;

	if ((automatic || slice_is_nocase(charset, "UTF-8")) && is_clean(text))
		return text;
	name = superset(automatic ? guess(bytes, arena) : arena_cstr(arena, charset));
	return slice_is_nocase(slice_str(name), "UTF-8")
		   ? from_utf8(bytes, arena, diags)
		   : from_iconv(bytes, name, arena, diags);
}

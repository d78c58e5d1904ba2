#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include <cmocka.h>

/* Encode without any check, so that surrogates can be made too. */
static struct slice
encode(char *p, uint32_t c)
{
	struct buf buf;
	size_t n;

	buf_init(&buf, 4);
	buf_utf8(&buf, c);
	n = buf.n;
	memcpy(p, buf.p, n);
	buf_fini(&buf);
	return slice_make(p, n);
}

static bool
is_scalar(uint32_t c)
{
	return c < 0xD800 || (c > 0xDFFF && c <= 0x10FFFF);
}

static void
decodes_every_code_point(void **state)
{
	char p[4];

	(void)state;
	for (uint32_t c = 0; c < 0x110000; c++) {
		struct slice s = encode(p, c), forth = s, back = s;

		assert_int_equal(utf8_valid(s), is_scalar(c) ? s.n : 0);
		assert_int_equal(utf8_next(&forth), is_scalar(c) ? c : UTF8_BAD);
		assert_int_equal(forth.n, is_scalar(c) ? 0 : s.n - 1);
		assert_int_equal(utf8_prev(&back), is_scalar(c) ? c : UTF8_BAD);
		assert_int_equal(back.n, is_scalar(c) ? 0 : s.n - 1);
	}
}

static const char *const ill_formed[] = {
    "\x80",             /* continuation alone */
    "\xBF\xBF",         /* two of them */
    "\xC0\xAF",         /* overlong slash */
    "\xC1\xBF",         /* overlong */
    "\xE0\x80\xAF",     /* overlong in three */
    "\xE0\x9F\xBF",     /* the last overlong in three */
    "\xF0\x8F\xBF\xBF", /* overlong in four */
    "\xED\xA0\x80",     /* first surrogate */
    "\xED\xBF\xBF",     /* last surrogate */
    "\xF4\x90\x80\x80", /* above U+10FFFF */
    "\xF8\x88\x80\x80\x80", "\xFE", "\xFF", "\xC3", "\xE4\xB8", "\xF0\x9F\x98",
    "\xE4\x41\x41\x41", "\xE4\xB8\x41\x41", "\xD6\xD0\xCE\xC4", /* GBK */
};

/* Wherever the fault stands, before and behind whatever the fast path takes. */
static void
finds_the_first_fault(void **state)
{
	static const char *const fillers[] = {"a", "文", "é", "😀", "\n", "，"};
	char text[256];

	(void)state;
	for (size_t k = 0; k < sizeof ill_formed / sizeof *ill_formed; k++)
		for (size_t f = 0; f < 6; f++)
			for (size_t before = 0; before < 40; before++) {
				size_t n = 0, at;

				for (size_t i = 0; i < before; i++)
					n += (size_t)sprintf(text + n, "%s", fillers[f]);
				at = n;
				n += (size_t)sprintf(text + n, "%s", ill_formed[k]);
				assert_int_equal(utf8_valid(slice_make(text, n)), at);
				n += (size_t)sprintf(text + n, "%s", "文字 and more");
				assert_int_equal(utf8_valid(slice_make(text, n)), at);
				assert_int_equal(utf8_valid(slice_make(text, at)), at);
			}
}

/* What stands behind the end, though it would fit, is not looked at. */
static void
stops_at_its_end(void **state)
{
	static const char text[] = "文字文字文字12345678文字";

	(void)state;
	for (size_t from = 0; from < 18; from += 3)
		for (size_t n = 0; from + n <= 18; n++)
			assert_int_equal(
			    utf8_valid(slice_make(text + from, n)), n / 3 * 3);
	assert_int_equal(utf8_valid(slice_make(text, sizeof text - 2)), sizeof text - 4);
}

/* From both ends, the same code points and the same bad bytes. */
static void
reads_the_same_backwards(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		static const char some[] =
		    "a\x80\xBF\xC3\xA9\xE4\xB8\x96\xED\xA0\xF0\x9F\x98\xF4";
		char text[12];
		uint32_t forth[12], c;
		struct slice s = {text, sizeof text};
		size_t n = 0;

		for (size_t i = 0; i < sizeof text; i++) {
			seed = seed * 1664525 + 1013904223;
			text[i] = some[(seed >> 16) % (sizeof some - 1)];
		}
		while (s.n)
			forth[n++] = utf8_next(&s);
		assert_int_equal(utf8_count(slice_make(text, sizeof text)), n);
		s = slice_make(text, sizeof text);
		while (s.n) {
			c = utf8_prev(&s);
			assert_int_equal(c, forth[--n]);
		}
		assert_int_equal(n, 0);
	}
}

static void
tells_xml_characters(void **state)
{
	static const uint32_t yes[] = {'\t', '\n', '\r', ' ', '~', 0xA0, 0x4E2D, 0xD7FF,
	    0xE000, 0xFDCF, 0xFDF0, 0xFFFC, 0x10000, 0x1F600, 0x1FFFD, 0x10FFFD};
	static const uint32_t no[] = {0, 8, 0x0B, 0x0C, 0x0E, 0x1F, 0x7F, 0x80, 0x85,
	    0x9F, 0xD800, 0xDFFF, 0xFDD0, 0xFDEF, 0xFFFD, 0xFFFE, 0xFFFF, 0x1FFFE,
	    0x10FFFF, 0x110000, UTF8_BAD};

	(void)state;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		assert_true(utf8_is_xml(yes[i]));
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		assert_false(utf8_is_xml(no[i]));
}

enum { CJK = 1, WORD = 2, SPACE = 4 };

static void
classifies(void **state)
{
	static const struct {
		uint32_t c;
		int is;
	} t[] = {
	    {'a', WORD},
	    {'Z', WORD},
	    {'0', WORD},
	    {'@', 0},
	    {'[', 0},
	    {'-', 0},
	    {0x00E9, WORD}, /* é */
	    {0x0301, WORD}, /* combining acute */
	    {0x0416, WORD}, /* Ж */
	    {0x05D0, WORD}, /* alef */
	    {0x0E01, 0},    /* Thai */
	    {0x1780, 0},    /* Khmer */
	    {0x2026, 0},    /* … */
	    {0x3001, CJK},
	    {0x3042, CJK},
	    {0x30A2, CJK},
	    {0x4E00, CJK},
	    {0x9FFF, CJK},
	    {0xAC00, CJK},
	    {0xFF0C, CJK},
	    {0xFF21, CJK},
	    {0x20000, CJK},
	    {0x1F600, 0},
	    {' ', SPACE},
	    {'\n', SPACE},
	    {0x85, SPACE},
	    {0xA0, SPACE},
	    {0x200B, SPACE},
	    {0x2029, SPACE},
	    {0x3000, CJK | SPACE},
	    {0xFEFF, SPACE},
	    {0x200C, 0},
	    {0, 0},
	    {UTF8_BAD, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		int is = (utf8_is_cjk(t[i].c) ? CJK : 0) |
			 (utf8_is_word(t[i].c) ? WORD : 0) |
			 (utf8_is_space(t[i].c) ? SPACE : 0);
		if (is != t[i].is)
			fail_msg("U+%04X: %d, not %d", t[i].c, is, t[i].is);
	}
}

static void
trims_and_squeezes(void **state)
{
	static const struct {
		const char *in, *trimmed, *squeezed;
	} t[] = {
	    {"", "", ""},
	    {" \n　", "", ""},
	    {"a", "a", "a"},
	    {"　　标题 \r\n", "标题", "标题"},
	    {"\xEF\xBB\xBF一\xC2\xA0\xE3\x80\x80 二\n", "一\xC2\xA0\xE3\x80\x80 二",
		"一 二"},
	    {" \xFF  \xE4\xB8 ", "\xFF  \xE4\xB8", "\xFF \xE4\xB8"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		assert_true(slice_is(utf8_trim(slice_str(t[i].in)), t[i].trimmed));
		assert_true(
		    slice_is(utf8_squeeze(arena, slice_str(t[i].in)), t[i].squeezed));
	}
	assert_int_equal(utf8_trim(SLICE_NONE).n, 0);
	assert_int_equal(utf8_squeeze(arena, SLICE_NONE).n, 0);
	arena_free(arena);
}

static void
normalises(void **state)
{
	static const struct {
		const char *in, *nfc, *folded;
	} t[] = {
	    {"", "", ""},
	    {"Atom", "Atom", "atom"},
	    {"e\xCC\x81", "é", "é"},
	    {"E\xCC\x81", "É", "é"},
	    {"Straße", "Straße", "strasse"},
	    {"新语丝 XYS", "新语丝 XYS", "新语丝 xys"},
	    {"\xEF\xA4\x80", "豈", "豈"},             /* compatibility Han U+F900 */
	    {"\xE3\x82\xAB\xE3\x82\x99", "ガ", "ガ"}, /* ka and voiced mark */
	    {"É\xFF", "É\xFF", "É\xFF"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		assert_true(slice_is(utf8_nfc(arena, slice_str(t[i].in)), t[i].nfc));
		assert_true(slice_is(utf8_fold(arena, slice_str(t[i].in)), t[i].folded));
	}
	arena_free(arena);
}

/* A NUL is a character like any other, and folding twice changes nothing. */
static void
folds_once(void **state)
{
	struct arena *arena = arena_new();
	char p[4];

	(void)state;
	assert_true(slice_eq(utf8_nfc(arena, SLICE("a\0b")), SLICE("a\0b")));
	for (uint32_t c = 1; c < 0x30000; c++) {
		struct slice once, s;

		if (!is_scalar(c))
			continue;
		s = encode(p, c);
		once = utf8_fold(arena, s);
		if (!slice_eq(utf8_fold(arena, once), once))
			fail_msg("U+%04X", c);
		once = utf8_nfc(arena, s);
		assert_true(slice_eq(utf8_nfc(arena, once), once));
		arena_reset(arena);
	}
	arena_free(arena);
}

/* Most text is told to be normal without the tables: they must agree. */
static void
normal_by_the_tables(void **state)
{
	struct arena *arena = arena_new();
	struct buf text;

	(void)state;
	buf_init(&text, 16);
	for (uint32_t c = 1; c < 0x20000; c++) {
		utf8proc_uint8_t *normal;

		if (c + 1 >= 0xD800 && c <= 0xDFFF)
			continue;
		buf_reset(&text);
		buf_utf8(&text, 'e');
		buf_utf8(&text, c);
		buf_utf8(&text, c + 1);
		normal = utf8proc_NFC((const utf8proc_uint8_t *)buf_cstr(&text));
		assert_true(slice_is(utf8_nfc(arena, buf_view(&text)), (char *)normal));
		free(normal);
	}
	buf_fini(&text);
	arena_free(arena);
}

static void
passes_what_is_wide(void **state)
{
	(void)state;
	for (size_t n = 0; n < 40; n++) {
		char text[48];

		memset(text, 0xE4, sizeof text);
		assert_int_equal(utf8_wide(slice_make(text, n)), n);
		text[n] = '<';
		assert_int_equal(utf8_wide(slice_make(text, sizeof text)), n);
		text[n] = 0x7F;
		assert_int_equal(utf8_wide(slice_make(text, sizeof text)), n);
	}
	assert_int_equal(utf8_wide(SLICE_NONE), 0);
}

/* What stops them is found at every place; where they stop too early is no fault. */
static void
passes_what_is_common(void **state)
{
	static const char *const odd[] = {"\t", "\x7F", "\xC2\xA0", "\xE2\x80\x9C",
	    "\xED\xA0\x80", "\xEF\xBF\xBD", "\xE4\xB8", "\xFF"};
	struct slice han = SLICE("\u6D77\uFF0C\u8FB9");

	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		for (size_t n = 0; n < 40; n++) {
			struct buf text;

			buf_init(&text, 1024);
			for (size_t k = 0; k < n; k++)
				buf_add(&text, "x\n", 1 + (k == n - 1));
			buf_str(&text, odd[i]);
			buf_str(&text, "................................");
			assert_in_range(
			    utf8_plain(buf_view(&text)), n & ~(size_t)15, n + (n > 0));
			buf_reset(&text);
			for (size_t k = 0; k < n; k++)
				buf_add(&text, han.p + k % 3 * 3, 3);
			buf_str(&text, odd[i]);
			buf_str(&text, "................................");
			assert_in_range(
			    utf8_common(buf_view(&text)), 3 * n / 15 * 15, 3 * n);
			assert_int_equal(utf8_common(buf_view(&text)) % 3, 0);
			buf_fini(&text);
		}
	assert_int_equal(utf8_plain(SLICE_NONE) + utf8_common(SLICE_NONE), 0);
}

/* At every place of a text that is longer than what is looked at in one go. */
static void
keeps_what_is_visible(void **state)
{
	static const struct {
		const char *in, *out;
	} t[] = {
	    {" ", ""},
	    {"\t", ""},
	    {"\x01", ""},
	    {"\u00A0", ""},
	    {"\u3000", ""},
	    {" \u3000\n\u00A0", ""},
	    {"!", "!"},
	    {"\u00A1", "\u00A1"},
	    {"\u00E0", "\u00E0"},
	    {"\u3001", "\u3001"},
	    {"\u3040", "\u3040"},
	    {"\xC2", "\xC2"},
	    {"\xE3\x80", "\xE3\x80"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		for (size_t n = 0; n < 40; n++)
			for (size_t m = 0; m < 40; m += 13) {
				struct buf in, out;
				char want[100];

				buf_init(&in, 100);
				buf_init(&out, 100);
				buf_printf(&in, "%.*s%s%.*s", (int)n,
				    "字字字字字字字字字字字字字字", t[i].in, (int)m,
				    "........................................");
				snprintf(want, sizeof want, "%.*s%s%.*s", (int)n,
				    "字字字字字字字字字字字字字字", t[i].out, (int)m,
				    "........................................");
				utf8_visible(&out, buf_view(&in));
				assert_string_equal(buf_cstr(&out), want);
				buf_fini(&in);
				buf_fini(&out);
			}
}

static void
cleans(void **state)
{
	static const struct {
		const char *in, *out;
		size_t dropped, first;
	} t[] = {
	    {"", "", 0, 99},
	    {"plain text\twith\nlines\r\n", "plain text\twith\nlines\r\n", 0, 99},
	    {"新语丝，一九九四年", "新语丝，一九九四年", 0, 99},
	    {"新\x01语\x7F丝\xC2\x85", "新语丝", 3, 3},
	    {"\xFF", "", 1, 0},
	    {"ab\xEF\xBF\xBD", "ab", 1, 2},
	    {"文\xEF\xBF\xBF文\xEF\xB7\x90文", "文文文", 2, 3},
	    {"文\xEF\xB7\x8F\xEF\xB7\xB0\xEF\xBF\xA5",
		"文\xEF\xB7\x8F\xEF\xB7\xB0\xEF\xBF\xA5", 0, 99},
	    {"1234567\x7F", "1234567", 1, 7},
	    {"12345678\x1B[0m", "12345678[0m", 1, 8},
	    {"\xED\xA0\x80\xED\xB0\x80!", "!", 6, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct buf out;
		size_t first = 99;

		buf_init(&out, 1000);
		buf_str(&out, "+");
		assert_int_equal(
		    utf8_clean(&out, slice_str(t[i].in), &first), t[i].dropped);
		assert_int_equal(first, t[i].first);
		assert_string_equal(buf_cstr(&out) + 1, t[i].out);
		buf_fini(&out);
	}
}

/* Against the definition, one code point after another. */
static void
cleans_by_definition(void **state)
{
	struct buf in, out, want;
	uint32_t seed = 7;

	(void)state;
	buf_init(&in, 1 << 20);
	buf_init(&out, 1 << 20);
	buf_init(&want, 1 << 20);
	for (int round = 0; round < 3000; round++) {
		size_t dropped = 0, first = 0;
		struct slice rest;

		buf_reset(&in);
		buf_reset(&out);
		buf_reset(&want);
		for (int i = 0; i < 60; i++) {
			static const uint32_t near[] = {0x20, 0x7F, 0x4E2D, 0x4E00,
			    0x3002, 0xFF0C, 0xFDD0, 0xFFFE, 0x41, 0x0A, 0xE9, 0x1F600,
			    0xD7FF, 0x0FFF, 0x1000};

			seed = seed * 1664525 + 1013904223;
			buf_utf8(&in, near[(seed >> 16) % 15] + (seed >> 30));
			if ((seed >> 20) % 32 == 0)
				buf_char(&in, (char)(seed >> 8));
		}
		for (rest = buf_view(&in); rest.n;) {
			uint32_t c = utf8_next(&rest);

			if (utf8_is_xml(c))
				buf_utf8(&want, c);
			else
				dropped++;
		}
		assert_int_equal(utf8_clean(&out, buf_view(&in), &first), dropped);
		assert_true(slice_eq(buf_view(&out), buf_view(&want)));
	}
	buf_fini(&in);
	buf_fini(&out);
	buf_fini(&want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(decodes_every_code_point),
	    cmocka_unit_test(finds_the_first_fault),
	    cmocka_unit_test(stops_at_its_end),
	    cmocka_unit_test(reads_the_same_backwards),
	    cmocka_unit_test(tells_xml_characters),
	    cmocka_unit_test(classifies),
	    cmocka_unit_test(trims_and_squeezes),
	    cmocka_unit_test(normalises),
	    cmocka_unit_test(folds_once),
	    cmocka_unit_test(normal_by_the_tables),
	    cmocka_unit_test(passes_what_is_wide),
	    cmocka_unit_test(passes_what_is_common),
	    cmocka_unit_test(keeps_what_is_visible),
	    cmocka_unit_test(cleans),
	    cmocka_unit_test(cleans_by_definition),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "input/charset.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A few hundred bytes of each kind of text that an archive holds. */
#define ARTICLE                                                                                                                 \
	"我们的老家在山里，村口有一条小河。每年春天，河水涨起来，孩子们就到桥上去看鱼。" \
	"\n"                                                                                                                    \
	"　　后来修了公路，桥也拆了，可是大家说起故乡的时候，总要提到那座桥。\n"              \
	"他说：“这里的人都知道它有多老，但是没有人知道是谁修的。”\n"
#define TRADITIONAL                                                                                                             \
	"我們的老家在山裡，村口有一條小河。每年春天，河水漲起來，孩子們就到橋上去看魚。" \
	"\n"                                                                                                                    \
	"後來修了公路，橋也拆了，可是大家說起故鄉的時候，總要提到那座橋。\n"
#define SHORT "春天来了，桥下的水很清。\n"
#define KOREAN                                                                                                      \
	"우리 마을에는 오래된 다리가 하나 있었다. 봄이 오면 아이들이 물고기를 보러 " \
	"갔다.\n"
#define JAPANESE                                                                         \
	"私たちの村には古い橋がありました。春になると子どもたちは魚を見に行きました。\n"
#define RUSSIAN                                                                          \
	"В нашей деревне был старый мост, и весной дети ходили смотреть на рыбу.\n"

struct fixture {
	struct arena *arena;
	struct diags diags;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	f->arena = arena_new();
	diags_init(&f->diags, f->arena, SLICE("old.txt"));
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	arena_free(f->arena);
	free(f);
	return 0;
}

/* UTF-8 text in another encoding, as an editor of its time wrote it. */
static struct slice
encode(struct arena *arena, struct slice text, const char *name)
{
	iconv_t cd = iconv_open(name, "UTF-8");
	size_t left = text.n, room = 4 * text.n + 4;
	char *in = (char *)text.p, *bytes = arena_alloc(arena, room), *to = bytes;

	assert_ptr_not_equal(cd, (iconv_t)-1);
	assert_int_equal(iconv(cd, &in, &left, &to, &room), 0);
	iconv_close(cd);
	return slice_make(bytes, (size_t)(to - bytes));
}

static struct slice
join(struct arena *arena, struct slice a, struct slice b)
{
	char *p = arena_alloc(arena, a.n + b.n);

	memcpy(p, a.p, a.n);
	memcpy(p + a.n, b.p, b.n);
	return slice_make(p, a.n + b.n);
}

static struct slice
repeat(struct arena *arena, struct slice s, size_t times)
{
	char *p = arena_alloc(arena, s.n * times);

	for (size_t i = 0; i < times; i++)
		memcpy(p + i * s.n, s.p, s.n);
	return slice_make(p, s.n * times);
}

static size_t
count(const struct diags *diags, enum diag_level level)
{
	size_t n = 0;

	for (size_t i = 0; i < diags->n; i++)
		n += diags->v[i].level == level;
	return n;
}

static void
assert_text(struct slice got, struct slice want)
{
	assert_int_equal(got.n, want.n);
	assert_memory_equal(got.p, want.p, want.n);
}

static void
assert_says(const struct diags *diags, enum diag_level level, const char *part)
{
	for (size_t i = 0; i < diags->n; i++)
		if (diags->v[i].level == level &&
		    slice_find(diags->v[i].text, slice_str(part)) < diags->v[i].text.n)
			return;
	fail_msg("no diag of level %d says \"%s\"", (int)level, part);
}

static void
test_clean_utf8_is_not_copied(void **state)
{
	static const char *const texts[] = {"", "a", ARTICLE, "\xF0\x9F\x90\xBC\t\r\n",
	    /* U+4FFE and U+4FFF end in the bytes of a non-character */
	    "\xE4\xBF\xBE and more text than fills a block of sixty-four bytes, surely."};
	struct fixture *f = *state;

	for (size_t i = 0; i < 4; i++) {
		struct slice text = slice_str(texts[i]);
		struct slice got = charset_utf8(text, SLICE("auto"), f->arena, &f->diags);
		assert_ptr_equal(got.p, text.p);
		assert_int_equal(got.n, text.n);
	}
	assert_text(charset_utf8(slice_str(texts[4]), SLICE("auto"), f->arena, &f->diags),
	    slice_str(texts[4]));
	assert_int_equal(f->diags.n, 0);
}

static void
test_bom_goes(void **state)
{
	struct fixture *f = *state;
	struct slice text = SLICE("\xEF\xBB\xBF" ARTICLE);
	struct slice got = charset_utf8(text, SLICE("auto"), f->arena, &f->diags);

	assert_ptr_equal(got.p, text.p + 3);
	assert_int_equal(f->diags.n, 0);
}

static const struct {
	const char *text, *encoding, *says;
} known[] = {
    {ARTICLE, "GBK", "GB18030"},
    {ARTICLE, "GB18030", "GB18030"},
    {SHORT, "GBK", "GB18030"},
    {"春天来了\n", "GBK", "GB18030"},
    {"title: 春天\n\n天下雨了。\n", "GBK", "GB18030"},
    {TRADITIONAL, "GBK", "GB18030"},
    {TRADITIONAL, "BIG5", "BIG5-HKSCS"},
    {ARTICLE, "UTF-16LE", "UTF-16LE"},
    {ARTICLE, "UTF-16BE", "UTF-16BE"},
    {TRADITIONAL, "UTF-16LE", "UTF-16LE"},
    {"\xEF\xBB\xBF" ARTICLE, "UTF-16LE", "UTF-16LE"},
    {"\xEF\xBB\xBF" ARTICLE, "UTF-16BE", "UTF-16BE"},
    {"\xEF\xBB\xBF" SHORT, "UTF-32LE", "UTF-32LE"},
    {"\xEF\xBB\xBF" SHORT, "UTF-32BE", "UTF-32BE"},
    {"---\r\ntitle: plain\r\n---\r\n\r\nOnly ASCII.\r\n", "UTF-16LE", "UTF-16LE"},
    {"\xEF\xBB\xBF", "UTF-16LE", "UTF-16LE"},
    {KOREAN KOREAN, "EUC-KR", "UHC"},
    {JAPANESE JAPANESE, "EUC-JP", "EUC-JP"},
    {JAPANESE JAPANESE, "SHIFT_JIS", "CP932"},
    {RUSSIAN RUSSIAN, "KOI8-R", "KOI8-R"},
    {RUSSIAN RUSSIAN, "WINDOWS-1251", "WINDOWS-1251"},
};

static void
test_known_encodings(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct slice text = slice_str(known[i].text), got;
		struct slice bytes = encode(f->arena, text, known[i].encoding);

		diags_init(&f->diags, f->arena, SLICE("old.txt"));
		got = charset_utf8(bytes, SLICE("auto"), f->arena, &f->diags);
		if (slice_starts(text, SLICE("\xEF\xBB\xBF")))
			text = slice_from(text, 3);
		assert_says(&f->diags, DIAG_NOTE, known[i].says);
		assert_text(got, text);
		assert_int_equal(f->diags.n, 1);
	}
}

static void
test_megabytes(void **state)
{
	static const char *const encodings[] = {"GBK", "UTF-16LE", "UTF-16BE"};
	struct fixture *f = *state;
	struct slice text = repeat(f->arena, SLICE(ARTICLE), 10000);

	for (size_t i = 0; i < 3; i++) {
		struct slice bytes = encode(f->arena, text, encodings[i]);
		assert_text(
		    charset_utf8(bytes, SLICE("auto"), f->arena, &f->diags), text);
	}
}

/* A page of markup with few letters in it is still what those letters say. */
static void
test_long_ascii_before(void **state)
{
	struct fixture *f = *state;
	struct slice ascii = repeat(f->arena, SLICE("<td>row</td>\n"), 20000);
	struct slice gbk = encode(f->arena, SLICE(SHORT), "GBK");
	struct slice bytes = join(f->arena, ascii, gbk);
	struct slice got = charset_utf8(bytes, SLICE("auto"), f->arena, &f->diags);

	assert_text(slice_from(got, ascii.n), SLICE(SHORT));
}

static void
test_forced(void **state)
{
	struct fixture *f = *state;
	struct slice bytes = encode(f->arena, SLICE(TRADITIONAL), "BIG5");

	assert_text(
	    charset_utf8(bytes, SLICE("big5"), f->arena, &f->diags), SLICE(TRADITIONAL));
	bytes = encode(f->arena, SLICE("镕基"), "GBK");
	assert_text(
	    charset_utf8(bytes, SLICE("gb2312"), f->arena, &f->diags), SLICE("镕基"));
	assert_text(
	    charset_utf8(SLICE("\xC3\xA9"), SLICE("ISO-8859-15"), f->arena, &f->diags),
	    SLICE("Ã©"));
	assert_text(
	    charset_utf8(SLICE(""), SLICE("GBK"), f->arena, &f->diags), SLICE(""));
	assert_null(diags_bad(&f->diags));
	charset_utf8(bytes, SLICE("no-such-set"), f->arena, &f->diags);
	assert_says(&f->diags, DIAG_BAD, "no-such-set");
}

static void
test_forced_utf8_keeps_to_it(void **state)
{
	struct fixture *f = *state;
	struct slice bytes = encode(f->arena, SLICE("a春b"), "GBK");

	assert_text(
	    charset_utf8(bytes, SLICE("utf-8"), f->arena, &f->diags), SLICE("ab"));
	assert_says(&f->diags, DIAG_WARN, "2 characters");
}

static void
test_few_bad_bytes_in_utf8(void **state)
{
	struct fixture *f = *state;
	struct slice got;

	got = charset_utf8(SLICE(ARTICLE "\xE6\x98" ARTICLE "\xFF" ARTICLE),
	    SLICE("auto"), f->arena, &f->diags);
	assert_text(got, SLICE(ARTICLE ARTICLE ARTICLE));
	assert_int_equal(f->diags.n, 1);
	assert_says(&f->diags, DIAG_WARN, "3 characters");
}

static void
test_few_bad_bytes_in_gbk(void **state)
{
	struct fixture *f = *state;
	struct slice gbk = encode(f->arena, SLICE(ARTICLE), "GBK");
	struct slice bytes =
	    join(f->arena, join(f->arena, gbk, SLICE("\xFF\n\x80\n")), gbk);
	struct slice got;

	bytes = join(f->arena, bytes, SLICE("\xD6")); /* cut in the middle */
	got = charset_utf8(bytes, SLICE("auto"), f->arena, &f->diags);
	assert_text(got, SLICE(ARTICLE "\n\n" ARTICLE));
	assert_says(&f->diags, DIAG_WARN, "3 bytes");
}

/* Too short for letter frequencies to say anything. */
static void
test_short_gbk_with_a_bad_byte(void **state)
{
	struct fixture *f = *state;
	struct slice gbk = encode(f->arena, SLICE(SHORT SHORT), "GBK");

	assert_text(charset_utf8(join(f->arena, gbk, SLICE("\xD6")), SLICE("auto"),
			f->arena, &f->diags),
	    SLICE(SHORT SHORT));
	assert_says(&f->diags, DIAG_WARN, "1 bytes");
}

/* Big5-HKSCS holds back a letter that a combining mark could follow. */
static void
test_the_last_letter_is_not_lost(void **state)
{
	struct fixture *f = *state;

	assert_text(charset_utf8(SLICE("ab\x88\x66"), SLICE("BIG5"), f->arena, &f->diags),
	    SLICE("abÊ"));
}

static void
test_lone_surrogates(void **state)
{
	struct fixture *f = *state;
	struct slice a = encode(f->arena, SLICE(ARTICLE), "UTF-16LE"), bytes;

	bytes = join(f->arena, join(f->arena, a, SLICE("\x00\xD8")), a);
	assert_text(charset_utf8(bytes, SLICE("auto"), f->arena, &f->diags),
	    SLICE(ARTICLE ARTICLE));
	assert_says(&f->diags, DIAG_WARN, "2 bytes");
	/* in UTF-8 they are ill-formed */
	assert_text(charset_utf8(SLICE(ARTICLE "\xED\xA0\x80"), SLICE("auto"), f->arena,
			&f->diags),
	    SLICE(ARTICLE));
}

static void
test_forbidden_characters(void **state)
{
	static const struct {
		const char *text, *want, *says;
	} rows[] = {
	    {"春\x08天", "春天", "1 characters"},
	    {"a\x1F\x0B\x0C", "a", "byte 1 "},
	    {"\xEF\xBB\xBF\x01z", "z", "byte 3 "},
	    {"z\x7F", "z", "byte 1 "},
	    {"春\xEF\xBF\xBD", "春", "byte 3 "},
	    {"春\xC2\x85天", "春天", "byte 3 "},
	    {"春\xEF\xBF\xBE", "春", "byte 3 "},
	    {"春\xEF\xB7\x90", "春", "byte 3 "},
	    {"春\xF0\x9F\xBF\xBF", "春", "byte 3 "},
	    {"0123456789012345678901234567890123456789012345678901234567890123\x07",
		"0123456789012345678901234567890123456789012345678901234567890123",
		"byte 64 "},
	    {"012345678901234567890123456789012345678901234567890123456789012\xC2\x80",
		"012345678901234567890123456789012345678901234567890123456789012",
		"byte 63 "},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		diags_init(&f->diags, f->arena, SLICE("old.txt"));
		assert_text(charset_utf8(slice_str(rows[i].text), SLICE("auto"), f->arena,
				&f->diags),
		    slice_str(rows[i].want));
		assert_says(&f->diags, DIAG_WARN, rows[i].says);
		assert_int_equal(count(&f->diags, DIAG_WARN), f->diags.n);
	}
}

static void
test_forbidden_after_conversion(void **state)
{
	struct fixture *f = *state;
	struct slice bytes = encode(f->arena, SLICE("\x08" ARTICLE), "GBK");

	assert_text(
	    charset_utf8(bytes, SLICE("auto"), f->arena, &f->diags), SLICE(ARTICLE));
	assert_says(&f->diags, DIAG_WARN, "byte 0 of the converted text");
}

static void
test_binary_is_bad(void **state)
{
#define BYTES(literal)                                                                   \
	{                                                                                \
		(literal), sizeof(literal) - 1                                           \
	}
	static const struct slice files[] = {
	    BYTES("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\1\x90"),
	    BYTES("text\0text"),
	    BYTES("\xEF\xBB\xBFtext\0"),
	    BYTES("\0"),
	    BYTES("\xB4\xBA\xCC\xEC\0"),
	    /* what only looks like UTF-16: a mark in the middle, letters in pairs */
	    BYTES("\0\1\2\3binary\0\xFF\xFE\0"),
	    BYTES("\0\1\2\3bina\nry\0\xFF\xFE\0 with some more \1 \x80 of it, \0 and "
		  "so on, for a while"),
	    BYTES("many words, all of them ASCII.\r\0\n\0And more of them, and more"),
	    BYTES("alllettersandmuchofitallofit\n\0andmoreofitsoitlookslikehan"),
	    /* too short to tell, and with a control character */
	    BYTES("h\0i\0 \0y\0o\0u\0\n\0"),
	    BYTES("a\0 \0f\0i\0l\0e\0 \0o\0f\0 \0l\0i\0t\0t\0l\0e\0 \0n\0u\0m\0"
		  "b\0e\0r\0s\0\n\0\4\0"),
	    BYTES("春天\0\xFF\xFE"),
	    BYTES("\xFF\xFE"
		  "a\0b\0\0\0"),
	    BYTES("\xFF\xFE\0\0\0\0\0\0"),
	};
#undef BYTES
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		diags_init(&f->diags, f->arena, SLICE("old.txt"));
		assert_int_equal(
		    charset_utf8(files[i], SLICE("auto"), f->arena, &f->diags).n, 0);
		assert_non_null(diags_bad(&f->diags));
	}
	diags_init(&f->diags, f->arena, SLICE("old.txt"));
	charset_utf8(files[1], SLICE("GBK"), f->arena, &f->diags);
	assert_non_null(diags_bad(&f->diags));
}

static void
test_what_does_not_convert_is_bad(void **state)
{
	struct fixture *f = *state;
	struct slice bytes = repeat(f->arena, SLICE("\xFF\x80z"), 200);

	assert_int_equal(charset_utf8(bytes, SLICE("GB18030"), f->arena, &f->diags).n, 0);
	assert_says(&f->diags, DIAG_BAD, "GB18030");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_clean_utf8_is_not_copied),
	    TEST(test_bom_goes),
	    TEST(test_known_encodings),
	    TEST(test_megabytes),
	    TEST(test_long_ascii_before),
	    TEST(test_forced),
	    TEST(test_forced_utf8_keeps_to_it),
	    TEST(test_few_bad_bytes_in_utf8),
	    TEST(test_few_bad_bytes_in_gbk),
	    TEST(test_short_gbk_with_a_bad_byte),
	    TEST(test_the_last_letter_is_not_lost),
	    TEST(test_lone_surrogates),
	    TEST(test_forbidden_characters),
	    TEST(test_forbidden_after_conversion),
	    TEST(test_binary_is_bad),
	    TEST(test_what_does_not_convert_is_bad),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

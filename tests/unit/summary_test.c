#include "input/summary.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct person persons[] = {
    {.name = {"李桥", 6}},
    {.name = {"Ann Bridge", 10}},
};
static const struct people authors = {persons, 2};

static const struct {
	const char *text;
	size_t max;
	const char *want;
} rows[] = {
    /* all of it fits */
    {"桥下的水很清。", 7, "桥下的水很清。"},
    {"桥下的水很清", 200, "桥下的水很清"},
    {"", 200, ""},
    /* at the last end of a sentence past half */
    {"桥下的水很清。桥上的人很多。山上的树很高", 18, "桥下的水很清。桥上的人很多。"},
    {"桥下的水很清！桥上的人多吗？山上的树很高", 18, "桥下的水很清！桥上的人多吗？"},
    {"桥下的水很清……桥上的人很多", 9, "桥下的水很清……"},
    {"桥下的水很清？！桥上的人很多", 9, "桥下的水很清？！"},
    {"他说：“桥下的水很清。”桥上的人很多", 12, "他说：“桥下的水很清。”"},
    {"（桥下的水很清。）桥上的人很多", 10, "（桥下的水很清。）"},
    /* the closing quote would not fit, nor would the second mark */
    {"他说：“桥下的水很清。”桥上的人很多", 11, "他说：“桥下的水很清…"},
    /* not before half */
    {"水清。桥下的水很清而桥上的人很多", 8, "水清。桥下的水很…"},
    /* English */
    {"The water is clear. The bridge is full of people", 25, "The water is clear."},
    {"The water is clear! The bridge is full of people", 25, "The water is clear!"},
    {"The water is very clear and cold", 20, "The water is very…"},
    {"The water, clear and cold", 11, "The water…"},
    {"It costs 3.14 or 2.72 yuan", 22, "It costs 3.14 or 2.72…"},
    {"A book by J. Bridge and another", 16, "A book by J…"},
    {"He said \"it is clear.\" They left at once", 24, "He said \"it is clear.\""},
    /* never inside a word */
    {"桥的名字叫Bridge Street很好听", 8, "桥的名字叫…"},
    {"桥的名字叫Bridge Street很好听", 14, "桥的名字叫Bridge…"},
    {"Международный", 8, ""},
    {"https://a.example/bridges/in/the/mountains", 20, "https://a.example/…"},
    /* nor between a letter and its accent */
    {"e\u0301e\u0301e\u0301", 3, ""},
    {"\u304B\u3099\u304B\u3099\u304B\u3099", 3, "\u304B\u3099…"},
    /* not inside a pair */
    {"我们昨天在城里的书店买到了《山里的桥》这本书", 16, "我们昨天在城里的书店买到了…"},
    {"我们昨天在城里的书店听到了“山里的桥。”后来", 17, "我们昨天在城里的书店听到了…"},
    {"我们昨天在城里的书店听到了「山里的桥」这首歌", 16, "我们昨天在城里的书店听到了…"},
    {"我们昨天在城里的书店里买到了《山里的桥和水和树和路和人》这本书", 24,
	"我们昨天在城里的书店里买到了…"},
    {"昨天在城里的书店里听他说：“山里的桥。水里的鱼。都在。”后来", 24,
	"昨天在城里的书店里听他说…"},
    {"我们昨天在城里，听他说“《山里的桥》和水”如何", 20, "我们昨天在城里，听他说…"},
    {"桥在山里。《山里的桥》很有名，《水里的鱼》也很有名", 18,
	"桥在山里。《山里的桥》很有名…"},
    /* but in one that opens when little was said yet */
    {"他说：“我们昨天在城里的书店买了一本书", 12, "他说：“我们昨天在城里的…"},
    {"《我们昨天在城里的书店买的那一本书》很好", 12, "《我们昨天在城里的书店买…"},
    {"他说：“桥下的水很清。桥上的人很多。”", 16, "他说：“桥下的水很清。"},
    /* nothing hangs: no opener or pause before the ellipsis */
    {"桥下的水很清，桥上的人很多", 7, "桥下的水很清…"},
    {"桥下的水很清（桥上的人很多）", 7, "桥下的水很清…"},
    {"桥下的水很清　桥上的人很多", 7, "桥下的水很清…"},
    /* lines are joined, white space is squeezed */
    {"桥下的水\n很清\n", 200, "桥下的水很清"},
    {"the bridge\r\nis  full\n", 200, "the bridge is full"},
    {"这座桥叫\nBridge", 200, "这座桥叫 Bridge"},
    {"“桥。”\n“水。”\n他走了", 200, "“桥。” “水。”他走了"},
    {"　　桥　下\t\n\n　　水", 200, "桥 下水"},
    {"\xEF\xBB\xBF桥\xE2\x80\x8B下", 200, "桥下"},
    /* the heading goes */
    {"老桥的故事\n桥很老。", 200, "桥很老。"},
    {"《老桥的故事》\n\n李桥\n桥很老。", 200, "桥很老。"},
    {"李桥　ann bridge\n老桥的故事\n桥很老。", 200, "桥很老。"},
    {"作者：李桥\n桥很老。", 200, "桥很老。"},
    {"文/李桥、Ann Bridge\n桥很老。", 200, "桥很老。"},
    {"＊＊＊\n桥很老。", 200, "桥很老。"},
    {"李桥说\n桥很老。", 200, "李桥说桥很老。"},
    {"老桥的故事会\n桥很老。", 200, "老桥的故事会桥很老。"},
    {"桥很老。\n老桥的故事", 200, "桥很老。老桥的故事"},
    /* nothing to read */
    {"老桥的故事\n李桥\n", 200, ""},
    {"。。。！！！——", 200, ""},
    {"桥很老", 0, ""},
    {"老\xFF桥\xE6\xA1", 200, "老桥"},
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_new();
		struct slice got = summary_make(arena, slice_str(rows[i].text),
		    SLICE("老桥的故事"), &authors, rows[i].max);

		assert_string_equal(arena_cstr(arena, got), rows[i].want);
		arena_free(arena);
	}
}

static void
test_without_title_and_authors(void **state)
{
	const struct people nobody = {0};
	struct arena *arena = arena_new();
	struct slice got;

	(void)state;
	got = summary_make(arena, SLICE("桥很老。"), SLICE_NONE, &nobody, 200);
	assert_true(slice_is(got, "桥很老。"));
	assert_int_equal(summary_make(arena, SLICE_NONE, SLICE_NONE, &nobody, 200).n, 0);
	arena_free(arena);
}

/* However it is cut: at most max characters and an ellipsis, all whole. */
static void
test_length_at_every_max(void **state)
{
	static const char text[] =
	    "老桥在山里，名叫 Old Bridge（1898 年建）。“它很老，”他说，"
	    "“比《县志》还老……”\U0001F309 People come. U.S. 3.5 米！";
	struct arena *arena = arena_new();

	(void)state;
	for (size_t max = 0; max < 100; max++) {
		struct slice got =
		    summary_make(arena, slice_str(text), SLICE_NONE, &authors, max);

		assert_int_equal(utf8_valid(got), got.n);
		assert_true(utf8_count(got) <= max + 1);
	}
	arena_free(arena);
}

static void
test_hostile_headings_end(void **state)
{
	struct arena *arena = arena_new();
	struct people many = {0};
	struct buf text;

	(void)state;
	buf_init(&text, SIZE_MAX / 2);
	for (int i = 0; i < 1000; i++)
		people_add(&many, arena, (struct person){.name = SLICE("桥")});
	for (int i = 0; i < 300000; i++)
		buf_str(&text, i % 1000 ? "桥" : "\n");
	assert_int_equal(
	    summary_make(arena, buf_view(&text), SLICE("水"), &many, 200).n, 0);
	buf_fini(&text);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_without_title_and_authors),
	    cmocka_unit_test(test_length_at_every_max),
	    cmocka_unit_test(test_hostile_headings_end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "input/markdown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *text, *html;
} pages[] = {
    {"", ""},
    {"桥", "<p>桥</p>\n"},
    {"a\r\nb\r\n\r\nc", "<p>a\nb</p>\n<p>c</p>\n"},
    /* GitHub's extensions */
    {"|a|b|\n|---|:---:|\n|1|2|",
	"<table>\n<thead>\n<tr>\n<th>a</th>\n<th align=\"center\">b</th>\n</tr>\n"
	"</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td align=\"center\">2</td>\n</tr>\n"
	"</tbody>\n</table>\n"},
    {"- [x] a", "<ul>\n<li class=\"task-list-item\"><input type=\"checkbox\" "
		"class=\"task-list-item-checkbox\" disabled checked>a</li>\n</ul>\n"},
    {"~~a~~", "<p><del>a</del></p>\n"},
    {"http://a.example www.a.example a@b.example",
	"<p><a href=\"http://a.example\">http://a.example</a> "
	"<a href=\"http://www.a.example\">www.a.example</a> "
	"<a href=\"mailto:a@b.example\">a@b.example</a></p>\n"},
    {"<b>x</b>\n\n<div>*x*</div>", "<p><b>x</b></p>\n<div>*x*</div>\n"},
    {"&copy; &#xD800; &nosuch;", "<p>&copy; &#xD800; &nosuch;</p>\n"},
    /* and not others */
    {"_a_ $x$ [[b]]", "<p><em>a</em> $x$ [[b]]</p>\n"},
    /* kramdown, Chinese */
    {"# a\n{: #b}\n", "<h1>a</h1>\n"},
    {"# 桥 {#top}\n", "<h1>桥</h1>\n"},
    {"桥[^b]，水[^a]。\n\n[^a]: 一\n[^b]: 二\n\n    三\n\n后\n",
	"<p>桥<sup>1</sup>，水<sup>2</sup>。</p>\n<p>后</p>\n<hr>\n<ol>\n"
	"<li><p>二</p>\n<p>三</p>\n</li>\n<li><p>一</p>\n</li>\n</ol>\n"},
    {"- 桥[^1]\n\n[^1]: **注。**见\n",
	"<ul>\n<li>桥<sup>1</sup></li>\n</ul>\n<hr>\n<ol>\n"
	"<li><strong>注。</strong>见</li>\n</ol>\n"},
    {"a\n\n<!--more-->\n\nb", "<p>a</p>\n<p>b</p>\n"},
    {"**中文。**后", "<p><strong>中文。</strong>后</p>\n"},
    {"前**“中文”**后", "<p>前<strong>“中文”</strong>后</p>\n"},
    {"![前**“a”**](b)", "<p><img src=\"b\" alt=\"前“a”\"></p>\n"},
    {"见http://a.example/x，后",
	"<p>见<a href=\"http://a.example/x\">http://a.example/x</a>，后</p>\n"},
    {"www.a.example。", "<p><a href=\"http://www.a.example\">www.a.example</a>。</p>\n"},
    {"    <!---->", "<pre><code>&lt;!----&gt;\n</code></pre>\n"},
};

static void
test_pages(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		struct arena *arena = arena_new();
		struct buf out;
		struct err err;

		buf_init(&out, 10000);
		assert_int_equal(
		    markdown_html(&out, slice_str(pages[i].text), arena, &err), 0);
		assert_string_equal(buf_cstr(&out), pages[i].html);
		buf_fini(&out);
		arena_free(arena);
	}
}

static void
test_full_buf_is_a_limit(void **state)
{
	struct arena *arena = arena_new();
	struct buf out;
	struct err err;

	(void)state;
	buf_init(&out, 10);
	assert_int_equal(markdown_html(&out, SLICE("0123456789"), arena, &err), -1);
	assert_int_equal(err.kind, ERR_LIMIT);
	buf_fini(&out);
	arena_free(arena);
}

/* Where md4c takes minutes for a megabyte, or makes gigabytes of it. */
static const struct {
	const char *start, *unit;
	bool refused;
} bombs[] = {
    {"", "[]\n", true},
    {"", "[a](\n", true},
    {"", "![a](b\n", true},
    {"", "[a](b \"\n", true},
    {"", "[1]: t\n[b]\n", true},
    {"", "http://a.example/ ", true},
    {"", "www.a.example ", true},
    {"", "a@b.example ", true},
    {"[x]: /", "u", false},
    {"", "[", false},
    {"", "![a", true},
    {"", "> ", false},
    {"", "- ", false},
    {"", "*a **b ***c ", false},
    {"", "`a``b```c````d", false},
    {"", "`a\n``b\n", false},
    {"", "<a ", false},
    {"", "<!-- ", false},
    {"", "<![CDATA[ ", false},
    {"", "&a", false},
    {"", "\\", false},
    {"", "|a|b|\n|---|---|\n", false},
    {"a|b\n---|---\n", "x\n", false},
    {"", "{:", false},
    {"", "{:a ", false},
    {"", "{:a}", false},
    {"", "{: .a}\n", false},
    {"", "# {#a} ", false},
    {"", "# {#a}\n", false},
    {"", "{#a\n", false},
    {"", "[^", false},
    {"", "[^a", false},
    {"", "[^1]: t\n[b]\n", false},
    {"", "[^1]: a\n\n", false},
    {"", "[^1]: a\n\n\n\n\n\n\n\n\n", false},
    {"", "[^1]:\n", false},
    {"[^1]: a\n\n", "[^1] ", false},
    {"[^1]: a\n", "    [^1]: a\n\n", false},
    {"", "* a\n{:toc}\n", false},
    {"", "{::comment}\n\n", false},
    {"", "{::comment}a", false},
    {"", "{::comment}{:/", false},
    {"", "<!-- \n", false},
    {"", "<!--\n-->\n", false},
    {"", "<pre <", false},
    {"", "**中。**后", false},
    {"", "前**“", false},
    {"", "见http://a.b/，", false},
    {"", "(http://a.b/", false},
    {"", "<!--more", false},
    {"", "<!--more-->", false},
    {"", "```\n", false},
    {"", "<pre>\n\n", false},
};

static void
test_bombs_end(void **state)
{
	/* Where everything takes thirty times as long, as under valgrind. */
	size_t size = getenv("XYSFEED_SLOW") ? 300000 : 1000000;

	(void)state;
	for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
		struct arena *arena = arena_new();
		struct buf text, out;
		struct err err = {0};
		int failed;

		buf_init(&text, size);
		buf_init(&out, 64 * size);
		buf_str(&text, bombs[i].start);
		while (!text.full)
			buf_str(&text, bombs[i].unit);
		failed = markdown_html(&out, buf_view(&text), arena, &err);
		if (bombs[i].refused) {
			assert_int_equal(failed, -1);
			assert_int_equal(err.kind, ERR_LIMIT);
		}
		buf_fini(&text);
		buf_fini(&out);
		arena_free(arena);
	}
}

static void
test_a_long_definition_used_often_is_refused(void **state)
{
	struct arena *arena = arena_new();
	struct buf text, out;
	struct err err;

	(void)state;
	buf_init(&text, SIZE_MAX / 2);
	buf_init(&out, 1000000);
	buf_str(&text, "[x]: /");
	for (int i = 0; i < 100000; i++)
		buf_char(&text, 'u');
	for (int i = 0; i < 10000; i++)
		buf_str(&text, "\n\n[x]");
	assert_int_equal(markdown_html(&out, buf_view(&text), arena, &err), -1);
	assert_int_equal(err.kind, ERR_LIMIT);
	buf_fini(&text);
	buf_fini(&out);
	arena_free(arena);
}

/* Each short row is filled up to the width of the head. */
static void
test_a_wide_and_long_table_is_refused(void **state)
{
	static const char *const ends[] = {"\n", "\r", "\r\n"};
	struct arena *arena = arena_new();
	struct buf text, out;
	struct err err;

	(void)state;
	buf_init(&text, SIZE_MAX / 2);
	buf_init(&out, 1000000);
	for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
		buf_reset(&text);
		for (int i = 0; i < 10000; i++)
			buf_str(&text, "|a");
		buf_str(&text, ends[k]);
		for (int i = 0; i < 10000; i++)
			buf_str(&text, "|---");
		for (int i = 0; i < 10000; i++)
			buf_printf(&text, "%sx", ends[k]);
		assert_int_equal(markdown_html(&out, buf_view(&text), arena, &err), -1);
		assert_int_equal(err.kind, ERR_LIMIT);
		assert_int_equal(out.n, 0);
	}
	buf_fini(&text);
	buf_fini(&out);
	arena_free(arena);
}

/* An index of an archive: large, but no bomb. */
static void
test_many_links_are_well(void **state)
{
	struct arena *arena = arena_new();
	struct buf text, out;
	struct err err;

	(void)state;
	buf_init(&text, SIZE_MAX / 2);
	buf_init(&out, SIZE_MAX / 2);
	for (int i = 0; i < 3000; i++)
		buf_printf(&text, "- [第%d篇](/2024/%d.html)\n", i, i);
	for (int i = 0; i < 3000; i++)
		buf_printf(
		    &text, "\n见[第%d篇][%d]。\n\n[%d]: /2024/%d.html\n", i, i, i, i);
	assert_int_equal(markdown_html(&out, buf_view(&text), arena, &err), 0);
	buf_fini(&text);
	buf_fini(&out);
	arena_free(arena);
}

static void
test_excerpt(void **state)
{
	(void)state;
	assert_true(
	    slice_is(markdown_excerpt(SLICE("一\n\n<!-- more -->\n二")), "一\n\n"));
	assert_int_equal(markdown_excerpt(SLICE("一\n\n二")).n, 0);
	assert_int_equal(markdown_excerpt(SLICE("`<!--more-->`")).n, 0);
}

static const struct {
	const char *text;
	bool markdown;
} kinds[] = {
    {"", false},
    {"　　山里的春天。\n　　桥很老。\n", false},
    {"山里的春天。\n\n桥很老。\n", false},
    {"一、山\n二、桥\n\n2*3*4 = 24，#1，a_b_c\n", false},
    {"********\n题目\n********\n", false},
    {"**** **** ****", false},
    {"- 只有一项\n\n桥很老。\n", false},
    {"　　一**二**三\n　　四\n　　五\n　　六\n", false},
    {"-- \nAnn\n", false},
    {"#桥\n", false},
    {"# 桥\n\n水\n", true},
    {"桥\n\n```\nx\n```\n", true},
    {"见[桥](a.html)。\n", true},
    {"![](a.png)\n", true},
    {"这是**重点**。\n", true},
    {"- 一\n- 二\n", true},
    {"1. 一\n2. 二\n", true},
};

static void
test_looks_like(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		assert_int_equal(
		    markdown_looks_like(slice_str(kinds[i].text)), kinds[i].markdown);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pages),
	    cmocka_unit_test(test_full_buf_is_a_limit),
	    cmocka_unit_test(test_bombs_end),
	    cmocka_unit_test(test_a_long_definition_used_often_is_refused),
	    cmocka_unit_test(test_a_wide_and_long_table_is_refused),
	    cmocka_unit_test(test_many_links_are_well),
	    cmocka_unit_test(test_excerpt),
	    cmocka_unit_test(test_looks_like),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

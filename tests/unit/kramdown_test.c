#include "input/kramdown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define M KRAMDOWN_MARK

struct row {
	const char *text, *want;
};

static const struct row attributes[] = {
    {"# 桥\n{: .big #top}\n\n水", "# 桥\n\n水"},
    {"段\n{: .x}\n后", "段\n\n后"},
    {"{:.x}\n段", "\n段"},
    {"> 段\n> {: .x}\n", "> 段\n"},
    {"- 一\n{: .x}\n- 二", "- 一\n- 二"},
    {"- 一\n\n    段\n    {: .x}\n", "- 一\n\n    段\n"},
    {"*桥*{: .x} 水", "*桥* 水"},
    {"> <!--more-->{: .x}\n", "> \n"},
    {"> {: .x} > {: .y}\n", ">  > \n"},
    {"![桥](a.png){:width=\"100\" height='2'}水", "![桥](a.png)水"},
    {"* 目录\n{:toc}\n\n水", "\n水"},
    {"水\n\n1. TOC\n{:toc .x}\n", "水\n\n"},
    {"水\n{:toc}\n", "水\n"},
    {"{::options parse_block_html=\"true\" /}\n\n水", "\n水"},
    {"a {::nomarkdown}<b>{:/} c", "a <b> c"},
    {"水\n\n{::comment}\n不给\n\n人看\n{:/comment}\n\n桥", "水\n\n\n桥"},
    {"{::comment} 没完", " 没完"},
    {"{::comment}不给人看{:/comment}桥", "桥"},
    {"水{::comment}不给\n人看{:/}桥{::comment}没完", "水桥没完"},
    {"水{::comment}不给{:/ 桥", "水{:/ 桥"},
    {"{::comment}{:/", ""},
    {"<div>\n{: .x}\n</div>", "<div>\n\n</div>"},
    /* not attributes */
    {"{:", "{:"},
    {"{: ", "{: "},
    {"{:)", "{:)"},
    {"{: 桥}", "{: 桥}"},
    {"{: .x\n}", "{: .x\n}"},
    {"\\{: .x}", "\\{: .x}"},
    /* code */
    {"`{: .x}`{: .y}", "`{: .x}`"},
    {"``a ` {: .x}``", "``a ` {: .x}``"},
    {"`` {: .x}`", "`` `"},
    {"```\n{: .x}\n```\n", "```\n{: .x}\n```\n"},
    {"~~~ {: .x}\n```\n{: .x}\n~~~~\n{: .y}\n", "~~~ {: .x}\n```\n{: .x}\n~~~~\n"},
    {"- a\n\n  ```c\n  {: .x}\n  ```\n", "- a\n\n  ```c\n  {: .x}\n  ```\n"},
    {"- ```\n  {: .x}\n  ```\n", "- ```\n  {: .x}\n  ```\n"},
    {"> ```\n> {: .x}\n", "> ```\n> {: .x}\n"},
    {"水\n\n    {: .x}\n", "水\n\n    {: .x}\n"},
    {"\t{: .x}\n", "\t{: .x}\n"},
    {"<pre>\n\n{: .x}\n</pre>\n{: .y}\n", "<pre>\n\n{: .x}\n</pre>\n"},
    {"<PRE>\n\n{: .x}\n</Pre>\n{: .y}\n", "<PRE>\n\n{: .x}\n</Pre>\n"},
    {"<preface>\n\n桥{: .x}", "<preface>\n\n桥"},
    /* in a comment a mark would end it */
    {"<!--\n\n**中。**后{: .x}\n-->\n桥{: .x}", "<!--\n\n**中。**后{: .x}\n-->\n桥"},
    {"水\n<!-- 一\n\n[^1]: 注\n--> 二\n[^1]", "水\n<!-- 一\n\n[^1]: 注\n--> 二\n[^1]"},
    {"<!--\n\n{: .x}", "<!--\n\n{: .x}"},
};

static const struct row stars[] = {
    {"**中文。**后", "**中文。**" M "后"},
    {"前**“中文”**后", "前" M "**“中文”**" M "后"},
    {"**注意：**GitHub", "**注意：**" M "GitHub"},
    {"**`code`**函数", "**`code`**" M "函数"},
    {"点**[桥](a)**看", "点" M "**[桥](a)**" M "看"},
    {"*斜。*后 ***都。***后", "*斜。*" M "后 ***都。***" M "后"},
    {"**一。**二**三。**四", "**一。**" M "二**三。**" M "四"},
    {"他说：**桥**。**水。**后", "他说：**桥**。**水。**" M "后"},
    /* well as they are */
    {"**中文**。后", "**中文**。后"},
    {"**中文。** 后", "**中文。** 后"},
    {"**中文。**\n后", "**中文。**\n后"},
    {"**end.**and", "**end.**and"},
    {"* 一。\n* 二。", "* 一。\n* 二。"},
    {"****中。****后", "****中。****后"},
    {"2*3，4", "2*3，4"},
    {"\\*\\*中。\\*\\*后", "\\*\\*中。\\*\\*后"},
    {"`**中。**后`", "`**中。**后`"},
    {"<b title=\"**中。**后\">x", "<b title=\"**中。**后\">x"},
    {"<div>\n**中。**后\n</div>", "<div>\n**中。**后\n</div>"},
    {"```\n**中。**后\n```", "```\n**中。**后\n```"},
};

static const struct row urls[] = {
    {"见http://a.example/x，后", "见<http://a.example/x>，后"},
    {"见 http://a.example/x，后", "见 <http://a.example/x>，后"},
    {"（https://a.example）", "（<https://a.example>）"},
    {"http://a.example/x。", "<http://a.example/x>。"},
    {"www.a.example，后", "[www.a.example](<http://www.a.example>)，后"},
    {"(http://a.example/x，后)", "(<http://a.example/x>，后)"},
    /* md4c gets these right, or they are links already */
    {"见 http://a.example/x 后", "见 http://a.example/x 后"},
    {"http://a.example/wiki/北京 后", "http://a.example/wiki/北京 后"},
    {"[桥](http://a.example/桥，a)", "[桥](http://a.example/桥，a)"},
    {"[见http://a.example](b)，后", "[见http://a.example](b)，后"},
    {"[桥]: http://a.example/x，", "[桥]: http://a.example/x，"},
    {"见<http://a.example/x>，后", "见<http://a.example/x>，后"},
    {"看<a href=\"http://a.example\">桥</a>", "看<a href=\"http://a.example\">桥</a>"},
    {"`见http://a.example，`", "`见http://a.example，`"},
    {"<div>\n见http://a.example，\n</div>", "<div>\n见http://a.example，\n</div>"},
};

static const struct row mores[] = {
    {"一\n\n<!--more-->\n\n二", "一\n\n\n\n二"},
    {"一<!-- more -->二", "一二"},
    {"`<!--more-->`", "`<!--more-->`"},
    {"```\n<!--more-->\n```", "```\n<!--more-->\n```"},
    {"<!--more", "<!--more"},
    {"<!-- moreover -->", "<!-- moreover -->"},
    {"<!-- <!--more--> -->", "<!-- <!--more--> -->"},
};

static const struct row heading_ids[] = {
    {"# 桥 {#top}\n\n水", "# 桥 \n\n水"},
    {"## 桥 ## {#top} \r\n水", "## 桥 ##  \r\n水"},
    {"> # 桥 {#top}", "> # 桥 "},
    {"桥 {#top}\n===\n", "桥 \n===\n"},
    {"桥 {#top}\n---\n水", "桥 \n---\n水"},
    /* not ids */
    {"水 {#top}\n水", "水 {#top}\n水"},
    {"# 桥 {#top} 水", "# 桥 {#top} 水"},
    {"# 桥{#top}", "# 桥{#top}"},
    {"# 桥 {#to p}", "# 桥 {#to p}"},
    {"# 桥 {#top", "# 桥 {#top"},
    {"#桥 {#top}", "#桥 {#top}"},
    {"# 桥 `{#top} {#top}`", "# 桥 `{#top} {#top}`"},
    {"```\n# 桥 {#top}\n```\n", "```\n# 桥 {#top}\n```\n"},
    {"{#", "{#"},
    {"{#}\n-", "{#}\n-"},
};

#define RULE "\n\n<hr>\n\n"

static const struct row footnotes[] = {
    {"水[^1]。\n\n[^1]: 注。\n", "水<sup>1</sup>。\n\n" RULE "1.  注。\n"},
    {"水[^桥]。\n\n[^桥]:注", "水<sup>1</sup>。\n\n" RULE "1.  注\n"},
    /* by first reference; one that none refers to comes last */
    {"[^x]: 无\n[^b]: 二\n[^a]: 一\n\n水[^a]桥[^b]水[^a]",
	"\n水<sup>1</sup>桥<sup>2</sup>水<sup>1</sup>" RULE "1.  一\n1.  二\n1.  无\n"},
    {"水[^a]\n\n[^b]: 二\n[^a]: 一[^b]\n",
	"水<sup>1</sup>\n\n" RULE "1.  一<sup>2</sup>\n1.  二\n"},
    {"[^a]: 一[^b]\n[^b]: 二[^a]\n", RULE "1.  一<sup>2</sup>\n1.  二<sup>1</sup>\n"},
    {"水[^a]\n\n[^a]: 一\n[^a]: 二\n", "水<sup>1</sup>\n\n" RULE "1.  一\n1.  二\n"},
    /* several lines */
    {"水[^1]\n\n[^1]: 一\n    二\n三\n\n    四\n\n\n\t五\n\n六\n",
	"水<sup>1</sup>\n\n\n六\n" RULE "1.  一\n    二\n三\n\n    四\n\n\n\t五\n"},
    {"[^1]:\n    一\n# 桥\n", "# 桥\n" RULE "1.  一\n"},
    {"[^1]: 一\n- 桥\n", "- 桥\n" RULE "1.  一\n"},
    {"[^1]: 一\n> 桥\n", "> 桥\n" RULE "1.  一\n"},
    {"[^1]: 一\n```\n桥\n```\n", "```\n桥\n```\n" RULE "1.  一\n"},
    {"水[^1]\n[^1]: 一\n", "水<sup>1</sup>\n" RULE "1.  一\n"},
    {"[^1]: 一\n    [^2]: 二\n", RULE "1.  一\n    [^2]: 二\n"},
    {"[^1]: [^2]: 二\n", RULE "1.  [^2]: 二\n"},
    {"[^1]:", RULE "1.  \n"},
    /* what else is edited is edited in them */
    {"[^1]: **注。**见\n{: .x}\n", RULE "1.  **注。**" M "见\n"},
    {"水\n\n* 注在这里\n{:footnotes}\n\n[^1]: 一\n", "水\n\n\n" RULE "1.  一\n"},
    /* no references */
    {"水[^2]\n\n[^1]: 一\n", "水[^2]\n\n" RULE "1.  一\n"},
    {"水\\[^1]\n\n[^1]: 一\n", "水\\[^1]\n\n" RULE "1.  一\n"},
    {"水[^]", "水[^]"},
    {"水[^", "水[^"},
    {"[^a b]: 一", "[^a b]: 一"},
    {"[^[^1]: 一", "[^[^1]: 一"},
    /* code */
    {"`[^1]`\n\n[^1]: 一\n", "`[^1]`\n\n" RULE "1.  一\n"},
    {"```\n[^1]: 一\n```\n", "```\n[^1]: 一\n```\n"},
    {"水\n\n    [^1]: 一\n", "水\n\n    [^1]: 一\n"},
    {"[^1]: 一\n\n        [^1]\n", RULE "1.  一\n\n        [^1]\n"},
};

static void
check_all(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct arena *arena = arena_new();
		struct slice text = slice_str(rows[i].text);
		char *got = arena_cstr(arena, kramdown_plain(text, arena));

		assert_string_equal(got, rows[i].want);
		arena_free(arena);
	}
}
#define CHECK_ALL(rows) check_all((rows), sizeof(rows) / sizeof *(rows))

static void
test_attributes(void **state)
{
	(void)state;
	CHECK_ALL(attributes);
}

static void
test_emphasis_beside_chinese(void **state)
{
	(void)state;
	CHECK_ALL(stars);
}

static void
test_addresses_beside_chinese(void **state)
{
	(void)state;
	CHECK_ALL(urls);
}

static void
test_heading_ids(void **state)
{
	(void)state;
	CHECK_ALL(heading_ids);
}

static void
test_footnotes(void **state)
{
	(void)state;
	CHECK_ALL(footnotes);
}

static void
test_more_mark(void **state)
{
	(void)state;
	CHECK_ALL(mores);
}

static void
test_nothing_to_do_is_not_copied(void **state)
{
	static const char text[] =
	    "# 桥\n\n**很老**的[桥](http://a.example/)，{a} <b>x</b>。\n";
	struct arena *arena = arena_new();

	(void)state;
	assert_ptr_equal(kramdown_plain(SLICE(text), arena).p, text);
	arena_free(arena);
}

static void
test_where_more_stands(void **state)
{
	static const struct {
		const char *text;
		size_t at;
	} rows[] = {
	    {"", 0},
	    {"ab", 2},
	    {"ab<!--more-->c<!--more-->", 2},
	    {"`<!--more-->` <!-- more -->", 14},
	    {"```\n<!--more-->\n```\n<!--more-->", 20},
	    {"    <!--more-->\n\n\n<!--more-->", 18},
	    {"<p>a\n<!--more-->", 5},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(kramdown_more(slice_str(rows[i].text)), rows[i].at);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_attributes),
	    cmocka_unit_test(test_emphasis_beside_chinese),
	    cmocka_unit_test(test_addresses_beside_chinese),
	    cmocka_unit_test(test_heading_ids),
	    cmocka_unit_test(test_footnotes),
	    cmocka_unit_test(test_more_mark),
	    cmocka_unit_test(test_nothing_to_do_is_not_copied),
	    cmocka_unit_test(test_where_more_stands),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

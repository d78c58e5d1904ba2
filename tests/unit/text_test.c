#include "input/text.h"

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
    {"\n \n\t\n", ""},
    {"一句话", "<p>一句话</p>\n"},
    {"一段\n\n二段\r\n\r\n\r\n三段\r\n", "<p>一段</p>\n<p>二段</p>\n<p>三段</p>\n"},
    {"　　一段。\n　　二段。\n", "<p>一段。</p>\n<p>二段。</p>\n"},
    {"  一段。\n  二段。\n\t三段。", "<p>一段。</p>\n<p>二段。</p>\n<p>三段。</p>\n"},
    /* wrapped lines are one paragraph, verse keeps its lines */
    {"山里的春天来得晚，到了四月末才看见第一朵花开，\n大家都说今年的雨太少了。",
	"<p>山里的春天来得晚，到了四月末才看见第一朵花开，大家都说今年的雨太少了。</"
	"p>\n"},
    {"The bridge had been standing there for years,\nand nobody knew who built it.",
	"<p>The bridge had been standing there for years, and nobody knew who built "
	"it.</p>\n"},
    {"山里的春天来得晚，到了四月末才看见第一朵花开于\nBridge Street 旁边。",
	"<p>山里的春天来得晚，到了四月末才看见第一朵花开于 Bridge Street 旁边。</p>\n"},
    {"他很慢很慢地对大家说：“山里的春天总是来得最晚。”\n后来他走了。",
	"<p>他很慢很慢地对大家说：“山里的春天总是来得最晚。”后来他走了。</p>\n"},
    {"桥上看鱼\n桥下看云\n\n完", "<p>桥上看鱼<br>\n桥下看云</p>\n<p>完</p>\n"},
    /* escaped */
    {"a < b & \"c\" > d", "<p>a &lt; b &amp; &quot;c&quot; &gt; d</p>\n"},
    {"<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>\n"},
    /* links */
    {"见http://a.example/x?b=1&c=2，后",
	"<p>见<a href=\"http://a.example/x?b=1&amp;c=2\">"
	"http://a.example/x?b=1&amp;c=2</a>，后</p>\n"},
    {"(https://a.example/).",
	"<p>(<a href=\"https://a.example/\">https://a.example/</a>).</p>\n"},
    {"www.a.example。", "<p><a href=\"http://www.a.example\">www.a.example</a>。</p>\n"},
    {"awww.a.example http:// xhttp://b", "<p>awww.a.example http:// xhttp://b</p>\n"},
};

static void
test_paragraphs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		struct buf out;

		buf_init(&out, 10000);
		text_html(&out, slice_str(pages[i].text));
		assert_string_equal(buf_cstr(&out), pages[i].html);
		buf_fini(&out);
	}
}

static const struct {
	const char *text;
	const char *url;
} urls[] = {
    {"http://a.example", "http://a.example"},
    {"HTTP://A.example/", "HTTP://A.example/"},
    {"https://a.example/x_y-z~1.html,", "https://a.example/x_y-z~1.html"},
    {"http://a.example/路", "http://a.example/路"},
    {"http://a.example/wiki/北京/山路/a 后", "http://a.example/wiki/北京/山路/a"},
    {"http://a.example/x查看", "http://a.example/x"},
    {"http://a.example查看", "http://a.example"},
    {"http://a.example/?q=春天。", "http://a.example/?q=春天"},
    {"http://a.example/x（注）", "http://a.example/x"},
    {"http://a.example/x(y))", "http://a.example/x(y)"},
    {"http://a.example/x(y", "http://a.example/x(y"},
    {"http://a.example/x)?!...", "http://a.example/x"},
    {"http://a.example/x((", "http://a.example/x"},
    {"http://a.example/\"x", "http://a.example/"},
    {"http://a.example/<x", "http://a.example/"},
    {"http://", ""},
    {"http://.", ""},
    {"http:/a", ""},
    {"ftp://a.example", ""},
    {"www.", ""},
    {"www", ""},
    {"", ""},
};

static void
test_urls(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		struct slice text = slice_str(urls[i].text);
		size_t n = text_url(text);

		assert_int_equal(n, strlen(urls[i].url));
		assert_memory_equal(text.p, urls[i].url, n);
	}
}

static void
test_a_full_buf_is_said_by_the_buf(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 10);
	text_html(&out, SLICE("a line that is longer than the ceiling"));
	assert_true(out.full);
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_paragraphs),
	    cmocka_unit_test(test_urls),
	    cmocka_unit_test(test_a_full_buf_is_said_by_the_buf),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

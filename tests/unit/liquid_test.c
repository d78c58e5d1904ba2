#include "input/liquid.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct slice
find(void *ctx, struct arena *arena, struct slice name)
{
	(void)ctx;
	(void)arena;
	if (slice_is(name, "2024-01-02-bridge") || slice_is(name, "notes/bridge.md"))
		return SLICE("/2024/01/02/bridge.html");
	return SLICE_NONE;
}

static const struct liquid_env env = {
    .site_url = {"https://a.example/blog", 22},
    .baseurl = {"/blog", 5},
    .page_url = {"/2024/here.html", 15},
    .page_title = {"桥", 3},
    .find = find,
};

struct row {
	const char *text, *want;
	const char *warning; /* a part of it; NULL: there is none */
	int line;
};

static void
check(const struct row *row, bool markdown)
{
	struct arena *arena = arena_new();
	struct diags diags;
	struct slice got;

	diags_init(&diags, arena, SLICE("a.md"));
	got = liquid_expand(slice_str(row->text), markdown, &env, 5, arena, &diags);
	assert_string_equal(arena_cstr(arena, got), row->want);
	assert_int_equal(diags.n, row->warning != NULL);
	if (row->warning) {
		assert_non_null(strstr(diags.v[0].text.p, row->warning));
		assert_int_equal(diags.v[0].level, DIAG_WARN);
		assert_int_equal(diags.v[0].line, row->line);
	}
	arena_free(arena);
}

static const struct row outputs[] = {
    {"{{ site.url }}", "https://a.example", NULL, 0},
    {"{{site.url}}{{ site.baseurl }}/x", "https://a.example/blog/x", NULL, 0},
    {"{{- page.title -}}。", "桥。", NULL, 0},
    {"{{ page.url }}", "/2024/here.html", NULL, 0},
    {"{{ page.url | relative_url }}", "/blog/2024/here.html", NULL, 0},
    {"{{ '/a.png' | absolute_url }}", "https://a.example/blog/a.png", NULL, 0},
    {"{{ \"a.png\"|relative_url }}", "/blog/a.png", NULL, 0},
    {"{{ '' | relative_url }}", "/blog", NULL, 0},
    {"{{ 'http://b.example/' | absolute_url }}", "http://b.example/", NULL, 0},
    {"a{{ site.data.x }}b", "ab", "site.data.x", 5},
    {"\n\n{{ x }}{{ x }}", "\n\n", "x", 7},
    {"{{ 'a' | upcase }}", "", "upcase", 5},
    {"{{ }}", "", NULL, 0},
    {"{{ 'a }}", "", "'a", 5},
    {"a {{ b", "a {{ b", NULL, 0},
    {"{", "{", NULL, 0},
    {"{{", "{{", NULL, 0},
};

static const struct row tags[] = {
    {"[x]({% post_url 2024-01-02-bridge %})", "[x](/2024/01/02/bridge.html)", NULL, 0},
    {"{%link notes/bridge.md%}", "/2024/01/02/bridge.html", NULL, 0},
    {"\na{% post_url 1999-no %}b", "\nab", "1999-no", 6},
    {"{% raw %}{{ a }}{% b %}{% endraw %}{{ site.baseurl }}", "{{ a }}{% b %}/blog", NULL,
	0},
    {"{%- raw -%}{% half {%- endraw -%}.", "{% half .", NULL, 0},
    {"{% raw %}{% endrawx %}{% endraw %}.", "{% endrawx %}.", NULL, 0},
    {"{% raw %}{{ a }}", "{{ a }}", NULL, 0},
    {"a{% comment %}{{ x }}{% y %}{% endcomment %}b", "ab", NULL, 0},
    {"a{% comment %}b", "ab", "never closed", 5},
    {"a{% if x %}b{% endif %}c", "abc", "{% if %}", 5},
    {"a {% b", "a {% b", NULL, 0},
    {"{% %}", "", "{%  %}", 5},
    {"a {% endhighlight %} b", "a  b", NULL, 0},
};

static const struct row fences[] = {
    {"{% highlight c %}\nint a;\n{% endhighlight %}\n", "```c\nint a;\n```\n", NULL, 0},
    {"{% highlight c linenos %}\nint a;\n{% endhighlight %}", "```c\nint a;\n```", NULL,
	0},
    {"看{% highlight %}a{% endhighlight %}后", "看\n```\na\n```\n后", NULL, 0},
    {"{% highlight md %}\n```\nx\n```\n{% endhighlight %}", "````md\n```\nx\n```\n````",
	NULL, 0},
    {"{% highlight html %}\n{% raw %}{{ a }}<b>{% endraw %}\n{% endhighlight %}",
	"```html\n{{ a }}<b>\n```", NULL, 0},
    {"  {% highlight c %}\n  a\n  {% endhighlight %}\n", "  ```c\n  a\n  ```\n", NULL, 0},
    {"{% highlight c` %}\na\n{% endhighlight %}", "```c\na\n```", NULL, 0},
    {"{% highlight c %}a", "a", "never closed", 5},
    {"{% highlight a %}{% raw %}{% endhighlight %}{% endraw %}",
	"```a\n{% endhighlight %}\n```", NULL, 0},
};

static const struct row pres[] = {
    {"{% highlight c %}\na < b && c;\n{% endhighlight %}\n",
	"<pre><code class=\"language-c\">\na &lt; b &amp;&amp; c;\n</code></pre>\n", NULL,
	0},
    {"{% highlight \"><script> %}a{% endhighlight %}<b>",
	"<pre><code class=\"language-\">a</code></pre><b>", NULL, 0},
    {"{% highlight x %}{% raw %}<{% endraw %}{% endhighlight %}",
	"<pre><code class=\"language-x\">&lt;</code></pre>", NULL, 0},
};

#define CHECK_ALL(rows, markdown)                                                        \
	for (size_t i = 0; i < sizeof(rows) / sizeof *(rows); i++)                       \
	check(&(rows)[i], (markdown))

static void
test_outputs(void **state)
{
	(void)state;
	CHECK_ALL(outputs, true);
	CHECK_ALL(outputs, false);
}

static void
test_tags(void **state)
{
	(void)state;
	CHECK_ALL(tags, true);
	CHECK_ALL(tags, false);
}

static void
test_highlight(void **state)
{
	(void)state;
	CHECK_ALL(fences, true);
	CHECK_ALL(pres, false);
}

static void
test_nothing_to_do_is_not_copied(void **state)
{
	struct arena *arena = arena_new();
	struct slice text = SLICE("{ a } { % } {: .b }"), got;
	struct diags diags;

	(void)state;
	diags_init(&diags, arena, SLICE("a.md"));
	got = liquid_expand(text, true, &env, 1, arena, &diags);
	assert_ptr_equal(got.p, text.p);
	assert_int_equal(got.n, text.n);
	arena_free(arena);
}

static void
test_kinds_are_named_once_and_not_without_end(void **state)
{
	struct arena *arena = arena_new();
	struct diags diags;
	struct buf text;

	(void)state;
	diags_init(&diags, arena, SLICE("a.md"));
	buf_init(&text, 100000);
	for (int i = 0; i < 100; i++)
		buf_printf(&text, "{%% tag%d %%}{{ same }}\n", i);
	buf_str(&text, "{% ");
	for (int i = 0; i < 1000; i++)
		buf_str(&text, "中");
	buf_str(&text, " %}");
	liquid_expand(buf_view(&text), true, &env, 1, arena, &diags);
	assert_int_equal(diags.n, 20);
	assert_int_equal(diags.v[19].line, 19);
	buf_fini(&text);
	arena_free(arena);
}

static void
test_growth_has_a_ceiling(void **state)
{
	struct arena *arena = arena_new();
	struct liquid_env big = env;
	struct diags diags;
	struct buf text, title;

	(void)state;
	diags_init(&diags, arena, SLICE("a.md"));
	buf_init(&text, SIZE_MAX / 2);
	buf_init(&title, SIZE_MAX / 2);
	for (int i = 0; i < 10000; i++) {
		buf_str(&text, "{{page.title}}");
		buf_str(&title, "标题");
	}
	big.page_title = buf_view(&title);
	assert_int_equal(
	    liquid_expand(buf_view(&text), true, &big, 1, arena, &diags).n, 0);
	assert_non_null(diags_bad(&diags));
	buf_fini(&text);
	buf_fini(&title);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_outputs),
	    cmocka_unit_test(test_tags),
	    cmocka_unit_test(test_highlight),
	    cmocka_unit_test(test_nothing_to_do_is_not_copied),
	    cmocka_unit_test(test_kinds_are_named_once_and_not_without_end),
	    cmocka_unit_test(test_growth_has_a_ceiling),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

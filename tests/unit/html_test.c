#include "base/clock.h"
#include "input/html.h"

/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
/* clang-format on */

#include <stdio.h>
#include <string.h>

#include <libxml/parser.h>

static const struct html_context usual = {
    .page = {"https://own.example/p", 21},
    .base = {"http://o.example/d/a.html?x=1", 29},
    .max_nodes = 50000,
    .max_depth = 200,
    .line = 10,
};

/* What one call of html_open gave. */
struct result {
	struct arena *arena;
	struct diags diags;
	struct err err;
	struct buf html, text;
	int status;
};

static void
run(struct result *r, struct slice fragment, const struct html_context *context,
    size_t text)
{
	struct html *html;

	*r = (struct result){.arena = arena_new()};
	diags_init(&r->diags, r->arena, SLICE("a.html"));
	buf_init(&r->html, SIZE_MAX / 2);
	buf_init(&r->text, SIZE_MAX / 2);
	r->status = html_open(&html, fragment, context, &r->diags, &r->err);
	if (r->status == 0) {
		html_write(html, &r->html);
		html_text(html, text, &r->text);
	} else {
		assert_null(html);
		assert_int_equal(r->err.kind, ERR_LIMIT);
	}
	html_close(html);
}

static void
done(struct result *r)
{
	buf_fini(&r->html);
	buf_fini(&r->text);
	arena_free(r->arena);
}

struct pair {
	const char *in, *out;
};

/* The clean fragment is as expected, and clean. */
static void
check(const struct pair *pair)
{
	struct result once, twice;

	run(&once, slice_str(pair->in), &usual, 0);
	assert_int_equal(once.status, 0);
	assert_string_equal(buf_cstr(&once.html), pair->out);
	run(&twice, slice_str(pair->out), &usual, 0);
	assert_string_equal(buf_cstr(&twice.html), pair->out);
	done(&once);
	done(&twice);
}

#define CHECK_ALL(cases)                                                                 \
	for (size_t i = 0; i < sizeof(cases) / sizeof *(cases); i++)                     \
	check(&(cases)[i])

static const struct pair phrasing_cases[] = {
    {"<strong><p>x</p><p>y</p></strong>",
	"<p><strong>x</strong></p><p><strong>y</strong></p>"},
    {"<a href=\"/x\"><div><h3>t</h3><p>d</p></div></a>",
	"<div><h1><a href=\"http://o.example/x\">t</a></h1><p><a "
	"href=\"http://o.example/x\">d</a></p></div>"},
    {"<a href=\"/x\">one<a href=\"/y\">two</a></a>",
	"<a href=\"http://o.example/x\">one</a><a href=\"http://o.example/y\">two</a>"},
    {"<i>a<ul><li>b</ul>c</i>", "<i>a</i><ul><li><i>b</i></li></ul><i>c</i>"},
    {"<p><b>bold <i>both</b> rest</i></p>", "<p><b>bold <i>both</i></b> rest</p>"},
    {"<em>a<em>b</em></em><q>a<q>b</q></q>", "<em>ab</em><q>a<q>b</q></q>"},
    {"<u>   </u><a href=/x> </a><b></b>", ""},
    {"<p>a<span>b</span><span lang=zh-CN>c</span><span style=\"color:red\">d</span></p>",
	"<p>ab<span lang=\"zh-CN\">c</span>d</p>"},
    {"<a href=\"/x\"><video src=/v.mp4></video>t</a>",
	"<video src=\"http://o.example/v.mp4\" controls=\"\"></video><a "
	"href=\"http://o.example/x\">t</a>"},
    {"<code><pre>x</pre></code>", "<pre><code>x</code></pre>"},
    {"<bdo>a</bdo><bdo dir=RTL>b</bdo><time>c</time><abbr>d</abbr>",
	"a<bdo dir=\"rtl\">b</bdo>c<abbr>d</abbr>"},
    {"<font "
     "color=red><big>a</big></font><tt>b</tt><strike>c</strike><acronym>d</acronym>",
	"a<code>b</code><s>c</s><abbr>d</abbr>"},
};

static void
phrasing(void **state)
{
	(void)state;
	CHECK_ALL(phrasing_cases);
}

static const struct pair blocks_cases[] = {
    {"<p>a<div>b</div>c</p>", "<p>a</p><div>b</div>c"},
    {"<p>one<p>two<hr>three", "<p>one</p><p>two</p><hr>three"},
    {"<p></p><div><div></div></div><ul></ul>", ""},
    {"text<br>more", "text<br>more"},
    {"<section><p>a</p></section><center>b</center>",
	"<div><p>a</p></div><div style=\"text-align:center\">b</div>"},
    {"<p align=right>y</p><td align=left>z</td>",
	"<p style=\"text-align:right\">y</p><div style=\"text-align:left\">z</div>"},
    {"<p>a</p>  <p>b</p>\n\n", "<p>a</p>\n<p>b</p>"},
    {"<div>x</div></div></p>y", "<div>x</div>y"},
    {"<p>a<!-- c -->b<script>x</script>c</p>", "<p>abc</p>"},
    {"<html><head><title>t</title><style>x</style></head><body "
     "onload=x><p>page</p></body></html>",
	"<p>page</p>"},
    {"<figure><img src=a.png "
     "alt=a><figcaption>c</figcaption>d<figcaption>e</figcaption></figure>",
	"<figure><img src=\"http://o.example/d/a.png\" "
	"alt=\"a\"><div>c</div>d<figcaption>e</figcaption></figure>"},
    {"<figcaption>a</figcaption><summary>b</summary>", "<div>a</div><div>b</div>"},
    {"<details open><summary>S</summary>x</details>",
	"<details open=\"\"><summary>S</summary>x</details>"},
    {"<details open>y</details>", "<div>y</div>"},
    {"<details><summary>a<ul><li>b</ul>c</summary></details>",
	"<details><summary>a</summary><ul><li>b</li></ul><div>c</div></details>"},
};

static void
blocks(void **state)
{
	(void)state;
	CHECK_ALL(blocks_cases);
}

static const struct pair headings_cases[] = {
    {"<h2>T</h2><h4>U</h4><h4>V</h4><h3>W</h3><h1>X</h1>",
	"<h1>T</h1><h2>U</h2><h2>V</h2><h2>W</h2><h1>X</h1>"},
    {"<h3>a</h3><h5>b</h5>", "<h1>a</h1><h2>b</h2>"},
    {"<h1></h1><h2> </h2><h3><img src=/a.png></h3>",
	"<p><img src=\"http://o.example/a.png\" alt=\"\"></p>"},
    {"<h2><div>a</div><div>b</div></h2>", "<h1>a<br>b</h1>"},
    {"<h2>Title<ul><li>x</li></ul>rest</h2>",
	"<h1>Title</h1><ul><li>x</li></ul><h1>rest</h1>"},
    {"<table><tr><th><h2>a</h2>",
	"<table><tbody><tr><th><p>a</p></th></tr></tbody></table>"},
};

static void
headings(void **state)
{
	(void)state;
	CHECK_ALL(headings_cases);
}

static const struct pair lists_cases[] = {
    {"<ul><li>1<li>2<ul><li>3</ul></ul>",
	"<ul><li>1</li><li>2<ul><li>3</li></ul></li></ul>"},
    {"<ul><li>1</li><ul><li>2</li></ul></ul>", "<ul><li>1<ul><li>2</li></ul></li></ul>"},
    {"<ul>text<p>p</p><li>x</li></ul>", "<ul><li>text<p>p</p></li><li>x</li></ul>"},
    {"<li>a</li> <li>b</li>", "<ul><li>a</li><li>b</li></ul>"},
    {"<ul><li><b>a<li>c</ul>", "<ul><li><b>a</b></li><li><b>c</b></li></ul>"},
    {"<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt><dd></dd></dl>"},
    {"<dl><dd>quote</dl>", "<div><div>quote</div></div>"},
    {"<dl><dt>Q<dd>1<dt>Q<dd>2</dl>",
	"<div><p>Q</p><div>1</div><p>Q</p><div>2</div></div>"},
    {"<dd>x", "<div><div>x</div></div>"},
    {"<dl><dt>a<p>b</p><ul><li>c</ul></dl>",
	"<dl><dt>a<br>b</dt><dd><ul><li>c</li></ul></dd></dl>"},
    {"<ol start=3 type=a reversed><li value=9>x</ol><ol start=x type=z><li>x</ol>",
	"<ol start=\"3\" reversed=\"\" type=\"a\"><li>x</li></ol><ol><li>x</li></ol>"},
    {"<ul><li><input type=\"checkbox\" disabled checked>done</li><li><input "
     "type=\"checkbox\" disabled>todo</li></ul>",
	"<ul><li>☑ done</li><li>☐ todo</li></ul>"},
};

static void
lists(void **state)
{
	(void)state;
	CHECK_ALL(lists_cases);
}

static const struct pair tables_cases[] = {
    {"<table><tr><td "
     "colspan=2>a</td></tr><tr><td>1</td><td>2</td></tr><tr><td>only</td></tr></table>",
	"<table><tbody><tr><td "
	"colspan=\"2\">a</td></tr><tr><td>1</td><td>2</td></tr><tr><td "
	"colspan=\"2\">only</td></tr></tbody></table>"},
    {"<table><tr><td rowspan=3>a</td><td>b</td></tr><tr><td>c</table>",
	"<table><tbody><tr><td "
	"rowspan=\"2\">a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table>"},
    {"<table><tr><td>a<td rowspan=2>b<tr><td colspan=2>c</table>",
	"<table><tbody><tr><td>a</td><td>b</td></tr><tr><td "
	"colspan=\"2\">c</td></tr></tbody></table>"},
    {"<table><tr><td colspan=3>a<tr><td colspan=3>b</table>",
	"<table><tbody><tr><td>a</td></tr><tr><td>b</td></tr></tbody></table>"},
    {"<table><thead><tr><th>H</th></tr></thead><tr><td>1</td></tr><tfoot><tr><td>f</td></"
     "tr></tfoot></table>",
	"<table><thead><tr><th>H</th></tr></thead><tbody><tr><td>1</td></tr></"
	"tbody><tbody><tr><td>f</td></tr></tbody></table>"},
    {"<table>stray<tr><td>1</td></tr></table>",
	"<table><tbody><tr><td>stray</td></tr><tr><td>1</td></tr></tbody></table>"},
    {"<table><tr>a<td>b</td>c</tr></table>",
	"<table><tbody><tr><td>a</td><td>bc</td></tr></tbody></table>"},
    {"<tr><td>a</td><td>b</td></tr>", "<div><div>a</div><div>b</div></div>"},
    {"<p>x<table><td>y</table>z",
	"<p>x</p><table><tbody><tr><td>y</td></tr></tbody></table>z"},
    {"<table></table><table><tr></tr></table>", ""},
    {"<table><tr><td>1</td></tr><caption>late</caption></table>",
	"<table><tbody><tr><td>1<div>late</div></td></tr></tbody></table>"},
    {"<table><caption>a<p>b</caption><colgroup><col></colgroup><tr><td></td></tr></"
     "table>",
	"<table><caption>a<br>b</caption><tbody><tr><td></td></tr></tbody></table>"},
};

static void
tables(void **state)
{
	(void)state;
	CHECK_ALL(tables_cases);
}

static const struct pair code_cases[] = {
    {"<pre>\n\n  x\n</pre>", "<pre>  x\n</pre>"},
    {"<pre><div>a</div><div>b</div></pre>", "<pre>a\nb</pre>"},
    {"<pre>a<ul><li>b</ul>\nc</pre>", "<pre>a</pre><ul><li>b</li></ul>\nc"},
    {"<div class=highlight><pre><code class=\"hljs language-c++\" data-lang=c><span "
     "class=k>int</span> x;\n</code></pre></div>",
	"<div><pre><code class=\"language-c++\">int x;\n</code></pre></div>"},
    {"<code class=\"language-&quot;\">x</code><p class=\"language-c\">y</p>",
	"<code>x</code><p>y</p>"},
};

static void
code(void **state)
{
	(void)state;
	CHECK_ALL(code_cases);
}

static const struct pair ruby_cases[] = {
    {"<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
	"<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>"},
    {"<ruby>漢<rt>kan<rt>han</ruby>", "<ruby>漢<rt>kan</rt><rt>han</rt></ruby>"},
    {"<ruby>x</ruby><ruby>a<rt>b</rt>c</ruby>", "xabc"},
    {"<rt>x</rt>", "x"},
};

static void
ruby(void **state)
{
	(void)state;
	CHECK_ALL(ruby_cases);
}

static const struct pair images_cases[] = {
    {"<img src=a.png>", "<img src=\"http://o.example/d/a.png\" alt=\"\">"},
    {"<img src=\"a b.png\" alt=\"x &quot;y&quot;\" width=10px height=50% title=t "
     "loading=lazy>",
	"<img src=\"http://o.example/d/a%20b.png\" alt=\"x &quot;y&quot;\" width=\"10\" "
	"title=\"t\">"},
    {"<img src=\"data:image/gif;base64,x\"><img><img src=/p.png width=1 height=1>", ""},
    {"<img src=\"data:image/gif;base64,x\" data-src=\"/a.jpg\"><noscript><img "
     "src=\"/a.jpg\"></noscript>",
	"<img src=\"http://o.example/a.jpg\" alt=\"\">"},
    {"<img src=\"/thumb.jpg\" data-original=\"/full.jpg\"><noscript><img "
     "src=\"/other.jpg\"></noscript>",
	"<img src=\"http://o.example/full.jpg\" alt=\"\">"},
    {"<noscript><img src=\"/a.jpg\"></noscript><img data-src=\"/a.jpg?w=1\">",
	"<img src=\"http://o.example/a.jpg\" alt=\"\">"},
    {"<img class=lazy src=\"/blank.gif\"><noscript><img src=\"/real.jpg\"></noscript>",
	"<img src=\"http://o.example/real.jpg\" alt=\"\">"},
    {"<noscript>Please enable scripts</noscript>", ""},
    {"<img srcset=\"data:x 1x\" data-srcset=\"/a.jpg 480w, /b.jpg 800w\" sizes=auto>",
	"<img src=\"http://o.example/a.jpg\" srcset=\"http://o.example/a.jpg 480w, "
	"http://o.example/b.jpg 800w\" sizes=\"100vw\" alt=\"\">"},
    {"<img src=/a srcset=\"/a 1x, /b 2x, /c 2.0x, /d 3w\">",
	"<img src=\"http://o.example/a\" srcset=\"http://o.example/a 1x, "
	"http://o.example/b 2x\" alt=\"\">"},
    {"<img src=/a srcset=\"/b 2x\">", "<img src=\"http://o.example/a\" alt=\"\">"},
    {"<picture><source srcset=\"/x.webp 1x, /y.webp 2x\"><img "
     "src=\"data:image/png;base64,A\"></picture>",
	"<img src=\"http://o.example/x.webp\" alt=\"\">"},
    {"<picture><source srcset=\"/x.webp\"><img src=\"/x.jpg\"></picture>",
	"<img src=\"http://o.example/x.jpg\" alt=\"\">"},
};

static void
images(void **state)
{
	(void)state;
	CHECK_ALL(images_cases);
}

static const struct pair media_cases[] = {
    {"<video src=/v.mp4 poster=p.jpg autoplay width=640><source src=/w.mp4>no</video>",
	"<video src=\"http://o.example/v.mp4\" poster=\"http://o.example/d/p.jpg\" "
	"width=\"640\" controls=\"\"></video>"},
    {"<audio><source src=/a.mp3 type=audio/mpeg><source><source src=/b "
     "type=\"x\"></audio>t",
	"<audio controls=\"\"><source src=\"http://o.example/a.mp3\" "
	"type=\"audio/mpeg\"><source src=\"http://o.example/b\"></audio>t"},
    {"<video>no</video>", ""},
    {"<iframe src=\"//player.example/v?id=1\" title=\"片名\">no</iframe>",
	"<p><a href=\"http://player.example/v?id=1\">片名</a></p>"},
    {"a<iframe src=/f></iframe>b<iframe src=about:blank></iframe>",
	"a<p><a href=\"http://o.example/f\">http://o.example/f</a></p>b"},
    {"<svg><g>x</g></svg><math><mi>x</mi></math><object><embed "
     "src=x>y</object><my-tag>z</my-tag>",
	"yz"},
    {"<form action=x><label>Name <input name=x></label><button>Go</button>text</form>",
	"<div>Name text</div>"},
};

static void
media(void **state)
{
	(void)state;
	CHECK_ALL(media_cases);
}

static const struct pair links_cases[] = {
    {"<a href=\"../x?a=1&b=[2]#f\">r</a><a href=\"//h.example\">p</a><a "
     "href=\"/图\">c</a>",
	"<a href=\"http://o.example/x?a=1&amp;b=%5B2%5D#f\">r</a><a "
	"href=\"http://h.example/\">p</a><a href=\"http://o.example/%E5%9B%BE\">c</a>"},
    {"<a name=top></a><a href=\"#top\">t</a>",
	"<a href=\"https://own.example/p#top\">t</a>"},
    {"<a href=\"\">a</a><a href=\"#\">b</a><a href=\"javascript:x()\">c</a><a href=\" "
     "java&#10;script:x\">d</a><a href=\"ftp://f/x\">e</a>",
	"abc<a href=\"http://o.example/d/javascript:x\">d</a>e"},
    {"<a href=\"mailto:a@b.cn\">m</a><a href=\"tel:+8610\">t</a>",
	"<a href=\"mailto:a@b.cn\">m</a><a href=\"tel:+8610\">t</a>"},
    {"<a href=\"http://u:p@h/\">a</a><a href=\"http://256.1.1.1/\">b</a><a "
     "href=\"http://1.2.3.4/\">c</a><a href=\"http://\">d</a>",
	"ab<a href=\"http://1.2.3.4/\">c</a>d"},
    {"<blockquote cite=\"/s\">a</blockquote><q cite=\"data:x\">b</q>",
	"<blockquote cite=\"http://o.example/s\">a</blockquote><q>b</q>"},
};

static void
links(void **state)
{
	(void)state;
	CHECK_ALL(links_cases);
}

static const struct pair attributes_cases[] = {
    {"<p onclick=x id=a class=b style=\"text-align: CENTER; position:fixed; "
     "display:none\" title=\"&lt;&quot;&amp;\">x</p>",
	"<p title=\"&lt;&quot;&amp;\" style=\"text-align:center;display:none\">x</p>"},
    {"<p lang=zh_CN>a</p><p lang=EN>b</p><p dir=x>c</p><p hidden=x>d</p>",
	"<p>a</p><p lang=\"en\">b</p><p>c</p><p hidden=\"\">d</p>"},
    {"<del datetime=2024-02-28 cite=/c>a</del><del datetime=2024-02-30>b</del><ins "
     "datetime=2024-02-28T10:00:00.5+08:00>c</ins><ins "
     "datetime=2024-02-28T24:00Z>d</ins>",
	"<del cite=\"http://o.example/c\" "
	"datetime=\"2024-02-28\">a</del><del>b</del><ins "
	"datetime=\"2024-02-28T10:00:00.5+08:00\">c</ins><ins>d</ins>"},
};

static void
attributes(void **state)
{
	(void)state;
	CHECK_ALL(attributes_cases);
}

static const struct pair characters_cases[] = {
    {"5 < 6 && a&nbsp;b &copy; &nosuch; &#146; &#1;&#xFFFE;.",
	"5 &lt; 6 &amp;&amp; a&nbsp;b © &amp;nosuch; ’ ."},
    {"e&#x301; <b>&#x301;x</b> &#xE000; \342\204\246", "é <b>x</b>  Ω"},
    {"a\r\nb&#13;c\001\177", "a\nb\nc"},
    {"\357\273\277\343\200\200\343\200\200段落\342\200\213",
	"\357\273\277\343\200\200\343\200\200段落\342\200\213"},
    {"<![CDATA[a]]>b<?php c ?>d<!DOCTYPE e>f", "bdf"},
    {"a<!-->b<!--->c<!-- x --!>d<!-- e -- > f -->g<![if !vml]>h<![endif]>i<!-- tail",
	"abcdghi"},
    {"a<script>//<![CDATA[ if (a<b) </p> //]]></script>b<style><!-- p{}</style>c<p "
     "title=\"<!-- x -->\">d",
	"abc<p title=\"&lt;!-- x --&gt;\">d</p>"},
};

static void
characters(void **state)
{
	(void)state;
	CHECK_ALL(characters_cases);
}

static void
words(void **state)
{
	static const struct pair cases[] = {
	    {"<h2>Title</h2><p>one <b>two</b>\n three</p>text<br>line",
		"Title\none two three\ntext\nline"},
	    {"<p>中文\n换行 and\nlatin 中 文</p>", "中文换行 and latin 中 文"},
	    {"<ul><li>a<li>b</ul><table><tr><td>c<td>d</table>", "a\nb\nc\nd"},
	    {"<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>字", "漢字"},
	    {"a<p hidden>b<p style=display:none>c</p>d<img src=x alt=e>", "ad"},
	    {"<pre>  x\n\n    y</pre>\u3000\u3000&nbsp;z &lt;", "x y\nz <"},
	    {"<p> <p>", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct result r;

		run(&r, slice_str(cases[i].in), &usual, SIZE_MAX);
		assert_string_equal(buf_cstr(&r.text), cases[i].out);
		done(&r);
	}
}

static void
words_end_with_a_block(void **state)
{
	struct result r;

	(void)state;
	run(&r, SLICE("<p>a</p><p>bcd</p><p>e</p>"), &usual, 2);
	assert_string_equal(buf_cstr(&r.text), "a\nbcd");
	done(&r);
}

/* What is lost is said once a kind, with the line it stands on. */
static void
losses(void **state)
{
	struct result r;

	(void)state;
	run(&r,
	    SLICE("<p>a\n<form>b</form>\n<form></form><svg></svg>"
		  "<script></script><iframe></iframe><iframe src=/f></iframe>"),
	    &usual, 0);
	assert_int_equal(r.diags.n, 3);
	assert_int_equal(r.diags.v[0].level, DIAG_NOTE);
	assert_int_equal(r.diags.v[0].line, 11);
	assert_string_equal(r.diags.v[0].text.p, "a form was left out");
	assert_string_equal(r.diags.v[1].text.p, "a drawing in SVG was left out");
	assert_int_equal(r.diags.v[1].line, 12);
	assert_string_equal(r.diags.v[2].text.p, "a frame was left out");
	done(&r);
}

static struct slice
repeat(struct buf *buf, const char *what, size_t n)
{
	buf_init(buf, SIZE_MAX / 2);
	while (n--)
		buf_str(buf, what);
	return buf_view(buf);
}

/* Exactly at the limit all is well, and stays so the second time. */
static void
limits(void **state)
{
	struct html_context tight = usual;
	struct result r, again;
	struct buf in;

	(void)state;
	tight.max_depth = 10;
	run(&r, slice_part(repeat(&in, "<div>", 10), 0, 50), &tight, 0);
	assert_int_equal(r.status, 0);
	done(&r);
	buf_str(&in, "x");
	run(&r, buf_view(&in), &tight, 0);
	assert_int_equal(r.status, 0);
	run(&again, buf_view(&r.html), &tight, 0);
	assert_string_equal(buf_cstr(&again.html), buf_cstr(&r.html));
	done(&again);
	done(&r);
	run(&r, SLICE("<ul><ul><ul><ul><ul><ul>x"), &tight, 0);
	assert_int_equal(r.status, -1);
	assert_string_equal(r.err.text, "the HTML is more than 10 levels deep");
	done(&r);
	buf_fini(&in);

	tight.max_nodes = 5; /* the root, two <p> and their texts */
	run(&r, SLICE("<p>a<p>b"), &tight, 0);
	assert_int_equal(r.status, 0);
	run(&again, buf_view(&r.html), &tight, 0);
	assert_int_equal(again.status, 0);
	done(&again);
	done(&r);
	run(&r, SLICE("<p>a<p>b<br>"), &tight, 0);
	assert_int_equal(r.status, -1);
	assert_string_equal(r.err.text, "the HTML has more than 5 nodes");
	done(&r);
}

/* Each takes minutes where something is compared with all before it. */
static void
bombs(void **state)
{
	static const struct {
		const char *head, *part;
		size_t n;
	} cases[] = {
	    {"", "<div>", 400000},
	    {"", "<b><p>x", 100000},
	    {"", "</b>", 400000},
	    {"", "<a href=x>t", 100000},
	    {"<table><tr><td>", "<tr><td>", 100000},
	    {"<table><tr>", "<td colspan=1000 rowspan=60000>", 50000},
	    {"<dl>", "<dt>x<dd>y", 50000},
	    {"", "<!--x-->", 200000},
	    {"", "<!--", 300000},
	    {"", "<span>e</span>&#x301;", 50000},
	    {"<img srcset='", "u 1w, ", 100000},
	    {"<p ", "a=1 ", 2000},
	    {"<video src=x>", "<source src=y>", 100000},
	    {"", "&amp;", 300000},
	    {"<pre>", "<div>x</div>", 50000},
	};
	int64_t start = clock_elapsed();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct result r;
		struct buf in, all;

		repeat(&in, cases[i].part, cases[i].n);
		buf_init(&all, SIZE_MAX / 2);
		buf_str(&all, cases[i].head);
		buf_slice(&all, buf_view(&in));
		run(&r, buf_view(&all), &usual, 100);
		done(&r);
		buf_fini(&in);
		buf_fini(&all);
	}
	assert_true(clock_elapsed() - start < 60000);
}

static void
too_many_attributes(void **state)
{
	struct result r;
	struct buf in;

	(void)state;
	repeat(&in, "<p ", 1);
	for (int i = 0; i < 3000; i++)
		buf_printf(&in, "a%d='>' ", i);
	run(&r, buf_view(&in), &usual, 0);
	assert_int_equal(r.status, -1);
	done(&r);
	buf_fini(&in);
}

/* Bytes that are no UTF-8, and NUL, are not the end of it. */
static void
not_text(void **state)
{
	struct result r;

	(void)state;
	run(&r, SLICE("a\0b\xff<\xc3p>c\xed\xa0\x80"), &usual, 0);
	assert_int_equal(r.status, 0);
	assert_string_equal(buf_cstr(&r.html), "ab<p>c</p>");
	done(&r);
	run(&r, SLICE_NONE, &usual, 0);
	assert_int_equal(r.html.n, 0);
	done(&r);
	html_close(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(phrasing),
	    cmocka_unit_test(blocks),
	    cmocka_unit_test(headings),
	    cmocka_unit_test(lists),
	    cmocka_unit_test(tables),
	    cmocka_unit_test(code),
	    cmocka_unit_test(ruby),
	    cmocka_unit_test(images),
	    cmocka_unit_test(media),
	    cmocka_unit_test(links),
	    cmocka_unit_test(attributes),
	    cmocka_unit_test(characters),
	    cmocka_unit_test(words),
	    cmocka_unit_test(words_end_with_a_block),
	    cmocka_unit_test(losses),
	    cmocka_unit_test(limits),
	    cmocka_unit_test(bombs),
	    cmocka_unit_test(too_many_attributes),
	    cmocka_unit_test(not_text),
	};

	xmlInitParser();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

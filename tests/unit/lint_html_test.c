#include "output/lint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define IMG         "<img src=\"https://a.example/i.png\" alt=\"\">"
#define SRC         "<source src=\"https://a.example/s.mp4\">"
#define TABLE(rows) "<table><tbody>" rows "</tbody></table>"

/* What the lint says of a fragment: the rule's name, or "" when all is well. */
static const char *
verdict(struct slice html)
{
	struct arena *arena = arena_new();
	struct lint lint;
	const char *rule;

	lint_init(&lint, arena, 1700000000);
	lint_html(&lint, SLICE("tag:a.example,2024:1"), html);
	assert_true(lint.n <= 1);
	rule = lint.n > 0 ? lint.v[0].rule : "";
	if (lint.n > 0) {
		assert_true(lint.v[0].text.n > 0);
		assert_true(slice_is(lint.v[0].entry, "tag:a.example,2024:1"));
	}
	arena_free(arena);
	return rule;
}

static void
expect(const char *html, const char *rule)
{
	const char *got = verdict(slice_str(html));

	if (strcmp(got, rule) != 0)
		fail_msg("%s\n\texpected \"%s\", got \"%s\"", html, rule, got);
}

static void
test_good(void **state)
{
	static const char *const good[] = {
	    "",
	    " \n",
	    "plain text, “quoted”, 'quoted', \"quoted\"",
	    "去年冬天，<em>河面</em>结了冰。",
	    "<p>a &amp; b &lt; c &gt; d&nbsp;e</p>\n<p>　　两格</p>",
	    "<p><a href=\"https://a.example/?x=1&amp;y=2#z\" rel=\"nofollow "
	    "noopener\">x</a></p>",
	    "<a href=\"mailto:a@b.example\">m</a><a href=\"tel:+1-23\">t</a><a>no "
	    "link</a>",
	    "<a href=\"https://a.example\"><p>a block in a link</p></a>",
	    "<a href=\"http://[2001:db8::1]:8080/\">6</a><a "
	    "href=\"http://192.0.2.1/\">4</a>",
	    "<p id=\"a\" class=\"b c\" lang=\"zh-Hans\" dir=\"ltr\" "
	    "title=\"&quot;q&quot; &amp;\">x</p>",
	    "<p style=\"text-align: center; display:none;\" hidden=\"\" "
	    "translate=\"no\">x</p>",
	    "<h2>a</h2><h3>b</h3><h4>c</h4><h2>d</h2><h1>e</h1>",
	    "<h3>first at any rank</h3>",
	    "<h2><img src=\"https://a.example/i.png\" alt=\"a heading\"></h2>",
	    "<ul>\n<li>a<ul><li>b</li></ul></li>\n</ul><ol start=\"-3\"><li "
	    "value=\"4\">c</li></ol>",
	    "<dl><dt>a</dt><dt>b</dt><dd>c</dd><dt>d</dt><dd>e</dd></dl>",
	    "<dl><div><dt>a</dt><dd>b</dd></div></dl><dl></dl>",
	    "<div><div><p>x</p></div>y</div>",
	    "<blockquote "
	    "cite=\"https://a.example/\"><p>x</p></blockquote><hr>a<br>b<wbr>c",
	    "<pre>a\n  b\n</pre><pre><code>x &lt; y</code></pre>",
	    "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp>字<rt>ji</rt></ruby>",
	    "<ruby><rt>a</rt></ruby>",
	    "<figure>" IMG "<figcaption>x</figcaption></figure>",
	    "<figure><figcaption>x</figcaption><p>y</p></figure>",
	    "<details open=\"\"><summary>s <h4>x</h4></summary>t<p>u</p></details>",
	    "<img src=\"https://a.example/i.png\" alt=\"x\" width=\"10\" height=\"0\" "
	    "loading=\"lazy\">",
	    "<img src=\"https://a.example/\" alt=\"\" srcset=\"https://a.example/a,b 1x,"
	    " https://a.example/c 1.5x\">",
	    "<img src=\"https://a.example/\" alt=\"\" srcset=\"https://a.example/a 100w,"
	    " https://a.example/b 200w\" sizes=\"(max-width: 600px) 480px, 800px\">",
	    "<picture><source srcset=\"https://a.example/a\" type=\"image/webp\">" IMG
	    "</picture>",
	    "<picture><source srcset=\"https://a.example/a\">" IMG "</picture>",
	    "<video controls=\"\" poster=\"https://a.example/p\">" SRC
	    "<track src=\"https://a.example/t\" kind=\"captions\">none</video>",
	    "<audio src=\"https://a.example/a\" preload=\"none\">text</audio>",
	    "<video>" SRC "<p>a block, as the parent takes blocks</p></video>",
	    "<video><source src=\"https://a.example/v\" type=\"video/mp4;"
	    " codecs=&quot;avc1.4D401E, mp4a.40.2&quot;\"></video>",
	    "<ins cite=\"https://a.example/\" datetime=\"2024-02-29\"><p>x</p></ins>",
	    "<p><del datetime=\"2024-02-28T01:02:03+08:00\">x</del></p>",
	    "<time datetime=\"2024\">a</time><time datetime=\"2024-02\">b</time>"
	    "<time datetime=\"2024-02-28 10:20\">c</time><time "
	    "datetime=\"10:20:30.5\">d</time>",
	    TABLE(""),
	    TABLE("<tr><td>a</td><th "
		  "scope=\"col\">b</th></tr>\n<tr><td>c</td><td>d</td></tr>"),
	    TABLE("<tr><td rowspan=\"2\">a</td><td>b</td></tr><tr><td>c</td></tr>"),
	    TABLE("<tr><td>a</td><td rowspan=\"2\">b</td></tr><tr><td>c</td></tr>"),
	    TABLE("<tr><td colspan=\"2\">a</td></tr><tr><td>b</td><td>c</td></tr>"),
	    TABLE("<tr><td>" TABLE("<tr><td>a</td><td>b</td></tr>") "</td></tr>"),
	    "<table><caption>c</caption><colgroup><col><col "
	    "span=\"2\"></colgroup><thead><tr>"
	    "<th>a</th><th>b</th><th>c</th></tr></thead><tbody></tbody><tfoot><tr><td>a</"
	    "td>"
	    "<td>b</td><td>c</td></tr></tfoot></table>",
	    "<table><colgroup "
	    "span=\"2\"></colgroup><tbody><tr><td>a</td><td>b</td></tr></tbody>"
	    "</table>",
	    "<b><b><b><b>x</b></b></b></b><bdo dir=\"rtl\">x</bdo><q "
	    "cite=\"http://a.example/\">x</q>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		expect(good[i], "");
}

/* Every row is one fault in what is otherwise good. */
static const struct fault {
	const char *html, *rule;
} faults[] = {
    {"<p>a<", "html-syntax"},
    {"<P>a</P>", "html-syntax"},
    {"<p >a</p>", "html-syntax"},
    {"<p>a</p >", "html-syntax"},
    {"<p>a</P>", "html-syntax"},
    {"<p/>", "html-syntax"},
    {"a<br/>b", "html-syntax"},
    {"a<br />b", "html-syntax"},
    {"< p>a</p>", "html-syntax"},
    {"<p", "html-syntax"},
    {"<p>a</p", "html-syntax"},
    {"<p>a</", "html-syntax"},
    {"<p class>a</p>", "html-syntax"},
    {"<p class=x>a</p>", "html-syntax"},
    {"<p class='x'>a</p>", "html-syntax"},
    {"<p  class=\"x\">a</p>", "html-syntax"},
    {"<p class=\"x\"id=\"y\">a</p>", "html-syntax"},
    {"<p class=\"x>a</p", "html-escape"},
    {"<p class=\"x", "html-syntax"},
    {"<p\nclass=\"x\">a</p>", "html-syntax"},
    {"<pre>\na</pre>", "html-syntax"},

    {"a<!-- b -->", "html-comment"},
    {"<!DOCTYPE html>", "html-comment"},
    {"<![CDATA[a]]>", "html-comment"},
    {"<?xml version=\"1.0\"?>", "html-comment"},

    {"a & b", "html-entity"},
    {"a&copy;b", "html-entity"},
    {"a&#65;b", "html-entity"},
    {"a&#x41;b", "html-entity"},
    {"a&ampb", "html-entity"},
    {"a&AMP;b", "html-entity"},
    {"a&", "html-entity"},
    {"a&quot;b", "html-entity"},
    {"<p title=\"a & b\">x</p>", "html-entity"},
    {"<p title=\"&apos;\">x</p>", "html-entity"},

    {"a > b", "html-escape"},
    {"a\u00A0b", "html-escape"},
    {"<p title=\"a<b\">x</p>", "html-escape"},
    {"<p title=\"a>b\">x</p>", "html-escape"},
    {"<p title=\"a\u00A0b\">x</p>", "html-escape"},

    {"<script>x</script>", "html-element"},
    {"<style>x</style>", "html-element"},
    {"<iframe></iframe>", "html-element"},
    {"<object></object>", "html-element"},
    {"<embed>", "html-element"},
    {"<form></form>", "html-element"},
    {"<font>x</font>", "html-element"},
    {"<center>x</center>", "html-element"},
    {"<svg></svg>", "html-element"},
    {"<math></math>", "html-element"},
    {"<section>x</section>", "html-element"},
    {"<template></template>", "html-element"},
    {"<x-y></x-y>", "html-element"},
    {"<aa>x</aa>", "html-element"},

    {"<p>a", "html-balance"},
    {"a</p>", "html-balance"},
    {"<b><i>a</b></i>", "html-balance"},
    {"<p>a</p></p>", "html-balance"},
    {"a<br></br>", "html-balance"},
    {"<ul><li>a</ul>", "html-balance"},

    {"<p><p>a</p></p>", "html-model"},
    {"<p><div>a</div></p>", "html-model"},
    {"<p><ul></ul></p>", "html-model"},
    {"<p>" TABLE("") "</p>", "html-model"},
    {"<p><a><p>a</p></a></p>", "html-model"},
    {"<p><b><ins><hr></ins></b></p>", "html-model"},
    {"<span><p>a</p></span>", "html-model"},
    {"<h2><p>a</p></h2>", "html-model"},
    {"<pre><p>a</p></pre>", "html-model"},
    {"<ul>a</ul>", "html-model"},
    {"<ul><p>a</p></ul>", "html-model"},
    {"<ul><ul></ul></ul>", "html-model"},
    {"<li>a</li>", "html-model"},
    {"<div><li>a</li></div>", "html-model"},
    {"<tr><td>a</td></tr>", "html-model"},
    {"<td>a</td>", "html-model"},
    {"<table><tr><td>a</td></tr></table>", "html-model"},
    {"<table><tbody><td>a</td></tbody></table>", "html-model"},
    {"<table>a</table>", "html-model"},
    {TABLE("<tr>a</tr>"), "html-model"},
    {TABLE("<tr></tr>"), "html-model"},
    {"<table><tbody></tbody><thead></thead></table>", "html-model"},
    {"<table><tbody></tbody><caption>a</caption></table>", "html-model"},
    {"<table><caption>a</caption><caption>b</caption></table>", "html-model"},
    {"<table><tfoot></tfoot><tfoot></tfoot></table>", "html-model"},
    {"<table><caption>" TABLE("") "</caption></table>", "html-model"},
    {"<table><colgroup span=\"1\"><col></colgroup></table>", "html-model"},
    {"<table><col></table>", "html-model"},
    {TABLE("<tr><th><h2>a</h2></th></tr>"), "html-model"},
    {"<dl><dt><h2>a</h2></dt><dd>b</dd></dl>", "html-model"},
    {"<dl><dt>a</dt></dl>", "html-model"},
    {"<dl><dd>a</dd></dl>", "html-model"},
    {"<dl><dt>a</dt><dd>b</dd><div><dt>a</dt><dd>b</dd></div></dl>", "html-model"},
    {"<dl><div><p>a</p></div></dl>", "html-model"},
    {"<dl><div><dt>a</dt><dd>b</dd><dt>c</dt><dd>d</dd></div></dl>", "html-model"},
    {"<dl><div></div></dl>", "html-model"},
    {"<dl>a</dl>", "html-model"},
    {"<a href=\"https://a.example/\"><b><a>b</a></b></a>", "html-model"},
    {"<a><details><summary>a</summary></details></a>", "html-model"},
    {"<a><video controls=\"\"></video></a>", "html-model"},
    {"<dfn><b><dfn>a</dfn></b></dfn>", "html-model"},
    {"<video><audio></audio></video>", "html-model"},
    {"<video src=\"https://a.example/\">" SRC "</video>", "html-model"},
    {"<video>a" SRC "</video>", "html-model"},
    {"<source srcset=\"https://a.example/\">", "html-model"},
    {"<picture></picture>", "html-model"},
    {"<picture>" IMG IMG "</picture>", "html-model"},
    {"<picture>a" IMG "</picture>", "html-model"},
    {"<figure><p>a</p><figcaption>b</figcaption><p>c</p></figure>", "html-model"},
    {"<figure><figcaption>a</figcaption>b<figcaption>c</figcaption></figure>",
	"html-model"},
    {"<figcaption>a</figcaption>", "html-model"},
    {"<details>a</details>", "html-model"},
    {"<details></details>", "html-model"},
    {"<details><summary>a</summary><summary>b</summary></details>", "html-model"},
    {"<ruby>a</ruby>", "html-model"},
    {"<ruby>a<rp>(</rp><rt>b</rt></ruby>", "html-model"},
    {"<ruby>a<rp>(</rp><rt>b</rt><rt>c</rt><rp>)</rp></ruby>", "html-model"},
    {"<ruby>a<rt>b</rt>c</ruby>", "html-model"},
    {"<rt>a</rt>", "html-model"},
    {"<picture><source srcset=\"https://a.example/ 1x\" type=\"image/webp\">"
     "<img src=\"https://a.example/\" alt=\"\" srcset=\"https://a.example/ 9w\""
     " sizes=\"9em\"></picture>",
	"html-required"},

    {"<p onclick=\"x\">a</p>", "html-attribute"},
    {"<p ONCLICK=\"x\">a</p>", "html-attribute"},
    {"<p align=\"center\">a</p>", "html-attribute"},
    {"<p data-x=\"1\">a</p>", "html-attribute"},
    {"<p xml:lang=\"zh\">a</p>", "html-attribute"},
    {"<p href=\"https://a.example/\">a</p>", "html-attribute"},
    {"<a name=\"x\">a</a>", "html-attribute"},
    {"<img src=\"https://a.example/\" alt=\"\" border=\"0\">", "html-attribute"},
    {TABLE("<tr><td width=\"3\">a</td></tr>"), "html-attribute"},
    {"<ul><li value=\"3\">a</li></ul>", "html-attribute"},
    {"<picture><source src=\"https://a.example/\">" IMG "</picture>", "html-attribute"},
    {"<video><source srcset=\"https://a.example/\"></video>", "html-attribute"},

    {"<p class=\"a\" class=\"a\">a</p>", "html-duplicate"},
    {"<bdo dir=\"ltr\" dir=\"rtl\">a</bdo>", "html-duplicate"},
    {"<p id=\"a\">a</p><p id=\"b\">b</p><p id=\"a\">c</p>", "html-duplicate"},

    {"<img alt=\"\">", "html-required"},
    {"<img src=\"https://a.example/\">", "html-required"},
    {"<bdo>a</bdo>", "html-required"},
    {"<time>now</time>", "html-required"},
    {"<a rel=\"nofollow\">a</a>", "html-required"},
    {"<video><track></video>", "html-required"},
    {"<img src=\"https://a.example/\" alt=\"\" sizes=\"100vw\">", "html-required"},
    {"<img src=\"https://a.example/\" alt=\"\" srcset=\"https://a.example/ 9w\">",
	"html-required"},
    {"<picture><source srcset=\"https://a.example/a\">"
     "<source srcset=\"https://a.example/b\" type=\"image/webp\">" IMG "</picture>",
	"html-required"},

    {"<a href=\"\">a</a>", "html-url"},
    {"<a href=\"/a\">a</a>", "html-url"},
    {"<a href=\"a.html\">a</a>", "html-url"},
    {"<a href=\"#a\">a</a>", "html-url"},
    {"<a href=\"?a\">a</a>", "html-url"},
    {"<a href=\"//a.example/\">a</a>", "html-url"},
    {"<a href=\"http:a\">a</a>", "html-url"},
    {"<a href=\"http://\">a</a>", "html-url"},
    {"<a href=\"javascript:x\">a</a>", "html-url"},
    {"<a href=\" javascript:x\">a</a>", "html-url"},
    {"<a href=\"java\nscript:x\">a</a>", "html-url"},
    {"<a href=\"data:text/html,x\">a</a>", "html-url"},
    {"<a href=\"file:///etc/passwd\">a</a>", "html-url"},
    {"<a href=\"ftp://a.example/\">a</a>", "html-url"},
    {"<a href=\"https://a.example/a b\">a</a>", "html-url"},
    {"<a href=\"https://a.example/中\">a</a>", "html-url"},
    {"<a href=\"https://中.example/\">a</a>", "html-url"},
    {"<a href=\"https://a.example/%zz\">a</a>", "html-url"},
    {"<a href=\"https://a.example/|\">a</a>", "html-url"},
    {"<a href=\"https://u:p@a.example/\">a</a>", "html-url"},
    {"<a href=\"https://a..example/\">a</a>", "html-url"},
    {"<a href=\"https://a.example:99999/\">a</a>", "html-url"},
    {"<a href=\"https://999.1.1.1/\">a</a>", "html-url"},
    {"<a href=\"https://a.example/#a#b\">a</a>", "html-url"},
    {"<img src=\"data:image/gif;base64,R0lGOD\" alt=\"\">", "html-url"},
    {"<img src=\"mailto:a@b.example\" alt=\"\">", "html-url"},
    {"<img src=\"i.png\" alt=\"\">", "html-url"},
    {"<video poster=\"p.png\"></video>", "html-url"},
    {"<audio src=\"a.mp3\"></audio>", "html-url"},
    {"<q cite=\"x\">a</q>", "html-url"},
    {"<img src=\"https://a.example/\" alt=\"\" srcset=\"a.png 2x\">", "html-url"},
    {"<img src=\"https://a.example/\" alt=\"\" srcset=\"https://a.example/ 2\">",
	"html-url"},
    {"<img src=\"https://a.example/\" alt=\"\" srcset=\"https://a.example/a 1x,"
     " https://a.example/b 1x\">",
	"html-url"},
    {"<img src=\"https://a.example/\" alt=\"\" srcset=\"\">", "html-url"},

    {"<p style=\"color:red\">a</p>", "html-value"},
    {"<p style=\"text-align:center;position:fixed\">a</p>", "html-value"},
    {"<p style=\"text-align:url(x)\">a</p>", "html-value"},
    {"<p style=\"\">a</p>", "html-value"},
    {"<p id=\"\">a</p>", "html-value"},
    {"<p id=\"a b\">a</p>", "html-value"},
    {"<p dir=\"up\">a</p>", "html-value"},
    {"<p dir=\"ltr rtl\">a</p>", "html-value"},
    {"<p lang=\"zh_CN\">a</p>", "html-value"},
    {"<p lang=\"cn\">a</p>", "html-value"},
    {"<p hidden=\"false\">a</p>", "html-value"},
    {"<img src=\"https://a.example/\" alt=\"\" width=\"50%\">", "html-value"},
    {"<img src=\"https://a.example/\" alt=\"\" height=\"-1\">", "html-value"},
    {TABLE("<tr><td colspan=\"0\">a</td></tr>"), "html-value"},
    {TABLE("<tr><td colspan=\"1001\">a</td></tr>"), "html-value"},
    {TABLE("<tr><td rowspan=\"65535\">a</td></tr>"), "html-value"},
    {"<time datetime=\"2023-02-29\">a</time>", "html-value"},
    {"<time datetime=\"2024-02-28T25:00\">a</time>", "html-value"},
    {"<time datetime=\"yesterday\">a</time>", "html-value"},
    {"<del datetime=\"2024-02-28T10:00\">a</del>", "html-value"},
    {"<ol type=\"disc\"></ol>", "html-value"},
    {"<ol start=\"one\"></ol>", "html-value"},
    {"<details open=\"yes\"><summary>a</summary></details>", "html-value"},
    {"<a href=\"https://a.example/\" rel=\"shortcut\">a</a>", "html-value"},
    {"<a href=\"https://a.example/\" target=\"main\">a</a>", "html-value"},
    {"<a href=\"https://a.example/\" type=\"html\">a</a>", "html-value"},

    {"<h2>a</h2><h4>b</h4>", "html-heading"},
    {"<h2></h2>", "html-heading"},
    {"<h2> <b></b>" IMG "</h2>", "html-heading"},

    {TABLE("<tr><td>a</td><td>b</td></tr><tr><td>c</td></tr>"), "html-table"},
    {TABLE("<tr><td>a</td></tr><tr><td>b</td><td>c</td></tr>"), "html-table"},
    {TABLE("<tr><td colspan=\"2\">a</td></tr>"), "html-table"},
    {TABLE("<tr><td>a</td><td>b</td></tr><tr><td colspan=\"3\">c</td></tr>"),
	"html-table"},
    {TABLE("<tr><td rowspan=\"2\">a</td></tr>"), "html-table"},
    {TABLE(
	 "<tr><td>a</td><td rowspan=\"2\">b</td></tr><tr><td colspan=\"2\">c</td></tr>"),
	"html-table"},
    {"<table><colgroup><col></colgroup><tbody><tr><td>a</td><td>b</td></tr></tbody></"
     "table>",
	"html-table"},
    {"<table><colgroup></colgroup></table>", "html-table"},
    {TABLE("<tr><td colspan=\"300\">a</td></tr>"), "html-table"},

    {"a\x01z", "text-char"},
    {"a\x7Fz", "text-char"},
    {"a\rz", "text-char"},
    {"a\xC2\x85z", "text-char"},
    {"a\uFFFEz", "text-char"},
    {"a\uFFFDz", "text-replacement"},
    {"a\xC0\x80z", "text-utf8"},
    {"a\xED\xA0\x80z", "text-utf8"},
    {"a\xFFz", "text-utf8"},
    {"a\xE4\xB8", "text-utf8"},
};

static void
test_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		expect(faults[i].html, faults[i].rule);
}

/* A fault is found wherever it stands, and what follows cannot hide it. */
static void
test_fault_in_context(void **state)
{
	char html[1024];

	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		if (faults[i].html[0] != '<' && strncmp(faults[i].rule, "text", 4) != 0)
			continue;
		snprintf(html, sizeof html, "<p>before</p><div>%s</div><p>behind</p>",
		    faults[i].html);
		assert_string_not_equal(verdict(slice_str(html)), "");
	}
}

/* Every rule that lint_rules lists for content is shown to fire. */
static void
test_every_rule_fires(void **state)
{
	size_t n;
	const struct lint_rule *rule = lint_rules(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		bool found = strcmp(rule[i].name, "html-depth") == 0; /* below */

		for (size_t k = 0; k < sizeof faults / sizeof *faults && !found; k++)
			found = strcmp(faults[k].rule, rule[i].name) == 0;
		if (strncmp(rule[i].name, "html-", 5) == 0 && !found)
			fail_msg("no fault shows %s", rule[i].name);
	}
}

static struct slice
repeat(struct arena *arena, const char *piece, size_t times)
{
	size_t n = strlen(piece);
	char *p = arena_alloc(arena, n * times);

	for (size_t i = 0; i < times; i++)
		memcpy(p + i * n, piece, n);
	return slice_make(p, n * times);
}

static void
test_depth(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_string_equal(verdict(repeat(arena, "<div>", 255)), "html-balance");
	assert_string_equal(verdict(repeat(arena, "<div>", 256)), "html-depth");
	assert_string_equal(
	    verdict(repeat(arena, "<table><tbody><tr><td>", 16)), "html-balance");
	assert_string_equal(
	    verdict(repeat(arena, "<table><tbody><tr><td>", 17)), "html-depth");
	arena_free(arena);
}

/* Megabytes of one thing over and over: done before anyone looks at a clock. */
static void
test_bombs(void **state)
{
	static const char *const pieces[] = {"<", "&", "</p>", "<p ", "<p a=\"", "<p>",
	    "\"", "<img src=\"https://a.example/\" alt=\"\">", "<p id=\"a\"></p>",
	    "&amp;", "\u00C3\u00A9",
	    "<table><tbody><tr><td colspan=\"256\"></td></tr></tbody></table>"};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
		verdict(repeat(arena, pieces[i], 50000));
	arena_free(arena);
}

/* The finding says where and quotes what stands there. */
static void
test_finding(void **state)
{
	struct arena *arena = arena_new();
	struct lint lint;

	(void)state;
	lint_init(&lint, arena, 1700000000);
	lint_html(&lint, SLICE("urn:x:1"), SLICE("<p>第一<script>x</script></p>"));
	assert_int_equal(lint.n, 1);
	assert_string_equal(lint.v[0].text.p,
	    "content, byte 9: no element of a feed: \"<script>x</script></p>\"");
	arena_free(arena);
}

/* No fragment is read beyond its end: each prefix of a good one is its own
 * allocation, which the sanitizers and valgrind watch. */
static void
test_every_prefix(void **state)
{
	const char *html =
	    "<h2 id=\"a\">x</h2><p title=\"&amp;&nbsp;\">中 &lt;</p>"
	    "<img src=\"https://a.example/\" alt=\"\" srcset=\"https://a.example/ "
	    "1x\">" TABLE("<tr><td colspan=\"1\">a</td></tr>");
	size_t length = strlen(html);

	(void)state;
	for (size_t n = 0; n <= length; n++) {
		char *copy = mem_alloc(n ? n : 1);

		memcpy(copy, html, n);
		if (n == length)
			assert_string_equal(verdict(slice_make(copy, n)), "");
		else
			verdict(slice_make(copy, n));
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_faults),
	    cmocka_unit_test(test_fault_in_context),
	    cmocka_unit_test(test_every_rule_fires),
	    cmocka_unit_test(test_depth),
	    cmocka_unit_test(test_bombs),
	    cmocka_unit_test(test_finding),
	    cmocka_unit_test(test_every_prefix),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

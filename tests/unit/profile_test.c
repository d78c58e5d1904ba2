#include "input/profile.h"

#include "base/buf.h"
#include "base/file.h"
#include "input/front.h"

#include <glob.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

struct read {
	struct arena *arena;
	struct zone *zone;
	struct profile *xys;
	struct diags diags;
	struct article article;
};

/* A path below the source folder, which `make check` names. */
static const char *
source_path(char *to, size_t size, const char *path)
{
	const char *dir = getenv("srcdir");

	snprintf(to, size, "%s/%s", dir ? dir : ".", path);
	return to;
}

static int
setup(void **state)
{
	struct read *r = calloc(1, sizeof *r);
	char path[512];
	struct err err;

	r->arena = arena_new();
	if (zone_open(&r->zone, SLICE("+08:00"), &err) < 0 ||
	    profile_open(&r->xys,
		source_path(path, sizeof path, "conf/profiles/xys.conf"), NULL,
		&err) < 0) {
		print_error("%s\n", err.text);
		return -1;
	}
	*state = r;
	return 0;
}

static int
teardown(void **state)
{
	struct read *r = *state;

	profile_free(r->xys);
	zone_free(r->zone);
	arena_free(r->arena);
	free(r);
	return 0;
}

static struct article *
apply_profile(struct read *r, const struct profile *profile, enum body_format format,
    const char *body)
{
	struct article *a = &r->article;

	diags_init(&r->diags, r->arena, SLICE("a.md"));
	a->format = format;
	a->body = slice_str(body);
	a->body_line = 10;
	profile_apply(profile, a, r->zone, r->arena, &r->diags);
	return a;
}

/* The xys rules over a fresh article with this title. */
static struct article *
apply(struct read *r, enum body_format format, const char *title, const char *body)
{
	r->article = (struct article){.title = slice_str(title)};
	return apply_profile(r, r->xys, format, body);
}

static void
expect(struct slice got, const char *want)
{
	if (!slice_is(got, want))
		fail_msg("got \"%.*s\", want \"%s\"", SLICE_ARG(got), want);
}

static const char *
names(const struct people *people)
{
	static char text[512];

	text[0] = '\0';
	for (size_t i = 0; i < people->n; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.*s",
		    i ? "|" : "", SLICE_ARG(people->v[i].name));
	return text;
}

/* ---- what the xys rules take ---- */

/* Enough ordinary lines to keep head and tail apart. */
#define TEXT                                                                                                            \
	"河水在春天涨起来了。\n\n桥上站着许多人。\n\n他们看了很久。\n\n后来天黑了。\n\n" \
	"第二天又有人来。\n\n大家谈起从前的事。\n\n谁也没有忘记那座桥。\n"

static void
a_whole_article(void **state)
{
	struct article *a = apply(*state, BODY_TEXT, "河边的桥",
	    "◇◇新语丝(www.xys.org)(xys.example)◇◇\n"
	    "\n"
	    "　　　　　河边的桥\n"
	    "\n"
	    "作者：林河（某大学教授，写过三本书）、Ann "
	    "Lee，周桥(诗人)　　2024年2月21日河边日报\n"
	    "\n"
	    "　　" TEXT "\n翻译：陈山\n\n(XYS20240222)\n"
	    "◇◇新语丝(www.xys.org)◇◇\n");

	assert_string_equal(names(&a->authors), "林河|Ann Lee|周桥");
	assert_string_equal(names(&a->contributors), "陈山");
	expect(a->origin.name, "河边日报");
	assert_int_equal(a->origin.date.sec, 1708444800);
	assert_int_equal(a->issued.sec, 1708531200);
	assert_true(slice_starts(a->body, SLICE("　　河水在春天")));
	assert_int_equal(a->body_line, 16);
	expect(a->body, "　　" TEXT "\n\n\n\n\n");
}

static void
heads_that_are_understood(void **state)
{
	static const struct {
		const char *head, *authors, *source;
	} cases[] = {
	    {"记者：林河", "林河", ""},
	    {"记者: 林河, Ann Lee", "林河|Ann Lee", ""},
	    {"文/林河", "林河", ""},
	    {"文／林河、周桥", "林河|周桥", ""},
	    {"作者：让·杜邦，林河", "让·杜邦|林河", ""},
	    {"作者：本刊编辑部", "本刊编辑部", ""},
	    {"作者：林河（某地（小城）人）", "", ""},
	    {"作者：O'Neil, J. R. Smith-Jones", "O'Neil|J. R. Smith-Jones", ""},
	    {"记者：林河 2024年2月21日河边日报", "林河", "河边日报"},
	    {"记者：林河　　河边日报 2024年2月21日", "林河", "河边日报"},
	    {"2024年2月21日河边日报", "", "河边日报"},
	    {"2024年2月21日　《河边日报》", "", "河边日报"},
	    {"河边日报 2024年2月21日", "", "河边日报"},
	    {"《河边日报》2024年2月21日", "", "河边日报"},
	    {"2024年2月21日 The River Post", "", "The River Post"},
	    {"（XYS20240222）", "", ""},
	    {"# 河边的桥", "", ""},
	    {"**河边的桥**", "", ""},
	    {"河 边 的 桥", "", ""},
	    {"◇◇新语丝(www.xys.org)◇◇", "", ""},
	    {"◇◇新语丝(www.xys.org)◇◇\n\n◇◇新语丝(xys.example)◇◇\n\n◇◇新语丝◇◇\n"
	     "\n◇◇新语丝(xys3)◇◇\n\n河边的桥\n\n文/林河",
		"林河", ""},
	};
	struct read *r = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char body[2048];
		struct article *a;
		/* One of them is there to be left alone: brackets in brackets. */
		bool stays = strstr(cases[i].head, "（小城）") != NULL;

		snprintf(body, sizeof body, "%s\n\n%s", cases[i].head, TEXT);
		a = apply(r, BODY_MARKDOWN, "河边的桥", body);
		assert_string_equal(names(&a->authors), cases[i].authors);
		expect(a->origin.name, cases[i].source);
		if (slice_is(a->body, TEXT) == stays)
			fail_msg("%s: %.*s", cases[i].head, SLICE_ARG(a->body));
	}
}

/* ---- what they leave alone ---- */

static void
ordinary_text_stays(void **state)
{
	static const char *const lines[] = {
	    "他告诉记者：事情不是这样的。",
	    "记者：你怎么看这座桥？",
	    "记者：您怎么看",
	    "记者：这座桥是谁修的，你知道吗",
	    "作者：一个正在消失的称呼",
	    "作者不愿意说出自己的名字。",
	    "作者：",
	    "文/武之道，一张一弛，古人说得很清楚。",
	    "“2024年2月21日河边日报”上有一张照片。",
	    "2024年2月21日，河边日报登了一张照片。",
	    "2024年2月21日",
	    "2024年2月21日河边下了一场大雪",
	    "2024年2月21日河边日报说桥要拆了",
	    "他说过：翻译：这件事不容易。",
	    "翻译：这是一门手艺",
	    "翻译：做了三十年才知道它有多难，他说。",
	    "(XYS20240231)",
	    "(XYS2024022)",
	    "见(XYS20240222)",
	    "(XYS20240222)里有一篇文章",
	    "河边的桥梁",
	    "新语丝(www.xys.org)",
	    "◇◇别处(www.example.org)◇◇",
	    "1896年2月21日河边日报",
	};
	struct read *r = *state;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		for (int end = 0; end < 2; end++) {
			char body[2048];
			struct article *a;

			if (end == 0)
				snprintf(body, sizeof body, "%s\n\n%s", lines[i], TEXT);
			else
				snprintf(body, sizeof body, "%s\n%s", TEXT, lines[i]);
			a = apply(r, BODY_MARKDOWN, "河边的桥", body);
			expect(a->body, body);
			assert_int_equal(a->body_line, 10);
			assert_int_equal(a->authors.n + a->contributors.n, 0);
			assert_false(a->issued.known || a->origin.date.known);
			expect(a->origin.name, "");
		}
}

static void
rules_look_at_their_end_only(void **state)
{
	static const char *const lines[] = {"河边的桥", "记者：林河", "翻译：陈山",
	    "2024年2月21日河边日报", "(XYS20240222)", "◇◇新语丝(www.xys.org)◇◇"};
	static const bool tail[] = {false, false, true, false, true, true};

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char body[4096];

		/* in the middle: never */
		snprintf(body, sizeof body, "%s\n%s\n%s", TEXT, lines[i], TEXT);
		expect(apply(*state, BODY_TEXT, "河边的桥", body)->body, body);
		snprintf(body, sizeof body, "%s\n%s\n", TEXT, lines[i]);
		if (slice_is(apply(*state, BODY_TEXT, "河边的桥", body)->body, body) ==
		    tail[i])
			fail_msg("at the tail: %s", lines[i]);
	}
}

static void
front_matter_goes_before(void **state)
{
	struct read *r = *state;
	struct person lin = {.name = SLICE("林河")}, zhou = {.name = SLICE("周桥")};
	struct article *a = &r->article;

	/* the same: the line says nothing new and goes */
	*a = (struct article){0};
	people_add(&a->authors, r->arena, lin);
	people_add(&a->authors, r->arena, zhou);
	apply_profile(r, r->xys, BODY_TEXT, "记者：林河\n\n" TEXT);
	expect(a->body, TEXT);
	assert_string_equal(names(&a->authors), "林河|周桥");

	/* another: the line stays, the dateline behind it is still read */
	*a = (struct article){0};
	people_add(&a->authors, r->arena, zhou);
	apply_profile(r, r->xys, BODY_TEXT, "记者：林河　2024年2月21日河边日报\n\n" TEXT);
	expect(slice_part(a->body, 0, strlen("记者：林河")), "记者：林河");
	assert_string_equal(names(&a->authors), "周桥");
	expect(a->origin.name, "河边日报");

	/* a source that contradicts stays whole, its date untaken */
	*a = (struct article){.origin.name = SLICE("山中晚报")};
	apply_profile(r, r->xys, BODY_TEXT, "2024年2月21日河边日报\n\n" TEXT);
	expect(a->body, "2024年2月21日河边日报\n\n" TEXT);
	assert_false(a->origin.date.known);
}

static void
impossible_dates_are_told(void **state)
{
	struct read *r = *state;

	apply(r, BODY_TEXT, "", TEXT "\n(XYS20240231)\n");
	assert_int_equal(r->diags.n, 1);
	assert_int_equal(r->diags.v[0].level, DIAG_WARN);
	assert_int_equal(r->diags.v[0].line, 24);
}

static void
tags_are_split(void **state)
{
	struct read *r = *state;

	r->article = (struct article){0};
	slices_add(&r->article.tags, r->arena, SLICE("河，桥、山"));
	slices_add(&r->article.tags, r->arena, SLICE("桥"));
	slices_add(&r->article.tags, r->arena, SLICE("a, b"));
	apply_profile(r, r->xys, BODY_TEXT, TEXT);
	assert_int_equal(r->article.tags.n, 4);
	expect(r->article.tags.v[0], "河");
	expect(r->article.tags.v[1], "桥");
	expect(r->article.tags.v[2], "山");
	expect(r->article.tags.v[3], "a, b");
}

/* ---- markup ---- */

static void
lines_of_html(void **state)
{
	static const struct {
		const char *body, *left;
	} cases[] = {
	    {"<p>文/林河</p>\n<p>河</p>\n", "<p>河</p>\n"},
	    {"<p><b>文</b>/<i>林河</i><br></p>\n<p>河</p>\n", "<p>河</p>\n"},
	    {"<div><p>文/林河</p>\n<p>河</p></div>\n", "<div><p></p>\n<p>河</p></div>\n"},
	    {"<p>文/林河<img src=a.jpg></p>\n<p>河</p>\n",
		"<p><img src=a.jpg></p>\n<p>河</p>\n"},
	    {"<p>文&#x2F;林河</p>\n<p>河</p>\n", "<p>河</p>\n"},
	    {"<div>\n<p>\n文/林河</p>\n</div>\n", "<div>\n<p>\n</p>\n</div>\n"},
	    {"<P CLASS=\"a\">文/林河</p>\n<p>河</p>", "<p>河</p>"},
	    {"<!-- x -->文/林河\n<p>河</p>", "<p>河</p>"},
	    {"<p>文/林河&nbsp;&nbsp;2024年2月21日河边日报</p>\n<p>河</p>", "<p>河</p>"},
	    {"<p>文/林河&emsp;2024年2月21日<a href=x>河边日报</a></p>\n<p>河</p>",
		"<p>河</p>"},
	    {"<h1>A &lt;b&gt; &amp; &hellip;</h1>\n<p>河</p>", "<p>河</p>"},
	    {"<p>文/林河 <b>2024年</p>\n<p>河</p>",
		"<p>文/林河 <b>2024年</p>\n<p>河</p>"},
	    {"a < b\n<p", "a < b\n<p"},
	    {"<https://a.example/>\n文/林河\n河", "<https://a.example/>\n\n河"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect(apply(*state, BODY_HTML, "A <b> & …", cases[i].body)->body,
		    cases[i].left);
	/* in plain text, a tag is text */
	expect(
	    apply(*state, BODY_TEXT, "x", "<p>文/林河</p>\n")->body, "<p>文/林河</p>\n");
}

static void
a_part_of_a_line_of_html(void **state)
{
	struct read *r = *state;
	struct slices off = {(struct slice[]){SLICE("dateline")}, 1};
	struct profile *p;
	char path[512];
	struct err err;

	assert_int_equal(
	    profile_open(
		&p, source_path(path, sizeof path, "conf/profiles/xys.conf"), &off, &err),
	    0);
	r->article = (struct article){0};
	apply_profile(r, p, BODY_HTML,
	    "<p><b>文/</b>林河&nbsp;<i>2024年2月21日河边日报</i></p>\n<p>河</p>");
	expect(r->article.body, "<p><b></b><i>2024年2月21日河边日报</i></p>\n<p>河</p>");
	r->article = (struct article){0};
	apply_profile(
	    r, p, BODY_HTML, "<p><b>文/林河 2024年2月21日河边日报</b></p>\n<p>河</p>");
	expect(r->article.body, "<p><b>2024年2月21日河边日报</b></p>\n<p>河</p>");
	profile_free(p);
}

static void
line_numbers_stay_true(void **state)
{
	struct article *a = apply(*state, BODY_TEXT, "河边的桥",
	    "\r\n河边的桥\r\n\r\n文/"
	    "林河\r\n河\r\n翻译：陈山\r\n(XYS20240222)\r\n\r\n桥\r\n");

	expect(a->body, "河\r\n\r\n\r\n\r\n桥\r\n");
	assert_int_equal(a->body_line, 14);
	/* nothing but what is dropped */
	a = apply(*state, BODY_TEXT, "河边的桥", "河边的桥\n文/林河");
	expect(a->body, "");
	expect(apply(*state, BODY_TEXT, "", "")->body, "");
}

/* ---- profiles as data ---- */

static void
each_rule_can_be_switched_off(void **state)
{
	static const char *const rules[] = {"banner", "issue", "title-repeat",
	    "translator", "byline", "dateline", "tags"};
	static const char *const lines[] = {"◇◇新语丝(www.xys.org)◇◇", "(XYS20240222)",
	    "河边的桥", "翻译：陈山", "记者：林河", "2024年2月21日河边日报", NULL};
	struct read *r = *state;
	char path[512];

	source_path(path, sizeof path, "conf/profiles/xys.conf");
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		struct slice name = slice_str(rules[i]);
		struct slices off = {&name, 1};
		struct profile *p;
		struct err err;

		assert_int_equal(profile_open(&p, path, &off, &err), 0);
		r->article = (struct article){.title = SLICE("河边的桥")};
		slices_add(&r->article.tags, r->arena, SLICE("河、桥"));
		apply_profile(r, p, BODY_TEXT,
		    "河边的桥\n记者：林河　2024年2月21日河边日报\n" TEXT
		    "翻译：陈山\n(XYS20240222)\n◇◇新语丝(www.xys.org)◇◇\n");
		for (size_t k = 0; k < sizeof lines / sizeof *lines; k++) {
			bool there =
			    lines[k] && slice_find(r->article.body, slice_str(lines[k])) <
					    r->article.body.n;

			if (lines[k] && there != (k == i))
				fail_msg("without %s: %s %s", rules[i], lines[k],
				    there ? "stays" : "goes");
		}
		assert_int_equal(r->article.authors.n, i == 4 ? 0 : 1);
		assert_int_equal(r->article.origin.date.known, i != 5);
		assert_int_equal(r->article.tags.n, i == 6 ? 1 : 2);
		profile_free(p);
	}
}

static void
errors_name_their_line(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"x = 1\n", "p:1: [] has no key x"},
	    {"[other]\nx = 1\n", "p:2: [other] has no key x"},
	    {"[rule:]\nwhere = tags\n", "p:2: [rule:] has no key where"},
	    {"[rule:a]\nwhen = head 1\n", "p:2: [rule:a] has no key when"},
	    {"[rule:a]\n\nwords\n", "p:3: expected [SECTION] or KEY = VALUE"},
	    {"[rule:a]\nwhere = head 1\n", "p:2: rule a: needs where and pattern"},
	    {"[rule:a]\npattern = x\n", "p:2: rule a: needs where and pattern"},
	    {"[rule:a]\nwhere = tags\n", "p:2: rule a: needs where and pattern"},
	    {"[rule:a]\nwhere = tags\nsplit = ,\npattern = x\n", "p:2: rule a: needs"},
	    {"[rule:a]\nwhere = head 1\nsplit = ,\npattern = x\n", "p:2: rule a: needs"},
	    {"[rule:a]\npattern = x\nwhere = middle 1\n", "p:3: where: expected"},
	    {"[rule:a]\npattern = x\nwhere = head 0\n", "p:3: where: expected"},
	    {"[rule:a]\npattern = x\nwhere = head -1\n", "p:3: where: expected"},
	    {"[rule:a]\npattern = x\nwhere = head 51\n", "p:3: where: expected"},
	    {"[rule:a]\npattern = x\nwhere = head 1 tail\n", "p:3: where: expected"},
	    {"[rule:a]\npattern = x\nwhere = head 1\ndrop = all\n",
		"p:4: drop cannot be all"},
	    {"[rule:a]\npattern = x\nwhere = head 1\nonce = 1\n",
		"p:4: once cannot be 1"},
	    {"[rule:a]\nwhere = head 1\npattern = a(b\n",
		"p:3: pattern: missing closing"},
	    {"[rule:a]\nwhere = head 1\npattern = (?<who>b)\n",
		"p:3: pattern: there is no field who"},
	    {"[rule:a]\nwhere = head 1\npattern = (?&who)\n", "p:3: pattern: "},
	    {"[names]\ncut = (\n", "p:2: pattern: missing"},
	    {"[rule:a]\nwhere = head 1\ndrop = no\nwhere = tail 1\n",
		"p:4: where stands in line 2 already"},
	    {"[rule:a]\nwhere = \xff\n", "p:2: this is no UTF-8 text"},
	    {"[rule:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\nwhere "
	     "= tags\n",
		"p:2: a name of more than 40 bytes"},
	};
	struct profile *p;
	struct err err;
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(
		    profile_parse(&p, slice_str(cases[i].text), "p", NULL, &err), -1);
		assert_int_equal(err.kind, ERR_CONFIG);
		assert_null(p);
		if (strncmp(err.text, cases[i].want, strlen(cases[i].want)) != 0)
			fail_msg("got \"%s\", want \"%s\"", err.text, cases[i].want);
	}
	/* inih would cut it; the limit is its own */
	snprintf(text, sizeof text, "[rule:a]\npattern = %0300d\n", 1);
	assert_int_equal(profile_parse(&p, slice_str(text), "p", NULL, &err), -1);
	assert_non_null(strstr(err.text, "p:2: a line of more than"));
	assert_int_equal(profile_parse(&p, SLICE("a\0b"), "p", NULL, &err), -1);
	assert_int_equal(profile_open(&p, "/nowhere/p.conf", NULL, &err), -1);
	assert_null(p);
}

static void
unknown_rules_cannot_be_off(void **state)
{
	struct slices off = {(struct slice[]){SLICE("other")}, 1};
	struct profile *p;
	struct err err;

	(void)state;
	assert_int_equal(profile_parse(&p, SLICE("[rule:a]\nwhere = tags\nsplit = ,\n"),
			     "p", &off, &err),
	    -1);
	assert_string_equal(err.text, "p: there is no rule other");
	/* a rule that is off need not be right */
	off.v = (struct slice[]){SLICE("a")};
	assert_int_equal(
	    profile_parse(&p, SLICE("[rule:a]\nwhere = x\n"), "p", &off, &err), 0);
	profile_free(p);
	assert_int_equal(profile_parse(&p, SLICE(""), "p", NULL, &err), 0);
	profile_free(p);
	profile_free(NULL);
}

static void
values_go_on_over_lines(void **state)
{
	static const char text[] = "\xEF\xBB\xBF[define]\n"
				   "letter = [a-c]\n"
				   "  | [x-z]\n"
				   "[rule:a]\r\n"
				   "pattern = ^\n"
				   "  # a comment\n"
				   "  (?<author> (?&letter)+ )\n"
				   "\n"
				   "  !$\n"
				   "where = head 2\n"
				   "  tail 1\n"
				   "once = no\n";
	struct read *r = *state;
	struct profile *p;
	struct err err;

	if (profile_parse(&p, SLICE(text), "p", NULL, &err) < 0)
		fail_msg("%s", err.text);
	r->article = (struct article){0};
	apply_profile(r, p, BODY_TEXT, "abc!\n\nq!\nxyz!\nabc!\nq\nabc!");
	assert_string_equal(names(&r->article.authors), "abc");
	expect(r->article.body, "q!\nxyz!\nabc!\nq\n");
	profile_free(p);
}

static void
hostile_lines_cost_nothing(void **state)
{
	static const char text[] = "[rule:a]\nwhere = head 50 tail 50\n"
				   "pattern = (a+)+(b+)+(a+)+$ | (.*)*(.*)*c$\n"
				   "once = no\n";
	struct read *r = *state;
	struct profile *p;
	struct err err;
	struct buf body;
	struct timespec from, to;

	assert_int_equal(profile_parse(&p, SLICE(text), "p", NULL, &err), 0);
	buf_init(&body, 1 << 20);
	for (int line = 0; line < 100; line++) {
		for (int i = 0; i < 2000; i++)
			buf_char(&body, i == 1999 ? '!' : 'a');
		buf_char(&body, '\n');
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	r->article = (struct article){0};
	apply_profile(r, p, BODY_TEXT, buf_cstr(&body));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	assert_true(to.tv_sec - from.tv_sec < 2);
	buf_fini(&body);
	profile_free(p);
}

static void
long_and_broken_lines_are_not_tried(void **state)
{
	struct read *r = *state;
	struct buf body;

	buf_init(&body, 1 << 16);
	buf_str(&body, "文/林河");
	for (int i = 0; i < 2048; i++)
		buf_char(&body, ' ');
	buf_str(&body, ".\n" TEXT);
	expect(apply(r, BODY_TEXT, "", buf_cstr(&body))->body, buf_cstr(&body));
	expect(apply(r, BODY_HTML, "", "文/林河\xff\n河\n")->body, "文/林河\xff\n河\n");
	expect(
	    apply(r, BODY_TEXT, "", "\xe2\x97\n文/林河\n河\n")->body, "\xe2\x97\n\n河\n");
	buf_fini(&body);
}

/* ---- threads ---- */

struct job {
	const struct read *read;
	size_t wrong;
};

static void *
apply_often(void *user)
{
	struct job *job = user;
	struct arena *arena = arena_new();

	for (int i = 0; i < 500; i++) {
		struct article a = {
		    .title = SLICE("河边的桥"),
		    .body = SLICE("河边的桥\n记者：林河　2024年2月21日河边日报\n" TEXT),
		};
		struct diags diags;

		diags_init(&diags, arena, SLICE("a"));
		profile_apply(job->read->xys, &a, job->read->zone, arena, &diags);
		job->wrong += !slice_is(a.body, TEXT) || a.authors.n != 1;
		arena_reset(arena);
	}
	arena_free(arena);
	return NULL;
}

static void
threads_share_a_profile(void **state)
{
	struct job jobs[4];
	pthread_t threads[4];

	for (int i = 0; i < 4; i++) {
		jobs[i] = (struct job){*state, 0};
		assert_int_equal(
		    pthread_create(&threads[i], NULL, apply_often, &jobs[i]), 0);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(jobs[i].wrong, 0);
	}
}

/* ---- a real article, where there is one ---- */

static void
the_article_beside_the_sources(void **state)
{
	static const char *const tags[] = {
	    "人工智能", "模型", "中国", "公司", "生成式", "新语丝"};
	struct read *r = *state;
	struct article *a = &r->article;
	struct slice yaml;
	struct buf text;
	struct err err;
	glob_t found;
	char path[512];

	source_path(path, sizeof path, "../shared/seeds/*.txt");
	if (glob(path, 0, NULL, &found) != 0) {
		print_message("# skipped: there is no article at %s\n", path);
		return;
	}
	buf_init(&text, 1 << 20);
	assert_int_equal(file_slurp(found.gl_pathv[0], 1 << 20, &text, &err), 0);
	globfree(&found);
	*a = (struct article){.format = BODY_MARKDOWN};
	diags_init(&r->diags, r->arena, SLICE("a"));
	front_split(buf_view(&text), &yaml, &a->body, &a->body_line, &r->diags);
	front_parse(a, yaml, r->zone, r->arena, &r->diags);
	profile_apply(r->xys, a, r->zone, r->arena, &r->diags);
	assert_int_equal(r->diags.n, 0);
	assert_string_equal(names(&a->authors), "孟建国|JOHN LIU|CADE METZ");
	assert_string_equal(names(&a->contributors), "纽约时报中文网");
	expect(a->origin.name, "纽约时报");
	assert_int_equal(a->origin.date.sec, 1708444800);
	assert_int_equal(a->issued.sec, 1708531200);
	assert_int_equal(a->updated.sec, 1709082437);
	assert_int_equal(a->tags.n, 6);
	for (size_t i = 0; i < 6; i++)
		expect(a->tags.v[i], tags[i]);
	assert_true(slice_starts(a->body, SLICE("去年ChatGPT")));
	assert_int_equal(a->body_line, 14);
	assert_true(slice_find(a->body, SLICE("XYS20240222")) == a->body.n);
	assert_true(slice_find(a->body, SLICE("翻译：")) == a->body.n);
	assert_true(slice_find(a->body, SLICE("记者：")) == a->body.n);
	assert_true(slice_find(a->body, a->title) == a->body.n);
	buf_fini(&text);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(a_whole_article),
	    TEST(heads_that_are_understood),
	    TEST(ordinary_text_stays),
	    TEST(rules_look_at_their_end_only),
	    TEST(front_matter_goes_before),
	    TEST(impossible_dates_are_told),
	    TEST(tags_are_split),
	    TEST(lines_of_html),
	    TEST(a_part_of_a_line_of_html),
	    TEST(line_numbers_stay_true),
	    TEST(each_rule_can_be_switched_off),
	    TEST(errors_name_their_line),
	    TEST(unknown_rules_cannot_be_off),
	    TEST(values_go_on_over_lines),
	    TEST(hostile_lines_cost_nothing),
	    TEST(long_and_broken_lines_are_not_tried),
	    TEST(threads_share_a_profile),
	    TEST(the_article_beside_the_sources),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Pages: what they say, and that anything else is found out. */
#include "output/face.h"
#include "output/markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
	struct arena *arena;
	struct config config;
	struct config_feed feed[2];
	struct face_entry entry[2];
	struct tally_month month[3];
	struct face_one one;
};

static void
fixture_open(struct fixture *f)
{
	struct err err;

	*f = (struct fixture){.arena = arena_new()};
	f->feed[0] = (struct config_feed){.name = SLICE("main"),
	    .path = SLICE("main"),
	    .for_each = -1,
	    .formats = FORMAT_ATOM | FORMAT_RSS};
	f->feed[1] = (struct config_feed){.name = SLICE("tag"),
	    .path = SLICE("tag/:term"),
	    .for_each = TERM_TAG,
	    .formats = FORMAT_JSON};
	f->config = (struct config){
	    .site = {.url = SLICE("https://a.example/"),
		.title = SLICE("山 & <海>"),
		.language = SLICE("en")},
	    .output = {.url = SLICE("https://a.example/f/"), .pages = true, .opml = true},
	    .feed = f->feed,
	    .feeds = 2,
	};
	assert_int_equal(zone_open(&f->config.site.zone, SLICE("+08:00"), &err), 0);
	f->entry[0] = (struct face_entry){SLICE("<b>\"粗\"</b> & 'x'"),
	    SLICE("https://a.example/1?a=1&b=2"), SLICE("zh"), SLICE("1 < 2 && 3"),
	    1709082436};
	f->entry[1] = (struct face_entry){.title = SLICE("Two"),
	    .url = SLICE("https://a.example/2"),
	    .published = 946656000};
	f->month[0] = (struct tally_month){2000 * 12, 1};
	f->month[1] = (struct tally_month){2000 * 12 + 11, 16};
	f->month[2] = (struct tally_month){2024 * 12 + 1, 1200};
	f->one = (struct face_one){
	    .face = {&f->config, LANGUAGE_EN, SLICE("tag/a&b.html"), f->arena},
	    .feed = {&f->feed[1], SLICE("a&b"), SLICE("<about>"), SLICE("tag/a&b"), 1217,
		1709082436, 1200, true},
	    .entry = f->entry,
	    .entries = 2,
	    .archives = 2,
	    .tally = {f->month, 3, 1217},
	};
	slices_add(&f->one.archive, f->arena, SLICE("tag/a&b/archive-2.atom"));
	slices_add(&f->one.archive, f->arena, SLICE("tag/a&b/archive-1.atom"));
}

static void
fixture_close(struct fixture *f)
{
	zone_free(f->config.site.zone);
	arena_free(f->arena);
}

static int
prove(struct fixture *f, struct slice doc, struct err *err)
{
	struct lint lint;

	lint_init(&lint, f->arena, 1709082436);
	return face_one_prove(doc, &f->one, &lint, err);
}

static void
write(struct fixture *f, struct buf *out)
{
	struct err err;

	buf_init(out, 1 << 20);
	assert_int_equal(face_one_write(out, &f->one, &err), 0);
	if (prove(f, buf_view(out), &err))
		fail_msg("%s\n%s", err.text, buf_cstr(out));
}

static void
test_one(void **state)
{
	static const char *const has[] = {
	    "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">",
	    "<title>a&amp;b · 山 &amp; &lt;海&gt;</title>",
	    "<link rel=\"stylesheet\" href=\"../index.css\"/>",
	    "<script src=\"../index.js\" defer=\"defer\"></script>",
	    "<h1>a&amp;b</h1>",
	    "<a href=\"../tag/index.html\">Tags</a>",
	    "<p class=\"about\">&lt;about&gt;</p>",
	    "<span>1,217 articles</span> · <span>about 3 a day</span> · "
	    "<span>last on 2024-02-28</span>",
	    "data-copy=\"https://a.example/f/tag/a&amp;b.json\"",
	    "feed%2Fhttps%3A%2F%2Fa.example%2Ff%2Ftag%2Fa%26b.json",
	    "<li lang=\"zh\"><time datetime=\"2024-02-28\">2024-02-28</time> "
	    "<a class=\"entry\" href=\"https://a.example/1?a=1&amp;b=2\">&lt;b&gt;\"粗\""
	    "&lt;/b&gt; &amp; 'x'</a><p>1 &lt; 2 &amp;&amp; 3</p>",
	    /* the months in which there are any, each in its row */
	    "<tr><th scope=\"row\">2024</th><td>0</td><td>1,200</td><td>0</td>",
	    "<tr><th scope=\"row\">2000</th><td>1</td>",
	    "<td>16</td><td>17</td></tr>",
	    "Articles per month, 2000-01 to 2024-02",
	    "1,217 articles, most of them in 2024.",
	};
	struct fixture f;
	struct buf doc;

	(void)state;
	fixture_open(&f);
	write(&f, &doc);
	for (size_t i = 0; i < sizeof has / sizeof *has; i++)
		if (!strstr(buf_cstr(&doc), has[i]))
			fail_msg("no %s in\n%s", has[i], buf_cstr(&doc));
	assert_null(strstr(buf_cstr(&doc), "<th scope=\"row\">2010"));
	assert_null(strstr(buf_cstr(&doc), "style="));
	buf_fini(&doc);
	fixture_close(&f);
}

/* Put in the place of the first `from`. */
static void
put(struct buf *bad, struct slice doc, const char *from, const char *to)
{
	size_t at = slice_find(doc, slice_str(from));

	if (at == doc.n)
		fail_msg("not in the page: %s", from);
	buf_reset(bad);
	buf_slice(bad, slice_part(doc, 0, at));
	buf_str(bad, to);
	buf_slice(bad, slice_from(doc, at + strlen(from)));
}

static void
test_refused(void **state)
{
	static const struct {
		const char *from, *to, *finding;
	} rows[] = {
	    {"<!DOCTYPE html>", "<!doctype html>", "html-syntax"},
	    {"</body>", "</bodi>", "xml"},
	    {"</body>", "&nbsp;</body>", "xml"},
	    {"</body>", "<!-- x --></body>", "html-comment"},
	    {"</body>", "<br></br></body>", "html-element"},
	    {"</body>", "<style>a</style></body>", "html-element"},
	    {"</body>", "<script>alert(1)</script></body>", "html-required"},
	    {"></script>", "/>", "html-balance"},
	    {"<h1>", "<h1 onclick=\"x\">", "html-attribute"},
	    {"<p class=\"about\">", "<p style=\"x\">", "html-attribute"},
	    {"<h1>a&amp;b</h1>", "<h1>a</h1>", "read-back: the heading"},
	    {"<h1>a&amp;b</h1>", "", "read-back: the heading"},
	    {"href=\"../index.html\"", "href=\"javascript:x\"", "uri"},
	    {"href=\"../index.html\"", "href=\"//x.example/\"", "uri"},
	    {"href=\"../index.html\"", "href=\"/etc\"", "uri"},
	    {"href=\"../index.html\"", "href=\"http://x y/\"", "uri"},
	    {"class=\"entry\" href=\"https://a.example/1?a=1&amp;b=2\"",
		"class=\"entry\" href=\"https://a.example/1\"", "read-back: an address"},
	    {">Two</a>", ">Three</a>", "read-back: entry"},
	    {"class=\"entry\"", "class=\"x\"", "read-back"},
	    {"<a class=\"archive\"", "<a class=\"entry\"", "read-back: entry is too"},
	    {"href=\"../tag/a&amp;b.json\">JSON", "href=\"../tag/a.json\">JSON",
		"read-back: an address"},
	    {"1 &lt; 2", "1\x7f", "text-char"},
	};
	struct fixture f;
	struct buf doc, bad;

	(void)state;
	fixture_open(&f);
	write(&f, &doc);
	buf_init(&bad, 1 << 20);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err err = {0};

		put(&bad, buf_view(&doc), rows[i].from, rows[i].to);
		if (prove(&f, buf_view(&bad), &err) == 0)
			fail_msg("proven: %s", rows[i].to);
		assert_int_equal(err.kind, ERR_PROOF);
		if (!strstr(err.text, rows[i].finding))
			fail_msg("%s: %s", rows[i].to, err.text);
	}
	buf_fini(&bad);
	buf_fini(&doc);
	fixture_close(&f);
}

/* Cut anywhere, it is no page. */
static void
test_cut(void **state)
{
	struct fixture f;
	struct buf doc;
	struct err err;

	(void)state;
	fixture_open(&f);
	write(&f, &doc);
	for (size_t n = 0; n + 2 < doc.n; n += 7)
		assert_int_equal(prove(&f, slice_make(doc.p, n), &err), -1);
	buf_fini(&doc);
	buf_init(&doc, 1000);
	assert_int_equal(face_one_write(&doc, &f.one, &err), -1);
	assert_int_equal(err.kind, ERR_LIMIT);
	buf_fini(&doc);
	fixture_close(&f);
}

/* A date that is far off may not make a page of a thousand years. */
static void
test_years(void **state)
{
	struct fixture f;
	struct buf doc;

	(void)state;
	fixture_open(&f);
	f.month[0].month = 12;
	f.month[1].month = 1000 * 12;
	f.month[2].month = 9999 * 12 + 11;
	f.one.tally.entries = 1217;
	write(&f, &doc);
	assert_true(doc.n < 20000);
	assert_non_null(strstr(
	    buf_cstr(&doc), "<th scope=\"row\">Earlier</th><td colspan=\"13\">17<"));
	buf_fini(&doc);
	f.one.tally = (struct tally_months){0};
	f.one.entries = f.one.archives = f.one.archive.n = 0;
	write(&f, &doc);
	assert_null(strstr(buf_cstr(&doc), "<svg"));
	buf_fini(&doc);
	fixture_close(&f);
}

static void
test_index_and_list(void **state)
{
	struct fixture f;
	struct face_feed tags[2];
	struct face_section section = {.feed = tags, .feeds = 2, .all = 3000};
	struct face_index index;
	struct face_list list;
	struct lint lint;
	struct buf doc;
	struct err err;

	(void)state;
	fixture_open(&f);
	lint_init(&lint, f.arena, 1709082436);
	section.config = &f.feed[1];
	tags[0] = f.one.feed;
	tags[1] = (struct face_feed){.config = &f.feed[1],
	    .name = SLICE("index"),
	    .key = SLICE("tag/index"),
	    .total = 1,
	    .pace = 1};
	index = (struct face_index){
	    .face = {&f.config, LANGUAGE_ZH, SLICE("index.html"), f.arena},
	    .feed = &f.one.feed,
	    .feeds = 1,
	    .section = &section,
	    .sections = 1,
	    .entry = f.entry,
	    .entries = 2,
	    .tally = f.one.tally,
	};
	buf_init(&doc, 1 << 20);
	assert_int_equal(face_index_write(&doc, &index, &err), 0);
	assert_int_equal(face_index_prove(buf_view(&doc), &index, &lint, &err), 0);
	/* the page of that tag would be this list's */
	assert_non_null(strstr(buf_cstr(&doc), "href=\"tag/index.json\">index</a>"));
	assert_non_null(
	    strstr(buf_cstr(&doc), "href=\"tag/index.html\">查看全部 3,000 个"));
	index.entries = 1;
	assert_int_equal(face_index_prove(buf_view(&doc), &index, &lint, &err), -1);
	buf_reset(&doc);

	list = (struct face_list){
	    .face = {&f.config, LANGUAGE_ZH, SLICE("tag/index.2.html"), f.arena},
	    .config = &f.feed[1],
	    .feed = tags,
	    .feeds = 2,
	    .part = 2,
	    .parts = 3,
	};
	assert_int_equal(face_list_write(&doc, &list, &err), 0);
	assert_int_equal(face_list_prove(buf_view(&doc), &list, &lint, &err), 0);
	assert_non_null(strstr(buf_cstr(&doc), "第 2 部分，共 3 部分"));
	assert_non_null(strstr(buf_cstr(&doc), "href=\"../tag/index.3.html\">3</a>"));
	list.feeds = 1;
	assert_int_equal(face_list_prove(buf_view(&doc), &list, &lint, &err), -1);
	buf_fini(&doc);
	fixture_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_years),
	    cmocka_unit_test(test_index_and_list),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

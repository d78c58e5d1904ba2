/*
 * sample: a feed for the tests of the writers, with one entry that has
 * everything, one that has the least, and one that has hostile text; and what
 * every format's test does with it.
 */
#ifndef TESTS_UNIT_SAMPLE_H
#define TESTS_UNIT_SAMPLE_H

#include "base/arena.h"
#include "output/format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct sample {
	struct arena *arena;
	struct zone *zone;
	struct feed feed;
	struct entry entry[3];
	struct feed_item item[3];
	struct slice hub[2];
	struct feed_link alternate[2];
	struct tombstone gone[2];
};

static const int64_t sample_time = 1709082436; /* 2024-02-28 09:07:16 +0800 */

static inline struct date
sample_day(int64_t sec)
{
	return (struct date){.sec = sec, .known = true, .day = true};
}

static inline void
sample_rich(struct sample *s, struct entry *e)
{
	struct arena *a = s->arena;

	e->id = SLICE("tag:zazhi.example,1994:/2024/deng-ta");
	e->url = SLICE("https://zazhi.example/2024/%E7%81%AF%E5%A1%94.html");
	e->path = SLICE("2024/灯塔.md");
	e->title = SLICE("灯塔与海：AT&T <b>不是</b>标签");
	e->summary = SLICE("夜里有船经过，1 < 2 && \"3\" > 2。");
	e->content =
	    SLICE("<p>夜里有船经过，1 &lt; 2 &amp;&amp; 3。</p>\n"
		  "<p><a href=\"https://zazhi.example/?a=1&amp;b=2\">看</a></p>");
	e->lang = SLICE("en");
	e->rights = SLICE("© 作者 & 本刊");
	people_add(&e->authors, a,
	    (struct person){.name = SLICE("林望舒"),
		.uri = SLICE("https://lin.example/"),
		.email = SLICE("lin@lin.example")});
	people_add(&e->authors, a, (struct person){.name = SLICE("A. B. <Keeper>")});
	people_add(&e->contributors, a, (struct person){.name = SLICE("译者甲")});
	slices_add(&e->categories, a, SLICE("海洋"));
	slices_add(&e->categories, a, SLICE("R&D"));
	slices_add(&e->tags, a, SLICE("海洋"));
	slices_add(&e->tags, a, SLICE("灯 塔"));
	e->origin.url = SLICE("https://harbour.example/story?id=7&lang=zh");
	e->origin.name = SLICE("港口日报");
	e->origin.date = sample_day(1708444800); /* 2024-02-21 00:00 +0800 */
	e->image.url = SLICE("https://zazhi.example/a.jpg?w=1&h=2");
	e->enclosure.url = SLICE("https://zazhi.example/a.mp3");
	e->enclosure.type = SLICE("audio/mpeg");
	e->enclosure.title = SLICE("朗读 \"全文\"");
	e->enclosure.length = 1234567;
	e->issued = sample_day(1708531200); /* 2024-02-22 00:00 +0800 */
	e->published = sample_time - 86400;
	e->updated = sample_time;
}

static inline void
sample_plain(struct sample *s, struct entry *e)
{
	e->id = e->url = SLICE("https://zazhi.example/2023/wu.html");
	e->path = SLICE("2023/雾.md");
	e->title = SLICE("雾");
	e->content = SLICE("<p>雾散了。</p>");
	e->lang = SLICE("zh-Hans");
	people_add(&e->authors, s->arena, (struct person){.name = SLICE("本刊")});
	e->published = e->updated = sample_time - 100000;
}

static inline void
sample_hostile(struct sample *s, struct entry *e)
{
	e->id = SLICE("tag:zazhi.example,1994:/x");
	e->url = SLICE("https://zazhi.example/x.html");
	e->path = SLICE("x.txt");
	e->title = SLICE("]]> &amp; &#38; 'one' \\ \"two\" \xF0\x9F\x8C\x8A");
	e->summary = SLICE("line one\nline \\two\ttab & <![CDATA[ ]]>");
	e->lang = SLICE("ZH-hans");
	people_add(
	    &e->authors, s->arena, (struct person){.name = SLICE("O'Brien & Söhne")});
	e->enclosure.url = SLICE("https://zazhi.example/unknown.bin");
	e->origin.name = SLICE("无址报");
	e->published = e->updated = sample_time - 200000;
}

static inline void
sample_open(struct sample *s)
{
	struct err err;

	*s = (struct sample){.arena = arena_new()};
	assert_int_equal(zone_open(&s->zone, SLICE("+08:00"), &err), 0);
	sample_rich(s, &s->entry[0]);
	sample_plain(s, &s->entry[1]);
	sample_hostile(s, &s->entry[2]);
	s->item[0] = (struct feed_item){&s->entry[0], true, true};
	s->item[1] = (struct feed_item){&s->entry[1], true, false};
	s->item[2] = (struct feed_item){&s->entry[2], false, true};
	s->hub[0] = SLICE("https://hub.example/");
	s->hub[1] = SLICE("https://hub.example/two?x=1&y=2");
	s->alternate[0] =
	    (struct feed_link){SLICE("https://zazhi.example/feeds/main.rss"),
		SLICE("application/rss+xml"), SLICE("RSS")};
	s->alternate[1] =
	    (struct feed_link){SLICE("https://zazhi.example/feeds/main.json"),
		SLICE("application/feed+json"), SLICE("JSON Feed")};
	s->feed = (struct feed){
	    .id = SLICE("tag:zazhi.example,1994:/feeds/main"),
	    .self = SLICE("https://zazhi.example/feeds/main.xml"),
	    .home = SLICE("https://zazhi.example/"),
	    .title = SLICE("杂志 & 灯塔"),
	    .subtitle = SLICE("海边的 <杂志>"),
	    .lang = SLICE("zh-Hans"),
	    .author = SLICE("本刊"),
	    .rights = SLICE("© 本刊"),
	    .icon = SLICE("https://zazhi.example/favicon.png"),
	    .logo = SLICE("https://zazhi.example/logo.png"),
	    .zone = s->zone,
	    .updated = sample_time,
	    .item = s->item,
	    .items = 3,
	    .hubs = {s->hub, 2},
	    .alternate = s->alternate,
	    .alternates = 2,
	    .prev_archive = SLICE("https://zazhi.example/feeds/main/2.xml"),
	    .archive_type = SLICE("application/x-test"),
	    .cadence = 5 * 3600,
	};
}

static inline void
sample_close(struct sample *s)
{
	zone_free(s->zone);
	arena_free(s->arena);
}

static inline void
sample_gone(struct sample *s)
{
	s->gone[0] = (struct tombstone){SLICE("tag:zazhi.example,1994:/gone"),
	    sample_time - 5, SLICE("<应要求>撤下")};
	s->gone[1] = (struct tombstone){
	    .id = SLICE("tag:zazhi.example,1994:/lost"), .when = sample_time - 6};
	s->feed.gone = s->gone;
	s->feed.gones = 2;
}

/* The texts of articles are long, and full of what is escaped. */
static inline void
sample_long(struct sample *s)
{
	struct buf text;

	buf_init(&text, 10000);
	for (int i = 0; i < 12; i++)
		buf_printf(&text, "<p>第 %d 夜，1 &lt; 2 &amp;&amp; \"3\" 'x'</p>\n", i);
	s->entry[0].content = arena_copy(s->arena, buf_view(&text));
	buf_str(&text, "<p>又一夜</p>\n");
	s->entry[1].content = arena_copy(s->arena, buf_view(&text));
	buf_reset(&text);
	for (int i = 0; i < 40; i++)
		buf_printf(&text, "%d < 2 && \"3\" > ", i);
	s->entry[0].summary = arena_copy(s->arena, buf_view(&text));
	buf_fini(&text);
}

/* As an archive document; hubs stay set, and must not be written. */
static inline void
sample_archive(struct sample *s)
{
	s->feed.archive = true;
	s->feed.next_archive = SLICE("https://zazhi.example/feeds/main/4.xml");
	s->feed.current = SLICE("https://zazhi.example/feeds/main.atom");
}

static inline void
sample_write(struct buf *out, const struct format *format, const struct feed *feed)
{
	struct err err;

	buf_init(out, 1 << 24);
	assert_int_equal(format->write(out, feed, &err), 0);
}

static inline bool
sample_has(struct buf *doc, const char *text)
{
	return strstr(buf_cstr(doc), text) != NULL;
}

/* With the first entry alone, the document is these bytes. */
static inline void
sample_expect_bytes(const struct format *format, const char *expected)
{
	struct sample s;
	struct buf doc;

	sample_open(&s);
	s.feed.items = 1;
	sample_write(&doc, format, &s.feed);
	assert_string_equal(buf_cstr(&doc), expected);
	buf_fini(&doc);
	sample_close(&s);
}

/* 0 when the document is proven, -1 when not; *text is the first finding. */
static inline int
sample_prove(const struct format *format, struct slice doc, const struct feed *feed,
    struct err *err)
{
	struct arena *arena = arena_new();
	struct lint lint;
	int rc;

	lint_init(&lint, arena, sample_time + 3600);
	rc = format->prove(doc, feed, &lint, err);
	assert_int_equal(rc == 0, lint.n == 0);
	if (rc)
		assert_int_equal(err->kind, ERR_PROOF);
	arena_free(arena);
	return rc;
}

static inline void
sample_expect_proven(const struct format *format, const struct feed *feed)
{
	struct buf doc, again;
	struct err err;

	sample_write(&doc, format, feed);
	sample_write(&again, format, feed);
	assert_true(slice_eq(buf_view(&doc), buf_view(&again)));
	if (sample_prove(format, buf_view(&doc), feed, &err))
		fail_msg("%s\n%s", err.text, buf_cstr(&doc));
	buf_fini(&again);
	buf_fini(&doc);
}

/* What is put in place of the first `from`, and what the proof then says. */
struct sample_fault {
	const char *from, *to, *finding;
};

static inline void
sample_put_fault(struct buf *bad, struct slice doc, const struct sample_fault *fault)
{
	size_t at = slice_find(doc, slice_str(fault->from));

	if (at == doc.n)
		fail_msg("not in the document: %s", fault->from);
	buf_reset(bad);
	buf_slice(bad, slice_part(doc, 0, at));
	buf_str(bad, fault->to);
	buf_slice(bad, slice_from(doc, at + strlen(fault->from)));
}

/* A document with any of these is refused. */
static inline void
sample_expect_refused(
    const struct format *format, const struct sample_fault *fault, size_t n)
{
	struct sample s;
	struct buf doc, bad;

	sample_open(&s);
	sample_write(&doc, format, &s.feed);
	buf_init(&bad, 1 << 24);
	for (; n > 0; n--, fault++) {
		struct err err = {0};

		sample_put_fault(&bad, buf_view(&doc), fault);
		if (!sample_prove(format, buf_view(&bad), &s.feed, &err))
			fail_msg(
			    "proven, with \"%s\" for \"%s\"", fault->to, fault->from);
		if (!strstr(err.text, fault->finding))
			fail_msg("\"%s\" for \"%s\" gives: %s", fault->to, fault->from,
			    err.text);
	}
	buf_fini(&bad);
	buf_fini(&doc);
	sample_close(&s);
}

/* Whatever byte changes behind `from`, it is found. */
static inline void
sample_expect_every_byte_counts(
    const struct format *format, const struct feed *feed, const char *from)
{
	struct buf doc;
	struct err err;
	size_t at;

	sample_write(&doc, format, feed);
	at = slice_find(buf_view(&doc), slice_str(from));
	assert_true(at < doc.n);
	for (size_t i = at + strlen(from); i + 1 < doc.n; i++) {
		char was = doc.p[i];

		doc.p[i] = was == 'x' ? 'y' : 'x';
		if (!sample_prove(format, buf_view(&doc), feed, &err))
			fail_msg("byte %zu (%c) does not count: ...%.40s", i, was,
			    doc.p + (i > 20 ? i - 20 : 0));
		doc.p[i] = was;
	}
	buf_fini(&doc);
}

/* No line can be left out, and none stand twice. */
static inline void
sample_expect_every_line_counts(const struct format *format, const struct feed *feed)
{
	struct buf doc, bad;
	struct slice rest, line;
	struct err err;

	sample_write(&doc, format, feed);
	buf_init(&bad, 1 << 24);
	rest = buf_view(&doc);
	while (slice_line(&rest, &line)) {
		size_t before = (size_t)(line.p - doc.p);

		for (int times = 0; times <= 2; times += 2) {
			buf_reset(&bad);
			buf_add(&bad, doc.p, before);
			for (int i = 0; i < times; i++) {
				buf_slice(&bad, line);
				buf_char(&bad, '\n');
			}
			buf_slice(&bad, rest);
			if (!sample_prove(format, buf_view(&bad), feed, &err))
				fail_msg(
				    "%d times is well: %.*s", times, SLICE_ARG(line));
		}
	}
	buf_fini(&bad);
	buf_fini(&doc);
}

/* Text of pieces that trip writers up, different each time, the same each run. */
static inline struct slice
sample_noise(struct arena *arena, uint32_t *seed)
{
	static const char *const piece[] = {"&", "<", ">", "\"", "'", "]]>", "<![CDATA[",
	    "&amp;", "&lt;", "&#38;", "\\", "\\n", "\\u0041", "\n", "\t", " ", "{{x}}",
	    "<!--", "-->", "<?x?>", "灯", "，", "“", "é", "\xF0\x9F\x8C\x8A", "a", "B9",
	    "\xE2\x80\xA8", "%41", "/"};
	struct buf text;
	struct slice copy;
	int n;

	buf_init(&text, 1 << 16);
	buf_char(&text, 'x');
	*seed = *seed * 1103515245u + 12345u;
	n = *seed >> 16 & 31;
	for (int i = 0; i < n; i++) {
		*seed = *seed * 1103515245u + 12345u;
		buf_str(&text, piece[(*seed >> 16) % (sizeof piece / sizeof *piece)]);
	}
	buf_char(&text, 'x');
	copy = arena_copy(arena, buf_view(&text));
	buf_fini(&text);
	return copy;
}

/* Whatever the texts are, what is written reads back as it was. */
static inline void
sample_expect_any_text(const struct format *format)
{
	uint32_t seed = 7;

	for (int round = 0; round < 500; round++) {
		struct sample s;

		sample_open(&s);
		s.feed.title = sample_noise(s.arena, &seed);
		s.feed.subtitle = sample_noise(s.arena, &seed);
		for (int i = 0; i < 3; i++) {
			struct entry *e = &s.entry[i];

			e->title = sample_noise(s.arena, &seed);
			e->summary = sample_noise(s.arena, &seed);
			e->content = sample_noise(s.arena, &seed);
			e->rights = sample_noise(s.arena, &seed);
			e->origin.name = sample_noise(s.arena, &seed);
			e->authors.v[0].name = sample_noise(s.arena, &seed);
			slices_add(&e->tags, s.arena, sample_noise(s.arena, &seed));
			slices_add(&e->categories, s.arena, sample_noise(s.arena, &seed));
		}
		sample_expect_proven(format, &s.feed);
		sample_close(&s);
	}
}

/* A feed may be empty, have the least only, be an archive, have tombstones. */
static inline void
sample_expect_shapes(const struct format *format)
{
	struct sample s;

	sample_open(&s);
	sample_expect_proven(format, &s.feed);
	sample_gone(&s);
	sample_expect_proven(format, &s.feed);
	sample_archive(&s);
	sample_expect_proven(format, &s.feed);
	s.feed.items = 0;
	sample_expect_proven(format, &s.feed);
	s.feed = (struct feed){.id = s.feed.id,
	    .self = s.feed.self,
	    .home = s.feed.home,
	    .title = s.feed.title,
	    .zone = s.zone,
	    .updated = sample_time,
	    .item = s.item,
	    .items = 3};
	sample_expect_proven(format, &s.feed);
	sample_close(&s);
}

static inline void
sample_expect_unproven(
    const struct format *format, const struct feed *feed, const char *finding)
{
	struct buf doc;
	struct err err;

	sample_write(&doc, format, feed);
	assert_int_equal(sample_prove(format, buf_view(&doc), feed, &err), -1);
	if (!strstr(err.text, finding))
		fail_msg("not %s: %s", finding, err.text);
	buf_fini(&doc);
}

/* What is wrong with the feed itself is found in every format. */
static inline void
sample_expect_feed_rules(const struct format *format)
{
	struct sample s;

	sample_open(&s);
	s.entry[1].updated++;
	sample_expect_proven(format, &s.feed);
	s.entry[1].updated = s.entry[0].updated;
	sample_expect_unproven(format, &s.feed, "distinct: updated");
	s.entry[1].updated--;
	s.entry[2].id = s.entry[0].id;
	sample_expect_unproven(format, &s.feed, "distinct: id");
	s.entry[2].id = SLICE("tag:zazhi.example,1994:/y");
	s.alternate[1].type = s.alternate[0].type;
	sample_expect_unproven(format, &s.feed, "two alternate links");
	s.feed.alternates = 0;
	s.feed.home = SLICE("https://zazhi.example/\xE7\x81\xAF");
	sample_expect_unproven(format, &s.feed, "uri: home");
	s.feed.home = SLICE("https://zazhi.example/");
	s.feed.updated = sample_time + 10 * 86400;
	sample_expect_unproven(format, &s.feed, "date-range: updated");
	s.feed.updated = sample_time;
	s.feed.archive = true;
	sample_expect_unproven(format, &s.feed, "names no current");
	s.feed.archive = false;
	s.entry[2].authors.n = 0;
	sample_expect_unproven(format, &s.feed, "no author");
	sample_close(&s);
}

/* XML alone has it: named in front of the root element, and nothing else there. */
static inline void
sample_expect_stylesheet(const struct format *format)
{
	static const char named[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
				    "<?xml-stylesheet type=\"text/css\" "
				    "href=\"../a.css?x=1&amp;y=2\"?>\n<";
	static const struct sample_fault faults[] = {
	    {"<?xml-stylesheet", "<?xml-stylesheeT", "is not named"},
	    {"text/css", "text/xsl", "is not named"},
	    {"a.css?", "b.css?", "is not named"},
	    {"y=2", "y=", "is not named"},
	    {"y=2", "y=22", "is not named"},
	    {"&amp;", "&", "is not named"},
	    {"&amp;", "&amp;amp;", "is not named"},
	    {"2\"?>", "2\"?><!-- -->", "beside the root"},
	    {"2\"?>", "2\"?><?x?>", "beside the root"},
	};
	struct sample s;
	struct buf doc, bad;
	struct err err;

	sample_open(&s);
	s.feed.stylesheet = SLICE("../a.css?x=1&y=2");
	sample_expect_proven(format, &s.feed);
	sample_expect_every_line_counts(format, &s.feed);
	sample_write(&doc, format, &s.feed);
	assert_true(slice_starts(buf_view(&doc), slice_str(named)));
	buf_init(&bad, 1 << 24);
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		sample_put_fault(&bad, buf_view(&doc), &faults[i]);
		assert_int_equal(sample_prove(format, buf_view(&bad), &s.feed, &err), -1);
		if (!strstr(err.text, faults[i].finding))
			fail_msg("%s: %s", faults[i].to, err.text);
	}
	s.feed.stylesheet = SLICE_NONE;
	assert_int_equal(sample_prove(format, buf_view(&doc), &s.feed, &err), -1);
	buf_fini(&bad);
	buf_fini(&doc);
	sample_close(&s);
}

static inline void
sample_expect_limit(const struct format *format)
{
	struct sample s;
	struct buf doc;
	struct err err;

	sample_open(&s);
	buf_init(&doc, 2000);
	assert_int_equal(format->write(&doc, &s.feed, &err), -1);
	assert_int_equal(err.kind, ERR_LIMIT);
	assert_true(doc.n <= 2000);
	buf_fini(&doc);
	sample_close(&s);
}

#endif

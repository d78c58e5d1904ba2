#include "app/status_page.h"

#include "app/status_page_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t now = 1709082436; /* 2024-02-28 09:07:16 +0800 */

#define EVIL "<script>alert('1')</script>\" onload=x &amp; \xff\x01\n\xe2\x80\xae"

struct fixture {
	struct snapshot *s;
	struct traffic traffic;
	struct serve_counts counts;
	struct buf out;
};

static void
set_up(struct fixture *f, const char *language)
{
	struct err err;

	*f = (struct fixture){.s = snapshot_new(now)};
	assert_int_equal(zone_open(&f->s->zone, SLICE("+08:00"), &err), 0);
	f->s->title = SLICE("海边的 <档案>");
	f->s->language = slice_str(language);
	f->s->daemon.since = now - 3600;
	buf_init(&f->out, 1 << 20);
}

static void
tear_down(struct fixture *f)
{
	buf_fini(&f->out);
	snapshot_free(f->s);
}

/* All that a snapshot may have, as bad as it may be. */
static void
fill(struct fixture *f, struct slice evil)
{
	struct snapshot *s = f->s;

	s->title = evil;
	s->daemon = (struct status_daemon){
	    .since = now - 86400,
	    .runs = 99999,
	    .failures = 3,
	    .last = now - 5,
	    .last_cause = evil,
	    .last_line = evil,
	    .next = now + 3600,
	    .next_cause = evil,
	    .folders = 1234,
	    .blind = evil,
	    .user = evil,
	    .sandbox.landlock = 1,
	    .sandbox.lacks = EVIL,
	};
	for (int i = 0; i < HISTORY_RUNS; i++)
		history_run_add(&s->history,
		    &(struct history_run){now - HISTORY_DAY + 1 + 84 * i, (int64_t)i * i,
			CAUSE_FILES, (enum history_result)(i % RESULTS), 0});
	for (int64_t at = now - HISTORY_DAY; at < now; at += TRAFFIC_SLOT)
		traffic_add(
		    &f->traffic, at, f->traffic.requests + (uint64_t)(at % 99991));
	s->states[ARTICLE_BAD] = 100000;
	s->states[ARTICLE_HELD] = 200;
	s->troubles = SNAPSHOT_TROUBLES;
	s->troubled = arena_array(s->arena, s->troubles, sizeof *s->troubled);
	for (size_t i = 0; i < s->troubles; i++)
		s->troubled[i] = (struct troubled){.path = evil,
		    .reason = evil,
		    .state = i % 2 ? ARTICLE_BAD : ARTICLE_HELD,
		    .due = now + 60};
	s->feeds = SNAPSHOT_FEEDS;
	s->feeds_all = 12345;
	s->feed = arena_array(s->arena, s->feeds, sizeof *s->feed);
	for (size_t i = 0; i < s->feeds; i++)
		s->feed[i] =
		    (struct feed_row){.path = evil, .entries = 50, .updated = now};
	s->peers = 300;
	s->peer = arena_array(s->arena, s->peers, sizeof *s->peer);
	for (size_t i = 0; i < s->peers; i++)
		s->peer[i] = (struct snapshot_peer){.name = evil,
		    .where = evil,
		    .counts = {.accepted = 1, .owed = 2, .failed = 3},
		    .failed = 4,
		    .median = 86,
		    .next = now * 1000};
}

static const char *
write_page(struct fixture *f, bool server)
{
	const struct status_page page = {
	    f->s, &f->traffic, server ? &f->counts : NULL, now};

	buf_reset(&f->out);
	status_page_write(&f->out, &page);
	assert_true(f->out.n < STATUS_PAGE_MAX);
	return buf_cstr(&f->out);
}

static void
assert_has(const char *text, const char *want)
{
	if (!strstr(text, want))
		fail_msg("not there: %s\nin: %s", want, text);
}

/* --- form --------------------------------------------------------------------------------- */

static bool
is_void(struct slice name)
{
	return slice_is(name, "meta") || slice_is(name, "link") || slice_is(name, "br") ||
	       slice_is(name, "!DOCTYPE");
}

/* Only these attributes, all quoted; so none with style or a script. */
static void
check_attributes(struct slice rest)
{
	static const char *const allowed[] = {"lang", "charset", "content", "name",
	    "class", "scope", "datetime", "viewBox", "role", "aria-label", "d", "x", "y",
	    "html", "rel", "href"};

	for (rest = slice_trim(rest); rest.n && rest.p[0] != '/';
	     rest = slice_trim(rest)) {
		struct slice name = slice_part(rest, 0, slice_index(rest, '='));
		bool known = false;

		for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
			known |= slice_is(name, allowed[i]);
		if (!known)
			fail_msg("attribute %.*s", SLICE_ARG(name));
		if (slice_is(name, "html"))
			return;
		rest = slice_from(rest, name.n + 1);
		assert_true(rest.n > 0 && rest.p[0] == '"');
		rest = slice_from(rest, 1);
		rest = slice_from(rest, slice_index(rest, '"') + 1);
	}
}

/* Every element is closed, in order; of those that a page of this kind has. */
static void
check_form(const char *text)
{
	static const char *const known[] = {"html", "head", "title", "link", "body",
	    "header", "main", "section", "h1", "h2", "h3", "p", "dl", "dt", "dd", "span",
	    "time", "bdi", "div", "table", "thead", "tbody", "tr", "th", "td", "svg",
	    "path", "text", "meta", "br", "!DOCTYPE"};
	struct slice open[32], rest = slice_str(text);
	size_t depth = 0;

	for (;;) {
		struct slice tag, name;
		bool is_known = false, ends;

		rest = slice_from(rest, slice_index(rest, '<'));
		if (rest.n == 0)
			break;
		tag = slice_part(rest, 1, slice_index(rest, '>'));
		rest = slice_from(rest, tag.n + 2);
		ends = tag.p[0] == '/';
		name = slice_from(tag, ends);
		name = slice_part(name, 0, slice_index(name, ' '));
		for (size_t i = 0; i < sizeof known / sizeof *known; i++)
			is_known |= slice_is(name, known[i]);
		if (!is_known)
			fail_msg("element %.*s", SLICE_ARG(tag));
		if (ends) {
			assert_true(depth > 0 && slice_eq(open[depth - 1], name));
			depth--;
			continue;
		}
		check_attributes(slice_from(tag, name.n));
		if (!is_void(name) && !slice_ends(tag, SLICE("/"))) {
			assert_true(depth < 32);
			open[depth++] = name;
		}
	}
	assert_int_equal(depth, 0);
}

static void
test_empty(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, "en");
	check_form(write_page(&f, false));
	check_form(write_page(&f, true));
	assert_has(write_page(&f, false), "There are none.");
	assert_has(write_page(&f, false), "Nobody is configured.");
	assert_has(write_page(&f, false), "<bdi>海边的 &lt;档案&gt;</bdi>");
	assert_has(write_page(&f, true), "0 Requests; most in ten minutes 0");
	tear_down(&f);
}

static void
test_hostile(void **state)
{
	struct fixture f;
	const char *page;

	(void)state;
	set_up(&f, "zh-Hant");
	fill(&f, SLICE(EVIL));
	page = write_page(&f, true);
	check_form(page);
	assert_has(page, "&lt;script&gt;alert('1')");
	assert_has(page, "onload=x &amp;amp; ???");
	assert_null(strstr(page, "\xff"));
	assert_has(page, "<p class=\"dim\">还有 100");
	tear_down(&f);
}

/* The longest texts, and those that grow most when they are escaped. */
static void
test_bounded(void **state)
{
	static const char *const unit[] = {"&", "<", "\xf0\x9f\x8c\x8a", "\xff", "海"};

	(void)state;
	for (size_t i = 0; i < sizeof unit / sizeof *unit; i++) {
		struct fixture f;
		struct buf text;

		set_up(&f, "en");
		buf_init(&text, 100000);
		for (int k = 0; k < 5000; k++)
			buf_str(&text, unit[i]);
		fill(&f, buf_view(&text));
		check_form(write_page(&f, true));
		assert_has(buf_cstr(&f.out), "…</bdi>");
		assert_has(buf_cstr(&f.out), "more</p>");
		buf_fini(&text);
		tear_down(&f);
	}
}

static void
test_facts(void **state)
{
	struct fixture f;
	const char *page;

	(void)state;
	set_up(&f, "en");
	fill(&f, SLICE("notes/a.md"));
	f.s->troubles = 1;
	f.s->states[ARTICLE_BAD] = 0;
	f.s->states[ARTICLE_HELD] = 1;
	f.s->peers = 1;
	f.s->feeds = f.s->feeds_all = 1;
	f.counts.not_modified = 77;
	page = write_page(&f, true);
	assert_has(page, "<tr><td class=\"one\">held</td><td><bdi>notes/a.md</bdi></td>");
	assert_has(page, "until <time datetime=\"2024-02-28T09:08:16+08:00\">2024-02-28 "
			 "09:08:16</time>");
	assert_has(page, "<td class=\"n\">86 ms</td>");
	assert_has(page, "77 not modified (304)");
	assert_has(page, "99999 runs");
	assert_has(page, "256 done");
	assert_has(page, "landlock");
	assert_null(strstr(page, "more</p>"));
	tear_down(&f);
}

static void
test_languages(void **state)
{
	struct fixture f;

	(void)state;
	for (int i = 0; i < TEXTS; i++)
		for (int k = 0; k < PAGE_LANGUAGES; k++)
			if (!status_page_texts[i][k] ||
			    strpbrk(status_page_texts[i][k], "<>&\""))
				fail_msg("text %d", i);
	set_up(&f, "zh");
	assert_has(write_page(&f, false), "<html lang=\"zh-Hans\">");
	assert_has(write_page(&f, false), "<h2>守护进程</h2>");
	f.s->language = SLICE("fr");
	assert_has(write_page(&f, false), "<html lang=\"en\">");
	tear_down(&f);
}

/* The form of the page lets through neither <style> nor style="", and the style names nothing
 * that would have to be fetched. */
static void
test_style(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, "en");
	assert_has(
	    write_page(&f, false), "<link rel=\"stylesheet\" href=\"status.css\">");
	assert_null(strstr(status_page_style, "url("));
	assert_null(strstr(status_page_style, "@import"));
	tear_down(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_hostile),
	    cmocka_unit_test(test_bounded),
	    cmocka_unit_test(test_facts),
	    cmocka_unit_test(test_languages),
	    cmocka_unit_test(test_style),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

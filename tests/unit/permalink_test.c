#include "input/permalink.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct permalink_case {
	const char *path, *pattern, *url;
	const char *slug, *own; /* front matter's */
	const char *categories; /* with ';' between */
	int64_t at;             /* 0: 2024-02-28 01:07:16 UTC */
	const char *zone;       /* none: +08:00 */
	const char *site;       /* none: https://a.example/ */
};

enum { WHEN = 1709082436 };

static void
check(const struct permalink_case *c)
{
	struct arena *arena = arena_new();
	struct slice rest = slice_str(c->categories), word, got;
	struct config_site site = {
	    .url = c->site ? slice_str(c->site) : SLICE("https://a.example/")};
	struct article a = {
	    .path = slice_str(c->path),
	    .slug = slice_str(c->slug),
	    .permalink = slice_str(c->own),
	    .published = {.sec = c->at ? c->at : WHEN, .known = true},
	};
	struct err err;

	assert_int_equal(
	    zone_open(&site.zone, slice_str(c->zone ? c->zone : "+08:00"), &err), 0);
	while (slice_token(&rest, ';', &word))
		slices_add(&a.categories, arena, word);
	got = permalink_make(arena, &site, slice_str(c->pattern), &a);
	if (!slice_is(got, c->url))
		fail_msg("%s with %s: %.*s, not %s", c->path, c->pattern, SLICE_ARG(got),
		    c->url);
	zone_free(site.zone);
	arena_free(arena);
}

#define CASE(where, how, ...)                                                            \
	{                                                                                \
		.path = (where), .pattern = (how), .url = __VA_ARGS__                    \
	}

#define ZH     "\xE4\xB8\xAD\xE6\x96\x87"
#define ZH_URL "%E4%B8%AD%E6%96%87"

static void
test_placeholders(void **state)
{
	static const struct permalink_case cases[] = {
	    CASE("2024-02-28-a.md", "/:year/:month/:day/:title.html",
		"https://a.example/2024/02/28/a.html"),
	    CASE("a.md", "/:year-:i_month-:i_day", "https://a.example/2024-2-28"),
	    CASE("a.md", "/:short_year/:hour:minute:second",
		"https://a.example/24/090716"),
	    CASE("x/y/a.md", "/:path/:basename:output_ext",
		"https://a.example/x/y/a.html"),
	    CASE("a.md", "/:path/:basename/", "https://a.example/a/"),
	    CASE("2024-02-28-a.md", "/:basename", "https://a.example/2024-02-28-a"),
	    CASE("a.md", "/:y_day/:week/:w_day/:w_year",
		"https://a.example/059/09/3/2024"),
	    CASE("a.md", "/:short_month/:long_month/:short_day/:long_day",
		"https://a.example/Feb/February/Wed/Wednesday"),
	    CASE("a.md", "/W:week/:short_day/:title.html",
		"https://a.example/W09/Wed/a.html"),
	    CASE("a.md", "/:nothing/:title", "https://a.example/:nothing/a"),
	    CASE("a.md", "/a::title:", "https://a.example/a:a:"),
	    CASE("a.md", "/:slug/:title", "https://a.example/b/b", .slug = "b"),
	    CASE("a.md", "/", "https://a.example/"),
	    /* Years of the calendar and of the weeks are not always one. */
	    CASE("a.md", "/:year/:w_year/:week/:y_day",
		"https://a.example/2027/2026/53/001", .at = 1798761600, .zone = "UTC"),
	    CASE("a.md", "/:year/:w_year/:week/:y_day",
		"https://a.example/2024/2025/01/366", .at = 1735603200, .zone = "UTC"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check(&cases[i]);
}

static void
test_categories(void **state)
{
	static const struct permalink_case cases[] = {
	    CASE("a.md", "/:categories/:title", "https://a.example/a"),
	    CASE("a.md", "/:categories/:title", "https://a.example/b/c/a",
		.categories = "b;c"),
	    CASE("a.md", "/:categories/:title", "https://a.example/science%20fiction/a",
		.categories = "Science Fiction"),
	    CASE("a.md", "/:categories/:title", "https://a.example/" ZH_URL "/a",
		.categories = ZH),
	    CASE("a.md", "/:categories/:title", "https://a.example/c%2Fc++/a",
		.categories = "C/C++"),
	    CASE("a.md", "/:categories:title", "https://a.example/xa", .categories = "x"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check(&cases[i]);
}

/* Whatever stands in names, an address comes of it, and one below the site. */
static void
test_names(void **state)
{
	static const struct permalink_case cases[] = {
	    CASE(ZH ".md", "/:title.html", "https://a.example/" ZH_URL ".html"),
	    CASE(ZH "/a b.md", "/:path/:title", "https://a.example/" ZH_URL "/a%20b"),
	    CASE("a%20b.md", "/:title", "https://a.example/a%2520b"),
	    CASE("what?#1.md", "/:title", "https://a.example/what%3F%231"),
	    CASE("a:b.md", "/:title", "https://a.example/a:b"),
	    CASE("line\nbreak.md", "/:title", "https://a.example/line%0Abreak"),
	    CASE("a.b.md", "/:title", "https://a.example/a.b"),
	    CASE("no-extension", "/:title", "https://a.example/no-extension"),
	    CASE("a.md", "/:title", "https://a.example/x/y", .slug = "x/y"),
	    CASE("a.md", "/b/:title", "https://a.example/x", .slug = "../x"),
	    CASE("a.md", "/:title", "https://a.example/x", .slug = "../../x"),
	    CASE("a.md", "/:title", "https://a.example/x", .slug = "//x"),
	    CASE("a.md", "/:title", "https://a.example/http:/x", .slug = "http://x"),
	    CASE("a.md", "/:year/:title", "https://a.example/blog/2024/a",
		.site = "https://a.example/blog/"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check(&cases[i]);
}

static void
test_own(void **state)
{
	static const char *const pattern = "/:year/:title.html";
	static const char *const cases[][2] = {
	    {"/about.html", "https://a.example/blog/about.html"},
	    {"about.html", "https://a.example/blog/about.html"},
	    {"/a b/" ZH "/", "https://a.example/blog/a%20b/" ZH_URL "/"},
	    {"/a%20b", "https://a.example/blog/a%20b"},
	    {"https://other.example/x?y=1", "https://other.example/x?y=1"},
	    {"HTTP://Other.example", "http://other.example/"},
	    {"//other.example/x", "https://a.example/blog/other.example/x"},
	    {"javascript:alert(1)", "https://a.example/blog/javascript:alert(1)"},
	    {"mailto:a@b", "https://a.example/blog/mailto:a@b"},
	    {"?p=1", "https://a.example/blog/?p=1"},
	    {"#x", "https://a.example/blog/#x"},
	    {"/:categories/:day/:title/", "https://a.example/blog/28/a/"},
	    {":title.htm", "https://a.example/blog/a.htm"},
	    {"/archive/12:30", "https://a.example/blog/archive/12:30"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct permalink_case c = CASE("a.md", pattern, cases[i][1],
		    .own = cases[i][0], .site = "https://a.example/blog/");

		check(&c);
	}
}

/* The day is the site's. */
static void
test_zones(void **state)
{
	static const struct permalink_case cases[] = {
	    CASE("a.md", "/:year/:month/:day/:hour", "https://a.example/2024/01/01/07",
		.at = 1704063600, .zone = "+08:00"),
	    CASE("a.md", "/:year/:month/:day/:hour", "https://a.example/2023/12/31/23",
		.at = 1704063600, .zone = "UTC"),
	    CASE("a.md", "/:year/:month/:day/:hour", "https://a.example/2023/12/31/12",
		.at = 1704063600, .zone = "-11:00"),
	    CASE("a.md", "/:year/:y_day/:week", "https://a.example/0001/001/01",
		.at = -99999999999, .zone = "UTC"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check(&cases[i]);
}

/* A long slug gives some address, and no crash. */
static void
test_long(void **state)
{
	static char slug[60001];
	struct arena *arena = arena_new();
	struct config_site site = {.url = SLICE("https://a.example/")};
	struct article a = {.path = SLICE("a.md"), .slug = {slug, 60000}};
	struct err err;
	struct slice url;

	(void)state;
	assert_int_equal(zone_open(&site.zone, SLICE("UTC"), &err), 0);
	for (size_t i = 0; i < 60000; i++)
		slug[i] = ZH[i % 3];
	url = permalink_make(arena, &site, SLICE("/:title.html"), &a);
	assert_true(slice_starts(url, site.url));
	zone_free(site.zone);
	arena_free(arena);
}

static void
test_slug(void **state)
{
	static const char *const cases[][2] = {
	    {"2024-02-28-title.md", "title"},
	    {"2024-2-8-title.md", "title"},
	    {"_posts/2024-02-28-title.md", "title"},
	    {"2024-02-28-.md", "2024-02-28-"},
	    {"2024-02-28.md", "2024-02-28"},
	    {"24-02-28-title.md", "24-02-28-title"},
	    {"20240-02-28-title.md", "20240-02-28-title"},
	    {"2024-123-28-title.md", "2024-123-28-title"},
	    {"2024-02-28title.md", "2024-02-28title"},
	    {"2024-02-title.md", "2024-02-title"},
	    {"a.tar.md", "a.tar"},
	    {"a", "a"},
	    {"x/", ""},
	    {"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct slice got = permalink_slug(slice_str(cases[i][0]));

		if (!slice_is(got, cases[i][1]))
			fail_msg("%s: %.*s", cases[i][0], SLICE_ARG(got));
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_placeholders),
	    cmocka_unit_test(test_categories),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_own),
	    cmocka_unit_test(test_zones),
	    cmocka_unit_test(test_long),
	    cmocka_unit_test(test_slug),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

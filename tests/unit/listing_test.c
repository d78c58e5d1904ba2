#include "sample.h"

#include "output/opml.h"
#include "output/page.h"
#include "output/sitemap.h"

static struct listing_feed
row(const char *title, const char *url, const char *group, const char *format, bool first)
{
	return (struct listing_feed){
	    .title = slice_str(title),
	    .url = slice_str(url),
	    .home = SLICE("https://zazhi.example/"),
	    .lang = SLICE("zh-Hans"),
	    .group = slice_str(group),
	    .format = format_find(slice_str(format)),
	    .first = first,
	    .main = group[0] == '\0',
	};
}

struct rows {
	struct listing_feed feed[6];
	struct listing listing;
};

static void
rows_init(struct rows *r)
{
	*r = (struct rows){
	    .feed =
		{
		    row("杂志", "https://zazhi.example/f/main.atom", "", "atom", true),
		    row("杂志", "https://zazhi.example/f/main.rss", "", "rss", false),
		    row("海 & \"岸\"", "https://zazhi.example/f/t/%E6%B5%B7.atom", "tag",
			"atom", true),
		    row("海 & \"岸\"", "https://zazhi.example/f/t/%E6%B5%B7.rss", "tag",
			"rss", false),
		    row("雾", "https://zazhi.example/f/t/wu.atom", "tag", "atom", true),
		    row("2024", "https://zazhi.example/f/2024.atom", "year", "atom",
			true),
		},
	    .listing = {.title = SLICE("杂志 <的> 订阅"), .feeds = 6},
	};
	r->listing.feed = r->feed;
}

static int
prove_opml(struct slice doc, const struct listing *listing, struct err *err)
{
	struct arena *arena = arena_new();
	struct lint lint;
	int rc;

	lint_init(&lint, arena, sample_time);
	rc = opml_prove(doc, listing, &lint, err);
	arena_free(arena);
	return rc;
}

static void
test_opml(void **state)
{
	static const char expected[] =
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<opml version=\"2.0\">\n"
	    "  <head>\n"
	    "    <title>杂志 &lt;的&gt; 订阅</title>\n"
	    "  </head>\n"
	    "  <body>\n"
	    "    <outline type=\"rss\" text=\"杂志\" title=\"杂志\""
	    " xmlUrl=\"https://zazhi.example/f/main.atom\""
	    " htmlUrl=\"https://zazhi.example/\" language=\"zh-Hans\"/>\n"
	    "    <outline text=\"tag\">\n"
	    "      <outline type=\"rss\" text=\"海 &amp; &quot;岸&quot;\""
	    " title=\"海 &amp; &quot;岸&quot;\""
	    " xmlUrl=\"https://zazhi.example/f/t/%E6%B5%B7.atom\""
	    " htmlUrl=\"https://zazhi.example/\" language=\"zh-Hans\"/>\n"
	    "      <outline type=\"rss\" text=\"雾\" title=\"雾\""
	    " xmlUrl=\"https://zazhi.example/f/t/wu.atom\""
	    " htmlUrl=\"https://zazhi.example/\" language=\"zh-Hans\"/>\n"
	    "    </outline>\n"
	    "    <outline text=\"year\">\n"
	    "      <outline type=\"rss\" text=\"2024\" title=\"2024\""
	    " xmlUrl=\"https://zazhi.example/f/2024.atom\""
	    " htmlUrl=\"https://zazhi.example/\" language=\"zh-Hans\"/>\n"
	    "    </outline>\n"
	    "  </body>\n"
	    "</opml>\n";
	struct rows r;
	struct buf doc;
	struct err err = {0};

	(void)state;
	rows_init(&r);
	buf_init(&doc, 1 << 20);
	assert_int_equal(opml_write(&doc, &r.listing, &err), 0);
	assert_string_equal(buf_cstr(&doc), expected);
	assert_int_equal(prove_opml(buf_view(&doc), &r.listing, &err), 0);
	for (size_t i = strlen("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	     i + 1 < doc.n; i++) {
		char was = doc.p[i];

		doc.p[i] = was == 'x' ? 'y' : 'x';
		if (!prove_opml(buf_view(&doc), &r.listing, &err))
			fail_msg("byte %zu (%c) does not count", i, was);
		doc.p[i] = was;
	}
	buf_fini(&doc);
}

/* One feed more or less, or in another group, is found. */
static void
test_opml_refused(void **state)
{
	struct rows r;
	struct buf doc;
	struct err err = {0};

	(void)state;
	rows_init(&r);
	buf_init(&doc, 1 << 20);
	assert_int_equal(opml_write(&doc, &r.listing, &err), 0);
	r.listing.feeds = 5;
	assert_int_equal(prove_opml(buf_view(&doc), &r.listing, &err), -1);
	r.listing.feeds = 6;
	r.feed[4].group = SLICE("year");
	assert_int_equal(prove_opml(buf_view(&doc), &r.listing, &err), -1);
	r.feed[4].group = SLICE_NONE;
	assert_int_equal(prove_opml(buf_view(&doc), &r.listing, &err), -1);
	r.feed[4].group = SLICE("tag");
	r.feed[1].first = true;
	assert_int_equal(prove_opml(buf_view(&doc), &r.listing, &err), -1);
	r.feed[1].first = false;
	r.feed[0].url = SLICE("https://zazhi.example/海");
	buf_reset(&doc);
	assert_int_equal(opml_write(&doc, &r.listing, &err), 0);
	assert_int_equal(prove_opml(buf_view(&doc), &r.listing, &err), -1);
	buf_fini(&doc);
}

static void
test_page(void **state)
{
	struct rows r;
	struct buf doc;
	struct err err = {0};

	(void)state;
	rows_init(&r);
	r.feed[0].title = SLICE("\"A\" & <B>");
	buf_init(&doc, 1 << 20);
	assert_int_equal(page_write(&doc, &r.listing, &err), 0);
	assert_string_equal(buf_cstr(&doc),
	    "<link rel=\"alternate\" type=\"application/atom+xml\""
	    " title=\"&quot;A&quot; &amp; &lt;B&gt; (Atom)\""
	    " href=\"https://zazhi.example/f/main.atom\">\n"
	    "<link rel=\"alternate\" type=\"application/rss+xml\""
	    " title=\"杂志 (RSS)\""
	    " href=\"https://zazhi.example/f/main.rss\">\n");
	buf_fini(&doc);
	buf_init(&doc, 10);
	assert_int_equal(page_write(&doc, &r.listing, &err), -1);
	assert_int_equal(err.kind, ERR_LIMIT);
	buf_fini(&doc);
}

static int
prove_sitemap(struct slice doc, const struct sitemap *sitemap, struct err *err)
{
	struct arena *arena = arena_new();
	struct lint lint;
	int rc;

	lint_init(&lint, arena, sample_time);
	rc = sitemap_prove(doc, sitemap, &lint, err);
	arena_free(arena);
	return rc;
}

static void
test_sitemap(void **state)
{
	static const char *const expected[] = {
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
	    "  <url>\n"
	    "    <loc>https://zazhi.example/a?b=1&amp;c=2</loc>\n"
	    "    <lastmod>2024-02-28T09:07:16+08:00</lastmod>\n"
	    "  </url>\n"
	    "  <url>\n"
	    "    <loc>https://zazhi.example/b</loc>\n"
	    "    <lastmod>2024-02-28T09:07:15+08:00</lastmod>\n"
	    "  </url>\n"
	    "</urlset>\n",
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
	    "  <sitemap>\n"
	    "    <loc>https://zazhi.example/a?b=1&amp;c=2</loc>\n"
	    "    <lastmod>2024-02-28T09:07:16+08:00</lastmod>\n"
	    "  </sitemap>\n"
	    "  <sitemap>\n"
	    "    <loc>https://zazhi.example/b</loc>\n"
	    "    <lastmod>2024-02-28T09:07:15+08:00</lastmod>\n"
	    "  </sitemap>\n"
	    "</sitemapindex>\n",
	};
	struct sitemap_url url[] = {
	    {SLICE("https://zazhi.example/a?b=1&c=2"), sample_time},
	    {SLICE("https://zazhi.example/b"), sample_time - 1},
	};
	struct sitemap s = {.url = url, .urls = 2};
	struct zone *zone;
	struct err err = {0};

	(void)state;
	assert_int_equal(zone_open(&zone, SLICE("+08:00"), &err), 0);
	s.zone = zone;
	for (int i = 0; i < 2; i++) {
		struct buf doc;

		s.index = i == 1;
		s.urls = 2;
		buf_init(&doc, 1 << 20);
		assert_int_equal(sitemap_write(&doc, &s, &err), 0);
		assert_string_equal(buf_cstr(&doc), expected[i]);
		assert_int_equal(prove_sitemap(buf_view(&doc), &s, &err), 0);
		s.urls = 1;
		assert_int_equal(prove_sitemap(buf_view(&doc), &s, &err), -1);
		s.urls = 2;
		s.index = !s.index;
		assert_int_equal(prove_sitemap(buf_view(&doc), &s, &err), -1);
		s.index = !s.index;
		url[1].updated--;
		assert_int_equal(prove_sitemap(buf_view(&doc), &s, &err), -1);
		url[1].updated++;
		buf_fini(&doc);
	}
	zone_free(zone);
}

static void
test_sitemap_of_most(void **state)
{
	struct sitemap_url *url = mem_alloc(SITEMAP_MAX * sizeof *url);
	struct sitemap s = {.url = url, .urls = SITEMAP_MAX};
	struct arena *arena = arena_new();
	struct zone *zone;
	struct buf doc;
	struct err err = {0};

	(void)state;
	assert_int_equal(zone_open(&zone, SLICE("UTC"), &err), 0);
	s.zone = zone;
	for (int i = 0; i < SITEMAP_MAX; i++)
		url[i] = (struct sitemap_url){
		    arena_printf(arena, "https://zazhi.example/%d.html", i),
		    sample_time - i};
	buf_init(&doc, 50 << 20);
	assert_int_equal(sitemap_write(&doc, &s, &err), 0);
	assert_int_equal(prove_sitemap(buf_view(&doc), &s, &err), 0);
	buf_fini(&doc);
	zone_free(zone);
	arena_free(arena);
	free(url);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_opml),
	    cmocka_unit_test(test_opml_refused),
	    cmocka_unit_test(test_page),
	    cmocka_unit_test(test_sitemap),
	    cmocka_unit_test(test_sitemap_of_most),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

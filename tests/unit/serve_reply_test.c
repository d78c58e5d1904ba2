#include "serve/reply.h"

#include "ledger_here.h"
#include "output/format.h"

/* A site with two feeds, an archive, a hub, and something taken down. */
static void
make_config(struct config *config, struct arena *arena)
{
	static struct config_feed feeds[] = {
	    {.name = {"main", 4}}, {.name = {"tags", 4}}};
	static struct config_hub hub[] = {
	    {.name = {"h", 1}, .url = {"https://hub.example/", 20}},
	    {.name = {"dead", 4}, .url = {"https://dead.example/", 21}}};

	*config = (struct config){
	    .arena = arena,
	    .output.dir = SLICE("/"),
	    .output.url = SLICE("https://a.example/feeds/"),
	    .feed = feeds,
	    .feeds = 2,
	    .hub = hub,
	    .hubs = 2,
	};
	hub[0].feeds = (struct slices){0};
	slices_add(&hub[0].feeds, arena, SLICE("main"));
	slices_add(&config->serve.redirects, arena, SLICE("news=main"));
	slices_add(&config->serve.redirects, arena, SLICE("tags/=tag/"));
	slices_add(&config->serve.redirects, arena, SLICE("gone.atom=other.html"));
	slices_add(
	    &config->serve.redirects, arena, SLICE("far=https://b.example/feed.atom"));
}

static struct catalog *
make_catalog(struct here *h)
{
	static const char *const files[][2] = {{"main.atom", "main"},
	    {"main.atom.br", "main"}, {"main.atom.gz", "main"}, {"main.rss", "main"},
	    {"main/archive-1.atom", "main"}, {"main/archive-2.atom", "main"},
	    {"tag/\xe4\xb8\xad.json", "tag/\xe4\xb8\xad"}, {"index.html", "index.html"},
	    {"sitemap.xml", "sitemap.xml"}, {"old.atom", "old"}, {"old.atom.br", "old"},
	    {"gone.atom", "gone"}};
	const struct feed_row feeds[] = {
	    {.path = SLICE("main"), .name = SLICE("main"), .cadence = 4000},
	    {.path = SLICE("tag/\xe4\xb8\xad"), .name = SLICE("tags")},
	};
	struct slices dead = {0};
	struct catalog *c;
	struct config config;

	make_config(&config, h->arena);
	slices_add(&dead, h->arena, SLICE("dead"));
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		const struct file_row row = {.path = slice_str(files[i][0]),
		    .feed = slice_str(files[i][1]),
		    .bytes = i < 9 ? 100 : FILE_CONDEMNED};

		OK(ledger_file_put(h->ledger, &row, &h->err));
	}
	OK(ledger_file_drop(h->ledger, SLICE("gone.atom"), &h->err));
	OK(ledger_file_drop(h->ledger, SLICE("long-gone.rss"), &h->err));
	OK(ledger_file_drop(h->ledger, SLICE("main.atom.zst"), &h->err));
	OK(ledger_file_drop(h->ledger, SLICE("main.rss"), &h->err));
	OK(ledger_file_put(h->ledger,
	    &(struct file_row){
		.path = SLICE("main.rss"), .feed = SLICE("main"), .bytes = 5},
	    &h->err));
	for (size_t i = 0; i < 2; i++)
		OK(ledger_feed_put(h->ledger, &feeds[i], &h->err));
	OK(catalog_build(&c, &config, h->ledger, &dead, &h->err));
	return c;
}

static void
test_find(void **state)
{
	static const struct {
		const char *target;
		int status;
		const char *what; /* path or location */
	} cases[] = {
	    {"/feeds/main.atom", 200, "main.atom"},
	    {"/feeds/main.rss?x", 200, "main.rss"},
	    {"/feeds/", 200, "index.html"},
	    {"/feeds/tag/%E4%B8%AD.json", 200, "tag/\xe4\xb8\xad.json"},
	    {"/feeds/main/archive-1.atom", 200, "main/archive-1.atom"},
	    {"/feeds/old.atom", 410, "old.atom"},
	    {"/feeds/long-gone.rss", 410, "long-gone.rss"},
	    {"/feeds/gone.atom", 301, "/feeds/other.html"},
	    {"/feeds/news.atom", 301, "/feeds/main.atom"},
	    {"/feeds/news.rss", 301, "/feeds/main.rss"},
	    {"/feeds/news", 301, "/feeds/main"},
	    {"/feeds/tags/%E4%B8%AD.json", 301, "/feeds/tag/%E4%B8%AD.json"},
	    {"/feeds/far.atom", 301, "https://b.example/feed.atom.atom"},
	    {"/feeds/far", 301, "https://b.example/feed.atom"},
	    {"/feeds/news.html", 404, NULL},
	    {"/feeds/newsletter", 404, NULL},
	    {"/feeds/tag/", 404, NULL},
	    {"/feeds/tag", 404, NULL},
	    {"/feeds", 404, NULL},
	    {"/", 404, NULL},
	    {"/main.atom", 404, NULL},
	    {"/feeds/MAIN.atom", 404, NULL},
	    /* copies go by the name of what they are copies of */
	    {"/feeds/main.atom.br", 404, NULL},
	    {"/feeds/main.atom.zst", 404, NULL},
	    {"/feeds/old.atom.br", 404, NULL},
	    {"/feeds/../feeds/main.atom", 404, NULL},
	    {"/feeds/.xysfeed-main.atom", 404, NULL},
	};
	struct here *h = *state;
	struct catalog *c = make_catalog(h);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request r = {.target = slice_str(cases[i].target)};
		struct reply_target t = reply_find(c, &r, h->arena);
		struct slice what = t.status == 301 ? t.location
				    : t.item        ? t.item->path
						    : SLICE_NONE;

		if (t.status != cases[i].status ||
		    !slice_eq(what, slice_str(cases[i].what)))
			fail_msg(
			    "%s: %d, %.*s", cases[i].target, t.status, SLICE_ARG(what));
	}
	catalog_free(c);
}

static const struct item *
item(struct here *h, const struct catalog *c, const char *path)
{
	const struct item *found = map_get(&c->by_path, slice_str(path));
	struct item *described = ARENA_NEW(h->arena, struct item);

	assert_non_null(found);
	*described = catalog_describe(c, found, h->arena);
	return described;
}

static void
test_items(void **state)
{
	struct here *h = *state;
	struct catalog *c = make_catalog(h);
	const struct item *live = item(h, c, "main.atom"), *first, *last;

	assert_int_equal(live->kind, ITEM_LIVE);
	assert_int_equal(live->codings, 1 << CODING_BR | 1 << CODING_GZIP);
	assert_string_equal(
	    live->cache_control, "public, max-age=1000, s-maxage=60, must-revalidate");
	assert_string_equal(live->link,
	    "<https://hub.example/>; rel=\"hub\", "
	    "<https://a.example/feeds/main.atom>; rel=\"self\", "
	    "<https://a.example/feeds/main.rss>; rel=\"alternate\"; "
	    "type=\"application/rss+xml\"");
	live = item(h, c, "tag/\xe4\xb8\xad.json");
	assert_string_equal(live->cache_control, "public, max-age=900, must-revalidate");
	assert_string_equal(
	    live->link, "<https://a.example/feeds/tag/%E4%B8%AD.json>; rel=\"self\"");
	first = item(h, c, "main/archive-1.atom");
	last = item(h, c, "main/archive-2.atom");
	assert_int_equal(first->kind, ITEM_ARCHIVE);
	assert_string_equal(
	    first->cache_control, "public, max-age=31536000, s-maxage=3600, immutable");
	assert_null(first->link);
	assert_int_equal(last->kind, ITEM_OTHER);
	assert_string_equal(last->cache_control, "public, max-age=3600");
	assert_string_equal(
	    item(h, c, "index.html")->cache_control, "public, max-age=300");
	catalog_free(c);
}

static const char *
value(const struct headers *h, const char *name)
{
	const char *found = NULL;

	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->v[i].name, name) == 0) {
			assert_null(found); /* none twice */
			found = h->v[i].value;
		}
	return found;
}

/* A client that has what there is, has something else, wants a part. */
static void
test_judge(void **state)
{
	static const struct {
		const char *none_match, *since, *range;
		bool head;
		int status;
		int64_t first, n;
	} cases[] = {
	    {NULL, NULL, NULL, false, 200, 0, 1000},
	    {"\"64-3e8-br\"", NULL, NULL, false, 304, 0, 0},
	    {"\"64-3e8-br\"", NULL, NULL, true, 304, 0, 0},
	    {"\"64-3e8\"", NULL, NULL, false, 200, 0, 1000},
	    {"\"64-3e8-br\"", NULL, "bytes=0-9", false, 304, 0, 0},
	    /* the tag counts, not the date */
	    {"\"63-3e8-br\"", "Thu, 01 Jan 1970 00:01:40 GMT", NULL, false, 200, 0, 1000},
	    {NULL, "Thu, 01 Jan 1970 00:01:40 GMT", NULL, false, 304, 0, 0},
	    {NULL, "Thu, 01 Jan 1970 00:01:39 GMT", NULL, false, 200, 0, 1000},
	    {NULL, NULL, "bytes=1-2", false, 206, 1, 2},
	    {NULL, NULL, "bytes=1-2", true, 200, 0, 1000},
	    {NULL, NULL, "bytes=1000-", false, 416, 0, 0},
	    {NULL, NULL, "bytes=0-1,3-4", false, 200, 0, 1000},
	};
	const struct representation v =
	    representation_of(&(struct form){.coding = CODING_BR}, 100, 1000);
	struct here *h = *state;
	struct catalog *c = make_catalog(h);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request r = {.head = cases[i].head};
		struct verdict got;

		r.field[FIELD_IF_NONE_MATCH] = slice_str(cases[i].none_match);
		r.field[FIELD_IF_MODIFIED_SINCE] = slice_str(cases[i].since);
		r.field[FIELD_RANGE] = slice_str(cases[i].range);
		got = reply_judge(&r, &v, c->utc);
		if (got.status != cases[i].status || got.first != cases[i].first ||
		    got.n != cases[i].n)
			fail_msg("%zu: %d, %lld, %lld", i, got.status,
			    (long long)got.first, (long long)got.n);
	}
	catalog_free(c);
}

/* A browser that opens a feed shows it by its style sheet, if that is XML to it. */
static void
test_browser(void **state)
{
	static const struct {
		const char *path, *wanted, *type;
	} cases[] = {
	    {"main.atom", "document", "application/xml; charset=utf-8"},
	    {"main.atom", "empty", "application/atom+xml; charset=utf-8"},
	    {"main.atom", NULL, "application/atom+xml; charset=utf-8"},
	    {"sitemap.xml", "document", "application/xml; charset=utf-8"},
	};
	struct here *h = *state;
	struct catalog *c = make_catalog(h);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request r = {
		    .field[FIELD_SEC_FETCH_DEST] = slice_str(cases[i].wanted)};
		const struct item *document = item(h, c, cases[i].path);
		struct form form = reply_form(&r, document);
		struct representation v = representation_of(&form, 100, 1000);
		struct headers got;

		reply_headers(
		    &got, document, &v, &(struct verdict){200, 0, 1000}, h->arena);
		assert_string_equal(value(&got, "Content-Type"), cases[i].type);
		assert_string_equal(strstr(v.etag, "-styled") ? "styled" : "",
		    form.styled ? "styled" : "");
	}
	catalog_free(c);
}

static void
test_headers(void **state)
{
	const struct representation v =
	    representation_of(&(struct form){.coding = CODING_BR}, 100, 1000);
	struct representation plain;
	struct here *h = *state;
	struct catalog *c = make_catalog(h);
	const struct item *live = item(h, c, "main.atom");
	struct headers got;

	reply_headers(&got, live, &v, &(struct verdict){200, 0, 1000}, h->arena);
	assert_string_equal(value(&got, "ETag"), "\"64-3e8-br\"");
	assert_string_equal(
	    value(&got, "Last-Modified"), "Thu, 01 Jan 1970 00:01:40 GMT");
	assert_string_equal(
	    value(&got, "Content-Type"), "application/atom+xml; charset=utf-8");
	assert_string_equal(value(&got, "Content-Encoding"), "br");
	assert_string_equal(value(&got, "Vary"), "Accept-Encoding, Sec-Fetch-Dest");
	assert_string_equal(value(&got, "Accept-Ranges"), "bytes");
	assert_string_equal(value(&got, "X-Content-Type-Options"), "nosniff");
	assert_string_equal(value(&got, "Link"), live->link);
	assert_string_equal(value(&got, "Cache-Control"), live->cache_control);
	assert_null(value(&got, "Content-Security-Policy"));

	reply_headers(&got, live, &v, &(struct verdict){.status = 304}, h->arena);
	assert_string_equal(value(&got, "ETag"), "\"64-3e8-br\"");
	assert_string_equal(value(&got, "Vary"), "Accept-Encoding, Sec-Fetch-Dest");
	assert_string_equal(value(&got, "Cache-Control"), live->cache_control);
	assert_null(value(&got, "Content-Type"));
	assert_null(value(&got, "Content-Encoding"));

	reply_headers(&got, live, &v, &(struct verdict){206, 10, 5}, h->arena);
	assert_string_equal(value(&got, "Content-Range"), "bytes 10-14/1000");
	reply_headers(&got, live, &v, &(struct verdict){.status = 416}, h->arena);
	assert_string_equal(value(&got, "Content-Range"), "bytes */1000");
	assert_string_equal(value(&got, "Content-Type"), "text/plain; charset=utf-8");
	assert_null(value(&got, "ETag"));

	reply_headers(&got, live, &v, &(struct verdict){226, 0, 5}, h->arena);
	assert_string_equal(value(&got, "IM"), "feed");
	assert_string_equal(value(&got, "ETag"), "\"64-3e8-br\"");
	assert_string_equal(value(&got, "Cache-Control"), "no-store, im");
	assert_string_equal(value(&got, "Vary"), "Accept-Encoding, A-IM, If-None-Match");
	assert_string_equal(value(&got, "Content-Encoding"), "br");
	assert_null(value(&got, "Accept-Ranges"));
	plain = v;
	plain.form.coding = CODING_IDENTITY;
	reply_headers(&got, live, &plain, &(struct verdict){226, 0, 5}, h->arena);
	assert_string_equal(value(&got, "ETag"), "\"64-3e8-br\"");
	assert_null(value(&got, "Content-Encoding"));

	reply_headers(
	    &got, item(h, c, "index.html"), &v, &(struct verdict){200, 0, 9}, h->arena);
	assert_non_null(
	    strstr(value(&got, "Content-Security-Policy"), "default-src 'none'"));
	assert_null(value(&got, "Vary"));
	assert_null(value(&got, "Link"));
	catalog_free(c);
}

static void
test_errors(void **state)
{
	struct headers got;

	(void)state;
	reply_error_headers(&got, 405);
	assert_string_equal(value(&got, "Allow"), "GET, HEAD");
	assert_string_equal(value(&got, "Cache-Control"), "no-store");
	reply_error_headers(&got, 404);
	assert_null(value(&got, "Allow"));
	assert_string_equal(reply_text(404), "There is nothing here.\n");
}

static void
test_fresh(void **state)
{
	(void)state;
	assert_int_equal(catalog_fresh(0), 900);
	assert_int_equal(catalog_fresh(1), 60);
	assert_int_equal(catalog_fresh(3600), 900);
	assert_int_equal(catalog_fresh(INT64_MAX), 3600);
}

/* What the writers of feeds call themselves is what they are sent as. */
static void
test_media(void **state)
{
	struct here *h = *state;

	for (size_t i = 0; i < formats_n; i++) {
		const struct media_type *m =
		    media_of(arena_printf(h->arena, "tag/x.%s", formats[i].extension));

		assert_true(m->is & MEDIA_FEED);
		assert_true(
		    slice_starts(slice_str(m->type), slice_str(formats[i].media_type)));
	}
	assert_string_equal(
	    media_of(SLICE("KEY.txt"))->type, "text/plain; charset=utf-8");
	assert_string_equal(media_of(SLICE("x"))->type, "application/octet-stream");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_find, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_items, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_judge, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_browser, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_headers, set_up, tear_down),
	    cmocka_unit_test(test_errors),
	    cmocka_unit_test(test_fresh),
	    cmocka_unit_test_setup_teardown(test_media, set_up, tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

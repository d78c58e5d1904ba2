#include "app/server_config.h"

#include "place.h"

static const char *const servers[] = {"nginx", "apache", "caddy"};

enum { SERVERS = sizeof servers / sizeof *servers };

struct fixture {
	struct place place;
	struct config *config;
	struct buf out;
	struct err err;
};

static void
open_config(struct fixture *f, const char *more)
{
	place_open(&f->place);
	buf_init(&f->out, 1 << 20);
	place_write(&f->place, "xysfeed.conf",
	    arena_printf(f->place.arena,
		"[site]\nurl = https://a.example/\n[articles]\ndir = articles\n%s", more)
		.p);
	f->config = NULL;
	if (config_open(&f->config, place_path(&f->place, "xysfeed.conf"),
		&(struct slices){0}, &f->err) != 0)
		fail_msg("%s", f->err.text);
}

static void
close_config(struct fixture *f)
{
	config_free(f->config);
	buf_fini(&f->out);
	place_close(&f->place);
}

static void
write_for(struct fixture *f, const char *server)
{
	buf_reset(&f->out);
	if (server_config_write(&f->out, f->config, server, &f->err) != 0)
		fail_msg("%s", f->err.text);
	assert_false(f->out.full);
}

static bool
has(const struct fixture *f, const char *what)
{
	return slice_find(buf_view(&f->out), slice_str(what)) < f->out.n;
}

static void
assert_has(const struct fixture *f, const char *server, const char *what, bool wanted)
{
	if (has(f, what) != wanted)
		fail_msg("%s: %s%s", server, wanted ? "there is no " : "there is ", what);
}

static size_t
count(const struct fixture *f, const char *what)
{
	struct slice rest = buf_view(&f->out), needle = slice_str(what);
	size_t n = 0, at;

	while ((at = slice_find(rest, needle)) < rest.n) {
		rest = slice_from(rest, at + needle.n);
		n++;
	}
	return n;
}

static void
test_names(void **state)
{
	struct fixture f;

	(void)state;
	open_config(&f,
	    "[output]\ndir = public\nurl = https://a.example/f%20g/\nformats = atom\n"
	    "[feed:main]\npath = ma.in\nformats = atom json\n"
	    "[feed:海]\npath = 海/:term/x\nfor_each = tag\n");
	for (size_t i = 0; i < SERVERS; i++) {
		write_for(&f, servers[i]);
		/* By name, and by address. */
		assert_has(&f, servers[i],
		    "ma\\x2Ein\\.(?:atom|json)|海/[^/.][^/]*/x\\.(?:atom)", true);
		assert_has(&f, servers[i],
		    "/f%20g/(?:ma\\x2Ein\\.(?:atom|json)|%E6%B5%B7/(?:[", true);
		assert_has(&f, servers[i], "^/f\\x20g/", true);
		assert_has(&f, servers[i], "<https://a.example", true);
		assert_int_equal(
		    count(&f, "rel=\"self\"") + count(&f, "rel=\\\"self\\\""), 1);
	}
	close_config(&f);
}

/* A copy is spoken of when it is made, and when the server can have it. */
static void
test_copies(void **state)
{
	static const struct {
		const char *server, *what, *with;
	} cases[] = {
	    {"nginx", "gzip_static on", "gz"},
	    {"nginx", "brotli_static on", "br"},
	    {"nginx", "libnginx-mod-http-brotli-static", "br"},
	    {"nginx", "no module for the .zst", "zst"},
	    {"apache", "E=XYSFEED_ENCODING:gzip", "gz"},
	    {"apache", "E=XYSFEED_ENCODING:br", "br"},
	    {"apache", "E=XYSFEED_ENCODING:zstd", "zst"},
	    {"caddy", "precompressed gzip\n", "gz"},
	    {"caddy", "precompressed br\n", "br"},
	    {"caddy", "precompressed zstd\n", "zst"},
	};
	static const char *const sets[] = {"gz", "br", "zst"};
	struct fixture f;

	(void)state;
	open_config(&f, "[output]\ndir = public\n");
	for (size_t i = 0; i < SERVERS; i++) {
		write_for(&f, servers[i]);
		assert_has(&f, servers[i], "Accept-Encoding", false);
		assert_has(&f, servers[i], "gzip", false);
	}
	close_config(&f);
	for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
		char text[64];

		snprintf(text, sizeof text, "[output]\ndir = public\nprecompress = %s\n",
		    sets[s]);
		open_config(&f, text);
		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
			write_for(&f, cases[i].server);
			assert_has(&f, cases[i].server, cases[i].what,
			    strcmp(cases[i].with, sets[s]) == 0);
		}
		close_config(&f);
	}
}

/* What names a style sheet is told to browsers as what they show, copies or none. */
static void
test_shown(void **state)
{
	static const char *const sets[] = {"", "precompress = gz\n"};
	struct fixture f;
	char text[64];

	(void)state;
	for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
		snprintf(text, sizeof text, "[output]\ndir = public\n%s", sets[s]);
		open_config(&f, text);
		for (size_t i = 0; i < SERVERS; i++) {
			write_for(&f, servers[i]);
			assert_has(&f, servers[i], "\\.(?:atom|rss)$", true);
			assert_has(&f, servers[i], "Sec-Fetch-Dest", true);
			assert_has(&f, servers[i], "document", true);
		}
		close_config(&f);
	}
}

static void
test_hubs(void **state)
{
	struct fixture f;

	(void)state;
	open_config(&f,
	    "[output]\ndir = public\n[hub:a]\nurl = https://a.hub.example/x%20y\n"
	    "[hub:b]\nurl = https://b.hub.example/\n");
	write_for(&f, "nginx");
	assert_true(has(&f, "\"<https://a.hub.example/x%20y>; rel=\\\"hub\\\", "
			    "<https://b.hub.example/>; rel=\\\"hub\\\", "
			    "<https://a.example$xysfeed_self>; rel=\\\"self\\\"\""));
	write_for(&f, "apache");
	assert_true(has(&f, "<https://a.hub.example/x%%20y>; rel=\\\"hub\\\", "));
	write_for(&f, "caddy");
	assert_true(has(&f, "`<https://a.hub.example/x%20y>; rel=\"hub\", "));
	close_config(&f);
}

/* A folder of its own is closed; at the root of the host others live too. */
static void
test_place(void **state)
{
	struct fixture f;

	(void)state;
	open_config(&f, "[output]\ndir = public\nurl = https://a.example/f/\n");
	write_for(&f, "nginx");
	assert_true(has(&f, "location \"/f/\" {\n    return 404;"));
	close_config(&f);
	open_config(&f, "[output]\ndir = public\n");
	for (size_t i = 0; i < SERVERS; i++) {
		write_for(&f, servers[i]);
		assert_has(&f, servers[i], "\\.xysfeed-", true);
		assert_has(&f, servers[i], "strip_prefix", false);
	}
	assert_true(has(&f, "^/(?:main\\."));
	write_for(&f, "nginx");
	assert_false(has(&f, "location \"/\""));
	close_config(&f);
}

/* nginx takes no word of more than 4096 bytes. */
static void
test_many_feeds(void **state)
{
	enum { FEEDS = 200 };
	struct arena *arena = arena_new();
	struct slice text = SLICE("[output]\ndir = public\n"), rest, word;
	struct fixture f;
	char name[64];

	(void)state;
	for (int i = 0; i < FEEDS; i++)
		text = arena_printf(arena,
		    "%.*s[feed:f%d]\nfor_each = tag\npath = f%d/:term\n", SLICE_ARG(text),
		    i, i);
	open_config(&f, text.p);
	arena_free(arena);
	write_for(&f, "nginx");
	rest = buf_view(&f.out);
	while (slice_token(&rest, ' ', &word))
		assert_in_range(word.n, 0, 4095);
	for (int i = 0; i < FEEDS; i++) {
		snprintf(name, sizeof name, "f%d/[^/.]", i);
		assert_int_equal(count(&f, name), 1);
	}
	close_config(&f);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
	    {"[output]\ndir = pub$lic\n", "[output] dir"},
	    {"[output]\ndir = a\"b\n", "[output] dir"},
	    {"[output]\ndir = a{b\n", "[output] dir"},
	    {"[output]\ndir = p\nurl = https://a.example/%22;/\n", "[output] url"},
	    {"[output]\ndir = p\n[hub:h]\nurl = https://h.example/$x\n", "[hub] url"},
	};
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		open_config(&f, cases[i].text);
		for (size_t s = 0; s < SERVERS; s++) {
			assert_int_equal(
			    server_config_write(&f.out, f.config, servers[s], &f.err),
			    -1);
			assert_int_equal(f.err.kind, ERR_CONFIG);
			assert_non_null(strstr(f.err.text, cases[i].said));
			assert_int_equal(f.out.n, 0);
		}
		close_config(&f);
	}
	open_config(&f, "[output]\ndir = public\n");
	assert_int_equal(server_config_write(&f.out, f.config, "iis", &f.err), -1);
	assert_int_equal(f.err.kind, ERR_CONFIG);
	assert_non_null(strstr(f.err.text, "iis"));
	close_config(&f);
}

/* Each feed names exactly the hubs that are told of it. */
static void
test_hubs_of_some_feeds(void **state)
{
	struct fixture f;

	(void)state;
	open_config(&f,
	    "[output]\ndir = public\n[feed:main]\n[feed:tags]\nfor_each = tag\n"
	    "[hub:all]\nurl = https://all.example/\n"
	    "[hub:few]\nurl = https://few.example/\nfeeds = main\n");
	for (size_t i = 0; i < SERVERS; i++) {
		write_for(&f, servers[i]);
		assert_int_equal(count(&f, "<https://all.example/>"), 2);
		assert_int_equal(count(&f, "<https://few.example/>"), 1);
	}
	close_config(&f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_copies),
	    cmocka_unit_test(test_shown),
	    cmocka_unit_test(test_hubs),
	    cmocka_unit_test(test_place),
	    cmocka_unit_test(test_many_feeds),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_hubs_of_some_feeds),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

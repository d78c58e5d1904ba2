#include "app/pages.h"

#include "peers.h"

#include <pthread.h>
#include <stdatomic.h>

/* A ledger on disk with a bit of everything. */
static void
open_site(struct peers *p)
{
	struct ledger *ledger;
	struct feed_row feed = {.name = SLICE("tags"), .title = SLICE("x")};
	struct file_row file = {.path = SLICE("main.atom"),
	    .feed = SLICE("main"),
	    .version = {.since = 1, .owed = true}};
	struct peer peer = {
	    .name = SLICE("hub:a"), .failed = 2, .time = {70}, .times = 1};

	peers_open(p, "[hub:a]\nurl = https://hub.example/\n");
	OK(ledger_open(&ledger, arena_cstr(p->place.arena, p->config->output.state),
	    DB_WRITE, &p->err));
	OK(ledger_set(ledger, "last_run", SLICE("1700000000 7 6 5 4 3 2"), &p->err));
	for (int i = 0; i < 300; i++) {
		const struct reading bad = {
		    .path = arena_printf(p->place.arena, "%03d.md", i),
		    .state = i % 3 ? ARTICLE_BAD : ARTICLE_OUT,
		    .reason = SLICE("no title")};

		OK(ledger_index_put(ledger, &bad, 0, &p->err));
	}
	for (int i = 0; i < 60; i++) {
		feed.path = arena_printf(p->place.arena, "tag/%02d", i);
		feed.updated = i % 7;
		OK(ledger_feed_put(ledger, &feed, &p->err));
	}
	feed.path = feed.name = SLICE("main");
	OK(ledger_feed_put(ledger, &feed, &p->err));
	file.bytes = 1000;
	OK(ledger_file_put(ledger, &file, &p->err));
	file.path = SLICE("main.rss");
	file.version = (struct version){0};
	OK(ledger_file_put(ledger, &file, &p->err));
	OK(told_peer_note(ledger, &peer, &p->err));
	OK(told_peer_put(ledger, &peer, &p->err));
	peer.name = SLICE("hub:forgotten");
	OK(told_peer_note(ledger, &peer, &p->err));
	OK(ledger_commit(ledger, &p->err));
	ledger_close(ledger);
}

static struct snapshot *
read_site(struct peers *p)
{
	struct snapshot *s = snapshot_new(1700000100);

	OK(snapshot_read(s, p->config, &p->err));
	return s;
}

static void
test_snapshot(void **state)
{
	struct peers all, *p = &all;
	struct snapshot *s;

	(void)state;
	open_site(p);
	s = read_site(p);
	/* It has everything of its own. */
	peers_close(p);
	assert_true(slice_is(s->title, "T"));
	assert_int_equal(s->run.at, 1700000000);
	assert_int_equal(s->run.failed, 2);
	assert_int_equal(s->states[ARTICLE_BAD], 200);
	assert_int_equal(s->states[ARTICLE_OUT], 100);
	assert_int_equal(s->troubles, SNAPSHOT_TROUBLES);
	assert_true(slice_is(s->troubled[0].path, "001.md"));
	assert_true(slice_is(s->troubled[0].reason, "no title"));
	assert_int_equal(s->feeds, SNAPSHOT_FEEDS);
	assert_int_equal(s->feeds_all, 61);
	assert_true(slice_is(s->feed[0].path, "tag/06"));
	assert_true(slice_is(s->feed[1].path, "tag/13"));
	assert_int_equal(s->files, 2);
	assert_int_equal(s->file_bytes, 2000);
	assert_true(s->ledger_bytes > 10000);
	assert_int_equal(s->peers, 1);
	assert_true(slice_is(s->peer[0].name, "hub:a"));
	assert_int_equal(s->peer[0].counts.owed, 1);
	assert_int_equal(s->peer[0].failed, 2);
	assert_int_equal(s->peer[0].median, 70);
	snapshot_free(s);
	snapshot_free(NULL);
}

static void
test_no_ledger(void **state)
{
	struct peers all, *p = &all;
	struct snapshot *s = snapshot_new(1);

	(void)state;
	peers_open(p, "");
	place_write(&p->place, "xysfeed.db", "this is no ledger, but some other file");
	assert_int_equal(snapshot_read(s, p->config, &p->err), -1);
	assert_true(p->err.text[0] != '\0');
	snapshot_free(s);
	peers_close(p);
}

static void
count(void *ctx, struct serve_counts *counts)
{
	atomic_uint *asked = ctx;
	struct arena *arena = arena_new();
	struct serve_count *v = arena_array(arena, 2, sizeof *v);

	v[0] = (struct serve_count){SLICE("main"), 2, atomic_fetch_add(asked, 10), 5};
	v[1] = (struct serve_count){SLICE("main"), 3, 1, 0};
	*counts =
	    (struct serve_counts){.arena = arena, .count = v, .counts = 2, .open = 3};
}

static int
ask(struct pages *pages, const char *path, struct buf *out, const char **type)
{
	buf_reset(out);
	return pages_answer(pages, slice_str(path), out, type);
}

static void
test_answers(void **state)
{
	static const struct {
		const char *path, *type, *has;
		bool needs;
	} row[] = {
	    {"/status.css", "text/css; charset=utf-8", "prefers-color-scheme:dark",
		false},
	    {"/metrics", "text/plain; version=0.0.4; charset=utf-8", "xysfeed_feeds 61\n",
		true},
	    {"/status", "text/html; charset=utf-8", "001.md", true},
	    {"/", NULL, NULL, false},
	    {"/statuses", NULL, NULL, false},
	    {"/metrics/", NULL, NULL, false},
	    {"", NULL, NULL, false},
	};
	struct peers all, *p = &all;
	struct pages *pages = pages_new(NULL);
	const char *type = "";
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_int_equal(ask(pages, "/status.css", &out, &type), 200);
	open_site(p);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(ask(pages, "/status", &out, &type), 503);
		assert_int_equal(out.n, 0);
		assert_null(type);
		/* There is none any more. */
		pages_take(pages, read_site(p));
		pages_take(pages, i ? read_site(p) : NULL);
	}
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		assert_int_equal(pages_need(slice_str(row[i].path)), row[i].needs);
		assert_int_equal(
		    ask(pages, row[i].path, &out, &type), row[i].has ? 200 : 404);
		if (!row[i].has) {
			assert_null(type);
			assert_int_equal(out.n, 0);
			continue;
		}
		assert_string_equal(type, row[i].type);
		assert_non_null(strstr(buf_cstr(&out), row[i].has));
	}
	assert_int_equal(ask(pages, "/metrics", &out, &type), 200);
	assert_null(strstr(buf_cstr(&out), "_http_"));
	buf_fini(&out);
	pages_free(pages);
	pages_free(NULL);
	peers_close(p);
}

static void
test_server(void **state)
{
	struct peers all, *p = &all;
	atomic_uint asked = 0;
	const struct pages_server server = {count, &asked};
	struct pages *pages = pages_new(&server);
	const char *type;
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	open_site(p);
	pages_take(pages, read_site(p));
	pages_sample(pages, 1700000000);
	assert_int_equal(ask(pages, "/metrics", &out, &type), 200);
	assert_non_null(strstr(buf_cstr(&out),
	    "xysfeed_http_requests_total{feed=\"main\",class=\"2xx\"} 10\n"));
	assert_int_equal(ask(pages, "/status", &out, &type), 200);
	assert_non_null(strstr(buf_cstr(&out), "<p>3 "));
	/* What came since it was asked last is in it, too. */
	assert_non_null(strstr(buf_cstr(&out), "<p>20 "));
	buf_fini(&out);
	pages_free(pages);
	peers_close(p);
}

struct asker {
	struct pages *pages;
	atomic_bool stop;
	size_t asked;
};

static void *
keep_asking(void *ctx)
{
	struct asker *a = ctx;
	const char *type;
	struct buf out;

	buf_init(&out, 1 << 20);
	while (!atomic_load(&a->stop)) {
		a->asked += ask(a->pages, "/status", &out, &type) == 200;
		a->asked += ask(a->pages, "/metrics", &out, &type) == 200;
	}
	buf_fini(&out);
	return NULL;
}

/* Snapshots change while they are shown; a sanitizer would say if one was lost. */
static void
test_threads(void **state)
{
	struct peers all, *p = &all;
	atomic_uint asked = 0;
	const struct pages_server server = {count, &asked};
	struct asker asker = {.pages = pages_new(&server)};
	pthread_t thread;

	(void)state;
	open_site(p);
	pages_take(asker.pages, read_site(p));
	assert_int_equal(pthread_create(&thread, NULL, keep_asking, &asker), 0);
	for (int i = 0; i < 30; i++) {
		pages_take(asker.pages, read_site(p));
		pages_sample(asker.pages, 1700000000 + i);
	}
	atomic_store(&asker.stop, true);
	pthread_join(thread, NULL);
	pages_free(asker.pages);
	peers_close(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_snapshot),
	    cmocka_unit_test(test_no_ledger),
	    cmocka_unit_test(test_answers),
	    cmocka_unit_test(test_server),
	    cmocka_unit_test(test_threads),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

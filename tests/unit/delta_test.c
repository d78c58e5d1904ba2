#include "serve/delta.h"

#include "model/config.h"
#include "sample.h"

#include <pthread.h>

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

/* What is written of `document` for who has `since`; none for 0. */
static int
ask(struct delta *d, int64_t version, int64_t since, struct slice document,
    struct buf *out)
{
	const struct delta_request request = {SLICE("main"), version, since};
	struct err err = {0};
	int rc;

	buf_reset(out);
	rc = delta_write(d, &request, document, out, &err);
	assert_true(rc < 0 || (rc > 0) == (out->n > 0));
	assert_true((rc < 0) == (err.kind != ERR_NONE));
	return rc;
}

/* A feed with these of the three entries, "0" the first. */
static struct slice
written(struct sample *s, const char *items, const struct format *format)
{
	struct buf doc;
	struct slice bytes;

	s->feed.items = 0;
	for (; *items; items++) {
		size_t i = (size_t)(*items - '0');

		s->item[s->feed.items++] = (struct feed_item){&s->entry[i], true, true};
	}
	sample_write(&doc, format, &s->feed);
	bytes = arena_copy(s->arena, buf_view(&doc));
	buf_fini(&doc);
	return bytes;
}

static void
each_format(void (*test)(struct sample *s, const struct format *format))
{
	for (size_t i = 0; i < formats_n; i++) {
		struct sample s;

		if (formats[i].bit == FORMAT_JSON)
			continue;
		sample_open(&s);
		test(&s, &formats[i]);
		sample_close(&s);
	}
}

/* What is left is the document that has only these entries, to the byte. */
static void
expect_rest(struct delta *d, int64_t version, int64_t since, struct slice document,
    struct slice rest)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	assert_int_equal(ask(d, version, since, document, &out), 1);
	if (!slice_eq(buf_view(&out), rest))
		fail_msg("got %s\nwanted %.*s", buf_cstr(&out), SLICE_ARG(rest));
	buf_fini(&out);
}

static void
expect_whole(struct delta *d, int64_t version, int64_t since, struct slice document)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	assert_int_equal(ask(d, version, since, document, &out), 0);
	buf_fini(&out);
}

static void
check_new_and_changed(struct sample *s, const struct format *format)
{
	struct delta *d = delta_new(2);

	expect_whole(d, 100, 0, written(s, "12", format));
	/* A new one in front, whose dates are older than all. */
	s->entry[0].updated = s->entry[0].published = sample_time - 1000000;
	expect_rest(d, 110, 100, written(s, "012", format), written(s, "0", format));
	/* The last one is changed, and nothing tells but its text. */
	s->entry[2].content = SLICE("<p>改了。</p>");
	expect_rest(d, 120, 110, written(s, "012", format), written(s, "2", format));
	expect_rest(d, 120, 100, written(s, "012", format), written(s, "02", format));
	expect_rest(d, 120, 120, written(s, "012", format), written(s, "", format));
	/* In another order. */
	expect_rest(d, 130, 120, written(s, "210", format), written(s, "", format));
	expect_rest(d, 130, 100, written(s, "210", format), written(s, "20", format));
	delta_free(d);
}

static void
test_new_and_changed(void **state)
{
	(void)state;
	each_format(check_new_and_changed);
}

static void
check_archive(struct sample *s, const struct format *format)
{
	struct delta *d = delta_new(1);

	sample_archive(s);
	expect_whole(d, 1, 0, written(s, "1", format));
	expect_rest(d, 2, 1, written(s, "01", format), written(s, "0", format));
	delta_free(d);
}

static void
test_archive(void **state)
{
	(void)state;
	each_format(check_archive);
}

/* One that was out of it for a while is new to who has the version between. */
static void
check_return(struct sample *s, const struct format *format)
{
	struct delta *d = delta_new(1);

	expect_whole(d, 1, 0, written(s, "012", format));
	expect_rest(d, 2, 1, written(s, "02", format), written(s, "", format));
	expect_rest(d, 3, 2, written(s, "012", format), written(s, "1", format));
	delta_free(d);
}

static void
test_return(void **state)
{
	(void)state;
	each_format(check_return);
}

/* Who was not seen to be given a version gets all of it. */
static void
check_unknown(struct sample *s, const struct format *format)
{
	struct delta *d = delta_new(1);
	struct slice one = written(s, "12", format), two = written(s, "012", format);

	expect_whole(d, 10, 9, one);
	expect_whole(d, 10, 11, one);
	expect_whole(d, 20, 0, two);
	expect_whole(d, 20, 15, two);
	expect_whole(d, 20, -1, two);
	expect_whole(d, 20, INT64_MAX, two);
	expect_rest(d, 20, 10, two, written(s, "0", format));
	delta_free(d);
}

static void
test_unknown(void **state)
{
	(void)state;
	each_format(check_unknown);
}

/* Nothing that it has is in the new one: there is nothing to leave out. */
static void
check_all_new(struct sample *s, const struct format *format)
{
	struct delta *d = delta_new(1);

	expect_whole(d, 1, 0, written(s, "1", format));
	expect_whole(d, 2, 1, written(s, "02", format));
	expect_whole(d, 3, 2, written(s, "", format));
	expect_whole(d, 4, 3, written(s, "", format));
	delta_free(d);
}

static void
test_all_new(void **state)
{
	(void)state;
	each_format(check_all_new);
}

static void
test_tombstones(void **state)
{
	const struct format *atom = format_of(FORMAT_ATOM);
	struct delta *d = delta_new(1);
	struct slice two, three;
	struct sample s;

	(void)state;
	sample_open(&s);
	sample_gone(&s);
	s.feed.gone = &s.gone[1];
	s.feed.gones = 1;
	expect_whole(d, 1, 0, written(&s, "012", atom));
	s.feed.gone = &s.gone[0];
	s.feed.gones = 2;
	two = written(&s, "12", atom);
	s.feed.gones = 1;
	expect_rest(d, 2, 1, two, written(&s, "", atom));
	s.feed.gones = 2;
	three = written(&s, "12", atom);
	s.feed.gones = 1;
	expect_rest(d, 3, 1, three, written(&s, "", atom));
	delta_free(d);
	sample_close(&s);
}

/* A version that is older, or is not what it was, begins anew. */
static void
check_restored(struct sample *s, const struct format *format)
{
	struct delta *d = delta_new(1);
	struct slice one = written(s, "12", format), two = written(s, "012", format);

	expect_whole(d, 10, 0, one);
	expect_rest(d, 20, 10, two, written(s, "0", format));
	expect_whole(d, 10, 20, one);
	expect_whole(d, 20, 0, one);
	expect_whole(d, 20, 10, two);
	expect_rest(d, 20, 20, two, written(s, "", format));
	delta_free(d);
}

static void
test_restored(void **state)
{
	(void)state;
	each_format(check_restored);
}

static void
test_versions_are_bounded(void **state)
{
	const struct format *atom = format_of(FORMAT_ATOM);
	struct delta *d = delta_new(1);
	struct sample s;
	struct slice doc, none;
	int64_t last = 3 * DELTA_VERSIONS;

	(void)state;
	sample_open(&s);
	none = written(&s, "", atom);
	doc = written(&s, "012", atom);
	for (int64_t i = 1; i <= last; i++)
		expect_whole(d, i, 0, doc);
	expect_whole(d, last, last - DELTA_VERSIONS, doc);
	expect_rest(d, last, last - DELTA_VERSIONS + 1, doc, none);
	delta_free(d);
	sample_close(&s);
}

static int
ask_of(struct delta *d, const char *path, int64_t version, int64_t since)
{
	const struct delta_request request = {slice_str(path), version, since};
	const struct slice doc = SLICE(DECLARATION "<feed><entry/></feed>");
	struct err err;
	struct buf out;
	int rc;

	buf_init(&out, 1000);
	rc = delta_write(d, &request, doc, &out, &err);
	buf_fini(&out);
	return rc;
}

/* The document that nobody asked for longest is forgotten. */
static void
test_documents_are_bounded(void **state)
{
	struct delta *d = delta_new(3);

	(void)state;
	assert_int_equal(ask_of(d, "a", 1, 0), 0);
	assert_int_equal(ask_of(d, "b", 1, 0), 0);
	assert_int_equal(ask_of(d, "c", 1, 0), 0);
	assert_int_equal(ask_of(d, "a", 2, 1), 1);
	assert_int_equal(ask_of(d, "d", 2, 1), 0);
	assert_int_equal(ask_of(d, "a", 3, 2), 1);
	assert_int_equal(ask_of(d, "c", 2, 1), 1);
	assert_int_equal(ask_of(d, "d", 3, 2), 1);
	assert_int_equal(ask_of(d, "b", 2, 1), 0);
	delta_free(d);
	d = delta_new(0);
	assert_int_equal(ask_of(d, "a", 1, 0), 0);
	assert_int_equal(ask_of(d, "a", 1, 1), 1);
	delta_free(d);
	delta_free(NULL);
}

/* What looks like an entry, or like the end of one, and is none. */
static void
test_looks(void **state)
{
	static const struct {
		const char *doc, *rest;
	} row[] = {
	    {"<feed a='1'>\n <id>x</id>\n <entry><id>1</id></entry>\n</feed>\n",
		"<feed a='1'>\n <id>x</id>\n</feed>\n"},
	    {"<?x <entry> ?><!-- <entry> --><feed><!--<entry>--><entry>1</entry></feed>",
		"<?x <entry> ?><!-- <entry> --><feed><!--<entry>--></feed>"},
	    {"<feed><entry><![CDATA[</entry>]]></entry><a/></feed>", "<feed><a/></feed>"},
	    {"<feed><entry><!-- </entry> --></entry><a/></feed>", "<feed><a/></feed>"},
	    {"<feed><entry><?x </entry>?></entry><a/></feed>", "<feed><a/></feed>"},
	    {"<feed><entry a='</entry>' b=\"'>\"/><a b='/>'/></feed>",
		"<feed><a b='/>'/></feed>"},
	    {"<feed><entry><entry/></entry><a><entry/></a></feed>",
		"<feed><a><entry/></a></feed>"},
	    {"<feed><a>&lt;entry></a><entry\n/><entry2/></feed\n>",
		"<feed><a>&lt;entry></a><entry2/></feed\n>"},
	    {"<feed><a>x</a> y <entry/> z</feed>", "<feed><a>x</a> y z</feed>"},
	    {"<feed><at:deleted-entry/><item/></feed>", "<feed><item/></feed>"},
	    {"<rss><channel><image/><item/></channel></rss>",
		"<rss><channel><image/></channel></rss>"},
	    {"<rss><item/><channel><entry/><item>]]</item></channel></rss>",
		"<rss><item/><channel><entry/></channel></rss>"},
	    {"<feed><![CDATA[ ]] ]> > ]]><entry/></feed>",
		"<feed><![CDATA[ ]] ]> > ]]></feed>"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct arena *arena = arena_new();
		struct delta *d = delta_new(1);
		struct slice doc = arena_printf(arena, DECLARATION "%s", row[i].doc);

		expect_whole(d, 1, 0, doc);
		expect_rest(
		    d, 1, 1, doc, arena_printf(arena, DECLARATION "%s", row[i].rest));
		delta_free(d);
		arena_free(arena);
	}
}

static void
test_not_ours(void **state)
{
	static const char *const doc[] = {
	    "",
	    "<",
	    "<feed/>",
	    "<?xml version=\"1.0\"?><feed/>",
	    "<?xml version=\"1.0\" encoding=\"GBK\"?><feed/>",
	    "\xef\xbb\xbf" DECLARATION "<feed/>",
	    DECLARATION,
	    DECLARATION "<",
	    DECLARATION "<!",
	    DECLARATION "<feed",
	    DECLARATION "<feed>",
	    DECLARATION "<feed a='>",
	    DECLARATION "<feed></feed></feed>",
	    DECLARATION "</feed>",
	    DECLARATION "<feed></feed><",
	    DECLARATION "<feed><entry></feed>",
	    DECLARATION "<feed><!-- </feed>",
	    DECLARATION "<feed><![CDATA[ </feed>",
	    DECLARATION "<feed><?x </feed>",
	    DECLARATION "<!DOCTYPE feed><feed/>",
	    DECLARATION "<opml><entry/></opml>",
	    DECLARATION "<a:feed/>",
	    DECLARATION "<html></html>",
	    "{\"version\": \"https://jsonfeed.org/version/1.1\"}",
	};
	struct delta *d = delta_new(1);
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	for (size_t i = 0; i < sizeof doc / sizeof *doc; i++)
		if (ask(d, 1, 1, slice_str(doc[i]), &out) >= 0)
			fail_msg("taken: %s", doc[i]);
	assert_int_equal(ask(d, 1, 1, SLICE_NONE, &out), -1);
	/* Nor did any of them become known. */
	expect_whole(d, 2, 1, SLICE(DECLARATION "<feed><entry/></feed>"));
	buf_fini(&out);
	delta_free(d);
}

/* Cut anywhere, with nothing behind it, it is refused. */
static void
check_cut(struct sample *s, const struct format *format)
{
	struct slice whole = written(s, "012", format);
	struct delta *d = delta_new(1);
	struct buf out;

	buf_init(&out, 1 << 20);
	for (size_t n = 0; n + 1 < whole.n; n++) {
		char *part = mem_alloc(n);

		memcpy(part, whole.p, n);
		assert_int_equal(ask(d, 1, 1, slice_make(part, n), &out), -1);
		free(part);
	}
	buf_fini(&out);
	delta_free(d);
}

static void
test_cut(void **state)
{
	(void)state;
	each_format(check_cut);
}

static void
test_full(void **state)
{
	const struct delta_request request = {SLICE("a"), 1, 1};
	const struct slice doc = SLICE(DECLARATION "<feed><a>12345</a><entry/></feed>");
	struct delta *d = delta_new(1);
	struct buf out;
	struct err err;

	(void)state;
	assert_int_equal(ask_of(d, "a", 1, 0), 0);
	buf_init(&out, 40);
	assert_int_equal(delta_write(d, &request, doc, &out, &err), -1);
	assert_int_equal(err.kind, ERR_LIMIT);
	buf_fini(&out);
	delta_free(d);
}

static void
test_unwitting(void **state)
{
	static const struct {
		const char *agent, *accept;
		bool is;
	} row[] = {
	    {"feedparser/6.0.10 +https://github.com/kurtmckee/feedparser/", "*/*", true},
	    {"UniversalFeedParser/5.2 feedparser", NULL, true},
	    {"of its own/1.0",
		"application/atom+xml,application/rdf+xml,application/rss+xml,"
		"application/x-netcdf,application/xml;q=0.9,text/xml;q=0.2,*/*;q=0.1",
		true},
	    {"newsboat/2.21.0 (Linux x86_64)", NULL, false},
	    {"Liferea/1.15.2 (Android; Mobile; https://lzone.de/liferea/)", "*/*", false},
	    {NULL, NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		assert_int_equal(
		    delta_is_unwitting(slice_str(row[i].agent), slice_str(row[i].accept)),
		    row[i].is);
}

struct asker {
	struct delta *delta;
	int64_t base;
	size_t left_out;
};

static void *
keep_asking(void *ctx)
{
	struct asker *a = ctx;
	char path[] = "0";

	for (int64_t i = 1; i < 500; i++) {
		path[0] = (char)('0' + i % 7);
		a->left_out += ask_of(a->delta, path, a->base + i, a->base + i - 7) == 1;
	}
	return NULL;
}

static void
test_threads(void **state)
{
	struct delta *d = delta_new(4);
	struct asker one = {d, 0, 0}, two = {d, 1000, 0};
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, keep_asking, &one), 0);
	keep_asking(&two);
	pthread_join(thread, NULL);
	assert_int_equal(ask_of(d, "0", 9000, 0), 0);
	assert_int_equal(ask_of(d, "0", 9001, 9000), 1);
	delta_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_new_and_changed),
	    cmocka_unit_test(test_archive),
	    cmocka_unit_test(test_return),
	    cmocka_unit_test(test_unknown),
	    cmocka_unit_test(test_all_new),
	    cmocka_unit_test(test_tombstones),
	    cmocka_unit_test(test_restored),
	    cmocka_unit_test(test_versions_are_bounded),
	    cmocka_unit_test(test_documents_are_bounded),
	    cmocka_unit_test(test_looks),
	    cmocka_unit_test(test_not_ours),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_full),
	    cmocka_unit_test(test_unwitting),
	    cmocka_unit_test(test_threads),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

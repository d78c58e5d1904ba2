#include "place.h"

#include "base/compress.h"
#include "ledger/news.h"
#include "ledger/told.h"
#include "model/config.h"
#include "output/publish.h"

enum { WHEN = 1709082436 };

/* A folder, the ledger beside it, and one run after the other. */
struct here {
	struct place place;
	struct ledger *ledger;
	struct sink sink;
	struct publication *publication;
	struct document doc;
	struct err err;
	int precompress;
};

#define OK(call)                                                                         \
	do {                                                                             \
		if ((call) != 0)                                                         \
			fail_msg("%s: %s", #call, h->err.text);                          \
	} while (0)

static void
begin(struct here *h, bool dry)
{
	OK(publish_open(
	    &h->publication, h->ledger, &h->sink, h->precompress, dry, &h->err));
}

static int
set_up(void **state)
{
	struct here *h = calloc(1, sizeof *h);

	place_open(&h->place);
	OK(ledger_open(&h->ledger, "", DB_MEMORY, &h->err));
	h->sink = sink_files(&h->place.root);
	begin(h, false);
	*state = h;
	return 0;
}

static int
tear_down(void **state)
{
	struct here *h = *state;

	publish_close(h->publication);
	ledger_close(h->ledger);
	place_close(&h->place);
	free(h);
	return 0;
}

static void
offer_as(struct here *h, const char *path, const char *feed, const char *text, int64_t at)
{
	OK(publish_offer(h->publication, slice_str(path), slice_str(feed),
	    slice_str(text), at, NULL, h->place.arena, &h->doc, &h->err));
}

static void
offer(struct here *h, const char *path, const char *text, int64_t at)
{
	offer_as(h, path, "main", text, at);
	OK(publish_take(h->publication, &h->doc, &h->err));
}

/* The end of the run, and the begin of the next. */
static void
finish(struct here *h)
{
	OK(publish_prepare(h->publication, &h->err));
	OK(publish_commit(h->publication, &h->err));
	publish_close(h->publication);
	begin(h, false);
}

/* It is killed behind the ledger's commit, before a file has its name. */
static void
die(struct here *h)
{
	OK(publish_prepare(h->publication, &h->err));
	publish_close(h->publication);
	begin(h, false);
}

static const char *
broken(struct here *h)
{
	struct slices list = {0};
	struct slice names = SLICE("");

	OK(publish_check(h->publication, &list, h->place.arena, &h->err));
	for (size_t i = 0; i < list.n; i++)
		names = arena_printf(
		    h->place.arena, "%.*s%.*s ", SLICE_ARG(names), SLICE_ARG(list.v[i]));
	return names.p;
}

static size_t
rows(struct here *h)
{
	struct file_row *v;
	size_t n;

	OK(ledger_files(h->ledger, h->place.arena, &v, &n, &h->err));
	return n;
}

static void
test_new_and_unchanged(void **state)
{
	struct here *h = *state;
	struct place *p = &h->place;
	struct stat before, after;

	offer(h, "tag/a.atom", "one", WHEN);
	assert_true(h->doc.changed);
	assert_int_equal(h->doc.bytes, 3);
	assert_int_equal(h->doc.bytes_before, -1);
	assert_int_equal(h->doc.mtime, WHEN);
	assert_false(place_has(p, "tag/a.atom")); /* not before all is ready */
	finish(h);
	assert_string_equal(place_read(p, "tag/a.atom"), "one");
	before = place_stat(p, "tag/a.atom");
	assert_int_equal(before.st_mtim.tv_sec, WHEN);

	offer(h, "tag/a.atom", "one", WHEN + 900);
	assert_false(h->doc.changed);
	assert_int_equal(h->doc.parts, 0);
	assert_int_equal(h->doc.bytes_before, 3);
	assert_int_equal(h->doc.mtime, WHEN);
	finish(h);
	after = place_stat(p, "tag/a.atom");
	assert_int_equal(before.st_ino, after.st_ino);
	assert_int_equal(before.st_mtim.tv_sec, after.st_mtim.tv_sec);
	assert_int_equal(before.st_ctim.tv_nsec, after.st_ctim.tv_nsec);
	assert_string_equal(broken(h), "");
}

static void
test_time_moves_with_the_bytes(void **state)
{
	static const struct {
		const char *text;
		int64_t updated, mtime;
	} runs[] = {
	    {"1", WHEN, WHEN},
	    {"2", WHEN + 60, WHEN + 60},
	    {"3", WHEN + 60, WHEN + 61},  /* a term more: not `updated`, but the bytes */
	    {"4", WHEN - 999, WHEN + 62}, /* nor ever back */
	    {"4", WHEN + 500, WHEN + 62},
	    {"5", WHEN + 500, WHEN + 500},
	};
	struct here *h = *state;

	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
		offer(h, "a.atom", runs[i].text, runs[i].updated);
		finish(h);
		assert_int_equal(
		    publish_mtime(h->publication, SLICE("a.atom")), runs[i].mtime);
		assert_int_equal(
		    place_stat(&h->place, "a.atom").st_mtim.tv_sec, runs[i].mtime);
		assert_string_equal(place_read(&h->place, "a.atom"), runs[i].text);
	}
	assert_int_equal(publish_mtime(h->publication, SLICE("b.atom")), 0);
}

/* Whatever befell a file, its feed is found, and made as it was. */
static void
test_check(void **state)
{
	static const char *const harm[] = {
	    "removed", "longer", "touched", "a folder", "a link", "shorter"};
	struct here *h = *state;
	struct place *p = &h->place;

	for (size_t i = 0; i < sizeof harm / sizeof *harm; i++) {
		const char *path = place_path(p, "main.atom");
		struct timespec times[2] = {{.tv_sec = WHEN}, {.tv_sec = WHEN}};

		offer(h, "main.atom", "some text", WHEN);
		offer_as(h, "other.atom", "other", "its own", WHEN);
		OK(publish_take(h->publication, &h->doc, &h->err));
		finish(h);
		assert_string_equal(broken(h), "");
		switch (i) {
		case 0:
			unlink(path);
			break;
		case 1:
			place_write(p, "main.atom", "some other text");
			break;
		case 2:
			times[1].tv_sec++;
			break;
		case 3:
			unlink(path);
			mkdir(path, 0755);
			break;
		case 4:
			rename(path, place_path(p, "elsewhere"));
			place_link(p, "elsewhere", "main.atom");
			break;
		default:
			assert_int_equal(truncate(path, 2), 0);
		}
		if (i < 3 || i == 5)
			utimensat(AT_FDCWD, path, times, 0);
		if (strcmp(broken(h), "main ") != 0)
			fail_msg("%s: not found", harm[i]);
		if (i == 3)
			rmdir(path);
		offer(h, "main.atom", "some text", WHEN + 5);
		assert_false(h->doc.changed);
		assert_int_equal(h->doc.parts, 1);
		offer_as(h, "other.atom", "other", "its own", WHEN);
		assert_int_equal(h->doc.parts, 0);
		finish(h);
		assert_string_equal(broken(h), "");
		assert_string_equal(place_read(p, "main.atom"), "some text");
		assert_int_equal(place_stat(p, "main.atom").st_mtim.tv_sec, WHEN);
		assert_true(S_ISREG(place_stat(p, "main.atom").st_mode));
	}
}

/* Killed between commit and rename: the old bytes stand, and the next run finds
 * them old and makes the new. */
static void
test_killed_before_rename(void **state)
{
	struct here *h = *state;

	offer(h, "main.atom", "old", WHEN);
	finish(h);
	offer(h, "main.atom", "newer", WHEN + 1);
	offer_as(h, "tag/x.atom", "tag/x", "new", WHEN + 1);
	OK(publish_take(h->publication, &h->doc, &h->err));
	die(h);
	assert_string_equal(place_read(&h->place, "main.atom"), "old");
	assert_false(place_has(&h->place, ".xysfeed-main.atom"));
	assert_string_equal(broken(h), "main tag/x ");
	offer(h, "main.atom", "newer", WHEN + 1);
	offer_as(h, "tag/x.atom", "tag/x", "new", WHEN + 1);
	OK(publish_take(h->publication, &h->doc, &h->err));
	finish(h);
	assert_string_equal(place_read(&h->place, "main.atom"), "newer");
	assert_string_equal(place_read(&h->place, "tag/x.atom"), "new");
	assert_int_equal(place_stat(&h->place, "main.atom").st_mtim.tv_sec, WHEN + 1);
	assert_string_equal(broken(h), "");
}

/* Killed between commit and removal: the next run removes. */
static void
test_killed_before_removal(void **state)
{
	struct here *h = *state;

	offer_as(h, "tag/x.atom", "tag/x", "x", WHEN);
	OK(publish_take(h->publication, &h->doc, &h->err));
	finish(h);
	assert_int_equal(publish_drop_feed(h->publication, SLICE("tag/x"), &h->err), 1);
	die(h);
	assert_false(place_has(&h->place, "tag"));
	assert_string_equal(broken(h), "");
	finish(h);
	assert_int_equal(rows(h), 0);
}

static void
test_drop(void **state)
{
	static const char *const files[][2] = {
	    {"main.atom", "main"},
	    {"main.rss", "main"},
	    {"main/archive-1.atom", "main"},
	    {"main.old.atom", "main.old"},
	    {"tag/x.atom", "tag/x"},
	    {"feeds.opml", "feeds.opml"},
	};
	struct here *h = *state;
	struct place *p = &h->place;

	for (size_t i = 0; i < 6; i++) {
		offer_as(h, files[i][0], files[i][1], "text", WHEN);
		OK(publish_take(h->publication, &h->doc, &h->err));
	}
	finish(h);
	place_write(p, "main.html", "the operator's own");
	assert_int_equal(publish_drop_feed(h->publication, SLICE("main"), &h->err), 3);
	assert_int_equal(publish_drop_feed(h->publication, SLICE("none"), &h->err), 0);
	assert_true(place_has(p, "main.atom"));
	finish(h);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(place_has(p, files[i][0]), i > 2);
	assert_false(place_has(p, "main"));
	assert_true(place_has(p, "main.html"));

	/* All that was neither offered nor kept. */
	offer_as(h, "feeds.opml", "feeds.opml", "text", WHEN);
	OK(publish_take(h->publication, &h->doc, &h->err));
	publish_keep(h->publication, SLICE("main.old"));
	publish_keep(h->publication, SLICE("none"));
	OK(publish_drop_rest(h->publication, &h->err));
	finish(h);
	assert_true(place_has(p, "feeds.opml"));
	assert_true(place_has(p, "main.old.atom"));
	assert_false(place_has(p, "tag"));
	finish(h);
	assert_int_equal(rows(h), 2);
}

/* What was dropped, and is wanted again by the next run. */
static void
test_dropped_and_back(void **state)
{
	struct here *h = *state;

	offer(h, "main.atom", "text", WHEN);
	finish(h);
	assert_int_equal(publish_drop_feed(h->publication, SLICE("main"), &h->err), 1);
	finish(h);
	offer(h, "main.atom", "text", WHEN);
	assert_true(h->doc.changed);
	assert_int_equal(h->doc.bytes_before, -1);
	finish(h);
	assert_string_equal(place_read(&h->place, "main.atom"), "text");
	assert_string_equal(broken(h), "");
}

static void
test_refused(void **state)
{
	struct here *h = *state;
	struct stat before;

	offer(h, "main.atom", "good", WHEN);
	finish(h);
	before = place_stat(&h->place, "main.atom");
	OK(publish_refuse(h->publication, SLICE("main.atom"), SLICE("main"), &h->err));
	OK(publish_refuse(h->publication, SLICE("new.atom"), SLICE("new"), &h->err));
	finish(h);
	assert_int_equal(place_stat(&h->place, "main.atom").st_ino, before.st_ino);
	assert_string_equal(broken(h), "main new ");
	offer(h, "main.atom", "good", WHEN + 7);
	assert_int_equal(h->doc.mtime, WHEN); /* the same bytes: the same time */
	offer_as(h, "new.atom", "new", "now", WHEN + 7);
	assert_int_equal(h->doc.mtime, WHEN + 7);
	OK(publish_take(h->publication, &h->doc, &h->err));
	finish(h);
	assert_string_equal(broken(h), "");
}

static void
test_discard(void **state)
{
	struct here *h = *state;

	h->precompress = COMPRESS_GZ | COMPRESS_BR | COMPRESS_ZST;
	finish(h);
	offer_as(h, "main.atom", "main", "text", WHEN);
	assert_true(place_has(&h->place, ".xysfeed-main.atom"));
	publish_discard(h->publication, &h->doc);
	finish(h);
	assert_int_equal(rows(h), 0);
	assert_int_equal(rmdir(h->place.path), 0); /* nothing is left in it */
	assert_int_equal(mkdir(h->place.path, 0755), 0);
}

/* A part that cannot be staged takes the other parts with it. */
static void
test_offer_fails(void **state)
{
	struct here *h = *state;
	struct place *p = &h->place;

	h->precompress = COMPRESS_GZ | COMPRESS_BR | COMPRESS_ZST;
	finish(h);
	assert_int_equal(mkdir(place_path(p, ".xysfeed-main.atom"), 0755), 0);
	assert_int_equal(publish_offer(h->publication, SLICE("main.atom"), SLICE("main"),
			     SLICE("text"), WHEN, NULL, p->arena, &h->doc, &h->err),
	    -1);
	assert_int_equal(h->err.kind, ERR_IO);
	rmdir(place_path(p, ".xysfeed-main.atom"));
	assert_int_equal(rmdir(p->path), 0);
	assert_int_equal(mkdir(p->path, 0755), 0);
}

static void
test_dry(void **state)
{
	struct here *h = *state;

	offer(h, "main.atom", "old", WHEN);
	offer_as(h, "b.atom", "b", "b", WHEN);
	OK(publish_take(h->publication, &h->doc, &h->err));
	finish(h);
	publish_close(h->publication);
	begin(h, true);
	offer(h, "main.atom", "new", WHEN + 1);
	assert_true(h->doc.changed);
	assert_int_equal(h->doc.bytes_before, 3);
	OK(publish_drop_rest(h->publication, &h->err));
	finish(h);
	assert_string_equal(place_read(&h->place, "main.atom"), "old");
	assert_false(place_has(&h->place, ".xysfeed-main.atom"));
}

/* --- siblings ------------------------------------------------------------- */

static void
assert_sibling(struct here *h, const char *extension, int64_t mtime)
{
	const char *path = arena_printf(h->place.arena, "main.atom%s", extension).p;
	struct stat st = place_stat(&h->place, path);

	assert_int_equal(st.st_mtim.tv_sec, mtime);
	assert_true(st.st_size > 0);
}

static void
test_siblings(void **state)
{
	struct here *h = *state;
	struct place *p = &h->place;
	const struct compressor *first = &compressors[0];
	const char *lost;
	struct stat before;

	if (compressors_n == 0)
		return;
	lost = arena_printf(p->arena, "main.atom%s", first->extension).p;
	h->precompress = COMPRESS_GZ | COMPRESS_BR | COMPRESS_ZST;
	finish(h);
	offer(h, "main.atom", "some text, some text, some text", WHEN);
	assert_int_equal(h->doc.parts, compressors_n + 1);
	assert_true(slice_is(h->doc.part[compressors_n].row.path, "main.atom"));
	finish(h);
	for (size_t i = 0; i < compressors_n; i++)
		assert_sibling(h, compressors[i].extension, WHEN);

	/* One is lost: it alone is made again. */
	before = place_stat(p, "main.atom");
	unlink(place_path(p, lost));
	assert_string_equal(broken(h), "main ");
	offer(h, "main.atom", "some text, some text, some text", WHEN + 5);
	assert_false(h->doc.changed);
	assert_int_equal(h->doc.parts, 1);
	finish(h);
	assert_sibling(h, first->extension, WHEN);
	assert_int_equal(place_stat(p, "main.atom").st_ino, before.st_ino);

	/* The document changes: so do all, with its time. */
	offer(h, "main.atom", "other", WHEN);
	finish(h);
	for (size_t i = 0; i < compressors_n; i++)
		assert_sibling(h, compressors[i].extension, WHEN + 1);

	/* Fewer are wanted. */
	h->precompress = first->bit;
	finish(h);
	offer(h, "main.atom", "other", WHEN);
	OK(publish_drop_rest(h->publication, &h->err));
	finish(h);
	for (size_t i = 0; i < compressors_n; i++)
		assert_int_equal(place_has(p, arena_printf(p->arena, "main.atom%s",
						  compressors[i].extension)
						  .p),
		    i == 0);
}

/* --- a large site ---------------------------------------------------------- */

/* A folder that was wiped, with ten thousand feeds: no square of that. */
static struct version
version_of(struct here *h, const char *path)
{
	struct file_row *v;
	size_t n;

	OK(ledger_files(h->ledger, h->place.arena, &v, &n, &h->err));
	for (size_t i = 0; i < n; i++)
		if (slice_is(v[i].path, path))
			return v[i].version;
	fail_msg("%s is not there", path);
	return (struct version){0};
}

/* A version lasts as long as the document shows the same. Its mark goes on to what was
 * published before, unless somebody has to be told of more. */
static void
test_what_there_is_to_tell(void **state)
{
	static const struct {
		const char *bytes, *shows;
		bool told, editions, settled;
		int64_t news;
		bool renewed, owed; /* what comes of it */
		int64_t mark;
	} rows[] = {
	    {"one", "a", true, false, false, 10, true, true, 10},
	    {"one", "a", true, false, false, 11, false, true, 10},
	    {"two", "a", true, false, true, 12, false, false, 10},
	    {"two", "a", false, false, false, 13, false, false, 10},
	    {"two", "b", true, false, false, 14, true, true, 14},
	    {"three", "c", true, false, false, 15, true, true, 14},
	    {"four", "d", true, true, true, 16, true, true, 14},
	    {"five", "e", false, false, true, 17, true, false, 17},
	    {"six", "a", true, false, false, 18, true, true, 18},
	};
	struct here *h = *state;
	struct version before = {0}, now;

	h->precompress = COMPRESS_GZ;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct shown shown = {.digest = digest_of(slice_str(rows[i].shows)),
		    .told = rows[i].told,
		    .editions = rows[i].editions};

		if (rows[i].settled)
			OK(told_settle(h->ledger, SLICE("main.atom"), &h->err));
		OK(news_publish(h->ledger, rows[i].news, &h->err));
		finish(h);
		OK(publish_offer(h->publication, SLICE("main.atom"), SLICE("main"),
		    slice_str(rows[i].bytes), WHEN, &shown, h->place.arena, &h->doc,
		    &h->err));
		OK(publish_take(h->publication, &h->doc, &h->err));
		now = version_of(h, "main.atom");
		if (digest_eq(&before.shows, &now.shows) == rows[i].renewed ||
		    now.since < before.since || now.owed != rows[i].owed ||
		    now.mark != rows[i].mark)
			fail_msg("%zu: owed %d, mark %d", i, now.owed, (int)now.mark);
		assert_int_equal(version_of(h, "main.atom.gz").since, 0);
		before = now;
	}
	assert_int_equal(publish_drop_feed(h->publication, SLICE("main"), &h->err), 2);
	assert_int_equal(version_of(h, "main.atom").since, 0);
}

static void
test_many_broken(void **state)
{
	enum { FEEDS = 10000 };
	struct here *h = *state;
	struct slices list = {0};

	for (int i = 0; i < FEEDS; i++) {
		struct file_row row = {
		    .feed = arena_printf(h->place.arena, "tag/%d", i), .bytes = 1};

		for (int k = 0; k < 3; k++) {
			row.path = arena_printf(h->place.arena, "tag/%d.%d", i, k);
			OK(ledger_file_put(h->ledger, &row, &h->err));
		}
	}
	finish(h);
	OK(publish_check(h->publication, &list, h->place.arena, &h->err));
	assert_int_equal(list.n, FEEDS);
	for (size_t i = 0; i < list.n; i++)
		publish_keep(h->publication, list.v[i]);
	OK(publish_drop_rest(h->publication, &h->err));
	assert_int_equal(rows(h), 3 * FEEDS);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
	    TEST(test_new_and_unchanged),
	    TEST(test_time_moves_with_the_bytes),
	    TEST(test_check),
	    TEST(test_killed_before_rename),
	    TEST(test_killed_before_removal),
	    TEST(test_drop),
	    TEST(test_dropped_and_back),
	    TEST(test_refused),
	    TEST(test_discard),
	    TEST(test_offer_fails),
	    TEST(test_dry),
	    TEST(test_siblings),
	    TEST(test_what_there_is_to_tell),
	    TEST(test_many_broken),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

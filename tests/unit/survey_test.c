#include "place.h"

#include "app/survey.h"

#include <poll.h>
#include <sys/wait.h>
#include <time.h>

enum { NOW = 1709082436 };

struct here {
	struct place place;
	struct root root;
	struct ledger *ledger;
	struct config_articles config;
	struct survey survey;
	struct diags diags;
	bool read_all;
	struct slices open;
	const char *later; /* a path that is put off once it was read */
	struct slice put_off;
	struct err err;
};

#define OK(call)                                                                         \
	do {                                                                             \
		if ((call) != 0)                                                         \
			fail_msg("%s: %s", #call, h->err.text);                          \
	} while (0)

static int
set_up(void **state)
{
	struct here *h = calloc(1, sizeof *h);

	place_open(&h->place);
	OK(root_open(&h->root, place_path(&h->place, "root"), true, &h->err));
	OK(ledger_open(&h->ledger, "", DB_MEMORY, &h->err));
	*state = h;
	return 0;
}

static int
tear_down(void **state)
{
	struct here *h = *state;

	ledger_close(h->ledger);
	root_close(&h->root);
	place_close(&h->place);
	free(h);
	return 0;
}

static void
file(struct here *h, const char *path)
{
	place_write(&h->place, arena_printf(h->place.arena, "root/%s", path).p, path);
}

static const char *
path_in(struct here *h, const char *path)
{
	return arena_printf(h->place.arena, "%s/root/%s", h->place.path, path).p;
}

/* The ledger has a row of it, as of the file that is there. */
static void
know(struct here *h, const char *path, int64_t due)
{
	struct reading r = {.path = slice_str(path), .state = ARTICLE_LIVE, .due = due};
	struct folder folder = FOLDER_NONE;

	(void)folder_stat(&folder, &h->root, path, &r.stat, &h->err);
	folder_close(&folder);
	OK(ledger_index_put(h->ledger, &r, 1, &h->err));
}

static void
file_and_row(struct here *h, const char *path)
{
	file(h, path);
	know(h, path, 0);
}

static int
by_slice(const void *a, const void *b)
{
	return slice_cmp(*(const struct slice *)a, *(const struct slice *)b);
}

static void
add_sorted(struct buf *out, struct slices paths)
{
	if (paths.n)
		qsort(paths.v, paths.n, sizeof *paths.v, by_slice);
	for (size_t i = 0; i < paths.n; i++)
		buf_printf(out, "%.*s ", SLICE_ARG(paths.v[i]));
}

static void
put_off(struct here *h)
{
	struct scanned *s = &h->survey.scanned;

	for (size_t i = 0; i < s->n; i++) {
		struct reading *r = s->seen[i].reading;

		s->seen[i].later = h->later && slice_is(r->path, h->later);
		if (s->seen[i].later)
			assert_int_equal(
			    file_stat(&h->root, h->later, &r->stat, &h->err), 1);
	}
	survey_put_off(&h->survey);
	h->put_off = SLICE("");
	for (size_t i = 0; i < h->survey.put_off.n; i++)
		h->put_off = arena_printf(h->place.arena, "%.*s%.*s<%.*s ",
		    SLICE_ARG(h->put_off), SLICE_ARG(h->survey.put_off.v[i].path),
		    SLICE_ARG(h->survey.put_off.v[i].was));
}

static void
expect_put_off(const struct here *h, const char *want)
{
	if (!slice_is(h->put_off, want))
		fail_msg("put off: %.*snot %s", SLICE_ARG(h->put_off), want);
}

/*
 * "new known* | vanished": what is to be read, with a star when the ledger has a row of
 * it, and what vanished. `paths` have ';' between them, NULL is everything; all_gone is a
 * '!' at the end.
 */
static const char *
survey(struct here *h, const char *paths)
{
	struct arena *arena = h->place.arena;
	struct slices touched = {0}, seen = {0}, vanished = {0};
	struct survey_request request = {.config = &h->config,
	    .root = &h->root,
	    .ledger = h->ledger,
	    .touched = paths ? &touched : NULL,
	    .open = h->open.n ? &h->open : NULL,
	    .read_all = h->read_all,
	    .now = NOW,
	    .threads = 2};
	const struct scanned *s = &h->survey.scanned;
	const char *text;
	struct buf out;

	for (const char *at = paths; at && *at; at += *at == ';') {
		size_t n = strcspn(at, ";");

		slices_add(&touched, arena, slice_make(at, n));
		at += n;
	}
	if (paths && !*paths)
		slices_add(&touched, arena, SLICE(""));
	diags_init(&h->diags, arena, SLICE_NONE);
	OK(survey_make(&h->survey, &request, &h->diags, &h->err));
	put_off(h);
	for (size_t i = 0; i < s->n; i++)
		slices_add(&seen, arena,
		    arena_printf(arena, "%.*s%s", SLICE_ARG(s->seen[i].reading->path),
			s->seen[i].known ? "*" : ""));
	for (size_t i = 0; i < s->vanishings; i++)
		slices_add(&vanished, arena, arena_copy(arena, s->vanished[i]->path));
	buf_init(&out, 1 << 16);
	add_sorted(&out, seen);
	buf_str(&out, "|");
	buf_str(&out, vanished.n ? " " : "");
	add_sorted(&out, vanished);
	buf_str(&out, h->survey.all_gone ? "!" : "");
	text = arena_cstr(arena, buf_view(&out));
	buf_fini(&out);
	survey_fini(&h->survey);
	return text;
}

static void
test_everything(void **state)
{
	struct here *h = *state;

	assert_string_equal(survey(h, NULL), "|");
	file_and_row(h, "same.md");
	file_and_row(h, "d/edited.md");
	file_and_row(h, "d/gone.md");
	file(h, "new.md");
	file(h, "d/edited.md.bak");
	place_write(&h->place, "root/d/edited.md", "longer than it was");
	unlink(path_in(h, "d/gone.md"));
	assert_string_equal(survey(h, NULL), "d/edited.md* new.md | d/gone.md ");
	h->read_all = true;
	assert_string_equal(survey(h, NULL), "d/edited.md* new.md same.md* | d/gone.md ");
}

/* What was not touched is not looked at, whatever became of it. */
static void
test_touched(void **state)
{
	static const struct {
		const char *touched, *want;
	} rows[] = {
	    {"same.md", "|"},
	    {"absent.md", "|"},
	    {"new.md", "new.md |"},
	    {"d/edited.md", "d/edited.md* |"},
	    {"d/gone.md", "| d/gone.md "},
	    {"d/gone.md;new.md;same.md", "new.md | d/gone.md "},
	    {"d/", "d/e/new.md d/edited.md* | d/gone.md "},
	    {"d/e/", "d/e/new.md |"},
	    {"dd/", "| dd/gone.md "},
	    {"absent/", "|"},
	    {"", "d/e/new.md d/edited.md* new.md | d/gone.md dd/gone.md "},
	    /* Said twice, as itself and below a folder. */
	    {"new.md;new.md", "new.md |"},
	    {"d/;d/edited.md;d/gone.md;d/e/", "d/e/new.md d/edited.md* | d/gone.md "},
	    /* No articles. */
	    {"notes.pdf;d/edited.md~", "|"},
	};
	struct here *h = *state;

	file_and_row(h, "same.md");
	file_and_row(h, "d/edited.md");
	place_write(&h->place, "root/d/edited.md", "longer than it was");
	know(h, "d/gone.md", 0);
	know(h, "dd/gone.md", 0);
	file(h, "new.md");
	file(h, "d/e/new.md");
	file(h, "notes.pdf");
	file(h, "_hidden/x.md");
	file(h, "d/edited.md~");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *got = survey(h, rows[i].touched);

		if (strcmp(got, rows[i].want) != 0)
			fail_msg(
			    "\"%s\": %s, not %s", rows[i].touched, got, rows[i].want);
	}
	h->read_all = true;
	assert_string_equal(survey(h, "same.md"), "same.md* |");
}

/* A file that took the place of a folder, and the other way round. */
static void
test_replaced(void **state)
{
	struct here *h = *state;

	file(h, "a.md/inside.md");
	know(h, "a.md", 0);
	assert_string_equal(survey(h, "a.md;a.md/"), "a.md/inside.md | a.md ");
	file(h, "b.md");
	know(h, "b.md/inside.md", 0);
	assert_string_equal(survey(h, "b.md;b.md/"), "b.md | b.md/inside.md ");
}

/* They are read again by themselves, though nothing was told of them. */
static void
test_due(void **state)
{
	struct here *h = *state;

	file_and_row(h, "quiet.md");
	file(h, "past.md");
	know(h, "past.md", NOW - 1);
	file(h, "now.md");
	know(h, "now.md", NOW);
	file(h, "later.md");
	know(h, "later.md", NOW + 1);
	know(h, "gone.md", NOW);
	file(h, "d/twice.md");
	know(h, "d/twice.md", NOW);
	assert_string_equal(
	    survey(h, "d/;d/twice.md"), "d/twice.md* now.md* past.md* | gone.md ");
	assert_string_equal(survey(h, NULL), "d/twice.md* now.md* past.md* | gone.md ");
}

/* One whose time was recorded as never matching is looked at until it is well. */
static void
test_unsettled(void **state)
{
	struct reading r = {.path = SLICE("twin.md"), .state = ARTICLE_BAD};
	struct here *h = *state;

	file_and_row(h, "quiet.md");
	file(h, "twin.md");
	OK(ledger_index_put(h->ledger, &r, 0, &h->err));
	file(h, "other.md");
	assert_string_equal(survey(h, "other.md"), "other.md twin.md* |");
	unlink(path_in(h, "twin.md"));
	assert_string_equal(survey(h, "other.md"), "other.md | twin.md ");
}

static void
test_all_gone(void **state)
{
	struct here *h = *state;

	assert_string_equal(survey(h, ""), "|");
	know(h, "a.md", 0);
	know(h, "d/b.md", 0);
	assert_string_equal(survey(h, NULL), "| a.md d/b.md !");
	assert_string_equal(survey(h, ""), "| a.md d/b.md !");
	assert_string_equal(survey(h, "a.md;d/b.md"), "| a.md d/b.md !");
	assert_string_equal(survey(h, "a.md"), "| a.md ");
	file(h, "new.md");
	assert_string_equal(survey(h, ""), "new.md | a.md d/b.md ");
	assert_string_equal(survey(h, NULL), "new.md | a.md d/b.md ");
}

/* Of what is below a folder that cannot be listed nothing is known: it stays. */
static void
test_hidden(void **state)
{
	char deep[64 * 2 + 64] = "", *end = deep;
	struct here *h = *state;

	for (int i = 0; i < SCAN_DEEPEST + 5; i++)
		end += sprintf(end, "d/");
	strcpy(end, "deep.md");
	file_and_row(h, deep);
	know(h, "d/gone.md", 0);
	file_and_row(h, "a.md");
	assert_string_equal(survey(h, NULL), "| d/gone.md ");
	assert_string_equal(survey(h, ""), "| d/gone.md ");
	assert_string_equal(survey(h, "d/"), "| d/gone.md ");
	if (geteuid() == 0)
		return; /* whom nothing is closed to */
	file_and_row(h, "closed/b.md");
	assert_int_equal(chmod(path_in(h, "closed"), 0), 0);
	assert_string_equal(survey(h, "closed/"), "|");
	assert_string_equal(survey(h, "closed/b.md"), "|");
	assert_string_equal(survey(h, NULL), "| d/gone.md ");
	assert_int_equal(chmod(path_in(h, "closed"), 0755), 0);
}

/* What is left for later may be what was renamed to it, also over another one. */
static void
test_put_off(void **state)
{
	struct here *h = *state;
	const char *all = "a.md;b.md;c.md;gone.md;new.md";

	file_and_row(h, "a.md");
	file_and_row(h, "b.md");
	file_and_row(h, "c.md");
	know(h, "gone.md", 0);
	assert_int_equal(rename(path_in(h, "a.md"), path_in(h, "new.md")), 0);
	assert_int_equal(rename(path_in(h, "b.md"), path_in(h, "c.md")), 0);
	assert_string_equal(survey(h, all), "c.md* new.md | a.md b.md gone.md ");
	expect_put_off(h, "");
	h->later = "new.md";
	assert_string_equal(survey(h, all), "c.md* | b.md gone.md ");
	expect_put_off(h, "new.md< new.md<a.md ");
	h->later = "c.md";
	assert_string_equal(survey(h, all), "new.md | a.md gone.md ");
	expect_put_off(h, "c.md< c.md<b.md ");
	slices_add(&h->open, h->place.arena, SLICE("new.md"));
	assert_string_equal(survey(h, all), "| gone.md ");
	expect_put_off(h, "new.md<a.md c.md< c.md<b.md ");
	h->later = NULL;
	slices_add(&h->open, h->place.arena, SLICE("c.md"));
	assert_string_equal(survey(h, all), "| gone.md ");
	expect_put_off(h, "c.md<b.md new.md<a.md ");
}

/* Written a moment ago, in a folder that was told of whole: nobody knows whether more
 * comes. When the file itself was told of, it is whole. */
static void
test_fresh(void **state)
{
	const struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
	struct here *h = *state;

	slices_add(&h->open, h->place.arena, SLICE("other.md"));
	file(h, "d/old.md");
	assert_int_equal(utimensat(AT_FDCWD, path_in(h, "d/old.md"), old, 0), 0);
	file(h, "d/new.md");
	assert_string_equal(survey(h, "d/"), "d/old.md |");
	expect_put_off(h, "d/new.md< ");
	assert_string_equal(survey(h, "d/new.md"), "d/new.md |");
	expect_put_off(h, "");
	/* Everything waits until it is fresh no more. */
	assert_string_equal(survey(h, NULL), "d/new.md d/old.md |");
	expect_put_off(h, "");
	/* What it may have been stays, too. */
	file_and_row(h, "e/a.md");
	assert_int_equal(rename(path_in(h, "e"), path_in(h, "f")), 0);
	assert_string_equal(survey(h, "e/;f/"), "|");
	expect_put_off(h, "f/a.md< f/a.md<e/a.md ");
}

/* ... and is renamed while it waits. */
static void
test_fresh_and_renamed(void **state)
{
	struct here *h = *state;
	struct timespec soon[2];
	pid_t other;

	slices_add(&h->open, h->place.arena, SLICE("other.md"));
	file_and_row(h, "a/old.md");
	file(h, "fresh.md");
	clock_gettime(CLOCK_REALTIME, &soon[1]);
	soon[1].tv_nsec += 400 * 1000000;
	soon[1].tv_sec += soon[1].tv_nsec / 1000000000;
	soon[1].tv_nsec %= 1000000000;
	soon[0] = soon[1];
	assert_int_equal(utimensat(AT_FDCWD, path_in(h, "fresh.md"), soon, 0), 0);
	other = fork();
	if (other == 0) {
		poll(NULL, 0, 50);
		_exit(rename(path_in(h, "a"), path_in(h, "b")) != 0);
	}
	assert_string_equal(survey(h, NULL), "b/old.md fresh.md | a/old.md ");
	assert_int_equal(waitpid(other, NULL, 0), other);
}

/* From where nobody can look to where we do. */
static void
test_out_of_hiding(void **state)
{
	char deep[64 * 2 + 64] = "", *end = deep;
	struct here *h = *state;

	for (int i = 0; i < SCAN_DEEPEST + 5; i++)
		end += sprintf(end, "d/");
	strcpy(end, "deep.md");
	file_and_row(h, deep);
	assert_string_equal(survey(h, NULL), "|");
	assert_int_equal(rename(path_in(h, deep), path_in(h, "out.md")), 0);
	assert_string_equal(
	    survey(h, NULL), arena_printf(h->place.arena, "out.md | %s ", deep).p);
	assert_string_equal(
	    survey(h, "d/;out.md"), arena_printf(h->place.arena, "out.md | %s ", deep).p);
}

/* Two changed places, and one of them cannot be read yet, or is not told of. */
static void
test_changed_places(void **state)
{
	struct here *h = *state;

	file_and_row(h, "a.md");
	file_and_row(h, "b.md");
	assert_int_equal(rename(path_in(h, "a.md"), path_in(h, "x")), 0);
	assert_int_equal(rename(path_in(h, "b.md"), path_in(h, "a.md")), 0);
	assert_int_equal(rename(path_in(h, "x"), path_in(h, "b.md")), 0);
	assert_string_equal(survey(h, "a.md;b.md"), "a.md* b.md* |");
	assert_string_equal(survey(h, "a.md"), "a.md* | b.md ");
	slices_add(&h->open, h->place.arena, SLICE("a.md"));
	assert_string_equal(survey(h, "a.md;b.md"), "b.md* | a.md ");
}

/* Another file has the inode that an article had before it was written anew. */
static void
test_inode_used_again(void **state)
{
	struct here *h = *state;
	struct reading r = {.path = SLICE("a.md"), .state = ARTICLE_LIVE};

	file(h, "a.md");
	file(h, "b.md");
	assert_int_equal(file_stat(&h->root, "b.md", &r.stat, &h->err), 1);
	r.stat.mtime_ns -= 1000;
	OK(ledger_index_put(h->ledger, &r, 1, &h->err));
	assert_string_equal(survey(h, "b.md"), "b.md |");
	assert_string_equal(survey(h, "a.md;b.md"), "a.md* b.md |");
}

/* Of what could not be read the ledger has the inode alone: by it is found where it was. */
static void
test_shut(void **state)
{
	struct here *h = *state;
	struct reading r = {.path = SLICE("shut.md"), .state = ARTICLE_BAD};
	struct file_stat stat;

	file(h, "shut.md");
	assert_int_equal(file_stat(&h->root, "shut.md", &stat, &h->err), 1);
	r.stat.inode = stat.inode;
	OK(ledger_index_put(h->ledger, &r, 1, &h->err));
	assert_string_equal(survey(h, "shut.md"), "shut.md* |");
	assert_int_equal(rename(path_in(h, "shut.md"), path_in(h, "open.md")), 0);
	assert_string_equal(survey(h, "open.md"), "open.md | shut.md ");
}

/* And then nobody can look where it was. */
static void
test_shut_in_hiding(void **state)
{
	struct here *h = *state;
	struct reading r = {.path = SLICE("s/shut.md"), .state = ARTICLE_BAD};
	struct file_stat stat;
	uid_t user = geteuid();

	file(h, "s/shut.md");
	assert_int_equal(file_stat(&h->root, "s/shut.md", &stat, &h->err), 1);
	r.stat.inode = stat.inode;
	OK(ledger_index_put(h->ledger, &r, 1, &h->err));
	assert_int_equal(rename(path_in(h, "s/shut.md"), path_in(h, "open.md")), 0);
	assert_int_equal(chmod(path_in(h, "s"), 0), 0);
	/* No folder is shut to root. */
	assert_true(user || seteuid(65534) == 0);
	assert_int_equal(file_stat(&h->root, "s/shut.md", &stat, &h->err), -1);
	assert_string_equal(survey(h, "open.md"), "open.md | s/shut.md ");
	assert_int_equal(seteuid(user), 0);
	assert_int_equal(chmod(path_in(h, "s"), 0755), 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
	    TEST(test_everything),
	    TEST(test_touched),
	    TEST(test_replaced),
	    TEST(test_due),
	    TEST(test_unsettled),
	    TEST(test_all_gone),
	    TEST(test_hidden),
	    TEST(test_put_off),
	    TEST(test_fresh),
	    TEST(test_fresh_and_renamed),
	    TEST(test_out_of_hiding),
	    TEST(test_changed_places),
	    TEST(test_inode_used_again),
	    TEST(test_shut),
	    TEST(test_shut_in_hiding),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

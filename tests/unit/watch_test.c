#include "place.h"

#include "app/watch.h"
#include "app/watch_change.h"
#include "app/watch_tree.h"
#include "input/scan.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { SETTLE = 100, SETTLE_MAX = 1000, STEADY = 500, LATER = 100000, NOBODY = 65534 };

struct here {
	struct place place;
	struct root root; /* place/root: the articles */
	struct watch_options options;
	struct watch *watch;
	int64_t now;
	struct err err;
};

static int
set_up(void **state)
{
	struct here *h = calloc(1, sizeof *h);

	place_open(&h->place);
	assert_int_equal(
	    root_open(&h->root, place_path(&h->place, "root"), true, &h->err), 0);
	h->options = (struct watch_options){.settle = SETTLE, .settle_max = SETTLE_MAX};
	h->now = 1000;
	*state = h;
	return 0;
}

static int
tear_down(void **state)
{
	struct here *h = *state;

	watch_close(h->watch);
	root_close(&h->root);
	place_close(&h->place);
	free(h);
	return 0;
}

static const char *
at(struct here *h, const char *path)
{
	return place_path(&h->place, arena_printf(h->place.arena, "root/%s", path).p);
}

static void
file(struct here *h, const char *path)
{
	place_write(&h->place, arena_printf(h->place.arena, "root/%s", path).p, "x");
}

static void
folder(struct here *h, const char *path)
{
	assert_int_equal(mkdir(at(h, path), 0755), 0);
}

static void
move(struct here *h, const char *from, const char *to)
{
	if (rename(at(h, from), at(h, to)) < 0)
		fail_msg("%s to %s: %s", from, to, strerror(errno));
}

static void
erase(struct here *h, const char *path)
{
	nftw(at(h, path), place_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

static void
start(struct here *h)
{
	watch_close(h->watch);
	assert_int_equal(watch_open(&h->watch, &h->root, &h->options, &h->err), 0);
}

/* What is ready `later` milliseconds after what happened was read, with blanks
 * between; "!" is all. */
static const char *
after(struct here *h, int64_t later)
{
	struct slice list = SLICE("");
	struct slices touched;
	bool lost;

	watch_read(h->watch, h->now);
	h->now += later;
	watch_take(h->watch, h->now, h->place.arena, &touched, &lost);
	for (size_t i = 0; i < touched.n; i++)
		list = arena_printf(h->place.arena, "%.*s%s%.*s", SLICE_ARG(list),
		    i ? " " : "", SLICE_ARG(touched.v[i]));
	return lost ? arena_printf(h->place.arena, "!%.*s", SLICE_ARG(list)).p : list.p;
}

/* Nothing happened that counts: not even a reason to wake. */
static void
assert_idle(struct here *h)
{
	watch_read(h->watch, h->now);
	assert_int_equal(watch_due(h->watch), -1);
	assert_string_equal(after(h, LATER), "");
}

static void
assert_whole(struct here *h, size_t folders)
{
	assert_int_equal(watch_view(h->watch), WATCH_WHOLE);
	assert_string_equal(watch_reason(h->watch), "");
	assert_int_equal(watch_folders(h->watch), folders);
}

static void
test_quiet(void **state)
{
	struct here *h = *state;
	int64_t first;

	file(h, "a.md");
	start(h);
	assert_whole(h, 1);
	assert_idle(h);
	file(h, "a.md");
	assert_string_equal(after(h, SETTLE - 1), "");
	assert_int_equal(watch_due(h->watch), h->now + 1);
	assert_string_equal(after(h, 1), "a.md");
	assert_idle(h);
	/* Each event makes it wait anew, up to the ceiling. */
	first = h->now;
	while (h->now < first + SETTLE_MAX) {
		file(h, "b.md");
		if (h->now == first)
			file(h, "a.md");
		assert_string_equal(after(h, 0), "");
		assert_in_range(watch_due(h->watch), h->now, first + SETTLE_MAX);
		h->now += SETTLE / 2;
	}
	assert_string_equal(after(h, 0), "a.md b.md");
	assert_idle(h);
}

static void
test_no_quiet(void **state)
{
	struct here *h = *state;

	h->options = (struct watch_options){0};
	start(h);
	file(h, "a.md");
	watch_read(h->watch, h->now);
	assert_int_equal(watch_due(h->watch), h->now);
	assert_string_equal(after(h, 0), "a.md");
	file(h, "a.md");
	move(h, "a.md", "b.md");
	assert_string_equal(after(h, 0), "a.md b.md");
	/* Out of the tree: it could have been to a name not read yet. */
	move(h, "b.md", "../b.md");
	assert_string_equal(after(h, 0), "");
	assert_int_equal(watch_due(h->watch), h->now + 20);
	assert_string_equal(after(h, 19), "");
	assert_string_equal(after(h, 1), "b.md");
	move(h, "../b.md", "c.md");
	assert_string_equal(after(h, 0), "c.md");
	/* To a name that counts for nothing, but is known. */
	move(h, "c.md", "c.md~");
	assert_string_equal(after(h, 0), "c.md");
	folder(h, "f");
	move(h, "f", "_f");
	assert_string_equal(after(h, 0), "f/");
	assert_idle(h);
}

static void
test_what_counts(void **state)
{
	static const char *const noise[] = {".a.md.swp", "a.md~", "4913", "#a.md#",
	    "_x.md", "a.png", ".git/a.md", "_site/a.md", "_drafts/a/b.md",
	    "f/.hidden/a.md", ".md"};
	struct here *h = *state;

	folder(h, "f");
	for (int existed = 0; existed < 2; existed++) {
		start(h);
		assert_whole(h, 2);
		for (size_t i = 0; i < sizeof noise / sizeof *noise; i++)
			file(h, noise[i]);
		move(h, "_x.md", "_y.md");
		move(h, "a.md~", "b.md~");
		move(h, ".git", ".got");
		erase(h, ".got");
		chmod(at(h, "_site"), 0700);
		assert_idle(h);
	}
}

static void
test_events(void **state)
{
	static const struct {
		const char *told;
		char act; /* w: write, m: move, e: erase, c: chmod, l: link, s: symlink,
			   * d: folder, f: FIFO */
		const char *a, *b;
	} cases[] = {
	    {"a.md", 'w', "a.md", NULL},
	    {"a.md b.md", 'm', "a.md", "b.md"},
	    {"b.md", 'm', "b.md", ".b.md"},
	    {"a.md", 'm', ".b.md", "a.md"},
	    {"b.md", 'w', "b.md", NULL},
	    {"a.md b.md", 'm', "b.md", "a.md"},
	    {"a.md", 'c', "a.md", NULL},
	    {"a.md", 'm', "a.md", "../a.md"},
	    {"b.md", 'm', "../a.md", "b.md"},
	    {"l.md", 'l', "b.md", "l.md"},
	    {"s.md", 's', "b.md", "s.md"},
	    {"p.md", 'f', "p.md", NULL},
	    {"p.md", 'e', "p.md", NULL},
	    {"s.md", 'e', "s.md", NULL},
	    {"", 'd', "f", NULL},
	    {"f/b.md", 'w', "f/b.md", NULL},
	    {"b.md f/c.md", 'm', "b.md", "f/c.md"},
	    {"", 'c', "f", NULL},
	    {"f/ g/", 'm', "f", "g"},
	    {"g/c.md", 'w', "g/c.md", NULL},
	    {"g/", 'm', "g", "../g"},
	    {"", 'w', "../g/c.md", NULL},
	    {"h/", 'm', "../g", "h"},
	    {"h/c.md", 'w', "h/c.md", NULL},
	    {"h/", 'm', "h", "_h"},
	    {"", 'w', "_h/c.md", NULL},
	    {"_posts/", 'm', "_h", "_posts"},
	    {"_posts/d.txt", 'w', "_posts/d.txt", NULL},
	    {"_posts/", 'e', "_posts", NULL},
	    {"x.md", 'w', "x.md", NULL},
	    {"x.md", 'e', "x.md", NULL},
	    {"", 'd', "x.md", NULL},
	    {"x.md/y.md", 'w', "x.md/y.md", NULL},
	    {"x.md/", 'e', "x.md", NULL},
	    {"new/far/down/a.md", 'w', "new/far/down/a.md", NULL},
	    {"new/far/down/a.md", 'w', "new/far/down/a.md", NULL},
	    {"new/far/ old/", 'm', "new/far", "old"},
	    {"old/down/a.md", 'w', "old/down/a.md", NULL},
	};
	struct here *h = *state;

	start(h);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *a = cases[i].a, *b = cases[i].b, *told;

		switch (cases[i].act) {
		case 'w':
			file(h, a);
			break;
		case 'm':
			move(h, a, b);
			break;
		case 'e':
			erase(h, a);
			break;
		case 'c':
			assert_int_equal(chmod(at(h, a), 0750), 0);
			break;
		case 'l':
			assert_int_equal(link(at(h, a), at(h, b)), 0);
			break;
		case 's':
			assert_int_equal(symlink(a, at(h, b)), 0);
			break;
		case 'd':
			folder(h, a);
			break;
		default:
			assert_int_equal(mkfifo(at(h, a), 0644), 0);
		}
		told = after(h, LATER);
		if (strcmp(told, cases[i].told) != 0)
			fail_msg("%c %s: told %s", cases[i].act, a, told);
	}
	assert_whole(h, 4); /* the root, new, old, old/down */
}

static FILE *
half(struct here *h, const char *path)
{
	FILE *f = fopen(at(h, path), "a");

	assert_non_null(f);
	assert_true(fputs("half", f) >= 0);
	assert_int_equal(fflush(f), 0);
	return f;
}

static void
test_open(void **state)
{
	struct here *h = *state;
	FILE *f;

	start(h);
	f = half(h, "a.md");
	file(h, "b.md");
	assert_string_equal(after(h, SETTLE), "b.md"); /* not held up */
	assert_int_equal(watch_due(h->watch), h->now - SETTLE + STEADY);
	/* However long it goes on, and whatever else is done to it. */
	for (int i = 0; i < 10; i++) {
		fputs("more", f);
		fflush(f);
		assert_int_equal(fchmod(fileno(f), i % 2 ? 0600 : 0644), 0);
		assert_string_equal(after(h, STEADY - 1), "");
	}
	fclose(f);
	assert_string_equal(after(h, SETTLE - 1), "");
	assert_string_equal(after(h, 1), "a.md");
	/* Nobody closes it. */
	f = half(h, "a.md");
	assert_string_equal(after(h, STEADY - 1), "");
	assert_string_equal(after(h, 1), "a.md");
	assert_idle(h);
	fclose(f);
	assert_string_equal(after(h, SETTLE), "a.md");
	/* Done, and then opened again. */
	file(h, "a.md");
	assert_string_equal(after(h, SETTLE - 1), "");
	f = half(h, "a.md");
	assert_string_equal(after(h, SETTLE), "");
	/* What goes away is done, and so is what takes its place whole. */
	unlink(at(h, "a.md"));
	assert_string_equal(after(h, SETTLE), "a.md");
	fclose(f);
	assert_idle(h);
	f = half(h, "a.md");
	file(h, "b.md~");
	move(h, "b.md~", "a.md");
	assert_string_equal(after(h, SETTLE), "a.md");
	fclose(f);
	assert_idle(h);
}

static void
test_open_for_long(void **state)
{
	struct here *h = *state;
	FILE *f;

	h->options = (struct watch_options){.settle = 2 * STEADY, .settle_max = STEADY};
	start(h);
	f = half(h, "a.md");
	assert_int_equal(link(at(h, "a.md"), at(h, "b.md")), 0);
	assert_string_equal(after(h, 2 * STEADY - 1), "");
	assert_string_equal(after(h, 1), "a.md b.md");
	fclose(f);
}

/* One that is saved again and again is taken at the ceiling, between two savings. */
static void
test_saved_for_ever(void **state)
{
	struct here *h = *state;
	int64_t first = h->now;
	const char *told = "";
	FILE *f;

	start(h);
	for (int i = 0; told[0] == '\0' && i < 100; i++) {
		f = half(h, "a.md");
		assert_string_equal(after(h, SETTLE / 4), "");
		fclose(f);
		told = after(h, SETTLE / 4);
	}
	assert_string_equal(told, "a.md");
	assert_int_equal(h->now, first + SETTLE_MAX + SETTLE / 2);
	assert_idle(h);
	/* The next burst has a time of its own, also if the last one came to nothing. */
	file(h, "a.md");
	assert_string_equal(after(h, SETTLE - 1), "");
	f = half(h, "a.md");
	assert_string_equal(after(h, LATER), "a.md");
	fclose(f);
	assert_string_equal(after(h, SETTLE - 1), "");
	assert_string_equal(after(h, 1), "a.md");
}

/* The old name and the new one are taken together, whatever is still written. */
static void
test_rename_while_open(void **state)
{
	struct here *h = *state;
	FILE *f;

	file(h, "a.md");
	start(h);
	move(h, "a.md", "b.md");
	f = half(h, "b.md");
	assert_string_equal(after(h, STEADY - 1), "");
	move(h, "b.md", "c.md");
	assert_string_equal(after(h, STEADY - 1), "");
	fputs("more", f);
	fflush(f);
	file(h, "other.md");
	assert_string_equal(after(h, STEADY - 1), "other.md");
	fclose(f);
	assert_string_equal(after(h, SETTLE), "a.md b.md c.md");
	f = half(h, "c.md");
	assert_string_equal(after(h, 1), "");
	move(h, "c.md", "d.md");
	assert_string_equal(after(h, SETTLE), "");
	assert_string_equal(after(h, STEADY), "c.md d.md");
	fclose(f);
	assert_string_equal(after(h, LATER), "d.md");
	/* Another file at the old name is another matter. */
	move(h, "d.md", "e.md");
	f = half(h, "d.md");
	assert_string_equal(after(h, SETTLE), "e.md");
	fclose(f);
	assert_string_equal(after(h, SETTLE), "d.md");
	/* Two change places. */
	assert_int_equal(
	    renameat2(AT_FDCWD, at(h, "d.md"), AT_FDCWD, at(h, "e.md"), RENAME_EXCHANGE),
	    0);
	assert_string_equal(after(h, SETTLE), "d.md e.md");
	assert_idle(h);
}

static void
expect(struct here *h, const char *path, const char *was)
{
	watch_expect(h->watch, slice_str(path), slice_str(was), h->now);
}

/* A run found that it is still written; where it may have come from waits for it. */
static void
test_expect(void **state)
{
	struct here *h = *state;
	FILE *f;

	start(h);
	expect(h, "a.md", NULL);
	expect(h, "c.md", "b.md");
	assert_string_equal(after(h, STEADY - 1), "");
	assert_string_equal(after(h, 1), "a.md b.md c.md");
	assert_idle(h);
	/* Whose own time has begun already. */
	f = half(h, "c.md");
	assert_string_equal(after(h, STEADY - 1), "");
	expect(h, "c.md", "b.md");
	assert_string_equal(after(h, 1), "b.md c.md");
	/* It goes, or is taken elsewhere. */
	expect(h, "c.md", "b.md");
	unlink(at(h, "c.md"));
	fclose(f);
	assert_string_equal(after(h, SETTLE), "b.md c.md");
	assert_idle(h);
	f = half(h, "c.md");
	assert_string_equal(after(h, 1), "");
	expect(h, "c.md", "b.md");
	move(h, "c.md", "d.md");
	assert_string_equal(after(h, SETTLE), "");
	fclose(f);
	assert_string_equal(after(h, SETTLE), "b.md c.md d.md");
	/* Another file takes its place: of the old one there is nothing to wait for. */
	expect(h, "d.md", "b.md");
	file(h, "d.md~");
	move(h, "d.md~", "d.md");
	assert_string_equal(after(h, SETTLE), "d.md");
	assert_string_equal(after(h, STEADY), "b.md");
	/* What was done before may have been opened again. */
	file(h, "e.md");
	assert_string_equal(after(h, 1), "");
	expect(h, "e.md", NULL);
	assert_string_equal(after(h, STEADY - 1), "");
	assert_string_equal(after(h, 1), "e.md");
	/* Of which there is news of its own. */
	file(h, "b.md");
	expect(h, "d.md", "b.md");
	assert_string_equal(after(h, SETTLE), "b.md");
	assert_string_equal(after(h, LATER), "d.md");
	assert_idle(h);
}

/* A rename is told of in two events, of which the second may come later. */
static void
test_halves(void **state)
{
	struct watch_options options = {0};
	struct watch_changes changes;
	struct arena *arena = arena_new();
	struct slices touched;

	(void)state;
	watch_changes_init(&changes, &options);
	watch_change_tell(&changes, SLICE("a.md"), IN_MOVED_FROM, 7, 0);
	watch_change_tell(&changes, SLICE("x.md"), IN_MOVED_FROM, 8, 0);
	watch_change_take(&changes, 0, arena, &touched);
	assert_int_equal(touched.n, 0);
	assert_int_equal(watch_change_due(&changes), 20);
	watch_change_away(&changes, 8, 1);
	watch_change_tell(&changes, SLICE("c.md"), IN_CLOSE_WRITE, 0, 1);
	watch_change_take(&changes, 1, arena, &touched);
	assert_int_equal(touched.n, 2); /* others are not held up */
	watch_change_tell(&changes, SLICE("b.md"), IN_MOVED_TO, 7, 19);
	assert_int_equal(watch_change_due(&changes), 19);
	watch_change_take(&changes, 19, arena, &touched);
	assert_int_equal(touched.n, 2);
	assert_true(slice_is(touched.v[0], "a.md"));
	assert_true(slice_is(touched.v[1], "b.md"));
	/* Too late for one that has been given up. */
	watch_change_tell(&changes, SLICE("b.md"), IN_MOVED_FROM, 9, 100);
	watch_change_promote(&changes, 120);
	assert_int_equal(watch_change_due(&changes), 100);
	watch_change_take(&changes, 120, arena, &touched);
	assert_int_equal(touched.n, 1);
	watch_change_tell(&changes, SLICE("c.md"), IN_MOVED_TO, 9, 121);
	watch_change_take(&changes, 121, arena, &touched);
	assert_int_equal(touched.n, 1);
	assert_int_equal(watch_change_due(&changes), -1);
	/* Renamed over by another, which it is now that goes with the new name. */
	watch_change_tell(&changes, SLICE("a.md"), IN_MOVED_FROM, 11, 150);
	watch_change_tell(&changes, SLICE("c.md"), IN_MOVED_TO, 11, 150);
	watch_change_tell(&changes, SLICE("b.md"), IN_MOVED_FROM, 12, 150);
	watch_change_tell(&changes, SLICE("c.md"), IN_MOVED_TO, 12, 150);
	watch_change_tell(&changes, SLICE("a.md"), IN_CLOSE_WRITE, 0, 150);
	watch_change_tell(&changes, SLICE("c.md"), IN_MODIFY, 0, 150);
	watch_change_take(&changes, 150, arena, &touched);
	assert_int_equal(touched.n, 1);
	assert_true(slice_is(touched.v[0], "a.md"));
	watch_change_tell(&changes, SLICE("c.md"), IN_CLOSE_WRITE, 0, 160);
	watch_change_take(&changes, 160, arena, &touched);
	assert_int_equal(touched.n, 2);
	/* Round in a circle. */
	for (uint32_t i = 0; i < 6; i++) {
		char from[] = {(char)('a' + i % 3), '\0'};
		char to[] = {(char)('a' + (i + 1) % 3), '\0'};

		watch_change_tell(&changes, slice_str(from), IN_MOVED_FROM, 20 + i, 200);
		watch_change_tell(&changes, slice_str(to), IN_MOVED_TO, 20 + i, 200);
	}
	watch_change_take(&changes, 200, arena, &touched);
	assert_int_equal(touched.n, 3);
	watch_changes_fini(&changes);
	arena_free(arena);
}

/* A stream of files that leave does not put off those that left. */
static void
test_many_leave(void **state)
{
	struct watch_options options = {.settle = SETTLE, .settle_max = SETTLE_MAX};
	struct watch_changes changes;
	struct arena *arena = arena_new();
	struct slices touched = {0};
	int64_t now = 0;
	char name[16];

	(void)state;
	watch_changes_init(&changes, &options);
	for (uint32_t i = 1; touched.n == 0 && now < LATER; i++, now += 10) {
		watch_change_promote(&changes, now);
		watch_change_take(&changes, now, arena, &touched);
		snprintf(name, sizeof name, "%u.md", i);
		watch_change_tell(&changes, slice_str(name), IN_MOVED_FROM, i, now);
	}
	assert_in_range(now, SETTLE_MAX, SETTLE_MAX + 100);
	assert_in_range(touched.n, 90, 110);
	watch_changes_fini(&changes);
	arena_free(arena);
}

/* Nothing below a folder that is there too. */
static void
test_each_once(void **state)
{
	struct here *h = *state;

	file(h, "a/b/c.md");
	file(h, "a/b.md");
	file(h, "a-b/x.md");
	start(h);
	file(h, "a/b.md");
	file(h, "a/b.md");
	file(h, "a/b/c.md");
	file(h, "a-b/x.md");
	file(h, "a.md");
	move(h, "a/b", "a/d");
	move(h, "a", "e");
	file(h, "e/d/c.md");
	assert_string_equal(after(h, LATER), "a-b/x.md a.md a/ e/");
	assert_idle(h);
}

static void
test_new_folder(void **state)
{
	struct here *h = *state;
	FILE *f;

	start(h);
	folder(h, "a");
	folder(h, "a/b");
	f = half(h, "a/b/open.md");
	file(h, "a/b/done.md");
	/* Whether the second was closed before the watch came nobody knows. */
	assert_string_equal(after(h, SETTLE), "");
	fputs("more", f);
	fflush(f);
	file(h, "a/b/later.md");
	assert_string_equal(after(h, STEADY - SETTLE - 1), "");
	assert_string_equal(after(h, 1), "a/b/done.md a/b/later.md");
	fclose(f);
	assert_string_equal(after(h, SETTLE), "a/b/open.md");
	assert_whole(h, 3);
	/* Closed before our eyes: there is no doubt. */
	folder(h, "c");
	f = half(h, "c/open.md");
	assert_string_equal(after(h, 0), "");
	fclose(f);
	assert_string_equal(after(h, SETTLE), "c/open.md");
	/* What is found may have come from elsewhere. */
	folder(h, "d");
	move(h, "a/b/open.md", "d/open.md");
	assert_string_equal(after(h, STEADY - 1), "");
	assert_string_equal(after(h, 1), "a/b/open.md d/open.md");
	assert_idle(h);
}

/* What was written long ago needs no waiting for; what may still be written is waited for
 * by itself when nothing else can wait any longer. */
static void
test_found(void **state)
{
	const struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
	struct here *h = *state;
	FILE *f;

	file(h, "old.md");
	assert_int_equal(utimensat(AT_FDCWD, at(h, "old.md"), old, 0), 0);
	start(h);
	folder(h, "a");
	move(h, "old.md", "a/old.md");
	assert_string_equal(after(h, SETTLE), "a/old.md old.md");
	assert_idle(h);
	h->options.settle_max = STEADY / 2;
	start(h);
	folder(h, "b");
	f = half(h, "b/half.md");
	file(h, "done.md");
	assert_string_equal(after(h, STEADY / 2), "done.md");
	fputs("more", f);
	fflush(f);
	assert_string_equal(after(h, STEADY - 1), "");
	assert_string_equal(after(h, 1), "b/half.md");
	fclose(f);
}

/* Folders that move on before we hear of it. */
static void
test_folders_ahead(void **state)
{
	struct here *h = *state;

	file(h, "a/x.md");
	file(h, "a/sub/y.md");
	start(h);
	assert_whole(h, 3);
	/* Found at its new place before it is told that it left the old one. */
	folder(h, "p");
	move(h, "a", "p/a");
	assert_string_equal(after(h, STEADY - 1), "");
	assert_string_equal(after(h, 1), "a/ p/a/sub/y.md p/a/x.md");
	assert_whole(h, 4);
	file(h, "p/a/sub/y.md");
	assert_string_equal(after(h, LATER), "p/a/sub/y.md");
	/* From name to name. */
	move(h, "p/a", "b");
	move(h, "b", "c");
	move(h, "c", "p/d");
	assert_string_equal(after(h, LATER), "b/ c/ p/a/ p/d/");
	file(h, "p/d/x.md");
	assert_string_equal(after(h, LATER), "p/d/x.md");
	/* What stood above stands below. */
	move(h, "p/d/sub", "q");
	move(h, "p", "q/p");
	assert_string_equal(after(h, LATER), "p/ q/");
	file(h, "q/p/d/x.md");
	assert_string_equal(after(h, LATER), "q/p/d/x.md");
	assert_whole(h, 4);
	/* Two change places. */
	file(h, "r/z.md");
	assert_string_equal(after(h, LATER), "r/z.md");
	assert_int_equal(
	    renameat2(AT_FDCWD, at(h, "q"), AT_FDCWD, at(h, "r"), RENAME_EXCHANGE), 0);
	assert_string_equal(after(h, LATER), "q/ r/");
	file(h, "q/z.md");
	file(h, "r/p/d/x.md");
	assert_string_equal(after(h, LATER), "q/z.md r/p/d/x.md");
	assert_whole(h, 5);
	/* An empty folder is replaced by a rename. */
	folder(h, "empty");
	assert_string_equal(after(h, LATER), "");
	move(h, "q", "empty");
	assert_string_equal(after(h, LATER), "empty/ q/");
	file(h, "empty/z.md");
	assert_string_equal(after(h, LATER), "empty/z.md");
	assert_whole(h, 5);
	assert_idle(h);
}

/* So many changes at once that what is known contradicts itself: all is done anew. */
static void
test_muddle(void **state)
{
	struct here *h = *state;

	file(h, "a/b/x.md");
	start(h);
	folder(h, "a/b/c");
	move(h, "a", "tmp");
	folder(h, "a");
	folder(h, "a/b");
	move(h, "tmp", "a/b/c");
	watch_read(h->watch, h->now);
	assert_int_equal(watch_view(h->watch), WATCH_WHOLE);
	assert_string_equal(after(h, LATER), "!");
	assert_whole(h, 6);
	file(h, "a/b/c/b/x.md");
	assert_string_equal(after(h, LATER), "a/b/c/b/x.md");
	assert_idle(h);
}

/* What a folder's watch still says when it is no longer in the tree. */
static void
test_stale(void **state)
{
	struct here *h = *state;

	file(h, "a/b/x.md");
	start(h);
	move(h, "a", "../out");
	file(h, "../out/b/x.md");
	file(h, "../out/b/new.md");
	folder(h, "../out/b/c");
	assert_string_equal(after(h, LATER), "a/");
	file(h, "../out/b/x.md");
	assert_idle(h);
	assert_whole(h, 1);
	/* Removed and made again under the same name, perhaps the same inode. */
	for (int i = 0; i < 20; i++) {
		file(h, "a/b/x.md");
		erase(h, "a");
		folder(h, "a");
		folder(h, "a/b");
		assert_string_equal(after(h, LATER), "a/");
		file(h, "a/b/x.md");
		assert_string_equal(after(h, LATER), "a/b/x.md");
		assert_whole(h, 3);
	}
	erase(h, "a");
	assert_string_equal(after(h, LATER), "a/");
	assert_whole(h, 1);
}

/* Until the kernel has said its last word on a watch, its number may belong to an
 * older one. */
static void
test_last_word(void **state)
{
	struct here *h = *state;
	struct watch_tree tree;
	struct watched *a;
	int wd;

	folder(h, "a");
	watch_tree_init(&tree, &h->root, inotify_init1(IN_NONBLOCK), 0);
	assert_true(watch_tree_fill(&tree));
	a = watch_tree_find(&tree, tree.top, "a");
	assert_non_null(a);
	wd = a->wd;
	assert_ptr_equal(watch_tree_of(&tree, wd), a);
	watch_tree_drop(&tree, a);
	assert_null(watch_tree_of(&tree, wd));
	assert_null(watch_tree_find(&tree, tree.top, "a"));
	watch_tree_ignored(&tree, wd);
	watch_tree_ignored(&tree, wd); /* of one that we do not know */
	assert_int_equal(tree.nodes, 1);
	assert_int_equal(watch_tree_enter(&tree, tree.top, "a", NULL), FOUND_NEW);
	assert_int_equal(watch_tree_enter(&tree, tree.top, "a", NULL), FOUND_KNOWN);
	a = watch_tree_find(&tree, tree.top, "a");
	watch_tree_ignored(&tree, a->wd); /* removed without our doing */
	assert_null(watch_tree_find(&tree, tree.top, "a"));
	assert_int_equal(tree.nodes, 1);
	assert_int_equal(tree.watched, 1);
	watch_tree_fini(&tree);
}

static void
test_depth(void **state)
{
	struct here *h = *state;
	char path[80 * 2 + 16] = "", *end = path;
	const char *deepest;

	start(h);
	for (int i = 0; i < 80; i++) {
		end += sprintf(end, "d/");
		folder(h, path);
	}
	assert_string_equal(after(h, LATER), "");
	assert_whole(h, 1 + SCAN_DEEPEST);
	start(h);
	assert_whole(h, 1 + SCAN_DEEPEST);
	strcpy(path + (size_t)2 * SCAN_DEEPEST, "x.md");
	deepest = arena_cstr(h->place.arena, slice_str(path));
	file(h, deepest);
	assert_string_equal(after(h, LATER), deepest);
	strcpy(path + (size_t)2 * SCAN_DEEPEST, "d/x.md");
	file(h, path);
	assert_idle(h);
}

static size_t
queue_length(void)
{
	char room[24];

	return strtoul(
	    watch_tree_limit("/proc/sys/fs/inotify/max_queued_events", room), NULL, 10);
}

static void
test_overflow(void **state)
{
	struct here *h = *state;
	size_t n = queue_length();
	FILE *f;

	if (n == 0 || n > 100000) {
		print_message("# skipped: the queue is too long to fill it\n");
		return;
	}
	file(h, "a.md");
	file(h, "b.md");
	start(h);
	f = half(h, "open.md");
	for (size_t i = 0; i <= n; i++)
		chmod(at(h, i % 2 ? "a.md" : "b.md"), 0644);
	folder(h, "unseen");
	assert_string_equal(after(h, SETTLE - 1), "");
	assert_int_equal(watch_due(h->watch), h->now + 1);
	assert_string_equal(after(h, 1), "!");
	assert_whole(h, 2);
	file(h, "unseen/c.md");
	assert_string_equal(after(h, SETTLE), "unseen/c.md");
	fclose(f);
	assert_string_equal(after(h, LATER), "open.md");
	assert_idle(h);
}

static void
test_root_gone(void **state)
{
	struct here *h = *state;
	struct err err;

	for (int removed = 0; removed < 2; removed++) {
		int fd;

		file(h, "a/x.md");
		start(h);
		fd = watch_fd(h->watch);
		assert_true(fd >= 0);
		if (removed)
			erase(h, "");
		else
			move(h, "", "../moved");
		assert_string_equal(after(h, SETTLE), "!");
		assert_int_equal(watch_view(h->watch), WATCH_BLIND);
		assert_non_null(strstr(watch_reason(h->watch), "moved or removed"));
		assert_int_equal(watch_fd(h->watch), -1);
		assert_int_equal(watch_folders(h->watch), 0);
		assert_idle(h);
		root_close(&h->root);
		assert_int_equal(
		    root_open(&h->root, place_path(&h->place, "root"), true, &err), 0);
		start(h);
		assert_whole(h, 1);
	}
	/* Another took its place at once. */
	file(h, "a.md");
	assert_string_equal(after(h, LATER), "a.md");
	move(h, "", "../moved again");
	folder(h, "");
	file(h, "b.md");
	assert_string_equal(after(h, LATER), "!");
	assert_int_equal(watch_view(h->watch), WATCH_BLIND);
}

static void
test_limit(void **state)
{
	struct here *h = *state;

	file(h, "a/x.md");
	file(h, "b/x.md");
	h->options.max_watches = 3;
	start(h);
	assert_whole(h, 3);
	file(h, "c/x.md");
	assert_string_equal(after(h, LATER), "c/"); /* whole, as it is never told of */
	assert_int_equal(watch_view(h->watch), WATCH_PART);
	assert_string_equal(watch_reason(h->watch),
	    "only 3 folders are watched, which is the limit (max_watches)");
	file(h, "c/x.md");
	assert_idle(h);
	file(h, "a/x.md");
	assert_string_equal(after(h, LATER), "a/x.md");
	/* Told of the one below, it is known that there is room for it. */
	erase(h, "b");
	assert_string_equal(after(h, LATER), "b/");
	chmod(at(h, "c"), 0700);
	assert_string_equal(after(h, LATER), "c/");
	assert_whole(h, 3);
	file(h, "c/x.md");
	assert_string_equal(after(h, LATER), "c/x.md");
	/* One that cannot be watched and goes no longer counts. */
	file(h, "d/x.md");
	assert_string_equal(after(h, LATER), "d/");
	assert_int_equal(watch_view(h->watch), WATCH_PART);
	erase(h, "d");
	assert_string_equal(after(h, LATER), "d/");
	assert_whole(h, 3);
	h->options.max_watches = 1;
	start(h);
	assert_int_equal(watch_view(h->watch), WATCH_PART);
	assert_int_equal(watch_folders(h->watch), 1);
}

enum { CANNOT = 99 };

/* In a process of its own, which may do as it likes to itself. */
static void
elsewhere(struct here *h, bool (*prepare)(struct here *), void (*work)(struct here *))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		if (!prepare(h))
			_exit(CANNOT);
		work(h);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT) {
		print_message("# skipped: this process may not do what it takes\n");
		return;
	}
	assert_int_equal(status, 0);
}

#define MUST(condition)                                                                  \
	do {                                                                             \
		if (!(condition)) {                                                      \
			fprintf(stderr, "# line %d: %s\n", __LINE__, #condition);        \
			_exit(1);                                                        \
		}                                                                        \
	} while (0)

static bool
put_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return ok;
}

static bool
few_watches(struct here *h)
{
	(void)h;
	return unshare(CLONE_NEWUSER) == 0 &&
	       put_text("/proc/sys/user/max_inotify_watches", "2");
}

static void
see_few_watches(struct here *h)
{
	char room[24];

	start(h);
	MUST(watch_view(h->watch) == WATCH_PART);
	MUST(watch_folders(h->watch) == 2);
	MUST(strstr(watch_reason(h->watch), "(/proc/sys/fs/inotify/max_user_watches: "));
	MUST(strstr(watch_reason(h->watch),
	    watch_tree_limit("/proc/sys/fs/inotify/max_user_watches", room)));
	file(h, "x.md");
	MUST(strcmp(after(h, LATER), "x.md") == 0);
}

static void
test_kernel_limit(void **state)
{
	struct here *h = *state;

	folder(h, "a");
	folder(h, "b");
	folder(h, "c");
	elsewhere(h, few_watches, see_few_watches);
}

static bool
few_files(struct here *h)
{
	struct rlimit limit = {0};

	(void)h;
	return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

static void
see_few_files(struct here *h)
{
	start(h);
	MUST(watch_view(h->watch) == WATCH_BLIND);
	MUST(strstr(watch_reason(h->watch), "max_user_instances"));
	MUST(watch_fd(h->watch) == -1);
	MUST(strcmp(after(h, LATER), "") == 0);
}

static void
test_no_inotify(void **state)
{
	elsewhere(*state, few_files, see_few_files);
}

static bool
be_nobody(struct here *h)
{
	if (geteuid() != 0)
		return true;
	return chown(at(h, ""), NOBODY, NOBODY) == 0 &&
	       chown(at(h, "shut"), NOBODY, NOBODY) == 0 &&
	       chown(at(h, "shut/in"), NOBODY, NOBODY) == 0 &&
	       chmod(h->place.path, 0755) == 0 && seteuid(NOBODY) == 0;
}

static void
see_shut_folder(struct here *h)
{
	chmod(at(h, "shut"), 0);
	start(h);
	MUST(watch_view(h->watch) == WATCH_PART);
	MUST(watch_folders(h->watch) == 1);
	MUST(strcmp(watch_reason(h->watch),
		 "a folder cannot be watched: Permission denied") == 0);
	file(h, "a.md");
	MUST(strcmp(after(h, LATER), "a.md") == 0);
	chmod(at(h, "shut"), 0755);
	MUST(strcmp(after(h, LATER), "shut/") == 0);
	MUST(watch_view(h->watch) == WATCH_WHOLE);
	MUST(watch_folders(h->watch) == 3);
	file(h, "shut/in/a.md");
	MUST(strcmp(after(h, LATER), "shut/in/a.md") == 0);
	chmod(at(h, "shut"), 0);
	MUST(strcmp(after(h, LATER), "") == 0);
	MUST(watch_view(h->watch) == WATCH_PART);
	chmod(at(h, "shut"), 0755);
	MUST(strcmp(after(h, LATER), "shut/") == 0);
	chmod(at(h, ""), 0);
	watch_close(h->watch);
	MUST(watch_open(&h->watch, &h->root, &h->options, &h->err) < 0);
	MUST(strstr(h->err.text, "cannot list"));
	chmod(at(h, ""), 0755);
}

static void
test_shut_folder(void **state)
{
	struct here *h = *state;

	folder(h, "shut");
	folder(h, "shut/in");
	elsewhere(h, be_nobody, see_shut_folder);
}

static bool
mount_overlay(struct here *h)
{
	static const char *const folders[] = {"lower", "upper", "work"};
	const char *path[3];

	for (int i = 0; i < 3; i++) {
		path[i] = place_path(&h->place, folders[i]);
		mkdir(path[i], 0755);
	}
	place_write(&h->place, "lower/a/x.md", "x");
	root_close(&h->root);
	return unshare(CLONE_NEWNS) == 0 &&
	       mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("overlay", place_path(&h->place, "root"), "overlay", 0,
		   arena_printf(h->place.arena, "lowerdir=%s,upperdir=%s,workdir=%s",
		       path[0], path[1], path[2])
		       .p) == 0 &&
	       root_open(&h->root, place_path(&h->place, "root"), false, &h->err) == 0;
}

static void
see_overlay(struct here *h)
{
	start(h);
	MUST(watch_view(h->watch) == WATCH_PART);
	MUST(strstr(watch_reason(h->watch), "overlayfs"));
	MUST(watch_folders(h->watch) == 2);
	file(h, "a/x.md");
	MUST(strcmp(after(h, LATER), "a/x.md") == 0);
	root_close(&h->root);
	watch_close(h->watch);
	umount(place_path(&h->place, "root"));
}

static void
test_overlay(void **state)
{
	elsewhere(*state, mount_overlay, see_overlay);
}

static bool
mount_below(struct here *h)
{
	root_close(&h->root);
	return unshare(CLONE_NEWNS) == 0 &&
	       mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("tmpfs", at(h, "a"), "tmpfs", 0, "") == 0 &&
	       root_open(&h->root, place_path(&h->place, "root"), false, &h->err) == 0;
}

static void
see_unmount(struct here *h)
{
	file(h, "a/b/over.md");
	start(h);
	MUST(watch_folders(h->watch) == 3);
	MUST(umount(at(h, "a")) == 0);
	MUST(strcmp(after(h, LATER), "a/") == 0);
	MUST(watch_folders(h->watch) == 2);
	file(h, "a/under.md");
	MUST(strcmp(after(h, LATER), "a/under.md") == 0);
}

static void
test_unmount(void **state)
{
	struct here *h = *state;

	folder(h, "a");
	elsewhere(h, mount_below, see_unmount);
}

static void
test_names(void **state)
{
	char longest[NAME_MAX + 1], path[2 * PATH_MAX] = "", *end = path;
	struct here *h = *state;
	const char *names[] = {"line\nbreak.md", "caf\xE9.md", "\xFF\xFE/\x01.md",
	    "new\nline/a b.md", "%s%n.md", longest};
	int at_end, fd;

	memset(longest, 'n', NAME_MAX);
	strcpy(longest + NAME_MAX - 3, ".md");
	start(h);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		file(h, names[i]);
		assert_string_equal(after(h, LATER), names[i]);
	}
	/* Longer than any path can be: whom nobody could open is not told of. */
	fd = openat(h->root.fd, ".", O_PATH | O_DIRECTORY);
	memset(longest, 'f', NAME_MAX);
	for (int i = 0; i < 20; i++) {
		int next;

		assert_int_equal(mkdirat(fd, longest, 0755), 0);
		next = openat(fd, longest, O_PATH | O_DIRECTORY);
		close(fd);
		fd = next;
		end += sprintf(end, "%s/", longest);
	}
	assert_idle(h);
	assert_int_equal(watch_folders(h->watch), 3 + 20);
	at_end = openat(fd, "x.md", O_CREAT | O_WRONLY, 0644);
	close(at_end);
	assert_idle(h);
	unlinkat(fd, "x.md", 0);
	close(fd);
	/* nftw cannot clean up what has no path. */
	for (int i = 20; i > 0; i--) {
		path[(size_t)(i - 1) * (NAME_MAX + 1)] = '\0';
		fd = openat(h->root.fd, ".", O_PATH | O_DIRECTORY);
		for (int depth = 1; depth < i; depth++) {
			int next = openat(fd, longest, O_PATH | O_DIRECTORY);

			close(fd);
			fd = next;
		}
		assert_int_equal(unlinkat(fd, longest, AT_REMOVEDIR), 0);
		close(fd);
	}
	after(h, LATER);
	assert_int_equal(watch_folders(h->watch), 3);
}

static void
test_links(void **state)
{
	struct here *h = *state;

	place_write(&h->place, "outside/x.md", "x");
	place_link(&h->place, "../outside", "root/before");
	file(h, "a/x.md");
	start(h);
	assert_whole(h, 2);
	place_link(&h->place, "../outside", "root/after");
	place_link(&h->place, ".", "root/self");
	move(h, "a", "../a");
	place_link(&h->place, "../outside", "root/a");
	assert_string_equal(after(h, LATER), "a/");
	place_write(&h->place, "outside/x.md", "y");
	assert_idle(h);
	assert_whole(h, 1);
}

/*
 * All that a scan finds otherwise than before must have been told of, whatever was
 * done, and when it was read.
 */
struct state {
	struct scan scan;
	struct map by_path;
};

static void
look(struct here *h, struct state *s, struct arena *arena)
{
	static const struct config_articles config;
	struct diags diags;

	diags_init(&diags, arena, SLICE_NONE);
	map_init(&s->by_path);
	assert_int_equal(
	    scan_names(&s->scan, &h->root, &config, arena, &diags, &h->err), 0);
	scan_stats(&h->root, s->scan.file, s->scan.n);
	for (size_t i = 0; i < s->scan.n; i++)
		map_put(&s->by_path, s->scan.file[i].path, &s->scan.file[i]);
}

static void
look_away(struct state *s)
{
	scan_fini(&s->scan);
	map_fini(&s->by_path);
}

static bool
is_told(const struct slices *touched, struct slice path)
{
	for (size_t i = 0; i < touched->n; i++)
		if (slice_eq(touched->v[i], path) ||
		    (slice_ends(touched->v[i], SLICE("/")) &&
			slice_starts(path, touched->v[i])))
			return true;
	return false;
}

static void
compare(const struct state *old, const struct state *new, const struct slices *touched)
{
	for (size_t i = 0; i < old->scan.n; i++) {
		const struct scan_file *was = &old->scan.file[i];
		const struct scan_file *is = map_get(&new->by_path, was->path);

		if ((!is || is->stat.inode != was->stat.inode ||
			is->stat.mtime_ns != was->stat.mtime_ns) &&
		    !is_told(touched, was->path))
			fail_msg("%.*s changed or went", SLICE_ARG(was->path));
	}
	for (size_t i = 0; i < new->scan.n; i++)
		if (!map_get(&old->by_path, new->scan.file[i].path) &&
		    !is_told(touched, new->scan.file[i].path))
			fail_msg("%.*s came", SLICE_ARG(new->scan.file[i].path));
}

static unsigned
draw(uint32_t *seed, unsigned n)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % n;
}

/* A path of up to four folders; few names, so that they meet. */
static const char *
draw_path(struct here *h, uint32_t *seed, const char *name)
{
	struct slice path = SLICE("");

	for (unsigned i = draw(seed, 4); i > 0; i--)
		path = arena_printf(h->place.arena, "%.*s%c/", SLICE_ARG(path),
		    (int)('a' + draw(seed, 3)));
	return arena_printf(h->place.arena, "%.*s%s", SLICE_ARG(path), name).p;
}

static const char *
draw_name(uint32_t *seed)
{
	static const char *const names[] = {
	    "1.md", "2.md", "3.txt", ".4.md", "a", "b", "c", "_h"};

	return names[draw(seed, sizeof names / sizeof *names)];
}

/* What cannot be done is not done. */
static void
do_something(struct here *h, uint32_t *seed)
{
	const char *a = at(h, draw_path(h, seed, draw_name(seed)));
	const char *b = at(h, draw_path(h, seed, draw_name(seed)));
	int fd;

	switch (draw(seed, 8)) {
	case 0:
	case 1:
		mkdir(a, 0755);
		break;
	case 2:
	case 3:
		fd = open(a, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		if (fd >= 0 && write(fd, "x", 1) == 1)
			close(fd);
		break;
	case 4:
	case 5:
		rename(a, b);
		break;
	case 6:
		renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
		break;
	default:
		nftw(a, place_unlink, 16, FTW_DEPTH | FTW_PHYS);
	}
}

static size_t
count_folders(struct here *h, const char *path)
{
	struct root folder;
	struct dirent **list;
	size_t found = 1;
	struct err err;
	int n;

	(void)h;
	if (root_open(&folder, path, false, &err) < 0)
		return 0;
	n = scandirat(folder.fd, ".", &list, NULL, NULL);
	for (int i = 0; i < n; i++) {
		if (list[i]->d_type == DT_DIR &&
		    scan_is_folder(slice_str(list[i]->d_name)))
			found += count_folders(h,
			    arena_printf(h->place.arena, "%s/%s", path, list[i]->d_name)
				.p);
		free(list[i]);
	}
	free(list);
	root_close(&folder);
	return found;
}

static void
test_anything(void **state)
{
	struct here *h = *state;
	uint32_t seed = 20240229;

	start(h);
	for (int round = 0; round < 400; round++) {
		struct arena *arena = arena_new();
		struct slices touched;
		struct state old, new;
		bool lost;

		look(h, &old, arena);
		for (unsigned i = draw(&seed, 12); i > 0; i--) {
			do_something(h, &seed);
			if (draw(&seed, 3) == 0)
				watch_read(h->watch, h->now++);
		}
		watch_read(h->watch, h->now);
		h->now += LATER;
		watch_take(h->watch, h->now, arena, &touched, &lost);
		assert_int_equal(watch_due(h->watch), -1);
		look(h, &new, arena);
		if (!lost)
			compare(&old, &new, &touched);
		watch_read(h->watch, h->now);
		assert_whole(h, count_folders(h, at(h, "")));
		look_away(&old);
		look_away(&new);
		arena_free(arena);
	}
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
	    TEST(test_quiet),
	    TEST(test_no_quiet),
	    TEST(test_what_counts),
	    TEST(test_events),
	    TEST(test_open),
	    TEST(test_open_for_long),
	    TEST(test_saved_for_ever),
	    TEST(test_rename_while_open),
	    TEST(test_expect),
	    cmocka_unit_test(test_halves),
	    cmocka_unit_test(test_many_leave),
	    TEST(test_each_once),
	    TEST(test_new_folder),
	    TEST(test_found),
	    TEST(test_folders_ahead),
	    TEST(test_muddle),
	    TEST(test_stale),
	    TEST(test_last_word),
	    TEST(test_depth),
	    TEST(test_overflow),
	    TEST(test_root_gone),
	    TEST(test_limit),
	    TEST(test_kernel_limit),
	    TEST(test_no_inotify),
	    TEST(test_shut_folder),
	    TEST(test_overlay),
	    TEST(test_unmount),
	    TEST(test_names),
	    TEST(test_links),
	    TEST(test_anything),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "place.h"

#include "input/scan.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>

struct here {
	struct place place;
	struct root root; /* place/root: the articles */
	struct config_articles config;
	struct scan scan;
	struct diags diags;
	struct err err;
};

static int
set_up(void **state)
{
	struct here *h = calloc(1, sizeof *h);

	place_open(&h->place);
	assert_int_equal(
	    root_open(&h->root, place_path(&h->place, "root"), true, &h->err), 0);
	*state = h;
	return 0;
}

static int
tear_down(void **state)
{
	struct here *h = *state;

	scan_fini(&h->scan);
	root_close(&h->root);
	place_close(&h->place);
	free(h);
	return 0;
}

static void
file(struct here *h, const char *path)
{
	place_write(&h->place, arena_printf(h->place.arena, "root/%s", path).p, "x");
}

static int
by_path(const void *a, const void *b)
{
	const struct scan_file *x = a, *y = b;

	return slice_cmp(x->path, y->path);
}

/* The paths found, in order, with blanks between. */
static const char *
scan(struct here *h)
{
	struct slice list = SLICE("");

	scan_fini(&h->scan);
	diags_init(&h->diags, h->place.arena, SLICE_NONE);
	assert_int_equal(scan_names(&h->scan, &h->root, &h->config, h->place.arena,
			     &h->diags, &h->err),
	    0);
	if (h->scan.n)
		qsort(h->scan.file, h->scan.n, sizeof *h->scan.file, by_path);
	for (size_t i = 0; i < h->scan.n; i++)
		list = arena_printf(h->place.arena, "%.*s%s%.*s", SLICE_ARG(list),
		    i ? " " : "", SLICE_ARG(h->scan.file[i].path));
	return list.p;
}

static const struct diag *
diag_of(const struct here *h, const char *path)
{
	for (size_t i = 0; i < h->diags.n; i++)
		if (slice_is(h->diags.v[i].path, path))
			return &h->diags.v[i];
	return NULL;
}

static void
test_names(void **state)
{
	static const struct {
		const char *name;
		bool article;
	} cases[] = {
	    {"a.md", true},
	    {"a.markdown", true},
	    {"a.html", true},
	    {"a.htm", true},
	    {"a.txt", true},
	    {"A.MD", true},
	    {"a.Html", true},
	    {"\xE4\xB8\xAD.txt", true},
	    {"a.b.md", true},
	    {"a b.md", true},
	    {"-a.md", true},
	    {".md", false},
	    {".a.md", false},
	    {"_a.md", false},
	    {"#a.md#", false},
	    {"#a.md", false},
	    {"~a.md", false},
	    {"a.md~", false},
	    {"a.md.bak", false},
	    {"a.md.swp", false},
	    {"a.md.tmp", false},
	    {"a.md.part", false},
	    {"a.md.orig", false},
	    {"a", false},
	    {"amd", false},
	    {"a.jpg", false},
	    {"a.mdx", false},
	    {"", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (scan_is_article(slice_str(cases[i].name)) != cases[i].article)
			fail_msg("%s", cases[i].name);
}

static void
test_folders(void **state)
{
	static const char *const paths[] = {"top.md", "_posts/p.md", "a/_posts/q.md",
	    "a/b/c/d.md", "x.md/inside.txt", "_drafts/no.md", "_site/no.html",
	    ".git/no.md", "a/.hidden/no.md", "a/_data/_posts/no.md", "_postsx/no.md",
	    "a/picture.png", "\xE5\xB9\xB4/\xE6\x96\x87.md"};
	struct here *h = *state;

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		file(h, paths[i]);
	assert_string_equal(scan(h),
	    "_posts/p.md a/_posts/q.md a/b/c/d.md top.md x.md/inside.txt "
	    "\xE5\xB9\xB4/\xE6\x96\x87.md");
	assert_int_equal(h->diags.n, 0);
	assert_int_equal(h->scan.unlisted.n, 0);
}

static void
test_globs(void **state)
{
	static const struct {
		const char *include, *exclude, *found;
	} cases[] = {
	    {NULL, NULL, "README.md a/1.md a/2.txt b/1.md b/c/3.md"},
	    {"**/*.md", NULL, "README.md a/1.md b/1.md b/c/3.md"},
	    {"b/**", NULL, "b/1.md b/c/3.md"},
	    {NULL, "README.md", "a/1.md a/2.txt b/1.md b/c/3.md"},
	    {NULL, "**/1.md", "README.md a/2.txt b/c/3.md"},
	    {"b/**", "b/c/**", "b/1.md"},
	    {"*.md", NULL, "README.md"},
	    {"none", NULL, ""},
	};
	struct here *h = *state;

	file(h, "README.md");
	file(h, "a/1.md");
	file(h, "a/2.txt");
	file(h, "b/1.md");
	file(h, "b/c/3.md");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		h->config = (struct config_articles){0};
		if (cases[i].include)
			slices_add(&h->config.include, h->place.arena,
			    slice_str(cases[i].include));
		if (cases[i].exclude)
			slices_add(&h->config.exclude, h->place.arena,
			    slice_str(cases[i].exclude));
		assert_string_equal(scan(h), cases[i].found);
	}
}

/* What looks like an article and cannot be one is reported, and not opened. */
static void
test_no_files(void **state)
{
	static const struct {
		const char *path;
		enum diag_level level;
	} reported[] = {
	    {"fifo.md", DIAG_WARN},
	    {"socket.md", DIAG_WARN},
	    {"out.md", DIAG_WARN},
	    {"absolute.md", DIAG_WARN},
	    {"dangling.md", DIAG_WARN},
	    {"loop.md", DIAG_WARN},
	    {"to-fifo.md", DIAG_WARN},
	    {"to-folder.md", DIAG_WARN},
	    {"caf\xE9.md", DIAG_BAD},
	    {"line\nbreak.md", DIAG_NOTE},
	};
	struct here *h = *state;
	struct place *p = &h->place;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int s;

	if (!place_follows_links(p))
		return;
	s = socket(AF_UNIX, SOCK_STREAM, 0);
	place_write(p, "secret.md", "keep out");
	place_write(p, "outside/x.md", "keep out");
	file(h, "a/real.md");
	file(h, "caf\xE9.md");
	file(h, "line\nbreak.md");
	assert_int_equal(mkfifo(place_path(p, "root/fifo.md"), 0644), 0);
	assert_int_equal(mkfifo(place_path(p, "root/fifo"), 0644), 0);
	snprintf(address.sun_path, sizeof address.sun_path, "%.100s",
	    place_path(p, "root/socket.md"));
	assert_int_equal(bind(s, (struct sockaddr *)&address, sizeof address), 0);
	close(s);
	place_link(p, "../secret.md", "root/out.md");
	place_link(p, place_path(p, "root/a/real.md"), "root/absolute.md");
	place_link(p, "nowhere.md", "root/dangling.md");
	place_link(p, "loop.md", "root/loop.md");
	place_link(p, "fifo.md", "root/to-fifo.md");
	place_link(p, "a", "root/to-folder.md");
	place_link(p, "a/real.md", "root/well.md");
	place_link(p, "../outside", "root/linked"); /* never followed, nor reported */
	place_link(p, "a", "root/b");
	assert_string_equal(scan(h), "a/real.md line\nbreak.md well.md");
	for (size_t i = 0; i < sizeof reported / sizeof *reported; i++) {
		const struct diag *d = diag_of(h, reported[i].path);

		if (!d || d->level != reported[i].level)
			fail_msg("%s: not reported so", reported[i].path);
	}
	assert_int_equal(h->diags.n, sizeof reported / sizeof *reported);
}

/* What cannot be listed is said, and what is below it counts as unknown. */
static void
test_unlisted(void **state)
{
	struct here *h = *state;
	char path[64 * 2 + 64] = "", *end = path;

	file(h, "a.md");
	for (int i = 0; i < 80; i++)
		end += sprintf(end, "d/");
	strcpy(end, "deep.md");
	file(h, path);
	assert_string_equal(scan(h), "a.md");
	assert_int_equal(h->scan.unlisted.n, 1);
	assert_true(slice_starts(slice_str(path), h->scan.unlisted.v[0]));
	assert_int_equal(h->diags.n, 1);
	if (geteuid() == 0)
		return; /* whom nothing is closed to */
	file(h, "closed/b.md");
	assert_int_equal(chmod(place_path(&h->place, "root/closed"), 0), 0);
	assert_string_equal(scan(h), "a.md");
	assert_int_equal(h->scan.unlisted.n, 2);
	assert_non_null(diag_of(h, "closed/"));
	assert_int_equal(chmod(place_path(&h->place, "root/closed"), 0755), 0);
}

struct mover {
	const char *a, *b;
	atomic_bool stop;
};

static void *
keep_moving(void *ctx)
{
	struct mover *m = ctx;

	while (!atomic_load(&m->stop)) {
		(void)rename(m->a, m->b);
		usleep(20);
		(void)rename(m->b, m->a);
		usleep(20);
	}
	return NULL;
}

/* A folder that goes before it is entered is gone, not unknown. */
static void
test_moving(void **state)
{
	struct here *h = *state;
	struct mover mover = {
	    place_path(&h->place, "root/a"), place_path(&h->place, "root/b"), false};
	pthread_t thread;

	file(h, "a/x.md");
	for (int i = 0; i < 80; i++)
		file(h, arena_printf(h->place.arena, "%d/x.md", i).p);
	assert_int_equal(pthread_create(&thread, NULL, keep_moving, &mover), 0);
	for (int i = 0; i < 300; i++) {
		(void)scan(h);
		assert_int_equal(h->scan.unlisted.n, 0);
	}
	atomic_store(&mover.stop, true);
	pthread_join(thread, NULL);
}

/* As scan, for these paths alone, with ';' between them; "all" is the root. */
static const char *
some(struct here *h, const char *words)
{
	struct slice list = SLICE(""), rest = slice_str(words), word;
	struct slices paths = {0};

	while (slice_token(&rest, ';', &word))
		slices_add(
		    &paths, h->place.arena, slice_is(word, "all") ? SLICE("") : word);
	scan_fini(&h->scan);
	diags_init(&h->diags, h->place.arena, SLICE_NONE);
	scan_some(&h->scan, &h->root, &h->config, &paths, h->place.arena, &h->diags);
	if (h->scan.n)
		qsort(h->scan.file, h->scan.n, sizeof *h->scan.file, by_path);
	for (size_t i = 0; i < h->scan.n; i++)
		list = arena_printf(h->place.arena, "%.*s%s%.*s", SLICE_ARG(list),
		    i ? " " : "", SLICE_ARG(h->scan.file[i].path));
	return list.p;
}

/* It finds what scan_names finds there, and nothing that it does not. */
static void
test_some(void **state)
{
	static const struct {
		const char *paths, *want;
	} rows[] = {
	    {"a.md", "a.md"},
	    {"d/b.md", "d/b.md"},
	    {"d/", "d/b.md d/e/c.md"},
	    {"d/e/", "d/e/c.md"},
	    {"all", "_posts/f.md a.md d/b.md d/e/c.md"},
	    {"_posts/", "_posts/f.md"},
	    {"_posts/f.md", "_posts/f.md"},
	    {"absent.md", ""},
	    {"absent/", ""},
	    {"absent/x.md", ""},
	    {"d", ""},
	    {"a.md/", ""},
	    /* What no scan would list. */
	    {"notes.pdf", ""},
	    {"a.md~", ""},
	    {"out/", ""},
	};
	struct here *h = *state;

	file(h, "a.md");
	file(h, "a.md~");
	file(h, "notes.pdf");
	file(h, "d/b.md");
	file(h, "d/e/c.md");
	file(h, "d/_hidden/x.md");
	file(h, "_posts/f.md");
	file(h, "_drafts/x.md");
	place_write(&h->place, "other/z.md", "x");
	place_link(&h->place, "../other", "root/out");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *got = some(h, rows[i].paths);

		scan_stats(&h->root, h->scan.file, h->scan.n);
		for (size_t k = 0; k < h->scan.n; k++)
			if (h->scan.file[k].state == SCAN_GONE)
				got = "";
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("\"%s\": %s, not %s", rows[i].paths, got, rows[i].want);
	}
	slices_add(&h->config.exclude, h->place.arena, SLICE("d/**"));
	assert_string_equal(some(h, "a.md;d/b.md"), "a.md");
	assert_string_equal(some(h, "all"), "_posts/f.md a.md");
}

static void
test_empty(void **state)
{
	struct here *h = *state;

	assert_string_equal(scan(h), "");
}

static void
test_stats(void **state)
{
	struct here *h = *state;
	struct place *p = &h->place;

	if (!place_follows_links(p))
		return;
	file(h, "a.md");
	file(h, "b/c.md");
	file(h, "b/gone.md");
	file(h, "b/now-a-folder.md");
	place_link(p, "c.md", "root/b/link.md");
	assert_string_equal(scan(h), "a.md b/c.md b/gone.md b/link.md b/now-a-folder.md");
	unlink(place_path(p, "root/b/gone.md"));
	unlink(place_path(p, "root/b/now-a-folder.md"));
	mkdir(place_path(p, "root/b/now-a-folder.md"), 0755);
	scan_stats(&h->root, h->scan.file, h->scan.n);
	assert_int_equal(h->scan.file[0].state, SCAN_FOUND);
	assert_int_equal(h->scan.file[0].stat.size, 1);
	assert_int_equal(h->scan.file[1].stat.inode, place_stat(p, "root/b/c.md").st_ino);
	assert_int_equal(h->scan.file[2].state, SCAN_GONE);
	/* A link is what it points to: unchanged when that is. */
	assert_int_equal(h->scan.file[3].state, SCAN_FOUND);
	assert_int_equal(h->scan.file[3].stat.inode, h->scan.file[1].stat.inode);
	assert_true(h->scan.file[3].stat.regular);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    TEST(test_folders),
	    TEST(test_globs),
	    TEST(test_no_files),
	    TEST(test_unlisted),
	    TEST(test_moving),
	    TEST(test_some),
	    TEST(test_empty),
	    TEST(test_stats),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

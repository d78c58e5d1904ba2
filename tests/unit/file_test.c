#include "place.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>

struct here {
	struct place place;
	struct buf out;
	struct file_stat st;
	struct err err;
};

static int
set_up(void **state)
{
	struct here *h = calloc(1, sizeof *h);

	place_open(&h->place);
	buf_init(&h->out, 64 << 20);
	*state = h;
	return 0;
}

static int
tear_down(void **state)
{
	struct here *h = *state;

	buf_fini(&h->out);
	place_close(&h->place);
	free(h);
	return 0;
}

static int
read_path(struct here *h, const char *path, int64_t max)
{
	return file_read(&h->place.root, path, max, &h->out, &h->st, &h->err);
}

/* --- reading -------------------------------------------------------------- */

static void
test_read(void **state)
{
	struct here *h = *state;
	struct stat st;

	place_write(&h->place, "a/b.md", "hello");
	buf_str(&h->out, "before ");
	assert_int_equal(read_path(h, "a/b.md", 5), 0);
	assert_string_equal(buf_cstr(&h->out), "before hello");
	st = place_stat(&h->place, "a/b.md");
	assert_int_equal(h->st.size, 5);
	assert_int_equal(h->st.inode, st.st_ino);
	assert_int_equal(
	    h->st.mtime_ns, st.st_mtim.tv_sec * 1000000000LL + st.st_mtim.tv_nsec);
	assert_true(h->st.regular);

	place_write(&h->place, "empty.md", "");
	assert_int_equal(read_path(h, "empty.md", 5), 0);
	assert_string_equal(buf_cstr(&h->out), "before hello");
}

static void
test_read_limits(void **state)
{
	struct here *h = *state;

	place_write(&h->place, "b.md", "hello");
	assert_int_equal(read_path(h, "b.md", 4), -1);
	assert_int_equal(h->err.kind, ERR_LIMIT);
	assert_non_null(strstr(h->err.text, "b.md"));
	buf_fini(&h->out);
	buf_init(&h->out, 4);
	assert_int_equal(read_path(h, "b.md", 100), -1);
	assert_int_equal(h->err.kind, ERR_LIMIT);
}

/* Each of these is an error, at once, with its path; nothing is read. */
static void
test_read_fences(void **state)
{
	static const struct {
		const char *path;
		enum err_kind kind;
	} cases[] = {
	    {"../secret", ERR_INPUT},
	    {"in/../../secret", ERR_INPUT},
	    {"in/to-secret", ERR_INPUT}, /* an absolute link */
	    {"in/up/secret", ERR_INPUT}, /* through a linked folder */
	    {"in/proc", ERR_INPUT},
	    {"fifo.md", ERR_INPUT},
	    {"in/to-fifo.md", ERR_INPUT},
	    {"socket.md", ERR_IO},
	    {"in", ERR_INPUT},
	    {"absent.md", ERR_IO},
	    {"in/a.md/b.md", ERR_IO},
	    {"dangling.md", ERR_IO},
	    {"loop.md", ERR_IO},
	    {"", ERR_IO},
	};
	struct here *h = *state;
	struct place *p = &h->place;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	bool follows = place_follows_links(p);
	struct root inner;
	int s;

	place_write(p, "secret", "keep out");
	place_write(p, "root/in/a.md", "in");
	place_link(p, place_path(p, "secret"), "root/in/to-secret");
	place_link(p, "../..", "root/in/up");
	place_link(p, "/proc/self/root", "root/in/proc");
	assert_int_equal(mkfifo(place_path(p, "root/fifo.md"), 0644), 0);
	place_link(p, "../fifo.md", "root/in/to-fifo.md");
	place_link(p, "nowhere", "root/dangling.md");
	place_link(p, "loop.md", "root/loop.md");
	s = socket(AF_UNIX, SOCK_STREAM, 0);
	snprintf(address.sun_path, sizeof address.sun_path, "%.100s",
	    place_path(p, "root/socket.md"));
	assert_int_equal(bind(s, (struct sockaddr *)&address, sizeof address), 0);
	close(s);
	assert_int_equal(root_open(&inner, place_path(p, "root"), false, &h->err), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int rc = file_read(&inner, cases[i].path, 1000, &h->out, &h->st, &h->err);

		if (rc != -1 || h->out.n || (follows && h->err.kind != cases[i].kind))
			fail_msg("%s: %d, %d, %s", cases[i].path, rc, (int)h->err.kind,
			    h->err.text);
	}
	assert_int_equal(file_read(&inner, place_path(p, "root/in/a.md"), 1000, &h->out,
			     &h->st, &h->err),
	    -1);
	root_close(&inner);
}

static void
test_links_within(void **state)
{
	struct here *h = *state;

	if (!place_follows_links(&h->place))
		return;
	place_write(&h->place, "a/b.md", "x");
	place_link(&h->place, "../a/b.md", "a/c.md");
	place_link(&h->place, "a", "d");
	assert_int_equal(read_path(h, "a/c.md", 9), 0);
	assert_int_equal(read_path(h, "d/b.md", 9), 0);
	assert_string_equal(buf_cstr(&h->out), "xx");
}

static void *
append_forever(void *ctx)
{
	static const char piece[4096];
	atomic_int *stop = ctx;
	int fd = stop[1];

	while (!atomic_load(stop))
		if (write(fd, piece, sizeof piece) < 0 ||
		    lseek(fd, 0, SEEK_END) > 9 << 20)
			assert_int_equal(ftruncate(fd, 4 << 20), 0);
	return NULL;
}

/* A file that grows all the time is read whole as it once was, or refused. */
static void
test_read_while_written(void **state)
{
	struct here *h = *state;
	atomic_int shared[2] = {0};
	pthread_t thread;
	int fd;

	place_write(&h->place, "grows.md", "");
	fd = open(place_path(&h->place, "grows.md"), O_WRONLY | O_APPEND | O_CLOEXEC);
	assert_int_equal(ftruncate(fd, 4 << 20), 0);
	shared[1] = fd;
	assert_int_equal(pthread_create(&thread, NULL, append_forever, shared), 0);
	for (int i = 0; i < 20; i++) {
		int rc;

		buf_reset(&h->out);
		rc = read_path(h, "grows.md", 32 << 20);
		if (rc == 0)
			assert_int_equal(h->out.n, h->st.size);
		else
			assert_int_equal(h->err.kind, ERR_INPUT);
	}
	atomic_store(&shared[0], 1);
	pthread_join(thread, NULL);
	close(fd);
}

static void
test_slurp(void **state)
{
	struct here *h = *state;

	place_write(&h->place, "x.conf", "[site]");
	assert_int_equal(
	    file_slurp(place_path(&h->place, "x.conf"), 6, &h->out, &h->err), 0);
	assert_string_equal(buf_cstr(&h->out), "[site]");
	assert_int_equal(
	    file_slurp(place_path(&h->place, "x.conf"), 5, &h->out, &h->err), -1);
	assert_int_equal(h->err.kind, ERR_LIMIT);
	assert_int_equal(file_slurp(h->place.path, 5, &h->out, &h->err), -1);
	assert_int_equal(h->err.kind, ERR_INPUT);
	assert_int_equal(
	    file_slurp(place_path(&h->place, "absent"), 5, &h->out, &h->err), -1);
	assert_int_equal(h->err.kind, ERR_IO);
}

/* --- looking -------------------------------------------------------------- */

static void
test_stat(void **state)
{
	struct here *h = *state;
	struct place *p = &h->place;
	struct file_stat st;

	place_write(p, "a/b.md", "four");
	place_link(p, "b.md", "a/link.md");
	assert_int_equal(file_stat(&p->root, "a/b.md", &st, &h->err), 1);
	assert_int_equal(st.size, 4);
	assert_true(st.regular);
	assert_int_equal(file_stat(&p->root, "a/link.md", &st, &h->err), 1);
	assert_false(st.regular);
	assert_int_equal(file_stat(&p->root, "a", &st, &h->err), 1);
	assert_false(st.regular);
	assert_int_equal(file_stat(&p->root, "a/c.md", &st, &h->err), 0);
	assert_int_equal(file_stat(&p->root, "a/b.md/c", &st, &h->err), 0);
}

static void
test_folder_stat(void **state)
{
	static const struct {
		const char *path;
		int rc;
		int64_t size;
	} cases[] = {
	    {"top.md", 1, 1},
	    {"a/b.md", 1, 4},
	    {"a/link.md", 1, 4}, /* what it points to */
	    {"a/b/c.md", 1, 2},
	    {"ab/c.md", 1, 3}, /* not the folder before */
	    {"a/absent.md", 0, 0},
	    {"absent/x.md", 0, 0},
	    {"a/b.md", 1, 4},
	    {"a/out.md", -1, 0},
	    {"out/secret", -1, 0},
	    {"../secret", -1, 0},
	    {"a/../../secret", -1, 0},
	    {"top.md", 1, 1},
	};
	struct here *h = *state;
	struct place *p = &h->place;
	struct folder folder = FOLDER_NONE;
	struct root inner;

	if (!place_follows_links(p))
		return;
	place_write(p, "secret", "keep out");
	place_write(p, "root/top.md", "1");
	place_write(p, "root/a/b.md", "four");
	place_write(p, "root/a/b/c.md", "22");
	place_write(p, "root/ab/c.md", "333");
	place_link(p, "b.md", "root/a/link.md");
	place_link(p, "../../secret", "root/a/out.md");
	place_link(p, "..", "root/out");
	assert_int_equal(root_open(&inner, place_path(p, "root"), false, &h->err), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct file_stat st = {0};
		int rc = folder_stat(&folder, &inner, cases[i].path, &st, &h->err);

		if (rc != cases[i].rc || (rc > 0 && st.size != cases[i].size))
			fail_msg("%s: %d, %lld", cases[i].path, rc, (long long)st.size);
	}
	folder_close(&folder);
	root_close(&inner);
}

static void
test_root(void **state)
{
	struct here *h = *state;
	struct place *p = &h->place;
	struct root root;

	assert_int_equal(root_open(&root, place_path(p, "x/y"), false, &h->err), -1);
	assert_int_equal(h->err.kind, ERR_IO);
	root_close(&root);
	assert_int_equal(root_open(&root, place_path(p, "x/y/z"), true, &h->err), 0);
	assert_string_equal(root.path, place_path(p, "x/y/z"));
	root_close(&root);
	root_close(&root);
	assert_int_equal(place_stat(p, "x/y/z").st_mode & 0777 & ~0755, 0);
	assert_int_equal(root_open(&root, place_path(p, "x/y/z/"), true, &h->err), 0);
	root_close(&root);
	place_write(p, "file", "");
	assert_int_equal(root_open(&root, place_path(p, "file"), true, &h->err), -1);
	root_close(&root);
	assert_int_equal(root_open(&root, place_path(p, "file/x"), true, &h->err), -1);
	root_close(&root);
}

/* --- publishing ----------------------------------------------------------- */

static struct staged
stage(struct here *h, const char *target, const char *text, int64_t mtime)
{
	struct staged s;

	if (file_stage(&h->place.root, target, slice_str(text), mtime, h->place.arena, &s,
		&h->err) < 0)
		fail_msg("%s", h->err.text);
	return s;
}

static void
test_stage_and_commit(void **state)
{
	struct here *h = *state;
	struct place *p = &h->place;
	struct staged a, b;

	place_write(p, "main.atom", "old");
	a = stage(h, "main.atom", "new bytes", 1709082436);
	b = stage(h, "tag/deep/x.atom", "", 5);
	assert_string_equal(a.temp, ".xysfeed-main.atom");
	assert_string_equal(b.temp, "tag/deep/.xysfeed-x.atom");
	assert_string_equal(place_read(p, "main.atom"), "old");
	assert_string_equal(place_read(p, a.temp), "new bytes");
	assert_int_equal(place_stat(p, a.temp).st_mtim.tv_sec, 1709082436);
	assert_int_equal(place_stat(p, a.temp).st_mtim.tv_nsec, 0);
	assert_int_equal(file_flush(&p->root, &a, 1, false, &h->err), 0);
	assert_int_equal(file_commit(&p->root, &a, &h->err), 0);
	assert_int_equal(file_commit(&p->root, &b, &h->err), 0);
	assert_int_equal(file_flush(&p->root, &b, 1, true, &h->err), 0);
	assert_string_equal(place_read(p, "main.atom"), "new bytes");
	assert_int_equal(place_stat(p, "main.atom").st_mtim.tv_sec, 1709082436);
	assert_int_equal(place_stat(p, "tag/deep/x.atom").st_size, 0);
	assert_false(place_has(p, a.temp));
	assert_false(place_has(p, b.temp));
	assert_int_equal(file_commit(&p->root, &b, &h->err), -1);
	assert_int_equal(h->err.kind, ERR_IO);
}

/* What a killed run left under the same name is written over, not added to. */
static void
test_stage_over_leavings(void **state)
{
	struct here *h = *state;
	struct staged s;

	place_write(&h->place, ".xysfeed-a", "a long piece that was left");
	s = stage(h, "a", "short", 7);
	assert_string_equal(place_read(&h->place, s.temp), "short");
	file_abandon(&h->place.root, &s);
	assert_false(place_has(&h->place, s.temp));
	file_abandon(&h->place.root, &s);
}

/* Links in the output folder lead nothing out of it. */
static void
test_publishing_is_fenced(void **state)
{
	struct here *h = *state;
	struct place *p = &h->place;
	struct staged s;
	struct root inner;

	place_write(p, "outside/a.atom", "theirs");
	place_write(p, "root/b.atom", "ours");
	place_link(p, "../outside", "root/tag");
	place_link(p, "../outside/a.atom", "root/.xysfeed-c");
	assert_int_equal(root_open(&inner, place_path(p, "root"), false, &h->err), 0);
	assert_int_equal(
	    file_stage(&inner, "tag/new/x", SLICE("1"), 7, p->arena, &s, &h->err), -1);
	assert_false(place_has(p, "outside/new"));
	assert_int_equal(
	    file_stage(&inner, "tag/x", SLICE("1"), 7, p->arena, &s, &h->err), -1);
	assert_int_equal(
	    file_stage(&inner, "../x", SLICE("1"), 7, p->arena, &s, &h->err), -1);
	assert_int_equal(
	    file_stage(&inner, "c", SLICE("1"), 7, p->arena, &s, &h->err), -1);
	file_remove(&inner, "tag/a.atom", &h->err);
	file_remove(&inner, "../outside/a.atom", &h->err);
	assert_string_equal(place_read(p, "outside/a.atom"), "theirs");
	root_close(&inner);
}

static void
test_remove(void **state)
{
	struct here *h = *state;
	struct place *p = &h->place;

	place_write(p, "a/b/c/x", "");
	place_write(p, "a/y", "");
	place_write(p, "z", "");
	assert_int_equal(file_remove(&p->root, "a/b/c/x", &h->err), 0);
	assert_false(place_has(p, "a/b"));
	assert_true(place_has(p, "a/y"));
	assert_int_equal(file_remove(&p->root, "a/b/c/x", &h->err), 0); /* absent */
	assert_int_equal(file_remove(&p->root, "a/y", &h->err), 0);
	assert_false(place_has(p, "a"));
	assert_int_equal(file_remove(&p->root, "z", &h->err), 0);
	assert_true(access(p->path, F_OK) == 0);
	place_write(p, "d/x", "");
	assert_int_equal(file_remove(&p->root, "d", &h->err), -1);
	assert_int_equal(h->err.kind, ERR_IO);
}

static void
test_sweep(void **state)
{
	static const char *const kept[] = {
	    "a", "xysfeed-a", "t/.xysfeed", "t/a.xysfeed-b", "other/.xysfeed-z"};
	static const char *const left[] = {
	    "root/.xysfeed-a", "root/t/.xysfeed-b", "root/t/u/v/.xysfeed-c.atom.gz"};
	struct here *h = *state;
	struct place *p = &h->place;
	struct root inner;

	for (size_t i = 0; i < 4; i++)
		place_write(p, arena_printf(p->arena, "root/%s", kept[i]).p, "");
	place_write(p, kept[4], "");
	place_link(p, "../other", "root/linked");
	for (size_t i = 0; i < 3; i++)
		place_write(p, left[i], "");
	assert_int_equal(root_open(&inner, place_path(p, "root"), false, &h->err), 0);
	assert_int_equal(file_sweep(&inner), 3);
	assert_int_equal(file_sweep(&inner), 0);
	for (size_t i = 0; i < 3; i++)
		assert_false(place_has(p, left[i]));
	for (size_t i = 0; i < 4; i++)
		assert_true(place_has(p, arena_printf(p->arena, "root/%s", kept[i]).p));
	assert_true(place_has(p, kept[4]));
	root_close(&inner);
}

static void
test_replace(void **state)
{
	struct here *h = *state;
	struct place *p = &h->place;
	const char *path = place_path(p, "x"), *temp = place_path(p, "x.new");

	place_write(p, "x.new", "first");
	assert_int_equal(file_replace(temp, path, &h->err), 0);
	assert_string_equal(place_read(p, "x"), "first");
	place_write(p, "x.new", "second");
	assert_int_equal(file_replace(temp, path, &h->err), 0);
	assert_string_equal(place_read(p, "x"), "second");
	assert_false(place_has(p, "x.new"));
	assert_int_equal(file_replace(temp, path, &h->err), -1);
	assert_non_null(strstr(h->err.text, path));
	assert_string_equal(place_read(p, "x"), "second");
	/* A link is replaced, not followed. */
	place_link(p, "x", "link");
	place_write(p, "x.new", "third");
	assert_int_equal(file_replace(temp, place_path(p, "link"), &h->err), 0);
	assert_true(S_ISREG(place_stat(p, "link").st_mode));
	assert_string_equal(place_read(p, "x"), "second");
	place_write(p, "x.new", "fourth");
	place_write(p, "folder/full", "");
	assert_int_equal(file_replace(temp, place_path(p, "folder"), &h->err), -1);
	assert_int_equal(file_replace(temp, place_path(p, "none/x"), &h->err), -1);
	assert_string_equal(place_read(p, "x.new"), "fourth");
}

static void
test_lock(void **state)
{
	struct here *h = *state;
	const char *path = place_path(&h->place, "x.lock");
	int held = file_lock(path, &h->err), again;

	assert_true(held >= 0);
	assert_int_equal(file_lock(path, &h->err), -1);
	assert_int_equal(h->err.kind, ERR_BUSY);
	close(held);
	again = file_lock(path, &h->err);
	assert_true(again >= 0);
	close(again);
	place_link(&h->place, "x.lock", "y.lock");
	assert_int_equal(file_lock(place_path(&h->place, "y.lock"), &h->err), -1);
	assert_int_equal(h->err.kind, ERR_IO);
	assert_int_equal(file_lock(place_path(&h->place, "none/x.lock"), &h->err), -1);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
	    TEST(test_read),
	    TEST(test_read_limits),
	    TEST(test_read_fences),
	    TEST(test_links_within),
	    TEST(test_read_while_written),
	    TEST(test_slurp),
	    TEST(test_stat),
	    TEST(test_folder_stat),
	    TEST(test_root),
	    TEST(test_stage_and_commit),
	    TEST(test_stage_over_leavings),
	    TEST(test_publishing_is_fenced),
	    TEST(test_remove),
	    TEST(test_replace),
	    TEST(test_sweep),
	    TEST(test_lock),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

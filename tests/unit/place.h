/*
 * place: a folder of its own for a test, below $TMPDIR or /tmp, and the few
 * things that tests do in it.
 */
#ifndef TESTS_UNIT_PLACE_H
#define TESTS_UNIT_PLACE_H

#include "base/file.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
	char path[256];
	struct root root;
	struct arena *arena;
};

static inline void
place_open(struct place *p)
{
	const char *tmp = getenv("TMPDIR");
	struct err err;

	snprintf(p->path, sizeof p->path, "%.200s/xysfeed-test-XXXXXX",
	    tmp && *tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(p->path));
	assert_int_equal(root_open(&p->root, p->path, false, &err), 0);
	p->arena = arena_new();
}

static inline int
place_unlink(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static inline void
place_close(struct place *p)
{
	root_close(&p->root);
	nftw(p->path, place_unlink, 16, FTW_DEPTH | FTW_PHYS);
	arena_free(p->arena);
}

/* The whole path, in the arena. */
static inline const char *
place_path(struct place *p, const char *path)
{
	return arena_printf(p->arena, "%s/%s", p->path, path).p;
}

/* The folders above `path` are made. */
static inline void
place_write(struct place *p, const char *path, const char *text)
{
	char *whole = (char *)place_path(p, path);
	FILE *f;

	for (char *at = whole + strlen(p->path) + 1; (at = strchr(at, '/'));
	     *at++ = '/') {
		*at = '\0';
		mkdir(whole, 0755);
	}
	f = fopen(whole, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static inline void
place_link(struct place *p, const char *target, const char *path)
{
	assert_int_equal(symlink(target, place_path(p, path)), 0);
}

static inline bool
place_has(struct place *p, const char *path)
{
	struct stat st;

	return lstat(place_path(p, path), &st) == 0;
}

static inline struct stat
place_stat(struct place *p, const char *path)
{
	struct stat st = {0};

	assert_int_equal(lstat(place_path(p, path), &st), 0);
	return st;
}

/* Where openat2 is missing or forbidden no link is followed at all. */
static inline bool
place_follows_links(struct place *p)
{
	struct buf out;
	struct file_stat st;
	struct err err;
	bool follows;

	place_write(p, "a file", "x");
	place_link(p, "a file", "a link");
	buf_init(&out, 1);
	follows = file_read(&p->root, "a link", 1, &out, &st, &err) == 0;
	buf_fini(&out);
	unlink(place_path(p, "a link"));
	unlink(place_path(p, "a file"));
	return follows;
}

/* What stands in the file, NUL-terminated in the arena. */
static inline const char *
place_read(struct place *p, const char *path)
{
	struct buf out;
	struct err err;
	char *text;

	buf_init(&out, 1 << 20);
	if (file_slurp(place_path(p, path), 1 << 20, &out, &err) < 0)
		fail_msg("%s", err.text);
	text = arena_cstr(p->arena, buf_view(&out));
	buf_fini(&out);
	return text;
}

#endif

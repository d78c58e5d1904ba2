#include "base/file_inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STAGED ".xysfeed-"

/* The folder itself; its parent has to be there. */
static int
make_folder(int dir, const char *path)
{
	const char *name;
	int at = file_open_parent(dir, path, &name), rc;

	if (at < 0)
		return -1;
	rc = mkdirat(at, name, 0755) < 0 && errno != EEXIST ? -1 : 0;
	close(at);
	return rc;
}

/* All the folders above the last component. */
static int
make_parents(int dir, const char *path)
{
	int rc = 0;

	for (const char *at = path; rc == 0 && (at = strchr(at, '/')); at++) {
		char *folder = file_copy_path(path, (size_t)(at - path));

		rc = make_folder(dir, folder);
		free(folder);
	}
	return rc;
}

static int
write_all(int fd, struct slice bytes)
{
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		bytes = slice_from(bytes, (size_t)n);
	}
	return 0;
}

/* The disk is at work while the next one is made, and file_flush has less to wait for.
 * Where that cannot be had, it is not missed. */
static int
begin_flush(int fd)
{
	int rc = sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);

	return rc < 0 && (errno == EIO || errno == ENOSPC || errno == EDQUOT) ? -1 : 0;
}

/* Content, size and times of a staged file; errno says what went wrong. */
static int
fill_staged(int fd, struct slice bytes, int64_t mtime)
{
	struct timespec times[2] = {{.tv_sec = mtime}, {.tv_sec = mtime}};
	struct stat s;

	if (write_all(fd, bytes) < 0 || fstat(fd, &s) < 0)
		return -1;
	if (s.st_size != (off_t)bytes.n) {
		errno = EIO;
		return -1;
	}
	return begin_flush(fd) < 0 ? -1 : futimens(fd, times);
}

/* A name of its own for every target, so that threads do not meet; what a
 * killed run left under it is swept at the next start. */
static char *
staged_name(struct arena *arena, const char *target)
{
	const char *slash = strrchr(target, '/');
	size_t folder = slash ? (size_t)(slash - target) + 1 : 0;

	return arena_cstr(arena, arena_printf(arena, "%.*s" STAGED "%s", (int)folder,
				     target, target + folder));
}

int
file_stage(const struct root *root, const char *target, struct slice bytes, int64_t mtime,
    struct arena *arena, struct staged *staged, struct err *err)
{
	int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, fd, rc;

	staged->target = arena_cstr(arena, slice_str(target));
	staged->temp = staged_name(arena, target);
	fd = file_open_beneath(root->fd, staged->temp, flags, 0644);
	if (fd < 0 && errno == ENOENT) {
		if (make_parents(root->fd, target) < 0)
			return err_errno(
			    err, "%s/%s: cannot make its folder", root->path, target);
		fd = file_open_beneath(root->fd, staged->temp, flags, 0644);
	}
	if (fd < 0)
		return err_errno(err, "%s/%s: cannot create", root->path, staged->temp);
	rc = fill_staged(fd, bytes, mtime);
	if (rc < 0)
		err_errno(err, "%s/%s: cannot write", root->path, target);
	if (close(fd) < 0 && rc == 0)
		rc = err_errno(err, "%s/%s: cannot write", root->path, target);
	if (rc < 0)
		file_abandon(root, staged);
	return rc;
}

int
file_commit(const struct root *root, const struct staged *staged, struct err *err)
{
	const char *from, *to = strrchr(staged->target, '/');
	int at = file_open_parent(root->fd, staged->temp, &from), rc;

	rc = at < 0 ? -1 : renameat(at, from, at, to ? to + 1 : staged->target);
	if (rc < 0)
		err_errno(
		    err, "%s/%s: cannot rename into place", root->path, staged->target);
	if (at >= 0)
		close(at);
	return rc;
}

static int
unlink_beneath(const struct root *root, const char *path, int flags)
{
	const char *name;
	int at = file_open_parent(root->fd, path, &name), rc;

	if (at < 0)
		return -1;
	rc = unlinkat(at, name, flags);
	close(at);
	return rc;
}

void
file_abandon(const struct root *root, const struct staged *staged)
{
	unlink_beneath(root, staged->temp, 0);
}

static int
flush_one(const struct root *root, const char *path, int flags, struct err *err)
{
	int fd = file_open_beneath(root->fd, path, O_RDONLY | O_NOFOLLOW | flags, 0), rc;

	rc = fd < 0 ? -1 : fsync(fd);
	if (rc < 0)
		err_errno(err, "%s/%s: cannot flush to disk", root->path, path);
	if (fd >= 0)
		close(fd);
	return rc;
}

/* The folder of the target, and those above it, which may be new too. */
static int
flush_folders(const struct root *root, const char *target, struct err *err)
{
	char *path = file_copy_path(target, strlen(target)), *slash;
	int rc = 0;

	while (rc == 0 && (slash = strrchr(path, '/'))) {
		*slash = '\0';
		rc = flush_one(root, path, O_DIRECTORY, err);
	}
	free(path);
	return rc == 0 ? flush_one(root, ".", O_DIRECTORY, err) : -1;
}

static int
flush_path(const char *path, int flags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
	int rc = fd < 0 ? -1 : fsync(fd);

	if (fd >= 0)
		close(fd);
	return rc;
}

int
file_replace(const char *temp, const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) + 1 : 0;
	char *folder = n ? file_copy_path(path, n) : file_copy_path(".", 1);
	int rc = flush_path(temp, 0) < 0 || rename(temp, path) < 0 ||
			 flush_path(folder, O_DIRECTORY) < 0
		     ? err_errno(err, "%s: cannot write", path)
		     : 0;

	free(folder);
	return rc;
}

static bool
is_same_folder(const char *a, const char *b)
{
	const char *x = strrchr(a, '/'), *y = strrchr(b, '/');

	return x && y ? x - a == y - b && memcmp(a, b, (size_t)(x - a)) == 0 : !x && !y;
}

/*
 * A few files are flushed one by one, which waits for nothing else. For
 * hundreds, one syncfs costs a single commit of the journal, though it waits
 * for what others write to this file system; it reports errors since Linux 5.8.
 */
int
file_flush(const struct root *root, const struct staged *staged, size_t n, bool committed,
    struct err *err)
{
	enum { FEW = 64 };

	if (n > FEW)
		return syncfs(root->fd) < 0
			   ? err_errno(err, "%s: cannot flush to disk", root->path)
			   : 0;
	for (size_t i = 0; i < n; i++) {
		if (!committed) {
			if (flush_one(root, staged[i].temp, 0, err) < 0)
				return -1;
		} else if (i == 0 ||
			   !is_same_folder(staged[i].target, staged[i - 1].target)) {
			if (flush_folders(root, staged[i].target, err) < 0)
				return -1;
		}
	}
	return 0;
}

int
file_remove(const struct root *root, const char *path, struct err *err)
{
	char *copy, *slash;

	if (unlink_beneath(root, path, 0) < 0 && errno != ENOENT && errno != ENOTDIR)
		return err_errno(err, "%s/%s: cannot remove", root->path, path);
	copy = file_copy_path(path, strlen(path));
	while ((slash = strrchr(copy, '/'))) {
		*slash = '\0';
		if (unlink_beneath(root, copy, AT_REMOVEDIR) < 0)
			break;
	}
	free(copy);
	return 0;
}

static int
sweep_folder(int at, int depth)
{
	int fd = openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), swept = 0;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *e;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return 0;
	}
	while ((e = readdir(dir))) {
		if (strncmp(e->d_name, STAGED, sizeof STAGED - 1) == 0) {
			swept += unlinkat(dirfd(dir), e->d_name, 0) == 0;
		} else if ((e->d_type == DT_DIR || e->d_type == DT_UNKNOWN) &&
			   e->d_name[0] != '.' && depth < 32) {
			int sub = openat(dirfd(dir), e->d_name,
			    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			if (sub >= 0) {
				swept += sweep_folder(sub, depth + 1);
				close(sub);
			}
		}
	}
	closedir(dir);
	return swept;
}

int
file_sweep(const struct root *root)
{
	return sweep_folder(root->fd, 0);
}

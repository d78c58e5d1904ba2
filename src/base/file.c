#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <dirent.h>

#define STAGED ".xysfeed-"

/* Component by component, for kernels without openat2: no link at all is
 * followed, which is stricter than RESOLVE_BENEATH. */
static int
open_stepwise(int dir, const char *path, int flags, mode_t mode)
{
	int at = fcntl(dir, F_DUPFD_CLOEXEC, 0), next;

	for (;;) {
		size_t n = strcspn(path, "/");
		char part[NAME_MAX + 1];
		bool last = path[n] == '\0';

		if (at < 0)
			return -1;
		if (n == 0 || n > NAME_MAX || (n == 2 && memcmp(path, "..", 2) == 0)) {
			close(at);
			errno = n > NAME_MAX ? ENAMETOOLONG : EXDEV;
			return -1;
		}
		memcpy(part, path, n);
		part[n] = '\0';
		next = last ? openat(at, part, flags | O_NOFOLLOW, mode)
			    : openat(at, part,
				  O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close(at);
		if (last)
			return next;
		at = next;
		path += n + 1;
	}
}

static int
open_beneath(int dir, const char *path, int flags, mode_t mode)
{
	struct open_how how = {
	    .flags = (unsigned)(flags | O_CLOEXEC),
	    .mode = flags & O_CREAT ? mode : 0,
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	long fd = syscall(SYS_openat2, dir, path, &how, sizeof how);

	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		return open_stepwise(dir, path, flags | O_CLOEXEC, mode);
	return (int)fd;
}

static char *
copy_text(const char *s, size_t n)
{
	char *copy = strndup(s, n);

	if (!copy)
		abort();
	return copy;
}

/* The folder that `path` stands in, reached from `dir`; *name is what follows it. */
static int
open_parent(int dir, const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	int fd;

	*name = slash ? slash + 1 : path;
	if (!slash)
		return fcntl(dir, F_DUPFD_CLOEXEC, 0);
	folder = copy_text(path, (size_t)(slash - path));
	fd = open_beneath(dir, folder, O_PATH | O_DIRECTORY, 0);
	free(folder);
	return fd;
}

/* The folder itself; its parent has to be there. */
static int
make_folder(int dir, const char *path)
{
	const char *name;
	int at = open_parent(dir, path, &name), rc;

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
		char *folder = copy_text(path, (size_t)(at - path));

		rc = make_folder(dir, folder);
		free(folder);
	}
	return rc;
}

/* As `mkdir -p`: of the operator's own folders, links may be part. */
static int
make_root(const char *path)
{
	char *copy = copy_text(path, strlen(path));

	for (char *at = copy; *at && (at = strchr(at + 1, '/'));) {
		*at = '\0';
		mkdir(copy, 0755);
		*at = '/';
	}
	free(copy);
	return mkdir(path, 0755) < 0 && errno != EEXIST ? -1 : 0;
}

int
root_open(struct root *root, const char *path, bool create, struct err *err)
{
	*root = (struct root){.fd = -1};
	if (create && make_root(path) < 0)
		return err_errno(err, "%s: cannot make this folder", path);
	root->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root->fd < 0)
		return err_errno(err, "%s: cannot open this folder", path);
	root->path = copy_text(path, strlen(path));
	return 0;
}

void
root_close(struct root *root)
{
	if (root->fd >= 0)
		close(root->fd);
	free(root->path);
	*root = (struct root){.fd = -1};
}

static void
fill_stat(struct file_stat *st, const struct stat *s)
{
	st->size = s->st_size;
	st->mtime_ns = (int64_t)s->st_mtim.tv_sec * 1000000000 + s->st_mtim.tv_nsec;
	st->inode = s->st_ino;
	st->regular = S_ISREG(s->st_mode);
}

int
file_stat(
    const struct root *root, const char *path, struct file_stat *st, struct err *err)
{
	struct stat s;

	if (fstatat(root->fd, path, &s, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return 0;
		return err_errno(err, "%s/%s: cannot look at it", root->path, path);
	}
	fill_stat(st, &s);
	return 1;
}

void
folder_close(struct folder *folder)
{
	if (folder->fd >= 0)
		close(folder->fd);
	free(folder->path);
	*folder = FOLDER_NONE;
}

/* The folder of this path; its length with the slash is n > 0. */
static int
folder_enter(struct folder *folder, const struct root *root, const char *path, size_t n)
{
	if (folder->path && strncmp(folder->path, path, n) == 0 && !folder->path[n])
		return folder->fd;
	folder_close(folder);
	folder->path = copy_text(path, n);
	folder->path[n - 1] = '\0';
	folder->fd = open_beneath(root->fd, folder->path, O_PATH | O_DIRECTORY, 0);
	folder->path[n - 1] = '/';
	return folder->fd;
}

int
folder_stat(struct folder *folder, const struct root *root, const char *path,
    struct file_stat *st, struct err *err)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) + 1 : 0;
	int at = n ? folder_enter(folder, root, path, n) : root->fd, fd, rc;
	struct stat s;

	rc = at < 0 ? -1 : fstatat(at, path + n, &s, AT_SYMLINK_NOFOLLOW);
	if (rc == 0 && S_ISLNK(s.st_mode)) {
		fd = open_beneath(root->fd, path, O_PATH, 0);
		rc = fd < 0 ? -1 : fstat(fd, &s);
		if (fd >= 0)
			close(fd);
	}
	if (rc < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (rc < 0)
		return err_errno(err, "%s/%s: cannot look at it", root->path, path);
	fill_stat(st, &s);
	return 1;
}

/* Up to the end, which in a regular file is where a read falls short. */
static int
read_all(int fd, int64_t max, struct buf *out, const char *name, struct err *err)
{
	char piece[64 * 1024];
	int64_t total = 0;
	ssize_t n;

	do {
		n = read(fd, piece, sizeof piece);
		if (n < 0 && errno != EINTR)
			return err_errno(err, "%s: cannot read", name);
		if (n < 0)
			continue;
		total += n;
		if (total > max)
			return err_set(err, ERR_LIMIT, "%s: larger than %lld bytes", name,
			    (long long)max);
		buf_add(out, piece, (size_t)n);
	} while (n < 0 || (size_t)n == sizeof piece);
	if (out->full)
		return err_set(err, ERR_LIMIT, "%s: larger than the buffer", name);
	return 0;
}

static bool
same_stat(const struct file_stat *a, const struct file_stat *b)
{
	return a->size == b->size && a->mtime_ns == b->mtime_ns && a->inode == b->inode;
}

/* 1: read whole and unchanged; 0: it changed meanwhile; -1. */
static int
read_once(int fd, const char *name, int64_t max, struct buf *out, struct file_stat *st,
    struct err *err)
{
	size_t start = out->n;
	struct stat s;
	struct file_stat after;

	if (fstat(fd, &s) < 0)
		return err_errno(err, "%s: cannot look at it", name);
	if (!S_ISREG(s.st_mode))
		return err_set(err, ERR_INPUT, "%s: not a regular file", name);
	fill_stat(st, &s);
	if (st->size > max)
		return err_set(err, ERR_LIMIT,
		    "%s: %lld bytes, more than the %lld allowed", name,
		    (long long)st->size, (long long)max);
	if (read_all(fd, max, out, name, err) < 0)
		return -1;
	if (fstat(fd, &s) < 0)
		return err_errno(err, "%s: cannot look at it", name);
	fill_stat(&after, &s);
	return same_stat(st, &after) && (int64_t)(out->n - start) == st->size;
}

static int
read_steady(int fd, const char *name, int64_t max, struct buf *out, struct file_stat *st,
    struct err *err)
{
	size_t start = out->n;

	for (int attempt = 0; attempt < 3; attempt++) {
		int rc;

		if (attempt > 0 && lseek(fd, 0, SEEK_SET) < 0)
			return err_errno(err, "%s: cannot read from its start", name);
		out->n = start;
		rc = read_once(fd, name, max, out, st, err);
		if (rc != 0)
			return rc < 0 ? -1 : 0;
	}
	return err_set(err, ERR_INPUT, "%s: it keeps changing while it is read", name);
}

int
file_read(const struct root *root, const char *path, int64_t max, struct buf *out,
    struct file_stat *st, struct err *err)
{
	int fd = open_beneath(root->fd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	int rc;

	if (fd < 0 && errno == EXDEV)
		return err_set(err, ERR_INPUT, "%s: a link out of the tree", path);
	if (fd < 0)
		return err_errno(err, "%s: cannot open", path);
	rc = read_steady(fd, path, max, out, st, err);
	close(fd);
	return rc;
}

int
file_slurp(const char *path, int64_t max, struct buf *out, struct err *err)
{
	struct file_stat st;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), rc;

	if (fd < 0)
		return err_errno(err, "%s: cannot open", path);
	rc = read_steady(fd, path, max, out, &st, err);
	close(fd);
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
	return futimens(fd, times);
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
	fd = open_beneath(root->fd, staged->temp, flags, 0644);
	if (fd < 0 && errno == ENOENT) {
		if (make_parents(root->fd, target) < 0)
			return err_errno(
			    err, "%s/%s: cannot make its folder", root->path, target);
		fd = open_beneath(root->fd, staged->temp, flags, 0644);
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
	int at = open_parent(root->fd, staged->temp, &from), rc;

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
	int at = open_parent(root->fd, path, &name), rc;

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
	int fd = open_beneath(root->fd, path, O_RDONLY | O_NOFOLLOW | flags, 0), rc;

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
	char *path = strdup(target), *slash;
	int rc = 0;

	if (!path)
		abort();
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
	char *folder = n ? strndup(path, n) : strdup(".");
	int rc;

	if (!folder)
		abort();
	rc = flush_path(temp, 0) < 0 || rename(temp, path) < 0 ||
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
	copy = copy_text(path, strlen(path));
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

int
file_lock(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);

	if (fd < 0)
		return err_errno(err, "%s: cannot open the lock", path);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK)
			err_set(err, ERR_BUSY, "%s: another run holds the lock", path);
		else
			err_errno(err, "%s: cannot lock", path);
		close(fd);
		return -1;
	}
	return fd;
}

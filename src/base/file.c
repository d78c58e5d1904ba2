#include "base/file_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

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

int
file_open_beneath(int dir, const char *path, int flags, mode_t mode)
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

char *
file_copy_path(const char *path, size_t n)
{
	char *copy = strndup(path, n);

	if (!copy)
		abort();
	return copy;
}

int
file_open_parent(int dir, const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	int fd;

	*name = slash ? slash + 1 : path;
	if (!slash)
		return fcntl(dir, F_DUPFD_CLOEXEC, 0);
	folder = file_copy_path(path, (size_t)(slash - path));
	fd = file_open_beneath(dir, folder, O_PATH | O_DIRECTORY, 0);
	free(folder);
	return fd;
}

/* As `mkdir -p`: of the operator's own folders, links may be part. */
static int
make_root(const char *path)
{
	char *copy = file_copy_path(path, strlen(path));

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
	root->path = file_copy_path(path, strlen(path));
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
	folder->path = file_copy_path(path, n);
	folder->path[n - 1] = '\0';
	folder->fd = file_open_beneath(root->fd, folder->path, O_PATH | O_DIRECTORY, 0);
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
		fd = file_open_beneath(root->fd, path, O_PATH, 0);
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
	int fd = file_open_beneath(root->fd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
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
file_open(const struct root *root, const char *path, int *fd, struct file_stat *st,
    struct err *err)
{
	struct stat s;
	int rc = -1;

	*fd = file_open_beneath(root->fd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	if (*fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (*fd < 0)
		return err_errno(err, "%s: cannot open", path);
	if (fstat(*fd, &s) < 0)
		err_errno(err, "%s: cannot look at it", path);
	else if (!S_ISREG(s.st_mode))
		err_set(err, ERR_INPUT, "%s: not a regular file", path);
	else
		rc = 1;
	if (rc < 0)
		close(*fd);
	else
		fill_stat(st, &s);
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

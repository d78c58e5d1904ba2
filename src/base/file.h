/*
 * file: the only place that opens, stages, renames and fsyncs.
 *
 * A `root` is a directory that everything below is reached through: paths are
 * relative to it and cannot leave it, neither by ".." nor by a symbolic link
 * (openat2 with RESOLVE_BENEATH; without that system call, component by
 * component with O_NOFOLLOW).
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

#include <stdint.h>

struct root {
	int fd;
	char *path; /* as configured, for messages */
};

/* Open a directory; with `create`, make it and its parents (mode 0755). */
int root_open(struct root *root, const char *path, bool create, struct err *err);
void root_close(struct root *root);

/* What stat says of a file, as far as anything here asks. */
struct file_stat {
	int64_t size;
	int64_t mtime_ns;
	uint64_t inode;
	bool regular;
};

/* 1 and *st filled, 0 when there is no such file, -1. A link at the end of the
 * path is not followed. For paths of our own making: it is no fence. */
int file_stat(
    const struct root *root, const char *path, struct file_stat *st, struct err *err);

/*
 * The stat of many files that stand together: the folder of the last one is
 * kept open. A link counts as what it points to, if that is below the root.
 * Begin with FOLDER_NONE, end with folder_close.
 */
struct folder {
	int fd;
	char *path; /* with final slash; NULL: the root itself */
};
#define FOLDER_NONE ((struct folder){.fd = -1})

/* As file_stat; -1 also for a link that leads out. */
int folder_stat(struct folder *folder, const struct root *root, const char *path,
    struct file_stat *st, struct err *err);
void folder_close(struct folder *folder);

/*
 * Read a whole regular file of at most `max` bytes into `out` (appended).
 * Never blocks on a FIFO or device: what is no regular file is an error.
 * A file that changed while it was read is read again, up to 3 times, then
 * ERR_INPUT. *st is what was read. ERR_LIMIT: larger than max.
 */
int file_read(const struct root *root, const char *path, int64_t max, struct buf *out,
    struct file_stat *st, struct err *err);

/* Open a regular file to read from it: 1, *fd and *st; 0 when there is no such file. */
int file_open(const struct root *root, const char *path, int *fd, struct file_stat *st,
    struct err *err);

/* As file_read for one path outside of any root (the configuration). */
int file_slurp(const char *path, int64_t max, struct buf *out, struct err *err);

/*
 * Publishing, in four steps, so that a crash leaves each path whole:
 * stage every new file beside its target, file_flush, rename every one,
 * file_flush. Staged names are the target's with ".xysfeed-" before the last
 * component.
 */
struct staged {
	char *temp; /* the staged name, relative to the root */
	char *target;
};

/*
 * Write `bytes` beside `target` (folders are made) with `mtime` in seconds;
 * the size on disk is checked. Nothing is left on failure.
 */
int file_stage(const struct root *root, const char *target, struct slice bytes,
    int64_t mtime, struct arena *arena, struct staged *staged, struct err *err);
int file_commit(const struct root *root, const struct staged *staged, struct err *err);
void file_abandon(const struct root *root, const struct staged *staged);

/* The bytes of staged files, or once committed their names, are on disk when this
 * returns 0. */
int file_flush(const struct root *root, const struct staged *staged, size_t n,
    bool committed, struct err *err);

/* Put a file, complete but for its fsync, in the place of another, for good. */
int file_replace(const char *temp, const char *path, struct err *err);

/* Remove one file (absent is well), and then its folders that became empty. */
int file_remove(const struct root *root, const char *path, struct err *err);

/* Remove staged files that a killed run left anywhere below: how many. */
int file_sweep(const struct root *root);

/*
 * An exclusive lock on the file at `path` (made if absent), held until the
 * descriptor is closed. Returns the descriptor; ERR_BUSY when it is held.
 */
int file_lock(const char *path, struct err *err);

#endif

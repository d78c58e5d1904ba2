/*
 * file_inside: what the parts of file share. Only file*.c include it.
 *
 *     file.c        reach, look at, read and lock
 *     file_stage.c  write beside, flush, rename, remove
 */
#ifndef BASE_FILE_INSIDE_H
#define BASE_FILE_INSIDE_H

#include "base/file.h"

#include <sys/types.h>

/* As openat, but never out of `dir`; close-on-exec. */
int file_open_beneath(int dir, const char *path, int flags, mode_t mode);

/* The folder that `path` stands in, reached from `dir`; *name is what follows it. */
int file_open_parent(int dir, const char *path, const char **name);

/* The first n bytes; freed by the caller. */
char *file_copy_path(const char *path, size_t n);

#endif

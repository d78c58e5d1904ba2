/*
 * tree: the plainest walk over a folder with two threads, for the floor that
 * the program is measured against. Folders are taken from one stack; fn is
 * called for each regular file, on either thread, with the folder open.
 */
#ifndef BENCH_TREE_H
#define BENCH_TREE_H

#include <sys/stat.h>

enum { TREE_THREADS = 2 };

/* Any failure ends the process: a measurement of half a tree is none. */
void tree_walk(const char *root,
    void (*fn)(void *ctx, int worker, int dir, const char *name, const struct stat *st),
    void *ctx);

/* Seconds on the monotonic clock. */
double tree_seconds(void);

#endif

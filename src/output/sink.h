/*
 * sink: where published documents go.
 *
 * The publisher knows only these calls; files below a folder are one sink,
 * object storage or WebDAV would be others. Several threads may stage at
 * once; everything else is called by one.
 */
#ifndef OUTPUT_SINK_H
#define OUTPUT_SINK_H

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"

struct sink_head {
	int64_t bytes, mtime;
};

struct sink {
	void *ctx;
	/* Bring bytes near their place; nobody sees them yet. */
	int (*stage)(void *ctx, const char *path, struct slice bytes, int64_t mtime,
	    struct arena *arena, struct staged *staged, struct err *err);
	/* Everybody sees them, whole, at once. */
	int (*put)(void *ctx, const struct staged *staged, struct err *err);
	void (*abandon)(void *ctx, const struct staged *staged);
	/* 1 and *head, 0: there is none, -1. */
	int (*head)(void *ctx, const char *path, struct sink_head *head, struct err *err);
	int (*remove)(void *ctx, const char *path, struct err *err);
	/* What was staged, or once `put` is seen, survives a power cut. */
	int (*barrier)(
	    void *ctx, const struct staged *staged, size_t n, bool put, struct err *err);
};

/* The folder `root`, which must outlive the sink. */
struct sink sink_files(struct root *root);

#endif

/*
 * watch_tree: the folders that are watched, and which is which of the kernel's
 * watch descriptors. A part of watch; watch.c alone includes it.
 *
 * A folder knows its name and its parent, so that a rename above it costs it
 * nothing. Every folder is reached through descriptors from the root down, no link
 * is ever followed.
 */
#ifndef APP_WATCH_TREE_H
#define APP_WATCH_TREE_H

#include "base/file.h"

#include <limits.h>

enum watch_table { BY_WD, BY_NAME, WATCH_TABLES };

struct watched {
	struct watched *parent;              /* NULL: the root */
	struct watched *child;               /* the first folder in it */
	struct watched *next, **link;        /* siblings; what points here */
	struct watched *chain[WATCH_TABLES]; /* the next in the same bucket */
	int wd;                              /* -1: it could not be watched */
	bool dropped; /* waits for IN_IGNORED: until then its wd is stale */
	char name[];
};

struct watch_tree {
	const struct root *root;
	int fd;     /* inotify's */
	size_t max; /* folders to watch at most; 0: the kernel's limit */
	struct watched *top;
	struct watched **bucket[WATCH_TABLES];
	size_t buckets, nodes;
	size_t watched, unwatched;
	bool muddled;     /* it is not as the kernel has it: build it anew */
	char reason[160]; /* why some are unwatched */
};

/* Told of the articles in folders that were not watched before. */
struct watch_visit {
	void (*file)(void *ctx, const struct watched *folder, const char *name);
	void *ctx;
};

enum watch_found {
	FOUND_NOTHING, /* it is gone again, no folder, or too deep */
	FOUND_KNOWN,
	FOUND_NEW,
	FOUND_CLOSED, /* there, but it cannot be watched: `reason` says why */
};

/* Takes the descriptor over. Nothing is watched yet. */
void watch_tree_init(
    struct watch_tree *tree, const struct root *root, int fd, size_t max);
void watch_tree_fini(struct watch_tree *tree);

/* Watch the root and all below; false when not even the root can be. */
bool watch_tree_fill(struct watch_tree *tree);
/* Watch nothing, and forget all events that wait. */
void watch_tree_clear(struct watch_tree *tree);

/* The folder of an event; NULL when it is watched no longer. */
struct watched *watch_tree_of(const struct watch_tree *tree, int wd);
struct watched *watch_tree_find(
    const struct watch_tree *tree, const struct watched *parent, const char *name);

/* Watch this folder as it stands now, and all below, and no other that stood there
 * before; `visit` may be NULL. */
enum watch_found watch_tree_enter(struct watch_tree *tree, struct watched *parent,
    const char *name, const struct watch_visit *visit);
/* Watch it and all below no longer. */
void watch_tree_drop(struct watch_tree *tree, struct watched *folder);
/* The kernel watches it no longer (IN_IGNORED). */
void watch_tree_ignored(struct watch_tree *tree, int wd);

/* The path of something in a folder, in `room`; empty when it is too long for
 * anybody to open. `end` is "/" or "". */
struct slice watch_tree_path(
    const struct watched *folder, const char *name, const char *end, char room[PATH_MAX]);

/* What a file of /proc says, for a sentence: "65536", "unknown". */
const char *watch_tree_limit(const char *path, char room[24]);

#endif

/*
 * watch: which articles may have changed, told by the kernel.
 *
 * Watches every folder of the tree that scan would list, by inotify(7), and
 * gathers what happened until it has been quiet for a while. A file that was
 * closed, renamed in, or went away is taken then; one that is still being
 * written only after it did not change for some time, so that no half of an
 * article is read. Without a full view (too many folders, a file system that
 * tells nothing, an overflow of the queue) it says so; the caller scans.
 *
 * Open it, then scan once: what happens from then on is told. What happens above
 * the root (a parent renamed, a mount put over it) is seen at the next take at the
 * earliest.
 */
#ifndef APP_WATCH_H
#define APP_WATCH_H

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"

#include <stddef.h>
#include <stdint.h>

struct watch_options {
	int64_t settle;     /* milliseconds without an event before a burst is taken */
	int64_t settle_max; /* ... and how long a burst is gathered at most */
	size_t max_watches; /* folders watched at most; 0: the kernel's limit */
};

/* How much the kernel tells. */
enum watch_view {
	WATCH_WHOLE,
	WATCH_PART,  /* the limit of watches was reached, a folder cannot be watched, or
		      * the file system does not tell what others change */
	WATCH_BLIND, /* nothing: no inotify, or the root is gone */
};

struct watch;

/*
 * Never fails for want of watches (ask watch_view), only when the root cannot
 * be listed. `root` is borrowed until watch_close. One that has become blind
 * stays so: close it, and open another when its cause may have gone.
 */
int watch_open(struct watch **watch, const struct root *root,
    const struct watch_options *options, struct err *err);
void watch_close(struct watch *watch); /* NULL is allowed */

enum watch_view watch_view(const struct watch *watch);
/* Why the view is not whole, as a sentence for the operator; "" when it is. */
const char *watch_reason(const struct watch *watch);
size_t watch_folders(const struct watch *watch);

/* To be polled for reading; the same one until watch_close, but -1 when blind. */
int watch_fd(const struct watch *watch);

/* Take in all events that wait. `now`: milliseconds of clock_elapsed. */
void watch_read(struct watch *watch, int64_t now);

/* Files that may still be written: they are added to `paths`, copied. Who looks at
 * everything leaves them alone; they will be told of. */
void watch_open_files(
    const struct watch *watch, struct arena *arena, struct slices *paths);

/* This one may still be written, as a run or another watch found. What it may have been
 * renamed from comes with it, not before: `was`, or none. */
void watch_expect(struct watch *watch, struct slice path, struct slice was, int64_t now);

/* When there will be something to take (of clock_elapsed); -1: nothing waits. */
int64_t watch_due(const struct watch *watch);

/*
 * What is ready now: what may be another thing than it was, a file, or all below a
 * folder. Its path is relative to the root, a folder's ends in '/'. In order, each path
 * once and nothing below a folder that is there too; the paths live in `arena`. Both
 * paths of a rename come together.
 * The files of a folder that was made come one by one, so that none is read while
 * it is written; one that was moved, removed, or cannot be watched comes whole.
 * *lost: events were lost (an overflow, the root was moved or removed): everything
 * may have changed, and the watches were set anew before this returned.
 */
void watch_take(struct watch *watch, int64_t now, struct arena *arena,
    struct slices *touched, bool *lost);

#endif

/*
 * watch_change: what was told of and not yet taken, and when it may be. A part of
 * watch; watch.c alone includes it.
 *
 * A path is done, open or apart. All that is done is ready together, when it has been
 * quiet for a while. A file that may still be written is open: it is ready by itself, when
 * nothing was told of it for some time. What was renamed is apart for a moment, until it
 * is known where to; from then on both paths are one or the other together.
 */
#ifndef APP_WATCH_CHANGE_H
#define APP_WATCH_CHANGE_H

#include "app/watch.h"
#include "base/map.h"

#include <sys/queue.h>

enum change_state { CHANGE_OPEN, CHANGE_APART, CHANGE_DONE, CHANGE_STATES };

struct change;
TAILQ_HEAD(change_list, change);

struct watch_changes {
	int64_t settle, settle_max;
	struct map by_path;
	struct change_list list[CHANGE_STATES];
	int64_t first, last; /* when something was done, in this burst */
	bool gathering;
	int64_t last_found;
	size_t found; /* of which no event told yet */
	bool lost;
};

void watch_changes_init(
    struct watch_changes *changes, const struct watch_options *options);
void watch_changes_fini(struct watch_changes *changes);

/* An event of inotify, of this path; what ends in '/' is never open. */
void watch_change_tell(struct watch_changes *changes, struct slice path, uint32_t mask,
    uint32_t cookie, int64_t now);
/*
 * It was there when somebody looked. It may have been renamed from what is done, or, when
 * it is fresh, may still be written: all that is done waits a while for it, but never past
 * settle_max; from then on it is open.
 */
void watch_change_found(
    struct watch_changes *changes, struct slice path, bool fresh, int64_t now);
/* It may still be written; with what it may have been renamed from, or none. */
void watch_change_expect(
    struct watch_changes *changes, struct slice path, struct slice was, int64_t now);
/* What left with this cookie came to where nothing counts. */
void watch_change_away(struct watch_changes *changes, uint32_t cookie, int64_t now);
/* Anything may have changed. */
void watch_change_lose(struct watch_changes *changes, int64_t now);
/* What is apart for too long was renamed to nowhere that we see. */
void watch_change_promote(struct watch_changes *changes, int64_t now);

int64_t watch_change_due(const struct watch_changes *changes); /* -1: never */
bool watch_change_is_lost(const struct watch_changes *changes, int64_t now);
/* The paths of what may still be written. */
void watch_change_open(
    const struct watch_changes *changes, struct arena *arena, struct slices *paths);
void watch_change_take(struct watch_changes *changes, int64_t now, struct arena *arena,
    struct slices *touched);
/* Forget all; with `keep_open`, but what may still be written. */
void watch_change_forget(struct watch_changes *changes, bool keep_open);

#endif

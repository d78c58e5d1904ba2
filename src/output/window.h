/*
 * window: how much of a feed one document shows.
 *
 * At least `min_entries` and everything of the last `min_hours`, in at most
 * `max_bytes`: when it is too much, the oldest entries fall to their summary
 * first, then out.
 */
#ifndef OUTPUT_WINDOW_H
#define OUTPUT_WINDOW_H

#include "model/feed.h"

struct window_limits {
	int64_t min_entries;
	int64_t since; /* entries that arrived after this stay */
	int64_t max_bytes;
};

/* Is the entry at `position` (0 newest) that arrived then still in it? */
bool window_holds(const struct window_limits *limits, size_t position, int64_t arrived);

/* No more than this many can fit, whatever their size. */
size_t window_most(const struct window_limits *limits);

/*
 * Fit items (newest first, `content` and `summary` as wanted) into `budget`
 * bytes, counting an upper bound of what each takes in any format: clears
 * `content` and sets `summary` from the oldest on, then cuts. Returns how many
 * stay; at least one, when there is one.
 */
size_t window_fit(struct feed_item *item, size_t items, int64_t budget);

#endif

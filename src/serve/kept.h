/*
 * kept: answers that took some effort to make, for those who ask for the same next. What
 * has the same name has the same bytes, always: nothing here ever gets stale, it is only
 * forgotten. Several threads at once.
 */
#ifndef SERVE_KEPT_H
#define SERVE_KEPT_H

#include "base/buf.h"

struct kept;

/* At most `answers`, those that were asked for last, of at most `longest` bytes each. */
struct kept *kept_new(size_t answers, size_t longest);
void kept_free(struct kept *kept); /* NULL is allowed */

/* Appends the answer; false: it is not kept, and nothing is appended. */
bool kept_find(struct kept *kept, struct slice name, struct buf *out);
/* One that is longer is not kept. */
void kept_add(struct kept *kept, struct slice name, struct slice answer);

#endif

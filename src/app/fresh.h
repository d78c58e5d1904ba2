/*
 * fresh: was a file written a moment ago, so that more may come?
 */
#ifndef APP_FRESH_H
#define APP_FRESH_H

#include "base/file.h"

enum { FRESH = 500 }; /* milliseconds in which who writes a file would write again */

/* Milliseconds until it is no longer fresh; 0: it is not. One of the future is not. */
int64_t fresh_left(const struct file_stat *stat);

#endif

/*
 * explain: why one article is in its feeds or not (--explain). Changes nothing.
 */
#ifndef APP_EXPLAIN_H
#define APP_EXPLAIN_H

#include "base/buf.h"
#include "model/config.h"

/* By its path below [articles] dir or as the shell sees it: what was read, its
 * entry, and for each feed whether it is in and why. */
int explain_article(struct buf *out, const struct config *config, const char *file,
    int64_t now, struct err *err);

#endif

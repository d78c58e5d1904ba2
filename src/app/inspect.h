/*
 * inspect: questions that change nothing: --status and --explain.
 */
#ifndef APP_INSPECT_H
#define APP_INSPECT_H

#include "base/buf.h"
#include "model/config.h"

/* The last run, counts, what waits and what is left out, each feed. */
int inspect_status(
    struct buf *out, const struct config *config, bool json, struct err *err);

/* One article, by its path below [articles] dir or as the shell sees it: what
 * was read, its entry, and for each feed whether it is in and why. */
int inspect_article(struct buf *out, const struct config *config, const char *file,
    int64_t now, struct err *err);

#endif

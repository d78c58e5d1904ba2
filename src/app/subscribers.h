/*
 * subscribers: who reads which feed (--subscribers), from the logs of the web
 * server in front of the published files. Changes nothing, and asks no ledger: which
 * paths are feeds follows from the configuration.
 */
#ifndef APP_SUBSCRIBERS_H
#define APP_SUBSCRIBERS_H

#include "base/buf.h"
#include "model/config.h"

/*
 * `logs` in any order, "-" being standard input: they are read in the order of their
 * first lines. When one cannot be read to its end, what was read is told all the same
 * before -1 is returned.
 */
int subscribers_write(struct buf *out, const struct config *config,
    const struct slices *logs, bool json, bool verbose, struct err *err);

#endif

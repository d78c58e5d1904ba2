/*
 * delta: of a feed only what a client lacks (RFC 3229 and its instance manipulation
 * "feed").
 */
#ifndef SERVE_DELTA_H
#define SERVE_DELTA_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

/*
 * `document` is the whole of a published Atom or RSS document, `since` the POSIX time of
 * the client's version. Appends the document with only those entries that are newer. 1:
 * something was left out; 0: nothing was, so the whole is to be sent; -1: it could not be
 * done, and the whole is to be sent, too.
 */
int delta_write(struct slice document, int64_t since, struct buf *out, struct err *err);

#endif

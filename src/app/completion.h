/*
 * completion: scripts by which a shell completes our options, from the table
 * of options.
 */
#ifndef APP_COMPLETION_H
#define APP_COMPLETION_H

#include "base/buf.h"
#include "base/err.h"

/* For "bash" or "zsh"; ERR_CONFIG: another. */
int completion_write(struct buf *out, const char *shell, struct err *err);

#endif

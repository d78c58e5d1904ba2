/*
 * push_status: what each hub was told of each document, and how the hubs do.
 */
#ifndef APP_PUSH_STATUS_H
#define APP_PUSH_STATUS_H

#include "base/buf.h"
#include "model/config.h"

/* As the ledger has it, with or without a daemon. */
int push_status_write(
    struct buf *out, const struct config *config, bool json, struct err *err);

#endif

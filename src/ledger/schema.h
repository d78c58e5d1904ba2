/*
 * schema: the tables of the ledger, and how an older one becomes this one.
 *
 * The version stands in the ledger itself. Migrations only go forward, each
 * in the transaction of the run that finds the old version.
 */
#ifndef LEDGER_SCHEMA_H
#define LEDGER_SCHEMA_H

#include "ledger/db.h"

/*
 * Begin a transaction and bring the ledger to this program's version; before an
 * older one is changed, a copy of it is left at PATH.vN. ERR_LEDGER: it is
 * newer, or older and only to be read.
 */
int schema_apply(struct db *db, const char *path, enum db_mode mode, struct err *err);

#endif

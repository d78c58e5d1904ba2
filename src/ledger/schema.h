/*
 * schema: the tables of the ledger, and how an older one becomes this one.
 *
 * The version stands in the ledger itself. Migrations only go forward, each
 * in the transaction of the run that finds the old version.
 */
#ifndef LEDGER_SCHEMA_H
#define LEDGER_SCHEMA_H

#include "ledger/db.h"

/* Bring the ledger to this program's version. ERR_LEDGER: it is newer. */
int schema_apply(struct db *db, struct err *err);

#endif

/*
 * db: the seam between the ledger and its SQL engine.
 *
 * Thin on purpose: open, prepare, bind, step, transaction. The ledger's SQL is
 * written for SQLite and PostgreSQL alike; what differs (opening, the
 * dialect of CREATE TABLE, a copy into memory) stands behind this header.
 * Statements are prepared once per text and kept. One thread at a time.
 */
#ifndef LEDGER_DB_H
#define LEDGER_DB_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/slice.h"

#include <stdint.h>

struct db;
struct db_row; /* a prepared statement, standing on a row after db_step */

enum db_mode {
	DB_WRITE,  /* read and write the file, made if absent */
	DB_READ,   /* the file as it is while somebody else may write it */
	DB_MEMORY, /* a private copy in memory: changes go nowhere */
};

/* ERR_LEDGER: the file is no ledger, or damaged. */
int db_open(struct db **db, const char *path, enum db_mode mode, struct err *err);
void db_close(struct db *db); /* NULL is allowed */

/* Several statements at once, no parameters, no rows. */
int db_exec(struct db *db, const char *sql, struct err *err);
/* For reading: a view that stays as it is. */
int db_begin(struct db *db, bool reading, struct err *err);
int db_commit(struct db *db, struct err *err); /* durable when it returns 0 */
void db_rollback(struct db *db);
/* A copy of the file as it was last committed, for a later look at it: durable, and
 * whole or not there at all. */
int db_save(struct db *db, const char *path, struct err *err);

/*
 * The statement of this text, reset, its parameters unbound. The text must be
 * a literal (it is the key). One that the engine refuses (a damaged file) is
 * NULL, which every function here takes: db_step then tells what is wrong.
 */
struct db_row *db_prepare(struct db *db, const char *sql);

/* Parameters count from 1. Bound bytes must live until the last step. */
void db_int(struct db_row *row, int n, int64_t value);
void db_text(struct db_row *row, int n, struct slice text); /* p NULL: NULL */
void db_blob(struct db_row *row, int n, const void *p, size_t size);
void db_null(struct db_row *row, int n);

/* 1: on a row; 0: done (and reset); -1. */
int db_step(struct db *db, struct db_row *row, struct err *err);
/* A statement without rows. */
int db_run(struct db *db, struct db_row *row, struct err *err);
/* Leave the rows that are left. */
void db_reset(struct db_row *row);

/* Columns count from 0. Bytes are valid until the next step. */
int64_t db_get_int(const struct db_row *row, int n);
bool db_is_null(const struct db_row *row, int n);
struct slice db_get_text(const struct db_row *row, int n);

/* What is often wanted of these: NULL for an empty text and for 0, no NULL at
 * all, a copy of a column (none for NULL), one number (0 for NULL and no row). */
void db_text_or_null(struct db_row *row, int n, struct slice text);
void db_int_or_null(struct db_row *row, int n, int64_t value);
void db_text_or_empty(struct db_row *row, int n, struct slice text);
struct slice db_copy_text(struct arena *arena, const struct db_row *row, int n);
/* false, and zeros: the column has none. */
bool db_get_digest(const struct db_row *row, int n, struct digest *digest);
int db_ask(struct db *db, const char *sql, int64_t *value, struct err *err);

#endif

#include "ledger/db.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/map.h"

#include <limits.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATIENCE = 5000 }; /* milliseconds */

struct db {
	sqlite3 *sql;
	struct arena *arena;
	struct map prepared; /* SQL text -> sqlite3_stmt */
};

/* A db_row is SQLite's statement under a name of ours. */
static sqlite3_stmt *
stmt(const struct db_row *row)
{
	return (sqlite3_stmt *)row;
}

static int
fail(struct db *db, const char *what, struct err *err)
{
	int code = sqlite3_errcode(db->sql) & 0xff;
	const char *text = sqlite3_errmsg(db->sql);

	if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
		return err_set(err, ERR_BUSY, "ledger: another run holds it");
	if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
		return err_set(err, ERR_LEDGER, "ledger: %s: %s", what, text);
	return err_set(err, ERR_IO, "ledger: %s: %s", what, text);
}

static int
open_file(struct db *db, const char *path, int flags, struct err *err)
{
	if (sqlite3_open_v2(path, &db->sql, flags | SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK)
		return fail(db, "cannot open", err);
	sqlite3_extended_result_codes(db->sql, 1);
	/* Whoever closes it last folds the log in, which shuts all others out. */
	sqlite3_busy_timeout(db->sql, PATIENCE);
	return 0;
}

/*
 * The file as a URI for reading. SQLite makes files beside one that is in WAL
 * mode, also to read it; "immutable" keeps it from that. Only where a log
 * stands beside it, of a run that is at work or was killed, is it needed.
 */
static char *
read_uri(struct db *db, const char *path)
{
	static const char special[] = "?#%";
	const char *wal = arena_printf(db->arena, "%s-wal", path).p;
	struct buf uri;
	struct stat st;
	char *copy;

	buf_init(&uri, 3 * strlen(path) + 64);
	buf_str(&uri, "file:");
	for (; *path; path++)
		if (strchr(special, *path))
			buf_printf(&uri, "%%%02X", (unsigned char)*path);
		else
			buf_char(&uri, *path);
	if (stat(wal, &st) < 0 || st.st_size == 0)
		buf_str(&uri, "?immutable=1");
	copy = arena_cstr(db->arena, buf_view(&uri));
	buf_fini(&uri);
	return copy;
}

static int
copy(struct db *to, struct db *from, struct err *err)
{
	sqlite3_backup *backup = sqlite3_backup_init(to->sql, "main", from->sql, "main");

	if (!backup)
		return fail(to, "cannot copy", err);
	sqlite3_backup_step(backup, -1);
	return sqlite3_backup_finish(backup) == SQLITE_OK ? 0
							  : fail(to, "cannot copy", err);
}

/* Copy the file at `path`, when there is one, into the database in memory. */
static int
copy_file(struct db *db, const char *path, struct err *err)
{
	struct db file = {0};
	int rc;

	if (access(path, F_OK) < 0)
		return 0;
	rc = open_file(
	    &file, read_uri(db, path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, err);
	if (rc == 0)
		rc = copy(db, &file, err);
	sqlite3_close(file.sql);
	return rc;
}

int
db_save(struct db *db, const char *path, struct err *err)
{
	char *temp = arena_cstr(db->arena, arena_printf(db->arena, "%s.part", path));
	struct db file = {0};
	int rc;

	unlink(temp);
	rc = open_file(&file, temp, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
	if (rc == 0)
		rc = copy(&file, db, err);
	sqlite3_close(file.sql);
	if (rc == 0)
		rc = file_replace(temp, path, err);
	if (rc < 0)
		unlink(temp);
	return rc;
}

/* WAL with FULL: a commit that returned survives a power cut. */
static const char write_pragmas[] = "PRAGMA journal_mode = WAL;"
				    "PRAGMA synchronous = FULL;"
				    "PRAGMA wal_autocheckpoint = 0;"
				    "PRAGMA temp_store = MEMORY;"
				    "PRAGMA cache_size = -8000;";

int
db_open(struct db **out, const char *path, enum db_mode mode, struct err *err)
{
	struct arena *arena = arena_new();
	struct db *db = ARENA_NEW(arena, struct db);
	int rc;

	db->arena = arena;
	map_init(&db->prepared);
	if (mode == DB_WRITE) {
		rc = open_file(db, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
		if (rc == 0)
			rc = db_exec(db, write_pragmas, err);
	} else if (mode == DB_READ) {
		rc = open_file(db, path, SQLITE_OPEN_READONLY, err);
	} else {
		rc = open_file(db, ":memory:", SQLITE_OPEN_READWRITE, err);
		if (rc == 0)
			rc = copy_file(db, path, err);
	}
	if (rc < 0) {
		err_prefix(err, "%s", path);
		db_close(db);
		db = NULL;
	}
	*out = db;
	return rc;
}

void
db_close(struct db *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < db->prepared.n; i++)
		sqlite3_finalize(db->prepared.item[i].value);
	map_fini(&db->prepared);
	sqlite3_close(db->sql);
	arena_free(db->arena);
}

int
db_exec(struct db *db, const char *sql, struct err *err)
{
	if (sqlite3_exec(db->sql, sql, NULL, NULL, NULL) != SQLITE_OK)
		return fail(db, "cannot run a statement", err);
	return 0;
}

int
db_begin(struct db *db, bool reading, struct err *err)
{
	return db_exec(db, reading ? "BEGIN" : "BEGIN IMMEDIATE", err);
}

int
db_commit(struct db *db, struct err *err)
{
	if (sqlite3_exec(db->sql, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		return fail(db, "cannot commit", err);
	return 0;
}

void
db_rollback(struct db *db)
{
	for (size_t i = 0; i < db->prepared.n; i++)
		sqlite3_reset(db->prepared.item[i].value);
	if (!sqlite3_get_autocommit(db->sql))
		sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
}

struct db_row *
db_prepare(struct db *db, const char *sql)
{
	struct slice key = slice_str(sql);
	sqlite3_stmt *st = map_get(&db->prepared, key);

	if (!st) {
		sqlite3_prepare_v3(
		    db->sql, sql, (int)key.n + 1, SQLITE_PREPARE_PERSISTENT, &st, NULL);
		if (!st)
			return NULL;
		map_put(&db->prepared, key, st);
	}
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return (struct db_row *)st;
}

void
db_int(struct db_row *row, int n, int64_t value)
{
	if (row)
		sqlite3_bind_int64(stmt(row), n, value);
}

void
db_text(struct db_row *row, int n, struct slice text)
{
	if (row)
		sqlite3_bind_text64(
		    stmt(row), n, text.p, text.n, SQLITE_STATIC, SQLITE_UTF8);
}

void
db_blob(struct db_row *row, int n, const void *p, size_t size)
{
	if (row)
		sqlite3_bind_blob64(stmt(row), n, p, size, SQLITE_STATIC);
}

void
db_null(struct db_row *row, int n)
{
	if (row)
		sqlite3_bind_null(stmt(row), n);
}

int
db_step(struct db *db, struct db_row *row, struct err *err)
{
	int rc;

	if (!row)
		return fail(db, "cannot read the ledger", err);
	rc = sqlite3_step(stmt(row));
	if (rc == SQLITE_ROW)
		return 1;
	sqlite3_reset(stmt(row));
	return rc == SQLITE_DONE ? 0 : fail(db, "cannot read or write", err);
}

int
db_run(struct db *db, struct db_row *row, struct err *err)
{
	int rc = db_step(db, row, err);

	if (rc > 0)
		db_reset(row);
	return rc < 0 ? -1 : 0;
}

void
db_reset(struct db_row *row)
{
	sqlite3_reset(stmt(row));
}

int64_t
db_get_int(const struct db_row *row, int n)
{
	return sqlite3_column_int64(stmt(row), n);
}

bool
db_is_null(const struct db_row *row, int n)
{
	return sqlite3_column_type(stmt(row), n) == SQLITE_NULL;
}

struct slice
db_get_text(const struct db_row *row, int n)
{
	const void *p = sqlite3_column_blob(stmt(row), n);

	return slice_make(p, (size_t)sqlite3_column_bytes(stmt(row), n));
}

void
db_text_or_null(struct db_row *row, int n, struct slice text)
{
	if (text.n)
		db_text(row, n, text);
	else
		db_null(row, n);
}

void
db_int_or_null(struct db_row *row, int n, int64_t value)
{
	if (value)
		db_int(row, n, value);
	else
		db_null(row, n);
}

void
db_text_or_empty(struct db_row *row, int n, struct slice text)
{
	db_text(row, n, text.p ? text : SLICE(""));
}

struct slice
db_copy_text(struct arena *arena, const struct db_row *row, int n)
{
	return db_is_null(row, n) ? SLICE_NONE : arena_copy(arena, db_get_text(row, n));
}

bool
db_get_digest(const struct db_row *row, int n, struct digest *digest)
{
	struct slice bytes = db_get_text(row, n);

	*digest = (struct digest){0};
	if (bytes.n != sizeof digest->byte)
		return false;
	memcpy(digest->byte, bytes.p, bytes.n);
	return true;
}

int
db_ask(struct db *db, const char *sql, int64_t *value, struct err *err)
{
	struct db_row *row = db_prepare(db, sql);
	int rc = db_step(db, row, err);

	*value = rc > 0 ? db_get_int(row, 0) : 0;
	db_reset(row);
	return rc < 0 ? -1 : 0;
}

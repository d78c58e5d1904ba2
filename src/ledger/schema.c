#include "ledger/schema.h"

/*
 * article   one row for each file below [articles] dir: the index by which an
 *           unchanged file is not read again, and what became of it
 * entry     one row for each article that ever was announced; news numbers the
 *           changes in their order, debut is the number of its first one (news.h)
 * term      a tag, author, ... that feeds are made for; slug is its stable
 *           path component, fold tells apart what a file system may not
 * entry_term, page (first seq of each archive document), feed, file
 *           what was published; of a document also what there is to tell of it (told.h)
 * removed   files that were published once
 * adopted   ids of an older feed, waiting for their articles
 * pending   changes that wait for the next edition of a feed with a schedule
 * told      what a hub, hook, ... said of a published document
 * peer      each of those: how it is reached, and how it does, whatever the document
 * heard     whether a hub delivers, as a subscriber of ours finds it
 * tally     how many entries of each month a feed has (tally.h)
 */
static const char *const migrations[] = {
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);"
    "CREATE TABLE article ("
    " path TEXT PRIMARY KEY, size BIGINT NOT NULL, mtime BIGINT NOT NULL,"
    " inode BIGINT NOT NULL, state INTEGER NOT NULL, due BIGINT, seq BIGINT,"
    " reason TEXT) WITHOUT ROWID;"
    "CREATE INDEX article_due ON article (due) WHERE due IS NOT NULL;"
    "CREATE INDEX article_state ON article (state) WHERE state <> 0;"
    "CREATE TABLE entry ("
    " seq INTEGER PRIMARY KEY, id TEXT NOT NULL, path TEXT NOT NULL,"
    " url TEXT NOT NULL, guid TEXT, source TEXT, hash BLOB NOT NULL,"
    " title TEXT NOT NULL, published BIGINT NOT NULL, updated BIGINT NOT NULL,"
    " arrived BIGINT NOT NULL, first_seen BIGINT NOT NULL, bytes BIGINT NOT NULL,"
    " terms TEXT NOT NULL, state INTEGER NOT NULL, gone BIGINT, reason TEXT);"
    "CREATE UNIQUE INDEX entry_id ON entry (id);"
    "CREATE UNIQUE INDEX entry_updated ON entry (updated);"
    "CREATE INDEX entry_published ON entry (published, seq);"
    "CREATE INDEX entry_guid ON entry (guid) WHERE guid IS NOT NULL;"
    "CREATE INDEX entry_gone ON entry (gone) WHERE gone IS NOT NULL;"
    "CREATE INDEX entry_gone_path ON entry (path) WHERE gone IS NOT NULL;"
    "CREATE INDEX entry_gone_source ON entry (source) WHERE gone IS NOT NULL;"
    "CREATE INDEX entry_gone_hash ON entry (hash) WHERE gone IS NOT NULL;"
    "CREATE TABLE term ("
    " id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, value TEXT NOT NULL,"
    " slug TEXT NOT NULL, fold TEXT NOT NULL);"
    "CREATE UNIQUE INDEX term_value ON term (kind, value);"
    "CREATE UNIQUE INDEX term_fold ON term (kind, fold);"
    "CREATE TABLE entry_term ("
    " term BIGINT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (term, seq)) WITHOUT ROWID;"
    "CREATE TABLE page ("
    " feed TEXT NOT NULL, number BIGINT NOT NULL, first BIGINT NOT NULL,"
    " PRIMARY KEY (feed, number)) WITHOUT ROWID;"
    "CREATE TABLE feed ("
    " path TEXT PRIMARY KEY, name TEXT NOT NULL, term BIGINT, title TEXT NOT NULL,"
    " entries BIGINT NOT NULL, updated BIGINT NOT NULL, due BIGINT) WITHOUT ROWID;"
    "CREATE INDEX feed_due ON feed (due) WHERE due IS NOT NULL;"
    "CREATE TABLE file ("
    " path TEXT PRIMARY KEY, feed TEXT NOT NULL, digest BLOB NOT NULL,"
    " bytes BIGINT NOT NULL, mtime BIGINT NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX file_feed ON file (feed);"
    "CREATE TABLE adopted ("
    " url TEXT PRIMARY KEY, id TEXT NOT NULL, updated BIGINT) WITHOUT ROWID;",

    "CREATE INDEX article_inode ON article (inode);"
    "ALTER TABLE feed ADD COLUMN oldest BIGINT;"
    "CREATE TABLE pending ("
    " feed TEXT NOT NULL, seq BIGINT NOT NULL, kind INTEGER NOT NULL,"
    " PRIMARY KEY (feed, seq)) WITHOUT ROWID;",

    "CREATE TABLE told ("
    " peer TEXT NOT NULL, topic TEXT NOT NULL, feed TEXT NOT NULL,"
    " rank BIGINT NOT NULL, wanted BLOB NOT NULL, since BIGINT NOT NULL,"
    " owed INTEGER NOT NULL, live BIGINT, accepted BLOB, accepted_at BIGINT,"
    " took BIGINT, attempts BIGINT NOT NULL, next BIGINT, answered BIGINT,"
    " verdict INTEGER, answer TEXT, PRIMARY KEY (peer, topic)) WITHOUT ROWID;"
    "CREATE INDEX told_owed ON told (rank) WHERE owed = 1;"
    "CREATE TABLE peer ("
    " name TEXT PRIMARY KEY, accepted BIGINT NOT NULL, failed BIGINT NOT NULL,"
    " next BIGINT, times TEXT NOT NULL) WITHOUT ROWID;"
    "ALTER TABLE told ADD COLUMN mark BIGINT NOT NULL DEFAULT 0;"
    "ALTER TABLE entry ADD COLUMN debut BIGINT;"
    "ALTER TABLE entry ADD COLUMN news BIGINT;"
    "CREATE INDEX entry_news ON entry (news) WHERE news IS NOT NULL;"
    "CREATE TABLE heard ("
    " peer TEXT PRIMARY KEY, topic TEXT NOT NULL, hub TEXT NOT NULL,"
    " url TEXT NOT NULL, callback TEXT NOT NULL, secret TEXT NOT NULL,"
    " verified BIGINT, lease BIGINT, attempts BIGINT NOT NULL, next BIGINT,"
    " answer TEXT, pinged BIGINT, unproven BIGINT NOT NULL, delivered BIGINT,"
    " took BIGINT NOT NULL, dead INTEGER NOT NULL) WITHOUT ROWID;",

    /* What is wanted of every peer alike becomes a fact of the document. */
    "ALTER TABLE file ADD COLUMN shows BLOB;"
    "ALTER TABLE file ADD COLUMN since BIGINT;"
    "ALTER TABLE file ADD COLUMN mark BIGINT NOT NULL DEFAULT 0;"
    "ALTER TABLE file ADD COLUMN owed INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX file_owed ON file (owed) WHERE owed = 1;"
    "ALTER TABLE peer ADD COLUMN place TEXT;"
    "ALTER TABLE peer ADD COLUMN way TEXT;"
    "ALTER TABLE peer ADD COLUMN silent INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE peer ADD COLUMN since BIGINT NOT NULL DEFAULT 0;"
    "ALTER TABLE peer ADD COLUMN mark BIGINT NOT NULL DEFAULT 0;"
    "INSERT INTO peer (name, accepted, failed, times) SELECT name, 0, 0, '' FROM meta"
    " WHERE name = 'indexnow' OR name LIKE 'hub:%' OR name LIKE 'hook:%'"
    " OR name LIKE 'cloud:%' ON CONFLICT (name) DO NOTHING;"
    "UPDATE peer SET way = (SELECT value FROM meta WHERE meta.name = peer.name), mark ="
    " COALESCE((SELECT CAST(value AS BIGINT) FROM meta WHERE meta.name = 'news'), 0);"
    "DELETE FROM meta WHERE name = 'peers' OR name IN (SELECT name FROM peer);"
    "INSERT INTO meta (name, value) SELECT 'news_since', CAST(max(since) AS TEXT)"
    " FROM told WHERE topic = '' HAVING count(*) > 0;"
    "ALTER TABLE told RENAME TO told_before;"
    "DROP INDEX told_owed;"
    "CREATE TABLE told ("
    " topic TEXT NOT NULL, peer TEXT NOT NULL, version BLOB NOT NULL,"
    " given_up INTEGER NOT NULL, accepted BLOB, accepted_at BIGINT, took BIGINT,"
    " attempts BIGINT NOT NULL, next BIGINT, live BIGINT, answered BIGINT,"
    " verdict INTEGER, answer TEXT, mark BIGINT NOT NULL,"
    " PRIMARY KEY (topic, peer)) WITHOUT ROWID;"
    "INSERT INTO told SELECT topic, peer, wanted, CASE WHEN owed = 1"
    " OR accepted = wanted THEN 0 ELSE 1 END, accepted, accepted_at, took, attempts,"
    " next, live, answered, verdict, answer, mark FROM told_before;"
    "UPDATE file SET (shows, since, owed) = (SELECT b.wanted, b.since, b.owed"
    " FROM told t JOIN told_before b ON b.peer = t.peer AND b.topic = t.topic"
    " WHERE t.topic = file.path ORDER BY b.owed DESC, b.since DESC LIMIT 1)"
    " WHERE path IN (SELECT topic FROM told);"
    "DROP TABLE told_before;"
    "ALTER TABLE feed ADD COLUMN cadence BIGINT;"
    "CREATE TABLE removed ("
    " path TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TABLE tally ("
    " name TEXT NOT NULL, term BIGINT NOT NULL, month BIGINT NOT NULL,"
    " entries BIGINT NOT NULL, PRIMARY KEY (name, term, month)) WITHOUT ROWID;"
    "ALTER TABLE feed ADD COLUMN total BIGINT;"
    "ALTER TABLE feed ADD COLUMN pace BIGINT;"
    "CREATE INDEX feed_total ON feed (name, total DESC, path);"
    "CREATE INDEX feed_updated ON feed (updated);",
};

enum { VERSION = sizeof migrations / sizeof *migrations };

/* 0 for a ledger without tables. */
static int
version(struct db *db, int64_t *found, struct err *err)
{
	struct db_row *row = db_prepare(db, "SELECT count(*) FROM sqlite_master");
	int rc = db_step(db, row, err);

	*found = 0;
	if (rc < 0 || db_get_int(row, 0) == 0) {
		db_reset(row);
		return rc < 0 ? -1 : 0;
	}
	db_reset(row);
	row = db_prepare(
	    db, "SELECT CAST(value AS BIGINT) FROM meta WHERE name = 'version'");
	rc = db_step(db, row, err);
	if (rc <= 0)
		return err_set(
		    err, ERR_LEDGER, "ledger: this file is not a ledger of xysfeed");
	*found = db_get_int(row, 0);
	db_reset(row);
	return 0;
}

/* Before an old ledger is changed. */
static int
save_copy(struct db *db, const char *path, int64_t version, struct err *err)
{
	struct arena *arena = arena_new();
	struct slice copy = arena_printf(arena, "%s.v%lld", path, (long long)version);
	int rc = db_save(db, copy.p, err);

	arena_free(arena);
	return rc;
}

static int
migrate(struct db *db, int64_t from, struct err *err)
{
	struct db_row *row;

	for (; from < VERSION; from++)
		if (db_exec(db, migrations[from], err) < 0)
			return -1;
	row = db_prepare(db, "INSERT INTO meta (name, value)"
			     " VALUES ('version', CAST($1 AS TEXT))"
			     " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
	db_int(row, 1, VERSION);
	return db_run(db, row, err);
}

/* Is this one ours to take forward? */
static int
check_version(int64_t found, enum db_mode mode, struct err *err)
{
	if (found > VERSION)
		return err_set(err, ERR_LEDGER,
		    "ledger: written by a newer xysfeed (its version %lld, ours %d)",
		    (long long)found, VERSION);
	if (found < VERSION && mode == DB_READ)
		return err_set(err, ERR_LEDGER,
		    "ledger: of an older xysfeed (its version %lld, ours %d); the next "
		    "run takes it forward",
		    (long long)found, VERSION);
	return 0;
}

int
schema_apply(struct db *db, const char *path, enum db_mode mode, struct err *err)
{
	int64_t found;

	if (version(db, &found, err) < 0 || check_version(found, mode, err) < 0)
		return -1;
	/* Outside of the transaction, in which there is no copying. */
	if (mode == DB_WRITE && found > 0 && found < VERSION &&
	    save_copy(db, path, found, err) < 0)
		return -1;
	if (db_begin(db, mode == DB_READ, err) < 0)
		return -1;
	return found < VERSION ? migrate(db, found, err) : 0;
}

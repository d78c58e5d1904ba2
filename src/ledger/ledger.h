/*
 * ledger: what is known from one run to the next.
 *
 * Which files were read and what became of them (the index), which entries
 * were announced under which id, which terms they bear, which documents were
 * published. All SQL of the program is in this folder. Every function may
 * fail with the ledger's sentence in `err`; slices it returns live in the
 * arena given.
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/err.h"
#include "ledger/db.h"
#include "model/reading.h"

struct ledger;

/*
 * Opens, takes the schema forward (leaving the old file as PATH.vN beside it)
 * and begins the run's one transaction. DB_READ only reads.
 */
int ledger_open(
    struct ledger **ledger, const char *path, enum db_mode mode, struct err *err);
int ledger_commit(struct ledger *ledger, struct err *err);
/* What was not committed is undone; what was is folded into the file, which may
 * take a while. NULL is allowed. */
void ledger_close(struct ledger *ledger);

/* Small facts by name: "version", "tag", "reading", ... None when unset. */
int ledger_get(struct ledger *ledger, const char *name, struct arena *arena,
    struct slice *value, struct err *err);
int ledger_set(
    struct ledger *ledger, const char *name, struct slice value, struct err *err);
/* The same of numbers. 1, or 0 (and 0) when it is unset. */
int ledger_get_int(
    struct ledger *ledger, const char *name, int64_t *value, struct err *err);
int ledger_set_int(
    struct ledger *ledger, const char *name, int64_t value, struct err *err);

/* --- the index of files -------------------------------------------------- */

struct indexed {
	struct slice path;
	struct file_stat stat;
	enum article_state state;
	int64_t due; /* 0: never */
	int64_t seq; /* of its entry; 0: it never was announced */
	bool seen;   /* the caller's, while it compares */
};

int ledger_index(struct ledger *ledger, struct arena *arena, struct indexed **v,
    size_t *n, struct err *err);
/*
 * The rows of these paths (of all below those that end in '/'; "" is
 * everything), and of files that have to be looked at again by `now` whatever was told of
 * them. A row may be there twice.
 */
int ledger_index_some(struct ledger *ledger, const struct slices *paths, int64_t now,
    struct arena *arena, struct indexed **v, size_t *n, struct err *err);
/* Has the index more than n rows? */
int ledger_index_exceeds(struct ledger *ledger, size_t n, bool *more, struct err *err);
/* One row: 1 found, 0 not. */
int ledger_indexed(
    struct ledger *ledger, struct slice path, struct indexed *row, struct err *err);
int ledger_index_put(
    struct ledger *ledger, const struct reading *reading, int64_t seq, struct err *err);
int ledger_index_drop(struct ledger *ledger, struct slice path, struct err *err);
/* The file of an entry is out by the operator's word. */
#define LEDGER_RETRACTED "retracted"
int ledger_index_retract(struct ledger *ledger, int64_t seq, struct err *err);
/* The article at `path` turned out to be unpublishable when it was rendered; `again`: it
 * is to be read again in the next run, changed or not. */
int ledger_index_refuse(struct ledger *ledger, struct slice path, struct slice reason,
    bool again, struct err *err);
/* The rows of files that have, or had, this inode. */
int ledger_index_inode(struct ledger *ledger, uint64_t inode, struct arena *arena,
    struct indexed **v, size_t *n, struct err *err);
/* What changes next by itself. */
struct due {
	int64_t at;               /* 0: nothing ever does */
	struct slice what;        /* path of the article, or of the feed */
	enum article_state state; /* of the article until then */
};
/* An article that appears or expires; a feed from which something goes, or whose
 * next edition waits. */
int ledger_next_due(struct ledger *ledger, struct arena *arena, struct due *article,
    struct due *feed, struct err *err);

struct troubled {
	struct slice path, reason;
	enum article_state state;
	int64_t due;
};
/* Those that are not live, by path. */
int ledger_troubled(struct ledger *ledger, struct arena *arena, struct troubled **v,
    size_t *n, struct err *err);
/* Of those in either state at most `limit`, the worst state first, then by path. */
int ledger_troubled_in(struct ledger *ledger, enum article_state a, enum article_state b,
    size_t limit, struct arena *arena, struct troubled **v, size_t *n, struct err *err);
/* How many articles are in each state. */
int ledger_states(struct ledger *ledger, int64_t count[ARTICLE_STATES], struct err *err);

/* --- entries -------------------------------------------------------------- */

enum record_state {
	RECORD_LIVE,
	RECORD_GONE,      /* taken down at `gone`: a tombstone for a while */
	RECORD_SUSPENDED, /* its file is bad or dated ahead: out, but not gone */
	RECORD_RETRACTED, /* gone by the operator's word, whatever the file says */
};

/* An entry as the ledger keeps it. */
struct record {
	int64_t seq; /* 0 before ledger_record_add */
	struct slice id, path, url, guid, source, title, reason;
	struct digest hash;
	int64_t published, updated, arrived, first_seen;
	int64_t bytes; /* of its file: a measure for pages */
	enum record_state state;
	int64_t gone;
	struct terms terms;
};

/* 1 found, 0 not. */
int ledger_record(struct ledger *ledger, int64_t seq, struct arena *arena,
    struct record *record, struct err *err);
/* By path: what its file is, or once was and is now retracted. By guid: a live
 * one first. The gone ones: the last that arrived. */
enum record_key {
	BY_ID,
	BY_PATH,
	BY_GUID,
	GONE_PATH,
	GONE_GUID,
	GONE_SOURCE,
	GONE_HASH,
};
int ledger_record_find(struct ledger *ledger, enum record_key key, struct slice value,
    struct arena *arena, struct record *record, struct err *err);
/* Gives record->seq the next arrival number. */
int ledger_record_add(struct ledger *ledger, struct record *record, struct err *err);
/* `before` are the terms that the ledger has of it now. */
int ledger_record_update(struct ledger *ledger, const struct record *record,
    const struct terms *before, struct err *err);
/* Is there none at all? */
int ledger_is_empty(struct ledger *ledger, bool *empty, struct err *err);
/* The latest `updated` of all entries; 0: there is none. */
int ledger_latest(struct ledger *ledger, int64_t *updated, struct err *err);
/* The first second from `wanted` on that no entry has as its `updated`. */
int ledger_free_second(struct ledger *ledger, int64_t *wanted, struct err *err);

/* --- terms and members ---------------------------------------------------- */

struct term_row {
	int64_t id; /* 0: unknown to the ledger */
	enum term_kind kind;
	struct slice value, slug; /* live as long as the ledger is open */
};

/* *row is NULL when the ledger never saw the term. */
int ledger_term(struct ledger *ledger, const struct term *term,
    const struct term_row **row, struct err *err);
int ledger_term_by_id(
    struct ledger *ledger, int64_t id, const struct term_row **row, struct err *err);
int ledger_terms_of_kind(struct ledger *ledger, enum term_kind kind, struct arena *arena,
    const struct term_row ***v, size_t *n, struct err *err);

/*
 * Walk live entries. term 0 means all; seq from `first` up to but not
 * including `end`. Open one walk at a time.
 */
enum walk_order { WALK_NEWEST, WALK_OLDEST, WALK_PUBLISHED };
struct walk {
	int64_t term, first, end;
	enum walk_order order;
};
struct ledger_walk;
int ledger_walk_open(struct ledger *ledger, const struct walk *walk,
    struct ledger_walk **open, struct err *err);
/* 1 with *record (its slices until the arena goes), 0 at the end. */
int ledger_walk_next(struct ledger_walk *walk, struct arena *arena, struct record *record,
    struct err *err);
void ledger_walk_close(struct ledger_walk *walk); /* NULL is allowed */

/* Entries gone (retracted ones too) after `since`, newest first. */
int ledger_gone(struct ledger *ledger, int64_t since, struct arena *arena,
    struct record **v, size_t *n, struct err *err);

/* Where live entries are, oldest first: seq from `first` up to `end`. */
struct address {
	struct slice url;
	int64_t updated;
};
int ledger_addresses(struct ledger *ledger, int64_t first, int64_t end,
    struct arena *arena, struct address **v, size_t *n, struct err *err);

/* --- archive documents ---------------------------------------------------- */

struct page {
	int64_t number; /* from 1 */
	int64_t first;  /* seq of its first entry; it ends where the next begins */
};

int ledger_pages(struct ledger *ledger, struct slice feed, struct arena *arena,
    struct page **v, size_t *n, struct err *err);
int ledger_page_add(
    struct ledger *ledger, struct slice feed, const struct page *page, struct err *err);
int ledger_pages_drop(struct ledger *ledger, struct slice feed, struct err *err);

/* --- what was published --------------------------------------------------- */

/* A feed (one of for_each) as it was last published. */
struct feed_row {
	struct slice path; /* without extension: its key */
	struct slice name; /* of the [feed:NAME] */
	int64_t term;      /* 0: not for_each */
	struct slice title;
	int64_t entries, updated, due; /* due 0: never */
	int64_t
	    oldest; /* lowest arrival number that its document was made of; 0: unknown */
	int64_t cadence; /* seconds between two arrivals that it shows; 0: unknown */
	int64_t total;   /* entries that it ever had and that are live */
	int64_t pace;    /* of them in a year, by their own dates (tally.h) */
};

int ledger_feeds(struct ledger *ledger, struct arena *arena, struct feed_row **v,
    size_t *n, struct err *err);
/* Those of [feed:NAME] that were published, those with most entries first, as many as
 * `most`; *all: how many there are, those that wait for their first document too. */
int ledger_feeds_largest(struct ledger *ledger, struct slice name, size_t most,
    struct arena *arena, struct feed_row **v, size_t *n, size_t *all, struct err *err);
/* The latest `updated` of all feeds, if it is later than *updated. */
int ledger_feeds_updated(struct ledger *ledger, int64_t *updated, struct err *err);
/* One; 1 found, 0 not. */
int ledger_feed(struct ledger *ledger, struct slice path, struct arena *arena,
    struct feed_row *feed, struct err *err);
/* Those whose window changes by itself until `now`. */
int ledger_feeds_due(struct ledger *ledger, int64_t now, struct arena *arena,
    struct feed_row **v, size_t *n, struct err *err);
int ledger_feed_put(struct ledger *ledger, const struct feed_row *feed, struct err *err);
int ledger_feed_drop(struct ledger *ledger, struct slice path, struct err *err);
/* It is due then; 1, or 0 when there is no such feed yet. */
int ledger_feed_defer(
    struct ledger *ledger, struct slice path, int64_t due, struct err *err);

enum change_kind {
	CHANGE_NEW,     /* announced for the first time */
	CHANGE_EDITED,  /* readers see something else */
	CHANGE_TOUCHED, /* path, date or terms; or nothing that readers see */
	CHANGE_GONE,    /* out of the feeds */
	CHANGE_KINDS,
};

/* A change that waits for the next edition of a feed. */
struct pending {
	int64_t seq;
	enum change_kind kind;
};
/* One that is there already stays new, unless the entry is gone. */
int ledger_pending_put(struct ledger *ledger, struct slice feed,
    const struct pending *pending, struct err *err);
int ledger_pending(struct ledger *ledger, struct slice feed, struct arena *arena,
    struct pending **v, size_t *n, struct err *err);
int ledger_pending_drop(struct ledger *ledger, struct slice feed, struct err *err);

/* What others are told of a document (told.h). */
struct version {
	struct digest shows; /* which entries, in which version (compose.h) */
	int64_t since;       /* since when, in milliseconds; 0: nobody is told of it */
	int64_t mark; /* who was told of all before knows of the news up to this number */
	bool owed;    /* there may be somebody who has not accepted it */
};

struct file_row {
	struct slice path; /* relative to [output] dir */
	struct slice feed; /* key of the feed it belongs to */
	struct digest digest;
	int64_t bytes, mtime;
	struct version version;
};

/* Stands for the size of what is no file that one could find. */
enum {
	FILE_REFUSED = -1,   /* the document could not be made */
	FILE_CONDEMNED = -2, /* its removal was decided; the next run sees to it */
};

int ledger_files(struct ledger *ledger, struct arena *arena, struct file_row **v,
    size_t *n, struct err *err);
/* How many there are, and their bytes. */
int ledger_files_sum(
    struct ledger *ledger, int64_t *files, int64_t *bytes, struct err *err);
int ledger_file_put(struct ledger *ledger, const struct file_row *file, struct err *err);
/* It was published, and is no more; and what others were told of it goes. */
int ledger_file_drop(struct ledger *ledger, struct slice path, struct err *err);
/* What was, and is not again. */
int ledger_removed(
    struct ledger *ledger, struct arena *arena, struct slices *paths, struct err *err);

/* --- arrival numbers, adoption ---------------------------------------------------- */

/* The highest arrival number given; 0: none yet. */
int ledger_last_seq(struct ledger *ledger, int64_t *seq, struct err *err);

struct adopted {
	struct slice url; /* as adopt_key makes it */
	struct slice id;
	int64_t updated; /* 0: unknown */
};
int ledger_has_adopted(struct ledger *ledger, bool *any, struct err *err);
int ledger_adopt(struct ledger *ledger, const struct adopted *adopted, struct err *err);
/* 1 and taken away, 0: none for this url. */
int ledger_adopted(struct ledger *ledger, struct slice url, struct arena *arena,
    struct adopted *adopted, struct err *err);

#endif

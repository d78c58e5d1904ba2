/*
 * publish: which documents stand on disk, and how new ones take their place.
 *
 * A document is offered with its bytes. One that is the same as published, and
 * stands there unharmed, is left alone: inode and times stay (promise P2).
 * Another is staged, with its compressed siblings. After the ledger's
 * commit, publish_commit renames them all, in the order they were taken,
 * then removes what is no longer wanted. A kill between the two leaves a
 * difference that publish_check finds at the next start (promise P10).
 *
 * A file's time is its feed's `updated`; it always moves when the bytes do,
 * and never back, as servers make validators of it.
 */
#ifndef OUTPUT_PUBLISH_H
#define OUTPUT_PUBLISH_H

#include "ledger/ledger.h"
#include "output/sink.h"

struct publication;

/* What became of an offer. */
struct document {
	struct slice path;           /* below [output] dir */
	struct slice feed;           /* key of its feed */
	int64_t bytes, bytes_before; /* before: -1, there was none */
	int64_t mtime;
	bool changed;
	struct file_row row; /* itself, */
	bool noted;          /* ... which has another version, but the same bytes */
	struct published {
		struct file_row row;
		struct staged staged;
	} * part; /* itself and its siblings, those that were staged */
	size_t parts;
};

/* `precompress`: COMPRESS_ bits. `dry`: nothing is ever staged. */
int publish_open(struct publication **publication, struct ledger *ledger,
    const struct sink *sink, int precompress, bool dry, struct err *err);
/* Abandons what was staged and not committed. NULL is allowed. */
void publish_close(struct publication *publication);

/* Compare what is there with the ledger; the keys of feeds with a file that
 * is missing or not ours are added to `broken`. */
int publish_check(struct publication *publication, struct slices *broken,
    struct arena *arena, struct err *err);

/* Of a document that others may be told of (told.h): */
struct shown {
	struct digest digest; /* of which entries it shows, in which version */
	bool told;            /* there is somebody who is told */
	bool editions;        /* it does not show all news as that comes */
};

/* Offer a document (`shown` NULL: nobody is told of it); several threads at once, `arena`
 * being the caller's and living as long as the publication. */
int publish_offer(struct publication *publication, struct slice path, struct slice feed,
    struct slice bytes, int64_t updated, const struct shown *shown, struct arena *arena,
    struct document *document, struct err *err);
/* 1: somebody else's file has this place, since none of ours ever stood there. 0, -1. A feed
 * takes its place whatever is there; a page, whose name is one that others use too, does
 * not. Several threads at once. */
int publish_is_foreign(
    const struct publication *publication, struct slice path, struct err *err);
/* What this feed published stays as it is, whatever it is. */
void publish_keep(struct publication *publication, struct slice feed);
/* Take an offered document into the ledger and the list of renames. */
int publish_take(
    struct publication *publication, const struct document *document, struct err *err);

/* This document could not be made: the next run finds it not as it should be,
 * and makes its feed again. */
int publish_refuse(struct publication *publication, struct slice path, struct slice feed,
    struct err *err);
/* Forget an offered document: its staged parts go. */
void publish_discard(struct publication *publication, const struct document *document);

/* The time of a published file, 0 when there is none. */
int64_t publish_mtime(const struct publication *publication, struct slice path);

/* All that this feed published goes (how many files, or -1), or all that was
 * neither offered nor kept. */
int publish_drop_feed(
    struct publication *publication, struct slice feed, struct err *err);
int publish_drop_rest(struct publication *publication, struct err *err);

/* Before the ledger's commit: what was staged is on disk. */
int publish_prepare(struct publication *publication, struct err *err);
/* After it. */
int publish_commit(struct publication *publication, struct err *err);

#endif

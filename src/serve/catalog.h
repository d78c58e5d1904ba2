/*
 * catalog: what there is to be served, and all that a request is judged by.
 *
 * Built from the ledger and the configuration after each run, used by several threads at
 * once, never changed. Only what the ledger has as published is in it: whatever else
 * lies in the output folder (files being written, hidden ones, somebody's own) has no
 * name by which it could be asked for.
 */
#ifndef SERVE_CATALOG_H
#define SERVE_CATALOG_H

#include "base/file.h"
#include "base/map.h"
#include "base/network.h"
#include "ledger/ledger.h"
#include "model/config.h"
#include "serve/media.h"
#include "serve/request.h"

enum item_kind {
	ITEM_LIVE,    /* the document of a feed that people subscribe to */
	ITEM_ARCHIVE, /* an archive document that has a successor */
	ITEM_OTHER,
	ITEM_GONE, /* was published once */
};

struct item {
	struct slice path; /* below [output] dir, NUL-terminated */
	struct slice feed; /* key of its feed */
	enum item_kind kind;
	const struct media_type *media;
	unsigned codings; /* set of 1 << CODING: the siblings that there are */
	size_t index;     /* in catalog->item */
	/* Header lines, by catalog_describe: */
	const char *cache_control;
	const char *link; /* NULL: none. RFC 8288; only live feeds have one */
};

struct redirect {
	struct slice from, to; /* paths below the folder, without extension a feed's; with
				* "/" at their end a folder's; `to` also a whole address */
};

struct catalog {
	struct arena *arena;
	struct root root; /* [output] dir */
	struct item *item;
	size_t items;
	struct map by_path;
	struct map feeds;  /* key -> struct feed_row */
	struct map hubs;   /* [feed:NAME] -> text that names those of its feeds */
	struct slice url;  /* the public address */
	struct slice base; /* its path, decoded; ends in "/" */
	struct slice link; /* the same, encoded */
	struct networks trusted;
	struct redirect *redirect;
	size_t redirects;
	int64_t min_interval; /* milliseconds; 0: none */
	struct zone *utc;
};

/* `dead`: names of hubs that no document names. */
int catalog_build(struct catalog **catalog, const struct config *config,
    struct ledger *ledger, const struct slices *dead, struct err *err);
void catalog_free(struct catalog *catalog); /* NULL is allowed */

/* What this decoded path is, or NULL; a folder is its index.html. */
const struct item *catalog_find(
    const struct catalog *catalog, struct slice path, struct arena *arena);
/* The item with its header lines, which are made for whoever asks: a run would make them for
 * all, and few are asked for until the next one. */
struct item catalog_describe(
    const struct catalog *catalog, const struct item *item, struct arena *arena);
/* Where it has moved to, as a Location; none when it has not. */
struct slice catalog_moved(
    const struct catalog *catalog, struct slice path, struct arena *arena);

/* How long an answer may be kept when a feed has an arrival every so many seconds; 0: that
 * is not known. */
int64_t catalog_fresh(int64_t cadence);

#endif

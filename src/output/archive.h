/*
 * archive: RFC 5005 section 4 archive documents of a feed.
 *
 * Documents are numbered from 1 and divide a feed by arrival number, so that
 * a back-dated import never moves an entry from one to another. The last one
 * is open: it grows until it is full, and gets a successor with the next
 * entry. From then on it is closed: only a correction or a take-down of one of
 * its entries, or a tag given or taken later, writes it again.
 */
#ifndef OUTPUT_ARCHIVE_H
#define OUTPUT_ARCHIVE_H

#include "ledger/ledger.h"
#include "model/config.h"

struct archive {
	struct page *page;
	size_t pages;
	size_t known; /* the first of these were there before this run */
};

/*
 * The pages of the feed `key`, extended by what arrived since. `member` says
 * which of the walked entries are the feed's.
 */
int archive_extend(struct ledger *ledger, struct slice key, int64_t term,
    bool (*member)(const void *ctx, const struct record *record), const void *ctx,
    const struct config_limits *limits, struct arena *arena, struct archive *archive,
    struct err *err);

/* Which page holds the arrival number: an index into archive->page; pages
 * when there is none yet. */
size_t archive_find(const struct archive *archive, int64_t seq);

/* The arrival numbers of the page, from start up to but not including end. What
 * came before the first page belongs to it: a tag may be given later. */
int64_t archive_start(const struct archive *archive, size_t page);
int64_t archive_end(const struct archive *archive, size_t page);

/* "main/archive-12.atom" */
struct slice archive_path(
    struct arena *arena, struct slice key, int64_t number, const char *extension);

#endif

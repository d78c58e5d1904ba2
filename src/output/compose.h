/*
 * compose: one feed, with its entries rendered, into its proven documents.
 */
#ifndef OUTPUT_COMPOSE_H
#define OUTPUT_COMPOSE_H

#include "ledger/tally.h"
#include "output/format.h"
#include "output/plan.h"
#include "output/publish.h"

/* What all documents of a run share; nothing in it changes while they are made. */
struct composer {
	const struct config *config;
	struct publication *publication;
	int64_t now, latest; /* as the maker's */
	int64_t born;     /* when the ledger was: `updated` of a feed without entries */
	struct slice tag; /* of feed ids */
	const struct record *gone; /* newest first */
	size_t gones;
	struct slices dead; /* names of hubs that no document names */
};

enum { PAGE_NONE = -1 };

/* One unit of work: the subscription document of a feed, in all its formats,
 * or one archive document. */
struct job {
	const struct plan_feed *feed;
	long page;                  /* index into feed->archive.page, or PAGE_NONE */
	const struct entry **entry; /* candidates, newest first */
	size_t entries;
	int64_t oldest; /* lowest arrival number among them; 0: it says nothing */
	struct tally_months tally; /* of a feed with a page; in the arena of the job */

	/* Results, in the arena `keep`. */
	struct document *document;
	size_t documents;
	size_t shown, summaries; /* entries in it; of them without content */
	int64_t updated, due, cadence;
	struct slice title;
	bool waits;           /* an article of it is being changed: not composed */
	bool empty;           /* nothing to show: the feed goes */
	bool failed;          /* the last good documents stay; err and findings say why */
	struct slice refused; /* the document that failed */
	struct slice foreign; /* the page whose place is somebody else's file; none */
	struct err err;
	struct finding *finding;
	size_t findings;
};

/* `scratch` holds each document in turn; `arena` what leads to it. */
void compose(const struct composer *composer, struct job *job, struct buf *scratch,
    struct arena *arena, struct arena *keep);

/* Public URL of a published path. */
struct slice compose_url(
    const struct config *config, struct slice path, struct arena *arena);
/* The title of a feed, placeholders filled in. */
struct slice compose_title(const struct config *config, const struct plan_feed *feed,
    struct slice pattern, struct arena *arena);
/* Is there a page for people beside what the job makes? */
bool compose_has_page(
    const struct config *config, const struct job *job, struct arena *arena);
/* The formats of a feed's archive documents: one. */
const struct format *compose_archive_format(const struct config_feed *feed);

#endif

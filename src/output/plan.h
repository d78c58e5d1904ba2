/*
 * plan: from what changed to the documents that have to be made.
 *
 * A feed is a [feed:NAME] section, or one term of a section with for_each.
 * Its cost follows what changed (promise P11): an entry touches the feeds
 * that it is in, or was in, and of their archives the page that it is on. A feed
 * with a schedule waits for its next edition, and its changes in the ledger.
 */
#ifndef OUTPUT_PLAN_H
#define OUTPUT_PLAN_H

#include "ledger/settle.h"
#include "model/config.h"
#include "output/archive.h"

struct plan_feed {
	const struct config_feed *config;
	const struct term_row *term; /* NULL: not for_each */
	struct slice key;            /* path below [output] dir, no extension */
	size_t count[CHANGE_KINDS];  /* changes of this run that are in it */

	bool pages_only;        /* what changed is older than all that it shows */
	struct archive archive; /* of one with archive = yes */
	bool *page_dirty;       /* by index of archive.page */

	/* For plan.c alone. */
	bool broken;    /* its files are not as published: every page */
	int64_t newest; /* highest arrival number edited in it; INT64_MAX: one is back */
	bool due;       /* it changes by itself, or its edition is due */
	struct pending *touched; /* what changed in it, where that is asked */
	size_t touches;
};

struct plan {
	struct plan_feed **feed;
	size_t feeds;
	bool everything;       /* all documents, whatever changed */
	struct slices clashes; /* sentences: two feeds for one path */
};

struct plan_request {
	const struct config *config;
	const struct changes *changes;
	bool everything;
	struct slices broken; /* keys of feeds whose files are not as published */
	int64_t now;
};

int plan_make(struct ledger *ledger, const struct plan_request *request,
    struct arena *arena, struct plan *plan, struct err *err);

/* Does the feed take an entry with this path and these terms? */
bool plan_member(
    const struct plan_feed *feed, struct slice path, const struct terms *terms);

/* The path of one feed: its pattern with :term filled in. */
struct slice plan_path(
    struct arena *arena, const struct config_feed *feed, const struct term_row *term);

#endif

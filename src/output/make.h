/*
 * make: all documents of a plan, several at a time.
 *
 * Works in batches whose rendered entries stay below a fixed number of
 * bytes, so that memory does not grow with the archive: the ledger is asked
 * for the candidates of a few feeds, each entry is rendered once for all of
 * them, then their documents are composed side by side.
 */
#ifndef OUTPUT_MAKE_H
#define OUTPUT_MAKE_H

#include "base/work.h"
#include "model/diag.h"
#include "output/compose.h"

#include <stdatomic.h>

enum rendered {
	RENDERED,
	RENDERED_BAD,    /* it cannot be published; a DIAG_BAD says why */
	RENDERED_UNREAD, /* ... because it cannot be read now */
	RENDERED_LATER,  /* its file is not as it was when it was settled: it is being
			  * changed, and documents that show it stay as they are */
};

struct maker {
	struct ledger *ledger;
	struct publication *publication;
	const struct config *config;
	const struct plan *plan;
	int64_t now, born;
	/* What is dated much later is a mistake: now, or the latest that was published,
	 * when the clock was wrong then. */
	int64_t latest;
	struct slice tag;
	struct slices dead; /* names of hubs that no document names */
	size_t threads;

	/*
	 * The entry of a record, into the arena; `content` false: its summary is
	 * enough. Called by several threads, each with its own number.
	 */
	enum rendered (*render)(void *ctx, size_t worker, const struct record *record,
	    bool content, struct arena *arena, struct entry *entry, struct diags *diags);
	void (*progress)(void *ctx, size_t done, size_t all);
	void *ctx;
	const atomic_bool *stop; /* set by another thread: ERR_STOPPED; NULL */
};

/* One document as it now stands, for the report. */
struct made_document {
	struct slice path, title;
	const struct plan_feed *feed; /* NULL: sitemap, OPML, autodiscovery */
	bool archive, page, changed, gone, failed; /* page: for people */
	size_t entries, summaries;
	int64_t bytes, bytes_before, mtime;
	const struct job *job; /* of a failed one: its err and findings */
};

struct made {
	struct made_document *document;
	size_t documents;
	size_t failed;
	int64_t bytes_written;
	bool menu_changed; /* a feed came or went, or has another title */
	size_t waiting;    /* documents that stay because an article is being changed */
	struct slice waits_for; /* ... this one, and maybe others */
	size_t foreign; /* pages that have no place: somebody else's files have it */
	struct slice foreign_path; /* ... this one, and maybe others */
	size_t refused; /* entries that could not be rendered or broke a rule */
	struct arena *keep[WORK_MAX]; /* what the documents point into */
};

int make_all(const struct maker *maker, struct arena *arena, struct made *made,
    struct diags *diags, struct err *err);
/* Also after failure; a zeroed one is allowed. */
void made_fini(struct made *made);

#endif

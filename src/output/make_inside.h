/*
 * make_inside: what the parts of make share. Only make*.c include it.
 *
 *     make.c        batches: entries rendered, documents composed
 *     make_find.c   a document joins the batch, with the entries it may show
 *     make_put.c    a composed document into the publication and the ledger
 */
#ifndef OUTPUT_MAKE_INSIDE_H
#define OUTPUT_MAKE_INSIDE_H

#include "base/map.h"
#include "output/make.h"

/* An entry that a batch needs, once for all its documents. */
struct slot {
	struct record record;
	bool content; /* some document wants it in full */
	enum rendered fate;
	struct entry entry;
	struct diags diags;
};

/* A run of make_all: what stays, and the batch at work. */
struct making {
	const struct maker *maker;
	struct composer composer;
	struct arena *arena;
	struct made *made;
	struct diags *diags;
	struct err *err;
	struct worker *worker; /* one of each thread */
	struct arena *passing; /* a record that is looked at */
	size_t threads;
	size_t done, all;   /* jobs */
	struct map waiting; /* keys of feeds that have a document put off */

	/* The batch. */
	struct arena *batch;
	struct map by_seq; /* -> struct slot */
	struct slot **slot;
	size_t slots;
	struct job **job;
	struct slot ***candidate; /* by job */
	size_t jobs;
	int64_t bytes;
};

/* Add the document of a feed (PAGE_NONE), or an archive page of it, to the batch. */
int make_find(struct making *m, const struct plan_feed *feed, long page);

/* What became of a job: taken, kept as it was because it waits or failed, or gone.
 * -1: the whole run fails. */
int make_put(struct making *m, struct job *job);
/* Forget what a job staged. */
void make_discard(struct making *m, const struct job *job);

#endif

/*
 * run_inside: what the parts of a run share. Only run*.c include it.
 *
 *     run.c         the stages, in their order
 *     run_render.c  an entry for the documents: rendered, or as it was before
 */
#ifndef APP_RUN_INSIDE_H
#define APP_RUN_INSIDE_H

#include "app/run.h"
#include "app/survey.h"
#include "base/map.h"
#include "input/read.h"
#include "output/publish.h"

/* What one thread reads into, and what it keeps of it. */
struct hand {
	struct scratch scratch;
	struct arena *keep; /* the report's */
	struct diags diags;
};

struct run {
	const struct config *config;
	const struct run_options *options;
	struct run_report *report;
	struct err *err;
	struct arena *arena;
	int64_t now;
	size_t threads;

	int lock;
	struct root articles, output;
	struct profile *profile;
	struct ledger *ledger;
	struct sink sink;
	struct publication *publication;
	struct reader reader;
	struct hand hand[WORK_MAX];

	struct survey survey;
	struct map fresh; /* paths that this run read, but for a first import */
	struct slices broken;
	struct troubled *nameless; /* articles left out for their names */
	size_t nameless_n;
	struct slices dead; /* names of hubs that no document names */
	bool everything;    /* every document is made again */
	bool read_all;      /* every article is read again */
};

/* Did somebody begin to write it after it was told of, or looked at? */
bool run_is_written(const struct run *run, const struct file_stat *stat);
/* For the maker; its context is the run. */
enum rendered run_render(void *ctx, size_t worker, const struct record *record,
    bool content, struct arena *arena, struct entry *entry, struct diags *diags);

#endif

/*
 * survey: which articles have to be read.
 *
 * Compares the folder of the articles with the ledger's index: all of it, or
 * what is said to have been touched, and what is due by itself. A file whose
 * size, time and inode are as they were is not opened.
 */
#ifndef APP_SURVEY_H
#define APP_SURVEY_H

#include "base/map.h"
#include "input/scan.h"
#include "ledger/settle.h"

struct survey_request {
	const struct config_articles *config;
	const struct root *root;
	struct ledger *ledger;
	const struct slices *touched; /* NULL: everything; see scan_some */
	/* Files that may be half-written: left as they are, and so is what was written
	 * just now, which then is in `put_off`. NULL: nobody can tell. */
	const struct slices *open;
	bool read_all; /* whether it changed or not */
	int64_t now;
	size_t threads;
};

/* Files that are left as they are: nobody knows whether they are whole. */
struct put_offs {
	struct put_off {
		struct slice path;
		struct slice was; /* it may be the file that was there; none */
	} * v;
	size_t n;
};

struct survey {
	struct scanned scanned; /* for settle; of the readings path and inode */
	size_t files;           /* that were looked at */
	bool all_gone;          /* there were articles, and there is none */
	struct put_offs put_off;

	/* For survey.c alone. */
	const struct survey_request *request;
	struct arena *arena, *index_arena;
	struct scan scan;
	size_t stated; /* so many goes of its files have been looked at */
	struct indexed *index;
	size_t indexed;
	struct map by_path; /* -> struct indexed */
	struct map open;    /* paths of the request's */
};

/* What the scan reports goes to `diags`. survey_fini also after failure. */
int survey_make(struct survey *survey, const struct survey_request *request,
    struct diags *diags, struct err *err);
/* Once they were read: what is marked `later` is left as it is, too. */
void survey_put_off(struct survey *survey);
void survey_fini(struct survey *survey);

#endif

/*
 * run: one run, from the folder of articles to proven feeds.
 *
 *     scan -> read -> settle -> plan -> make -> publish
 *
 * The same function serves cron (--once), a dry run, a check of the articles,
 * and later the daemon. What it found and did is in the report; printing is
 * the caller's.
 */
#ifndef APP_RUN_H
#define APP_RUN_H

#include "app/renditions.h"
#include "app/survey.h"
#include "model/config.h"
#include "output/make.h"

#include <stdatomic.h>

enum run_kind {
	RUN_PUBLISH,
	RUN_DRY,   /* all but the writing: ledger and feeds stay as they are */
	RUN_CHECK, /* read and render every article; no feeds */
};

struct run_options {
	enum run_kind kind;
	bool allow_flood;
	int64_t now; /* 0: the clock's */
	/* Look at these paths alone (see scan_some), at what is due, and not at
	 * whether published files are as they were; NULL: at everything. */
	const struct slices *touched;
	const struct slices *open; /* files that may be half-written; see survey.h */
	int64_t taken;             /* when `touched` was: milliseconds of POSIX time */
	bool locked;               /* the caller has the lock of run_lock */
	struct renditions *renditions; /* of the runs before; NULL: none are kept */
	struct slice retract;          /* id or path to take down first; none */
	struct slice reason;
	/* Set by another thread to end the run before it publishes; NULL. */
	const atomic_bool *stop;
	/* Now and then, while work is done: `what` is "reading" or "writing". */
	void (*progress)(void *ctx, const char *what, size_t done, size_t all);
	void *ctx;
};

struct run_report {
	struct arena *arena;
	struct arena *keep[WORK_MAX]; /* what the threads read */
	enum run_kind kind;
	int64_t now, elapsed; /* milliseconds */
	bool first;           /* the ledger held nothing before */
	bool whole;           /* everything is looked at, not only what was touched */
	size_t files, read;
	struct put_offs put_off; /* they may be whole by the next run */
	struct changes changes;
	struct made made;
	struct plan plan;
	struct diags diags;        /* of the articles read in this run, by path */
	struct troubled *troubled; /* all articles that are not live */
	size_t troubles;
	int64_t states[ARTICLE_STATES];   /* of a run over `touched` not the live ones */
	struct due article_due, feed_due; /* what changes next by itself */
	size_t swept;                     /* staged files of a killed run, removed */
	size_t repaired; /* published files that were not as we left them */
};

/*
 * 0: done (look at report->changes.flooded and report->made.failed), -1;
 * ERR_STOPPED: as if it had not been called. The report is filled as far as it came, and freed by run_report_fini.
 */
int run_once(const struct config *config, const struct run_options *options,
    struct run_report *report, struct err *err);
void run_report_fini(struct run_report *report);

/* The lock that lets nobody else publish: a descriptor, closed by the caller. ERR_BUSY. */
int run_lock(const struct config *config, struct err *err);

#endif

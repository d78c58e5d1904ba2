/*
 * report: what a run did, for people and for programs.
 */
#ifndef APP_REPORT_H
#define APP_REPORT_H

#include "app/run.h"
#include "base/buf.h"

struct report_style {
	bool json, verbose;
	bool quiet; /* only what somebody has to decide about */
};

void report_write(struct buf *out, const struct config *config,
    const struct run_report *report, const struct report_style *style);

/* The last line of it alone. */
void report_line(
    struct buf *out, const struct config *config, const struct run_report *report);

/* An article that is left out: its path, line and the reason. */
void report_diag(struct buf *out, const struct diag *diag);

/* In the zone of the site; "never" for 0. */
struct slice report_time(const struct config *config, int64_t sec, struct arena *arena);

/* Those who fail alone: which rule, which entry, which article. */
void report_failures(struct buf *out, const struct run_report *report);

#endif

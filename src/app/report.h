/*
 * report: what a run did, for people and for programs.
 */
#ifndef APP_REPORT_H
#define APP_REPORT_H

#include "app/run.h"
#include "base/buf.h"

struct report_style {
	bool json, verbose;
};

void report_write(struct buf *out, const struct config *config,
    const struct run_report *report, const struct report_style *style);

/* Those who fail alone: which rule, which entry, which article. */
void report_failures(struct buf *out, const struct run_report *report);

#endif

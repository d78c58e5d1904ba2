/*
 * status_page: how it stands, as a page for the operator.
 *
 * One document of HTML without script, fonts or pictures of others, below 100 KB: the daemon
 * and its runs, the last day in two plots, articles that are bad or held, feeds, and who is
 * told. In Chinese or English, by the language of the site. A pure function: no clock, no
 * file, nothing of it that could change anything.
 */
#ifndef APP_STATUS_PAGE_H
#define APP_STATUS_PAGE_H

#include "app/snapshot.h"
#include "serve/counts.h"

#define STATUS_PAGE_TYPE "text/html; charset=utf-8"
enum { STATUS_PAGE_MAX = 100 * 1000 };

struct status_page {
	const struct snapshot *snapshot;
	const struct traffic *traffic;     /* the last day of the server */
	const struct serve_counts *counts; /* NULL: there is no server of ours */
	int64_t now;
};

void status_page_write(struct buf *out, const struct status_page *page);

/* What it is styled by, from beside it: so that it holds below a policy that lets through
 * nothing but files of ours. */
#define STATUS_PAGE_STYLE "status.css"
extern const char status_page_style[];

#endif

/*
 * pages: what the daemon shows of itself over HTTP.
 *
 *     /metrics     for Prometheus (metrics.h)
 *     /status      for people (status_page.h)
 *     /status.css  the style of that
 *
 * The loop hands in snapshots; a server asks on threads of its own, for what shows one once
 * there is one, and waits for nobody but the copying of a few numbers, or another page being
 * written.
 */
#ifndef APP_PAGES_H
#define APP_PAGES_H

#include "app/snapshot.h"
#include "serve/counts.h"

/* A server that counts: fills *counts, whose arena is ours to free. On a thread of the
 * server, once there is a snapshot; on that of pages_sample at any time. */
struct pages_server {
	void (*count)(void *ctx, struct serve_counts *counts);
	void *ctx;
};

struct pages;

/* `server` NULL: there is none that counts. It must live as long. */
struct pages *pages_new(const struct pages_server *server);
/* Nobody asks any more. NULL is allowed. */
void pages_free(struct pages *pages);

/* To be shown from now on; taken over. NULL: there is none any more. */
void pages_take(struct pages *pages, struct snapshot *snapshot);
/* Requests until `now`, for the plot of a day; once a minute. */
void pages_sample(struct pages *pages, int64_t now);

/* Does the page at this path show a snapshot? */
bool pages_need(struct slice path);
/*
 * The page at this path ("/status"), into `out`: the status of the answer, 404 for any
 * other path, 503 as long as there is no snapshot that it needs. *media_type is a literal,
 * NULL without a page.
 */
int pages_answer(
    struct pages *pages, struct slice path, struct buf *out, const char **media_type);

#endif

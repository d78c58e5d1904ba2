#include "app/pages.h"

#include "app/metrics.h"
#include "app/status_page.h"
#include "base/clock.h"

#include <pthread.h>
#include <stdlib.h>

struct pages {
	const struct pages_server *server;
	pthread_mutex_t lock; /* of what follows */
	struct snapshot *snapshot;
	struct traffic traffic;
};

struct pages *
pages_new(const struct pages_server *server)
{
	struct pages *p = mem_alloc(sizeof *p);

	*p = (struct pages){.server = server};
	pthread_mutex_init(&p->lock, NULL);
	return p;
}

void
pages_free(struct pages *p)
{
	if (!p)
		return;
	snapshot_free(p->snapshot);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

void
pages_take(struct pages *p, struct snapshot *snapshot)
{
	struct snapshot *before;

	pthread_mutex_lock(&p->lock);
	before = p->snapshot;
	p->snapshot = snapshot;
	pthread_mutex_unlock(&p->lock);
	snapshot_free(before);
}

/* NULL: there is no server. */
static const struct serve_counts *
count(const struct pages *p, struct serve_counts *counts)
{
	*counts = (struct serve_counts){0};
	if (!p->server)
		return NULL;
	p->server->count(p->server->ctx, counts);
	return counts;
}

/* With the lock. */
static void
sample(struct pages *p, const struct serve_counts *counts, int64_t now)
{
	uint64_t requests = 0;

	for (size_t i = 0; i < counts->counts; i++)
		requests += counts->count[i].requests;
	traffic_add(&p->traffic, now, requests);
}

void
pages_sample(struct pages *p, int64_t now)
{
	struct serve_counts counts;

	pthread_mutex_lock(&p->lock);
	(void)count(p, &counts);
	sample(p, &counts, now);
	pthread_mutex_unlock(&p->lock);
	arena_free(counts.arena);
}

static void
write_metrics(const struct pages *p, struct buf *out, const struct serve_counts *counts)
{
	metrics_write(out, p->snapshot, counts);
}

static void
write_status(const struct pages *p, struct buf *out, const struct serve_counts *counts)
{
	const struct status_page page = {p->snapshot, &p->traffic, counts, clock_now()};

	status_page_write(out, &page);
}

static void
write_style(const struct pages *p, struct buf *out, const struct serve_counts *counts)
{
	(void)p, (void)counts;
	buf_str(out, status_page_style);
}

static const struct view {
	const char *path, *type;
	void (*write)(
	    const struct pages *p, struct buf *out, const struct serve_counts *counts);
} all[] = {
    {"/metrics", METRICS_TYPE, write_metrics},
    {"/status", STATUS_PAGE_TYPE, write_status},
    {"/" STATUS_PAGE_STYLE, "text/css; charset=utf-8", write_style},
};

static int
answer(struct pages *p, const struct view *view, struct buf *out, const char **media_type)
{
	struct serve_counts counts = {0};
	bool known;

	pthread_mutex_lock(&p->lock);
	known = p->snapshot != NULL;
	if (known) {
		const struct serve_counts *counted = count(p, &counts);

		sample(p, &counts, clock_now());
		view->write(p, out, counted);
	}
	pthread_mutex_unlock(&p->lock);
	arena_free(counts.arena);
	*media_type = known ? view->type : NULL;
	return known ? 200 : 503;
}

int
pages_answer(void *pages, struct slice path, struct buf *out, const char **media_type)
{
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (slice_is(path, all[i].path))
			return answer(pages, &all[i], out, media_type);
	*media_type = NULL;
	return 404;
}

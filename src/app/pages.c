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

static const struct view {
	const char *path, *type;
	const char *text; /* what it always is; NULL: it shows a snapshot */
	void (*write)(
	    const struct pages *p, struct buf *out, const struct serve_counts *counts);
} all[] = {
    {"/metrics", METRICS_TYPE, NULL, write_metrics},
    {"/status", STATUS_PAGE_TYPE, NULL, write_status},
    {"/" STATUS_PAGE_STYLE, "text/css; charset=utf-8", status_page_style, NULL},
};

static const struct view *
find_view(struct slice path)
{
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (slice_is(path, all[i].path))
			return &all[i];
	return NULL;
}

bool
pages_need(struct slice path)
{
	const struct view *view = find_view(path);

	return view && !view->text;
}

/* False: there is no snapshot. */
static bool
write_view(struct pages *p, const struct view *view, struct buf *out)
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
	return known;
}

int
pages_answer(struct pages *p, struct slice path, struct buf *out, const char **media_type)
{
	const struct view *view = find_view(path);

	*media_type = NULL;
	if (!view)
		return 404;
	if (view->text)
		buf_str(out, view->text);
	else if (!write_view(p, view, out))
		return 503;
	*media_type = view->type;
	return 200;
}

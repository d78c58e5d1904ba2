#include "app/daemon_inside.h"

#include "base/clock.h"

#include <stdlib.h>

/*
 * A snapshot is read beside the loop, as a status is, when a run or the telling of hubs is
 * over. Changes that come close together share one.
 */

enum { SAMPLE = 60 * 1000 }; /* milliseconds */

/* On its way. */
struct reading_up {
	uv_work_t work;
	struct daemon *daemon;
	struct snapshot *snapshot;
	struct err err;
	int rc;
};

static void
read_snapshot(uv_work_t *work)
{
	struct reading_up *r = work->data;

	r->rc = snapshot_read(r->snapshot, r->daemon->config, &r->err);
}

static void
show_snapshot(uv_work_t *work, int status)
{
	struct reading_up *r = work->data;
	struct daemon *d = r->daemon;

	(void)status;
	if (r->rc == 0) {
		pages_take(d->shown.pages, r->snapshot);
	} else {
		log_say(d->log, LEVEL_WARN, NULL, "pages: %s", r->err.text);
		snapshot_free(r->snapshot);
	}
	free(r);
	d->questions--;
	d->shown.reading = false;
	daemon_close(d);
	/* A configuration that waits is taken before another snapshot keeps it waiting. */
	daemon_next(d);
	if (d->shown.stale)
		daemon_update_pages(d);
}

void
daemon_update_pages(struct daemon *d)
{
	struct reading_up *r;

	d->shown.stale = d->shown.reading;
	if (!d->shown.pages || d->shown.reading || d->stopping)
		return;
	r = mem_alloc(sizeof *r);
	*r = (struct reading_up){.daemon = d, .snapshot = snapshot_new(clock_now())};
	daemon_state(d, &r->snapshot->daemon, r->snapshot->arena);
	r->snapshot->history = d->history;
	r->work.data = r;
	d->questions++;
	d->shown.reading = true;
	uv_queue_work(&d->loop, &r->work, read_snapshot, show_snapshot);
}

static void
on_sample(uv_timer_t *timer)
{
	struct daemon *d = timer->data;

	pages_sample(d->shown.pages, clock_now());
}

void
daemon_open_pages(struct daemon *d, const struct pages_server *server)
{
	d->shown.pages = pages_new(server);
	uv_timer_start(&d->shown.sample, on_sample, SAMPLE, SAMPLE);
}

#include "app/daemon_inside.h"

#include "base/clock.h"

#include <stdlib.h>

/*
 * A snapshot is read beside the loop, as a status is, and only for somebody who waits for a
 * page when things have changed since the one before. The server holds those requests; all
 * that come until it is read share it.
 */

enum {
	SAMPLE = 60 * 1000, /* milliseconds */
	PACE = 1000,        /* from one reading to the next */
};

/* On its way. */
struct reading_up {
	uv_work_t work;
	struct daemon *daemon;
	struct snapshot *snapshot;
	uint64_t of; /* so many changes */
	struct err err;
	int rc;
};

static void
read_snapshot(uv_work_t *work)
{
	struct reading_up *r = work->data;

	r->rc = snapshot_read(r->snapshot, r->daemon->config, &r->err);
}

static void read_wanted(struct daemon *d);

static void
show_snapshot(uv_work_t *work, int status)
{
	struct reading_up *r = work->data;
	struct daemon *d = r->daemon;
	struct showing *s = &d->shown;

	(void)status;
	if (r->rc < 0) {
		log_say(d->log, LEVEL_WARN, NULL, "pages: %s", r->err.text);
		snapshot_free(r->snapshot);
		r->snapshot = NULL;
		/* Whoever waits is told so; the next one has it tried again. */
		daemon_change_pages(d);
	} else {
		log_say(d->log, LEVEL_DEBUG, NULL,
		    "pages: a snapshot was read in %lld ms",
		    (long long)(clock_elapsed() - s->began));
	}
	pages_take(s->pages, r->snapshot);
	s->shows = r->of;
	serve_ready(d->serve, s->shows);
	free(r);
	s->reading = false;
	d->questions--;
	daemon_close(d);
	/* A configuration that waits is taken before another snapshot keeps it waiting. */
	daemon_next(d);
	read_wanted(d);
}

static void
read_now(struct daemon *d)
{
	struct reading_up *r = mem_alloc(sizeof *r);

	*r = (struct reading_up){.daemon = d,
	    .snapshot = snapshot_new(clock_now()),
	    .of = atomic_load(&d->shown.changes)};
	daemon_state(d, &r->snapshot->daemon, r->snapshot->arena);
	r->snapshot->history = d->history;
	r->work.data = r;
	d->questions++;
	d->shown.reading = true;
	d->shown.began = clock_elapsed();
	uv_queue_work(&d->loop, &r->work, read_snapshot, show_snapshot);
}

static void
on_pace(uv_timer_t *timer)
{
	read_wanted(timer->data);
}

static void
read_wanted(struct daemon *d)
{
	struct showing *s = &d->shown;
	int64_t wait = s->began + PACE - clock_elapsed();

	if (s->wanted <= s->shows || s->reading || d->stopping)
		return;
	if (s->began && wait > 0)
		uv_timer_start(&s->pace, on_pace, (uint64_t)wait, 0);
	else
		read_now(d);
}

static void
on_asked(uv_async_t *asked)
{
	struct daemon *d = asked->data;

	d->shown.wanted = atomic_load(&d->shown.changes);
	read_wanted(d);
}

uint64_t
daemon_want_page(void *daemon, struct slice path)
{
	struct daemon *d = daemon;
	uint64_t changes = atomic_load(&d->shown.changes);

	if (!pages_need(path))
		return 0;
	uv_async_send(&d->shown.asked);
	return changes;
}

int
daemon_answer_page(
    void *daemon, struct slice path, struct buf *out, const char **media_type)
{
	struct daemon *d = daemon;

	return pages_answer(d->shown.pages, path, out, media_type);
}

void
daemon_change_pages(struct daemon *d)
{
	atomic_fetch_add(&d->shown.changes, 1);
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
	struct showing *s = &d->shown;

	s->pages = pages_new(server);
	daemon_change_pages(d);
	uv_async_init(&d->loop, &s->asked, on_asked);
	uv_timer_init(&d->loop, &s->pace);
	uv_timer_init(&d->loop, &s->sample);
	s->asked.data = s->pace.data = s->sample.data = d;
	uv_timer_start(&s->sample, on_sample, SAMPLE, SAMPLE);
}

void
daemon_close_pages(struct daemon *d)
{
	struct showing *s = &d->shown;

	if (!s->pages)
		return;
	uv_close((uv_handle_t *)&s->asked, NULL);
	uv_close((uv_handle_t *)&s->pace, NULL);
	uv_close((uv_handle_t *)&s->sample, NULL);
	pages_free(s->pages);
	s->pages = NULL;
}

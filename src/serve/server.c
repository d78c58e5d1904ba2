#include "serve/server_inside.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

bool
serve_exists(void)
{
	return true;
}

/* How many connections there is room for: descriptors are needed for files, too. */
static int64_t
make_room(const struct serve_options *o)
{
	const rlim_t besides = 256 + (rlim_t)(o->threads * HELD);
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return o->max_connections;
	if (limit.rlim_cur < (rlim_t)o->max_connections + besides) {
		limit.rlim_cur = (rlim_t)o->max_connections + besides;
		if (limit.rlim_cur > limit.rlim_max)
			limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (limit.rlim_cur >= (rlim_t)o->max_connections + besides)
		return o->max_connections;
	return limit.rlim_cur > 2 * besides ? (int64_t)(limit.rlim_cur - besides)
					    : (int64_t)(limit.rlim_cur / 2);
}

/* They get no signals: those are for the loop of the daemon. */
static int
start(struct worker *w, struct err *err)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&w->thread, NULL, worker_run, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0)
		return err_set(
		    err, ERR_IO, "cannot start a thread that serves: %s", strerror(rc));
	return 0;
}

static int
start_all(struct serve *s, const struct serve_options *o, struct err *err)
{
	for (; s->workers < (size_t)o->threads; s->workers++) {
		struct worker *w = &s->worker[s->workers];

		w->serve = s;
		if (worker_open(w, o, err) < 0)
			return -1;
		if (start(w, err) < 0) {
			worker_close(w);
			return -1;
		}
	}
	return 0;
}

int
serve_open(struct serve **out, const struct serve_options *options, struct err *err)
{
	struct serve_options o = *options;
	struct serve *s = calloc(1, sizeof *s);

	*out = NULL;
	if (!s)
		abort();
	s->sockets = o.sockets;
	s->want = o.want;
	s->page = o.page;
	s->ctx = o.ctx;
	s->wake = -1;
	for (size_t i = 0; i < o.sockets->n; i++)
		s->metrics_apart |= o.sockets->v[i].metrics;
	o.max_connections = make_room(&o);
	s->guard = guard_new((size_t)o.max_connections, (size_t)o.max_per_address);
	s->meter = meter_new();
	s->delta = delta_new(DELTA_DOCUMENTS);
	s->kept = kept_new(DELTAS_KEPT, DELTA_PACKED);
	s->worker = calloc((size_t)o.threads, sizeof *s->worker);
	pthread_rwlock_init(&s->lock, NULL);
	if (!s->worker)
		abort();
	s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->wake < 0) {
		err_errno(err, "cannot make an eventfd");
		goto failed;
	}
	if (start_all(s, &o, err) < 0)
		goto failed;
	*out = s;
	return 0;
failed:
	serve_close(s);
	return -1;
}

static void
stop_all(struct serve *s)
{
	const uint64_t one = 1;

	atomic_store(&s->stop, true);
	/* Nobody reads it, so it wakes all of them. */
	if (s->wake >= 0 && write(s->wake, &one, sizeof one) < 0)
		abort();
	for (size_t i = 0; i < s->workers; i++) {
		pthread_join(s->worker[i].thread, NULL);
		worker_close(&s->worker[i]);
	}
}

void
serve_close(struct serve *s)
{
	if (!s)
		return;
	stop_all(s);
	if (s->wake >= 0)
		close(s->wake);
	free(s->worker);
	catalog_free(s->catalog);
	pthread_rwlock_destroy(&s->lock);
	guard_free(s->guard);
	meter_free(s->meter);
	kept_free(s->kept);
	delta_free(s->delta);
	free(s);
}

void
serve_take(struct serve *s, struct catalog *catalog)
{
	struct catalog *before;

	pthread_rwlock_wrlock(&s->lock);
	before = s->catalog;
	s->catalog = catalog;
	s->generation++;
	pthread_rwlock_unlock(&s->lock);
	catalog_free(before);
}

void
serve_ready(struct serve *s, uint64_t number)
{
	atomic_store(&s->ready, number);
	for (size_t i = 0; i < s->workers; i++)
		worker_nudge(&s->worker[i]);
}

void
serve_health(struct serve *s, bool well)
{
	atomic_store(&s->well, well);
}

void
serve_counters(struct serve *s, struct serve_counts *counts)
{
	meter_read(s->meter, counts);
	counts->open = atomic_load(&s->open);
	counts->accepted = atomic_load(&s->accepted);
	counts->refused = atomic_load(&s->refused);
}

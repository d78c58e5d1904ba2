#include "base/work.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

struct job {
	void (*fn)(void *ctx, size_t item, size_t worker);
	void *ctx;
	size_t n;
	atomic_size_t next;
};

struct worker {
	struct job *job;
	size_t number;
	pthread_t thread;
};

static void *
work(void *arg)
{
	struct worker *w = arg;
	size_t i;

	while ((i = atomic_fetch_add(&w->job->next, 1)) < w->job->n)
		w->job->fn(w->job->ctx, i, w->number);
	return NULL;
}

/* A thread that cannot be started is one fewer; the caller's own always is. */
void
work_run(size_t threads, size_t n, void (*fn)(void *ctx, size_t item, size_t worker),
    void *ctx)
{
	struct job job = {.fn = fn, .ctx = ctx, .n = n};
	struct worker w[WORK_MAX];
	size_t started = 1;

	if (threads > WORK_MAX)
		threads = WORK_MAX;
	if (threads > n)
		threads = n;
	for (; started < threads; started++) {
		w[started] = (struct worker){.job = &job, .number = started};
		if (pthread_create(&w[started].thread, NULL, work, &w[started]) != 0)
			break;
	}
	w[0] = (struct worker){.job = &job};
	work(&w[0]);
	while (--started > 0)
		pthread_join(w[started].thread, NULL);
}

size_t
work_cores(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;

	return n < 1 ? 1 : n > WORK_MAX ? WORK_MAX : (size_t)n;
}

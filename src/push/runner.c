#include "push/runner_inside.h"

#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A command that was not answered yet. */
struct wait {
	struct wait *next;
	uint64_t id;
	runner_done *done; /* NULL: nobody wants to know any more */
	void *ctx;
	int64_t since;
};

struct runner {
	int fd; /* -1: the process is no more */
	pid_t pid;
	uint64_t id; /* the last one given */
	struct buf out, in;
	size_t sent;
	struct wait *waiting;

	uv_timer_t
	    *soon;       /* what has to be said without the process; NULL: not attached */
	uv_poll_t *poll; /* NULL: there is no process, or not attached */
};

enum { QUEUE_MAX = 256 * 1024 * 1024, CHUNK = 8192 };

static bool
has_commands(const struct config *config)
{
	for (size_t i = 0; i < config->hooks; i++)
		if (config->hook[i].command.n)
			return true;
	return false;
}

int
runner_start(struct runner **runner, const struct config *config, struct err *err)
{
	struct runner *r;
	int fd[2];
	pid_t pid;

	*runner = NULL;
	if (!has_commands(config))
		return 0;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) < 0)
		return err_errno(err, "cannot prepare to start commands");
	pid = fork();
	if (pid == 0) {
		close(fd[0]);
		runner_process(fd[1], config);
	}
	close(fd[1]);
	if (pid < 0) {
		close(fd[0]);
		return err_errno(err, "cannot prepare to start commands");
	}
	r = mem_alloc(sizeof *r);
	*r = (struct runner){.fd = fd[0], .pid = pid};
	buf_init(&r->out, QUEUE_MAX);
	buf_init(&r->in, sizeof(struct runner_answer) + RUNNER_OUTPUT + CHUNK);
	*runner = r;
	return 0;
}

static void
drop_waiting(struct runner *r)
{
	struct wait *next;

	for (; r->waiting; r->waiting = next) {
		next = r->waiting->next;
		free(r->waiting);
	}
}

void
runner_stop(struct runner *r)
{
	if (!r)
		return;
	if (r->fd >= 0)
		close(r->fd);
	/* It ends at once; within the sandbox nobody may wait for it. */
	waitpid(r->pid, NULL, 0);
	drop_waiting(r);
	buf_fini(&r->out);
	buf_fini(&r->in);
	free(r);
}

/* --- answers ------------------------------------------------------------------ */

static void
finish(struct wait **at, const struct runner_end *end)
{
	struct wait *w = *at;
	struct runner_end with = *end;

	*at = w->next;
	with.elapsed = clock_elapsed() - w->since;
	if (w->done)
		w->done(w->ctx, &with);
	free(w);
}

static void
take_answer(struct runner *r, const struct runner_answer *a, struct slice output)
{
	const struct runner_end end = {
	    .how = (enum runner_how)a->how, .value = a->value, .output = output};

	for (struct wait **w = &r->waiting; *w; w = &(*w)->next)
		if ((*w)->id == a->id) {
			finish(w, &end);
			return;
		}
}

static void
free_handle(uv_handle_t *handle)
{
	free(handle);
}

static void
unpoll(struct runner *r)
{
	if (r->poll)
		uv_close((uv_handle_t *)r->poll, free_handle);
	r->poll = NULL;
}

static void
lose(struct runner *r)
{
	const struct runner_end end = {.how = RUNNER_LOST};

	unpoll(r);
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	while (r->waiting)
		finish(&r->waiting, &end);
}

/* False: it is not all there yet. */
static bool
take_one(struct runner *r)
{
	struct runner_answer a;
	struct slice rest = buf_view(&r->in);

	if (rest.n < sizeof a)
		return false;
	memcpy(&a, rest.p, sizeof a);
	rest = slice_from(rest, sizeof a);
	if (rest.n < a.output)
		return false;
	take_answer(r, &a, slice_part(rest, 0, a.output));
	rest = slice_from(rest, a.output);
	memmove(r->in.p, rest.p, rest.n);
	r->in.n = rest.n;
	return true;
}

static void
receive(struct runner *r)
{
	char some[CHUNK];
	ssize_t n = -1;

	while (r->fd >= 0 && (n = recv(r->fd, some, sizeof some, MSG_DONTWAIT)) > 0) {
		buf_add(&r->in, some, (size_t)n);
		while (take_one(r))
			;
	}
	if (r->fd >= 0 && n == 0)
		lose(r);
}

/* --- asking ------------------------------------------------------------------- */

static void on_poll(uv_poll_t *poll, int status, int events);

static void
transmit(struct runner *r)
{
	ssize_t n = 1;

	while (r->fd >= 0 && r->sent < r->out.n && n > 0) {
		n = send(r->fd, r->out.p + r->sent, r->out.n - r->sent,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
		r->sent += n > 0 ? (size_t)n : 0;
	}
	if (r->sent == r->out.n) {
		r->sent = 0;
		buf_reset(&r->out);
	}
	if (r->poll)
		uv_poll_start(
		    r->poll, UV_READABLE | (r->out.n ? UV_WRITABLE : 0), on_poll);
}

static void
on_poll(uv_poll_t *poll, int status, int events)
{
	struct runner *r = poll->data;

	(void)status, (void)events;
	transmit(r);
	receive(r);
}

static void
on_soon(uv_timer_t *timer)
{
	lose(timer->data);
}

void
runner_attach(struct runner *r, uv_loop_t *loop)
{
	r->soon = mem_alloc(sizeof *r->soon);
	uv_timer_init(loop, r->soon);
	r->soon->data = r;
	if (r->fd < 0)
		return;
	r->poll = mem_alloc(sizeof *r->poll);
	uv_poll_init(loop, r->poll, r->fd);
	r->poll->data = r;
	transmit(r);
}

void
runner_detach(struct runner *r)
{
	uv_close((uv_handle_t *)r->soon, free_handle);
	r->soon = NULL;
	unpoll(r);
	for (struct wait *w = r->waiting; w; w = w->next)
		w->done = NULL;
}

void
runner_run(struct runner *r, int command, struct slice feed, struct slice input,
    int64_t timeout, runner_done *done, void *ctx)
{
	const struct runner_ask ask = {
	    .id = ++r->id,
	    .timeout = timeout,
	    .command = (uint32_t)command,
	    .feed = (uint32_t)(feed.n < RUNNER_FEED ? feed.n : RUNNER_FEED),
	    .input = input.n,
	};
	struct wait *w = mem_alloc(sizeof *w);

	*w = (struct wait){r->waiting, r->id, done, ctx, clock_elapsed()};
	r->waiting = w;
	if (r->fd < 0) {
		uv_timer_start(r->soon, on_soon, 0, 0);
		return;
	}
	buf_add(&r->out, &ask, sizeof ask);
	buf_slice(&r->out, slice_part(feed, 0, ask.feed));
	buf_slice(&r->out, input);
	transmit(r);
}

#include "app/daemon_inside.h"

#include "app/outcome.h"
#include "base/clock.h"

#include <stdlib.h>
#include <unistd.h>

/* A status on its way: written beside the loop, from the ledger. */
struct question {
	uv_work_t work;
	struct daemon *daemon;
	struct control_call *call; /* NULL: it goes to the log */
	bool json;
	struct status_daemon state;
	struct arena *arena;
	struct buf out;
	struct err err;
	int rc;
};

/* --- how it stands ------------------------------------------------------------ */

static struct slice
next_cause(enum sched_cause cause, struct slice what, struct arena *arena)
{
	if (cause != CAUSE_DUE)
		return slice_str(sched_cause_name(cause));
	return arena_printf(arena, "%.*s changes by itself", SLICE_ARG(what));
}

void
daemon_state(const struct daemon *d, struct status_daemon *s, struct arena *arena)
{
	enum sched_cause cause = CAUSE_DUE;
	struct slice what = SLICE_NONE;

	*s = (struct status_daemon){
	    .pid = getpid(),
	    .since = d->since,
	    .working = d->working,
	    .runs = d->runs,
	    .failures = d->failures,
	    .last = d->last.at,
	    .last_cost = d->last.cost,
	    .last_cause = slice_str(sched_cause_name(d->last.cause)),
	    .last_line = arena_copy(arena, slice_str(d->last.line)),
	    .next = d->working ? 0 : sched_next(&d->sched, &cause, &what),
	    .folders = watch_folders(d->watch),
	    .blind = arena_copy(arena, slice_str(watch_reason(d->watch))),
	    .sandbox = d->sandbox,
	    .user = arena_copy(arena, slice_str(d->user)),
	    .log = slice_str(log_sink_name(d->log)),
	};
	s->next_cause = next_cause(cause, what, arena);
}

static void
write_status(uv_work_t *work)
{
	struct question *q = work->data;

	q->rc = status_write(
	    &q->out, q->daemon->config, &q->state, DB_READ, q->json, &q->err);
}

static void
log_lines(struct daemon *d, struct slice text)
{
	struct slice line;

	while (slice_line(&text, &line))
		log_say(d->log, LEVEL_NOTICE, NULL, "%.*s", SLICE_ARG(line));
}

static void
tell_status(uv_work_t *work, int status)
{
	struct question *q = work->data;
	struct daemon *d = q->daemon;
	struct control_reply reply = {.out = buf_view(&q->out)};

	(void)status;
	if (q->rc < 0) {
		reply.exit = (int)outcome_of_failure(&q->err);
		reply.err = arena_printf(q->arena, "xysfeed: %s\n", q->err.text);
	}
	if (q->call)
		control_answer(q->call, &reply);
	else
		log_lines(d, q->rc < 0 ? reply.err : reply.out);
	buf_fini(&q->out);
	arena_free(q->arena);
	free(q);
	d->questions--;
	daemon_close(d);
	daemon_next(d);
}

static void
ask_status(struct daemon *d, struct control_call *call, bool json)
{
	struct question *q = mem_alloc(sizeof *q);

	*q = (struct question){
	    .daemon = d, .call = call, .json = json, .arena = arena_new()};
	q->work.data = q;
	buf_init(&q->out, DAEMON_TEXT_MAX);
	daemon_state(d, &q->state, q->arena);
	d->questions++;
	uv_queue_work(&d->loop, &q->work, write_status, tell_status);
}

void
daemon_log_status(struct daemon *d)
{
	ask_status(d, NULL, false);
}

/* --- requests ----------------------------------------------------------------- */

static void
ask_run(
    struct daemon *d, struct control_call *call, const struct control_request *request)
{
	struct asking *a = mem_alloc(sizeof *a);

	*a = (struct asking){.next = d->asking, .call = call, .request = *request};
	d->asking = a;
	sched_want(&d->sched, CAUSE_ASKED);
	daemon_next(d);
}

static void
ask_reload(struct daemon *d, struct control_call *call)
{
	struct arena *arena = arena_new();
	struct control_reply reply = {
	    .out = SLICE("the new configuration is in force\n")};
	struct err err;

	if (daemon_reload(d, &err) < 0)
		reply = (struct control_reply){.exit = (int)outcome_of_failure(&err),
		    .err = arena_printf(arena,
			"xysfeed: %s; the old configuration stays in force\n", err.text)};
	control_answer(call, &reply);
	arena_free(arena);
}

void
daemon_ask(void *ctx, struct control_call *call, const struct control_request *request)
{
	const struct control_reply gone = {
	    .exit = EXIT_FAILED, .err = SLICE("xysfeed: the daemon is stopping\n")};
	const struct control_reply stopping = {.out = SLICE("stopping\n")};
	struct daemon *d = ctx;

	if (d->stopping) {
		control_answer(call, &gone);
		return;
	}
	switch (request->verb) {
	case CONTROL_STATUS:
		ask_status(d, call, request->json);
		break;
	case CONTROL_RUN:
		ask_run(d, call, request);
		break;
	case CONTROL_RELOAD:
		ask_reload(d, call);
		break;
	default:
		control_answer(call, &stopping);
		daemon_stop(d);
	}
}

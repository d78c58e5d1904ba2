#include "app/daemon_inside.h"

#include "app/outcome.h"
#include "app/report.h"
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>

/* --- what is told of it ------------------------------------------------------ */

/* The articles that this run found unfit to publish. */
static void
log_left_out(struct daemon *d, const struct run_report *r)
{
	for (size_t i = 0; i < r->diags.n; i++) {
		const struct diag *x = &r->diags.v[i];
		const struct log_field fields[] = {
		    {"ARTICLE", x->path}, {NULL, SLICE_NONE}};
		struct buf line;

		if (x->level != DIAG_BAD)
			continue;
		buf_init(&line, DAEMON_TEXT_MAX);
		report_diag(&line, x);
		log_say(d->log, LEVEL_WARN, fields, "left out: %s", buf_cstr(&line));
		buf_fini(&line);
	}
}

static void
log_failures(struct daemon *d, const struct run_report *r)
{
	struct buf text;
	struct slice rest, line;

	buf_init(&text, DAEMON_TEXT_MAX);
	report_failures(&text, r);
	rest = buf_view(&text);
	while (slice_line(&rest, &line))
		log_say(d->log, LEVEL_ERROR, NULL, "%.*s", SLICE_ARG(line));
	buf_fini(&text);
}

static enum log_level
level_of(const struct run_report *r)
{
	if (r->changes.flooded || r->made.failed)
		return LEVEL_WARN;
	return r->made.bytes_written || r->read ? LEVEL_INFO : LEVEL_DEBUG;
}

static struct slice
number(struct arena *arena, size_t n)
{
	return arena_printf(arena, "%zu", n);
}

static void
log_run(struct daemon *d, struct run_report *r)
{
	const struct log_field fields[] = {
	    {"CAUSE", slice_str(sched_cause_name(d->task.run.cause))},
	    {"NEW", number(r->arena, r->changes.count[CHANGE_NEW])},
	    {"CHANGED", number(r->arena, r->changes.count[CHANGE_EDITED])},
	    {"GONE", number(r->arena, r->changes.count[CHANGE_GONE])},
	    {"READ", number(r->arena, r->read)},
	    {"MILLISECONDS", number(r->arena, (size_t)r->elapsed)},
	    {NULL, SLICE_NONE},
	};

	log_left_out(d, r);
	log_failures(d, r);
	log_say(d->log, level_of(r), fields, "%s", d->last.line);
}

static enum history_result
result_of(const struct task *task)
{
	if (task->rc < 0)
		return RESULT_FAILED;
	if (task->report.changes.flooded)
		return RESULT_HELD;
	return task->report.made.failed ? RESULT_PARTLY : RESULT_DONE;
}

static void
remember(struct daemon *d, const struct task *task)
{
	struct buf line;

	buf_init(&line, DAEMON_TEXT_MAX);
	if (task->rc < 0)
		buf_str(&line, task->err.text);
	else
		report_line(&line, d->config, &task->report);
	d->last.at = task->report.now;
	d->last.cost = task->report.elapsed;
	d->last.cause = task->run.cause;
	snprintf(d->last.line, sizeof d->last.line, "%.*s",
	    SLICE_ARG(slice_trim(buf_view(&line))));
	buf_fini(&line);
	d->runs++;
	d->failures += task->rc < 0;
	history_run_add(&d->history, &(struct history_run){
					 .at = task->report.now,
					 .cost = task->report.elapsed,
					 .cause = task->run.cause,
					 .result = result_of(task),
					 .bytes = task->report.made.bytes_written,
				     });
}

/* --- those who wait for it ---------------------------------------------------- */

static void
answer(struct daemon *d, const struct task *task, const struct asking *a)
{
	const struct control_request *q = &a->request;
	struct control_reply reply = {0};
	struct buf out, err;

	buf_init(&out, DAEMON_TEXT_MAX);
	buf_init(&err, DAEMON_TEXT_MAX);
	if (task->rc < 0) {
		reply.exit = (int)outcome_of_failure(&task->err);
		buf_printf(&err, "xysfeed: %s\n", task->err.text);
	} else {
		reply.exit = (int)outcome_of_run(&task->report, q->strict);
		report_write(&out, d->config, &task->report,
		    &(struct report_style){
			.json = q->json, .verbose = q->verbose, .quiet = q->quiet});
		report_failures(&err, &task->report);
	}
	reply.out = buf_view(&out);
	reply.err = buf_view(&err);
	control_answer(a->call, &reply);
	buf_fini(&out);
	buf_fini(&err);
}

static void
answer_all(struct daemon *d, const struct task *task)
{
	struct asking *a = task->asking, *next;

	for (; a; a = next) {
		next = a->next;
		answer(d, task, a);
		free(a);
	}
}

/* --- the run ------------------------------------------------------------------ */

static void
work(uv_work_t *work)
{
	struct daemon *d = work->data;
	struct task *task = &d->task;

	task->rc = run_once(d->config, &task->options, &task->report, &task->err);
	task->unserved = (struct err){.kind = ERR_NONE};
	if (task->rc == 0)
		(void)daemon_renew_catalog(d, &task->unserved);
	if (d->serve)
		serve_health(d->serve, task->rc == 0 && task->unserved.kind == ERR_NONE);
}

static void
expect(struct daemon *d, const struct put_offs *put_off)
{
	for (size_t i = 0; i < put_off->n; i++)
		watch_expect(
		    d->watch, put_off->v[i].path, put_off->v[i].was, clock_elapsed());
}

static void
finish(uv_work_t *work, int status)
{
	struct daemon *d = work->data;
	struct task *task = &d->task;
	const struct sched_end end = {
	    .now = clock_now(),
	    .began = task->report.now,
	    .failed = task->rc < 0,
	    .held = task->report.changes.flooded,
	    .whole = task->run.whole,
	    .article = task->report.article_due,
	    .feed = task->report.feed_due,
	};

	(void)status;
	d->working = false;
	remember(d, task);
	/* Before anybody is told that it is over. */
	daemon_change_pages(d);
	if (task->rc == 0)
		log_run(d, &task->report);
	else if (task->err.kind != ERR_STOPPED)
		log_say(d->log, LEVEL_ERROR, NULL, "%s", task->err.text);
	if (task->unserved.kind != ERR_NONE)
		log_say(d->log, LEVEL_ERROR, NULL, "%s", task->unserved.text);
	answer_all(d, task);
	sched_ended(&d->sched, &end);
	d->push.wanted = true;
	expect(d, &task->report.put_off);
	run_report_fini(&task->report);
	arena_free(task->run.arena);
	mem_trim();
	daemon_close(d);
	daemon_next(d);
}

void
daemon_start_run(struct daemon *d)
{
	struct task *task = &d->task;
	struct err err;

	if (!sched_take(&d->sched, &task->run))
		return;
	if (task->run.whole && watch_view(d->watch) != WATCH_WHOLE &&
	    daemon_watch(d, &err) < 0)
		log_say(d->log, LEVEL_WARN, NULL, "%s", err.text);
	task->asking = d->asking;
	d->asking = NULL;
	task->open = (struct slices){0};
	watch_open_files(d->watch, task->run.arena, &task->open);
	task->options = (struct run_options){
	    .kind = RUN_PUBLISH,
	    .touched = task->run.whole ? NULL : &task->run.touched,
	    .open = &task->open,
	    .taken = -clock_until(0),
	    .locked = true,
	    .renditions = d->renditions,
	    .stop = &d->stop,
	};
	for (const struct asking *a = task->asking; a; a = a->next)
		task->options.allow_flood |= a->request.allow_flood;
	task->work.data = d;
	d->working = true;
	daemon_change_pages(d);
	uv_queue_work(&d->loop, &task->work, work, finish);
}

#include "config.h"

#include "app/command.h"

#include "app/completion.h"
#include "app/control.h"
#include "app/explain.h"
#include "app/launch.h"
#include "app/options.h"
#include "app/outcome.h"
#include "app/push.h"
#include "app/push_status.h"
#include "app/report.h"
#include "app/run.h"
#include "app/sandbox.h"
#include "app/server_config.h"
#include "app/status.h"
#include "app/subscribers.h"
#include "base/clock.h"
#include "input/adopt.h"

#include <libxml/parser.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { REPORT_MAX = 64 * 1024 * 1024 };

struct command {
	struct options options;
	struct config *config;
	struct arena *arena;
	struct buf out;
	int64_t now; /* of --now; 0: the clock's */
	struct err err;
};

static enum exit_code
fail(const struct command *c)
{
	fprintf(stderr, "xysfeed: %s\n", c->err.text);
	return outcome_of_failure(&c->err);
}

/* --- progress ------------------------------------------------------------- */

/* One line on a terminal, rewritten, once a stage takes over a second. */
struct progress {
	int64_t started, shown;
	const char *what;
	bool visible;
};

static void
show_progress(void *ctx, const char *what, size_t done, size_t all)
{
	enum { PATIENCE = 1000, PACE = 200 };
	struct progress *p = ctx;
	int64_t now = clock_elapsed(), spent;

	if (p->what != what) {
		p->what = what;
		p->started = now;
	}
	spent = now - p->started;
	if (spent < PATIENCE || done == 0 || now - p->shown < PACE)
		return;
	p->shown = now;
	p->visible = true;
	fprintf(stderr, "\r%s %zu of %zu, %zu/s, %zu s left \033[K", what, done, all,
	    done * 1000 / (size_t)spent, (all - done) * (size_t)spent / done / 1000);
}

static void
clear_progress(const struct progress *p)
{
	if (p->visible)
		fputs("\r\033[K", stderr);
}

/* --- the daemon ----------------------------------------------------------- */

/* Have a running daemon do it. False: there is none, and *code is left alone. */
static bool
ask(struct command *c, enum control_verb verb, enum exit_code *code)
{
	const struct options *o = &c->options;
	const struct control_request request = {
	    .verb = verb,
	    .json = o->json,
	    .quiet = o->quiet,
	    .verbose = o->verbose,
	    .strict = o->strict,
	    .allow_flood = o->allow_flood,
	};
	struct control_reply reply;
	int rc = control_ask(arena_cstr(c->arena, c->config->daemon.socket), &request,
	    c->arena, &reply, &c->err);

	if (rc == 0)
		return false;
	if (rc < 0) {
		*code = fail(c);
		return true;
	}
	buf_slice(&c->out, reply.out);
	fprintf(stderr, "%.*s", SLICE_ARG(reply.err));
	*code = (enum exit_code)reply.exit;
	return true;
}

static enum exit_code
ask_or_fail(struct command *c, enum control_verb verb)
{
	enum exit_code code;

	if (ask(c, verb, &code))
		return code;
	fprintf(stderr, "xysfeed: no daemon answers at %s\n",
	    arena_cstr(c->arena, c->config->daemon.socket));
	return EXIT_NO_DAEMON;
}

static enum exit_code
status(struct command *c)
{
	enum exit_code code;

	if (ask(c, CONTROL_STATUS, &code))
		return code;
	return status_write(
		   &c->out, c->config, NULL, DB_MEMORY, c->options.json, &c->err) < 0
		   ? fail(c)
		   : EXIT_DONE;
}

static enum exit_code
subscribers(struct command *c)
{
	const struct options *o = &c->options;
	struct slices logs = {0};

	for (char **log = o->files; *log; log++)
		slices_add(&logs, c->arena, slice_str(*log));
	return subscribers_write(
		   &c->out, c->config, &logs, o->json, o->verbose, &c->err) < 0
		   ? fail(c)
		   : EXIT_DONE;
}

static enum exit_code
start_daemon(struct command *c)
{
	const struct launch_options options = {
	    .file = c->options.config,
	    .overrides = &c->options.overrides,
	    .background = c->options.action == ACTION_DAEMON,
	    .verbose = c->options.verbose,
	};
	struct config *config = c->config;

	c->config = NULL; /* the daemon's from here on */
	return launch(config, &options, &c->err) < 0 ? fail(c) : EXIT_DONE;
}

/* --- runs ----------------------------------------------------------------- */

static enum exit_code
tell(struct command *c, const struct run_report *report)
{
	const struct options *o = &c->options;
	struct buf failures;

	report_write(&c->out, c->config, report,
	    &(struct report_style){
		.json = o->json, .verbose = o->verbose, .quiet = o->quiet});
	buf_init(&failures, REPORT_MAX);
	report_failures(&failures, report);
	fputs(buf_cstr(&failures), stderr);
	buf_fini(&failures);
	return outcome_of_run(report, o->strict);
}

static void
say(void *ctx, enum log_level level, struct slice sentence)
{
	const struct command *c = ctx;
	enum log_level most = c->options.verbose ? LEVEL_DEBUG : LEVEL_WARN;

	if (level <= most)
		fprintf(stderr, "xysfeed: %.*s\n", SLICE_ARG(sentence));
}

/* Published is published, and said so, before anybody is told. */
static void
flush_output(struct command *c)
{
	fwrite(c->out.n ? c->out.p : "", 1, c->out.n, stdout);
	fflush(stdout);
	buf_reset(&c->out);
}

static void
tell_report(struct command *c, const struct push_report *r)
{
	struct slice whom = push_whom(c->config, c->arena);

	if (r->elsewhere)
		buf_printf(
		    &c->out, "%.*s: another call is telling them\n", SLICE_ARG(whom));
	else if (r->told || r->pending || r->failed)
		buf_printf(&c->out,
		    "%.*s: %zu %s accepted, %zu to be sent, %zu refused\n",
		    SLICE_ARG(whom), r->told,
		    config_tells_news(c->config) ? "calls" : "pings", r->pending,
		    r->failed);
}

static enum exit_code
tell_hubs(struct command *c, enum exit_code code)
{
	const struct options *o = &c->options;
	struct push_report r;

	if (!config_tells(c->config))
		return code;
	flush_output(c);
	if (push_once(c->config, say, c, &r, &c->err) < 0)
		return code == EXIT_DONE ? fail(c) : code;
	if (!o->quiet && !o->json)
		tell_report(c, &r);
	if (code != EXIT_DONE)
		return code;
	if (r.failed)
		return EXIT_UNTOLD;
	return o->strict && (r.pending || r.elsewhere) ? EXIT_PENDING : EXIT_DONE;
}

static enum exit_code
run_kind(struct command *c, enum run_kind kind)
{
	const struct options *o = &c->options;
	struct progress progress = {0};
	struct run_options options = {
	    .kind = kind,
	    .allow_flood = o->allow_flood,
	    .now = c->now,
	    .progress = !o->quiet && isatty(STDERR_FILENO) ? show_progress : NULL,
	    .ctx = &progress,
	};
	struct run_report report;
	enum exit_code code = EXIT_FAILED;
	int rc;

	if (o->action == ACTION_RETRACT) {
		options.retract = slice_str(o->argument);
		options.reason = slice_str(o->reason);
	}
	rc = run_once(c->config, &options, &report, &c->err);
	clear_progress(&progress);
	/* A daemon has the lock: it runs, and we tell what it did. */
	if (rc < 0 && !(c->err.kind == ERR_BUSY && o->action == ACTION_ONCE && !c->now &&
			  ask(c, CONTROL_RUN, &code)))
		code = fail(c);
	else if (rc == 0)
		code = tell(c, &report);
	run_report_fini(&report);
	return rc == 0 && kind == RUN_PUBLISH ? tell_hubs(c, code) : code;
}

static int
adopt_into(struct command *c, struct ledger *ledger)
{
	struct adoption *v = NULL;
	struct diags diags;
	struct buf bytes;
	size_t n = 0, known = 0;
	int rc;

	buf_init(&bytes, ADOPT_MAX + 1);
	diags_init(&diags, c->arena, slice_str(c->options.argument));
	rc = file_slurp(c->options.argument, ADOPT_MAX, &bytes, &c->err);
	if (rc == 0 &&
	    adopt_read(buf_view(&bytes), c->arena, &v, &n, &diags, &c->err) < 0)
		rc = err_prefix(&c->err, "%s", c->options.argument);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct adopted a = {adopt_key(c->arena, v[i].url), v[i].id, v[i].updated};
		struct record record;
		int found =
		    ledger_record_find(ledger, BY_ID, a.id, c->arena, &record, &c->err);

		known += found > 0;
		rc = found < 0 ? -1 : found > 0 ? 0 : ledger_adopt(ledger, &a, &c->err);
	}
	if (rc == 0)
		rc = ledger_commit(ledger, &c->err);
	if (rc == 0 && !c->options.quiet)
		buf_printf(&c->out,
		    "adopted %zu ids from %s (%zu were in use already); articles take "
		    "them over"
		    " by their address when they first arrive\n",
		    n - known, c->options.argument, known);
	for (size_t i = 0; i < diags.n && !c->options.quiet; i++)
		buf_printf(&c->out, "  line %d: %.*s\n", diags.v[i].line,
		    SLICE_ARG(diags.v[i].text));
	buf_fini(&bytes);
	return rc;
}

static enum exit_code
adopt(struct command *c)
{
	const struct slice state = c->config->output.state;
	struct ledger *ledger = NULL;
	int lock = run_lock(c->config, &c->err);
	enum exit_code code = EXIT_DONE;

	if (lock < 0)
		return fail(c);
	if (ledger_open(&ledger, arena_cstr(c->arena, state), DB_WRITE, &c->err) < 0 ||
	    adopt_into(c, ledger) < 0)
		code = fail(c);
	ledger_close(ledger);
	close(lock);
	return code;
}

/* What root writes, the daemon's user could not replace. */
static int
become_user(struct command *c)
{
	const struct slice user = c->config->daemon.user;
	enum action action = c->options.action;
	bool writes =
	    action == ACTION_ONCE || action == ACTION_RETRACT || action == ACTION_ADOPT;

	if (!writes || !user.n || geteuid() != 0)
		return 0;
	return privilege_drop(arena_cstr(c->arena, user), &c->err);
}

static enum exit_code
act(struct command *c)
{
	if (become_user(c) < 0)
		return fail(c);
	switch (c->options.action) {
	case ACTION_DRY_RUN:
		return run_kind(c, RUN_DRY);
	case ACTION_CHECK:
		return run_kind(c, RUN_CHECK);
	case ACTION_ADOPT:
		return adopt(c);
	case ACTION_EXPLAIN:
		return explain_article(&c->out, c->config, c->options.argument,
			   c->now ? c->now : clock_now(), &c->err) < 0
			   ? fail(c)
			   : EXIT_DONE;
	case ACTION_STATUS:
		return status(c);
	case ACTION_PUSH_STATUS:
		return push_status_write(&c->out, c->config, c->options.json, &c->err) < 0
			   ? fail(c)
			   : EXIT_DONE;
	case ACTION_SUBSCRIBERS:
		return subscribers(c);
	case ACTION_RUN:
		return ask_or_fail(c, CONTROL_RUN);
	case ACTION_RELOAD:
		return ask_or_fail(c, CONTROL_RELOAD);
	case ACTION_STOP:
		return ask_or_fail(c, CONTROL_STOP);
	case ACTION_NONE:
	case ACTION_DAEMON:
		return start_daemon(c);
	case ACTION_PRINT_CONFIG:
		config_print(c->config, &c->out);
		return EXIT_DONE;
	case ACTION_SERVER_CONFIG:
		return server_config_write(
			   &c->out, c->config, c->options.argument, &c->err) < 0
			   ? fail(c)
			   : EXIT_DONE;
	default:
		return run_kind(c, RUN_PUBLISH);
	}
}

static int
parse_now(struct command *c)
{
	struct date date;

	if (!c->options.now)
		return 0;
	if (date_parse(&date, slice_str(c->options.now), c->config->site.zone, &c->err) <
	    0) {
		c->err.kind = ERR_CONFIG;
		return err_prefix(&c->err, "--now");
	}
	c->now = date.sec;
	return 0;
}

/* Actions that need a configuration. */
static enum exit_code
configured(struct command *c)
{
	enum exit_code code;

	if (config_open(&c->config, c->options.config, &c->options.overrides, &c->err) <
		0 ||
	    parse_now(c) < 0)
		code = fail(c) == EXIT_LOCKED ? EXIT_FAILED : EXIT_USAGE;
	else
		code = act(c);
	config_free(c->config);
	return code;
}

static enum exit_code
dispatch(struct command *c)
{
	switch (c->options.action) {
	case ACTION_HELP:
		options_help(&c->out);
		return EXIT_DONE;
	case ACTION_VERSION:
		buf_str(&c->out, PACKAGE_STRING "\n");
		return EXIT_DONE;
	case ACTION_COMPLETION:
		return completion_write(&c->out, c->options.argument, &c->err) < 0
			   ? fail(c)
			   : EXIT_DONE;
	case ACTION_INIT:
		return config_init(c->options.argument, &c->out, &c->err) < 0 ? fail(c)
									      : EXIT_DONE;
	default:
		return configured(c);
	}
}

int
command_main(int argc, char **argv)
{
	struct command c = {.arena = arena_new()};
	enum exit_code code;

	/* A file too large, a reader gone: the call says so, not a signal. */
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	xmlInitParser();
	buf_init(&c.out, REPORT_MAX);
	if (options_parse(&c.options, argc, argv, c.arena, &c.err) < 0) {
		fprintf(stderr, "xysfeed: %s\n", c.err.text);
		code = EXIT_USAGE;
	} else {
		code = dispatch(&c);
	}
	fwrite(c.out.n ? c.out.p : "", 1, c.out.n, stdout);
	if (fflush(stdout) != 0 && code == EXIT_DONE)
		code = EXIT_FAILED;
	buf_fini(&c.out);
	arena_free(c.arena);
	xmlCleanupParser();
	return (int)code;
}

#include "config.h"

#include "app/command.h"

#include "app/explain.h"
#include "app/options.h"
#include "app/report.h"
#include "app/run.h"
#include "app/status.h"
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
code_of(const struct err *err)
{
	switch (err->kind) {
	case ERR_CONFIG:
		return EXIT_USAGE;
	case ERR_BUSY:
		return EXIT_LOCKED;
	default:
		return EXIT_FAILED;
	}
}

static enum exit_code
fail(const struct command *c)
{
	fprintf(stderr, "xysfeed: %s\n", c->err.text);
	return code_of(&c->err);
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

/* --- actions -------------------------------------------------------------- */

static enum exit_code
code_of_run(const struct command *c, const struct run_report *r)
{
	if (r->changes.flooded)
		return EXIT_HELD;
	if (r->made.failed || r->plan.clashes.n)
		return EXIT_FAILED;
	if (c->options.strict && (r->states[ARTICLE_BAD] || r->made.refused))
		return EXIT_LEFT_OUT;
	return EXIT_DONE;
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
	struct buf failures;
	enum exit_code code;

	if (o->action == ACTION_RETRACT) {
		options.retract = slice_str(o->argument);
		options.reason = slice_str(o->reason);
	}
	if (run_once(c->config, &options, &report, &c->err) < 0) {
		clear_progress(&progress);
		run_report_fini(&report);
		return fail(c);
	}
	clear_progress(&progress);
	code = code_of_run(c, &report);
	if (!o->quiet || o->json || code == EXIT_HELD)
		report_write(&c->out, c->config, &report,
		    &(struct report_style){.json = o->json, .verbose = o->verbose});
	buf_init(&failures, REPORT_MAX);
	report_failures(&failures, &report);
	if (failures.n)
		fprintf(stderr, "xysfeed: %s", buf_cstr(&failures));
	buf_fini(&failures);
	run_report_fini(&report);
	return code;
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
	int lock =
	    file_lock(arena_printf(c->arena, "%.*s.lock", SLICE_ARG(state)).p, &c->err);
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

static enum exit_code
act(struct command *c)
{
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
		return status_write(&c->out, c->config, NULL, DB_MEMORY, c->options.json,
			   &c->err) < 0
			   ? fail(c)
			   : EXIT_DONE;
	case ACTION_PRINT_CONFIG:
		config_print(c->config, &c->out);
		return EXIT_DONE;
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
	case ACTION_NONE:
		fputs("xysfeed: say what to do, --once perhaps; --help lists it all\n",
		    stderr);
		return EXIT_USAGE;
	case ACTION_HELP:
		options_help(&c->out);
		return EXIT_DONE;
	case ACTION_VERSION:
		buf_str(&c->out, PACKAGE_STRING "\n");
		return EXIT_DONE;
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

/*
 * runner: starts the commands of hooks, in a process of its own.
 *
 * The daemon gives up to start programs before it looks at the first article.
 * Who starts them is a process that was split off before that, as the user the daemon is,
 * and that reads no file of anybody's: it has the commands as they were configured
 * at its start, and takes over a socket only which one of them to start, and what to
 * write to its standard input. It starts one at a time, ends all that the
 * command started when that takes too long, and ends itself, and the command, when the
 * other side of the socket is closed.
 *
 * A command is started without a shell, in the folder "/", with its standard output and error
 * read as one; its environment is PATH, HOME and LANG as they were, XYSFEED_FEED and
 * XYSFEED_HOOK.
 */
#ifndef PUSH_RUNNER_H
#define PUSH_RUNNER_H

#include "model/config.h"

#include <uv.h>

enum { RUNNER_OUTPUT = 64 * 1024 }; /* bytes that are kept of what a command says */

struct runner;

/* Before the first thread, and before the sandbox. NULL when no hook has a command. */
int runner_start(struct runner **runner, const struct config *config, struct err *err);
/* What is under way is ended. Not while it is attached. NULL is allowed. */
void runner_stop(struct runner *runner);

enum runner_how {
	RUNNER_EXITED,    /* with `value` */
	RUNNER_KILLED,    /* by the signal `value` */
	RUNNER_TIMEOUT,   /* it was ended */
	RUNNER_UNSTARTED, /* errno is `value` */
	RUNNER_LOST,      /* the runner is no more */
};

struct runner_end {
	enum runner_how how;
	int value;
	struct slice
	    output;      /* any bytes; cut to RUNNER_OUTPUT; until the callback returns */
	int64_t elapsed; /* milliseconds, waiting for others included */
};
typedef void runner_done(void *ctx, const struct runner_end *end);

/* Answers come on this loop, until it is detached; what is under way goes on. The loop
 * has to turn once more after that. */
void runner_attach(struct runner *runner, uv_loop_t *loop);
void runner_detach(struct runner *runner);

/*
 * Start the command of the n-th hook that has one (from 0). `done` is called later, on
 * the loop. What is pointed to is copied.
 */
void runner_run(struct runner *runner, int command, struct slice feed, struct slice input,
    int64_t timeout, runner_done *done, void *ctx);

#endif

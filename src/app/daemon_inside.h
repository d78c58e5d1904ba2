/*
 * daemon_inside: what the parts of the daemon share. Only daemon*.c include it.
 *
 *     daemon.c         begin, wait, end: the loop and all that wakes it
 *     daemon_work.c    a run, beside the loop, and what the log says of it
 *     daemon_ask.c     requests over the control socket, and the status
 *     daemon_push.c    hubs, beside the runs
 *     daemon_serve.c   the server, and what it knows of what was published
 *     daemon_pages.c   snapshots for the pages of a server
 *     daemon_reload.c  another configuration in the place of this one
 */
#ifndef APP_DAEMON_INSIDE_H
#define APP_DAEMON_INSIDE_H

#include "app/control.h"
#include "app/daemon.h"
#include "app/log.h"
#include "app/notify.h"
#include "app/pages.h"
#include "app/push.h"
#include "app/run.h"
#include "app/sched.h"
#include "app/status.h"
#include "app/watch.h"
#include "serve/server.h"

#include <uv.h>

enum {
	DAEMON_TEXT_MAX = 64 * 1024 * 1024, /* of what is told at once */
	DAEMON_RENDITIONS = 4 * 1024 * 1024,
};

/* Somebody who waits for the run that he asked for. */
struct asking {
	struct asking *next;
	struct control_call *call;
	struct control_request request;
};

/* The run that is under way. */
struct task {
	uv_work_t work;
	struct sched_run run;
	struct slices open; /* files that it leaves alone */
	struct run_options options;
	struct run_report report;
	struct err err;
	int rc;
	struct err unserved; /* ERR_NONE: what it published is served */
	struct asking *asking;
};

/* Telling hubs. */
struct pushing {
	struct announce *announce; /* NULL: there are none */
	uv_timer_t gather;
	bool results; /* are to be recorded */
	bool wanted;  /* to record and load, between two runs */
	uv_work_t work;
	struct announced_all told;
	struct errands errands;
	struct canary *canary; /* NULL: there are none */
	struct push_canary heard;
	bool forget; /* what the ledger has of canaries */
	struct err err;
	int rc;
};

/* What a server shows of us. */
struct showing {
	struct pages *pages; /* NULL: there is no server */
	struct pages_server server;
	uv_timer_t sample, pace;
	uv_async_t asked;             /* by the server, for a page */
	atomic_uint_fast64_t changes; /* of what they show, so far */
	uint64_t wanted, shows;       /* after so many of them */
	bool reading;                 /* a snapshot is on its way */
	int64_t began;                /* when the last one was; 0: none was */
};

/* What is told of the last run. */
struct last_run {
	int64_t at, cost; /* milliseconds; at 0: there was none */
	enum sched_cause cause;
	char line[600];
};

enum { ON_HUP, ON_TERM, ON_INT, ON_USR1, ON_USR2, SIGNALS };

struct daemon {
	const struct daemon_options *options;
	uv_loop_t loop;
	uv_signal_t signal[SIGNALS];
	uv_timer_t gather, wake, alive, grace;
	uv_poll_t jumps;
	uv_poll_t *events; /* of the watch; NULL when it is blind */
	int jump_fd;

	struct config *config, *next; /* next: in its place once the run is over */
	struct log *log;
	struct notify *notify;
	struct control *control;
	struct serve *serve;       /* NULL: nothing is served */
	struct listener *listener; /* NULL: hubs cannot reach us */
	struct root *articles;     /* the watch's */
	struct watch *watch;
	char blind[256]; /* what was said last of what it cannot see */

	struct sched sched;
	struct renditions *renditions;
	struct task task;
	struct pushing push;
	struct showing shown;
	struct history history;
	struct asking *asking; /* for the next run */
	bool working, stopping;
	atomic_bool stop;
	size_t questions; /* statuses and snapshots that are being written */

	struct sandbox_state sandbox;
	char *user;
	int64_t since;
	size_t runs, failures;
	struct last_run last;
};

/* Start a run if one is wanted and none is under way; else see to it that
 * somebody wakes us. */
void daemon_next(struct daemon *daemon);
/* End when the run under way and the questions are over, or it takes too long. */
void daemon_stop(struct daemon *daemon);
/* Nothing is under way any more: the loop may end. */
void daemon_close(struct daemon *daemon);
/* As the configuration says, anew. */
void daemon_open_log(struct daemon *daemon);
/* Watch the folder of the articles, anew. -1: it cannot be listed, and what was
 * watched before still is. */
int daemon_watch(struct daemon *daemon, struct err *err);

/* daemon_work.c: if one is wanted. */
void daemon_start_run(struct daemon *daemon);

/* daemon_push.c; for the configuration in force. */
void daemon_open_push(struct daemon *daemon);
void daemon_close_push(struct daemon *daemon);
/* Record and load, if that is wanted; when stopping, only what is not recorded yet.
 * False: there is nothing to do. */
bool daemon_sync_push(struct daemon *daemon);

/* daemon_serve.c: as the configuration says, once the fence is closed. */
int daemon_open_serve(struct daemon *daemon, struct err *err);
void daemon_close_serve(struct daemon *daemon);
/* What the ledger has as published is what is served. Also beside the loop. */
int daemon_renew_catalog(struct daemon *daemon, struct err *err);
/* Hubs reach us at the address that is configured. */
int daemon_renew_listener(struct daemon *daemon, struct err *err);
/* The name of a key that differs and cannot while it runs, or NULL. */
const char *daemon_fixed_serve(
    const struct config_serve *old, const struct config_serve *new);

/* daemon_pages.c: pages for this server, which counts; before it is opened, and until it
 * is closed. */
void daemon_open_pages(struct daemon *daemon, const struct pages_server *server);
void daemon_close_pages(struct daemon *daemon);
/* Something that they show has changed; it is read once somebody asks. */
void daemon_change_pages(struct daemon *daemon);
/* As a server calls them, on its threads (struct serve_options). */
uint64_t daemon_want_page(void *daemon, struct slice path);
int daemon_answer_page(
    void *daemon, struct slice path, struct buf *out, const char **media_type);

/* daemon_ask.c; texts are the arena's. */
void daemon_state(
    const struct daemon *daemon, struct status_daemon *state, struct arena *arena);
control_handler daemon_ask;
void daemon_log_status(struct daemon *daemon);

/* daemon_reload.c: read and check it now; it is taken when no run is under way. */
int daemon_reload(struct daemon *daemon, struct err *err);
void daemon_take_config(struct daemon *daemon);

#endif

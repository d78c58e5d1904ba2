#include "config.h"

#include "app/daemon_inside.h"

#include "app/fence.h"
#include "base/clock.h"
#include "push/http.h"

#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	GRACE = 4500,       /* milliseconds that a run has to end when we stop */
	BREATH = 24 * 3600, /* seconds that the loop sleeps at most */
};

/* A path of the configuration, for the system. */
static const char *
path_of(const struct daemon *d, struct slice path)
{
	return arena_cstr(d->config->arena, path);
}

/* --- what wakes it ---------------------------------------------------------- */

static void
on_wake(uv_timer_t *timer)
{
	daemon_next(timer->data);
}

/* Take what the watch has gathered. While a run is at work it gathers on. */
static void
take_touched(struct daemon *d)
{
	struct arena *arena = arena_new();
	struct slices touched;
	bool lost;

	watch_take(d->watch, clock_elapsed(), arena, &touched, &lost);
	sched_touch(&d->sched, &touched);
	if (lost)
		sched_want(&d->sched, CAUSE_LOST);
	arena_free(arena);
}

static void
sleep_until_due(struct daemon *d)
{
	enum sched_cause cause;
	struct slice what;
	int64_t next = sched_next(&d->sched, &cause, &what);
	int64_t wait = next ? clock_until(next) : BREATH * 1000;
	int64_t gathered = watch_due(d->watch);

	if (wait > BREATH * 1000)
		wait = BREATH * 1000;
	uv_timer_start(&d->wake, on_wake, wait > 0 ? (uint64_t)wait : 0, 0);
	if (gathered < 0)
		return;
	gathered -= clock_elapsed();
	uv_timer_start(&d->gather, on_wake, gathered > 0 ? (uint64_t)gathered : 0, 0);
}

void
daemon_next(struct daemon *d)
{
	/* Whatever else: the poll goes on until its events are read. */
	if (d->watch)
		watch_read(d->watch, clock_elapsed());
	if (d->working || d->stopping)
		return;
	/* What was told is recorded before who tells is replaced. */
	if (d->next && d->push.results) {
		d->push.wanted = true;
		(void)daemon_sync_push(d);
		return;
	}
	if (d->next)
		daemon_take_config(d);
	take_touched(d);
	sched_tick(&d->sched, clock_now());
	daemon_start_run(d);
	if (!d->working && !daemon_sync_push(d))
		sleep_until_due(d);
}

static void
on_events(uv_poll_t *poll, int status, int events)
{
	(void)status, (void)events;
	daemon_next(poll->data);
}

static void
on_jump(uv_poll_t *poll, int status, int events)
{
	struct daemon *d = poll->data;

	(void)status, (void)events;
	if (!clock_jumped(d->jump_fd))
		return;
	log_say(d->log, LEVEL_INFO, NULL,
	    "the clock was set, or the machine slept: looking at everything");
	sched_want(&d->sched, CAUSE_CLOCK);
	daemon_next(d);
}

static void
on_alive(uv_timer_t *timer)
{
	struct daemon *d = timer->data;

	notify_alive(d->notify);
}

static void
on_signal(uv_signal_t *signal, int number)
{
	struct daemon *d = signal->data;
	struct err err;

	switch (number) {
	case SIGHUP:
		(void)daemon_reload(d, &err); /* it told the log */
		break;
	case SIGUSR1:
		sched_want(&d->sched, CAUSE_ASKED);
		daemon_next(d);
		break;
	case SIGUSR2:
		daemon_log_status(d);
		break;
	default:
		daemon_stop(d);
	}
}

/* --- the log ---------------------------------------------------------------- */

void
daemon_open_log(struct daemon *d)
{
	const struct config_daemon *c = &d->config->daemon;

	log_close(d->log);
	d->log = log_open(c->log, d->options->verbose ? LEVEL_DEBUG : c->log_level);
}

/* --- the watch -------------------------------------------------------------- */

static void
free_handle(uv_handle_t *handle)
{
	free(handle);
}

static void
poll_watch(struct daemon *d)
{
	int fd = watch_fd(d->watch);

	if (fd < 0)
		return;
	d->events = mem_alloc(sizeof *d->events);
	if (uv_poll_init(&d->loop, d->events, fd) < 0) {
		free(d->events);
		d->events = NULL;
		return;
	}
	d->events->data = d;
	uv_poll_start(d->events, UV_READABLE, on_events);
}

static void
unwatch(struct daemon *d)
{
	if (d->events)
		uv_close((uv_handle_t *)d->events, free_handle);
	d->events = NULL;
	watch_close(d->watch);
	d->watch = NULL;
	if (d->articles)
		root_close(d->articles);
	free(d->articles);
	d->articles = NULL;
}

/* Said when it is news. */
static void
tell_view(struct daemon *d)
{
	const char *reason = watch_reason(d->watch);

	if (reason[0] && strcmp(reason, d->blind) != 0)
		log_say(d->log, LEVEL_WARN, NULL,
		    "%s; all files are looked at every %lld minutes", reason,
		    (long long)d->config->daemon.rescan / 60000);
	snprintf(d->blind, sizeof d->blind, "%s", reason);
}

/* What is being written is so for the new watch, too. */
static void
keep_open_files(const struct daemon *d, struct watch *watch)
{
	struct arena *arena = arena_new();
	struct slices open = {0};

	if (d->watch)
		watch_open_files(d->watch, arena, &open);
	for (size_t i = 0; i < open.n; i++)
		watch_expect(watch, open.v[i], SLICE_NONE, clock_elapsed());
	arena_free(arena);
}

int
daemon_watch(struct daemon *d, struct err *err)
{
	const struct config *c = d->config;
	const struct watch_options options = {
	    .settle = c->daemon.settle, .settle_max = c->daemon.settle_max};
	struct root *root = mem_alloc(sizeof *root);
	struct watch *watch;

	if (root_open(root, path_of(d, c->articles.dir), false, err) < 0) {
		free(root);
		return -1;
	}
	if (watch_open(&watch, root, &options, err) < 0) {
		root_close(root);
		free(root);
		return -1;
	}
	keep_open_files(d, watch);
	unwatch(d);
	d->articles = root;
	d->watch = watch;
	poll_watch(d);
	tell_view(d);
	return 0;
}

/* --- the end ---------------------------------------------------------------- */

/* Whatever keeps a run from ending, a disk perhaps: what is published is whole at any
 * instant, and the next start repairs the rest. */
static void
on_grace(uv_timer_t *timer)
{
	struct daemon *d = timer->data;

	log_say(d->log, LEVEL_WARN, NULL, "stopped in the middle of a run");
	log_close(d->log);
	unlink(path_of(d, d->config->daemon.socket));
	if (d->config->daemon.pidfile.n)
		unlink(path_of(d, d->config->daemon.pidfile));
	_exit(0);
}

void
daemon_stop(struct daemon *d)
{
	if (d->stopping)
		return;
	d->stopping = true;
	atomic_store(&d->stop, true);
	notify_stopping(d->notify);
	uv_timer_start(&d->grace, on_grace, GRACE, 0);
	daemon_close(d);
}

static void
close_handle(uv_handle_t *handle)
{
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

void
daemon_close(struct daemon *d)
{
	if (d->working || d->questions || !d->stopping || daemon_sync_push(d))
		return;
	daemon_close_push(d);
	if (d->listener)
		d->listener->close(d->listener);
	d->listener = NULL;
	daemon_close_serve(d);
	daemon_close_pages(d);
	close_handle((uv_handle_t *)&d->push.gather);
	control_close(d->control);
	d->control = NULL;
	unwatch(d);
	for (int i = 0; i < SIGNALS; i++)
		close_handle((uv_handle_t *)&d->signal[i]);
	close_handle((uv_handle_t *)&d->gather);
	close_handle((uv_handle_t *)&d->wake);
	close_handle((uv_handle_t *)&d->alive);
	close_handle((uv_handle_t *)&d->grace);
	if (d->jump_fd >= 0)
		close_handle((uv_handle_t *)&d->jumps);
}

/* --- the beginning ---------------------------------------------------------- */

static void
open_signals(struct daemon *d)
{
	static const int numbers[SIGNALS] = {
	    [ON_HUP] = SIGHUP,
	    [ON_TERM] = SIGTERM,
	    [ON_INT] = SIGINT,
	    [ON_USR1] = SIGUSR1,
	    [ON_USR2] = SIGUSR2,
	};

	for (int i = 0; i < SIGNALS; i++) {
		uv_signal_init(&d->loop, &d->signal[i]);
		d->signal[i].data = d;
		uv_signal_start(&d->signal[i], on_signal, numbers[i]);
	}
}

static void
open_timers(struct daemon *d)
{
	uv_timer_t *timers[] = {
	    &d->gather, &d->wake, &d->alive, &d->grace, &d->push.gather};
	int64_t alive = notify_watchdog(d->notify);

	for (size_t i = 0; i < sizeof timers / sizeof *timers; i++) {
		uv_timer_init(&d->loop, timers[i]);
		timers[i]->data = d;
	}
	if (alive > 0)
		uv_timer_start(&d->alive, on_alive, (uint64_t)alive, (uint64_t)alive);
	d->jump_fd = clock_jumps();
	if (d->jump_fd < 0)
		return;
	uv_poll_init(&d->loop, &d->jumps, d->jump_fd);
	d->jumps.data = d;
	uv_poll_start(&d->jumps, UV_READABLE, on_jump);
}

int
daemon_tell_start(int ready, const struct err *how)
{
	ssize_t n;

	if (ready < 0)
		return 0;
	n = write(ready, how, sizeof *how);
	close(ready);
	return n == (ssize_t)sizeof *how ? 0 : -1;
}

static void
tell_ready(struct daemon *d)
{
	const struct err well = {.kind = ERR_NONE};

	log_say(d->log, LEVEL_INFO, NULL,
	    PACKAGE_STRING " runs: %zu folders of %s watched", watch_folders(d->watch),
	    d->articles->path);
	notify_ready(d->notify, "running");
	if (daemon_tell_start(d->options->ready, &well) < 0)
		log_say(d->log, LEVEL_WARN, NULL, "nobody waited for the start");
}

static int
fence(struct daemon *d, struct err *err)
{
	if (fence_enter(d->config, &d->sandbox, err) < 0)
		return -1;
	if (d->sandbox.lacks[0])
		log_say(d->log, LEVEL_WARN, NULL, "sandbox: %s", d->sandbox.lacks);
	return 0;
}

static int
listen_for_hubs(struct daemon *d, struct err *err)
{
	const struct daemon_options *o = d->options;

	return o->listen ? o->listen(&d->listener, &d->loop, d->config, err) : 0;
}

static int
begin(struct daemon *d, struct err *err)
{
	open_timers(d);
	open_signals(d);
	/* Who may ask is looked up in files that the fence shuts out. */
	if (control_listen(&d->control, &d->loop, path_of(d, d->config->daemon.socket),
		daemon_ask, d, err) < 0 ||
	    (config_tells(d->config) && http_library_open(err) < 0) ||
	    listen_for_hubs(d, err) < 0 || fence(d, err) < 0 ||
	    daemon_watch(d, err) < 0 || daemon_open_serve(d, err) < 0)
		return -1;
	daemon_open_push(d);
	tell_ready(d);
	sched_want(&d->sched, CAUSE_START);
	daemon_next(d);
	return 0;
}

static char *
user_name(void)
{
	const struct passwd *pw = getpwuid(geteuid());
	char *name = pw ? strdup(pw->pw_name) : NULL;

	return name ? name : strdup("unknown");
}

int
daemon_run(struct config *config, const struct daemon_options *options, struct err *err)
{
	struct daemon d = {
	    .options = options,
	    .config = config,
	    .notify = notify_open(),
	    .user = user_name(),
	    .since = clock_now(),
	};
	int rc;

	mem_heaps(work_cores());
	/* One run at a time, and a status beside it. */
	setenv("UV_THREADPOOL_SIZE", "2", 0);
	uv_loop_init(&d.loop);
	sched_init(&d.sched, config->daemon.rescan / 1000);
	d.renditions = renditions_new(DAEMON_RENDITIONS);
	daemon_open_log(&d);
	rc = begin(&d, err);
	if (rc < 0) {
		d.stopping = true;
		daemon_close(&d);
	}
	uv_run(&d.loop, UV_RUN_DEFAULT);
	uv_loop_close(&d.loop);
	http_library_close();
	/* What the libraries keep for each thread goes with the threads. */
	uv_library_shutdown();
	if (rc == 0)
		log_say(d.log, LEVEL_INFO, NULL, "stopped");
	sched_fini(&d.sched);
	log_close(d.log);
	notify_close(d.notify);
	free(d.user);
	renditions_free(d.renditions);
	config_free(d.next);
	config_free(d.config);
	if (d.jump_fd >= 0)
		close(d.jump_fd);
	return rc;
}

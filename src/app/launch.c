#include "app/launch.h"

#include "app/daemon.h"
#include "app/pidfile.h"
#include "app/run.h"
#include "app/sandbox.h"
#include "ledger/ledger.h"
#include "push/runner.h"
#include "serve/server.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct launching {
	struct config *config;
	struct arena *arena;
	struct daemon_options daemon;
	struct serve_sockets sockets;
	int pidfile, lock;
};

/* --- the background --------------------------------------------------------- */

/* What daemon_tell_start tells. */
static int
await(int fd, struct err *err)
{
	size_t got = 0;
	ssize_t n;

	while (got < sizeof *err &&
	       ((n = read(fd, (char *)err + got, sizeof *err - got)) > 0 ||
		   (n < 0 && errno == EINTR)))
		got += n > 0 ? (size_t)n : 0;
	if (got < sizeof *err)
		return err_set(err, ERR_IO, "the daemon ended before it was running");
	return err->kind == ERR_NONE ? 0 : -1;
}

static void
go_quiet(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; null >= 0 && fd <= 2; fd++)
		dup2(null, fd);
	if (null > 2)
		close(null);
}

/* In the one who called: 1 when all is over. In the daemon: 0, and *ready is
 * where to report to. */
static int
go_back(int *ready, struct err *err)
{
	int fd[2], rc;
	pid_t pid;

	if (pipe2(fd, O_CLOEXEC) < 0)
		return err_errno(err, "cannot start in the background");
	pid = fork();
	if (pid < 0)
		return err_errno(err, "cannot start in the background");
	if (pid == 0) {
		/* A second time, so that it can never get a terminal. */
		setsid();
		if (fork() != 0)
			_exit(0);
		close(fd[0]);
		*ready = fd[1];
		go_quiet();
		return chdir("/") < 0 ? err_errno(err, "/") : 0;
	}
	close(fd[1]);
	waitpid(pid, NULL, 0);
	rc = await(fd[0], err);
	close(fd[0]);
	return rc < 0 ? -1 : 1;
}

/* --- the order of it -------------------------------------------------------- */

/* They have to be there before the sandbox closes. */
static int
open_folders(struct launching *l, struct err *err)
{
	struct root root;

	if (root_open(&root, arena_cstr(l->arena, l->config->output.dir), true, err) < 0)
		return -1;
	root_close(&root);
	if (root_open(&root, arena_cstr(l->arena, l->config->articles.dir), false, err) <
	    0)
		return -1;
	root_close(&root);
	return 0;
}

/* A status may be asked for before the first run; and of a ledger that cannot be
 * used, whoever starts us is told. */
static int
open_ledger(struct launching *l, struct err *err)
{
	const char *path = arena_cstr(l->arena, l->config->output.state);
	struct ledger *ledger;
	int rc = ledger_open(&ledger, path, DB_WRITE, err);

	if (rc == 0)
		rc = ledger_commit(ledger, err);
	ledger_close(ledger);
	return rc;
}

static int
open_sockets(struct launching *l, struct err *err)
{
	const struct config_serve *c = &l->config->serve;

	if (c->listen.n + c->metrics_listen.n && !serve_exists())
		return err_set(err, ERR_CONFIG,
		    "[serve] listen: this program was built without its server");
	l->daemon.sockets = &l->sockets;
	return sockets_open(&l->sockets, c, err);
}

static int
prepare(struct launching *l, struct err *err)
{
	const struct config_daemon *c = &l->config->daemon;

	umask((mode_t)c->umask);
	if (c->pidfile.n) {
		l->pidfile = pidfile_open(arena_cstr(l->arena, c->pidfile), err);
		if (l->pidfile < 0 || pidfile_write(l->pidfile, getpid(), err) < 0)
			return -1;
	}
	if (open_sockets(l, err) < 0)
		return -1;
	if (c->user.n && privilege_drop(arena_cstr(l->arena, c->user), err) < 0)
		return -1;
	l->lock = run_lock(l->config, err);
	if (l->lock < 0 || open_folders(l, err) < 0)
		return -1;
	if (open_ledger(l, err) < 0)
		return -1;
	return runner_start(&l->daemon.runner, l->config, err);
}

int
launch(struct config *config, const struct launch_options *options, struct err *err)
{
	struct launching l = {.config = config,
	    .arena = arena_new(),
	    .pidfile = -1,
	    .lock = -1,
	    .daemon = {.overrides = options->overrides,
		.verbose = options->verbose,
		.ready = -1}};
	char *file = realpath(options->file, NULL);
	const char *pidfile = arena_cstr(l.arena, config->daemon.pidfile);
	int rc = 0;

	l.daemon.file = file ? file : options->file;
	if (options->background)
		rc = go_back(&l.daemon.ready, err);
	if (rc == 0)
		rc = prepare(&l, err);
	if (rc == 0)
		rc = daemon_run(config, &l.daemon, err);
	else
		config_free(config);
	runner_stop(l.daemon.runner);
	sockets_close(&l.sockets);
	if (l.lock >= 0)
		close(l.lock);
	pidfile_close(l.pidfile, pidfile);
	/* Last, so that whoever is told may try again at once. */
	if (rc < 0)
		(void)daemon_tell_start(l.daemon.ready, err);
	free(file);
	arena_free(l.arena);
	return rc < 0 ? -1 : 0;
}

#include "push/runner_inside.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct command {
	const struct config_hook *hook;
	char **argv;
};

struct process {
	int fd, children; /* the socket; SIGCHLD */
	struct arena *arena;
	struct command *command;
	uint32_t commands;
	struct buf input, output;
};

/* A command under way. */
struct child {
	pid_t pid;
	int in, out; /* its standard input, and what it says; -1: closed */
	size_t written;
	int64_t deadline;
	bool late;
	int status;
};

/* The other side is gone, or talks nonsense. */
static _Noreturn void
leave(void)
{
	_exit(0);
}

static void
read_all(int fd, void *p, size_t n)
{
	while (n) {
		ssize_t got = recv(fd, p, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			leave();
		p = (char *)p + got;
		n -= (size_t)got;
	}
}

static void
write_all(int fd, const void *p, size_t n)
{
	while (n) {
		ssize_t put = send(fd, p, n, MSG_NOSIGNAL);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			leave();
		p = (const char *)p + put;
		n -= (size_t)put;
	}
}

static void
close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* --- starting one ----------------------------------------------------------- */

static char **
environment(const struct command *c, struct slice feed, struct arena *arena)
{
	static const char *const kept[] = {"PATH", "HOME", "LANG"};
	enum { KEPT = sizeof kept / sizeof *kept };
	char **env = arena_array(arena, KEPT + 3, sizeof *env);
	size_t n = 0;

	for (size_t i = 0; i < KEPT; i++)
		if (getenv(kept[i]))
			env[n++] = arena_cstr(arena,
			    arena_printf(arena, "%s=%s", kept[i], getenv(kept[i])));
	env[n++] =
	    arena_cstr(arena, arena_printf(arena, "XYSFEED_FEED=%.*s", SLICE_ARG(feed)));
	env[n++] = arena_cstr(
	    arena, arena_printf(arena, "XYSFEED_HOOK=%.*s", SLICE_ARG(c->hook->name)));
	return env;
}

/* In a group of its own, with the signals of a fresh process. 0 or errno. */
static int
spawn(const struct command *c, char **env, int in, int out, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int rc;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, in, 0);
	posix_spawn_file_actions_adddup2(&files, out, 1);
	posix_spawn_file_actions_adddup2(&files, out, 2);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr,
	    POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setsigmask(&attr, &none);
	rc = posix_spawnp(pid, c->argv[0], &files, &attr, c->argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

static int
start(const struct command *c, struct slice feed, struct child *child)
{
	struct arena *arena = arena_new();
	int in[2] = {-1, -1}, out[2] = {-1, -1}, rc = 0;

	*child = (struct child){.in = -1, .out = -1};
	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
		rc = errno;
	if (rc == 0)
		rc = spawn(c, environment(c, feed, arena), in[0], out[1], &child->pid);
	close_end(&in[0]);
	close_end(&out[1]);
	child->in = in[1];
	child->out = out[0];
	if (rc == 0 && (fcntl(child->in, F_SETFL, O_NONBLOCK) < 0 ||
			   fcntl(child->out, F_SETFL, O_NONBLOCK) < 0))
		leave();
	arena_free(arena);
	return rc;
}

/* --- until it ends ---------------------------------------------------------- */

/* Who does not read all is content with less. */
static void
feed_child(struct child *c, struct slice input)
{
	ssize_t n = write(c->in, input.p + c->written, input.n - c->written);

	if (n > 0)
		c->written += (size_t)n;
	if ((n < 0 && errno != EAGAIN && errno != EINTR) || c->written == input.n)
		close_end(&c->in);
}

/* What exceeds the buffer is read, and forgotten. False: there is no more now. */
static bool
hear_child(struct child *c, struct buf *output)
{
	char some[8192];
	ssize_t n = read(c->out, some, sizeof some);
	size_t room = RUNNER_OUTPUT - output->n;

	if (n < 0)
		return errno == EINTR;
	if (n == 0)
		close_end(&c->out);
	buf_add(output, some, (size_t)n < room ? (size_t)n : room);
	return n > 0;
}

static void
end_group(const struct child *c)
{
	kill(-c->pid, SIGKILL);
}

/* Has it ended? Others may still hold what it held. */
static bool
reap(struct process *p, struct child *c)
{
	struct signalfd_siginfo info;

	while (read(p->children, &info, sizeof info) > 0)
		;
	return waitpid(c->pid, &c->status, WNOHANG) == c->pid;
}

static void
look_after(struct process *p, struct child *c, struct slice input)
{
	enum { SOCKET, CHILDREN, IN, OUT, ALL };

	for (;;) {
		int64_t left = c->late ? -1 : c->deadline - clock_elapsed();
		struct pollfd fd[ALL] = {
		    [SOCKET] = {p->fd, POLLRDHUP, 0},
		    [CHILDREN] = {p->children, POLLIN, 0},
		    [IN] = {c->in, POLLOUT, 0},
		    [OUT] = {c->out, POLLIN, 0},
		};

		if (!c->late && left <= 0) {
			c->late = true;
			end_group(c);
			continue;
		}
		if (poll(fd, ALL, left > INT32_MAX ? INT32_MAX : (int)left) < 0)
			continue;
		if (fd[SOCKET].revents) {
			end_group(c);
			leave();
		}
		if (fd[IN].revents)
			feed_child(c, input);
		if (fd[OUT].revents)
			hear_child(c, &p->output);
		if (fd[CHILDREN].revents && reap(p, c))
			return;
	}
}

static struct runner_answer
run(struct process *p, const struct runner_ask *ask, struct slice feed)
{
	struct runner_answer answer = {.id = ask->id};
	struct child c;
	int rc = start(&p->command[ask->command], feed, &c);

	if (rc) {
		answer.how = RUNNER_UNSTARTED;
		answer.value = rc;
	} else {
		c.deadline = clock_elapsed() + ask->timeout;
		if (ask->input == 0)
			close_end(&c.in);
		look_after(p, &c, buf_view(&p->input));
		/* What it said last; not what somebody behind it goes on to say. */
		for (int i = 0; i < 16 && c.out >= 0 && hear_child(&c, &p->output); i++)
			;
		answer.how = c.late                ? RUNNER_TIMEOUT
			     : WIFEXITED(c.status) ? RUNNER_EXITED
						   : RUNNER_KILLED;
		answer.value =
		    WIFEXITED(c.status) ? WEXITSTATUS(c.status) : WTERMSIG(c.status);
	}
	close_end(&c.in);
	close_end(&c.out);
	answer.output = p->output.n;
	return answer;
}

/* --- the process ------------------------------------------------------------ */

static void
serve(struct process *p)
{
	struct runner_ask ask;
	struct runner_answer answer;
	char feed[RUNNER_FEED];
	char *input;

	read_all(p->fd, &ask, sizeof ask);
	if (ask.command >= p->commands || ask.feed > sizeof feed ||
	    ask.input > RUNNER_INPUT)
		leave();
	read_all(p->fd, feed, ask.feed);
	input = mem_alloc(ask.input + 1);
	read_all(p->fd, input, ask.input);
	buf_reset(&p->input);
	buf_add(&p->input, input, ask.input);
	free(input);
	buf_reset(&p->output);
	answer = run(p, &ask, slice_make(feed, ask.feed));
	write_all(p->fd, &answer, sizeof answer);
	write_all(p->fd, p->output.n ? p->output.p : "", p->output.n);
	buf_fini(&p->input);
	buf_init(&p->input, RUNNER_INPUT);
}

static void
take_commands(struct process *p, const struct config *config)
{
	p->command = arena_array(p->arena, config->hooks, sizeof *p->command);
	for (size_t i = 0; i < config->hooks; i++) {
		const struct config_hook *h = &config->hook[i];
		char **argv;

		if (h->command.n == 0)
			continue;
		argv = arena_array(p->arena, h->command.n + 1, sizeof *argv);
		for (size_t k = 0; k < h->command.n; k++)
			argv[k] = arena_cstr(p->arena, h->command.v[k]);
		p->command[p->commands++] = (struct command){h, argv};
	}
}

/* Of all that was open, locks among it, only the socket stays. It ends by that alone: a
 * service manager sends its signals to every process. */
static void
settle_in(struct process *p)
{
	static const int ignored[] = {
	    SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGUSR1, SIGUSR2, SIGXFSZ};
	sigset_t children;

	if (dup3(p->fd, 3, O_CLOEXEC) >= 0)
		p->fd = 3;
	close_range(4, ~0U, 0);
	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
		signal(ignored[i], SIG_IGN);
	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_SETMASK, &children, NULL);
	p->children = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
	prctl(PR_SET_NAME, "xysfeed-hooks");
	if (p->children < 0 || chdir("/") < 0)
		leave();
}

_Noreturn void
runner_process(int fd, const struct config *config)
{
	struct process p = {.fd = fd, .arena = arena_new()};

	settle_in(&p);
	take_commands(&p, config);
	buf_init(&p.input, RUNNER_INPUT);
	buf_init(&p.output, RUNNER_OUTPUT);
	for (;;)
		serve(&p);
}

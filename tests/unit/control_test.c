#include "app/control_inside.h"
#include "base/clock.h"
#include "place.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#define PATH_OF_SOCKET "control.sock"

/* --- a daemon: a loop in a thread of its own ------------------------------------ */

enum mode { AT_ONCE, LATER, HOLD };
enum { HELD_MAX = 32 };

struct daemon {
	struct place place;
	const char *path;
	uv_loop_t loop;
	uv_async_t wake;
	pthread_t thread;
	sem_t done;
	void (*job)(struct daemon *d);
	struct control *control;
	struct control_reply reply; /* in HOLD and LATER */
	uv_timer_t timer;
	enum mode mode;
	struct control_call *held[HELD_MAX];
	size_t helds;
	_Atomic size_t asked; /* counted when all else is done */
	struct err err;
	int rc;
	bool running;
};

static void
on_wake(uv_async_t *wake)
{
	struct daemon *d = wake->data;

	d->job(d);
	sem_post(&d->done);
}

static void *
run_loop(void *arg)
{
	struct daemon *d = arg;

	uv_run(&d->loop, UV_RUN_DEFAULT);
	return NULL;
}

/* Do something on the loop, and wait for it. */
static void
on_loop(struct daemon *d, void (*job)(struct daemon *d))
{
	d->job = job;
	uv_async_send(&d->wake);
	while (sem_wait(&d->done) < 0)
		;
}

static void
job_nothing(struct daemon *d)
{
	(void)d;
}

static void
job_release(struct daemon *d)
{
	for (size_t i = 0; i < d->helds; i++)
		control_answer(d->held[i], &d->reply);
	d->helds = 0;
}

static void
release_later(uv_timer_t *timer)
{
	job_release(timer->data);
}

/* All that came with the request, as text. */
static void
echo(struct control_call *call, const struct control_request *r)
{
	char out[64];

	snprintf(out, sizeof out, "%d%d%d%d%d%d", r->verb, r->json, r->quiet, r->verbose,
	    r->strict, r->allow_flood);
	control_answer(
	    call, &(struct control_reply){
		      .exit = 4, .out = slice_str(out), .err = SLICE("held\n")});
	memset(out, 'x', sizeof out);
}

static void
handle(void *ctx, struct control_call *call, const struct control_request *request)
{
	struct daemon *d = ctx;

	if (d->mode == AT_ONCE) {
		echo(call, request);
	} else {
		if (d->helds == HELD_MAX)
			abort();
		d->held[d->helds++] = call;
	}
	if (d->mode == LATER)
		uv_timer_start(&d->timer, release_later, 20, 0);
	d->asked++;
}

static void
job_listen(struct daemon *d)
{
	d->rc = control_listen(&d->control, &d->loop, d->path, handle, d, &d->err);
}

static void
job_close(struct daemon *d)
{
	control_close(d->control);
	d->control = NULL;
}

static void
job_end(struct daemon *d)
{
	job_close(d);
	uv_close((uv_handle_t *)&d->timer, NULL);
	uv_close((uv_handle_t *)&d->wake, NULL);
}

static int
set_up(void **state)
{
	struct daemon *d = calloc(1, sizeof *d);

	signal(SIGPIPE, SIG_IGN);
	place_open(&d->place);
	d->path = place_path(&d->place, PATH_OF_SOCKET);
	uv_loop_init(&d->loop);
	uv_async_init(&d->loop, &d->wake, on_wake);
	uv_timer_init(&d->loop, &d->timer);
	d->wake.data = d->timer.data = d;
	sem_init(&d->done, 0, 0);
	assert_int_equal(pthread_create(&d->thread, NULL, run_loop, d), 0);
	d->running = true;
	*state = d;
	return 0;
}

/* The loop ends: whatever the test left open, nothing keeps it. */
static void
stop(struct daemon *d)
{
	on_loop(d, job_end);
	pthread_join(d->thread, NULL);
	d->running = false;
}

static int
tear_down(void **state)
{
	struct daemon *d = *state;

	if (d->running)
		stop(d);
	job_release(d);
	assert_int_equal(uv_loop_close(&d->loop), 0);
	sem_destroy(&d->done);
	place_close(&d->place);
	free(d);
	return 0;
}

static void
listen_at(struct daemon *d, const char *path)
{
	d->path = path;
	on_loop(d, job_listen);
	if (d->rc < 0)
		fail_msg("%s", d->err.text);
}

static struct daemon *
listening(void **state, enum mode mode)
{
	struct daemon *d = *state;

	d->mode = mode;
	listen_at(d, d->path);
	return d;
}

static void
wait_asked(struct daemon *d, size_t asked)
{
	for (on_loop(d, job_nothing); d->asked < asked; on_loop(d, job_nothing))
		usleep(1000);
}

/* --- askers ----------------------------------------------------------------------- */

static int
ask(struct daemon *d, struct control_reply *reply)
{
	static const struct control_request status = {.verb = CONTROL_STATUS};

	return control_ask(d->path, &status, d->place.arena, reply, &d->err);
}

static void
assert_slice(struct slice s, const char *text)
{
	if (!slice_is(s, text))
		fail_msg("got \"%.*s\"", SLICE_ARG(s));
}

static int
connected(struct daemon *d)
{
	int fd = -1;

	assert_int_equal(control_connect(d->path, &fd, &d->err), 1);
	return fd;
}

static void
say(int fd, struct slice bytes)
{
	while (bytes.n) {
		ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);

		assert_true(n > 0);
		bytes = slice_from(bytes, (size_t)n);
	}
}

static struct slice
megabyte(struct daemon *d)
{
	enum { N = 1 << 20 };

	return slice_make(memset(arena_alloc(d->place.arena, N), 'x', N), N);
}

/* All up to the end, however it ended. */
static struct slice
hear(struct daemon *d, int fd)
{
	struct buf all;
	struct slice text;
	char piece[4096];
	ssize_t n;

	buf_init(&all, 1 << 24);
	while ((n = recv(fd, piece, sizeof piece, 0)) > 0)
		buf_add(&all, piece, (size_t)n);
	text = arena_copy(d->place.arena, buf_view(&all));
	buf_fini(&all);
	close(fd);
	return text;
}

static bool
has_ended(int fd)
{
	struct pollfd end = {.fd = fd, .events = POLLIN};

	return poll(&end, 1, 0) == 1 && (end.revents & POLLHUP);
}

/* --- asking and answering ----------------------------------------------------------- */

static void
test_ask(void **state)
{
	static const struct {
		struct control_request request;
		const char *out;
	} cases[] = {
	    {{CONTROL_STATUS, false, false, false, false, false}, "000000"},
	    {{CONTROL_RUN, true, false, true, false, true}, "110101"},
	    {{CONTROL_RELOAD, false, true, false, true, false}, "201010"},
	    {{CONTROL_STOP, true, true, true, true, true}, "311111"},
	};
	struct daemon *d = listening(state, AT_ONCE);

	assert_int_equal(place_stat(&d->place, PATH_OF_SOCKET).st_mode, S_IFSOCK | 0600);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct control_reply reply;

		assert_int_equal(control_ask(d->path, &cases[i].request, d->place.arena,
				     &reply, &d->err),
		    1);
		assert_int_equal(reply.exit, 4);
		assert_slice(reply.out, cases[i].out);
		assert_slice(reply.err, "held\n");
	}
	on_loop(d, job_close);
	assert_false(place_has(&d->place, PATH_OF_SOCKET));
}

static void
test_answer_later(void **state)
{
	struct daemon *d = listening(state, LATER);
	struct control_reply reply;

	d->reply = (struct control_reply){.exit = 0, .out = SLICE("done\n")};
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ask(d, &reply), 1);
		assert_int_equal(reply.exit, 0);
		assert_slice(reply.out, "done\n");
		assert_slice(reply.err, "");
	}
}

/* Megabytes, in many pieces each way. */
static void
test_long_reply(void **state)
{
	enum { N = 4000000 };
	struct daemon *d = listening(state, LATER);
	char *text = arena_alloc(d->place.arena, N);
	struct control_reply reply;

	for (size_t i = 0; i < N; i++)
		text[i] = "\n\"\x01 abcdefgh"[i % 12];
	d->reply = (struct control_reply){0, slice_make(text, N), SLICE("end")};
	assert_int_equal(ask(d, &reply), 1);
	assert_true(slice_eq(reply.out, d->reply.out));
	assert_slice(reply.err, "end");
}

/* A reply that no asker would take is not sent. */
static void
test_too_long_reply(void **state)
{
	const size_t n = CONTROL_REPLY_MAX - 10;
	struct daemon *d = listening(state, LATER);
	struct control_reply reply;

	d->reply.out =
	    slice_make(arena_cstr(d->place.arena,
			   slice_make(memset(arena_alloc(d->place.arena, n), 'x', n), n)),
		n);
	assert_int_equal(ask(d, &reply), 1);
	assert_int_equal(reply.exit, 1);
	assert_slice(reply.out, "");
	assert_non_null(strstr(reply.err.p, "too long"));
}

static void
test_nobody(void **state)
{
	struct daemon *d = *state;
	struct control_reply reply;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_int_equal(ask(d, &reply), 0);
	snprintf(address.sun_path, sizeof address.sun_path, "%.100s", d->path);
	assert_int_equal(bind(s, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(ask(d, &reply), 0);
	close(s);
	assert_int_equal(ask(d, &reply), 0);
	place_write(&d->place, "file", "");
	d->path = place_path(&d->place, "file/control.sock");
	assert_int_equal(ask(d, &reply), 0);
	d->path = place_path(&d->place, "absent/control.sock");
	assert_int_equal(ask(d, &reply), 0);
	d->path = "";
	assert_int_equal(ask(d, &reply), 0);
}

/* --- the path ----------------------------------------------------------------------- */

static const char *
deep_folder(struct daemon *d)
{
	char *path =
	    (char *)place_path(&d->place, "一个很长的文件夹名字一个很长的文件夹名字/"
					  "又一个很长的文件夹名字又一个很长的文件夹名字/"
					  "still-further-down-where-nobody-ever-looks");

	for (char *at = path + 1; (at = strchr(at, '/')); *at++ = '/') {
		*at = '\0';
		mkdir(path, 0755);
		*at = '/';
	}
	assert_int_equal(mkdir(path, 0755), 0);
	assert_true(strlen(path) > 107);
	return path;
}

static void
test_long_path(void **state)
{
	struct daemon *d = *state;
	const char *folder = deep_folder(d);
	struct control_reply reply;
	struct stat st;

	d->path = arena_printf(d->place.arena, "%s/control.sock", folder).p;
	assert_int_equal(ask(d, &reply), 0);
	for (int i = 0; i < 2; i++) {
		listen_at(d, d->path);
		assert_int_equal(lstat(d->path, &st), 0);
		assert_int_equal(st.st_mode, S_IFSOCK | 0600);
		assert_int_equal(ask(d, &reply), 1);
		assert_slice(reply.out, "000000");
		on_loop(d, job_close);
		assert_int_equal(lstat(d->path, &st), -1);
	}
}

/* The last path that fits an address as it is, and the first that does not. */
static void
test_path_limit(void **state)
{
	struct daemon *d = *state;
	const char *folder =
	    place_path(&d->place, "forty-bytes-of-a-folder-and-its-name-end");
	struct control_reply reply;
	struct stat st;

	assert_int_equal(mkdir(folder, 0755), 0);
	for (int n = 107; n <= 108; n++) {
		int pad = n - (int)strlen(folder) - 1;

		listen_at(d, arena_printf(d->place.arena, "%s/%0*d", folder, pad, 0).p);
		assert_int_equal(strlen(d->path), n);
		assert_int_equal(ask(d, &reply), 1);
		on_loop(d, job_close);
		assert_int_equal(lstat(d->path, &st), -1);
	}
}

static void
test_long_name(void **state)
{
	struct daemon *d = *state;
	struct control_reply reply;

	d->path = arena_printf(d->place.arena, "%s/%0120d", d->place.path, 0).p;
	on_loop(d, job_listen);
	assert_int_equal(d->rc, -1);
	assert_int_equal(d->err.kind, ERR_CONFIG);
	assert_int_equal(ask(d, &reply), 0);
	place_write(&d->place, d->path + strlen(d->place.path) + 1, "");
	assert_int_equal(ask(d, &reply), -1);
	assert_int_equal(d->err.kind, ERR_CONFIG);
}

static void
test_relative_path(void **state)
{
	struct daemon *d = *state;
	struct control_reply reply;
	int back = open(".", O_PATH | O_DIRECTORY);

	assert_int_equal(chdir(d->place.path), 0);
	listen_at(d, PATH_OF_SOCKET);
	assert_int_equal(ask(d, &reply), 1);
	on_loop(d, job_close);
	assert_int_equal(fchdir(back), 0);
	close(back);
}

/* What a killed daemon left is replaced, by short and by long paths. */
static void
test_stale(void **state)
{
	struct daemon *d = *state;
	const char *paths[] = {
	    d->path, arena_printf(d->place.arena, "%s/stale.sock", deep_folder(d)).p};

	for (int i = 0; i < 2; i++) {
		struct control_reply reply;
		struct stat st;
		int fd = control_bind(paths[i], 1, &d->err);

		assert_true(fd >= 0);
		close(fd);
		assert_int_equal(lstat(paths[i], &st), 0);
		listen_at(d, paths[i]);
		assert_int_equal(ask(d, &reply), 1);
		on_loop(d, job_close);
	}
}

static void
test_busy(void **state)
{
	struct daemon *d = listening(state, AT_ONCE);
	struct control_reply reply;
	struct err err;

	assert_int_equal(control_bind(d->path, 1, &err), -1);
	assert_int_equal(err.kind, ERR_BUSY);
	assert_non_null(strstr(err.text, d->path));
	assert_int_equal(ask(d, &reply), 1);
}

/* One that takes no connections any more lives all the same. */
static void
test_busy_backlog(void **state)
{
	struct daemon *d = *state;
	int s = control_bind(d->path, 0, &d->err), fd = connected(d);

	assert_int_equal(control_bind(d->path, 1, &d->err), -1);
	assert_int_equal(d->err.kind, ERR_BUSY);
	assert_true(place_has(&d->place, PATH_OF_SOCKET));
	close(fd);
	close(s);
}

static void
test_not_a_socket(void **state)
{
	static const char *const names[] = {"file", "folder", "link", "dangling", "fifo"};
	struct daemon *d = *state;
	int s = control_bind(d->path, 1, &d->err);

	place_write(&d->place, "file", "precious");
	place_write(&d->place, "folder/file", "");
	place_link(&d->place, PATH_OF_SOCKET, "link");
	place_link(&d->place, "nowhere", "dangling");
	assert_int_equal(mkfifo(place_path(&d->place, "fifo"), 0644), 0);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		ino_t inode = place_stat(&d->place, names[i]).st_ino;

		d->path = place_path(&d->place, names[i]);
		on_loop(d, job_listen);
		assert_int_equal(d->rc, -1);
		assert_null(d->control);
		assert_int_equal(d->err.kind, ERR_CONFIG);
		assert_non_null(strstr(d->err.text, d->path));
		assert_int_equal(place_stat(&d->place, names[i]).st_ino, inode);
	}
	assert_string_equal(place_read(&d->place, "file"), "precious");
	d->path = place_path(&d->place, "absent/control.sock");
	on_loop(d, job_listen);
	assert_int_equal(d->rc, -1);
	assert_int_equal(d->err.kind, ERR_IO);
	close(s);
}

/* What somebody put there since is not removed. */
static void
test_replaced_name(void **state)
{
	struct daemon *d = listening(state, AT_ONCE);

	assert_int_equal(link(d->path, place_path(&d->place, "aside")), 0);
	assert_int_equal(unlink(d->path), 0);
	place_write(&d->place, PATH_OF_SOCKET, "another");
	on_loop(d, job_close);
	assert_string_equal(place_read(&d->place, PATH_OF_SOCKET), "another");
}

/* --- askers of all kinds -------------------------------------------------------------- */

static const char *
padded_request(struct daemon *d, int n)
{
	return arena_printf(d->place.arena, "{\"do\":\"status\"%*s}\n", n - 16, "").p;
}

static void
test_raw_requests(void **state)
{
	struct daemon *d = listening(state, AT_ONCE);
	char *nested = memset(arena_alloc(d->place.arena, 4001), '[', 4000);
	const struct {
		struct slice bytes;
		const char *reply; /* a part of it */
	} cases[] = {
	    {SLICE("{\"do\":\"status\"}\n"), "\"out\":\"000000\""},
	    {SLICE("{\"do\":\"status\"}\n{\"do\":\"stop\"}\n"), "\"out\":\"000000\""},
	    {slice_str(padded_request(d, 4096)), "\"out\":\"000000\""},
	    {slice_str(padded_request(d, 4097)), "longer than 4096 bytes"},
	    {slice_str(padded_request(d, 100000)), "longer than 4096 bytes"},
	    {SLICE("\n"), "\"exit\":2"},
	    {SLICE("GET / HTTP/1.1\r\n"), "\"exit\":2"},
	    {SLICE("{\"do\":\"sing\"}\n"), "no such request: \\\"sing\\\""},
	    {SLICE("{\"do\":\"run\",\"json\":\"yes\"}\n"), "\"exit\":2"},
	    {SLICE("{\"do\":\"st\0atus\"}\n"), "\"exit\":2"},
	    {SLICE("\0\0\0\n"), "\"exit\":2"},
	    {slice_make(strcat(nested, "\n"), 4001), "\"exit\":2"},
	    {SLICE("{\"do\":\"status\"}"), ""}, /* cut short: nothing */
	    {SLICE(""), ""},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int fd = connected(d);
		struct slice reply;

		/* A daemon that has read enough may close before all is said. */
		(void)!send(
		    fd, cases[i].bytes.p, cases[i].bytes.n, MSG_NOSIGNAL | MSG_DONTWAIT);
		shutdown(fd, SHUT_WR);
		reply = hear(d, fd);
		if (!strstr(reply.p, cases[i].reply) || (!*cases[i].reply && reply.n))
			fail_msg("%zu: %s", i, reply.p);
		if (reply.n)
			assert_int_equal(slice_index(reply, '\n'), reply.n - 1);
	}
}

/* Byte by byte; and the answer comes when more can still be said. */
static void
test_slow_request(void **state)
{
	struct daemon *d = listening(state, AT_ONCE);
	const char *line = "{\"do\":\"reload\"}\n";
	int fd = connected(d);

	for (size_t i = 0; i < strlen(line); i++) {
		say(fd, slice_make(line + i, 1));
		on_loop(d, job_nothing);
	}
	assert_non_null(strstr(hear(d, fd).p, "\"out\":\"200000\""));
}

/* What was said after the request, and that there is no more, changes nothing. */
static void
test_half_closed(void **state)
{
	struct daemon *d = listening(state, HOLD);
	char *more = memset(arena_alloc(d->place.arena, 50000), 'x', 50000);
	int fd = connected(d);

	say(fd, SLICE("{\"do\":\"run\"}\n"));
	wait_asked(d, 1);
	say(fd, slice_make(more, 50000));
	shutdown(fd, SHUT_WR);
	on_loop(d, job_nothing);
	on_loop(d, job_nothing);
	assert_false(has_ended(fd));
	d->reply.out = SLICE("late");
	on_loop(d, job_release);
	assert_non_null(strstr(hear(d, fd).p, "late"));
	on_loop(d, job_nothing);
	assert_int_equal(d->asked, 1);
}

/* The answer to nobody frees the call; the place was free for others before. */
static void
test_hung_up(void **state)
{
	enum { MANY = 20 };
	struct daemon *d = listening(state, HOLD);
	struct control_reply reply;

	for (size_t i = 0; i < MANY; i++) {
		int fd = connected(d);

		say(fd, SLICE("{\"do\":\"run\"}\n"));
		wait_asked(d, i + 1);
		close(fd);
	}
	assert_int_equal(d->helds, MANY);
	d->mode = AT_ONCE;
	on_loop(d, job_release);
	assert_int_equal(ask(d, &reply), 1);
}

/* Sixteen that say nothing keep the seventeenth waiting, until one goes. */
static void
test_full(void **state)
{
	enum { PLACES = 16, MORE = 4 };
	struct daemon *d = listening(state, AT_ONCE);
	int fd[PLACES + MORE];

	for (int i = 0; i < PLACES; i++)
		fd[i] = connected(d);
	for (int i = PLACES; i < PLACES + MORE; i++) {
		fd[i] = connected(d);
		say(fd[i], SLICE("{\"do\":\"status\"}\n"));
	}
	for (int i = 0; i < 10; i++)
		on_loop(d, job_nothing);
	assert_int_equal(d->asked, 0);
	close(fd[3]);
	for (int i = PLACES; i < PLACES + MORE; i++)
		assert_non_null(strstr(hear(d, fd[i]).p, "000000"));
	for (int i = 0; i < PLACES; i++)
		if (i != 3)
			close(fd[i]);
}

static void
job_release_last(struct daemon *d)
{
	control_answer(d->held[--d->helds], &d->reply);
}

/* Who does not send, and who does not read, are let go after a while; who waits for
 * the reply is not. */
static void
test_patience(void **state)
{
	struct daemon *d = listening(state, HOLD);
	int64_t start = clock_elapsed();
	int waiting = connected(d), silent = connected(d), half = connected(d),
	    deaf = connected(d);

	say(waiting, SLICE("{\"do\":\"run\"}\n"));
	wait_asked(d, 1);
	say(half, SLICE("{\"do\":\"sta"));
	say(deaf, SLICE("{\"do\":\"status\"}\n"));
	wait_asked(d, 2);
	d->reply.out = megabyte(d);
	on_loop(d, job_release_last);
	while (!has_ended(silent) || !has_ended(half) || !has_ended(deaf))
		usleep(10000);
	assert_true(clock_elapsed() - start >= 4900);
	assert_int_equal(hear(d, silent).n, 0);
	assert_int_equal(hear(d, half).n, 0);
	assert_in_range(hear(d, deaf).n, 1, (1 << 20) - 1);

	assert_false(has_ended(waiting));
	d->reply.out = SLICE("patient");
	on_loop(d, job_release);
	assert_non_null(strstr(hear(d, waiting).p, "patient"));
}

/* --- who may ask ------------------------------------------------------------------------ */

/* In a child, as nobody: its reply, as the exit code and the text in the pipe. */
static void
ask_as_nobody(const char *path, int pipe)
{
	struct control_request request = {.verb = CONTROL_STOP};
	struct control_reply reply = {0};
	struct err err = {0};
	struct arena *arena = arena_new();

	if (setgid(65534) < 0 || setuid(65534) < 0)
		_exit(99);
	if (control_ask(path, &request, arena, &reply, &err) == 1)
		dprintf(pipe, "%d %.*s", reply.exit, SLICE_ARG(reply.err));
	else
		dprintf(pipe, "%s", err.text);
	arena_free(arena);
	_exit(0);
}

static const char *
nobody_hears(struct daemon *d)
{
	static const char nothing[] = "";
	char text[1024];
	int ends[2], status;
	ssize_t n;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		ask_as_nobody(d->path, ends[1]);
	close(ends[1]);
	n = read(ends[0], text, sizeof text);
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	return n > 0 ? arena_copy(d->place.arena, slice_make(text, (size_t)n)).p
		     : nothing;
}

static void
test_strangers(void **state)
{
	struct daemon *d = *state;
	struct control_reply reply;

	if (geteuid() != 0) {
		print_message("# skipped: only root can ask as somebody else\n");
		skip();
	}
	listening(state, AT_ONCE);
	assert_int_equal(chmod(d->place.path, 0755), 0);
	assert_non_null(strstr(nobody_hears(d), "Permission denied"));
	assert_int_equal(chmod(d->path, 0666), 0);
	assert_string_equal(nobody_hears(d), "1 xysfeed: only user root may ask\n");
	on_loop(d, job_nothing);
	assert_int_equal(d->asked, 0);
	assert_int_equal(ask(d, &reply), 1);
}

/* --- the end ---------------------------------------------------------------------------- */

static void *
ask_in_thread(void *arg)
{
	struct daemon *d = arg;
	struct control_request request = {.verb = CONTROL_RUN};
	struct control_reply reply;
	struct arena *arena = arena_new();

	d->rc = control_ask(d->path, &request, arena, &reply, &d->err);
	arena_free(arena);
	return NULL;
}

/* Its asker learns it; the call stays valid, and is freed by its answer. */
static void
test_close_unanswered(void **state)
{
	struct daemon *d = listening(state, HOLD);
	pthread_t asker;

	pthread_create(&asker, NULL, ask_in_thread, d);
	wait_asked(d, 1);
	on_loop(d, job_close);
	pthread_join(asker, NULL);
	assert_int_equal(d->rc, -1);
	assert_int_equal(d->err.kind, ERR_IO);
	assert_string_equal(d->err.text, "the daemon went away before it answered");
	on_loop(d, job_release);
}

/* The same when the loop is over before the answer: done by tear_down. */
static void
test_answer_after_all(void **state)
{
	struct daemon *d = listening(state, HOLD);
	int fd = connected(d);

	say(fd, SLICE("{\"do\":\"run\"}\n"));
	wait_asked(d, 1);
	stop(d);
	assert_int_equal(hear(d, fd).n, 0);
	assert_int_equal(d->helds, 1);
}

static void
handle_stop(void *ctx, struct control_call *call, const struct control_request *request)
{
	struct daemon *d = ctx;

	(void)request;
	control_answer(call, &d->reply);
	job_close(d);
}

static void
job_listen_to_stop(struct daemon *d)
{
	d->rc = control_listen(&d->control, &d->loop, d->path, handle_stop, d, &d->err);
}

/* From within the handler; the reply, of many pieces, still arrives. */
static void
test_close_in_handler(void **state)
{
	struct daemon *d = *state;
	struct control_reply reply;

	d->reply.out = megabyte(d);
	on_loop(d, job_listen_to_stop);
	assert_int_equal(d->rc, 0);
	assert_int_equal(ask(d, &reply), 1);
	assert_int_equal(reply.out.n, 1 << 20);
	assert_int_equal(ask(d, &reply), 0);
}

/* The loop ends whoever is still connected, in whatever state. */
static void
test_close_bounded(void **state)
{
	enum { MORE = 20 };
	struct daemon *d = listening(state, HOLD);
	int silent = connected(d), half = connected(d), deaf = connected(d), more[MORE];

	d->reply.out = megabyte(d);
	say(half, SLICE("{\"do\":"));
	say(deaf, SLICE("{\"do\":\"status\"}\n"));
	wait_asked(d, 1);
	on_loop(d, job_release);
	for (int i = 0; i < MORE; i++)
		more[i] = connected(d);
	stop(d);
	assert_true(has_ended(silent) && has_ended(half) && has_ended(deaf));
	assert_false(place_has(&d->place, PATH_OF_SOCKET));
	for (int i = 0; i < MORE; i++)
		assert_int_equal(hear(d, more[i]).n, 0);
	close(silent);
	close(half);
	close(deaf);
}

/* --- daemons of all kinds --------------------------------------------------------------- */

/* What a daemon says before it goes away: `text`, `times` times. */
struct speaker {
	const char *text;
	int times, listener;
	bool hears; /* the request first */
};

static void *
speak(void *arg)
{
	const struct speaker *s = arg;
	int fd = accept(s->listener, NULL, NULL);
	char request[CONTROL_REQUEST_MAX];

	if (s->hears && recv(fd, request, sizeof request, 0) <= 0)
		return NULL;
	for (int i = 0; i < s->times; i++)
		if (send(fd, s->text, strlen(s->text), MSG_NOSIGNAL) < 0)
			break;
	close(fd);
	return NULL;
}

static void
test_bad_daemons(void **state)
{
	struct daemon *d = *state;
	char *mega = memset(arena_alloc(d->place.arena, (1 << 20) + 1), 'x', 1 << 20);
	const struct {
		const char *text;
		int times;
		bool hears;
		enum err_kind kind; /* ERR_NONE: it is a reply */
		const char *part;
	} cases[] = {
	    {"", 0, true, ERR_IO, "went away"},
	    {"", 0, false, ERR_IO, "went away"},
	    {"{\"exit\":0", 1, true, ERR_IO, "went away"},
	    {"{\"exit\":0}", 1, true, ERR_IO, "went away"},
	    {"{\"exit\":0}\n", 1, true, ERR_NONE, ""},
	    {"{\"exit\":0}\n", 1, false, ERR_NONE, ""},
	    {"{\"exit\":0}\n", 3, true, ERR_NONE, ""},
	    {"220 mail ESMTP\r\n", 1, true, ERR_INPUT, "cannot be understood"},
	    {"{\"exit\":1000}\n", 1, true, ERR_INPUT, "cannot be understood"},
	    {mega, 65, true, ERR_LIMIT, "longer than"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct speaker s = {cases[i].text, cases[i].times, -1, cases[i].hears};
		struct control_reply reply;
		pthread_t thread;
		int rc;

		s.listener = control_bind(d->path, 1, &d->err);
		assert_true(s.listener >= 0);
		fcntl(s.listener, F_SETFL, 0);
		pthread_create(&thread, NULL, speak, &s);
		d->err.kind = ERR_NONE;
		rc = ask(d, &reply);
		pthread_join(thread, NULL);
		close(s.listener);
		if (d->err.kind != cases[i].kind)
			fail_msg("%zu: %s", i, d->err.text);
		assert_int_equal(rc, cases[i].kind == ERR_NONE ? 1 : -1);
		if (rc < 0)
			assert_non_null(strstr(d->err.text, cases[i].part));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_ask),
	    TEST(test_answer_later),
	    TEST(test_long_reply),
	    TEST(test_too_long_reply),
	    TEST(test_nobody),
	    TEST(test_long_path),
	    TEST(test_path_limit),
	    TEST(test_long_name),
	    TEST(test_relative_path),
	    TEST(test_stale),
	    TEST(test_busy),
	    TEST(test_busy_backlog),
	    TEST(test_not_a_socket),
	    TEST(test_replaced_name),
	    TEST(test_raw_requests),
	    TEST(test_slow_request),
	    TEST(test_half_closed),
	    TEST(test_hung_up),
	    TEST(test_full),
	    TEST(test_patience),
	    TEST(test_strangers),
	    TEST(test_close_unanswered),
	    TEST(test_answer_after_all),
	    TEST(test_close_in_handler),
	    TEST(test_close_bounded),
	    TEST(test_bad_daemons),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "serve/server.h"

#include "place.h"

#include <poll.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>

/* A server of pages on a Unix socket, and those who ask. */
struct site {
	struct place place;
	struct serve_socket socket;
	struct serve_sockets sockets;
	struct serve *serve;
	atomic_uint_fast64_t number; /* that pages want */
	atomic_size_t wanted, written;
};

/* "/status.css" can be had at once. */
static uint64_t
want(void *ctx, struct slice path)
{
	struct site *s = ctx;

	atomic_fetch_add(&s->wanted, 1);
	return slice_is(path, "/status.css") ? 0 : atomic_load(&s->number);
}

static int
page(void *ctx, struct slice path, struct buf *out, const char **media_type)
{
	struct site *s = ctx;

	atomic_fetch_add(&s->written, 1);
	buf_slice(out, path);
	*media_type = "text/plain";
	return slice_is(path, "/metrics") ? 404 : 200;
}

static void
site_open(struct site *s, int64_t threads, int64_t timeout)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	struct err err;

	*s = (struct site){.number = 1};
	place_open(&s->place);
	snprintf(at.sun_path, sizeof at.sun_path, "%s", place_path(&s->place, "x.sock"));
	s->socket = (struct serve_socket){
	    .fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
	    .metrics = true};
	assert_int_equal(bind(s->socket.fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(s->socket.fd, 100), 0);
	s->sockets = (struct serve_sockets){.v = &s->socket, .n = 1};
	if (serve_open(&s->serve,
		&(struct serve_options){.sockets = &s->sockets,
		    .threads = threads,
		    .max_connections = 200,
		    .max_per_address = 200,
		    .timeout = timeout,
		    .want = want,
		    .page = page,
		    .ctx = s},
		&err) < 0)
		fail_msg("%s", err.text);
}

static void
site_close(struct site *s)
{
	serve_close(s->serve);
	close(s->socket.fd);
	place_close(&s->place);
}

static int
join(struct site *s)
{
	const struct timeval patience = {.tv_sec = 20};
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof at.sun_path, "%s", place_path(&s->place, "x.sock"));
	assert_int_equal(
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
	return fd;
}

static void
ask(int fd, const char *path)
{
	char text[100];
	int n = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);

	assert_int_equal(send(fd, text, (size_t)n, MSG_NOSIGNAL), n);
}

/* The status of the next answer; 0: the connection is closed. */
static int
answer(int fd)
{
	char text[2000] = "";
	ssize_t n = recv(fd, text, sizeof text - 1, 0);

	return n > 0 ? atoi(text + strlen("HTTP/1.1 ")) : 0;
}

static bool
is_answered(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, 0) > 0;
}

/* Until so many pages were wanted. */
static void
await_wanted(struct site *s, size_t n)
{
	while (atomic_load(&s->wanted) < n)
		usleep(1000);
}

/* Its one thread has turned once more. */
static void
let_turn(struct site *s)
{
	int fd = join(s);

	ask(fd, "/healthz");
	assert_int_equal(answer(fd), 503);
	close(fd);
}

static void
test_at_once(void **state)
{
	struct site s;
	int fd;

	(void)state;
	site_open(&s, 1, 20000);
	fd = join(&s);
	ask(fd, "/status.css");
	assert_int_equal(answer(fd), 200);
	serve_ready(s.serve, 1);
	ask(fd, "/status");
	assert_int_equal(answer(fd), 200);
	ask(fd, "/metrics");
	assert_int_equal(answer(fd), 404);
	ask(fd, "/other");
	assert_int_equal(answer(fd), 404);
	assert_int_equal(atomic_load(&s.wanted), 3);
	close(fd);
	site_close(&s);
}

static void
test_held(void **state)
{
	struct site s;
	int first, second;

	(void)state;
	site_open(&s, 1, 20000);
	first = join(&s);
	ask(first, "/status");
	await_wanted(&s, 1);
	atomic_store(&s.number, 3);
	second = join(&s);
	ask(second, "/status");
	await_wanted(&s, 2);
	let_turn(&s);
	assert_false(is_answered(first) || is_answered(second));
	/* It is enough for the one who came before. */
	serve_ready(s.serve, 2);
	assert_int_equal(answer(first), 200);
	let_turn(&s);
	assert_false(is_answered(second));
	/* The same connection waits again. */
	ask(first, "/status");
	await_wanted(&s, 3);
	let_turn(&s);
	assert_false(is_answered(first));
	serve_ready(s.serve, 3);
	assert_int_equal(answer(second), 200);
	assert_int_equal(answer(first), 200);
	assert_int_equal(atomic_load(&s.wanted), 3);
	assert_int_equal(atomic_load(&s.written), 3);
	close(first);
	close(second);
	site_close(&s);
}

static void
test_many(void **state)
{
	enum { MANY = 60 };
	struct site s;
	int fd[MANY];

	(void)state;
	site_open(&s, 3, 20000);
	for (uint64_t round = 1; round <= 3; round++) {
		atomic_store(&s.number, round);
		for (size_t i = 0; i < MANY; i++) {
			fd[i] = join(&s);
			ask(fd[i], "/status");
		}
		await_wanted(&s, round * MANY);
		/* Some do not wait for it. */
		for (size_t i = 0; i < MANY; i += 7)
			close(fd[i]);
		serve_ready(s.serve, round);
		for (size_t i = 0; i < MANY; i++) {
			if (i % 7 == 0)
				continue;
			assert_int_equal(answer(fd[i]), 200);
			close(fd[i]);
		}
	}
	site_close(&s);
}

static void
test_too_late(void **state)
{
	struct site s;
	int fd;

	(void)state;
	site_open(&s, 2, 200);
	fd = join(&s);
	ask(fd, "/status");
	assert_int_equal(answer(fd), 503);
	assert_int_equal(atomic_load(&s.written), 0);
	/* As if it had not been. */
	ask(fd, "/status");
	await_wanted(&s, 2);
	serve_ready(s.serve, 1);
	assert_int_equal(answer(fd), 200);
	close(fd);
	site_close(&s);
}

static void
test_end(void **state)
{
	struct site s;
	int fd[10];

	(void)state;
	site_open(&s, 2, 20000);
	for (size_t i = 0; i < 10; i++) {
		fd[i] = join(&s);
		ask(fd[i], "/status");
	}
	await_wanted(&s, 10);
	close(fd[0]);
	site_close(&s);
	for (size_t i = 1; i < 10; i++) {
		assert_int_equal(answer(fd[i]), 503);
		close(fd[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_at_once),
	    cmocka_unit_test(test_held),
	    cmocka_unit_test(test_many),
	    cmocka_unit_test(test_too_late),
	    cmocka_unit_test(test_end),
	};

	if (!serve_exists()) {
		puts("1..0 # SKIP built without the server");
		return 0;
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

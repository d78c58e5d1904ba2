#include "app/control_inside.h"

#include "app/outcome.h"

#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	CONNECTIONS = 16,
	PATIENCE = 5000, /* milliseconds for an asker to send, and to take the reply */
	LAST_PATIENCE = 1000 /* ... once control is being closed */
};

struct conn;

struct control {
	uv_pipe_t listener;
	control_handler *handler;
	void *ctx;
	struct conn *conn[CONNECTIONS]; /* NULL: free */
	size_t conns;
	bool waiting; /* the listener holds one that found no place */
	bool closed;  /* the listener is no more */
	uid_t uid;
	char user[64];
	char *path;
	struct stat made; /* what we put at the path */
};

struct conn {
	uv_pipe_t pipe;
	uv_timer_t timer; /* runs while it is the asker's turn */
	uv_write_t write;
	struct control *control;
	struct conn **place;
	struct control_call *call; /* asked, and not yet answered */
	struct buf reply;
	size_t n; /* of the request */
	char request[CONTROL_REQUEST_MAX];
};

/* The handler's end of a connection: it may outlive it. */
struct control_call {
	struct conn *conn; /* NULL: it is gone */
};

/* --- the end of a connection -------------------------------------------------- */

static void take_connection(struct control *c);

static void
free_if_done(struct control *c)
{
	if (!c->closed || c->conns)
		return;
	free(c->path);
	free(c);
}

static void
on_timer_closed(uv_handle_t *timer)
{
	struct conn *conn = timer->data;
	struct control *c = conn->control;

	*conn->place = NULL;
	c->conns--;
	buf_fini(&conn->reply);
	free(conn);
	if (c->waiting)
		take_connection(c);
	free_if_done(c);
}

static void
on_pipe_closed(uv_handle_t *pipe)
{
	struct conn *conn = pipe->data;

	uv_close((uv_handle_t *)&conn->timer, on_timer_closed);
}

static void
conn_close(struct conn *conn)
{
	if (uv_is_closing((uv_handle_t *)&conn->pipe))
		return;
	if (conn->call)
		conn->call->conn = NULL;
	uv_timer_stop(&conn->timer);
	uv_close((uv_handle_t *)&conn->pipe, on_pipe_closed);
}

static void
on_timeout(uv_timer_t *timer)
{
	conn_close(timer->data);
}

/* The loop's own time may be old by as long as a callback took. */
static void
conn_patience(struct conn *conn, uint64_t milliseconds)
{
	uv_update_time(conn->timer.loop);
	uv_timer_start(&conn->timer, on_timeout, milliseconds, 0);
}

/* --- replying ----------------------------------------------------------------- */

static void
on_sent(uv_write_t *write, int status)
{
	(void)status;
	conn_close(write->handle->data);
}

static void
write_reply(struct conn *conn, const struct control_reply *reply)
{
	const struct control_reply too_long = {.exit = EXIT_FAILED,
	    .err = SLICE("xysfeed: the answer is too long to be sent\n")};

	buf_init(&conn->reply, CONTROL_REPLY_MAX);
	control_reply_write(&conn->reply, reply);
	if (conn->reply.full) {
		buf_reset(&conn->reply);
		control_reply_write(&conn->reply, &too_long);
	}
}

static void
conn_reply(struct conn *conn, const struct control_reply *reply)
{
	uv_stream_t *stream = (uv_stream_t *)&conn->pipe;
	uv_buf_t bytes;

	write_reply(conn, reply);
	bytes = uv_buf_init(conn->reply.p, (unsigned)conn->reply.n);
	uv_read_stop(stream);
	conn_patience(conn, PATIENCE);
	if (uv_write(&conn->write, stream, &bytes, 1, on_sent) < 0)
		conn_close(conn);
}

static void
conn_refuse(struct conn *conn, enum exit_code code, const char *why)
{
	char text[1024];

	snprintf(text, sizeof text, "xysfeed: %s\n", why);
	conn_reply(
	    conn, &(struct control_reply){.exit = (int)code, .err = slice_str(text)});
}

void
control_answer(struct control_call *call, const struct control_reply *reply)
{
	struct conn *conn = call->conn;

	if (conn) {
		conn->call = NULL;
		conn_reply(conn, reply);
	}
	free(call);
}

/* --- being asked -------------------------------------------------------------- */

static void
take_request(struct conn *conn, struct slice line)
{
	struct control *c = conn->control;
	struct control_request request;
	struct err err;

	if (control_request_parse(&request, line, &err) < 0) {
		conn_refuse(conn, EXIT_USAGE, err.text);
		return;
	}
	uv_timer_stop(&conn->timer);
	conn->call = mem_alloc(sizeof *conn->call);
	conn->call->conn = conn;
	c->handler(c->ctx, conn->call, &request);
}

/* What comes after the request is read over what came before, to see the end. */
static void
on_alloc(uv_handle_t *handle, size_t wanted, uv_buf_t *room)
{
	struct conn *conn = handle->data;
	size_t n = conn->call ? 0 : conn->n;

	(void)wanted;
	*room = uv_buf_init(conn->request + n, (unsigned)(sizeof conn->request - n));
}

/* An asker that only has no more to say, as `nc -N`, waits for its reply. */
static bool
has_hung_up(const struct conn *conn)
{
	struct pollfd end = {.fd = -1};

	uv_fileno((const uv_handle_t *)&conn->pipe, &end.fd);
	return poll(&end, 1, 0) != 0 && (end.revents & (POLLHUP | POLLERR));
}

static void
on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes)
{
	struct conn *conn = stream->data;
	const char *lf;

	if (n < 0) {
		uv_read_stop(stream);
		if (!conn->call || has_hung_up(conn))
			conn_close(conn);
		return;
	}
	if (conn->call)
		return;
	lf = memchr(bytes->base, '\n', (size_t)n);
	conn->n += (size_t)n;
	if (lf)
		take_request(
		    conn, slice_make(conn->request, (size_t)(lf - conn->request)));
	else if (conn->n == sizeof conn->request)
		conn_refuse(conn, EXIT_USAGE, "the request is longer than 4096 bytes");
}

static bool
may_ask(const struct conn *conn)
{
	struct ucred peer;
	socklen_t n = sizeof peer;
	int fd = -1;

	uv_fileno((const uv_handle_t *)&conn->pipe, &fd);
	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 &&
	       (peer.uid == conn->control->uid || peer.uid == 0);
}

static void
conn_start(struct conn *conn)
{
	char why[128];

	if (may_ask(conn)) {
		conn_patience(conn, PATIENCE);
		uv_read_start((uv_stream_t *)&conn->pipe, on_alloc, on_read);
		return;
	}
	snprintf(why, sizeof why, "only user %s may ask", conn->control->user);
	conn_refuse(conn, EXIT_FAILED, why);
}

static struct conn **
free_place(struct control *c)
{
	size_t i = 0;

	while (c->conn[i])
		i++;
	return &c->conn[i];
}

static void
take_connection(struct control *c)
{
	uv_loop_t *loop = c->listener.loop;
	struct conn *conn = mem_alloc(sizeof *conn);

	*conn = (struct conn){.control = c, .place = free_place(c)};
	*conn->place = conn;
	c->conns++;
	c->waiting = false;
	uv_pipe_init(loop, &conn->pipe, 0);
	uv_timer_init(loop, &conn->timer);
	conn->pipe.data = conn->timer.data = conn;
	if (uv_accept((uv_stream_t *)&c->listener, (uv_stream_t *)&conn->pipe) < 0)
		conn_close(conn);
	else
		conn_start(conn);
}

/* One that is not taken keeps the listener from taking more. */
static void
on_connection(uv_stream_t *listener, int status)
{
	struct control *c = listener->data;

	if (status < 0)
		return;
	c->waiting = c->conns == CONNECTIONS;
	if (!c->waiting)
		take_connection(c);
}

/* --- listening ---------------------------------------------------------------- */

static void
name_user(struct control *c)
{
	const struct passwd *user = getpwuid(c->uid);

	if (user)
		snprintf(c->user, sizeof c->user, "%s", user->pw_name);
	else
		snprintf(c->user, sizeof c->user, "%u", (unsigned)c->uid);
}

static struct control *
control_new(const char *path, control_handler *handler, void *ctx)
{
	struct control *c = mem_alloc(sizeof *c);
	size_t n = strlen(path) + 1;

	*c = (struct control){.handler = handler, .ctx = ctx, .uid = geteuid()};
	c->path = memcpy(mem_alloc(n), path, n);
	c->listener.data = c;
	name_user(c);
	lstat(path, &c->made);
	return c;
}

int
control_listen(struct control **control, uv_loop_t *loop, const char *path,
    control_handler *handler, void *ctx, struct err *err)
{
	int fd = control_bind(path, CONNECTIONS, err), rc;
	struct control *c;

	*control = NULL;
	if (fd < 0)
		return -1;
	c = control_new(path, handler, ctx);
	uv_pipe_init(loop, &c->listener, 0);
	rc = uv_pipe_open(&c->listener, fd);
	if (rc < 0)
		close(fd);
	else
		rc = uv_listen((uv_stream_t *)&c->listener, CONNECTIONS, on_connection);
	if (rc < 0) {
		control_close(c);
		return err_set(
		    err, ERR_IO, "%s: cannot listen: %s", path, uv_strerror(rc));
	}
	*control = c;
	return 0;
}

static void
on_listener_closed(uv_handle_t *listener)
{
	struct control *c = listener->data;

	c->closed = true;
	free_if_done(c);
}

/* A file that was put in its place since is not ours to remove. */
static void
remove_name(const struct control *c)
{
	struct stat st;

	if (lstat(c->path, &st) == 0 && st.st_dev == c->made.st_dev &&
	    st.st_ino == c->made.st_ino)
		unlink(c->path);
}

void
control_close(struct control *c)
{
	if (!c)
		return;
	remove_name(c);
	c->waiting = false;
	uv_close((uv_handle_t *)&c->listener, on_listener_closed);
	for (size_t i = 0; i < CONNECTIONS; i++) {
		struct conn *conn = c->conn[i];

		if (conn && conn->reply.n)
			conn_patience(conn, LAST_PATIENCE);
		else if (conn)
			conn_close(conn);
	}
}

#include "app/control_inside.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A daemon that refuses an asker answers without having listened: when it does
 * not take the whole request, there may still be a reply. */
static void
send_line(int fd, struct slice line)
{
	while (line.n) {
		ssize_t n = send(fd, line.p, line.n, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return;
		if (n > 0)
			line = slice_from(line, (size_t)n);
	}
}

/* Up to the LF, which is not counted in *line. */
static int
receive_line(int fd, struct buf *bytes, struct slice *line, struct err *err)
{
	char piece[64 * 1024];

	for (;;) {
		ssize_t n = recv(fd, piece, sizeof piece, 0);
		const char *lf;

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0 || (n < 0 && errno == ECONNRESET))
			return err_set(
			    err, ERR_IO, "the daemon went away before it answered");
		if (n < 0)
			return err_errno(err, "cannot read the daemon's answer");
		lf = memchr(piece, '\n', (size_t)n);
		buf_add(bytes, piece, lf ? (size_t)(lf - piece) : (size_t)n);
		if (bytes->full)
			return err_set(err, ERR_LIMIT,
			    "the daemon's answer is longer than %d bytes",
			    CONTROL_REPLY_MAX);
		if (lf) {
			*line = buf_view(bytes);
			return 0;
		}
	}
}

int
control_ask(const char *path, const struct control_request *request, struct arena *arena,
    struct control_reply *reply, struct err *err)
{
	struct buf sent, received;
	struct slice line;
	int fd = -1, rc;

	buf_init(&sent, CONTROL_REQUEST_MAX);
	buf_init(&received, CONTROL_REPLY_MAX);
	rc = control_connect(path, &fd, err);
	if (rc <= 0)
		goto out;
	rc = -1;
	control_request_write(&sent, request);
	send_line(fd, buf_view(&sent));
	if (receive_line(fd, &received, &line, err) < 0)
		goto out;
	if (control_reply_parse(reply, line, arena, err) < 0)
		err_prefix(err, "the daemon's answer cannot be understood");
	else
		rc = 1;
out:
	if (fd >= 0)
		close(fd);
	buf_fini(&received);
	buf_fini(&sent);
	return rc;
}

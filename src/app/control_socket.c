#include "app/control_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* A socket, and how bind and connect name it. */
struct end {
	int fd;
	int folder; /* that the address goes through, or -1 */
	struct sockaddr_un address;
};

/* An address has room for 107 bytes of a path: a longer one goes through the
 * descriptor of its folder. */
static int
set_address(struct end *end, const char *path, struct err *err)
{
	enum { NAME = 80 };
	char *to = end->address.sun_path;
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char *folder;

	end->address.sun_family = AF_UNIX;
	if (strlen(path) < sizeof end->address.sun_path) {
		strcpy(to, path);
		return 0;
	}
	if (strlen(name) > NAME)
		return err_set(err, ERR_CONFIG,
		    "%s: the name of the socket is longer than %d bytes", path, NAME);
	folder = mem_alloc((size_t)(name - path) + 1);
	memcpy(folder, path, (size_t)(name - path));
	folder[name - path] = '\0';
	end->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	if (end->folder < 0)
		return err_errno(err, "%s: cannot open its folder", path);
	snprintf(
	    to, sizeof end->address.sun_path, "/proc/self/fd/%d/%s", end->folder, name);
	return 0;
}

static int
end_open(struct end *end, const char *path, int flags, struct err *err)
{
	*end = (struct end){.fd = -1, .folder = -1};
	if (set_address(end, path, err) < 0)
		return -1;
	end->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
	return end->fd < 0 ? err_errno(err, "cannot make a socket") : 0;
}

static void
end_close(struct end *end)
{
	if (end->folder >= 0)
		close(end->folder);
	if (end->fd >= 0)
		close(end->fd);
}

/* What is kept when the rest is closed. */
static int
end_take(struct end *end)
{
	int fd = end->fd;

	end->fd = -1;
	return fd;
}

static int
connect_end(const struct end *end)
{
	int rc;

	do
		rc = connect(
		    end->fd, (const struct sockaddr *)&end->address, sizeof end->address);
	while (rc < 0 && errno == EINTR);
	return rc;
}

static bool
is_nobody(int error)
{
	return error == ECONNREFUSED || error == ENOENT || error == ENOTDIR;
}

int
control_connect(const char *path, int *fd, struct err *err)
{
	struct stat st;
	struct end end;
	int rc = -1;

	if (lstat(path, &st) < 0 && is_nobody(errno))
		return 0;
	if (end_open(&end, path, 0, err) < 0)
		goto out;
	if (connect_end(&end) == 0) {
		*fd = end_take(&end);
		rc = 1;
	} else if (is_nobody(errno)) {
		rc = 0;
	} else {
		err_errno(err, "%s: cannot ask the daemon", path);
	}
out:
	end_close(&end);
	return rc;
}

/* Make way for a new socket at the address, if nobody is to be disturbed. */
static int
remove_stale(const char *path, struct err *err)
{
	struct stat st;
	struct end end;
	int rc = -1;

	if (lstat(path, &st) == 0 && !S_ISSOCK(st.st_mode))
		return err_set(err, ERR_CONFIG,
		    "%s: there is something else where the socket should be", path);
	/* A daemon may be too busy to take it: that too is an answer. */
	if (end_open(&end, path, SOCK_NONBLOCK, err) < 0)
		goto out;
	if (connect_end(&end) == 0 || errno == EAGAIN)
		err_set(err, ERR_BUSY, "%s: a daemon answers there already", path);
	else if (!is_nobody(errno))
		err_errno(err, "%s: cannot tell who listens there", path);
	else if (unlink(path) < 0 && errno != ENOENT)
		err_errno(err, "%s: cannot remove what a daemon left there", path);
	else
		rc = 0;
out:
	end_close(&end);
	return rc;
}

/* -1 with errno. The name that it gets has the mode that the socket has. */
static int
bind_end(const struct end *end)
{
	if (fchmod(end->fd, 0600) < 0)
		return -1;
	return bind(end->fd, (const struct sockaddr *)&end->address, sizeof end->address);
}

int
control_bind(const char *path, int backlog, struct err *err)
{
	struct end end;
	int fd = -1, rc;

	if (end_open(&end, path, SOCK_NONBLOCK, err) < 0)
		goto out;
	rc = bind_end(&end);
	if (rc < 0 && errno == EADDRINUSE) {
		if (remove_stale(path, err) < 0)
			goto out;
		rc = bind_end(&end);
	}
	if (rc < 0) {
		err_errno(err, "%s: cannot make the socket", path);
	} else if (listen(end.fd, backlog) < 0) {
		err_errno(err, "%s: cannot listen", path);
		unlink(path);
	} else {
		fd = end_take(&end);
	}
out:
	end_close(&end);
	return fd;
}

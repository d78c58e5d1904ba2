#include "serve/socket.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024, FIRST_FD = 3 };

static struct serve_socket *
add(struct serve_sockets *s, int fd, bool metrics)
{
	s->v = arena_grow(s->arena, s->v, s->n, sizeof *s->v);
	s->v[s->n] = (struct serve_socket){.fd = fd, .metrics = metrics};
	return &s->v[s->n++];
}

static int
set_option(int fd, int level, int option)
{
	const int on = 1;

	return setsockopt(fd, level, option, &on, sizeof on);
}

/* --- ports ------------------------------------------------------------------------ */

/* "192.0.2.1:8080", with the port that the system chose for 0. */
static struct slice
name_of(struct serve_sockets *s, int fd)
{
	struct sockaddr_storage at;
	socklen_t size = sizeof at;
	char host[NI_MAXHOST], port[NI_MAXSERV];

	if (getsockname(fd, (struct sockaddr *)&at, &size) < 0 ||
	    getnameinfo((const struct sockaddr *)&at, size, host, sizeof host, port,
		sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return SLICE("?");
	return arena_printf(
	    s->arena, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

/* All addresses are those of IPv6 and IPv4 both, where the system has both. */
static int
bind_port(const struct addrinfo *at, bool all)
{
	const int off = 0;
	int fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	set_option(fd, SOL_SOCKET, SO_REUSEADDR);
	if (at->ai_family == AF_INET6 && all)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
	else if (at->ai_family == AF_INET6)
		set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY);
	if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	close(fd);
	return -1;
}

static int
open_port(
    struct serve_sockets *s, const struct config_listen *l, bool metrics, struct err *err)
{
	struct addrinfo hints = {.ai_family = l->host.n ? AF_UNSPEC : AF_INET6,
	    .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
	const char *host = l->host.n ? arena_cstr(s->arena, l->host) : NULL;
	const char *port = arena_cstr(s->arena, l->port);
	struct addrinfo *found = NULL;
	struct serve_socket *socket;
	int fd = -1, why = getaddrinfo(host, port, &hints, &found);

	if (why != 0)
		return err_set(err, ERR_CONFIG, "cannot listen on %s:%s: %s",
		    host ? host : "", port, gai_strerror(why));
	fd = bind_port(found, !host);
	freeaddrinfo(found);
	if (fd < 0 && !host && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL))
		return open_port(s,
		    &(struct config_listen){.host = SLICE("0.0.0.0"), .port = l->port},
		    metrics, err);
	if (fd < 0)
		return err_errno(err, "cannot listen on %s%s%s", host ? host : "",
		    host ? ":" : "", port);
	socket = add(s, fd, metrics);
	socket->name = name_of(s, fd);
	return 0;
}

/* --- Unix sockets ----------------------------------------------------------------- */

/* What a daemon left there that was killed goes; not one that answers. */
static bool
is_stale(const struct sockaddr_un *at)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), rc;
	struct stat st;

	if (fd < 0 || lstat(at->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode)) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	rc = connect(fd, (const struct sockaddr *)at, sizeof *at);
	rc = rc < 0 ? errno : 0;
	close(fd);
	return rc == ECONNREFUSED;
}

/* Whoever may enter the folder may ask, as over a port. */
static int
bind_path(int fd, const struct sockaddr_un *at)
{
	const struct sockaddr *name = (const struct sockaddr *)at;
	int rc = bind(fd, name, sizeof *at);

	if (rc < 0 && errno == EADDRINUSE) {
		if (!is_stale(at)) {
			errno = EADDRINUSE;
			return -1;
		}
		unlink(at->sun_path);
		rc = bind(fd, name, sizeof *at);
	}
	return rc < 0 || chmod(at->sun_path, 0666) < 0 || listen(fd, BACKLOG) < 0 ? -1
										  : 0;
}

static int
open_unix(
    struct serve_sockets *s, const struct config_listen *l, bool metrics, struct err *err)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	struct serve_socket *made;
	int fd;

	if (l->path.n >= sizeof at.sun_path)
		return err_set(err, ERR_CONFIG, "unix:%.*s: longer than %zu bytes",
		    SLICE_ARG(l->path), sizeof at.sun_path - 1);
	memcpy(at.sun_path, l->path.p, l->path.n);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind_path(fd, &at) < 0) {
		err_errno(err, "cannot listen on unix:%s", at.sun_path);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	made = add(s, fd, metrics);
	made->path = arena_copy(s->arena, l->path);
	made->name = arena_printf(s->arena, "unix:%s", at.sun_path);
	return 0;
}

/* --- those of the service manager -------------------------------------------------- */

/* How many it hands over to this process. */
static int
handed_over(void)
{
	const char *pid = getenv("LISTEN_PID"), *n = getenv("LISTEN_FDS");

	return pid && n && atol(pid) == (long)getpid() ? atoi(n) : 0;
}

/* A socket of connections that listens. */
static bool
listens(int fd)
{
	int type = 0, on = 0;
	socklen_t size = sizeof type;

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) < 0 || type != SOCK_STREAM)
		return false;
	size = sizeof on;
	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &size) == 0 && on;
}

static int
take_systemd(struct serve_sockets *s, bool metrics, struct err *err)
{
	struct slice names = slice_str(getenv("LISTEN_FDNAMES")), name = SLICE_NONE;
	int n = handed_over(), taken = 0;

	for (int fd = FIRST_FD; fd < FIRST_FD + n; fd++) {
		struct serve_socket *taking;

		if (!slice_token(&names, ':', &name))
			name = SLICE_NONE;
		if (slice_is(name, "metrics") != metrics)
			continue;
		if (!listens(fd))
			return err_set(err, ERR_CONFIG,
			    "the service manager handed over something that is no "
			    "listening stream socket");
		fcntl(fd, F_SETFD, FD_CLOEXEC);
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
		taking = add(s, fd, metrics);
		taking->name = arena_printf(s->arena, "systemd, %d", fd);
		taken++;
	}
	if (taken == 0)
		return err_set(err, ERR_CONFIG,
		    "[serve] %s: systemd: the service manager hands over no socket for "
		    "it",
		    metrics ? "metrics_listen" : "listen");
	return 0;
}

/* --- all -------------------------------------------------------------------------- */

static int
open_list(struct serve_sockets *s, const struct config_listens *list, bool metrics,
    struct err *err)
{
	int rc = 0;

	for (size_t i = 0; i < list->n && rc == 0; i++) {
		const struct config_listen *l = &list->v[i];

		rc = l->kind == LISTEN_PORT   ? open_port(s, l, metrics, err)
		     : l->kind == LISTEN_UNIX ? open_unix(s, l, metrics, err)
					      : take_systemd(s, metrics, err);
	}
	return rc;
}

int
sockets_open(struct serve_sockets *s, const struct config_serve *c, struct err *err)
{
	*s = (struct serve_sockets){.arena = arena_new()};
	if (open_list(s, &c->listen, false, err) == 0 &&
	    open_list(s, &c->metrics_listen, true, err) == 0)
		return 0;
	sockets_close(s);
	return -1;
}

void
sockets_close(struct serve_sockets *s)
{
	for (size_t i = 0; i < s->n; i++) {
		close(s->v[i].fd);
		if (s->v[i].path.n)
			unlink(s->v[i].path.p);
	}
	arena_free(s->arena);
	*s = (struct serve_sockets){0};
}

#include "serve/server_inside.h"

#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	AT_ONCE = 4,     /* connections that a thread takes before others may */
	DRAINING = 1000, /* milliseconds for answers under way at the end */
	FOREVER = INT32_MAX,
};

/* What epoll tells of that is no socket; those are told by their number. */
#define NO_SOCKET UINT64_MAX

/* --- queues ----------------------------------------------------------------------- */

static void
leave(struct peer *p)
{
	struct queue *q = p->queue;

	*(p->prev ? &p->prev->next : &q->first) = p->next;
	*(p->next ? &p->next->prev : &q->last) = p->prev;
}

static void
join(struct peer *p, struct queue *q)
{
	p->queue = q;
	p->since = clock_elapsed();
	p->next = NULL;
	p->prev = q->last;
	*(q->last ? &q->last->next : &q->first) = p;
	q->last = p;
}

void
peer_move(struct peer *p, struct queue *to)
{
	leave(p);
	join(p, to);
}

/* libmicrohttpd finds that it is over, and closes it. */
static void
hang_up(struct peer *p)
{
	shutdown(p->fd, SHUT_RDWR);
	/* Once is enough; it is last in line for the next time. */
	peer_move(p, p->queue);
}

static void
hang_up_late(struct queue *q, int64_t now)
{
	while (q->first && q->first->since + q->patience <= now)
		hang_up(q->first);
}

void
peer_hold(struct peer *p, struct worker *w)
{
	MHD_suspend_connection(p->connection);
	peer_move(p, &w->holding);
}

/* It need not wait any longer, or cannot. */
static bool
may_go(const struct worker *w, const struct peer *p, int64_t now)
{
	return p->wanted <= atomic_load(&w->serve->ready) ||
	       p->since + w->holding.patience <= now || atomic_load(&w->serve->stop);
}

/* False: nobody does. Who came later wants no less. */
static bool
let_go(struct worker *w, int64_t now)
{
	struct peer *p;
	bool any = false;

	while ((p = w->holding.first) && may_go(w, p, now)) {
		MHD_resume_connection(p->connection);
		peer_move(p, &w->sending);
		any = true;
	}
	return any;
}

/* --- what libmicrohttpd tells ------------------------------------------------------ */

static void listen_to(struct worker *w, int operation);
static void forget(struct worker *w, struct peer *p);

static void
on_connection(void *cls, struct MHD_Connection *connection, void **context,
    enum MHD_ConnectionNotificationCode code)
{
	struct worker *w = cls;
	struct peer *p = *context;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		w->arriving->connection = connection;
		*context = w->arriving;
		w->arriving = NULL;
		return;
	}
	forget(w, p);
	if (w->deaf)
		listen_to(w, EPOLL_CTL_ADD);
}

/* The next request has its time from now on. */
static void
on_completed(void *cls, struct MHD_Connection *connection, void **state,
    enum MHD_RequestTerminationCode code)
{
	struct worker *w = cls;
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	(void)code;
	if (*state != w)
		errand_free(*state);
	*state = NULL;
	if (info && info->socket_context)
		peer_move(info->socket_context, &w->waiting);
}

/* The whole target, before libmicrohttpd takes it apart. */
static void *
on_target(void *cls, const char *target, struct MHD_Connection *connection)
{
	return errand_new(cls, target, connection);
}

/* Paths are decoded by request.h, once. */
static size_t
leave_encoded(void *cls, struct MHD_Connection *connection, char *text)
{
	(void)cls, (void)connection;
	return strlen(text);
}

/* --- connections ------------------------------------------------------------------- */

static bool
is_exempt(struct serve *s, const struct ip *ip)
{
	bool exempt;

	pthread_rwlock_rdlock(&s->lock);
	exempt = s->catalog && networks_hold(&s->catalog->trusted, ip);
	pthread_rwlock_unlock(&s->lock);
	return exempt;
}

/* May it stay? If there are too many in all, one that is idle makes room for the next. */
static bool
let_in(struct worker *w, const struct peer *p)
{
	switch (guard_enter(w->serve->guard, &p->ip, p->exempt)) {
	case GUARD_IN:
		return true;
	case GUARD_FULL:
		if (w->waiting.first)
			hang_up(w->waiting.first);
		return false;
	default:
		return false;
	}
}

static void
forget(struct worker *w, struct peer *p)
{
	leave(p);
	guard_leave(w->serve->guard, &p->ip, p->exempt);
	atomic_fetch_sub(&w->serve->open, 1);
	free(p);
}

static void
take_in(struct worker *w, int fd, bool metrics, const struct sockaddr_storage *at,
    socklen_t size)
{
	struct peer *p = mem_alloc(sizeof *p);

	*p = (struct peer){
	    .fd = fd, .metrics = metrics, .ip = ip_of((const struct sockaddr *)at)};
	p->exempt = is_exempt(w->serve, &p->ip);
	if (!let_in(w, p)) {
		atomic_fetch_add(&w->serve->refused, 1);
		close(fd);
		free(p);
		return;
	}
	atomic_fetch_add(&w->serve->open, 1);
	atomic_fetch_add(&w->serve->accepted, 1);
	join(p, &w->waiting);
	w->arriving = p;
	MHD_add_connection(w->mhd, fd, (const struct sockaddr *)at, size);
	/* It would not have it, and closed it. */
	if (w->arriving)
		forget(w, p);
	w->arriving = NULL;
}

/* Whether this thread hears of connections. */
static void
listen_to(struct worker *w, int operation)
{
	const struct serve_sockets *sockets = w->serve->sockets;

	for (size_t i = 0; i < sockets->n; i++)
		epoll_ctl(w->epoll, operation, sockets->v[i].fd,
		    &(struct epoll_event){
			.events = EPOLLIN | EPOLLEXCLUSIVE, .data.u64 = i});
	w->deaf = operation == EPOLL_CTL_DEL;
}

static void
accept_some(struct worker *w, const struct serve_socket *socket)
{
	for (int i = 0; i < AT_ONCE; i++) {
		struct sockaddr_storage at = {0};
		socklen_t size = sizeof at;
		int fd = accept4(socket->fd, (struct sockaddr *)&at, &size,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0)
			take_in(w, fd, socket->metrics, &at, size);
		else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
			 errno == ENOMEM) {
			/* It would be told of the same one again, at once. */
			listen_to(w, EPOLL_CTL_DEL);
			if (w->waiting.first)
				hang_up(w->waiting.first);
			return;
		} else if (errno != EINTR && errno != ECONNABORTED)
			return;
	}
}

/* --- the thread --------------------------------------------------------------------- */

/* Milliseconds until something has to be done, or `left`; -1: nothing has to. */
static int
time_left(struct worker *w, int64_t now, int64_t left)
{
	const struct queue *queues[] = {&w->waiting, &w->sending, &w->holding};
	MHD_UNSIGNED_LONG_LONG inner;

	if (MHD_get_timeout(w->mhd, &inner) == MHD_YES && inner < (uint64_t)left)
		left = (int64_t)inner;
	for (size_t i = 0; i < sizeof queues / sizeof *queues; i++) {
		const struct queue *q = queues[i];

		if (q->first && q->first->since + q->patience - now < left)
			left = q->first->since + q->patience - now;
	}
	if (w->deaf && left > 1000)
		left = 1000;
	return left == FOREVER ? -1 : left < 0 ? 0 : (int)left;
}

/* For so many milliseconds at most. */
static void
turn(struct worker *w, int64_t most)
{
	enum { EVENTS = 16 };
	const struct serve_sockets *sockets = w->serve->sockets;
	struct epoll_event event[EVENTS];
	int64_t now = clock_elapsed();
	int n;

	hang_up_late(&w->waiting, now);
	hang_up_late(&w->sending, now);
	n = epoll_wait(
	    w->epoll, event, EVENTS, let_go(w, now) ? 0 : time_left(w, now, most));
	for (int i = 0; i < n; i++)
		if (event[i].data.u64 < sockets->n)
			accept_some(w, &sockets->v[event[i].data.u64]);
	MHD_run(w->mhd);
	if (w->deaf && n == 0)
		listen_to(w, EPOLL_CTL_ADD);
}

/* No more connections; answers under way are sent. */
static void
drain(struct worker *w)
{
	int64_t end = clock_elapsed() + DRAINING, now;

	if (!w->deaf)
		listen_to(w, EPOLL_CTL_DEL);
	epoll_ctl(w->epoll, EPOLL_CTL_DEL, w->serve->wake, NULL);
	while ((w->sending.first || w->holding.first) && (now = clock_elapsed()) < end) {
		w->deaf = false;
		turn(w, end - now);
	}
}

void *
worker_run(void *worker)
{
	struct worker *w = worker;

	while (!atomic_load(&w->serve->stop))
		turn(w, FOREVER);
	drain(w);
	return NULL;
}

static int
watch(struct worker *w, int fd, uint32_t events)
{
	return epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd,
	    &(struct epoll_event){.events = events, .data.u64 = NO_SOCKET});
}

void
worker_nudge(struct worker *w)
{
	const uint64_t one = 1;

	/* Nobody reads it: each time that it grows is told once. */
	if (write(w->nudge, &one, sizeof one) < 0)
		return;
}

int
worker_open(struct worker *w, const struct serve_options *o, struct err *err)
{
	const union MHD_DaemonInfo *info;

	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	w->nudge = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->waiting.patience = o->timeout;
	w->sending.patience = SERVE_SENDING;
	w->holding.patience = o->timeout;
	w->arena = arena_new();
	w->mhd = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET |
				      MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME,
	    0, NULL, NULL, worker_answer, w, MHD_OPTION_NOTIFY_CONNECTION, on_connection,
	    w, MHD_OPTION_NOTIFY_COMPLETED, on_completed, w, MHD_OPTION_URI_LOG_CALLBACK,
	    on_target, w, MHD_OPTION_UNESCAPE_CALLBACK, leave_encoded, w,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)SERVE_HEADER_MAX,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)o->max_connections + AT_ONCE,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
	    MHD_OPTION_END);
	info = w->mhd ? MHD_get_daemon_info(w->mhd, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
	if (!info || w->epoll < 0 || w->nudge < 0 ||
	    watch(w, info->epoll_fd, EPOLLIN) < 0 ||
	    watch(w, w->nudge, EPOLLIN | EPOLLET) < 0 ||
	    watch(w, w->serve->wake, EPOLLIN) < 0) {
		err_errno(err, "cannot begin to serve");
		worker_close(w);
		return -1;
	}
	listen_to(w, EPOLL_CTL_ADD);
	return 0;
}

void
worker_close(struct worker *w)
{
	if (w->mhd)
		MHD_stop_daemon(w->mhd);
	worker_forget(w);
	if (w->epoll >= 0)
		close(w->epoll);
	if (w->nudge >= 0)
		close(w->nudge);
	arena_free(w->arena);
}

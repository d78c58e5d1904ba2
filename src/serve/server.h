/*
 * server: the published documents over HTTP/1.1 (RFC 9112), by libmicrohttpd.
 *
 * Threads of its own do all of it: whatever the daemon is at, nobody waits for it but who
 * asks for a page of the daemon itself, and nobody waits for him. Each thread has its
 * connections for itself; they share the sockets that they accept from, the catalog, which
 * is replaced as a whole, and the counters.
 *
 * Bounds, all of them: a connection has 8 KiB for the header lines of a request and of
 * its answer; the request has to arrive, whole, in the configured time, counted from the
 * connection or the last answer, however its bytes trickle; its answer has to be taken in
 * SERVE_SENDING. A request with a body is refused, but by a
 * listener. When there are too many connections
 * the one that has been idle for the longest time goes.
 *
 * SIGPIPE does not matter: the threads block all signals.
 */
#ifndef SERVE_SERVER_H
#define SERVE_SERVER_H

#include "serve/catalog.h"
#include "serve/meter.h"
#include "serve/socket.h"

#include "push/listener.h"

#include <uv.h>

enum {
	SERVE_SENDING = 300 * 1000, /* milliseconds for one answer */
	SERVE_HEADER_MAX = 8 * 1024,
};

struct serve;

struct serve_options {
	const struct serve_sockets *sockets; /* stay open until serve_close returned */
	int64_t threads, max_connections, max_per_address;
	int64_t timeout; /* milliseconds */
	/*
	 * For a page, "/metrics" or "/status", asked for by somebody who may see it; on a
	 * thread of the server, several at once. `want`: how far things have to be, as a
	 * number, before the page at this path is written; 0: it can be at once. The request
	 * is held until serve_ready has told of that number; after `timeout` it is answered
	 * 503. `page`: the page, the HTTP status, and *media_type, a constant.
	 */
	uint64_t (*want)(void *ctx, struct slice path);
	int (*page)(
	    void *ctx, struct slice path, struct buf *out, const char **media_type);
	void *ctx;
};

/* Was the program built with it? */
bool serve_exists(void);

/* Everything is 503 until there is a catalog. */
int serve_open(
    struct serve **serve, const struct serve_options *options, struct err *err);
/* No more connections; answers under way have a second to end. NULL is allowed. */
void serve_close(struct serve *serve);

/* From now on this one, which becomes the server's; the one before is freed. */
void serve_take(struct serve *serve, struct catalog *catalog);
/* Pages that want this number, or a smaller one, can be written. It never falls. */
void serve_ready(struct serve *serve, uint64_t number);
/* What /healthz says from now on. */
void serve_health(struct serve *serve, bool well);

/*
 * Requests below this public address are handed over to the thread of the loop (GET and
 * POST, at most SERVE_HANDED at a time), from its thread. Closed before the server.
 */
enum { SERVE_HANDED = 8 };
int serve_listener(struct serve *serve, uv_loop_t *loop, struct slice url,
    struct listener **listener, struct err *err);

/* A snapshot; the caller frees counts->arena. */
void serve_counters(struct serve *serve, struct serve_counts *counts);

#endif

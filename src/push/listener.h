/*
 * listener: what a server of HTTP gives to those who have to be reached.
 *
 * It hands over the requests below a public address and sends the answers. Everything
 * happens on the thread of the loop.
 */
#ifndef PUSH_LISTENER_H
#define PUSH_LISTENER_H

#include "base/arena.h"
#include "base/slice.h"

/* A request with a longer body is answered by the listener: 413. */
enum { LISTENER_BODY_MAX = 16 * 1024 * 1024 };

struct listener_header {
	struct slice name, value; /* one that came twice is joined by ", " */
};

struct listener_request {
	struct slice method; /* "GET" */
	struct slice path;   /* what follows the listener's url, as sent */
	struct slice query;  /* behind "?", as sent; none */
	/* At least Content-Type, Link and X-Hub-Signature, where they were sent. */
	const struct listener_header *header;
	size_t headers;
	struct slice body; /* whole, without its transfer coding */
};

struct listener_reply {
	int status;
	struct slice body; /* sent as text/plain, with X-Content-Type-Options: nosniff */
};

/* What the reply points to is the arena's, or lives as long. All of it, and of the request,
 * goes once the reply is sent. */
typedef void listener_handler(void *ctx, const struct listener_request *request,
    struct arena *arena, struct listener_reply *reply);

struct listener {
	struct slice url; /* public address of what is handed over; ends in "/" */
	/* From now on to this handler; NULL: to none, and all of it is 404. */
	void (*serve)(struct listener *listener, listener_handler *handler, void *ctx);
	/* It lets go of the loop, which has to turn once more. */
	void (*close)(struct listener *listener);
};

#endif

/*
 * control: talking to a running daemon over a Unix socket.
 *
 * One request and one reply for each connection, each a JSON object on one
 * line: {"do": "run", "json": true, ...} and {"exit": 0, "out": "...", "err": "..."}:
 * what the asking program then prints and with what it ends. Only the
 * daemon's own user and root may ask (SO_PEERCRED; the socket has mode 0600).
 */
#ifndef APP_CONTROL_H
#define APP_CONTROL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <uv.h>

enum control_verb {
	CONTROL_STATUS,
	CONTROL_RUN,
	CONTROL_RELOAD,
	CONTROL_STOP,
	CONTROL_VERBS
};

struct control_request {
	enum control_verb verb;
	bool json, quiet, verbose, strict, allow_flood; /* as on the command line */
};

struct control_reply {
	int exit;              /* 0 to 255 */
	struct slice out, err; /* texts for standard output and standard error */
};

/* --- the asking side (blocks) ---------------------------------------------- */

/* 1 answered, 0 nobody listens there, -1: no answer that can be understood. How
 * long a run takes is not limited; a daemon that goes away is an error. The texts
 * live in the arena, at most 64 MB of them. */
int control_ask(const char *path, const struct control_request *request,
    struct arena *arena, struct control_reply *reply, struct err *err);

/* --- the daemon's side ------------------------------------------------------- */

struct control;
struct control_call; /* one request that waits for its reply */

/*
 * Called on the loop for each request; it, or somebody later on the loop,
 * calls control_answer exactly once for each call. An asker that hung up
 * meanwhile makes no difference.
 */
typedef void control_handler(
    void *ctx, struct control_call *call, const struct control_request *request);

/*
 * Takes the place of a socket nobody listens on; ERR_BUSY when somebody does,
 * ERR_CONFIG when it is no socket. Paths of any length (of more than 107 bytes, the
 * last component has at most 80). The user of this call is the one that may ask;
 * SIGPIPE has to be ignored. At most 16 connections at a time, others wait; 4 KiB a
 * request, 5 s to send it and 5 s to take the reply. What is no request is answered
 * with exit 2 without the handler.
 */
int control_listen(struct control **control, uv_loop_t *loop, const char *path,
    control_handler *handler, void *ctx, struct err *err);
/* Frees the call. The reply is borrowed for the time of this function only. */
void control_answer(struct control_call *call, const struct control_reply *reply);
/*
 * No more requests, the socket's name is removed; replies given are still sent,
 * for a second at most. Whoever has no reply yet is told that the daemon went away;
 * his call stays valid and is still to be answered, which frees it. Memory is
 * freed when the loop has run its closing callbacks. NULL is allowed.
 */
void control_close(struct control *control);

#endif

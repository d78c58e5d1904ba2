/*
 * control_inside: what the two sides of control share. Only control*.c and their
 * tests include it.
 */
#ifndef APP_CONTROL_INSIDE_H
#define APP_CONTROL_INSIDE_H

#include "app/control.h"

enum {
	CONTROL_REQUEST_MAX = 4096, /* bytes of a line, its LF included */
	CONTROL_REPLY_MAX = 64 * 1024 * 1024,
};

/*
 * What is sent, one line each. Texts that are not UTF-8 go out with U+FFFD for each
 * bad byte. A key that is not known is left aside, so that versions can differ; one
 * that is missing reads as false, or as an empty text. "do" and "exit" have to be
 * there. Nothing of what was received stands in the sentence of an error, save the
 * name of an unknown request as a terminal may show it.
 */
void control_request_write(struct buf *out, const struct control_request *request);
int control_request_parse(
    struct control_request *request, struct slice line, struct err *err);
void control_reply_write(struct buf *out, const struct control_reply *reply);
int control_reply_parse(
    struct control_reply *reply, struct slice line, struct arena *arena, struct err *err);

/* 1: *fd is connected; 0: nobody listens there; -1. */
int control_connect(const char *path, int *fd, struct err *err);
/* A socket that listens, of mode 0600; or -1, as control_listen says. */
int control_bind(const char *path, int backlog, struct err *err);

#endif

/*
 * socket: where the server listens. Opened before privileges are given up.
 *
 * Not: TLS. Sockets of the service manager are those of sd_listen_fds(3): the ones that
 * it calls "metrics" are for metrics_listen, all others for listen.
 */
#ifndef SERVE_SOCKET_H
#define SERVE_SOCKET_H

#include "model/config.h"

struct serve_socket {
	int fd;
	bool metrics;      /* for metrics, status and health, and nothing else */
	struct slice name; /* "127.0.0.1:8080", "unix:/path", as it was opened */
	struct slice path; /* of a Unix socket that is ours; else none */
};

struct serve_sockets {
	struct arena *arena;
	struct serve_socket *v;
	size_t n;
};

/* None are opened when none are configured. */
int sockets_open(
    struct serve_sockets *sockets, const struct config_serve *config, struct err *err);
/* Their names in the file system go, where they still may be removed. */
void sockets_close(struct serve_sockets *sockets);

#endif

/*
 * daemon: stays, and publishes what changed when it changes.
 *
 * One loop (libuv) waits for the kernel to tell of files, for times that come
 * due, signals and the control socket; runs are made off it, one at a time, by the very
 * function that --once calls. Signals: HUP reads the configuration again, TERM
 * and INT stop, USR1 asks for a run, USR2 writes the status to the log.
 */
#ifndef APP_DAEMON_H
#define APP_DAEMON_H

#include "base/err.h"
#include "model/config.h"
#include "push/listener.h"
#include "serve/socket.h"

#include <uv.h>

struct runner;

struct daemon_options {
	const char *file; /* of the configuration, absolute */
	const struct slices *overrides;
	bool verbose; /* say more than the configuration asks for */
	int ready;    /* whoever started it waits at this descriptor; -1: nobody */
	const struct serve_sockets *sockets; /* to serve on; NULL, or none: it does not */
	struct runner *runner; /* of the commands of hooks; NULL: there are none */
	/* Opens a server on the loop that hubs can reach; NULL: there is none. -1: it could
	 * not. */
	int (*listen)(struct listener **listener, uv_loop_t *loop,
	    const struct config *config, struct err *err);
};

/*
 * Until it is told to stop: 0, -1 when it could not begin. Takes over the
 * configuration, also after failure.
 */
int daemon_run(
    struct config *config, const struct daemon_options *options, struct err *err);

/*
 * Tell who waits at `ready` how the start went, and close it: a whole err is written, of
 * the kind ERR_NONE when the daemon runs. That much daemon_run tells itself; why it could
 * not begin is the caller's to tell. -1: nobody listened.
 */
int daemon_tell_start(int ready, const struct err *how);

#endif

/*
 * launch: from a call of the program to a daemon that has given up all that
 * it does not need.
 *
 * In this order, each for the reason that the next could not undo it: to the
 * background, the pidfile and the sockets to serve on (root may be needed for these), the
 * user, the lock, the folders, the process that starts the commands of hooks; then the
 * daemon opens its log and its socket, and fences itself in.
 */
#ifndef APP_LAUNCH_H
#define APP_LAUNCH_H

#include "base/err.h"
#include "model/config.h"

struct launch_options {
	const char *file; /* of the configuration, as given */
	const struct slices *overrides;
	bool background; /* the caller returns once the daemon runs, or failed */
	bool verbose;
};

/* 0: it ran and was stopped (in the background: it runs). Takes over the
 * configuration, also after failure. */
int launch(struct config *config, const struct launch_options *options, struct err *err);

#endif

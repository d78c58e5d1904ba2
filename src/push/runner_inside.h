/*
 * runner_inside: what goes over the socket, in the order of this machine, without gaps.
 *
 *     runner.c          the side of the loop
 *     runner_process.c  the process that starts commands
 */
#ifndef PUSH_RUNNER_INSIDE_H
#define PUSH_RUNNER_INSIDE_H

#include "push/runner.h"

enum {
	RUNNER_FEED = 4096,              /* bytes of the name of a feed */
	RUNNER_INPUT = 64 * 1024 * 1024, /* bytes that a command is given */
};

/* The name of the feed and the input stand behind it. */
struct runner_ask {
	uint64_t id;
	int64_t timeout;
	uint32_t command, feed;
	uint64_t input;
};

/* The output stands behind it. */
struct runner_answer {
	uint64_t id;
	int32_t how, value;
	uint64_t output;
};

/* Never returns. */
_Noreturn void runner_process(int fd, const struct config *config);

#endif

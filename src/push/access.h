/*
 * access: one line of a web server's log in the combined format,
 *
 *     ADDRESS IDENT USER [TIME] "METHOD TARGET PROTOCOL" STATUS BYTES "REFERER" "AGENT"
 *
 * as Apache, nginx and lighttpd write it. Within quotes \" and \\, \xHH and C's letters are what they stand for.
 * What follows the agent is ignored. Pure: no file, no clock.
 */
#ifndef PUSH_ACCESS_H
#define PUSH_ACCESS_H

#include "base/arena.h"
#include "base/slice.h"

#include <stdint.h>

struct access {
	struct slice address;        /* a name or an address, not checked */
	int64_t time;                /* POSIX seconds */
	struct slice method, target; /* none of a request that is no HTTP */
	int status;                  /* 100 to 999 */
	int64_t bytes;               /* of the body, at most 15 digits; "-" is 0 */
	struct slice agent;          /* none for "-" */
};

/*
 * The line without its end. False when it is not of this form, *access then being
 * undefined. The slices point into the line, or into the arena where something
 * was escaped.
 */
bool access_parse(struct access *access, struct slice line, struct arena *arena);

#endif

/*
 * meter: what was asked for and answered, counted. Several threads at once.
 */
#ifndef SERVE_METER_H
#define SERVE_METER_H

#include "serve/counts.h"

enum { STATUS_CLASSES = 6 }; /* of 2xx, 3xx, ...: status / 100 */

struct meter;
struct meter *meter_new(void);
void meter_free(struct meter *meter); /* NULL is allowed */

struct answered {
	struct slice feed;
	int status;
	int64_t bytes; /* of the body */
	struct slice agent;
	int64_t now; /* POSIX seconds */
};
void meter_add(struct meter *meter, const struct answered *answered);
/* A copy of all of it; connections are left 0. */
void meter_read(struct meter *meter, struct serve_counts *counts);

#endif

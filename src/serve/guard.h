/*
 * guard: how many connections each address has, and when it asked last for what.
 *
 * Room is taken once, for so many connections; nobody can make it grow. Several threads at
 * once. What counts of an address is ip_subscriber of it.
 */
#ifndef SERVE_GUARD_H
#define SERVE_GUARD_H

#include "base/network.h"

#include <stddef.h>

struct guard;

/* `connections` at most in all, `each` of one address. */
struct guard *guard_new(size_t connections, size_t each);
void guard_free(struct guard *guard);

enum guard_verdict {
	GUARD_IN,
	GUARD_FULL,    /* there are too many in all */
	GUARD_CROWDED, /* the address has too many */
};
/* A connection begins. One without an address counts for nobody; so does one of the
 * `exempt`. */
enum guard_verdict guard_enter(struct guard *guard, const struct ip *ip, bool exempt);
/* One that was let in ends. */
void guard_leave(struct guard *guard, const struct ip *ip, bool exempt);

/*
 * Milliseconds until this address may ask again for `what`, which it does at `now`; 0: it
 * may, and that is remembered. Two whose marks fall together forget each other: nobody
 * waits for what somebody else did.
 */
int64_t guard_wait(struct guard *guard, const struct ip *ip, struct slice what,
    int64_t now, int64_t interval);

#endif

/*
 * canary_request: what somebody wants of a canary's callback. Pure. Only canary*.c
 * include it.
 */
#ifndef PUSH_CANARY_REQUEST_H
#define PUSH_CANARY_REQUEST_H

#include "push/listener.h"

#include <stdint.h>

enum { CANARY_CHALLENGE_MAX = 1024 };

enum canary_wish {
	CANARY_NONSENSE,
	CANARY_VERIFY,   /* WebSub section 5.3 */
	CANARY_DENY,     /* section 5.2 */
	CANARY_DELIVERY, /* section 7, its signature being right */
	CANARY_FORGERY,  /* ... or not: sections 7.1 and 8 */
};

struct canary_request {
	enum canary_wish wish;
	/* Of CANARY_VERIFY: visible ASCII, nothing that HTML is made of. */
	struct slice challenge;
	int64_t lease; /* seconds, above 0; -1: it does not say */
};

/* `topic`: the address of the document; `secret`: the key of signatures. */
void canary_request_read(struct canary_request *out,
    const struct listener_request *request, struct slice topic, struct slice secret,
    struct arena *arena);

#endif

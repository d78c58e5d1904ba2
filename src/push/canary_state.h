/*
 * canary_state: one hub's canary, as a machine without clock, network and ledger. Only
 * canary*.c include it.
 *
 * A subscription is asked for, verified by the hub, renewed when two thirds of its lease
 * are over. While it runs, accepted pings are counted. One that goes out while the last
 * is still waited for counts as the same, because hubs deliver once for both. A ping
 * that is not followed by a delivery in time has the subscription renewed, as the hub
 * may have forgotten it; after several of them the hub is dead.
 *
 * What is kept in the ledger is POSIX time, which may jump: nothing is believed to be farther
 * ahead than it can have been set, and what began in this process is measured by the
 * monotonic clock.
 */
#ifndef PUSH_CANARY_STATE_H
#define PUSH_CANARY_STATE_H

#include "ledger/heard.h"
#include "push/answer.h"

enum {
	CANARY_LEASE = 10 * 24 * 3600,     /* seconds that are asked for */
	CANARY_LEASE_MAX = 30 * 24 * 3600, /* and believed */
};

struct canary_time {
	int64_t now;     /* POSIX milliseconds */
	int64_t elapsed; /* monotonic ones */
};

struct canary_limits {
	int64_t after; /* pings in vain until a hub is dead */
	int64_t wait;  /* milliseconds that a delivery may take */
};

struct canary_state {
	struct heard heard;
	bool changed; /* heard, since somebody cared */
	/* What follows is of this process alone, and monotonic. */
	bool asking; /* to subscribe */
	int64_t asked;
	bool confirmed; /* since then */
	int64_t pinged; /* while heard.unproven */
	bool missed;    /* that ping was waited for in vain */
	bool delivers;  /* there was a delivery: */
	int64_t delivered;
};

/* As the ledger has it; what the row points to must live as long. */
void canary_state_init(
    struct canary_state *state, const struct heard *heard, const struct canary_time *t);

/* What is to be done, and in how many milliseconds something will be. */
struct canary_step {
	bool
	    ask; /* to subscribe: canary_state_ask and, at its end, canary_state_answer */
	bool died; /* just now */
	int64_t wait;
};
struct canary_step canary_state_step(struct canary_state *state,
    const struct canary_limits *limits, const struct canary_time *t);

void canary_state_ask(struct canary_state *state, const struct canary_time *t);
/* The answer's sentence has to live as long as the state. True: it is news. */
bool canary_state_answer(struct canary_state *state, const struct judgement *judgement,
    const struct canary_time *t, uint32_t chance);
/* The hub confirmed the subscription, for so many seconds; denied it. */
void canary_state_verify(
    struct canary_state *state, int64_t lease, const struct canary_time *t);
void canary_state_deny(
    struct canary_state *state, const struct canary_time *t, uint32_t chance);

/* Is it subscribed? */
bool canary_state_runs(const struct canary_state *state, int64_t now);

enum canary_proof {
	CANARY_NO_PROOF,
	CANARY_PROOF,
	CANARY_REVIVED, /* proof of a dead one */
};
/* A ping that went out at `sent` was accepted. Some hubs deliver before they say so. */
enum canary_proof canary_state_ping(struct canary_state *state, int64_t sent,
    const struct canary_limits *limits, const struct canary_time *t);
/* A delivery with the right signature. Without a ping before, it proves nothing. */
enum canary_proof canary_state_deliver(
    struct canary_state *state, const struct canary_time *t);

#endif

#include "push/canary_state.h"

enum {
	SECOND = 1000,
	DAY = 24 * 3600 * SECOND,
	VERIFY = 60, /* seconds that a hub has to verify before it is asked again */
	DENIED = 3600,
};

static int64_t
within(int64_t n, int64_t least, int64_t most)
{
	return n < least ? least : n > most ? most : n;
}

/* Milliseconds from one POSIX time to another; those that are no such times are far. */
static int64_t
span(int64_t from, int64_t to)
{
	int64_t n;

	return __builtin_sub_overflow(to, from, &n) ? (to > from ? INT64_MAX : INT64_MIN)
						    : n;
}

void
canary_state_init(
    struct canary_state *s, const struct heard *heard, const struct canary_time *t)
{
	*s = (struct canary_state){
	    .heard = *heard,
	    .pinged = t->elapsed - within(span(heard->pinged, t->now), 0, DAY),
	};
}

bool
canary_state_runs(const struct canary_state *s, int64_t now)
{
	return s->heard.lease > now;
}

/* --- subscribing -------------------------------------------------------------- */

/* A lease ends at its own time, however the clock was set since: when that shows, the
 * subscription is made sure of at once. */
static int64_t
until_asking(const struct heard *h, int64_t now)
{
	int64_t left = span(now, h->next);

	if (!h->next)
		return 0;
	if (h->attempts)
		return retry_left(h->next, now);
	if (now < h->verified || left > SECOND * (int64_t)CANARY_LEASE_MAX)
		return 0;
	return left > 0 ? left : 0;
}

void
canary_state_ask(struct canary_state *s, const struct canary_time *t)
{
	s->asking = true;
	s->asked = t->elapsed;
	s->confirmed = false;
}

bool
canary_state_answer(struct canary_state *s, const struct judgement *j,
    const struct canary_time *t, uint32_t chance)
{
	struct heard *h = &s->heard;
	bool accepted = j->verdict == VERDICT_ACCEPTED || j->verdict == VERDICT_NOBODY;
	bool news = !slice_eq(h->answer, j->sentence);
	int64_t wait = j->wait;

	s->asking = false;
	s->changed = true;
	h->answer = j->sentence;
	/* Some verify before they answer. */
	if (s->confirmed)
		return news;
	if (accepted && wait < VERIFY)
		wait = VERIFY;
	h->attempts++;
	h->next = t->now + retry_wait(h->attempts, wait, chance);
	return news;
}

void
canary_state_verify(struct canary_state *s, int64_t lease, const struct canary_time *t)
{
	struct heard *h = &s->heard;

	lease = SECOND * within(lease, 1, CANARY_LEASE_MAX);
	s->confirmed = s->changed = true;
	h->verified = t->now;
	h->lease = t->now + lease;
	h->attempts = 0;
	h->next = t->now + within(lease / 3 * 2, SECOND * VERIFY, INT64_MAX);
}

void
canary_state_deny(struct canary_state *s, const struct canary_time *t, uint32_t chance)
{
	struct heard *h = &s->heard;

	s->confirmed = s->changed = true;
	h->verified = h->lease = 0;
	h->attempts++;
	h->next = t->now + retry_wait(h->attempts, DENIED, chance);
}

/* --- pings and deliveries ------------------------------------------------------- */

static enum canary_proof
prove(struct canary_state *s, int64_t sent, const struct canary_time *t)
{
	struct heard *h = &s->heard;
	bool dead = h->dead;

	s->changed = true;
	h->dead = false;
	h->unproven = 0;
	h->delivered = t->now - (t->elapsed - s->delivered);
	h->took = within(s->delivered - sent, 0, DAY);
	return dead ? CANARY_REVIVED : CANARY_PROOF;
}

enum canary_proof
canary_state_ping(struct canary_state *s, int64_t sent,
    const struct canary_limits *limits, const struct canary_time *t)
{
	struct heard *h = &s->heard;

	if (!canary_state_runs(s, t->now))
		return CANARY_NO_PROOF;
	if (s->delivers && s->delivered > sent)
		return prove(s, sent, t);
	if (h->unproven && sent - s->pinged < limits->wait)
		return CANARY_NO_PROOF;
	h->unproven++;
	h->pinged = t->now;
	s->pinged = sent;
	s->missed = false;
	s->changed = true;
	return CANARY_NO_PROOF;
}

enum canary_proof
canary_state_deliver(struct canary_state *s, const struct canary_time *t)
{
	s->delivers = true;
	s->delivered = t->elapsed;
	return s->heard.unproven ? prove(s, s->pinged, t) : CANARY_NO_PROOF;
}

/* --- time --------------------------------------------------------------------------- */

/* The last ping was waited for long enough. True: the hub died of it. */
static bool
miss(struct canary_state *s, const struct canary_limits *limits)
{
	struct heard *h = &s->heard;
	bool dies = !h->dead && h->unproven >= limits->after;

	s->missed = s->changed = true;
	h->next = 0;
	h->dead |= dies;
	return dies;
}

struct canary_step
canary_state_step(struct canary_state *s, const struct canary_limits *limits,
    const struct canary_time *t)
{
	struct canary_step step = {.wait = INT64_MAX};

	if (s->heard.unproven && !s->missed) {
		int64_t left = s->pinged + limits->wait - t->elapsed;

		if (left > 0)
			step.wait = left;
		else
			step.died = miss(s, limits);
	}
	if (!s->asking) {
		int64_t left = until_asking(&s->heard, t->now);

		step.ask = left == 0;
		step.wait = left < step.wait ? left : step.wait;
	}
	return step;
}

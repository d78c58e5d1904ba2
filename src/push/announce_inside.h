/*
 * announce_inside: what the parts of announce share. Only announce*.c include it.
 *
 *     announce.c       errands in, results out, and who is next
 *     announce_gate.c  does the public address serve it?
 *     announce_call.c  a channel: its pace, its health, a call and its answer
 */
#ifndef PUSH_ANNOUNCE_INSIDE_H
#define PUSH_ANNOUNCE_INSIDE_H

#include "base/map.h"
#include "push/announce.h"
#include "push/retry.h"

enum { DOCUMENT_MAX = 64 * 1000 * 1000 };

/* "After an answer, or never": how long nothing can be done about an errand. */
#define UNTIL_ANSWER INT64_MAX

/* What is known of a document's public address. */
struct gate {
	struct slice path;
	struct digest digest;
	bool busy, open;
	bool plain; /* it was served right as it is; next compressed, as caches may keep
		     * both */
	int64_t opened; /* POSIX milliseconds */
	int64_t next, patience;
	char said[400];
};

/* A channel. */
struct station {
	struct peer health;
	int64_t paused; /* when health.next was set, or read: POSIX milliseconds */
	bool changed;   /* health, since the last results */
	struct bucket bucket;
	int64_t bucket_next; /* no token before then */
	size_t flying;       /* calls under way */
	size_t ready;        /* documents that are live and wait for their call */
};

/* A request under way. */
struct flight {
	struct announce *announce;
	struct arena *arena; /* all of it */
	struct told told;    /* of a call */
	int64_t sent;        /* ... of clock_elapsed */
	const struct channel_kind *kind;
	int64_t mark; /* of its errand */
	bool more;
	struct slice path; /* of a look */
	struct digest digest;
	struct flight *next;
};

struct announce {
	const struct config *config;
	struct announce_events events;
	struct http *http;
	struct runner *runner;
	uv_timer_t *timer;
	struct slices hub; /* addresses of all */

	struct errands errands;
	struct map errand; /* announce_key -> struct errand */
	struct arena *lasting;
	struct map gate;    /* path -> struct gate */
	struct map station; /* peer -> struct station */
	struct flight *flights;
	size_t looks; /* flights to our own address */
	struct slices warned;

	struct announced_all results;
	bool told;   /* that there are results */
	bool ending; /* nothing more is begun */
};

int64_t announce_now(void); /* POSIX milliseconds */
void announce_say(struct announce *announce, enum log_level level, struct slice sentence);
/* Answers may come many at a time; they are looked at together, at once. */
void announce_soon(struct announce *announce);
struct flight *announce_take_off(struct announce *announce);
void announce_land(struct flight *flight);
struct slice announce_key(const struct told *told, struct arena *arena);
/* How an errand went, for the next step. */
void announce_know(struct announce *announce, const struct told *told);
void announce_result(struct announce *announce, const struct announced *result);

/* announce_gate.c */
struct gate *announce_gate(struct announce *announce, const struct topic *topic);
/* Milliseconds until the document may be told of; 0: it is live, or nobody asks. */
int64_t announce_pass_gate(
    struct announce *announce, struct station *station, const struct errand *errand);

/* announce_call.c */
struct station *announce_station(struct announce *announce, const struct errand *errand);
/* Milliseconds until the channel may be told of anything. */
int64_t announce_pass_station(struct station *station, const struct channel *channel);
void announce_call(
    struct announce *announce, struct station *station, struct errand *errand);

#endif

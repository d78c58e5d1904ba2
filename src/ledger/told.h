/*
 * told: the second difference, what is published minus what others were told.
 *
 * One row for each peer (a hub, a hook, ...) and topic (a published document, by
 * its path; "" for who is told of the whole):
 * which version the peer should know of, which one it accepted, and how
 * telling it went. The transaction that publishes sets what is wanted; a newer
 * version takes the place of an older one that was not told yet. So
 * there is no queue: a crash at any instant repeats a ping and forgets none
 * (promise P7).
 *
 * A version is a digest of which entries the document shows (compose.h), not of its bytes:
 * a document that was merely built anew is no news. Times are POSIX milliseconds.
 */
#ifndef LEDGER_TOLD_H
#define LEDGER_TOLD_H

#include "ledger/ledger.h"

struct told {
	struct slice peer;  /* "hub:NAME", "hook:NAME", "indexnow", "cloud:NAME" */
	struct slice topic; /* path of the document below [output] dir; "" */
	struct slice feed;  /* key of its feed */
	int64_t rank;       /* lower ones are told first */
	struct digest wanted;
	int64_t since; /* when it was first wanted */
	bool owed;     /* wanted, not accepted, and not given up */
	int64_t live;  /* when the public address was seen to serve it; 0: not yet */
	bool ever;     /* something was accepted once: */
	struct digest accepted;
	int64_t accepted_at;
	int64_t took;           /* attempts that this took */
	int64_t attempts, next; /* of the wanted version; next 0: at once */
	int64_t answered;       /* when the last answer came; 0: none did */
	int verdict;
	struct slice answer;
	int64_t mark; /* it knows of the news up to this number (news.h) */
};

/*
 * The peer should know of this version. Nothing happens when it is wanted already. Who
 * was told of all that was published before knows of the news up to `told->mark`, and
 * so does who is new; `editions`: not all news was published until then, and who is
 * known keeps his mark.
 */
int told_want(
    struct ledger *ledger, const struct told *told, bool editions, struct err *err);
/* The peer is not, or no longer, to be told of it. */
int told_unwant(
    struct ledger *ledger, struct slice peer, struct slice topic, struct err *err);
/* The peer can be reached in another way now: what it has not accepted is told at once,
 * also what was given up. */
int told_again(struct ledger *ledger, struct slice peer, int64_t now, struct err *err);
/* The feed goes with all its documents. */
int told_drop_feed(struct ledger *ledger, struct slice feed, struct err *err);
/* The peer is no longer to be told, but of this topic. What it knew is forgotten. */
int told_drop_rest(
    struct ledger *ledger, struct slice peer, struct slice topic, struct err *err);
/* What is no longer published goes; peers other than these go. */
int told_sweep(struct ledger *ledger, struct err *err);
int told_sweep_peers(struct ledger *ledger, const struct slices *peers, struct err *err);

/* What is owed, in the order of telling. */
int told_owed(struct ledger *ledger, struct arena *arena, struct told **v, size_t *n,
    struct err *err);
/* Everything, by peer and rank. */
int told_all(struct ledger *ledger, struct arena *arena, struct told **v, size_t *n,
    struct err *err);
/*
 * How telling went. Of `told` the answer's part is taken (attempts, next, live,
 * answered, verdict, answer, owed, mark); `accepted`: the wanted version was. A version
 * that came in between stays owed.
 */
int told_record(
    struct ledger *ledger, const struct told *told, bool accepted, struct err *err);
/* There is nothing to tell of the wanted version: it counts as accepted. */
int told_skip(struct ledger *ledger, const struct told *told, struct err *err);

/* How many documents are accepted in the wanted version, owed, given up; of all peers. */
struct told_counts {
	int64_t accepted, owed, failed;
};
int told_count(struct ledger *ledger, struct told_counts *counts, struct err *err);

/* The digest of a published document; 1, or 0 when there is none. */
int told_document(struct ledger *ledger, struct slice path, struct digest *digest,
    int64_t *mtime, struct err *err);

/* How a peer does. */
enum { PEER_TIMES = 21 }; /* last answer times that are kept */
struct peer {
	struct slice name;
	int64_t accepted, failed; /* in a row; one of them is 0 */
	int64_t next;             /* it is left alone until then; 0 */
	int64_t time[PEER_TIMES]; /* milliseconds, newest last */
	size_t times;
};
int told_peers(struct ledger *ledger, struct arena *arena, struct peer **v, size_t *n,
    struct err *err);
int told_peer_put(struct ledger *ledger, const struct peer *peer, struct err *err);

#endif

/*
 * told: the second difference, what is published minus what others were told.
 *
 * What there is to tell is a fact of the published document: its row of `file` has the
 * version, since when it is there, and whether somebody may not have accepted it
 * yet (struct version). The transaction that publishes writes that with the document,
 * however many there are to be told. What is a fact of a peer (a hub, a hook, ...) and
 * a topic is one row of `told`: which version was accepted, which one was tried
 * and how that went. Only answers write these. What is owed is the difference of the two:
 * there is no queue, a newer version takes the place of an older one that was not
 * told yet, and a crash at any instant repeats a ping and forgets none (promise P7).
 *
 * A topic is a published document, by its path; "" for who is told of the whole: its version
 * is the number of the last news (news.h).
 *
 * A version is a digest of which entries the document shows (compose.h), not of its bytes:
 * a document that was merely built anew is no news. Times are POSIX milliseconds.
 */
#ifndef LEDGER_TOLD_H
#define LEDGER_TOLD_H

#include "ledger/ledger.h"

/* A peer and a topic. */
struct told {
	struct slice peer;    /* "hub:NAME", "hook:NAME", "indexnow", "cloud:NAME" */
	struct slice topic;   /* path of the document below [output] dir; "" */
	struct slice feed;    /* key of its feed */
	struct slice section; /* ... and its [feed:NAME] */
	int64_t rank;         /* ... whose place errand.h knows */
	struct digest digest; /* of the document's bytes */
	struct digest wanted; /* its version */
	int64_t since;        /* since when it is wanted of this peer */
	bool owed;            /* not accepted, and not given up */
	bool silent;          /* the peer is not told of it as long as it is silent */
	int64_t live; /* when the public address was seen to serve it; 0: not yet */
	bool ever;    /* something was accepted once: */
	struct digest accepted;
	int64_t accepted_at;
	int64_t took;           /* attempts that this took */
	int64_t attempts, next; /* of the wanted version; next 0: at once */
	int64_t answered;       /* when the last answer came; 0: none did */
	int verdict;
	struct slice answer;
	int64_t mark; /* it knows of the news up to this number (news.h) */
};
struct told told_copy(struct arena *arena, const struct told *told);

/*
 * Every peer with every topic there is: `all`; or only with those of which somebody may
 * not have accepted the version. Which peer is to be told of which topic is not
 * known here. By topic, then peer; the slices until `take` returns, which ends it all with -1.
 */
int told_each(struct ledger *ledger, bool all,
    int (*take)(void *ctx, const struct told *told), void *ctx, struct err *err);
/* Everybody has accepted the version of this document, or it was given up. */
int told_settle(struct ledger *ledger, struct slice topic, struct err *err);

/*
 * How telling went. Of `told` the wanted version and the answer's part are taken (attempts,
 * next, live, answered, verdict, answer, owed, mark); `accepted`: that version was. One that
 * came in between stays owed. Nothing is kept of who or what is no more.
 */
int told_record(
    struct ledger *ledger, const struct told *told, bool accepted, struct err *err);
/* There is nothing to tell of the wanted version: it counts as accepted. */
int told_skip(struct ledger *ledger, const struct told *told, struct err *err);

/* Whom there is to tell. */
enum { PEER_TIMES = 21 }; /* last answer times that are kept */
struct peer {
	struct slice name;
	struct slice place,
	    way;       /* digests of where it is, and of how it is reached; none:
				  * unknown, from an older ledger */
	bool silent;   /* it is told of nothing but what a canary listens for (heard.h) */
	int64_t since; /* when it began to be reached so */
	int64_t mark;  /* the news up to this number was published before it was there */
	/* How it does: */
	int64_t accepted, failed; /* in a row; one of them is 0 */
	int64_t next;             /* it is left alone until then; 0 */
	int64_t time[PEER_TIMES]; /* milliseconds, newest last */
	size_t times;
};
/* The middle one of its answer times; -1: it never answered. */
int64_t peer_median(const struct peer *peer);
int told_peers(struct ledger *ledger, struct arena *arena, struct peer **v, size_t *n,
    struct err *err);
/* The one of this name among them, or NULL. */
const struct peer *told_peer_find(const struct peer *v, size_t n, struct slice name);
/* Note the first part. */
int told_peer_note(struct ledger *ledger, const struct peer *peer, struct err *err);
/* How it does, if it still is there. */
int told_peer_put(struct ledger *ledger, const struct peer *peer, struct err *err);
/* It goes, with all that it knew. */
int told_peer_drop(struct ledger *ledger, struct slice peer, struct err *err);
/* It is another one now: what it knew is forgotten. */
int told_forget(struct ledger *ledger, struct slice peer, struct err *err);
/* It can be reached in another way now: what was given up is told again. */
int told_again(struct ledger *ledger, struct slice peer, struct err *err);
/* It is told of all that it has not accepted as it is now. */
int told_want_all(struct ledger *ledger, struct slice peer, struct err *err);

#endif

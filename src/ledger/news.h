/*
 * news: which entries changed, in the order of their changes.
 *
 * For those who are told what changed, not only that something did. Each change
 * of an entry that readers see gets the next number; the entry keeps the
 * number of its last change, and of the one by which it first was announced.
 * So what is news since any number is a question to the ledger: nothing is
 * queued, and two changes of one entry are one (promise P10).
 */
#ifndef LEDGER_NEWS_H
#define LEDGER_NEWS_H

#include "ledger/settle.h"

/* Number what is new, edited, gone or back. */
int news_add(struct ledger *ledger, const struct changes *changes, struct err *err);
/* The last number given; 0: none yet. */
int news_last(struct ledger *ledger, int64_t *number, struct err *err);
/* All news up to this number was published. Where a document failed or was put off, its
 * news was not: that counts from the last run that left nothing behind. */
int news_published(struct ledger *ledger, int64_t *number, struct err *err);
int news_publish(struct ledger *ledger, int64_t number, struct err *err);

struct news {
	int64_t number;
	bool fresh; /* it was announced since, for the first time */
	bool gone;
	struct record record;
};

/* What is news since `mark`, oldest first, at most `most`. */
int news_since(struct ledger *ledger, int64_t mark, size_t most, struct arena *arena,
    struct news **v, size_t *n, struct err *err);

#endif

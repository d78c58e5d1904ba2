/*
 * ledger_inside: what the parts of the ledger share. Only ledger*.c include it.
 */
#ifndef LEDGER_LEDGER_INSIDE_H
#define LEDGER_LEDGER_INSIDE_H

#include "base/map.h"
#include "ledger/ledger.h"

/* An entry bears a term. */
struct link {
	int64_t term, seq;
};

struct ledger {
	struct db *db;
	struct arena *arena;
	struct map by_value; /* kind byte + value -> term_row */
	struct term_row **by_id;
	size_t ids;                  /* length of by_id */
	int64_t last_seq, last_term; /* 0: not yet asked */
	struct link *link;           /* not yet written */
	size_t links, links_cap;
	struct map crowds; /* second -> struct crowd */
	struct map
	    numbers; /* kind byte + folded slug that is taken -> int64_t to try next */
};

/* A second that several wanted for their `updated`: all before `next` are taken. */
struct crowd {
	int64_t second, next;
};

/* The id of a term, which gets a row when it is new. */
int ledger_term_id(
    struct ledger *ledger, const struct term *term, int64_t *id, struct err *err);
/* An entry bears a term from now on; written by ledger_write_links, which
 * everything that reads entry_term, and the commit, call before. */
void ledger_link(struct ledger *ledger, int64_t term, int64_t seq);
int ledger_unlink(struct ledger *ledger, int64_t term, int64_t seq, struct err *err);
int ledger_write_links(struct ledger *ledger, struct err *err);

#endif

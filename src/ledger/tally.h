/*
 * tally: how many live entries of each month a feed has.
 *
 * Sums that are kept, so that what shows them costs what changed and not what there is
 * (promise P11). A feed is the name of its section and, with for_each, the id of its term
 * (else 0); TALLY_ALL stands for the entries that any section takes. Of a month counts the
 * local day of publication.
 */
#ifndef LEDGER_TALLY_H
#define LEDGER_TALLY_H

#include "ledger/settle.h"
#include "model/config.h"

#define TALLY_ALL SLICE("")

struct tally_month {
	int64_t month; /* tally_month_of */
	int64_t entries;
};

struct tally_months {
	struct tally_month *v; /* those with entries, oldest first */
	size_t n;
	int64_t entries; /* of all of them */
};

/* Brings the sums up to date with these changes; with `everything`, or when there are none
 * yet, counts anew. */
int tally_update(struct ledger *ledger, const struct config *config,
    const struct changes *changes, bool everything, struct err *err);

int tally_read(struct ledger *ledger, struct slice name, int64_t term,
    struct arena *arena, struct tally_months *tally, struct err *err);

/* Months since year 0: 12 in a year. */
int64_t tally_month_of(int64_t sec, const struct zone *zone);

/* How many entries a year came last: those of the twelve months up to the newest one, or
 * of as many as there are. The clock has no part in it. */
int64_t tally_pace(const struct tally_months *tally);

#endif

/*
 * push_canary: canaries and the ledger. What they find is recorded there, and decides
 * which hubs are named and told.
 */
#ifndef APP_PUSH_CANARY_H
#define APP_PUSH_CANARY_H

#include "push/canary.h"

#define PUSH_NO_LISTENER                                                                 \
	"no delivery can be proven without a listener that hubs can reach"

/* With drop_dead, the names of hubs that are dead, as the ledger has it now. */
int push_dead(const struct config *config, struct ledger *ledger, struct arena *arena,
    struct slices *names, struct err *err);

struct push_canary {
	struct arena *arena; /* of all this */
	bool forget;         /* there are none: what the ledger has of them goes */
	struct heard *heard; /* to be recorded */
	size_t heards;
	/* What comes of it: */
	struct canary_wanted *wanted;
	size_t n;
	bool dead; /* the names of push_dead are others now */
};

/* Record, and load what is wanted. */
int push_canary_sync(const struct config *config, struct push_canary *canary,
    struct ledger *ledger, struct err *err);

#endif

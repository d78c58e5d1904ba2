/*
 * settle: the first difference, articles minus ledger.
 *
 * Takes what was read (new and changed files), what vanished, and the ledger;
 * decides for each file which entry it is, gives ids and arrival numbers,
 * moves `updated`, and writes all that into the ledger's transaction. What
 * comes out is the list of changes from which the plan finds the documents
 * to be made.
 *
 * An article keeps its id when it is renamed, or comes back (promise P3);
 * settle_match.h tells how it is recognised.
 */
#ifndef LEDGER_SETTLE_H
#define LEDGER_SETTLE_H

#include "ledger/ledger.h"
#include "model/diag.h"

struct settle_options {
	int64_t now;
	int64_t flood; /* changes one run may make in a ledger not empty */
	int64_t drip;  /* entries an hour, instead of holding; 0: hold */
	bool allow_flood;
	struct slice tag;  /* "authority,date"; none: the ledger's own */
	struct slice host; /* for the ledger's own, at the first run */
};

struct change {
	enum change_kind kind;
	int64_t seq;
	struct slice path, path_before; /* before: none for CHANGE_NEW */
	struct slice title;
	struct terms terms, terms_before;
	int64_t published, published_before;
	bool back; /* it was out of the feeds, and is in them again */
	bool was_live;
};

struct changes {
	struct change *v; /* none of a first import: everything is new */
	size_t n;
	size_t count[CHANGE_KINDS];
	size_t held;  /* arrivals that will drip in later */
	bool flooded; /* held by the guard: the caller publishes nothing */
};

/* What the scan found, for settle. */
struct scanned {
	struct seen {
		struct reading *reading;     /* a file that is new, changed or due */
		const struct indexed *known; /* its row of the index, or NULL */
		bool later;                  /* the caller's, until it calls settle */
	} * seen;
	size_t n;
	const struct indexed **vanished;
	size_t vanishings;
};

/*
 * scanned->seen is put in arrival order (published, then path). When
 * changes->flooded nothing was settled, and `count` says what would have been.
 */
int settle(struct ledger *ledger, struct scanned *scanned,
    const struct settle_options *options, struct arena *arena, struct changes *changes,
    struct diags *diags, struct err *err);

/*
 * Take an entry down by the operator's word: by id, or path of its article.
 * ERR_INPUT: there is no such entry. It stays down whatever its file says.
 */
int settle_retract(struct ledger *ledger, struct slice which, struct slice reason,
    int64_t now, struct arena *arena, struct changes *changes, struct err *err);

/* A URL as adoption compares it: without scheme and final slash. */
struct slice adopt_key(struct arena *arena, struct slice url);

#endif

/*
 * ledger_here: a ledger in memory for each test of what is kept in one.
 */
#ifndef TESTS_LEDGER_HERE_H
#define TESTS_LEDGER_HERE_H

#include "place.h"

#include "ledger/ledger.h"

struct here {
	struct arena *arena;
	struct ledger *ledger;
	struct err err;
};

static int
set_up(void **state)
{
	struct here *h = calloc(1, sizeof *h);

	h->arena = arena_new();
	assert_int_equal(ledger_open(&h->ledger, "", DB_MEMORY, &h->err), 0);
	*state = h;
	return 0;
}

static int
tear_down(void **state)
{
	struct here *h = *state;

	ledger_close(h->ledger);
	arena_free(h->arena);
	free(h);
	return 0;
}

#define OK(call)                                                                         \
	do {                                                                             \
		if ((call) != 0)                                                         \
			fail_msg("%s: %s", #call, h->err.text);                          \
	} while (0)

#endif

/*
 * outcome: with which exit code a call of the program ends.
 */
#ifndef APP_OUTCOME_H
#define APP_OUTCOME_H

#include "app/run.h"

enum exit_code {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,   /* what was published stays */
	EXIT_USAGE = 2,    /* the call or the configuration */
	EXIT_LEFT_OUT = 3, /* --strict: articles were left out */
	EXIT_HELD = 4,     /* by the flood guard */
	EXIT_LOCKED = 5,   /* another run holds the lock */
	EXIT_PENDING = 6,  /* --strict: hubs are still to be told */
	EXIT_NO_DAEMON = 7,
	EXIT_UNTOLD = 8, /* a hub would not have it */
};

enum exit_code outcome_of_failure(const struct err *err);
enum exit_code outcome_of_run(const struct run_report *report, bool strict);

#endif

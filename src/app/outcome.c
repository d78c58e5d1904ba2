#include "app/outcome.h"

enum exit_code
outcome_of_failure(const struct err *err)
{
	switch (err->kind) {
	case ERR_CONFIG:
		return EXIT_USAGE;
	case ERR_BUSY:
		return EXIT_LOCKED;
	default:
		return EXIT_FAILED;
	}
}

enum exit_code
outcome_of_run(const struct run_report *r, bool strict)
{
	if (r->changes.flooded)
		return EXIT_HELD;
	if (r->made.failed || r->plan.clashes.n)
		return EXIT_FAILED;
	if (strict && (r->states[ARTICLE_BAD] || r->made.refused))
		return EXIT_LEFT_OUT;
	return EXIT_DONE;
}

/*
 * options: the command line, by one table from which parsing, --help and the
 * shells' completion are made.
 */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum action {
	ACTION_ONCE,
	ACTION_DRY_RUN,
	ACTION_CHECK,
	ACTION_EXPLAIN,
	ACTION_ADOPT,
	ACTION_RETRACT,
	ACTION_STATUS,
	ACTION_PUSH_STATUS,
	ACTION_SUBSCRIBERS,
	ACTION_DAEMON,
	ACTION_RUN,
	ACTION_RELOAD,
	ACTION_STOP,
	ACTION_SERVER_CONFIG,
	ACTION_COMPLETION,
	ACTION_INIT,
	ACTION_PRINT_CONFIG,
	ACTION_VERSION,
	ACTION_HELP,
	ACTION_NONE, /* none was written: the daemon, in the foreground */
};

struct options {
	enum action action;
	const char *argument;    /* of the action: a file, an id, a folder, a server */
	char **files;            /* of an action that takes several; ends in NULL */
	const char *config;      /* -c */
	struct slices overrides; /* -D */
	const char *reason, *now;
	bool json, quiet, verbose, strict, allow_flood;
};

/* ERR_CONFIG with the nearest option for one that is unknown. */
int options_parse(
    struct options *options, int argc, char **argv, struct arena *arena, struct err *err);
void options_help(struct buf *out);

/* A row of the table. */
struct option_row {
	const char *name;
	char letter;          /* 0: it has none */
	const char *argument; /* what it takes; NULL: nothing */
	const char *help;
};
/* The i-th one; false behind the last. */
bool options_row(size_t i, struct option_row *row);

#endif

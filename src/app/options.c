#include "app/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum kind {
	ACTION,
	ACTION_ON_FILES, /* on all arguments that are no options */
	CONFIG,
	OVERRIDE,
	REASON,
	NOW,
	JSON,
	QUIET,
	VERBOSE,
	STRICT,
	ALLOW_FLOOD
};

static const struct row {
	const char *name;
	char letter;
	const char *argument; /* NULL: takes none */
	enum kind kind;
	enum action action;
	const char *help;
} rows[] = {
    {"once", 0, NULL, ACTION, ACTION_ONCE, "read the articles and publish what changed"},
    {"dry-run", 0, NULL, ACTION, ACTION_DRY_RUN,
	"say what --once would do; write nothing"},
    {"check", 0, NULL, ACTION, ACTION_CHECK, "look at configuration and articles only"},
    {"explain", 0, "FILE", ACTION, ACTION_EXPLAIN,
	"why an article is in or out, and where"},
    {"adopt", 0, "FEED", ACTION, ACTION_ADOPT,
	"take over the ids of an existing feed file"},
    {"retract", 0, "ID|PATH", ACTION, ACTION_RETRACT, "take an entry down, at once"},
    {"status", 0, NULL, ACTION, ACTION_STATUS,
	"the last run, what waits, what is left out"},
    {"push-status", 0, NULL, ACTION, ACTION_PUSH_STATUS,
	"what hubs were told, and how they do"},
    {"subscribers", 0, "LOG...", ACTION_ON_FILES, ACTION_SUBSCRIBERS,
	"who reads which feed, from the logs of a web server"},
    {"daemon", 0, NULL, ACTION, ACTION_DAEMON,
	"stay, in the background; without an action: in the foreground"},
    {"run", 0, NULL, ACTION, ACTION_RUN, "have the daemon look at everything now"},
    {"reload", 0, NULL, ACTION, ACTION_RELOAD,
	"have the daemon read its configuration again"},
    {"stop", 0, NULL, ACTION, ACTION_STOP, "have the daemon end"},
    {"init", 0, "DIR", ACTION, ACTION_INIT, "print a configuration for a Jekyll site"},
    {"print-config", 0, NULL, ACTION, ACTION_PRINT_CONFIG,
	"every key, its value and origin"},
    {"server-config", 0, "nginx|apache|caddy", ACTION, ACTION_SERVER_CONFIG,
	"print what a web server needs to serve the feeds"},
    {"completion", 0, "bash|zsh", ACTION, ACTION_COMPLETION,
	"print what completes these options in a shell"},
    {"config", 'c', "FILE", CONFIG, 0, "read this configuration (" CONFIG_FILE ")"},
    {"define", 'D', "SECTION.KEY=VALUE", OVERRIDE, 0, "set one key over the file"},
    {"reason", 0, "TEXT", REASON, 0, "why, for --retract"},
    {"now", 0, "TIME", NOW, 0, "run as if it were this time"},
    {"allow-flood", 0, NULL, ALLOW_FLOOD, 0, "publish however much changed"},
    {"strict", 0, NULL, STRICT, 0,
	"exit 3 when articles were left out, 6 when hubs wait"},
    {"json", 0, NULL, JSON, 0, "reports as JSON"},
    {"quiet", 'q', NULL, QUIET, 0, "say nothing but errors"},
    {"verbose", 'v', NULL, VERBOSE, 0, "say more"},
    {"version", 0, NULL, ACTION, ACTION_VERSION, "print the version"},
    {"help", 'h', NULL, ACTION, ACTION_HELP, "print this"},
};

enum { ROWS = sizeof rows / sizeof *rows };

static int
take_action(
    struct options *o, const struct row *row, const char *argument, struct err *err)
{
	if (o->action != ACTION_NONE)
		return err_set(
		    err, ERR_CONFIG, "--%s: only one action at a time", row->name);
	o->action = row->action;
	o->argument = argument;
	return 0;
}

static int
apply(struct options *o, const struct row *row, const char *argument, struct arena *arena,
    struct err *err)
{
	switch (row->kind) {
	case ACTION:
	case ACTION_ON_FILES:
		return take_action(o, row, argument, err);
	case CONFIG:
		o->config = argument;
		break;
	case OVERRIDE:
		slices_add(&o->overrides, arena, slice_str(argument));
		break;
	case REASON:
		o->reason = argument;
		break;
	case NOW:
		o->now = argument;
		break;
	case JSON:
		o->json = true;
		break;
	case QUIET:
		o->quiet = true;
		break;
	case VERBOSE:
		o->verbose = true;
		break;
	case STRICT:
		o->strict = true;
		break;
	case ALLOW_FLOOD:
		o->allow_flood = true;
		break;
	}
	return 0;
}

/* The option that shares most letters at its start with what was written. */
static const char *
nearest(const char *word)
{
	const char *best = "help";
	size_t most = 0;

	while (*word == '-')
		word++;
	for (size_t i = 0; i < ROWS; i++) {
		size_t same = 0;

		while (word[same] && word[same] == rows[i].name[same])
			same++;
		if (same > most) {
			most = same;
			best = rows[i].name;
		}
	}
	return best;
}

static const struct row *
find_row(int c)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].letter && rows[i].letter == c)
			return &rows[i];
	return NULL;
}

int
options_parse(
    struct options *o, int argc, char **argv, struct arena *arena, struct err *err)
{
	struct option longs[ROWS + 1] = {{0}};
	char shorts[2 * ROWS + 2] = ":";
	int index, c;

	*o = (struct options){.action = ACTION_NONE, .config = CONFIG_FILE};
	for (size_t i = 0; i < ROWS; i++) {
		size_t n = strlen(shorts);

		longs[i] = (struct option){.name = rows[i].name,
		    .has_arg = rows[i].argument && rows[i].kind != ACTION_ON_FILES};
		if (rows[i].letter)
			snprintf(shorts + n, sizeof shorts - n, "%c%s", rows[i].letter,
			    rows[i].argument ? ":" : "");
	}
	opterr = 0;
	optind = 1;
	while (index = -1, (c = getopt_long(argc, argv, shorts, longs, &index)) != -1) {
		const struct row *row = c == 0 ? &rows[index] : find_row(c);

		if (c == ':')
			return err_set(
			    err, ERR_CONFIG, "%s needs a value", argv[optind - 1]);
		if (!row)
			return err_set(err, ERR_CONFIG,
			    "%s is no option; did you mean --%s?", argv[optind - 1],
			    nearest(argv[optind - 1]));
		if (apply(o, row, optarg, arena, err) < 0)
			return -1;
	}
	o->files = argv + optind;
	if (o->action == ACTION_SUBSCRIBERS && optind == argc)
		return err_set(err, ERR_CONFIG, "--subscribers needs a log");
	if (o->action != ACTION_SUBSCRIBERS && optind < argc)
		return err_set(
		    err, ERR_CONFIG, "%s: there is nothing to do with it", argv[optind]);
	if (o->reason && o->action != ACTION_RETRACT)
		return err_set(err, ERR_CONFIG, "--reason goes with --retract");
	return 0;
}

void
options_help(struct buf *out)
{
	buf_str(out, "xysfeed: feeds from a folder of articles\n\nusage: xysfeed [-c "
		     "FILE] [ACTION]\n\n");
	for (size_t i = 0; i < ROWS; i++) {
		char left[64];
		int n = snprintf(left, sizeof left, "--%s%s%s", rows[i].name,
		    rows[i].argument ? " " : "",
		    rows[i].argument ? rows[i].argument : "");

		buf_printf(out, "  %c%c%s %-28s", rows[i].letter ? '-' : ' ',
		    rows[i].letter ? rows[i].letter : ' ', rows[i].letter ? "," : " ",
		    left);
		if (n > 28)
			buf_printf(out, "\n%35s", "");
		buf_printf(out, " %s\n", rows[i].help);
	}
	buf_str(out, "\nexit: 0 done, 1 failed (what was published stays), 2 usage or "
		     "configuration,\n"
		     "      3 articles left out (--strict), 4 held by the flood guard, 5 "
		     "locked,\n"
		     "      6 hubs are still to be told (--strict), 7 no daemon runs,\n"
		     "      8 a hub would not be told\n\n"
		     "xysfeed(1), xysfeed.conf(5), xysfeed-article(5)\n");
}

bool
options_row(size_t i, struct option_row *row)
{
	if (i >= ROWS)
		return false;
	*row = (struct option_row){
	    rows[i].name, rows[i].letter, rows[i].argument, rows[i].help};
	return true;
}

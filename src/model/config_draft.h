/*
 * config_draft: a configuration on its way from text to struct config.
 *
 * config_parse.c reads files and overrides into a draft: which sections there
 * are and what each key was set to, where. config.c walks the table of keys
 * (config_table.c) over the draft and has each value parsed by the type its
 * key names (config_value.c, config_choice.c); config_check.c then holds the
 * values against each other. config_print.c is the way back to text. Only
 * config*.c includes this header.
 */
#ifndef MODEL_CONFIG_DRAFT_H
#define MODEL_CONFIG_DRAFT_H

#include "base/map.h"
#include "model/config.h"

struct config_setting {
	const struct config_key *key;
	struct slice section; /* "site", "feed:main" */
	struct slice value;   /* as written; in canonical form once parsed */
	struct slice origin;  /* "FILE:LINE", "-D TEXT"; none: a default */
	struct slice folder;  /* absolute: what a relative path is relative to */
};

struct config_section {
	struct slice name;   /* "site", "feed:main" */
	struct slice kind;   /* "site", "feed" */
	struct slice origin; /* FILE:LINE of its first line; FILE: it has none */
};

struct config_draft {
	struct arena *arena;
	struct map setting;  /* "section.key" → struct config_setting */
	struct map section;  /* its name → struct config_section */
	struct slices files; /* real paths of all that was read */
};

void draft_init(struct config_draft *draft, struct arena *arena);
void draft_fini(struct config_draft *draft);

/* Read a file and what it includes. */
int draft_read(struct config_draft *draft, const char *file, struct err *err);
/* "section.key=value", as if it stood in a file; the section must exist. */
int draft_override(struct config_draft *draft, struct slice text, struct err *err);

/* The section, made when there is none yet. */
struct config_section *draft_section(
    struct config_draft *draft, struct slice name, struct slice origin);
/* Set or replace. */
void draft_put(struct config_draft *draft, struct config_setting *setting);
/* What was set, or NULL. */
struct config_setting *draft_find(
    const struct config_draft *draft, struct slice section, const char *key);

/* All that config_open works with. */
struct opening {
	struct config *config;
	struct config_draft draft;
	struct err *err;
};

/* Put the place of a value in front of what err says: of its line when it was
 * written, else of its section. Returns -1. */
int opening_fail(struct opening *o, struct slice section, const char *key);
/* Do the values, each of which is right by itself, go together? Opens the time
 * zone. */
int opening_check(struct opening *o);

/* The row of the table, or NULL. `kind` is "site", "feed", ... */
const struct config_key *config_key_find(struct slice kind, struct slice name);
/* Is there a section of this kind, is it one that has a name of its own? */
bool config_kind_exists(struct slice kind);
bool config_kind_named(struct slice kind);
/* What the operator may have meant: the nearest key of a kind of section, or
 * kind of section; none when nothing is near. */
struct slice config_key_near(struct slice kind, struct slice name);
struct slice config_kind_near(struct slice kind);
/* Is `name` near to what was wanted, and nearer than *nearest (at first
 * SIZE_MAX), which it then becomes? Two typing errors are near, but a short
 * name is not taken for a wholly different one. */
bool config_is_nearer(struct slice wanted, struct slice name, size_t *nearest);

/*
 * Parse setting->value into *field and leave its canonical form (which parses
 * to the same) in setting->value. The empty value is none.
 */
int config_value_parse(
    struct config_setting *setting, struct arena *arena, void *field, struct err *err);

/* A value of a type that is a word out of a list, or several (a set of bits). */
int config_choose(const char *type, struct slice text, int *value, struct err *err);

/* Write a value and the end of its line, on several lines if it is long. */
void config_print_value(struct buf *out, struct slice value);

/* Take the next word of a list off *rest; false at the end. */
bool config_word(struct slice *rest, struct slice *word);

/* `path` in absolute form without ".", ".." and doubled slashes, taken from
 * the text alone. */
struct slice config_path(struct arena *arena, struct slice folder, struct slice path);

#endif

/*
 * profile_rules: what profile.c makes of a profile's file, for profile_apply.c.
 */
#ifndef INPUT_PROFILE_RULES_H
#define INPUT_PROFILE_RULES_H

#define PCRE2_CODE_UNIT_WIDTH 8

#include "base/arena.h"
#include "input/profile.h"

#include <pcre2.h>

enum profile_field {
	PROFILE_TITLE,
	PROFILE_AUTHOR,
	PROFILE_CONTRIBUTOR,
	PROFILE_SOURCE,
	PROFILE_DATE,
	PROFILE_ISSUED,
	PROFILE_TAGS,
	PROFILE_FIELDS,
};

enum profile_drop { PROFILE_DROP_LINE, PROFILE_DROP_MATCH, PROFILE_DROP_NO };

/* A named group: what it fills. One field may have several, in branches. */
struct profile_group {
	enum profile_field field;
	size_t number;
};

struct profile_rule {
	size_t window[2]; /* lines at the head and the tail, by enum profile_end */
	enum profile_drop drop;
	bool again;        /* go on after a match */
	const char *split; /* for a rule over tags; it has no pattern */
	pcre2_code *code;
	struct profile_group *group;
	size_t groups;
};

struct profile {
	struct arena *arena;
	struct profile_rule *rule;
	size_t rules;
	const char *names_split; /* characters */
	pcre2_code *names_cut;   /* NULL: nothing */
	pcre2_match_context *limits;
	uint32_t pairs; /* of offsets, for the pattern with most groups */
};

#endif

/*
 * rule: which entries a feed takes, as `include` and `exclude` say it.
 *
 *   rule   = and *( "or" and )
 *   and    = not *( "and" not )
 *   not    = [ "not" ] ( test | "(" rule ")" )
 *   test   = kind ":" value
 *   kind   = tag | category | author | year | lang | language | source | path
 *   value  = a word, or "in double quotes" (\" and \\ inside)
 *
 * Words end at white space and ")". A path is a glob (see glob_match). Other
 * values compare as terms do: exactly, after NFC and squeezing. A language
 * matches its subtags: lang:zh takes zh-Hans. Keywords are also taken in
 * upper case; parentheses go at most 32 deep.
 */
#ifndef MODEL_RULE_H
#define MODEL_RULE_H

#include "base/arena.h"
#include "base/err.h"
#include "model/entry.h"

struct rule;

/* What a rule looks at. */
struct rule_subject {
	struct slice path;
	struct terms terms;
};

/* ERR_CONFIG with the column of what is wrong. Blank text: *rule = NULL. */
int rule_parse(
    struct rule **rule, struct slice text, struct arena *arena, struct err *err);
/* NULL matches everything. */
bool rule_match(const struct rule *rule, const struct rule_subject *subject);
/*
 * A term that every match has (so that candidates can be found by it), or
 * NULL when the rule names no such. Paths and languages never count.
 */
const struct term *rule_needs(const struct rule *rule);

/*
 * A glob over a relative path. "*" and "?" stay within a folder, "**" crosses
 * folders, and where a name begins "**" with "/" also stands for no folder at
 * all. All other bytes stand for themselves, "[" and "\" too. Takes
 * polynomial time whatever the glob.
 */
bool glob_match(struct slice glob, struct slice path);

#endif

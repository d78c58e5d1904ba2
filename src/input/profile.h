/*
 * profile: what a particular archive writes into the text of its articles.
 *
 * A profile is a file of named rules, conf/profiles/NAME.conf; nothing in the C
 * code knows any one archive. It is INI (UTF-8, lines of at most 197 bytes;
 * an indented line continues the value above it; `#` or `;` starts a comment line):
 *
 *   [rule:NAME]
 *   where   = head N, tail N, or both: the first or last N lines that are
 *             not blank. Lines that were dropped are not counted. Or `tags`.
 *   pattern = PCRE2, with UTF, UCP, EXTENDED and DUPNAMES on: white space in
 *             it means nothing. Searched for in a line without the white space
 *             at its ends and, in HTML and Markdown, without tags and with
 *             entities resolved.
 *   drop    = line (default) | match | no
 *   once    = yes (default) | no: go on after a match
 *   split   = with `where = tags` instead of a pattern: characters that
 *             each tag is split at
 *
 *   [names]
 *   split   = characters that separate names in one group
 *   cut     = PCRE2 for what is cut out of them before, as "(…)"
 *
 *   [define]
 *   NAME    = PCRE2, for (?&NAME) in all patterns
 *
 * Rules apply in the order of the file, each to what the ones before it left.
 * The named groups of a pattern are fields of the article:
 *
 *   title        matches only if it is the article's title, white space aside
 *   author       names; where the article has authors, all must be among them
 *   contributor  names, added
 *   source       name of the origin; date: its date; each must not contradict
 *                what is known
 *   issued       date of the issue
 *   tags         split like names, added
 *
 * A rule of which one field does not fit has not matched: nothing is filled,
 * nothing dropped, so that no text is lost that is not told elsewhere.
 *
 * A line is dropped from HTML with its tags when they balance; else they stay.
 * Lines over 2 KiB are never tried, and a match gives up after a fixed number
 * of steps, so that a hostile line costs nothing.
 */
#ifndef INPUT_PROFILE_H
#define INPUT_PROFILE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/zone.h"
#include "model/diag.h"
#include "model/entry.h"

struct profile;

/* ERR_CONFIG with FILE:LINE. `off` names rules to leave out; one that the
 * profile has not is an error. Shared by all threads once open. */
int profile_open(struct profile **profile, const char *file, const struct slices *off,
    struct err *err);
/* The same from `text`; `file` is for messages. */
int profile_parse(struct profile **profile, struct slice text, const char *file,
    const struct slices *off, struct err *err);
void profile_free(struct profile *profile); /* NULL is allowed */

/*
 * Fill in what front matter left open, and take out of article->body what the
 * rules drop. A dropped line leaves a blank one, so that line numbers below it stay
 * true; blank lines at the start then go, and body_line moves with them. A date
 * that cannot be is a DIAG_WARN.
 */
void profile_apply(const struct profile *profile, struct article *article,
    const struct zone *zone, struct arena *arena, struct diags *diags);

#endif

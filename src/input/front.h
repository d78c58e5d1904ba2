/*
 * front: YAML front matter (by libyaml's events) into the fields of an article.
 *
 * Ceilings, so that a YAML bomb costs nothing: 64 KiB, depth 32, 1,000
 * events, no aliases, 256 names or terms in one list. Keys compare without
 * ASCII case; a key given twice keeps the first and says so. An unknown key is
 * no finding. A value of the wrong shape is a DIAG_WARN with its line and counts
 * as absent, but for the keys that keep an article back (draft, hidden, feed,
 * published, visibility, password): there, what is not understood keeps
 * it back. Only YAML that does not parse, or a ceiling, makes the article bad.
 *
 * Which keys there are, and what each may hold, is one table (front_fields.c);
 * xysfeed-article(5) tells it to the people who write articles.
 */
#ifndef INPUT_FRONT_H
#define INPUT_FRONT_H

#include "base/arena.h"
#include "base/zone.h"
#include "model/diag.h"
#include "model/entry.h"

/*
 * Split a file's text: *yaml what stands between the `---` line at its very
 * start (a BOM before it is skipped) and the next line that is `---` or
 * `...`, *body what follows, *body_line the line where body starts. Line
 * ends may be CRLF. Without front matter yaml is none and body the text.
 * A block without any `key:` line is no front matter but text below a Markdown
 * rule. A block that starts with a key and is never closed: a DIAG_BAD.
 */
void front_split(struct slice text, struct slice *yaml, struct slice *body,
    int *body_line, struct diags *diags);

/* Fill in `article` from yaml, whose first line is line 2 of the file. */
void front_parse(struct article *article, struct slice yaml, const struct zone *zone,
    struct arena *arena, struct diags *diags);

/*
 * Names in one string: "A, B and C" is cut at `,` `，` `、` `;` `；` "and" is
 * not. "Name <mail or URL>" gives a person that too. A name that is in the list
 * already is not added again.
 */
void front_names(struct people *people, struct slice text, struct arena *arena);

/*
 * A date as date_parse has it, from 1990 to 9999: what lies outside is a slip of
 * the pen, and no reader would believe it. *date is filled, or is not known
 * after a DIAG_WARN.
 */
void front_date(struct date *date, struct slice text, int line, const struct zone *zone,
    struct diags *diags);

/* What names and terms are compared by: squeezed, NFC. */
struct slice front_tidy(struct arena *arena, struct slice text);
/* Add a person or a term, tidied, unless it is empty, there already, or one
 * too many. */
void front_person(struct people *people, struct person person, struct arena *arena);
void front_term(struct slices *terms, struct slice text, struct arena *arena);

/* Take what stands before the next of the characters in `at` (UTF-8) off *rest;
 * false at the end. */
bool front_cut(struct slice *rest, const char *at, struct slice *piece);

#endif

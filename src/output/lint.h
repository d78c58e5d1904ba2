/*
 * lint: what every published document must pass (promise P5).
 *
 * A second look, written apart from the cleaner and the writers, and sharing
 * no table with them: a fault in those is found here. Rules have names
 * ("html-model", "uri", "date-range", "xml-empty"); lint_rules lists them
 * with a line each for the manual.
 */
#ifndef OUTPUT_LINT_H
#define OUTPUT_LINT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/slice.h"
#include "model/entry.h"

#include <libxml/tree.h>

struct finding {
	const char *rule;   /* static */
	struct slice entry; /* id of the entry it is in; none: the document */
	struct slice path;  /* of the article, when known */
	struct slice text;
};

struct lint {
	struct arena *arena;
	int64_t now; /* for the plausible range of dates */
	struct finding *v;
	size_t n;
};

void lint_init(struct lint *lint, struct arena *arena, int64_t now);
void lint_add(struct lint *lint, const char *rule, struct slice entry, const char *fmt,
    ...) __attribute__((format(printf, 4, 5)));

struct lint_rule {
	const char *name, *help;
};
const struct lint_rule *lint_rules(size_t *n);

/* The first characters of a text, safe to print in a finding. */
struct slice lint_quote(struct lint *lint, struct slice text);

/* One entry's own fields, before it is in any document: content and summary
 * (lint_html), id, url, title, authors, dates. Adds findings, returns how many. */
size_t lint_entry(struct lint *lint, const struct entry *entry);

/*
 * A content fragment against the HTML5 rules: balanced tags in the very form
 * our serialiser writes, the content model (nothing of block kind in p, only li
 * in ul, rows in tables ...), allowed elements, attributes and URL schemes,
 * absolute URLs, escaped `&` and `<`, no comments, no duplicate attributes.
 * References are &amp; &lt; &gt; &nbsp;, and in values &quot;. Tables keep to
 * the table model, headings skip no rank. Ends at its first finding, which
 * gives the byte offset; takes time linear in the length. `id` is the entry's.
 */
void lint_html(struct lint *lint, struct slice id, struct slice html);

/* Text: XML characters but CR, no U+FFFD, no DEL and C1, no non-characters, not
 * mostly UTF-8 that was taken for Windows-1252. Ends at its first finding;
 * `field` is for the sentence. */
void lint_text(struct lint *lint, struct slice id, const char *field, struct slice text);
/* An absolute URI of ASCII; one of http(s) with a host and no credentials. */
void lint_uri(struct lint *lint, struct slice id, const char *field, struct slice uri);
/* The same, and in normal form: for what readers compare byte by byte. */
void lint_id(struct lint *lint, struct slice id, const char *field, struct slice uri);
/* NULL, or what is wrong with it, to be put behind "has ". */
const char *lint_uri_wrong(struct slice uri);
void lint_date(struct lint *lint, struct slice id, const char *field, int64_t sec);

/*
 * XML read back: parses with libxml2 (no network, no entities, no DTD),
 * checks declaration, encoding, known namespaces, and that no element is
 * empty that must not be; comments, CDATA and processing instructions have no
 * place in the root element. The document is freed by xmlFreeDoc; NULL with a
 * finding when it does not parse or has a document type.
 */
xmlDoc *lint_xml(struct lint *lint, struct slice doc);

#endif

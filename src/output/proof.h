/*
 * proof: holding a document that was read back against what it should say.
 *
 * A format's prove function walks its document in the order of the format
 * and names what must stand there: each element is there once, in its place,
 * with exactly these attributes and this text, and nothing else is there. So
 * a writer that drops, doubles, cuts or invents anything is found out. Dates
 * are read by date_parse, not compared as text. Within one element the first
 * thing that is out of place is said, then the rest of that element is passed
 * over.
 *
 * Rules: "structure" (something is missing, too much or out of place),
 * "read-back" (another text than the entry's), "date-form", "distinct" (two
 * entries share an id or an `updated`).
 */
#ifndef OUTPUT_PROOF_H
#define OUTPUT_PROOF_H

#include "base/err.h"
#include "base/slice.h"
#include "base/zone.h"
#include "model/feed.h"
#include "output/lint.h"

struct proof {
	struct lint *lint;
	const struct zone *zone;
	const struct entry *entry; /* being read; NULL: the document itself */
	size_t before;             /* findings that were there already */
	xmlDoc *tree;              /* from proof_root to the verdict */
};

void proof_init(struct proof *proof, struct lint *lint, const struct zone *zone);
/* 0, or -1 ERR_PROOF with the first of the findings since proof_init. The document
 * goes. */
int proof_verdict(struct proof *proof, struct err *err);

void proof_fault(const struct proof *proof, const char *rule, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* What holds for a feed in every format: its own texts, addresses and dates;
 * entries have authors, and no two the same id or `updated`. */
void proof_feed(const struct proof *proof, const struct feed *feed);

enum proof_form { PROOF_RFC3339, PROOF_RFC822 };
void proof_same(const struct proof *proof, const char *field, struct slice got,
    struct slice expected);
void proof_instant(const struct proof *proof, const char *field, struct slice got,
    int64_t expected, enum proof_form form);
/* 2024-02-22: the local day of `expected`. */
void proof_day(
    const struct proof *proof, const char *field, struct slice got, struct date expected);

/* A place among the children of an element. */
struct place {
	const struct proof *proof;
	const char *ns;    /* of names without a prefix; NULL: none */
	const xmlNode *at; /* the next element; NULL: the end */
	bool lost;         /* out of step: say no more */
};

/* Read a document: its root element, if it is `name`; else NULL with a finding. */
const xmlNode *proof_root(
    struct proof *proof, struct slice doc, const char *name, const char *ns);

/* Beside the root element stands the instruction that names this style sheet, in front of
 * it, and nothing else; nothing at all where `href` is none. */
void proof_stylesheet(const struct proof *proof, struct slice href);

struct place place_of(const struct proof *proof, const xmlNode *parent, const char *ns);
void place_end(struct place *place); /* nothing is left */

/* Attributes, ended by a row without name. An empty value: not there. PLACE_BLANK: there,
 * and empty. */
struct place_attr {
	const char *name;
	struct slice value;
};
#define PLACE_BLANK SLICE(" ")
/* clang-format off */
#define PLACE_ATTRS(...) ((const struct place_attr[]){__VA_ARGS__, {0}})
/* clang-format on */

/* The next element is `name` ("dc:creator") with these attributes (NULL: none):
 * pass it and stand before its first child. False: it is not there. */
bool place_enter(struct place *place, const char *name, const struct place_attr *attrs,
    struct place *inside);
/* Take an element with these attributes and nothing else. */
void place_empty(struct place *place, const char *name, const struct place_attr *attrs);
/* Take one with this text and nothing else; none where the text is none. */
void place_text(struct place *place, const char *name, struct slice text);
void place_text_attrs(struct place *place, const char *name, struct slice text,
    const struct place_attr *attrs);
/* Take one with whatever text. False: it is not there, or has more than text. */
bool place_content(struct place *place, const char *name, const struct place_attr *attrs,
    struct slice *text);
void place_instant(
    struct place *place, const char *name, int64_t expected, enum proof_form form);
/* Nothing when the date is not known. */
void place_day(struct place *place, const char *name, struct date expected);
/* A link as Atom has it, under this name; none where `href` is none. */
void place_link(struct place *place, const char *name, const char *rel, struct slice type,
    struct slice href);
/* Those that a feed has in every format of XML: its other formats, its hubs, and its
 * archive. */
void place_links(struct place *place, const char *name, const struct feed *feed);
/* The attributes of an element that was come by otherwise: the root. */
void place_attrs(
    const struct place *place, const xmlNode *node, const struct place_attr *attrs);

#endif

/*
 * lint_element: HTML's elements as the lint knows them.
 *
 * Written from the HTML standard, section 4, apart from the cleaner's policy:
 * what is in neither table is a finding. Content models are sets of kinds:
 * a child may stand in a parent when one of its kinds is among those that the
 * parent takes. Order and number are in `lint_step`, a small automaton for
 * the few elements that ask for it.
 */
#ifndef OUTPUT_LINT_ELEMENT_H
#define OUTPUT_LINT_ELEMENT_H

#include "output/lint_value.h"

enum lint_kind {
	KIND_FLOW = 1 << 0,
	KIND_PHRASING = 1 << 1,
	/* what stands in one sort of parent only */
	KIND_ITEM = 1 << 2,
	KIND_TERM = 1 << 3,        /* dt */
	KIND_DESCRIPTION = 1 << 4, /* dd */
	KIND_GROUP = 1 << 5,       /* div, in a dl */
	KIND_CAPTION = 1 << 6,
	KIND_COLGROUP = 1 << 7,
	KIND_COL = 1 << 8,
	KIND_HEAD = 1 << 9,
	KIND_BODY = 1 << 10,
	KIND_FOOT = 1 << 11,
	KIND_ROW = 1 << 12,
	KIND_CELL = 1 << 13,
	KIND_FIGCAPTION = 1 << 14,
	KIND_SUMMARY = 1 << 15,
	KIND_SOURCE = 1 << 16,
	KIND_TRACK = 1 << 17,
	KIND_IMAGE = 1 << 18,
	KIND_RT = 1 << 19,
	KIND_RP = 1 << 20,
	/* what some elements bar from all that is in them */
	KIND_HEADING = 1 << 21,
	KIND_INTERACTIVE = 1 << 22,
	KIND_TABLE = 1 << 23,
	KIND_DEFINITION = 1 << 24,
	KIND_MEDIA = 1 << 25,
	/* what takes the same as its parent */
	KIND_TRANSPARENT = 1 << 26,
	KIND_VOID = 1 << 27, /* no content, no end tag */
};

enum lint_model {
	MODEL_ANY,
	MODEL_COLGROUP,
	MODEL_DETAILS,
	MODEL_DL,
	MODEL_FIGURE,
	MODEL_GROUP, /* a div in a dl */
	MODEL_MEDIA,
	MODEL_PICTURE,
	MODEL_ROW,
	MODEL_RUBY,
	MODEL_TABLE,
	MODELS,
};

/* The states that a model has which an attribute may start it in. */
enum { STATE_START, STATE_NO_COL = 1, STATE_NO_SOURCE = 1 };

struct lint_attribute {
	const char *name; /* NULL ends a list */
	enum lint_value value;
	bool required;
};

struct lint_element {
	const char *name;
	unsigned is, takes, bars;
	enum lint_model model;
	const struct lint_attribute *attribute; /* beside the global ones; or NULL */
};

/* NULL when no feed may have it. */
const struct lint_element *lint_element_find(struct slice name);
/* As a child of `parent`, where that makes it another element in all but
 * name: a div in a dl, a source outside of a picture. */
const struct lint_element *lint_element_within(
    const struct lint_element *element, const struct lint_element *parent);
const struct lint_attribute *lint_attribute_find(
    const struct lint_element *element, struct slice name);

/* The state after a child of these kinds, or -1 when it may not stand here.
 * Text that is not white space is KIND_FLOW | KIND_PHRASING. */
int lint_step(enum lint_model model, int state, unsigned kinds);
/* NULL, or what is missing when the element ends in this state. */
const char *lint_missing(enum lint_model model, int state);

#endif

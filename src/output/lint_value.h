/*
 * lint_value: what the values of HTML's attributes must look like.
 *
 * Written from the HTML standard, apart from the cleaner's checks. Values are
 * decoded: no character references are left in them.
 */
#ifndef OUTPUT_LINT_VALUE_H
#define OUTPUT_LINT_VALUE_H

#include "base/slice.h"

enum lint_value {
	VALUE_ANY,
	VALUE_SOME,     /* anything but nothing */
	VALUE_FLAG,     /* a boolean attribute */
	VALUE_ID,       /* no white space, not empty */
	VALUE_LINK,     /* absolute http, https, mailto or tel URL */
	VALUE_RESOURCE, /* absolute http or https URL */
	VALUE_SRCSET,   /* resources, each with a descriptor, or a single one */
	VALUE_SIZES,    /* CSS source sizes */
	VALUE_QUERY,    /* a CSS media query */
	VALUE_STYLE,    /* text-align and display:none, nothing else */
	VALUE_LANGUAGE, /* the form of BCP 47, and a known two-letter code */
	VALUE_TYPE,     /* a media type, with codecs perhaps */
	VALUE_NUMBER,   /* 0 and up */
	VALUE_INTEGER,
	VALUE_COLSPAN,   /* 1 to 1000; also that of col and colgroup */
	VALUE_ROWSPAN,   /* 1 to 65534; 0, "to the end", is read in two ways */
	VALUE_TIME,      /* of <time>: year, month, date, time, or both */
	VALUE_EDIT_TIME, /* of <ins>, <del>: date, or date and time with zone */
	VALUE_REL,
	VALUE_TARGET,
	VALUE_DIR,
	VALUE_YESNO,
	VALUE_HIDDEN,
	VALUE_LIST_TYPE,
	VALUE_SCOPE,
	VALUE_LOADING,
	VALUE_DECODING,
	VALUE_PRELOAD,
	VALUE_TRACK,
};

/* NULL, or what the value is not, to be put behind "is not ". `name` is the
 * attribute's (a boolean attribute may repeat it). */
const char *lint_value_wrong(enum lint_value kind, const char *name, struct slice value);

/* Is it one of the kinds that hold URLs? */
bool lint_value_is_url(enum lint_value kind);
/* Does a srcset give widths? Then `sizes` has to stand beside it. */
bool lint_srcset_has_widths(struct slice value);
/* A whole number from the front of the value; for values that were checked. */
size_t lint_value_number(struct slice value);

#endif

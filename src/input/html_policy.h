/*
 * html_policy: what may stand in an article, and where.
 *
 * Two tables. html_rule() is the content model of what is written: for every
 * element its role, what it holds, and which attributes it may bear.
 * html_policy_find() says what becomes of an element as it is found: kept
 * under its own name or another, unwrapped, or dropped with its content.
 * An element that is in neither is unwrapped.
 */
#ifndef INPUT_HTML_POLICY_H
#define INPUT_HTML_POLICY_H

#include "base/slice.h"

#include <stdint.h>

/* At most 64, so that a set of them is a word. */
enum html_tag {
	TAG_NONE, /* an element that leaves its content where it is */
	TAG_ROOT,
	TAG_TEXT,
	/* inline */
	TAG_A,
	TAG_ABBR,
	TAG_B,
	TAG_BDI,
	TAG_BDO,
	TAG_CITE,
	TAG_CODE,
	TAG_DEL,
	TAG_DFN,
	TAG_EM,
	TAG_I,
	TAG_INS,
	TAG_KBD,
	TAG_MARK,
	TAG_Q,
	TAG_RP,
	TAG_RT,
	TAG_RUBY,
	TAG_S,
	TAG_SAMP,
	TAG_SMALL,
	TAG_SPAN,
	TAG_STRONG,
	TAG_SUB,
	TAG_SUP,
	TAG_TIME,
	TAG_U,
	TAG_VAR,
	/* inline, without text of their own */
	TAG_AUDIO,
	TAG_BR,
	TAG_IMG,
	TAG_SOURCE,
	TAG_VIDEO,
	/* blocks that hold text only */
	TAG_CAPTION,
	TAG_DT,
	TAG_H1,
	TAG_H2,
	TAG_H3,
	TAG_H4,
	TAG_H5,
	TAG_H6,
	TAG_P,
	TAG_PRE,
	TAG_SUMMARY,
	/* blocks that hold blocks */
	TAG_BLOCKQUOTE,
	TAG_DD,
	TAG_DETAILS,
	TAG_DIV,
	TAG_FIGCAPTION,
	TAG_FIGURE,
	TAG_LI,
	TAG_TD,
	TAG_TH,
	/* blocks that hold parts of their own only */
	TAG_DL,
	TAG_OL,
	TAG_TABLE,
	TAG_TBODY,
	TAG_THEAD,
	TAG_TR,
	TAG_UL,
	/* a block that holds nothing */
	TAG_HR,
	TAGS,
};

_Static_assert(TAGS <= 64, "a set of tags is a word");
#define TAG_BIT(tag) (UINT64_C(1) << (tag))

enum html_role {
	ROLE_INLINE, /* runs with the text */
	ROLE_LEAF,   /* stands in the text: a picture, a line break */
	ROLE_RULE,   /* <hr>: a block without content */
	ROLE_TEXT,   /* a block that holds text and inline elements */
	ROLE_FLOW,   /* a block that holds text and blocks */
	ROLE_PARTS,  /* a block that holds list items, rows, ... only */
};

/* In the order in which they are written. */
enum html_attr_name {
	ATTR_HREF,
	ATTR_SRC,
	ATTR_SRCSET,
	ATTR_SIZES,
	ATTR_POSTER,
	ATTR_ALT,
	ATTR_WIDTH,
	ATTR_HEIGHT,
	ATTR_CONTROLS,
	ATTR_CITE,
	ATTR_DATETIME,
	ATTR_COLSPAN,
	ATTR_ROWSPAN,
	ATTR_SCOPE,
	ATTR_START,
	ATTR_REVERSED,
	ATTR_TYPE,
	ATTR_OPEN,
	ATTR_CLASS,
	ATTR_DIR,
	ATTR_HIDDEN,
	ATTR_LANG,
	ATTR_TITLE,
	ATTR_STYLE,
	ATTRS,
};

#define ATTR_BIT(attr) (UINT32_C(1) << (attr))

struct html_rule {
	const char *name;
	enum html_role role;
	uint64_t holds;    /* set of tags: its content model */
	uint64_t swallows; /* blocks that melt into it, as <p> in <h2> */
	uint32_t attrs;    /* set of attributes */
	uint32_t needs;    /* without one of these attributes it is unwrapped */
	bool nests;        /* an inline element that means more inside itself */

	/* A part, <li>, <td>, ...: the nearest of these is its parent, */
	uint64_t parents;
	uint64_t leaves;    /* found by leaving none but these, */
	enum html_tag lost; /* and without such a parent it becomes this. */

	enum html_tag
	    again; /* what it becomes when it goes on behind a part of its parent */
	enum html_tag wrap; /* ROLE_PARTS: what takes in content that it does not hold */
};

const struct html_rule *html_rule(enum html_tag tag);

static inline bool
html_tag_in(enum html_tag tag, uint64_t set)
{
	return set >> tag & 1;
}

/* H1 to H6 */
#define TAG_HEADINGS                                                                     \
	(TAG_BIT(TAG_H1) | TAG_BIT(TAG_H2) | TAG_BIT(TAG_H3) | TAG_BIT(TAG_H4) |         \
	    TAG_BIT(TAG_H5) | TAG_BIT(TAG_H6))

enum html_action {
	HTML_UNWRAP, /* the content stays */
	HTML_KEEP,   /* as `tag` */
	HTML_DROP,   /* with its content */
	HTML_VOID,   /* dropped; what follows is no content of it */
	HTML_IMAGE,
	HTML_PICTURE,
	HTML_MEDIA, /* as `tag` */
	HTML_SOURCE,
	HTML_NOSCRIPT,
	HTML_FRAME, /* becomes a link */
	HTML_INPUT, /* a check box becomes a character */
};

struct html_policy {
	const char *name;
	enum html_action action;
	enum html_tag tag;
	const char *align; /* of the text in it; or NULL */
	const char *loss;  /* what readers may miss, with its article; or NULL */
};

/* `name` in lower case. Never NULL. */
const struct html_policy *html_policy_find(const char *name);

#endif

/*
 * words: what the pages for people say, in the languages that they speak.
 *
 * One table. No text has `"`, `\` or `<` in it; %1 and %2 stand for what words_fill puts
 * there.
 */
#ifndef OUTPUT_WORDS_H
#define OUTPUT_WORDS_H

#include "base/arena.h"
#include "base/slice.h"

enum language { LANGUAGE_EN, LANGUAGE_ZH, LANGUAGES };

/* The one that a site in this language (BCP 47) is shown in: English where it is none of
 * them. */
enum language language_of(struct slice tag);
/* "en", "zh-Hans" */
struct slice language_tag(enum language language);

enum word {
	WORD_ABOUT_FEED, /* on a feed in a browser */
	WORD_ABOUT_PAGE, /* at the foot of a page */
	WORD_SKIP,
	WORD_SUBSCRIBE,
	WORD_FEEDS,
	WORD_ALL_FEEDS, /* back to the first page */
	WORD_COPY,
	WORD_COPIED,
	WORD_OPEN_IN, /* in front of names of readers */
	WORD_FORMATS,
	WORD_NEWEST,
	WORD_HISTORY,
	WORD_HISTORY_TEXT, /* %1: how many */
	WORD_OVER_TIME,
	WORD_PICTURE,      /* %1 to %2: months */
	WORD_PICTURE_TEXT, /* %1: how many, %2: a year */
	WORD_NUMBERS,
	WORD_YEAR,
	WORD_TOTAL,
	WORD_EARLIER,
	WORD_ARTICLE,  /* one */
	WORD_ARTICLES, /* %1: how many */
	WORD_LAST,     /* %1: a date */
	WORD_PACE_DAY, /* %1: how many */
	WORD_PACE_WEEK,
	WORD_PACE_MONTH,
	WORD_PACE_YEAR,
	WORD_FILTER, /* label of the field */
	WORD_NO_MATCH,
	WORD_ALL_OF, /* %1: how many */
	WORD_PART,   /* %1 of %2 */
	WORD_PARTS,  /* of a list, to people who cannot see it */
	WORD_OPML,
	WORD_SITE,
	WORD_TAG, /* kinds of terms, in their order */
	WORD_CATEGORY,
	WORD_AUTHOR,
	WORD_YEAR_FEEDS,
	WORD_LANGUAGE,
	WORD_SOURCE,
	WORDS,
};

struct slice word(enum language language, enum word word);
/* With these in the place of %1 and %2. */
struct slice words_fill(struct arena *arena, enum language language, enum word word,
    struct slice one, struct slice two);

#endif

/*
 * words: what the pages for people say, in the languages that they speak.
 *
 * One table. A text has one sentence, without `"`, `\` and `<`; a %s in it stands for what
 * words_fill puts there.
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
	WORDS,
};

struct slice word(enum language language, enum word word);

#endif

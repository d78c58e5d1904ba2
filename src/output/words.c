#include "output/words.h"

static const struct {
	const char *tag, *prefix;
} languages[LANGUAGES] = {
    [LANGUAGE_EN] = {"en", "en"},
    [LANGUAGE_ZH] = {"zh-Hans", "zh"},
};

/* clang-format off */
static const char *const words[WORDS][LANGUAGES] = {
	[WORD_ABOUT_FEED] = {
	    "This is a feed: copy its address from the address bar into a feed reader, "
	    "and new articles come to you.",
	    "这是一个订阅源：把地址栏里的网址复制到阅读器中，有新文章就会自动送达。"},
};
/* clang-format on */

enum language
language_of(struct slice tag)
{
	struct slice rest = tag, first;

	if (slice_token(&rest, '-', &first))
		for (enum language i = 0; i < LANGUAGES; i++)
			if (slice_is_nocase(first, languages[i].prefix))
				return i;
	return LANGUAGE_EN;
}

struct slice
language_tag(enum language language)
{
	return slice_str(languages[language].tag);
}

struct slice
word(enum language language, enum word word)
{
	return slice_str(words[word][language]);
}

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
	    "This is a feed: copy its address from the address bar into a feed "
	    "reader, and new articles come to you.",
	    "这是一个订阅源：把地址栏里的网址复制到阅读器中，有新文章就会自动送达。"},
	[WORD_ABOUT_PAGE] = {
	    "A feed brings every new article to a feed reader of your choice: give "
	    "it the address, and it does the rest.",
	    "订阅源会把每一篇新文章送进你常用的阅读器：把网址交给阅读器即可。"},
	[WORD_SKIP] = {"Skip to content", "跳到正文"},
	[WORD_SUBSCRIBE] = {"Subscribe", "订阅"},
	[WORD_FEEDS] = {"Feeds", "订阅源"},
	[WORD_ALL_FEEDS] = {"All feeds", "全部订阅源"},
	[WORD_COPY] = {"Copy address", "复制网址"},
	[WORD_COPIED] = {"Copied", "已复制"},
	[WORD_OPEN_IN] = {"Open in", "打开方式"},
	[WORD_FORMATS] = {"Formats", "格式"},
	[WORD_NEWEST] = {"Newest articles", "最新文章"},
	[WORD_HISTORY] = {"Whole history", "全部历史"},
	[WORD_HISTORY_TEXT] = {
	    "%1 archive documents hold every article; each points at the one before "
	    "it.",
	    "%1 份存档收录了全部文章，每一份都指向前一份。"},
	[WORD_OVER_TIME] = {"Over time", "历年文章"},
	[WORD_PICTURE] = {"Articles per month, %1 to %2", "每月文章数，%1 至 %2"},
	[WORD_PICTURE_TEXT] = {
	    "%1 articles, most of them in %2. Above, a bar for each year; below, a "
	    "square for each month, the darker the more. The table below has the "
	    "numbers.",
	    "共 %1 篇，%2 年最多。上方每条代表一年，下方每格代表一个月，颜色越深篇数越多。下表列出具体数字。"},
	[WORD_NUMBERS] = {"The numbers", "具体数字"},
	[WORD_YEAR] = {"Year", "年份"},
	[WORD_TOTAL] = {"Total", "合计"},
	[WORD_EARLIER] = {"Earlier", "更早"},
	[WORD_ARTICLE] = {"1 article", "1 篇文章"},
	[WORD_ARTICLES] = {"%1 articles", "%1 篇文章"},
	[WORD_LAST] = {"last on %1", "最近更新 %1"},
	[WORD_PACE_DAY] = {"about %1 a day", "平均每天约 %1 篇"},
	[WORD_PACE_WEEK] = {"about %1 a week", "平均每周约 %1 篇"},
	[WORD_PACE_MONTH] = {"about %1 a month", "平均每月约 %1 篇"},
	[WORD_PACE_YEAR] = {"about %1 a year", "平均每年约 %1 篇"},
	[WORD_FILTER] = {"Filter by name", "按名称筛选"},
	[WORD_NO_MATCH] = {"Nothing has this in its name.", "没有符合的名称。"},
	[WORD_ALL_OF] = {"See all %1", "查看全部 %1 个"},
	[WORD_PART] = {"Part %1 of %2", "第 %1 部分，共 %2 部分"},
	[WORD_PARTS] = {"Parts of the list", "列表分页"},
	[WORD_OPML] = {"All feeds as OPML", "全部订阅源（OPML）"},
	[WORD_SITE] = {"Visit the site", "前往网站"},
	[WORD_TAG] = {"Tags", "标签"},
	[WORD_CATEGORY] = {"Categories", "分类"},
	[WORD_AUTHOR] = {"Authors", "作者"},
	[WORD_YEAR_FEEDS] = {"Years", "年份"},
	[WORD_LANGUAGE] = {"Languages", "语言"},
	[WORD_SOURCE] = {"Sources", "来源"},
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

struct slice
words_fill(struct arena *arena, enum language language, enum word which, struct slice one,
    struct slice two)
{
	struct slice rest = word(language, which), text = SLICE("");

	while (rest.n) {
		size_t mark = slice_index(rest, '%');
		struct slice value = SLICE_NONE;

		if (mark < rest.n)
			value = rest.p[mark + 1] == '1' ? one : two;
		text = arena_printf(arena, "%.*s%.*s%.*s", SLICE_ARG(text),
		    SLICE_ARG(slice_part(rest, 0, mark)), SLICE_ARG(value));
		rest = slice_from(rest, mark + 2);
	}
	return text;
}

#include "model/config_draft.h"

#include "base/compress.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define MOST 8

static_assert(sizeof(enum feed_order) == sizeof(int), "choices are stored as int");
static_assert((int)TERM_KINDS <= MOST, "terms are chosen from, too");

/* Types of values that are one word of these, or (a set) any number of them. */
static const struct list {
	const char *type;
	bool set;
	struct {
		const char *name;
		int value;
	} choice[MOST + 1]; /* ends in a name of NULL */
} lists[] = {
    {"compressions", true,
	{{"gz", COMPRESS_GZ}, {"br", COMPRESS_BR}, {"zst", COMPRESS_ZST}}},
    {"content", false,
	{{"full", CONTENT_FULL}, {"summary", CONTENT_SUMMARY}, {"both", CONTENT_BOTH}}},
    {"formats", true,
	{{"atom", FORMAT_ATOM}, {"rss", FORMAT_RSS}, {"json", FORMAT_JSON}}},
    {"hook time", false, {{"live", WHEN_LIVE}, {"published", WHEN_PUBLISHED}}},
    {"hub parameter", false,
	{{"both", PARAM_BOTH}, {"url", PARAM_URL}, {"topic", PARAM_TOPIC}}},
    {"log", false,
	{{"auto", LOG_TO_AUTO}, {"stderr", LOG_TO_STDERR}, {"syslog", LOG_TO_SYSLOG},
	    {"journal", LOG_TO_JOURNAL}}},
    {"log level", false,
	{{"error", LEVEL_ERROR}, {"warn", LEVEL_WARN}, {"notice", LEVEL_NOTICE},
	    {"info", LEVEL_INFO}, {"debug", LEVEL_DEBUG}}},
    {"order", false, {{"arrival", ORDER_ARRIVAL}, {"published", ORDER_PUBLISHED}}},
    {"sandbox", false,
	{{"auto", SANDBOX_AUTO}, {"require", SANDBOX_REQUIRE}, {"off", SANDBOX_OFF}}},
};

static struct list
list_of(const char *type)
{
	struct list terms = {.type = type};

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		if (strcmp(lists[i].type, type) == 0)
			return lists[i];
	assert(strcmp(type, "term kind") == 0);
	for (int i = 0; i < TERM_KINDS; i++) {
		terms.choice[i].name = term_kind_name((enum term_kind)i);
		terms.choice[i].value = i;
	}
	return terms;
}

static int
choose(const struct list *list, struct slice word, int *value, struct err *err)
{
	char names[128] = "";
	size_t n = 0;

	for (size_t i = 0; list->choice[i].name; i++) {
		if (slice_is(word, list->choice[i].name)) {
			*value = list->choice[i].value;
			return 0;
		}
		n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", n ? ", " : "",
		    list->choice[i].name);
	}
	return err_set(
	    err, ERR_CONFIG, "\"%.*s\" is not one of %s", SLICE_ARG(word), names);
}

int
config_choose(const char *type, struct slice text, int *value, struct err *err)
{
	const struct list list = list_of(type);
	struct slice word;
	int set = 0, bit;

	if (!list.set)
		return choose(&list, text, value, err);
	while (config_word(&text, &word)) {
		if (choose(&list, word, &bit, err) != 0)
			return -1;
		set |= bit;
	}
	*value = set;
	return 0;
}

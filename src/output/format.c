#include "output/format.h"

#include "model/config.h"
#include "output/atom.h"
#include "output/json.h"
#include "output/rss.h"

const struct format formats[] = {
    {FORMAT_ATOM, "atom", "atom", "application/atom+xml", "Atom", atom_write, atom_prove},
    {FORMAT_RSS, "rss", "rss", "application/rss+xml", "RSS", rss_write, rss_prove},
    {FORMAT_JSON, "json", "json", "application/feed+json", "JSON Feed", json_write,
	json_prove},
};
const size_t formats_n = sizeof formats / sizeof *formats;

const struct format *
format_find(struct slice name)
{
	for (size_t i = 0; i < formats_n; i++)
		if (slice_is(name, formats[i].name))
			return &formats[i];
	return NULL;
}

const struct format *
format_of(int bit)
{
	for (size_t i = 0; i < formats_n; i++)
		if (formats[i].bit == bit)
			return &formats[i];
	return NULL;
}

struct slice
format_content(const struct feed_item *item)
{
	return item->content ? item->entry->content : SLICE_NONE;
}

struct slice
format_summary(const struct feed_item *item)
{
	const struct entry *e = item->entry;

	if (!item->summary && format_content(item).n)
		return SLICE_NONE;
	if (e->summary.n || format_content(item).n)
		return e->summary;
	return e->title;
}

struct slice
format_lang(const struct feed *feed, const struct entry *entry)
{
	return slice_eq_nocase(entry->lang, feed->lang) ? SLICE_NONE : entry->lang;
}

struct slice
format_type(const struct media *media)
{
	return media->type.n ? media->type : SLICE("application/octet-stream");
}

struct slice
format_day(struct arena *arena, struct date date, const struct zone *zone)
{
	struct civil local;

	if (!date.known)
		return SLICE_NONE;
	zone_civil(zone, date.sec, &local);
	return arena_printf(arena, "%04d-%02d-%02d", local.year, local.month, local.day);
}

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

/* From frequent to rare; the last row that the cadence reaches holds. */
static const struct format_cadence cadences[] = {
    {1, "15", "hourly", "4"},
    {30 * MINUTE, "30", "hourly", "2"},
    {1 * HOUR, "60", "hourly", "1"},
    {2 * HOUR, "120", "daily", "12"},
    {4 * HOUR, "240", "daily", "6"},
    {8 * HOUR, "480", "daily", "3"},
    {12 * HOUR, "720", "daily", "2"},
    {1 * DAY, "1440", "daily", "1"},
    {7 * DAY, "1440", "weekly", "1"},
    {30 * DAY, "1440", "monthly", "1"},
};

const struct format_cadence *
format_cadence(const struct feed *feed)
{
	const struct format_cadence *found = NULL;

	for (size_t i = 0; i < sizeof cadences / sizeof *cadences; i++)
		if (feed->cadence >= cadences[i].seconds && !feed->archive)
			found = &cadences[i];
	return found;
}

#include "serve/media.h"

#define UTF8 "; charset=utf-8"

enum { MINUTE = 60, HOUR = 3600, DAY = 24 * HOUR };

const struct media_type media_types[] = {
    {".atom", "application/atom+xml" UTF8, MEDIA_FEED | MEDIA_DELTA | MEDIA_STYLED, HOUR},
    {".rss", "application/rss+xml" UTF8, MEDIA_FEED | MEDIA_DELTA | MEDIA_STYLED, HOUR},
    {".json", "application/feed+json", MEDIA_FEED, HOUR},
    {".html", "text/html" UTF8, MEDIA_ACTIVE, 5 * MINUTE},
    {".opml", "text/x-opml" UTF8, 0, HOUR},
    {".xml", MEDIA_XML, 0, HOUR},
    {".txt", "text/plain" UTF8, 0, HOUR},
    {".css", "text/css" UTF8, 0, DAY},
    {".js", "text/javascript" UTF8, 0, DAY},
    {".svg", "image/svg+xml", MEDIA_ACTIVE, DAY},
    {".png", "image/png", 0, DAY},
    {".ico", "image/vnd.microsoft.icon", 0, DAY},
    {".webmanifest", "application/manifest+json", 0, DAY},
    {"", "application/octet-stream", 0, HOUR},
};
const size_t media_types_n = sizeof media_types / sizeof *media_types;

const struct media_type *
media_of(struct slice path)
{
	const struct media_type *m = media_types;

	while (!slice_ends(path, slice_str(m->extension)))
		m++;
	return m;
}

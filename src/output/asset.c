#include "output/asset.h"

#include "asset_text.h"

#include <string.h>

#define FEED_CSS "feed.css"

static bool
wants_pages(const struct config *config)
{
	return config->output.pages;
}

static bool
wants_feed_css(const struct config *config)
{
	return slice_is(config->output.stylesheet, "yes");
}

/* An XML document tells its language by xml:lang, or not at all: then it is the site's. */
static void
end_feed_css(struct buf *out, enum language language)
{
	buf_printf(out, ":root { --about: \"%.*s\"; }\n",
	    SLICE_ARG(word(language, WORD_ABOUT_FEED)));
	for (enum language i = 0; i < LANGUAGES; i++)
		buf_printf(out, ":root:lang(%.*s) { --about: \"%.*s\"; }\n",
		    (int)slice_index(language_tag(i), '-'), language_tag(i).p,
		    SLICE_ARG(word(i, WORD_ABOUT_FEED)));
}

const struct asset assets[] = {
    {FEED_CSS, wants_feed_css, end_feed_css, asset_feed_css},
    {"index.css", wants_pages, NULL, asset_index_css},
    {"index.js", wants_pages, NULL, asset_index_js},
};
const size_t assets_n = sizeof assets / sizeof *assets;

void
asset_write(struct buf *out, const struct asset *asset, enum language language)
{
	for (const char *const *line = asset->line; *line; line++)
		buf_str(out, *line);
	if (asset->end)
		asset->end(out, language);
}

struct slice
asset_href(struct arena *arena, struct slice path, const char *file)
{
	struct slice up = SLICE("");

	for (size_t i = 0; i < path.n; i++)
		if (path.p[i] == '/')
			up = arena_printf(arena, "%.*s../", SLICE_ARG(up));
	return arena_printf(arena, "%.*s%s", SLICE_ARG(up), file);
}

struct slice
asset_stylesheet(const struct config *config, struct slice path, struct arena *arena)
{
	if (wants_feed_css(config))
		return asset_href(arena, path, FEED_CSS);
	return config->output.stylesheet;
}

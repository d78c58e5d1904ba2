#include "model/config.h"

bool
config_takes(const struct slices *feeds, struct slice name)
{
	return feeds->n == 0 || slices_has(feeds, name);
}

const struct config_feed *
config_feed_named(const struct config *c, struct slice name)
{
	for (size_t i = 0; i < c->feeds; i++)
		if (slice_eq(c->feed[i].name, name))
			return &c->feed[i];
	return NULL;
}

/* Of a page that lists them, the further parts too: tag/index.2 */
static bool
is_list(struct slice path, struct slice list)
{
	return slice_starts(path, list) && (path.n == list.n || path.p[list.n] == '.');
}

struct slice
config_list_path(const struct config_feed *feed, struct arena *arena)
{
	const struct slice end = SLICE("/:term");
	struct slice folder = slice_part(feed->path, 0, feed->path.n - end.n);

	if (!slice_ends(feed->path, end))
		folder = feed->name;
	return arena_printf(arena, "%.*s/index", SLICE_ARG(folder));
}

bool
config_has_page(const struct config *c, struct slice path, struct arena *arena)
{
	bool taken = is_list(path, SLICE("index")) ||
		     (c->output.autodiscovery && slice_is(path, "autodiscovery"));

	if (!c->output.pages || taken)
		return false;
	for (size_t i = 0; i < c->feeds && !taken; i++)
		taken = c->feed[i].for_each >= 0 &&
			is_list(path, config_list_path(&c->feed[i], arena));
	return !taken;
}

bool
config_tells(const struct config *c)
{
	return c->hubs || c->clouds || config_tells_news(c);
}

bool
config_tells_of(const struct config *c, struct slice feed)
{
	bool tells = false;

	for (size_t i = 0; i < c->hubs && !tells; i++)
		tells = config_takes(&c->hub[i].feeds, feed);
	for (size_t i = 0; i < c->hooks && !tells; i++)
		tells = config_takes(&c->hook[i].feeds, feed);
	for (size_t i = 0; i < c->clouds && !tells; i++)
		tells = config_takes(&c->cloud[i].feeds, feed);
	return tells;
}

const char *
config_first_format(const struct config_feed *feed)
{
	if (feed->formats & FORMAT_ATOM)
		return "atom";
	return feed->formats & FORMAT_RSS ? "rss" : "json";
}

bool
config_tells_news(const struct config *c)
{
	return c->hooks || c->indexnow.key.n;
}

bool
config_feed_takes(const struct config_feed *feed, const struct term *term,
    struct slice path, const struct terms *terms)
{
	const struct rule_subject subject = {.path = path, .terms = *terms};

	return (!term || terms_have(terms, term)) &&
	       rule_match(feed->include, &subject) &&
	       !(feed->exclude && rule_match(feed->exclude, &subject));
}

#include "model/config_draft.h"

#include <stdlib.h>

static int
check_zone(struct opening *o)
{
	struct config_site *site = &o->config->site;

	if (zone_open(&site->zone, site->timezone, o->err) == 0)
		return 0;
	err_prefix(o->err, "timezone");
	return opening_fail(o, SLICE("site"), "timezone");
}

/* Where a path really leads: the part of it that exists without links. */
static struct slice
real_path(struct arena *arena, struct slice path)
{
	struct slice head = path, real;
	char *found;

	while (!(found = realpath(arena_cstr(arena, head), NULL)) && head.n > 1)
		while (head.n > 1 && head.p[--head.n] != '/')
			;
	real = arena_printf(
	    arena, "%s%.*s", found ? found : "", SLICE_ARG(slice_from(path, head.n)));
	free(found);
	return config_path(arena, SLICE("/"), real);
}

static bool
is_inside(struct slice path, struct slice folder)
{
	return slice_is(folder, "/") ||
	       (slice_starts(path, folder) &&
		   (path.n == folder.n || path.p[folder.n] == '/'));
}

/* The program must neither read what it wrote nor publish what it keeps. */
static int
check_folders(struct opening *o)
{
	struct config *c = o->config;
	struct slice articles = real_path(c->arena, c->articles.dir);
	struct slice output = real_path(c->arena, c->output.dir);
	struct slice state = real_path(c->arena, c->output.state);

	if (is_inside(output, articles) || is_inside(articles, output)) {
		err_set(o->err, ERR_CONFIG,
		    "dir: the output folder and the folder of the articles must not lie "
		    "in "
		    "each other");
		return opening_fail(o, SLICE("output"), "dir");
	}
	if (is_inside(state, output)) {
		err_set(o->err, ERR_CONFIG,
		    "state: the ledger must not lie in the output folder, which is "
		    "public");
		return opening_fail(o, SLICE("output"), "state");
	}
	return 0;
}

static bool
has(struct slice text, struct slice placeholder)
{
	return slice_find(text, placeholder) < text.n;
}

/* A feed for each year may say ":year" where others say ":term". */
static void
unify_year(struct arena *arena, struct slice *text)
{
	while (has(*text, SLICE(":year")))
		*text = arena_printf(arena, "%.*s:term%.*s",
		    SLICE_ARG(slice_part(*text, 0, slice_find(*text, SLICE(":year")))),
		    SLICE_ARG(slice_from(*text, slice_find(*text, SLICE(":year")) + 5)));
}

static int
check_placeholders(
    struct opening *o, struct slice section, const struct config_feed *feed)
{
	if (feed->for_each >= 0 && !has(feed->path, SLICE(":term"))) {
		err_set(o->err, ERR_CONFIG,
		    "path: with for_each a path needs \":term\" in it%s",
		    feed->for_each == TERM_YEAR ? " (or \":year\")" : "");
		return opening_fail(o, section, "path");
	}
	if (feed->for_each != TERM_YEAR && has(feed->path, SLICE(":year"))) {
		err_set(o->err, ERR_CONFIG, "path: \":year\" is for for_each = year");
		return opening_fail(o, section, "path");
	}
	if (feed->for_each < 0 && has(feed->path, SLICE(":term"))) {
		err_set(o->err, ERR_CONFIG, "path: \":term\" is for feeds with for_each");
		return opening_fail(o, section, "path");
	}
	return 0;
}

static int
check_feed(struct opening *o, struct config_feed *feed, struct map *paths)
{
	struct config *c = o->config;
	struct slice section = arena_printf(c->arena, "feed:%.*s", SLICE_ARG(feed->name));
	const struct config_feed *other;

	if (feed->for_each == TERM_YEAR) {
		unify_year(c->arena, &feed->path);
		unify_year(c->arena, &feed->title);
		unify_year(c->arena, &feed->description);
	}
	if (check_placeholders(o, section, feed) != 0)
		return -1;
	other = map_get(paths, feed->path);
	if (other) {
		err_set(o->err, ERR_CONFIG,
		    "path: [feed:%.*s] has the path \"%.*s\" already",
		    SLICE_ARG(other->name), SLICE_ARG(feed->path));
		return opening_fail(o, section, "path");
	}
	map_put(paths, feed->path, feed);
	return 0;
}

/* `feeds` of a section names feeds that there are. */
static int
check_names(struct opening *o, struct slice section, const struct slices *feeds)
{
	for (size_t i = 0; i < feeds->n; i++) {
		if (config_feed_named(o->config, feeds->v[i]))
			continue;
		err_set(o->err, ERR_CONFIG, "feeds: there is no [feed:%.*s]",
		    SLICE_ARG(feeds->v[i]));
		return opening_fail(o, section, "feeds");
	}
	return 0;
}

static struct slice
section_of(struct opening *o, const char *kind, struct slice name)
{
	return arena_printf(o->config->arena, "%s:%.*s", kind, SLICE_ARG(name));
}

static int
check_hub(struct opening *o, const struct config_hub *hub)
{
	struct slice section = section_of(o, "hub", hub->name);

	if (hub->content && !hub->secret.n) {
		err_set(o->err, ERR_CONFIG,
		    "content: a hub believes what is sent along "
		    "only by its signature, which needs a secret");
		return opening_fail(o, section, "content");
	}
	return check_names(o, section, &hub->feeds);
}

static int
check_hook(struct opening *o, const struct config_hook *hook)
{
	struct slice section = section_of(o, "hook", hook->name);

	if (!hook->command.n == !hook->url.n) {
		err_set(o->err, ERR_CONFIG, "[%.*s] needs either a command or a url",
		    SLICE_ARG(section));
		return opening_fail(o, section, "command");
	}
	if (hook->secret.n && !hook->url.n) {
		err_set(
		    o->err, ERR_CONFIG, "secret: only what is sent to a url is signed");
		return opening_fail(o, section, "secret");
	}
	return check_names(o, section, &hook->feeds);
}

/* RSS has room for one <cloud>. */
static int
check_cloud(struct opening *o, const struct config_cloud *cloud)
{
	const struct config *c = o->config;
	struct slice section = section_of(o, "cloud", cloud->name);

	for (const struct config_cloud *x = c->cloud; x < cloud; x++)
		for (size_t i = 0; i < c->feeds; i++) {
			if (!config_takes(&x->feeds, c->feed[i].name) ||
			    !config_takes(&cloud->feeds, c->feed[i].name))
				continue;
			err_set(o->err, ERR_CONFIG,
			    "feeds: [feed:%.*s] has [cloud:%.*s] already, and can name "
			    "no second one",
			    SLICE_ARG(c->feed[i].name), SLICE_ARG(x->name));
			return opening_fail(o, section, "feeds");
		}
	return check_names(o, section, &cloud->feeds);
}

static int
check_peers(struct opening *o)
{
	const struct config *c = o->config;

	for (size_t i = 0; i < c->hubs; i++)
		if (check_hub(o, &c->hub[i]) != 0)
			return -1;
	for (size_t i = 0; i < c->hooks; i++)
		if (check_hook(o, &c->hook[i]) != 0)
			return -1;
	for (size_t i = 0; i < c->clouds; i++)
		if (check_cloud(o, &c->cloud[i]) != 0)
			return -1;
	return 0;
}

/* Two pages of one name cannot be published. Which terms there are is not known yet. */
static int
check_pages(struct opening *o)
{
	struct config *c = o->config;
	struct map lists;
	int rc = 0;

	map_init(&lists);
	for (size_t i = 0; rc == 0 && c->output.pages && i < c->feeds; i++) {
		struct config_feed *f = &c->feed[i];
		struct slice list = config_list_path(f, c->arena);
		bool clash = f->for_each < 0 ? !config_has_page(c, f->path, c->arena)
					     : map_get(&lists, list) != NULL;

		if (f->for_each >= 0)
			map_put(&lists, list, f);
		if (!clash)
			continue;
		err_set(o->err, ERR_CONFIG,
		    "path: the page of \"%.*s\" would have the name of a page that lists "
		    "feeds; another path, or [output] pages = no",
		    SLICE_ARG(f->path));
		rc = opening_fail(o, section_of(o, "feed", f->name), "path");
	}
	map_fini(&lists);
	return rc;
}

static int
check_feeds(struct opening *o)
{
	struct map paths;
	int rc = 0;

	map_init(&paths);
	for (size_t i = 0; rc == 0 && i < o->config->feeds; i++)
		rc = check_feed(o, &o->config->feed[i], &paths);
	map_fini(&paths);
	return rc == 0 ? check_pages(o) : rc;
}

int
opening_check(struct opening *o)
{
	if (check_zone(o) != 0 || check_folders(o) != 0)
		return -1;
	return check_feeds(o) != 0 ? -1 : check_peers(o);
}

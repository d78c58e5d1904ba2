#include "model/config.h"

#include "model/config_draft.h"

#include <stdlib.h>
#include <string.h>

/* All that config_open works with. */
struct opening {
	struct config *config;
	struct config_draft draft;
	struct err *err;
};

/* Put the place of a value in front of what err says: of its line when it was
 * written, else of its section. */
static int
fail_at(struct opening *o, struct slice section, const char *key)
{
	const struct config_setting *setting = draft_find(&o->draft, section, key);
	const struct config_section *s = map_get(&o->draft.section, section);
	struct slice origin = setting && setting->origin.n ? setting->origin : s->origin;

	return err_prefix(o->err, "%.*s", SLICE_ARG(origin));
}

static struct config_setting *
default_setting(struct opening *o, const struct config_section *section,
    const struct config_key *key, const struct config_feed *feed)
{
	struct config_setting *s = ARENA_NEW(o->config->arena, struct config_setting);

	*s = (struct config_setting){.key = key,
	    .section = section->name,
	    .value = slice_trim(
		key->derive ? key->derive(o->config, feed) : slice_str(key->initial)),
	    .folder = SLICE("/")};
	draft_put(&o->draft, s);
	return s;
}

static int
fill_key(struct opening *o, const struct config_section *section,
    const struct config_key *key, const struct config_feed *feed, void *base)
{
	struct config *c = o->config;
	struct config_setting *s = draft_find(&o->draft, section->name, key->name);

	if (!s && !key->initial) {
		err_set(o->err, ERR_CONFIG, "[%.*s] needs a line \"%s = ...\" (%s)",
		    SLICE_ARG(section->name), key->name, key->help);
		return fail_at(o, section->name, key->name);
	}
	if (!s)
		s = default_setting(o, section, key, feed);
	if (config_value_parse(s, c->arena, (char *)base + key->offset, o->err) != 0)
		return fail_at(o, section->name, key->name);
	c->setting = arena_grow(c->arena, c->setting, c->settings, sizeof *c->setting);
	c->setting[c->settings++] = *s;
	return 0;
}

/* Every key of a section, in the order of the table. */
static int
fill_section(struct opening *o, const struct config_section *section,
    const struct config_feed *feed, void *base)
{
	size_t n;
	const struct config_key *key = config_keys(&n);

	for (size_t i = 0; i < n; i++)
		if (slice_is(section->kind, key[i].section) &&
		    fill_key(o, section, &key[i], feed, base) != 0)
			return -1;
	return 0;
}

static int
fill_feed(struct opening *o, const struct config_section *section)
{
	struct config *c = o->config;
	struct config_feed *feed;

	c->feed = arena_grow(c->arena, c->feed, c->feeds, sizeof *c->feed);
	feed = &c->feed[c->feeds++];
	feed->name = slice_from(section->name, section->kind.n + 1);
	return fill_section(o, section, feed, feed);
}

static int
fill_hub(struct opening *o, const struct config_section *section)
{
	struct config *c = o->config;
	struct config_hub *hub;

	c->hub = arena_grow(c->arena, c->hub, c->hubs, sizeof *c->hub);
	hub = &c->hub[c->hubs++];
	hub->name = slice_from(section->name, section->kind.n + 1);
	return fill_section(o, section, NULL, hub);
}

static int
fill_hook(struct opening *o, const struct config_section *section)
{
	struct config *c = o->config;
	struct config_hook *hook;

	c->hook = arena_grow(c->arena, c->hook, c->hooks, sizeof *c->hook);
	hook = &c->hook[c->hooks++];
	hook->name = slice_from(section->name, section->kind.n + 1);
	return fill_section(o, section, NULL, hook);
}

static int
fill_cloud(struct opening *o, const struct config_section *section)
{
	struct config *c = o->config;
	struct config_cloud *cloud;

	c->cloud = arena_grow(c->arena, c->cloud, c->clouds, sizeof *c->cloud);
	cloud = &c->cloud[c->clouds++];
	cloud->name = slice_from(section->name, section->kind.n + 1);
	return fill_section(o, section, NULL, cloud);
}

static int
fill_named(struct opening *o, const char *kind,
    int (*fill)(struct opening *, const struct config_section *))
{
	const struct map *sections = &o->draft.section;

	for (size_t i = 0; i < sections->n; i++) {
		const struct config_section *s = sections->item[i].value;

		if (slice_is(s->kind, kind) && fill(o, s) != 0)
			return -1;
	}
	return 0;
}

static int
fill(struct opening *o)
{
	struct config *c = o->config;
	const struct {
		const char *name;
		void *base;
	} single[] = {
	    {"site", &c->site},
	    {"articles", &c->articles},
	    {"output", &c->output},
	    {"limits", &c->limits},
	    {"daemon", &c->daemon},
	    {"push", &c->push},
	    {"serve", &c->serve},
	    {"indexnow", &c->indexnow},
	};
	static const struct {
		const char *kind;
		int (*fill)(struct opening *, const struct config_section *);
	} named[] = {
	    {"feed", fill_feed},
	    {"hub", fill_hub},
	    {"hook", fill_hook},
	    {"cloud", fill_cloud},
	};

	for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
		const struct config_section *s =
		    map_get(&o->draft.section, slice_str(single[i].name));

		if (fill_section(o, s, NULL, single[i].base) != 0)
			return -1;
	}
	for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
		if (fill_named(o, named[i].kind, named[i].fill) != 0)
			return -1;
	return 0;
}

static int
check_zone(struct opening *o)
{
	struct config_site *site = &o->config->site;

	if (zone_open(&site->zone, site->timezone, o->err) == 0)
		return 0;
	err_prefix(o->err, "timezone");
	return fail_at(o, SLICE("site"), "timezone");
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
		return fail_at(o, SLICE("output"), "dir");
	}
	if (is_inside(state, output)) {
		err_set(o->err, ERR_CONFIG,
		    "state: the ledger must not lie in the output folder, which is "
		    "public");
		return fail_at(o, SLICE("output"), "state");
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
		return fail_at(o, section, "path");
	}
	if (feed->for_each != TERM_YEAR && has(feed->path, SLICE(":year"))) {
		err_set(o->err, ERR_CONFIG, "path: \":year\" is for for_each = year");
		return fail_at(o, section, "path");
	}
	if (feed->for_each < 0 && has(feed->path, SLICE(":term"))) {
		err_set(o->err, ERR_CONFIG, "path: \":term\" is for feeds with for_each");
		return fail_at(o, section, "path");
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
		return fail_at(o, section, "path");
	}
	map_put(paths, feed->path, feed);
	return 0;
}

static const struct config_feed *
find_feed(const struct config *c, struct slice name)
{
	for (size_t i = 0; i < c->feeds; i++)
		if (slice_eq(c->feed[i].name, name))
			return &c->feed[i];
	return NULL;
}

/* `feeds` of a section names feeds that there are. */
static int
check_names(struct opening *o, struct slice section, const struct slices *feeds)
{
	for (size_t i = 0; i < feeds->n; i++) {
		if (find_feed(o->config, feeds->v[i]))
			continue;
		err_set(o->err, ERR_CONFIG, "feeds: there is no [feed:%.*s]",
		    SLICE_ARG(feeds->v[i]));
		return fail_at(o, section, "feeds");
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
		return fail_at(o, section, "content");
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
		return fail_at(o, section, "command");
	}
	if (hook->secret.n && !hook->url.n) {
		err_set(
		    o->err, ERR_CONFIG, "secret: only what is sent to a url is signed");
		return fail_at(o, section, "secret");
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
			return fail_at(o, section, "feeds");
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
		rc = fail_at(o, section_of(o, "feed", f->name), "path");
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

/* The sections that are there without being written. */
static void
add_sections(struct opening *o)
{
	static const char *const always[] = {"site", "articles", "output", "limits",
	    "daemon", "push", "serve", "indexnow"};
	struct config_draft *draft = &o->draft;
	bool feed = false;

	for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
		draft_section(draft, slice_str(always[i]), o->config->file);
	for (size_t i = 0; i < draft->section.n; i++)
		feed |= slice_starts(draft->section.item[i].key, SLICE("feed:"));
	if (!feed)
		draft_section(draft, SLICE("feed:main"), o->config->file);
}

static int
read_all(struct opening *o, const struct slices *overrides)
{
	if (draft_read(&o->draft, o->config->file.p, o->err) != 0)
		return -1;
	add_sections(o);
	for (size_t i = 0; overrides && i < overrides->n; i++)
		if (draft_override(&o->draft, overrides->v[i], o->err) != 0)
			return -1;
	if (fill(o) != 0 || check_zone(o) != 0 || check_folders(o) != 0)
		return -1;
	return check_feeds(o) != 0 ? -1 : check_peers(o);
}

int
config_open(struct config **config, const char *file, const struct slices *overrides,
    struct err *err)
{
	struct arena *arena = arena_new();
	struct opening o = {.config = ARENA_NEW(arena, struct config), .err = err};
	int rc;

	o.config->arena = arena;
	o.config->file = arena_copy(arena, slice_str(file));
	draft_init(&o.draft, arena);
	rc = read_all(&o, overrides);
	o.config->files = o.draft.files;
	draft_fini(&o.draft);
	if (rc != 0) {
		/* Whatever it was, the operator has to look at the configuration. */
		err->kind = ERR_CONFIG;
		config_free(o.config);
		o.config = NULL;
	}
	*config = o.config;
	return rc;
}

void
config_free(struct config *config)
{
	if (!config)
		return;
	zone_free(config->site.zone);
	arena_free(config->arena);
}

/* Where a long value can be broken: not before what would be lost at the
 * beginning of a line, nor within a character. */
static size_t
break_at(struct slice value)
{
	enum { WIDTH = 150 };
	size_t at = value.n < WIDTH ? value.n : WIDTH, first = at;

	while (at > 0 && at < value.n &&
	       (strchr(" \t;#", value.p[at]) || (value.p[at] & 0xC0) == 0x80))
		at--;
	for (; at == 0 && first < value.n; first++)
		if (!strchr(" \t;#", value.p[first]) && (value.p[first] & 0xC0) != 0x80)
			break;
	return at ? at : first;
}

void
config_print_value(struct buf *out, struct slice value)
{
	for (;;) {
		size_t at = break_at(value);

		buf_slice(out, slice_part(value, 0, at));
		value = slice_from(value, at);
		if (value.n == 0)
			break;
		buf_str(out, "\\\n\t");
	}
	buf_char(out, '\n');
}

/* A file name may hold anything; a comment ends with its line. */
static void
print_origin(struct buf *out, struct slice origin)
{
	buf_str(out, "# ");
	for (size_t i = 0; i < origin.n; i++)
		buf_char(out, (unsigned char)origin.p[i] < ' ' ? '?' : origin.p[i]);
	buf_char(out, '\n');
}

void
config_print(const struct config *config, struct buf *out)
{
	struct slice section = SLICE_NONE;

	for (size_t i = 0; i < config->settings; i++) {
		const struct config_setting *s = &config->setting[i];

		if (!slice_eq(s->section, section))
			buf_printf(
			    out, "%s[%.*s]\n", i ? "\n" : "", SLICE_ARG(s->section));
		section = s->section;
		print_origin(out, s->origin.n ? s->origin : SLICE("default"));
		buf_printf(out, "%s = ", s->key->name);
		config_print_value(out, s->value.n ? s->value : SLICE("none"));
	}
}

static void
add_setting(struct buf *out, const struct config_setting *s)
{
	buf_printf(out, "%.*s.%s=%.*s\n", SLICE_ARG(s->section), s->key->name,
	    SLICE_ARG(s->value));
}

void
config_reading(const struct config *config, struct buf *out)
{
	for (size_t i = 0; i < config->settings; i++)
		if (config->setting[i].key->reading)
			add_setting(out, &config->setting[i]);
}

void
config_making(const struct config *config, struct buf *out)
{
	for (size_t i = 0; i < config->settings; i++)
		if (!config->setting[i].key->running)
			add_setting(out, &config->setting[i]);
}

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

static bool
has_term(const struct terms *terms, const struct term *t)
{
	for (size_t i = 0; i < terms->n; i++)
		if (terms->v[i].kind == t->kind && slice_eq(terms->v[i].value, t->value))
			return true;
	return false;
}

bool
config_feed_takes(const struct config_feed *feed, const struct term *term,
    struct slice path, const struct terms *terms)
{
	const struct rule_subject subject = {.path = path, .terms = *terms};

	return (!term || has_term(terms, term)) && rule_match(feed->include, &subject) &&
	       !(feed->exclude && rule_match(feed->exclude, &subject));
}

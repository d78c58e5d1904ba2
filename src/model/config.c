#include "model/config.h"

#include "model/config_draft.h"

int
opening_fail(struct opening *o, struct slice section, const char *key)
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
		return opening_fail(o, section->name, key->name);
	}
	if (!s)
		s = default_setting(o, section, key, feed);
	if (config_value_parse(s, c->arena, (char *)base + key->offset, o->err) != 0)
		return opening_fail(o, section->name, key->name);
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
	return fill(o) != 0 ? -1 : opening_check(o);
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

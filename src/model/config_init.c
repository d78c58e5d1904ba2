#include "base/file.h"
#include "base/utf8.h"
#include "model/config_draft.h"

#include <stdlib.h>
#include <yaml.h>

#define NO_URL "https://site.example/"

enum {
	YAML_MAX = 256 * 1024,
	EVENTS_MAX = 20000,
	DEPTH_MAX = 32,
};

/* What a Jekyll site says of itself and we can use; of two rows that mean the
 * same the first counts. */
enum { URL, BASEURL, TITLE, SUBTITLE, LANGUAGE, TIMEZONE, AUTHOR, PERMALINK };

static const struct {
	const char *name; /* in _config.yml; "author.name" is in a map */
	int what;
} wanted[] = {
    {"url", URL},
    {"baseurl", BASEURL},
    {"title", TITLE},
    {"name", TITLE},
    {"description", SUBTITLE},
    {"tagline", SUBTITLE},
    {"lang", LANGUAGE},
    {"language", LANGUAGE},
    {"locale", LANGUAGE},
    {"timezone", TIMEZONE},
    {"author", AUTHOR},
    {"author.name", AUTHOR},
    {"permalink", PERMALINK},
};

enum { WANTED = sizeof wanted / sizeof wanted[0] };

struct site {
	struct arena *arena;
	struct slice found[WANTED]; /* for each row of wanted */
	bool posts;                 /* it has a folder _posts */
};

/* A map or a list that the walk through the events is in. */
struct level {
	bool map;
	bool key; /* of a map: what comes next is a key */
	struct slice name;
};

static void
note(struct site *site, struct slice name, struct slice value)
{
	for (size_t i = 0; i < WANTED; i++)
		if (slice_is(name, wanted[i].name))
			site->found[i] = arena_copy(site->arena, value);
}

static void
take_scalar(struct site *site, struct level *level, int depth, struct slice text)
{
	struct level *in = &level[depth];

	if (depth == 0 || depth > 2 || !level[1].map || !in->map)
		return;
	if (in->key)
		in->name = arena_copy(site->arena, text);
	else if (depth == 1)
		note(site, in->name, text);
	else
		note(site,
		    arena_printf(site->arena, "%.*s.%.*s", SLICE_ARG(level[1].name),
			SLICE_ARG(in->name)),
		    text);
}

/* What one event does. Returns the new depth. */
static int
take_event(struct site *site, struct level *level, int depth, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_MAPPING_START_EVENT:
	case YAML_SEQUENCE_START_EVENT:
		level[++depth] = (struct level){
		    .map = event->type == YAML_MAPPING_START_EVENT, .key = true};
		return depth;
	case YAML_SCALAR_EVENT:
		take_scalar(site, level, depth,
		    slice_make((const char *)event->data.scalar.value,
			event->data.scalar.length));
		break;
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		depth--;
		break;
	case YAML_ALIAS_EVENT:
		break;
	default:
		return depth;
	}
	level[depth].key = !level[depth].key;
	return depth;
}

static int
read_events(struct site *site, yaml_parser_t *parser, struct err *err)
{
	struct level level[DEPTH_MAX + 1] = {{0}};
	int depth = 0;
	yaml_event_type_t type = YAML_NO_EVENT;

	for (int n = 0; type != YAML_STREAM_END_EVENT; n++) {
		yaml_event_t event;

		if (!yaml_parser_parse(parser, &event))
			return err_set(err, ERR_INPUT, "_config.yml:%zu: %s",
			    parser->problem_mark.line + 1, parser->problem);
		depth = take_event(site, level, depth, &event);
		type = event.type;
		yaml_event_delete(&event);
		if (depth == DEPTH_MAX || n == EVENTS_MAX)
			return err_set(
			    err, ERR_LIMIT, "_config.yml is too deep or too long");
	}
	return 0;
}

static int
read_yaml(struct site *site, const char *text, size_t n, struct err *err)
{
	yaml_parser_t parser;
	int rc;

	if (!yaml_parser_initialize(&parser))
		abort();
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, n);
	rc = read_events(site, &parser, err);
	yaml_parser_delete(&parser);
	return rc;
}

/* Text as it can stand in a configuration: on one line, of characters that a
 * feed may hold, and without what would begin a comment. */
static struct slice
tidy(struct arena *arena, struct slice text)
{
	struct buf out;
	struct slice s;
	char *p;
	size_t n = 0, first;

	buf_init(&out, YAML_MAX);
	utf8_clean(&out, text, &first);
	s = utf8_squeeze(arena, buf_view(&out));
	buf_fini(&out);
	p = arena_cstr(arena, s);
	for (size_t i = 0; i < s.n; i++) {
		while (p[i] == ';' && n && p[n - 1] == ' ')
			n--;
		if (p[i] != ';' || n)
			p[n++] = p[i];
	}
	return slice_make(p, n);
}

static struct slice
found(const struct site *site, int what)
{
	for (size_t i = 0; i < WANTED; i++)
		if (wanted[i].what == what && site->found[i].n)
			return tidy(site->arena, site->found[i]);
	return SLICE_NONE;
}

/* What a key makes of a value, or none when it refuses it. */
static struct slice
accept(struct arena *arena, const char *section, const char *name, struct slice value)
{
	const struct config_key *key =
	    config_key_find(slice_str(section), slice_str(name));
	struct config_setting setting = {.key = key, .value = value};
	struct slice field = SLICE_NONE;
	struct err err;

	if (config_value_parse(&setting, arena, &field, &err) != 0)
		return SLICE_NONE;
	return field;
}

/* A key with its line of help; commented out when there is no good value. */
static void
print_key(struct buf *out, struct arena *arena, const char *section, const char *name,
    struct slice value)
{
	const struct config_key *key =
	    config_key_find(slice_str(section), slice_str(name));

	value = accept(arena, section, name, value);
	buf_printf(out, "# %s\n", key->help);
	if (value.n) {
		buf_printf(out, "%s = ", name);
		config_print_value(out, value);
	} else {
		buf_printf(out, "#%s =\n", name);
	}
}

/* Jekyll puts `url` and `baseurl` together, wherever the slash between is. */
static struct slice
site_url(const struct site *site)
{
	struct slice url = found(site, URL);
	struct slice base = found(site, BASEURL);

	while (slice_ends(url, SLICE("/")))
		url.n--;
	while (slice_starts(base, SLICE("/")))
		base = slice_from(base, 1);
	url = arena_printf(site->arena, "%.*s/%.*s", SLICE_ARG(url), SLICE_ARG(base));
	url = accept(site->arena, "site", "url", url);
	return url.n ? url : SLICE(NO_URL);
}

static struct slice
site_zone(const struct site *site)
{
	struct slice name = found(site, TIMEZONE);
	struct zone *zone;
	struct err err;

	if (name.n == 0 || zone_open(&zone, name, &err) != 0)
		return SLICE_NONE;
	zone_free(zone);
	return name;
}

static void
print_site(const struct site *site, struct slice url, struct buf *out)
{
	static const struct {
		const char *key;
		int what;
	} rest[] = {{"title", TITLE}, {"subtitle", SUBTITLE}, {"language", LANGUAGE},
	    {"author", AUTHOR}};

	buf_str(out,
	    "# Every key is described in xysfeed.conf(5). Save this file as\n"
	    "# _xysfeed.conf in the folder of the site, which its paths start from.\n"
	    "\n[site]\n");
	if (slice_is(url, NO_URL))
		buf_str(out, "# _config.yml has no good url: put the true one here.\n");
	print_key(out, site->arena, "site", "url", url);
	for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++)
		print_key(
		    out, site->arena, "site", rest[i].key, found(site, rest[i].what));
	print_key(out, site->arena, "site", "timezone", site_zone(site));
	buf_str(out,
	    "# A domain of yours and a day on which it was yours. The ids of all\n"
	    "# entries begin with it, so it never changes.\n"
	    "#tag = site.example,2004\n");
}

static void
print_rest(const struct site *site, struct slice url, struct buf *out)
{
	const char *above = site->posts ? "" : "../";

	buf_str(out, "\n[articles]\n");
	buf_printf(out, "dir = %s\n", site->posts ? "_posts" : ".");
	print_key(out, site->arena, "articles", "permalink", found(site, PERMALINK));
	buf_str(out, "\n[output]\n");
	if (site->posts)
		buf_str(out,
		    "# Jekyll copies this folder into the site as it is; names that\n"
		    "# begin with \"_\" it leaves alone.\n");
	buf_printf(out, "dir = %sfeeds\n", above);
	buf_str(out, "# The address at which that folder can be read.\n");
	buf_str(out, "url = ");
	config_print_value(out, arena_printf(site->arena, "%.*sfeeds/", SLICE_ARG(url)));
	buf_printf(out, "state = %s_xysfeed.db\n", above);
	buf_str(out, "\n# One feed of everything, and one for each tag.\n"
		     "[feed:main]\n"
		     "archive = yes\n"
		     "\n[feed:tag]\n"
		     "for_each = tag\n");
}

static int
read_site(struct site *site, const struct root *root, struct err *err)
{
	struct file_stat st;
	struct buf text;
	int rc = -1, there;

	buf_init(&text, YAML_MAX);
	there = file_stat(root, "_posts", &st, err);
	if (there < 0)
		goto out;
	site->posts = there && !st.regular;
	there = file_stat(root, "_config.yml", &st, err);
	if (there < 0)
		goto out;
	if (there && file_read(root, "_config.yml", YAML_MAX, &text, &st, err) != 0)
		goto out;
	rc = read_yaml(site, buf_cstr(&text), text.n, err);
out:
	buf_fini(&text);
	return rc;
}

int
config_init(const char *dir, struct buf *out, struct err *err)
{
	struct site site = {.arena = arena_new()};
	struct root root = {.fd = -1};
	struct slice url;
	int rc = -1;

	if (root_open(&root, dir, false, err) != 0)
		goto out;
	rc = read_site(&site, &root, err);
	if (rc != 0) {
		err_prefix(err, "%s", dir);
		goto out;
	}
	url = site_url(&site);
	print_site(&site, url, out);
	print_rest(&site, url, out);
out:
	root_close(&root);
	arena_free(site.arena);
	return rc;
}

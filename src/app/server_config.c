#include "app/server_config.h"

#include "app/server_config_text.h"
#include "base/uri.h"
#include "output/format.h"

#include <stdio.h>
#include <string.h>

/* Documents that are no feeds. Pages, and what belongs to them, have names that others
 * use too: they are told of where the folder is ours, else the server has them as it has
 * its own. No name begins with a dot, as those of staged files do. */
static const struct {
	const char *pattern, *extension, *type;
	bool pages;
} others[] = {
    {"feeds\\.opml", "opml", "text/x-opml; charset=utf-8", false},
    {"sitemap(?:-[0-9]+)?\\.xml", "xml", "application/xml; charset=utf-8", false},
    {"autodiscovery\\.html", "html", "text/html; charset=utf-8", false},
    {"feed\\.css", "css", "text/css; charset=utf-8", false},
    {"index\\.(?:css|js)", "js", "text/javascript; charset=utf-8", true},
    {"(?:[^/.][^/]*/)*[^/.][^/]*\\.html", NULL, NULL, true},
};

enum { OTHERS = sizeof others / sizeof *others };

enum value {
	BASE,
	DIR,
	ENCODINGS,
	EXTENSION,
	FOLDER,
	HUBS,
	LIVE,
	ORIGIN,
	PREFIX,
	REST,
	SELF,
	SHOWN,
	TYPE,
	URL,
	VALUES
};

static const char *const names[VALUES] = {
    [BASE] = "@base@",
    [DIR] = "@dir@",
    [ENCODINGS] = "@encodings@",
    [EXTENSION] = "@extension@",
    [FOLDER] = "@folder@",
    [HUBS] = "@hubs@",
    [LIVE] = "@live@",
    [ORIGIN] = "@origin@",
    [PREFIX] = "@prefix@",
    [REST] = "@rest@",
    [SELF] = "@self@",
    [SHOWN] = "@shown@",
    [TYPE] = "@type@",
    [URL] = "@url@",
};

struct writer {
	struct buf *out;
	const struct config *config;
	const struct server *server;
	struct arena *arena;
	struct slice base; /* of the address: its path, as in a URI */
	unsigned holds;    /* IF_ bits */
	struct slice value[VALUES];
};

/* --- expressions ---------------------------------------------------------- */

/* What stands for itself in PCRE and RE2, and in every server's quotes. */
static void
write_literal(struct buf *out, struct slice text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			     (c >= 'a' && c <= 'z') || c >= 0x80 ||
			     slice_one_of((char)c, "/-_%");

		if (plain)
			buf_char(out, (char)c);
		else
			buf_printf(out, "\\x%02X", c);
	}
}

/* The names that `feed` has below the folder; `encoded`: as uri_encode_path writes
 * them. No term has a control character in its name, so none passes; none begins with
 * a dot, as staged files do. */
static void
write_feed(
    struct buf *out, const struct config_feed *feed, bool encoded, struct arena *arena)
{
	static const char term[] = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|"
				   "%(?:2[0235]|3[CEF]|5[B-E]|60|7[B-D]|"
				   "[89A-F][0-9A-F]))+";
	const struct slice mark = SLICE(":term");
	struct slice rest = feed->path;
	const char *between = "";

	while (rest.n) {
		size_t n = feed->for_each < 0 ? rest.n : slice_find(rest, mark);
		struct slice part = slice_part(rest, 0, n);

		write_literal(out, encoded ? uri_encode_path(arena, part) : part);
		if (n < rest.n)
			buf_str(out, encoded ? term : "[^/.][^/]*");
		rest = slice_from(rest, n + mark.n);
	}
	buf_str(out, "\\.(?:");
	for (size_t i = 0; i < formats_n; i++) {
		if (!(feed->formats & formats[i].bit))
			continue;
		buf_printf(out, "%s%s", between, formats[i].extension);
		between = "|";
	}
	buf_char(out, ')');
}

static struct slice
hub_links(const struct writer *w, const struct config_feed *feed)
{
	const struct config *c = w->config;
	const struct server *s = w->server;
	struct buf out;
	struct slice made;

	buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < c->hubs; i++) {
		struct slice url = c->hub[i].url;

		if (!config_takes(&c->hub[i].feeds, feed->name))
			continue;
		buf_char(&out, '<');
		for (size_t k = 0; k < url.n; k++)
			if (url.p[k] == '%')
				buf_str(&out, s->percent);
			else
				buf_char(&out, url.p[k]);
		buf_printf(&out, ">; rel=%shub%s, ", s->quote, s->quote);
	}
	made = arena_copy(w->arena, buf_view(&out));
	buf_fini(&out);
	return made;
}

static bool
same_hubs(
    const struct config *c, const struct config_feed *a, const struct config_feed *b)
{
	for (size_t i = 0; i < c->hubs; i++)
		if (config_takes(&c->hub[i].feeds, a->name) !=
		    config_takes(&c->hub[i].feeds, b->name))
			return false;
	return true;
}

/* Feeds from `first` on that have the same hubs, as many as one expression takes, by
 * their names and by their addresses. Returns the first that is left. */
static size_t
gather_feeds(struct writer *w, size_t first)
{
	const struct config *c = w->config;
	struct buf live, self;
	size_t i = first;

	buf_init(&live, SIZE_MAX);
	buf_init(&self, SIZE_MAX);
	write_literal(&self, w->base);
	buf_str(&self, "(?:");
	for (; i < c->feeds && (i == first || self.n < w->server->longest); i++) {
		if (!same_hubs(c, &c->feed[first], &c->feed[i]))
			break;
		buf_str(&live, i > first ? "|" : "");
		buf_str(&self, i > first ? "|" : "");
		write_feed(&live, &c->feed[i], false, w->arena);
		write_feed(&self, &c->feed[i], true, w->arena);
	}
	buf_char(&self, ')');
	w->value[HUBS] = hub_links(w, &c->feed[first]);
	w->value[LIVE] = arena_copy(w->arena, buf_view(&live));
	w->value[SELF] = arena_copy(w->arena, buf_view(&self));
	buf_fini(&live);
	buf_fini(&self);
	return i;
}

/* --- values --------------------------------------------------------------- */

static struct slice
decode(struct arena *arena, struct slice text)
{
	char *p = arena_alloc(arena, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned c = (unsigned char)text.p[i];

		/* The address is in normal form: two digits follow. */
		if (c == '%') {
			sscanf(text.p + i + 1, "%2x", &c);
			i += 2;
		}
		p[n++] = (char)c;
	}
	return slice_make(p, n);
}

static struct slice
literal(struct arena *arena, struct slice text)
{
	struct buf out;
	struct slice made;

	buf_init(&out, SIZE_MAX);
	write_literal(&out, text);
	made = arena_copy(arena, buf_view(&out));
	buf_fini(&out);
	return made;
}

/* Archive documents are Atom alone. */
static struct slice
rest_names(const struct writer *w)
{
	bool pages = w->config->output.pages && (w->holds & IF_FOLDER);
	struct slice made = SLICE(".+/archive-[0-9]+\\.atom");

	for (size_t i = 0; i < OTHERS; i++)
		if (pages || !others[i].pages)
			made = arena_printf(
			    w->arena, "%.*s|%s", SLICE_ARG(made), others[i].pattern);
	return made;
}

static bool
is_xml(const struct format *format)
{
	return slice_ends(slice_str(format->media_type), SLICE("+xml"));
}

/* Extensions of what names a style sheet for browsers. */
static struct slice
shown_names(const struct writer *w)
{
	struct slice made = SLICE("");

	for (size_t i = 0; i < formats_n; i++)
		if (is_xml(&formats[i]))
			made = arena_printf(w->arena, "%.*s%s%s", SLICE_ARG(made),
			    made.n ? "|" : "", formats[i].extension);
	return made;
}

static void
fill_values(struct writer *w)
{
	const struct config *c = w->config;
	const int copies = c->output.precompress & w->server->copies;
	struct slice *v = w->value;
	struct uri uri;

	uri_split(c->output.url, &uri);
	w->base = uri.path;
	w->holds = (unsigned)c->output.precompress;
	w->holds |= uri.path.n > 1 ? IF_FOLDER : IF_ROOT;
	w->holds |= copies ? IF_PACKED : 0;
	v[FOLDER] = decode(w->arena, uri.path);
	v[PREFIX] = slice_part(v[FOLDER], 0, v[FOLDER].n - 1);
	v[BASE] = literal(w->arena, v[FOLDER]);
	v[DIR] = c->output.dir;
	v[URL] = c->output.url;
	v[REST] = rest_names(w);
	v[SHOWN] = shown_names(w);
	v[ORIGIN] = arena_printf(
	    w->arena, "%.*s://%.*s", SLICE_ARG(uri.scheme), SLICE_ARG(uri.authority));
	v[ENCODINGS] = arena_printf(w->arena, "%s%s%s", copies & COMPRESS_BR ? " br" : "",
	    copies & COMPRESS_ZST ? " zstd" : "", copies & COMPRESS_GZ ? " gzip" : "");
}

/* --- texts ---------------------------------------------------------------- */

/* Which value stands at the start of `text`; VALUES: none. */
static enum value
value_at(struct slice text)
{
	enum value i = 0;

	while (i < VALUES && !slice_starts(text, slice_str(names[i])))
		i++;
	return i;
}

static void
write_text(struct writer *w, const char *text)
{
	struct slice rest = slice_str(text);

	while (rest.n) {
		enum value i = value_at(rest);

		if (i < VALUES)
			buf_slice(w->out, w->value[i]);
		else
			buf_char(w->out, *rest.p);
		rest = slice_from(rest, i < VALUES ? strlen(names[i]) : 1);
	}
}

static void
write_for_type(
    struct writer *w, const char *text, const char *extension, struct slice type)
{
	w->value[EXTENSION] = slice_str(extension);
	w->value[TYPE] = type;
	write_text(w, text);
}

/* XML is told its charset too; JSON has no such parameter (RFC 8259). */
static void
write_for_types(struct writer *w, const char *text)
{
	for (size_t i = 0; i < formats_n; i++) {
		const char *charset = is_xml(&formats[i]) ? "; charset=utf-8" : "";

		write_for_type(w, text, formats[i].extension,
		    arena_printf(w->arena, "%s%s", formats[i].media_type, charset));
	}
	for (size_t i = 0; i < OTHERS; i++)
		if (others[i].type)
			write_for_type(
			    w, text, others[i].extension, slice_str(others[i].type));
}

static void
write_lines(struct writer *w, const struct line *line)
{
	for (; line->text; line++) {
		if (line->when == EACH_TYPE)
			write_for_types(w, line->text);
		else if (line->when == 0 || (line->when & w->holds))
			write_text(w, line->text);
	}
}

/* --- all of it ------------------------------------------------------------ */

/* There are characters that one server or another can't be given by any quoting. */
static int
refuse(const char *what, struct slice text, const char *set, struct err *err)
{
	for (size_t i = 0; i < text.n; i++)
		if (slice_one_of(text.p[i], set))
			return err_set(err, ERR_CONFIG,
			    "--server-config: %s: \"%.*s\" has a character in it that "
			    "web servers give a meaning of their own: %c",
			    what, SLICE_ARG(text), text.p[i]);
	return 0;
}

static int
refuse_any(const struct writer *w, struct err *err)
{
	static const char special[] = "\"\\`${}%";
	const struct config *c = w->config;

	if (refuse("[output] dir", c->output.dir, special, err) < 0 ||
	    refuse("[output] url", w->value[FOLDER], special, err) < 0)
		return -1;
	for (size_t i = 0; i < c->hubs; i++)
		if (refuse("[hub] url", c->hub[i].url, "$", err) < 0)
			return -1;
	return 0;
}

static const struct server *
find_server(const char *name)
{
	for (size_t i = 0; i < servers_n; i++)
		if (strcmp(name, servers[i].name) == 0)
			return &servers[i];
	return NULL;
}

int
server_config_write(
    struct buf *out, const struct config *config, const char *server, struct err *err)
{
	struct writer w = {.out = out, .config = config, .server = find_server(server)};
	int rc;

	if (!w.server)
		return err_set(err, ERR_CONFIG,
		    "--server-config knows nginx, apache and caddy, not %s", server);
	w.arena = arena_new();
	fill_values(&w);
	rc = refuse_any(&w, err);
	if (rc == 0) {
		write_lines(&w, w.server->head);
		write_lines(&w, w.server->body);
		for (size_t i = 0; i < config->feeds;) {
			i = gather_feeds(&w, i);
			write_lines(&w, w.server->live);
			write_lines(&w, w.server->body);
		}
		write_lines(&w, w.server->tail);
	}
	arena_free(w.arena);
	return rc;
}

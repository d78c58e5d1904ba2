#include "input/render.h"

#include "base/uri.h"
#include "base/utf8.h"
#include "input/html.h"
#include "input/liquid.h"
#include "input/markdown.h"
#include "input/permalink.h"
#include "input/summary.h"
#include "input/text.h"

#include <string.h>

/* Markdown and Liquid may grow a text, but not without bound. */
enum { GROWTH = 8, ROOM = 64 * 1024 };

struct rendering {
	const struct reader *reader;
	const struct article *article;
	struct scratch *scratch;
	struct arena *arena;
	struct entry *entry;
	struct diags *diags;
};

/* {% post_url NAME %}: the address that an article of this name has by the
 * site's pattern. */
static struct slice
find_post(void *ctx, struct arena *arena, struct slice name)
{
	const struct config *c = ctx;
	struct article other = {.path = name};
	size_t slash = name.n;

	while (slash > 0 && name.p[slash - 1] != '/')
		slash--;
	if (!date_prefix(&other.published, slice_from(name, slash), c->site.zone))
		return SLICE_NONE;
	if (!slice_ends(name, SLICE(".md")))
		other.path = arena_printf(arena, "%.*s.md", SLICE_ARG(name));
	return permalink_make(arena, &c->site, c->articles.permalink, &other);
}

static struct slice
expand_liquid(struct rendering *r, struct slice text)
{
	const struct config *c = r->reader->config;
	struct slice site = c->site.url, path;
	struct uri uri;

	uri_split(site, &uri);
	path = uri.path;
	if (slice_ends(path, SLICE("/")))
		path.n--;
	if (slice_ends(site, SLICE("/")))
		site.n--;
	struct liquid_env env = {
	    .site_url = site,
	    .baseurl = path,
	    .page_url = r->entry->url,
	    .page_title = r->article->title,
	    .find = find_post,
	    .ctx = (void *)c,
	};

	return liquid_expand(text, r->article->format == BODY_MARKDOWN, &env,
	    r->article->body_line, r->scratch->arena, r->diags);
}

/* The body as HTML, not yet clean, appended to `out`. */
static int
body_html(struct rendering *r, struct slice body, struct buf *out, struct err *err)
{
	switch (r->article->format) {
	case BODY_MARKDOWN:
		return markdown_html(out, expand_liquid(r, body), r->scratch->arena, err);
	case BODY_HTML:
		buf_slice(out, expand_liquid(r, body));
		return 0;
	default:
		text_html(out, body);
		return 0;
	}
}

static int
clean(struct rendering *r, struct slice body, struct html **html)
{
	const struct config_limits *limits = &r->reader->config->limits;
	const struct html_context context = {
	    .page = r->entry->url,
	    .base = r->article->origin.url.n ? r->article->origin.url : r->entry->url,
	    .max_nodes = (size_t)limits->html_nodes,
	    .max_depth = (size_t)limits->html_depth,
	    .line = r->article->body_line,
	};
	struct buf raw;
	struct err err;
	int rc;

	*html = NULL;
	buf_init(&raw, GROWTH * body.n + ROOM);
	rc = body_html(r, body, &raw, &err);
	if (rc == 0 && raw.full)
		rc =
		    err_set(&err, ERR_LIMIT, "it grows beyond %d times its size", GROWTH);
	if (rc == 0)
		rc = html_open(html, buf_view(&raw), &context, r->diags, &err);
	if (rc < 0)
		diag_add(r->diags, DIAG_BAD, 0, "%s", err.text);
	buf_fini(&raw);
	return rc;
}

/* Front matter's, else what stands before <!--more-->, else the text's start. */
static struct slice
find_summary(struct rendering *r, const struct html *html)
{
	enum { AHEAD = 4 }; /* titles and bylines are cut off the front of it */
	const struct article *a = r->article;
	size_t max = (size_t)r->reader->config->articles.summary;
	struct slice excerpt = markdown_excerpt(a->body), summary;
	struct html *part = NULL;
	struct buf text;

	if (a->summary.n)
		return utf8_squeeze(r->arena, a->summary);
	buf_init(&text, 16 * 1024 * 1024);
	if (excerpt.n && clean(r, excerpt, &part) == 0)
		html = part;
	html_text(html, AHEAD * max + 1024, &text);
	summary = summary_make(r->arena, buf_view(&text), a->title, &a->authors, max);
	html_close(part);
	buf_fini(&text);
	return summary;
}

static struct people
copy_people(struct arena *arena, const struct people *from)
{
	struct people to = {0};

	for (size_t i = 0; i < from->n; i++)
		people_add(&to, arena,
		    (struct person){
			.name = arena_copy(arena, from->v[i].name),
			.uri = uri_http(arena, from->v[i].uri),
			.email = arena_copy(arena, from->v[i].email),
		    });
	return to;
}

static struct slices
copy_slices(struct arena *arena, const struct slices *from)
{
	struct slices to = {0};

	for (size_t i = 0; i < from->n; i++)
		slices_add(&to, arena, arena_copy(arena, from->v[i]));
	return to;
}

static struct slice
media_type(struct slice url)
{
	static const char *const types[][2] = {
	    {".mp3", "audio/mpeg"},
	    {".m4a", "audio/mp4"},
	    {".ogg", "audio/ogg"},
	    {".oga", "audio/ogg"},
	    {".opus", "audio/ogg"},
	    {".wav", "audio/wav"},
	    {".flac", "audio/flac"},
	    {".mp4", "video/mp4"},
	    {".m4v", "video/mp4"},
	    {".webm", "video/webm"},
	    {".pdf", "application/pdf"},
	    {".zip", "application/zip"},
	    {".epub", "application/epub+zip"},
	    {".jpg", "image/jpeg"},
	    {".jpeg", "image/jpeg"},
	    {".png", "image/png"},
	    {".gif", "image/gif"},
	    {".webp", "image/webp"},
	    {".svg", "image/svg+xml"},
	    {".avif", "image/avif"},
	};
	struct uri uri;

	uri_split(url, &uri);
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		size_t n = strlen(types[i][0]);

		if (uri.path.n > n &&
		    slice_is_nocase(slice_from(uri.path, uri.path.n - n), types[i][0]))
			return slice_str(types[i][1]);
	}
	return SLICE("application/octet-stream");
}

/* The size of a file of our own, looked for beside the article and from the
 * top of the tree; 0 when it is elsewhere. */
static int64_t
local_length(struct rendering *r, struct slice url)
{
	struct arena *arena = r->scratch->arena;
	struct slice path = r->article->path;
	struct folder folder = FOLDER_NONE;
	struct file_stat st;
	struct err err;
	size_t slash = path.n;
	int rc;

	while (slash > 0 && path.p[slash - 1] != '/')
		slash--;
	if (url.p[0] == '/')
		path = slice_from(url, 1);
	else
		path =
		    arena_printf(arena, "%.*s%.*s", (int)slash, path.p, SLICE_ARG(url));
	rc = folder_stat(&folder, r->reader->root, arena_cstr(arena, path), &st, &err);
	folder_close(&folder);
	return rc > 0 && st.regular ? st.size : 0;
}

static bool
is_measured(const struct media *m)
{
	return m->url.n && !m->length && slice_find(m->url, SLICE("://")) == m->url.n;
}

bool
render_measures(const struct article *article)
{
	return is_measured(&article->image) || is_measured(&article->enclosure);
}

static struct media
make_media(struct rendering *r, const struct media *from)
{
	struct media m = {.length = from->length};

	if (from->url.n == 0)
		return m;
	m.url = uri_http(r->arena, uri_resolve(r->arena, r->entry->url, from->url));
	if (!m.url.n) {
		diag_add(r->diags, DIAG_WARN, 0, "%.*s: not an address for a file",
		    SLICE_ARG(from->url));
		return (struct media){0};
	}
	m.type = from->type.n ? arena_copy(r->arena, from->type) : media_type(m.url);
	m.title = arena_copy(r->arena, from->title);
	if (is_measured(from))
		m.length = local_length(r, from->url);
	return m;
}

/* RFC 4287 and RSS both want the true length of an enclosure. */
static void
add_media(struct rendering *r)
{
	const struct article *a = r->article;

	r->entry->image = make_media(r, &a->image);
	r->entry->enclosure = make_media(r, &a->enclosure);
	if (r->entry->enclosure.url.n && !r->entry->enclosure.length) {
		diag_add(r->diags, DIAG_WARN, 0,
		    "enclosure %.*s: its length is unknown, so it is left out (give "
		    "`length`)",
		    SLICE_ARG(a->enclosure.url));
		r->entry->enclosure = (struct media){0};
	}
}

static void
add_fields(struct rendering *r)
{
	const struct article *a = r->article;
	const struct config_site *site = &r->reader->config->site;
	struct entry *e = r->entry;
	struct arena *arena = r->arena;

	e->path = arena_copy(arena, a->path);
	e->title = arena_copy(arena, a->title);
	e->lang = arena_copy(arena, a->lang);
	e->rights = arena_copy(arena, a->rights.n ? a->rights : site->rights);
	e->authors = copy_people(arena, &a->authors);
	if (!e->authors.n)
		people_add(&e->authors, arena, (struct person){.name = site->author});
	e->contributors = copy_people(arena, &a->contributors);
	e->tags = copy_slices(arena, &a->tags);
	e->categories = copy_slices(arena, &a->categories);
	e->origin = (struct origin){
	    .url = uri_http(arena, a->origin.url),
	    .name = arena_copy(arena, a->origin.name),
	    .date = a->origin.date,
	};
	e->issued = a->issued;
}

int
render_entry(const struct reader *reader, const struct article *article, bool content,
    struct scratch *scratch, struct arena *arena, struct entry *entry,
    struct diags *diags)
{
	struct rendering r = {reader, article, scratch, arena, entry, diags};
	struct html *html = NULL;
	struct buf out;

	if (clean(&r, article->body, &html) < 0)
		return -1;
	add_fields(&r);
	add_media(&r);
	entry->summary = find_summary(&r, html);
	if (content) {
		buf_init(&out, 4 * GROWTH * article->body.n + ROOM);
		html_write(html, &out);
		entry->content = arena_copy(arena, buf_view(&out));
		if (out.full)
			diag_add(diags, DIAG_BAD, 0, "its content grows beyond reason");
		buf_fini(&out);
	}
	/* An image alone has no text: its title stands for it. */
	if (!entry->summary.n && !entry->content.n)
		entry->summary = entry->title;
	html_close(html);
	return diags_bad(diags) ? -1 : 0;
}

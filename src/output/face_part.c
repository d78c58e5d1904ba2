#include "output/face_inside.h"

#include "base/uri.h"
#include "output/asset.h"
#include "output/compose.h"

#include <assert.h>
#include <string.h>

/* --- words and addresses -------------------------------------------------- */

struct slice
sheet_word(const struct sheet *p, enum word which)
{
	return word(p->face->language, which);
}

struct slice
sheet_fill(const struct sheet *p, enum word which, struct slice one, struct slice two)
{
	return words_fill(p->face->arena, p->face->language, which, one, two);
}

struct slice
sheet_number(const struct sheet *p, int64_t number)
{
	struct slice text = SLICE("");
	const char *comma = "";

	for (; number >= 1000; number /= 1000, comma = ",")
		text = arena_printf(p->face->arena, "%03d%s%.*s", (int)(number % 1000),
		    comma, SLICE_ARG(text));
	return arena_printf(
	    p->face->arena, "%d%s%.*s", (int)number, comma, SLICE_ARG(text));
}

struct slice
sheet_day(const struct sheet *p, int64_t sec)
{
	struct civil local;

	zone_civil(p->face->config->site.zone, sec, &local);
	return arena_printf(
	    p->face->arena, "%04d-%02d-%02d", local.year, local.month, local.day);
}

struct slice
sheet_href(const struct sheet *p, struct slice path)
{
	struct arena *arena = p->face->arena;
	struct slice encoded = uri_encode_path(arena, path);
	struct slice href = asset_href(arena, p->face->path, arena_cstr(arena, encoded));

	/* What has a colon before its first slash would be taken for a scheme. */
	if (slice_index(href, ':') < slice_index(href, '/'))
		href = arena_printf(arena, "./%.*s", SLICE_ARG(href));
	return href;
}

/* No feed is without one. */
static const struct format *
first_format(const struct config_feed *feed)
{
	const struct format *f = formats;

	while (!(feed->formats & f->bit))
		f++;
	return f;
}

static struct slice
document(const struct sheet *p, const struct face_feed *feed, const char *extension)
{
	return arena_printf(p->face->arena, "%.*s.%s", SLICE_ARG(feed->key), extension);
}

struct slice
sheet_feed_href(const struct sheet *p, const struct face_feed *feed)
{
	return sheet_href(p,
	    document(p, feed,
		feed->has_page ? FACE_EXTENSION : first_format(feed->config)->extension));
}

/* --- parts ---------------------------------------------------------------- */

void
sheet_element(struct sheet *p, const char *name, const char *class, struct slice text)
{
	if (text.n == 0)
		return;
	markup_start(&p->html, name);
	markup_class(&p->html, class);
	markup_text(&p->html, text);
	markup_end(&p->html);
}

void
sheet_link(struct sheet *p, const char *class, struct slice href, struct slice text)
{
	markup_start(&p->html, "a");
	if (class)
		markup_class(&p->html, class);
	markup_attr(&p->html, "href", href);
	markup_text(&p->html, text);
	markup_end(&p->html);
}

void
sheet_section(struct sheet *p, const char *id, struct slice title)
{
	struct markup *h = &p->html;

	markup_start(h, "section");
	markup_attr(h, "aria-labelledby", slice_str(id));
	markup_start(h, "h2");
	markup_attr(h, "id", slice_str(id));
	markup_text(h, title);
	markup_end(h);
	markup_start(h, "div");
	markup_class(h, "body");
}

void
sheet_section_end(struct sheet *p)
{
	markup_end(&p->html);
	markup_end(&p->html);
}

/* The widest span of which one or more fit, in words. */
static struct slice
pace_text(const struct sheet *p, int64_t pace)
{
	static const struct {
		enum word word;
		int64_t times; /* in a year */
	} spans[] = {
	    {WORD_PACE_DAY, 365},
	    {WORD_PACE_WEEK, 52},
	    {WORD_PACE_MONTH, 12},
	    {WORD_PACE_YEAR, 1},
	};

	for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
		if (pace >= spans[i].times + spans[i].times / 2 || spans[i].times == 1)
			return sheet_fill(p, spans[i].word,
			    sheet_number(p, (pace + spans[i].times / 2) / spans[i].times),
			    SLICE_NONE);
	return SLICE_NONE;
}

void
sheet_facts(struct sheet *p, int64_t total, int64_t updated, int64_t pace)
{
	struct markup *h = &p->html;

	markup_start(h, "p");
	markup_class(h, "facts");
	markup_element(h, "span",
	    total == 1
		? sheet_word(p, WORD_ARTICLE)
		: sheet_fill(p, WORD_ARTICLES, sheet_number(p, total), SLICE_NONE));
	if (total > 0 && pace > 0) {
		markup_text(h, SLICE(" · "));
		markup_element(h, "span", pace_text(p, pace));
	}
	if (total > 0) {
		markup_text(h, SLICE(" · "));
		markup_element(h, "span",
		    sheet_fill(p, WORD_LAST, sheet_day(p, updated), SLICE_NONE));
	}
	markup_end(h);
}

static void
copy_button(struct sheet *p, struct slice url)
{
	struct markup *h = &p->html;

	markup_start(h, "button");
	markup_attr(h, "type", SLICE("button"));
	markup_attr(h, "data-copy", url);
	markup_attr(h, "data-done", sheet_word(p, WORD_COPIED));
	markup_flag(h, "hidden");
	markup_text(h, sheet_word(p, WORD_COPY));
	markup_end(h);
}

/* Where a reader is told what to subscribe to; the rest of the address is the feed's. */
static const struct {
	const char *name, *url;
} readers[] = {
    {"Feedly", "https://feedly.com/i/subscription/feed%2F"},
    {"Inoreader", "https://www.inoreader.com/?add_feed="},
    {"NewsBlur", "https://www.newsblur.com/?url="},
    {"The Old Reader", "https://theoldreader.com/feeds/subscribe?url="},
};

static void
reader_links(struct sheet *p, struct slice url)
{
	struct arena *arena = p->face->arena;
	struct buf value;

	buf_init(&value, SIZE_MAX);
	uri_add_value(&value, url);
	markup_start(&p->html, "p");
	markup_class(&p->html, "readers");
	markup_element(&p->html, "span", sheet_word(p, WORD_OPEN_IN));
	for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
		markup_text(&p->html, SLICE(" "));
		sheet_link(p, NULL,
		    arena_printf(
			arena, "%s%.*s", readers[i].url, SLICE_ARG(buf_view(&value))),
		    slice_str(readers[i].name));
	}
	buf_fini(&value);
	markup_end(&p->html);
}

/* The first format is the one to copy. */
void
sheet_addresses(struct sheet *p, const struct face_feed *feed)
{
	struct markup *h = &p->html;
	const struct config *config = p->face->config;
	const struct format *first = first_format(feed->config);
	struct slice url =
	    compose_url(config, document(p, feed, first->extension), p->face->arena);

	markup_start(h, "p");
	markup_class(h, "address");
	sheet_element(p, "code", "url", url);
	copy_button(p, url);
	markup_end(h);
	markup_start(h, "p");
	markup_class(h, "formats");
	markup_element(h, "span", sheet_word(p, WORD_FORMATS));
	for (size_t i = 0; i < formats_n; i++) {
		if (!(feed->config->formats & formats[i].bit))
			continue;
		markup_text(h, SLICE(" "));
		sheet_link(p, "format",
		    sheet_href(p, document(p, feed, formats[i].extension)),
		    slice_str(formats[i].title));
	}
	markup_end(h);
	reader_links(p, url);
}

void
sheet_entries(struct sheet *p, const struct face_entry *entry, size_t entries)
{
	struct markup *h = &p->html;

	markup_start(h, "ol");
	markup_class(h, "entries");
	for (size_t i = 0; i < entries; i++) {
		struct slice day = sheet_day(p, entry[i].published);

		markup_start(h, "li");
		if (entry[i].lang.n)
			markup_attr(h, "lang", entry[i].lang);
		markup_start(h, "time");
		markup_attr(h, "datetime", day);
		markup_text(h, day);
		markup_end(h);
		markup_text(h, SLICE(" "));
		sheet_link(p, "entry", entry[i].url, entry[i].title);
		if (entry[i].summary.n)
			markup_element(h, "p", entry[i].summary);
		markup_end(h);
	}
	markup_end(h);
}

void
sheet_names(struct sheet *p, const struct face_feed *feed, size_t feeds, bool counts)
{
	struct markup *h = &p->html;

	markup_start(h, "ul");
	markup_class(h, "names");
	for (size_t i = 0; i < feeds; i++) {
		markup_start(h, "li");
		sheet_link(p, "feed", sheet_feed_href(p, &feed[i]), feed[i].name);
		if (counts) {
			markup_text(h, SLICE(" "));
			markup_element(h, "span", sheet_number(p, feed[i].total));
		}
		markup_end(h);
	}
	markup_end(h);
}

/* Both are shown by the script, which they are nothing without. */
void
sheet_filter(struct sheet *p, const char *id)
{
	struct markup *h = &p->html;

	markup_start(h, "div");
	markup_class(h, "filter");
	markup_flag(h, "hidden");
	markup_start(h, "label");
	markup_attr(h, "for", slice_str(id));
	markup_text(h, sheet_word(p, WORD_FILTER));
	markup_end(h);
	markup_start(h, "input");
	markup_attr(h, "type", SLICE("search"));
	markup_attr(h, "id", slice_str(id));
	markup_attr(h, "autocomplete", SLICE("off"));
	markup_attr(h, "spellcheck", SLICE("false"));
	markup_end(h);
	markup_start(h, "p");
	markup_attr(h, "role", SLICE("status"));
	markup_attr(h, "data-none", sheet_word(p, WORD_NO_MATCH));
	markup_end(h);
	markup_end(h);
}

/* --- the frame ------------------------------------------------------------ */

static void
meta(struct sheet *p, const char *name, const char *content)
{
	markup_start(&p->html, "meta");
	markup_attr(&p->html, "name", slice_str(name));
	markup_attr(&p->html, "content", slice_str(content));
	markup_end(&p->html);
}

static void
head_link(struct sheet *p, const char *rel, const char *type, struct slice title,
    struct slice href)
{
	markup_start(&p->html, "link");
	markup_attr(&p->html, "rel", slice_str(rel));
	if (type)
		markup_attr(&p->html, "type", slice_str(type));
	if (title.n)
		markup_attr(&p->html, "title", title);
	markup_attr(&p->html, "href", href);
	markup_end(&p->html);
}

static void
head_formats(struct sheet *p, const struct face_feed *feed)
{
	for (size_t i = 0; i < formats_n; i++)
		if (feed->config->formats & formats[i].bit)
			head_link(p, "alternate", formats[i].media_type,
			    arena_printf(p->face->arena, "%.*s (%s)",
				SLICE_ARG(feed->name), formats[i].title),
			    sheet_href(p, document(p, feed, formats[i].extension)));
}

static void
write_head(struct sheet *p, struct slice title, const struct face_feed *feed)
{
	struct markup *h = &p->html;

	markup_start(h, "head");
	markup_start(h, "meta");
	markup_attr(h, "charset", SLICE("utf-8"));
	markup_end(h);
	meta(p, "viewport", "width=device-width, initial-scale=1");
	meta(p, "generator", "xysfeed");
	markup_element(h, "title", title);
	head_link(p, "stylesheet", NULL, SLICE_NONE, sheet_href(p, SLICE("index.css")));
	if (feed)
		head_formats(p, feed);
	markup_start(h, "script");
	markup_attr(h, "src", sheet_href(p, SLICE("index.js")));
	markup_attr(h, "defer", SLICE("defer"));
	markup_end(h);
	markup_end(h);
}

/* The site's name behind the page's own. */
static struct slice
full_title(const struct face *face, struct slice title)
{
	struct slice site = face->config->site.title;

	if (slice_eq(title, site))
		return site;
	return arena_printf(
	    face->arena, "%.*s · %.*s", SLICE_ARG(title), SLICE_ARG(site));
}

void
sheet_begin(struct sheet *p, const struct face *face, struct buf *out, struct slice title,
    const struct face_feed *feed)
{
	struct markup *h = &p->html;

	p->face = face;
	markup_begin(h, out);
	markup_start(h, "html");
	markup_attr(h, "xmlns", SLICE("http://www.w3.org/1999/xhtml"));
	markup_attr(h, "lang", language_tag(face->language));
	write_head(p, full_title(face, title), feed);
	markup_start(h, "body");
	sheet_link(p, "skip", SLICE("#main"), sheet_word(p, WORD_SKIP));
}

static void
write_footer(struct sheet *p)
{
	struct markup *h = &p->html;

	markup_start(h, "footer");
	markup_element(h, "p", sheet_word(p, WORD_ABOUT_PAGE));
	markup_start(h, "p");
	sheet_link(p, NULL, p->face->config->site.url, sheet_word(p, WORD_SITE));
	if (p->face->config->output.opml) {
		markup_text(h, SLICE(" · "));
		sheet_link(p, NULL, sheet_href(p, SLICE("feeds.opml")),
		    sheet_word(p, WORD_OPML));
	}
	markup_end(h);
	markup_end(h);
}

int
sheet_end(struct sheet *p, struct err *err)
{
	struct markup *h = &p->html;

	markup_end(h); /* main */
	write_footer(p);
	markup_end(h);
	markup_end(h);
	assert(h->depth == 0);
	if (h->out->full)
		return err_set(
		    err, ERR_LIMIT, "the page is larger than %zu bytes", h->out->max);
	return 0;
}

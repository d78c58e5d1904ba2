#include "input/read.h"

#include "base/uri.h"
#include "base/utf8.h"
#include "input/charset.h"
#include "input/front.h"
#include "input/markdown.h"
#include "input/permalink.h"

#include <string.h>

void
reader_init(struct reader *reader, const struct config *config,
    const struct profile *profile, const struct root *root, int64_t now)
{
	*reader = (struct reader){
	    .config = config, .profile = profile, .root = root, .now = now};
	for (size_t i = 0; i < config->feeds; i++) {
		const struct config_feed *f = &config->feed[i];

		if (f->for_each >= 0)
			reader->terms[f->for_each] = true;
		if (f->include || f->exclude)
			for (size_t k = 0; k < TERM_KINDS; k++)
				reader->terms[k] = true;
	}
}

void
scratch_init(struct scratch *s, const struct config *config)
{
	s->arena = arena_new();
	buf_init(&s->bytes, (size_t)config->articles.max_size + 1);
	buf_init(&s->visible, 2 * (size_t)config->articles.max_size + 1024 * 1024);
}

void
scratch_reset(struct scratch *s)
{
	arena_reset(s->arena);
	buf_reset(&s->bytes);
	buf_reset(&s->visible);
}

void
scratch_fini(struct scratch *s)
{
	arena_free(s->arena);
	buf_fini(&s->bytes);
	buf_fini(&s->visible);
}

/* A .txt with front matter is Jekyll's; without, it depends on what is in it. */
static enum body_format
format_of(struct slice path, bool has_front, struct slice body)
{
	static const struct {
		const char *extension;
		enum body_format format;
	} table[] = {
	    {".md", BODY_MARKDOWN},
	    {".markdown", BODY_MARKDOWN},
	    {".html", BODY_HTML},
	    {".htm", BODY_HTML},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		size_t n = strlen(table[i].extension);

		if (path.n > n &&
		    slice_is_nocase(slice_from(path, path.n - n), table[i].extension))
			return table[i].format;
	}
	return has_front || markdown_looks_like(body) ? BODY_MARKDOWN : BODY_TEXT;
}

/* A name may hold what a text may not. */
static struct slice
title_of_name(struct slice path, struct arena *arena)
{
	struct slice name = permalink_slug(path), title;
	struct buf clean;
	size_t first;

	buf_init(&clean, name.n + 1);
	utf8_clean(&clean, name, &first);
	title = utf8_squeeze(arena, buf_view(&clean));
	buf_fini(&clean);
	return title.n ? title : SLICE("(untitled)");
}

/* Without a title in front matter: a short first line (of Markdown: its
 * heading), else the file's name. */
static struct slice
find_title(const struct article *a, struct arena *arena)
{
	enum { LONGEST = 60 };
	struct slice rest = a->body, line = SLICE_NONE;

	while (a->format != BODY_HTML && slice_line(&rest, &line)) {
		line = utf8_trim(line);
		if (line.n == 0)
			continue;
		if (a->format == BODY_MARKDOWN) {
			size_t marks = 0;

			while (marks < line.n && line.p[marks] == '#')
				marks++;
			if (marks == 0)
				break;
			line = utf8_trim(slice_from(line, marks));
		}
		if (line.n && utf8_count(line) <= LONGEST)
			return utf8_squeeze(arena, line);
		break;
	}
	return title_of_name(a->path, arena);
}

/* The Gregorian range that feed readers accept as plausible starts in 1990. */
static bool
is_plausible(const struct date *date)
{
	enum { SECONDS_TO_1990 = 631152000 };

	return date->known && date->sec >= SECONDS_TO_1990;
}

static void
find_published(const struct reader *reader, struct article *a,
    const struct file_stat *stat, struct diags *diags)
{
	struct slice name = a->path;
	size_t slash = name.n;

	if (a->published.known)
		return;
	while (slash > 0 && name.p[slash - 1] != '/')
		slash--;
	name = slice_from(name, slash);
	if (date_prefix(&a->published, name, reader->config->site.zone) &&
	    is_plausible(&a->published))
		return;
	a->published = (struct date){.sec = stat->mtime_ns / 1000000000, .known = true};
	if (is_plausible(&a->published))
		diag_add(diags, DIAG_NOTE, 0,
		    "no date in it or in its name: taken from the file's time");
	else
		diag_add(diags, DIAG_BAD, 0,
		    "no date in it or in its name, and its file's time is of before "
		    "1990");
}

static void
add_visible(struct buf *out, struct slice s)
{
	utf8_visible(out, s);
	buf_char(out, '\0');
}

/*
 * Of what the author wrote for readers, before the profile and without white
 * space: neither reflowed lines nor a new rule make an edit.
 */
static struct digest
hash_article(const struct article *a, struct buf *visible)
{
	add_visible(visible, a->title);
	add_visible(visible, a->summary);
	for (size_t i = 0; i < a->authors.n; i++)
		add_visible(visible, a->authors.v[i].name);
	add_visible(visible, a->image.url);
	add_visible(visible, a->enclosure.url);
	add_visible(visible, a->body);
	return digest_of(buf_view(visible));
}

void
read_article(const struct reader *reader, struct slice path, struct scratch *scratch,
    struct article *a, struct file_stat *stat, struct digest *hash, struct diags *diags)
{
	const struct config *c = reader->config;
	struct slice text, yaml;
	struct err err;

	*a = (struct article){.path = path, .body_line = 1};
	*stat = (struct file_stat){0};
	*hash = (struct digest){0};
	if (file_read(reader->root, arena_cstr(scratch->arena, path),
		c->articles.max_size, &scratch->bytes, stat, &err) < 0) {
		struct slice why = slice_str(err.text);

		if (slice_starts(why, path) && why.n > path.n + 2)
			why = slice_from(why, path.n + 2);
		diag_add(diags, DIAG_BAD, 0, "%.*s", SLICE_ARG(why));
		return;
	}
	text = charset_utf8(
	    buf_view(&scratch->bytes), c->articles.charset, scratch->arena, diags);
	if (diags_bad(diags))
		return;
	front_split(text, &yaml, &a->body, &a->body_line, diags);
	front_parse(a, yaml, c->site.zone, scratch->arena, diags);
	a->format = format_of(path, yaml.p != NULL, a->body);
	/* Of what is written in it: a title by its name would be another after a
	 * rename. */
	*hash = hash_article(a, &scratch->visible);
	if (!a->title.n)
		a->title = find_title(a, scratch->arena);
	find_published(reader, a, stat, diags);
	if (utf8_trim(a->body).n == 0 && !a->summary.n)
		diag_add(diags, DIAG_BAD, 0, "it is empty");
	if (reader->profile && !diags_bad(diags))
		profile_apply(reader->profile, a, c->site.zone, scratch->arena, diags);
}

static void
add_term(const struct reader *reader, struct terms *terms, enum term_kind kind,
    struct slice value, struct arena *arena)
{
	if (!reader->terms[kind] || value.n == 0)
		return;
	for (size_t i = 0; i < terms->n; i++)
		if (terms->v[i].kind == kind && slice_eq(terms->v[i].value, value))
			return;
	terms->v[terms->n++] = (struct term){kind, arena_copy(arena, value)};
}

static void
find_terms(const struct reader *reader, const struct article *a, struct arena *scratch,
    struct arena *arena, struct terms *terms)
{
	const struct config_site *site = &reader->config->site;
	const bool *asked = reader->terms;
	struct civil local;
	struct uri uri;

	/* One array of the right size: there is one for every article. */
	terms->v = arena_array(arena,
	    (asked[TERM_TAG] ? a->tags.n : 0) +
		(asked[TERM_CATEGORY] ? a->categories.n : 0) +
		(asked[TERM_AUTHOR] ? a->authors.n : 0) + asked[TERM_YEAR] +
		asked[TERM_LANGUAGE] + asked[TERM_SOURCE],
	    sizeof *terms->v);
	for (size_t i = 0; i < a->tags.n; i++)
		add_term(reader, terms, TERM_TAG, a->tags.v[i], arena);
	for (size_t i = 0; i < a->categories.n; i++)
		add_term(reader, terms, TERM_CATEGORY, a->categories.v[i], arena);
	for (size_t i = 0; i < a->authors.n; i++)
		add_term(reader, terms, TERM_AUTHOR, a->authors.v[i].name, arena);
	if (reader->terms[TERM_YEAR]) {
		zone_civil(site->zone, a->published.sec, &local);
		add_term(reader, terms, TERM_YEAR,
		    arena_printf(scratch, "%04d", local.year), arena);
	}
	add_term(
	    reader, terms, TERM_LANGUAGE, a->lang.n ? a->lang : site->language, arena);
	uri_split(a->origin.url, &uri);
	add_term(reader, terms, TERM_SOURCE, a->origin.name.n ? a->origin.name : uri.host,
	    arena);
}

static void
set_state(struct reading *r, enum article_state state, int64_t due, const char *reason)
{
	r->state = state;
	r->due = due;
	r->reason = slice_str(reason);
}

static void
judge_state(const struct article *a, const struct diags *diags, int64_t now,
    struct arena *arena, struct reading *r)
{
	const struct diag *bad = diags_bad(diags);

	if (bad) {
		r->state = ARTICLE_BAD;
		r->reason = bad->line ? arena_printf(arena, "line %d: %.*s", bad->line,
					    SLICE_ARG(bad->text))
				      : arena_copy(arena, bad->text);
	} else if (a->draft) {
		set_state(r, ARTICLE_OUT, 0, "draft");
	} else if (a->hidden) {
		set_state(r, ARTICLE_OUT, 0, "hidden");
	} else if (a->unpublished) {
		set_state(r, ARTICLE_OUT, 0, "published: false");
	} else if (a->expires.known && a->expires.sec <= now) {
		set_state(r, ARTICLE_OUT, 0, "expired");
	} else if (a->published.sec > now) {
		set_state(r, ARTICLE_WAITS, a->published.sec, "dated in the future");
	} else if (a->expires.known) {
		r->due = a->expires.sec;
	}
}

/* The address by which an article is known again. One without a path is a whole
 * site, from which many articles are taken. */
static struct slice
source_of(const struct article *a)
{
	struct uri uri;

	uri_split(a->origin.url, &uri);
	return uri.path.n > 1 || uri.has_query ? a->origin.url : SLICE_NONE;
}

void
read_judge(const struct reader *reader, const struct article *a,
    const struct file_stat *stat, const struct digest *hash, const struct diags *diags,
    struct scratch *scratch, struct arena *arena, struct reading *r)
{
	const struct config *c = reader->config;
	struct slice url;

	*r = (struct reading){.path = arena_copy(arena, a->path),
	    .stat = *stat,
	    .hash = *hash,
	    .minor = a->minor};
	judge_state(a, diags, reader->now, arena, r);
	if (r->state == ARTICLE_BAD)
		return;
	r->title = arena_copy(arena, a->title);
	url = permalink_make(scratch->arena, &c->site, c->articles.permalink, a);
	r->url = arena_copy(arena, url);
	r->guid = arena_copy(arena, a->guid);
	r->source = arena_copy(arena, source_of(a));
	r->published = a->published.sec;
	r->updated = is_plausible(&a->updated) ? a->updated.sec : 0;
	find_terms(reader, a, scratch->arena, arena, &r->terms);
}

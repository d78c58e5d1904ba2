#include "output/compose.h"

#include "base/uri.h"
#include "output/asset.h"
#include "output/face.h"
#include "output/window.h"

#include <stdlib.h>
#include <string.h>

enum {
	DAY = 86400,
	ARCHIVE_BYTES = 3000000, /* no reader takes more */
	TOMBSTONES = 200,        /* in one document */
};

struct slice
compose_url(const struct config *config, struct slice path, struct arena *arena)
{
	return arena_printf(arena, "%.*s%.*s", SLICE_ARG(config->output.url),
	    SLICE_ARG(uri_encode_path(arena, path)));
}

struct slice
compose_title(const struct config *config, const struct plan_feed *feed,
    struct slice pattern, struct arena *arena)
{
	const struct {
		const char *name;
		struct slice value;
	} table[] = {
	    {":site", config->site.title},
	    {":name", feed->config->name},
	    {":term", feed->term ? feed->term->value : SLICE_NONE},
	};
	struct slice title = SLICE("");

	while (pattern.n) {
		struct slice value = slice_part(pattern, 0, 1);
		size_t taken = 1;

		for (size_t i = 0; i < sizeof table / sizeof *table; i++)
			if (slice_starts(pattern, slice_str(table[i].name))) {
				value = table[i].value;
				taken = strlen(table[i].name);
			}
		title =
		    arena_printf(arena, "%.*s%.*s", SLICE_ARG(title), SLICE_ARG(value));
		pattern = slice_from(pattern, taken);
	}
	return title;
}

const struct format *
compose_archive_format(const struct config_feed *feed)
{
	for (size_t i = 0; i < formats_n; i++)
		if ((feed->formats & formats[i].bit) && formats[i].bit != FORMAT_JSON)
			return &formats[i];
	return NULL;
}

bool
compose_has_page(const struct config *config, const struct job *job, struct arena *arena)
{
	return job->page == PAGE_NONE && config_has_page(config, job->feed->key, arena);
}

struct composing {
	const struct composer *composer;
	struct job *job;
	struct buf *scratch;
	struct arena *arena, *keep;
	struct feed feed;
	struct shown shown;
};

static const struct config_feed *
config_of(const struct composing *c)
{
	return c->job->feed->config;
}

static struct slice
document_path(struct composing *c, const struct format *format)
{
	const struct plan_feed *f = c->job->feed;

	if (c->job->page != PAGE_NONE)
		return archive_path(c->arena, f->key,
		    f->archive.page[c->job->page].number, format->extension);
	return arena_printf(c->arena, "%.*s.%s", SLICE_ARG(f->key), format->extension);
}

/* --- what is in it -------------------------------------------------------- */

static void
add_items(struct composing *c)
{
	enum feed_content mode = config_of(c)->content;
	struct job *job = c->job;

	c->feed.item = arena_array(c->arena, job->entries, sizeof *c->feed.item);
	c->feed.items = job->entries;
	for (size_t i = 0; i < job->entries; i++) {
		const struct entry *e = job->entry[i];
		bool content = mode != CONTENT_SUMMARY && e->content.n;

		c->feed.item[i] = (struct feed_item){
		    .entry = e,
		    .content = content,
		    .summary = !content || mode == CONTENT_BOTH,
		};
	}
}

static void
add_tombstones(struct composing *c)
{
	const struct composer *co = c->composer;
	int64_t since = co->now - co->config->limits.tombstone_days * DAY;
	struct feed *f = &c->feed;

	if (c->job->page != PAGE_NONE)
		return;
	for (size_t i = 0; i < co->gones && f->gones < TOMBSTONES; i++) {
		const struct record *r = &co->gone[i];

		if (r->gone <= since || !plan_member(c->job->feed, r->path, &r->terms))
			continue;
		f->gone = arena_grow(c->arena, f->gone, f->gones, sizeof *f->gone);
		f->gone[f->gones++] = (struct tombstone){r->id, r->gone, r->reason};
	}
}

/* The newest of what readers see; the clock has no part in it. */
static int64_t
newest(const struct composing *c)
{
	const struct feed *f = &c->feed;
	int64_t updated = 0;

	for (size_t i = 0; i < f->items; i++) {
		const struct entry *e = f->item[i].entry;
		int64_t at = e->updated > e->arrived ? e->updated : e->arrived;

		if (at > updated)
			updated = at;
	}
	for (size_t i = 0; i < f->gones; i++)
		if (f->gone[i].when > updated)
			updated = f->gone[i].when;
	return updated ? updated : c->composer->born;
}

/* Mean time between the arrivals it shows. */
static int64_t
cadence(const struct feed *f)
{
	int64_t span;

	if (f->items < 2)
		return 0;
	span = f->item[0].entry->arrived - f->item[f->items - 1].entry->arrived;
	return span > 0 ? span / (int64_t)(f->items - 1) : 0;
}

/* The first of two moments; 0 is none. */
static int64_t
sooner(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

static int
by_arrival(const void *a, const void *b)
{
	const struct entry *x = *(const struct entry *const *)a;
	const struct entry *y = *(const struct entry *const *)b;

	return (x->seq > y->seq) - (x->seq < y->seq);
}

/* Nothing but which entries it shows, in which version: not their order, not what
 * stands around them. */
static struct shown
shown(struct composing *c)
{
	const struct feed *f = &c->feed;
	const struct config_feed *section = config_of(c);
	struct shown shown = {.told = config_tells_of(c->composer->config, section->name),
	    .editions = section->schedule.set};
	const struct entry **v = arena_array(c->arena, f->items, sizeof *v);
	struct buf text;

	for (size_t i = 0; i < f->items; i++)
		v[i] = f->item[i].entry;
	if (f->items)
		qsort(v, f->items, sizeof *v, by_arrival);
	buf_init(&text, SIZE_MAX);
	for (size_t i = 0; i < f->items; i++)
		buf_printf(
		    &text, "%.*s %lld\n", SLICE_ARG(v[i]->id), (long long)v[i]->updated);
	for (size_t i = 0; i < f->gones; i++)
		buf_printf(&text, "gone %.*s\n", SLICE_ARG(f->gone[i].id));
	shown.digest = digest_of(buf_view(&text));
	buf_fini(&text);
	return shown;
}

/* When the window or its tombstones change by themselves; 0: never. */
static int64_t
next_due(const struct composing *c)
{
	const struct config_feed *f = config_of(c);
	const struct job *job = c->job;
	int64_t due = 0;

	/* Those that are in it for their hours; the others went their way. */
	for (size_t i = 0; i < job->entries; i++) {
		int64_t end = job->entry[i]->arrived + f->min_hours * 3600;

		if ((int64_t)job->entries > f->min_entries && end > c->composer->now)
			due = sooner(due, end);
	}
	for (size_t i = 0; i < c->feed.gones; i++)
		due = sooner(due, c->feed.gone[i].when +
				      c->composer->config->limits.tombstone_days * DAY);
	return due;
}

/* --- what stands around it ------------------------------------------------ */

static struct slice
page_url(struct composing *c, long page, const struct format *format)
{
	const struct plan_feed *f = c->job->feed;

	return compose_url(c->composer->config,
	    archive_path(
		c->arena, f->key, f->archive.page[page].number, format->extension),
	    c->arena);
}

static void
link_archive(struct composing *c)
{
	const struct format *format = compose_archive_format(config_of(c));
	long page = c->job->page, last = (long)c->job->feed->archive.pages - 1;
	struct feed *f = &c->feed;

	if (last < 0 || !format)
		return;
	f->archive_type = slice_str(format->media_type);
	if (page == PAGE_NONE) {
		f->prev_archive = page_url(c, last, format);
		return;
	}
	f->archive = true;
	if (page > 0)
		f->prev_archive = page_url(c, page - 1, format);
	if (page < last)
		f->next_archive = page_url(c, page + 1, format);
	f->current = compose_url(c->composer->config,
	    arena_printf(
		c->arena, "%.*s.%s", SLICE_ARG(c->job->feed->key), format->extension),
	    c->arena);
}

static void
link_alternates(struct composing *c, const struct format *self)
{
	struct feed *f = &c->feed;

	f->alternate = NULL;
	f->alternates = 0;
	for (size_t i = 0; i < formats_n; i++) {
		if (&formats[i] == self || !(config_of(c)->formats & formats[i].bit) ||
		    c->job->page != PAGE_NONE)
			continue;
		f->alternate = arena_grow(
		    c->arena, f->alternate, f->alternates, sizeof *f->alternate);
		f->alternate[f->alternates++] = (struct feed_link){
		    .href = compose_url(
			c->composer->config, document_path(c, &formats[i]), c->arena),
		    .type = slice_str(formats[i].media_type),
		    .title = slice_str(formats[i].title),
		};
	}
}

/* What says of the document where it is. */
static void
point_at(struct composing *c, struct slice path, const struct format *format)
{
	const struct config *config = c->composer->config;

	c->feed.self = compose_url(config, path, c->arena);
	c->feed.stylesheet = asset_stylesheet(config, path, c->arena);
	link_alternates(c, format);
}

static void
name_cloud(struct composing *c, const struct config_cloud *cloud)
{
	struct uri uri;
	bool tls;

	uri_split(cloud->url, &uri);
	tls = slice_is(uri.scheme, "https");
	c->feed.cloud = (struct feed_cloud){
	    .domain = uri.host,
	    .port = uri.port.n ? uri.port
		    : tls      ? SLICE("443")
			       : SLICE("80"),
	    .path = cloud->registration,
	};
}

/* Who tells of changes. */
static void
name_peers(struct composing *c)
{
	const struct config *config = c->composer->config;
	struct slice name = config_of(c)->name;

	for (size_t i = 0; i < config->hubs; i++)
		if (config_takes(&config->hub[i].feeds, name) &&
		    !slices_has(&c->composer->dead, config->hub[i].name))
			slices_add(&c->feed.hubs, c->arena, config->hub[i].url);
	for (size_t i = 0; i < config->clouds; i++)
		if (config_takes(&config->cloud[i].feeds, name))
			name_cloud(c, &config->cloud[i]);
}

static void
describe(struct composing *c)
{
	const struct config *config = c->composer->config;
	const struct plan_feed *pf = c->job->feed;
	struct feed *f = &c->feed;

	f->id = arena_printf(c->arena, "tag:%.*s:feed/%.*s", SLICE_ARG(c->composer->tag),
	    SLICE_ARG(uri_encode_path(c->arena, pf->key)));
	f->home = config->site.url;
	f->title = compose_title(config, pf, pf->config->title, c->arena);
	f->subtitle = compose_title(config, pf, pf->config->description, c->arena);
	f->lang = config->site.language;
	if (pf->term && pf->term->kind == TERM_LANGUAGE)
		f->lang = pf->term->value;
	f->author = config->site.author;
	f->rights = config->site.rights;
	f->icon = config->site.icon;
	f->logo = config->site.logo;
	f->zone = config->site.zone;
	if (c->job->page == PAGE_NONE)
		name_peers(c);
	link_archive(c);
	c->job->title = arena_copy(c->keep, f->title);
}

/* --- making it ------------------------------------------------------------ */

static struct slice
path_of(const struct composing *c, struct slice id)
{
	for (size_t i = 0; i < c->feed.items; i++)
		if (slice_eq(c->feed.item[i].entry->id, id))
			return c->feed.item[i].entry->path;
	return SLICE_NONE;
}

static void
keep_findings(struct composing *c, const struct lint *lint)
{
	struct job *job = c->job;

	job->findings = lint->n;
	job->finding = arena_array(c->keep, lint->n, sizeof *job->finding);
	for (size_t i = 0; i < lint->n; i++)
		job->finding[i] = (struct finding){
		    .rule = lint->v[i].rule,
		    .entry = arena_copy(c->keep, lint->v[i].entry),
		    .path = arena_copy(c->keep, path_of(c, lint->v[i].entry)),
		    .text = arena_copy(c->keep, lint->v[i].text),
		};
}

/* What is in the buffer: refused, or offered; `shown` as for publish_offer. */
static int
offer(struct composing *c, struct slice path, const struct shown *shown, int proven,
    const struct lint *lint)
{
	struct job *job = c->job;

	if (proven < 0) {
		keep_findings(c, lint);
		return err_prefix(&job->err, "%.*s", SLICE_ARG(path));
	}
	job->document =
	    arena_grow(c->keep, job->document, job->documents, sizeof *job->document);
	if (publish_offer(c->composer->publication, path, job->feed->key,
		buf_view(c->scratch), job->updated, shown, c->keep,
		&job->document[job->documents], &job->err) < 0)
		return -1;
	job->documents++;
	return 0;
}

/* One format: written, read back, offered. */
static int
make_document(struct composing *c, const struct format *format)
{
	struct job *job = c->job;
	struct slice path = document_path(c, format);
	struct lint lint;
	int proven;

	job->refused = arena_copy(c->keep, path);
	point_at(c, path, format);
	lint_init(&lint, c->arena, c->composer->latest);
	buf_reset(c->scratch);
	proven = format->write(c->scratch, &c->feed, &job->err);
	if (proven == 0)
		proven = format->prove(buf_view(c->scratch), &c->feed, &lint, &job->err);
	return offer(c, path, job->page == PAGE_NONE ? &c->shown : NULL, proven, &lint);
}

/* --- its page ------------------------------------------------------------- */

static void
show_entries(struct composing *c, struct face_one *one)
{
	one->entry = arena_array(c->arena, FACE_NEWEST, sizeof *one->entry);
	for (size_t i = 0; i < c->feed.items && i < FACE_NEWEST; i++) {
		const struct entry *e = c->feed.item[i].entry;

		one->entry[one->entries++] = (struct face_entry){
		    .title = e->title,
		    .url = e->url,
		    .lang = format_lang(&c->feed, e),
		    .summary = e->summary,
		    .published = e->published,
		};
	}
}

/* The last ones, which point at all before them. */
static void
show_archive(struct composing *c, struct face_one *one)
{
	enum { SHOWN = 12 };
	const struct plan_feed *f = c->job->feed;
	const struct format *format = compose_archive_format(config_of(c));
	size_t n = f->archive.pages;

	one->archives = format ? n : 0;
	for (; format && n > 0 && one->archive.n < SHOWN; n--)
		slices_add(&one->archive, c->arena,
		    archive_path(c->arena, f->key, f->archive.page[n - 1].number,
			format->extension));
}

/* By the name of its term, which the page is in a list of, or by its title. */
static struct face_feed
face_of(struct composing *c)
{
	const struct config_feed *f = config_of(c);
	const struct job *job = c->job;
	bool own = !slice_eq(f->description, c->composer->config->site.subtitle);

	return (struct face_feed){
	    .config = f,
	    .name = job->feed->term ? job->feed->term->value : c->feed.title,
	    .about = own ? c->feed.subtitle : SLICE_NONE,
	    .key = job->feed->key,
	    .total = job->tally.entries,
	    .updated = job->updated,
	    .pace = tally_pace(&job->tally),
	    .has_page = true,
	};
}

static int
make_page(struct composing *c)
{
	const struct config *config = c->composer->config;
	struct job *job = c->job;
	struct slice path =
	    arena_printf(c->arena, "%.*s." FACE_EXTENSION, SLICE_ARG(job->feed->key));
	struct face_one one = {
	    .face = {config, language_of(config->site.language), path, c->arena},
	    .feed = face_of(c),
	    .tally = job->tally,
	};
	struct lint lint;
	int proven, foreign;

	foreign = publish_is_foreign(c->composer->publication, path, &job->err);
	if (foreign)
		job->foreign = arena_copy(c->keep, path);
	if (foreign)
		return foreign < 0 ? -1 : 0;
	show_entries(c, &one);
	show_archive(c, &one);
	job->refused = arena_copy(c->keep, path);
	lint_init(&lint, c->arena, c->composer->latest);
	buf_reset(c->scratch);
	proven = face_one_write(c->scratch, &one, &job->err);
	if (proven == 0)
		proven = face_one_prove(buf_view(c->scratch), &one, &lint, &job->err);
	return offer(c, path, NULL, proven, &lint);
}

/* What stands around the entries, in the largest format. */
static int64_t
frame_bytes(struct composing *c, int formats_wanted)
{
	size_t items = c->feed.items;
	int64_t most = 0;
	struct err err;

	c->feed.items = 0;
	for (size_t i = 0; i < formats_n; i++) {
		if (!(formats_wanted & formats[i].bit))
			continue;
		buf_reset(c->scratch);
		point_at(c, document_path(c, &formats[i]), &formats[i]);
		formats[i].write(c->scratch, &c->feed, &err);
		if ((int64_t)c->scratch->n > most)
			most = (int64_t)c->scratch->n;
	}
	c->feed.items = items;
	return most;
}

static void
fit(struct composing *c, int formats_wanted)
{
	int64_t max = c->job->page == PAGE_NONE ? config_of(c)->max_bytes : ARCHIVE_BYTES;

	c->feed.items =
	    window_fit(c->feed.item, c->feed.items, max - frame_bytes(c, formats_wanted));
}

static int
formats_of(const struct composing *c)
{
	const struct format *archive = compose_archive_format(config_of(c));

	if (c->job->page == PAGE_NONE)
		return config_of(c)->formats;
	return archive ? archive->bit : 0;
}

void
compose(const struct composer *composer, struct job *job, struct buf *scratch,
    struct arena *arena, struct arena *keep)
{
	struct composing c = {
	    .composer = composer,
	    .job = job,
	    .scratch = scratch,
	    .arena = arena,
	    .keep = keep,
	};
	int wanted = formats_of(&c);

	add_items(&c);
	add_tombstones(&c);
	describe(&c);
	job->empty = job->page == PAGE_NONE && job->feed->term && c.feed.items == 0 &&
		     c.feed.gones == 0;
	if (job->empty)
		return;
	c.feed.updated = newest(&c);
	c.feed.cadence = cadence(&c.feed);
	fit(&c, wanted);
	c.feed.updated = newest(&c);
	c.feed.cadence = cadence(&c.feed);
	job->updated = c.feed.updated;
	job->cadence = c.feed.cadence;
	job->due = job->page == PAGE_NONE ? next_due(&c) : 0;
	job->shown = c.feed.items;
	c.shown = shown(&c);
	for (size_t i = 0; i < c.feed.items; i++)
		job->summaries += !c.feed.item[i].content;
	for (size_t i = 0; i < formats_n && !job->failed; i++)
		if (wanted & formats[i].bit)
			job->failed = make_document(&c, &formats[i]) < 0;
	if (!job->failed && compose_has_page(composer->config, job, arena))
		job->failed = make_page(&c) < 0;
}

#include "output/menu_inside.h"

#include "output/face.h"

#include <stdlib.h>

enum { LOOKED_AT = 200 }; /* entries, for those that some feed takes */

static struct face
face_at(struct menu *m, struct slice path)
{
	const struct config *c = m->maker->config;

	return (struct face){c, language_of(c->site.language), path, m->arena};
}

/* A feed of a term goes by its name, the others by their title. */
static int
name_feed(struct menu *m, const struct config_feed *f, const struct feed_row *row,
    struct face_feed *feed)
{
	const struct config *c = m->maker->config;
	const struct term_row *term = NULL;
	const struct plan_feed plan = {.config = f};

	*feed = (struct face_feed){
	    .config = f,
	    .name = row->title,
	    .key = row->path,
	    .total = row->total,
	    .updated = row->updated,
	    .pace = row->pace,
	    .has_page = config_has_page(c, row->path, m->arena),
	};
	if (f->for_each < 0 && !slice_eq(f->description, c->site.subtitle))
		feed->about = compose_title(c, &plan, f->description, m->arena);
	if (f->for_each < 0)
		return 0;
	if (ledger_term_by_id(m->maker->ledger, row->term, &term, m->err) < 0)
		return -1;
	if (term)
		feed->name = term->value;
	return 0;
}

/* As many of a section as `most`, the largest first. */
static int
name_feeds(struct menu *m, const struct config_feed *f, size_t most,
    struct face_section *section)
{
	struct feed_row *row;
	size_t n;

	*section = (struct face_section){.config = f};
	if (ledger_feeds_largest(m->maker->ledger, f->name, most, m->arena, &row, &n,
		&section->all, m->err) < 0)
		return -1;
	section->feed = arena_array(m->arena, n, sizeof *section->feed);
	for (; section->feeds < n; section->feeds++)
		if (name_feed(
			m, f, &row[section->feeds], &section->feed[section->feeds]) < 0)
			return -1;
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	const struct face_feed *x = a, *y = b;
	int order = slice_cmp(x->name, y->name);

	return order ? order : slice_cmp(x->key, y->key);
}

static int
latest_first(const void *a, const void *b)
{
	return by_name(b, a);
}

/* --- the first page ------------------------------------------------------- */

static bool
is_taken(const struct config *c, const struct record *record)
{
	for (size_t i = 0; i < c->feeds; i++)
		if (config_feed_takes(&c->feed[i], NULL, record->path, &record->terms))
			return true;
	return false;
}

/* One that a feed would leave out is left out here too, alone (promise P6). */
static bool
is_sound(struct menu *m, const struct record *record)
{
	struct lint lint;

	lint_init(&lint, m->arena, m->maker->latest);
	lint_text(&lint, record->id, "title", record->title);
	lint_uri(&lint, record->id, "url", record->url);
	lint_date(&lint, record->id, "published", record->published);
	return lint.n == 0 && record->title.n;
}

static int
newest_entries(struct menu *m, struct face_index *index)
{
	const struct walk walk = {.end = INT64_MAX, .order = WALK_NEWEST};
	struct ledger_walk *open;
	struct record r;
	int rc = ledger_walk_open(m->maker->ledger, &walk, &open, m->err);

	index->entry = arena_array(m->arena, FACE_NEWEST, sizeof *index->entry);
	for (int i = 0; rc == 0 && i < LOOKED_AT && index->entries < FACE_NEWEST; i++) {
		int got = ledger_walk_next(open, m->arena, &r, m->err);

		if (got <= 0) {
			rc = got;
			break;
		}
		if (is_taken(m->maker->config, &r) && is_sound(m, &r))
			index->entry[index->entries++] = (struct face_entry){
			    .title = r.title,
			    .url = r.url,
			    .published = r.published,
			};
	}
	ledger_walk_close(open);
	return rc;
}

static int
gather_index(struct menu *m, struct face_index *index)
{
	const struct config *c = m->maker->config;

	index->feed = arena_array(m->arena, c->feeds, sizeof *index->feed);
	index->section = arena_array(m->arena, c->feeds, sizeof *index->section);
	for (size_t i = 0; i < c->feeds; i++) {
		bool each = c->feed[i].for_each >= 0;
		struct face_section section;

		if (name_feeds(m, &c->feed[i], each ? FACE_LARGEST : 1, &section) < 0)
			return -1;
		if (c->feed[i].for_each == TERM_YEAR && section.feeds)
			qsort(section.feed, section.feeds, sizeof *section.feed,
			    latest_first);
		if (each)
			index->section[index->sections++] = section;
		else if (section.feeds)
			index->feed[index->feeds++] = section.feed[0];
	}
	if (newest_entries(m, index) < 0 || tally_read(m->maker->ledger, TALLY_ALL, 0,
						m->arena, &index->tally, m->err) < 0)
		return -1;
	return ledger_feeds_updated(m->maker->ledger, &index->updated, m->err);
}

static int
make_index(struct menu *m)
{
	struct slice path = SLICE("index." FACE_EXTENSION);
	bool changed =
	    m->request->changes->n || m->made->documents || m->made->menu_changed;
	struct face_index index = {.face = face_at(m, path)};
	struct lint lint;
	int proven, foreign;

	if (!menu_is_due(m, path, changed))
		return 0;
	foreign = menu_is_foreign(m, path);
	if (foreign)
		return foreign < 0 ? -1 : 0;
	if (gather_index(m, &index) < 0)
		return -1;
	lint_init(&lint, m->arena, m->maker->latest);
	buf_reset(&m->document);
	proven = face_index_write(&m->document, &index, m->err);
	if (proven == 0)
		proven = face_index_prove(buf_view(&m->document), &index, &lint, m->err);
	return menu_offer(
	    m, path, index.updated ? index.updated : m->maker->born, 0, proven, &lint);
}

/* --- all feeds of a section ----------------------------------------------- */

static int
make_part(struct menu *m, const struct face_section *all, size_t part, size_t parts)
{
	size_t first = (part - 1) * FACE_PART, left = all->feeds - first;
	struct slice path = face_list_path(all->config, part, m->arena);
	struct face_list list = {
	    .face = face_at(m, path),
	    .config = all->config,
	    .feed = all->feed + first,
	    .feeds = left < FACE_PART ? left : FACE_PART,
	    .part = part,
	    .parts = parts,
	};
	struct lint lint;
	int proven, foreign = menu_is_foreign(m, path);

	if (foreign)
		return foreign < 0 ? -1 : 0;
	lint_init(&lint, m->arena, m->maker->latest);
	buf_reset(&m->document);
	proven = face_list_write(&m->document, &list, m->err);
	if (proven == 0)
		proven = face_list_prove(buf_view(&m->document), &list, &lint, m->err);
	return menu_offer(m, path, m->maker->born, list.feeds, proven, &lint);
}

static bool
is_list_due(struct menu *m, const struct config_feed *f)
{
	bool due = menu_is_due(m, SLICE_NONE, m->made->menu_changed);

	for (size_t part = 1; !due; part++) {
		struct slice path = face_list_path(f, part, m->arena);

		if (part > 1 && !publish_mtime(m->maker->publication, path))
			break;
		due = menu_is_due(m, path, false);
	}
	return due;
}

static int
make_list(struct menu *m, const struct config_feed *f)
{
	struct face_section all;
	size_t parts;

	if (!is_list_due(m, f))
		return 0;
	if (name_feeds(m, f, INT32_MAX, &all) < 0)
		return -1;
	if (all.feeds)
		qsort(all.feed, all.feeds, sizeof *all.feed, by_name);
	parts = (all.feeds + FACE_PART - 1) / FACE_PART;
	for (size_t part = 1; part <= parts; part++)
		if (make_part(m, &all, part, parts) < 0)
			return -1;
	/* Parts that are not needed any more. */
	for (size_t part = parts + 1;; part++) {
		int files = publish_drop_feed(
		    m->maker->publication, face_list_path(f, part, m->arena), m->err);

		if (files <= 0)
			return files;
	}
}

int
menu_make_faces(struct menu *m)
{
	const struct config *c = m->maker->config;

	if (!c->output.pages)
		return 0;
	for (size_t i = 0; i < c->feeds; i++)
		if (c->feed[i].for_each >= 0 && make_list(m, &c->feed[i]) < 0)
			return -1;
	return make_index(m);
}

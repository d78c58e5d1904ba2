#include "output/publish.h"

#include "base/clock.h"
#include "base/compress.h"
#include "base/map.h"
#include "ledger/news.h"

#include <stdlib.h>

enum { REFUSED = FILE_REFUSED, CONDEMNED = FILE_CONDEMNED };

/* A file of the ledger, and what this run knows of it. */
struct known {
	struct file_row row;
	struct known *next; /* of the same feed */
	bool broken;        /* not on disk as the ledger says */
	bool wanted;
	bool dropped;
};

struct feed_files {
	struct known *first;
	bool broken; /* one of them is */
};

struct publication {
	struct ledger *ledger;
	struct sink sink;
	int precompress;
	bool dry;
	int64_t mark; /* the last of the news that was all published before */
	struct arena *arena;
	struct known *known;
	size_t knowns;
	struct map by_path;    /* -> struct known */
	struct map by_feed;    /* -> struct feed_files */
	struct staged *staged; /* to be renamed, in order */
	size_t stageds, renamed;
	struct slices remove;
};

static void
know(struct publication *p, const struct file_row *row)
{
	struct known *k = &p->known[p->knowns++];
	struct feed_files *files = map_get(&p->by_feed, row->feed);

	if (!files) {
		files = ARENA_NEW(p->arena, struct feed_files);
		map_put(&p->by_feed, row->feed, files);
	}
	k->row = *row;
	k->next = files->first;
	files->first = k;
	map_put(&p->by_path, row->path, k);
}

/* A run may have been killed between its commit and its removals. */
static int
remove_condemned(struct publication *p, const struct file_row *row, struct err *err)
{
	if (p->dry)
		return 0;
	if (p->sink.remove(p->sink.ctx, row->path.p, err) < 0)
		return -1;
	return ledger_file_drop(p->ledger, row->path, err);
}

static int
know_all(struct publication *p, struct err *err)
{
	struct file_row *row;
	size_t rows;

	if (ledger_files(p->ledger, p->arena, &row, &rows, err) < 0)
		return -1;
	p->known = arena_array(p->arena, rows, sizeof *p->known);
	for (size_t i = 0; i < rows; i++) {
		if (row[i].bytes != CONDEMNED)
			know(p, &row[i]);
		else if (remove_condemned(p, &row[i], err) < 0)
			return -1;
	}
	return 0;
}

int
publish_open(struct publication **out, struct ledger *ledger, const struct sink *sink,
    int precompress, bool dry, struct err *err)
{
	struct arena *arena = arena_new();
	struct publication *p = ARENA_NEW(arena, struct publication);

	*p = (struct publication){.ledger = ledger,
	    .sink = *sink,
	    .precompress = precompress,
	    .dry = dry,
	    .arena = arena};
	map_init(&p->by_path);
	map_init(&p->by_feed);
	*out = p;
	if (news_published(ledger, &p->mark, err) < 0 || know_all(p, err) < 0) {
		publish_close(p);
		*out = NULL;
		return -1;
	}
	return 0;
}

void
publish_close(struct publication *p)
{
	if (!p)
		return;
	for (size_t i = p->renamed; i < p->stageds; i++)
		p->sink.abandon(p->sink.ctx, &p->staged[i]);
	map_fini(&p->by_path);
	map_fini(&p->by_feed);
	arena_free(p->arena);
}

int
publish_check(
    struct publication *p, struct slices *broken, struct arena *arena, struct err *err)
{
	for (size_t i = 0; i < p->knowns; i++) {
		struct known *k = &p->known[i];
		struct feed_files *files = map_get(&p->by_feed, k->row.feed);
		struct sink_head head;
		int rc = p->sink.head(p->sink.ctx, k->row.path.p, &head, err);

		if (rc < 0)
			return -1;
		k->broken =
		    rc == 0 || head.bytes != k->row.bytes || head.mtime != k->row.mtime;
		if (k->broken && !files->broken)
			slices_add(broken, arena, arena_copy(arena, k->row.feed));
		files->broken |= k->broken;
	}
	return 0;
}

/* Never back, and never the same for other bytes. */
static int64_t
next_mtime(const struct known *k, int64_t updated)
{
	return k && updated <= k->row.mtime ? k->row.mtime + 1 : updated;
}

static int
add_part(struct publication *p, const struct file_row *row, struct slice bytes,
    struct arena *arena, struct document *doc, struct err *err)
{
	struct published *part;

	doc->part = arena_grow(arena, doc->part, doc->parts, sizeof *doc->part);
	part = &doc->part[doc->parts];
	*part = (struct published){.row = *row};
	if (!p->dry && p->sink.stage(p->sink.ctx, row->path.p, bytes, row->mtime, arena,
			   &part->staged, err) < 0)
		return -1;
	doc->parts++;
	return 0;
}

static int
add_sibling(struct publication *p, const struct compressor *c,
    const struct file_row *main, struct slice bytes, struct arena *arena,
    struct document *doc, struct err *err)
{
	struct slice path =
	    arena_printf(arena, "%.*s%s", SLICE_ARG(main->path), c->extension);
	struct known *k = map_get(&p->by_path, path);
	struct file_row row = *main;
	struct buf small;
	int rc;

	if (k)
		k->wanted = true;
	if (k && !k->broken && !doc->changed && k->row.mtime == main->mtime)
		return 0;
	buf_init(&small, bytes.n + 1024 * 1024);
	if (!c->compress(&small, bytes, COMPRESS_WELL)) {
		rc = err_set(err, ERR_LIMIT, "%s: cannot compress", path.p);
	} else {
		row.path = path;
		row.bytes = (int64_t)small.n;
		row.digest = digest_of(buf_view(&small));
		row.version = (struct version){0};
		rc = add_part(p, &row, buf_view(&small), arena, doc, err);
	}
	buf_fini(&small);
	return rc;
}

/* The version that a document has now. Where somebody may not know of the last one, what
 * there was to tell of that is still to be told. */
static struct version
version_of(const struct publication *p, const struct known *k, const struct shown *shown)
{
	struct version v = k ? k->row.version : (struct version){0};

	if (v.since && digest_eq(&v.shows, &shown->digest))
		return v;
	v.shows = shown->digest;
	v.since = -clock_until(0);
	if (!v.owed && !shown->editions)
		v.mark = p->mark;
	v.owed = shown->told;
	return v;
}

static bool
is_noted(const struct known *k, const struct version *v)
{
	return k && (k->row.version.since != v->since ||
			!digest_eq(&k->row.version.shows, &v->shows));
}

/* Siblings first: whoever sees the new document finds them new too. */
static int
add_parts(struct publication *p, const struct known *k, const struct file_row *row,
    struct slice bytes, struct arena *arena, struct document *doc, struct err *err)
{
	for (size_t i = 0; i < compressors_n; i++)
		if ((p->precompress & compressors[i].bit) &&
		    add_sibling(p, &compressors[i], row, bytes, arena, doc, err) < 0)
			return -1;
	if (doc->changed || k->broken)
		return add_part(p, row, bytes, arena, doc, err);
	return 0;
}

int
publish_offer(struct publication *p, struct slice path, struct slice feed,
    struct slice bytes, int64_t updated, const struct shown *shown, struct arena *arena,
    struct document *doc, struct err *err)
{
	struct known *k = map_get(&p->by_path, path);
	struct file_row row = {
	    .path = arena_copy(arena, path),
	    .feed = arena_copy(arena, feed),
	    .digest = digest_of(bytes),
	    .bytes = (int64_t)bytes.n,
	};

	*doc = (struct document){.path = row.path,
	    .feed = row.feed,
	    .bytes = row.bytes,
	    .bytes_before = k ? k->row.bytes : -1};
	doc->changed = !k || !digest_eq(&k->row.digest, &row.digest);
	row.mtime = doc->mtime = doc->changed ? next_mtime(k, updated) : k->row.mtime;
	if (shown)
		row.version = version_of(p, k, shown);
	doc->row = row;
	doc->noted = !doc->changed && is_noted(k, &row.version);
	if (k)
		k->wanted = true;
	if (add_parts(p, k, &row, bytes, arena, doc, err) < 0) {
		publish_discard(p, doc);
		return -1;
	}
	return 0;
}

int
publish_is_foreign(const struct publication *p, struct slice path, struct err *err)
{
	struct arena *arena;
	struct sink_head head;
	int rc;

	if (p->dry || map_get(&p->by_path, path))
		return 0;
	arena = arena_new();
	rc = p->sink.head(p->sink.ctx, arena_cstr(arena, path), &head, err);
	arena_free(arena);
	return rc;
}

/* The files of a feed, one after the other, or NULL. */
static struct known *
files_of(const struct publication *p, struct slice feed)
{
	const struct feed_files *files = map_get(&p->by_feed, feed);

	return files ? files->first : NULL;
}

void
publish_keep(struct publication *p, struct slice feed)
{
	for (struct known *k = files_of(p, feed); k; k = k->next)
		k->wanted = true;
}

int
publish_take(struct publication *p, const struct document *doc, struct err *err)
{
	for (size_t i = 0; i < doc->parts; i++) {
		if (!p->dry) {
			p->staged = arena_grow(
			    p->arena, p->staged, p->stageds, sizeof *p->staged);
			p->staged[p->stageds++] = doc->part[i].staged;
		}
		if (ledger_file_put(p->ledger, &doc->part[i].row, err) < 0)
			return -1;
	}
	return doc->noted ? ledger_file_put(p->ledger, &doc->row, err) : 0;
}

int
publish_refuse(
    struct publication *p, struct slice path, struct slice feed, struct err *err)
{
	const struct known *k = map_get(&p->by_path, path);
	struct file_row row = {.path = path, .feed = feed};

	if (k)
		row = k->row;
	row.bytes = REFUSED;
	return ledger_file_put(p->ledger, &row, err);
}

void
publish_discard(struct publication *p, const struct document *doc)
{
	for (size_t i = 0; i < doc->parts && !p->dry; i++)
		p->sink.abandon(p->sink.ctx, &doc->part[i].staged);
}

int64_t
publish_mtime(const struct publication *p, struct slice path)
{
	const struct known *k = map_get(&p->by_path, path);

	return k ? k->row.mtime : 0;
}

static int
drop(struct publication *p, struct known *k, struct err *err)
{
	struct file_row row = k->row;

	if (k->dropped)
		return 0;
	k->dropped = true;
	slices_add(&p->remove, p->arena, k->row.path);
	row.bytes = CONDEMNED;
	row.version = (struct version){0};
	return ledger_file_put(p->ledger, &row, err);
}

int
publish_drop_feed(struct publication *p, struct slice feed, struct err *err)
{
	int files = 0;

	for (struct known *k = files_of(p, feed); k; k = k->next, files++)
		if (drop(p, k, err) < 0)
			return -1;
	return files;
}

int
publish_drop_rest(struct publication *p, struct err *err)
{
	for (size_t i = 0; i < p->knowns; i++)
		if (!p->known[i].wanted && drop(p, &p->known[i], err) < 0)
			return -1;
	return 0;
}

int
publish_prepare(struct publication *p, struct err *err)
{
	return p->sink.barrier(p->sink.ctx, p->staged, p->stageds, false, err);
}

int
publish_commit(struct publication *p, struct err *err)
{
	for (; p->renamed < p->stageds; p->renamed++)
		if (p->sink.put(p->sink.ctx, &p->staged[p->renamed], err) < 0)
			return -1;
	if (p->sink.barrier(p->sink.ctx, p->staged, p->stageds, true, err) < 0)
		return -1;
	for (size_t i = 0; i < p->remove.n && !p->dry; i++)
		if (p->sink.remove(p->sink.ctx, p->remove.v[i].p, err) < 0)
			return -1;
	return 0;
}

#include "serve/delta.h"

#include "base/arena.h"
#include "base/digest.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* --- where the entries of a document are -------------------------------------------- */

/* An entry, with the white space in front of it. */
struct piece {
	size_t from, to;
	uint64_t mark; /* of its bytes */
};

struct pieces {
	struct piece *v;
	size_t n;
};

/* What a document of ours is made of. */
static const struct shape {
	const char *root;
	size_t depth; /* elements around a piece */
	const char *piece[2];
} shapes[] = {
    {"feed", 1, {"entry", "at:deleted-entry"}},
    {"rss", 2, {"item", NULL}},
};

/* Between tags, and nothing in it is one. */
static const struct aside {
	struct slice begin, end;
} asides[] = {
    {SLICE("<!--"), SLICE("-->")},
    {SLICE("<![CDATA["), SLICE("]]>")},
    {SLICE("<?"), SLICE("?>")},
};

struct tag {
	struct slice name;
	size_t from, to;
	bool opens, closes; /* an empty element does both */
};

struct scan {
	struct slice doc, rest;
	const struct shape *shape;
	size_t depth;
	bool within; /* a piece, which begins there: */
	size_t begin;
	struct arena *arena;
	struct pieces *found;
};

/* Both strings of `aside` are found; what is left begins behind it. */
static bool
pass_aside(struct slice *rest, const struct aside *aside)
{
	struct slice within = slice_from(*rest, aside->begin.n);
	size_t end = slice_find(within, aside->end);

	*rest = slice_from(within, end + aside->end.n);
	return end < within.n;
}

static const struct aside *
aside_at(struct slice rest)
{
	for (size_t i = 0; i < sizeof asides / sizeof *asides; i++)
		if (slice_starts(rest, asides[i].begin))
			return &asides[i];
	return NULL;
}

/* To the next tag; false: there is none, or what is there is not ours. */
static bool
pass_text(struct slice *rest)
{
	for (;;) {
		const struct aside *aside;

		*rest = slice_from(*rest, slice_index(*rest, '<'));
		aside = aside_at(*rest);
		if (!aside)
			return rest->n > 1 && rest->p[1] != '!';
		if (!pass_aside(rest, aside))
			return false;
	}
}

/* Length of the tag at the front, whose values may have any `>`; 0: it does not end. */
static size_t
tag_length(struct slice s)
{
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '>')
			return i + 1;
		if (s.p[i] == '"' || s.p[i] == '\'')
			i += 1 + slice_index(slice_from(s, i + 1), s.p[i]);
	}
	return 0;
}

static struct slice
name_of(struct slice tag)
{
	size_t n = 0;

	while (n < tag.n && !slice_one_of(tag.p[n], " \t\r\n/>"))
		n++;
	return slice_part(tag, 0, n);
}

static bool
take_tag(struct scan *s, struct tag *tag)
{
	struct slice all;
	bool ends;

	if (!pass_text(&s->rest))
		return false;
	all = slice_part(s->rest, 0, tag_length(s->rest));
	if (all.n == 0)
		return false;
	ends = all.p[1] == '/';
	tag->name = name_of(slice_from(all, ends ? 2 : 1));
	tag->from = (size_t)(all.p - s->doc.p);
	tag->to = tag->from + all.n;
	tag->opens = !ends;
	tag->closes = ends || all.p[all.n - 2] == '/';
	s->rest = slice_from(s->rest, all.n);
	return true;
}

static const struct shape *
shape_of(struct slice root)
{
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		if (slice_is(root, shapes[i].root))
			return &shapes[i];
	return NULL;
}

static bool
is_piece(const struct shape *shape, struct slice name)
{
	for (size_t i = 0; i < sizeof shape->piece / sizeof *shape->piece; i++)
		if (shape->piece[i] && slice_is(name, shape->piece[i]))
			return true;
	return false;
}

static size_t
without_space(struct slice doc, size_t at)
{
	while (at > 0 && slice_one_of(doc.p[at - 1], " \t\r\n"))
		at--;
	return at;
}

static uint64_t
mark_of(struct slice bytes)
{
	struct digest digest = digest_of(bytes);
	uint64_t mark;

	memcpy(&mark, digest.byte, sizeof mark);
	return mark;
}

static void
open_element(struct scan *s, const struct tag *tag)
{
	if (s->depth == s->shape->depth && is_piece(s->shape, tag->name)) {
		s->within = true;
		s->begin = tag->from;
	}
	s->depth++;
}

static void
close_element(struct scan *s, const struct tag *tag)
{
	struct pieces *found = s->found;

	s->depth--;
	if (!s->within || s->depth != s->shape->depth)
		return;
	s->within = false;
	found->v = arena_grow(s->arena, found->v, found->n, sizeof *found->v);
	found->v[found->n++] = (struct piece){
	    .from = without_space(s->doc, s->begin),
	    .to = tag->to,
	    .mark = mark_of(slice_part(s->doc, s->begin, tag->to)),
	};
}

/* False: not a document of ours. One that is well-formed is read right, whatever it is. */
static bool
find_pieces(struct slice doc, struct arena *arena, struct pieces *found)
{
	const struct slice declaration =
	    SLICE("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
	struct scan s = {.doc = doc, .rest = doc, .arena = arena, .found = found};
	struct tag tag;

	*found = (struct pieces){0};
	if (!slice_starts(doc, declaration))
		return false;
	while (take_tag(&s, &tag)) {
		if (!s.shape)
			s.shape = shape_of(tag.name);
		if (!s.shape || (!tag.opens && s.depth == 0))
			return false;
		if (tag.opens)
			open_element(&s, &tag);
		if (tag.closes)
			close_element(&s, &tag);
	}
	return s.shape && s.depth == 0 && s.rest.n == 0;
}

/* --- what is remembered ------------------------------------------------------------- */

struct shown {
	uint64_t mark;
	int64_t since; /* the version that showed it first, and so did all from then on */
};

struct known {
	uint64_t name; /* of its path */
	uint64_t used;
	int64_t version[DELTA_VERSIONS]; /* oldest first */
	size_t versions;                 /* 0: it is free */
	struct shown *shown;             /* by the last of them, in its order */
	size_t n;
};

struct delta {
	pthread_mutex_t lock;
	struct known *known;
	size_t n;
	uint64_t used;
};

struct delta *
delta_new(size_t documents)
{
	struct delta *d = mem_alloc(sizeof *d);

	*d = (struct delta){.n = documents ? documents : 1};
	d->known = mem_alloc(d->n * sizeof *d->known);
	memset(d->known, 0, d->n * sizeof *d->known);
	pthread_mutex_init(&d->lock, NULL);
	return d;
}

void
delta_free(struct delta *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->n; i++)
		free(d->known[i].shown);
	free(d->known);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

static void
forget(struct known *k)
{
	k->versions = k->n = 0;
}

/* That of the path, or the one that was of no use for longest. */
static struct known *
known_of(struct delta *d, struct slice path)
{
	uint64_t name = mark_of(path);
	struct known *k = d->known;

	for (size_t i = 0; i < d->n && k->name != name; i++)
		if (d->known[i].name == name || d->known[i].used < k->used)
			k = &d->known[i];
	if (k->name != name)
		forget(k);
	k->name = name;
	k->used = ++d->used;
	return k;
}

/* Looked for from *at on, for most entries stand in the order of the version before. */
static const struct shown *
find_shown(const struct known *k, uint64_t mark, size_t *at)
{
	for (size_t i = 0; i < k->n; i++) {
		size_t here = (*at + i) % k->n;

		if (k->shown[here].mark != mark)
			continue;
		*at = here + 1;
		return &k->shown[here];
	}
	return NULL;
}

static void
add_version(struct known *k, int64_t version)
{
	if (k->versions == DELTA_VERSIONS)
		memmove(k->version, k->version + 1, --k->versions * sizeof *k->version);
	k->version[k->versions++] = version;
}

static bool
is_same(const struct known *k, const struct pieces *pieces)
{
	if (k->n != pieces->n)
		return false;
	for (size_t i = 0; i < k->n; i++)
		if (k->shown[i].mark != pieces->v[i].mark)
			return false;
	return true;
}

/* A folder that was put back as it once was begins anew: its times prove nothing. */
static void
check_order(struct known *k, int64_t version, const struct pieces *pieces)
{
	int64_t last = k->versions ? k->version[k->versions - 1] : version - 1;

	if (version < last || (version == last && !is_same(k, pieces)))
		forget(k);
}

static void
note(struct known *k, int64_t version, const struct pieces *pieces)
{
	struct shown *shown;
	size_t at = 0;

	check_order(k, version, pieces);
	if (k->versions && k->version[k->versions - 1] == version)
		return;
	shown = mem_alloc((pieces->n + 1) * sizeof *shown);
	for (size_t i = 0; i < pieces->n; i++) {
		uint64_t mark = pieces->v[i].mark;
		const struct shown *before = find_shown(k, mark, &at);

		shown[i] = (struct shown){mark, before ? before->since : version};
	}
	free(k->shown);
	k->shown = shown;
	k->n = pieces->n;
	add_version(k, version);
}

static bool
has_version(const struct known *k, int64_t version)
{
	for (size_t i = 0; i < k->versions; i++)
		if (k->version[i] == version)
			return true;
	return false;
}

/* --- what is left ------------------------------------------------------------------- */

/* Whether there is anything to leave out; else nothing is appended. */
static bool
leave_out(const struct known *k, const struct pieces *pieces, int64_t since,
    struct slice document, struct buf *out)
{
	size_t from = 0;

	for (size_t i = 0; i < pieces->n; i++) {
		const struct piece *p = &pieces->v[i];

		if (k->shown[i].since > since)
			continue;
		buf_slice(out, slice_part(document, from, p->from));
		from = p->to;
	}
	if (from)
		buf_slice(out, slice_from(document, from));
	return from > 0;
}

int
delta_write(struct delta *d, const struct delta_request *r, struct slice document,
    struct buf *out, struct err *err)
{
	struct arena *arena = arena_new();
	struct pieces pieces;
	struct known *k;
	int rc = 0;

	if (find_pieces(document, arena, &pieces)) {
		pthread_mutex_lock(&d->lock);
		k = known_of(d, r->path);
		note(k, r->version, &pieces);
		if (has_version(k, r->since))
			rc = leave_out(k, &pieces, r->since, document, out);
		pthread_mutex_unlock(&d->lock);
	} else {
		rc = err_set(err, ERR_INPUT, "this is no feed of ours");
	}
	if (out->full)
		rc = err_set(err, ERR_LIMIT, "it does not fit into %zu bytes", out->max);
	arena_free(arena);
	return rc;
}

static bool
contains(struct slice s, struct slice part)
{
	return slice_find(s, part) < s.n;
}

bool
delta_is_unwitting(struct slice agent, struct slice accept)
{
	return contains(agent, SLICE("feedparser")) ||
	       contains(accept, SLICE("application/x-netcdf"));
}

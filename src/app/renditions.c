#include "app/renditions.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 512 };

struct rendition {
	struct rendition *next; /* of its bucket */
	uint64_t used;          /* in the run of this number, the last time */
	size_t size;
	int64_t seq;
	bool content;
	struct file_stat stat;
	struct digest hash;
	struct entry entry; /* all that it points to is in the same block */
};

struct renditions {
	pthread_mutex_t lock;
	size_t max, size;
	uint64_t run;
	struct digest made_by[2];
	struct rendition *bucket[BUCKETS];
};

/* --- one block for an entry and all it points to --------------------------- */

struct packer {
	char *at; /* NULL: only measure */
	size_t n;
};

/* Room for n bytes of any type. */
static void *
pack_room(struct packer *p, size_t n)
{
	enum { ALIGN = _Alignof(max_align_t) };
	char *room = p->at ? p->at + p->n : NULL;

	p->n += (n + ALIGN - 1) / ALIGN * ALIGN;
	return room;
}

/* As arena_copy does, with a NUL behind it. */
static void
pack_slice(struct packer *p, struct slice *s)
{
	char *room;

	if (s->n == 0) {
		*s = SLICE_NONE;
		return;
	}
	room = pack_room(p, s->n + 1);
	if (!room)
		return;
	s->p = memcpy(room, s->p, s->n);
	room[s->n] = '\0';
}

static void
pack_people(struct packer *p, struct people *people)
{
	struct person *v = pack_room(p, people->n * sizeof *v);

	if (v && people->n)
		people->v = memcpy(v, people->v, people->n * sizeof *v);
	for (size_t i = 0; i < people->n; i++) {
		struct person person = people->v[i];

		pack_slice(p, &person.name);
		pack_slice(p, &person.uri);
		pack_slice(p, &person.email);
		if (v)
			v[i] = person;
	}
}

static void
pack_slices(struct packer *p, struct slices *slices)
{
	struct slice *v = pack_room(p, slices->n * sizeof *v);

	if (v && slices->n)
		slices->v = memcpy(v, slices->v, slices->n * sizeof *v);
	for (size_t i = 0; i < slices->n; i++) {
		struct slice s = slices->v[i];

		pack_slice(p, &s);
		if (v)
			v[i] = s;
	}
}

static void
pack_media(struct packer *p, struct media *m)
{
	pack_slice(p, &m->url);
	pack_slice(p, &m->type);
	pack_slice(p, &m->title);
}

static struct entry
pack_entry(struct packer *p, const struct entry *from)
{
	struct entry e = *from;

	e.id = SLICE_NONE; /* the ledger's, at every use */
	pack_slice(p, &e.url);
	pack_slice(p, &e.path);
	pack_slice(p, &e.title);
	pack_slice(p, &e.summary);
	pack_slice(p, &e.content);
	pack_slice(p, &e.lang);
	pack_slice(p, &e.rights);
	pack_people(p, &e.authors);
	pack_people(p, &e.contributors);
	pack_slices(p, &e.tags);
	pack_slices(p, &e.categories);
	pack_slice(p, &e.origin.url);
	pack_slice(p, &e.origin.name);
	pack_media(p, &e.image);
	pack_media(p, &e.enclosure);
	return e;
}

static struct rendition *
pack(const struct entry *entry)
{
	struct packer measure = {0}, p = {0};
	struct rendition *r;

	pack_room(&measure, sizeof *r);
	pack_entry(&measure, entry);
	p.at = mem_alloc(measure.n);
	r = pack_room(&p, sizeof *r);
	*r = (struct rendition){.size = measure.n, .entry = pack_entry(&p, entry)};
	assert(p.n == measure.n);
	return r;
}

/* --- finding ------------------------------------------------------------------ */

/* Where it hangs, or would: the end of its bucket. */
static struct rendition **
place_of(struct renditions *rs, int64_t seq, bool content)
{
	struct rendition **at = &rs->bucket[(uint64_t)seq % BUCKETS];

	while (*at && ((*at)->seq != seq || (*at)->content != content))
		at = &(*at)->next;
	return at;
}

static bool
is_same_file(const struct file_stat *a, const struct file_stat *b)
{
	return a->inode == b->inode && a->size == b->size && a->mtime_ns == b->mtime_ns;
}

static bool
holds(
    const struct rendition *r, const struct record *record, const struct file_stat *stat)
{
	return slice_eq(r->entry.path, record->path) &&
	       slice_eq(r->entry.url, record->url) &&
	       digest_eq(&r->hash, &record->hash) &&
	       (!stat || is_same_file(&r->stat, stat));
}

const struct entry *
renditions_find(struct renditions *rs, const struct record *record, bool content,
    const struct file_stat *stat)
{
	const struct entry *found = NULL;
	struct rendition *r;

	pthread_mutex_lock(&rs->lock);
	r = *place_of(rs, record->seq, content);
	if (r && holds(r, record, stat)) {
		r->used = rs->run;
		found = &r->entry;
	}
	pthread_mutex_unlock(&rs->lock);
	return found;
}

/* --- keeping ------------------------------------------------------------------ */

static void
drop(struct renditions *rs, struct rendition **at)
{
	struct rendition *r = *at;

	*at = r->next;
	rs->size -= r->size;
	free(r);
}

/* The one that was used the longest time ago, but not in this run, or NULL. */
static struct rendition **
find_oldest(struct renditions *rs)
{
	struct rendition **oldest = NULL;
	uint64_t used = rs->run;

	for (size_t i = 0; i < BUCKETS; i++)
		for (struct rendition **at = &rs->bucket[i]; *at; at = &(*at)->next)
			if ((*at)->used < used) {
				used = (*at)->used;
				oldest = at;
			}
	return oldest;
}

/* What somebody may still look at stays, and the new one has to do without. */
static bool
make_place(struct renditions *rs, const struct rendition *new)
{
	struct rendition **old = place_of(rs, new->seq, new->content);

	if (*old && (*old)->used == rs->run)
		return false;
	if (*old)
		drop(rs, old);
	return true;
}

static bool
make_room(struct renditions *rs, size_t size)
{
	struct rendition **oldest;

	if (size > rs->max)
		return false;
	while (rs->size > rs->max - size) {
		oldest = find_oldest(rs);
		if (!oldest)
			return false;
		drop(rs, oldest);
	}
	return true;
}

static void
add(struct renditions *rs, struct rendition *r)
{
	*place_of(rs, r->seq, r->content) = r;
	rs->size += r->size;
}

void
renditions_keep(struct renditions *rs, const struct record *record, bool content,
    const struct file_stat *stat, const struct entry *entry)
{
	struct rendition *r = pack(entry);

	r->seq = record->seq;
	r->content = content;
	r->stat = *stat;
	r->hash = record->hash;
	pthread_mutex_lock(&rs->lock);
	r->used = rs->run;
	if (make_place(rs, r) && make_room(rs, r->size))
		add(rs, r);
	else
		free(r);
	pthread_mutex_unlock(&rs->lock);
}

/* --- the whole ---------------------------------------------------------------- */

struct renditions *
renditions_new(size_t max)
{
	struct renditions *rs = mem_alloc(sizeof *rs);

	*rs = (struct renditions){.lock = PTHREAD_MUTEX_INITIALIZER, .max = max};
	return rs;
}

static void
clear(struct renditions *rs)
{
	for (size_t i = 0; i < BUCKETS; i++)
		while (rs->bucket[i])
			drop(rs, &rs->bucket[i]);
}

void
renditions_begin(struct renditions *rs, const struct digest made_by[2])
{
	rs->run++;
	if (digest_eq(&rs->made_by[0], &made_by[0]) &&
	    digest_eq(&rs->made_by[1], &made_by[1]))
		return;
	clear(rs);
	memcpy(rs->made_by, made_by, sizeof rs->made_by);
}

size_t
renditions_size(const struct renditions *rs)
{
	return rs->size;
}

void
renditions_free(struct renditions *rs)
{
	if (!rs)
		return;
	clear(rs);
	free(rs);
}

#include "ledger/settle_match.h"

#include "base/map.h"

#include <string.h>

/* What a file has in common with the entry that it was. */
enum likeness { SAME_FILE, SAME_GUID, SAME_SOURCE, SAME_HASH, LIKENESSES };

/* What a rename leaves as it is. No padding: it is compared by its bytes. */
struct file_key {
	uint64_t inode;
	int64_t size, mtime;
};

/* An entry without a file, until one claims it. */
struct orphan {
	struct record record;
	struct file_key file;
	bool claimed;
	struct orphan *next[LIKENESSES]; /* the next one that is as much alike */
};

struct matching {
	struct ledger *ledger;
	const struct scanned *in;
	struct arena *arena;
	struct record **entry; /* the caller's */
	struct diags *diags;
	struct err *err;

	bool first;
	struct orphan *orphan;
	size_t orphans;
	struct map alike[LIKENESSES]; /* -> struct orphan */
	struct map taken;             /* arrival numbers of `entry` -> struct record */
	struct map guids;             /* of this run's live articles -> struct reading */
};

/* --- what is compared ----------------------------------------------------- */

static struct slice
hash_key(const struct digest *hash)
{
	return slice_make((const char *)hash->byte, sizeof hash->byte);
}

static struct slice
seq_key(const struct record *record)
{
	return slice_make((const char *)&record->seq, sizeof record->seq);
}

static struct file_key
file_key(const struct file_stat *stat)
{
	return (struct file_key){stat->inode, stat->size, stat->mtime_ns};
}

/* Of one that could not be read there is the inode at most. */
static bool
is_complete(const struct file_key *file)
{
	return file->inode && file->mtime;
}

static struct slice
file_bytes(const struct file_key *file)
{
	return slice_make((const char *)file, sizeof *file);
}

static struct slice
likeness_key(enum likeness k, const struct file_key *file, struct slice guid,
    struct slice source, const struct digest *hash)
{
	switch (k) {
	case SAME_FILE:
		return is_complete(file) ? file_bytes(file) : SLICE_NONE;
	case SAME_GUID:
		return guid;
	case SAME_SOURCE:
		return source;
	default:
		return hash_key(hash);
	}
}

/* Does another file stand at this path than before, as far as is known of both? */
static bool
is_replaced(const struct seen *seen)
{
	const struct indexed *known = seen->known;
	const struct file_key now = file_key(&seen->reading->stat);
	struct file_key before;

	if (!known || !known->seq || !is_complete(&now))
		return false;
	before = file_key(&known->stat);
	return is_complete(&before) && memcmp(&before, &now, sizeof now) != 0;
}

/* --- what a row of the index names ---------------------------------------- */

/* A file whose entry was taken over by another, while it was out of the feeds,
 * still names it in the index. What is retracted stays so for both. */
static bool
is_of(const struct record *record, struct slice path)
{
	return record->state == RECORD_RETRACTED || slice_eq(record->path, path);
}

/* The entry of this row, if it is that still and no file was found to be it. 1, 0, -1. */
static int
find_named(struct matching *m, const struct indexed *row, struct record *found)
{
	int rc =
	    row->seq ? ledger_record(m->ledger, row->seq, m->arena, found, m->err) : 0;

	if (rc <= 0)
		return rc;
	return is_of(found, row->path) && !map_get(&m->taken, seq_key(found));
}

static void
take(struct matching *m, struct record **entry, const struct record *found)
{
	*entry = ARENA_NEW(m->arena, struct record);
	**entry = *found;
	map_put(&m->taken, seq_key(*entry), *entry);
}

static int
take_named(struct matching *m, const struct indexed *row, struct record **entry)
{
	struct record found;
	int rc = find_named(m, row, &found);

	if (rc > 0)
		take(m, entry, &found);
	return rc < 0 ? -1 : 0;
}

/* --- entries without a file ----------------------------------------------- */

static void
index_orphan(struct matching *m, struct orphan *o)
{
	struct record *r = &o->record;

	for (int k = 0; k < LIKENESSES; k++) {
		struct slice key = likeness_key(
		    (enum likeness)k, &o->file, r->guid, r->source, &r->hash);

		if (!key.n)
			continue;
		o->next[k] = map_get(&m->alike[k], key);
		map_put(&m->alike[k], key, o);
	}
}

/* 1: the entry of this row is one, not yet indexed; 0, -1. */
static int
add_orphan(struct matching *m, const struct indexed *row)
{
	struct orphan *o = &m->orphan[m->orphans];
	int rc = find_named(m, row, &o->record);

	o->file = file_key(&row->stat);
	m->orphans += rc > 0;
	return rc;
}

static int
orphan_vanished(struct matching *m)
{
	/* And those that are displaced, later. */
	size_t most = m->in->vanishings + m->in->n;

	m->orphan = arena_array(m->arena, most, sizeof *m->orphan);
	for (size_t i = 0; i < m->in->vanishings; i++)
		if (add_orphan(m, m->in->vanished[i]) < 0)
			return -1;
	/* From the end, so that those alike are claimed in the order of the index. */
	for (size_t i = m->orphans; i-- > 0;)
		index_orphan(m, &m->orphan[i]);
	return 0;
}

/* Whose path another entry has now, and who is nowhere else: as if its file had
 * vanished, until one is found that is alike. */
static int
orphan_displaced(struct matching *m)
{
	for (size_t i = 0; i < m->in->n; i++) {
		const struct indexed *known = m->in->seen[i].known;
		int rc = 0;

		if (known && m->entry[i] && m->entry[i]->seq != known->seq)
			rc = add_orphan(m, known);
		if (rc < 0)
			return -1;
		if (rc > 0)
			index_orphan(m, &m->orphan[m->orphans - 1]);
	}
	return 0;
}

static struct record *
claim(struct map *alike, enum likeness k, struct slice key)
{
	struct orphan *o = key.n ? map_get(alike, key) : NULL;

	while (o && o->claimed)
		o = o->next[k];
	if (!o)
		return NULL;
	o->claimed = true;
	map_put(alike, key, o->next[k] ? o->next[k] : o);
	return &o->record;
}

/* --- the rules ------------------------------------------------------------ */

/* The entry whose file this is, which stood at the path of `was`; none: of one that
 * vanished. */
static int
match_file(struct matching *m, size_t i, const struct indexed *was, struct slice file)
{
	if (was)
		return take_named(m, was, &m->entry[i]);
	if (is_replaced(&m->in->seen[i]))
		m->entry[i] = claim(&m->alike[SAME_FILE], SAME_FILE, file);
	return 0;
}

static int
match_replaced(struct matching *m)
{
	struct map moved; /* file -> row of where it was */
	int rc = 0;

	map_init(&moved);
	for (size_t i = 0; i < m->in->n; i++) {
		const struct indexed *known = m->in->seen[i].known;
		struct file_key *was;

		if (!is_replaced(&m->in->seen[i]))
			continue;
		was = ARENA_NEW(m->arena, struct file_key);
		*was = file_key(&known->stat);
		map_put(&moved, file_bytes(was), (void *)(uintptr_t)known);
	}
	for (size_t i = 0; rc == 0 && i < m->in->n; i++) {
		const struct file_key now = file_key(&m->in->seen[i].reading->stat);
		const struct slice file = file_bytes(&now);

		rc = match_file(m, i, map_get(&moved, file), file);
	}
	map_fini(&moved);
	return rc;
}

/* At whose path is an article with another id by now, in `other`? 1, 0, -1. */
static int
find_estranged(struct matching *m, size_t i, struct record *other)
{
	const struct indexed *known = m->in->seen[i].known;
	struct slice guid = m->in->seen[i].reading->guid;
	int rc = !m->entry[i] && known && guid.n ? find_named(m, known, other) : 0;

	return rc > 0 ? other->guid.n > 0 && !slice_eq(other->guid, guid) : rc;
}

/* The entry of this id that is at no path: no longer at its own, its file gone, or gone for
 * long. 0, -1. */
static int
take_of_id(struct matching *m, const struct map *estranged, size_t i)
{
	struct slice guid = m->in->seen[i].reading->guid;
	const struct record *other = map_get(estranged, guid);
	struct record gone;
	int rc = 0;

	m->entry[i] = claim(&m->alike[SAME_GUID], SAME_GUID, guid);
	if (m->entry[i])
		return 0;
	if (!other) {
		rc = ledger_record_find(
		    m->ledger, GONE_GUID, guid, m->arena, &gone, m->err);
		other = rc > 0 ? &gone : NULL;
	}
	if (other && !map_get(&m->taken, seq_key(other)))
		take(m, &m->entry[i], other);
	return rc < 0 ? -1 : 0;
}

/* An id that the author gave counts for more than a path, where both are known. */
static int
match_ids(struct matching *m)
{
	struct map estranged; /* by id -> struct record */
	struct record other;
	int rc = 0;

	map_init(&estranged);
	for (size_t i = 0; rc >= 0 && i < m->in->n; i++) {
		struct record *kept;

		rc = find_estranged(m, i, &other);
		if (rc <= 0)
			continue;
		kept = ARENA_NEW(m->arena, struct record);
		*kept = other;
		map_put(&estranged, kept->guid, kept);
	}
	for (size_t i = 0; rc >= 0 && estranged.n && i < m->in->n; i++) {
		rc = find_estranged(m, i, &other);
		if (rc > 0)
			rc = take_of_id(m, &estranged, i);
	}
	map_fini(&estranged);
	return rc < 0 ? -1 : 0;
}

/* By path. */
static int
match_known(struct matching *m)
{
	for (size_t i = 0; i < m->in->n; i++) {
		const struct indexed *known = m->in->seen[i].known;

		if (!m->entry[i] && known && take_named(m, known, &m->entry[i]) < 0)
			return -1;
	}
	return 0;
}

/* Among the entries gone since earlier runs. 1 found, 0, -1. */
static int
find_gone(struct matching *m, const struct reading *r, struct record *found)
{
	const struct {
		enum record_key key;
		struct slice value;
	} gone[] = {
	    {GONE_PATH, r->path},
	    {GONE_GUID, r->guid},
	    {GONE_SOURCE, r->source},
	    {GONE_HASH, hash_key(&r->hash)},
	};

	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
		int rc = gone[i].value.n ? ledger_record_find(m->ledger, gone[i].key,
					       gone[i].value, m->arena, found, m->err)
					 : 0;

		if (rc < 0 || (rc > 0 && !map_get(&m->taken, seq_key(found))))
			return rc;
	}
	return 0;
}

/* One that was elsewhere, or is back. */
static int
match_moved(struct matching *m, const struct reading *r, struct record **entry)
{
	const struct file_key file = file_key(&r->stat);
	struct record found;
	int rc;

	for (int k = 0; k < LIKENESSES && !*entry; k++)
		*entry = claim(&m->alike[k], (enum likeness)k,
		    likeness_key((enum likeness)k, &file, r->guid, r->source, &r->hash));
	if (*entry)
		return 0;
	rc = find_gone(m, r, &found);
	if (rc > 0)
		take(m, entry, &found);
	return rc < 0 ? -1 : 0;
}

/* --- new ones ------------------------------------------------------------- */

/* Whose is the id of this article's front matter already? 1 and *path, 0, -1. */
static int
find_twin(struct matching *m, size_t i, struct slice *path)
{
	const struct reading *r = m->in->seen[i].reading;
	const struct reading *now = map_get(&m->guids, r->guid);
	struct record before;
	int rc;

	if (m->entry[i] && slice_eq(m->entry[i]->guid, r->guid))
		return 0;
	if (now) {
		*path = now->path;
		return 1;
	}
	if (m->first)
		return 0;
	rc = ledger_record_find(m->ledger, BY_GUID, r->guid, m->arena, &before, m->err);
	if (rc <= 0 || (before.state != RECORD_LIVE && before.state != RECORD_SUSPENDED))
		return rc < 0 ? -1 : 0;
	*path = before.path;
	return 1;
}

/* Two files with one front matter id: the first keeps it. The other is looked
 * at again in every run, as the first may go: its time never matches. */
static int
refuse_twin(struct matching *m, size_t i)
{
	struct reading *r = m->in->seen[i].reading;
	struct slice path;
	int rc = find_twin(m, i, &path);

	if (rc <= 0)
		return rc;
	r->state = ARTICLE_BAD;
	r->stat.mtime_ns = 0;
	r->reason =
	    arena_printf(m->arena, "its id is that of %.*s already", SLICE_ARG(path));
	m->diags->path = r->path;
	diag_add(m->diags, DIAG_BAD, 0, "%.*s", SLICE_ARG(r->reason));
	return 0;
}

/* What is at no known path, one by one. */
static int
match_rest(struct matching *m)
{
	for (size_t i = 0; i < m->in->n; i++) {
		struct reading *r = m->in->seen[i].reading;
		bool named = r->guid.n && r->state == ARTICLE_LIVE;

		if (!m->entry[i] && !m->first && match_moved(m, r, &m->entry[i]) < 0)
			return -1;
		if (named && refuse_twin(m, i) < 0)
			return -1;
		if (named && !map_get(&m->guids, r->guid))
			map_put(&m->guids, r->guid, r);
	}
	return 0;
}

/* --- the whole ------------------------------------------------------------ */

static void
list_lost(struct matching *m, struct matches *matches)
{
	matches->lost = arena_array(m->arena, m->orphans, sizeof *matches->lost);
	for (size_t i = 0; i < m->orphans; i++)
		if (!m->orphan[i].claimed)
			matches->lost[matches->losses++] = &m->orphan[i].record;
}

static int
match_all(struct matching *m)
{
	if (!m->first &&
	    (orphan_vanished(m) < 0 || match_replaced(m) < 0 || match_ids(m) < 0 ||
		match_known(m) < 0 || orphan_displaced(m) < 0))
		return -1;
	return match_rest(m);
}

int
settle_match(struct ledger *ledger, const struct scanned *scanned, bool first,
    struct arena *arena, struct matches *matches, struct diags *diags, struct err *err)
{
	struct matching m = {
	    .ledger = ledger,
	    .in = scanned,
	    .arena = arena,
	    .entry = arena_array(arena, scanned->n, sizeof(struct record *)),
	    .diags = diags,
	    .err = err,
	    .first = first,
	};
	int rc = match_all(&m);

	*matches = (struct matches){.entry = m.entry};
	if (rc == 0)
		list_lost(&m, matches);
	for (int k = 0; k < LIKENESSES; k++)
		map_fini(&m.alike[k]);
	map_fini(&m.taken);
	map_fini(&m.guids);
	return rc;
}

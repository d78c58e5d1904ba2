#include "app/survey.h"

#include "app/fresh.h"
#include "base/work.h"

#include <poll.h>
#include <stdatomic.h>

enum { STATS = 512 }; /* files that one thread looks at in a go */

/* --- looking -------------------------------------------------------------- */

/* The files of a go that have not yet been looked at. */
static void
stat_some(struct survey *s, size_t go)
{
	size_t first = go * STATS, n = s->scan.n - first;

	scan_stats(s->request->root, s->scan.file + first, n < STATS ? n : STATS);
}

static bool
is_unchanged(
    const struct survey_request *q, const struct scan_file *f, const struct indexed *x)
{
	return !q->read_all && x->stat.size == f->stat.size &&
	       x->stat.mtime_ns == f->stat.mtime_ns && x->stat.inode == f->stat.inode &&
	       !(x->due && x->due <= q->now);
}

/* Those that have to be read stay SCAN_FOUND. */
static void
compare(struct survey *s, struct scan_file *f)
{
	struct indexed *x = map_get(&s->by_path, f->path);

	if (s->open.n && f->state == SCAN_FOUND && map_get(&s->open, f->path))
		f->state = SCAN_HELD;
	if (!x || f->state == SCAN_GONE)
		return;
	x->seen = true;
	if (f->state == SCAN_FOUND && is_unchanged(s->request, f, x))
		f->state = SCAN_SAME;
}

static void
look(void *ctx, size_t go, size_t worker)
{
	struct survey *s = ctx;

	(void)worker;
	if (go >= s->stated)
		stat_some(s, go);
	for (size_t i = go * STATS; i < s->scan.n && i < (go + 1) * STATS; i++)
		compare(s, &s->scan.file[i]);
}

static size_t
count_goes(const struct survey *s)
{
	return (s->scan.n + STATS - 1) / STATS;
}

static void
look_at_all(struct survey *s)
{
	work_run(s->request->threads, count_goes(s), look, s);
}

/* --- listing -------------------------------------------------------------- */

/* The folder and the ledger are listed side by side. */
struct listing {
	struct survey *survey;
	struct diags *diags;
	struct err err[2];
	int rc[2];
	atomic_bool indexed;
};

/* Names come faster than rows: the time that is left is used for looking. */
static int
list_folder(struct listing *l, struct err *err)
{
	struct survey *s = l->survey;
	const struct survey_request *q = s->request;

	if (scan_names(&s->scan, q->root, q->config, s->arena, l->diags, err) < 0)
		return -1;
	while (!atomic_load(&l->indexed) && s->stated < count_goes(s))
		stat_some(s, s->stated++);
	return 0;
}

static int
list_ledger(struct listing *l, struct err *err)
{
	struct survey *s = l->survey;
	int rc =
	    ledger_index(s->request->ledger, s->index_arena, &s->index, &s->indexed, err);

	map_reserve(&s->by_path, s->indexed);
	for (size_t i = 0; i < s->indexed; i++)
		map_put(&s->by_path, s->index[i].path, &s->index[i]);
	atomic_store(&l->indexed, true);
	return rc;
}

static void
list(void *ctx, size_t item, size_t worker)
{
	struct listing *l = ctx;

	(void)worker;
	l->rc[item] = (item == 0 ? list_folder : list_ledger)(l, &l->err[item]);
}

static int
list_all(struct survey *s, struct diags *diags, struct err *err)
{
	struct listing l = {.survey = s, .diags = diags};

	/* With one thread the ledger is not being read meanwhile. */
	atomic_init(&l.indexed, s->request->threads < 2);
	work_run(s->request->threads, 2, list, &l);
	for (int i = 0; i < 2; i++) {
		if (l.rc[i] < 0) {
			*err = l.err[i];
			return -1;
		}
	}
	return 0;
}

/* The moment that it takes to see whether more is written to what was written just now, in
 * milliseconds; 0: to nothing. */
static int64_t
longest_fresh(const struct survey *s)
{
	int64_t wait = 0, left;

	for (size_t i = 0; i < s->scan.n; i++)
		if (s->scan.file[i].state == SCAN_FOUND &&
		    (left = fresh_left(&s->scan.file[i].stat)) > wait)
			wait = left;
	return wait;
}

/* What is renamed while we wait is where nobody looked: so all is listed again. */
static int
await_fresh(struct survey *s, struct diags *diags, size_t told, struct err *err)
{
	const struct survey_request *q = s->request;
	int64_t wait = q->open ? longest_fresh(s) : 0;

	if (wait == 0)
		return 0;
	poll(NULL, 0, (int)wait);
	diags->n = told;
	s->stated = 0;
	for (size_t i = 0; i < s->indexed; i++)
		s->index[i].seen = false;
	scan_fini(&s->scan);
	if (scan_names(&s->scan, q->root, q->config, s->arena, diags, err) < 0)
		return -1;
	look_at_all(s);
	return 0;
}

static int
survey_all(struct survey *s, struct diags *diags, struct err *err)
{
	size_t told = diags->n;

	if (list_all(s, diags, err) < 0)
		return -1;
	look_at_all(s);
	return await_fresh(s, diags, told, err);
}

/* The touched paths and those of the rows: what is due has to be found, too. */
static int
list_touched(struct survey *s, struct diags *diags, struct err *err)
{
	const struct survey_request *q = s->request;
	struct slices paths = {0};
	struct map once;

	if (ledger_index_some(q->ledger, q->touched, q->now, s->index_arena, &s->index,
		&s->indexed, err) < 0)
		return -1;
	map_init(&once);
	for (size_t i = 0; i < q->touched->n + s->indexed; i++) {
		struct slice path = i < q->touched->n ? q->touched->v[i]
						      : s->index[i - q->touched->n].path;

		if (map_get(&once, path))
			continue;
		map_put(&once, path, s);
		slices_add(&paths, s->arena, path);
	}
	map_fini(&once);
	scan_some(&s->scan, q->root, q->config, &paths, s->arena, diags);
	for (size_t i = 0; i < s->indexed; i++)
		map_put(&s->by_path, s->index[i].path, &s->index[i]);
	return 0;
}

static int
survey_touched(struct survey *s, struct diags *diags, struct err *err)
{
	if (list_touched(s, diags, err) < 0)
		return -1;
	look_at_all(s);
	return 0;
}

/* --- collecting ----------------------------------------------------------- */

/* Below a folder that could not be listed: nothing is known of it, and what is
 * published stays. */
static bool
is_hidden(const struct survey *s, struct slice path)
{
	for (size_t i = 0; i < s->scan.unlisted.n; i++)
		if (slice_starts(path, s->scan.unlisted.v[i]))
			return true;
	return false;
}

static void
put_off(struct survey *s, struct slice path, struct slice was)
{
	struct put_offs *p = &s->put_off;

	p->v = arena_grow(s->arena, p->v, p->n, sizeof *p->v);
	p->v[p->n++] = (struct put_off){path, was};
}

/* Of a file that was told of by its path it is known whether it is whole; of what is
 * found in a folder there are only the times. */
static void
hold_fresh(struct survey *s)
{
	const struct slices *touched = s->request->touched;
	struct map told;

	if (!s->request->open)
		return;
	map_init(&told);
	for (size_t i = 0; touched && i < touched->n; i++)
		map_put(&told, touched->v[i], s);
	for (size_t i = 0; i < s->scan.n; i++) {
		struct scan_file *f = &s->scan.file[i];

		if (f->state == SCAN_FOUND && fresh_left(&f->stat) > 0 &&
		    !map_get(&told, f->path)) {
			f->state = SCAN_HELD;
			put_off(s, f->path, SLICE_NONE);
		}
	}
	map_fini(&told);
}

/* The files that have to be read. One may be listed twice, as itself and below a
 * folder. */
static void
collect_found(struct survey *s)
{
	struct scanned *out = &s->scanned;
	struct map once;
	size_t found = 0;

	for (size_t i = 0; i < s->scan.n; i++)
		found += s->scan.file[i].state == SCAN_FOUND;
	out->seen = arena_array(s->index_arena, found, sizeof *out->seen);
	map_init(&once);
	for (size_t i = 0; i < s->scan.n; i++) {
		const struct scan_file *f = &s->scan.file[i];
		const struct indexed *known;

		if (f->state != SCAN_FOUND || map_get(&once, f->path))
			continue;
		known = map_get(&s->by_path, f->path);
		if (known && !known->seen)
			continue;
		if (s->request->touched)
			map_put(&once, f->path, s);
		out->seen[out->n].reading = ARENA_NEW(s->index_arena, struct reading);
		*out->seen[out->n].reading =
		    (struct reading){.path = f->path, .stat.inode = f->stat.inode};
		out->seen[out->n++].known = known;
	}
	map_fini(&once);
}

static void
see_hidden(struct survey *s)
{
	for (size_t i = 0; s->scan.unlisted.n && i < s->by_path.n; i++) {
		struct indexed *x = s->by_path.item[i].value;

		x->seen = x->seen || is_hidden(s, x->path);
	}
}

/*
 * The inode of this row is at another path. Is its file no longer at its own? When nobody can
 * look there, or another one stands there, it is that file if all else that is known is the
 * same: inodes are used again. If the other one is read, too, settle sees that they changed
 * places.
 */
static bool
has_moved(struct survey *s, const struct indexed *from, const struct scan_file *to,
    const struct map *found)
{
	/* Of one that could not be opened no more than the inode is known. */
	bool same =
	    from->stat.mtime_ns == 0 || (from->stat.size == to->stat.size &&
					    from->stat.mtime_ns == to->stat.mtime_ns);
	struct file_stat stat;
	struct err err;
	int rc =
	    file_stat(s->request->root, arena_cstr(s->arena, from->path), &stat, &err);
	bool other = rc < 0 || (rc > 0 && stat.inode != from->stat.inode &&
				   !map_get(found, from->path));

	return rc == 0 || (other && same);
}

/*
 * A file was told of under its new name, before the old one, or came out of where nobody
 * can look: then the row of the old one is without a file, too, or the article would be
 * taken for another one.
 */
static int
find_moved(
    struct survey *s, const struct scan_file *f, const struct map *found, struct err *err)
{
	struct indexed *v;
	size_t n;

	if (ledger_index_inode(
		s->request->ledger, f->stat.inode, s->index_arena, &v, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct indexed *x = map_get(&s->by_path, v[i].path);

		if (slice_eq(v[i].path, f->path) || !has_moved(s, &v[i], f, found))
			continue;
		if (x)
			x->seen = false;
		else
			map_put(&s->by_path, v[i].path, &v[i]);
	}
	return 0;
}

static int
find_all_moved(struct survey *s, struct err *err)
{
	struct map found;
	int rc = 0;

	map_init(&found);
	for (size_t i = 0; i < s->scan.n; i++)
		if (s->scan.file[i].state == SCAN_FOUND)
			map_put(&found, s->scan.file[i].path, s);
	for (size_t i = 0; rc == 0 && i < s->scan.n; i++) {
		const struct scan_file *f = &s->scan.file[i];
		const struct indexed *x = map_get(&s->by_path, f->path);
		bool other = !x || x->stat.inode != f->stat.inode;

		if (f->state == SCAN_FOUND && other)
			rc = find_moved(s, f, &found, err);
	}
	map_fini(&found);
	return rc;
}

/* The rows without a file. */
static void
collect_vanished(struct survey *s)
{
	struct scanned *out = &s->scanned;
	size_t vanished = 0;

	for (size_t i = 0; i < s->by_path.n; i++) {
		const struct indexed *x = s->by_path.item[i].value;

		vanished += !x->seen;
	}
	out->vanished = arena_array(s->index_arena, vanished, sizeof(struct indexed *));
	for (size_t i = 0; i < s->by_path.n; i++) {
		struct indexed *x = s->by_path.item[i].value;

		if (!x->seen)
			out->vanished[out->vanishings++] = x;
	}
}

/* A file that is put off may be one that was renamed: what it was has not gone. Or it got
 * the inode of one that has: so both are looked at again. */
static void
keep_row(struct survey *s, struct slice path, const struct file_stat *stat)
{
	struct scanned *in = &s->scanned;
	size_t kept = 0;

	for (size_t i = 0; i < in->vanishings; i++)
		if (stat->inode && in->vanished[i]->stat.inode == stat->inode)
			put_off(s, path, in->vanished[i]->path);
		else
			in->vanished[kept++] = in->vanished[i];
	in->vanishings = kept;
}

static void
keep_held(struct survey *s)
{
	for (size_t i = 0; i < s->scan.n; i++)
		if (s->scan.file[i].state == SCAN_HELD)
			keep_row(s, s->scan.file[i].path, &s->scan.file[i].stat);
}

static int
find_all_gone(struct survey *s, struct err *err)
{
	bool more = true;

	s->all_gone = s->scan.n == 0 && s->scanned.vanishings > 0;
	if (!s->all_gone || !s->request->touched)
		return 0;
	if (ledger_index_exceeds(s->request->ledger, s->scanned.vanishings, &more, err) <
	    0)
		return -1;
	s->all_gone = !more;
	return 0;
}

int
survey_make(struct survey *s, const struct survey_request *request, struct diags *diags,
    struct err *err)
{
	*s = (struct survey){
	    .request = request, .arena = arena_new(), .index_arena = arena_new()};
	map_init(&s->by_path);
	map_init(&s->open);
	for (size_t i = 0; request->open && i < request->open->n; i++)
		map_put(&s->open, request->open->v[i], s);
	if ((request->touched ? survey_touched : survey_all)(s, diags, err) < 0)
		return -1;
	s->files = s->scan.n;
	see_hidden(s);
	hold_fresh(s);
	if ((request->touched || s->scan.unlisted.n) && find_all_moved(s, err) < 0)
		return -1;
	collect_found(s);
	collect_vanished(s);
	keep_held(s);
	return find_all_gone(s, err);
}

void
survey_put_off(struct survey *s)
{
	struct scanned *in = &s->scanned;
	size_t kept = 0;

	for (size_t i = 0; i < in->n; i++) {
		const struct seen *seen = &in->seen[i];

		if (seen->later) {
			put_off(s, seen->reading->path, SLICE_NONE);
			keep_row(s, seen->reading->path, &seen->reading->stat);
		} else {
			in->seen[kept++] = *seen;
		}
	}
	in->n = kept;
}

void
survey_fini(struct survey *s)
{
	map_fini(&s->by_path);
	map_fini(&s->open);
	scan_fini(&s->scan);
	arena_free(s->arena);
	arena_free(s->index_arena);
	*s = (struct survey){0};
}

#include "app/survey.h"

#include "base/work.h"

enum { STATS = 512 }; /* files that one thread looks at in a go */

/* --- listing -------------------------------------------------------------- */

/* The folder and the ledger are listed side by side. */
struct listing {
	struct survey *survey;
	struct diags *diags;
	struct err err[2];
	int rc[2];
};

static void
list(void *ctx, size_t item, size_t worker)
{
	struct listing *l = ctx;
	struct survey *s = l->survey;
	const struct survey_request *q = s->request;

	(void)worker;
	if (item == 0)
		l->rc[0] = scan_names(
		    &s->scan, q->root, q->config, s->arena, l->diags, &l->err[0]);
	else
		l->rc[1] = ledger_index(
		    q->ledger, s->index_arena, &s->index, &s->indexed, &l->err[1]);
}

static int
list_all(struct survey *s, struct diags *diags, struct err *err)
{
	struct listing l = {.survey = s, .diags = diags};

	work_run(s->request->threads, 2, list, &l);
	for (int i = 0; i < 2; i++) {
		if (l.rc[i] < 0) {
			*err = l.err[i];
			return -1;
		}
	}
	return 0;
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
	return 0;
}

/* --- looking -------------------------------------------------------------- */

static bool
is_unchanged(
    const struct survey_request *q, const struct scan_file *f, const struct indexed *x)
{
	return !q->read_all && x->stat.size == f->stat.size &&
	       x->stat.mtime_ns == f->stat.mtime_ns && x->stat.inode == f->stat.inode &&
	       !(x->due && x->due <= q->now);
}

/* Some files: those that have to be read stay SCAN_FOUND. */
static void
look(void *ctx, size_t item, size_t worker)
{
	struct survey *s = ctx;
	size_t end = (item + 1) * STATS;

	(void)worker;
	if (end > s->scan.n)
		end = s->scan.n;
	scan_stats(s->request->root, s->scan.file + item * STATS, end - item * STATS);
	for (size_t i = item * STATS; i < end; i++) {
		struct scan_file *f = &s->scan.file[i];
		struct indexed *x = map_get(&s->by_path, f->path);

		if (f->state == SCAN_FOUND && map_get(&s->open, f->path))
			f->state = SCAN_HELD;
		if (!x || f->state == SCAN_GONE)
			continue;
		x->seen = true;
		if (f->state == SCAN_FOUND && is_unchanged(s->request, f, x))
			f->state = SCAN_SAME;
	}
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

		if (f->state != SCAN_FOUND || map_get(&once, f->path))
			continue;
		if (s->request->touched)
			map_put(&once, f->path, s);
		out->seen[out->n].reading = ARENA_NEW(s->index_arena, struct reading);
		out->seen[out->n].reading->path = f->path;
		out->seen[out->n++].known = map_get(&s->by_path, f->path);
	}
	map_fini(&once);
}

/* The rows without a file. */
static void
collect_vanished(struct survey *s)
{
	struct scanned *out = &s->scanned;
	size_t vanished = 0;

	for (size_t i = 0; i < s->by_path.n; i++) {
		struct indexed *x = s->by_path.item[i].value;

		x->seen = x->seen || is_hidden(s, x->path);
		vanished += !x->seen;
	}
	out->vanished = arena_array(s->index_arena, vanished, sizeof(struct indexed *));
	for (size_t i = 0; i < s->by_path.n; i++) {
		struct indexed *x = s->by_path.item[i].value;

		if (!x->seen)
			out->vanished[out->vanishings++] = x;
	}
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
	if ((request->touched ? list_touched : list_all)(s, diags, err) < 0)
		return -1;
	for (size_t i = 0; i < s->indexed; i++)
		map_put(&s->by_path, s->index[i].path, &s->index[i]);
	work_run(request->threads, (s->scan.n + STATS - 1) / STATS, look, s);
	s->files = s->scan.n;
	collect_found(s);
	collect_vanished(s);
	return find_all_gone(s, err);
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

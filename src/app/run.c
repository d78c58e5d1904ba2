#include "config.h"

#include "app/run.h"

#include "app/places.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/uri.h"
#include "input/render.h"
#include "input/scan.h"
#include "output/menu.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	STATS = 512, /* files that one thread looks at in a go */
	PROFILE_MAX = 1024 * 1024,
	CONFIG_MAX = 16 * 1024 * 1024,
};

/* What one thread reads into, and what it keeps of it. */
struct hand {
	struct scratch scratch;
	struct arena *keep; /* the report's */
	struct diags diags;
};

struct run {
	const struct config *config;
	const struct run_options *options;
	struct run_report *report;
	struct err *err;
	struct arena *arena;
	int64_t now;
	size_t threads;

	int lock;
	struct root articles, output;
	struct profile *profile;
	struct ledger *ledger;
	struct sink sink;
	struct publication *publication;
	struct reader reader;
	struct hand hand[WORK_MAX];

	struct scan scan;
	struct indexed *index;
	size_t indexed;
	struct map by_path; /* -> struct indexed */
	struct scanned scanned;
	struct map fresh; /* paths that this run read, but for a first import */
	struct slices broken;
	struct troubled *nameless; /* articles left out for their names */
	size_t nameless_n;
	bool everything;                        /* every document is made again */
	bool read_all;                          /* every article is read again */
	struct arena *scan_arena, *index_arena; /* gone after settle */
};

/* --- opening -------------------------------------------------------------- */

static char *
lock_path(struct run *r)
{
	return (char *)arena_printf(
	    r->arena, "%.*s.lock", SLICE_ARG(r->config->output.state))
	    .p;
}

static int
open_places(struct run *r)
{
	const struct config *c = r->config;
	bool writes = r->options->kind == RUN_PUBLISH;
	const char *output = arena_cstr(r->arena, c->output.dir);

	if (root_open(
		&r->articles, arena_cstr(r->arena, c->articles.dir), false, r->err) < 0)
		return -1;
	if (r->options->kind == RUN_CHECK)
		return 0;
	if (writes || access(output, F_OK) == 0) {
		if (root_open(&r->output, output, writes, r->err) < 0)
			return -1;
	}
	if (writes)
		r->report->swept = (size_t)file_sweep(&r->output);
	return 0;
}

static int
open_profile(struct run *r)
{
	const struct config_articles *c = &r->config->articles;

	if (!c->profile.n)
		return 0;
	return profile_open(
	    &r->profile, places_profile(c, r->arena), &c->profile_off, r->err);
}

static int
open_ledger(struct run *r)
{
	const char *path = arena_cstr(r->arena, r->config->output.state);

	if (r->options->kind == RUN_CHECK)
		return ledger_open(&r->ledger, "", DB_MEMORY, r->err);
	if (r->options->kind == RUN_DRY)
		return ledger_open(&r->ledger, path, DB_MEMORY, r->err);
	r->lock = file_lock(lock_path(r), r->err);
	if (r->lock < 0)
		return -1;
	return ledger_open(&r->ledger, path, DB_WRITE, r->err);
}

/* Keys and values only: neither the name of the file nor a comment in it
 * makes another configuration. */
static void
print_settings(const struct config *config, struct buf *out)
{
	struct buf text;
	struct slice rest, line;

	buf_init(&text, CONFIG_MAX);
	config_print(config, &text);
	rest = buf_view(&text);
	while (slice_line(&rest, &line))
		if (!slice_starts(line, SLICE("#"))) {
			buf_slice(out, line);
			buf_char(out, '\n');
		}
	buf_fini(&text);
}

/* Has what decides about readings, or about documents, changed since the
 * last run? Its digest is in the ledger. */
static int
compare_digest(struct run *r, const char *name, struct buf *text, bool *changed)
{
	struct digest digest = digest_of(buf_view(text));
	struct slice before;
	char hex[65];

	digest_hex(&digest, hex);
	if (ledger_get(r->ledger, name, r->arena, &before, r->err) < 0)
		return -1;
	*changed = !slice_is(before, hex);
	return *changed ? ledger_set(r->ledger, name, slice_str(hex), r->err) : 0;
}

static int
compare_configuration(struct run *r)
{
	struct buf text;
	int rc;

	buf_init(&text, CONFIG_MAX);
	buf_str(&text, PACKAGE_VERSION "\n");
	config_reading(r->config, &text);
	rc = r->profile ? file_slurp(places_profile(&r->config->articles, r->arena),
			      PROFILE_MAX, &text, r->err)
			: 0;
	if (rc == 0)
		rc = compare_digest(r, "reading", &text, &r->read_all);
	buf_reset(&text);
	buf_str(&text, PACKAGE_VERSION "\n");
	print_settings(r->config, &text);
	if (rc == 0)
		rc = compare_digest(r, "output", &text, &r->everything);
	r->everything |= r->read_all;
	r->read_all |= r->options->kind == RUN_CHECK;
	buf_fini(&text);
	return rc;
}

static int
open_run(struct run *r)
{
	/* What can be wrong in the configuration comes before anything is written. */
	if (open_profile(r) < 0 || open_ledger(r) < 0 || open_places(r) < 0)
		return -1;
	reader_init(&r->reader, r->config, r->profile, &r->articles, r->now);
	for (size_t i = 0; i < r->threads; i++) {
		scratch_init(&r->hand[i].scratch, r->config);
		r->hand[i].keep = r->report->keep[i] = arena_new();
		diags_init(&r->hand[i].diags, r->hand[i].keep, SLICE_NONE);
	}
	if (compare_configuration(r) < 0 ||
	    ledger_is_empty(r->ledger, &r->report->first, r->err) < 0)
		return -1;
	if (r->options->kind == RUN_CHECK)
		return 0;
	r->sink = sink_files(&r->output);
	return publish_open(&r->publication, r->ledger, &r->sink,
	    r->config->output.precompress, r->options->kind == RUN_DRY, r->err);
}

static void
close_run(struct run *r)
{
	publish_close(r->publication);
	ledger_close(r->ledger);
	profile_free(r->profile);
	root_close(&r->articles);
	root_close(&r->output);
	if (r->lock >= 0)
		close(r->lock);
	for (size_t i = 0; i < r->threads && r->hand[i].keep; i++)
		scratch_fini(&r->hand[i].scratch);
	map_fini(&r->by_path);
	map_fini(&r->fresh);
	scan_fini(&r->scan);
	arena_free(r->scan_arena);
	arena_free(r->index_arena);
}

/* --- scan ----------------------------------------------------------------- */

/* The folder and the ledger are listed side by side. */
struct listing_task {
	struct run *run;
	struct err err[2];
	int rc[2];
};

static void
list(void *ctx, size_t item, size_t worker)
{
	struct listing_task *t = ctx;
	struct run *r = t->run;

	(void)worker;
	if (item == 0)
		t->rc[0] = scan_names(&r->scan, &r->articles, &r->config->articles,
		    r->scan_arena, &r->report->diags, &t->err[0]);
	else
		t->rc[1] = ledger_index(
		    r->ledger, r->index_arena, &r->index, &r->indexed, &t->err[1]);
}

/* Below a folder that could not be listed: nothing is known of it, and what is
 * published stays. */
static bool
is_hidden(const struct run *r, struct slice path)
{
	for (size_t i = 0; i < r->scan.unlisted.n; i++)
		if (slice_starts(path, r->scan.unlisted.v[i]))
			return true;
	return false;
}

static bool
is_unchanged(const struct run *r, const struct scan_file *f, const struct indexed *x)
{
	return !r->read_all && x->stat.size == f->stat.size &&
	       x->stat.mtime_ns == f->stat.mtime_ns && x->stat.inode == f->stat.inode &&
	       !(x->due && x->due <= r->now);
}

/* Look at some files: those that have to be read stay SCAN_FOUND. */
static void
look(void *ctx, size_t item, size_t worker)
{
	struct run *r = ctx;
	size_t end = (item + 1) * STATS;

	(void)worker;
	if (end > r->scan.n)
		end = r->scan.n;
	scan_stats(&r->articles, r->scan.file + item * STATS, end - item * STATS);
	for (size_t i = item * STATS; i < end; i++) {
		struct scan_file *f = &r->scan.file[i];
		struct indexed *x = map_get(&r->by_path, f->path);

		if (!x || f->state == SCAN_GONE)
			continue;
		x->seen = true;
		if (f->state == SCAN_FOUND && is_unchanged(r, f, x))
			f->state = SCAN_SAME;
	}
}

static void
collect(struct run *r)
{
	struct scanned *s = &r->scanned;
	size_t wanted = 0, vanished = 0;

	for (size_t i = 0; i < r->scan.n; i++)
		wanted += r->scan.file[i].state == SCAN_FOUND;
	for (size_t i = 0; i < r->indexed; i++) {
		r->index[i].seen = r->index[i].seen || is_hidden(r, r->index[i].path);
		vanished += !r->index[i].seen;
	}
	s->seen = arena_array(r->index_arena, wanted, sizeof *s->seen);
	s->vanished = arena_array(r->index_arena, vanished, sizeof(struct indexed *));
	for (size_t i = 0; i < r->scan.n; i++) {
		struct scan_file *f = &r->scan.file[i];

		if (f->state != SCAN_FOUND)
			continue;
		s->seen[s->n].reading = ARENA_NEW(r->index_arena, struct reading);
		s->seen[s->n].reading->path = f->path;
		s->seen[s->n++].known = map_get(&r->by_path, f->path);
	}
	for (size_t i = 0; i < r->indexed; i++)
		if (!r->index[i].seen)
			s->vanished[s->vanishings++] = &r->index[i];
}

static int
scan(struct run *r)
{
	struct listing_task t = {.run = r};

	work_run(r->threads, 2, list, &t);
	for (int i = 0; i < 2; i++) {
		if (t.rc[i] < 0) {
			*r->err = t.err[i];
			return -1;
		}
	}
	for (size_t i = 0; i < r->indexed; i++)
		map_put(&r->by_path, r->index[i].path, &r->index[i]);
	work_run(r->threads, (r->scan.n + STATS - 1) / STATS, look, r);
	r->report->files = r->scan.n;
	collect(r);
	return 0;
}

/* --- read ----------------------------------------------------------------- */

static void
progress(struct run *r, const char *what, size_t done, size_t all)
{
	if (r->options->progress)
		r->options->progress(r->options->ctx, what, done, all);
}

static void
read_one(void *ctx, size_t item, size_t worker)
{
	struct run *r = ctx;
	struct hand *h = &r->hand[worker];
	struct reading *reading = r->scanned.seen[item].reading;
	struct article article;
	struct file_stat stat = {0};
	struct digest hash;
	struct diags diags;

	scratch_reset(&h->scratch);
	diags_init(&diags, h->scratch.arena, reading->path);
	read_article(
	    &r->reader, reading->path, &h->scratch, &article, &stat, &hash, &diags);
	read_judge(&r->reader, &article, &stat, &hash, &diags, h->keep, reading);
	if (r->options->kind == RUN_CHECK && reading->state != ARTICLE_BAD) {
		struct entry entry = {.url = reading->url, .id = reading->url};

		if (render_entry(&r->reader, &article, true, &h->scratch,
			h->scratch.arena, &entry, &diags) < 0)
			reading->state = ARTICLE_BAD;
	}
	diags_append(&h->diags, &diags);
	if (worker == 0 && item % STATS == 0)
		progress(r, "reading", item, r->scanned.n);
}

static int
by_path_then_line(const void *a, const void *b)
{
	const struct diag *x = a, *y = b;
	int order = slice_cmp(x->path, y->path);

	return order ? order : x->line - y->line;
}

static void
read_all(struct run *r)
{
	struct diags *all = &r->report->diags;

	work_run(r->threads, r->scanned.n, read_one, r);
	r->report->read = r->scanned.n;
	for (size_t i = 0; i < r->threads; i++)
		diags_append(all, &r->hand[i].diags);
	for (size_t i = 0; i < r->scanned.n && !r->report->first; i++)
		map_put(&r->fresh, r->scanned.seen[i].reading->path, r);
}

/* --- settle --------------------------------------------------------------- */

/* A folder that was full and is empty may just not be mounted: its articles
 * do not go without being asked for. */
static bool
is_all_gone(const struct run *r)
{
	return r->scan.n == 0 && r->scanned.vanishings > 0;
}

static int
settle_all(struct run *r)
{
	const struct config *c = r->config;
	struct uri site;
	struct settle_options options = {
	    .now = r->now,
	    .flood = is_all_gone(r) ? 0 : c->limits.flood,
	    .drip = c->limits.drip,
	    .allow_flood = r->options->allow_flood,
	    .tag = c->site.tag,
	};

	uri_split(c->site.url, &site);
	options.host = site.host;
	return settle(r->ledger, &r->scanned, &options, r->arena, &r->report->changes,
	    &r->report->diags, r->err);
}

/* Taking down touches nothing else: new and changed articles wait for the
 * next run, so that no flood guard stands in its way. */
static int
retract(struct run *r)
{
	return settle_retract(r->ledger, r->options->retract, r->options->reason, r->now,
	    r->arena, &r->report->changes, r->err);
}

/* What the scan could not even name is in no row of the ledger. */
static void
refuse_names(struct run *r)
{
	const struct diags *d = &r->report->diags;

	for (size_t i = 0; i < d->n; i++) {
		if (d->v[i].level != DIAG_BAD)
			continue;
		r->nameless =
		    arena_grow(r->arena, r->nameless, r->nameless_n, sizeof *r->nameless);
		r->nameless[r->nameless_n++] = (struct troubled){
		    .path = d->v[i].path, .reason = d->v[i].text, .state = ARTICLE_BAD};
	}
}

static int
take_in(struct run *r)
{
	if (scan(r) < 0)
		return -1;
	refuse_names(r);
	read_all(r);
	return settle_all(r);
}

/* What only the scan needed makes room for the documents. */
static void
forget_scan(struct run *r)
{
	map_fini(&r->by_path);
	arena_free(r->scan_arena);
	arena_free(r->index_arena);
	r->scan_arena = r->index_arena = NULL;
	r->scanned = (struct scanned){0};
	scan_fini(&r->scan);
	if (r->report->first)
		for (size_t i = 0; i < r->threads; i++)
			arena_reset(r->hand[i].keep);
	mem_trim();
}

/* --- plan and make -------------------------------------------------------- */

static int
render(void *ctx, size_t worker, const struct record *record, bool content,
    struct arena *arena, struct entry *entry, struct diags *diags)
{
	struct run *r = ctx;
	struct scratch *scratch = &r->hand[worker].scratch;
	struct article article;
	struct file_stat stat;
	struct digest hash;

	scratch_reset(scratch);
	read_article(&r->reader, record->path, scratch, &article, &stat, &hash, diags);
	if (diags_bad(diags))
		return -1;
	/* What reading noted was reported when the article was read. What
	 * rendering drops is told once, in the run that read it. */
	diags->n = 0;
	if (render_entry(&r->reader, &article, content, scratch, arena, entry, diags) < 0)
		return -1;
	if (!r->report->first && !map_get(&r->fresh, record->path))
		diags->n = 0;
	return 0;
}

static void
made_progress(void *ctx, size_t done, size_t all)
{
	progress(ctx, "writing", done, all);
}

static int
born_and_tag(struct run *r, struct maker *maker)
{
	struct slice born;

	if (ledger_get(r->ledger, "born", r->arena, &born, r->err) < 0 ||
	    ledger_get(r->ledger, "tag", r->arena, &maker->tag, r->err) < 0)
		return -1;
	if (r->config->site.tag.n)
		maker->tag = r->config->site.tag;
	maker->born = r->now;
	if (born.n) {
		maker->born = strtoll(born.p, NULL, 10);
		return 0;
	}
	return ledger_set(
	    r->ledger, "born", arena_printf(r->arena, "%lld", (long long)r->now), r->err);
}

static int
plan_and_make(struct run *r)
{
	struct run_report *report = r->report;
	struct plan_request request = {
	    .config = r->config,
	    .changes = &report->changes,
	    .now = r->now,
	};
	struct maker maker = {
	    .ledger = r->ledger,
	    .publication = r->publication,
	    .config = r->config,
	    .plan = &report->plan,
	    .now = r->now,
	    .threads = r->threads,
	    .render = render,
	    .progress = made_progress,
	    .ctx = r,
	};

	if (r->output.fd >= 0 &&
	    publish_check(r->publication, &r->broken, r->arena, r->err) < 0)
		return -1;
	report->repaired = r->broken.n;
	request.everything = r->everything || report->first;
	request.broken = r->broken;
	if (born_and_tag(r, &maker) < 0 ||
	    plan_make(r->ledger, &request, r->arena, &report->plan, r->err) < 0 ||
	    make_all(&maker, r->arena, &report->made, &report->diags, r->err) < 0)
		return -1;
	struct menu_request menu = {.changes = &report->changes, .broken = r->broken};

	if (menu_make(&maker, &menu, r->arena, &report->made, r->err) < 0)
		return -1;
	return request.everything ? publish_drop_rest(r->publication, r->err) : 0;
}

/* --- publish -------------------------------------------------------------- */

static int
note_run(struct run *r)
{
	struct run_report *report = r->report;
	struct slice last = arena_printf(r->arena, "%lld %zu %zu %zu %zu %zu %zu",
	    (long long)r->now, report->files, report->read,
	    report->changes.count[CHANGE_NEW], report->changes.count[CHANGE_EDITED],
	    report->changes.count[CHANGE_GONE], report->made.failed);

	return ledger_set(r->ledger, "last_run", last, r->err);
}

/* Staged and on disk, then committed, then seen: a kill between two of these
 * is repaired by the next run. */
static int
publish(struct run *r)
{
	if (r->options->kind != RUN_PUBLISH)
		return publish_commit(r->publication, r->err);
	if (publish_prepare(r->publication, r->err) < 0 || note_run(r) < 0 ||
	    ledger_commit(r->ledger, r->err) < 0)
		return -1;
	return publish_commit(r->publication, r->err);
}

static int
take_stock(struct run *r)
{
	struct run_report *report = r->report;

	if (report->diags.n)
		qsort(report->diags.v, report->diags.n, sizeof *report->diags.v,
		    by_path_then_line);
	if (ledger_troubled(
		r->ledger, r->arena, &report->troubled, &report->troubles, r->err) < 0 ||
	    ledger_states(r->ledger, report->states, r->err) < 0)
		return -1;
	for (size_t i = 0; i < r->nameless_n; i++) {
		report->troubled = arena_grow(r->arena, report->troubled,
		    report->troubles, sizeof *report->troubled);
		report->troubled[report->troubles++] = r->nameless[i];
	}
	report->states[ARTICLE_BAD] += (int64_t)r->nameless_n;
	return ledger_next_due(r->ledger, &report->next_due, r->err);
}

/* --- the whole ------------------------------------------------------------ */

static int
run_stages(struct run *r)
{
	if (open_run(r) < 0 || (r->options->retract.n ? retract(r) : take_in(r)) < 0)
		return -1;
	forget_scan(r);
	if (take_stock(r) < 0)
		return -1;
	if (r->report->changes.flooded || r->options->kind == RUN_CHECK)
		return 0;
	if (plan_and_make(r) < 0 || take_stock(r) < 0)
		return -1;
	return publish(r);
}

int
run_once(const struct config *config, const struct run_options *options,
    struct run_report *report, struct err *err)
{
	int64_t started = clock_elapsed();
	struct run r = {
	    .config = config,
	    .options = options,
	    .report = report,
	    .err = err,
	    .arena = arena_new(),
	    .now = options->now ? options->now : clock_now(),
	    .threads =
		config->limits.threads ? (size_t)config->limits.threads : work_cores(),
	    .lock = -1,
	    .articles = {.fd = -1},
	    .output = {.fd = -1},
	    .scan_arena = arena_new(),
	    .index_arena = arena_new(),
	};
	int rc;

	if (r.threads > WORK_MAX)
		r.threads = WORK_MAX;
	*report =
	    (struct run_report){.arena = r.arena, .kind = options->kind, .now = r.now};
	diags_init(&report->diags, r.arena, SLICE_NONE);
	map_init(&r.by_path);
	rc = run_stages(&r);
	close_run(&r);
	report->elapsed = clock_elapsed() - started;
	return rc;
}

void
run_report_fini(struct run_report *report)
{
	made_fini(&report->made);
	for (size_t i = 0; i < WORK_MAX; i++)
		arena_free(report->keep[i]);
	arena_free(report->arena);
}

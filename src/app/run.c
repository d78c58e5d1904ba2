#include "config.h"

#include "app/run_inside.h"

#include "app/places.h"
#include "app/push.h"
#include "base/clock.h"
#include "base/uri.h"
#include "input/render.h"
#include "ledger/tally.h"
#include "output/menu.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	PACE = 512, /* articles from one word of progress to the next */
	PROFILE_MAX = 1024 * 1024,
	CONFIG_MAX = 16 * 1024 * 1024,
};

/* --- opening -------------------------------------------------------------- */

int
run_lock(const struct config *config, struct err *err)
{
	struct arena *arena = arena_new();
	int fd = file_lock(
	    arena_printf(arena, "%.*s.lock", SLICE_ARG(config->output.state)).p, err);

	arena_free(arena);
	return fd;
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
	if (writes && !r->options->touched)
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
	if (!r->options->locked) {
		r->lock = run_lock(r->config, r->err);
		if (r->lock < 0)
			return -1;
	}
	return ledger_open(&r->ledger, path, DB_WRITE, r->err);
}

/* Has what decides about readings, or about documents, changed since the
 * last run? Its digest is in the ledger. */
static int
compare_digest(struct run *r, const char *name, struct buf *text, struct digest *digest,
    bool *changed)
{
	struct slice before;
	char hex[65];

	*digest = digest_of(buf_view(text));
	digest_hex(digest, hex);
	if (ledger_get(r->ledger, name, r->arena, &before, r->err) < 0)
		return -1;
	*changed = !slice_is(before, hex);
	return *changed ? ledger_set(r->ledger, name, slice_str(hex), r->err) : 0;
}

static int
compare_configuration(struct run *r)
{
	struct digest digest[2] = {0};
	struct buf text;
	int rc;

	buf_init(&text, CONFIG_MAX);
	buf_str(&text, PACKAGE_VERSION "\n");
	config_reading(r->config, &text);
	rc = r->profile ? file_slurp(places_profile(&r->config->articles, r->arena),
			      PROFILE_MAX, &text, r->err)
			: 0;
	if (rc == 0)
		rc = compare_digest(r, "reading", &text, &digest[0], &r->read_all);
	buf_reset(&text);
	buf_str(&text, PACKAGE_VERSION "\n");
	config_making(r->config, &text);
	if (rc == 0)
		rc = push_dead(r->config, r->ledger, r->arena, &r->dead, r->err);
	for (size_t i = 0; i < r->dead.n; i++)
		buf_printf(&text, "dead hub %.*s\n", SLICE_ARG(r->dead.v[i]));
	if (rc == 0)
		rc = compare_digest(r, "output", &text, &digest[1], &r->everything);
	r->everything |= r->read_all;
	if (rc == 0 && r->options->renditions)
		renditions_begin(r->options->renditions, digest);
	r->read_all |= r->options->kind == RUN_CHECK;
	r->report->whole = !r->options->touched || r->read_all;
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
	map_fini(&r->fresh);
	survey_fini(&r->survey);
}

/* --- read ----------------------------------------------------------------- */

static void
progress(struct run *r, const char *what, size_t done, size_t all)
{
	if (r->options->progress)
		r->options->progress(r->options->ctx, what, done, all);
}

static bool
is_stopped(const struct run *r)
{
	return r->options->stop && atomic_load(r->options->stop);
}

static void
read_one(void *ctx, size_t item, size_t worker)
{
	struct run *r = ctx;
	struct hand *h = &r->hand[worker];
	struct reading *reading = r->survey.scanned.seen[item].reading;
	uint64_t inode = reading->stat.inode;
	struct article article;
	struct file_stat stat = {0};
	struct digest hash;
	struct diags diags;

	if (is_stopped(r))
		return;
	scratch_reset(&h->scratch);
	diags_init(&diags, h->scratch.arena, reading->path);
	read_article(
	    &r->reader, reading->path, &h->scratch, &article, &stat, &hash, &diags);
	/* One that cannot be opened now is to be found by it where it is moved to. */
	if (!stat.inode)
		stat.inode = inode;
	read_judge(
	    &r->reader, &article, &stat, &hash, &diags, &h->scratch, h->keep, reading);
	if (r->options->kind == RUN_CHECK && reading->state != ARTICLE_BAD) {
		struct entry entry = {.url = reading->url, .id = reading->url};

		if (render_entry(&r->reader, &article, true, &h->scratch,
			h->scratch.arena, &entry, &diags) < 0)
			reading->state = ARTICLE_BAD;
	}
	r->survey.scanned.seen[item].later = run_is_written(r, &stat);
	if (!r->survey.scanned.seen[item].later)
		diags_append(&h->diags, &diags);
	if (worker == 0 && item % PACE == 0)
		progress(r, "reading", item, r->survey.scanned.n);
}

static int
by_path_then_line(const void *a, const void *b)
{
	const struct diag *x = a, *y = b;
	int order = slice_cmp(x->path, y->path);

	return order ? order : x->line - y->line;
}

/* What may not be whole is left for the next run, which the caller sees to. */
static void
put_off(struct run *r)
{
	struct put_offs *out = &r->report->put_off;
	const struct put_offs *in = &r->survey.put_off;

	survey_put_off(&r->survey);
	out->v = arena_array(r->arena, in->n, sizeof *out->v);
	for (; out->n < in->n; out->n++)
		out->v[out->n] = (struct put_off){
		    arena_copy(r->arena, in->v[out->n].path),
		    arena_copy(r->arena, in->v[out->n].was),
		};
}

static int
read_all(struct run *r)
{
	struct diags *all = &r->report->diags;

	work_run(r->threads, r->survey.scanned.n, read_one, r);
	put_off(r);
	r->report->read = r->survey.scanned.n;
	for (size_t i = 0; i < r->threads; i++)
		diags_append(all, &r->hand[i].diags);
	for (size_t i = 0; i < r->survey.scanned.n && !r->report->first; i++)
		map_put(&r->fresh, r->survey.scanned.seen[i].reading->path, r);
	return is_stopped(r)
		   ? err_set(r->err, ERR_STOPPED, "stopped before anything was published")
		   : 0;
}

/* --- settle --------------------------------------------------------------- */

static int
settle_all(struct run *r)
{
	const struct config *c = r->config;
	struct uri site;
	struct settle_options options = {
	    .now = r->now,
	    /* A folder that was full and is empty may just not be mounted: its
	     * articles do not go without being asked for. */
	    .flood = r->survey.all_gone ? 0 : c->limits.flood,
	    .drip = c->limits.drip,
	    .allow_flood = r->options->allow_flood,
	    .tag = c->site.tag,
	};

	uri_split(c->site.url, &site);
	options.host = site.host;
	return settle(r->ledger, &r->survey.scanned, &options, r->arena,
	    &r->report->changes, &r->report->diags, r->err);
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
	struct survey_request request = {
	    .config = &r->config->articles,
	    .root = &r->articles,
	    .ledger = r->ledger,
	    .touched = r->report->whole ? NULL : r->options->touched,
	    .open = r->options->open,
	    .read_all = r->read_all,
	    .now = r->now,
	    .threads = r->threads,
	};

	if (survey_make(&r->survey, &request, &r->report->diags, r->err) < 0)
		return -1;
	r->report->files = r->survey.files;
	refuse_names(r);
	return read_all(r) < 0 ? -1 : settle_all(r);
}

/* What only the survey needed makes room for the documents. */
static void
forget_survey(struct run *r)
{
	survey_fini(&r->survey);
	if (r->report->first)
		for (size_t i = 0; i < r->threads; i++)
			arena_reset(r->hand[i].keep);
	mem_trim();
}

/* --- plan and make -------------------------------------------------------- */

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
	    .dead = r->dead,
	    .threads = r->threads,
	    .render = run_render,
	    .stop = r->options->stop,
	    .progress = made_progress,
	    .ctx = r,
	};

	if (r->output.fd >= 0 && report->whole &&
	    publish_check(r->publication, &r->broken, r->arena, r->err) < 0)
		return -1;
	report->repaired = r->broken.n;
	request.everything = r->everything || report->first;
	request.broken = r->broken;
	if (ledger_latest(r->ledger, &maker.latest, r->err) < 0)
		return -1;
	if (maker.latest < r->now)
		maker.latest = r->now;
	if (r->config->output.pages &&
	    tally_update(
		r->ledger, r->config, &report->changes, request.everything, r->err) < 0)
		return -1;
	if (born_and_tag(r, &maker) < 0 ||
	    plan_make(r->ledger, &request, r->arena, &report->plan, r->err) < 0 ||
	    make_all(&maker, r->arena, &report->made, &report->diags, r->err) < 0)
		return -1;
	struct menu_request menu = {.changes = &report->changes, .broken = r->broken};

	if (menu_make(&maker, &menu, r->arena, &report->made, r->err) < 0 ||
	    (request.everything && publish_drop_rest(r->publication, r->err) < 0))
		return -1;
	return push_want(r->config,
	    &(struct push_made){&report->made, &report->changes, report->first},
	    r->ledger, r->arena, r->err);
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

/* Counting all the live ones would cost more than a small run itself. */
static int
count_states(struct run *r)
{
	struct run_report *report = r->report;

	if (report->whole)
		return ledger_states(r->ledger, report->states, r->err);
	memset(report->states, 0, sizeof report->states);
	for (size_t i = 0; i < report->troubles; i++)
		report->states[report->troubled[i].state]++;
	return 0;
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
	    count_states(r) < 0)
		return -1;
	for (size_t i = 0; i < r->nameless_n; i++) {
		report->troubled = arena_grow(r->arena, report->troubled,
		    report->troubles, sizeof *report->troubled);
		report->troubled[report->troubles++] = r->nameless[i];
	}
	report->states[ARTICLE_BAD] += (int64_t)r->nameless_n;
	return ledger_next_due(
	    r->ledger, r->arena, &report->article_due, &report->feed_due, r->err);
}

/* --- the whole ------------------------------------------------------------ */

static int
run_stages(struct run *r)
{
	if (open_run(r) < 0 || (r->options->retract.n ? retract(r) : take_in(r)) < 0)
		return -1;
	forget_survey(r);
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
	};
	int rc;

	if (r.threads > WORK_MAX)
		r.threads = WORK_MAX;
	*report =
	    (struct run_report){.arena = r.arena, .kind = options->kind, .now = r.now};
	diags_init(&report->diags, r.arena, SLICE_NONE);
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

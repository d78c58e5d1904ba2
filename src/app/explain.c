#include "app/explain.h"

#include "app/places.h"
#include "app/report.h"
#include "base/utf8.h"
#include "input/render.h"
#include "output/plan.h"
#include "output/window.h"

#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct explaining {
	struct buf *out;
	const struct config *config;
	struct arena *arena;
	struct ledger *ledger;
	struct reader reader;
	struct scratch scratch;
	struct diags diags;
	struct article article;
	struct reading reading;
	struct record record; /* seq 0: never announced */
	struct err *err;
};

static void
line(struct explaining *x, const char *name, struct slice value)
{
	if (value.n)
		buf_printf(x->out, "  %-10s %.*s\n", name, SLICE_ARG(value));
}

static void
line_time(struct explaining *x, const char *name, int64_t sec)
{
	if (sec)
		line(x, name, report_time(x->config, sec, x->arena));
}

static void
tell_article(struct explaining *x)
{
	const struct reading *r = &x->reading;
	struct entry entry = {.url = r->url, .id = r->url};

	buf_printf(x->out, "%.*s: %s%s%.*s\n", SLICE_ARG(r->path),
	    article_state_name(r->state), r->reason.n ? ", " : "", SLICE_ARG(r->reason));
	line(x, "title", r->title);
	line(x, "url", r->url);
	line_time(x, "published", r->published);
	line_time(x, "updated", x->record.seq ? x->record.updated : r->updated);
	if (x->record.seq) {
		line(x, "id", x->record.id);
		line(x, "arrival",
		    arena_printf(x->arena, "%lld, %.*s", (long long)x->record.seq,
			SLICE_ARG(report_time(x->config, x->record.arrived, x->arena))));
	}
	line(x, "from", r->source);
	if (r->state != ARTICLE_BAD &&
	    render_entry(&x->reader, &x->article, true, &x->scratch, x->arena, &entry,
		&x->diags) == 0) {
		for (size_t i = 0; i < entry.authors.n; i++)
			line(x, "author", entry.authors.v[i].name);
		line(x, "summary", entry.summary);
		line(x, "content", arena_printf(x->arena, "%zu bytes", entry.content.n));
	}
	for (size_t i = 0; i < r->terms.n; i++)
		line(x, term_kind_name(r->terms.v[i].kind), r->terms.v[i].value);
	for (size_t i = 0; i < x->diags.n; i++)
		buf_printf(x->out, "  line %d: %.*s\n", x->diags.v[i].line,
		    SLICE_ARG(x->diags.v[i].text));
}

/* How many of the feed's entries came later; and is it still in the window? */
static int
tell_place(struct explaining *x, const struct plan_feed *feed)
{
	const struct config_feed *c = feed->config;
	const struct window_limits limits = {
	    .min_entries = c->min_entries,
	    .since = x->reader.now - c->min_hours * 3600,
	    .max_bytes = c->max_bytes,
	};
	const struct walk walk = {
	    .term = feed->term ? feed->term->id : 0,
	    .end = INT64_MAX,
	    .order = c->order == ORDER_ARRIVAL ? WALK_NEWEST : WALK_PUBLISHED,
	};
	struct arena *each = arena_new();
	struct ledger_walk *open;
	struct record r;
	size_t place = 0;
	int rc = ledger_walk_open(x->ledger, &walk, &open, x->err);

	while (rc == 0 && (rc = ledger_walk_next(open, each, &r, x->err)) > 0) {
		rc = 0;
		if (r.seq == x->record.seq)
			break;
		place += plan_member(feed, r.path, &r.terms);
		arena_reset(each);
	}
	ledger_walk_close(open);
	arena_free(each);
	buf_printf(x->out, "  feed %.*s: %s, number %zu from the top\n",
	    SLICE_ARG(feed->key),
	    window_holds(&limits, place, x->record.arrived)
		? "in (as far as max_bytes allows)"
	    : c->archive ? "left the window; in its archive"
			 : "left the window",
	    place + 1);
	return rc;
}

static int
tell_feed(struct explaining *x, const struct config_feed *c, const struct term_row *term)
{
	const struct plan_feed feed = {
	    .config = c, .term = term, .key = plan_path(x->arena, c, term)};

	if (!plan_member(&feed, x->reading.path, &x->reading.terms)) {
		buf_printf(
		    x->out, "  feed %.*s: out, by its rules\n", SLICE_ARG(feed.key));
		return 0;
	}
	if (x->reading.state != ARTICLE_LIVE || !x->record.seq) {
		buf_printf(x->out, "  feed %.*s: would be in, were it live\n",
		    SLICE_ARG(feed.key));
		return 0;
	}
	return tell_place(x, &feed);
}

static int
tell_feeds(struct explaining *x)
{
	const struct config *c = x->config;

	for (size_t i = 0; i < c->feeds; i++) {
		if (c->feed[i].for_each < 0) {
			if (tell_feed(x, &c->feed[i], NULL) < 0)
				return -1;
			continue;
		}
		for (size_t k = 0; k < x->reading.terms.n; k++) {
			const struct term_row *row;

			if ((int)x->reading.terms.v[k].kind != c->feed[i].for_each)
				continue;
			if (ledger_term(x->ledger, &x->reading.terms.v[k], &row, x->err) <
			    0)
				return -1;
			if (row && tell_feed(x, &c->feed[i], row) < 0)
				return -1;
		}
	}
	return 0;
}

/* "articles/2024/x.md" as the shell completes it, or "2024/x.md". */
static struct slice
below(const struct config *c, const char *file, struct arena *arena)
{
	char dir[PATH_MAX], full[PATH_MAX];
	struct slice prefix, path;

	if (!realpath(arena_cstr(arena, c->articles.dir), dir) || !realpath(file, full))
		return slice_str(file);
	prefix = slice_str(dir);
	path = slice_str(full);
	if (slice_starts(path, prefix) && path.p[prefix.n] == '/')
		return arena_copy(arena, slice_from(path, prefix.n + 1));
	return slice_str(file);
}

/* Held by the drip, which is no matter of the article's own. */
static int
tell_held(struct explaining *x, struct slice path)
{
	struct indexed row;
	int rc = ledger_indexed(x->ledger, path, &row, x->err);

	if (rc > 0 && row.state == ARTICLE_HELD && row.due > x->reader.now) {
		x->reading.state = ARTICLE_HELD;
		x->reading.reason = arena_printf(x->arena, "drips in at %.*s",
		    SLICE_ARG(report_time(x->config, row.due, x->arena)));
	}
	return rc < 0 ? -1 : 0;
}

static int
explain(struct explaining *x, struct slice path)
{
	struct folder folder = FOLDER_NONE;
	struct file_stat stat = {0};
	struct digest hash;
	int rc = folder_stat(
	    &folder, x->reader.root, arena_cstr(x->arena, path), &stat, x->err);

	folder_close(&folder);
	if (rc == 0)
		return err_set(
		    x->err, ERR_INPUT, "%.*s: there is no such article", SLICE_ARG(path));
	if (rc < 0)
		return -1;
	read_article(&x->reader, path, &x->scratch, &x->article, &stat, &hash, &x->diags);
	read_judge(&x->reader, &x->article, &stat, &hash, &x->diags, &x->scratch,
	    x->arena, &x->reading);
	rc = ledger_record_find(x->ledger, BY_PATH, path, x->arena, &x->record, x->err);
	if (rc < 0)
		return -1;
	if (rc > 0 && x->record.state == RECORD_RETRACTED) {
		x->reading.state = ARTICLE_OUT;
		x->reading.reason = SLICE(LEDGER_RETRACTED);
	}
	if (tell_held(x, path) < 0)
		return -1;
	tell_article(x);
	return x->reading.state == ARTICLE_BAD ? 0 : tell_feeds(x);
}

int
explain_article(struct buf *out, const struct config *config, const char *file,
    int64_t now, struct err *err)
{
	struct explaining x = {
	    .out = out, .config = config, .arena = arena_new(), .err = err};
	const struct config_articles *a = &config->articles;
	struct root root = {.fd = -1};
	struct profile *profile = NULL;
	struct slice path = below(config, file, x.arena);
	int rc = -1;

	scratch_init(&x.scratch, config);
	if (root_open(&root, arena_cstr(x.arena, a->dir), false, err) < 0)
		goto out;
	if (a->profile.n &&
	    profile_open(&profile, places_profile(a, x.arena), &a->profile_off, err) < 0)
		goto out;
	if (ledger_open(
		&x.ledger, arena_cstr(x.arena, config->output.state), DB_MEMORY, err) < 0)
		goto out;
	diags_init(&x.diags, x.arena, path);
	reader_init(&x.reader, config, profile, &root, now);
	rc = explain(&x, path);
out:
	ledger_close(x.ledger);
	profile_free(profile);
	root_close(&root);
	scratch_fini(&x.scratch);
	arena_free(x.arena);
	return rc;
}

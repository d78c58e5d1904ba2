#include "app/report.h"

#include "app/json_shown.h"
#include "base/utf8.h"

#include <jansson.h>
#include <limits.h>
#include <unistd.h>

/* Lists are cut there, but for --verbose. */
enum { SHOWN = 20 };

/* Sizes that readers in use refuse (bytes). */
static const struct {
	int64_t bytes;
	const char *what;
} reader_limits[] = {
    {1000000, "over 1 MB: some aggregators refuse it"},
    {3000000, "over 3 MB: push endpoints refuse it"},
};

static const char *
limit_crossed(int64_t bytes)
{
	const char *what = NULL;

	for (size_t i = 0; i < sizeof reader_limits / sizeof *reader_limits; i++)
		if (bytes > reader_limits[i].bytes)
			what = reader_limits[i].what;
	return what;
}

struct slice
report_time(const struct config *c, int64_t sec, struct arena *arena)
{
	return sec ? date_rfc3339(arena, sec, c->site.zone) : SLICE("never");
}

/* A path as short as the folder we stand in makes it. */
static struct slice
shown(struct slice path)
{
	char here[PATH_MAX];
	struct slice prefix;

	if (!getcwd(here, sizeof here))
		return path;
	prefix = slice_str(here);
	if (slice_starts(path, prefix) && path.n > prefix.n && path.p[prefix.n] == '/')
		return slice_from(path, prefix.n + 1);
	return path;
}

/* --- for people ----------------------------------------------------------- */

static const char *
fate(const struct made_document *d, bool dry)
{
	if (d->failed)
		return "FAILED, the last good one stays";
	if (d->gone)
		return dry ? "would go" : "gone";
	if (!d->changed)
		return "unchanged";
	if (d->bytes_before < 0)
		return dry ? "would be new" : "new";
	return dry ? "would change" : "changed";
}

/* Documents of one feed stand together: one line for all its formats. */
static bool
is_same_feed(const struct made_document *a, const struct made_document *b)
{
	return a->job && a->job == b->job;
}

static void
write_counts(struct buf *out, const struct made_document *d)
{
	const size_t *n = d->feed->count;

	if (n[CHANGE_NEW] + n[CHANGE_EDITED] + n[CHANGE_GONE])
		buf_printf(out, " (%zu new, %zu updated, %zu gone)", n[CHANGE_NEW],
		    n[CHANGE_EDITED], n[CHANGE_GONE]);
}

static void
write_bytes(
    struct buf *out, const struct made_document *d, const struct made_document *end)
{
	for (const struct made_document *x = d; x < end; x++)
		buf_printf(out, "%s%lld", x > d ? " + " : "", (long long)x->bytes);
	buf_str(out, " bytes");
	if (!d->changed || d->bytes_before < 0)
		return;
	buf_str(out, ", were ");
	for (const struct made_document *x = d; x < end; x++)
		buf_printf(out, "%s%lld", x > d ? " + " : "", (long long)x->bytes_before);
}

static void
write_entries(struct buf *out, const struct made_document *d)
{
	const char *what = d->feed ? d->entries == 1 ? "entry" : "entries" : "links";

	if (d->feed || d->entries)
		buf_printf(out, "%zu %s, ", d->entries, what);
}

/* "public/tag/x.atom .rss .json: 3 entries, 5623 + 7158 + 4330 bytes, new" */
static void
write_documents(struct buf *out, const struct config *c, const struct made_document *d,
    const struct made_document *end, bool dry)
{
	const char *limit = NULL;

	buf_printf(
	    out, "  %.*s/%.*s", SLICE_ARG(shown(c->output.dir)), SLICE_ARG(d->path));
	for (const struct made_document *x = d; x < end; x++) {
		size_t dot = x->path.n;

		while (x > d && dot > 0 && x->path.p[dot - 1] != '.')
			dot--;
		if (x > d)
			buf_printf(out, " .%.*s", SLICE_ARG(slice_from(x->path, dot)));
		if (x->feed && limit_crossed(x->bytes))
			limit = limit_crossed(x->bytes);
	}
	buf_str(out, ": ");
	if (!d->gone && !d->failed) {
		write_entries(out, d);
		write_bytes(out, d, end);
		buf_str(out, ", ");
	}
	buf_str(out, fate(d, dry));
	if (d->feed && !d->archive && d->bytes_before >= 0)
		write_counts(out, d);
	if (d->summaries && d->summaries < d->entries)
		buf_printf(out, "; the oldest %zu as summaries", d->summaries);
	if (limit)
		buf_printf(out, "; %s", limit);
	buf_char(out, '\n');
}

void
report_failures(struct buf *out, const struct run_report *r)
{
	for (size_t i = 0; i < r->made.documents; i++) {
		const struct made_document *d = &r->made.document[i];

		if (!d->failed)
			continue;
		buf_printf(out, "%s\n", d->job->err.text);
		for (size_t k = 0; k < d->job->findings; k++) {
			const struct finding *f = &d->job->finding[k];

			buf_printf(out, "  rule %s", f->rule);
			if (f->entry.n)
				buf_printf(out, ", entry %.*s", SLICE_ARG(f->entry));
			if (f->path.n)
				buf_printf(out, ", article %.*s", SLICE_ARG(f->path));
			buf_printf(out, ": %.*s\n", SLICE_ARG(f->text));
		}
	}
	for (size_t i = 0; i < r->plan.clashes.n; i++)
		buf_printf(out, "%.*s\n", SLICE_ARG(r->plan.clashes.v[i]));
}

static void
write_rest(struct buf *out, size_t n, bool verbose)
{
	if (n > SHOWN && !verbose)
		buf_printf(out, "  and %zu more (--verbose lists them)\n", n - SHOWN);
}

void
report_diag(struct buf *out, const struct diag *d)
{
	utf8_show(out, d->path);
	if (d->line)
		buf_printf(out, ":%d", d->line);
	buf_printf(out, ": %.*s", SLICE_ARG(d->text));
}

static void
write_diags(struct buf *out, const struct run_report *r, bool verbose)
{
	size_t n = 0;

	for (size_t i = 0; i < r->diags.n; i++) {
		const struct diag *d = &r->diags.v[i];

		/* The bad ones are listed as left out. */
		if (d->level == DIAG_BAD || (d->level == DIAG_NOTE && !verbose))
			continue;
		if (n++ == 0)
			buf_str(out, "noted:\n");
		if (n > SHOWN && !verbose)
			continue;
		buf_str(out, "  ");
		report_diag(out, d);
		buf_char(out, '\n');
	}
	write_rest(out, n, verbose);
}

static void
write_troubled(
    struct buf *out, const struct config *c, const struct run_report *r, bool verbose)
{
	size_t n = 0;

	for (size_t i = 0; i < r->troubles; i++) {
		const struct troubled *t = &r->troubled[i];

		if (t->state != ARTICLE_BAD && !verbose)
			continue;
		if (n++ == 0)
			buf_str(out, verbose ? "not published:\n" : "left out:\n");
		if (n > SHOWN && !verbose)
			continue;
		buf_str(out, "  ");
		utf8_show(out, t->path);
		buf_str(out, ": ");
		if (verbose)
			buf_printf(out, "%s: ", article_state_name(t->state));
		buf_slice(out, t->reason);
		if (t->due)
			buf_printf(out, "%suntil %.*s", t->reason.n ? ", " : "",
			    SLICE_ARG(report_time(c, t->due, r->arena)));
		buf_char(out, '\n');
	}
	write_rest(out, n, verbose);
}

static size_t
documents_written(const struct run_report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->made.documents; i++)
		n += r->made.document[i].changed || r->made.document[i].gone;
	return n;
}

static void
write_held(struct buf *out, const struct config *c, const struct run_report *r)
{
	const struct changes *x = &r->changes;

	buf_printf(out,
	    "held: %zu new, %zu changed and %zu gone entries are more than [limits] "
	    "flood = %lld;"
	    " nothing was published.\n"
	    "Look at them with --dry-run --allow-flood, then publish with --once "
	    "--allow-flood.\n",
	    x->count[CHANGE_NEW], x->count[CHANGE_EDITED], x->count[CHANGE_GONE],
	    (long long)c->limits.flood);
}

void
report_line(struct buf *out, const struct config *c, const struct run_report *r)
{
	const struct changes *x = &r->changes;
	size_t written = documents_written(r);
	bool dry = r->kind == RUN_DRY;

	if (r->kind == RUN_CHECK)
		buf_printf(out, "checked %zu articles", r->files);
	else if (x->flooded)
		buf_printf(out,
		    "held: %zu new, %zu changed and %zu gone entries are more than "
		    "[limits] flood = %lld",
		    x->count[CHANGE_NEW], x->count[CHANGE_EDITED], x->count[CHANGE_GONE],
		    (long long)c->limits.flood);
	else if (written == 0 && r->made.failed == 0)
		buf_printf(out, "nothing changed: %zu article%s%s", r->files,
		    r->files == 1 ? "" : "s", r->whole ? "" : " looked at");
	else
		buf_printf(out,
		    "%s %zu documents: %zu new, %zu changed, %zu gone entries",
		    dry ? "would publish" : "published", written, x->count[CHANGE_NEW],
		    x->count[CHANGE_EDITED], x->count[CHANGE_GONE]);
	if (x->held)
		buf_printf(out, "; %zu drip in later", x->held);
	if (r->states[ARTICLE_BAD])
		buf_printf(out, "; %lld left out", (long long)r->states[ARTICLE_BAD]);
	if (r->made.waiting)
		buf_printf(out, "; %zu documents wait for %.*s, which is being written",
		    r->made.waiting, SLICE_ARG(r->made.waits_for));
	if (r->made.foreign)
		buf_printf(out,
		    "; %zu page%s not written: %.*s is there and not ours (remove it, or "
		    "say pages = no)",
		    r->made.foreign, r->made.foreign == 1 ? "" : "s",
		    SLICE_ARG(r->made.foreign_path));
	if (r->made.failed)
		buf_printf(out, "; %zu FAILED", r->made.failed);
	if (r->repaired)
		buf_printf(out, "; repaired what was damaged or missing");
	if (r->article_due.at)
		buf_printf(out, "; next due %.*s",
		    SLICE_ARG(report_time(c, r->article_due.at, r->arena)));
	buf_printf(out, "; %lld ms\n", (long long)r->elapsed);
}

static void
write_text(
    struct buf *out, const struct config *c, const struct run_report *r, bool verbose)
{
	const struct made_document *v = r->made.document;

	for (size_t i = 0, next; i < r->made.documents; i = next) {
		const struct made_document *d = &v[i];

		for (next = i + 1; next < r->made.documents && is_same_feed(d, &v[next]);)
			next++;
		if (d->changed || d->gone || d->failed || verbose)
			write_documents(out, c, d, &v[next], r->kind == RUN_DRY);
	}
	write_diags(out, r, verbose);
	write_troubled(out, c, r, verbose);
	if (r->changes.flooded)
		write_held(out, c, r);
	else
		report_line(out, c, r);
}

/* --- for programs --------------------------------------------------------- */

static json_t *
json_documents(const struct run_report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->made.documents; i++) {
		const struct made_document *d = &r->made.document[i];
		json_t *o = json_object();

		json_object_set_new(o, "path", json_shown(d->path));
		json_object_set_new(o, "title", json_shown(d->title));
		json_object_set_new(o, "fate", json_string(fate(d, r->kind == RUN_DRY)));
		json_object_set_new(o, "entries", json_integer((json_int_t)d->entries));
		json_object_set_new(
		    o, "summaries", json_integer((json_int_t)d->summaries));
		json_object_set_new(o, "bytes", json_integer(d->bytes));
		json_object_set_new(o, "bytes_before", json_integer(d->bytes_before));
		if (d->feed && !d->archive) {
			const size_t *n = d->feed->count;

			json_object_set_new(
			    o, "new", json_integer((json_int_t)n[CHANGE_NEW]));
			json_object_set_new(
			    o, "updated", json_integer((json_int_t)n[CHANGE_EDITED]));
			json_object_set_new(
			    o, "gone", json_integer((json_int_t)n[CHANGE_GONE]));
		}
		if (d->feed && limit_crossed(d->bytes))
			json_object_set_new(
			    o, "limit", json_string(limit_crossed(d->bytes)));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
json_diags(const struct run_report *r)
{
	static const char *const levels[] = {"note", "warning", "bad"};
	json_t *list = json_array();

	for (size_t i = 0; i < r->diags.n; i++) {
		const struct diag *d = &r->diags.v[i];
		json_t *o = json_object();

		json_object_set_new(o, "level", json_string(levels[d->level]));
		json_object_set_new(o, "path", json_shown(d->path));
		json_object_set_new(o, "line", json_integer(d->line));
		json_object_set_new(o, "text", json_shown(d->text));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
json_troubled(const struct run_report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->troubles; i++) {
		const struct troubled *t = &r->troubled[i];
		json_t *o = json_object();

		json_object_set_new(o, "path", json_shown(t->path));
		json_object_set_new(
		    o, "state", json_string(article_state_name(t->state)));
		json_object_set_new(o, "reason", json_shown(t->reason));
		json_object_set_new(
		    o, "due", t->due ? json_integer(t->due) : json_null());
		json_array_append_new(list, o);
	}
	return list;
}

static void
write_json(struct buf *out, const struct run_report *r)
{
	const struct changes *x = &r->changes;
	json_t *o = json_object();

	json_object_set_new(o, "now", json_integer(r->now));
	json_object_set_new(o, "elapsed_ms", json_integer(r->elapsed));
	json_object_set_new(o, "articles", json_integer((json_int_t)r->files));
	json_object_set_new(o, "read", json_integer((json_int_t)r->read));
	json_object_set_new(o, "new", json_integer((json_int_t)x->count[CHANGE_NEW]));
	json_object_set_new(
	    o, "changed", json_integer((json_int_t)x->count[CHANGE_EDITED]));
	json_object_set_new(o, "gone", json_integer((json_int_t)x->count[CHANGE_GONE]));
	json_object_set_new(o, "held_by_flood_guard", json_boolean(x->flooded));
	json_object_set_new(o, "drip", json_integer((json_int_t)x->held));
	json_object_set_new(o, "failed", json_integer((json_int_t)r->made.failed));
	json_object_set_new(o, "bytes_written", json_integer(r->made.bytes_written));
	json_object_set_new(o, "next_due",
	    r->article_due.at ? json_integer(r->article_due.at) : json_null());
	json_object_set_new(o, "documents", json_documents(r));
	json_object_set_new(o, "diags", json_diags(r));
	json_object_set_new(o, "not_published", json_troubled(r));
	json_shown_write(out, o);
}

void
report_write(struct buf *out, const struct config *config,
    const struct run_report *report, const struct report_style *style)
{
	if (style->json)
		write_json(out, report);
	else if (!style->quiet || report->changes.flooded)
		write_text(out, config, report, style->verbose);
}

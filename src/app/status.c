#include "app/status.h"

#include "app/json_shown.h"
#include "app/push.h"
#include "app/report.h"
#include "push/errand.h"

#include <jansson.h>
#include <stdio.h>

struct status {
	struct status_run run;
	int64_t states[ARTICLE_STATES];
	struct due article_due, feed_due;
	int64_t last_seq;
	struct troubled *troubled;
	size_t troubles;
	struct feed_row *feed;
	size_t feeds;
	struct errand_counts told;
};

int
status_last_run(
    struct ledger *l, struct arena *arena, struct status_run *run, struct err *err)
{
	struct status_run r = {0};
	struct slice last;
	long long at;

	*run = (struct status_run){0};
	if (ledger_get(l, "last_run", arena, &last, err) < 0)
		return -1;
	if (last.n && sscanf(last.p, "%lld %llu %llu %llu %llu %llu %llu", &at, &r.files,
			  &r.read, &r.arrived, &r.changed, &r.gone, &r.failed) == 7) {
		r.at = at;
		*run = r;
	}
	return 0;
}

static int
load_status(const struct config *config, struct ledger *l, struct arena *arena,
    struct status *s, struct err *err)
{
	struct errand_counts *told;
	size_t peers;

	*s = (struct status){0};
	if (status_last_run(l, arena, &s->run, err) < 0 ||
	    ledger_states(l, s->states, err) < 0 ||
	    ledger_next_due(l, arena, &s->article_due, &s->feed_due, err) < 0 ||
	    ledger_last_seq(l, &s->last_seq, err) < 0 ||
	    ledger_troubled(l, arena, &s->troubled, &s->troubles, err) < 0 ||
	    ledger_feeds(l, arena, &s->feed, &s->feeds, err) < 0 ||
	    errands_count(config, l, arena, &told, &peers, err) < 0)
		return -1;
	s->told = errand_counts_sum(told, peers);
	return 0;
}

/* --- for people ----------------------------------------------------------- */

static void
sandbox_text(struct buf *out, const struct sandbox_state *s)
{
	bool any = s->no_new_privs || s->landlock || s->seccomp;

	buf_printf(out, "  sandbox:%s%s%s%s", any ? "" : " none",
	    s->no_new_privs ? " no new privileges" : "",
	    s->landlock ? ", configured folders only" : "",
	    s->seccomp ? ", needed system calls only" : "");
	if (s->lacks[0])
		buf_printf(out, " (%s)", s->lacks);
	buf_char(out, '\n');
}

static void
daemon_text(struct buf *out, const struct config *c, const struct status_daemon *d,
    struct arena *arena)
{
	buf_printf(out, "daemon %lld, %s since %.*s, as %.*s, log to %.*s\n",
	    (long long)d->pid, d->working ? "at work;" : "waiting;",
	    SLICE_ARG(report_time(c, d->since, arena)), SLICE_ARG(d->user),
	    SLICE_ARG(d->log));
	buf_printf(out, "  %zu runs, %zu failed\n", d->runs, d->failures);
	if (d->last)
		buf_printf(out, "  last at %.*s (%.*s): %.*s\n",
		    SLICE_ARG(report_time(c, d->last, arena)), SLICE_ARG(d->last_cause),
		    SLICE_ARG(d->last_line));
	if (d->next)
		buf_printf(out, "  next at %.*s: %.*s\n",
		    SLICE_ARG(report_time(c, d->next, arena)), SLICE_ARG(d->next_cause));
	buf_printf(out, "  watching %zu folders", d->folders);
	if (d->blind.n)
		buf_printf(out, ", not all: %.*s", SLICE_ARG(d->blind));
	buf_char(out, '\n');
	sandbox_text(out, &d->sandbox);
}

static void
status_text(
    struct buf *out, const struct config *c, const struct status *s, struct arena *arena)
{
	buf_printf(out,
	    "last run %.*s: %llu articles, %llu read; %llu new, %llu changed, %llu gone",
	    SLICE_ARG(report_time(c, s->run.at, arena)), s->run.files, s->run.read,
	    s->run.arrived, s->run.changed, s->run.gone);
	if (s->run.failed)
		buf_printf(out, "; %llu documents FAILED", s->run.failed);
	buf_str(out, "\narticles");
	for (int i = 0; i < ARTICLE_STATES; i++)
		buf_printf(out, "%s %lld %s", i ? "," : "", (long long)s->states[i],
		    article_state_name((enum article_state)i));
	buf_printf(out, "\nentries ever announced: %lld\nnext due %.*s\n",
	    (long long)s->last_seq, SLICE_ARG(report_time(c, s->article_due.at, arena)));
	for (size_t i = 0; i < s->troubles; i++) {
		const struct troubled *t = &s->troubled[i];

		buf_printf(
		    out, "  %s %.*s", article_state_name(t->state), SLICE_ARG(t->path));
		if (t->reason.n)
			buf_printf(out, ": %.*s", SLICE_ARG(t->reason));
		if (t->due)
			buf_printf(
			    out, " until %.*s", SLICE_ARG(report_time(c, t->due, arena)));
		buf_char(out, '\n');
	}
	if (config_tells(c))
		buf_printf(out,
		    "%.*s: %lld documents told, %lld still to be told of, %lld refused\n",
		    SLICE_ARG(push_whom(c, arena)), (long long)s->told.accepted,
		    (long long)s->told.owed, (long long)s->told.failed);
	buf_printf(out, "feeds %zu\n", s->feeds);
	for (size_t i = 0; i < s->feeds; i++)
		buf_printf(out, "  %.*s: %lld entries, updated %.*s\n",
		    SLICE_ARG(s->feed[i].path), (long long)s->feed[i].entries,
		    SLICE_ARG(report_time(c, s->feed[i].updated, arena)));
}

/* --- for programs --------------------------------------------------------- */

static json_t *
daemon_json(const struct status_daemon *d)
{
	json_t *sandbox = json_pack("{s:b, s:i, s:b, s:s}", "no_new_privs",
	    d->sandbox.no_new_privs, "landlock", d->sandbox.landlock, "seccomp",
	    d->sandbox.seccomp, "lacks", d->sandbox.lacks);
	json_t *last = json_pack("{s:I, s:I, s:o, s:o}", "at", (json_int_t)d->last,
	    "milliseconds", (json_int_t)d->last_cost, "cause", json_shown(d->last_cause),
	    "line", json_shown(d->last_line));
	json_t *next = json_pack(
	    "{s:I, s:o}", "at", (json_int_t)d->next, "cause", json_shown(d->next_cause));

	return json_pack("{s:I, s:I, s:b, s:I, s:I, s:o, s:o, s:I, s:o, s:o, s:o, s:o}",
	    "pid", (json_int_t)d->pid, "since", (json_int_t)d->since, "working",
	    d->working, "runs", (json_int_t)d->runs, "failures", (json_int_t)d->failures,
	    "last", last, "next", next, "folders", (json_int_t)d->folders, "blind",
	    json_shown(d->blind), "sandbox", sandbox, "user", json_shown(d->user), "log",
	    json_shown(d->log));
}

static void
status_json(struct buf *out, const struct status *s, const struct status_daemon *daemon)
{
	json_t *o = json_object(), *articles = json_object(), *trouble = json_array(),
	       *feeds = json_array();

	for (int i = 0; i < ARTICLE_STATES; i++)
		json_object_set_new(articles, article_state_name((enum article_state)i),
		    json_integer(s->states[i]));
	for (size_t i = 0; i < s->troubles; i++)
		json_array_append_new(
		    trouble, json_pack("{s:o, s:s, s:o, s:I}", "path",
				 json_shown(s->troubled[i].path), "state",
				 article_state_name(s->troubled[i].state), "reason",
				 json_shown(s->troubled[i].reason), "due",
				 (json_int_t)s->troubled[i].due));
	for (size_t i = 0; i < s->feeds; i++)
		json_array_append_new(feeds,
		    json_pack("{s:o, s:I, s:I}", "path", json_shown(s->feed[i].path),
			"entries", (json_int_t)s->feed[i].entries, "updated",
			(json_int_t)s->feed[i].updated));
	json_object_set_new(
	    o, "last_run", s->run.at ? json_integer(s->run.at) : json_null());
	json_object_set_new(o, "failed", json_integer((json_int_t)s->run.failed));
	json_object_set_new(o, "next_due",
	    s->article_due.at ? json_integer(s->article_due.at) : json_null());
	json_object_set_new(o, "next_feed_due",
	    s->feed_due.at ? json_integer(s->feed_due.at) : json_null());
	json_object_set_new(o, "daemon", daemon ? daemon_json(daemon) : json_null());
	json_object_set_new(o, "announced", json_integer(s->last_seq));
	json_object_set_new(o, "push",
	    json_pack("{s:I, s:I, s:I}", "accepted", (json_int_t)s->told.accepted, "owed",
		(json_int_t)s->told.owed, "refused", (json_int_t)s->told.failed));
	json_object_set_new(o, "articles", articles);
	json_object_set_new(o, "not_published", trouble);
	json_object_set_new(o, "feeds", feeds);
	json_shown_write(out, o);
}

int
status_write(struct buf *out, const struct config *config,
    const struct status_daemon *daemon, enum db_mode mode, bool json, struct err *err)
{
	struct arena *arena = arena_new();
	struct ledger *ledger;
	struct status status;
	int rc = ledger_open(&ledger, arena_cstr(arena, config->output.state), mode, err);

	if (rc == 0)
		rc = load_status(config, ledger, arena, &status, err);
	if (rc == 0 && json) {
		status_json(out, &status, daemon);
	} else if (rc == 0) {
		if (daemon)
			daemon_text(out, config, daemon, arena);
		status_text(out, config, &status, arena);
	}
	ledger_close(ledger);
	arena_free(arena);
	return rc;
}

#include "config.h"

#include "app/metrics.h"

#include "base/map.h"
#include "base/utf8.h"
#include "push/audience.h"

#include <stddef.h>
#include <string.h>

#define PREFIX "xysfeed_"

struct writer;

/* Samples that belong together. */
struct family {
	const char *name, *type, *help;
	void (*write)(struct writer *w);
	size_t at;   /* offset of the number in the struct that `write` looks at */
	bool served; /* only with a server */
};

struct writer {
	struct buf *out;
	const struct family *family;
	const struct snapshot *s;
	const struct serve_counts *counts;
	struct arena *arena;
};

struct label {
	const char *name; /* NULL: the end */
	struct slice value;
};

#define LABELS(...) ((const struct label[]){__VA_ARGS__, {NULL, SLICE_NONE}})
#define NO_LABELS   ((const struct label[]){{NULL, SLICE_NONE}})

/* Any bytes: what is no character of UTF-8 is '?'. */
static void
write_value(struct buf *out, struct slice value)
{
	while (value.n) {
		struct slice at = value;
		uint32_t c = utf8_next(&value);

		if (c == '\n')
			buf_str(out, "\\n");
		else if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", (char)c);
		else if (c == UTF8_BAD || c == 0)
			buf_char(out, '?');
		else
			buf_slice(out, slice_part(at, 0, at.n - value.n));
	}
}

/* The line up to its number. */
static void
begin(struct writer *w, const char *suffix, const struct label *label)
{
	buf_printf(w->out, PREFIX "%s%s", w->family->name, suffix);
	for (size_t i = 0; label[i].name; i++) {
		buf_printf(w->out, "%c%s=\"", i ? ',' : '{', label[i].name);
		write_value(w->out, label[i].value);
		buf_char(w->out, '"');
	}
	if (label[0].name)
		buf_char(w->out, '}');
	buf_char(w->out, ' ');
}

static void
sample(struct writer *w, const char *suffix, const struct label *label, uint64_t value)
{
	begin(w, suffix, label);
	buf_printf(w->out, "%llu\n", (unsigned long long)value);
}

static void
sample_seconds(
    struct writer *w, const char *suffix, const struct label *label, uint64_t ms)
{
	begin(w, suffix, label);
	buf_printf(w->out, "%llu.%03llu\n", (unsigned long long)ms / 1000,
	    (unsigned long long)ms % 1000);
}

/* A field of 64 bits. */
static uint64_t
number_in(const struct writer *w, const void *of)
{
	uint64_t n;

	memcpy(&n, (const char *)of + w->family->at, sizeof n);
	return n;
}

static void
write_number(struct writer *w)
{
	sample(w, "", NO_LABELS, number_in(w, w->s));
}

/* 0 is never. */
static void
write_moment(struct writer *w)
{
	if (number_in(w, w->s))
		write_number(w);
}

static void
write_served(struct writer *w)
{
	sample(w, "", NO_LABELS, number_in(w, w->counts));
}

/* --- the program and its runs --------------------------------------------------------- */

static void
write_build(struct writer *w)
{
	sample(w, "", LABELS({"version", SLICE(PACKAGE_VERSION)}), 1);
}

static void
write_causes(struct writer *w)
{
	for (int i = 0; i < CAUSES; i++)
		sample(w, "",
		    LABELS({"cause", slice_str(sched_cause_name((enum sched_cause)i))}),
		    number_in(w, &w->s->history.cause[i]));
}

/* Its upper end. */
static struct slice
bucket_name(struct writer *w, size_t i)
{
	int64_t ms = i < HISTORY_BUCKETS ? history_bounds[i] : 0;

	if (i == HISTORY_BUCKETS)
		return SLICE("+Inf");
	return arena_printf(
	    w->arena, "%lld.%03lld", (long long)ms / 1000, (long long)ms % 1000);
}

static void
write_durations(struct writer *w)
{
	const struct history *h = &w->s->history;
	uint64_t n = 0;

	for (size_t i = 0; i <= HISTORY_BUCKETS; i++) {
		n += h->bucket[i];
		sample(w, "_bucket", LABELS({"le", bucket_name(w, i)}), n);
	}
	sample_seconds(w, "_sum", NO_LABELS, h->cost);
	sample(w, "_count", NO_LABELS, n);
}

/* --- what is published ---------------------------------------------------------------- */

static void
write_articles(struct writer *w)
{
	for (int i = 0; i < ARTICLE_STATES; i++)
		sample(w, "",
		    LABELS(
			{"state", slice_str(article_state_name((enum article_state)i))}),
		    (uint64_t)w->s->states[i]);
}

/* --- push ----------------------------------------------------------------------------- */

static void
write_push(struct writer *w)
{
	for (size_t i = 0; i < w->s->peers; i++) {
		const struct snapshot_peer *p = &w->s->peer[i];
		const struct {
			const char *name;
			int64_t n;
		} row[] = {
		    {"accepted", p->counts.accepted},
		    {"owed", p->counts.owed},
		    {"failed", p->counts.failed},
		};

		for (size_t k = 0; k < sizeof row / sizeof *row; k++)
			sample(w, "",
			    LABELS({"peer", p->name}, {"state", slice_str(row[k].name)}),
			    (uint64_t)row[k].n);
	}
}

static void
write_push_failures(struct writer *w)
{
	for (size_t i = 0; i < w->s->peers; i++)
		sample(w, "", LABELS({"peer", w->s->peer[i].name}),
		    (uint64_t)w->s->peer[i].failed);
}

static void
write_push_answers(struct writer *w)
{
	for (size_t i = 0; i < w->s->peers; i++)
		if (w->s->peer[i].median >= 0)
			sample_seconds(w, "", LABELS({"peer", w->s->peer[i].name}),
			    (uint64_t)w->s->peer[i].median);
}

/* --- the server ----------------------------------------------------------------------- */

static struct slice
class_name(struct writer *w, int status_class)
{
	return arena_printf(w->arena, "%dxx", status_class);
}

static void
write_classes(struct writer *w)
{
	for (size_t i = 0; i < w->counts->counts; i++) {
		const struct serve_count *c = &w->counts->count[i];

		sample(w, "",
		    LABELS({"feed", c->feed}, {"class", class_name(w, c->status_class)}),
		    number_in(w, c));
	}
}

/* An aggregator that has stopped asking has no readers any more. */
static bool
is_recent(const struct writer *w, const struct serve_claim *claim)
{
	return claim->when > w->s->now - AUDIENCE_RECENT;
}

static void
write_subscribers(struct writer *w)
{
	const struct serve_counts *c = w->counts;
	struct map sums;

	map_init(&sums);
	for (size_t i = 0; i < c->claims; i++) {
		const struct serve_claim *claim = &c->claim[i];
		uint64_t *sum = map_get(&sums, claim->feed);

		if (!is_recent(w, claim))
			continue;
		if (!sum) {
			sum = ARENA_NEW(w->arena, uint64_t);
			map_put(&sums, claim->feed, sum);
		}
		*sum += (uint64_t)claim->subscribers;
	}
	for (size_t i = 0; i < sums.n; i++)
		sample(w, "", LABELS({"feed", sums.item[i].key}),
		    *(uint64_t *)sums.item[i].value);
	map_fini(&sums);
}

/* --- all of it ------------------------------------------------------------------------ */

#define OF(field)        offsetof(struct snapshot, field)
#define OF_SERVER(field) offsetof(struct serve_counts, field)

static const struct family families[] = {
    {"build_info", "gauge", "The program that runs.", write_build, 0, false},
    {"start_time_seconds", "gauge", "When the daemon was started.", write_number,
	OF(daemon.since), false},
    {"runs_total", "counter", "Runs, by what asked for them.", write_causes,
	offsetof(struct history_cause, runs), false},
    {"run_failures_total", "counter", "Runs that came to nothing.", write_causes,
	offsetof(struct history_cause, failures), false},
    {"run_duration_seconds", "histogram", "How long runs took.", write_durations, 0,
	false},
    {"last_run_timestamp_seconds", "gauge", "When the last run began.", write_moment,
	OF(daemon.last), false},
    {"last_success_timestamp_seconds", "gauge",
	"When the last run that did not fail began.", write_moment, OF(history.succeeded),
	false},
    {"next_run_timestamp_seconds", "gauge",
	"When time asks for a run, unless something else does before.", write_moment,
	OF(daemon.next), false},
    {"articles", "gauge", "Files below the folder of the articles, by state.",
	write_articles, 0, false},
    {"entries_announced_total", "counter",
	"Entries ever announced, since the ledger was made.", write_number, OF(last_seq),
	false},
    {"feeds", "gauge", "Feeds that are published.", write_number, OF(feeds_all), false},
    {"documents", "gauge", "Files that are published.", write_number, OF(files), false},
    {"documents_bytes", "gauge", "Size of all files that are published.", write_number,
	OF(file_bytes), false},
    {"published_bytes_total", "counter", "Bytes written to published documents.",
	write_number, OF(history.bytes), false},
    {"ledger_bytes", "gauge", "Size of the ledger, with its log.", write_number,
	OF(ledger_bytes), false},
    {"push_documents", "gauge",
	"Documents that a peer accepted in their latest version, is owed, or was given "
	"up "
	"on.",
	write_push, 0, false},
    {"push_failures_in_a_row", "gauge", "Calls to a peer that failed since one did not.",
	write_push_failures, 0, false},
    {"push_answer_median_seconds", "gauge",
	"How long a peer takes to answer, of the last answers the middle one.",
	write_push_answers, 0, false},
    {"http_requests_total", "counter", "Answers, by feed and class of status.",
	write_classes, offsetof(struct serve_count, requests), true},
    {"http_sent_bytes_total", "counter", "Bytes of bodies sent.", write_classes,
	offsetof(struct serve_count, bytes), true},
    {"http_not_modified_total", "counter", "Answers by 304.", write_served,
	OF_SERVER(not_modified), true},
    {"http_limited_total", "counter", "Answers by 429.", write_served,
	OF_SERVER(too_soon), true},
    {"http_partial_total", "counter", "Answers by 206, a range of a document.",
	write_served, OF_SERVER(partial), true},
    {"http_deltas_total", "counter", "Answers by 226, only the entries that lack.",
	write_served, OF_SERVER(deltas), true},
    {"http_connections", "gauge", "Connections that are open.", write_served,
	OF_SERVER(open), true},
    {"http_connections_total", "counter", "Connections that were accepted.", write_served,
	OF_SERVER(accepted), true},
    {"http_connections_refused_total", "counter", "Connections that were not.",
	write_served, OF_SERVER(refused), true},
    {"http_subscribers", "gauge",
	"Subscribers that aggregators declare when they ask for a feed.",
	write_subscribers, 0, true},
};

void
metrics_write(
    struct buf *out, const struct snapshot *snapshot, const struct serve_counts *counts)
{
	struct writer w = {
	    .out = out, .s = snapshot, .counts = counts, .arena = arena_new()};

	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		const struct family *f = &families[i];

		if (f->served && !counts)
			continue;
		w.family = f;
		buf_printf(out, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n",
		    f->name, f->help, f->name, f->type);
		f->write(&w);
	}
	arena_free(w.arena);
}

#include "app/metrics.h"

#include "base/file.h"
#include "base/map.h"
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct serve_count count[] = {
    {SLICE("main"), 2, 10, 123456789012},
    {SLICE("main"), 3, 990, 0},
    {SLICE("tag/a\"b\\c\nd\xff"), 4, 1, 20},
    {SLICE_NONE, 4, 5, 100},
};
static struct serve_claim claim[] = {
    {SLICE("main"), SLICE("A"), SLICE("1"), 4000, 1699999000},
    {SLICE("tag/x"), SLICE("A"), SLICE("2"), 7, 1699999000},
    {SLICE("main"), SLICE("B"), SLICE_NONE, 321, 1699999000},
    {SLICE("main"), SLICE("gone"), SLICE_NONE, 10000, 1690000000},
};
static const struct serve_counts served = {
    .count = count,
    .counts = 4,
    .claim = claim,
    .claims = 4,
    .open = 12,
    .accepted = 3456,
    .refused = 6,
    .not_modified = 990,
    .too_soon = 2,
    .partial = 3,
    .deltas = 4,
};

static struct snapshot *
sample(void)
{
	struct snapshot *s = snapshot_new(1700000000);

	s->daemon = (struct status_daemon){
	    .since = 1699990000, .last = 1699999990, .next = 1700003600};
	history_run_add(&s->history,
	    &(struct history_run){1699990000, 66, CAUSE_START, RESULT_DONE, 5000});
	history_run_add(&s->history,
	    &(struct history_run){1699999990, 1234, CAUSE_FILES, RESULT_FAILED, 0});
	s->states[ARTICLE_LIVE] = 100000;
	s->states[ARTICLE_BAD] = 3;
	s->last_seq = 100234;
	s->feeds_all = 12;
	s->files = 48;
	s->file_bytes = 9876543210;
	s->ledger_bytes = 65536;
	s->peers = 2;
	s->peer = arena_array(s->arena, 2, sizeof *s->peer);
	s->peer[0] = (struct snapshot_peer){
	    .name = SLICE("hub:one"), .counts = {.accepted = 9, .owed = 2}, .median = 85};
	s->peer[1] = (struct snapshot_peer){.name = SLICE("hook:x\\\"\n"),
	    .counts = {.failed = 1},
	    .failed = 4,
	    .median = -1};
	return s;
}

static char *
written(const struct serve_counts *counts)
{
	struct snapshot *s = sample();
	struct buf out;
	char *text;

	buf_init(&out, 1 << 20);
	metrics_write(&out, s, counts);
	text = strdup(buf_cstr(&out));
	buf_fini(&out);
	snapshot_free(s);
	return text;
}

static void
test_samples(void **state)
{
	static const char *const want[] = {
	    "# TYPE xysfeed_runs_total counter\n",
	    "xysfeed_start_time_seconds 1699990000\n",
	    "xysfeed_runs_total{cause=\"files changed\"} 1\n",
	    "xysfeed_runs_total{cause=\"due\"} 0\n",
	    "xysfeed_run_failures_total{cause=\"files changed\"} 1\n",
	    "xysfeed_run_failures_total{cause=\"start\"} 0\n",
	    "xysfeed_run_duration_seconds_bucket{le=\"0.050\"} 0\n"
	    "xysfeed_run_duration_seconds_bucket{le=\"0.100\"} 1\n",
	    "xysfeed_run_duration_seconds_bucket{le=\"1.000\"} 1\n"
	    "xysfeed_run_duration_seconds_bucket{le=\"5.000\"} 2\n",
	    "xysfeed_run_duration_seconds_bucket{le=\"+Inf\"} 2\n"
	    "xysfeed_run_duration_seconds_sum 1.300\n"
	    "xysfeed_run_duration_seconds_count 2\n",
	    "xysfeed_last_run_timestamp_seconds 1699999990\n",
	    "xysfeed_last_success_timestamp_seconds 1699990000\n",
	    "xysfeed_next_run_timestamp_seconds 1700003600\n",
	    "xysfeed_articles{state=\"live\"} 100000\n",
	    "xysfeed_articles{state=\"bad\"} 3\n",
	    "xysfeed_articles{state=\"held\"} 0\n",
	    "xysfeed_entries_announced_total 100234\n",
	    "xysfeed_feeds 12\n",
	    "xysfeed_documents 48\n",
	    "xysfeed_documents_bytes 9876543210\n",
	    "xysfeed_published_bytes_total 5000\n",
	    "xysfeed_ledger_bytes 65536\n",
	    "xysfeed_push_documents{peer=\"hub:one\",state=\"accepted\"} 9\n",
	    "xysfeed_push_documents{peer=\"hub:one\",state=\"owed\"} 2\n",
	    "xysfeed_push_documents{peer=\"hook:x\\\\\\\"\\n\",state=\"failed\"} 1\n",
	    "xysfeed_push_failures_in_a_row{peer=\"hook:x\\\\\\\"\\n\"} 4\n",
	    "xysfeed_push_answer_median_seconds{peer=\"hub:one\"} 0.085\n",
	    "xysfeed_http_requests_total{feed=\"main\",class=\"3xx\"} 990\n",
	    "xysfeed_http_requests_total{feed=\"tag/a\\\"b\\\\c\\nd?\",class=\"4xx\"} "
	    "1\n",
	    "xysfeed_http_requests_total{feed=\"\",class=\"4xx\"} 5\n",
	    "xysfeed_http_sent_bytes_total{feed=\"main\",class=\"2xx\"} 123456789012\n",
	    "xysfeed_http_not_modified_total 990\n",
	    "xysfeed_http_limited_total 2\n",
	    "xysfeed_http_connections 12\n",
	    "xysfeed_http_connections_total 3456\n",
	    "xysfeed_http_subscribers{feed=\"main\"} 4321\n"
	    "xysfeed_http_subscribers{feed=\"tag/x\"} 7\n",
	    "xysfeed_http_deltas_total 4\n",
	    "xysfeed_http_partial_total 3\n",
	    "xysfeed_http_connections_refused_total 6\n",
	};
	char *text = written(&served);

	(void)state;
	for (size_t i = 0; i < sizeof want / sizeof *want; i++)
		if (!strstr(text, want[i]))
			fail_msg("not there: %s\nin:\n%s", want[i], text);
	free(text);
}

/* What is not known is not said. */
static void
test_absent(void **state)
{
	struct snapshot *s = snapshot_new(1);
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	metrics_write(&out, s, NULL);
	assert_null(strstr(buf_cstr(&out), "xysfeed_http"));
	assert_null(strstr(buf_cstr(&out), "\nxysfeed_last_run_timestamp_seconds"));
	assert_null(strstr(buf_cstr(&out), "\nxysfeed_next_run_timestamp_seconds"));
	assert_null(strstr(buf_cstr(&out), "answer_median_seconds{"));
	buf_fini(&out);
	snapshot_free(s);
}

/* --- the format, strictly --------------------------------------------------------------- */

static bool
is_name(char c, bool first)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (!first && c >= '0' && c <= '9');
}

static struct slice
take_name(struct slice *s)
{
	size_t n = 0;

	while (n < s->n && is_name(s->p[n], n == 0))
		n++;
	assert_true(n > 0);
	*s = slice_from(*s, n);
	return slice_make(s->p - n, n);
}

static void
take(struct slice *s, const char *text)
{
	if (!slice_starts(*s, slice_str(text)))
		fail_msg("no %s at %.*s", text, SLICE_ARG(*s));
	*s = slice_from(*s, strlen(text));
}

static void
take_value(struct slice *s)
{
	take(s, "\"");
	while (s->n && s->p[0] != '"') {
		if (s->p[0] == '\\') {
			*s = slice_from(*s, 1);
			assert_true(s->n && slice_one_of(s->p[0], "\\\"n"));
		}
		*s = slice_from(*s, 1);
	}
	take(s, "\"");
}

static void
take_labels(struct slice *s)
{
	if (!s->n || s->p[0] != '{')
		return;
	do {
		*s = slice_from(*s, 1);
		(void)take_name(s);
		take(s, "=");
		take_value(s);
	} while (s->n && s->p[0] == ',');
	take(s, "}");
}

static bool
belongs(struct slice name, struct slice family, struct slice type)
{
	static const char *const suffixes[] = {"_bucket", "_sum", "_count"};

	if (!slice_is(type, "histogram"))
		return slice_eq(name, family);
	for (size_t i = 0; i < 3; i++)
		if (slice_starts(name, family) &&
		    slice_is(slice_from(name, family.n), suffixes[i]))
			return true;
	return false;
}

/* Each family once, HELP and TYPE before its samples, no sample twice; counters, and
 * nothing else, end in _total. */
static void
check_format(struct slice text)
{
	struct slice line, family = SLICE_NONE, type = SLICE_NONE;
	struct map seen;

	assert_int_equal(utf8_valid(text), text.n);
	assert_true(slice_ends(text, SLICE("\n")));
	map_init(&seen);
	while (slice_line(&text, &line)) {
		struct slice rest = line, name;

		if (slice_starts(line, SLICE("# HELP "))) {
			take(&rest, "# HELP ");
			family = take_name(&rest);
			assert_true(rest.n > 2 && slice_ends(rest, SLICE(".")));
			assert_null(map_get(&seen, family));
			map_put(&seen, family, &seen);
			assert_true(slice_line(&text, &line));
			rest = line;
			take(&rest, "# TYPE ");
			assert_true(slice_eq(take_name(&rest), family));
			type = slice_from(rest, 1);
			assert_int_equal(slice_is(type, "counter"),
			    slice_ends(family, SLICE("_total")));
			continue;
		}
		name = take_name(&rest);
		assert_true(belongs(name, family, type));
		take_labels(&rest);
		name = slice_make(line.p, line.n - rest.n);
		assert_true(slice_eq(name, family) || !map_get(&seen, name));
		map_put(&seen, name, &seen);
		take(&rest, " ");
		assert_true(rest.n > 0);
		for (size_t i = 0; i < rest.n; i++)
			assert_true(slice_one_of(rest.p[i], "0123456789."));
	}
	map_fini(&seen);
}

static void
test_format(void **state)
{
	char *text = written(&served);

	(void)state;
	check_format(slice_str(text));
	free(text);
	text = written(NULL);
	check_format(slice_str(text));
	free(text);
}

/* Every name is in the manual, and every name there is one of ours. */
static void
test_manual(void **state)
{
	struct arena *arena = arena_new();
	const char *top = getenv("srcdir"), *at;
	const char *file = arena_printf(arena, "%s/doc/xysfeed.1", top ? top : ".").p;
	char *text = written(&served);
	struct slice rest = slice_str(text), line;
	struct buf manual;
	struct err err;

	(void)state;
	buf_init(&manual, 1 << 20);
	if (file_slurp(file, 1 << 20, &manual, &err) < 0)
		fail_msg("%s", err.text);
	while (slice_line(&rest, &line)) {
		if (!slice_starts(line, SLICE("# TYPE ")))
			continue;
		line = slice_from(line, strlen("# TYPE "));
		at = arena_cstr(arena, take_name(&line));
		if (!strstr(buf_cstr(&manual), at))
			fail_msg("not in the manual: %s", at);
	}
	for (at = buf_cstr(&manual); (at = strstr(at, " xysfeed_"));) {
		struct slice word = slice_str(++at);

		word = take_name(&word);
		if (!strstr(text, arena_printf(arena, "# TYPE %.*s ", SLICE_ARG(word)).p))
			fail_msg("only in the manual: %.*s", SLICE_ARG(word));
	}
	buf_fini(&manual);
	free(text);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_samples),
	    cmocka_unit_test(test_absent),
	    cmocka_unit_test(test_format),
	    cmocka_unit_test(test_manual),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

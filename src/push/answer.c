#include "push/answer.h"
#include "base/utf8.h"

#include <jansson.h>

enum { QUOTED_MAX = 200 }; /* bytes of what the other side says */

const char *
verdict_name(enum verdict verdict)
{
	static const char *const names[VERDICTS] = {
	    [VERDICT_ACCEPTED] = "accepted",
	    [VERDICT_NOBODY] = "nobody subscribed",
	    [VERDICT_RETRY] = "to be tried again",
	    [VERDICT_FAILED] = "failed",
	};

	return names[verdict];
}

/* The first row that fits. A text has to stand in the body. */
static enum verdict
verdict_of(const struct http_answer *answer)
{
	static const struct {
		int from, to;
		const char *text;
		enum verdict verdict;
	} rows[] = {
	    {200, 299, "", VERDICT_ACCEPTED},
	    {500, 500, "Topic not found", VERDICT_NOBODY}, /* WebSubHub */
	    {500, 599, "", VERDICT_RETRY},
	    {408, 408, "", VERDICT_RETRY},
	    {425, 425, "", VERDICT_RETRY},
	    {429, 429, "", VERDICT_RETRY},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct slice text = slice_str(rows[i].text);
		bool says =
		    text.n == 0 || slice_find(answer->body, text) < answer->body.n;

		if (rows[i].from <= answer->status && answer->status <= rows[i].to &&
		    says)
			return rows[i].verdict;
	}
	return VERDICT_FAILED;
}

/* --- what people are told --------------------------------------------------- */

static struct slice
cut(struct slice s, size_t max)
{
	while (s.n > max)
		utf8_prev(&s);
	return s;
}

/* Some hubs send plain text as text/html, so it is the text that tells. */
struct slice
answer_first_line(struct slice body, struct arena *arena)
{
	struct slice line = SLICE_NONE;
	struct buf clean;
	size_t first;

	while (line.n == 0 && slice_line(&body, &line))
		line = slice_trim(line);
	if (slice_starts(line, SLICE("<")))
		return SLICE_NONE;
	buf_init(&clean, HTTP_BODY_MAX);
	utf8_clean(&clean, line, &first);
	line = cut(utf8_squeeze(arena, buf_view(&clean)), QUOTED_MAX);
	buf_fini(&clean);
	return line;
}

static struct slice
sentence_of(const struct http_answer *answer, enum verdict verdict, struct arena *arena)
{
	struct slice says = SLICE_NONE;

	if (verdict != VERDICT_ACCEPTED)
		says = answer_first_line(answer->body, arena);
	return says.n ? arena_printf(arena, "%d: %.*s", answer->status, SLICE_ARG(says))
		      : arena_printf(arena, "%d", answer->status);
}

/* --- 207, which only thylacine's hub sends: a status for each topic ------------ */

struct report {
	int parts, bad, status; /* the first bad one's */
};

static void
count(struct report *report, int64_t status)
{
	report->parts++;
	if (status < 400)
		return;
	if (report->bad++ == 0)
		report->status = status < 1000 ? (int)status : 0;
}

/* Any "status" in it, wherever. Jansson has a limit of depth. */
static void
walk(json_t *json, struct report *report)
{
	const char *key;
	json_t *value;
	size_t i;

	json_array_foreach(json, i, value)
	{
		walk(value, report);
	}
	json_object_foreach(json, key, value)
	{
		if (json_is_integer(value) && slice_is(slice_str(key), "status"))
			count(report, json_integer_value(value));
		else
			walk(value, report);
	}
}

/* "URL [400 Bad Request]", what it sends who does not ask for JSON. */
static void
walk_text(struct slice body, struct report *report)
{
	struct slice line;

	while (slice_line(&body, &line)) {
		size_t at = slice_find(line, SLICE(" ["));
		struct slice code = slice_part(line, at + 2, at + 5);

		if (code.n == 3 && slice_skip(code, "0123456789").n == 0)
			count(report, 100 * (code.p[0] - '0') + 10 * (code.p[1] - '0') +
					  code.p[2] - '0');
	}
}

static struct slice
partial(struct slice body, struct arena *arena)
{
	struct report report = {0};
	json_t *json = json_loadb(body.n ? body.p : "", body.n, 0, NULL);

	if (json)
		walk(json, &report);
	else
		walk_text(body, &report);
	json_decref(json);
	if (report.parts == 0)
		return SLICE(
		    "it says that it may have accepted a part only, and not which");
	if (report.bad == 0)
		return SLICE_NONE;
	return arena_printf(arena, "of %d parts it did not accept %d (%d)", report.parts,
	    report.bad, report.status);
}

static struct slice
warning_of(const struct http_answer *answer, struct arena *arena)
{
	struct slice part = SLICE_NONE, moved = SLICE_NONE;

	if (answer->status == 207)
		part = partial(answer->body, arena);
	if (answer->moved.n)
		moved = arena_printf(arena,
		    "it has moved for good to %.*s: write that into the configuration",
		    SLICE_ARG(answer->moved));
	if (part.n && moved.n)
		return arena_printf(
		    arena, "%.*s; %.*s", SLICE_ARG(part), SLICE_ARG(moved));
	return part.n ? part : moved;
}

/* --- all of it ------------------------------------------------------------------- */

static bool
has_status(const struct http_answer *answer)
{
	return answer->end == HTTP_ANSWERED ||
	       (answer->end == HTTP_TOO_LONG && answer->bytes > 0);
}

void
answer_judge(
    const struct http_answer *answer, struct arena *arena, struct judgement *judgement)
{
	int64_t asked = answer->retry_after;

	if (!has_status(answer)) {
		*judgement = (struct judgement){
		    .verdict = VERDICT_RETRY, .sentence = arena_copy(arena, answer->why)};
		return;
	}
	*judgement = (struct judgement){.verdict = verdict_of(answer)};
	judgement->sentence = sentence_of(answer, judgement->verdict, arena);
	judgement->warning = warning_of(answer, arena);
	if (judgement->verdict == VERDICT_RETRY && asked > 0)
		judgement->wait = asked < RETRY_AFTER_MAX ? asked : RETRY_AFTER_MAX;
}

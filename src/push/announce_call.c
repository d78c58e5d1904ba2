#include "base/clock.h"
#include "base/file.h"
#include "base/utf8.h"
#include "push/announce_inside.h"
#include "push/hook.h"

#include <openssl/rand.h>
#include <string.h>

enum {
	BURST = 5,         /* calls at once, after a while without any */
	FAILURES = 3,      /* in a row, after which a channel is left alone for a while */
	OUTPUT_LINES = 50, /* of a command, in the log */
	OUTPUT_WIDTH = 500,
};

static uint32_t
chance(void)
{
	uint32_t n = 0;

	RAND_bytes((unsigned char *)&n, sizeof n);
	return n;
}

struct station *
announce_station(struct announce *a, const struct errand *e)
{
	struct station *s = map_get(&a->station, e->told.peer);

	if (s)
		return s;
	s = ARENA_NEW(a->lasting, struct station);
	*s = (struct station){.health.name = arena_copy(a->lasting, e->told.peer)};
	bucket_init(&s->bucket, (double)e->channel->rate / 60, BURST, clock_elapsed());
	map_put(&a->station, s->health.name, s);
	return s;
}

/* How many times in a row it was left alone, with this one. */
static int64_t
backoffs(const struct peer *p)
{
	return p->failed < FAILURES ? 1 : p->failed - FAILURES + 1;
}

static void
note_health(struct station *s, const struct judgement *j, int64_t elapsed)
{
	struct peer *p = &s->health;
	int64_t now = announce_now();

	s->changed = true;
	s->paused = now;
	p->next = 0;
	if (j->verdict == VERDICT_RETRY || j->verdict == VERDICT_FAILED) {
		p->accepted = 0;
		p->failed++;
		if (p->failed >= FAILURES || j->wait)
			p->next = now + retry_wait(backoffs(p), j->wait, chance());
		return;
	}
	p->failed = 0;
	p->accepted++;
	if (p->times == PEER_TIMES)
		memmove(p->time, p->time + 1, --p->times * sizeof *p->time);
	p->time[p->times++] = elapsed;
}

static void
tell_verdict(struct announce *a, const struct told *t, const struct judgement *j)
{
	struct arena *arena = arena_new();
	struct slice text = arena_printf(arena, "%.*s%s%.*s: %s (%.*s)",
	    SLICE_ARG(t->peer), t->topic.n ? ", " : "", SLICE_ARG(t->topic),
	    verdict_name(j->verdict), SLICE_ARG(j->sentence));

	announce_say(a,
	    j->verdict == VERDICT_FAILED  ? LEVEL_ERROR
	    : j->verdict == VERDICT_RETRY ? LEVEL_NOTICE
					  : LEVEL_INFO,
	    text);
	if (j->warning.n)
		announce_say(a, LEVEL_WARN,
		    arena_printf(
			arena, "%.*s: %.*s", SLICE_ARG(t->peer), SLICE_ARG(j->warning)));
	arena_free(arena);
}

/* What the ledger is to know of it. */
static void
note_verdict(struct told *t, struct judgement *j)
{
	int64_t now = announce_now();

	t->attempts++;
	t->answered = now;
	t->next = 0;
	if (j->verdict == VERDICT_ACCEPTED || j->verdict == VERDICT_NOBODY)
		t->accepted_at = now;
	if (j->verdict == VERDICT_RETRY && retry_is_over(t->since, t->attempts, now))
		j->verdict = VERDICT_FAILED;
	if (j->verdict == VERDICT_RETRY)
		t->next = now + retry_wait(t->attempts, j->wait, chance());
	t->owed = j->verdict == VERDICT_RETRY;
	t->verdict = (int)j->verdict;
	t->answer = j->sentence;
}

static void
conclude(struct flight *f, struct judgement *j, int64_t elapsed)
{
	struct announce *a = f->announce;
	struct station *s = map_get(&a->station, f->told.peer);
	struct announced result = {0};

	note_health(s, j, elapsed);
	note_verdict(&f->told, j);
	s->flying--;
	tell_verdict(a, &f->told, j);
	result.accepted = j->verdict == VERDICT_ACCEPTED || j->verdict == VERDICT_NOBODY;
	if (result.accepted)
		f->told.mark = f->mark;
	/* The rest of it is owed. */
	if (result.accepted && f->more) {
		result.accepted = false;
		f->told.owed = true;
		f->told.attempts = 0;
	}
	announce_know(a, &f->told);
	result.told = f->told;
	result.sent = f->sent;
	announce_result(a, &result);
	announce_land(f);
	announce_soon(a);
}

static void
answered(void *ctx, const struct http_answer *answer)
{
	struct flight *f = ctx;
	struct judgement j;

	f->kind->judge(answer, f->arena, &j);
	conclude(f, &j, answer->elapsed);
}

/* What a command says is for people. */
static void
tell_output(struct announce *a, const struct flight *f, const struct runner_end *end,
    enum log_level level)
{
	struct slice rest = end->output, line;
	struct buf shown;

	buf_init(&shown, 4 * OUTPUT_WIDTH);
	for (int i = 0; i < OUTPUT_LINES && slice_line(&rest, &line); i++) {
		buf_reset(&shown);
		utf8_show(&shown, slice_part(line, 0, OUTPUT_WIDTH));
		announce_say(a, level,
		    arena_printf(f->arena, "%.*s: %.*s", SLICE_ARG(f->told.peer),
			SLICE_ARG(buf_view(&shown))));
	}
	if (rest.n)
		announce_say(a, level,
		    arena_printf(f->arena, "%.*s: and so on", SLICE_ARG(f->told.peer)));
	buf_fini(&shown);
}

static void
ended(void *ctx, const struct runner_end *end)
{
	struct flight *f = ctx;
	struct judgement j;

	hook_judge(end, f->arena, &j);
	tell_output(f->announce, f, end,
	    j.verdict == VERDICT_ACCEPTED ? LEVEL_INFO : LEVEL_NOTICE);
	conclude(f, &j, end->elapsed);
}

/* The document itself, where the hub takes it; none when it is not as it was. */
static struct slice
document_of(struct announce *a, const struct errand *e, struct buf *bytes)
{
	struct err err;
	struct digest digest;
	const char *path;

	if (!e->channel->content)
		return SLICE_NONE;
	path = arena_printf(a->errands.arena, "%.*s/%.*s",
	    SLICE_ARG(a->config->output.dir), SLICE_ARG(e->topic->path))
		   .p;
	if (file_slurp(path, DOCUMENT_MAX, bytes, &err) < 0)
		return SLICE_NONE;
	digest = digest_of(buf_view(bytes));
	return digest_eq(&digest, &e->topic->digest) ? buf_view(bytes) : SLICE_NONE;
}

static void
send_call(struct announce *a, struct flight *f, const struct errand *e)
{
	struct http_request request;
	struct buf document;
	struct err err;
	int rc;

	buf_init(&document, DOCUMENT_MAX);
	e->channel->kind->write(e, document_of(a, e, &document), f->arena, &request);
	buf_fini(&document);
	rc = http_send(a->http, &request, answered, f, &err);
	if (rc < 0)
		answered(f, &(struct http_answer){
				.end = HTTP_NONSENSE, .why = slice_str(err.text)});
}

void
announce_call(struct announce *a, struct station *s, struct errand *e)
{
	struct flight *f = announce_take_off(a);

	f->sent = clock_elapsed();
	f->told = told_copy(f->arena, &e->told);
	f->told.live =
	    e->topic && e->channel->gated ? announce_gate(a, e->topic)->opened : 0;
	f->kind = e->channel->kind;
	f->mark = e->mark;
	f->more = e->more;
	s->flying++;
	if (e->channel->command < 0)
		send_call(a, f, e);
	else
		runner_run(a->runner, e->channel->command, f->told.feed, e->body,
		    e->channel->hook->reach.timeout, ended, f);
}

int64_t
announce_pass_station(struct station *s, const struct channel *channel)
{
	int64_t wait = retry_left_since(s->paused, s->health.next, announce_now());
	bool probing = s->health.failed >= FAILURES;

	if (wait > 0)
		return wait;
	if ((int64_t)s->flying >= (probing ? 1 : channel->at_once))
		return UNTIL_ANSWER;
	wait = s->bucket_next - clock_elapsed();
	return wait > 0 ? wait : 0;
}

#include "base/clock.h"
#include "base/file.h"
#include "push/announce_inside.h"
#include "push/answer.h"
#include "push/ping.h"

#include <openssl/rand.h>
#include <string.h>

enum {
	BURST = 5,    /* pings at once, after a while without any */
	FAILURES = 3, /* in a row, after which a hub is left alone for a while */
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
	bucket_init(&s->bucket, (double)e->hub->rate / 60, BURST, clock_elapsed());
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
	struct slice text =
	    arena_printf(arena, "%.*s, %.*s: %s (%.*s)", SLICE_ARG(t->peer),
		SLICE_ARG(t->topic), verdict_name(j->verdict), SLICE_ARG(j->sentence));

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
	if (j->verdict == VERDICT_RETRY && retry_is_over(t->since, t->attempts, now))
		j->verdict = VERDICT_FAILED;
	if (j->verdict == VERDICT_RETRY)
		t->next = now + retry_wait(t->attempts, j->wait, chance());
	t->owed = j->verdict == VERDICT_RETRY;
	t->verdict = (int)j->verdict;
	t->answer = j->sentence;
}

static void
answered(void *ctx, const struct http_answer *answer)
{
	struct flight *f = ctx;
	struct announce *a = f->announce;
	struct station *s = map_get(&a->station, f->told.peer);
	struct judgement j;

	answer_judge(answer, f->arena, &j);
	note_health(s, &j, answer->elapsed);
	note_verdict(&f->told, &j);
	s->flying--;
	tell_verdict(a, &f->told, &j);
	announce_know(a, &f->told);
	announce_result(
	    a, &f->told, j.verdict == VERDICT_ACCEPTED || j.verdict == VERDICT_NOBODY);
	announce_land(f);
	announce_soon(a);
}

/* The document itself, where the hub takes it; none when it is not as it was. */
static struct slice
document_of(struct announce *a, const struct errand *e, struct buf *bytes)
{
	struct err err;
	struct digest digest;
	const char *path = arena_printf(a->errands.arena, "%.*s/%.*s",
	    SLICE_ARG(a->config->output.dir), SLICE_ARG(e->topic->path))
			       .p;

	if (!e->hub->content || file_slurp(path, DOCUMENT_MAX, bytes, &err) < 0)
		return SLICE_NONE;
	digest = digest_of(buf_view(bytes));
	return digest_eq(&digest, &e->topic->digest) ? buf_view(bytes) : SLICE_NONE;
}

void
announce_ping(struct announce *a, struct station *s, struct errand *e)
{
	struct flight *f = announce_take_off(a);
	struct http_request request;
	struct buf document;
	struct err err;
	int rc;

	f->told = e->told;
	f->told.peer = s->health.name;
	f->told.topic = arena_copy(f->arena, e->told.topic);
	f->told.feed = arena_copy(f->arena, e->told.feed);
	f->told.live = announce_gate(a, e->topic)->opened;
	buf_init(&document, DOCUMENT_MAX);
	ping_write(
	    e->hub, e->topic->url, document_of(a, e, &document), f->arena, &request);
	buf_fini(&document);
	rc = http_send(a->http, &request, answered, f, &err);
	s->flying++;
	if (rc == 0)
		return;
	answered(
	    f, &(struct http_answer){.end = HTTP_NONSENSE, .why = slice_str(err.text)});
}

int64_t
announce_pass_station(struct announce *a, struct station *s)
{
	int64_t wait = retry_left_since(s->paused, s->health.next, announce_now());
	bool probing = s->health.failed >= FAILURES;

	if (wait > 0)
		return wait;
	if ((int64_t)s->flying >= (probing ? 1 : a->config->push.per_host))
		return UNTIL_ANSWER;
	wait = s->bucket_next - clock_elapsed();
	return wait > 0 ? wait : 0;
}

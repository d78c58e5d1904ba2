#include "place.h"

#include "push/canary.h"
#include "push/canary_request.h"
#include "push/canary_state.h"
#include "push/form.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#define LENGTH(a) (sizeof(a) / sizeof *(a))

/* --- one hub's life --------------------------------------------------------------- */

/*
 * A script is words: what the hub and the clocks do. Time passes by "+N" (milliseconds),
 * "jump:N" sets the clock. "ping:N" was sent N ms ago and is accepted now. A hub that is
 * "good" verifies as soon as it is asked. What comes of it is words again. No wait is
 * shorter than it may be, chance is always the same.
 */
struct life {
	struct canary_state state;
	struct canary_limits limits;
	struct canary_time t;
	bool good;
	char said[400];
};

static void
note(struct life *l, const char *fmt, long long n)
{
	size_t used = strlen(l->said);

	snprintf(l->said + used, sizeof l->said - used, used ? " " : "");
	used = strlen(l->said);
	snprintf(l->said + used, sizeof l->said - used, fmt, n);
}

static void
note_proof(struct life *l, enum canary_proof proof)
{
	if (proof != CANARY_NO_PROOF)
		note(l, proof == CANARY_PROOF ? "proof=%lld" : "revived=%lld",
		    (long long)l->state.heard.took);
}

static void
answer(struct life *l, int64_t status)
{
	struct judgement j = {
	    .verdict = status < 300 ? VERDICT_ACCEPTED : VERDICT_RETRY,
	    .sentence = status < 300 ? SLICE("202") : SLICE("503"),
	};

	canary_state_answer(&l->state, &j, &l->t, UINT32_MAX);
}

static int64_t
one_step(struct life *l)
{
	struct canary_step s = canary_state_step(&l->state, &l->limits, &l->t);

	if (s.died)
		note(l, "died", 0);
	if (!s.ask)
		return s.wait;
	note(l, "ask", 0);
	canary_state_ask(&l->state, &l->t);
	if (l->good) {
		canary_state_verify(&l->state, CANARY_LEASE, &l->t);
		answer(l, 202);
	}
	return 0;
}

static void
pass(struct life *l, int64_t left)
{
	int64_t wait;

	while ((wait = one_step(l)) <= left) {
		l->t.now += wait;
		l->t.elapsed += wait;
		left -= wait;
	}
	l->t.now += left;
	l->t.elapsed += left;
}

static void
restart(struct life *l)
{
	struct heard heard = l->state.heard;

	canary_state_init(&l->state, &heard, &l->t);
}

static void
act(struct life *l, struct slice word)
{
	size_t at = slice_index(word, ':');
	struct slice name = slice_part(word, 0, at);
	int64_t n = at < word.n ? strtoll(word.p + at + 1, NULL, 10) : 0;

	if (slice_starts(word, SLICE("+")))
		pass(l, strtoll(word.p, NULL, 10));
	else if (slice_is(name, "jump"))
		l->t.now += n;
	else if (slice_is(name, "good"))
		l->good = true;
	else if (slice_is(name, "bad"))
		l->good = false;
	else if (slice_is(name, "after"))
		l->limits.after = n;
	else if (slice_is(name, "verify"))
		canary_state_verify(&l->state, n, &l->t);
	else if (slice_is(name, "deny"))
		canary_state_deny(&l->state, &l->t, UINT32_MAX);
	else if (slice_is(name, "answer"))
		answer(l, n);
	else if (slice_is(name, "ping"))
		note_proof(
		    l, canary_state_ping(&l->state, l->t.elapsed - n, &l->limits, &l->t));
	else if (slice_is(name, "deliver"))
		note_proof(l, canary_state_deliver(&l->state, &l->t));
	else if (slice_is(name, "restart"))
		restart(l);
	else
		fail_msg("%.*s?", SLICE_ARG(word));
}

static void
test_life(void **state)
{
	static const struct {
		const char *script, *want;
	} cases[] = {
	    /* Subscribing: 202 is waited for a minute, 503 half a minute, then longer. */
	    {"+0 +99999999", "ask"},
	    {"+0 answer:202 +59999", "ask"},
	    {"+0 answer:202 +60000", "ask ask"},
	    {"+0 answer:503 +29999", "ask"},
	    {"+0 answer:503 +30000", "ask ask"},
	    {"+0 answer:503 +30000 answer:503 +59999", "ask ask"},
	    {"+0 answer:503 +30000 answer:503 +60000", "ask ask ask"},
	    {"+0 verify:864000 answer:202 +60000", "ask"},
	    {"+0 answer:202 verify:864000 +60000", "ask"},
	    {"+0 deny answer:202 +3599999", "ask"},
	    {"+0 deny answer:202 +3600000", "ask ask"},
	    /* Leases: two thirds of them, of a minute and more, of 30 days at most. */
	    {"+0 verify:900 answer:202 +599999", "ask"},
	    {"+0 verify:900 answer:202 +600000", "ask ask"},
	    {"+0 verify:1 answer:202 +59999", "ask"},
	    {"+0 verify:1 answer:202 +60000", "ask ask"},
	    {"+0 verify:315360000 answer:202 +1727999999", "ask"},
	    {"+0 verify:315360000 answer:202 +1728000000", "ask ask"},
	    {"good +0 bad +576000000 answer:503 +30000", "ask ask ask"},

	    /* A delivery proves the ping before it. */
	    {"good +0 ping +812 deliver", "ask proof=812"},
	    {"good +0 ping:50 +812 deliver", "ask proof=862"},
	    {"good +0 ping +812 deliver +999999", "ask proof=812"},
	    {"good +0 ping +5 deliver +70000 ping +7 deliver", "ask proof=5 proof=7"},
	    /* Some deliver before they answer. */
	    {"good +0 deliver +200 ping:300 +99999", "ask proof=100"},
	    {"good +0 deliver +200 ping:199 +60000", "ask ask"},
	    /* Without a ping, and once more, it proves nothing. */
	    {"good +0 deliver deliver +60000 deliver", "ask"},
	    {"good +0 ping +5 deliver deliver +9 deliver", "ask proof=5"},
	    {"good +0 ping +5 deliver +70000 ping +60000", "ask proof=5 ask"},
	    /* Late is better than never. */
	    {"good +0 ping +60000 +5000 deliver", "ask ask proof=65000"},

	    /* Three in vain; each has the subscription renewed. */
	    {"good +0 ping +60000 ping +60000 ping +59999", "ask ask ask"},
	    {"good +0 ping +60000 ping +60000 ping +60000", "ask ask ask died ask"},
	    {"good +0 ping +60000 ping +60000 ping +60000 ping +60000 ping +60000",
		"ask ask ask died ask ask ask"},
	    {"after:1 good +0 ping +60000 deliver", "ask died ask revived=60000"},
	    {"after:1 good +0 ping +60000 ping +9 deliver ping +60000",
		"ask died ask revived=9 died ask"},
	    {"good +0 ping +60000 ping +60000 ping +5 deliver +60000",
		"ask ask ask proof=5"},
	    /* Those that are close together count once. */
	    {"after:2 good +0 ping +1 ping +1 ping +1 ping +60000", "ask ask"},
	    {"after:2 good +0 ping +59999 ping +1 ping +60000", "ask ask died ask"},
	    {"after:1 good +0 ping +30000 ping +29999", "ask"},
	    {"after:1 good +0 ping +30000 ping +30000", "ask died ask"},

	    /* Only while it is subscribed. */
	    {"after:1 +0 ping +60000 ping +60000", "ask"},
	    {"after:1 +0 answer:202 ping +59999", "ask"},
	    {"after:1 +0 verify:100 answer:202 +66666 answer:503 +33334 ping +90000",
		"ask ask ask"},
	    {"after:1 good +0 bad deny ping +90000", "ask"},
	    {"after:1 good +0 ping +30000 bad deny +30000", "ask died ask"},

	    /* The clock is set: back, on, beyond the lease, beyond everything. */
	    {"good +0 jump:-86400000 +0", "ask ask"},
	    {"after:1 good +0 ping jump:86400000 +59999", "ask"},
	    {"after:1 good +0 ping jump:-5000 +59999 deliver", "ask ask proof=59999"},
	    {"after:1 good +0 jump:99999999999 bad ping +99999", "ask ask"},
	    {"good +0 jump:-999999999999 +0 ping +3 deliver", "ask ask proof=3"},
	    {"+0 answer:503 jump:-99999999999 +0", "ask ask"},

	    /* And the program. */
	    {"good +0 restart +999", "ask"},
	    {"good +0 ping +1000 restart +2 deliver", "ask proof=1002"},
	    {"after:1 good +0 ping +1000 restart +58999", "ask"},
	    {"after:1 good +0 ping +1000 restart +59000", "ask died ask"},
	    {"after:1 good +0 ping jump:-9999 restart +59999", "ask ask"},
	    {"after:1 good +0 ping jump:99999999 restart +0", "ask died ask"},
	    {"after:3 good +0 ping +60000 ping +60000 after:2 restart +0",
		"ask ask ask died ask"},
	    {"after:1 good +0 ping +60000 restart +0 deliver",
		"ask died ask ask revived=60000"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct heard heard = {.peer = SLICE("hub:a")};
		struct life l = {.limits = {3, 60000}, .t = {1700000000000, 5000}};
		struct slice rest = slice_str(cases[i].script), word;

		canary_state_init(&l.state, &heard, &l.t);
		while (slice_token(&rest, ' ', &word))
			act(&l, word);
		if (strcmp(l.said, cases[i].want) != 0)
			fail_msg(
			    "%s: %s, not %s", cases[i].script, l.said, cases[i].want);
	}
}

/* A ledger may hold anything. */
static void
test_any_row(void **state)
{
	static const int64_t odd[] = {INT64_MIN, -1, 0, 1, 1700000000000, INT64_MAX};
	const struct canary_time t = {1700000000000, 5000};
	const struct canary_limits limits = {3, 60000};

	(void)state;
	for (size_t i = 0; i < LENGTH(odd) * LENGTH(odd) * LENGTH(odd); i++) {
		struct heard h = {
		    .verified = odd[i % 6],
		    .next = odd[i / 6 % 6],
		    .pinged = odd[i / 36],
		    .attempts = odd[i % 5],
		    .unproven = odd[i % 3 + 1],
		};
		struct canary_state s;
		struct canary_step step;

		canary_state_init(&s, &h, &t);
		step = canary_state_step(&s, &limits, &t);
		assert_true(step.wait >= 0);
		assert_true(step.ask || step.wait <= 1000 * (int64_t)CANARY_LEASE_MAX);
	}
}

/* --- what is asked of the callback -------------------------------------------------- */

#define TOPIC "hub.topic=https%3A%2F%2Fa.example%2Fx%2520y.atom"
#define URL   "https://a.example/x%20y.atom"

static const struct {
	const char *query;
	enum canary_wish wish;
	int64_t lease;
} queries[] = {
    {"hub.mode=subscribe&" TOPIC "&hub.challenge=a-Z%2B_1%3D&hub.lease_seconds=900",
	CANARY_VERIFY, 900},
    {"hub.mode=subscribe&" TOPIC "&hub.challenge=a-Z%2b_1=", CANARY_VERIFY, -1},
    {"x=%&hub.challenge=a-Z%2B_1%3D&" TOPIC "&&y&hub.mode=subscribe", CANARY_VERIFY, -1},
    {"hub.mode=denied&" TOPIC "&hub.reason=%00", CANARY_DENY, 0},
    {"", CANARY_NONSENSE, 0},
    {"hub.mode=denied", CANARY_NONSENSE, 0},
    {"hub.mode=denied&hub.topic=https://a.example/", CANARY_NONSENSE, 0},
    {"hub.mode=unsubscribe&" TOPIC "&hub.challenge=a", CANARY_NONSENSE, -1},
    {"hub.mode=Subscribe&" TOPIC "&hub.challenge=a", CANARY_NONSENSE, -1},
    {"hub.mode=subscribe&hub.topic=" URL "&hub.challenge=a", CANARY_NONSENSE, 0},
    {"hub.mode=subscribe&" TOPIC "%00&hub.challenge=a", CANARY_NONSENSE, 0},
    {"hub.mode=subscribe&" TOPIC "&" TOPIC "&hub.challenge=a", CANARY_NONSENSE, 0},
    {"hub.mode=subscribe&" TOPIC, CANARY_NONSENSE, -1},
    {"hub.mode=subscribe&" TOPIC "&hub.challenge=", CANARY_NONSENSE, -1},
    {"hub.mode=subscribe&" TOPIC "&hub.challenge=a&hub.challenge=b", CANARY_NONSENSE, -1},
    {"hub.mode=subscribe&" TOPIC "&hub.challenge=%3Cscript%3E", CANARY_NONSENSE, -1},
    {"hub.mode=subscribe&" TOPIC "&hub.challenge=a+b", CANARY_NONSENSE, -1},
    {"hub.mode=subscribe&" TOPIC "&hub.challenge=a%0D%0Ab", CANARY_NONSENSE, -1},
    {"hub.mode=subscribe&" TOPIC "&hub.challenge=a%E6%B5%B7", CANARY_NONSENSE, -1},
    {"hub.mode=subscribe&" TOPIC "&hub.challenge=a%4", CANARY_NONSENSE, -1},
    {"hub.mode=subscribe&" TOPIC "&hub.challenge=a&hub.lease_seconds=0", CANARY_NONSENSE,
	0},
    {"hub.mode=subscribe&" TOPIC "&hub.challenge=a&hub.lease_seconds=-1", CANARY_NONSENSE,
	0},
    {"hub.mode=subscribe&" TOPIC "&hub.challenge=a&hub.lease_seconds=soon",
	CANARY_NONSENSE, 0},
    {"hub.mode=subscribe&" TOPIC "&hub.challenge=a&hub.lease_seconds=", CANARY_NONSENSE,
	0},
};

static enum canary_wish
read_it(struct canary_request *q, const char *method, struct slice query,
    const char *signature, struct slice body, struct arena *arena)
{
	const struct listener_header header[] = {
	    {SLICE("Link"), SLICE("<https://b.example/>; rel=hub")},
	    {SLICE("x-hub-SIGNATURE"), slice_str(signature)},
	};
	const struct listener_request r = {
	    .method = slice_str(method),
	    .query = query,
	    .header = header,
	    .headers = signature ? 2 : 1,
	    .body = body,
	};

	canary_request_read(q, &r, slice_str(URL), SLICE("a secret"), arena);
	return q->wish;
}

static void
test_queries(void **state)
{
	struct arena *arena = arena_new();
	struct canary_request q;

	(void)state;
	for (size_t i = 0; i < LENGTH(queries); i++) {
		struct slice query = slice_str(queries[i].query);

		if (read_it(&q, "GET", query, NULL, SLICE_NONE, arena) !=
			queries[i].wish ||
		    q.lease != queries[i].lease)
			fail_msg("%s: %d, %lld", queries[i].query, (int)q.wish,
			    (long long)q.lease);
		if (q.wish == CANARY_VERIFY)
			assert_true(slice_is(q.challenge, "a-Z+_1="));
		assert_int_equal(
		    read_it(&q, "HEAD", query, NULL, SLICE_NONE, arena), CANARY_NONSENSE);
		assert_int_equal(
		    read_it(&q, "POST", query, NULL, SLICE_NONE, arena), CANARY_FORGERY);
	}
	arena_free(arena);
}

static void
test_long_challenge(void **state)
{
	struct arena *arena = arena_new();
	struct canary_request q;
	char *text = arena_alloc(arena, 1 << 20);

	(void)state;
	memset(text, 'a', 1 << 20);
	for (int extra = 0; extra < 2; extra++)
		assert_int_equal(
		    read_it(&q, "GET",
			arena_printf(arena, "hub.mode=subscribe&%s&hub.challenge=%.*s",
			    TOPIC, CANARY_CHALLENGE_MAX + extra, text),
			NULL, SLICE_NONE, arena),
		    extra ? CANARY_NONSENSE : CANARY_VERIFY);
	assert_int_equal(
	    read_it(&q, "GET",
		arena_printf(arena, "hub.mode=subscribe&%s&hub.challenge=%.*s", TOPIC,
		    1 << 20, text),
		NULL, SLICE_NONE, arena),
	    CANARY_NONSENSE);
	arena_free(arena);
}

/* "sha256=..." as somebody else writes it. */
static const char *
sign(const char *method, const char *key, struct slice body, bool upper)
{
	static char out[200];
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned int n;
	int at = snprintf(out, sizeof out, "%s=", method);

	HMAC(EVP_get_digestbyname(method), key, (int)strlen(key),
	    (const unsigned char *)(body.n ? body.p : ""), body.n, mac, &n);
	for (unsigned int i = 0; i < n; i++)
		at += snprintf(
		    out + at, sizeof out - (size_t)at, upper ? "%02X" : "%02x", mac[i]);
	return out;
}

static void
test_signatures(void **state)
{
	static const char *const methods[] = {"sha1", "sha256", "sha384", "sha512"};
	static const char *const wrong[] = {"", "=", "sha256", "sha256=", "sha256=00",
	    "md5=fe01ce2a7fbac8fafaed7c982a04e229", "=00", "sha256==", "sha1=,sha256="};
	const struct slice bodies[] = {SLICE("<feed/>"), SLICE("\0x\0"), SLICE_NONE};
	struct arena *arena = arena_new();
	struct canary_request q;

	(void)state;
	for (size_t i = 0; i < LENGTH(methods) * LENGTH(bodies); i++) {
		const char *m = methods[i % 4];
		struct slice body = bodies[i / 4];
		char text[200];

#define WISH(header, bytes) read_it(&q, "POST", SLICE("x=y"), header, bytes, arena)
		for (int upper = 0; upper < 2; upper++)
			assert_int_equal(WISH(sign(m, "a secret", body, upper), body),
			    CANARY_DELIVERY);
		assert_int_equal(
		    WISH(sign(m, "a Secret", body, false), body), CANARY_FORGERY);
		assert_int_equal(WISH(sign(m, "a secret", body, false), SLICE("other")),
		    CANARY_FORGERY);
		snprintf(text, sizeof text, "%s0", sign(m, "a secret", body, false));
		assert_int_equal(WISH(text, body), CANARY_FORGERY);
		text[strlen(text) - 2] = '\0';
		assert_int_equal(WISH(text, body), CANARY_FORGERY);
		snprintf(text, sizeof text, "sha1%s",
		    strchr(sign("sha256", "a secret", body, false), '='));
		assert_int_equal(WISH(text, body), CANARY_FORGERY);
	}
	for (size_t i = 0; i < LENGTH(wrong); i++)
		assert_int_equal(WISH(wrong[i], bodies[0]), CANARY_FORGERY);
	assert_int_equal(WISH(NULL, bodies[0]), CANARY_FORGERY);
	arena_free(arena);
}

static void
test_form(void **state)
{
	struct arena *arena = arena_new();
	struct slice all = SLICE("\0\001 a+&=%~\x7F\xE6\xB5\xB7"), value;
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	form_add(&out, "a", SLICE_NONE);
	form_add(&out, "b", all);
	assert_int_equal(form_find(buf_view(&out), "a", arena, &value), 1);
	assert_int_equal(value.n, 0);
	assert_int_equal(form_find(buf_view(&out), "b", arena, &value), 1);
	assert_true(slice_eq(value, all));
	assert_int_equal(form_find(buf_view(&out), "c", arena, &value), 0);
	assert_int_equal(form_find(SLICE("c"), "c", arena, &value), 1);
	assert_int_equal(form_find(SLICE("c=%"), "c", arena, &value), -1);
	assert_int_equal(form_find(SLICE("c=%4"), "c", arena, &value), -1);
	assert_int_equal(form_find(SLICE("c=%4g"), "c", arena, &value), -1);
	assert_int_equal(form_find(SLICE("c&c"), "c", arena, &value), -1);
	assert_int_equal(form_find(SLICE_NONE, "c", arena, &value), 0);
	buf_fini(&out);
	arena_free(arena);
}

/* --- all of it, with a hub that is not there ------------------------------------------ */

struct ear {
	struct listener listener;
	listener_handler *handler;
	void *ctx;
};

struct nest {
	uv_loop_t loop;
	struct ear ear;
	struct config config;
	struct config_hub hub;
	struct canary *canary;
	struct arena *arena;
	int changes, fetched;
	char said[2000];
};

static void
serve(struct listener *listener, listener_handler *handler, void *ctx)
{
	struct ear *ear = (struct ear *)listener;

	ear->handler = handler;
	ear->ctx = ctx;
}

static void
changed(void *ctx)
{
	struct nest *n = ctx;

	n->changes++;
	uv_stop(&n->loop);
}

static void
hear(void *ctx, enum log_level level, struct slice sentence)
{
	struct nest *n = ctx;

	(void)level;
	snprintf(n->said, sizeof n->said, "%.*s", SLICE_ARG(sentence));
}

static int
nest_open(void **state)
{
	struct nest *n = calloc(1, sizeof *n);
	const struct canary_events events = {changed, hear, n};
	struct err err;

	assert_int_equal(http_library_open(&err), 0);
	n->arena = arena_new();
	n->ear.listener =
	    (struct listener){.url = SLICE("https://me/c/"), .serve = serve};
	/* Nothing listens at port 1. */
	n->hub = (struct config_hub){.name = SLICE("a"),
	    .url = SLICE("http://127.0.0.1:1/"),
	    .reach.timeout = 5000};
	n->config = (struct config){.output.url = SLICE("https://a.example/"),
	    .hub = &n->hub,
	    .hubs = 1,
	    .push = {.canary_after = 1, .canary_wait = 60000}};
	uv_loop_init(&n->loop);
	assert_int_equal(canary_open(&n->canary, &n->loop, &n->config, &n->ear.listener,
			     &events, &err),
	    0);
	*state = n;
	return 0;
}

static int
nest_close(void **state)
{
	struct nest *n = *state;

	canary_close(n->canary);
	assert_null(n->ear.handler);
	uv_run(&n->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&n->loop), 0);
	http_library_close();
	arena_free(n->arena);
	free(n);
	return 0;
}

/* Once it has changed again. */
static struct heard
row(struct nest *n)
{
	struct heard *v;
	size_t rows;

	while (n->changes == n->fetched)
		uv_run(&n->loop, UV_RUN_DEFAULT);
	n->fetched = n->changes;
	canary_results(n->canary, n->arena, &v, &rows);
	assert_int_equal(rows, 1);
	return *v;
}

static int
call(struct nest *n, struct listener_request r, struct slice *body)
{
	struct listener_reply reply = {0};

	n->ear.handler(n->ear.ctx, &r, n->arena, &reply);
	*body = reply.body;
	return reply.status;
}

static void
take(struct nest *n, const char *topic, const struct heard *heard)
{
	const struct canary_wanted w = {&n->hub, slice_str(topic), heard};

	canary_take(n->canary, &w, 1);
}

static void
ping(struct nest *n, const char *topic, bool accepted, int64_t ago)
{
	const struct announced a = {
	    .told = {.peer = SLICE("hub:a"), .topic = slice_str(topic)},
	    .accepted = accepted,
	    .sent = (int64_t)(uv_hrtime() / 1000000) - ago,
	};

	canary_pinged(n->canary, &a);
}

static void
test_callback(void **state)
{
	struct nest *n = *state;
	struct heard h;
	struct slice path, body;
	const struct slice query =
	    SLICE("hub.mode=subscribe&" TOPIC "&hub.challenge=abc");

	take(n, "x y.atom", NULL);
	h = row(n);
	assert_true(slice_is(h.url, URL));
	assert_true(slice_starts(h.callback, SLICE("https://me/c/")));
	path = slice_from(h.callback, 13);
	assert_int_equal(path.n, 64);
	assert_int_equal(h.secret.n, 64);
	assert_false(slice_eq(path, h.secret));
	while (!h.attempts)
		h = row(n);
	assert_int_equal(h.attempts, 1);
	assert_true(slice_find(h.answer, SLICE("refused")) < h.answer.n);

	/* Only that path, with nothing in front or behind. */
	const struct slice others[] = {SLICE_NONE, SLICE("x"), h.secret,
	    slice_from(path, 1), slice_part(path, 0, 63),
	    arena_printf(n->arena, "%.*s/", SLICE_ARG(path)),
	    arena_printf(n->arena, "/%.*s", SLICE_ARG(path))};
	for (size_t i = 0; i < LENGTH(others); i++) {
		assert_int_equal(
		    call(n,
			(struct listener_request){
			    .method = SLICE("GET"), .path = others[i], .query = query},
			&body),
		    404);
		assert_true(slice_find(body, SLICE("abc")) == body.n);
	}
	assert_int_equal(call(n,
			     (struct listener_request){
				 .method = SLICE("GET"), .path = path, .query = query},
			     &body),
	    200);
	assert_true(slice_is(body, "abc"));
	while (!h.lease)
		h = row(n);
	assert_true(h.lease - h.verified == 864000000LL && h.attempts == 0);

	/* One that is not the right document's, or refused, is no ping. */
	ping(n, "x y.rss", true, 0);
	ping(n, "x y.atom", false, 0);
	ping(n, "x y.atom", true, 30);
	h = row(n);
	assert_int_equal(h.unproven, 1);

	struct arena *arena = n->arena;
	const struct listener_header header = {SLICE("X-Hub-Signature"),
	    slice_str(
		sign("sha512", arena_cstr(arena, h.secret), SLICE("part of it"), false))};
	struct listener_request post = {.method = SLICE("POST"),
	    .path = path,
	    .body = SLICE("part of it"),
	    .header = &header};
	assert_int_equal(call(n, post, &body), 202); /* the header is not there yet */
	assert_true(strstr(n->said, "not the right signature"));
	post.headers = 1;
	assert_int_equal(call(n, post, &body), 202);
	assert_true(strstr(n->said, "ms after its ping"));
	h = row(n);
	assert_true(h.unproven == 0 && h.took >= 30 && h.delivered > 0);
	/* Once more: nobody asked. */
	n->said[0] = '\0';
	assert_int_equal(call(n, post, &body), 202);
	assert_string_equal(n->said, "");
	post.path = SLICE("x");
	assert_int_equal(call(n, post, &body), 404);
}

static void
test_another_document(void **state)
{
	struct nest *n = *state;
	struct heard first, again, other;

	take(n, "x y.atom", NULL);
	first = row(n);
	take(n, "z.atom", &first);
	other = row(n);
	assert_true(slice_is(other.url, "https://a.example/z.atom"));
	assert_false(slice_eq(other.callback, first.callback));
	assert_false(slice_eq(other.secret, first.secret));
	/* What the ledger has is taken up, if it is the same subscription. */
	first.unproven = 1;
	first.pinged = 1;
	take(n, "x y.atom", &first);
	again = row(n);
	assert_true(slice_eq(again.callback, first.callback));
	assert_true(again.dead);
	assert_true(strstr(n->said, "counts as dead") || strstr(n->said, "refused"));
	first.hub = SLICE("http://127.0.0.1:2/");
	take(n, "z.atom", NULL);
	row(n);
	take(n, "x y.atom", &first);
	again = row(n);
	assert_false(slice_eq(again.callback, first.callback));
	assert_false(again.dead);
	canary_take(n->canary, NULL, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_life),
	    cmocka_unit_test(test_any_row),
	    cmocka_unit_test(test_queries),
	    cmocka_unit_test(test_long_challenge),
	    cmocka_unit_test(test_signatures),
	    cmocka_unit_test(test_form),
	    cmocka_unit_test_setup_teardown(test_callback, nest_open, nest_close),
	    cmocka_unit_test_setup_teardown(test_another_document, nest_open, nest_close),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

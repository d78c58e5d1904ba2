#include "push/canary.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/uri.h"
#include "push/canary_request.h"
#include "push/canary_state.h"
#include "push/channel.h"
#include "push/form.h"
#include "push/post.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	CONNECTIONS = 8,
	PER_HOST = 2,
	SECRET = 32,       /* random bytes of a callback and of a secret */
	NAP = 3600 * 1000, /* the clock may be set meanwhile */
	SENTENCE_MAX = 400,
};

/* One hub. */
struct bird {
	struct canary *canary;
	struct arena *arena; /* all of it */
	const struct config_hub *hub;
	struct canary_state state;
	struct slice token; /* of the callback */
	char answer[SENTENCE_MAX];
	bool warned; /* of a signature */
	bool gone;   /* it goes when its request ends */
	struct bird *next;
};

struct canary {
	const struct config *config;
	struct listener *listener;
	struct canary_events events;
	struct canary_limits limits;
	struct http *http;
	uv_timer_t *timer;
	struct bird *birds;
	bool told; /* that something changed */
};

static struct canary_time
time_now(void)
{
	return (struct canary_time){.now = -clock_until(0), .elapsed = clock_elapsed()};
}

static uint32_t
chance(void)
{
	uint32_t n = 0;

	RAND_bytes((unsigned char *)&n, sizeof n);
	return n;
}

__attribute__((format(printf, 3, 4))) static void
say(const struct bird *b, enum log_level level, const char *fmt, ...)
{
	const struct canary_events *e = &b->canary->events;
	char text[2 * SENTENCE_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	e->say(e->ctx, level, slice_str(text));
}

/* --- the birds -------------------------------------------------------------------- */

static struct slice
random_hex(struct arena *arena)
{
	unsigned char byte[SECRET];
	char *out = arena_alloc(arena, 2 * SECRET + 1);

	if (RAND_bytes(byte, SECRET) != 1)
		abort(); /* what anybody could guess proves nothing */
	for (int i = 0; i < SECRET; i++) {
		out[2 * i] = "0123456789abcdef"[byte[i] >> 4];
		out[2 * i + 1] = "0123456789abcdef"[byte[i] & 15];
	}
	return slice_make(out, 2 * SECRET);
}

static struct slice
address_of(const struct canary *c, struct slice topic, struct arena *arena)
{
	return arena_printf(arena, "%.*s%.*s", SLICE_ARG(c->config->output.url),
	    SLICE_ARG(uri_encode_path(arena, topic)));
}

/* Is it the subscription that we would ask for now? */
static bool
fits(const struct canary *c, const struct canary_wanted *w, struct arena *arena)
{
	const struct heard *h = w->heard;

	return h && slice_eq(h->topic, w->topic) && slice_eq(h->hub, w->hub->url) &&
	       slice_eq(h->url, address_of(c, w->topic, arena)) &&
	       slice_starts(h->callback, c->listener->url);
}

static struct heard
copy_heard(const struct heard *h, struct arena *arena)
{
	struct heard copy = *h;

	copy.peer = arena_copy(arena, h->peer);
	copy.topic = arena_copy(arena, h->topic);
	copy.hub = arena_copy(arena, h->hub);
	copy.url = arena_copy(arena, h->url);
	copy.callback = arena_copy(arena, h->callback);
	copy.secret = arena_copy(arena, h->secret);
	copy.answer = arena_copy(arena, h->answer);
	return copy;
}

static struct heard
new_heard(const struct canary *c, const struct canary_wanted *w, struct arena *arena)
{
	return (struct heard){
	    .peer = channel_hub(w->hub, arena),
	    .topic = arena_copy(arena, w->topic),
	    .hub = w->hub->url,
	    .url = address_of(c, w->topic, arena),
	    .callback = arena_printf(arena, "%.*s%.*s", SLICE_ARG(c->listener->url),
		SLICE_ARG(random_hex(arena))),
	    .secret = random_hex(arena),
	};
}

static void
hatch(struct canary *c, const struct canary_wanted *w)
{
	struct arena *arena = arena_new();
	struct bird *b = ARENA_NEW(arena, struct bird);
	bool known = fits(c, w, arena);
	struct heard heard = known ? copy_heard(w->heard, arena) : new_heard(c, w, arena);
	struct canary_time t = time_now();

	*b = (struct bird){.canary = c, .arena = arena, .hub = w->hub, .next = c->birds};
	canary_state_init(&b->state, &heard, &t);
	b->state.changed = !known;
	b->token = slice_from(heard.callback, c->listener->url.n);
	c->birds = b;
}

/* Those that are gone, unless their request is under way. */
static void
bury(struct canary *c, bool all)
{
	for (struct bird **at = &c->birds, *b; (b = *at);) {
		if (!all && (!b->gone || b->state.asking)) {
			at = &b->next;
			continue;
		}
		*at = b->next;
		arena_free(b->arena);
	}
}

static void step(struct canary *canary);

static void
on_timer(uv_timer_t *timer)
{
	step(timer->data);
}

static void
soon(struct canary *c)
{
	uv_timer_start(c->timer, on_timer, 0, 0);
}

/* --- subscribing ------------------------------------------------------------------ */

static void
answered(void *ctx, const struct http_answer *answer)
{
	struct bird *b = ctx;
	struct arena *arena = arena_new();
	struct heard *h = &b->state.heard;
	struct canary_time t = time_now();
	struct judgement j;
	bool news;

	answer_judge(answer, arena, &j);
	news = canary_state_answer(&b->state, &j, &t, chance());
	snprintf(b->answer, sizeof b->answer, "%.*s", SLICE_ARG(j.sentence));
	h->answer = slice_str(b->answer);
	if (news && !b->gone && j.verdict != VERDICT_ACCEPTED)
		say(b, LEVEL_WARN, "%.*s: no subscription to %.*s, so far: %s",
		    SLICE_ARG(h->peer), SLICE_ARG(h->topic), b->answer);
	arena_free(arena);
	soon(b->canary);
}

/* hub.verify is for hubs of the time before WebSub; others ignore it. */
static struct slice
write_form(const struct heard *h, struct arena *arena)
{
	struct slice text;
	struct buf form;

	buf_init(&form, SIZE_MAX);
	form_add(&form, "hub.mode", SLICE("subscribe"));
	form_add(&form, "hub.topic", h->url);
	form_add(&form, "hub.callback", h->callback);
	form_add(&form, "hub.secret", h->secret);
	form_add(&form, "hub.lease_seconds", arena_printf(arena, "%d", CANARY_LEASE));
	form_add(&form, "hub.verify", SLICE("async"));
	text = arena_copy(arena, buf_view(&form));
	buf_fini(&form);
	return text;
}

static void
ask(struct bird *b)
{
	struct arena *arena = arena_new();
	struct canary_time t = time_now();
	struct http_request request;
	struct err err;

	post_request(&b->hub->reach, b->hub->url, POST_FORM,
	    write_form(&b->state.heard, arena), &request);
	canary_state_ask(&b->state, &t);
	if (http_send(b->canary->http, &request, answered, b, &err) < 0)
		answered(b, &(struct http_answer){
				.end = HTTP_NONSENSE, .why = slice_str(err.text)});
	arena_free(arena);
}

static void
tell_changes(struct canary *c)
{
	for (const struct bird *b = c->birds; b && !c->told; b = b->next) {
		if (!b->state.changed || b->gone)
			continue;
		c->told = true;
		c->events.changed(c->events.ctx);
	}
}

static void
tell_death(const struct bird *b)
{
	const struct heard *h = &b->state.heard;

	say(b, LEVEL_WARN,
	    "%.*s accepted %lld pings for %.*s and delivered nothing: it counts as "
	    "dead%s",
	    SLICE_ARG(h->peer), (long long)h->unproven, SLICE_ARG(h->topic),
	    b->canary->config->push.drop_dead ? ", and is neither named nor told any more"
					      : "");
}

static void
step(struct canary *c)
{
	int64_t next = NAP;

	bury(c, false);
	for (struct bird *b = c->birds; b; b = b->next) {
		struct canary_time t = time_now();
		struct canary_step s;

		if (b->gone)
			continue;
		s = canary_state_step(&b->state, &c->limits, &t);
		if (s.died)
			tell_death(b);
		if (s.ask)
			ask(b);
		if (s.ask && !b->state.asking)
			next = 0; /* it could not even be tried */
		else if (!s.ask && s.wait < next)
			next = s.wait;
	}
	tell_changes(c);
	uv_timer_start(c->timer, on_timer, (uint64_t)next, 0);
}

/* --- pings and deliveries ----------------------------------------------------------- */

static void
tell_proof(const struct bird *b, enum canary_proof proof)
{
	const struct heard *h = &b->state.heard;

	if (proof != CANARY_NO_PROOF)
		say(b, proof == CANARY_REVIVED ? LEVEL_WARN : LEVEL_INFO,
		    "%.*s delivered %.*s %lld ms after its ping%s", SLICE_ARG(h->peer),
		    SLICE_ARG(h->topic), (long long)h->took,
		    proof == CANARY_REVIVED ? ": it is no longer dead" : "");
}

void
canary_pinged(struct canary *c, const struct announced *a)
{
	struct canary_time t = time_now();

	for (struct bird *b = c->birds; b; b = b->next) {
		const struct heard *h = &b->state.heard;

		if (!b->gone && a->accepted && slice_eq(h->peer, a->told.peer) &&
		    slice_eq(h->topic, a->told.topic))
			tell_proof(
			    b, canary_state_ping(&b->state, a->sent, &c->limits, &t));
	}
	soon(c);
}

static void
verified(struct bird *b, const struct canary_request *q, struct listener_reply *reply)
{
	struct heard *h = &b->state.heard;
	struct canary_time t = time_now();
	int64_t lease = q->lease < 0 ? CANARY_LEASE : q->lease;

	canary_state_verify(&b->state, lease, &t);
	say(b, LEVEL_INFO, "%.*s: subscribed to %.*s for %lld hours", SLICE_ARG(h->peer),
	    SLICE_ARG(h->topic), (long long)(h->lease - h->verified) / 3600000);
	*reply = (struct listener_reply){200, q->challenge};
}

static void
denied(struct bird *b, struct listener_reply *reply)
{
	struct heard *h = &b->state.heard;
	struct canary_time t = time_now();

	canary_state_deny(&b->state, &t, chance());
	h->answer = SLICE("denied");
	say(b, LEVEL_WARN, "%.*s denied the subscription to %.*s", SLICE_ARG(h->peer),
	    SLICE_ARG(h->topic));
	*reply = (struct listener_reply){200, SLICE_NONE};
}

static void
delivered(struct bird *b, bool right, struct listener_reply *reply)
{
	struct canary_time t = time_now();

	*reply = (struct listener_reply){202, SLICE_NONE};
	if (right) {
		tell_proof(b, canary_state_deliver(&b->state, &t));
		return;
	}
	if (!b->warned)
		say(b, LEVEL_WARN,
		    "%.*s: what came for %.*s has not the right signature, and proves "
		    "nothing",
		    SLICE_ARG(b->state.heard.peer), SLICE_ARG(b->state.heard.topic));
	b->warned = true;
}

static struct bird *
find(struct canary *c, struct slice token)
{
	for (struct bird *b = c->birds; b; b = b->next)
		if (!b->gone && token.n == b->token.n &&
		    CRYPTO_memcmp(token.p, b->token.p, token.n) == 0)
			return b;
	return NULL;
}

static void
on_request(void *ctx, const struct listener_request *request, struct arena *arena,
    struct listener_reply *reply)
{
	struct canary *c = ctx;
	struct bird *b = find(c, request->path);
	struct canary_request q = {.wish = CANARY_NONSENSE};

	*reply = (struct listener_reply){404, SLICE("There is nothing here.\n")};
	if (b)
		canary_request_read(
		    &q, request, b->state.heard.url, b->state.heard.secret, arena);
	switch (q.wish) {
	case CANARY_NONSENSE:
		return;
	case CANARY_VERIFY:
		verified(b, &q, reply);
		break;
	case CANARY_DENY:
		denied(b, reply);
		break;
	case CANARY_DELIVERY:
	case CANARY_FORGERY:
		delivered(b, q.wish == CANARY_DELIVERY, reply);
		break;
	}
	soon(c);
}

/* --- the whole -------------------------------------------------------------------- */

static const struct canary_wanted *
wanted_of(const struct bird *b, const struct canary_wanted *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].hub == b->hub && slice_eq(v[i].topic, b->state.heard.topic))
			return &v[i];
	return NULL;
}

static bool
is_watched(const struct canary *c, const struct config_hub *hub)
{
	for (const struct bird *b = c->birds; b; b = b->next)
		if (b->hub == hub && !b->gone)
			return true;
	return false;
}

void
canary_take(struct canary *c, const struct canary_wanted *v, size_t n)
{
	for (struct bird *b = c->birds; b; b = b->next)
		b->gone |= !wanted_of(b, v, n);
	bury(c, false);
	for (size_t i = 0; i < n; i++)
		if (!is_watched(c, v[i].hub))
			hatch(c, &v[i]);
	soon(c);
}

void
canary_results(struct canary *c, struct arena *arena, struct heard **v, size_t *n)
{
	*v = NULL;
	*n = 0;
	c->told = false;
	for (struct bird *b = c->birds; b; b = b->next) {
		if (!b->state.changed || b->gone)
			continue;
		b->state.changed = false;
		*v = arena_grow(arena, *v, *n, sizeof **v);
		(*v)[(*n)++] = copy_heard(&b->state.heard, arena);
	}
}

int
canary_open(struct canary **canary, uv_loop_t *loop, const struct config *config,
    struct listener *listener, const struct canary_events *events, struct err *err)
{
	struct canary *c = mem_alloc(sizeof *c);

	*canary = NULL;
	*c = (struct canary){
	    .config = config,
	    .listener = listener,
	    .events = *events,
	    .limits = {config->push.canary_after, config->push.canary_wait},
	};
	if (http_open(&c->http, loop, CONNECTIONS, PER_HOST, err) < 0) {
		free(c);
		return -1;
	}
	c->timer = mem_alloc(sizeof *c->timer);
	uv_timer_init(loop, c->timer);
	c->timer->data = c;
	listener->serve(listener, on_request, c);
	*canary = c;
	return 0;
}

static void
free_handle(uv_handle_t *handle)
{
	free(handle);
}

void
canary_close(struct canary *c)
{
	if (!c)
		return;
	c->listener->serve(c->listener, NULL, NULL);
	http_close(c->http);
	bury(c, true);
	uv_close((uv_handle_t *)c->timer, free_handle);
	free(c);
}

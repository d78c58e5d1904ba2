#include "app/push_status.h"

#include "app/json_shown.h"
#include "app/push_canary.h"
#include "app/report.h"
#include "base/clock.h"
#include "push/answer.h"

#include <jansson.h>

struct state {
	struct told *told;
	size_t n;
	struct peer *peer;
	size_t peers;
	struct heard *heard; /* with canary = yes */
	size_t heards;
};

static int
load(const struct config *c, struct arena *arena, struct state *s, struct err *err)
{
	struct ledger *ledger;
	int rc = ledger_open(&ledger, arena_cstr(arena, c->output.state), DB_MEMORY, err);

	*s = (struct state){0};
	if (rc == 0 && (errands_all(c, ledger, arena, &s->told, &s->n, err) < 0 ||
			   told_peers(ledger, arena, &s->peer, &s->peers, err) < 0))
		rc = -1;
	if (rc == 0 && c->push.canary)
		rc = heard_all(ledger, arena, &s->heard, &s->heards, err);
	ledger_close(ledger);
	return rc;
}

/* Of one that was never told nothing is known. */
static const struct peer *
peer_of(const struct state *s, struct slice name)
{
	static const struct peer none;
	const struct peer *p = told_peer_find(s->peer, s->peers, name);

	return p ? p : &none;
}

static const struct heard *
heard_of(const struct state *s, struct slice name)
{
	for (size_t i = 0; i < s->heards; i++)
		if (slice_eq(s->heard[i].peer, name))
			return &s->heard[i];
	return NULL;
}

/* The daemon forgets what it cannot prove any more. */
static bool
proves_nothing(const struct config *c, const struct state *s)
{
	return c->push.canary && c->hubs && !s->heards;
}

/* "accepted", "to be tried again", "waiting" */
static const char *
state_of(const struct told *t)
{
	if (t->owed)
		return t->attempts ? verdict_name(VERDICT_RETRY) : "waiting";
	return verdict_name((enum verdict)t->verdict);
}

/* --- for people ------------------------------------------------------------- */

static void
peer_text(struct buf *out, const struct config *c, const struct state *s,
    const struct channel *channel, struct arena *arena)
{
	struct slice name = channel->peer;
	const struct peer *p = peer_of(s, name);
	size_t owed = 0, all = 0;

	for (size_t i = 0; i < s->n; i++) {
		bool ours = slice_eq(s->told[i].peer, name);

		all += ours;
		owed += ours && s->told[i].owed;
	}
	buf_printf(out, "%.*s %.*s\n  %zu documents, %zu still to be told of; ",
	    SLICE_ARG(name), SLICE_ARG(channel->where), all, owed);
	if (p->failed)
		buf_printf(out, "failed %lld times in a row", (long long)p->failed);
	else
		buf_printf(out, "accepted %lld in a row", (long long)p->accepted);
	if (p->times)
		buf_printf(out, ", answers within %lld ms", (long long)peer_median(p));
	if (p->next)
		buf_printf(out, ", left alone until %.*s",
		    SLICE_ARG(report_time(c, p->next / 1000, arena)));
	buf_char(out, '\n');
}

static void
heard_text(
    struct buf *out, const struct config *c, const struct heard *h, struct arena *arena)
{
	buf_printf(out, "  canary: ");
	if (h->dead)
		buf_printf(out, "dead, ");
	if (h->lease > -clock_until(0))
		buf_printf(out, "subscribed to %.*s until %.*s", SLICE_ARG(h->topic),
		    SLICE_ARG(report_time(c, h->lease / 1000, arena)));
	else
		buf_printf(out, "not subscribed to %.*s", SLICE_ARG(h->topic));
	if (h->lease <= -clock_until(0) && h->answer.n)
		buf_printf(out, " (%.*s)", SLICE_ARG(h->answer));
	if (h->delivered)
		buf_printf(out, "; last delivery %.*s, %lld ms after its ping",
		    SLICE_ARG(report_time(c, h->delivered / 1000, arena)),
		    (long long)h->took);
	else
		buf_str(out, "; no delivery so far");
	if (h->unproven)
		buf_printf(out, "; %lld %s since without one", (long long)h->unproven,
		    h->unproven == 1 ? "ping" : "pings");
	buf_char(out, '\n');
}

static void
told_text(
    struct buf *out, const struct config *c, const struct told *t, struct arena *arena)
{
	buf_printf(out, "  %.*s: %s; wanted since %.*s",
	    SLICE_ARG(t->topic.n ? t->topic : SLICE("changes")), state_of(t),
	    SLICE_ARG(report_time(c, t->since / 1000, arena)));
	if (t->live)
		buf_printf(out, ", live since %.*s",
		    SLICE_ARG(report_time(c, t->live / 1000, arena)));
	if (t->accepted_at)
		buf_printf(out, ", last accepted %.*s after %lld %s",
		    SLICE_ARG(report_time(c, t->accepted_at / 1000, arena)),
		    (long long)t->took, t->took == 1 ? "try" : "tries");
	if (t->next)
		buf_printf(out, ", next try %.*s",
		    SLICE_ARG(report_time(c, t->next / 1000, arena)));
	if (t->answer.n)
		buf_printf(out, " (%.*s)", SLICE_ARG(t->answer));
	buf_char(out, '\n');
}

static void
write_text(
    struct buf *out, const struct config *c, const struct state *s, struct arena *arena)
{
	struct channels channels = channels_of(c, arena);

	if (channels.n == 0)
		buf_str(out, "no [hub:NAME] in the configuration, nor another to tell\n");
	if (proves_nothing(c, s))
		buf_str(out, "canary: " PUSH_NO_LISTENER "\n");
	for (size_t i = 0; i < channels.n; i++) {
		const struct heard *heard = heard_of(s, channels.v[i].peer);

		peer_text(out, c, s, &channels.v[i], arena);
		if (heard)
			heard_text(out, c, heard, arena);
		for (size_t k = 0; k < s->n; k++)
			if (slice_eq(s->told[k].peer, channels.v[i].peer))
				told_text(out, c, &s->told[k], arena);
	}
}

/* --- for programs ----------------------------------------------------------- */

/* Seconds with three places; null: never. */
static json_t *
moment(int64_t ms)
{
	return ms ? json_real((double)ms / 1000) : json_null();
}

static json_t *
told_json(const struct told *t)
{
	char wanted[65], accepted[65] = "";

	digest_hex(&t->wanted, wanted);
	if (t->ever)
		digest_hex(&t->accepted, accepted);
	return json_pack(
	    "{s:o, s:s, s:b, s:s, s:o, s:s, s:o, s:I, s:I, s:o, s:o, s:o, s:o}", "topic",
	    json_shown(t->topic), "state", state_of(t), "owed", t->owed, "wanted", wanted,
	    "since", moment(t->since), "accepted", accepted, "accepted_at",
	    moment(t->accepted_at), "took", (json_int_t)t->took, "attempts",
	    (json_int_t)t->attempts, "next", moment(t->next), "live", moment(t->live),
	    "answered", moment(t->answered), "answer", json_shown(t->answer));
}

static json_t *
heard_json(const struct heard *h)
{
	if (!h)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:b}", "topic",
	    json_shown(h->topic), "subscribed_until", moment(h->lease), "answer",
	    json_shown(h->answer), "pinged", moment(h->pinged), "unproven",
	    (json_int_t)h->unproven, "delivered", moment(h->delivered), "milliseconds",
	    h->delivered ? json_integer(h->took) : json_null(), "dead", h->dead);
}

static json_t *
peer_json(const struct state *s, const struct channel *channel)
{
	struct slice name = channel->peer;
	const struct peer *p = peer_of(s, name);
	int64_t middle = peer_median(p);
	json_t *topics = json_array();

	for (size_t i = 0; i < s->n; i++)
		if (slice_eq(s->told[i].peer, name))
			json_array_append_new(topics, told_json(&s->told[i]));
	return json_pack("{s:o, s:o, s:I, s:I, s:o, s:o, s:o, s:o}", "peer",
	    json_shown(name), "url", json_shown(channel->where), "accepted",
	    (json_int_t)p->accepted, "failed", (json_int_t)p->failed, "paused_until",
	    moment(p->next), "milliseconds",
	    middle < 0 ? json_null() : json_integer(middle), "canary",
	    heard_json(heard_of(s, name)), "topics", topics);
}

static void
write_json(
    struct buf *out, const struct config *c, const struct state *s, struct arena *arena)
{
	json_t *hubs = json_array(),
	       *o = json_pack("{s:o, s:o}", "hubs", hubs, "canary",
		   proves_nothing(c, s) ? json_string(PUSH_NO_LISTENER) : json_null());
	struct channels channels = channels_of(c, arena);

	for (size_t i = 0; i < channels.n; i++)
		json_array_append_new(hubs, peer_json(s, &channels.v[i]));
	json_shown_write(out, o);
}

int
push_status_write(
    struct buf *out, const struct config *config, bool json, struct err *err)
{
	struct arena *arena = arena_new();
	struct state state;
	int rc = load(config, arena, &state, err);

	if (rc == 0)
		(json ? write_json : write_text)(out, config, &state, arena);
	arena_free(arena);
	return rc;
}

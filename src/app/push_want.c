#include "app/push.h"
#include "base/clock.h"

struct meeting {
	struct ledger *ledger;
	struct arena *arena;
	struct err *err;
	struct channels channels;
	struct slices dead; /* names of hubs */
	int64_t mark;       /* the news up to here was published */
};

static const struct config_reach *
reach_of(const struct channel *c)
{
	if (c->hub)
		return &c->hub->reach;
	if (c->hook)
		return &c->hook->reach;
	return c->cloud ? &c->cloud->reach : &c->indexnow->reach;
}

static struct slice
digest_text(struct slice text, struct arena *arena)
{
	struct digest digest = digest_of(text);
	char hex[65];

	digest_hex(&digest, hex);
	return arena_copy(arena, slice_str(hex));
}

/* How it is reached, and what of. As a digest, for secrets do not belong into a ledger. */
static struct slice
way_to(const struct channel *c, struct arena *arena)
{
	const struct config_reach *r = reach_of(c);
	struct slice secret = c->hub    ? c->hub->secret
			      : c->hook ? c->hook->secret
					: SLICE_NONE;
	struct slice way;
	struct buf text;

	buf_init(&text, SIZE_MAX);
	buf_printf(&text, "%.*s\n%d %d\n%.*s\n%.*s\n%.*s\n%.*s\n", SLICE_ARG(c->where),
	    c->hub ? (int)c->hub->param : 0, c->content, SLICE_ARG(secret),
	    SLICE_ARG(r->ca_file), SLICE_ARG(r->proxy), SLICE_ARG(r->user_agent));
	for (size_t i = 0; i < r->header.n; i++)
		buf_printf(&text, "%.*s\n", SLICE_ARG(r->header.v[i]));
	for (size_t i = 0; !c->kind->prepare && i < c->feeds->n; i++)
		buf_printf(&text, "feed %.*s\n", SLICE_ARG(c->feeds->v[i]));
	way = digest_text(buf_view(&text), arena);
	buf_fini(&text);
	return way;
}

/* As the configuration has it now. */
static struct peer
peer_of(const struct meeting *m, const struct channel *c)
{
	return (struct peer){
	    .name = c->peer,
	    .place = digest_text(c->where, m->arena),
	    .way = way_to(c, m->arena),
	    .silent = c->hub && slices_has(&m->dead, c->hub->name),
	    .since = -clock_until(0),
	    .mark = m->mark,
	};
}

/* It is at another place, or was dead in between: what it once accepted it may not have. */
static bool
is_another(const struct peer *before, const struct peer *now)
{
	return (before->place.n && !slice_eq(before->place, now->place)) ||
	       (before->silent && !now->silent);
}

/* Who is told the news goes on from where he was; others are told of all they lack. */
static int
begin_anew(struct meeting *m, const struct channel *c, bool another)
{
	if (told_again(m->ledger, c->peer, m->err) < 0)
		return -1;
	if (c->kind->prepare)
		return 0;
	if (another && told_forget(m->ledger, c->peer, m->err) < 0)
		return -1;
	return told_want_all(m->ledger, c->peer, m->err);
}

/* Whoever mended a section wants to see it work. */
static int
notice_channel(struct meeting *m, const struct channel *c, const struct peer *before)
{
	struct peer now = peer_of(m, c);
	bool another = before && is_another(before, &now);

	if (before && !another && slice_eq(before->place, now.place) &&
	    slice_eq(before->way, now.way) && before->silent == now.silent)
		return 0;
	if (before)
		now.mark = before->mark;
	if (before && !another && slice_eq(before->way, now.way))
		now.since = before->since;
	else if (begin_anew(m, c, another) < 0)
		return -1;
	return told_peer_note(m->ledger, &now, m->err);
}

/* Who is no more is forgotten: whoever comes back begins anew. */
static int
forget_others(struct meeting *m, const struct peer *v, size_t n)
{
	struct slices names = {0};

	for (size_t i = 0; i < m->channels.n; i++)
		slices_add(&names, m->arena, m->channels.v[i].peer);
	for (size_t i = 0; i < n; i++)
		if (!slices_has(&names, v[i].name) &&
		    told_peer_drop(m->ledger, v[i].name, m->err) < 0)
			return -1;
	return heard_sweep(m->ledger, &names, m->err);
}

static int
meet_peers(struct meeting *m)
{
	struct peer *v;
	size_t n;

	if (told_peers(m->ledger, m->arena, &v, &n, m->err) < 0 ||
	    forget_others(m, v, n) < 0)
		return -1;
	for (size_t i = 0; i < m->channels.n; i++) {
		const struct channel *c = &m->channels.v[i];

		if (notice_channel(m, c, told_peer_find(v, n, c->peer)) < 0)
			return -1;
	}
	return 0;
}

/* What a first import brings is none. */
static int
number_news(
    struct ledger *ledger, const struct push_made *what, int64_t mark, struct err *err)
{
	bool left = what->made->failed || what->made->waiting;
	int64_t before, last;

	if (news_last(ledger, &before, err) < 0 ||
	    (!what->first && news_add(ledger, what->changes, err) < 0) ||
	    news_last(ledger, &last, err) < 0)
		return -1;
	if (last != before &&
	    ledger_set_int(ledger, "news_since", -clock_until(0), err) < 0)
		return -1;
	return news_publish(ledger, left ? mark : last, err);
}

int
push_want(const struct config *config, const struct push_made *what,
    struct ledger *ledger, struct arena *arena, struct err *err)
{
	struct meeting m = {.ledger = ledger, .arena = arena, .err = err};

	m.channels = channels_of(config, arena);
	if (push_dead(config, ledger, arena, &m.dead, err) < 0 ||
	    news_published(ledger, &m.mark, err) < 0 || meet_peers(&m) < 0)
		return -1;
	return config_tells_news(config) ? number_news(ledger, what, m.mark, err) : 0;
}

struct slice
push_whom(const struct config *c, struct arena *arena)
{
	const struct {
		bool any;
		const char *name;
	} kinds[] = {
	    {c->hubs, "hubs"},
	    {c->hooks, "hooks"},
	    {c->indexnow.key.n, "search engines"},
	    {c->clouds, "clouds"},
	};
	struct slice whom = SLICE_NONE, last = SLICE_NONE;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!kinds[i].any)
			continue;
		if (last.n)
			whom = arena_printf(arena, "%.*s%s%.*s", SLICE_ARG(whom),
			    whom.n ? ", " : "", SLICE_ARG(last));
		last = slice_str(kinds[i].name);
	}
	return whom.n ? arena_printf(
			    arena, "%.*s and %.*s", SLICE_ARG(whom), SLICE_ARG(last))
		      : last;
}

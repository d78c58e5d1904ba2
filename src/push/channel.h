/*
 * channel: somebody who is told: a hub, a hook, search engines, an rssCloud server.
 *
 * What they have in common is announced in one way (announce.h). What makes
 * a kind of its own is one row of a table: what it is told of, from what its
 * words are made, how they are put and what its answer means.
 */
#ifndef PUSH_CHANNEL_H
#define PUSH_CHANNEL_H

#include "ledger/news.h"
#include "model/config.h"
#include "push/answer.h"

struct errand;

/* What a channel is told of: each of these has a row in the ledger of its own. */
enum channel_scope {
	SCOPE_DOCUMENT, /* each document of a feed */
	SCOPE_RSS,      /* each RSS document */
	SCOPE_FEED,     /* a feed, by its first document */
	SCOPE_SITE,     /* all of it, as the topic "" */
};

/* The news as far as they are wanted, read once for those who want the same. */
struct bulletin {
	const struct config *config;
	struct ledger *ledger;
	struct arena *arena; /* what is made of it */
	struct arena *pool;  /* itself */
	bool loaded;
	int64_t mark, last;
	struct news *v;
	size_t n;
	bool cut; /* there is more */
};
enum { BULLETIN_MAX = 10000 };
int bulletin_load(struct bulletin *bulletin, int64_t mark, struct err *err);

struct channel_kind {
	const char *name;
	enum channel_scope scope;
	/* What is to be said, from the ledger; NULL: the document is all. */
	int (*prepare)(struct bulletin *bulletin, struct errand *errand, struct err *err);
	/* `document`: its bytes, when they go along. */
	void (*write)(const struct errand *errand, struct slice document,
	    struct arena *arena, struct http_request *request);
	void (*judge)(const struct http_answer *answer, struct arena *arena,
	    struct judgement *judgement);
};

struct channel {
	const struct channel_kind *kind;
	struct slice peer;  /* its name in the ledger */
	struct slice where; /* for people */
	const struct slices *feeds;
	/* Of these the one of its kind. */
	const struct config_hub *hub;
	const struct config_hook *hook;
	const struct config_indexnow *indexnow;
	const struct config_cloud *cloud;
	int command;     /* its number for the runner; -1: it is told over HTTP */
	bool gated;      /* told once the public address serves it */
	bool content;    /* the document goes along */
	int64_t rate;    /* calls a minute */
	int64_t at_once; /* calls */
	int64_t pause;   /* least milliseconds between two calls for one topic */
};

struct channels {
	struct channel *v; /* in the order of the configuration */
	size_t n;
};
struct channels channels_of(const struct config *config, struct arena *arena);
/* The name that a hub has in the ledger. */
struct slice channel_hub(const struct config_hub *hub, struct arena *arena);
/* NULL: there is no such peer any more. */
const struct channel *channels_find(const struct channels *channels, struct slice peer);

#endif

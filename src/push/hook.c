#include "push/hook.h"

#include "base/uri.h"
#include "push/post.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct telling {
	const struct config *config;
	struct arena *arena;
	const struct feed_row *row;
	const struct config_feed *feed;
	struct term term; /* of a feed with for_each */
	json_t *list[3];
	bool more;
};

enum { NEW, CHANGED, GONE, LISTS };

/* The ledger may have any bytes. */
static json_t *
text_of(struct slice s)
{
	json_t *j = json_stringn(s.n ? s.p : "", s.n);

	return j ? j : json_string("");
}

static json_t *
tags_of(const struct terms *terms)
{
	json_t *tags = json_array();

	for (size_t i = 0; i < terms->n; i++)
		if (terms->v[i].kind == TERM_TAG)
			json_array_append_new(tags, text_of(terms->v[i].value));
	return tags;
}

static json_t *
entry_of(const struct telling *t, const struct record *r)
{
	const struct zone *zone = t->config->site.zone;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "id", text_of(r->id), "url",
	    text_of(r->url), "title", text_of(r->title), "published",
	    text_of(date_rfc3339(t->arena, r->published, zone)), "updated",
	    text_of(date_rfc3339(t->arena, r->updated, zone)), "tags",
	    tags_of(&r->terms));
}

static void
add_news(struct telling *t, const struct news *n)
{
	const struct record *r = &n->record;
	json_t *list = t->list[n->gone ? GONE : n->fresh ? NEW : CHANGED];

	if ((n->gone && n->fresh) ||
	    !config_feed_takes(
		t->feed, t->row->term ? &t->term : NULL, r->path, &r->terms))
		return;
	if (json_array_size(list) < HOOK_ENTRIES)
		json_array_append_new(list, entry_of(t, r));
	else
		t->more = true;
}

static json_t *
addresses(const struct telling *t)
{
	/* As the configuration names them, and their files end. */
	static const struct {
		int bit;
		const char *name;
	} formats[] = {{FORMAT_ATOM, "atom"}, {FORMAT_RSS, "rss"}, {FORMAT_JSON, "json"}};
	json_t *urls = json_object();

	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (t->feed->formats & formats[i].bit)
			json_object_set_new(urls, formats[i].name,
			    text_of(arena_printf(t->arena, "%.*s%.*s.%s",
				SLICE_ARG(t->config->output.url),
				SLICE_ARG(uri_encode_path(t->arena, t->row->path)),
				formats[i].name)));
	return urls;
}

static struct slice
payload(struct telling *t, int64_t publication)
{
	json_t *o = json_pack("{s:{s:o, s:o, s:o, s:o, s:o}, s:I, s:O, s:O, s:O}", "feed",
	    "name", text_of(t->feed->name), "key", text_of(t->row->path), "title",
	    text_of(t->row->title), "home", text_of(t->config->site.url), "url",
	    addresses(t), "publication", (json_int_t)publication, "new", t->list[NEW],
	    "changed", t->list[CHANGED], "gone", t->list[GONE]);
	struct slice body = SLICE_NONE;
	char *text;

	if (t->more)
		json_object_set_new(o, "more", json_true());
	text = json_dumps(o, JSON_COMPACT);
	if (text)
		body = arena_printf(t->arena, "%s\n", text);
	free(text);
	json_decref(o);
	return body;
}

/* 1, or 0: it is no more. */
static int
find_feed(struct telling *t, struct bulletin *b, const struct errand *e,
    struct feed_row *row, struct err *err)
{
	const struct term_row *term = NULL;
	int rc = ledger_feed(b->ledger, e->told.feed, b->arena, row, err);

	if (rc <= 0)
		return rc;
	t->feed = config_feed_named(b->config, row->name);
	if (!t->feed)
		return 0;
	if (row->term && ledger_term_by_id(b->ledger, row->term, &term, err) < 0)
		return -1;
	if (row->term && !term)
		return 0;
	if (term)
		t->term = (struct term){term->kind, arena_copy(b->arena, term->value)};
	return 1;
}

int
hook_prepare(struct bulletin *b, struct errand *e, struct err *err)
{
	struct feed_row row;
	struct telling t = {.config = b->config, .arena = b->arena, .row = &row};
	int rc = bulletin_load(b, e->told.mark, err);

	if (rc == 0)
		rc = find_feed(&t, b, e, &row, err);
	if (rc < 0)
		return -1;
	e->mark = b->last;
	e->nothing = true;
	if (rc == 0)
		return 0;
	for (int i = 0; i < LISTS; i++)
		t.list[i] = json_array();
	t.more = b->cut;
	for (size_t i = 0; i < b->n; i++)
		add_news(&t, &b->v[i]);
	for (int i = 0; i < LISTS; i++)
		e->nothing = e->nothing && json_array_size(t.list[i]) == 0;
	e->nothing = e->nothing && !t.more;
	if (!e->nothing)
		e->body = payload(&t, b->last);
	for (int i = 0; i < LISTS; i++)
		json_decref(t.list[i]);
	return 0;
}

void
hook_write(const struct errand *e, struct slice document, struct arena *arena,
    struct http_request *request)
{
	const struct config_hook *hook = e->channel->hook;
	struct slices header = {0};

	(void)document;
	post_request(&hook->reach, hook->url, POST_JSON, e->body, request);
	if (!hook->secret.n)
		return;
	for (size_t i = 0; i < hook->reach.header.n; i++)
		slices_add(&header, arena, hook->reach.header.v[i]);
	slices_add(&header, arena,
	    arena_printf(arena, "X-Xysfeed-Signature: %.*s",
		SLICE_ARG(post_sign(hook->secret, e->body, arena))));
	request->header = header;
}

void
hook_judge(const struct runner_end *end, struct arena *arena, struct judgement *judgement)
{
	struct slice says = answer_first_line(end->output, arena);
	struct slice how = SLICE_NONE;

	switch (end->how) {
	case RUNNER_EXITED:
		how = arena_printf(arena, "exit %d", end->value);
		break;
	case RUNNER_KILLED:
		how = arena_printf(arena, "ended by signal %d", end->value);
		break;
	case RUNNER_TIMEOUT:
		how = SLICE("took too long");
		break;
	case RUNNER_UNSTARTED:
		how = arena_printf(arena, "cannot be started: %s", strerror(end->value));
		break;
	case RUNNER_LOST:
		how = SLICE("the process that starts commands is gone; start again");
		break;
	}
	*judgement = (struct judgement){
	    .verdict = end->how == RUNNER_EXITED && end->value == 0 ? VERDICT_ACCEPTED
								    : VERDICT_RETRY,
	    .sentence = how};
	if (judgement->verdict != VERDICT_ACCEPTED && says.n)
		judgement->sentence =
		    arena_printf(arena, "%.*s: %.*s", SLICE_ARG(how), SLICE_ARG(says));
}

#include "push/indexnow.h"

#include "base/uri.h"
#include "push/post.h"

#include <jansson.h>
#include <stdlib.h>

static struct slice
authority_of(struct slice url)
{
	struct uri uri;

	uri_split(url, &uri);
	return uri.authority;
}

/* A request is about one host. */
static json_t *
addresses(const struct bulletin *b, struct slice host)
{
	json_t *urls = json_array();

	for (size_t i = 0; i < b->n; i++) {
		struct slice url = b->v[i].record.url;

		if ((b->v[i].gone && b->v[i].fresh) || !slice_eq(authority_of(url), host))
			continue;
		json_array_append_new(urls, json_stringn(url.p, url.n));
	}
	return urls;
}

static struct slice
payload(const struct bulletin *b, struct slice host, json_t *urls)
{
	const struct config_indexnow *c = &b->config->indexnow;
	json_t *o =
	    json_pack("{s:s%, s:s%, s:s%, s:O}", "host", host.p, host.n, "key", c->key.p,
		c->key.n, "keyLocation", c->location.p, c->location.n, "urlList", urls);
	struct slice body = SLICE_NONE;
	char *text = json_dumps(o, JSON_COMPACT);

	if (text)
		body = arena_printf(b->arena, "%s\n", text);
	free(text);
	json_decref(o);
	return body;
}

int
indexnow_prepare(struct bulletin *b, struct errand *e, struct err *err)
{
	struct slice host = authority_of(b->config->indexnow.location);
	json_t *urls = NULL;

	e->mark = e->told.mark;
	do {
		json_decref(urls);
		if (bulletin_load(b, e->mark, err) < 0)
			return -1;
		urls = addresses(b, host);
		e->mark = b->n ? b->v[b->n - 1].number : b->last;
	} while (json_array_size(urls) == 0 && b->cut);
	e->nothing = json_array_size(urls) == 0;
	e->more = b->cut;
	if (!e->nothing)
		e->body = payload(b, host, urls);
	json_decref(urls);
	return 0;
}

void
indexnow_write(const struct errand *e, struct slice document, struct arena *arena,
    struct http_request *request)
{
	const struct config_indexnow *c = e->channel->indexnow;

	(void)document, (void)arena;
	post_request(&c->reach, c->endpoint, SLICE("application/json; charset=utf-8"),
	    e->body, request);
}

void
indexnow_judge(
    const struct http_answer *answer, struct arena *arena, struct judgement *judgement)
{
	answer_judge(answer, arena, judgement);
	if (answer->status == 403)
		judgement->warning =
		    SLICE("the file with the key is not served at [indexnow] location");
	else if (answer->status == 422)
		judgement->warning =
		    SLICE("[indexnow] location answers for addresses below its folder "
			  "only; put the file at the root of the host");
}

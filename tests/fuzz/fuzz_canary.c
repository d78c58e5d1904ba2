/*
 * What is asked of a canary's callback: the first byte chooses between a query and a
 * signature. What is confirmed is the document that was subscribed to, with a challenge
 * that may be echoed; without the key no signature is right. A form read is a form written.
 */
#include "push/canary_request.h"
#include "push/form.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define URL "https://a.example/x%20y.atom"

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
must_be_challenge(struct slice s)
{
	must(s.n > 0 && s.n <= CANARY_CHALLENGE_MAX);
	for (size_t i = 0; i < s.n; i++)
		must(s.p[i] > ' ' && s.p[i] <= '~' && s.p[i] != '<' && s.p[i] != '&');
}

static void
read_query(struct slice query, struct arena *arena)
{
	const struct listener_request r = {.method = SLICE("GET"), .query = query};
	struct canary_request q;
	struct slice topic;

	canary_request_read(&q, &r, SLICE(URL), SLICE("a secret"), arena);
	must(q.wish == CANARY_VERIFY || q.wish == CANARY_DENY ||
	     q.wish == CANARY_NONSENSE);
	if (q.wish == CANARY_NONSENSE)
		return;
	must(form_find(query, "hub.topic", arena, &topic) == 1 && slice_is(topic, URL));
	if (q.wish == CANARY_DENY)
		return;
	must_be_challenge(q.challenge);
	must(q.lease == -1 || q.lease > 0);
}

static void
read_signature(struct slice text, struct arena *arena)
{
	const struct listener_header header = {SLICE("X-Hub-Signature"), text};
	const struct listener_request r = {.method = SLICE("POST"),
	    .header = &header,
	    .headers = 1,
	    .body = SLICE("a body")};
	struct canary_request q;

	canary_request_read(&q, &r, SLICE(URL), SLICE("a secret"), arena);
	must(q.wish == CANARY_FORGERY);
}

static void
write_and_read(struct slice bytes, struct arena *arena)
{
	struct slice back = SLICE_NONE;
	struct buf out;

	buf_init(&out, SIZE_MAX);
	form_add(&out, "a", bytes);
	form_add(&out, "b", bytes);
	must(form_find(buf_view(&out), "b", arena, &back) == 1);
	must(slice_eq(back, bytes));
	buf_fini(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice bytes = slice_make((const char *)data, size);
	struct arena *arena = arena_new();

	if (size && data[0] == '=')
		read_signature(slice_from(bytes, 1), arena);
	else
		read_query(bytes, arena);
	write_and_read(bytes, arena);
	arena_free(arena);
	return 0;
}

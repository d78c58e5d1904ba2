#include "model/agent.h"
#include "push/audience.h"

#include <stdint.h>
#include <stdlib.h>

static void
check_claim(struct slice agent)
{
	struct claim claim;
	size_t length;

	agent_claim(agent, &claim);
	length = agent.n - claim.before.n - claim.after.n;
	if (claim.before.n + claim.after.n > agent.n || claim.made != (length > 0))
		abort();
	if (claim.made && (claim.subscribers < 0 || claim.subscribers > CLAIM_MAX))
		abort();
	if (claim.feed_id.n > 64 || agent_program(agent).n > 64)
		abort();
	agent_is_hub(agent);
}

/* What holds for every feed, whatever was asked. */
static void
check_feed(const struct audience_feed *f)
{
	if (f->ok + f->unmodified == 0 || f->pollers > f->ok + f->unmodified ||
	    f->unconditional * AUDIENCE_PATIENCE > f->ok || f->claims > f->pollers ||
	    f->hub_fetches > f->ok + f->unmodified || f->subscribers < 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = slice_make((const char *)data, size), line;
	struct audience *audience = audience_new(50);
	struct audience_feed **feed;
	struct arena *arena = arena_new();
	size_t n, polls = 0, counted = 0;

	while (slice_line(&rest, &line)) {
		struct access a;

		if (!access_parse(&a, line, arena)) {
			check_claim(line);
			continue;
		}
		if (a.status < 100 || a.status > 999 || a.bytes < 0 || !a.address.n)
			abort();
		check_claim(a.agent);
		polls += audience_add(audience, a.target, &a);
	}
	feed = audience_finish(audience, 0, &n);
	for (size_t i = 0; i < n; i++) {
		check_feed(feed[i]);
		counted += feed[i]->ok + feed[i]->unmodified + feed[i]->other;
	}
	/* each is in the answers of its feed, or had no room */
	if (counted > polls || counted + audience_beyond(audience) < polls)
		abort();
	audience_free(audience);
	arena_free(arena);
	return 0;
}

#include "model/agent.h"

#include "base/ascii.h"

#include <string.h>

enum { LONGEST = 64 }; /* of a name or an id: anything may come from outside */

/* Where `word`, in lower case, is in s, in any case; s.n: nowhere. */
static size_t
find_nocase(struct slice s, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= s.n; i++)
		if ((s.p[i] | 0x20) == word[0] &&
		    slice_is_nocase(slice_part(s, i, i + n), word))
			return i;
	return s.n;
}

/* The length of the word for who reads that it begins with, or 0. */
static size_t
readers_word(struct slice s)
{
	static const char *const words[] = {"subscribers", "subscriber", "readers"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t n = strlen(words[i]);

		if (s.n >= n && slice_is_nocase(slice_part(s, 0, n), words[i]) &&
		    (s.n == n || !ascii_is_letter(s.p[n])))
			return n;
	}
	return 0;
}

static struct slice
find_feed_id(struct slice agent)
{
	static const char *const names[] = {"feed-id", "feedid"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct slice s =
		    slice_from(agent, find_nocase(agent, names[i]) + strlen(names[i]));
		size_t n = 0;

		if (!s.n || !slice_one_of(*s.p, ":="))
			continue;
		s = slice_skip(slice_from(s, 1), " ");
		while (n < s.n && n < LONGEST && !slice_one_of(s.p[n], " ;,)"))
			n++;
		return slice_part(s, 0, n);
	}
	return SLICE_NONE;
}

/* "12 subscribers" at the front: its length, and the number; 0: it is none. */
static size_t
take_claim(struct slice s, int64_t *subscribers)
{
	struct slice rest = s, after;
	size_t digits = 0, word;

	while (digits < s.n && ascii_is_digit(s.p[digits]))
		digits++;
	after = slice_skip(slice_from(s, digits), " ");
	word = digits ? readers_word(after) : 0;
	if (word == 0)
		return 0;
	*subscribers = slice_number(&rest, 9);
	if (*subscribers < 0)
		*subscribers = CLAIM_MAX;
	return s.n - after.n + word;
}

void
agent_claim(struct slice agent, struct claim *claim)
{
	*claim = (struct claim){.before = agent, .feed_id = find_feed_id(agent)};
	for (size_t i = 0; i < agent.n && !claim->made; i++) {
		size_t n = 0;

		/* Not the end of a version, nor of a word. */
		if (i == 0 || slice_one_of(agent.p[i - 1], " ;(\t"))
			n = take_claim(slice_from(agent, i), &claim->subscribers);
		if (n == 0)
			continue;
		claim->made = true;
		claim->before = slice_part(agent, 0, i);
		claim->after = slice_from(agent, i + n);
	}
}

/* Where a name ends that may have spaces in it: before a version, a comment, an
 * address, a number. */
static bool
ends_name(struct slice s, size_t at)
{
	static const char *const words[] = {" - ", " feed-id", " feedid", " http"};
	struct slice rest = slice_from(s, at);

	if (slice_one_of(*rest.p, "/;(,)+"))
		return true;
	if (*rest.p != ' ')
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (slice_is_nocase(slice_part(rest, 0, strlen(words[i])), words[i]))
			return true;
	return rest.n > 1 && ascii_is_digit(rest.p[1]);
}

struct slice
agent_program(struct slice agent)
{
	const struct slice browser = SLICE("Mozilla/"), comment = SLICE("(compatible;");
	struct slice name = agent;
	size_t at = slice_find(agent, comment), n = 0;

	if (slice_starts(agent, browser) && at < agent.n)
		name = slice_skip(slice_from(agent, at + comment.n), " ");
	while (n < name.n && n < LONGEST && !ends_name(name, n))
		n++;
	return slice_trim(slice_part(name, 0, n));
}

bool
agent_is_hub(struct slice agent)
{
	static const char *const hubs[] = {"feedfetcher-google", "public hub",
	    "superfeedr bot", "switchboard", "pubsubhubbub", "websub"};
	const struct slice like = SLICE("like ");

	for (size_t i = 0; i < sizeof hubs / sizeof *hubs; i++) {
		size_t at = find_nocase(agent, hubs[i]);

		if (at < agent.n && !slice_ends(slice_part(agent, 0, at), like))
			return true;
	}
	return false;
}

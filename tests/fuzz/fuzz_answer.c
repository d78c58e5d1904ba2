/*
 * What a hub says, judged: two bytes for the status, then the body. There is always a
 * verdict and a sentence such as may be shown; 2xx is accepted whatever is in the body.
 */
#include "base/utf8.h"
#include "push/answer.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
must_be_shown(struct slice s)
{
	must(utf8_valid(s) == s.n);
	for (size_t i = 0; i < s.n; i++)
		must((unsigned char)s.p[i] >= ' ' && s.p[i] != 0x7F);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct http_answer answer = {.retry_after = -1};
	struct judgement j;

	answer.status = size > 1 ? 200 + (data[0] * 256 + data[1]) % 400 : 207;
	answer.body = slice_from(slice_make((const char *)data, size), 2);
	answer.retry_after = (int64_t)size * 1000 - 1;
	answer_judge(&answer, arena, &j);
	must((j.verdict == VERDICT_ACCEPTED) == (answer.status < 300));
	must(j.verdict != VERDICT_NOBODY || answer.status == 500);
	must(j.wait >= 0 && j.wait <= RETRY_AFTER_MAX);
	must(j.wait == 0 || j.verdict == VERDICT_RETRY);
	must(j.sentence.n >= 3 && j.sentence.n <= 205);
	must(j.warning.n == 0 || answer.status == 207);
	must_be_shown(j.sentence);
	must_be_shown(j.warning);
	arena_free(arena);
	return 0;
}

/*
 * Bytes of a file into text: whatever comes in, UTF-8 of XML characters comes
 * out, and to what came out nothing more happens.
 *
 * The first byte chooses the encoding that is forced, or none.
 */
#include "base/utf8.h"
#include "input/charset.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const charsets[] = {"auto", "auto", "UTF-8", "GBK", "BIG5", "UTF-16LE",
    "UTF-16BE", "UTF-32", "EUC-JP", "ISO-2022-JP", "nonsense"};
enum { CHARSETS = sizeof charsets / sizeof *charsets };

static void
check(bool promise)
{
	if (!promise)
		abort();
}

static void
check_text(struct slice text)
{
	while (text.n)
		check(utf8_is_xml(utf8_next(&text)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena;
	struct slice bytes, text, again;
	struct diags diags;
	size_t said;

	if (size == 0)
		return 0;
	arena = arena_new();
	diags_init(&diags, arena, SLICE("a.txt"));
	bytes = slice_make((const char *)data + 1, size - 1);
	text =
	    charset_utf8(bytes, slice_str(charsets[data[0] % CHARSETS]), arena, &diags);
	check_text(text);
	check(!diags_bad(&diags) || text.n == 0);

	said = diags.n;
	again = charset_utf8(text, SLICE("auto"), arena, &diags);
	if (!slice_starts(text, SLICE("\xEF\xBB\xBF"))) {
		check(again.p == text.p && again.n == text.n);
		check(diags.n == said);
	}
	arena_free(arena);
	return 0;
}

#include "push/form.h"

#include "base/ascii.h"
#include "base/uri.h"

void
form_add(struct buf *out, const char *name, struct slice value)
{
	buf_printf(out, "%s%s=", out->n ? "&" : "", name);
	uri_add_value(out, value);
}

static bool
decode(struct slice text, struct arena *arena, struct slice *value)
{
	char *out = arena_alloc(arena, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		int high, low;

		if (text.p[i] != '%') {
			out[n++] = text.p[i] == '+' ? ' ' : text.p[i];
			continue;
		}
		high = i + 2 < text.n ? ascii_hex(text.p[i + 1]) : -1;
		low = i + 2 < text.n ? ascii_hex(text.p[i + 2]) : -1;
		if (high < 0 || low < 0)
			return false;
		out[n++] = (char)(16 * high + low);
		i += 2;
	}
	*value = slice_make(out, n);
	return true;
}

int
form_find(struct slice form, const char *name, struct arena *arena, struct slice *value)
{
	struct slice field;
	int found = 0;

	while (slice_token(&form, '&', &field)) {
		size_t at = slice_index(field, '=');

		if (!slice_is(slice_part(field, 0, at), name))
			continue;
		if (found || !decode(slice_from(field, at + 1), arena, value))
			return -1;
		found = 1;
	}
	return found;
}

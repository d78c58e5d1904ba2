#include "push/form.h"

void
form_add(struct buf *out, const char *name, struct slice value)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";

	buf_printf(out, "%s%s=", out->n ? "&" : "", name);
	for (size_t i = 0; i < value.n; i++)
		if (slice_one_of(value.p[i], plain))
			buf_char(out, value.p[i]);
		else
			buf_printf(out, "%%%02X", (unsigned char)value.p[i]);
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
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
		high = i + 2 < text.n ? hex(text.p[i + 1]) : -1;
		low = i + 2 < text.n ? hex(text.p[i + 2]) : -1;
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

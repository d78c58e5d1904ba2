#include "base/slice.h"

#include "base/ascii.h"

#include <string.h>

#include <strings.h>

struct slice
slice_str(const char *cstr)
{
	return (struct slice){cstr, cstr ? strlen(cstr) : 0};
}

struct slice
slice_make(const char *p, size_t n)
{
	return (struct slice){p, n};
}

bool
slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
slice_is(struct slice a, const char *cstr)
{
	return slice_eq(a, slice_str(cstr));
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
slice_eq_nocase(struct slice a, struct slice b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

bool
slice_is_nocase(struct slice a, const char *cstr)
{
	return slice_eq_nocase(a, slice_str(cstr));
}

int
slice_cmp(struct slice a, struct slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n ? memcmp(a.p, b.p, n) : 0;

	return d ? d : (a.n > b.n) - (a.n < b.n);
}

bool
slice_starts(struct slice s, struct slice prefix)
{
	return s.n >= prefix.n && slice_eq(slice_part(s, 0, prefix.n), prefix);
}

bool
slice_ends(struct slice s, struct slice suffix)
{
	return s.n >= suffix.n && slice_eq(slice_from(s, s.n - suffix.n), suffix);
}

size_t
slice_index(struct slice s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

size_t
slice_find(struct slice s, struct slice needle)
{
	const char *at;

	if (needle.n == 0)
		return 0;
	at = s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
	return at ? (size_t)(at - s.p) : s.n;
}

struct slice
slice_from(struct slice s, size_t n)
{
	if (n > s.n)
		n = s.n;
	return (struct slice){n ? s.p + n : s.p, s.n - n};
}

struct slice
slice_part(struct slice s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return (struct slice){from ? s.p + from : s.p, to - from};
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct slice
slice_trim(struct slice s)
{
	while (s.n && is_space(s.p[0]))
		s = slice_from(s, 1);
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool
slice_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

struct slice
slice_skip(struct slice s, const char *set)
{
	size_t n = 0;

	while (n < s.n && slice_one_of(s.p[n], set))
		n++;
	return slice_from(s, n);
}

size_t
slice_run(struct slice s, size_t at)
{
	size_t n = 1;

	while (at + n < s.n && s.p[at + n] == s.p[at])
		n++;
	return n;
}

int64_t
slice_number(struct slice *s, size_t max)
{
	int64_t value = 0;
	size_t n = 0;

	for (; n < s->n && n < max && ascii_is_digit(s->p[n]); n++)
		value = 10 * value + (s->p[n] - '0');
	if (n == 0 || (n < s->n && ascii_is_digit(s->p[n])))
		return -1;
	*s = slice_from(*s, n);
	return value;
}

bool
slice_line(struct slice *rest, struct slice *line)
{
	if (!slice_token(rest, '\n', line))
		return false;
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

bool
slice_token(struct slice *rest, char c, struct slice *token)
{
	size_t at;

	if (rest->n == 0)
		return false;
	at = slice_index(*rest, c);
	*token = slice_part(*rest, 0, at);
	*rest = slice_from(*rest, at + 1);
	return true;
}

#include "push/access.h"

#include "base/ascii.h"
#include "base/civil.h"

#include <string.h>

/* --- a line ----------------------------------------------------------------- */

static bool
take(struct slice *s, struct slice literal)
{
	if (!slice_starts(*s, literal))
		return false;
	*s = slice_from(*s, literal.n);
	return true;
}

/* "28/Feb/2024:09:07:16 +0800" */
static bool
parse_time(struct slice s, int64_t *time)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	static const char form[] = "00/Aaa/0000:00:00:00 +0000";
	struct civil c = {0};
	size_t month = 0;
	int64_t offset;

	if (s.n != sizeof form - 1)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (form[i] == '0'   ? !ascii_is_digit(s.p[i])
		    : form[i] == '+' ? !slice_one_of(s.p[i], "+-")
				     : !ascii_is_letter(form[i]) && s.p[i] != form[i])
			return false;
	while (month < 12 && memcmp(months + 3 * month, s.p + 3, 3) != 0)
		month++;
#define TWO(at) ((s.p[at] - '0') * 10 + (s.p[(at) + 1] - '0'))
	c.day = TWO(0);
	c.month = (int)month + 1;
	c.year = TWO(7) * 100 + TWO(9);
	c.hour = TWO(12);
	c.minute = TWO(15);
	c.second = TWO(18) == 60 ? 59 : TWO(18);
	offset = (TWO(22) * 60 + TWO(24)) * 60;
#undef TWO
	if (month == 12 || !civil_is_valid(&c))
		return false;
	*time = civil_seconds(&c) - (s.p[21] == '-' ? -offset : offset);
	return true;
}

/* The byte that the backslash at the front of *s, and what follows, stand for. */
static char
take_escaped(struct slice *s)
{
	static const char letters[] = "bfnrtv", meant[] = "\b\f\n\r\t\v";
	const char *letter;
	char c;

	if (s->n >= 4 && s->p[1] == 'x' && ascii_hex(s->p[2]) >= 0 &&
	    ascii_hex(s->p[3]) >= 0) {
		c = (char)(ascii_hex(s->p[2]) << 4 | ascii_hex(s->p[3]));
		*s = slice_from(*s, 4);
		return c;
	}
	c = s->n > 1 ? s->p[1] : '\\';
	letter = c ? strchr(letters, c) : NULL;
	*s = slice_from(*s, 2);
	return letter ? meant[letter - letters] : c;
}

static struct slice
unescape(struct slice s, struct arena *arena)
{
	size_t n = slice_index(s, '\\');
	char *p;

	if (n == s.n)
		return s;
	p = arena_alloc(arena, s.n);
	memcpy(p, s.p, n);
	s = slice_from(s, n);
	while (s.n) {
		if (*s.p == '\\') {
			p[n++] = take_escaped(&s);
		} else {
			p[n++] = *s.p;
			s = slice_from(s, 1);
		}
	}
	return slice_make(p, n);
}

/* What is between quotes, still escaped. */
static bool
take_quoted(struct slice *s, struct slice *inside)
{
	size_t n = 1;

	if (!s->n || *s->p != '"')
		return false;
	while (n < s->n && s->p[n] != '"')
		n += s->p[n] == '\\' ? 2 : 1;
	if (n >= s->n)
		return false;
	*inside = slice_part(*s, 1, n);
	*s = slice_from(*s, n + 1);
	return true;
}

static bool
is_method(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_letter(s.p[i]) && s.p[i] != '-')
			return false;
	return s.n > 0;
}

/* "GET /path HTTP/1.1"; a space that was not encoded may be in the path. */
static void
split_request(struct slice request, struct access *a, struct arena *arena)
{
	size_t space = slice_index(request, ' '), end = request.n;

	a->method = a->target = SLICE_NONE;
	while (end > space + 1 && request.p[end - 1] != ' ')
		end--;
	if (end <= space + 1 || !slice_starts(slice_from(request, end), SLICE("HTTP/")) ||
	    !is_method(slice_part(request, 0, space)))
		return;
	a->method = slice_part(request, 0, space);
	a->target = unescape(slice_part(request, space + 1, end - 1), arena);
}

bool
access_parse(struct access *a, struct slice line, struct arena *arena)
{
	struct slice time, request, referer, agent;

	a->address = slice_part(line, 0, slice_index(line, ' '));
	line = slice_from(line, a->address.n);
	line = slice_from(line, slice_find(line, SLICE(" [")) + 2);
	time = slice_part(line, 0, slice_index(line, ']'));
	line = slice_from(line, time.n);
	if (!a->address.n || !parse_time(time, &a->time) || !take(&line, SLICE("] ")) ||
	    !take_quoted(&line, &request) || !take(&line, SLICE(" ")))
		return false;
	a->status = (int)slice_number(&line, 3);
	if (a->status < 100 || !take(&line, SLICE(" ")))
		return false;
	a->bytes = take(&line, SLICE("-")) ? 0 : slice_number(&line, 15);
	if (a->bytes < 0 || !take(&line, SLICE(" ")) || !take_quoted(&line, &referer) ||
	    !take(&line, SLICE(" ")) || !take_quoted(&line, &agent))
		return false;
	split_request(request, a, arena);
	a->agent = slice_is(agent, "-") ? SLICE_NONE : unescape(agent, arena);
	return true;
}

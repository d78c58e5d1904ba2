#include "base/date.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const months[] = {"January", "February", "March", "April", "May",
    "June", "July", "August", "September", "October", "November", "December"};
static const char *const weekdays[] = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

/* What a text says, before anything was checked. */
struct reading {
	struct civil civil;
	bool day; /* no time of day */
	bool has_offset;
	int offset_sign, offset_hour, offset_minute;
};

/*
 * Taking things off the front of a text. Characters are seen as their ASCII
 * twins; all functions but skip_spaces leave *s undefined when they fail.
 */

static uint32_t
next(struct slice *s)
{
	unsigned char byte = s->n ? (unsigned char)s->p[0] : 0;
	uint32_t c;

	if (byte > ' ' && byte < 0x80) { /* nearly always */
		s->p++;
		s->n--;
		return byte;
	}
	c = s->n ? utf8_next(s) : 0;
	if (c >= 0xFF01 && c <= 0xFF5E)
		return c - 0xFF01 + '!';
	return utf8_is_space(c) ? ' ' : c;
}

static uint32_t
peek(struct slice s)
{
	return next(&s);
}

static bool
is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

static bool
take(struct slice *s, uint32_t c)
{
	struct slice after = *s;

	if (next(&after) != c)
		return false;
	*s = after;
	return true;
}

static bool
take_any(struct slice *s, const uint32_t *set)
{
	for (; *set; set++)
		if (take(s, *set))
			return true;
	return false;
}

static void
skip_spaces(struct slice *s)
{
	while (take(s, ' '))
		;
}

/* Up to `max` digits; returns how many. */
static int
take_digits(struct slice *s, int max, int64_t *value)
{
	int n = 0;

	for (*value = 0; n < max && is_digit(peek(*s)); n++)
		*value = *value * 10 + (next(s) - '0');
	return n;
}

/* A number of `min` to `max` digits that no further digit follows. */
static bool
take_number(struct slice *s, int min, int max, int *number)
{
	int64_t value;
	int n = take_digits(s, max, &value);

	*number = (int)value;
	return n >= min && !is_digit(peek(*s));
}

static struct slice
take_letters(struct slice *s)
{
	struct slice word = *s;
	size_t n = 0;

	while (n < s->n && (s->p[n] | 0x20) >= 'a' && (s->p[n] | 0x20) <= 'z')
		n++;
	*s = slice_from(*s, n);
	return slice_part(word, 0, n);
}

/* The index of a name or of its first three letters or more; -1. */
static int
name_index(struct slice word, const char *const *names, int n)
{
	for (int i = 0; i < n; i++) {
		struct slice name = slice_part(slice_str(names[i]), 0, word.n);

		if (word.n >= 3 && slice_eq_nocase(word, name))
			return i;
	}
	return -1;
}

static bool
take_month(struct slice *s, int *month)
{
	*month = name_index(take_letters(s), months, 12) + 1;
	return *month > 0;
}

/* Chinese units may have spaces on both sides. */
static bool
take_unit(struct slice *s, const uint32_t *units)
{
	struct slice after = *s;

	skip_spaces(&after);
	if (!take_any(&after, units))
		return false;
	*s = after;
	return true;
}

/* A calendar day in digits. */
static bool
take_day(struct slice *s, struct civil *c)
{
	static const uint32_t years[] = {0x5E74, 0};                /* 年 */
	static const uint32_t month[] = {0x6708, 0};                /* 月 */
	static const uint32_t days[] = {0x65E5, 0x53F7, 0x865F, 0}; /* 日号號 */
	static const uint32_t marks[] = {'-', '/', '.', 0};
	int64_t value;
	int n = take_digits(s, 8, &value);
	uint32_t mark = peek(*s);

	if (n == 8) {
		c->year = (int)(value / 10000);
		c->month = (int)(value / 100 % 100);
		c->day = (int)(value % 100);
		return !is_digit(mark);
	}
	c->year = (int)value;
	if (n != 4)
		return false;
	if (take_any(s, marks))
		return take_number(s, 1, 2, &c->month) && take(s, mark) &&
		       take_number(s, 1, 2, &c->day);
	if (!take_unit(s, years))
		return false;
	skip_spaces(s);
	if (!take_number(s, 1, 2, &c->month) || !take_unit(s, month))
		return false;
	skip_spaces(s);
	return take_number(s, 1, 2, &c->day) && take_unit(s, days);
}

static bool
take_fraction(struct slice *s)
{
	if (!take(s, '.') && !take(s, ','))
		return true;
	if (!is_digit(peek(*s)))
		return false;
	while (is_digit(peek(*s)))
		next(s);
	return true;
}

/* 9时7分16秒, 9点, 9时7分: what follows the hour. */
static bool
take_chinese_minutes(struct slice *s, struct civil *c)
{
	static const uint32_t minutes[] = {0x5206, 0}; /* 分 */
	static const uint32_t seconds[] = {0x79D2, 0}; /* 秒 */

	skip_spaces(s);
	if (!is_digit(peek(*s)))
		return true;
	if (!take_number(s, 1, 2, &c->minute) || !take_unit(s, minutes))
		return false;
	skip_spaces(s);
	if (!is_digit(peek(*s)))
		return true;
	return take_number(s, 1, 2, &c->second) && take_unit(s, seconds);
}

/* 09:07, 09:07:16, 09:07:16.553836 */
static bool
take_clock(struct slice *s, struct civil *c)
{
	static const uint32_t hours[] = {
	    0x65F6, 0x6642, 0x70B9, 0x9EDE, 0}; /* 时時点點 */

	if (!take_number(s, 1, 2, &c->hour))
		return false;
	if (take_unit(s, hours))
		return take_chinese_minutes(s, c);
	if (!take(s, ':') || !take_number(s, 2, 2, &c->minute))
		return false;
	if (!take(s, ':'))
		return true;
	return take_number(s, 2, 2, &c->second) && take_fraction(s);
}

/* +08:00, +0800, +08, -5 */
static bool
take_numeric_offset(struct slice *s, struct reading *r)
{
	int64_t value;
	int n;

	r->has_offset = true;
	r->offset_sign = peek(*s) == '-' ? -1 : 1;
	if (!take(s, '+') && !take(s, '-'))
		return false;
	n = take_digits(s, 4, &value);
	r->offset_hour = (int)(n == 4 ? value / 100 : value);
	r->offset_minute = (int)(n == 4 ? value % 100 : 0);
	if (n == 4)
		return !is_digit(peek(*s));
	return (n == 1 || n == 2) &&
	       (!take(s, ':') || take_number(s, 2, 2, &r->offset_minute));
}

/* The names of RFC 822 section 5.1; those with `everywhere` in any form. */
static bool
take_named_offset(struct slice *s, bool rfc822, struct reading *r)
{
	static const struct {
		const char *name;
		int hours;
		bool everywhere;
	} zones[] = {
	    {"Z", 0, true},
	    {"UTC", 0, true},
	    {"GMT", 0, true},
	    {"UT", 0, false},
	    {"EST", -5, false},
	    {"EDT", -4, false},
	    {"CST", -6, false},
	    {"CDT", -5, false},
	    {"MST", -7, false},
	    {"MDT", -6, false},
	    {"PST", -8, false},
	    {"PDT", -7, false},
	};
	struct slice word = take_letters(s);

	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
		if (!slice_is_nocase(word, zones[i].name) ||
		    !(rfc822 || zones[i].everywhere))
			continue;
		r->has_offset = true;
		r->offset_sign = zones[i].hours < 0 ? -1 : 1;
		r->offset_hour = zones[i].hours * r->offset_sign;
		return true;
	}
	return false;
}

/* The time of day and the offset, as far as given, up to the end. */
static bool
take_rest(struct slice *s, bool rfc822, struct reading *r)
{
	if (!take_clock(s, &r->civil))
		return false;
	skip_spaces(s);
	if (s->n == 0)
		return true;
	if (peek(*s) == '+' || peek(*s) == '-') {
		if (!take_numeric_offset(s, r))
			return false;
	} else if (!take_named_offset(s, rfc822, r)) {
		return false;
	}
	skip_spaces(s);
	if (rfc822 && take(s, '(')) /* "+0000 (UTC)" */
		return slice_index(*s, ')') + 1 == s->n;
	return s->n == 0;
}

static bool
read_epoch(struct slice s, int64_t *sec)
{
	int n = take_digits(&s, 11, sec);

	return n >= 9 && s.n == 0;
}

/* 2024-02-28 and what may follow */
static bool
read_numeric(struct slice s, struct reading *r)
{
	*r = (struct reading){0};
	if (!take_day(&s, &r->civil))
		return false;
	r->day = s.n == 0;
	if (r->day)
		return true;
	skip_spaces(&s);
	if (take(&s, 'T') || take(&s, 't'))
		skip_spaces(&s);
	return take_rest(&s, false, r);
}

/* RFC 2822 section 4.3 */
static bool
take_mail_year(struct slice *s, int *year)
{
	int64_t value;
	int n = take_digits(s, 4, &value);

	if (n == 2)
		value += value < 50 ? 2000 : 1900;
	else if (n == 3)
		value += 1900;
	*year = (int)value;
	return n >= 2 && !is_digit(peek(*s));
}

/* Feb 28 01:07:16 2024 */
static bool
read_asctime(struct slice s, struct reading *r)
{
	struct civil *c = &r->civil;

	*r = (struct reading){0};
	if (!take_month(&s, &c->month))
		return false;
	skip_spaces(&s);
	if (!take_number(&s, 1, 2, &c->day) || !take(&s, ' '))
		return false;
	skip_spaces(&s);
	if (!take_clock(&s, c) || !take(&s, ' '))
		return false;
	return take_number(&s, 4, 4, &c->year) && s.n == 0;
}

/* 28 Feb 2024 01:07:16 GMT, 28-Feb-24 01:07:16 GMT */
static bool
read_rfc822(struct slice s, struct reading *r)
{
	static const uint32_t between[] = {' ', '-', 0};
	struct civil *c = &r->civil;

	*r = (struct reading){0};
	if (!take_number(&s, 1, 2, &c->day) || !take_any(&s, between))
		return false;
	skip_spaces(&s);
	if (!take_month(&s, &c->month) || !take_any(&s, between))
		return false;
	skip_spaces(&s);
	if (!take_mail_year(&s, &c->year))
		return false;
	r->day = s.n == 0;
	if (r->day)
		return true;
	if (!take(&s, ' '))
		return false;
	skip_spaces(&s);
	return take_rest(&s, true, r);
}

static bool
read_named(struct slice s, struct reading *r)
{
	struct slice rest = s;

	if (name_index(take_letters(&rest), weekdays, 7) >= 0) {
		s = rest;
		take(&s, ',');
		skip_spaces(&s);
	}
	return is_digit(peek(s)) ? read_rfc822(s, r) : read_asctime(s, r);
}

/* The nearest instant that has a year of 1 to 9999 in every zone. */
static int64_t
clamp(int64_t sec)
{
	static const struct civil first = {.year = 1, .month = 1, .day = 2};
	static const struct civil last = {
	    .year = 9999, .month = 12, .day = 30, .hour = 23};
	int64_t from = civil_seconds(&first), to = civil_seconds(&last);

	return sec < from ? from : sec > to ? to : sec;
}

/* Does the reading name what no calendar or clock has? `why` says what. */
static bool
is_impossible(const struct reading *r, char *why, size_t n)
{
	const struct civil *c = &r->civil;
	struct civil day = {.year = c->year, .month = c->month, .day = c->day};

	if (c->year < 1)
		snprintf(why, n, "there is no year 0");
	else if (c->month < 1 || c->month > 12)
		snprintf(why, n, "there is no month %d", c->month);
	else if (!civil_is_valid(&day))
		snprintf(why, n, "%d %s does not exist", c->day, months[c->month - 1]);
	else if (c->hour > 23)
		snprintf(why, n, "hour %d does not exist", c->hour);
	else if (c->minute > 59)
		snprintf(why, n, "minute %d does not exist", c->minute);
	else if (c->second > 60)
		snprintf(why, n, "second %d does not exist", c->second);
	else if (r->offset_hour > 23 || r->offset_minute > 59)
		snprintf(why, n, "no zone is that far from UTC");
	else
		return false;
	return true;
}

static int64_t
instant(const struct reading *r, const struct zone *zone)
{
	struct civil c = r->civil;

	if (c.second == 60)
		c.second = 59;
	if (!r->has_offset)
		return zone_utc(zone, &c);
	return civil_seconds(&c) -
	       r->offset_sign * (r->offset_hour * 3600 + r->offset_minute * 60);
}

/* As much of a text as can be shown in a sentence. */
static struct slice
excerpt(struct slice text)
{
	struct slice rest = text;

	while (rest.n) {
		struct slice here = rest;
		uint32_t c = utf8_next(&rest);

		if (c < 0x20 || !utf8_is_xml(c) || text.n - rest.n > 40)
			return slice_part(text, 0, text.n - here.n);
	}
	return text;
}

static int
refuse(struct slice text, const char *why, struct err *err)
{
	text = excerpt(text);
	return err_set(err, ERR_INPUT, "\"%.*s\"%s", SLICE_ARG(text), why);
}

int
date_parse(struct date *date, struct slice text, const struct zone *zone, struct err *err)
{
	struct reading r = {0};
	char why[64] = ": ";
	int64_t sec;

	*date = (struct date){0};
	text = utf8_trim(text);
	if (!read_epoch(text, &sec)) {
		if (!read_numeric(text, &r) && !read_named(text, &r))
			return refuse(text, " is no date", err);
		if (is_impossible(&r, why + 2, sizeof why - 2))
			return refuse(text, why, err);
		sec = instant(&r, zone);
	}
	if (clamp(sec) != sec)
		return refuse(text, " is out of range", err);
	*date = (struct date){.sec = sec, .known = true, .day = r.day};
	return 0;
}

size_t
date_prefix(struct date *date, struct slice text, const struct zone *zone)
{
	struct reading r = {0};
	struct slice rest = text;
	char why[64];
	int64_t sec;

	*date = (struct date){0};
	if (!take_day(&rest, &r.civil) || is_impossible(&r, why, sizeof why))
		return 0;
	sec = instant(&r, zone);
	if (clamp(sec) != sec)
		return 0;
	*date = (struct date){.sec = sec, .known = true, .day = true};
	return text.n - rest.n;
}

/*
 * The local reading with an offset of whole minutes: the two forms cannot say
 * more. Rounding it up never puts midnight into the day before.
 */
static int
local(int64_t sec, const struct zone *zone, struct civil *civil)
{
	int offset, minutes;

	sec = clamp(sec);
	offset = zone_offset(zone, sec);
	minutes = (offset > 0 ? offset + 59 : offset) / 60;
	civil_from_seconds(sec + minutes * 60, civil);
	return minutes;
}

/* A form with its runs of zeros replaced by these numbers, one after the other. */
static struct slice
fill(struct arena *arena, const char *form, const int *number)
{
	struct slice text = arena_copy(arena, slice_str(form));
	size_t width;

	for (char *p = (char *)text.p; (p = strchr(p, '0')); p += width, number++) {
		int value = *number;

		width = strspn(p, "0");
		for (size_t i = width; i-- > 0; value /= 10)
			p[i] = (char)('0' + value % 10);
	}
	return text;
}

struct slice
date_rfc3339(struct arena *arena, int64_t sec, const struct zone *zone)
{
	struct civil c;
	int offset = local(sec, zone, &c), minutes = abs(offset);
	const int number[] = {c.year, c.month, c.day, c.hour, c.minute, c.second,
	    minutes / 60, minutes % 60};

	return fill(arena,
	    zone_is_utc(zone) ? "0000-00-00T00:00:00Z"
	    : offset < 0      ? "0000-00-00T00:00:00-00:00"
			      : "0000-00-00T00:00:00+00:00",
	    number);
}

struct slice
date_rfc822(struct arena *arena, int64_t sec, const struct zone *zone)
{
	struct civil c;
	int offset = local(sec, zone, &c), minutes = abs(offset);

	return arena_printf(arena, "%.3s, %02d %.3s %04d %02d:%02d:%02d %c%02d%02d",
	    weekdays[c.weekday], c.day, months[c.month - 1], c.year, c.hour, c.minute,
	    c.second, offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

struct slice
date_http(struct arena *arena, int64_t sec)
{
	struct civil c;

	civil_from_seconds(sec, &c);
	return arena_printf(arena, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
	    weekdays[c.weekday], c.day, months[c.month - 1], c.year, c.hour, c.minute,
	    c.second);
}

#include "base/cron.h"

#include <string.h>

enum { HOUR = 3600, DAY = 24 * HOUR, YEARS = 8 };

static const char *const month_names[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul",
    "aug", "sep", "oct", "nov", "dec", NULL};
static const char *const weekday_names[] = {
    "sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL};

enum place { MINUTE, HOURS, DAYS, MONTH, WEEKDAY, PLACES };

static const struct field {
	const char *name;
	int low, high;
	const char *const *names; /* of the values from `low` on */
	const char *named;
} fields[PLACES] = {
    {"minute", 0, 59, NULL, ""},
    {"hour", 0, 23, NULL, ""},
    {"day", 1, 31, NULL, ""},
    {"month", 1, 12, month_names, " or jan-dec"},
    {"weekday", 0, 7, weekday_names, " or sun-sat"},
};

static const struct {
	const char *name, *text;
} short_forms[] = {
    {"@hourly", "0 * * * *"},
    {"@daily", "0 0 * * *"},
    {"@midnight", "0 0 * * *"},
    {"@weekly", "0 0 * * 0"},
    {"@monthly", "0 0 1 * *"},
    {"@yearly", "0 0 1 1 *"},
    {"@annually", "0 0 1 1 *"},
};

/* --- reading --------------------------------------------------------------- */

/* -1: no number up to 99. */
static int
number(struct slice s)
{
	int value = 0;

	while (s.n > 1 && s.p[0] == '0')
		s = slice_from(s, 1);
	if (s.n == 0 || s.n > 2)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		value = value * 10 + (s.p[i] - '0');
	}
	return value;
}

static int
named(const struct field *field, struct slice s)
{
	for (int i = 0; field->names && field->names[i]; i++)
		if (slice_is_nocase(s, field->names[i]))
			return field->low + i;
	return -1;
}

static int
read_value(const struct field *field, struct slice s, int *value, struct err *err)
{
	if (s.n == 0)
		return err_set(err, ERR_CONFIG, "%s: a value is missing", field->name);
	*value = number(s);
	if (*value < 0)
		*value = named(field, s);
	if (*value < field->low || *value > field->high)
		return err_set(err, ERR_CONFIG, "%s: %.*s is not in %d-%d%s", field->name,
		    SLICE_ARG(slice_part(s, 0, 24)), field->low, field->high,
		    field->named);
	return 0;
}

/* "*", "8" or "8-18" */
static int
read_range(const struct field *field, struct slice s, int *from, int *to, struct err *err)
{
	size_t dash = slice_index(s, '-');

	*from = field->low;
	*to = field->high;
	if (slice_is(s, "*"))
		return 0;
	if (read_value(field, slice_part(s, 0, dash), from, err) < 0)
		return -1;
	*to = *from;
	if (dash == s.n)
		return 0;
	if (read_value(field, slice_from(s, dash + 1), to, err) < 0)
		return -1;
	if (*to == 0 && *from > 0 && field == &fields[WEEKDAY]) /* "fri-sun" */
		*to = 7;
	if (*from > *to)
		return err_set(err, ERR_CONFIG, "%s: %.*s is the wrong way round",
		    field->name, SLICE_ARG(slice_part(s, 0, 24)));
	return 0;
}

/* A step beyond the field would not do what it seems to say. */
static int
read_step(const struct field *field, struct slice range, struct slice s, int *step,
    struct err *err)
{
	if (s.n == 0)
		return err_set(err, ERR_CONFIG, "%s: a step is missing", field->name);
	*step = number(s);
	if (*step < 1 || *step > field->high)
		return err_set(err, ERR_CONFIG, "%s: step %.*s is not in 1-%d",
		    field->name, SLICE_ARG(slice_part(s, 0, 24)), field->high);
	if (!slice_is(range, "*") && slice_index(range, '-') == range.n)
		return err_set(err, ERR_CONFIG, "%s: a step needs a range or *, as */%d",
		    field->name, *step);
	return 0;
}

/* A range with a step, into the set. */
static int
read_part(const struct field *field, struct slice s, uint64_t *set, struct err *err)
{
	size_t slash = slice_index(s, '/');
	struct slice range = slice_part(s, 0, slash);
	int from, to, step = 1;

	if (read_range(field, range, &from, &to, err) < 0)
		return -1;
	if (slash < s.n &&
	    read_step(field, range, slice_from(s, slash + 1), &step, err) < 0)
		return -1;
	for (int value = from; value <= to; value += step)
		*set |= UINT64_C(1) << value;
	return 0;
}

static int
read_field(const struct field *field, struct slice s, uint64_t *set, struct err *err)
{
	size_t comma;

	for (*set = 0;; s = slice_from(s, comma + 1)) {
		comma = slice_index(s, ',');
		if (read_part(field, slice_part(s, 0, comma), set, err) < 0)
			return -1;
		if (comma == s.n)
			return 0;
	}
}

static size_t
word_end(struct slice s)
{
	size_t i = 0;

	while (i < s.n && s.p[i] != ' ' && s.p[i] != '\t')
		i++;
	return i;
}

/* How many words there are; the first ones are kept. */
static size_t
split(struct slice text, struct slice word[PLACES])
{
	size_t n = 0;

	while ((text = slice_trim(text)).n > 0) {
		size_t end = word_end(text);

		if (n < PLACES)
			word[n] = slice_part(text, 0, end);
		text = slice_from(text, end);
		n++;
	}
	return n;
}

/* So that every part of the text can be shown in a sentence. */
static bool
is_plain(struct slice text)
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789*,-/@ \t";

	for (size_t i = 0; i < text.n; i++)
		if (!memchr(allowed, text.p[i], sizeof allowed - 1))
			return false;
	return true;
}

static struct slice
without_short_form(struct slice text)
{
	for (size_t i = 0; i < sizeof short_forms / sizeof *short_forms; i++)
		if (slice_is_nocase(text, short_forms[i].name))
			return slice_str(short_forms[i].text);
	return text;
}

static bool
begins_with_star(struct slice s)
{
	return slice_starts(s, SLICE("*"));
}

int
cron_parse(struct cron *cron, struct slice text, struct err *err)
{
	struct slice word[PLACES];
	uint64_t set[PLACES];
	size_t n;

	*cron = (struct cron){0};
	text = without_short_form(slice_trim(text));
	if (!is_plain(text))
		return err_set(err, ERR_CONFIG,
		    "a schedule has only letters, digits, spaces and * , - /");
	if (slice_starts(text, SLICE("@")))
		return err_set(err, ERR_CONFIG,
		    "%.*s is none of @hourly, @daily, @midnight, @weekly, @monthly, "
		    "@yearly, @annually",
		    SLICE_ARG(slice_part(text, 0, 24)));
	n = split(text, word);
	if (n != PLACES)
		return err_set(err, ERR_CONFIG,
		    "a schedule has five fields, minute hour day month weekday: "
		    "here are %zu",
		    n);
	for (size_t i = 0; i < PLACES; i++)
		if (read_field(&fields[i], word[i], &set[i], err) < 0)
			return -1;
	*cron = (struct cron){
	    .minutes = set[MINUTE],
	    .hours = (uint32_t)set[HOURS],
	    .days = (uint32_t)set[DAYS],
	    .months = (uint32_t)set[MONTH],
	    .weekdays = (uint32_t)((set[WEEKDAY] | set[WEEKDAY] >> 7) & 0x7F),
	    .either_day =
		!begins_with_star(word[DAYS]) && !begins_with_star(word[WEEKDAY]),
	};
	return 0;
}

/* --- the next one ------------------------------------------------------------ */

static bool
has(uint64_t set, int value)
{
	return set >> value & 1;
}

static bool
is_day(const struct cron *cron, const struct civil *c)
{
	bool day = has(cron->days, c->day), weekday = has(cron->weekdays, c->weekday);

	return cron->either_day ? day || weekday : day && weekday;
}

static int64_t
next_month(const struct civil *c)
{
	struct civil first = {
	    .year = c->year + c->month / 12, .month = c->month % 12 + 1, .day = 1};

	return civil_seconds(&first);
}

/* The first of these readings of a clock from `local`, a whole minute, on; what lies
 * after `end` if there is none up to there. */
static int64_t
next_reading(const struct cron *cron, int64_t local, int64_t end)
{
	struct civil c;

	while (local <= end) {
		civil_from_seconds(local, &c);
		if (!has(cron->months, c.month))
			local = next_month(&c);
		else if (!is_day(cron, &c))
			local += DAY - c.hour * HOUR - c.minute * 60;
		else if (!has(cron->hours, c.hour))
			local += HOUR - c.minute * 60;
		else if (!has(cron->minutes, c.minute))
			local += 60;
		else
			break;
	}
	return local;
}

/* The first instant after `from`, and at `to` at the latest, with another offset. */
static int64_t
jump_between(const struct zone *zone, int64_t from, int64_t to)
{
	int32_t before = zone_offset(zone, from);

	while (to - from > 1) {
		int64_t middle = from + (to - from) / 2;

		if (zone_offset(zone, middle) == before)
			from = middle;
		else
			to = middle;
	}
	return to;
}

/* zone_utc reckons a skipped reading with the offset before the jump, which gives
 * an instant after it; the offset after it gives one before. */
static int64_t
instant_of(const struct zone *zone, int64_t local)
{
	struct civil c;
	int64_t utc;

	civil_from_seconds(local, &c);
	utc = zone_utc(zone, &c);
	if (utc + zone_offset(zone, utc) == local)
		return utc;
	return jump_between(zone, local - zone_offset(zone, utc), utc);
}

/*
 * Instants follow in the order of their readings, so that the search begins with
 * the minute after the present one. While a clock runs through the same hour again,
 * instants of the first time come up, which are past.
 */
int64_t
cron_next(const struct cron *cron, const struct zone *zone, int64_t after)
{
	struct civil now, last = {9999, 12, 31, 23, 59, 0, 0}; /* all that zone knows */
	int64_t local, end, at;

	zone_civil(zone, after, &now);
	now.second = 0;
	local = civil_seconds(&now);
	if (now.year + YEARS <= last.year) {
		last = now;
		last.year += YEARS;
	}
	end = civil_seconds(&last);
	while ((local = next_reading(cron, local + 60, end)) <= end)
		if ((at = instant_of(zone, local)) > after)
			return at;
	return 0;
}

#include "base/zone.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	HOUR = 3600,
	DAY = 24 * HOUR,
	NAME_MAX_LEN = 64,
	FILE_MAX_LEN = 1024 * 1024, /* the largest of the database has 4 KB */
};

/* One end of daylight saving in the rule of the footer. */
struct change {
	enum { JULIAN, YEAR_DAY, WEEK_DAY } kind;
	int month, week, day;
	int32_t time; /* seconds after local midnight, may be negative */
};

struct step {
	int64_t at;
	int32_t offset;
};

struct zone {
	int32_t first; /* the offset before the first step */
	bool has_rule; /* what holds from the last step on */
	bool has_dst;
	int32_t std, dst;
	struct change start, end; /* of daylight saving */
	size_t n;
	struct step step[];
};

/* The footer: RFC 8536 section 3.3, a POSIX TZ string with a wider time. */

static bool
take_char(struct slice *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = slice_from(*s, 1);
	return true;
}

static bool
take_number(struct slice *s, int min, int max, int *value)
{
	size_t i = 0;
	int v = 0;

	for (; i < s->n && i < 4 && s->p[i] >= '0' && s->p[i] <= '9'; i++)
		v = v * 10 + (s->p[i] - '0');
	*s = slice_from(*s, i);
	*value = v;
	return i > 0 && v >= min && v <= max;
}

/* [+-]hh[:mm[:ss]] */
static bool
take_time(struct slice *s, int max_hour, int32_t *seconds)
{
	bool minus = take_char(s, '-');
	int hour, minute = 0, second = 0;

	if (!minus)
		take_char(s, '+');
	if (!take_number(s, 0, max_hour, &hour))
		return false;
	if (take_char(s, ':') && !take_number(s, 0, 59, &minute))
		return false;
	if (take_char(s, ':') && !take_number(s, 0, 59, &second))
		return false;
	*seconds = hour * HOUR + minute * 60 + second;
	if (minus)
		*seconds = -*seconds;
	return true;
}

static bool
take_abbreviation(struct slice *s)
{
	bool quoted = take_char(s, '<');
	size_t i = 0;

	for (; i < s->n; i++) {
		char c = s->p[i], lower = (char)(c | 0x20);
		bool sign_or_digit = c == '+' || c == '-' || (c >= '0' && c <= '9');

		if (!(lower >= 'a' && lower <= 'z') && !(quoted && sign_or_digit))
			break;
	}
	*s = slice_from(*s, i);
	return i >= 3 && (!quoted || take_char(s, '>'));
}

/* ",M3.2.0/2", ",J60" or ",59" */
static bool
take_change(struct slice *s, struct change *change)
{
	bool good;

	*change = (struct change){.kind = YEAR_DAY, .time = 2 * HOUR};
	if (!take_char(s, ','))
		return false;
	if (take_char(s, 'J')) {
		change->kind = JULIAN;
		good = take_number(s, 1, 365, &change->day);
	} else if (take_char(s, 'M')) {
		change->kind = WEEK_DAY;
		good = take_number(s, 1, 12, &change->month) && take_char(s, '.') &&
		       take_number(s, 1, 5, &change->week) && take_char(s, '.') &&
		       take_number(s, 0, 6, &change->day);
	} else {
		good = take_number(s, 0, 365, &change->day);
	}
	if (good && take_char(s, '/'))
		good = take_time(s, 167, &change->time);
	return good;
}

/* Less than a day, also when rounded to minutes: others count on it. */
static bool
is_offset(int32_t offset)
{
	return offset > -DAY && offset <= DAY - 60;
}

/* POSIX counts west, we east. */
static bool
take_offset(struct slice *s, int32_t *offset)
{
	if (!take_time(s, 23, offset))
		return false;
	*offset = -*offset;
	return is_offset(*offset);
}

static bool
parse_rule(struct zone *zone, struct slice s)
{
	if (s.n == 0)
		return true;
	zone->has_rule = true;
	if (!take_abbreviation(&s) || !take_offset(&s, &zone->std))
		return false;
	if (s.n == 0)
		return true;
	zone->has_dst = true;
	zone->dst = zone->std + HOUR;
	if (!take_abbreviation(&s))
		return false;
	if (s.n && s.p[0] != ',' && !take_offset(&s, &zone->dst))
		return false;
	return is_offset(zone->dst) && take_change(&s, &zone->start) &&
	       take_change(&s, &zone->end) && s.n == 0;
}

/* The compiled file: RFC 8536 section 3. */

struct header {
	char version;
	uint64_t isut, isstd, leap, time, type, chars;
};

static const unsigned char *
take(struct slice *file, uint64_t n)
{
	const char *p = file->p;

	if (n > file->n)
		return NULL;
	*file = slice_from(*file, n);
	return (const unsigned char *)p;
}

static uint32_t
be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t
be64(const unsigned char *p)
{
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

static bool
take_header(struct slice *file, struct header *h)
{
	const unsigned char *p = take(file, 44);

	if (!p || memcmp(p, "TZif", 4) != 0)
		return false;
	*h = (struct header){
	    .version = (char)p[4],
	    .isut = be32(p + 20),
	    .isstd = be32(p + 24),
	    .leap = be32(p + 28),
	    .time = be32(p + 32),
	    .type = be32(p + 36),
	    .chars = be32(p + 40),
	};
	return true;
}

/* Past the block with times of four bytes, which the second one repeats. */
static bool
skip_first(struct slice *file, const struct header *h)
{
	return take(file,
	    h->time * 5 + h->type * 6 + h->chars + h->leap * 8 + h->isstd + h->isut);
}

static bool
take_footer(struct slice *file, struct slice *rule)
{
	return take_char(file, '\n') && slice_index(*file, '\n') < file->n &&
	       slice_token(file, '\n', rule);
}

static bool
offset_of(const unsigned char *types, uint64_t n, uint64_t i, int32_t *offset)
{
	if (i >= n)
		return false;
	*offset = (int32_t)be32(types + 6 * i);
	return is_offset(*offset);
}

/* The zone in the bytes of its file, or NULL. */
static struct zone *
parse(struct slice file)
{
	const unsigned char *times, *index, *types;
	struct header h;
	struct slice rule;
	struct zone *zone;

	if (!take_header(&file, &h) || h.version < '2' || !skip_first(&file, &h) ||
	    !take_header(&file, &h) || h.leap > 0)
		return NULL;
	times = take(&file, h.time * 8);
	index = take(&file, h.time);
	types = take(&file, h.type * 6);
	if (!times || !index || !types || !take(&file, h.chars + h.isstd + h.isut) ||
	    !take_footer(&file, &rule))
		return NULL;

	zone = mem_alloc(sizeof *zone + h.time * sizeof *zone->step);
	*zone = (struct zone){.n = h.time};
	if (!offset_of(types, h.type, 0, &zone->first) || !parse_rule(zone, rule))
		goto bad;
	for (size_t i = 0; i < zone->n; i++) {
		zone->step[i].at = be64(times + 8 * i);
		if (!offset_of(types, h.type, index[i], &zone->step[i].offset) ||
		    (i > 0 && zone->step[i].at <= zone->step[i - 1].at))
			goto bad;
	}
	return zone;
bad:
	free(zone);
	return NULL;
}

static struct zone *
fixed(int32_t offset)
{
	struct zone *zone = mem_alloc(sizeof *zone);

	*zone = (struct zone){.first = offset};
	return zone;
}

/* Exactly "+08:00". */
static bool
parse_fixed(struct slice name, int32_t *offset)
{
	struct slice s = slice_from(name, 1);
	int hour, minute;

	if (name.n != 6 || (name.p[0] != '+' && name.p[0] != '-') || name.p[3] != ':')
		return false;
	if (!take_number(&s, 0, 23, &hour) || !take_char(&s, ':') ||
	    !take_number(&s, 0, 59, &minute) || s.n > 0)
		return false;
	*offset = (hour * HOUR + minute * 60) * (name.p[0] == '-' ? -1 : 1);
	return true;
}

/* No name of the database has a dot, so that nothing climbs out of it. */
static bool
is_name(struct slice name)
{
	static const char allowed[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789_+-/";

	if (name.n == 0 || name.n > NAME_MAX_LEN || name.p[0] == '/')
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!memchr(allowed, name.p[i], sizeof allowed - 1))
			return false;
	return true;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* How many letters to add, drop or change between two names; case is free. */
static size_t
distance(struct slice a, struct slice b)
{
	size_t row[NAME_MAX_LEN + 1];

	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 0; i < a.n; i++) {
		size_t diagonal = row[0]++;

		for (size_t j = 0; j < b.n; j++) {
			size_t least = diagonal + (lower(a.p[i]) != lower(b.p[j]));

			diagonal = row[j + 1];
			if (diagonal + 1 < least)
				least = diagonal + 1;
			if (row[j] + 1 < least)
				least = row[j] + 1;
			row[j + 1] = least;
		}
	}
	return row[b.n];
}

/* The name a line of tzdata.zi defines: "Z NAME ..." or "L TARGET NAME". */
static struct slice
defined_name(struct slice line)
{
	struct slice word = SLICE_NONE;
	int words;

	if (line.n < 2 || line.p[1] != ' ' || (line.p[0] != 'Z' && line.p[0] != 'L'))
		return SLICE_NONE;
	for (words = line.p[0] == 'Z' ? 2 : 3; words > 0; words--)
		if (!slice_token(&line, ' ', &word))
			return SLICE_NONE;
	return is_name(word) ? word : SLICE_NONE;
}

/* The name most like `wanted`, as a whole or in its last part ("Shanghai"). */
static struct slice
nearest(struct slice list, struct slice wanted)
{
	struct slice line, best = SLICE_NONE;
	size_t least = wanted.n / 3 + 1;

	while (slice_line(&list, &line)) {
		struct slice name = defined_name(line), city = name;
		size_t d = distance(wanted, name), d_city;

		while (slice_index(city, '/') < city.n)
			city = slice_from(city, slice_index(city, '/') + 1);
		d_city = distance(wanted, city);
		if (d_city < d)
			d = d_city;
		if (name.n && d < least) {
			least = d;
			best = name;
		}
	}
	return best;
}

static int
no_such_zone(const char *dir, struct slice name, struct err *err)
{
	char list_path[PATH_MAX];
	struct buf list;
	struct err unlisted;
	struct slice best = SLICE_NONE;

	buf_init(&list, FILE_MAX_LEN);
	snprintf(list_path, sizeof list_path, "%s/tzdata.zi", dir);
	if (file_slurp(list_path, FILE_MAX_LEN, &list, &unlisted) == 0)
		best = nearest(buf_view(&list), name);
	err_set(err, ERR_CONFIG, "no time zone %.*s in %s%s%.*s%s", SLICE_ARG(name), dir,
	    best.n ? ": is " : "", SLICE_ARG(best), best.n ? " meant?" : "");
	buf_fini(&list);
	return -1;
}

static int
load(struct zone **zone, const char *dir, struct slice name, struct err *err)
{
	char path[PATH_MAX];
	struct buf file;
	int rc;

	snprintf(path, sizeof path, "%s/%.*s", dir, SLICE_ARG(name));
	if (access(path, F_OK) != 0)
		return no_such_zone(dir, name, err);
	buf_init(&file, FILE_MAX_LEN);
	rc = file_slurp(path, FILE_MAX_LEN, &file, err);
	if (rc == 0 && !(*zone = parse(buf_view(&file))))
		rc = err_set(
		    err, ERR_INPUT, "%s is no time zone file that can be used", path);
	buf_fini(&file);
	return rc;
}

int
zone_open(struct zone **zone, struct slice name, struct err *err)
{
	const char *dir = getenv("TZDIR");
	int32_t offset;

	*zone = NULL;
	if (slice_is(name, "UTC"))
		*zone = fixed(0);
	else if (parse_fixed(name, &offset))
		*zone = fixed(offset);
	else if (is_name(name))
		return load(zone, dir && *dir ? dir : "/usr/share/zoneinfo", name, err);
	else
		return err_set(err, ERR_CONFIG,
		    "no time zone has such a name; they are "
		    "like Asia/Shanghai, UTC or +08:00");
	return 0;
}

void
zone_free(struct zone *zone)
{
	free(zone);
}

bool
zone_is_utc(const struct zone *zone)
{
	return zone->n == 0 && !zone->has_dst && zone_offset(zone, 0) == 0;
}

/* The instant of a change, `offset` being in force until then. */
static int64_t
change_at(const struct change *change, int64_t year, int32_t offset)
{
	int64_t day = civil_days(year, 1, 1) + change->day;

	if (change->kind == JULIAN) {
		day -= !(civil_month_days(year, 2) == 29 && change->day >= 60);
	} else if (change->kind == WEEK_DAY) {
		int64_t first = civil_days(year, change->month, 1);

		day = first + (change->day - civil_weekday(first) + 7) % 7 +
		      7 * (change->week - 1);
		if (day >= first + civil_month_days(year, change->month))
			day -= 7;
	}
	return day * DAY + change->time - offset;
}

/*
 * The latest change up to `utc` decides. Looking at three years in order of
 * time leaves no special case for rules that reach over New Year, for the
 * southern half of the world, or for daylight saving all year.
 */
static int32_t
rule_offset(const struct zone *zone, int64_t utc)
{
	struct civil now;
	int64_t best = INT64_MIN;
	int32_t offset = zone->std;

	if (!zone->has_dst)
		return offset;
	civil_from_seconds(utc, &now);
	for (int64_t year = now.year - 1; year <= now.year + 1; year++) {
		int64_t start = change_at(&zone->start, year, zone->std);
		int64_t end = change_at(&zone->end, year, zone->dst);

		if (start <= utc && start >= best) {
			best = start;
			offset = zone->dst;
		}
		if (end <= utc && end >= best) {
			best = end;
			offset = zone->std;
		}
	}
	return offset;
}

int32_t
zone_offset(const struct zone *zone, int64_t utc)
{
	size_t from = 0, to = zone->n; /* steps before `from` are not later */

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (zone->step[middle].at <= utc)
			from = middle + 1;
		else
			to = middle;
	}
	if (from == zone->n && zone->has_rule)
		return rule_offset(zone, utc);
	return from ? zone->step[from - 1].offset : zone->first;
}

void
zone_civil(const struct zone *zone, int64_t utc, struct civil *civil)
{
	utc = civil_clamp(utc);
	civil_from_seconds(utc + zone_offset(zone, utc), civil);
}

/*
 * A day earlier lies before the reading in any zone, a day later after it.
 * With the offset before tried first, of two instants the first is found.
 */
int64_t
zone_utc(const struct zone *zone, const struct civil *civil)
{
	int64_t local = civil_seconds(civil);
	int32_t before = zone_offset(zone, local - DAY);
	int32_t after = zone_offset(zone, local + DAY);

	if (zone_offset(zone, local - before) == before)
		return local - before;
	if (zone_offset(zone, local - after) == after)
		return local - after;
	return local - before;
}

#include "base/cron.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

static struct cron
parsed(const char *text)
{
	struct cron cron;
	struct err err;

	if (cron_parse(&cron, slice_str(text), &err) != 0)
		fail_msg("%s: %s", text, err.text);
	return cron;
}

static struct zone *
open_zone(const char *name)
{
	struct zone *zone;
	struct err err;

	if (zone_open(&zone, slice_str(name), &err) != 0)
		fail_msg("%s", err.text);
	return zone;
}

/* "2026-03-29 00:59:30" of UTC */
static int64_t
utc(const char *text)
{
	struct civil c = {0};

	assert_true(sscanf(text, "%d-%d-%d %d:%d:%d", &c.year, &c.month, &c.day, &c.hour,
			&c.minute, &c.second) >= 5);
	return civil_seconds(&c);
}

static void
show(int64_t at, char text[32])
{
	struct civil c;

	civil_from_seconds(at, &c);
	snprintf(text, 32, "%d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day, c.hour,
	    c.minute, c.second);
}

/* --- what an expression says ------------------------------------------------- */

static const struct {
	const char *text;
	struct cron cron;
} readings[] = {
    {"* * * * *", {(UINT64_C(1) << 60) - 1, 0xFFFFFF, 0xFFFFFFFE, 0x1FFE, 0x7F, false}},
    {"0,30 8-18 1 1 1", {1 | 1 << 30, 0x7FF00, 1 << 1, 1 << 1, 1 << 1, true}},
    {"*/15 */6 */10 */4 */2",
	{1 | 1 << 15 | 1 << 30 | UINT64_C(1) << 45, 1 | 1 << 6 | 1 << 12 | 1 << 18,
	    1 << 1 | 1 << 11 | 1 << 21 | 1u << 31, 1 << 1 | 1 << 5 | 1 << 9,
	    1 | 1 << 2 | 1 << 4 | 1 << 6, false}},
    {"8-18/5 0 * * *", {1 << 8 | 1 << 13 | 1 << 18, 1, 0xFFFFFFFE, 0x1FFE, 0x7F, false}},
    {"0 0 * jan,MAR-may Mon-Fri",
	{1, 1, 0xFFFFFFFE, 1 << 1 | 1 << 3 | 1 << 4 | 1 << 5, 0x3E, false}},
    {"0 0 1 dec 7", {1, 1, 1 << 1, 1 << 12, 1, true}},
    {"0 0 1 * 0,7", {1, 1, 1 << 1, 0x1FFE, 1, true}},
    {"0 0 1 * 5-7", {1, 1, 1 << 1, 0x1FFE, 0x61, true}},
    {"0 0 1 * fri-sun", {1, 1, 1 << 1, 0x1FFE, 0x61, true}},
    {"0 0 1 * sun-tue", {1, 1, 1 << 1, 0x1FFE, 0x07, true}},
    {"0 0 1 * sun-sun", {1, 1, 1 << 1, 0x1FFE, 0x01, true}},
    {"0 0 1 * sun-sat", {1, 1, 1 << 1, 0x1FFE, 0x7F, true}},
    {"0 0 1,* * 3", {1, 1, 0xFFFFFFFE, 0x1FFE, 1 << 3, true}},
    {"0 0 *,1 * 3", {1, 1, 0xFFFFFFFE, 0x1FFE, 1 << 3, false}},
    {"007 00 01 * *", {1 << 7, 1, 1 << 1, 0x1FFE, 0x7F, false}},
    {"  5\t 6  7 8   * \n", {1 << 5, 1 << 6, 1 << 7, 1 << 8, 0x7F, false}},
    {"@hourly", {1, 0xFFFFFF, 0xFFFFFFFE, 0x1FFE, 0x7F, false}},
    {"@daily", {1, 1, 0xFFFFFFFE, 0x1FFE, 0x7F, false}},
    {" @Midnight ", {1, 1, 0xFFFFFFFE, 0x1FFE, 0x7F, false}},
    {"@weekly", {1, 1, 0xFFFFFFFE, 0x1FFE, 1, false}},
    {"@monthly", {1, 1, 1 << 1, 0x1FFE, 0x7F, false}},
    {"@yearly", {1, 1, 1 << 1, 1 << 1, 0x7F, false}},
    {"@ANNUALLY", {1, 1, 1 << 1, 1 << 1, 0x7F, false}},
};

static bool
same(const struct cron *a, const struct cron *b)
{
	return a->minutes == b->minutes && a->hours == b->hours && a->days == b->days &&
	       a->months == b->months && a->weekdays == b->weekdays &&
	       a->either_day == b->either_day;
}

static void
reads_every_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
		struct cron cron = parsed(readings[i].text);

		if (!same(&cron, &readings[i].cron))
			fail_msg("%s", readings[i].text);
	}
}

#define PLAIN "a schedule has only letters, digits, spaces and * , - /"
#define FIVE  "a schedule has five fields, minute hour day month weekday: here are "
#define SHORTS                                                                           \
	" is none of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually"

static const struct {
	const char *text, *sentence;
} refusals[] = {
    {"60 * * * *", "minute: 60 is not in 0-59"},
    {"0 24 * * *", "hour: 24 is not in 0-23"},
    {"0 0 0 * *", "day: 0 is not in 1-31"},
    {"0 0 32 * *", "day: 32 is not in 1-31"},
    {"0 0 * 13 *", "month: 13 is not in 1-12 or jan-dec"},
    {"0 0 * 0 *", "month: 0 is not in 1-12 or jan-dec"},
    {"0 0 * mon *", "month: mon is not in 1-12 or jan-dec"},
    {"0 0 * january *", "month: january is not in 1-12 or jan-dec"},
    {"0 0 * * 8", "weekday: 8 is not in 0-7 or sun-sat"},
    {"0 0 * * jan", "weekday: jan is not in 0-7 or sun-sat"},
    {"0 mon * * *", "hour: mon is not in 0-23"},
    {"99999999999999999999 * * * *", "minute: 99999999999999999999 is not in 0-59"},
    {"4294967296 * * * *", "minute: 4294967296 is not in 0-59"},
    {"1,,2 * * * *", "minute: a value is missing"},
    {", * * * *", "minute: a value is missing"},
    {"* 1, * * *", "hour: a value is missing"},
    {"* 1- * * *", "hour: a value is missing"},
    {"* -1 * * *", "hour: a value is missing"},
    {"* /2 * * *", "hour: a value is missing"},
    {"* 1-2-3 * * *", "hour: 2-3 is not in 0-23"},
    {"* ** * * *", "hour: ** is not in 0-23"},
    {"* *-3 * * *", "hour: * is not in 0-23"},
    {"* 18-8 * * *", "hour: 18-8 is the wrong way round"},
    {"* 1-0 * * *", "hour: 1-0 is the wrong way round"},
    {"* * 1-0 * *", "day: 0 is not in 1-31"},
    {"* * * * fri-mon", "weekday: fri-mon is the wrong way round"},
    {"*/0 * * * *", "minute: step 0 is not in 1-59"},
    {"*/90 * * * *", "minute: step 90 is not in 1-59"},
    {"*/ * * * *", "minute: a step is missing"},
    {"*/-1 * * * *", "minute: step -1 is not in 1-59"},
    {"*/2/2 * * * *", "minute: step 2/2 is not in 1-59"},
    {"5/10 * * * *", "minute: a step needs a range or *, as */10"},
    {"", FIVE "0"},
    {"*", FIVE "1"},
    {"* * * *", FIVE "4"},
    {"* * * * * *", FIVE "6"},
    {"@reboot", "@reboot" SHORTS},
    {"@hourly 5", "@hourly 5" SHORTS},
    {"* * * * 5#2", PLAIN},
    {"* * L * *", "day: L is not in 1-31"},
    {"0 0 * *\n*", PLAIN},
    {"\xE4\xB8\x80 * * * *", PLAIN},
};

static void
refuses_with_the_field_and_the_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		struct cron cron;
		struct err err;

		if (cron_parse(&cron, slice_str(refusals[i].text), &err) == 0)
			fail_msg("%s was taken", refusals[i].text);
		assert_int_equal(err.kind, ERR_CONFIG);
		assert_string_equal(err.text, refusals[i].sentence);
	}
}

static void
refuses_a_nul_and_a_very_long_text(void **state)
{
	static char text[100000];
	struct cron cron;
	struct err err;

	(void)state;
	memset(text, '1', sizeof text);
	memcpy(text + sizeof text - 8, " * * * *", 8);
	assert_int_equal(cron_parse(&cron, slice_make(text, sizeof text), &err), -1);
	assert_string_equal(err.text, "minute: 111111111111111111111111 is not in 0-59");
	assert_int_equal(cron_parse(&cron, SLICE("* * * * \0*"), &err), -1);
}

/* --- the next one, by hand ----------------------------------------------------- */

/* All times are UTC; "" is none. */
static const struct {
	const char *zone, *text, *after, *next;
} cases[] = {
    /* strictly after, and from any second */
    {"UTC", "* * * * *", "2026-01-01 00:00:00", "2026-01-01 00:01:00"},
    {"UTC", "* * * * *", "2026-01-01 00:00:59", "2026-01-01 00:01:00"},
    {"UTC", "* * * * *", "2025-12-31 23:59:00", "2026-01-01 00:00:00"},
    {"UTC", "30 10 * * *", "2026-01-01 10:29:59", "2026-01-01 10:30:00"},
    {"UTC", "30 10 * * *", "2026-01-01 10:30:00", "2026-01-02 10:30:00"},
    /* months' ends, leap years */
    {"UTC", "0 0 31 * *", "2026-01-31 00:00:00", "2026-03-31 00:00:00"},
    {"UTC", "59 23 30 * *", "2026-01-30 23:59:00", "2026-03-30 23:59:00"},
    {"UTC", "0 0 29 2 *", "2026-01-01 00:00:00", "2028-02-29 00:00:00"},
    {"UTC", "0 0 29 2 *", "2096-02-28 23:59:59", "2096-02-29 00:00:00"},
    {"UTC", "0 0 29 2 *", "2096-02-29 00:00:00", "2104-02-29 00:00:00"},
    {"UTC", "0 0 29 2 *", "1896-02-29 00:00:00", "1904-02-29 00:00:00"},
    {"UTC", "0 0 31 2 *", "2026-01-01 00:00:00", ""},
    {"UTC", "0 0 30-31 2 *", "2026-01-01 00:00:00", ""},
    {"UTC", "0 0 31 2,4,6,9,11 *", "2026-01-01 00:00:00", ""},
    {"UTC", "0 0 29 2 */7", "2026-01-01 00:00:00", "2032-02-29 00:00:00"},
    {"UTC", "0 0 29 2 */7", "2032-02-29 00:00:00", ""}, /* 2060 */
    {"UTC", "@yearly", "2026-01-01 00:00:00", "2027-01-01 00:00:00"},
    /* either day, unless one begins with a star */
    {"UTC", "0 0 13 * fri", "2026-11-13 00:00:00", "2026-11-20 00:00:00"},
    {"UTC", "0 0 13 * fri", "2026-12-11 00:00:00", "2026-12-13 00:00:00"},
    {"UTC", "0 0 13 * */5", "2026-11-13 00:00:00", "2026-12-13 00:00:00"},
    {"UTC", "0 0 */2 * fri", "2026-11-06 00:00:00", "2026-11-13 00:00:00"},
    {"UTC", "0 0 31 2 mon", "2026-01-01 00:00:00", "2026-02-02 00:00:00"},
    {"UTC", "0 0 * * sun", "2026-11-23 00:00:00", "2026-11-29 00:00:00"},
    {"UTC", "0 0 * * 7", "2026-11-23 00:00:00", "2026-11-29 00:00:00"},
    /* a zone without jumps, and one that had some */
    {"Asia/Shanghai", "0 8 * * *", "2026-11-23 00:00:00", "2026-11-24 00:00:00"},
    {"Asia/Shanghai", "0 8 1 1 *", "2026-11-23 00:00:00", "2027-01-01 00:00:00"},
    {"Asia/Shanghai", "30 2 4 5 *", "1986-05-01 00:00:00", "1986-05-03 18:00:00"},
    {"+05:30", "0 0 * * *", "2026-11-23 00:00:00", "2026-11-23 18:30:00"},
    /* Berlin, 29 March 2026: 2:00 is 3:00 at 1:00 UTC */
    {"Europe/Berlin", "59 1 * * *", "2026-03-29 00:00:00", "2026-03-29 00:59:00"},
    {"Europe/Berlin", "0 2 * * *", "2026-03-29 00:00:00", "2026-03-29 01:00:00"},
    {"Europe/Berlin", "30 2 * * *", "2026-03-29 00:00:00", "2026-03-29 01:00:00"},
    {"Europe/Berlin", "30 2 * * *", "2026-03-29 00:59:59", "2026-03-29 01:00:00"},
    {"Europe/Berlin", "30 2 * * *", "2026-03-29 01:00:00", "2026-03-30 00:30:00"},
    {"Europe/Berlin", "0 3 * * *", "2026-03-29 00:00:00", "2026-03-29 01:00:00"},
    {"Europe/Berlin", "30 2,3 * * *", "2026-03-29 01:00:00", "2026-03-29 01:30:00"},
    {"Europe/Berlin", "* * * * *", "2026-03-29 00:59:00", "2026-03-29 01:00:00"},
    {"Europe/Berlin", "* * * * *", "2026-03-29 01:00:00", "2026-03-29 01:01:00"},
    {"Europe/Berlin", "30 2 29 3 *", "2026-03-29 01:00:00", "2027-03-29 00:30:00"},
    /* Berlin, 25 October 2026: 3:00 is 2:00 at 1:00 UTC */
    {"Europe/Berlin", "30 2 * * *", "2026-10-25 00:00:00", "2026-10-25 00:30:00"},
    {"Europe/Berlin", "30 2 * * *", "2026-10-25 00:30:00", "2026-10-26 01:30:00"},
    {"Europe/Berlin", "30 2 * * *", "2026-10-25 01:29:59", "2026-10-26 01:30:00"},
    {"Europe/Berlin", "59 2 * * *", "2026-10-25 01:00:00", "2026-10-26 01:59:00"},
    {"Europe/Berlin", "0 3 * * *", "2026-10-25 00:00:00", "2026-10-25 02:00:00"},
    {"Europe/Berlin", "* * * * *", "2026-10-25 00:59:00", "2026-10-25 02:00:00"},
    {"Europe/Berlin", "* * * * *", "2026-10-25 01:10:00", "2026-10-25 02:00:00"},
    /* New York, 8 March and 1 November 2026 */
    {"America/New_York", "15 2 * * *", "2026-03-08 05:00:00", "2026-03-08 07:00:00"},
    {"America/New_York", "15 2 * * *", "2026-03-08 07:00:00", "2026-03-09 06:15:00"},
    {"America/New_York", "15 1 * * *", "2026-11-01 04:00:00", "2026-11-01 05:15:00"},
    {"America/New_York", "15 1 * * *", "2026-11-01 05:15:00", "2026-11-02 06:15:00"},
    /* Lord Howe: half an hour, on 4 October and 5 April 2026 */
    {"Australia/Lord_Howe", "15 2 * * *", "2026-10-03 15:00:00", "2026-10-03 15:30:00"},
    {"Australia/Lord_Howe", "30 2 * * *", "2026-10-03 15:00:00", "2026-10-03 15:30:00"},
    {"Australia/Lord_Howe", "15 2 * * *", "2026-10-03 15:30:00", "2026-10-04 15:15:00"},
    {"Australia/Lord_Howe", "45 1 * * *", "2026-04-04 14:00:00", "2026-04-04 14:45:00"},
    {"Australia/Lord_Howe", "45 1 * * *", "2026-04-04 14:45:00", "2026-04-05 15:15:00"},
    /* Apia had no 30 December 2011 */
    {"Pacific/Apia", "0 12 30 12 *", "2011-12-29 22:00:00", "2011-12-30 10:00:00"},
    {"Pacific/Apia", "0 0 31 12 *", "2011-12-29 22:00:00", "2011-12-30 10:00:00"},
    /* the ends of time */
    {"UTC", "* * * * *", "9999-12-31 23:59:00", ""},
    {"UTC", "@yearly", "9998-12-31 00:00:00", "9999-01-01 00:00:00"},
    {"UTC", "0 0 2 12 *", "9999-01-01 00:00:00", "9999-12-02 00:00:00"},
    {"UTC", "@yearly", "9999-12-31 00:00:00", ""},
};

static void
finds_the_next(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct zone *zone = open_zone(cases[i].zone);
		struct cron cron = parsed(cases[i].text);
		int64_t wanted = *cases[i].next ? utc(cases[i].next) : 0;
		int64_t next = cron_next(&cron, zone, utc(cases[i].after));
		char shown[32];

		show(next, shown);
		if (next != wanted)
			fail_msg("%s in %s after %s: %s", cases[i].text, cases[i].zone,
			    cases[i].after, next ? shown : "none");
		zone_free(zone);
	}
}

static void
survives_any_instant(void **state)
{
	static const int64_t instants[] = {INT64_MIN, INT64_MIN + 1, -62135596801,
	    -62135596800, -1, 0, 253402300799, 253402300800, INT64_MAX - 1, INT64_MAX};
	static const char *const zones[] = {
	    "UTC", "+23:59", "-23:59", "Europe/Berlin", "Asia/Shanghai"};
	struct cron often = parsed("* * * * *"), never = parsed("0 0 31 2 *");

	(void)state;
	for (size_t z = 0; z < sizeof zones / sizeof *zones; z++) {
		struct zone *zone = open_zone(zones[z]);

		for (size_t i = 0; i < sizeof instants / sizeof *instants; i++) {
			int64_t next = cron_next(&often, zone, instants[i]);

			assert_true(next == 0 || next > instants[i]);
			assert_int_equal(cron_next(&never, zone, instants[i]), 0);
		}
		zone_free(zone);
	}
}

/* --- the next one, by counting minutes ----------------------------------------- */

static uint32_t
draw(uint64_t *seed, uint32_t n)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33) % n;
}

/* Appends a field and returns the set that it should be. */
static uint64_t
draw_field(uint64_t *seed, char *text, int low, int high, bool *star)
{
	uint64_t set = 0;
	uint32_t parts = 1 + draw(seed, 3), span = (uint32_t)(high - low + 1);

	*star = false;
	for (uint32_t i = 0; i < parts; i++) {
		int from = low + (int)draw(seed, span), to = from;
		int step = 1;
		char *end = text + strlen(text);

		switch (draw(seed, 4)) {
		case 0:
			from = low;
			to = high;
			step = 1 + (int)draw(seed, (uint32_t)high);
			*star = *star || i == 0;
			sprintf(end, "*/%d,", step);
			break;
		case 1:
			to = from + (int)draw(seed, (uint32_t)(high - from + 1));
			step = 1 + (int)draw(seed, 4);
			sprintf(end, "%d-%d/%d,", from, to, step);
			break;
		default:
			sprintf(end, "%d,", from);
		}
		for (int v = from; v <= to; v += step)
			set |= UINT64_C(1) << v;
	}
	text[strlen(text) - 1] = ' ';
	return set;
}

static struct cron
draw_cron(uint64_t *seed, char *text)
{
	struct cron cron;
	uint64_t weekdays;
	bool day, weekday, any;

	*text = '\0';
	cron.minutes = draw_field(seed, text, 0, 59, &any);
	cron.hours = (uint32_t)draw_field(seed, text, 0, 23, &any);
	cron.days = (uint32_t)draw_field(seed, text, 1, 31, &day);
	cron.months = (uint32_t)draw_field(seed, text, 1, 12, &any);
	weekdays = draw_field(seed, text, 0, 7, &weekday);
	cron.weekdays = (uint32_t)((weekdays | weekdays >> 7) & 0x7F);
	cron.either_day = !day && !weekday;
	return cron;
}

static bool
matches(const struct cron *cron, int64_t local)
{
	struct civil c;
	bool day, weekday;

	civil_from_seconds(local, &c);
	day = cron->days >> c.day & 1;
	weekday = cron->weekdays >> c.weekday & 1;
	return (cron->minutes >> c.minute & 1) && (cron->hours >> c.hour & 1) &&
	       (cron->months >> c.month & 1) &&
	       (cron->either_day ? day || weekday : day && weekday);
}

/*
 * What the hands of a clock show, minute by minute: each that was never shown before
 * counts, and at a jump forward all those between. The clock runs two days before
 * `after`, to know what it has shown. 0: none up to `end`.
 */
static int64_t
count_minutes(
    const struct cron *cron, const struct zone *zone, int64_t after, int64_t end)
{
	int64_t at = (after - 2 * DAY) / 60 * 60, shown = at + zone_offset(zone, at);

	for (; at <= end; at += 60) {
		int64_t local = at + zone_offset(zone, at);

		for (; shown < local; shown += 60)
			if (at > after && matches(cron, shown + 60))
				return at;
	}
	return 0;
}

static const struct {
	const char *zone, *near;
} jumps[] = {
    {"Europe/Berlin", "2026-03-29 01:00"},
    {"Europe/Berlin", "2026-10-25 01:00"},
    {"America/New_York", "2026-03-08 07:00"},
    {"America/New_York", "2026-11-01 06:00"},
    {"Australia/Lord_Howe", "2026-10-03 15:30"},
    {"Australia/Lord_Howe", "2026-04-04 15:00"},
    {"Asia/Shanghai", "1986-05-03 18:00"},
    {"Asia/Shanghai", "2026-02-28 16:00"},
    {"Pacific/Apia", "2011-12-30 10:00"},
    {"Africa/Casablanca", "2026-02-15 02:00"},
    {"UTC", "2028-02-29 00:00"},
};

/* An expression that is often enough due to be so near the jump. */
static void
compare(uint64_t *seed, const struct zone *zone, int64_t near)
{
	int64_t after = near - 2 * DAY + draw(seed, 3 * DAY), end = near + 5 * DAY;
	char text[512];
	struct cron wanted = draw_cron(seed, text), cron = parsed(text);

	if (!same(&cron, &wanted))
		fail_msg("%s", text);
	cron.months = 0x1FFE;
	for (int i = 0; i < 3; i++) {
		int64_t slow = count_minutes(&cron, zone, after, end);
		int64_t fast = cron_next(&cron, zone, after);

		if (slow ? fast != slow : fast != 0 && fast <= end)
			fail_msg("%s after %lld: %lld, not %lld", text, (long long)after,
			    (long long)fast, (long long)slow);
		if (!slow)
			return;
		after = fast;
	}
}

static void
agrees_with_counting_minutes(void **state)
{
	uint64_t seed = 20261123;

	(void)state;
	for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++) {
		struct zone *zone = open_zone(jumps[i].zone);

		for (int n = 0; n < 400; n++)
			compare(&seed, zone, utc(jumps[i].near));
		zone_free(zone);
	}
}

/* Months, too: two years of them, with a few minutes of the day only. */
static void
agrees_over_years(void **state)
{
	struct zone *zone = open_zone("Europe/Berlin");
	uint64_t seed = 42;

	(void)state;
	for (int n = 0; n < 12; n++) {
		int64_t after = utc("2027-01-01 00:00") + draw(&seed, 400 * DAY), end;
		char text[512];
		struct cron cron = draw_cron(&seed, text);
		int64_t fast = cron_next(&cron, zone, after);

		end = after + 2 * 365 * DAY;
		if (fast && fast <= end)
			assert_int_equal(count_minutes(&cron, zone, after, end), fast);
		else
			assert_int_equal(count_minutes(&cron, zone, after, end), 0);
	}
	zone_free(zone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_every_form),
	    cmocka_unit_test(refuses_with_the_field_and_the_reason),
	    cmocka_unit_test(refuses_a_nul_and_a_very_long_text),
	    cmocka_unit_test(finds_the_next),
	    cmocka_unit_test(survives_any_instant),
	    cmocka_unit_test(agrees_with_counting_minutes),
	    cmocka_unit_test(agrees_over_years),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

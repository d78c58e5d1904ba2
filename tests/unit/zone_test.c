#include "base/zone.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { DAY = 86400 };

static const int64_t year_1900 = -2208988800, year_2100 = 4102444800;

/* At least so many jumps from 1900 to 2100. */
static const struct {
	const char *name;
	int jumps;
} zones[] = {
    {"Asia/Shanghai", 25},
    {"Europe/Berlin", 250},
    {"America/New_York", 250},
    {"Australia/Lord_Howe", 200},
    {"Asia/Kathmandu", 2},
    {"Africa/Casablanca", 50},
    {"America/Sao_Paulo", 70},
    {"Pacific/Apia", 10},
    {"Europe/Dublin", 250},
    {"Antarctica/Troll", 150},
    {"America/St_Johns", 250},
    {"Pacific/Kiritimati", 2},
    {"UTC", 0},
    {"+08:00", 0},
};

enum { ZONES = sizeof zones / sizeof *zones };

static struct zone *
open_zone(const char *name)
{
	struct zone *zone;
	struct err err;

	if (zone_open(&zone, slice_str(name), &err) != 0)
		fail_msg("%s", err.text);
	return zone;
}

static void
use_libc_zone(const char *name)
{
	setenv("TZ", name[0] == '+' ? "XXX-8" : name, 1);
	tzset();
}

static void
same_as_libc(const struct zone *zone, const char *name, int64_t utc)
{
	time_t t = utc;
	struct civil c;
	struct tm tm;

	localtime_r(&t, &tm);
	zone_civil(zone, utc, &c);
	if (zone_offset(zone, utc) != tm.tm_gmtoff || c.year != tm.tm_year + 1900 ||
	    c.month != tm.tm_mon + 1 || c.day != tm.tm_mday || c.hour != tm.tm_hour ||
	    c.minute != tm.tm_min || c.second != tm.tm_sec || c.weekday != tm.tm_wday)
		fail_msg("%s at %lld: offset %d, not %ld", name, (long long)utc,
		    zone_offset(zone, utc), tm.tm_gmtoff);
}

static int64_t
utc_of_local(const struct zone *zone, int64_t local)
{
	struct civil c;

	civil_from_seconds(local, &c);
	return zone_utc(zone, &c);
}

/* The first second of the offset that is in force at `to` but not at `from`. */
static int64_t
jump_between(const struct zone *zone, int64_t from, int64_t to)
{
	int32_t after = zone_offset(zone, to);

	while (to - from > 1) {
		int64_t middle = from + (to - from) / 2;

		if (zone_offset(zone, middle) == after)
			to = middle;
		else
			from = middle;
	}
	return to;
}

/*
 * Readings near a jump. What was skipped takes the offset before; what
 * happens twice is the first, that is, has the offset before as well.
 */
static void
check_jump(const struct zone *zone, const char *name, int64_t at)
{
	static const int near[] = {-DAY, -7200, -3601, -3600, -1800, -1, 0, 1, 1799, 1800,
	    3599, 3600, 7200, DAY};
	int32_t before = zone_offset(zone, at - 1), after = zone_offset(zone, at);
	int64_t low = at + (before < after ? before : after);
	int64_t high = at + (before < after ? after : before);

	for (size_t i = 0; i < sizeof near / sizeof *near; i++) {
		int64_t utc = at + near[i], local = utc + zone_offset(zone, utc);
		bool twice = local >= low && local < high;

		same_as_libc(zone, name, utc);
		assert_int_equal(utc_of_local(zone, local), twice ? local - before : utc);
	}
	for (int64_t local = low; local < high; local += 599)
		assert_int_equal(utc_of_local(zone, local), local - before);
	assert_int_equal(utc_of_local(zone, high - 1), high - 1 - before);
}

static void
agrees_with_the_c_library(void **state)
{
	const int64_t step = DAY + 7 * 3600 + 13;

	(void)state;
	for (size_t i = 0; i < ZONES; i++) {
		struct zone *zone = open_zone(zones[i].name);
		int jumps = 0;

		use_libc_zone(zones[i].name);
		for (int64_t utc = year_1900; utc < year_2100; utc += step) {
			same_as_libc(zone, zones[i].name, utc);
			if (zone_offset(zone, utc) == zone_offset(zone, utc + step))
				continue;
			check_jump(
			    zone, zones[i].name, jump_between(zone, utc, utc + step));
			jumps++;
		}
		if (jumps < zones[i].jumps)
			fail_msg("%s: %d jumps", zones[i].name, jumps);
		zone_free(zone);
	}
}

static void
knows_jumps_by_heart(void **state)
{
	static const struct {
		const char *zone;
		struct civil local;
		int64_t utc;
	} t[] = {
	    {"Asia/Shanghai", {2024, 2, 28, 9, 7, 16, 0}, 1709082436},
	    {"Asia/Shanghai", {1986, 5, 4, 2, 30, 0, 0}, 515529000},  /* skipped */
	    {"Asia/Shanghai", {1988, 7, 1, 12, 0, 0, 0}, 583729200},  /* summer: +09:00 */
	    {"Asia/Shanghai", {1991, 9, 15, 1, 30, 0, 0}, 684865800}, /* twice */
	    {"Europe/Berlin", {2024, 3, 31, 2, 30, 0, 0}, 1711848600},  /* skipped */
	    {"Europe/Berlin", {2024, 10, 27, 2, 30, 0, 0}, 1729989000}, /* twice */
	    {"America/New_York", {2099, 7, 4, 0, 0, 0, 0}, 4086820800}, /* by the rule */
	    {"Pacific/Apia", {2011, 12, 30, 12, 0, 0, 0}, 1325282400},  /* no such day */
	    {"+08:00", {1990, 1, 1, 0, 0, 0, 0}, 631123200},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct zone *zone = open_zone(t[i].zone);

		assert_int_equal(zone_utc(zone, &t[i].local), t[i].utc);
		zone_free(zone);
	}
}

static void
survives_any_instant(void **state)
{
	static const int64_t far[] = {INT64_MIN, INT64_MIN + 1, -62135596801,
	    -62135596800, 253402300799, 253402300800, INT64_MAX - 1, INT64_MAX};

	(void)state;
	for (size_t i = 0; i < ZONES; i++) {
		struct zone *zone = open_zone(zones[i].name);

		for (size_t j = 0; j < sizeof far / sizeof *far; j++) {
			struct civil c;

			zone_civil(zone, far[j], &c);
			assert_true(civil_is_valid(&c));
			assert_int_equal(c.year, far[j] < 0 ? 1 : 9999);
		}
		zone_free(zone);
	}
}

static void
only_utc_is_utc(void **state)
{
	static const struct {
		const char *name;
		bool utc;
	} t[] = {{"UTC", true}, {"Etc/UTC", true}, {"+00:00", true},
	    {"Europe/London", false}, {"+08:00", false}};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct zone *zone = open_zone(t[i].name);

		assert_int_equal(zone_is_utc(zone), t[i].utc);
		zone_free(zone);
	}
	zone_free(NULL);
}

static void
refuses_other_names(void **state)
{
	static const struct {
		const char *name, *says;
	} t[] = {
	    {"Asia/Shangai", "is Asia/Shanghai meant?"},
	    {"asia/shanghai", "is Asia/Shanghai meant?"},
	    {"Shanghai", "is Asia/Shanghai meant?"},
	    {"Qqqqqqqqqq", "no time zone Qqqqqqqqqq in "},
	    {"../zoneinfo/UTC", "no time zone has such a name"},
	    {"Asia/../Asia/Tokyo", "no time zone has such a name"},
	    {"/usr/share/zoneinfo/Asia/Tokyo", "no time zone has such a name"},
	    {"tzdata.zi", "no time zone has such a name"},
	    {"", "no time zone has such a name"},
	    {"北京", "no time zone has such a name"},
	    {"+24:00", "no time zone has such a name"},
	    {"+08:60", "no time zone has such a name"},
	    {"+0a:00", "no time zone has such a name"},
	    {"-1:+000", "no time zone has such a name"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct zone *zone;
		struct err err;

		assert_int_equal(zone_open(&zone, slice_str(t[i].name), &err), -1);
		assert_null(zone);
		assert_int_equal(err.kind, ERR_CONFIG);
		if (!strstr(err.text, t[i].says))
			fail_msg("%s: %s", t[i].name, err.text);
	}
}

/* Files made here, in a database of their own. */

struct database {
	char dir[32], path[40];
};

static int
make_database(void **state)
{
	struct database *db = malloc(sizeof *db);

	strcpy(db->dir, "/tmp/zone-XXXXXX");
	if (!mkdtemp(db->dir))
		return -1;
	snprintf(db->path, sizeof db->path, "%s/Test", db->dir);
	setenv("TZDIR", db->dir, 1);
	*state = db;
	return 0;
}

static int
drop_database(void **state)
{
	struct database *db = *state;

	unsetenv("TZDIR");
	unlink(db->path);
	rmdir(db->dir);
	free(db);
	return 0;
}

/* NULL when the bytes are refused, as they have to be: without a zone. */
static struct zone *
open_bytes(const struct database *db, const void *bytes, size_t n)
{
	struct zone *zone;
	struct err err = {0};
	FILE *f;

	unlink(db->path); /* some file systems wait for the disk to overwrite */
	f = fopen(db->path, "w");
	assert_non_null(f);
	fwrite(bytes, 1, n, f);
	fclose(f);
	if (zone_open(&zone, SLICE("Test"), &err) == 0)
		return zone;
	assert_int_equal(err.kind, ERR_INPUT);
	assert_null(zone);
	return NULL;
}

/* A file with one type of the offset 0, no jump, and a footer. */
static struct zone *
open_footer(const struct database *db, const char *footer)
{
	static const char header[44] = {'T', 'Z', 'i', 'f', '2', [39] = 1, [43] = 1};
	char bytes[200];
	size_t n = 0;

	for (int i = 0; i < 2; i++) {
		memcpy(bytes + n, header, 44);
		memset(bytes + n + 44, 0, 7);
		n += 51;
	}
	n += (size_t)snprintf(bytes + n, sizeof bytes - n, "\n%s\n", footer);
	return open_bytes(db, bytes, n);
}

static void
footers_agree_with_the_c_library(void **state)
{
	static const char *const footers[] = {
	    "EST5EDT,M3.2.0,M11.1.0",
	    "CET-1CEST,M3.5.0,M10.5.0/3",
	    "IST-1GMT0,M10.5.0,M3.5.0/1",
	    "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
	    "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
	    "IST-2IDT,M3.4.4/26,M10.5.0",
	    "AAA-3:30:15BBB-4,J60/0,J300/3:30:30",
	    "AAA3BBB,59/0,299/24",
	    "<+0545>-5:45",
	    "UTC0",
	};

	for (size_t i = 0; i < sizeof footers / sizeof *footers; i++) {
		struct zone *zone = open_footer(*state, footers[i]);

		assert_non_null(zone);
		use_libc_zone(footers[i]);
		for (int64_t utc = 0; utc < year_2100; utc += 9 * 3600 + 11)
			same_as_libc(zone, footers[i], utc);
		zone_free(zone);
	}
}

static void
summer_time_may_last_all_year(void **state)
{
	struct zone *zone = open_footer(*state, "XXX3EDT4,0/0,J365/23");

	assert_non_null(zone);
	for (int64_t utc = 0; utc < year_2100; utc += 1801)
		assert_int_equal(zone_offset(zone, utc), -4 * 3600);
	zone_free(zone);
}

static void
without_a_footer_the_last_type_stays(void **state)
{
	struct zone *zone = open_footer(*state, "");

	assert_non_null(zone);
	assert_int_equal(zone_offset(zone, year_2100), 0);
	zone_free(zone);
}

static void
refuses_bad_footers(void **state)
{
	static const char *const footers[] = {"E5", "EST", "EST24", "EST-23:59:01",
	    "EST1EDT-24,0,1", "EST5EDT", "<+03-3", "<>3", "EST5 ", "EST5EDT,M3.2.0",
	    "EST5EDT,M13.1.0,M11.1.0", "EST5EDT,M0.1.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0",
	    "EST5EDT,M3.0.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,J0,J365",
	    "EST5EDT,J1,J366", "EST5EDT,366,1", "EST5EDT,M3.2.0/168,M11.1.0",
	    "EST5EDT,M3.2.0,M11.1.0x", "EST5:60", "EST99999999999999999999",
	    "EST5EDT,M,M", "EST-"};

	for (size_t i = 0; i < sizeof footers / sizeof *footers; i++)
		if (open_footer(*state, footers[i]))
			fail_msg("%s is no rule", footers[i]);
}

/* The real file of Berlin, cut at every length and damaged at every byte. */
static void
survives_damaged_files(void **state)
{
	static unsigned char bytes[16384];
	FILE *f = fopen("/usr/share/zoneinfo/Europe/Berlin", "r");
	size_t n;
	struct zone *zone;

	assert_non_null(f);
	n = fread(bytes, 1, sizeof bytes, f);
	fclose(f);
	assert_non_null(zone = open_bytes(*state, bytes, n));
	zone_free(zone);
	for (size_t i = 0; i < n; i++)
		assert_null(open_bytes(*state, bytes, i));
	for (size_t i = 0; i < n; i++) {
		static const unsigned char to[] = {0, 1, 0x7F, 0x80, 0xFF, '\n'};
		unsigned char was = bytes[i];

		for (size_t j = 0; j < sizeof to; j++) {
			bytes[i] = to[j];
			zone = open_bytes(*state, bytes, n);
			for (int64_t utc = year_1900; zone && utc < year_2100;
			     utc += 97 * DAY)
				assert_in_range(
				    zone_offset(zone, utc) + DAY + 1, 1, 2 * DAY);
			zone_free(zone);
		}
		bytes[i] = was;
	}
}

static void
refuses_what_is_no_use(void **state)
{
	unsigned char bytes[200] = {'T', 'Z', 'i', 'f', '2', [39] = 1, [43] = 1};
	struct zone *zone;

	memcpy(bytes + 51, bytes, 51);
	memcpy(bytes + 102, "\n\n", 2);
	assert_non_null(zone = open_bytes(*state, bytes, 104));
	zone_free(zone);

	bytes[4] = 0; /* version 1 */
	assert_null(open_bytes(*state, bytes, 104));
	bytes[4] = '2';

	bytes[51 + 39] = 0; /* no type at all */
	assert_null(open_bytes(*state, bytes, 98));
	bytes[51 + 39] = 1;

	bytes[51 + 31] = 1; /* a leap second, of 12 bytes */
	memcpy(bytes + 114, "\n\n", 2);
	assert_null(open_bytes(*state, bytes, 116));

	bytes[51 + 31] = 0;
	bytes[51 + 35] = 1; /* one jump, to type 0 and to one that is not there */
	bytes[51 + 43] = 7;
	memset(bytes + 95, 0, 22);
	memcpy(bytes + 117, "\n\n", 2);
	assert_non_null(zone = open_bytes(*state, bytes, 119));
	zone_free(zone);
	bytes[95 + 8] = 1;
	assert_null(open_bytes(*state, bytes, 119));

	assert_null(open_bytes(*state, "TZif", 4));
	assert_null(open_bytes(*state, "", 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(agrees_with_the_c_library),
	    cmocka_unit_test(knows_jumps_by_heart),
	    cmocka_unit_test(survives_any_instant),
	    cmocka_unit_test(only_utc_is_utc),
	    cmocka_unit_test(refuses_other_names),
	    cmocka_unit_test_setup_teardown(
		footers_agree_with_the_c_library, make_database, drop_database),
	    cmocka_unit_test_setup_teardown(
		summer_time_may_last_all_year, make_database, drop_database),
	    cmocka_unit_test_setup_teardown(
		without_a_footer_the_last_type_stays, make_database, drop_database),
	    cmocka_unit_test_setup_teardown(
		refuses_bad_footers, make_database, drop_database),
	    cmocka_unit_test_setup_teardown(
		survives_damaged_files, make_database, drop_database),
	    cmocka_unit_test_setup_teardown(
		refuses_what_is_no_use, make_database, drop_database),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

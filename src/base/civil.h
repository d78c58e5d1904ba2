/*
 * civil: the calendar without a zone, proleptic Gregorian, years 1 to 9999.
 * Seconds and days are counted from 1970-01-01 on.
 */
#ifndef BASE_CIVIL_H
#define BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

struct civil {
	int year, month, day;     /* month 1-12, day 1-31 */
	int hour, minute, second; /* second 0-59 */
	int weekday;              /* 0 Sunday; set by the conversions */
};

bool civil_is_valid(const struct civil *civil); /* 31 April is not */

int64_t civil_seconds(const struct civil *civil);
/* What lies before year 1 or after 9999 reads as civil_clamp of it. */
void civil_from_seconds(int64_t seconds, struct civil *civil);
/* The first second of year 1, or the last of 9999, for what lies beyond. */
int64_t civil_clamp(int64_t seconds);

/* For these, any year will do. */
int64_t civil_days(int64_t year, int month, int day);
int civil_month_days(int64_t year, int month); /* 28 to 31 */
int civil_weekday(int64_t days);               /* 0 Sunday */

#endif

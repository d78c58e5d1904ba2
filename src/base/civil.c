#include "base/civil.h"

enum { HOUR = 3600, DAY = 24 * HOUR };

/* The arithmetic counts years from 1 March of year 0. */

int64_t
civil_days(int64_t year, int month, int day)
{
	int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - 719468;
}

static bool
is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int
civil_month_days(int64_t year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year));
}

int
civil_weekday(int64_t days)
{
	return (int)(((days + 4) % 7 + 7) % 7);
}

bool
civil_is_valid(const struct civil *c)
{
	return c->year >= 1 && c->year <= 9999 && c->month >= 1 && c->month <= 12 &&
	       c->day >= 1 && c->day <= civil_month_days(c->year, c->month) &&
	       c->hour >= 0 && c->hour <= 23 && c->minute >= 0 && c->minute <= 59 &&
	       c->second >= 0 && c->second <= 59;
}

int64_t
civil_seconds(const struct civil *c)
{
	return civil_days(c->year, c->month, c->day) * DAY + c->hour * HOUR +
	       c->minute * 60 + c->second;
}

int64_t
civil_clamp(int64_t seconds)
{
	const int64_t first = civil_days(1, 1, 1) * DAY,
		      last = civil_days(10000, 1, 1) * DAY - 1;

	return seconds < first ? first : seconds > last ? last : seconds;
}

void
civil_from_seconds(int64_t seconds, struct civil *c)
{
	int64_t since = civil_clamp(seconds) - civil_days(0, 3, 1) * DAY; /* positive */
	int64_t days = since / DAY, era = days / 146097, d = days % 146097;
	int64_t year = (d - d / 1460 + d / 36524 - d / 146096) / 365;
	int64_t day_of_year = d - (365 * year + year / 4 - year / 100);
	int month = (int)(5 * day_of_year + 2) / 153; /* 0 is March */
	int of_day = (int)(since % DAY);

	c->day = (int)day_of_year - (153 * month + 2) / 5 + 1;
	c->month = month < 10 ? month + 3 : month - 9;
	c->year = (int)(year + era * 400) + (c->month <= 2);
	c->hour = of_day / HOUR;
	c->minute = of_day / 60 % 60;
	c->second = of_day % 60;
	c->weekday = civil_weekday(days + civil_days(0, 3, 1));
}

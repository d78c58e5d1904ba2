/*
 * date: instants from what people write, and the forms that feeds want.
 *
 * Understood (surrounding white space is ignored):
 *   RFC 3339 and ISO 8601   2024-02-28T01:07:16.553836+00:00, ...Z, +0800,
 *                           seconds may be missing
 *   Jekyll                  2024-02-28 09:07:16 +0800; without offset: local
 *   date only               2024-02-28  2024/2/28  2024.2.28  20240228
 *   Chinese                 2024年2月21日, with 9时7分16秒 or 09:07 behind it
 *   RFC 822, HTTP           Wed, 28 Feb 2024 01:07:16 GMT (also EST, -0500;
 *                           a two-digit year as RFC 2822 section 4.3)
 *   asctime                 Wed Feb 28 01:07:16 2024
 *   epoch                   9 to 11 digits: seconds since 1970
 * Full-width digits and colons count as their ASCII twins. A reading without
 * an offset is local to `zone`. Date only is 00:00:00 local. Fractions of a
 * second are cut off. Second 60 is taken as 59. Hour 24 is an error, as is
 * 30 February, a wrong weekday is not. Years 1 to 9999, less a day at either
 * end, so that an instant has four digits of year in every zone. Names of
 * zones but UTC and GMT are known in RFC 822 only: CST is also China's.
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/slice.h"
#include "base/zone.h"

struct date {
	int64_t sec; /* POSIX seconds */
	bool known;  /* false: no date at all */
	bool day;    /* only the day was given */
};

/* ERR_INPUT: what is wrong, quoting the text ("30 February does not exist"). */
int date_parse(
    struct date *date, struct slice text, const struct zone *zone, struct err *err);

/* A date only or Chinese date at the very start of a text, e.g. of a dateline
 * or a file name: 2024-02-28, 2024年2月21日, 20240228 (a non-digit follows).
 * Returns how many bytes it took, 0 when there is none or it is impossible. */
size_t date_prefix(struct date *date, struct slice text, const struct zone *zone);

/* 2024-02-28T09:07:16+08:00; "Z" only when the zone is UTC itself. */
struct slice date_rfc3339(struct arena *arena, int64_t sec, const struct zone *zone);
/* Wed, 28 Feb 2024 09:07:16 +0800 (English names whatever the locale).
 * In both, an old offset with seconds is rounded up to minutes; the instant stays. */
struct slice date_rfc822(struct arena *arena, int64_t sec, const struct zone *zone);
/* Wed, 28 Feb 2024 01:07:16 GMT (RFC 9110 section 5.6.7). */
struct slice date_http(struct arena *arena, int64_t sec);

#endif

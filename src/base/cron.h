/*
 * cron: times of day in the form of crontab(5), "0,30 8-18 * * mon-fri".
 *
 * Five fields: minute, hour, day of the month, month, day of the week. Each is a
 * list of numbers, of ranges, and of stars for all there are; a range and a star
 * may have a step behind a slash (8-18/2). Months and weekdays have names too
 * (three letters, any case); Sunday is 0 and 7. When both days are restricted
 * either one is enough, as in cron; one that begins with a star is not. Also
 * @hourly, @daily, @midnight, @weekly, @monthly, @yearly and @annually.
 */
#ifndef BASE_CRON_H
#define BASE_CRON_H

#include "base/err.h"
#include "base/slice.h"
#include "base/zone.h"

struct cron {
	uint64_t minutes;
	uint32_t hours, days, months, weekdays; /* bit 0 is value 0 */
	bool either_day;                        /* day and weekday both restricted */
};

/* ERR_CONFIG, with the field and what is wrong in it. */
int cron_parse(struct cron *cron, struct slice text, struct err *err);

/*
 * The first instant after `after` whose local minute is one of these; 0 when
 * there is none in the next eight years ("0 0 31 2 *"). A minute that a jump
 * of the zone skipped happens at the jump; one that happens twice happens the
 * first time.
 */
int64_t cron_next(const struct cron *cron, const struct zone *zone, int64_t after);

#endif

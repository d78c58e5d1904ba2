#include "base/cron.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A time that was found is later, and is one of those asked for or a jump. */
static int64_t
check_next(const struct cron *cron, const struct zone *zone, int64_t after)
{
	int64_t next = cron_next(cron, zone, after);
	struct civil c;

	if (next == 0)
		return 0;
	zone_civil(zone, next, &c);
	if (next <= after)
		abort();
	if ((!(cron->minutes >> c.minute & 1) || !(cron->hours >> c.hour & 1) ||
		!(cron->months >> c.month & 1)) &&
	    zone_offset(zone, next - 1) >= zone_offset(zone, next))
		abort();
	/* nothing lies between: asked from just before, it is the same one */
	if (cron_next(cron, zone, next - 1) != next)
		abort();
	return next;
}

/* The sets are within their fields, and none is empty. */
static void
check_sets(const struct cron *cron)
{
	if (!cron->minutes || cron->minutes >> 60 || !cron->hours || cron->hours >> 24 ||
	    !cron->days || (cron->days & 1) || !cron->months || (cron->months & 1) ||
	    cron->months >> 13 || !cron->weekdays || cron->weekdays >> 7)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {
	    "UTC", "+23:59", "Europe/Berlin", "Australia/Lord_Howe"};
	enum { ZONES = sizeof names / sizeof *names };
	int64_t after = 0;
	struct cron cron;
	struct err err;

	if (size < sizeof after)
		return 0;
	memcpy(&after, data, sizeof after);
	data += sizeof after;
	size -= sizeof after;
	if (cron_parse(&cron, slice_make((const char *)data, size), &err) != 0) {
		if (err.kind != ERR_CONFIG || err.text[0] == '\0')
			abort();
		return 0;
	}
	check_sets(&cron);
	for (size_t i = 0; i < ZONES; i++) {
		struct zone *zone;
		int64_t at = after;

		if (zone_open(&zone, slice_str(names[i]), &err) != 0)
			abort();
		for (int n = 0; n < 4 && (n == 0 || at != 0); n++)
			at = check_next(&cron, zone, at);
		zone_free(zone);
	}
	return 0;
}

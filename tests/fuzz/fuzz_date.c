#include "base/date.h"

#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>

/* A date that was read and written must be the same second when read again. */
static void
check_forms(
    struct arena *arena, int64_t sec, const struct zone *zone, const struct zone *other)
{
	struct date again;
	struct err err;

	if (date_parse(&again, date_rfc3339(arena, sec, zone), other, &err) != 0 ||
	    again.sec != sec || again.day)
		abort();
	if (date_parse(&again, date_rfc822(arena, sec, zone), other, &err) != 0 ||
	    again.sec != sec || again.day)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"UTC", "+08:00", "-23:59", "+23:59"};
	enum { ZONES = sizeof names / sizeof *names };
	struct slice text = slice_make((const char *)data, size);
	struct arena *arena = arena_new();
	struct zone *zone[ZONES];
	struct date date;
	struct err err;

	for (size_t i = 0; i < ZONES; i++)
		if (zone_open(&zone[i], slice_str(names[i]), &err) != 0)
			abort();
	for (size_t i = 0; i < ZONES; i++) {
		size_t prefix = date_prefix(&date, text, zone[i]);
		int64_t sec = date.sec;

		if (prefix > size || (prefix > 0) != date.known)
			abort();
		if (prefix > 0) {
			struct slice head = slice_part(text, 0, prefix);

			if (date_parse(&date, head, zone[i], &err) != 0 || !date.day ||
			    date.sec != sec)
				abort();
		}
		if (date_parse(&date, text, zone[i], &err) != 0) {
			if (date.known || err.kind != ERR_INPUT)
				abort();
			continue;
		}
		for (size_t j = 0; j < ZONES; j++)
			check_forms(arena, date.sec, zone[j], zone[i]);
	}
	for (size_t i = 0; i < ZONES; i++)
		zone_free(zone[i]);
	arena_free(arena);
	return 0;
}

/*
 * zone: one time zone of the tz database, for local time <-> UTC.
 *
 * Reads the compiled file (RFC 8536, version 2 and up, its footer rule
 * included, so that years after the last transition are right). Unlike
 * the C library's it is a value: any number at once, any thread, no TZ
 * variable. Seconds are POSIX seconds since 1970-01-01T00:00:00Z.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include "base/civil.h"
#include "base/err.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

struct zone;

/*
 * "Asia/Shanghai", "UTC" (built in, needs no database), "+08:00" (fixed).
 * Names that leave the database ("../x", absolute) are refused. The
 * directory is $TZDIR, else /usr/share/zoneinfo. ERR_CONFIG: no such zone,
 * with the nearest name where there is one. ERR_INPUT: a damaged file, or
 * one that counts leap seconds.
 */
int zone_open(struct zone **zone, struct slice name, struct err *err);
void zone_free(struct zone *zone); /* NULL is allowed */

/* Is it never anything but UTC? London in winter is not. */
bool zone_is_utc(const struct zone *zone);

/* Offset east of UTC in seconds that is in force at an instant. */
int32_t zone_offset(const struct zone *zone, int64_t utc);
/* The local calendar reading of an instant. */
void zone_civil(const struct zone *zone, int64_t utc, struct civil *civil);
/*
 * The instant of a local reading. A reading that a jump forward skipped
 * takes the offset before the jump; one that happens twice is the first.
 */
int64_t zone_utc(const struct zone *zone, const struct civil *civil);

#endif

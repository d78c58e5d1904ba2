/* clock: the only place that asks what time it is. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

int64_t clock_now(void);     /* POSIX seconds */
int64_t clock_elapsed(void); /* monotonic milliseconds, for durations only */

#endif

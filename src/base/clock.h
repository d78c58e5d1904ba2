/* clock: the only place that asks what time it is. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

int64_t clock_now(void);           /* POSIX seconds */
int64_t clock_until(int64_t when); /* milliseconds, rounded up */
int64_t clock_micros(void);        /* monotonic microseconds, as service managers ask */
int64_t clock_elapsed(void);       /* monotonic milliseconds, for durations only */

/*
 * A descriptor that becomes readable when the clock was set, or jumped while the
 * machine slept (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET). -1: there is none.
 */
int clock_jumps(void);
/* Was it? Makes it ready for the next time. */
bool clock_jumped(int fd);

#endif

#include "base/clock.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

int64_t
clock_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec;
}

int64_t
clock_until(int64_t when)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (when - ts.tv_sec) * 1000 - ts.tv_nsec / 1000000;
}

int64_t
clock_micros(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
clock_elapsed(void)
{
	return clock_micros() / 1000;
}

/* A timer that is years away: nothing but a jump makes it readable. */
static int
arm(int fd)
{
	const struct itimerspec never = {.it_value.tv_sec = clock_now() + 3650LL * 86400};

	return timerfd_settime(
	    fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
}

int
clock_jumps(void)
{
	int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd >= 0 && arm(fd) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

bool
clock_jumped(int fd)
{
	uint64_t times;
	bool jumped = read(fd, &times, sizeof times) < 0 && errno == ECANCELED;

	arm(fd);
	return jumped;
}

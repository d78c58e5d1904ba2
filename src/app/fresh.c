#include "app/fresh.h"

#include "base/clock.h"

int64_t
fresh_left(const struct file_stat *stat)
{
	int64_t age = -clock_until(0) - stat->mtime_ns / 1000000;

	return age > -FRESH && age < FRESH ? FRESH - age : 0;
}

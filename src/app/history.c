#include "app/history.h"

const int64_t history_bounds[HISTORY_BUCKETS] = {
    5, 10, 25, 50, 100, 250, 500, 1000, 5000, 30000, 120000, 600000};

static size_t
bucket_of(int64_t cost)
{
	size_t i = 0;

	while (i < HISTORY_BUCKETS && cost > history_bounds[i])
		i++;
	return i;
}

void
history_run_add(struct history *h, const struct history_run *run)
{
	h->cause[run->cause].runs++;
	h->cause[run->cause].failures += run->result == RESULT_FAILED;
	h->bucket[bucket_of(run->cost)]++;
	h->cost += (uint64_t)run->cost;
	h->bytes += (uint64_t)run->bytes;
	if (run->result != RESULT_FAILED)
		h->succeeded = run->at;
	h->run[h->next++ % HISTORY_RUNS] = *run;
}

size_t
history_runs(const struct history *h, int64_t now, struct history_run v[HISTORY_RUNS])
{
	size_t first = h->next > HISTORY_RUNS ? h->next - HISTORY_RUNS : 0, n = 0;

	for (size_t i = first; i < h->next; i++)
		if (h->run[i % HISTORY_RUNS].at > now - HISTORY_DAY)
			v[n++] = h->run[i % HISTORY_RUNS];
	return n;
}

void
traffic_add(struct traffic *t, int64_t now, uint64_t requests)
{
	int64_t at = now - now % TRAFFIC_SLOT;
	size_t i = (size_t)(at / TRAFFIC_SLOT) % TRAFFIC_SLOTS;

	if (t->slot[i].at != at) {
		t->slot[i].at = at;
		t->slot[i].requests = 0;
	}
	t->slot[i].requests += requests < t->requests ? requests : requests - t->requests;
	t->requests = requests;
}

uint64_t
traffic_day(const struct traffic *t, int64_t now, uint64_t v[TRAFFIC_SLOTS])
{
	int64_t last = now - now % TRAFFIC_SLOT;
	uint64_t all = 0;

	for (int64_t i = 0; i < TRAFFIC_SLOTS; i++) {
		int64_t at = last - (TRAFFIC_SLOTS - 1 - i) * TRAFFIC_SLOT;
		size_t slot = (size_t)(at / TRAFFIC_SLOT) % TRAFFIC_SLOTS;

		v[i] = t->slot[slot].at == at ? t->slot[slot].requests : 0;
		all += v[i];
	}
	return all;
}

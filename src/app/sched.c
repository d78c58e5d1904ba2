#include "app/sched.h"

enum {
	PATIENCE = 60,       /* seconds before a failed run is tried again, at first */
	PATIENCE_MAX = 3600, /* ... and at most */
};

const char *
sched_cause_name(enum sched_cause cause)
{
	static const char *const names[CAUSES] = {
	    [CAUSE_START] = "start",
	    [CAUSE_ASKED] = "asked for",
	    [CAUSE_CONFIG] = "new configuration",
	    [CAUSE_LOST] = "events were lost",
	    [CAUSE_HUBS] = "a hub died or lives again",
	    [CAUSE_CLOCK] = "the clock was set",
	    [CAUSE_RETRY] = "the last run failed",
	    [CAUSE_RESCAN] = "regular look at everything",
	    [CAUSE_FILES] = "files changed",
	    [CAUSE_DUE] = "due",
	};

	return names[cause];
}

void
sched_init(struct sched *s, int64_t rescan)
{
	*s = (struct sched){
	    .rescan = rescan, .arena = arena_new(), .due.what = SLICE_NONE};
}

void
sched_fini(struct sched *s)
{
	arena_free(s->arena);
}

void
sched_want(struct sched *s, enum sched_cause cause)
{
	s->wanted[cause] = true;
}

void
sched_touch(struct sched *s, const struct slices *touched)
{
	for (size_t i = 0; i < touched->n; i++)
		slices_add(&s->touched, s->arena, arena_copy(s->arena, touched->v[i]));
	s->wanted[CAUSE_FILES] |= touched->n > 0;
}

void
sched_tick(struct sched *s, int64_t now)
{
	s->wanted[CAUSE_DUE] |= s->due.at && s->due.at <= now;
	s->wanted[CAUSE_RESCAN] |= s->next_rescan && s->next_rescan <= now;
	s->wanted[CAUSE_RETRY] |= s->retry && s->retry <= now;
}

bool
sched_take(struct sched *s, struct sched_run *run)
{
	int first = 0;

	while (first < CAUSES && !s->wanted[first])
		first++;
	if (first == CAUSES)
		return false;
	*run = (struct sched_run){
	    .cause = (enum sched_cause)first,
	    .whole = first < CAUSE_FILES || s->owing,
	    .arena = s->arena,
	    .touched = s->touched,
	};
	s->arena = arena_new();
	s->touched = (struct slices){0};
	for (int i = 0; i < CAUSES; i++)
		s->wanted[i] = false;
	s->due = (struct due){0};
	s->retry = 0;
	return true;
}

/* One that a run did not settle is not tried again at once, over and over. */
static struct due
later(struct due due, const struct sched_end *end)
{
	if (due.at && due.at <= end->began)
		due.at = end->now + PATIENCE;
	return due;
}

void
sched_ended(struct sched *s, const struct sched_end *end)
{
	struct due article = later(end->article, end);
	struct due feed = later(end->feed, end);

	if (end->whole)
		s->next_rescan = end->now + s->rescan;
	s->owing = end->failed || end->held || (s->owing && !end->whole);
	if (end->failed) {
		s->patience = s->patience ? 2 * s->patience : PATIENCE;
		if (s->patience > PATIENCE_MAX)
			s->patience = PATIENCE_MAX;
		s->retry = end->now + s->patience;
		return;
	}
	s->patience = 0;
	if (end->held)
		return;
	s->due = article.at && (!feed.at || article.at <= feed.at) ? article : feed;
	s->due.what = arena_copy(s->arena, s->due.what);
}

int64_t
sched_next(const struct sched *s, enum sched_cause *cause, struct slice *what)
{
	const struct {
		int64_t at;
		enum sched_cause cause;
		struct slice what;
	} times[] = {
	    {s->due.at, CAUSE_DUE, s->due.what},
	    {s->retry, CAUSE_RETRY, SLICE_NONE},
	    {s->next_rescan, CAUSE_RESCAN, SLICE_NONE},
	};
	int64_t next = 0;

	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		if (!times[i].at || (next && times[i].at >= next))
			continue;
		next = times[i].at;
		*cause = times[i].cause;
		*what = times[i].what;
	}
	return next;
}

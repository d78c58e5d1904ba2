#include "app/watch_change.h"

#include "app/fresh.h"

#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

enum {
	PARTNER = 20,   /* milliseconds in which a rename's other half must come */
	STEADY = FRESH, /* ... in which a file that nobody closed must not change */
};

struct change {
	TAILQ_ENTRY(change) link;
	struct change *from, *to; /* where it was renamed from, and to */
	int64_t at;               /* when it was last told of: the order of its list */
	uint32_t cookie;
	enum change_state state;
	bool written; /* it was open when it was renamed */
	bool found;   /* no event told of it yet */
	struct slice path;
	char text[];
};

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t
most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void
watch_changes_init(struct watch_changes *w, const struct watch_options *options)
{
	*w = (struct watch_changes){
	    .settle = options->settle, .settle_max = options->settle_max};
	map_init(&w->by_path);
	for (int state = 0; state < CHANGE_STATES; state++)
		TAILQ_INIT(&w->list[state]);
}

static void
forget(struct change_list *list)
{
	struct change *c;

	while ((c = TAILQ_FIRST(list))) {
		TAILQ_REMOVE(list, c, link);
		free(c);
	}
}

void
watch_changes_fini(struct watch_changes *w)
{
	for (int state = 0; state < CHANGE_STATES; state++)
		forget(&w->list[state]);
	map_fini(&w->by_path);
}

/* After some were taken off the lists: the map keeps no key that is freed. */
static void
index_anew(struct watch_changes *w)
{
	w->found = 0;
	map_fini(&w->by_path);
	map_init(&w->by_path);
	for (int state = 0; state < CHANGE_STATES; state++) {
		struct change *c = TAILQ_FIRST(&w->list[state]);

		for (; c; c = TAILQ_NEXT(c, link)) {
			map_put(&w->by_path, c->path, c);
			w->found += c->found;
		}
	}
}

void
watch_change_forget(struct watch_changes *w, bool keep_open)
{
	w->lost = false;
	w->gathering = false;
	forget(&w->list[CHANGE_DONE]);
	forget(&w->list[CHANGE_APART]);
	if (!keep_open)
		forget(&w->list[CHANGE_OPEN]);
	index_anew(w);
}

/* What is saved again and again is open at times: that nothing is done for a moment does
 * not begin another burst. */
static void
stamp(struct watch_changes *w, int64_t now)
{
	if (!w->gathering || now - w->last > w->settle_max)
		w->first = now;
	w->gathering = true;
	w->last = now;
}

static int64_t
quiet_at(const struct watch_changes *w)
{
	int64_t quiet = w->last + w->settle;

	if (w->found)
		quiet = most(quiet, w->last_found + STEADY);
	return least(quiet, w->first + w->settle_max);
}

static int64_t
steady_at(const struct watch_changes *w, const struct change *c)
{
	return c->at + most(w->settle, STEADY);
}

static struct change *
find(struct watch_changes *w, struct slice path)
{
	struct change *c = map_get(&w->by_path, path);

	if (c)
		return c;
	c = mem_alloc(sizeof *c + path.n);
	*c = (struct change){.state = CHANGE_DONE, .path = {c->text, path.n}};
	memcpy(c->text, path.p, path.n);
	TAILQ_INSERT_TAIL(&w->list[CHANGE_DONE], c, link);
	map_put(&w->by_path, c->path, c);
	return c;
}

/* With what it was renamed from, and that from: they are in one state at one time, and
 * so are taken together. */
static void
put(struct watch_changes *w, struct change *c, enum change_state state, int64_t now)
{
	for (; c; c = c->from) {
		TAILQ_REMOVE(&w->list[c->state], c, link);
		TAILQ_INSERT_TAIL(&w->list[state], c, link);
		c->state = state;
		c->at = now;
	}
}

/* Something else is at this path now: it no longer goes with where that went. */
static void
cut(struct change *c)
{
	if (c->to)
		c->to->from = NULL;
	c->to = NULL;
}

/* It is no longer taken with what it was renamed from. */
static void
part(struct change *c)
{
	if (c->from)
		c->from->to = NULL;
	c->from = NULL;
}

static struct change *
find_apart(struct watch_changes *w, uint32_t cookie)
{
	struct change *c = TAILQ_LAST(&w->list[CHANGE_APART], change_list);

	while (c && c->cookie != cookie)
		c = TAILQ_PREV(c, change_list, link);
	return c;
}

static void
set_found(struct watch_changes *w, struct change *c, bool found)
{
	w->found += (size_t)found - (size_t)c->found;
	c->found = found;
}

static void
leave(struct watch_changes *w, struct change *c, uint32_t cookie, int64_t now)
{
	c->written = c->state == CHANGE_OPEN;
	c->cookie = cookie;
	put(w, c, CHANGE_APART, now);
}

static void
arrive(struct watch_changes *w, struct change *c, struct change *from, int64_t now)
{
	part(c);
	c->from = from;
	if (from)
		from->to = c;
	put(w, c, from && from->written ? CHANGE_OPEN : CHANGE_DONE, now);
}

/* A link is made and never closed; times and modes are set before the closing. */
static bool
is_opening(struct watch_changes *w, struct slice path, uint32_t mask)
{
	const struct change *c = map_get(&w->by_path, path);

	if (mask & IN_ISDIR)
		return false;
	return mask & (IN_MODIFY | IN_CREATE) ||
	       (mask & IN_ATTRIB && c && c->state == CHANGE_OPEN);
}

void
watch_change_tell(struct watch_changes *w, struct slice path, uint32_t mask,
    uint32_t cookie, int64_t now)
{
	bool opening = is_opening(w, path, mask);
	struct change *c;

	if (!opening)
		stamp(w, now);
	c = find(w, path);
	cut(c);
	set_found(w, c, false);
	if (mask & IN_MOVED_FROM)
		leave(w, c, cookie, now);
	else if (mask & IN_MOVED_TO)
		arrive(w, c, find_apart(w, cookie), now);
	else
		put(w, c, opening ? CHANGE_OPEN : CHANGE_DONE, now);
}

void
watch_change_found(struct watch_changes *w, struct slice path, bool fresh, int64_t now)
{
	struct change *c;

	stamp(w, now);
	c = find(w, path);
	cut(c);
	set_found(w, c, fresh);
	put(w, c, CHANGE_DONE, now);
	if (fresh)
		w->last_found = now;
}

/* What is open already keeps its time. */
void
watch_change_expect(
    struct watch_changes *w, struct slice path, struct slice was, int64_t now)
{
	struct change *c = find(w, path), *from;

	if (c->state == CHANGE_DONE)
		put(w, c, CHANGE_OPEN, now);
	if (was.n == 0 || c->from || map_get(&w->by_path, was))
		return;
	from = find(w, was);
	TAILQ_REMOVE(&w->list[from->state], from, link);
	TAILQ_INSERT_AFTER(&w->list[c->state], c, from, link);
	from->state = c->state;
	from->at = c->at;
	from->to = c;
	c->from = from;
}

void
watch_change_away(struct watch_changes *w, uint32_t cookie, int64_t now)
{
	put(w, find_apart(w, cookie), CHANGE_DONE, now);
}

void
watch_change_lose(struct watch_changes *w, int64_t now)
{
	stamp(w, now);
	w->lost = true;
}

void
watch_change_promote(struct watch_changes *w, int64_t now)
{
	struct change *c;

	while ((c = TAILQ_FIRST(&w->list[CHANGE_APART])) && c->at + PARTNER <= now) {
		TAILQ_REMOVE(&w->list[CHANGE_APART], c, link);
		TAILQ_INSERT_TAIL(&w->list[CHANGE_DONE], c, link);
		c->state = CHANGE_DONE;
	}
}

int64_t
watch_change_due(const struct watch_changes *w)
{
	const struct change *apart = TAILQ_FIRST(&w->list[CHANGE_APART]);
	const struct change *open = TAILQ_FIRST(&w->list[CHANGE_OPEN]);
	int64_t due = INT64_MAX;

	if (w->lost || !TAILQ_EMPTY(&w->list[CHANGE_DONE]))
		due = quiet_at(w);
	if (apart)
		due = least(due, most(quiet_at(w), apart->at + PARTNER));
	if (open)
		due = least(due, steady_at(w, open));
	return due == INT64_MAX ? -1 : due;
}

bool
watch_change_is_lost(const struct watch_changes *w, int64_t now)
{
	return w->lost && quiet_at(w) <= now;
}

/* At the ceiling: from now on each of them waits for itself. */
static void
open_found(struct watch_changes *w, int64_t now)
{
	struct change *c, *next;

	for (c = TAILQ_FIRST(&w->list[CHANGE_DONE]); c; c = next) {
		next = TAILQ_NEXT(c, link);
		if (c->found) {
			set_found(w, c, false);
			part(c);
			put(w, c, CHANGE_OPEN, now);
		}
	}
}

/* Off the lists, to `ready`. */
static void
collect(struct watch_changes *w, int64_t now, struct change_list *ready)
{
	struct change_list *open = &w->list[CHANGE_OPEN];
	struct change *c;

	TAILQ_INIT(ready);
	if (quiet_at(w) <= now && !TAILQ_EMPTY(&w->list[CHANGE_DONE])) {
		if (w->found && now < w->last_found + STEADY)
			open_found(w, now);
		TAILQ_CONCAT(ready, &w->list[CHANGE_DONE], link);
		w->gathering = false;
	}
	while ((c = TAILQ_FIRST(open)) && steady_at(w, c) <= now) {
		TAILQ_REMOVE(open, c, link);
		TAILQ_INSERT_TAIL(ready, c, link);
	}
}

static int
by_path(const void *a, const void *b)
{
	return slice_cmp(*(const struct slice *)a, *(const struct slice *)b);
}

/* In order, a folder comes right before all that is below it. */
static void
drop_below(struct slices *paths)
{
	const struct slice *v = paths->v;
	size_t kept = 0;

	for (size_t i = 0; i < paths->n; i++)
		if (kept == 0 || !slice_ends(v[kept - 1], SLICE("/")) ||
		    !slice_starts(v[i], v[kept - 1]))
			paths->v[kept++] = v[i];
	paths->n = kept;
}

void
watch_change_take(
    struct watch_changes *w, int64_t now, struct arena *arena, struct slices *touched)
{
	struct change_list ready;
	const struct change *c;

	*touched = (struct slices){0};
	collect(w, now, &ready);
	if (TAILQ_EMPTY(&ready))
		return;
	for (c = TAILQ_FIRST(&ready); c; c = TAILQ_NEXT(c, link))
		slices_add(touched, arena, arena_copy(arena, c->path));
	qsort(touched->v, touched->n, sizeof *touched->v, by_path);
	drop_below(touched);
	forget(&ready);
	index_anew(w);
}

void
watch_change_open(
    const struct watch_changes *w, struct arena *arena, struct slices *paths)
{
	const struct change *c;

	for (int state = 0; state < CHANGE_STATES; state++)
		TAILQ_FOREACH(c, &w->list[state], link)
	if (state == CHANGE_OPEN || c->written || c->found)
		slices_add(paths, arena, arena_copy(arena, c->path));
}

#include "app/watch_tree.h"

#include "base/map.h"
#include "input/scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define MAX_WATCHES "/proc/sys/fs/inotify/max_user_watches"

static const uint32_t told = IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_FROM | IN_MOVED_TO |
			     IN_CREATE | IN_DELETE | IN_ATTRIB;
static const uint32_t manner = IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK;

static size_t
hash_name(const struct watched *parent, const char *name)
{
	return map_hash(slice_str(name)) ^ (uintptr_t)parent >> 4;
}

static struct watched **
bucket_of(const struct watch_tree *t, enum watch_table table, const struct watched *n)
{
	size_t hash = table == BY_WD ? (size_t)n->wd : hash_name(n->parent, n->name);

	return &t->bucket[table][hash & (t->buckets - 1)];
}

static void
table_add(struct watch_tree *t, enum watch_table table, struct watched *n)
{
	struct watched **bucket = bucket_of(t, table, n);

	n->chain[table] = *bucket;
	*bucket = n;
}

static void
table_remove(struct watch_tree *t, enum watch_table table, struct watched *n)
{
	struct watched **at = bucket_of(t, table, n);

	while (*at != n)
		at = &(*at)->chain[table];
	*at = n->chain[table];
}

static void
widen(struct watch_tree *t)
{
	size_t old = t->buckets;

	t->buckets = old ? 2 * old : 64;
	for (int table = 0; table < WATCH_TABLES; table++) {
		struct watched **from = t->bucket[table], *n;

		t->bucket[table] = mem_alloc(t->buckets * sizeof *from);
		memset(t->bucket[table], 0, t->buckets * sizeof *from);
		for (size_t i = 0; i < old; i++)
			while ((n = from[i])) {
				from[i] = n->chain[table];
				table_add(t, (enum watch_table)table, n);
			}
		free(from);
	}
}

/* A dropped one stands in front of another with the same wd: what comes before its
 * IN_IGNORED is meant for it. */
struct watched *
watch_tree_of(const struct watch_tree *t, int wd)
{
	struct watched *n, *found = NULL;

	if (t->buckets == 0)
		return NULL;
	for (n = t->bucket[BY_WD][(size_t)wd & (t->buckets - 1)]; n; n = n->chain[BY_WD])
		if (n->wd == wd && n->dropped)
			return NULL;
		else if (n->wd == wd)
			found = n;
	return found;
}

struct watched *
watch_tree_find(
    const struct watch_tree *t, const struct watched *parent, const char *name)
{
	struct watched *n;

	if (t->buckets == 0)
		return NULL;
	n = t->bucket[BY_NAME][hash_name(parent, name) & (t->buckets - 1)];
	while (n && (n->parent != parent || strcmp(n->name, name) != 0))
		n = n->chain[BY_NAME];
	return n;
}

static struct watched *
hang(struct watch_tree *t, struct watched *parent, const char *name, int wd)
{
	size_t size = strlen(name) + 1;
	struct watched *n = mem_alloc(sizeof *n + size);

	*n = (struct watched){.parent = parent, .wd = wd};
	memcpy(n->name, name, size);
	n->link = parent ? &parent->child : &t->top;
	n->next = *n->link;
	*n->link = n;
	if (n->next)
		n->next->link = &n->next;
	if (t->nodes++ == t->buckets)
		widen(t);
	table_add(t, BY_NAME, n);
	if (wd >= 0)
		table_add(t, BY_WD, n);
	*(wd >= 0 ? &t->watched : &t->unwatched) += 1;
	return n;
}

static void
discard(struct watch_tree *t, struct watched *n)
{
	t->nodes--;
	free(n);
}

static void
unhang(struct watch_tree *t, struct watched *n)
{
	*n->link = n->next;
	if (n->next)
		n->next->link = n->link;
	table_remove(t, BY_NAME, n);
}

void
watch_tree_drop(struct watch_tree *t, struct watched *n)
{
	while (n->child)
		watch_tree_drop(t, n->child);
	unhang(t, n);
	if (n->wd >= 0) {
		inotify_rm_watch(t->fd, n->wd);
		n->dropped = true;
		t->watched--;
		return;
	}
	t->unwatched--;
	discard(t, n);
}

void
watch_tree_ignored(struct watch_tree *t, int wd)
{
	struct watched *n = watch_tree_of(t, wd);

	if (n)
		watch_tree_drop(t, n);
	if (t->buckets == 0)
		return;
	n = t->bucket[BY_WD][(size_t)wd & (t->buckets - 1)];
	while (n && !(n->wd == wd && n->dropped))
		n = n->chain[BY_WD];
	if (n) {
		table_remove(t, BY_WD, n);
		discard(t, n);
	}
}

const char *
watch_tree_limit(const char *path, char room[24])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, room, 23);

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return "unknown";
	room[n] = '\0';
	room[strcspn(room, "\n")] = '\0';
	return room;
}

/* The first reason stands as long as any is unwatched; but the limit matters more. */
static void
explain(struct watch_tree *t, int error)
{
	char room[24];

	if (error == ENOSPC && t->max && t->watched >= t->max)
		snprintf(t->reason, sizeof t->reason,
		    "only %zu folders are watched, which is the limit (max_watches)",
		    t->watched);
	else if (error == ENOSPC)
		snprintf(t->reason, sizeof t->reason,
		    "only %zu folders are watched, then a limit was reached "
		    "(" MAX_WATCHES ": %s)",
		    t->watched, watch_tree_limit(MAX_WATCHES, room));
	else if (t->unwatched == 0)
		snprintf(t->reason, sizeof t->reason, "a folder cannot be watched: %s",
		    error == ENOENT ? "/proc is not mounted" : strerror(error));
}

/* Through the descriptor, as a path could lead elsewhere by now; inotify has no
 * call that takes one. */
static int
add_watch(struct watch_tree *t, int fd, bool root)
{
	char path[48];

	snprintf(path, sizeof path, "/proc/self/fd/%d/.", fd);
	return inotify_add_watch(
	    t->fd, path, told | manner | (root ? IN_DELETE_SELF | IN_MOVE_SELF : 0));
}

static bool
is_above(const struct watched *n, const struct watched *below)
{
	while (below && below != n)
		below = below->parent;
	return below == n;
}

/*
 * What the kernel watches under this wd already is a folder that was moved here,
 * which its event has yet to tell: it goes from its old place.
 */
static int
move_here(
    struct watch_tree *t, struct watched *parent, struct watched *old, int wd, int fd)
{
	struct watched *other = watch_tree_of(t, wd);

	if (!old && !other)
		return wd;
	if (other && is_above(other, parent)) {
		t->muddled = true;
		return -1;
	}
	if (old)
		watch_tree_drop(t, old);
	other = watch_tree_of(t, wd);
	if (other)
		watch_tree_drop(t, other);
	return add_watch(t, fd, !parent);
}

/* The wd of the folder that `fd` is; *known when it is the very one at `old`. */
static int
watch_folder(struct watch_tree *t, struct watched *parent, struct watched *old, int fd,
    bool *known)
{
	int wd;

	if (!old && t->max && t->watched >= t->max) {
		errno = ENOSPC;
		return -1;
	}
	wd = add_watch(t, fd, !parent);
	*known = wd >= 0 && old && old->wd == wd;
	return wd < 0 || *known ? wd : move_here(t, parent, old, wd, fd);
}

static enum watch_found
close_off(struct watch_tree *t, struct watched *parent, const char *name, int error)
{
	struct watched *old = watch_tree_find(t, parent, name);

	if (old)
		watch_tree_drop(t, old);
	explain(t, error);
	hang(t, parent, name, -1);
	return FOUND_CLOSED;
}

static int list(struct watch_tree *t, struct watched *folder, int fd, int depth,
    const struct watch_visit *visit);

/* `at` is the parent; the folder itself is `depth` below the root. */
static enum watch_found
enter(struct watch_tree *t, struct watched *parent, int at, const char *name, int depth,
    const struct watch_visit *visit)
{
	struct watched *old = watch_tree_find(t, parent, name);
	bool known = false;
	int fd, wd;

	if (depth > SCAN_DEEPEST)
		return FOUND_NOTHING;
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)) {
		if (old)
			watch_tree_drop(t, old);
		return FOUND_NOTHING;
	}
	if (fd < 0)
		return close_off(t, parent, name, errno);
	wd = watch_folder(t, parent, old, fd, &known);
	if (wd < 0 || known) {
		int error = errno;

		close(fd);
		if (known)
			return FOUND_KNOWN;
		return t->muddled ? FOUND_NOTHING : close_off(t, parent, name, error);
	}
	if (list(t, hang(t, parent, name, wd), fd, depth, visit) < 0)
		return close_off(t, parent, name, errno);
	return FOUND_NEW;
}

static void
list_one(struct watch_tree *t, struct watched *folder, int fd, const struct dirent *e,
    int depth, const struct watch_visit *visit)
{
	bool maybe = e->d_type == DT_DIR || e->d_type == DT_UNKNOWN;

	if (maybe && scan_is_folder(slice_str(e->d_name)) &&
	    enter(t, folder, fd, e->d_name, depth + 1, visit) != FOUND_NOTHING)
		return;
	if (visit && e->d_type != DT_DIR && scan_is_article(slice_str(e->d_name)))
		visit->file(visit->ctx, folder, e->d_name);
}

/* After it is watched, so that nothing is made in between unseen. Takes `fd`. */
static int
list(struct watch_tree *t, struct watched *folder, int fd, int depth,
    const struct watch_visit *visit)
{
	DIR *dir = fdopendir(fd);
	const struct dirent *e;
	int error;

	if (!dir) {
		close(fd);
		return -1;
	}
	while ((void)(errno = 0), (e = readdir(dir)))
		list_one(t, folder, fd, e, depth, visit);
	error = errno;
	closedir(dir);
	errno = error;
	return error ? -1 : 0;
}

static int
open_folder(const struct watch_tree *t, const struct watched *n)
{
	int up, fd;

	if (!n->parent)
		return fcntl(t->root->fd, F_DUPFD_CLOEXEC, 0);
	up = open_folder(t, n->parent);
	if (up < 0)
		return -1;
	fd = openat(up, n->name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	close(up);
	return fd;
}

static int
depth_of(const struct watched *n)
{
	int depth = 0;

	while ((n = n->parent))
		depth++;
	return depth;
}

enum watch_found
watch_tree_enter(struct watch_tree *t, struct watched *parent, const char *name,
    const struct watch_visit *visit)
{
	int at = open_folder(t, parent);
	enum watch_found found;

	if (at < 0)
		return FOUND_NOTHING;
	found = enter(t, parent, at, name, depth_of(parent) + 1, visit);
	close(at);
	return found;
}

void
watch_tree_init(struct watch_tree *t, const struct root *root, int fd, size_t max)
{
	*t = (struct watch_tree){.root = root, .fd = fd, .max = max};
}

bool
watch_tree_fill(struct watch_tree *t)
{
	return enter(t, NULL, t->root->fd, ".", 0, NULL) == FOUND_NEW;
}

/* When no watch is left nothing new can come: what waits is the end of it. */
void
watch_tree_clear(struct watch_tree *t)
{
	char events[16 * 1024];

	if (t->top)
		watch_tree_drop(t, t->top);
	while (t->fd >= 0 && read(t->fd, events, sizeof events) > 0)
		;
	for (size_t i = 0; i < t->buckets; i++)
		while (t->bucket[BY_WD][i]) {
			struct watched *n = t->bucket[BY_WD][i];

			t->bucket[BY_WD][i] = n->chain[BY_WD];
			discard(t, n);
		}
	t->muddled = false;
}

void
watch_tree_fini(struct watch_tree *t)
{
	watch_tree_clear(t);
	if (t->fd >= 0)
		close(t->fd);
	for (int table = 0; table < WATCH_TABLES; table++)
		free(t->bucket[table]);
}

static char *
put_before(char *at, const char *room, const char *text)
{
	size_t n = strlen(text);

	return !at || (size_t)(at - room) < n ? NULL : memcpy(at - n, text, n);
}

struct slice
watch_tree_path(
    const struct watched *folder, const char *name, const char *end, char room[PATH_MAX])
{
	char *at = room + PATH_MAX - 1;

	*at = '\0';
	at = put_before(at, room, end);
	at = put_before(at, room, name);
	for (; folder->parent; folder = folder->parent) {
		at = put_before(at, room, "/");
		at = put_before(at, room, folder->name);
	}
	return at ? slice_make(at, (size_t)(room + PATH_MAX - 1 - at)) : SLICE_NONE;
}

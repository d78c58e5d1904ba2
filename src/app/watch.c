#include "app/watch.h"

#include "app/fresh.h"
#include "app/watch_change.h"
#include "app/watch_tree.h"
#include "input/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define MAX_INSTANCES "/proc/sys/fs/inotify/max_user_instances"

struct watch {
	const struct root *root;
	struct watch_tree tree;
	struct watch_changes changes;
	bool blind, partial;
	char reason[256];
};

/* What is changed on another machine, or below a mount, no event tells of. */
static const struct {
	uint32_t magic;
	const char *name;
} reticent[] = {
    {NFS_SUPER_MAGIC, "NFS"},
    {0xFF534D42, "CIFS"},
    {0xFE534D42, "SMB"},
    {SMB_SUPER_MAGIC, "SMB"},
    {FUSE_SUPER_MAGIC, "FUSE"},
    {V9FS_MAGIC, "9p"},
    {OVERLAYFS_SUPER_MAGIC, "overlayfs"},
    {CEPH_SUPER_MAGIC, "Ceph"},
    {AFS_SUPER_MAGIC, "AFS"},
    {AFS_FS_MAGIC, "AFS"},
    {CODA_SUPER_MAGIC, "Coda"},
    {NCP_SUPER_MAGIC, "NCP"},
    {OCFS2_SUPER_MAGIC, "OCFS2"},
    {0x01161970, "GFS2"},
    {0x0BD00BD0, "Lustre"},
    {0x47504653, "GPFS"},
    {ECRYPTFS_SUPER_MAGIC, "eCryptfs"},
};

struct visiting {
	struct watch *watch;
	int64_t now;
};

/* In a folder that was just made. */
static void
visit_file(void *ctx, const struct watched *folder, const char *name)
{
	struct visiting *v = ctx;
	struct file_stat stat;
	struct err err;
	char room[PATH_MAX];
	struct slice path = watch_tree_path(folder, name, "", room);

	if (path.n && file_stat(v->watch->root, path.p, &stat, &err) > 0)
		watch_change_found(
		    &v->watch->changes, path, fresh_left(&stat) > 0, v->now);
}

/*
 * A folder in a folder: what is there by now counts, not what the event says. One
 * that was made is told file by file; what is in one that is known is told without
 * this; all others are to be looked at whole.
 */
static bool
is_to_be_told(
    struct watch *w, struct watched *parent, const struct inotify_event *e, int64_t now)
{
	struct visiting visiting = {w, now};
	struct watch_visit visit = {visit_file, &visiting};
	enum watch_found found = watch_tree_enter(
	    &w->tree, parent, e->name, e->mask & IN_CREATE ? &visit : NULL);

	if (e->mask & IN_CREATE)
		return found == FOUND_CLOSED;
	return found == FOUND_NEW || !(e->mask & IN_ATTRIB);
}

/* Another file system was taken away from this folder: what is under it shows. */
static void
uncover(struct watch *w, struct watched *folder, int64_t now)
{
	struct watched *parent = folder->parent;
	char room[PATH_MAX], name[NAME_MAX + 1];
	struct slice path = watch_tree_path(parent, folder->name, "/", room);

	snprintf(name, sizeof name, "%s", folder->name);
	watch_tree_drop(&w->tree, folder);
	watch_tree_enter(&w->tree, parent, name, NULL);
	if (path.n)
		watch_change_tell(&w->changes, path, IN_DELETE | IN_ISDIR, 0, now);
}

/* What is told of a watched folder itself. */
static void
take_in_self(
    struct watch *w, struct watched *folder, const struct inotify_event *e, int64_t now)
{
	bool gone = e->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED);

	if (folder && !folder->parent && gone)
		watch_change_lose(&w->changes, now);
	else if (folder && e->mask & IN_UNMOUNT)
		uncover(w, folder, now);
	if (e->mask & IN_IGNORED)
		watch_tree_ignored(&w->tree, e->wd);
}

static void
take_in(struct watch *w, const struct inotify_event *e, int64_t now)
{
	struct watched *folder = watch_tree_of(&w->tree, e->wd);
	struct slice name = slice_str(e->len ? e->name : NULL), path;
	bool is_folder = e->mask & IN_ISDIR, counts;
	char room[PATH_MAX];

	if (e->mask & IN_Q_OVERFLOW)
		watch_change_lose(&w->changes, now);
	if (name.n == 0)
		take_in_self(w, folder, e, now);
	if (name.n == 0 || !folder)
		return;
	path = watch_tree_path(folder, e->name, is_folder ? "/" : "", room);
	counts = path.n > 0 && (is_folder ? scan_is_folder(name) : scan_is_article(name));
	if (!counts && e->mask & IN_MOVED_TO)
		watch_change_away(&w->changes, e->cookie, now);
	if (counts && (!is_folder || is_to_be_told(w, folder, e, now)))
		watch_change_tell(&w->changes, path, e->mask, e->cookie, now);
}

/* No more than waits now, so that who never stops writing does not hold us here. */
void
watch_read(struct watch *w, int64_t now)
{
	_Alignas(struct inotify_event) char room[16 * 1024];
	int left = 0;
	ssize_t n;

	if (w->blind || ioctl(w->tree.fd, FIONREAD, &left) < 0)
		return;
	watch_change_promote(&w->changes, now);
	while (left > 0 && (n = read(w->tree.fd, room, sizeof room)) > 0) {
		const struct inotify_event *e;

		for (char *at = room; at < room + n; at += sizeof *e + e->len) {
			e = (const struct inotify_event *)(const void *)at;
			take_in(w, e, now);
		}
		left -= (int)n;
	}
	if (w->tree.muddled && !w->changes.lost)
		watch_change_lose(&w->changes, now);
}

int64_t
watch_due(const struct watch *w)
{
	return watch_change_due(&w->changes);
}

static void __attribute__((format(printf, 2, 3)))
go_blind(struct watch *w, const char *fmt, ...)
{
	va_list ap;

	w->blind = true;
	va_start(ap, fmt);
	vsnprintf(w->reason, sizeof w->reason, fmt, ap);
	va_end(ap);
	watch_tree_clear(&w->tree);
}

static bool
root_stands(const struct watch *w)
{
	struct stat here, there;

	return fstat(w->root->fd, &here) == 0 && stat(w->root->path, &there) == 0 &&
	       here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

static void
fill(struct watch *w)
{
	if (!watch_tree_fill(&w->tree))
		go_blind(w, "the articles cannot be watched: %s", w->tree.reason);
}

/* What is still being written stays so; all else the caller is to look at anyway. */
static void
start_over(struct watch *w)
{
	bool stands = root_stands(w);

	watch_change_forget(&w->changes, stands);
	watch_tree_clear(&w->tree);
	if (stands)
		fill(w);
	else
		go_blind(w, "%s was moved or removed: what is there now is not watched",
		    w->root->path);
}

void
watch_open_files(const struct watch *w, struct arena *arena, struct slices *paths)
{
	watch_change_open(&w->changes, arena, paths);
}

void
watch_expect(struct watch *w, struct slice path, struct slice was, int64_t now)
{
	watch_change_expect(&w->changes, path, was, now);
}

void
watch_take(
    struct watch *w, int64_t now, struct arena *arena, struct slices *touched, bool *lost)
{
	int64_t due;

	watch_change_promote(&w->changes, now);
	due = watch_due(w);
	*lost = due >= 0 && due <= now &&
		(watch_change_is_lost(&w->changes, now) || !root_stands(w));
	if (*lost)
		start_over(w);
	watch_change_take(&w->changes, now, arena, touched);
}

static const char *
file_system_name(const struct root *root)
{
	struct statfs st;

	if (fstatfs(root->fd, &st) < 0)
		return NULL;
	for (size_t i = 0; i < sizeof reticent / sizeof *reticent; i++)
		if (reticent[i].magic == (uint32_t)st.f_type)
			return reticent[i].name;
	return NULL;
}

/* Why inotify_init1 failed. */
static void
explain_blindness(struct watch *w, int error)
{
	char room[24];

	if (error == EMFILE)
		go_blind(w,
		    "too many open files, or programs that use inotify "
		    "(" MAX_INSTANCES ": %s)",
		    watch_tree_limit(MAX_INSTANCES, room));
	else
		go_blind(w, "inotify cannot be used: %s", strerror(error));
}

static void
start(struct watch *w)
{
	const char *name = file_system_name(w->root);

	if (name) {
		w->partial = true;
		snprintf(w->reason, sizeof w->reason,
		    "on %s not all that others change is told of", name);
	}
	fill(w);
}

int
watch_open(struct watch **watch, const struct root *root,
    const struct watch_options *options, struct err *err)
{
	struct watch *w;
	int fd;

	*watch = NULL;
	if (faccessat(root->fd, ".", R_OK | X_OK, AT_EACCESS) < 0)
		return err_errno(err, "%s: cannot list this folder", root->path);
	w = mem_alloc(sizeof *w);
	*w = (struct watch){.root = root};
	watch_changes_init(&w->changes, options);
	fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	watch_tree_init(&w->tree, root, fd, options->max_watches);
	if (fd < 0)
		explain_blindness(w, errno);
	else
		start(w);
	*watch = w;
	return 0;
}

void
watch_close(struct watch *w)
{
	if (!w)
		return;
	watch_changes_fini(&w->changes);
	watch_tree_fini(&w->tree);
	free(w);
}

enum watch_view
watch_view(const struct watch *w)
{
	if (w->blind || !root_stands(w))
		return WATCH_BLIND;
	return w->tree.unwatched || w->partial ? WATCH_PART : WATCH_WHOLE;
}

const char *
watch_reason(const struct watch *w)
{
	if (!w->blind && w->tree.unwatched)
		return w->tree.reason;
	return w->blind || w->partial ? w->reason : "";
}

size_t
watch_folders(const struct watch *w)
{
	return w->tree.watched;
}

int
watch_fd(const struct watch *w)
{
	return w->blind ? -1 : w->tree.fd;
}

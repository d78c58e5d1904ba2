#include "input/scan.h"

#include "base/utf8.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const extensions[] = {".md", ".markdown", ".html", ".htm", ".txt"};

/* What editors leave about begins like this, or ends in something behind the
 * extension (x.md~, x.md.bak, x.md.part). */
bool
scan_is_article(struct slice name)
{
	if (name.n == 0 || strchr("._#~", name.p[0]))
		return false;
	for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++) {
		size_t n = strlen(extensions[i]);

		if (name.n > n && slice_eq_nocase(slice_from(name, name.n - n),
				      slice_str(extensions[i])))
			return true;
	}
	return false;
}

bool
scan_is_folder(struct slice name)
{
	return name.n > 0 && (slice_is(name, "_posts") || !strchr("._", name.p[0]));
}

struct scanning {
	struct scan *scan;
	const struct root *root;
	const struct config_articles *config;
	struct arena *arena;
	struct diags *diags;
};

static bool
any_glob(const struct slices *globs, struct slice path)
{
	for (size_t i = 0; i < globs->n; i++)
		if (glob_match(globs->v[i], path))
			return true;
	return false;
}

static bool
is_wanted(const struct scanning *s, struct slice path)
{
	const struct config_articles *c = s->config;

	return (c->include.n == 0 || any_glob(&c->include, path)) &&
	       !any_glob(&c->exclude, path);
}

static void
report(struct scanning *s, struct slice path, enum diag_level level, const char *what)
{
	s->diags->path = arena_copy(s->diags->arena, path);
	diag_add(s->diags, level, 0, "%s", what);
}

static bool
has_control(struct slice name)
{
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7F)
			return true;
	return false;
}

static bool
is_inside(const struct scanning *s, struct slice link)
{
	struct folder folder = FOLDER_NONE;
	struct file_stat st;
	struct err err;
	int rc = folder_stat(&folder, s->root, arena_cstr(s->arena, link), &st, &err);

	folder_close(&folder);
	return rc > 0 && st.regular;
}

static void
add_file(struct scanning *s, struct slice path, unsigned char type)
{
	struct scan *scan = s->scan;

	if (!is_wanted(s, path))
		return;
	if (utf8_valid(path) != path.n) {
		report(s, path, DIAG_BAD, "its name is not UTF-8: left out");
		return;
	}
	if (type != DT_REG && type != DT_LNK && type != DT_UNKNOWN) {
		report(s, path, DIAG_WARN, "not a regular file: never opened");
		return;
	}
	if (type == DT_LNK && !is_inside(s, path)) {
		report(
		    s, path, DIAG_WARN, "a link to no file in this tree: not followed");
		return;
	}
	if (has_control(path))
		report(s, path, DIAG_NOTE, "its name holds a control character");
	if (scan->n == scan->cap) {
		scan->cap = scan->cap ? 2 * scan->cap : 1024;
		scan->file = mem_resize(scan->file, scan->cap * sizeof *scan->file);
	}
	scan->file[scan->n++] = (struct scan_file){
	    .path = arena_copy(s->arena, path),
	};
}

static unsigned char
real_type(int dir, const struct dirent *e)
{
	struct stat st;

	if (e->d_type != DT_UNKNOWN)
		return e->d_type;
	return fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0
		   ? (unsigned char)IFTODT(st.st_mode)
		   : DT_UNKNOWN;
}

/* What is below it is unknown, which is not the same as gone. */
static void
give_up(struct scanning *s, struct slice folder, const char *why)
{
	report(s, folder, DIAG_WARN, why);
	slices_add(&s->scan->unlisted, s->arena, arena_copy(s->arena, folder));
}

/* It was there a moment ago, or an event told of it. */
static bool
is_gone(int error)
{
	return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

static void scan_folder(struct scanning *s, int fd, struct slice prefix, int depth);

/* `path` ends in a slash. */
static void
enter(struct scanning *s, int parent, const char *name, struct slice path, int depth)
{
	int fd;

	if (depth >= SCAN_DEEPEST) {
		give_up(s, path, "folders too deep: left out");
		return;
	}
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		scan_folder(s, fd, path, depth + 1);
	else if (!is_gone(errno))
		give_up(s, path, strerror(errno));
}

static void
scan_one(
    struct scanning *s, int dir, const struct dirent *e, struct slice prefix, int depth)
{
	unsigned char type = real_type(dir, e);
	char path[PATH_MAX];
	int n = snprintf(path, sizeof path, "%.*s%s%s", SLICE_ARG(prefix), e->d_name,
	    type == DT_DIR ? "/" : "");

	if (n < 0 || (size_t)n >= sizeof path) {
		report(s, prefix, DIAG_WARN, "what is in it has too long a path");
		return;
	}
	if (type == DT_DIR && scan_is_folder(slice_str(e->d_name)))
		enter(s, dir, e->d_name, slice_make(path, (size_t)n), depth);
	if (type != DT_DIR && scan_is_article(slice_str(e->d_name)))
		add_file(s, slice_make(path, (size_t)n), type);
}

static void
scan_folder(struct scanning *s, int fd, struct slice prefix, int depth)
{
	DIR *dir = fdopendir(fd);
	const struct dirent *e;

	if (!dir) {
		close(fd);
		give_up(s, prefix, strerror(errno));
		return;
	}
	while ((void)(errno = 0), (e = readdir(dir)))
		scan_one(s, fd, e, prefix, depth);
	if (errno)
		give_up(s, prefix, strerror(errno));
	closedir(dir);
}

int
scan_names(struct scan *scan, const struct root *root,
    const struct config_articles *config, struct arena *arena, struct diags *diags,
    struct err *err)
{
	struct scanning s = {scan, root, config, arena, diags};
	int fd = openat(root->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	*scan = (struct scan){0};
	if (fd < 0)
		return err_errno(err, "%s: cannot list this folder", root->path);
	scan_folder(&s, fd, SLICE_NONE, 0);
	return 0;
}

/* Would a scan enter all the folders of this path? */
static bool
is_in_folders(struct slice path)
{
	struct slice name;

	while (slice_index(path, '/') < path.n && slice_token(&path, '/', &name))
		if (!scan_is_folder(name))
			return false;
	return true;
}

static void
scan_file_at(struct scanning *s, struct slice path)
{
	struct slice name = path;
	struct stat st;

	while (slice_index(name, '/') < name.n)
		name = slice_from(name, slice_index(name, '/') + 1);
	if (!scan_is_article(name) || !is_in_folders(path))
		return;
	if (fstatat(s->root->fd, arena_cstr(s->arena, path), &st, AT_SYMLINK_NOFOLLOW) <
	    0) {
		if (!is_gone(errno))
			give_up(s, path, strerror(errno));
		return;
	}
	if (!S_ISDIR(st.st_mode))
		add_file(s, path, (unsigned char)IFTODT(st.st_mode));
}

/* It may be gone, which is no news here. */
static void
scan_folder_at(struct scanning *s, struct slice path)
{
	/* With its slash a link would be followed. */
	const char *name =
	    path.n ? arena_cstr(s->arena, slice_part(path, 0, path.n - 1)) : ".";
	int fd =
	    openat(s->root->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int depth = 0;

	for (size_t i = 0; i < path.n; i++)
		depth += path.p[i] == '/';
	if (!is_in_folders(path)) {
		if (fd >= 0)
			close(fd);
		return;
	}
	if (fd >= 0)
		scan_folder(s, fd, path, depth);
	else if (!is_gone(errno))
		give_up(s, path, strerror(errno));
}

void
scan_some(struct scan *scan, const struct root *root,
    const struct config_articles *config, const struct slices *paths, struct arena *arena,
    struct diags *diags)
{
	struct scanning s = {scan, root, config, arena, diags};

	*scan = (struct scan){0};
	for (size_t i = 0; i < paths->n; i++) {
		struct slice path = paths->v[i];

		if (path.n == 0 || slice_ends(path, SLICE("/")))
			scan_folder_at(&s, path);
		else
			scan_file_at(&s, path);
	}
}

void
scan_fini(struct scan *scan)
{
	free(scan->file);
	*scan = (struct scan){0};
}

void
scan_stats(const struct root *root, struct scan_file *file, size_t n)
{
	struct folder folder = FOLDER_NONE;

	for (size_t i = 0; i < n; i++) {
		struct err err;
		int rc = folder_stat(&folder, root, file[i].path.p, &file[i].stat, &err);

		file[i].state = rc > 0 ? SCAN_FOUND : rc == 0 ? SCAN_GONE : SCAN_HELD;
	}
	folder_close(&folder);
}

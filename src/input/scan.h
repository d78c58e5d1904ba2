/*
 * scan: which files there are.
 *
 * Lists the articles below a directory: by extension, by the include and
 * exclude globs, without what is hidden, temporary, or starts with '_' (but
 * _posts). Folders are never followed through links; a link to a file counts when it
 * stays in the tree. What cannot be an article but looks like one (a FIFO
 * named x.md, a link out of the tree, a name that is no UTF-8) is reported.
 */
#ifndef INPUT_SCAN_H
#define INPUT_SCAN_H

#include "base/file.h"
#include "model/config.h"
#include "model/diag.h"

/* Folders below folders that are entered. */
enum { SCAN_DEEPEST = 64 };

enum scan_state {
	SCAN_FOUND,
	SCAN_SAME, /* the caller's: not to be read again */
	SCAN_GONE, /* it went away between listing and looking */
	SCAN_HELD, /* it is there, but what it is cannot be told now */
};

struct scan_file {
	struct slice path;
	struct file_stat stat;
	enum scan_state state;
};

struct scan {
	struct scan_file *file;
	size_t n, cap;
	struct slices unlisted; /* folders, with final slash, that could not be read */
};

/* Names only: stat is not yet filled in. Order is the folders'. Names are in
 * the arena, the list is freed by scan_fini, also after failure. */
int scan_names(struct scan *scan, const struct root *root,
    const struct config_articles *config, struct arena *arena, struct diags *diags,
    struct err *err);

/* As scan_names, for what stands at these paths alone: files, and all below the
 * folders, which end in '/' ("" is the root). */
void scan_some(struct scan *scan, const struct root *root,
    const struct config_articles *config, const struct slices *paths, struct arena *arena,
    struct diags *diags);

void scan_fini(struct scan *scan);

/* Fill in stat and state of some files; several threads at once, each on its
 * own. A link gets the stat of what it points to in the tree. */
void scan_stats(const struct root *root, struct scan_file *file, size_t n);

/* Is this name one of an article, by extension and by not being temporary? */
bool scan_is_article(struct slice name);
/* Is a folder of this name entered? */
bool scan_is_folder(struct slice name);

#endif

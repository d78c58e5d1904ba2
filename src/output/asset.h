/*
 * asset: files that are published as they are: style sheets, a script.
 *
 * Their text is in src/output/asset/, and in the program. Each is a document like all
 * others, and changes only when its text does.
 */
#ifndef OUTPUT_ASSET_H
#define OUTPUT_ASSET_H

#include "base/arena.h"
#include "base/buf.h"
#include "model/config.h"
#include "output/words.h"

struct asset {
	const char *path; /* below [output] dir */
	bool (*wanted)(const struct config *config);
	void (*end)(
	    struct buf *out, enum language language); /* NULL: with nothing more */
	const char *const *line;                      /* ends in NULL */
};

extern const struct asset assets[];
extern const size_t assets_n;

void asset_write(struct buf *out, const struct asset *asset, enum language language);

/* How the document at `path` names a file of the output folder: by a relative address,
 * which holds wherever the folder is. */
struct slice asset_href(struct arena *arena, struct slice path, const char *file);

/* How it names the style sheet for feeds; none: it does not. */
struct slice asset_stylesheet(
    const struct config *config, struct slice path, struct arena *arena);

#endif

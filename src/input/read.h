/*
 * read: one file into an article, and the article into what the ledger needs.
 *
 * A file that cannot be read or published is no failure of the run: a
 * DIAG_BAD says why. Several threads read at once, each with its own scratch.
 */
#ifndef INPUT_READ_H
#define INPUT_READ_H

#include "base/buf.h"
#include "base/file.h"
#include "input/profile.h"
#include "model/config.h"
#include "model/reading.h"

/* What all readers share; nothing in it changes during a run. */
struct reader {
	const struct config *config;
	const struct profile *profile; /* NULL: none */
	const struct root *root;       /* [articles] dir */
	int64_t now;
	bool terms[TERM_KINDS]; /* kinds that some feed asks for */
};

void reader_init(struct reader *reader, const struct config *config,
    const struct profile *profile, const struct root *root, int64_t now);

/* What one thread reads into; reset for each article. */
struct scratch {
	struct arena *arena;
	struct buf bytes;   /* of the file, as they are */
	struct buf visible; /* what its hash is taken of */
};

void scratch_init(struct scratch *scratch, const struct config *config);
void scratch_reset(struct scratch *scratch);
void scratch_fini(struct scratch *scratch);

/* All of *article but its body may be read also when diags_bad(diags). Its
 * slices live in the scratch. */
void read_article(const struct reader *reader, struct slice path, struct scratch *scratch,
    struct article *article, struct file_stat *stat, struct digest *hash,
    struct diags *diags);

/* What the ledger needs of it, copied into `arena`. */
void read_judge(const struct reader *reader, const struct article *article,
    const struct file_stat *stat, const struct digest *hash, const struct diags *diags,
    struct scratch *scratch, struct arena *arena, struct reading *reading);

#endif

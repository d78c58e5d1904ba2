/*
 * renditions: entries as they were rendered, kept from one run of the daemon to the
 * next.
 *
 * A document shows fifty entries, of which one changed: the others need not be
 * read and rendered again. An entry is given out only for the file that it was made
 * of, as its stat says, and for the text and the address that the ledger has now. It
 * is no state that could differ from what is on disk: without it all is as ever, but
 * takes longer.
 *
 * Several threads may find and keep at once. What is found stays where it is until
 * the next renditions_begin.
 */
#ifndef APP_RENDITIONS_H
#define APP_RENDITIONS_H

#include "base/file.h"
#include "ledger/ledger.h"

struct renditions;

/* At most so many bytes; those that were not used for the longest time go first. */
struct renditions *renditions_new(size_t max);
void renditions_free(struct renditions *renditions); /* NULL is allowed */

/*
 * A new run: nothing that was found before is looked at any more. `made_by` are the
 * digests of what decides about an entry beside its article: the configuration and the
 * profile. All is forgotten when they are others.
 */
void renditions_begin(struct renditions *renditions, const struct digest made_by[2]);
size_t renditions_size(const struct renditions *renditions);

/*
 * The entry of a record, or NULL. What the ledger decides (seq, id, url, the dates) is
 * for the caller to fill in. `stat` NULL: whatever has become of the file since.
 */
const struct entry *renditions_find(struct renditions *renditions,
    const struct record *record, bool content, const struct file_stat *stat);

/* The entry was made of a file with this stat, and of the text whose hash is in the
 * record. It is copied, if there is room. */
void renditions_keep(struct renditions *renditions, const struct record *record,
    bool content, const struct file_stat *stat, const struct entry *entry);

#endif

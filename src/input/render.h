/*
 * render: an article into the entry that feeds publish.
 */
#ifndef INPUT_RENDER_H
#define INPUT_RENDER_H

#include "input/read.h"

/*
 * Fill in everything of *entry that the article says; the caller has filled
 * seq, id, url and the dates, which are the ledger's. Copies into `arena`.
 * With `content` false only the summary is kept. -1 when the article turns
 * out to be unpublishable: a DIAG_BAD says why.
 */
int render_entry(const struct reader *reader, const struct article *article, bool content,
    struct scratch *scratch, struct arena *arena, struct entry *entry,
    struct diags *diags);

/* Is the length of another file in the entry, so that it may change while the article does
 * not? */
bool render_measures(const struct article *article);

#endif

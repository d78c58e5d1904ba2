/*
 * settle_match: which entry is each file? A part of settle; settle.c alone includes it.
 *
 * A path says little: articles are renamed, swapped, moved with their folders, taken
 * away and brought back, and must keep their ids through all of it (promise P3). So the
 * entry of a file is the first that fits of these, and nobody else's by then:
 *
 *     1. The entry that this very file (inode, size, time) was under another path, if
 *        another file stands there now; or none does, and here stands another one than
 *        before. Two changed places, or one moved up when the other left.
 *     2. Where an article with another front matter id stood before: the entry of the id,
 *        if its file vanished or has another one by now, too, or if it is gone.
 *     3. The entry that had its path.
 *     4. An entry whose file vanished in this scan, or whose path another entry took by
 *        the first two rules: of the same file, else of the same front matter id, else of
 *        the same source address, else of the same content. Of several that are alike,
 *        in the order of the index: a renamed folder has its files in that order.
 *     5. An entry that is gone since an earlier run: of the same path, else of the
 *        same id, source address or content.
 *
 * All files go through a rule before the next one is tried, but for 4 and 5, which are
 * tried file by file in arrival order. What fits none of them is new. One that was
 * retracted is found like any other, so that it does not come back under a new name.
 */
#ifndef LEDGER_SETTLE_MATCH_H
#define LEDGER_SETTLE_MATCH_H

#include "ledger/settle.h"

struct matches {
	struct record **entry; /* of scanned->seen, each; NULL: it is new */
	struct record **lost;  /* entries whose file vanished, and is no other now */
	size_t losses;
};

/*
 * `first`: the ledger holds no entry, so nothing has to be sought. An article whose
 * front matter id is that of another one, which has it for longer, is made ARTICLE_BAD,
 * with a diag.
 */
int settle_match(struct ledger *ledger, const struct scanned *scanned, bool first,
    struct arena *arena, struct matches *matches, struct diags *diags, struct err *err);

#endif

/*
 * adopt: the ids that an older feed gave its entries.
 *
 * A site that had a feed before has readers, who know its entries by their ids.
 * From that feed's file come the ids, each with the address of its article, so that
 * the articles keep them and nobody is shown anything twice (promise P3).
 *
 * The format is told by the content:
 *   Atom 1.0      id; the alternate link (an HTML one rather than another);
 *                 updated
 *   RSS 2.0, 0.9x guid, without it the link; the guid if it is a permalink and
 *                 an address, else the link; atom:updated, dcterms:modified,
 *                 pubDate or dc:date
 *   RSS 1.0       rdf:about; link; as above
 *   JSON Feed     id; url; date_modified or date_published
 * An entry without an address is taken at its id if that is one. Relative
 * addresses are resolved against xml:base, else the feed's own address.
 */
#ifndef INPUT_ADOPT_H
#define INPUT_ADOPT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/slice.h"
#include "model/diag.h"

#include <stdint.h>

enum { ADOPT_MAX = 64 * 1000 * 1000 }; /* bytes of the feed */

struct adoption {
	struct slice url, id; /* url: of http or https, in normal form */
	int64_t updated;      /* 0: unknown, or before 1990 */
};

/*
 * All of the feed, in its order, into `arena`; of two entries with one address
 * the first. What has no id or no address is passed over with a DIAG_NOTE. So is,
 * with a DIAG_WARN, an id that is no URI in normal form: feeds cannot show it,
 * and readers would take any other form for another entry. ERR_INPUT with
 * the line: no feed, or a broken one. ERR_LIMIT: larger than ADOPT_MAX.
 */
int adopt_read(struct slice bytes, struct arena *arena, struct adoption **v, size_t *n,
    struct diags *diags, struct err *err);

#endif

/*
 * atom: Atom 1.0 (RFC 4287). See format.h.
 *
 * With RFC 5005 section 4 archives, RFC 6721 tombstones, sy:* and, in entries,
 *
 *   link rel="via"          where the article was taken from
 *   source                  that publication, when name, address and date are
 *                           all known: RFC 4287 section 4.2.11 wants title, id
 *                           and updated together. Else dc:source with the name.
 *   dcterms:created         day on which it appeared there
 *   dcterms:issued          day of the issue that it was part of; before
 *                           published, for which some readers take it: the
 *                           last one counts there
 *   category                tags without scheme, categories with HOME#category
 *   media:thumbnail         the image
 *   xml:lang                where it is not the feed's
 *
 * The tombstones' namespace is declared only where there is one: validators
 * do not know it.
 */
#ifndef OUTPUT_ATOM_H
#define OUTPUT_ATOM_H

#include "output/format.h"

int atom_write(struct buf *out, const struct feed *feed, struct err *err);
int atom_prove(
    struct slice doc, const struct feed *feed, struct lint *lint, struct err *err);

#endif

/*
 * json_lift: the long strings of a JSON document, taken out of it.
 *
 * jansson takes a string byte by byte, several times; in a feed that is all but a few
 * bytes. So long strings are decoded here (RFC 8259 section 7), and what is left goes to
 * jansson: brackets, keys and short strings, with a mark where a long string stood.
 * Shares nothing with the writer.
 */
#ifndef OUTPUT_JSON_LIFT_H
#define OUTPUT_JSON_LIFT_H

#include "base/arena.h"
#include "base/buf.h"

/*
 * Appends the document to `rest`, each long string in it a mark, and the strings to
 * `lifted`; they live in `arena`. False, and neither is of use, where anything is
 * unusual: jansson then has to read the document itself, and to say what is wrong.
 */
bool json_lift(
    struct slice doc, struct arena *arena, struct buf *rest, struct slices *lifted);

/* The string that this one, read from `rest`, stands for: maybe itself. */
struct slice json_lifted(const struct slices *lifted, struct slice text);

#endif

/*
 * charset: bytes of a file into UTF-8 of XML characters.
 */
#ifndef INPUT_CHARSET_H
#define INPUT_CHARSET_H

#include "base/arena.h"
#include "base/slice.h"
#include "model/diag.h"

/*
 * `charset` "auto", first that holds:
 *   well-formed UTF-8 without NUL;
 *   a byte order mark of UTF-8, UTF-16 or UTF-32;
 *   UTF-16 without one, 32 bytes and more, by its line ends, spaces and
 *   Chinese punctuation, and that little else but Chinese or ASCII is there;
 *   NUL bytes: binary, DIAG_BAD;
 *   UTF-8 but for a few bad bytes (under a tenth of those that are not
 *   ASCII), which are dropped and reported;
 *   GB18030, when nearly all is common Chinese in it;
 *   what uchardet says, through iconv.
 * Any other value forces that iconv name; U+0000 in what it gives is binary
 * too. GBK and GB2312 are read as GB18030, and some others as the superset that
 * their files really use.
 *
 * A conversion is said in a DIAG_NOTE. Bytes that do not convert are dropped
 * with a DIAG_WARN; from a tenth on the file is DIAG_BAD. Characters that XML
 * forbids are dropped: a DIAG_WARN with count and the byte offset of the
 * first. A BOM goes.
 *
 * The result is in the arena, or points into `bytes` when nothing had to
 * change (the common case, no copy). After DIAG_BAD it is none.
 */
struct slice charset_utf8(
    struct slice bytes, struct slice charset, struct arena *arena, struct diags *diags);

#endif

/*
 * utf8: decoding, checking and classifying Unicode text (RFC 3629).
 *
 * "XML character" is the production Char of XML 1.0 (fifth edition, section
 * 2.2) less U+007F, the C1 controls U+0080 to U+009F, the non-characters and
 * U+FFFD (which stands for what was already lost): validators of feeds and
 * of HTML refuse those as well.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/slice.h"

#include <stdint.h>

#define UTF8_BAD UINT32_MAX

/*
 * Take one code point off the front of *s (s->n > 0). A byte that starts no
 * well-formed sequence (overlong, surrogate, above U+10FFFF, cut short) gives
 * UTF8_BAD and takes one byte.
 */
uint32_t utf8_next(struct slice *s);
/* The same from the end: takes the last code point off *s. */
uint32_t utf8_prev(struct slice *s);

/* Length of the longest well-formed prefix; == s.n when all is well. */
size_t utf8_valid(struct slice s);

/* Length of the longest prefix without ASCII: a short way over most of a Chinese
 * text for who looks for a few characters of ASCII. */
size_t utf8_wide(struct slice s);

/*
 * For who looks at every character of long texts: how many bytes at the start are surely
 * U+0020 to U+007E or line feeds; and how many are whole characters of U+3000 to U+CFFF,
 * with which Chinese is written, and U+FF00 to U+FF3F, its comma. Either may stop early,
 * also at once.
 */
size_t utf8_plain(struct slice s);
size_t utf8_common(struct slice s);

bool utf8_is_xml(uint32_t c);
/* Han, Kana, Hangul and their full-width punctuation: no spaces between. */
bool utf8_is_cjk(uint32_t c);
/* A letter or digit of a script written with spaces: a summary never cuts
 * between two of these. */
bool utf8_is_word(uint32_t c);
/* White space of Unicode, U+3000 and U+00A0 among it, and U+FEFF, U+200B. */
bool utf8_is_space(uint32_t c);

/* Number of code points; ill-formed bytes count one each. */
size_t utf8_count(struct slice s);

/* White space as of utf8_is_space cut from both ends. */
struct slice utf8_trim(struct slice s);
/* Trimmed, and every inner run of white space made one U+0020. */
struct slice utf8_squeeze(struct arena *arena, struct slice s);

/* Append `s` without white space and control characters: U+0020 and what is below,
 * U+00A0, U+3000. For telling whether two texts are the same to readers. */
void utf8_visible(struct buf *out, struct slice s);

/* Unicode normalisation form C; and the same with case folded, for telling
 * names that differ only in case. Ill-formed input comes back unchanged. */
struct slice utf8_nfc(struct arena *arena, struct slice s);
struct slice utf8_fold(struct arena *arena, struct slice s);

/*
 * Append `s` to `out` without what is no XML character (ill-formed bytes
 * included). Returns how many code points were dropped, and the byte offset
 * of the first in *first when there is one.
 */
size_t utf8_clean(struct buf *out, struct slice s, size_t *first);

/* Append `s` as a terminal may show it: what is no XML character, and line
 * ends and tabs too, as '?'. */
void utf8_show(struct buf *out, struct slice s);

#endif

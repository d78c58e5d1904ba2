/*
 * html_chars: text as a validator wants it, whatever references brought in.
 */
#ifndef INPUT_HTML_CHARS_H
#define INPUT_HTML_CHARS_H

#include "base/arena.h"

/*
 * A copy of UTF-8 text in the arena: in normalisation form C, not starting
 * with a combining character, without controls, non-characters and private
 * use characters. The C1 controls are what they are meant to be, the
 * characters of windows-1252 (as in HTML section 13.2.5.80).
 */
struct slice html_chars(struct arena *arena, struct slice text);

#endif

/*
 * text: plain text into (not yet clean) HTML.
 */
#ifndef INPUT_TEXT_H
#define INPUT_TEXT_H

#include "base/buf.h"
#include "base/slice.h"

#include <stdint.h>

/*
 * Paragraphs end at blank lines, or where a line starts with U+3000, a tab or
 * 2+ spaces; lines inside a paragraph are joined (without a space between
 * CJK), but behind a short one (verse, addresses; under 40 columns) stands
 * <br>. Addresses as of text_url become links. All is escaped.
 */
void text_html(struct buf *out, struct slice text);

/*
 * Length of the address (http://, https://, www.) that `s` starts with, 0
 * when there is none. Chinese is written without spaces: an address ends at
 * full-width punctuation, and at Han unless they start a part of its path
 * (/wiki/北京). Punctuation at its end is not part of it.
 */
size_t text_url(struct slice s);

/* Are two lines that end and start with these characters joined without a
 * space? CJK are, with the dashes and quotes that Chinese shares. */
bool text_joins(uint32_t last, uint32_t next);

#endif

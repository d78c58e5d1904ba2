/*
 * summary: a few sentences of plain text, cut where a person would cut.
 */
#ifndef INPUT_SUMMARY_H
#define INPUT_SUMMARY_H

#include "base/arena.h"
#include "base/slice.h"
#include "model/entry.h"

/*
 * From `text`, a line per block: leading lines that repeat the title or are nothing
 * but the authors' names go; the rest, lines joined (without a space between CJK), is cut
 * to at most `max` characters at the last 。！？… or . ! ? (with closing quotes
 * behind it) past half of max; else at white space or between CJK, with "…".
 * Never inside a word, nor inside 《》 「」 『』 “”, unless no more than ten
 * characters would stay before the pair. None for text without letters.
 */
struct slice summary_make(struct arena *arena, struct slice text, struct slice title,
    const struct people *authors, size_t max);

#endif

/*
 * kramdown: Markdown as Jekyll's authors write it, made into what CommonMark
 * has. All of it stays out of code.
 *
 *   {: .class #id} {:toc} {::options …}  taken out, {:toc} with its list item
 *   {::comment}…{:/comment}              taken out
 *   # 题 {#id}                           the id taken out
 *   [^name]  [^name]: 注                 the number of the note, raised; all
 *       notes in an ordered list behind a rule, at the end
 *   <!--more--> <!-- more -->            taken out
 *   **中文。**后  前**“中文”**           CommonMark asks for a space beside a
 *       delimiter that has punctuation on its inner side, which nobody writes
 *       in Chinese: an empty comment, KRAMDOWN_MARK, is put there instead.
 *       Whoever renders the text drops the marks.
 *   见http://a.b/，后                    the address in <>, so that it is one
 *       although no spaces are around it
 */
#ifndef INPUT_KRAMDOWN_H
#define INPUT_KRAMDOWN_H

#include "base/arena.h"
#include "base/slice.h"

#define KRAMDOWN_MARK "<!---->"

/* `text` itself, uncopied, when it has nothing of the above. */
struct slice kramdown_plain(struct slice text, struct arena *arena);

/* Offset of the first <!--more-->, text.n when there is none. */
size_t kramdown_more(struct slice text);

#endif

/*
 * xml: writing XML with libxml2's writer, in the one style of this project.
 *
 * UTF-8 with a declaration, two-space indent between elements, none inside
 * text. Names are written as given ("dc:creator"); the prefixes that a
 * document uses are declared once, on its root. Errors (only: the buffer is
 * full) are kept and returned by xml_close.
 */
#ifndef OUTPUT_XML_H
#define OUTPUT_XML_H

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

struct xml;

/* `out` must outlive the writer and not be touched until xml_close. */
struct xml *xml_open(struct buf *out);
/* Ends the document and frees the writer. -1 ERR_LIMIT: it did not fit. */
int xml_close(struct xml *xml, struct err *err);

/* Before the root element: which style sheet of CSS shows the document to people. Nothing
 * where `href` is none. */
void xml_stylesheet(struct xml *xml, struct slice href);

void xml_start(struct xml *xml, const char *name);
void xml_end(struct xml *xml);
void xml_attr(struct xml *xml, const char *name, struct slice value);

/* Escaped character data. xml_text_hex writes &#x26; and &#x3C; instead of
 * the named ones (RSS Advisory Board profile, titles and descriptions). */
void xml_text(struct xml *xml, struct slice text);
void xml_text_hex(struct xml *xml, struct slice text);

/* <name>text</name> */
void xml_element(struct xml *xml, const char *name, struct slice text);
/* The same, or nothing at all when the value is empty. */
void xml_attr_opt(struct xml *xml, const char *name, struct slice value);
void xml_element_opt(struct xml *xml, const char *name, struct slice text);

/* Declare these prefixes, separated by a space, on the element just started. */
void xml_declare(struct xml *xml, const char *prefixes);
/* What a prefix stands for, the same in every document; NULL: not known. */
const char *xml_namespace(struct slice prefix);

/* Append text as XML and HTML have it: in an element, in a "value". */
void xml_escape_text(struct buf *out, struct slice text);
void xml_escape_attr(struct buf *out, struct slice text);

#endif

/*
 * xml_lift: the long texts of an XML document, read past libxml2.
 *
 * libxml2 takes text character by character, and in pieces wherever there is a reference;
 * in a feed that is all but a few bytes. So libxml2 is given the document with a
 * processing instruction in the place of each long text, and the texts, decoded here
 * (XML 1.0, sections 2.4, 4.1 and 4.6), are then put in its tree. Shares nothing with
 * the writer.
 *
 * What comes out is what libxml2 would make of the document itself. No mark can be
 * mistaken: a document that has a processing instruction of its own (but for one at its
 * beginning, outside of the root element), a comment, a CDATA section or a document type is
 * left alone, and where no text may stand, within a tag or a value, its `<` makes the rest
 * ill-formed.
 */
#ifndef OUTPUT_XML_LIFT_H
#define OUTPUT_XML_LIFT_H

#include "base/slice.h"

#include <libxml/tree.h>

/* How every document is read. */
#define XML_LIFT_OPTIONS (XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING)

/*
 * The document, freed by xmlFreeDoc. NULL where there is nothing to lift, it is not
 * well-formed, or anything is unusual: libxml2 then has to read the document itself, and
 * to say what is wrong.
 */
xmlDoc *xml_lift_read(struct slice doc);

#endif

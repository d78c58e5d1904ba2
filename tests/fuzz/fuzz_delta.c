/*
 * Any bytes as two versions of a document, the second one behind a NUL; without one, the
 * same twice. What is written of the second for who has the first is a part of it, in its
 * order, and well-formed where it is; who has the same has all entries left out, and then
 * there are none any more.
 */
#include "serve/delta.h"

#include <stdint.h>
#include <stdlib.h>

#include <libxml/parser.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

static bool
is_well_formed(struct slice doc)
{
	xmlDoc *tree = xmlReadMemory(doc.p, (int)doc.n, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);

	xmlFreeDoc(tree);
	return tree != NULL;
}

static bool
is_part(struct slice part, struct slice whole)
{
	size_t n = 0;

	for (size_t i = 0; i < whole.n && n < part.n; i++)
		n += whole.p[i] == part.p[n];
	return n == part.n;
}

static int
ask(struct delta *d, int64_t version, int64_t since, struct slice doc, struct buf *out)
{
	const struct delta_request request = {SLICE("x"), version, since};
	struct err err;
	int rc;

	buf_reset(out);
	rc = delta_write(d, &request, doc, out, &err);
	demand((rc > 0) == (out->n > 0));
	if (rc > 0) {
		demand(is_part(buf_view(out), doc) && out->n < doc.n);
		demand(!is_well_formed(doc) || is_well_formed(buf_view(out)));
	}
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice all = slice_make((const char *)data, size);
	struct slice one = slice_part(all, 0, slice_index(all, '\0'));
	struct slice two = one.n < all.n ? slice_from(all, one.n + 1) : one;
	struct delta *d = delta_new(1);
	struct buf out, again;

	buf_init(&out, size);
	buf_init(&again, size);
	demand(ask(d, 1, 0, one, &out) <= 0);
	(void)ask(d, 2, 1, two, &out);
	if (ask(d, 2, 2, two, &out) > 0)
		demand(ask(d, 3, 3, buf_view(&out), &again) == 0);
	buf_fini(&again);
	buf_fini(&out);
	delta_free(d);
	return 0;
}

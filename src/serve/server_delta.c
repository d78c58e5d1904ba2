#include "serve/server_inside.h"

#include "base/compress.h"

#include <inttypes.h>

enum { DOCUMENT_MAX = 64 * 1024 * 1024 }; /* that a part is taken from */

/* Is this one told of only what it lacks? */
static bool
takes_delta(const struct request *r, const struct item *item)
{
	return !r->head && item->kind == ITEM_LIVE && item->media->is & MEDIA_DELTA &&
	       request_takes_feed(r) &&
	       !delta_is_unwitting(r->field[FIELD_USER_AGENT], r->field[FIELD_ACCEPT]);
}

static bool
read_delta(struct worker *w, const struct held *h, int64_t since, struct buf *out)
{
	const struct delta_request request = {
	    .path = h->item->path,
	    .version = h->version.modified,
	    .since = since,
	};
	struct file_stat stat;
	struct buf document;
	struct err err;
	bool some;

	buf_init(&document, DOCUMENT_MAX);
	some =
	    file_read(&w->serve->catalog->root, h->item->path.p, DOCUMENT_MAX, &document,
		&stat, &err) == 0 &&
	    stat.mtime_ns / 1000000000 == h->version.modified &&
	    delta_write(w->serve->delta, &request, buf_view(&document), out, &err) == 1;
	buf_fini(&document);
	return some;
}

/* As the whole is sent. What is long would keep others waiting. */
static bool
pack(enum coding coding, struct slice plain, struct buf *out)
{
	const struct compressor *c = compress_find(coding_extension(coding));

	return c && plain.n <= DELTA_PACKED && c->compress(out, plain, COMPRESS_QUICKLY);
}

/* False: nothing can be left out. Else *coding is that of `out`. */
static bool
make_delta(struct worker *w, const struct held *h, int64_t since, struct buf *out,
    enum coding *coding)
{
	struct buf plain;
	bool some;

	buf_init(&plain, DOCUMENT_MAX);
	some = read_delta(w, h, since, &plain);
	*coding = h->version.form.coding;
	if (some && !pack(*coding, buf_view(&plain), out)) {
		*coding = CODING_IDENTITY;
		buf_slice(out, buf_view(&plain));
	}
	buf_fini(&plain);
	return some;
}

bool
worker_delta(struct worker *w, const struct request *r, const struct held *h,
    struct buf *out, enum coding *coding)
{
	int64_t since = request_since(r, h->version.modified);
	struct slice name;

	if (!takes_delta(r, h->item))
		return false;
	/* The tag tells the version, and its coding. */
	name = arena_printf(w->arena, "%.*s %s %" PRId64, SLICE_ARG(h->item->path),
	    h->version.etag, since);
	*coding = h->version.form.coding;
	if (kept_find(w->serve->kept, name, out))
		return true;
	if (!make_delta(w, h, since > 0 ? since : 0, out, coding) ||
	    (int64_t)out->n >= h->version.size)
		return false;
	if (*coding == h->version.form.coding)
		kept_add(w->serve->kept, name, buf_view(out));
	return true;
}

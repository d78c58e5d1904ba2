#include "serve/reply.h"

#include "base/date.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

struct reply_target
reply_find(const struct catalog *c, const struct request *r, struct arena *arena)
{
	struct slice path = request_path(r->target, arena);
	struct reply_target target = {.status = 404};

	if (!path.n)
		return target;
	target.item = catalog_find(c, path, arena);
	if (target.item && target.item->kind != ITEM_GONE) {
		target.status = 200;
		return target;
	}
	target.location = catalog_moved(c, path, arena);
	target.status = target.location.n ? 301 : target.item ? 410 : 404;
	return target;
}

struct form
reply_form(const struct request *r, const struct item *item)
{
	return (struct form){
	    .coding = request_coding(r, item->codings),
	    .styled = item->media->is & MEDIA_STYLED && request_is_browsing(r),
	};
}

struct representation
representation_of(const struct form *form, int64_t modified, int64_t size)
{
	struct representation v = {.form = *form, .modified = modified, .size = size};
	size_t n = etag_write(v.etag, modified, size, form->coding);

	if (form->styled)
		snprintf(v.etag + n - 1, sizeof v.etag - n + 1, "-styled\"");
	return v;
}

/* RFC 9110 section 13.2.2. */
struct verdict
reply_judge(
    const struct request *r, const struct representation *v, const struct zone *utc)
{
	struct slice etag = slice_str(v->etag);
	struct verdict verdict = {.status = 200, .n = v->size};

	if (request_matches(r, etag) || request_unmodified(r, v->modified, utc))
		return (struct verdict){.status = 304};
	if (r->head)
		return verdict;
	switch (request_range(
	    r, etag, v->modified, utc, v->size, &verdict.first, &verdict.n)) {
	case RANGE_PART:
		verdict.status = 206;
		break;
	case RANGE_WRONG:
		return (struct verdict){.status = 416};
	case RANGE_NONE:
		break;
	}
	return verdict;
}

/* --- header lines ----------------------------------------------------------------- */

void
headers_add(struct headers *h, const char *name, const char *value)
{
	assert(h->n < HEADERS_MAX);
	h->v[h->n++] = (struct header){name, value};
}

static void
add_range(struct headers *h, const struct representation *v,
    const struct verdict *verdict, struct arena *arena)
{
	struct slice range;

	if (verdict->status == 416)
		range = arena_printf(arena, "bytes */%" PRId64, v->size);
	else
		range = arena_printf(arena, "bytes %" PRId64 "-%" PRId64 "/%" PRId64,
		    verdict->first, verdict->first + verdict->n - 1, v->size);
	headers_add(h, "Content-Range", range.p);
}

/* What describes the body. */
static void
add_content(struct headers *h, const struct item *item, const struct representation *v,
    int status)
{
	headers_add(h, "Content-Type", v->form.styled ? MEDIA_XML : item->media->type);
	headers_add(h, "X-Content-Type-Options", "nosniff");
	if (v->form.coding != CODING_IDENTITY)
		headers_add(h, "Content-Encoding", coding_name(v->form.coding));
	if (item->media->is & MEDIA_ACTIVE)
		headers_add(h, "Content-Security-Policy", REPLY_POLICY);
	if (item->link)
		headers_add(h, "Link", item->link);
	if (status != 226)
		headers_add(h, "Accept-Ranges", "bytes");
}

static void
add_vary(struct headers *h, const struct item *item)
{
	if (item->media->is & MEDIA_STYLED)
		headers_add(h, "Vary",
		    item->codings ? "Accept-Encoding, Sec-Fetch-Dest" : "Sec-Fetch-Dest");
	else if (item->codings)
		headers_add(h, "Vary", "Accept-Encoding");
}

void
reply_headers(struct headers *h, const struct item *item, const struct representation *v,
    const struct verdict *verdict, struct arena *arena)
{
	h->n = 0;
	if (verdict->status == 416) {
		reply_error_headers(h, 416);
		add_range(h, v, verdict, arena);
		return;
	}
	headers_add(h, "ETag", arena_cstr(arena, slice_str(v->etag)));
	headers_add(h, "Last-Modified", date_http(arena, v->modified).p);
	/* An answer for this client alone: whoever keeps it has to know what it is of. */
	if (verdict->status == 226) {
		headers_add(h, "IM", "feed");
		headers_add(h, "Cache-Control", "no-store, im");
		headers_add(h, "Vary", "Accept-Encoding, A-IM, If-None-Match");
	} else {
		headers_add(h, "Cache-Control", item->cache_control);
		add_vary(h, item);
	}
	if (verdict->status != 304)
		add_content(h, item, v, verdict->status);
	if (verdict->status == 206)
		add_range(h, v, verdict, arena);
}

/* --- errors ----------------------------------------------------------------------- */

static const struct {
	int status;
	const char *text, *cache;
} errors[] = {
    {301, "It has moved.\n", "public, max-age=86400"},
    {400, "This is no request.\n", "no-store"},
    {404, "There is nothing here.\n", "public, max-age=60"},
    {405, "It can only be read.\n", "no-store"},
    {410, "It was here, and is no more.\n", "public, max-age=3600"},
    {413, "A request has no body here.\n", "no-store"},
    {416, "It is shorter than that.\n", "no-store"},
    {429, "Too soon.\n", "no-store"},
    {500, "It cannot be read.\n", "no-store"},
    {503, "Not now.\n", "no-store"},
};

static size_t
find_error(int status)
{
	size_t i = 0;

	while (i < sizeof errors / sizeof *errors - 1 && errors[i].status != status)
		i++;
	return i;
}

const char *
reply_text(int status)
{
	return errors[find_error(status)].text;
}

void
reply_error_headers(struct headers *h, int status)
{
	h->n = 0;
	headers_add(h, "Content-Type", "text/plain; charset=utf-8");
	headers_add(h, "X-Content-Type-Options", "nosniff");
	headers_add(h, "Cache-Control", errors[find_error(status)].cache);
	if (status == 405)
		headers_add(h, "Allow", "GET, HEAD");
}

#include "serve/server_inside.h"

#include <stdlib.h>
#include <unistd.h>

enum {
	SMALL = 16 * 1024,
	SECOND = 1000 * 1000 * 1000, /* nanoseconds */
};

void
response_add(struct MHD_Response *response, const struct headers *headers)
{
	for (size_t i = 0; i < headers->n; i++)
		MHD_add_response_header(
		    response, headers->v[i].name, headers->v[i].value);
}

static void
release(struct held *h)
{
	if (h->whole)
		MHD_destroy_response(h->whole);
	if (h->unmodified)
		MHD_destroy_response(h->unmodified);
	*h = (struct held){0};
}

void
worker_forget(struct worker *w)
{
	for (size_t i = 0; i < HELD; i++)
		release(&w->held[i]);
}

bool
held_same_file(const struct file_stat *a, const struct file_stat *b)
{
	return a->inode == b->inode && a->size == b->size && a->mtime_ns == b->mtime_ns;
}

const char *
held_path(struct worker *w, const struct item *item, enum coding coding)
{
	return arena_printf(
	    w->arena, "%.*s%s", SLICE_ARG(item->path), coding_extension(coding))
	    .p;
}

/* In memory it goes out with its header lines in one piece. */
static struct MHD_Response *
small_response(const struct root *root, const char *path, struct file_stat *stat)
{
	struct MHD_Response *response = NULL;
	struct buf body;
	struct err err;

	buf_init(&body, SMALL);
	if (file_read(root, path, SMALL, &body, stat, &err) == 0)
		response = MHD_create_response_from_buffer(
		    body.n, body.n ? body.p : (void *)"", MHD_RESPMEM_MUST_COPY);
	buf_fini(&body);
	return response;
}

/* From its descriptor, which is the response's then. */
static struct MHD_Response *
large_response(const struct root *root, const char *path, struct file_stat *stat)
{
	struct MHD_Response *response;
	struct err err;
	int fd;

	if (file_open(root, path, &fd, stat, &err) <= 0)
		return NULL;
	response = MHD_create_response_from_fd64((uint64_t)stat->size, fd);
	if (!response)
		close(fd);
	return response;
}

void
held_headers(struct worker *w, const struct held *h, const struct verdict *verdict,
    struct headers *headers)
{
	const struct item item = catalog_describe(w->serve->catalog, h->item, w->arena);

	reply_headers(headers, &item, &h->version, verdict, w->arena);
}

static void
add_lines(struct worker *w, const struct held *h, struct MHD_Response *response,
    const struct verdict *verdict)
{
	struct headers headers;

	held_headers(w, h, verdict, &headers);
	response_add(response, &headers);
}

struct held *
held_find(struct worker *w, const struct item *item, const struct form *form)
{
	size_t place = (item->index * CODINGS + form->coding) * 2 + form->styled;
	struct held *h = &w->held[place % HELD];
	const char *path = held_path(w, item, form->coding);
	struct file_stat now;
	struct err err;

	if (file_stat(&w->serve->catalog->root, path, &now, &err) <= 0)
		return NULL;
	if (h->item == item && h->version.form.coding == form->coding &&
	    h->version.form.styled == form->styled && held_same_file(&h->stat, &now))
		return h;
	release(h);
	h->whole = now.size <= SMALL
		       ? small_response(&w->serve->catalog->root, path, &now)
		       : large_response(&w->serve->catalog->root, path, &now);
	if (!h->whole)
		return NULL;
	h->item = item;
	h->stat = now;
	h->version = representation_of(form, now.mtime_ns / SECOND, now.size);
	/* libmicrohttpd names a length here, which is not needed. That of the whole would be
	 * right, but there are clients that then wait for it. */
	h->unmodified =
	    MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
	if (!h->unmodified)
		abort(); /* out of memory */
	add_lines(w, h, h->whole, &(struct verdict){200, 0, now.size});
	add_lines(w, h, h->unmodified, &(struct verdict){.status = 304});
	return h;
}

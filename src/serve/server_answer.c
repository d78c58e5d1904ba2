#include "serve/server_inside.h"

#include "base/clock.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGE_MAX = 16 * 1024 * 1024 };

/* A request at work. */
struct asking {
	struct worker *worker;
	struct serve *serve;
	struct peer *peer;
	struct MHD_Connection *connection;
	struct request request;
	struct answered answered; /* for the meter */
};

/* --- sending ----------------------------------------------------------------------- */

/* Queue it, and count it; `bytes` of a body. */
static enum MHD_Result
send_response(struct asking *a, int status, struct MHD_Response *response, int64_t bytes)
{
	a->answered.status = status;
	a->answered.bytes = a->request.head ? 0 : bytes;
	a->answered.agent = a->request.field[FIELD_USER_AGENT];
	a->answered.now = clock_now();
	meter_add(a->serve->meter, &a->answered);
	return MHD_queue_response(a->connection, (unsigned)status, response);
}

/* As send_response, for one that nobody else uses. */
static enum MHD_Result
send_own(struct asking *a, int status, struct MHD_Response *response,
    const struct headers *headers, int64_t bytes)
{
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	response_add(response, headers);
	result = send_response(a, status, response, bytes);
	MHD_destroy_response(response);
	return result;
}

static struct MHD_Response *
text_response(const char *text)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
	    strlen(text), (void *)text, MHD_RESPMEM_PERSISTENT);

	if (!response)
		abort(); /* out of memory */
	return response;
}

static enum MHD_Result
send_lines(struct asking *a, int status, const struct headers *headers)
{
	const char *text = reply_text(status);

	return send_own(a, status, text_response(text), headers, (int64_t)strlen(text));
}

static enum MHD_Result
send_error(struct asking *a, int status)
{
	struct headers headers;

	reply_error_headers(&headers, status);
	/* What follows on the connection is not a request. */
	if (status == 413)
		headers_add(&headers, "Connection", "close");
	return send_lines(a, status, &headers);
}

enum MHD_Result
worker_send(
    struct worker *w, struct MHD_Connection *connection, int status, struct slice body)
{
	struct asking a = {.worker = w, .serve = w->serve, .connection = connection};
	struct MHD_Response *response;
	struct headers headers;

	if (!body.n && status >= 400)
		body = slice_str(reply_text(status));
	reply_error_headers(&headers, status);
	response = MHD_create_response_from_buffer(
	    body.n, (void *)body.p, MHD_RESPMEM_MUST_COPY);
	return send_own(&a, status, response, &headers, (int64_t)body.n);
}

/* --- pages for whoever runs it ------------------------------------------------------ */

/* "localhost", or an address: no name that somebody made point here. */
static bool
names_no_host(struct slice host)
{
	struct slice name = slice_part(host, 0, slice_index(host, ':'));

	return !host.n || slice_is_nocase(name, "localhost") || ip_parse(host).known;
}

/* Only from this machine, and on nobody's behalf. */
static bool
is_local(const struct asking *a)
{
	const struct slice *field = a->request.field;

	return (!a->peer->ip.known || ip_is_loopback(&a->peer->ip)) &&
	       !field[FIELD_FORWARDED].p && !field[FIELD_X_FORWARDED_FOR].p &&
	       names_no_host(field[FIELD_HOST]);
}

static bool
is_page(struct slice path)
{
	return slice_is(path, "/healthz") || slice_is(path, "/metrics") ||
	       slice_is(path, "/status") || slice_is(path, "/status.css");
}

static enum MHD_Result
send_health(struct asking *a)
{
	struct headers headers;
	bool well = atomic_load(&a->serve->well);

	reply_error_headers(&headers, 503);
	return well ? send_own(a, 200, text_response("ok\n"), &headers, 3)
		    : send_lines(a, 503, &headers);
}

static enum MHD_Result
write_page(struct asking *a, struct slice path)
{
	struct headers headers = {.n = 0};
	const char *type = "text/plain; charset=utf-8";
	struct MHD_Response *response;
	struct buf out;
	int status;

	buf_init(&out, PAGE_MAX);
	status = a->serve->page(a->serve->ctx, path, &out, &type);
	if (status != 200 || out.full) {
		buf_fini(&out);
		return send_error(a, status == 200 ? 500 : status);
	}
	headers_add(&headers, "Content-Type", type);
	headers_add(&headers, "X-Content-Type-Options", "nosniff");
	headers_add(&headers, "Cache-Control", "no-store");
	headers_add(&headers, "Content-Security-Policy", REPLY_POLICY);
	response = MHD_create_response_from_buffer(out.n, out.p, MHD_RESPMEM_MUST_COPY);
	status = (int)send_own(a, 200, response, &headers, (int64_t)out.n);
	buf_fini(&out);
	return (enum MHD_Result)status;
}

/* Does it have to wait? Nobody does twice, nor at the end. */
static bool
must_wait(struct asking *a, struct slice path)
{
	struct serve *s = a->serve;

	if (a->peer->wanted)
		return false;
	a->peer->wanted = s->want(s->ctx, path);
	return a->peer->wanted > atomic_load(&s->ready) && !atomic_load(&s->stop);
}

static enum MHD_Result
send_page(struct asking *a, struct slice path)
{
	bool ready;

	if (slice_is(path, "/healthz"))
		return send_health(a);
	if (must_wait(a, path)) {
		peer_hold(a->peer, a->worker);
		return MHD_YES;
	}
	ready = a->peer->wanted <= atomic_load(&a->serve->ready);
	a->peer->wanted = 0;
	return ready ? write_page(a, path) : send_error(a, 503);
}

/* --- documents ----------------------------------------------------------------------- */

static enum MHD_Result
send_part(struct asking *a, const struct held *h, const struct verdict *verdict)
{
	struct MHD_Response *response;
	struct headers headers;
	struct file_stat now;
	struct err err;
	int fd;

	held_headers(a->worker, h, verdict, &headers);
	if (verdict->status == 416)
		return send_lines(a, 416, &headers);
	if (file_open(&a->serve->catalog->root,
		held_path(a->worker, h->item, h->version.form.coding), &fd, &now,
		&err) <= 0)
		return send_error(a, 404);
	/* A new version came in between: it is asked for again. */
	if (!held_same_file(&now, &h->stat)) {
		close(fd);
		return send_error(a, 503);
	}
	response = MHD_create_response_from_fd_at_offset64(
	    (uint64_t)verdict->n, fd, (uint64_t)verdict->first);
	if (!response)
		close(fd);
	return send_own(a, 206, response, &headers, verdict->n);
}

/* Only the entries that are missing, if that is less than the whole would be. */
static enum MHD_Result
send_delta(
    struct asking *a, const struct held *h, const struct buf *delta, enum coding coding)
{
	struct held part = *h;
	struct headers headers;

	part.version.form.coding = coding;
	held_headers(
	    a->worker, &part, &(struct verdict){226, 0, (int64_t)delta->n}, &headers);
	return send_own(a, 226,
	    MHD_create_response_from_buffer(delta->n, delta->p, MHD_RESPMEM_MUST_COPY),
	    &headers, (int64_t)delta->n);
}

static enum MHD_Result
send_whole(struct asking *a, const struct held *h)
{
	enum MHD_Result result;
	enum coding coding;
	struct buf delta;

	buf_init(&delta, SIZE_MAX);
	if (worker_delta(a->worker, &a->request, h, &delta, &coding))
		result = send_delta(a, h, &delta, coding);
	else
		result = send_response(a, 200, h->whole, h->version.size);
	buf_fini(&delta);
	return result;
}

/* Milliseconds that this client has to wait until it may ask for the feed again. */
static int64_t
too_soon(struct asking *a, const struct item *item)
{
	const struct catalog *c = a->serve->catalog;
	struct ip ip;

	if (!c->min_interval || item->kind != ITEM_LIVE)
		return 0;
	ip = network_client(&c->trusted, &a->peer->ip, a->request.field[FIELD_FORWARDED],
	    a->request.field[FIELD_X_FORWARDED_FOR]);
	if (!ip.known)
		return 0;
	return guard_wait(
	    a->serve->guard, &ip, item->path, clock_elapsed(), c->min_interval);
}

static enum MHD_Result
send_too_soon(struct asking *a, int64_t wait)
{
	struct headers headers;

	reply_error_headers(&headers, 429);
	headers_add(&headers, "Retry-After",
	    arena_printf(a->worker->arena, "%" PRId64, (wait + 999) / 1000).p);
	return send_lines(a, 429, &headers);
}

static enum MHD_Result
send_item(struct asking *a, const struct item *item)
{
	int64_t wait = too_soon(a, item);
	struct verdict verdict;
	struct form form;
	struct held *h;

	if (wait)
		return send_too_soon(a, wait);
	form = reply_form(&a->request, item);
	h = held_find(a->worker, item, &form);
	form.coding = CODING_IDENTITY;
	if (!h)
		h = held_find(a->worker, item, &form);
	if (!h)
		return send_error(a, 404);
	verdict = reply_judge(&a->request, &h->version, a->serve->catalog->utc);
	switch (verdict.status) {
	case 200:
		return send_whole(a, h);
	case 304:
		return send_response(a, 304, h->unmodified, 0);
	default:
		return send_part(a, h, &verdict);
	}
}

static enum MHD_Result
send_target(struct asking *a, const struct reply_target *target)
{
	struct headers headers;

	if (target->item)
		a->answered.feed =
		    target->item->feed.n ? target->item->feed : target->item->path;
	if (target->status == 200)
		return send_item(a, target->item);
	reply_error_headers(&headers, target->status);
	if (target->status == 301)
		headers_add(
		    &headers, "Location", arena_cstr(a->worker->arena, target->location));
	return send_lines(a, target->status, &headers);
}

/* What is held is of another catalog: its items are gone. */
static void
keep_up(struct worker *w)
{
	if (w->generation == w->serve->generation)
		return;
	worker_forget(w);
	w->generation = w->serve->generation;
}

static enum MHD_Result
send_document(struct asking *a)
{
	struct serve *s = a->serve;
	struct reply_target target;
	enum MHD_Result result;

	pthread_rwlock_rdlock(&s->lock);
	keep_up(a->worker);
	if (s->catalog) {
		target = reply_find(s->catalog, &a->request, a->worker->arena);
		result = send_target(a, &target);
	} else {
		result = send_error(a, 503);
	}
	pthread_rwlock_unlock(&s->lock);
	return result;
}

/* --- a request ------------------------------------------------------------------------ */

static enum MHD_Result
take_field(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_n,
    const char *value, size_t value_n)
{
	struct asking *a = cls;

	(void)kind;
	request_take(&a->request, slice_make(name, name_n), slice_make(value, value_n),
	    a->worker->arena);
	return MHD_YES;
}

static enum MHD_Result
answer(struct asking *a, const char *method)
{
	struct slice path =
	    slice_part(a->request.target, 0, slice_index(a->request.target, '?'));

	if (!a->request.head && strcmp(method, "GET") != 0)
		return send_error(a, 405);
	if (a->peer->metrics)
		return is_page(path) ? send_page(a, path) : send_error(a, 404);
	if (is_page(path) && !a->serve->metrics_apart && is_local(a))
		return send_page(a, path);
	return send_document(a);
}

enum MHD_Result
worker_answer(void *cls, struct MHD_Connection *connection, const char *target,
    const char *method, const char *version, const char *body, size_t *body_size,
    void **state)
{
	struct worker *w = cls;
	struct peer *peer =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
		->socket_context;
	struct asking a = {
	    .worker = w,
	    .serve = w->serve,
	    .peer = peer,
	    .connection = connection,
	    .request = {.head = strcmp(method, "HEAD") == 0, .target = slice_str(target)},
	};

	(void)version;
	if (*state && *state != w)
		return errand_answer(*state, w, peer, method, body, body_size);
	if (*body_size)
		return MHD_NO;
	if (!*state)
		peer_move(peer, &w->sending);
	arena_reset(w->arena);
	MHD_get_connection_values_n(connection, MHD_HEADER_KIND, take_field, &a);
	/* The first call is for those who do not want the rest: a connection is closed when
	 * it is answered. */
	if (request_has_body(&a.request))
		return send_error(&a, 413);
	if (!*state) {
		*state = w;
		return MHD_YES;
	}
	return answer(&a, method);
}

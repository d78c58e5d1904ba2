#include "serve/server_inside.h"

#include "base/uri.h"

#include <stdlib.h>
#include <string.h>

/* --- the loop's side ---------------------------------------------------------------- */

static void
answer(struct hand *hand, struct errand *e)
{
	struct worker *w = e->worker; /* the errand may be gone once it goes on */

	if (hand->handler)
		hand->handler(hand->ctx, &e->request, e->arena, &e->reply);
	else
		e->reply = (struct listener_reply){.status = 404};
	MHD_resume_connection(e->connection);
	worker_nudge(w);
}

static void
answer_all(struct hand *hand)
{
	struct errand *e, *next;

	pthread_mutex_lock(&hand->lock);
	e = hand->first;
	hand->first = NULL;
	hand->last = &hand->first;
	pthread_mutex_unlock(&hand->lock);
	for (; e; e = next) {
		next = e->next;
		answer(hand, e);
	}
}

static void
on_async(uv_async_t *async)
{
	answer_all(async->data);
}

static void
serve(struct listener *listener, listener_handler *handler, void *ctx)
{
	struct hand *hand = (struct hand *)listener;

	hand->handler = handler;
	hand->ctx = ctx;
}

static void
free_hand(uv_handle_t *async)
{
	struct hand *hand = async->data;

	pthread_mutex_destroy(&hand->lock);
	arena_free(hand->arena);
}

/* Nobody waits for an answer then. */
static void
close_hand(struct listener *listener)
{
	struct hand *hand = (struct hand *)listener;

	pthread_rwlock_wrlock(&hand->serve->lock);
	hand->serve->hand = NULL;
	pthread_rwlock_unlock(&hand->serve->lock);
	hand->handler = NULL;
	answer_all(hand);
	uv_close((uv_handle_t *)&hand->async, free_hand);
}

int
serve_listener(struct serve *s, uv_loop_t *loop, struct slice url,
    struct listener **listener, struct err *err)
{
	struct arena *arena = arena_new();
	struct hand *hand = ARENA_NEW(arena, struct hand);
	struct uri uri;
	int rc;

	*hand = (struct hand){.listener = {arena_copy(arena, url), serve, close_hand},
	    .arena = arena,
	    .serve = s,
	    .last = &hand->first};
	uri_split(hand->listener.url, &uri);
	hand->path = uri.path;
	rc = uv_async_init(loop, &hand->async, on_async);
	if (rc < 0) {
		arena_free(arena);
		return err_set(
		    err, ERR_IO, "cannot listen for hubs: %s", uv_strerror(rc));
	}
	hand->async.data = hand;
	pthread_mutex_init(&hand->lock, NULL);
	pthread_rwlock_wrlock(&s->lock);
	s->hand = hand;
	pthread_rwlock_unlock(&s->lock);
	*listener = &hand->listener;
	return 0;
}

/* --- the server's side -------------------------------------------------------------- */

/* What stands behind the listener's address; none: it is not for him. */
static bool
is_for_hand(struct serve *s, struct slice *target)
{
	bool is;

	pthread_rwlock_rdlock(&s->lock);
	is = s->hand && slice_starts(*target, s->hand->path);
	if (is)
		*target = slice_from(*target, s->hand->path.n);
	pthread_rwlock_unlock(&s->lock);
	return is;
}

struct errand *
errand_new(struct worker *w, const char *text, struct MHD_Connection *connection)
{
	struct slice target = slice_str(text);
	struct arena *arena;
	struct errand *e;

	if (!is_for_hand(w->serve, &target))
		return NULL;
	arena = arena_new();
	e = ARENA_NEW(arena, struct errand);
	*e = (struct errand){
	    .serve = w->serve, .worker = w, .connection = connection, .arena = arena};
	target = arena_copy(arena, target);
	e->request.path = slice_part(target, 0, slice_index(target, '?'));
	e->request.query = slice_from(target, e->request.path.n + 1);
	buf_init(&e->body, LISTENER_BODY_MAX);
	atomic_fetch_add(&e->serve->errands, 1);
	return e;
}

void
errand_free(struct errand *e)
{
	if (!e)
		return;
	atomic_fetch_sub(&e->serve->errands, 1);
	buf_fini(&e->body);
	arena_free(e->arena);
}

static enum MHD_Result
take_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_n,
    const char *value, size_t value_n)
{
	struct errand *e = cls;
	struct slice key = slice_make(name, name_n);
	struct slice text = arena_copy(e->arena, slice_make(value, value_n));

	(void)kind;
	for (size_t i = 0; i < e->request.headers; i++) {
		struct listener_header *h = &e->header[i];

		if (!slice_eq_nocase(h->name, key))
			continue;
		h->value = arena_printf(
		    e->arena, "%.*s, %.*s", SLICE_ARG(h->value), SLICE_ARG(text));
		return MHD_YES;
	}
	e->header =
	    arena_grow(e->arena, e->header, e->request.headers, sizeof *e->header);
	e->header[e->request.headers++] =
	    (struct listener_header){arena_copy(e->arena, key), text};
	return MHD_YES;
}

/* Its header lines are there: is the rest wanted? */
static enum MHD_Result
begin(struct errand *e, struct worker *w, const char *method)
{
	e->begun = true;
	if (strcmp(method, "GET") != 0 && strcmp(method, "POST") != 0)
		return worker_send(w, e->connection, 405, SLICE_NONE);
	if (atomic_load(&e->serve->errands) > SERVE_HANDED)
		return worker_send(w, e->connection, 503, SLICE_NONE);
	e->request.method = arena_copy(e->arena, slice_str(method));
	MHD_get_connection_values_n(e->connection, MHD_HEADER_KIND, take_header, e);
	e->request.header = e->header;
	return MHD_YES;
}

/* It is whole. libmicrohttpd leaves it alone until it is answered. */
static enum MHD_Result
hand_over(struct errand *e, struct worker *w)
{
	struct hand *hand;

	e->handed = true;
	e->request.body = buf_view(&e->body);
	pthread_rwlock_rdlock(&e->serve->lock);
	hand = e->serve->hand;
	if (hand) {
		pthread_mutex_lock(&hand->lock);
		MHD_suspend_connection(e->connection);
		*hand->last = e;
		hand->last = &e->next;
		pthread_mutex_unlock(&hand->lock);
		uv_async_send(&hand->async);
	}
	pthread_rwlock_unlock(&e->serve->lock);
	return hand ? MHD_YES : worker_send(w, e->connection, 404, SLICE_NONE);
}

enum MHD_Result
errand_answer(struct errand *e, struct worker *w, struct peer *peer, const char *method,
    const char *body, size_t *body_size)
{
	if (!e->begun)
		return begin(e, w, method);
	if (*body_size) {
		buf_add(&e->body, body, *body_size);
		*body_size = 0;
		return MHD_YES;
	}
	if (e->handed)
		return worker_send(w, e->connection, e->reply.status, e->reply.body);
	peer_move(peer, &w->sending);
	if (e->body.full)
		return worker_send(w, e->connection, 413, SLICE_NONE);
	return hand_over(e, w);
}

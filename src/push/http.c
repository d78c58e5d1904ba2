#include "push/http_inside.h"

#include <stdlib.h>

struct http {
	CURLM *multi; /* NULL: closed, and the memory goes with the timer */
	uv_loop_t *loop;
	uv_timer_t timer;
	struct http_call *first;
	size_t pending;
	struct zone *utc;
};

/* A socket of libcurl's that the loop looks at. */
struct watch {
	uv_poll_t poll;
	struct http *http;
	curl_socket_t fd;
	int events;
};

int
http_library_open(struct err *err)
{
	CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);

	return code ? err_set(err, ERR_IO, "libcurl: %s", curl_easy_strerror(code)) : 0;
}

void
http_library_close(void)
{
	curl_global_cleanup();
}

/* --- calls ---------------------------------------------------------------- */

static void
link_call(struct http *http, struct http_call *call)
{
	call->http = http;
	call->next = http->first;
	if (call->next)
		call->next->prev = call;
	http->first = call;
	http->pending++;
}

static void
unlink_call(struct http_call *call)
{
	struct http *http = call->http;

	if (call->prev)
		call->prev->next = call->next;
	else
		http->first = call->next;
	if (call->next)
		call->next->prev = call->prev;
	http->pending--;
}

static void
finish(struct http_call *call, CURLcode code)
{
	struct http_answer answer;

	http_call_answer(call, code, call->http->utc, &answer);
	curl_multi_remove_handle(call->http->multi, call->easy);
	unlink_call(call);
	call->done(call->ctx, &answer);
	http_call_free(call);
}

/* A callback may close the whole, or send again: nothing is remembered across it. */
static void
finish_all(struct http *http)
{
	struct http_call *call;
	CURLMsg *message;
	int left;

	while (http->multi && (message = curl_multi_info_read(http->multi, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
		finish(call, message->data.result);
	}
}

static void
act(struct http *http, curl_socket_t fd, int events)
{
	int running;

	curl_multi_socket_action(http->multi, fd, events, &running);
	finish_all(http);
}

/* --- what libcurl wants of the loop ----------------------------------------- */

static void
on_timer(uv_timer_t *timer)
{
	act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static int
set_timer(CURLM *multi, long timeout, void *ctx)
{
	struct http *http = ctx;

	(void)multi;
	if (timeout < 0)
		uv_timer_stop(&http->timer);
	else
		uv_timer_start(&http->timer, on_timer, (uint64_t)timeout, 0);
	return 0;
}

/* libuv stops looking at a socket with an error; what came before it is still to be
 * read, and libcurl finds the error by itself. */
static void
on_socket(uv_poll_t *poll, int status, int events)
{
	struct watch *watch = poll->data;
	int what = status < 0 ? CURL_CSELECT_IN | CURL_CSELECT_OUT : 0;

	if (status < 0)
		uv_poll_start(poll, watch->events, on_socket);
	what |= events & UV_READABLE ? CURL_CSELECT_IN : 0;
	what |= events & UV_WRITABLE ? CURL_CSELECT_OUT : 0;
	act(watch->http, watch->fd, what);
}

static void
watch_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static struct watch *
watch_new(struct http *http, curl_socket_t fd)
{
	struct watch *watch = mem_alloc(sizeof *watch);

	if (uv_poll_init_socket(http->loop, &watch->poll, fd) < 0) {
		free(watch);
		return NULL;
	}
	watch->http = http;
	watch->fd = fd;
	watch->poll.data = watch;
	curl_multi_assign(http->multi, fd, watch);
	return watch;
}

/* A socket that cannot be watched ends its request at the deadline. */
static int
set_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *assigned)
{
	struct watch *watch = assigned;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (watch)
			uv_close((uv_handle_t *)&watch->poll, watch_closed);
		return 0;
	}
	if (!watch && !(watch = watch_new(ctx, fd)))
		return 0;
	watch->events = (what & CURL_POLL_IN ? UV_READABLE : 0) |
			(what & CURL_POLL_OUT ? UV_WRITABLE : 0);
	uv_poll_start(&watch->poll, watch->events, on_socket);
	return 0;
}

/* --- the whole -------------------------------------------------------------- */

int
http_open(struct http **out, uv_loop_t *loop, long all, long per_host, struct err *err)
{
	struct http *http = mem_alloc(sizeof *http);

	*http = (struct http){.loop = loop, .multi = curl_multi_init()};
	if (!http->multi) {
		free(http);
		return err_set(err, ERR_IO, "libcurl cannot be used");
	}
	if (zone_open(&http->utc, SLICE("UTC"), err) < 0) {
		curl_multi_cleanup(http->multi);
		free(http);
		return -1;
	}
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, set_socket);
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, all);
	curl_multi_setopt(http->multi, CURLMOPT_MAX_HOST_CONNECTIONS, per_host);
	uv_timer_init(loop, &http->timer);
	http->timer.data = http;
	*out = http;
	return 0;
}

static void
http_closed(uv_handle_t *timer)
{
	struct http *http = timer->data;

	zone_free(http->utc);
	free(http);
}

void
http_close(struct http *http)
{
	CURLM *multi;

	if (!http)
		return;
	while (http->first) {
		struct http_call *call = http->first;

		unlink_call(call);
		curl_multi_remove_handle(http->multi, call->easy);
		http_call_free(call);
	}
	multi = http->multi;
	http->multi = NULL;
	curl_multi_cleanup(multi);
	uv_close((uv_handle_t *)&http->timer, http_closed);
}

int
http_send(struct http *http, const struct http_request *request, http_done *done,
    void *ctx, struct err *err)
{
	struct http_call *call = http_call_new(request, done, ctx, err);
	CURLMcode code;

	if (!call)
		return -1;
	code = curl_multi_add_handle(http->multi, call->easy);
	if (code) {
		http_call_free(call);
		return err_set(err, ERR_IO, "libcurl: %s", curl_multi_strerror(code));
	}
	link_call(http, call);
	return 0;
}

size_t
http_pending(const struct http *http)
{
	return http->pending;
}

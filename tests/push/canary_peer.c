/*
 * canary_peer CONFIG: the daemon, with a listener that hubs can reach, at $CANARY_PORT of
 * the loopback. What a real server does with requests that are not as they should be is
 * not its affair: it takes one for each connection, with a Content-Length.
 */
#include "app/daemon.h"
#include "app/run.h"
#include "base/buf.h"

#include <libxml/parser.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct server {
	struct listener listener;
	uv_tcp_t tcp;
	char url[64];
	listener_handler *handler;
	void *ctx;
};

struct visit {
	struct server *server;
	uv_tcp_t tcp;
	uv_write_t write;
	struct arena *arena;
	struct buf in, out;
};

static void
visit_closed(uv_handle_t *handle)
{
	struct visit *v = handle->data;

	buf_fini(&v->in);
	buf_fini(&v->out);
	arena_free(v->arena);
	free(v);
}

static void
visit_end(struct visit *v)
{
	if (!uv_is_closing((uv_handle_t *)&v->tcp))
		uv_close((uv_handle_t *)&v->tcp, visit_closed);
}

static void
on_written(uv_write_t *write, int status)
{
	(void)status;
	visit_end(write->data);
}

static void
answer(struct visit *v, struct listener_request *r)
{
	struct listener_reply reply = {404, SLICE_NONE};
	uv_buf_t out;

	if (v->server->handler && slice_starts(r->path, SLICE("/callback/"))) {
		r->path = slice_from(r->path, 10);
		v->server->handler(v->server->ctx, r, v->arena, &reply);
	}
	buf_printf(&v->out,
	    "HTTP/1.1 %d .\r\nContent-Type: text/plain\r\n"
	    "X-Content-Type-Options: nosniff\r\nConnection: close\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    reply.status, reply.body.n);
	buf_slice(&v->out, reply.body);
	out = uv_buf_init(v->out.p, (unsigned)v->out.n);
	v->write.data = v;
	uv_read_stop((uv_stream_t *)&v->tcp);
	uv_write(&v->write, (uv_stream_t *)&v->tcp, &out, 1, on_written);
}

/* Once all of it is there. */
static void
take(struct visit *v)
{
	struct slice all = buf_view(&v->in), head, line, word;
	size_t end = slice_find(all, SLICE("\r\n\r\n")), length = 0, at;
	struct listener_header *header = NULL;
	struct listener_request r = {0};

	if (end == all.n)
		return;
	head = slice_part(all, 0, end + 2);
	slice_line(&head, &line);
	slice_token(&line, ' ', &r.method);
	slice_token(&line, ' ', &word);
	at = slice_index(word, '?');
	r.path = slice_part(word, 0, at);
	r.query = slice_from(word, at + 1);
	while (slice_line(&head, &line)) {
		at = slice_index(line, ':');
		header = arena_grow(v->arena, header, r.headers, sizeof *header);
		header[r.headers++] = (struct listener_header){
		    slice_part(line, 0, at), slice_trim(slice_from(line, at + 1))};
		if (slice_is_nocase(slice_part(line, 0, at), "Content-Length"))
			length = strtoul(slice_from(line, at + 1).p, NULL, 10);
	}
	r.header = header;
	r.body = slice_from(all, end + 4);
	if (r.body.n >= length)
		answer(v, &r);
}

static void
on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *buf)
{
	struct visit *v = handle->data;

	*buf = uv_buf_init(arena_alloc(v->arena, size), (unsigned)size);
}

static void
on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct visit *v = stream->data;

	if (n < 0) {
		visit_end(v);
		return;
	}
	buf_add(&v->in, buf->base, (size_t)n);
	take(v);
}

static void
on_visit(uv_stream_t *stream, int status)
{
	struct server *s = stream->data;
	struct visit *v = mem_alloc(sizeof *v);

	(void)status;
	*v = (struct visit){.server = s, .arena = arena_new()};
	buf_init(&v->in, LISTENER_BODY_MAX);
	buf_init(&v->out, SIZE_MAX);
	uv_tcp_init(stream->loop, &v->tcp);
	v->tcp.data = v;
	if (uv_accept(stream, (uv_stream_t *)&v->tcp) < 0 ||
	    uv_read_start((uv_stream_t *)&v->tcp, on_alloc, on_read) < 0)
		visit_end(v);
}

static void
serve(struct listener *listener, listener_handler *handler, void *ctx)
{
	struct server *s = (struct server *)listener;

	s->handler = handler;
	s->ctx = ctx;
}

static void
server_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void
close_server(struct listener *listener)
{
	struct server *s = (struct server *)listener;

	uv_close((uv_handle_t *)&s->tcp, server_closed);
}

static int
open_server(struct listener **listener, uv_loop_t *loop, const struct config *config,
    struct err *err)
{
	struct server *s = mem_alloc(sizeof *s);
	const char *port = getenv("CANARY_PORT");
	struct sockaddr_in at;
	int size = sizeof at;

	(void)config;
	*s = (struct server){.listener = {.serve = serve, .close = close_server}};
	uv_ip4_addr("127.0.0.1", port ? atoi(port) : 0, &at);
	uv_tcp_init(loop, &s->tcp);
	s->tcp.data = s;
	*listener = &s->listener;
	if (uv_tcp_bind(&s->tcp, (struct sockaddr *)&at, 0) < 0 ||
	    uv_listen((uv_stream_t *)&s->tcp, 16, on_visit) < 0 ||
	    uv_tcp_getsockname(&s->tcp, (struct sockaddr *)&at, &size) < 0)
		return err_set(err, ERR_IO, "no port to listen at");
	snprintf(
	    s->url, sizeof s->url, "http://127.0.0.1:%d/callback/", ntohs(at.sin_port));
	s->listener.url = slice_str(s->url);
	return 0;
}

int
main(int argc, char **argv)
{
	struct daemon_options options = {.ready = -1, .listen = open_server};
	struct config *config;
	struct err err;

	signal(SIGPIPE, SIG_IGN);
	xmlInitParser();
	options.file = argc == 2 ? argv[1] : "";
	if (config_open(&config, options.file, NULL, &err) < 0 ||
	    run_lock(config, &err) < 0 || daemon_run(config, &options, &err) < 0) {
		fprintf(stderr, "canary_peer: %s\n", err.text);
		return 1;
	}
	xmlCleanupParser();
	return 0;
}

#include "base/buf.h"
#include "base/clock.h"
#include "place.h"
#include "push/http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define LENGTH(a) (sizeof(a) / sizeof *(a))

/* --- a server that lies, in threads of its own -------------------------------------- */

struct server {
	int fd, port;
	pthread_t thread;
	_Atomic int open, most; /* connections */
};

struct visit {
	struct server *server;
	int fd;
	char text[16384]; /* what was asked, whole */
	size_t n, head;
};

static bool
tell(int fd, const void *p, size_t n)
{
	return send(fd, p, n, MSG_NOSIGNAL) == (ssize_t)n;
}

static bool
say(int fd, const char *text)
{
	return tell(fd, text, strlen(text));
}

/* Until the client goes, or for some time. */
static bool
wait_for_end(int fd, int ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, ms) > 0;
}

static void
act_echo(struct visit *v)
{
	char head[128];

	snprintf(
	    head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", v->n);
	say(v->fd, head);
	tell(v->fd, v->text, v->n);
}

static void
act_hang(struct visit *v)
{
	wait_for_end(v->fd, 10000);
}

static void
act_drip(struct visit *v)
{
	say(v->fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
	while (say(v->fd, "x") && !wait_for_end(v->fd, 50))
		;
}

static void
act_reset(struct visit *v)
{
	const struct linger now = {.l_onoff = 1};

	setsockopt(v->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

static void
act_endless_body(struct visit *v)
{
	char many[4096];

	memset(many, 'x', sizeof many);
	say(v->fd, "HTTP/1.1 200 OK\r\n\r\n");
	while (tell(v->fd, many, sizeof many))
		;
}

static void
act_endless_head(struct visit *v)
{
	say(v->fd, "HTTP/1.1 200 OK\r\n");
	while (say(v->fd, "X-Filler: and so on, and so on, and so on, and so on\r\n"))
		;
}

static void
act_endless_line(struct visit *v)
{
	say(v->fd, "HTTP/1.1 200 OK\r\nX-Filler: ");
	while (say(v->fd, "and so on, and so on, and so on, and so on"))
		;
}

static void
act_flood(struct visit *v)
{
	while (say(v->fd, "HTTP/1.1 103 Early Hints\r\nLink: <x>; rel=self\r\n\r\n"))
		;
}

static void
act_slow(struct visit *v)
{
	wait_for_end(v->fd, 20);
	say(v->fd, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
}

#define ZIPPED "Content-Encoding: gzip\r\nConnection: close\r\n\r\n"
#define HELLO                                                                            \
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6"   \
	"\x10"                                                                           \
	"\x36\x05\x00\x00\x00"

static void
act_gzip(struct visit *v)
{
	say(v->fd, "HTTP/1.1 200 OK\r\n" ZIPPED);
	tell(v->fd, HELLO, sizeof HELLO - 1);
}

/* 60,000 times NUL */
static void
act_bomb(struct visit *v)
{
	static const char bytes[] =
	    "\037\213\010\000\000\000\000\000\002\377\355\301\061\001\000\000\000\302"
	    "\240\365\117\155\015\017\240\000\000\000\000\000\000\000\000\000\000\000"
	    "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
	    "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
	    "\000\000\000\000\000\000\000\000\000\000\000\276\014\005\252\047\121\140"
	    "\352\000\000";

	say(v->fd, "HTTP/1.1 200 OK\r\n" ZIPPED);
	tell(v->fd, bytes, sizeof bytes - 1);
}

#define OK     "HTTP/1.1 200 OK\r\nConnection: close\r\n"
#define TO(to) "Content-Length: 9\r\nLocation: " to "\r\n\r\nelsewhere"
#define BUSY   "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n"

static const struct page {
	const char *path, *text;
	void (*act)(struct visit *v);
} pages[] = {
    {"/ok", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", NULL},
    {"/204", "HTTP/1.1 204 No Content\r\n\r\n", NULL},
    {"/404", "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope", NULL},
    {"/fields",
	OK "Content-Type: text/x\r\nETag: \"1\"\r\nlast-modified: yesterday\r\n"
	   "Cache-Control: public\r\nCACHE-CONTROL:max-age=600\r\nAge: 7\r\n"
	   "Date: Wed, 28 Feb 2024 01:07:16 GMT\r\nLink: <a>; rel=self\r\n"
	   "Link: <b>; rel=hub\r\nSet-Cookie: a=b\r\nX-Other: y\r\n\r\nhello",
	NULL},
    {"/trailer",
	"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nAge: 1\r\n\r\n"
	"5\r\nhello\r\n0\r\nAge: 2\r\nETag: x\r\n\r\n",
	NULL},
    {"/hints", "HTTP/1.1 103 Early Hints\r\nETag: a\r\n\r\n" OK "Age: 3\r\n\r\nhello",
	NULL},
    {"/echo", NULL, act_echo},
    {"/301", "HTTP/1.1 301 X\r\n" TO("/echo"), NULL},
    {"/302", "HTTP/1.1 302 X\r\n" TO("/echo"), NULL},
    {"/303", "HTTP/1.1 303 X\r\n" TO("echo"), NULL},
    {"/307", "HTTP/1.1 307 X\r\n" TO("/echo"), NULL},
    {"/308", "HTTP/1.1 308 X\r\n" TO("/echo"), NULL},
    {"/308-301", "HTTP/1.1 308 X\r\n" TO("/301"), NULL},
    {"/302-301", "HTTP/1.1 302 X\r\n" TO("/301"), NULL},
    {"/301-302", "HTTP/1.1 301 X\r\n" TO("/302"), NULL},
    {"/301-404", "HTTP/1.1 301 X\r\n" TO("/404"), NULL},
    {"/301-hang", "HTTP/1.1 301 X\r\n" TO("/reset"), NULL},
    {"/301x3", "HTTP/1.1 301 X\r\n" TO("/308-301"), NULL},
    {"/301x4", "HTTP/1.1 301 X\r\n" TO("/301x3"), NULL},
    {"/circle", "HTTP/1.1 308 X\r\n" TO("/circle"), NULL},
    {"/to-file", "HTTP/1.1 302 X\r\n" TO("file:///etc/passwd"), NULL},
    {"/to-gopher", "HTTP/1.1 302 X\r\n" TO("gopher://127.0.0.1/"), NULL},
    {"/to-nowhere", "HTTP/1.1 302 X\r\n" TO("http://[::"), NULL},
    {"/to-far", "HTTP/1.1 302 X\r\n" TO("http://nowhere.invalid/garbage"), NULL},
    {"/to-nothing", "HTTP/1.1 302 X\r\nContent-Length: 0\r\n\r\n", NULL},
    {"/to-garbage", "HTTP/1.1 302 X\r\n" TO("/garbage"), NULL},
    {"/hang", NULL, act_hang},
    {"/drip", NULL, act_drip},
    {"/slow", NULL, act_slow},
    {"/reset", NULL, act_reset},
    {"/nothing", "", NULL},
    {"/half", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhello",
	NULL},
    {"/half-chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello",
	NULL},
    {"/bad-chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello",
	NULL},
    {"/garbage", "\x16\x03\x01 what is this\r\n\r\n", NULL},
    {"/old", "just text, as of 1991\n", NULL},
    {"/bad-length", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello", NULL},
    {"/endless-body", NULL, act_endless_body},
    {"/endless-head", NULL, act_endless_head},
    {"/endless-line", NULL, act_endless_line},
    {"/flood", NULL, act_flood},
    {"/gzip", NULL, act_gzip},
    {"/bomb", NULL, act_bomb},
    {"/bad-gzip", OK ZIPPED "this is not gzip", NULL},
    {"/wait-5", BUSY "Retry-After: 5\r\n\r\n", NULL},
    {"/wait-0", BUSY "Retry-After:  0 \r\n\r\n", NULL},
    {"/wait-huge", BUSY "Retry-After: 99999999999999999999\r\n\r\n", NULL},
    {"/wait-date",
	BUSY "Date: Wed, 28 Feb 2024 01:07:16 GMT\r\n"
	     "Retry-After: Wed, 28 Feb 2024 01:09:16 GMT\r\n\r\n",
	NULL},
    {"/wait-past",
	BUSY "Date: Wed, 28 Feb 2024 01:07:16 GMT\r\n"
	     "Retry-After: Wed, 28 Feb 2024 01:00:00 GMT\r\n\r\n",
	NULL},
    {"/wait-asctime",
	BUSY "Date: Wed, 28 Feb 2024 01:07:16 GMT\r\n"
	     "Retry-After: Wed Feb 28 01:07:17 2024\r\n\r\n",
	NULL},
    {"/wait-minus", BUSY "Retry-After: -5\r\n\r\n", NULL},
    {"/wait-soon", BUSY "Retry-After: soon\r\n\r\n", NULL},
    {"/wait-twice", BUSY "Retry-After: 5\r\nRetry-After: 5\r\n\r\n", NULL},
};

/* A page is named by all of the path, also when the whole address was asked of a proxy. */
static const struct page *
find_page(const struct visit *v)
{
	struct slice rest = slice_make(v->text, v->n), method, path;

	if (!slice_token(&rest, ' ', &method) || !slice_token(&rest, ' ', &path))
		return NULL;
	for (size_t i = 0; i < LENGTH(pages); i++)
		if (slice_is(path, pages[i].path) ||
		    (slice_starts(path, SLICE("http://nowhere.invalid")) &&
			slice_ends(path, slice_str(pages[i].path))))
			return &pages[i];
	return NULL;
}

static bool
read_request(struct visit *v)
{
	size_t want = 0;
	const char *end = NULL, *length;

	v->n = 0;
	while (!end || v->n < want) {
		ssize_t n = recv(v->fd, v->text + v->n, sizeof v->text - 1 - v->n, 0);

		if (n <= 0)
			return false;
		v->n += (size_t)n;
		v->text[v->n] = '\0';
		end = strstr(v->text, "\r\n\r\n");
		length = strstr(v->text, "Content-Length: ");
		if (end)
			want = (size_t)(end + 4 - v->text) +
			       (length ? strtoul(length + 16, NULL, 10) : 0);
	}
	return true;
}

static void *
serve(void *arg)
{
	struct visit *v = arg;
	bool again = true;

	while (again && read_request(v)) {
		const struct page *page = find_page(v);

		again =
		    page && (page->act == act_echo ||
				(page->text && (strstr(page->text, "Content-Length") ||
						   strstr(page->text, "204"))));
		again =
		    again && !strstr(page->path, "half") && !strstr(page->path, "bad");
		if (page && page->act)
			page->act(v);
		else if (page)
			tell(v->fd, page->text, strlen(page->text));
	}
	close(v->fd);
	v->server->open--;
	free(v);
	return NULL;
}

static void *
listen_all(void *arg)
{
	struct server *s = arg;
	int fd;

	while ((fd = accept(s->fd, NULL, NULL)) >= 0) {
		struct visit *v = calloc(1, sizeof *v);
		pthread_t thread;

		v->server = s;
		v->fd = fd;
		if (++s->open > s->most)
			s->most = s->open;
		pthread_create(&thread, NULL, serve, v);
		pthread_detach(thread);
	}
	return NULL;
}

/* A socket on a port of its own, that listens or refuses. */
static int
bind_any(int *port)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, n), 0);
	getsockname(fd, (struct sockaddr *)&address, &n);
	*port = ntohs(address.sin_port);
	return fd;
}

static void
server_open(struct server *s)
{
	s->fd = bind_any(&s->port);
	assert_int_equal(listen(s->fd, 64), 0);
	pthread_create(&s->thread, NULL, listen_all, s);
}

static void
server_close(struct server *s)
{
	shutdown(s->fd, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->fd);
	while (s->open)
		usleep(1000);
}

/* --- the client ------------------------------------------------------------------------ */

struct bench {
	struct server server;
	uv_loop_t loop;
	struct http *http;
	struct arena *arena;
	struct http_answer answer; /* the last one, in the arena */
	int done;
	int again; /* so often the callback sends another */
	bool close;
};

static struct slice
url_of(struct bench *b, const char *path)
{
	return arena_printf(b->arena, "http://127.0.0.1:%d%s", b->server.port, path);
}

static struct http_request
get(struct bench *b, const char *path)
{
	return (struct http_request){
	    .url = url_of(b, path), .timeout = 4000, .body_max = 1 << 20};
}

static int
set_up(void **state)
{
	struct bench *b = calloc(1, sizeof *b);
	struct err err;

	signal(SIGPIPE, SIG_IGN);
	b->arena = arena_new();
	server_open(&b->server);
	uv_loop_init(&b->loop);
	assert_int_equal(http_open(&b->http, &b->loop, 16, 3, &err), 0);
	*state = b;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *b = *state;

	http_close(b->http);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&b->loop), 0);
	server_close(&b->server);
	arena_free(b->arena);
	free(b);
	return 0;
}

static void
keep(struct bench *b, const struct http_answer *answer)
{
	struct slice *const slices[] = {&b->answer.why, &b->answer.body, &b->answer.moved,
	    &b->answer.type, &b->answer.encoding, &b->answer.etag,
	    &b->answer.last_modified, &b->answer.cache_control, &b->answer.location};

	b->answer = *answer;
	for (size_t i = 0; i < LENGTH(slices); i++)
		*slices[i] = arena_copy(b->arena, *slices[i]);
	b->answer.link = (struct slices){0};
	for (size_t i = 0; i < answer->link.n; i++)
		slices_add(
		    &b->answer.link, b->arena, arena_copy(b->arena, answer->link.v[i]));
}

static void
done(void *ctx, const struct http_answer *answer)
{
	struct bench *b = ctx;
	struct http_request request = get(b, "/ok");
	struct err err;

	b->done++;
	keep(b, answer);
	if (b->again-- > 0)
		assert_int_equal(http_send(b->http, &request, done, b, &err), 0);
	if (b->close) {
		http_close(b->http);
		b->http = NULL;
	}
}

/* What the caller has is overwritten at once: all has to be copied. */
static void
send_it(struct bench *b, struct http_request request)
{
	char url[256];
	struct err err;

	snprintf(url, sizeof url, "%.*s", SLICE_ARG(request.url));
	request.url = slice_str(url);
	if (http_send(b->http, &request, done, b, &err) < 0)
		fail_msg("%s", err.text);
	memset(url, 'x', sizeof url);
}

static const struct http_answer *
fetch(struct bench *b, struct http_request request)
{
	int before = b->done;

	send_it(b, request);
	assert_int_equal(b->done, before); /* later */
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(b->done, before + 1);
	assert_int_equal(http_pending(b->http), 0);
	return &b->answer;
}

static void
assert_slice(struct slice got, const char *wanted)
{
	if (!slice_is(got, wanted))
		fail_msg("\"%.*s\" is not \"%s\"", SLICE_ARG(got), wanted);
}

static bool
has(struct slice s, const char *text)
{
	return slice_find(s, slice_str(text)) < s.n;
}

/* "PATH" or "" of what the server is asked for, from whole addresses. */
static void
assert_path(struct bench *b, struct slice url, const char *path)
{
	if (*path)
		assert_slice(url, url_of(b, path).p);
	else
		assert_slice(url, "");
}

/* --- answers --------------------------------------------------------------------------- */

static void
answers_come_with_their_fields(void **state)
{
	struct bench *b = *state;
	const struct http_answer *a = fetch(b, get(b, "/fields"));

	assert_int_equal(a->end, HTTP_ANSWERED);
	assert_int_equal(a->status, 200);
	assert_int_equal(a->why.n, 0);
	assert_slice(a->body, "hello");
	assert_int_equal(a->bytes, 5);
	assert_slice(a->type, "text/x");
	assert_slice(a->etag, "\"1\"");
	assert_slice(a->last_modified, "yesterday");
	assert_slice(a->cache_control, "public, max-age=600");
	assert_int_equal(a->age, 7);
	assert_int_equal(a->date, 1709082436);
	assert_int_equal(a->retry_after, -1);
	assert_int_equal(a->link.n, 2);
	assert_slice(a->link.v[1], "<b>; rel=hub");
	assert_int_equal(a->moved.n + a->location.n + a->encoding.n, 0);
	assert_in_range(a->elapsed, 0, 4000);
}

static void
hints_and_trailers_are_not_its_fields(void **state)
{
	struct bench *b = *state;

	fetch(b, get(b, "/trailer"));
	assert_slice(b->answer.body, "hello");
	assert_int_equal(b->answer.age, 1);
	assert_int_equal(b->answer.etag.n, 0);
	assert_in_range(b->answer.date, clock_now() - 60, clock_now());
	fetch(b, get(b, "/hints"));
	assert_int_equal(b->answer.status, 200);
	assert_int_equal(b->answer.age, 3);
	assert_int_equal(b->answer.etag.n, 0);
}

static void
any_status_is_an_answer(void **state)
{
	struct bench *b = *state;

	assert_int_equal(fetch(b, get(b, "/404"))->status, 404);
	assert_int_equal(b->answer.end, HTTP_ANSWERED);
	assert_slice(b->answer.body, "nope");
	assert_int_equal(fetch(b, get(b, "/204"))->status, 204);
}

static void
what_is_asked_is_sent(void **state)
{
	struct slice lines[] = {SLICE("X-Key: a b"), SLICE("Accept: text/x")};
	struct bench *b = *state;
	struct http_request r = get(b, "/echo");

	r.post = true;
	r.body = SLICE("hub.mode=publish&\0x=y");
	r.type = SLICE("application/x-www-form-urlencoded");
	r.header = (struct slices){lines, 2};
	fetch(b, r);
	assert_true(slice_starts(b->answer.body, SLICE("POST /echo HTTP/1.1\r\n")));
	assert_true(slice_ends(b->answer.body, SLICE("\r\n\r\nhub.mode=publish&\0x=y")));
	assert_true(has(b->answer.body, "\r\nContent-Length: 21\r\n"));
	assert_true(has(
	    b->answer.body, "\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
	assert_true(has(b->answer.body, "\r\nX-Key: a b\r\n"));
	assert_true(has(b->answer.body, "\r\nAccept: text/x\r\n"));
	assert_true(has(b->answer.body, "\r\nUser-Agent: xysfeed/"));
	assert_false(has(b->answer.body, "Expect"));
	assert_false(has(b->answer.body, "Accept-Encoding"));
	r = get(b, "/echo");
	r.user_agent = SLICE("someone/1");
	r.gzip = true;
	fetch(b, r);
	assert_true(slice_starts(b->answer.body, SLICE("GET /echo HTTP/1.1\r\n")));
	assert_true(has(b->answer.body, "\r\nUser-Agent: someone/1\r\n"));
	assert_true(has(b->answer.body, "\r\nAccept-Encoding: gzip\r\n"));
	assert_false(has(b->answer.body, "Cookie"));
}

/* A large body is where libcurl would ask first whether it may send it. */
static void
large_bodies_are_sent_at_once(void **state)
{
	static char many[12000];
	struct bench *b = *state;
	struct http_request r = get(b, "/echo");

	memset(many, 'x', sizeof many);
	r.post = true;
	r.body = slice_make(many, sizeof many);
	fetch(b, r);
	assert_false(has(b->answer.body, "Expect"));
	assert_true(slice_ends(b->answer.body, r.body));
}

static void
what_cannot_be_sent_is_refused(void **state)
{
	static const char *const urls[] = {"", "/x", "ftp://x.example/",
	    "file:///etc/passwd", "http://", "mailto:a@b", "http:///x",
	    "http://x.example:99999/"};
	static const char *const lines[] = {"", "X", "X:", "X: ", ": y", "X y: z",
	    "X : y", "X: a\r\nY: b", "X: a\nb", "X: \x01", "X\x80: a", "X;"};
	struct bench *b = *state;
	struct err err;

	for (size_t i = 0; i < LENGTH(urls); i++) {
		struct http_request r = get(b, "/ok");

		r.url = slice_str(urls[i]);
		assert_int_equal(http_send(b->http, &r, done, b, &err), -1);
		assert_int_equal(err.kind, ERR_CONFIG);
	}
	for (size_t i = 0; i < LENGTH(lines); i++) {
		struct slice line = slice_str(lines[i]);
		struct http_request r = get(b, "/ok");

		r.header = (struct slices){&line, 1};
		assert_int_equal(http_send(b->http, &r, done, b, &err), -1);
		assert_int_equal(err.kind, ERR_CONFIG);
	}
	for (size_t i = 0; i < 4; i++) {
		struct http_request r = get(b, "/ok");
		struct slice *const values[] = {
		    &r.type, &r.user_agent, &r.proxy, &r.ca_file};

		*values[i] = SLICE("a\r\nX: y");
		assert_int_equal(http_send(b->http, &r, done, b, &err), -1);
	}
	assert_int_equal(http_pending(b->http), 0);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(b->done, 0);
}

static void
retry_after(void **state)
{
	static const struct {
		const char *path;
		int64_t seconds;
	} cases[] = {{"/wait-5", 5}, {"/wait-0", 0}, {"/wait-huge", INT32_MAX},
	    {"/wait-date", 120}, {"/wait-past", 0}, {"/wait-asctime", 1},
	    {"/wait-minus", -1}, {"/wait-soon", -1}, {"/wait-twice", -1}, {"/ok", -1}};
	struct bench *b = *state;

	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_int_equal(
		    fetch(b, get(b, cases[i].path))->retry_after, cases[i].seconds);
}

static void
gzip(void **state)
{
	const struct digest wanted = digest_of(SLICE("hello"));
	const struct digest raw = digest_of(slice_make(HELLO, sizeof HELLO - 1));
	struct bench *b = *state;
	struct http_request r = get(b, "/gzip");

	r.gzip = true;
	assert_slice(fetch(b, r)->body, "hello");
	assert_slice(b->answer.encoding, "gzip");
	r.digest = true;
	assert_int_equal(fetch(b, r)->bytes, 5);
	assert_true(digest_eq(&b->answer.digest, &wanted));
	assert_int_equal(b->answer.body.n, 0);
	r.gzip = false;
	fetch(b, r);
	assert_true(digest_eq(&b->answer.digest, &raw));
	r = get(b, "/bad-gzip");
	r.gzip = true;
	assert_int_equal(fetch(b, r)->end, HTTP_NONSENSE);
	assert_slice(b->answer.why, "its compression is broken");
	r = get(b, "/bomb");
	r.gzip = true;
	assert_int_equal(fetch(b, r)->bytes, 60000);
	r.body_max = 1000;
	assert_int_equal(fetch(b, r)->end, HTTP_TOO_LONG);
}

/* --- redirects ---------------------------------------------------------------------------- */

static void
redirects(void **state)
{
	static const struct {
		const char *path, *moved;
	} cases[] = {{"/301", "/echo"}, {"/308", "/echo"}, {"/302", ""}, {"/303", ""},
	    {"/307", ""}, {"/308-301", "/echo"}, {"/301x3", "/echo"}, {"/302-301", ""},
	    {"/301-302", ""}, {"/echo", ""}};
	struct bench *b = *state;

	for (size_t i = 0; i < 2 * LENGTH(cases); i++) {
		struct http_request r = get(b, cases[i / 2].path);

		r.follow = true;
		r.post = i % 2;
		r.body = SLICE("hub.mode=publish");
		fetch(b, r);
		assert_int_equal(b->answer.status, 200);
		assert_path(b, b->answer.moved, cases[i / 2].moved);
		assert_true(slice_starts(b->answer.body,
		    r.post ? SLICE("POST /echo HTTP") : SLICE("GET /echo HTTP")));
		assert_int_equal(has(b->answer.body, "\r\n\r\nhub.mode=publish"), r.post);
		assert_int_equal(b->answer.location.n, 0);
	}
}

static void
redirects_are_not_followed_unasked(void **state)
{
	struct bench *b = *state;

	fetch(b, get(b, "/301"));
	assert_int_equal(b->answer.end, HTTP_ANSWERED);
	assert_int_equal(b->answer.status, 301);
	assert_slice(b->answer.location, "/echo");
	assert_slice(b->answer.body, "elsewhere");
	assert_int_equal(b->answer.moved.n, 0);
}

static void
redirects_that_lead_nowhere(void **state)
{
	static const struct {
		const char *path;
		enum http_end end;
		int status;
		const char *why;
	} cases[] = {
	    {"/circle", HTTP_NONSENSE, 308, "it redirects again and again"},
	    {"/301x4", HTTP_NONSENSE, 301, "it redirects again and again"},
	    {"/to-file", HTTP_NONSENSE, 302,
		"it redirects to an address of \"file:\", where it is not followed"},
	    {"/to-gopher", HTTP_NONSENSE, 302,
		"it redirects to an address of \"gopher:\", where it is not followed"},
	    {"/to-nowhere", HTTP_NONSENSE, 302, "it redirects to what is no address"},
	    {"/to-nothing", HTTP_ANSWERED, 302, ""},
	    {"/to-garbage", HTTP_NONSENSE, 302, "it does not speak HTTP"},
	    {"/301-404", HTTP_ANSWERED, 404, ""},
	    {"/301-hang", HTTP_BROKEN, 301, "the connection broke"},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct http_request r = get(b, cases[i].path);

		r.follow = true;
		fetch(b, r);
		assert_int_equal(b->answer.end, cases[i].end);
		assert_int_equal(b->answer.status, cases[i].status);
		if (!slice_starts(b->answer.why, slice_str(cases[i].why)))
			fail_msg("%s: \"%.*s\"", cases[i].path, SLICE_ARG(b->answer.why));
		assert_int_equal(b->answer.moved.n, 0);
	}
}

/* --- lies --------------------------------------------------------------------------------- */

static void
lies(void **state)
{
	static const struct {
		const char *path;
		enum http_end end;
		int status;
		const char *why;
	} cases[] = {
	    {"/hang", HTTP_TIMEOUT, 0, "no answer within 300 ms"},
	    {"/drip", HTTP_TIMEOUT, 200, "its answer took more than 300 ms"},
	    {"/reset", HTTP_BROKEN, 0, "the connection broke"},
	    {"/nothing", HTTP_BROKEN, 0, "it closed the connection without an answer"},
	    {"/half", HTTP_BROKEN, 200, "its answer ended too early"},
	    {"/half-chunk", HTTP_BROKEN, 200, "its answer ended too early"},
	    {"/bad-chunk", HTTP_BROKEN, 200, "the connection broke"},
	    {"/garbage", HTTP_NONSENSE, 0, "it does not speak HTTP"},
	    {"/old", HTTP_NONSENSE, 0, "it does not speak HTTP"},
	    {"/bad-length", HTTP_NONSENSE, 200, "it does not speak HTTP"},
	    {"/endless-body", HTTP_TOO_LONG, 200,
		"its answer is longer than 100000 bytes"},
	    {"/endless-head", HTTP_TOO_LONG, 200, "its header is too long"},
	    {"/endless-line", HTTP_TOO_LONG, 200, "its header is too long"},
	    {"/flood", HTTP_TOO_LONG, 103, "its header is too long"},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct http_request r = get(b, cases[i].path);

		r.timeout = cases[i].end == HTTP_TIMEOUT ? 300 : 4000;
		r.body_max = 100000;
		fetch(b, r);
		if (b->answer.end != cases[i].end ||
		    b->answer.status != cases[i].status ||
		    !slice_is(b->answer.why, cases[i].why))
			fail_msg("%s: %d, %d, \"%.*s\"", cases[i].path, b->answer.end,
			    b->answer.status, SLICE_ARG(b->answer.why));
		assert_in_range(b->answer.body.n, 0, HTTP_BODY_MAX);
	}
}

static void
ceiling_is_to_the_byte(void **state)
{
	struct bench *b = *state;
	struct http_request r = get(b, "/ok");

	r.body_max = 5;
	assert_int_equal(fetch(b, r)->end, HTTP_ANSWERED);
	r.body_max = 4;
	assert_int_equal(fetch(b, r)->end, HTTP_TOO_LONG);
	r.body_max = 0;
	assert_int_equal(fetch(b, r)->end, HTTP_TOO_LONG);
	r = get(b, "/204");
	r.body_max = 0;
	assert_int_equal(fetch(b, r)->end, HTTP_ANSWERED);
	r = get(b, "/endless-body");
	r.body_max = 200000;
	assert_int_equal(fetch(b, r)->body.n, HTTP_BODY_MAX);
	r.digest = true;
	assert_int_equal(fetch(b, r)->body.n, 0);
}

static void
nobody_there(void **state)
{
	struct bench *b = *state;
	struct http_request r = get(b, "/");
	int port, fd = bind_any(&port);

	r.url = arena_printf(b->arena, "http://127.0.0.1:%d/", port);
	assert_int_equal(fetch(b, r)->end, HTTP_NO_CONNECTION);
	assert_slice(b->answer.why, "connection refused");
	assert_int_equal(b->answer.status, 0);
	close(fd);
	r.url = SLICE("http://nowhere.invalid/");
	assert_int_equal(fetch(b, r)->end, HTTP_NO_NAME);
}

/* --- surroundings -------------------------------------------------------------------------- */

static void
environment_says_nothing(void **state)
{
	static const char *const names[] = {
	    "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"};
	struct bench *b = *state;

	for (size_t i = 0; i < LENGTH(names); i++)
		setenv(names[i], "http://127.0.0.1:1", 1);
	assert_slice(fetch(b, get(b, "/ok"))->body, "hello");
	for (size_t i = 0; i < LENGTH(names); i++)
		unsetenv(names[i]);
}

static void
proxy_is_used(void **state)
{
	struct bench *b = *state;
	struct http_request r = get(b, "/");

	setenv("no_proxy", "*", 1);
	r.proxy = arena_printf(b->arena, "http://127.0.0.1:%d", b->server.port);
	r.url = SLICE("http://nowhere.invalid/ok");
	assert_slice(fetch(b, r)->body, "hello");
	r.url = SLICE("http://nowhere.invalid/to-far");
	r.follow = true;
	assert_int_equal(fetch(b, r)->end, HTTP_NONSENSE);
	assert_slice(b->answer.why,
	    "it does not speak HTTP (redirected to http://nowhere.invalid/garbage)");
	/* One that does not make a tunnel. */
	r.url = SLICE("https://nowhere.invalid/ok");
	assert_true(fetch(b, r)->end != HTTP_ANSWERED);
	assert_int_equal(b->answer.status, 0);
	r.proxy = SLICE("http://nowhere.invalid:1");
	assert_int_equal(fetch(b, r)->end, HTTP_NO_NAME);
	assert_slice(b->answer.why, "the proxy has no address");
	unsetenv("no_proxy");
}

/* --- many, and their ends ------------------------------------------------------------------ */

static void
connections_are_limited(void **state)
{
	struct bench *b = *state;

	for (int i = 0; i < 40; i++)
		send_it(b, get(b, i % 2 ? "/slow" : "/ok"));
	assert_int_equal(http_pending(b->http), 40);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(b->done, 40);
	assert_int_equal(b->answer.end, HTTP_ANSWERED);
	assert_in_range(b->server.most, 2, 3 + 1); /* one may be about to close */
}

/* What waits behind requests that hang has its deadline too. */
static void
waiting_ends_at_the_deadline(void **state)
{
	struct bench *b = *state;
	struct http_request r = get(b, "/hang");
	int64_t began = clock_elapsed();

	r.timeout = 200;
	for (int i = 0; i < 20; i++)
		send_it(b, r);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(b->done, 20);
	assert_int_equal(b->answer.end, HTTP_TIMEOUT);
	assert_in_range(clock_elapsed() - began, 150, 4000);
}

static void
callback_may_send_again(void **state)
{
	struct bench *b = *state;

	b->again = 5;
	send_it(b, get(b, "/404"));
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(b->done, 6);
	assert_slice(b->answer.body, "hello");
}

static void
callback_may_close(void **state)
{
	struct bench *b = *state;

	b->close = true;
	for (int i = 0; i < 10; i++)
		send_it(b, get(b, i ? "/hang" : "/ok"));
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(b->done, 1);
	assert_null(b->http);
}

/* At any moment; with a name being looked up, too. */
static void
closing_ends_all(void **state)
{
	static const char *const paths[] = {
	    "/hang", "/drip", "/ok", "/endless-body", "/slow"};
	struct bench *b = *state;
	struct err err;

	for (int turns = 0; turns < 8; turns++) {
		struct http_request r = get(b, "/");

		r.url = SLICE("http://nowhere.invalid/");
		send_it(b, r);
		for (size_t i = 0; i < 3 * LENGTH(paths); i++)
			send_it(b, get(b, paths[i % LENGTH(paths)]));
		for (int i = 0; i < turns; i++)
			uv_run(&b->loop, i ? UV_RUN_ONCE : UV_RUN_NOWAIT);
		http_close(b->http);
		b->done = 0;
		uv_run(&b->loop, UV_RUN_DEFAULT);
		assert_int_equal(b->done, 0);
		assert_int_equal(http_open(&b->http, &b->loop, 16, 3, &err), 0);
	}
	http_close(NULL);
}

/* --- TLS: openssl makes the certificates and serves with them ------------------------------- */

struct tls {
	struct place place;
	pid_t pid;
	int port;
	FILE *out;
};

static bool
can_openssl(void)
{
	return system("openssl version >/dev/null 2>&1") == 0;
}

static bool
run_in(struct tls *t, const char *command)
{
	char line[1024];

	snprintf(
	    line, sizeof line, "cd '%s' && %s >/dev/null 2>&1", t->place.path, command);
	return system(line) == 0;
}

/* A certificate `cert.pem` for `name`, of yesterday's if it is to be old. */
static void
make_certificate(struct tls *t, const char *name, bool old)
{
	char command[512];

	snprintf(command, sizeof command,
	    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days "
	    "2 "
	    "-subj /CN=test -addext subjectAltName=%s -keyout key.pem -out cert.pem",
	    name);
	assert_true(run_in(t, command));
	if (old)
		assert_true(run_in(t, "openssl x509 -in cert.pem -signkey key.pem -days "
				      "-1 -out old.pem && mv "
				      "old.pem cert.pem"));
}

static void
tls_open(struct tls *t, const char *mode, const char *option)
{
	int ends[2];
	char line[256];

	assert_int_equal(pipe(ends), 0);
	t->pid = fork();
	if (t->pid == 0) {
		dup2(ends[1], 1);
		dup2(open("/dev/null", O_RDWR), 2);
		close(ends[0]);
		if (chdir(t->place.path) == 0)
			execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0",
			    "-key", "key.pem", "-cert", "cert.pem", mode, "-cipher",
			    "DEFAULT@SECLEVEL=0", option, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	t->out = fdopen(ends[0], "r");
	t->port = 0;
	while (t->port == 0 && fgets(line, sizeof line, t->out))
		sscanf(line, "ACCEPT 127.0.0.1:%d", &t->port);
	assert_true(t->port > 0);
}

static void
tls_close(struct tls *t)
{
	kill(t->pid, SIGKILL);
	waitpid(t->pid, NULL, 0);
	fclose(t->out);
}

static void
certificates(void **state)
{
	static const struct {
		const char *name;
		bool old, known;
		const char *option;
		enum http_end end;
		const char *why;
	} cases[] = {
	    {"IP:127.0.0.1", false, true, "-no_ticket", HTTP_ANSWERED, ""},
	    {"IP:127.0.0.1", false, false, "-no_ticket", HTTP_TLS,
		"its certificate is signed by nobody known"},
	    {"DNS:other.example", false, true, "-no_ticket", HTTP_TLS,
		"its certificate is for another name"},
	    {"IP:127.0.0.1", true, true, "-no_ticket", HTTP_TLS,
		"its certificate has expired"},
	    {"IP:127.0.0.1", false, true, "-tls1_1", HTTP_TLS,
		"no TLS 1.2 or newer with it ("},
	};
	struct bench *b = *state;
	struct tls t;

	if (!can_openssl()) {
		print_message(
		    "# skipped: no openssl command to make certificates with\n");
		skip();
	}
	place_open(&t.place);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct http_request r = get(b, "/");

		make_certificate(&t, cases[i].name, cases[i].old);
		tls_open(&t, "-www", cases[i].option);
		r.url = arena_printf(b->arena, "https://127.0.0.1:%d/", t.port);
		if (cases[i].known)
			r.ca_file = slice_str(place_path(&t.place, "cert.pem"));
		fetch(b, r);
		tls_close(&t);
		if (b->answer.end != cases[i].end ||
		    !slice_starts(b->answer.why, slice_str(cases[i].why)))
			fail_msg("%zu: %d, \"%.*s\"", i, b->answer.end,
			    SLICE_ARG(b->answer.why));
	}
	place_close(&t.place);
}

/* What went safely does not go on unsafely. */
static void
https_stays_https(void **state)
{
	struct bench *b = *state;
	struct http_request r = get(b, "/");
	char answer[256];
	struct tls t;

	if (!can_openssl()) {
		print_message(
		    "# skipped: no openssl command to make certificates with\n");
		skip();
	}
	place_open(&t.place);
	make_certificate(&t, "IP:127.0.0.1", false);
	snprintf(answer, sizeof answer, "HTTP/1.0 308 X\r\nLocation: %s\r\n\r\n",
	    url_of(b, "/ok").p);
	place_write(&t.place, "down", answer);
	tls_open(&t, "-HTTP", "-no_ticket");
	r.url = arena_printf(b->arena, "https://127.0.0.1:%d/down", t.port);
	r.ca_file = slice_str(place_path(&t.place, "cert.pem"));
	r.follow = true;
	fetch(b, r);
	tls_close(&t);
	place_close(&t.place);
	assert_int_equal(b->answer.end, HTTP_NONSENSE);
	assert_true(slice_starts(b->answer.why,
	    SLICE("it redirects to an address of \"http:\", where it is not followed")));
}

static void
no_tls_there(void **state)
{
	struct bench *b = *state;
	struct http_request r = get(b, "/");
	int port, fd = bind_any(&port);

	/* It speaks HTTP. */
	r.url = arena_printf(b->arena, "https://127.0.0.1:%d/ok", b->server.port);
	r.timeout = 300;
	assert_true(fetch(b, r)->end != HTTP_ANSWERED);
	/* It takes the connection, and that is all. */
	assert_int_equal(listen(fd, 1), 0);
	r.url = arena_printf(b->arena, "https://127.0.0.1:%d/", port);
	assert_int_equal(fetch(b, r)->end, HTTP_TIMEOUT);
	assert_slice(b->answer.why, "no connection within 300 ms");
	close(fd);
	r.ca_file = SLICE("/nonexistent/ca.pem");
	r.url = arena_printf(b->arena, "https://127.0.0.1:%d/", b->server.port);
	assert_int_equal(fetch(b, r)->end, HTTP_TLS);
	assert_slice(b->answer.why, "the file of certificates cannot be used");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(answers_come_with_their_fields),
	    TEST(hints_and_trailers_are_not_its_fields),
	    TEST(any_status_is_an_answer),
	    TEST(what_is_asked_is_sent),
	    TEST(large_bodies_are_sent_at_once),
	    TEST(what_cannot_be_sent_is_refused),
	    TEST(retry_after),
	    TEST(gzip),
	    TEST(redirects),
	    TEST(redirects_are_not_followed_unasked),
	    TEST(redirects_that_lead_nowhere),
	    TEST(lies),
	    TEST(ceiling_is_to_the_byte),
	    TEST(nobody_there),
	    TEST(environment_says_nothing),
	    TEST(proxy_is_used),
	    TEST(connections_are_limited),
	    TEST(waiting_ends_at_the_deadline),
	    TEST(callback_may_send_again),
	    TEST(callback_may_close),
	    TEST(closing_ends_all),
	    TEST(certificates),
	    TEST(https_stays_https),
	    TEST(no_tls_there),
	};
	struct err err;
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (http_library_open(&err) < 0)
		return 99;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	http_library_close();
	return failed;
}

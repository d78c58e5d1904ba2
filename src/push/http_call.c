#include "base/uri.h"
#include "config.h"
#include "push/http_inside.h"

#include <assert.h>
#include <stdlib.h>

enum { JOINED_MAX = 1024 }; /* a field that comes again and again grows no longer */

/* --- what is asked ---------------------------------------------------------- */

/* No line break with which a value could become lines of its own. */
static bool
is_line(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < ' ' && s.p[i] != '\t') || s.p[i] == 0x7F)
			return false;
	return true;
}

/* RFC 9110 section 5.6.2. Visible ASCII is what is_line left. */
static bool
is_token(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x7F ||
		    slice_one_of(s.p[i], " \t\"(),/:;<=>?@[\\]{}"))
			return false;
	return s.n > 0;
}

static bool
is_header(struct slice line)
{
	size_t colon = slice_index(line, ':');

	return colon < line.n && is_line(line) && is_token(slice_part(line, 0, colon)) &&
	       slice_trim(slice_from(line, colon + 1)).n > 0;
}

static int
check(const struct http_request *request, struct err *err)
{
	const struct slice values[] = {
	    request->type, request->user_agent, request->ca_file, request->proxy};

	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		if (!is_line(values[i]))
			return err_set(err, ERR_CONFIG,
			    "a line break or control character in what is sent");
	for (size_t i = 0; i < request->header.n; i++)
		if (!is_header(request->header.v[i]))
			return err_set(err, ERR_CONFIG,
			    "header line %zu is not of the form \"Name: value\"", i + 1);
	return 0;
}

static void
add_line(struct http_call *call, const char *line)
{
	struct curl_slist *longer = curl_slist_append(call->lines, line);

	if (!longer)
		abort();
	call->lines = longer;
}

/* Expect: 100-continue would wait a second for hubs that do not know it. */
static void
add_lines(struct http_call *call, const struct http_request *request)
{
	struct slice type = request->type;

	add_line(call, "Expect:");
	if (request->post && type.n)
		add_line(call,
		    arena_printf(call->arena, "Content-Type: %.*s", SLICE_ARG(type)).p);
	for (size_t i = 0; i < request->header.n; i++)
		add_line(call, arena_cstr(call->arena, request->header.v[i]));
}

/* --- what comes --------------------------------------------------------------- */

static size_t
take_body(char *p, size_t size, size_t n, void *ctx)
{
	struct http_call *call = ctx;
	size_t room = HTTP_BODY_MAX - call->body.n;

	(void)size; /* is 1 */
	call->bytes += (int64_t)n;
	if (call->digest)
		digest_add(call->digest, slice_make(p, n));
	else
		buf_add(&call->body, p, n < room ? n : room);
	if (call->bytes <= call->body_max)
		return n;
	call->too_long = true;
	return CURL_WRITEFUNC_ERROR;
}

static int
status_of(struct slice line)
{
	struct slice rest = slice_skip(slice_from(line, slice_index(line, ' ')), " ");
	int status = 0;

	for (size_t i = 0; i < 3 && i < rest.n && slice_one_of(rest.p[i], "0123456789");
	     i++)
		status = 10 * status + (rest.p[i] - '0');
	return status;
}

/* Another answer begins: that of a redirect is over. */
static void
take_status(struct http_call *call, struct slice line)
{
	if (call->status >= 300 && call->status != 301 && call->status != 308)
		call->temporary = true;
	call->status = status_of(line);
	for (int i = 0; i < FIELDS; i++)
		call->field[i] = SLICE_NONE;
	call->link = (struct slices){0};
}

/* RFC 9110 section 5.3: a field that comes twice is a list. */
static void
add_value(struct http_call *call, struct slice *field, struct slice value)
{
	if (field->n == 0)
		*field = arena_copy(call->arena, value);
	else if (field->n + value.n < JOINED_MAX)
		*field = arena_printf(
		    call->arena, "%.*s, %.*s", SLICE_ARG(*field), SLICE_ARG(value));
}

static void
take_field(struct http_call *call, struct slice line)
{
	static const char *const names[FIELDS] = {
	    [FIELD_TYPE] = "Content-Type",
	    [FIELD_ENCODING] = "Content-Encoding",
	    [FIELD_ETAG] = "ETag",
	    [FIELD_LAST_MODIFIED] = "Last-Modified",
	    [FIELD_CACHE_CONTROL] = "Cache-Control",
	    [FIELD_LOCATION] = "Location",
	    [FIELD_RETRY_AFTER] = "Retry-After",
	    [FIELD_AGE] = "Age",
	    [FIELD_DATE] = "Date",
	};
	size_t colon = slice_index(line, ':');
	struct slice name = slice_part(line, 0, colon);
	struct slice value = slice_trim(slice_from(line, colon + 1));

	if (slice_is_nocase(name, "Link"))
		slices_add(&call->link, call->arena, arena_copy(call->arena, value));
	for (int i = 0; i < FIELDS; i++)
		if (slice_is_nocase(name, names[i]))
			add_value(call, &call->field[i], value);
}

static size_t
take_head(char *p, size_t size, size_t n, void *ctx)
{
	struct http_call *call = ctx;
	struct slice line = slice_trim(slice_make(p, n));

	call->head += n * size;
	if (call->head > HTTP_HEAD_MAX) {
		call->too_long = true;
		return CURL_WRITEFUNC_ERROR;
	}
	/* Trailers come after the body and say nothing that is asked here. */
	if (slice_starts(line, SLICE("HTTP/")))
		take_status(call, line);
	else if (call->bytes == 0)
		take_field(call, line);
	return n;
}

static int
take_resolving(void *state, void *reserved, void *ctx)
{
	struct http_call *call = ctx;

	(void)state, (void)reserved;
	call->resolving = true;
	return 0;
}

/* --- how it is done ------------------------------------------------------------- */

/* What is the same for all. QUICK_EXIT: a lookup that hangs is left to its thread, else
 * the loop would wait for it. HTTP/1.1: a connection for each request, so that limits of
 * connections are limits of requests. */
static CURLcode
set_fixed(CURL *easy)
{
	static const struct {
		CURLoption option;
		long value;
	} options[] = {
	    {CURLOPT_NOSIGNAL, 1},
	    {CURLOPT_QUICK_EXIT, 1},
	    {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
	    {CURLOPT_HTTP09_ALLOWED, 0},
	    {CURLOPT_CONNECTTIMEOUT_MS, HTTP_CONNECT_MS},
	    {CURLOPT_MAXREDIRS, HTTP_REDIRECTS},
	    {CURLOPT_POSTREDIR, CURL_REDIR_POST_ALL},
	    {CURLOPT_NETRC, CURL_NETRC_IGNORED},
	    {CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
	    {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
	    {CURLOPT_SSL_VERIFYPEER, 1},
	    {CURLOPT_SSL_VERIFYHOST, 2},
	};
	CURLcode code = CURLE_OK;

	for (size_t i = 0; !code && i < sizeof options / sizeof *options; i++)
		code = curl_easy_setopt(easy, options[i].option, options[i].value);
	return code;
}

/* An empty NOPROXY: else the environment is asked for it. */
static CURLcode
set_texts(struct http_call *call, const struct http_request *request)
{
	const char *ca_file = arena_cstr(call->arena, request->ca_file);
	struct slice agent = request->user_agent;
	const struct {
		bool wanted;
		CURLoption option;
		const char *value;
	} options[] = {
	    {true, CURLOPT_URL, call->url.p},
	    {true, CURLOPT_PROTOCOLS_STR, "http,https"},
	    {true, CURLOPT_REDIR_PROTOCOLS_STR,
		uri_has_scheme(call->url, "https") ? "https" : "http,https"},
	    {true, CURLOPT_PROXY, arena_cstr(call->arena, request->proxy)},
	    {true, CURLOPT_NOPROXY, ""},
	    {true, CURLOPT_USERAGENT,
		agent.n ? arena_cstr(call->arena, agent) : PACKAGE "/" VERSION},
	    {request->ca_file.n > 0, CURLOPT_CAINFO, ca_file},
	    {request->ca_file.n > 0, CURLOPT_CAPATH, NULL},
	    {request->gzip, CURLOPT_ACCEPT_ENCODING, "gzip"},
	};
	CURLcode code = CURLE_OK;

	for (size_t i = 0; !code && i < sizeof options / sizeof *options; i++)
		if (options[i].wanted)
			code = curl_easy_setopt(
			    call->easy, options[i].option, options[i].value);
	return code;
}

static CURLcode
set_body(struct http_call *call, const struct http_request *request)
{
	struct slice body = arena_copy(call->arena, request->body);
	CURLcode code;

	if (!request->post)
		return CURLE_OK;
	code =
	    curl_easy_setopt(call->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
	return code ? code : curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS, body.p);
}

/* These cannot fail. */
static void
set_rest(struct http_call *call, const struct http_request *request)
{
	CURL *easy = call->easy;

	curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->error);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_head);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
	curl_easy_setopt(easy, CURLOPT_RESOLVER_START_FUNCTION, take_resolving);
	curl_easy_setopt(easy, CURLOPT_RESOLVER_START_DATA, call);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->lines);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)call->timeout);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, (long)request->follow);
	/* Else a file that is replaced would go unnoticed for a day. */
	if (request->ca_file.n)
		curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
}

static int
set_options(struct http_call *call, const struct http_request *request, struct err *err)
{
	CURLcode code = set_fixed(call->easy);

	if (!code)
		code = set_texts(call, request);
	if (!code)
		code = set_body(call, request);
	if (code)
		return err_set(err, ERR_CONFIG, "libcurl: %s", curl_easy_strerror(code));
	set_rest(call, request);
	return 0;
}

struct http_call *
http_call_new(
    const struct http_request *request, http_done *done, void *ctx, struct err *err)
{
	struct http_call *call;

	assert(request->timeout > 0);
	if (check(request, err) < 0)
		return NULL;
	call = mem_alloc(sizeof *call);
	*call = (struct http_call){.done = done,
	    .ctx = ctx,
	    .arena = arena_new(),
	    .easy = curl_easy_init(),
	    .timeout = request->timeout,
	    .body_max = request->body_max,
	    .digest = request->digest ? digest_open() : NULL};
	if (!call->easy)
		abort();
	buf_init(&call->body, HTTP_BODY_MAX);
	add_lines(call, request);
	call->url = uri_http(call->arena, request->url);
	if (call->url.n == 0)
		err_set(err, ERR_CONFIG, "%.*s: not an http or https address",
		    SLICE_ARG(request->url));
	else if (set_options(call, request, err) == 0)
		return call;
	http_call_free(call);
	return NULL;
}

void
http_call_free(struct http_call *call)
{
	curl_easy_cleanup(call->easy);
	curl_slist_free_all(call->lines);
	if (call->digest)
		digest_close(call->digest);
	buf_fini(&call->body);
	arena_free(call->arena);
	free(call);
}

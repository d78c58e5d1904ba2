#include "base/clock.h"
#include "base/date.h"
#include "base/uri.h"
#include "base/utf8.h"
#include "push/http_inside.h"

#include <openssl/x509.h>

#include <string.h>

/* --- why it failed ------------------------------------------------------------ */

/* libcurl's own words, of which some quote the other side. */
static struct slice
detail(struct http_call *call, CURLcode code)
{
	const char *text = call->error[0] ? call->error : curl_easy_strerror(code);
	struct buf clean;
	struct slice s;

	buf_init(&clean, 4 * CURL_ERROR_SIZE);
	utf8_show(&clean, slice_str(text));
	s = arena_copy(call->arena, buf_view(&clean));
	buf_fini(&clean);
	return s;
}

static struct slice
span(struct http_call *call, int64_t ms)
{
	return ms % 1000 ? arena_printf(call->arena, "%lld ms", (long long)ms)
			 : arena_printf(call->arena, "%lld s", (long long)ms / 1000);
}

static bool
has_time(const struct http_call *call, CURLINFO info)
{
	curl_off_t micros = 0;

	curl_easy_getinfo(call->easy, info, &micros);
	return micros > 0;
}

static struct slice
why_connect(struct http_call *call, CURLcode code, enum http_end *end)
{
	long error = 0;
	char *text;

	(void)code, (void)end;
	curl_easy_getinfo(call->easy, CURLINFO_OS_ERRNO, &error);
	if (!error)
		return SLICE("no connection");
	text = arena_cstr(call->arena, slice_str(strerror((int)error)));
	text[0] |= 'a' - 'A';
	return slice_str(text);
}

static struct slice
why_timeout(struct http_call *call, CURLcode code, enum http_end *end)
{
	int64_t ms = call->timeout;
	const char *what =
	    call->status ? "its answer took more than" : "no answer within";

	(void)code;
	if (!has_time(call, CURLINFO_PRETRANSFER_TIME_T)) {
		ms = ms < HTTP_CONNECT_MS ? ms : HTTP_CONNECT_MS;
		what = "no connection within";
	}
	if (call->resolving && !has_time(call, CURLINFO_NAMELOOKUP_TIME_T)) {
		*end = HTTP_NO_NAME;
		what = "its name was not found within";
	}
	return arena_printf(call->arena, "%s %.*s", what, SLICE_ARG(span(call, ms)));
}

/* libcurl compares the name itself, when all else of the certificate is good; by then the
 * result of OpenSSL is not told yet, or is good. */
static struct slice
why_certificate(struct http_call *call, CURLcode code, enum http_end *end)
{
	static const struct {
		long result;
		const char *why;
	} results[] = {
	    {X509_V_ERR_UNSPECIFIED, "its certificate is for another name"},
	    {X509_V_OK, "its certificate is for another name"},
	    {X509_V_ERR_CERT_HAS_EXPIRED, "its certificate has expired"},
	    {X509_V_ERR_CERT_NOT_YET_VALID, "its certificate is not valid yet"},
	    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
		"its certificate is signed by nobody known, only by itself"},
	    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
		"its certificate is signed by nobody known"},
	    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
		"its certificate is signed by nobody known"},
	    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
		"its certificate is signed by nobody known"},
	    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
		"its certificate is signed by nobody known"},
	};
	long result = X509_V_OK;

	(void)code, (void)end;
	curl_easy_getinfo(call->easy, CURLINFO_SSL_VERIFYRESULT, &result);
	for (size_t i = 0; i < sizeof results / sizeof *results; i++)
		if (results[i].result == result)
			return slice_str(results[i].why);
	return arena_printf(call->arena, "its certificate is not good: %s",
	    X509_verify_cert_error_string(result));
}

static struct slice
why_tls(struct http_call *call, CURLcode code, enum http_end *end)
{
	struct slice words = detail(call, code);

	(void)end;
	return arena_printf(
	    call->arena, "no TLS 1.2 or newer with it (%.*s)", SLICE_ARG(words));
}

/* May a redirect go there? */
static bool
is_spoken(const struct http_call *call, struct slice scheme)
{
	bool safe = uri_has_scheme(call->url, "https");

	return slice_is_nocase(scheme, "https") ||
	       (slice_is_nocase(scheme, "http") && !safe);
}

/* A protocol that is not spoken: of a redirect, or of an answer that is not HTTP. */
static struct slice
why_protocol(struct http_call *call, CURLcode code, enum http_end *end)
{
	struct uri to;

	(void)code, (void)end;
	uri_split(call->field[FIELD_LOCATION], &to);
	if (to.scheme.n == 0 || to.scheme.n > 20 || is_spoken(call, to.scheme))
		return SLICE("it does not speak HTTP");
	return arena_printf(call->arena,
	    "it redirects to an address of \"%.*s:\", where it is not followed",
	    SLICE_ARG(to.scheme));
}

static struct slice
why_stopped(struct http_call *call, CURLcode code, enum http_end *end)
{
	if (!call->too_long)
		return detail(call, code);
	*end = HTTP_TOO_LONG;
	return call->bytes > call->body_max
		   ? arena_printf(call->arena, "its answer is longer than %lld bytes",
			 (long long)call->body_max)
		   : SLICE("its header is too long");
}

static struct slice
why_other(struct http_call *call, CURLcode code, enum http_end *end)
{
	(void)end;
	return detail(call, code);
}

static const struct {
	CURLcode code;
	enum http_end end;
	const char *why; /* or a function that finds out more */
	struct slice (*find)(struct http_call *call, CURLcode code, enum http_end *end);
} ways[] = {
    {CURLE_COULDNT_RESOLVE_HOST, HTTP_NO_NAME, "its host has no address", NULL},
    {CURLE_COULDNT_RESOLVE_PROXY, HTTP_NO_NAME, "the proxy has no address", NULL},
    {CURLE_COULDNT_CONNECT, HTTP_NO_CONNECTION, NULL, why_connect},
    {CURLE_PROXY, HTTP_NO_CONNECTION, NULL, why_other},
    {CURLE_PEER_FAILED_VERIFICATION, HTTP_TLS, NULL, why_certificate},
    {CURLE_SSL_CONNECT_ERROR, HTTP_TLS, NULL, why_tls},
    {CURLE_SSL_CACERT_BADFILE, HTTP_TLS, "the file of certificates cannot be used", NULL},
    {CURLE_OPERATION_TIMEDOUT, HTTP_TIMEOUT, NULL, why_timeout},
    {CURLE_GOT_NOTHING, HTTP_BROKEN, "it closed the connection without an answer", NULL},
    {CURLE_SEND_ERROR, HTTP_BROKEN, "the connection broke", NULL},
    {CURLE_RECV_ERROR, HTTP_BROKEN, "the connection broke", NULL},
    {CURLE_PARTIAL_FILE, HTTP_BROKEN, "its answer ended too early", NULL},
    {CURLE_WRITE_ERROR, HTTP_BROKEN, NULL, why_stopped},
    /* What libcurl says of one line that is too long for it. */
    {CURLE_OUT_OF_MEMORY, HTTP_TOO_LONG, "its header is too long", NULL},
    {CURLE_UNSUPPORTED_PROTOCOL, HTTP_NONSENSE, NULL, why_protocol},
    {CURLE_URL_MALFORMAT, HTTP_NONSENSE, "it redirects to what is no address", NULL},
    {CURLE_TOO_MANY_REDIRECTS, HTTP_NONSENSE, "it redirects again and again", NULL},
    {CURLE_WEIRD_SERVER_REPLY, HTTP_NONSENSE, "it does not speak HTTP", NULL},
    {CURLE_BAD_CONTENT_ENCODING, HTTP_NONSENSE, "its compression is broken", NULL},
    {CURLE_OK, HTTP_BROKEN, NULL, why_other}, /* all others */
};

static void
set_end(struct http_call *call, CURLcode code, struct http_answer *answer)
{
	size_t i = 0;

	if (!code)
		return;
	while (ways[i].code && ways[i].code != code)
		i++;
	answer->end = ways[i].end;
	answer->why =
	    ways[i].why ? slice_str(ways[i].why) : ways[i].find(call, code, &answer->end);
}

/* --- what it says --------------------------------------------------------------- */

int64_t
http_seconds(struct slice text)
{
	int64_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return -1;
		n = n < INT32_MAX ? 10 * n + (text.p[i] - '0') : n;
	}
	if (text.n == 0)
		return -1;
	return n < INT32_MAX ? n : INT32_MAX;
}

static bool
instant(struct slice text, const struct zone *utc, int64_t *sec)
{
	struct date date;
	struct err err;

	if (text.n == 0 || date_parse(&date, text, utc, &err) < 0 || !date.known)
		return false;
	*sec = date.sec;
	return true;
}

static void
set_times(
    const struct http_call *call, const struct zone *utc, struct http_answer *answer)
{
	const struct slice *field = call->field;
	curl_off_t micros = 0;
	int64_t until;

	if (!instant(field[FIELD_DATE], utc, &answer->date))
		answer->date = clock_now();
	answer->age = http_seconds(field[FIELD_AGE]);
	answer->retry_after = http_seconds(field[FIELD_RETRY_AFTER]);
	if (answer->retry_after < 0 && instant(field[FIELD_RETRY_AFTER], utc, &until))
		answer->retry_after = until > answer->date ? until - answer->date : 0;
	curl_easy_getinfo(call->easy, CURLINFO_TOTAL_TIME_T, &micros);
	answer->elapsed = micros / 1000;
}

/* Where redirects led, and whether they did so for good. */
static void
set_moved(struct http_call *call, struct http_answer *answer)
{
	const char *url = NULL;
	struct slice to;
	long hops = 0;

	curl_easy_getinfo(call->easy, CURLINFO_REDIRECT_COUNT, &hops);
	curl_easy_getinfo(call->easy, CURLINFO_EFFECTIVE_URL, &url);
	to = uri_http(call->arena, slice_str(url));
	if (hops == 0 || to.n == 0)
		return;
	if (answer->end != HTTP_ANSWERED)
		answer->why = arena_printf(call->arena, "%.*s (redirected to %.*s)",
		    SLICE_ARG(answer->why), SLICE_ARG(to));
	else if (!call->temporary && answer->status / 100 == 2)
		answer->moved = to;
}

void
http_call_answer(struct http_call *call, CURLcode code, const struct zone *utc,
    struct http_answer *answer)
{
	const struct slice *field = call->field;

	*answer = (struct http_answer){
	    .end = HTTP_ANSWERED,
	    .status = call->status,
	    .body = buf_view(&call->body),
	    .bytes = call->bytes,
	    .type = field[FIELD_TYPE],
	    .encoding = field[FIELD_ENCODING],
	    .etag = field[FIELD_ETAG],
	    .last_modified = field[FIELD_LAST_MODIFIED],
	    .cache_control = field[FIELD_CACHE_CONTROL],
	    .location = field[FIELD_LOCATION],
	    .link = call->link,
	};
	set_end(call, code, answer);
	set_times(call, utc, answer);
	set_moved(call, answer);
	if (call->digest)
		answer->digest = digest_close(call->digest);
	call->digest = NULL;
}

#include "base/uri.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "base/utf8.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <locale.h>
#include <string.h>

/* Where a byte may stand as it is: RFC 3986 section 3. */
enum {
	IN_SCHEME = 1,
	IN_HOST = 2,
	IN_USER = 4,
	IN_SEGMENT = 8,
	IN_PATH = 16,
	IN_QUERY = 32, /* and fragment */
	IN_VALUE = 64, /* of a query */
};

static bool
may_stand(char c, int where)
{
	enum {
		QUERY = IN_QUERY,
		PATH = QUERY | IN_PATH,
		SEGMENT = PATH | IN_SEGMENT,
		USER = SEGMENT | IN_USER,
	};
	static const unsigned char places[128] = {
	    ['?'] = QUERY,
	    ['/'] = PATH,
	    ['@'] = SEGMENT,
	    ['~'] = USER | IN_VALUE,
	    ['!'] = USER,
	    ['$'] = USER,
	    ['&'] = USER,
	    ['\''] = USER,
	    ['('] = USER,
	    [')'] = USER,
	    ['*'] = USER,
	    [','] = USER,
	    [';'] = USER,
	    ['='] = USER,
	    [':'] = USER,
	    ['_'] = USER | IN_HOST | IN_VALUE,
	    ['+'] = USER | IN_SCHEME,
	    ['-'] = USER | IN_HOST | IN_SCHEME | IN_VALUE,
	    ['.'] = USER | IN_HOST | IN_SCHEME | IN_VALUE,
	};
	unsigned char byte = (unsigned char)c;

	return ascii_is_alnum(c) || (byte < 128 && (places[byte] & where) != 0);
}

/* How many bytes at the start may. */
static size_t
standing(struct slice s, int where)
{
	size_t n = 0;

	while (n < s.n && may_stand(s.p[n], where))
		n++;
	return n;
}

static bool
all_stand(struct slice s, int where)
{
	return standing(s, where) == s.n;
}

static char
lower(char c)
{
	return ascii_is_letter(c) ? (char)(c | 0x20) : c;
}

/* Does a valid %xx start at byte i? */
static bool
is_escape(struct slice s, size_t i)
{
	return s.p[i] == '%' && s.n - i > 2 && ascii_hex(s.p[i + 1]) >= 0 &&
	       ascii_hex(s.p[i + 2]) >= 0;
}

static void
add_escape(struct buf *out, char c)
{
	static const char digits[] = "0123456789ABCDEF";
	unsigned char byte = (unsigned char)c;

	buf_char(out, '%');
	buf_char(out, digits[byte >> 4]);
	buf_char(out, digits[byte & 15]);
}

/* Taking apart */

static struct slice
take_scheme(struct slice *text)
{
	size_t n = slice_index(*text, ':');
	struct slice scheme = slice_part(*text, 0, n);

	if (n == 0 || n == text->n || !ascii_is_letter(text->p[0]) ||
	    !all_stand(scheme, IN_SCHEME))
		return SLICE_NONE;
	*text = slice_from(*text, n + 1);
	return scheme;
}

/* Cut what follows the first `mark` off *text into *part. */
static bool
cut(struct slice *text, char mark, struct slice *part)
{
	size_t at = slice_index(*text, mark);

	if (at == text->n)
		return false;
	*part = slice_from(*text, at + 1);
	text->n = at;
	return true;
}

static void
split_authority(struct uri *uri)
{
	struct slice host = uri->authority;
	size_t at = host.n, colon;

	while (at > 0 && host.p[at - 1] != '@')
		at--;
	if (at > 0) {
		uri->userinfo = slice_part(host, 0, at - 1);
		host = slice_from(host, at);
	}
	colon = host.n && host.p[0] == '[' ? slice_index(host, ']') : 0;
	colon += slice_index(slice_from(host, colon), ':');
	uri->host = slice_part(host, 0, colon);
	uri->port = slice_from(host, colon + 1);
}

void
uri_split(struct slice text, struct uri *uri)
{
	*uri = (struct uri){.scheme = take_scheme(&text)};
	uri->has_fragment = cut(&text, '#', &uri->fragment);
	uri->has_query = cut(&text, '?', &uri->query);
	if (slice_starts(text, SLICE("//"))) {
		text = slice_from(text, 2);
		uri->has_authority = true;
		uri->authority = slice_part(text, 0, slice_index(text, '/'));
		split_authority(uri);
		text = slice_from(text, uri->authority.n);
	}
	uri->path = text;
}

static bool
is_web(struct slice scheme)
{
	return slice_is_nocase(scheme, "http") || slice_is_nocase(scheme, "https");
}

static void
drop_breaks(struct slice *s)
{
	char *p = (char *)s->p;
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (p[i] != '\t' && p[i] != '\n' && p[i] != '\r')
			p[n++] = p[i];
	s->n = n;
}

/*
 * Split what somebody wrote, in a copy; `base` is the scheme that it stands
 * under if it has none. Line breaks go after the scheme was found, so that
 * dropping them never makes one.
 */
static void
split_messy(struct arena *arena, struct slice text, struct slice base, struct uri *uri)
{
	struct slice rest = text = arena_copy(arena, utf8_trim(text));
	struct slice scheme = take_scheme(&rest);
	char *p = (char *)text.p;

	if (is_web(scheme.n ? scheme : base))
		for (size_t i = 0; i < text.n && p[i] != '?' && p[i] != '#'; i++)
			if (p[i] == '\\')
				p[i] = '/';
	uri_split(text, uri);
	drop_breaks(&uri->userinfo);
	drop_breaks(&uri->host);
	drop_breaks(&uri->port);
	drop_breaks(&uri->path);
	drop_breaks(&uri->query);
	drop_breaks(&uri->fragment);
}

/* Putting together in normal form */

static void
add_encoded(struct buf *out, struct slice s, int where)
{
	while (s.n) {
		size_t n = standing(s, where);

		buf_slice(out, slice_part(s, 0, n));
		s = slice_from(s, n);
		if (s.n == 0)
			break;
		n = is_escape(s, 0) ? 3 : 1;
		add_escape(out,
		    n == 3 ? (char)(ascii_hex(s.p[1]) << 4 | ascii_hex(s.p[2])) : s.p[0]);
		s = slice_from(s, n);
	}
}

static void
drop_last_segment(struct buf *path, size_t start)
{
	while (path->n > start && path->p[--path->n] != '/')
		;
}

/* Take the dot segments out of the path that `out` has from `start` on: RFC 3986
 * section 5.2.4. */
static void
remove_dots(struct buf *out, size_t start)
{
	struct slice path = slice_from(buf_view(out), start);

	if (path.n == 0 || path.p[0] != '/')
		return;
	out->n = start;
	while (path.n) {
		size_t n = 1 + slice_index(slice_from(path, 1), '/');
		struct slice segment = slice_part(path, 0, n);
		bool one = slice_is(segment, "/."), two = slice_is(segment, "/..");

		path = slice_from(path, n);
		if (two)
			drop_last_segment(out, start);
		if (one || two)
			n = path.n == 0; /* the slash of the last one stays */
		memmove(out->p + out->n, segment.p, n);
		out->n += n;
	}
}

static bool
add_path(struct buf *out, const struct uri *uri)
{
	size_t start = out->n;

	add_encoded(out, uri->path, IN_PATH);
	remove_dots(out, start);
	if (out->n == start && is_web(uri->scheme))
		buf_char(out, '/');
	/* Without a host, "//" at the start would be read as one. */
	return uri->has_authority ||
	       !slice_starts(slice_from(buf_view(out), start), SLICE("//"));
}

/* Labels of letters, digits, '-' and '_', none of them empty. */
static bool
is_host_name(struct slice host)
{
	struct slice label;

	if (host.n > 253 || !all_stand(host, IN_HOST))
		return false;
	while (slice_token(&host, '.', &label))
		if (label.n == 0 || label.n > 63)
			return false;
	return true;
}

static bool
is_address(struct slice host)
{
	char text[INET6_ADDRSTRLEN] = "";
	struct in6_addr address;

	if (host.n < 2 || host.n - 2 >= sizeof text || host.p[0] != '[' ||
	    host.p[host.n - 1] != ']')
		return false;
	memcpy(text, host.p + 1, host.n - 2);
	return inet_pton(AF_INET6, text, &address) == 1;
}

/* The host without its escapes and capitals. */
static void
add_plain_host(struct buf *out, struct slice host)
{
	for (size_t i = 0; i < host.n; i++) {
		char c = host.p[i];

		if (is_escape(host, i)) {
			c = (char)(ascii_hex(host.p[i + 1]) << 4 |
				   ascii_hex(host.p[i + 2]));
			i += 2;
		}
		buf_char(out, lower(c));
	}
}

/* Only bytes that a name has, or letters from outside of ASCII? */
static bool
may_become_ascii(struct slice host)
{
	for (size_t i = 0; i < host.n; i++)
		if ((unsigned char)host.p[i] < 0x80 && !may_stand(host.p[i], IN_HOST))
			return false;
	return utf8_valid(host) == host.n;
}

/*
 * IDNA for the host that `out` has from `start` on, if it can be had; else it
 * stays. libcurl takes host names in the encoding of the locale, so this
 * thread's is UTF-8 while it is asked.
 */
static void
to_ascii(struct buf *out, size_t start)
{
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0), before;
	CURLU *url = curl_url();
	char *ascii = NULL;

	if (!utf8 || !url)
		goto out;
	before = uselocale(utf8);
	if (curl_url_set(url, CURLUPART_HOST, buf_cstr(out) + start, 0) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_HOST, &ascii, CURLU_PUNYCODE) == CURLUE_OK) {
		out->n = start;
		buf_str(out, ascii);
	}
	uselocale(before);
out:
	curl_free(ascii);
	curl_url_cleanup(url);
	if (utf8)
		freelocale(utf8);
}

static bool
add_host(struct buf *out, const struct uri *uri)
{
	size_t start = out->n;
	struct slice name;

	add_plain_host(out, uri->host);
	name = slice_from(buf_view(out), start);
	if (!all_stand(name, IN_HOST) && may_become_ascii(name)) {
		to_ascii(out, start);
		name = slice_from(buf_view(out), start);
	}
	/* IDNA drops some characters, and may leave none. */
	return name.n ? is_host_name(name) || is_address(name) : !is_web(uri->scheme);
}

/* ":8080", or nothing for the default one. */
static bool
add_port(struct buf *out, const struct uri *uri)
{
	unsigned port = 0;

	for (size_t i = 0; i < uri->port.n; i++) {
		if (!ascii_is_digit(uri->port.p[i]))
			return false;
		port = port * 10 + (unsigned)(uri->port.p[i] - '0');
		if (port > 65535)
			return false;
	}
	if (uri->port.n == 0 || (port == 80 && slice_is_nocase(uri->scheme, "http")) ||
	    (port == 443 && slice_is_nocase(uri->scheme, "https")))
		return true;
	buf_printf(out, ":%u", port);
	return true;
}

static bool
add_authority(struct buf *out, const struct uri *uri)
{
	if (!uri->has_authority)
		return !is_web(uri->scheme);
	buf_str(out, "//");
	if (uri->userinfo.n) {
		add_encoded(out, uri->userinfo, IN_USER);
		buf_char(out, '@');
	}
	return add_host(out, uri) && add_port(out, uri);
}

static struct slice
compose(struct arena *arena, const struct uri *uri)
{
	struct slice result = SLICE_NONE;
	struct buf out;

	if (uri->scheme.n == 0)
		return result;
	buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < uri->scheme.n; i++)
		buf_char(&out, lower(uri->scheme.p[i]));
	buf_char(&out, ':');
	if (!add_authority(&out, uri) || !add_path(&out, uri))
		goto out;
	if (uri->has_query) {
		buf_char(&out, '?');
		add_encoded(&out, uri->query, IN_QUERY);
	}
	if (uri->has_fragment) {
		buf_char(&out, '#');
		add_encoded(&out, uri->fragment, IN_QUERY);
	}
	result = arena_copy(arena, buf_view(&out));
out:
	buf_fini(&out);
	return result;
}

struct slice
uri_absolute(struct arena *arena, struct slice text)
{
	struct uri uri;

	split_messy(arena, text, SLICE_NONE, &uri);
	return compose(arena, &uri);
}

struct slice
uri_http(struct arena *arena, struct slice text)
{
	struct uri uri;

	split_messy(arena, text, SLICE_NONE, &uri);
	return is_web(uri.scheme) ? compose(arena, &uri) : SLICE_NONE;
}

/* RFC 3986 section 5.2.3 */
static struct slice
merge(struct arena *arena, const struct uri *base, struct slice path)
{
	struct slice folder = base->path;
	char *p;

	while (folder.n && folder.p[folder.n - 1] != '/')
		folder.n--;
	if (base->has_authority && base->path.n == 0)
		folder = SLICE("/");
	p = arena_alloc(arena, folder.n + path.n);
	if (folder.n)
		memcpy(p, folder.p, folder.n);
	memcpy(p + folder.n, path.p, path.n);
	return slice_make(p, folder.n + path.n);
}

/* RFC 3986 section 5.2.2; dots go when it is composed. */
struct slice
uri_resolve(struct arena *arena, struct slice base_text, struct slice ref_text)
{
	struct uri base, ref;

	split_messy(arena, base_text, SLICE_NONE, &base);
	split_messy(arena, ref_text, base.scheme, &ref);
	if (base.scheme.n == 0)
		return SLICE_NONE;
	if (ref.scheme.n)
		return compose(arena, &ref);
	if (!ref.has_authority) {
		if (ref.path.n == 0 && !ref.has_query) {
			ref.query = base.query;
			ref.has_query = base.has_query;
		}
		if (ref.path.n == 0)
			ref.path = base.path;
		else if (ref.path.p[0] != '/')
			ref.path = merge(arena, &base, ref.path);
		ref.has_authority = base.has_authority;
		ref.userinfo = base.userinfo;
		ref.host = base.host;
		ref.port = base.port;
	}
	ref.scheme = base.scheme;
	return compose(arena, &ref);
}

/* Plain text, in which '%' is a character like any other. */
static void
add_plain(struct buf *out, struct slice text, int where)
{
	for (size_t i = 0; i < text.n; i++) {
		if (may_stand(text.p[i], where))
			buf_char(out, text.p[i]);
		else
			add_escape(out, text.p[i]);
	}
}

static struct slice
encode(struct arena *arena, struct slice text, int where)
{
	struct buf out;
	struct slice encoded;

	if (all_stand(text, where))
		return arena_copy(arena, text);
	buf_init(&out, SIZE_MAX);
	add_plain(&out, text, where);
	encoded = arena_copy(arena, buf_view(&out));
	buf_fini(&out);
	return encoded;
}

struct slice
uri_encode_segment(struct arena *arena, struct slice text)
{
	return encode(arena, text, IN_SEGMENT);
}

struct slice
uri_encode_path(struct arena *arena, struct slice text)
{
	return encode(arena, text, IN_PATH);
}

void
uri_add_value(struct buf *out, struct slice text)
{
	add_plain(out, text, IN_VALUE);
}

bool
uri_has_scheme(struct slice text, const char *name)
{
	size_t n = slice_index(text, ':');

	return n < text.n && slice_is_nocase(slice_part(text, 0, n), name);
}

static bool
is_encoded(struct slice s, int where)
{
	for (size_t i = 0; i < s.n; i++) {
		if (is_escape(s, i))
			i += 2;
		else if (!may_stand(s.p[i], where))
			return false;
	}
	return true;
}

bool
uri_is_valid(struct slice text)
{
	struct uri uri;

	uri_split(text, &uri);
	if (uri.scheme.n == 0 || (is_web(uri.scheme) && uri.host.n == 0))
		return false;
	for (size_t i = 0; i < uri.port.n; i++)
		if (!ascii_is_digit(uri.port.p[i]))
			return false;
	return is_encoded(uri.userinfo, IN_USER) &&
	       (is_host_name(uri.host) || is_address(uri.host)) &&
	       is_encoded(uri.path, IN_PATH) && is_encoded(uri.query, IN_QUERY) &&
	       is_encoded(uri.fragment, IN_QUERY);
}

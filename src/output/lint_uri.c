#include "base/ascii.h"
#include "output/lint.h"

static bool
in(char c, char from, char to)
{
	return c >= from && c <= to;
}

static bool
is_hex(char c)
{
	return in(c, '0', '9') || in(c, 'a', 'f') || in(c, 'A', 'F');
}

/* RFC 3986 section 2: what may stand behind the host. */
static const char *
characters_wrong(struct slice s)
{
	bool fragment = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '#' && fragment)
			return "a second #";
		fragment |= c == '#';
		if (c == '%' &&
		    (s.n - i < 3 || !is_hex(s.p[i + 1]) || !is_hex(s.p[i + 2])))
			return "a % without two hexadecimal digits";
		if (!ascii_is_alnum(c) && !slice_one_of(c, "-._~:/?#@!$&'()*+,;=%"))
			return "a character that has to be percent-encoded";
	}
	return NULL;
}

static bool
is_digits(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!in(s.p[i], '0', '9'))
			return false;
	return s.n > 0;
}

/* From 0 to 255, without leading zeros. */
static bool
is_octet(struct slice s)
{
	return is_digits(s) && s.n <= 3 && (s.n == 1 || s.p[0] != '0') &&
	       (s.n < 3 || slice_cmp(s, SLICE("255")) <= 0);
}

/* Labels of a name; the last one a number: then it is an IPv4 address. */
static const char *
name_wrong(struct slice host)
{
	struct slice rest = host, label;
	size_t labels = 0, octets = 0;

	if (slice_ends(host, SLICE(".")))
		rest.n--;
	while (slice_token(&rest, '.', &label)) {
		labels++;
		octets += is_octet(label);
		if (label.n == 0 || label.n > 63)
			return "a host with an empty or overlong label";
		for (size_t i = 0; i < label.n; i++)
			if (!ascii_is_alnum(label.p[i]) && label.p[i] != '-' &&
			    label.p[i] != '_')
				return "a character that no host has";
	}
	if (labels == 0)
		return "no host";
	if (is_digits(label) && (labels != 4 || octets != 4))
		return "a host that is no IPv4 address";
	return NULL;
}

/* ":8080"; digits compare as numbers do when there are as many. */
static const char *
port_wrong(struct slice port)
{
	port = slice_from(port, 1);
	return !is_digits(port) || port.n > 5 ||
		       (port.n == 5 && slice_cmp(port, SLICE("65535")) > 0)
		   ? "a port that is no number up to 65535"
		   : NULL;
}

/* "[2001:db8::1]" and what follows it; only the characters are looked at. */
static const char *
address_wrong(struct slice authority)
{
	size_t close = slice_index(authority, ']');
	struct slice rest = slice_from(authority, close + 1);

	for (size_t i = 1; i < close; i++)
		if (!is_hex(authority.p[i]) && authority.p[i] != ':' &&
		    authority.p[i] != '.')
			return "a host that is no IPv6 address";
	if (close < 3 || close == authority.n)
		return "a host that is no IPv6 address";
	return rest.n > 0 && rest.p[0] != ':' ? "a host that is no IPv6 address"
	       : rest.n > 0                   ? port_wrong(rest)
					      : NULL;
}

static const char *
authority_wrong(struct slice s)
{
	size_t colon = slice_index(s, ':');
	const char *wrong;

	if (slice_index(s, '@') < s.n)
		return "a name or password in it";
	if (s.n > 0 && s.p[0] == '[')
		return address_wrong(s);
	wrong = name_wrong(slice_part(s, 0, colon));
	return wrong || colon == s.n ? wrong : port_wrong(slice_from(s, colon));
}

/* Bytes of the scheme, its colon not counted; 0: there is none. */
static size_t
scheme_length(struct slice s)
{
	size_t n = 0;

	while (n < s.n && (in(s.p[n], 'a', 'z') ||
			      (n > 0 && (in(s.p[n], '0', '9') || s.p[n] == '+' ||
					    s.p[n] == '-' || s.p[n] == '.'))))
		n++;
	return n < s.n && s.p[n] == ':' ? n : 0;
}

static bool
is_http(struct slice s)
{
	return slice_starts(s, SLICE("http:")) || slice_starts(s, SLICE("https:"));
}

/* What stands between "//" and the path, the query, the fragment, the end. */
static struct slice
authority_of(struct slice s)
{
	size_t n = 0;

	s = slice_from(s, slice_index(s, ':') + 3);
	while (n < s.n && s.p[n] != '/' && s.p[n] != '?' && s.p[n] != '#')
		n++;
	return slice_part(s, 0, n);
}

const char *
lint_uri_wrong(struct slice s)
{
	size_t scheme = scheme_length(s);
	struct slice rest = slice_from(s, scheme + 1), authority;
	const char *wrong;

	if (scheme == 0)
		return "no scheme";
	if (rest.n == 0)
		return "nothing behind its scheme";
	if (!is_http(s))
		return characters_wrong(rest);
	if (!slice_starts(rest, SLICE("//")))
		return "no // behind its scheme";
	authority = authority_of(s);
	wrong = authority_wrong(authority);
	return wrong ? wrong : characters_wrong(slice_from(rest, 2 + authority.n));
}

/* RFC 4287 section 4.2.6.1, RFC 3986 section 6.2: what two writers of the same
 * identifier could write in two ways. */
static const char *
canonical_wrong(struct slice s)
{
	struct slice authority, path;

	for (size_t i = 0; i + 2 < s.n; i++)
		if (s.p[i] == '%' &&
		    (in(s.p[i + 1], 'a', 'f') || in(s.p[i + 2], 'a', 'f')))
			return "a percent-encoding in lower case";
	if (!is_http(s))
		return NULL;
	authority = authority_of(s);
	path = slice_from(s, (size_t)(authority.p + authority.n - s.p));
	for (size_t i = 0; i < authority.n; i++)
		if (in(authority.p[i], 'A', 'Z'))
			return "a host in upper case";
	if (slice_ends(authority,
		slice_starts(s, SLICE("https")) ? SLICE(":443") : SLICE(":80")))
		return "a port that goes without saying";
	if (path.n == 0 || path.p[0] != '/')
		return "no path";
	path = slice_part(path, 0, slice_index(path, '?'));
	return slice_find(path, SLICE("/./")) < path.n ||
		       slice_find(path, SLICE("/../")) < path.n
		   ? "a dot segment"
		   : NULL;
}

void
lint_uri(struct lint *l, struct slice id, const char *field, struct slice uri)
{
	const char *wrong = lint_uri_wrong(uri);

	if (wrong)
		lint_add(l, "uri", id, "%s has %s: \"%.*s\"", field, wrong,
		    SLICE_ARG(lint_quote(l, uri)));
}

void
lint_id(struct lint *l, struct slice id, const char *field, struct slice uri)
{
	size_t before = l->n;
	const char *wrong;

	lint_uri(l, id, field, uri);
	if (l->n > before)
		return;
	wrong = canonical_wrong(uri);
	if (wrong)
		lint_add(l, "uri-canonical", id, "%s has %s: \"%.*s\"", field, wrong,
		    SLICE_ARG(lint_quote(l, uri)));
}

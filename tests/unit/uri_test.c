#include "base/uri.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <curl/curl.h>

struct pair {
	const char *in, *out;
};

static void
check(struct slice got, const struct pair *want)
{
	if (!slice_is(got, want->out))
		fail_msg("%s: %.*s, not %s", want->in, SLICE_ARG(got), want->out);
}

static int
make_arena(void **state)
{
	*state = arena_new();
	return 0;
}

static int
free_arena(void **state)
{
	arena_free(*state);
	return 0;
}

static void
splits(void **state)
{
	struct uri u;

	(void)state;
	uri_split(SLICE("http://me:x@host.example:8080/a/b?c=d?#e/f?"), &u);
	assert_true(slice_is(u.scheme, "http"));
	assert_true(slice_is(u.authority, "me:x@host.example:8080"));
	assert_true(slice_is(u.userinfo, "me:x"));
	assert_true(slice_is(u.host, "host.example"));
	assert_true(slice_is(u.port, "8080"));
	assert_true(slice_is(u.path, "/a/b"));
	assert_true(slice_is(u.query, "c=d?"));
	assert_true(slice_is(u.fragment, "e/f?"));
	assert_true(u.has_authority && u.has_query && u.has_fragment);

	uri_split(SLICE("urn:a:b"), &u);
	assert_true(slice_is(u.scheme, "urn") && slice_is(u.path, "a:b"));
	assert_false(u.has_authority || u.has_query || u.has_fragment);

	uri_split(SLICE("//[::1]:80"), &u);
	assert_true(slice_is(u.host, "[::1]") && slice_is(u.port, "80"));
	uri_split(SLICE("//[::1"), &u);
	assert_true(slice_is(u.host, "[::1") && u.port.n == 0);

	uri_split(SLICE("新闻:a?#"), &u);
	assert_true(u.scheme.n == 0 && slice_is(u.path, "新闻:a"));
	assert_true(u.has_query && u.has_fragment && u.query.n == 0);

	uri_split(SLICE("1a:b"), &u);
	assert_int_equal(u.scheme.n, 0);
	uri_split(SLICE(""), &u);
	assert_int_equal(u.path.n, 0);
	uri_split(SLICE_NONE, &u);
	assert_int_equal(u.path.n, 0);
}

/* RFC 3986 sections 5.4.1 and 5.4.2, all of them. */
static void
resolves_the_examples_of_the_rfc(void **state)
{
	static const struct pair t[] = {
	    {"g:h", "g:h"}, {"g", "http://a/b/c/g"}, {"./g", "http://a/b/c/g"},
	    {"g/", "http://a/b/c/g/"}, {"/g", "http://a/g"}, {"//g", "http://g/"},
	    {"?y", "http://a/b/c/d;p?y"}, {"g?y", "http://a/b/c/g?y"},
	    {"#s", "http://a/b/c/d;p?q#s"}, {"g#s", "http://a/b/c/g#s"},
	    {"g?y#s", "http://a/b/c/g?y#s"}, {";x", "http://a/b/c/;x"},
	    {"g;x", "http://a/b/c/g;x"}, {"g;x?y#s", "http://a/b/c/g;x?y#s"},
	    {"", "http://a/b/c/d;p?q"}, {".", "http://a/b/c/"}, {"./", "http://a/b/c/"},
	    {"..", "http://a/b/"}, {"../", "http://a/b/"}, {"../g", "http://a/b/g"},
	    {"../..", "http://a/"}, {"../../", "http://a/"}, {"../../g", "http://a/g"},
	    {"../../../g", "http://a/g"}, {"../../../../g", "http://a/g"},
	    {"/./g", "http://a/g"}, {"/../g", "http://a/g"}, {"g.", "http://a/b/c/g."},
	    {".g", "http://a/b/c/.g"}, {"g..", "http://a/b/c/g.."},
	    {"..g", "http://a/b/c/..g"}, {"./../g", "http://a/b/g"},
	    {"./g/.", "http://a/b/c/g/"}, {"g/./h", "http://a/b/c/g/h"},
	    {"g/../h", "http://a/b/c/h"}, {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
	    {"g;x=1/../y", "http://a/b/c/y"}, {"g?y/./x", "http://a/b/c/g?y/./x"},
	    {"g?y/../x", "http://a/b/c/g?y/../x"}, {"g#s/./x", "http://a/b/c/g#s/./x"},
	    {"g#s/../x", "http://a/b/c/g#s/../x"},
	    {"http:g", ""}, /* strict, and http has a host */
	};

	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		check(
		    uri_resolve(*state, SLICE("http://a/b/c/d;p?q"), slice_str(t[i].in)),
		    &t[i]);
}

static void
resolves_what_people_write(void **state)
{
	static const struct pair t[] = {
	    {"  图片/一 二.jpg\n",
		"https://xys.example/2024/%E5%9B%BE%E7%89%87/%E4%B8%80%20%E4%BA%8C.jpg"},
	    {"..\\img\\a.png", "https://xys.example/img/a.png"},
	    {"\\\\cdn.example\\x", "https://cdn.example/x"},
	    {"a?b\\c#d\\e", "https://xys.example/2024/a?b%5Cc#d%5Ce"},
	    {"//CDN.example:443/x", "https://cdn.example/x"},
	    {"//cdn.example:80/x", "https://cdn.example:80/x"},
	    {"2024:a.html", "https://xys.example/2024/2024:a.html"},
	    {"./a:b", "https://xys.example/2024/a:b"},
	    {"java\nscript:alert(1)", "https://xys.example/2024/javascript:alert(1)"},
	    {"/\n/evil.example/", "https://xys.example//evil.example/"},
	    {"a\r\n\tb", "https://xys.example/2024/ab"},
	    {"100%", "https://xys.example/2024/100%25"},
	    {"%e4%b8%AD%zz%", "https://xys.example/2024/%E4%B8%AD%25zz%25"},
	    {"a[1]?b[]=\"c\"", "https://xys.example/2024/a%5B1%5D?b%5B%5D=%22c%22"},
	    {"\xD6\xD0.html", "https://xys.example/2024/%D6%D0.html"},
	    {"mailto:a@xys.example", "mailto:a@xys.example"},
	    {"HTTP://Other.Example", "http://other.example/"},
	    {"//", ""},
	    {"///a", ""},
	    {"//:80/", ""},
	    {"//a:b/", ""},
	    {"//a:65536/", ""},
	};

	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		check(uri_resolve(*state, SLICE("https://xys.example/2024/02.html"),
			  slice_str(t[i].in)),
		    &t[i]);
	assert_int_equal(uri_resolve(*state, SLICE("/a/b"), SLICE("c")).n, 0);
	assert_int_equal(uri_resolve(*state, SLICE_NONE, SLICE_NONE).n, 0);
	assert_true(
	    slice_is(uri_resolve(*state, SLICE("http://a"), SLICE("b")), "http://a/b"));
	assert_true(
	    slice_is(uri_resolve(*state, SLICE("http://a"), SLICE_NONE), "http://a/"));
	assert_true(slice_eq(uri_resolve(*state, SLICE("http://a/"), SLICE("x\0y")),
	    SLICE("http://a/x%00y")));
}

static void
makes_absolute_ones_normal(void **state)
{
	static const struct pair t[] = {
	    {"http://example.com", "http://example.com/"},
	    {" http://Example.COM:80/%7efoo/../a ", "http://example.com/a"},
	    {"HTTPS://example.com:00443?x", "https://example.com/?x"},
	    {"http://example.com:8080/", "http://example.com:8080/"},
	    {"http://example.com:/", "http://example.com/"},
	    {"http://u%40:p@example.com/", "http://u%40:p@example.com/"},
	    {"http://a b@example.com/", "http://a%20b@example.com/"},
	    {"http://@example.com/", "http://example.com/"},
	    {"http://ex%41mple.com/", "http://example.com/"},
	    {"http://example.com./", "http://example.com./"},
	    {"http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"},
	    {"http:\\\\example.com\\a\\..\\b", "http://example.com/b"},
	    {"http://a/?#", "http://a/?#"},
	    {"mailto:新 语@xys.example", "mailto:%E6%96%B0%20%E8%AF%AD@xys.example"},
	    {"tag:xys.example,1994:a/../b", "tag:xys.example,1994:a/../b"},
	    {"file:///a/./b", "file:///a/b"},
	    {"x:/..//y", ""}, /* would have a host that it had not */
	    {"x:", "x:"},
	    {"c:\\dir\\file", "c:%5Cdir%5Cfile"},
	    {"example.com/a", ""},
	    {"//example.com/", ""},
	    {"http://", ""},
	    {"http:///a", ""},
	    {"http://\t/", ""},
	    {"http://.", ""},
	    {"http://a..b/", ""},
	    {"http://a b/", ""},
	    {"http://a%20b/", ""},
	    {"http://a%2Fb/", ""},
	    {"http://a<b/", ""},
	    {"http://[::1/", ""},
	    {"http://[::1]a/", ""},
	    {"http://[fe80::1%25eth0]/", ""},
	    {"http://[v1.x]/", ""},
	    {"http://::1/", ""},
	    {"http://a:-1/", ""},
	    {"http://\xFF.example/", ""},
	    {"http://evil%00\xE4\xB8\xAD/", ""},
	    {"", ""},
	};

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct slice once = uri_absolute(*state, slice_str(t[i].in));

		check(once, &t[i]);
		if (once.n == 0)
			continue;
		assert_true(uri_is_valid(once));
		assert_true(slice_eq(uri_absolute(*state, once), once));
	}
}

/* Whatever the locale of the program is: tests run in "C". */
static void
hosts_go_through_idna(void **state)
{
	static const struct pair t[] = {
	    {"http://新语丝.中国/", "http://xn--yhqp88cc70a.xn--fiqs8s/"},
	    {"http://%E6%96%B0%E8%AF%AD%E4%B8%9D.%E4%B8%AD%E5%9B%BD/",
		"http://xn--yhqp88cc70a.xn--fiqs8s/"},
	    {"http://FAß.example:8000/x", "http://xn--fa-hia.example:8000/x"},
	    {"http://ｅｘａｍｐｌｅ。com/", "http://example.com/"}, {"http://-新/", ""},
	    {"http://新\xFF/", ""}, {"http://\uFE0E/", ""}, /* nothing is left of it */
	};

	if (!(curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_IDN)) {
		print_message("# skipped: this libcurl knows no IDN\n");
		return;
	}
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		check(uri_http(*state, slice_str(t[i].in)), &t[i]);
}

static void
names_of_hosts_are_bounded(void **state)
{
	char url[] =
	    "http://"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" /* 63 */
	    "a.example/";
	struct slice text = slice_str(url);

	assert_int_equal(uri_http(*state, text).n, 0);
	memcpy(url + 7 + 62, ".b", 2);
	assert_int_equal(uri_http(*state, text).n, text.n);
	for (size_t i = 0; i < 3; i++)
		text = arena_printf(*state, "http://%0*d.%s", 60, 0, text.p + 7);
	assert_int_equal(text.n - 8, 72 + 3 * 61); /* 255 in the name */
	assert_int_equal(uri_http(*state, text).n, 0);
	text = slice_from(text, 2 + 7);
	text = arena_printf(*state, "http://%s", text.p);
	assert_int_equal(uri_http(*state, text).n, text.n);
}

static void
http_is_only_http(void **state)
{
	static const char *const no[] = {"ftp://a/", "mailto:a@b", "a/b", "httpx://a/",
	    "http", ":", "//a/", "javascript:alert(1)", " "};

	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		assert_int_equal(uri_http(*state, slice_str(no[i])).n, 0);
	assert_true(slice_is(uri_http(*state, SLICE("　HTTP://a")), "http://a/"));
}

static void
encodes_plain_text(void **state)
{
	struct slice all = SLICE("aZ9-._~!$&'()*+,;=:@/?#[]% \"<>\\^`{|}\n\0中");

	assert_true(slice_is(uri_encode_segment(*state, all),
	    "aZ9-._~!$&'()*+,;=:@%2F%3F%23%5B%5D%25%20%22%3C%3E%5C%5E%60%7B%7C%7D%0A%00%"
	    "E4%B8%AD"));
	assert_true(slice_is(
	    uri_encode_path(*state, SLICE("a/b c/50%/%41")), "a/b%20c/50%25/%2541"));
	assert_int_equal(uri_encode_path(*state, SLICE_NONE).n, 0);
}

static void
knows_schemes(void **state)
{
	(void)state;
	assert_true(uri_has_scheme(SLICE("JavaScript:x"), "javascript"));
	assert_false(uri_has_scheme(SLICE("java\nscript:x"), "javascript"));
	assert_false(uri_has_scheme(SLICE(" javascript:x"), "javascript"));
	assert_false(uri_has_scheme(SLICE("javascript"), "javascript"));
	assert_false(uri_has_scheme(SLICE("https:"), "http"));
	assert_false(uri_has_scheme(SLICE_NONE, "http"));
}

static void
tells_valid_ones(void **state)
{
	static const char *const yes[] = {"http://a/", "HTTP://A:8/%E4%b8?a/?#b/?",
	    "urn:x:y", "tag:xys.example,1994:a", "http://[::1]/", "http://u:p@a",
	    "file:///x", "x:"};
	static const char *const no[] = {"", "a", "/a", "http://", "http:a", "http://a/ ",
	    " http://a/", "http://a/%4", "http://a/%zz", "http://a/中", "http://中/",
	    "http://a/#b#c", "http://a/[", "http://a:b/", "http://a b/", "http://x::1]/",
	    "http://u@v@a/", "1:a", "http://a/\\", "http://a/\"", "http://a/<",
	    "http://a/\x7F", "http://a/{}"};

	(void)state;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		if (!uri_is_valid(slice_str(yes[i])))
			fail_msg("%s is valid", yes[i]);
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		if (uri_is_valid(slice_str(no[i])))
			fail_msg("%s is not valid", no[i]);
	assert_false(uri_is_valid(SLICE("http://a/\0")));
}

static void
long_ones_are_no_trouble(void **state)
{
	enum { N = 100000 };
	char *p = malloc(N);
	struct slice text = {p, N}, got;

	memset(p, '/', N);
	for (size_t i = 1; i + 2 < N; i += 3)
		memcpy(p + i, "..", 2);
	got = uri_resolve(*state, SLICE("http://a/"), text);
	assert_true(slice_is(got, "http://a/"));
	memset(p, 0xE4, N);
	got = uri_resolve(*state, SLICE("http://a/"), text);
	assert_int_equal(got.n, 9 + 3 * N);
	memset(p, '%', N);
	memcpy(p, "http://", 7);
	assert_int_equal(uri_absolute(*state, text).n, 0);
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(splits),
	    cmocka_unit_test(resolves_the_examples_of_the_rfc),
	    cmocka_unit_test(resolves_what_people_write),
	    cmocka_unit_test(makes_absolute_ones_normal),
	    cmocka_unit_test(hosts_go_through_idna),
	    cmocka_unit_test(names_of_hosts_are_bounded),
	    cmocka_unit_test(http_is_only_http),
	    cmocka_unit_test(encodes_plain_text),
	    cmocka_unit_test(knows_schemes),
	    cmocka_unit_test(tells_valid_ones),
	    cmocka_unit_test(long_ones_are_no_trouble),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_arena, free_arena);
}

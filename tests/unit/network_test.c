#include "base/network.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct networks
parse(struct arena *arena, const char *text)
{
	struct slice rest = slice_str(text), word;
	struct networks networks;
	struct slices words = {0};
	struct err err;

	while (slice_token(&rest, ' ', &word))
		slices_add(&words, arena, word);
	if (networks_parse(&networks, &words, arena, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	return networks;
}

static void
test_addresses(void **state)
{
	static const char *const same[][2] = {
	    {"192.0.2.1", "::ffff:192.0.2.1"},
	    {"192.0.2.1:4711", "192.0.2.1"},
	    {"\"192.0.2.1:4711\"", "192.0.2.1"},
	    {"[2001:db8::1]:4711", "2001:DB8:0::1"},
	    {"\"[2001:db8::1]\"", "2001:db8::1"},
	    {" 2001:db8::1 ", "2001:db8::1"},
	};
	static const char *const none[] = {"", "unknown", "_hidden", "192.0.2",
	    "192.0.2.256", "1.2.3.4.5", "[", "[]", "\"", ":", ":80", "2001:db8::g",
	    "fe80::1%eth0",
	    "1111111111111111111111111111111111111111111111111111111111111"};

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		struct ip a = ip_parse(slice_str(same[i][0]));
		struct ip b = ip_parse(slice_str(same[i][1]));

		if (!a.known || !b.known || memcmp(a.byte, b.byte, sizeof a.byte) != 0)
			fail_msg("%s", same[i][0]);
	}
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (ip_parse(slice_str(none[i])).known)
			fail_msg("%s", none[i]);
}

static void
test_networks(void **state)
{
	static const struct {
		const char *networks, *address;
		bool hold;
	} cases[] = {
	    {"192.0.2.0/24", "192.0.2.255", true},
	    {"192.0.2.0/24", "192.0.3.0", false},
	    {"192.0.2.128/25", "192.0.2.127", false},
	    {"192.0.2.128/25", "192.0.2.128", true},
	    {"192.0.2.7", "192.0.2.7", true},
	    {"192.0.2.7", "192.0.2.6", false},
	    {"0.0.0.0/0", "203.0.113.9", true},
	    {"0.0.0.0/0", "2001:db8::1", false},
	    {"::/0", "2001:db8::1", true},
	    {"2001:db8::/33", "2001:db8:7fff::", true},
	    {"2001:db8::/33", "2001:db8:8000::", false},
	    {"::1 10.0.0.0/8", "10.9.8.7", true},
	    {"unix", "10.9.8.7", false},
	    {"unix", "", true},
	    {"10.0.0.0/8", "", false},
	};
	static const char *const bad[] = {"x", "192.0.2.0/33", "192.0.2.0/",
	    "192.0.2.0/-1", "2001:db8::/129", "192.0.2.0/24x", "/8", "localhost"};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct networks networks = parse(arena, cases[i].networks);
		struct ip ip = ip_parse(slice_str(cases[i].address));

		networks = networks_copy(&networks, arena);
		if (networks_hold(&networks, &ip) != cases[i].hold)
			fail_msg("%s, %s", cases[i].networks, cases[i].address);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct slice word = slice_str(bad[i]);
		struct networks networks;
		struct err err;

		if (networks_parse(&networks, &(struct slices){&word, 1}, arena, &err) ==
		    0)
			fail_msg("%s", bad[i]);
	}
	arena_free(arena);
}

static void
test_clients(void **state)
{
	static const struct {
		const char *peer, *forwarded, *x_forwarded_for, *client;
	} cases[] = {
	    {"192.0.2.1", NULL, NULL, "192.0.2.1"},
	    /* whom nobody trusts */
	    {"192.0.2.1", "for=203.0.113.9", NULL, "192.0.2.1"},
	    {"192.0.2.1", NULL, "203.0.113.9", "192.0.2.1"},
	    {"10.0.0.1", "for=203.0.113.9", NULL, "203.0.113.9"},
	    {"10.0.0.1", "For=\"[2001:db8::7]:80\";proto=https", NULL, "2001:db8::7"},
	    {"10.0.0.1", "proto=https; for=203.0.113.9;by=x", NULL, "203.0.113.9"},
	    {"10.0.0.1", NULL, "203.0.113.9", "203.0.113.9"},
	    {"", NULL, "203.0.113.9", "203.0.113.9"},
	    /* what the client said itself comes first in the list */
	    {"10.0.0.1", NULL, "127.0.0.1, 203.0.113.9", "203.0.113.9"},
	    {"10.0.0.1", NULL, "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"},
	    {"10.0.0.1", "for=198.51.100.1, for=203.0.113.9, for=10.0.0.2", NULL,
		"203.0.113.9"},
	    {"10.0.0.1", NULL, "10.0.0.3, 10.0.0.2", "10.0.0.3"},
	    /* hidden, or nonsense */
	    {"10.0.0.1", "for=unknown", NULL, "10.0.0.1"},
	    {"10.0.0.1", "for=203.0.113.9, for=_x", NULL, "10.0.0.1"},
	    {"10.0.0.1", "by=203.0.113.9", NULL, "10.0.0.1"},
	    {"10.0.0.1", NULL, ",,", "10.0.0.1"},
	    {"10.0.0.1", "", NULL, "10.0.0.1"},
	    /* one of both the client made */
	    {"10.0.0.1", "for=198.51.100.1", "203.0.113.9", "10.0.0.1"},
	};
	struct arena *arena = arena_new();
	struct networks trusted = parse(arena, "10.0.0.0/8 unix");

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ip peer = ip_parse(slice_str(cases[i].peer));
		struct ip want = ip_parse(slice_str(cases[i].client));
		struct ip got = network_client(&trusted, &peer,
		    slice_str(cases[i].forwarded), slice_str(cases[i].x_forwarded_for));

		if (memcmp(got.byte, want.byte, sizeof got.byte) != 0)
			fail_msg("%zu: %s %s", i, cases[i].forwarded,
			    cases[i].x_forwarded_for);
	}
	arena_free(arena);
}

static void
test_kinds(void **state)
{
	struct ip ip = ip_parse(SLICE("127.9.9.9"));

	(void)state;
	assert_true(ip_is_loopback(&ip));
	ip = ip_parse(SLICE("::1"));
	assert_true(ip_is_loopback(&ip));
	ip = ip_parse(SLICE("128.0.0.1"));
	assert_false(ip_is_loopback(&ip));
	ip = ip_parse(SLICE(""));
	assert_false(ip_is_loopback(&ip));
	ip = ip_parse(SLICE("2001:db8:1:2:3:4:5:6"));
	ip = ip_subscriber(&ip);
	assert_memory_equal(ip.byte, ip_parse(SLICE("2001:db8:1:2::")).byte, 16);
	ip = ip_parse(SLICE("192.0.2.3"));
	assert_memory_equal(ip_subscriber(&ip).byte, ip.byte, 16);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_addresses),
	    cmocka_unit_test(test_networks),
	    cmocka_unit_test(test_clients),
	    cmocka_unit_test(test_kinds),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

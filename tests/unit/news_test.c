#include "ledger_here.h"

#include "ledger/news.h"

static void
add_entry(struct here *h, int n)
{
	struct record r = {
	    .id = arena_printf(h->arena, "urn:x:%d", n),
	    .path = arena_printf(h->arena, "%d.md", n),
	    .url = SLICE("https://a.example/"),
	    .title = SLICE("t"),
	    .updated = 1000 + n,
	};

	OK(ledger_record_add(h->ledger, &r, &h->err));
}

static void
note(struct here *h, enum change_kind kind, int64_t seq, bool back)
{
	struct change change = {.kind = kind, .seq = seq, .back = back};

	OK(news_add(h->ledger, &(struct changes){.v = &change, .n = 1}, &h->err));
}

static void
take_down(struct here *h, int64_t seq)
{
	struct record r;
	struct terms before;

	assert_int_equal(ledger_record(h->ledger, seq, h->arena, &r, &h->err), 1);
	before = r.terms;
	r.state = RECORD_GONE;
	r.gone = 5000;
	OK(ledger_record_update(h->ledger, &r, &before, &h->err));
}

/* "2n 1c 3g": the entries and what they are. */
static void
expect(struct here *h, int64_t mark, size_t most, const char *want)
{
	struct buf got;
	struct news *v;
	size_t n;

	buf_init(&got, 4096);
	OK(news_since(h->ledger, mark, most, h->arena, &v, &n, &h->err));
	for (size_t i = 0; i < n; i++)
		buf_printf(&got, "%s%lld%s%s", i ? " " : "", (long long)v[i].record.seq,
		    v[i].fresh ? "n" : "c", v[i].gone ? "g" : "");
	assert_string_equal(buf_cstr(&got), want);
	buf_fini(&got);
}

static int64_t
last(struct here *h)
{
	int64_t n;

	OK(news_last(h->ledger, &n, &h->err));
	return n;
}

static void
in_the_order_of_changes(void **state)
{
	struct here *h = *state;

	for (int i = 1; i <= 3; i++)
		add_entry(h, i);
	assert_int_equal(last(h), 0);
	expect(h, 0, 9, "");
	note(h, CHANGE_NEW, 2, false);
	note(h, CHANGE_NEW, 1, false);
	note(h, CHANGE_EDITED, 3, false);
	assert_int_equal(last(h), 3);
	expect(h, 0, 9, "2n 1n 3c");
	expect(h, 0, 2, "2n 1n");
	expect(h, 1, 9, "1n 3c");
	expect(h, 3, 9, "");
}

/* Two changes of one entry are one; new it stays for who does not know it. */
static void
twice_is_once(void **state)
{
	struct here *h = *state;

	add_entry(h, 1);
	add_entry(h, 2);
	note(h, CHANGE_NEW, 1, false);
	note(h, CHANGE_NEW, 2, false);
	note(h, CHANGE_EDITED, 1, false);
	expect(h, 0, 9, "2n 1n");
	expect(h, 2, 9, "1c");
}

static void
what_is_gone_and_what_is_back(void **state)
{
	struct here *h = *state;

	add_entry(h, 1);
	note(h, CHANGE_NEW, 1, false);
	take_down(h, 1);
	note(h, CHANGE_GONE, 1, false);
	expect(h, 1, 9, "1cg");
	expect(h, 0, 9, "1ng");
	note(h, CHANGE_TOUCHED, 1, false);
	assert_int_equal(last(h), 2);
	note(h, CHANGE_TOUCHED, 1, true);
	assert_int_equal(last(h), 3);
}

static void
nothing_changed(void **state)
{
	struct here *h = *state;

	OK(news_add(h->ledger, &(struct changes){0}, &h->err));
	assert_int_equal(last(h), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    TEST(in_the_order_of_changes),
	    TEST(twice_is_once),
	    TEST(what_is_gone_and_what_is_back),
	    TEST(nothing_changed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

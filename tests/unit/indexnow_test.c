#include "peers.h"

#include "push/cloud.h"
#include "push/indexnow.h"

#define SECTIONS                                                                         \
	"[indexnow]\nkey = 0123456789abcdef\n"                                           \
	"location = https://a.example/0123456789abcdef.txt\n"                            \
	"[cloud:c]\nurl = http://c.example:5337/ping\n"

static int
set_up(void **state)
{
	struct peers *p = calloc(1, sizeof *p);

	peers_open(p, SECTIONS);
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	peers_close(*state);
	free(*state);
	return 0;
}

#define HEAD                                                                             \
	"{\"host\":\"a.example\",\"key\":\"0123456789abcdef\",\"keyLocation\":"          \
	"\"https://a.example/0123456789abcdef.txt\",\"urlList\":["

static void
what_changed(void **state)
{
	struct peers *p = *state;
	struct record fleeting, gone = peers_entry(p, 1, "x", CHANGE_EDITED);
	struct http_request request;
	struct errand *e;

	fleeting = peers_entry(p, 2, "x", CHANGE_NEW);
	peers_entry(p, 3, "x", CHANGE_NEW);
	peers_gone(p, &gone);
	peers_gone(p, &fleeting);
	e = peers_errand(p, "indexnow", 0);
	assert_string_equal(e->body.p,
	    HEAD "\"https://a.example/3.html\",\"https://a.example/1.html\"]}\n");
	assert_int_equal(e->mark, 5);
	assert_false(e->more || e->nothing || e->topic);
	indexnow_write(e, SLICE_NONE, p->place.arena, &request);
	assert_true(request.post && slice_eq(request.body, e->body));
	assert_true(slice_is(request.type, "application/json; charset=utf-8"));
	assert_true(slice_is(request.url, "https://api.indexnow.org/indexnow"));
}

/* Of one host alone. */
static void
other_hosts(void **state)
{
	struct peers *p = *state;
	struct record r = peers_entry(p, 1, "x", CHANGE_NEW);

	r.url = SLICE("https://b.example/1.html");
	OK(ledger_record_update(p->ledger, &r, &r.terms, &p->err));
	assert_true(peers_errand(p, "indexnow", 0)->nothing);
}

static void
in_batches(void **state)
{
	struct peers *p = *state;
	struct errand *e;

	for (int i = 1; i <= BULLETIN_MAX + 1; i++)
		peers_entry(p, i, "x", CHANGE_NEW);
	e = peers_errand(p, "indexnow", 0);
	assert_true(e->more);
	assert_int_equal(e->mark, BULLETIN_MAX);
	/* The rest of it, when that much was told. */
	e->told.mark = e->mark;
	OK(told_record(p->ledger, &e->told, false, &p->err));
	e = peers_errand(p, "indexnow", 0);
	assert_false(e->more);
	assert_string_equal(e->body.p, HEAD "\"https://a.example/10001.html\"]}\n");
}

static void
answers(void **state)
{
	static const struct {
		int status;
		enum verdict verdict;
		bool warns;
	} rows[] = {
	    {200, VERDICT_ACCEPTED, false},
	    {202, VERDICT_ACCEPTED, false},
	    {400, VERDICT_FAILED, false},
	    {403, VERDICT_FAILED, true},
	    {422, VERDICT_FAILED, true},
	    {429, VERDICT_RETRY, false},
	    {503, VERDICT_RETRY, false},
	};
	struct peers *p = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct http_answer answer = {.status = rows[i].status};
		struct judgement j;

		indexnow_judge(&answer, p->place.arena, &j);
		assert_int_equal(j.verdict, rows[i].verdict);
		assert_int_equal(j.warning.n > 0, rows[i].warns);
	}
}

static void
keys(void **state)
{
	static const struct {
		const char *key;
		bool good;
	} rows[] = {
	    {"abcdEF-9", true},
	    {"abcdEF-", false},
	    {"abcdEF-9/", false},
	    {"abcd EF-9", false},
	    {"none", true},
	};
	struct peers *p = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct slices overrides = {0};
		struct config *c;
		int rc;

		slices_add(&overrides, p->place.arena,
		    arena_printf(p->place.arena, "indexnow.key=%s", rows[i].key));
		rc =
		    config_open(&c, place_path(&p->place, "x.conf"), &overrides, &p->err);
		assert_int_equal(rc == 0, rows[i].good);
		config_free(c);
	}
}

/* --- rssCloud ----------------------------------------------------------------- */

static void
cloud_words(void **state)
{
	struct peers *p = *state;
	struct http_request request;
	struct errand *e;

	peers_publish(p, "main", "main", "main.atom");
	peers_publish(p, "main", "main", "main.rss");
	e = peers_errand(p, "cloud:c", 0);
	assert_false(e->nothing);
	cloud_write(e, SLICE_NONE, p->place.arena, &request);
	assert_true(slice_is(request.url, "http://c.example:5337/ping"));
	assert_true(
	    slice_is(request.body, "url=https%3A%2F%2Fa.example%2Ffeeds%2Fmain.rss"));
}

static void
cloud_answers(void **state)
{
	static const struct {
		int status;
		const char *body;
		enum verdict verdict;
		const char *sentence;
	} rows[] = {
	    {200, "<result success=\"true\" msg=\"Thanks.\"/>", VERDICT_ACCEPTED, "200"},
	    {200, "<result success=\"false\" msg=\"Too soon.\"/>", VERDICT_RETRY,
		"200: Too soon."},
	    {200, "<result success='false' msg='Too soon.'/>", VERDICT_RETRY,
		"200: Too soon."},
	    {200, "success=\"false\" msg=\"", VERDICT_RETRY, "200: "},
	    {200, "success=\"false\" msg=", VERDICT_RETRY, "200: "},
	    {200, "success=\"false\"", VERDICT_RETRY, "200: "},
	    {404, "success=\"false\"", VERDICT_FAILED, "404: success=\"false\""},
	};
	struct peers *p = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct http_answer answer = {
		    .status = rows[i].status, .body = slice_str(rows[i].body)};
		struct judgement j;

		cloud_judge(&answer, p->place.arena, &j);
		assert_int_equal(j.verdict, rows[i].verdict);
		assert_string_equal(j.sentence.p, rows[i].sentence);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    TEST(what_changed),
	    TEST(other_hosts),
	    TEST(in_batches),
	    TEST(answers),
	    TEST(keys),
	    TEST(cloud_words),
	    TEST(cloud_answers),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

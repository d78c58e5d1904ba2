#include "peers.h"

#include "push/hook.h"

#define SECTIONS                                                                         \
	"[feed:main]\nformats = atom json\nexclude = tag:secret\n"                       \
	"[feed:tag]\nfor_each = tag\n"                                                   \
	"[hook:a]\nurl = https://h.example/x\nsecret = key\n"                            \
	"header = X-One: 1 | X-Two: 2\n"                                                 \
	"[hook:b]\ncommand = true\nfeeds = main\n"

static int
set_up(void **state)
{
	struct peers *p = calloc(1, sizeof *p);

	peers_open(p, SECTIONS);
	peers_publish(p, "main", "main", "main.atom");
	peers_publish(p, "main", "main", "main.json");
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

static void
body_is(const struct errand *e, const char *want)
{
	assert_false(e->nothing);
	assert_string_equal(e->body.p, want);
	assert_int_equal(e->body.n, strlen(want));
}

#define FEED                                                                             \
	"{\"feed\":{\"name\":\"main\",\"key\":\"main\",\"title\":\"T\",\"home\":"        \
	"\"https://a.example/\",\"url\":{\"atom\":"                                      \
	"\"https://a.example/feeds/main.atom\",\"json\":"                                \
	"\"https://a.example/feeds/main.json\"}},"
#define ENTRY(n)                                                                         \
	"{\"id\":\"urn:x:" n "\",\"url\":\"https://a.example/" n ".html\",\"title\":"    \
	"\"\\\"" n "\\\" 海\",\"published\":\"1970-01-01T00:00:0" n "Z\",\"updated\":"   \
	"\"1970-01-01T00:16:4" n "Z\",\"tags\":[\"x\"]}"

static void
all_of_it(void **state)
{
	struct peers *p = *state;
	struct record gone = peers_entry(p, 1, "x", CHANGE_EDITED);

	peers_entry(p, 2, "x", CHANGE_EDITED);
	peers_gone(p, &gone);
	peers_entry(p, 3, "x", CHANGE_NEW);
	peers_entry(p, 4, "secret", CHANGE_NEW);
	body_is(peers_errand(p, "hook:a", 0),
	    FEED "\"publication\":5,\"new\":[" ENTRY("3") "],\"changed\":[" ENTRY(
		"2") "],\"gone\":[" ENTRY("1") "]}\n");
	assert_int_equal(p->errands.v->mark, 5);
}

/* What its mark has behind it, and what came and went. */
static void
only_what_it_does_not_know(void **state)
{
	struct peers *p = *state;
	struct record fleeting;

	peers_entry(p, 1, "x", CHANGE_NEW);
	peers_entry(p, 2, "x", CHANGE_NEW);
	fleeting = peers_entry(p, 3, "x", CHANGE_NEW);
	peers_gone(p, &fleeting);
	body_is(peers_errand(p, "hook:b", 1), FEED
	    "\"publication\":4,\"new\":[" ENTRY("2") "],\"changed\":[],\"gone\":[]}\n");
}

static void
nothing_at_all(void **state)
{
	struct peers *p = *state;
	struct errand *e;

	peers_entry(p, 1, "secret", CHANGE_NEW);
	e = peers_errand(p, "hook:b", 0);
	assert_true(e->nothing);
	assert_int_equal(e->mark, 1);
}

/* One is not told of this feed; of what no section makes, nobody is. */
static void
feeds_that_are_not_its(void **state)
{
	struct peers *p = *state;

	peers_entry(p, 1, "x", CHANGE_NEW);
	peers_publish(p, "tag", "tag/x", "tag/x.atom");
	peers_publish(p, "gone", "gone", "gone.atom");
	assert_int_equal(peers_load(p, "hook:b", 0), 1);
	assert_true(slice_is(p->errands.v->told.topic, "main.atom"));
	assert_int_equal(p->errands.settled.n, 3);
	assert_int_equal(peers_load(p, "hook:a", 0), 3);
	assert_int_equal(p->errands.settled.n, 2);
}

static void
a_thousand_of_each(void **state)
{
	struct peers *p = *state;
	struct errand *e;
	size_t n = 0;

	for (int i = 1; i <= HOOK_ENTRIES + 1; i++)
		peers_entry(p, i, "x", CHANGE_NEW);
	e = peers_errand(p, "hook:a", 0);
	for (struct slice s = e->body; s.n; n++)
		s = slice_from(s, slice_find(s, SLICE("\"id\":")) + 5);
	assert_int_equal(n - 1, HOOK_ENTRIES);
	assert_true(slice_ends(e->body, SLICE(",\"more\":true}\n")));
	assert_int_equal(e->mark, HOOK_ENTRIES + 1);
}

static void
signature(void **state)
{
	struct peers *p = *state;
	struct http_request request;
	struct errand *e;

	peers_entry(p, 1, "x", CHANGE_NEW);
	e = peers_errand(p, "hook:a", 0);
	/* The well-known example of HMAC-SHA-256. */
	e->body = SLICE("The quick brown fox jumps over the lazy dog");
	hook_write(e, SLICE_NONE, p->place.arena, &request);
	assert_true(request.post);
	assert_true(slice_is(request.url, "https://h.example/x"));
	assert_true(slice_is(request.type, "application/json"));
	assert_true(slice_eq(request.body, e->body));
	assert_int_equal(request.header.n, 3);
	assert_true(slice_is(request.header.v[1], "X-Two: 2"));
	assert_true(slice_is(request.header.v[2],
	    "X-Xysfeed-Signature: "
	    "sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"));
}

static void
how_a_command_ended(void **state)
{
	static const struct {
		struct runner_end end;
		enum verdict verdict;
		const char *sentence;
	} rows[] = {
	    {{RUNNER_EXITED, 0, {"said\n", 5}, 0}, VERDICT_ACCEPTED, "exit 0"},
	    {{RUNNER_EXITED, 3, {NULL, 0}, 0}, VERDICT_RETRY, "exit 3"},
	    {{RUNNER_EXITED, 3, {"\n no \x1b[31m\xff\nmore", 17}, 0}, VERDICT_RETRY,
		"exit 3: no [31m"},
	    {{RUNNER_KILLED, 9, {NULL, 0}, 0}, VERDICT_RETRY, "ended by signal 9"},
	    {{RUNNER_TIMEOUT, 9, {NULL, 0}, 0}, VERDICT_RETRY, "took too long"},
	    {{RUNNER_UNSTARTED, 2, {NULL, 0}, 0}, VERDICT_RETRY,
		"cannot be started: No such file or directory"},
	};
	struct peers *p = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct judgement j;

		hook_judge(&rows[i].end, p->place.arena, &j);
		assert_int_equal(j.verdict, rows[i].verdict);
		assert_string_equal(j.sentence.p, rows[i].sentence);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    TEST(all_of_it),
	    TEST(only_what_it_does_not_know),
	    TEST(nothing_at_all),
	    TEST(feeds_that_are_not_its),
	    TEST(a_thousand_of_each),
	    TEST(signature),
	    TEST(how_a_command_ended),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

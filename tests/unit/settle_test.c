#include "ledger/settle.h"

#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1709082436, HOUR = 3600, DAY = 86400 };

/* A folder of articles as the scan would find it, and a ledger beside it. */
struct article_file {
	const char *path, *text; /* the text decides the hash */
	int64_t published;
	const char *guid, *source, *url;
	int64_t updated;
	enum article_state state;
	bool minor;
	const char *tag;
	uint64_t inode; /* 0: one that no other path has */
	bool shut;      /* cannot be read */
	int version;    /* another one: the file was written again */
};

#define ARTICLE(where, what, ...)                                                        \
	{                                                                                \
		.path = (where), .text = (what), .published = __VA_ARGS__                \
	}

struct world {
	struct arena *arena;
	struct ledger *ledger;
	struct settle_options options;
	struct changes changes;
	struct diags diags;
	struct err err;
};

static int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	w->arena = arena_new();
	w->options = (struct settle_options){
	    .now = NOW, .flood = 200, .tag = SLICE("zazhi.example,1994")};
	assert_int_equal(ledger_open(&w->ledger, "", DB_MEMORY, &w->err), 0);
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	ledger_close(w->ledger);
	arena_free(w->arena);
	free(w);
	return 0;
}

static struct reading *
read_file(struct world *w, const struct article_file *f)
{
	struct reading *r = ARENA_NEW(w->arena, struct reading);

	*r = (struct reading){
	    .path = arena_copy(w->arena, slice_str(f->path)),
	    .stat = {.size = (int64_t)strlen(f->text) + 1,
		.mtime_ns = 1000 + f->version,
		.inode = f->inode ? f->inode : map_hash(slice_str(f->path)),
		.regular = true},
	    .state = f->state,
	    .title = slice_str(f->text),
	    .guid = slice_str(f->guid),
	    .source = slice_str(f->source),
	    .hash = digest_of(slice_str(f->text)),
	    .published = f->published,
	    .updated = f->updated,
	    .minor = f->minor,
	};
	if (f->shut)
		*r = (struct reading){
		    .path = r->path, .stat.inode = r->stat.inode, .state = ARTICLE_BAD};
	r->url = f->url ? slice_str(f->url)
			: arena_printf(w->arena, "https://zazhi.example/%s", f->path);
	if (f->tag) {
		r->terms.v = ARENA_NEW(w->arena, struct term);
		r->terms.v[r->terms.n++] = (struct term){TERM_TAG, slice_str(f->tag)};
	}
	return r;
}

static const struct indexed *
row_of(const struct indexed *v, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (slice_is(v[i].path, path))
			return &v[i];
	return NULL;
}

static bool
is_changed(const struct indexed *x, const struct reading *r, int64_t now)
{
	return !x || x->stat.size != r->stat.size ||
	       x->stat.mtime_ns != r->stat.mtime_ns || x->stat.inode != r->stat.inode ||
	       (x->due && x->due <= now);
}

/* One run over these files: what the scan would read is settled. */
static void
run(struct world *w, const struct article_file *file, size_t n)
{
	struct scanned in = {0};
	struct indexed *index;
	size_t indexed;

	assert_int_equal(ledger_index(w->ledger, w->arena, &index, &indexed, &w->err), 0);
	in.seen = arena_array(w->arena, n, sizeof *in.seen);
	in.vanished = arena_array(w->arena, indexed, sizeof(struct indexed *));
	for (size_t i = 0; i < n; i++) {
		struct reading *r = read_file(w, &file[i]);
		const struct indexed *x = row_of(index, indexed, file[i].path);

		if (x)
			index[x - index].seen = true;
		if (!is_changed(x, r, w->options.now))
			continue;
		in.seen[in.n].reading = r;
		in.seen[in.n++].known = x;
	}
	for (size_t i = 0; i < indexed; i++)
		if (!index[i].seen)
			in.vanished[in.vanishings++] = &index[i];
	diags_init(&w->diags, w->arena, SLICE_NONE);
	assert_int_equal(settle(w->ledger, &in, &w->options, w->arena, &w->changes,
			     &w->diags, &w->err),
	    0);
}

#define RUN(w, files) run((w), (files), sizeof(files) / sizeof *(files))

static void
run_none(struct world *w)
{
	run(w, NULL, 0);
}

/* new, edited, touched, gone */
static void
expect(const struct world *w, size_t new, size_t edited, size_t touched, size_t gone)
{
	assert_int_equal(w->changes.count[CHANGE_NEW], new);
	assert_int_equal(w->changes.count[CHANGE_EDITED], edited);
	assert_int_equal(w->changes.count[CHANGE_TOUCHED], touched);
	assert_int_equal(w->changes.count[CHANGE_GONE], gone);
}

static struct record
record_at(struct world *w, const char *path)
{
	struct record r = {0};
	int rc = ledger_record_find(
	    w->ledger, BY_PATH, slice_str(path), w->arena, &r, &w->err);

	if (rc != 1)
		fail_msg("%s: no entry", path);
	return r;
}

static struct record
record_no(struct world *w, int64_t seq)
{
	struct record r = {0};

	assert_int_equal(ledger_record(w->ledger, seq, w->arena, &r, &w->err), 1);
	return r;
}

static bool
has_entry(struct world *w, const char *path)
{
	struct record r;

	return ledger_record_find(
		   w->ledger, BY_PATH, slice_str(path), w->arena, &r, &w->err) == 1;
}

static struct indexed
index_at(struct world *w, const char *path)
{
	struct indexed *v;
	size_t n;

	assert_int_equal(ledger_index(w->ledger, w->arena, &v, &n, &w->err), 0);
	assert_non_null(row_of(v, n, path));
	return *row_of(v, n, path);
}

static void
assert_slice(struct slice got, const char *want)
{
	if (!slice_is(got, want))
		fail_msg("\"%.*s\" is not \"%s\"", SLICE_ARG(got), want);
}

/* --- what a change is ----------------------------------------------------- */

static const struct article_file two[] = {
    ARTICLE("b.md", "second", NOW - 2 * DAY, .tag = "sea"),
    ARTICLE("a.md", "first", NOW - 3 * DAY, .tag = "sea"),
};

static void
test_first_import_is_in_order_of_date(void **state)
{
	static const struct article_file files[] = {
	    ARTICLE("x.md", "x", NOW - DAY),
	    ARTICLE("z.md", "z", NOW - 9 * DAY),
	    ARTICLE("y.md", "y", NOW - DAY), /* same day: by path */
	    ARTICLE("w.md", "w", NOW - 5 * DAY),
	};
	static const char *const order[] = {"z.md", "w.md", "x.md", "y.md"};
	struct world *w = *state;

	RUN(w, files);
	expect(w, 4, 0, 0, 0);
	assert_int_equal(w->changes.n, 0); /* everything is new: no list */
	for (int i = 0; i < 4; i++) {
		struct record r = record_at(w, order[i]);

		assert_int_equal(r.seq, i + 1);
		assert_int_equal(r.arrived, r.published);
		assert_int_equal(r.first_seen, NOW);
	}
	assert_int_equal(record_at(w, "x.md").updated, NOW - DAY);
	assert_int_equal(record_at(w, "y.md").updated, NOW - DAY + 1);
}

static void
test_later_ones_arrive_now(void **state)
{
	static const struct article_file more[] = {
	    ARTICLE("b.md", "second", NOW - 2 * DAY, .tag = "sea"),
	    ARTICLE("a.md", "first", NOW - 3 * DAY, .tag = "sea"),
	    ARTICLE("new.md", "of this week", NOW - DAY),
	    ARTICLE("old.md", "of ten years ago", NOW - 3650 * DAY),
	};
	struct world *w = *state;
	struct record r;

	RUN(w, two);
	w->options.now = NOW + HOUR;
	RUN(w, more);
	expect(w, 2, 0, 0, 0);
	assert_int_equal(w->changes.n, 2);
	r = record_at(w, "old.md");
	assert_int_equal(r.seq, 3);
	assert_int_equal(r.arrived, NOW + HOUR);
	assert_int_equal(r.published, NOW - 3650 * DAY);
	assert_int_equal(r.updated, NOW + HOUR - 1); /* one second each, up to now */
	assert_int_equal(record_at(w, "new.md").seq, 4);
	assert_int_equal(record_at(w, "new.md").updated, NOW + HOUR);
}

static void
test_nothing_changed(void **state)
{
	struct world *w = *state;

	RUN(w, two);
	RUN(w, two);
	expect(w, 0, 0, 0, 0);
	assert_int_equal(w->changes.n, 0);
}

struct edit_case {
	const char *name;
	struct article_file before, after;
	enum change_kind kind;
	int64_t updated; /* behind the run at NOW + HOUR */
};

static void
test_edits(void **state)
{
	static const struct edit_case cases[] = {
	    {"another text", ARTICLE("a.md", "one", NOW - DAY),
		ARTICLE("a.md", "two", NOW - DAY, .version = 1), CHANGE_EDITED,
		NOW + HOUR},
	    {"a minor edit", ARTICLE("a.md", "one", NOW - DAY),
		ARTICLE("a.md", "two", NOW - DAY, .minor = true, .version = 1),
		CHANGE_EDITED, NOW - DAY},
	    {"only touched", ARTICLE("a.md", "one", NOW - DAY),
		ARTICLE("a.md", "one", NOW - DAY, .version = 1), CHANGE_TOUCHED,
		NOW - DAY},
	    {"another date", ARTICLE("a.md", "one", NOW - DAY),
		ARTICLE("a.md", "one", NOW - 2 * DAY, .version = 1), CHANGE_TOUCHED,
		NOW - DAY},
	    {"a tag more", ARTICLE("a.md", "one", NOW - DAY),
		ARTICLE("a.md", "one", NOW - DAY, .tag = "sea", .version = 1),
		CHANGE_TOUCHED, NOW - DAY},
	    {"front matter says when", ARTICLE("a.md", "one", NOW - DAY),
		ARTICLE("a.md", "two", NOW - DAY, .updated = NOW + 60, .version = 1),
		CHANGE_EDITED, NOW + 60},
	    {"front matter says when, but nothing changed",
		ARTICLE("a.md", "one", NOW - DAY),
		ARTICLE("a.md", "one", NOW - DAY, .updated = NOW + 60, .version = 1),
		CHANGE_TOUCHED, NOW - DAY},
	    {"front matter says it will have been", ARTICLE("a.md", "one", NOW - DAY),
		ARTICLE("a.md", "two", NOW - DAY, .updated = NOW + 9 * DAY, .version = 1),
		CHANGE_EDITED, NOW + HOUR},
	    {"front matter goes back",
		ARTICLE("a.md", "one", NOW - DAY, .updated = NOW - HOUR),
		ARTICLE("a.md", "two", NOW - DAY, .updated = NOW - DAY, .version = 1),
		CHANGE_EDITED, NOW + HOUR},
	    {"front matter's first update",
		ARTICLE("a.md", "one", NOW - DAY, .updated = NOW - HOUR),
		ARTICLE("a.md", "one", NOW - DAY, .updated = NOW - HOUR, .version = 1),
		CHANGE_TOUCHED, NOW - HOUR},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct edit_case *c = &cases[i];
		struct record before, after;
		struct world *w;

		tear_down(state);
		set_up(state);
		w = *state;
		run(w, &c->before, 1);
		before = record_at(w, "a.md");
		w->options.now = NOW + HOUR;
		run(w, &c->after, 1);
		after = record_at(w, "a.md");
		if (w->changes.n != 1 || w->changes.v[0].kind != c->kind)
			fail_msg("%s: not this kind of change", c->name);
		if (after.updated != c->updated)
			fail_msg("%s: updated %lld, not %lld", c->name,
			    (long long)after.updated, (long long)c->updated);
		assert_int_equal(after.seq, before.seq);
		assert_int_equal(after.arrived, before.arrived);
		assert_int_equal(after.published, c->after.published);
		assert_true(slice_eq(after.id, before.id));
		assert_slice(w->changes.v[0].path_before, "a.md");
		assert_int_equal(w->changes.v[0].terms.n, c->after.tag != NULL);
		assert_int_equal(w->changes.v[0].terms_before.n, 0);
	}
}

/* The clock went back, or two edits fall in one second: `updated` goes on. */
static void
test_updated_never_goes_back(void **state)
{
	struct world *w = *state;
	struct article_file f = ARTICLE("a.md", "one", NOW - DAY);
	int64_t last;

	run(w, &f, 1);
	f.text = "two";
	f.version++;
	run(w, &f, 1);
	last = record_at(w, "a.md").updated;
	assert_int_equal(last, NOW);
	w->options.now = NOW - 30 * DAY;
	f.text = "three";
	f.version++;
	run(w, &f, 1);
	assert_int_equal(record_at(w, "a.md").updated, last + 1);
}

/* --- moved, gone, back ---------------------------------------------------- */

struct move_case {
	const char *name;
	struct article_file before, after;
	bool same;
	int ways; /* in one scan; 2: also with another between */
};

static void
test_moves(void **state)
{
	static const struct move_case cases[] = {
	    {"same content", ARTICLE("a.md", "x", NOW - DAY),
		ARTICLE("b/c.md", "x", NOW - DAY), true, 2},
	    {"same id, all else new", ARTICLE("a.md", "x", NOW - DAY, .guid = "g-1"),
		ARTICLE("b.md", "y", NOW, .guid = "g-1"), true, 2},
	    {"same source, edited",
		ARTICLE("a.md", "x", NOW - DAY, .source = "https://o.example/1"),
		ARTICLE("b.md", "y", NOW, .source = "https://o.example/1"), true, 2},
	    {"the very same file, and the scan saw it move",
		ARTICLE("a.md", "x", NOW - DAY, .inode = 7),
		ARTICLE("b.md", "y", NOW - DAY, .inode = 7), true, 1},
	    {"another file of that inode", ARTICLE("a.md", "x", NOW - DAY, .inode = 7),
		ARTICLE("b.md", "other", NOW - DAY, .inode = 7), false, 2},
	    {"nothing in common", ARTICLE("a.md", "x", NOW - DAY, .guid = "g-1"),
		ARTICLE("b.md", "y", NOW - DAY, .guid = "g-2"), false, 2},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct move_case *c = &cases[i];
		/* In one scan, and with a scan between, and with a draft between. */
		for (int between = 0; between < c->ways; between++) {
			struct record before, after;
			struct world *w;

			tear_down(state);
			set_up(state);
			w = *state;
			run(w, &c->before, 1);
			before = record_at(w, c->before.path);
			w->options.now = NOW + HOUR;
			if (between) {
				run_none(w);
				expect(w, 0, 0, 0, 1);
				assert_int_equal(record_no(w, 1).state, RECORD_GONE);
				assert_int_equal(record_no(w, 1).gone, NOW + HOUR);
			}
			run(w, &c->after, 1);
			after = record_at(w, c->after.path);
			if (slice_eq(before.id, after.id) != c->same)
				fail_msg("%s: %.*s and %.*s", c->name,
				    SLICE_ARG(before.id), SLICE_ARG(after.id));
			assert_int_equal(after.seq == before.seq, c->same);
			assert_int_equal(after.state, RECORD_LIVE);
			assert_int_equal(after.gone, 0);
			assert_int_equal(w->changes.count[CHANGE_NEW], !c->same);
			assert_int_equal(
			    w->changes.count[CHANGE_GONE], !c->same && !between);
			if (c->same && strcmp(c->before.text, c->after.text) == 0)
				assert_int_equal(after.updated, before.updated);
		}
	}
}

/* A file that stands where another stood is still itself (P3). */
static void
test_changed_places(void **state)
{
	struct world *w = *state;
	const struct article_file before[] = {
	    ARTICLE("a.md", "one", NOW - DAY, .inode = 11, .guid = "urn:x:1"),
	    ARTICLE("b.md", "three", NOW - DAY, .inode = 12),
	    ARTICLE("c.md", "seven", NOW - DAY, .inode = 13),
	};
	const struct article_file swapped[] = {
	    ARTICLE("a.md", "three", NOW - DAY, .inode = 12),
	    ARTICLE("b.md", "one", NOW - DAY, .inode = 11, .guid = "urn:x:1"),
	    ARTICLE("c.md", "seven", NOW - DAY, .inode = 13),
	};
	/* c.md to d.md, b.md to c.md, a.md to b.md */
	const struct article_file shifted[] = {
	    ARTICLE("b.md", "three", NOW - DAY, .inode = 12),
	    ARTICLE("c.md", "one", NOW - DAY, .inode = 11, .guid = "urn:x:1"),
	    ARTICLE("d.md", "seven", NOW - DAY, .inode = 13),
	};
	/* c.md over b.md */
	const struct article_file covered[] = {
	    ARTICLE("b.md", "one", NOW - DAY, .inode = 11, .guid = "urn:x:1"),
	    ARTICLE("d.md", "seven", NOW - DAY, .inode = 13),
	};
	const struct article_file back[] = {
	    ARTICLE("b.md", "one", NOW - DAY, .inode = 11, .guid = "urn:x:1"),
	    ARTICLE("d.md", "seven", NOW - DAY, .inode = 13),
	    ARTICLE("e.md", "three", NOW - DAY, .inode = 14),
	};
	int64_t one, three, seven;

	run(w, before, 3);
	one = record_at(w, "a.md").seq;
	three = record_at(w, "b.md").seq;
	seven = record_at(w, "c.md").seq;
	run(w, swapped, 3);
	expect(w, 0, 0, 2, 0);
	assert_int_equal(record_at(w, "a.md").seq, three);
	assert_int_equal(record_at(w, "b.md").seq, one);
	run(w, shifted, 3);
	expect(w, 0, 0, 3, 0);
	assert_int_equal(record_at(w, "b.md").seq, three);
	assert_int_equal(record_at(w, "c.md").seq, one);
	assert_int_equal(record_at(w, "d.md").seq, seven);
	run(w, covered, 2);
	expect(w, 0, 0, 1, 1);
	assert_int_equal(record_at(w, "b.md").seq, one);
	run(w, back, 3);
	expect(w, 0, 0, 1, 0);
	assert_int_equal(record_at(w, "e.md").seq, three);
}

/* An id of the author's is followed from path to path, though all else is new. */
static void
test_ids_changed_places(void **state)
{
	struct world *w = *state;
	const struct article_file before[] = {
	    ARTICLE("a.md", "one", NOW - DAY, .guid = "urn:x:1"),
	    ARTICLE("b.md", "two", NOW - DAY, .guid = "urn:x:2"),
	};
	const struct article_file edited[] = {
	    ARTICLE("a.md", "two, edited", NOW - DAY, .inode = 3, .guid = "urn:x:2"),
	    ARTICLE("b.md", "one, edited", NOW - DAY, .inode = 4, .guid = "urn:x:1"),
	};
	/* The first is elsewhere, which is told of before what took its place. */
	const struct article_file told[] = {
	    ARTICLE("a.md", "two, edited", NOW - DAY, .inode = 3, .guid = "urn:x:2"),
	    ARTICLE("c.md", "one, again", NOW - DAY, .inode = 4, .guid = "urn:x:2"),
	};
	const struct article_file both[] = {
	    ARTICLE("a.md", "one", NOW - DAY, .inode = 5, .guid = "urn:x:1"),
	    ARTICLE("c.md", "one, again", NOW - DAY, .inode = 4, .guid = "urn:x:2"),
	};
	const struct article_file renamed[] = {
	    ARTICLE("a.md", "one", NOW - DAY, .inode = 6, .guid = "urn:x:new"),
	    ARTICLE("c.md", "one, again", NOW - DAY, .inode = 4, .guid = "urn:x:2"),
	};
	int64_t first, second;

	run(w, before, 2);
	first = record_at(w, "a.md").seq;
	second = record_at(w, "b.md").seq;
	run(w, edited, 2);
	expect(w, 0, 2, 0, 0);
	assert_int_equal(record_at(w, "a.md").seq, second);
	assert_int_equal(record_at(w, "b.md").seq, first);
	run(w, told, 2);
	expect(w, 0, 0, 0, 1);
	assert_int_equal(index_at(w, "c.md").state, ARTICLE_BAD);
	run(w, both, 2);
	expect(w, 0, 2, 0, 0);
	assert_int_equal(record_at(w, "a.md").seq, first);
	assert_int_equal(record_at(w, "c.md").seq, second);
	/* One that nobody had is a correction. */
	run(w, renamed, 2);
	assert_int_equal(record_at(w, "a.md").seq, first);
}

/* Id before source before content, whatever order they come in. */
static void
test_likeness_has_an_order(void **state)
{
	static const struct article_file before[] = {
	    ARTICLE("1.md", "one", NOW - 9 * DAY, .guid = "g"),
	    ARTICLE("2.md", "two", NOW - 8 * DAY, .source = "https://o.example/2"),
	    ARTICLE("3.md", "three", NOW - 7 * DAY),
	};
	static const struct article_file after[] = {
	    ARTICLE("n1.md", "three", NOW - 9 * DAY, .guid = "g",
		.source = "https://o.example/2"),
	};
	struct world *w = *state;

	RUN(w, before);
	RUN(w, after);
	assert_int_equal(record_at(w, "n1.md").seq, 1);
	expect(w, 0, 1, 0, 2);
}

static void
test_renamed_folder_with_equal_articles(void **state)
{
	static const struct article_file before[] = {
	    ARTICLE("old/1.md", "the same", NOW - DAY),
	    ARTICLE("old/2.md", "the same", NOW - DAY),
	    ARTICLE("old/3.md", "the same", NOW - DAY),
	    ARTICLE("old/4.md", "its own", NOW - DAY),
	};
	static const struct article_file after[] = {
	    ARTICLE("new/1.md", "the same", NOW - DAY),
	    ARTICLE("new/2.md", "the same", NOW - DAY),
	    ARTICLE("new/3.md", "the same", NOW - DAY),
	    ARTICLE("new/4.md", "its own", NOW - DAY),
	};
	struct world *w = *state;

	RUN(w, before);
	RUN(w, after);
	expect(w, 0, 0, 4, 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(record_at(w, after[i].path).seq, i + 1);
}

/* One copy of what is gone comes back as it; the other is another article. */
static void
test_two_copies_of_what_is_gone(void **state)
{
	static const struct article_file one[] = {
	    ARTICLE("a.md", "x", NOW - DAY), ARTICLE("k.md", "k", NOW - DAY)};
	static const struct article_file kept[] = {ARTICLE("k.md", "k", NOW - DAY)};
	static const struct article_file copies[] = {ARTICLE("b.md", "x", NOW - DAY),
	    ARTICLE("c.md", "x", NOW - DAY), ARTICLE("k.md", "k", NOW - DAY)};
	struct world *w = *state;

	RUN(w, one);
	RUN(w, kept);
	RUN(w, copies);
	expect(w, 1, 0, 1, 0);
	assert_int_equal(record_at(w, "b.md").seq, 1);
	assert_int_equal(record_at(w, "c.md").seq, 3);
	RUN(w, kept);
	expect(w, 0, 0, 0, 2);
}

/* A draft's entry that another file took over is not taken back. */
static void
test_taken_over_while_draft(void **state)
{
	static const struct article_file live[] = {
	    ARTICLE("a.md", "x", NOW - DAY, .guid = "g")};
	static const struct article_file draft[] = {ARTICLE(
	    "a.md", "x", NOW - DAY, .guid = "g", .state = ARTICLE_OUT, .version = 1)};
	static const struct article_file heir[] = {
	    ARTICLE(
		"a.md", "x", NOW - DAY, .guid = "g", .state = ARTICLE_OUT, .version = 1),
	    ARTICLE("b.md", "y", NOW - DAY, .guid = "g")};
	static const struct article_file both[] = {
	    ARTICLE("a.md", "x", NOW - DAY, .guid = "g", .version = 2),
	    ARTICLE("b.md", "y", NOW - DAY, .guid = "g")};
	static const struct article_file rest[] = {
	    ARTICLE("b.md", "y", NOW - DAY, .guid = "g")};
	struct world *w = *state;

	RUN(w, live);
	RUN(w, draft);
	expect(w, 0, 0, 0, 1);
	RUN(w, heir);
	expect(w, 0, 1, 0, 0);
	assert_int_equal(record_at(w, "b.md").seq, 1);
	RUN(w, both);
	expect(w, 0, 0, 0, 0);
	assert_int_equal(index_at(w, "a.md").state, ARTICLE_BAD);
	assert_int_equal(record_no(w, 1).state, RECORD_LIVE);
	assert_slice(record_no(w, 1).path, "b.md");
	RUN(w, rest);
	expect(w, 0, 0, 0, 0);
	assert_int_equal(record_no(w, 1).state, RECORD_LIVE);
}

/* Renamed and made a draft in one go: still the same when it is published. */
static void
test_renamed_as_draft(void **state)
{
	static const struct article_file live[] = {ARTICLE("a.md", "x", NOW - DAY)};
	static const struct article_file draft[] = {
	    ARTICLE("b.md", "x", NOW - DAY, .state = ARTICLE_OUT)};
	static const struct article_file edited[] = {
	    ARTICLE("b.md", "quite another", NOW - DAY, .version = 1)};
	struct world *w = *state;

	RUN(w, live);
	RUN(w, draft);
	expect(w, 0, 0, 0, 1);
	RUN(w, edited);
	expect(w, 0, 1, 0, 0);
	assert_int_equal(record_at(w, "b.md").seq, 1);
}

static void
test_states(void **state)
{
	static const struct {
		enum article_state state;
		enum record_state record;
	} cases[] = {
	    {ARTICLE_OUT, RECORD_GONE},
	    {ARTICLE_BAD, RECORD_SUSPENDED},
	    {ARTICLE_WAITS, RECORD_SUSPENDED},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct article_file f = ARTICLE("a.md", "x", NOW - DAY);
		struct record before, during, after;
		struct world *w;

		tear_down(state);
		set_up(state);
		w = *state;
		run(w, &f, 1);
		before = record_at(w, "a.md");
		w->options.now += HOUR;
		f.state = cases[i].state;
		f.text = "x, broken";
		f.version++;
		run(w, &f, 1);
		expect(w, 0, 0, 0, 1);
		during = record_at(w, "a.md");
		assert_int_equal(during.state, cases[i].record);
		assert_int_equal(
		    during.gone, cases[i].record == RECORD_GONE ? NOW + HOUR : 0);
		run(w, &f, 1); /* again the same: no more changes */
		expect(w, 0, 0, 0, 0);
		f.state = ARTICLE_LIVE;
		f.text = "x";
		f.version++;
		w->options.now += HOUR;
		run(w, &f, 1);
		expect(w, 0, 0, 1, 0);
		after = record_at(w, "a.md");
		assert_int_equal(after.state, RECORD_LIVE);
		assert_int_equal(after.updated, before.updated);
		assert_int_equal(after.seq, before.seq);
		assert_int_equal(after.gone, 0);
	}
}

static void
test_never_announced(void **state)
{
	static const enum article_state states[] = {
	    ARTICLE_OUT, ARTICLE_BAD, ARTICLE_WAITS};

	for (size_t i = 0; i < 3; i++) {
		struct article_file f[] = {
		    ARTICLE("a.md", "x", NOW - DAY, .state = states[i]),
		    ARTICLE("k.md", "k", NOW - DAY)};
		struct world *w;

		tear_down(state);
		set_up(state);
		w = *state;
		RUN(w, f);
		expect(w, 1, 0, 0, 0);
		assert_false(has_entry(w, "a.md"));
		assert_int_equal(index_at(w, "a.md").state, states[i]);
		assert_int_equal(index_at(w, "a.md").seq, 0);
		w->options.now += HOUR;
		f[0].state = ARTICLE_LIVE;
		f[0].version++;
		RUN(w, f);
		expect(w, 1, 0, 0, 0);
		assert_int_equal(record_at(w, "a.md").seq, 2);
		assert_int_equal(record_at(w, "a.md").arrived, NOW + HOUR);
		w->options.now += HOUR;
	}
}

static void
test_suspended_and_then_deleted(void **state)
{
	struct article_file f = ARTICLE("a.md", "x", NOW - DAY);
	struct world *w = *state;

	run(w, &f, 1);
	f.state = ARTICLE_BAD;
	f.version++;
	run(w, &f, 1);
	run_none(w);
	expect(w, 0, 0, 0, 1);
	assert_int_equal(record_no(w, 1).state, RECORD_GONE);
	assert_int_equal(record_no(w, 1).gone, NOW);
}

static void
test_retracted_stays(void **state)
{
	static const struct article_file copy[] = {
	    ARTICLE("a.md", "x, edited", NOW - DAY, .version = 1),
	    ARTICLE("b.md", "x", NOW - DAY)};
	struct article_file f = ARTICLE("a.md", "x", NOW - DAY);
	struct world *w = *state;
	struct slice id;

	run(w, &f, 1);
	id = record_at(w, "a.md").id;
	assert_int_equal(
	    settle_retract(w->ledger, SLICE("a.md"), SLICE("a court's order"), NOW + 5,
		w->arena, &w->changes, &w->err),
	    0);
	assert_int_equal(w->changes.count[CHANGE_GONE], 1);
	assert_int_equal(record_no(w, 1).state, RECORD_RETRACTED);
	assert_int_equal(record_no(w, 1).gone, NOW + 5);
	assert_slice(record_no(w, 1).reason, "a court's order");
	assert_int_equal(index_at(w, "a.md").state, ARTICLE_OUT);

	f.text = "x, edited";
	f.version++;
	run(w, &f, 1);
	expect(w, 0, 0, 0, 0);
	assert_int_equal(record_no(w, 1).state, RECORD_RETRACTED);
	assert_int_equal(index_at(w, "a.md").state, ARTICLE_OUT);

	RUN(w, copy); /* what it once said, elsewhere */
	f.path = "c.md";
	f.text = "x"; /* renamed */
	run(w, &f, 1);
	assert_int_equal(w->changes.count[CHANGE_NEW], 0);
	assert_int_equal(record_no(w, 1).state, RECORD_RETRACTED);
	run_none(w);
	expect(w, 0, 0, 0, 0);
	assert_int_equal(record_no(w, 1).state, RECORD_RETRACTED);
	assert_int_equal(record_no(w, 1).gone, NOW + 5);

	assert_int_equal(
	    settle_retract(w->ledger, id, SLICE(""), NOW, w->arena, &w->changes, &w->err),
	    -1);
	assert_int_equal(w->err.kind, ERR_INPUT);
	assert_int_equal(settle_retract(w->ledger, SLICE("nothing"), SLICE(""), NOW,
			     w->arena, &w->changes, &w->err),
	    -1);
	assert_int_equal(w->err.kind, ERR_INPUT);
}

static void
test_retract_what_is_gone_already(void **state)
{
	struct world *w = *state;
	struct slice id;

	RUN(w, two);
	id = record_at(w, "a.md").id;
	run(w, two, 1);
	assert_int_equal(settle_retract(w->ledger, id, SLICE_NONE, NOW + 9, w->arena,
			     &w->changes, &w->err),
	    0);
	assert_int_equal(record_no(w, 1).state, RECORD_RETRACTED);
	RUN(w, two);
	expect(w, 0, 0, 0, 0);
}

/* --- ids ------------------------------------------------------------------ */

static void
test_ids(void **state)
{
	static const struct {
		struct article_file file;
		const char *id;
	} cases[] = {
	    {ARTICLE("a.md", "x", NOW, .url = "https://zazhi.example/2024/02/a.html"),
		"tag:zazhi.example,1994:2024/02/a.html"},
	    {ARTICLE("a.md", "x", NOW, .url = "https://zazhi.example/%E4%B8%AD/a%20b/"),
		"tag:zazhi.example,1994:%E4%B8%AD/a%20b/"},
	    {ARTICLE("a.md", "x", NOW, .url = "https://other.example:8080/x.html#part"),
		"tag:zazhi.example,1994:x.html"},
	    {ARTICLE("a.md", "x", NOW, .url = "https://zazhi.example/post.php?id=7&n=1"),
		"tag:zazhi.example,1994:post.php?id=7&n=1"},
	    {ARTICLE("a.md", "x", NOW, .url = "https://zazhi.example/?p=12"),
		"tag:zazhi.example,1994:?p=12"},
	    {ARTICLE("\xE6\x96\x87 1.md", "x", NOW, .url = "https://zazhi.example/"),
		"tag:zazhi.example,1994:%E6%96%87%201.md"},
	    {ARTICLE("a.md", "x", NOW, .guid = "tag:old.example,2001:17"),
		"tag:old.example,2001:17"},
	    {ARTICLE("a.md", "x", NOW, .guid = "HTTP://Old.Example/?p=1"),
		"http://old.example/?p=1"},
	    {ARTICLE("a.md", "x", NOW, .guid = "urn:isbn:12"), "urn:isbn:12"},
	    {ARTICLE("a.md", "x", NOW, .guid = "17"), "tag:zazhi.example,1994:17"},
	    {ARTICLE("a.md", "x", NOW, .guid = "\xE4\xB8\xAD 1"),
		"tag:zazhi.example,1994:%E4%B8%AD%201"},
	    {ARTICLE("a.md", "x", NOW, .guid = "1225c695-cfb8-4ebb-aaaa-80da344efa6a"),
		"urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a"},
	    {ARTICLE("a.md", "x", NOW, .guid = "1225c695-cfb8-4ebb-aaaa-80da344efa6"),
		"tag:zazhi.example,1994:1225c695-cfb8-4ebb-aaaa-80da344efa6"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		tear_down(state);
		set_up(state);
		run(*state, &cases[i].file, 1);
		assert_slice(record_no(*state, 1).id, cases[i].id);
	}
}

static void
test_tag_of_the_ledger(void **state)
{
	static const struct article_file f = ARTICLE("a.md", "x", NOW),
					 g = ARTICLE("b.md", "y", NOW);
	struct world *w = *state;

	w->options.tag = SLICE_NONE;
	w->options.host = SLICE("zazhi.example");
	run(w, &f, 1);
	assert_slice(record_no(w, 1).id, "tag:zazhi.example,2024:a.md");
	w->options.now += 400 * DAY;
	w->options.host = SLICE("moved.example");
	run(w, &g, 1);
	assert_slice(record_no(w, 2).id, "tag:zazhi.example,2024:b.md");
}

static void
test_colliding_ids(void **state)
{
	struct article_file f[40];
	struct world *w = *state;

	for (int i = 0; i < 40; i++) {
		f[i] = (struct article_file){
		    .path = arena_printf(w->arena, "%02d/index.md", i).p,
		    .text = arena_printf(w->arena, "text %d", i).p,
		    .published = NOW - DAY,
		    .url = "https://zazhi.example/index.html",
		};
	}
	run(w, f, 20);
	assert_slice(record_at(w, "00/index.md").id, "tag:zazhi.example,1994:index.html");
	assert_slice(
	    record_at(w, "01/index.md").id, "tag:zazhi.example,1994:index.html-2");
	assert_slice(
	    record_at(w, "19/index.md").id, "tag:zazhi.example,1994:index.html-20");
	assert_int_equal(w->diags.n, 19);
	assert_int_equal(w->diags.v[0].level, DIAG_NOTE);
	run(w, f, 40);
	assert_slice(
	    record_at(w, "39/index.md").id, "tag:zazhi.example,1994:index.html-40");
	assert_slice(
	    record_at(w, "01/index.md").id, "tag:zazhi.example,1994:index.html-2");
}

static void
test_one_number_is_taken(void **state)
{
	static const struct article_file f[] = {
	    ARTICLE("1.md", "1", NOW - 9, .url = "https://zazhi.example/x-2"),
	    ARTICLE("2.md", "2", NOW - 8, .url = "https://zazhi.example/x"),
	    ARTICLE("3.md", "3", NOW - 7, .url = "https://zazhi.example/x"),
	    ARTICLE("4.md", "4", NOW - 6, .url = "https://zazhi.example/x-2"),
	};
	struct world *w = *state;

	RUN(w, f);
	assert_slice(record_at(w, "2.md").id, "tag:zazhi.example,1994:x");
	assert_slice(record_at(w, "3.md").id, "tag:zazhi.example,1994:x-3");
	assert_slice(record_at(w, "4.md").id, "tag:zazhi.example,1994:x-2-2");
}

static void
test_adopted(void **state)
{
	static const struct {
		struct adopted adopted;
		const char *url;
	} old[] = {
	    {{.id = {"http://old.example/?p=1", 23}, .updated = NOW - 700 * DAY},
		"http://zazhi.example/1.html"},
	    {{.id = {"http://old.example/?p=2", 23}, .updated = NOW + 700 * DAY},
		"https://zazhi.example/2/"},
	};
	static const struct article_file f[] = {
	    ARTICLE("1.md", "1", NOW - 9 * DAY, .url = "https://zazhi.example/1.html"),
	    ARTICLE("2.md", "2", NOW - 8 * DAY, .url = "https://zazhi.example/2"),
	    ARTICLE("3.md", "3", NOW - 7 * DAY, .url = "https://zazhi.example/3"),
	    ARTICLE("4.md", "4", NOW - 6 * DAY, .url = "https://zazhi.example/1.html"),
	};
	struct world *w = *state;

	for (int i = 0; i < 2; i++) {
		struct adopted a = old[i].adopted;

		a.url = adopt_key(w->arena, slice_str(old[i].url));
		assert_int_equal(ledger_adopt(w->ledger, &a, &w->err), 0);
	}
	RUN(w, f);
	assert_slice(record_at(w, "1.md").id, "http://old.example/?p=1");
	assert_int_equal(record_at(w, "1.md").updated, NOW - 700 * DAY);
	assert_slice(record_at(w, "2.md").id, "http://old.example/?p=2");
	assert_int_equal(record_at(w, "2.md").updated, NOW - 8 * DAY);
	assert_slice(record_at(w, "3.md").id, "tag:zazhi.example,1994:3");
	/* An id is adopted once. */
	assert_slice(record_at(w, "4.md").id, "tag:zazhi.example,1994:1.html");
}

static void
test_adopt_key(void **state)
{
	static const char *const cases[][2] = {
	    {"http://A.example/x/", "a.example/x"},
	    {"https://a.example/x", "a.example/x"},
	    {"https://a.example/", "a.example"},
	    {"https://a.example/x//", "a.example/x"},
	    {"urn:x", "urn:x"},
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_slice(adopt_key(w->arena, slice_str(cases[i][0])), cases[i][1]);
}

/* Two files with one front matter id: the first keeps it, and when it goes the
 * other takes its place. */
static void
test_twins(void **state)
{
	static const struct article_file first[] = {
	    ARTICLE("a.md", "x", NOW - 9, .guid = "g")};
	static const struct article_file both[] = {
	    ARTICLE("a.md", "x", NOW - 9, .guid = "g"),
	    ARTICLE("b.md", "y", NOW - 8, .guid = "g")};
	static const struct article_file second[] = {
	    ARTICLE("b.md", "y", NOW - 8, .guid = "g")};

	for (int at_once = 0; at_once < 2; at_once++) {
		struct world *w;

		tear_down(state);
		set_up(state);
		w = *state;
		if (!at_once)
			RUN(w, first);
		RUN(w, both);
		expect(w, (size_t)at_once, 0, 0, 0);
		assert_int_equal(w->diags.n, 1);
		assert_int_equal(w->diags.v[0].level, DIAG_BAD);
		assert_slice(w->diags.v[0].path, "b.md");
		assert_int_equal(index_at(w, "b.md").state, ARTICLE_BAD);
		assert_false(has_entry(w, "b.md"));
		RUN(w, both);
		expect(w, 0, 0, 0, 0);
		RUN(w, second);
		expect(w, 0, 1, 0, 0);
		assert_int_equal(record_at(w, "b.md").seq, 1);
		assert_int_equal(index_at(w, "b.md").state, ARTICLE_LIVE);
	}
}

/* An article that takes the id of another one by an edit is its twin, too: it is out until
 * one of them is mended. */
static void
test_twin_by_edit(void **state)
{
	static const struct article_file before[] = {
	    ARTICLE("a.md", "x", NOW - 9, .guid = "g"),
	    ARTICLE("b.md", "y", NOW - 8, .guid = "h")};
	static const struct article_file twins[] = {
	    ARTICLE("a.md", "x", NOW - 9, .guid = "g"),
	    ARTICLE("b.md", "y", NOW - 8, .guid = "g", .version = 1)};
	struct world *w = *state;

	RUN(w, before);
	RUN(w, twins);
	expect(w, 0, 0, 0, 1);
	assert_slice(w->diags.v[0].text, "its id is that of a.md already");
	assert_int_equal(record_at(w, "a.md").state, RECORD_LIVE);
	assert_int_equal(record_at(w, "b.md").state, RECORD_SUSPENDED);
	RUN(w, before);
	assert_int_equal(record_at(w, "b.md").state, RECORD_LIVE);
	assert_slice(record_at(w, "b.md").guid, "h");
}

/* Two with ids of their own changed places, and one is found later, in a folder that was
 * renamed: what is found first is not taken for the other. */
static void
test_twin_until_found(void **state)
{
	static const struct article_file before[] = {
	    ARTICLE("a.md", "x", NOW - 9, .guid = "g"),
	    ARTICLE("old/b.md", "y", NOW - 8, .guid = "h")};
	static const struct article_file half[] = {
	    ARTICLE("a.md", "y", NOW - 8, .guid = "h", .inode = 7),
	    ARTICLE("old/b.md", "y", NOW - 8, .guid = "h")};
	static const struct article_file after[] = {
	    ARTICLE("a.md", "y", NOW - 8, .guid = "h", .inode = 7),
	    ARTICLE("new/b.md", "x", NOW - 9, .guid = "g", .inode = 8)};
	struct world *w = *state;
	int64_t x, y;

	RUN(w, before);
	x = record_at(w, "a.md").seq;
	y = record_at(w, "old/b.md").seq;
	RUN(w, half);
	assert_int_equal(w->changes.count[CHANGE_NEW], 0);
	RUN(w, after);
	assert_int_equal(w->changes.count[CHANGE_NEW], 0);
	assert_int_equal(record_at(w, "a.md").seq, y);
	assert_int_equal(record_at(w, "new/b.md").seq, x);
	assert_int_equal(record_at(w, "new/b.md").state, RECORD_LIVE);
}

/* --- `updated`, one second each ------------------------------------------- */

static void
assert_unique_seconds(struct world *w, int n, int64_t newest)
{
	int64_t *seen = arena_array(w->arena, (size_t)n, sizeof *seen);

	for (int i = 0; i < n; i++) {
		seen[i] = record_no(w, i + 1).updated;
		assert_true(seen[i] <= newest);
		for (int k = 0; k < i; k++)
			assert_true(seen[k] != seen[i]);
	}
}

enum { MANY = 500 };

static struct article_file *
many_files(struct world *w, int64_t published)
{
	struct article_file *f = arena_array(w->arena, MANY, sizeof *f);

	for (int i = 0; i < MANY; i++) {
		f[i].path = arena_printf(w->arena, "%05d.md", i).p;
		f[i].text = arena_printf(w->arena, "text %d", i).p;
		f[i].published = published;
	}
	return f;
}

static void
test_many_of_one_day(void **state)
{
	struct world *w = *state;

	run(w, many_files(w, NOW - 9 * DAY), MANY);
	assert_unique_seconds(w, MANY, NOW - 9 * DAY + MANY - 1);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(record_no(w, i + 1).updated, NOW - 9 * DAY + i);
}

/* A fresh checkout: all files have the time of this minute. */
static void
test_many_of_just_now(void **state)
{
	struct world *w = *state;

	run(w, many_files(w, NOW - 30), MANY);
	assert_unique_seconds(w, MANY, NOW);
}

static void
test_many_arrive_later(void **state)
{
	struct world *w = *state;
	struct article_file *f = many_files(w, NOW - 99 * DAY);

	w->options.flood = 10 * MANY;
	run(w, f, 1);
	w->options.now = NOW + DAY;
	run(w, f, MANY);
	assert_unique_seconds(w, MANY, NOW + DAY);
	assert_int_equal(record_no(w, MANY).updated, NOW + DAY);
	assert_int_equal(record_no(w, 2).updated, NOW + DAY - MANY + 2);
	for (int i = 0; i < MANY; i++) {
		f[i].text = arena_printf(w->arena, "edited %d", i).p;
		f[i].version++;
	}
	run(w, f, MANY); /* in the same second, as fast as that */
	assert_unique_seconds(w, MANY, NOW + DAY + MANY);
	expect(w, 0, MANY, 0, 0);
}

/* Half a million of one second would take minutes, did each search begin
 * where the others did. */
static void
test_a_crowd_costs_no_more(void **state)
{
	struct world *w = *state;
	int64_t at = NOW;

	run(w, two, 1);
	for (int i = 0; i < 20000; i++) {
		struct record r = {.id = arena_printf(w->arena, "urn:x:%d", i),
		    .path = SLICE("x"),
		    .url = SLICE("https://zazhi.example/x"),
		    .updated = at};

		assert_int_equal(ledger_free_second(w->ledger, &r.updated, &w->err), 0);
		assert_int_equal(r.updated, NOW + i);
		assert_int_equal(ledger_record_add(w->ledger, &r, &w->err), 0);
	}
}

/* --- the flood guard ------------------------------------------------------ */

static void
test_flood(void **state)
{
	static const struct {
		const char *name;
		int64_t flood;
		bool allow, flooded;
		int arrivals, edits, losses;
	} cases[] = {
	    {"as many as may", 6, false, false, 2, 2, 2},
	    {"one too many", 5, false, true, 2, 2, 2},
	    {"allowed", 5, true, false, 2, 2, 2},
	    {"arrivals alone", 3, false, true, 4, 0, 0},
	    {"losses alone", 3, false, true, 0, 0, 4},
	    {"edits alone", 3, false, true, 0, 4, 0},
	    {"nothing", 0, false, false, 0, 0, 0},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct article_file *f;
		struct world *w;
		int n = 0;

		tear_down(state);
		set_up(state);
		w = *state;
		f = many_files(w, NOW - DAY);
		run(w, f, 10);
		w->options.flood = cases[i].flood;
		w->options.allow_flood = cases[i].allow;
		for (int k = cases[i].losses; k < 10 + cases[i].arrivals; k++, n++) {
			f[n] = f[k];
			if (k < cases[i].losses + cases[i].edits) {
				f[n].text = arena_printf(w->arena, "new %d", k).p;
				f[n].version++;
			}
		}
		run(w, f, (size_t)n);
		if (w->changes.flooded != cases[i].flooded)
			fail_msg("%s: %d", cases[i].name, w->changes.flooded);
		expect(w, (size_t)cases[i].arrivals, (size_t)cases[i].edits, 0,
		    (size_t)cases[i].losses);
		assert_int_equal(w->changes.n,
		    cases[i].flooded
			? 0
			: cases[i].arrivals + cases[i].edits + cases[i].losses);
	}
}

/* The first import is no flood; all files turning bad at once are one. */
static void
test_flood_of_bad_ones(void **state)
{
	struct world *w = *state;
	struct article_file *f = many_files(w, NOW - DAY);

	run(w, f, 300);
	assert_false(w->changes.flooded);
	for (int i = 0; i < 300; i++) {
		f[i].state = ARTICLE_BAD;
		f[i].version++;
	}
	run(w, f, 300);
	assert_true(w->changes.flooded);
	assert_int_equal(w->changes.count[CHANGE_GONE], 300);
	assert_int_equal(record_no(w, 1).state, RECORD_LIVE);
}

/* Nobody could read it for a while, and two that are shut are not taken for one. */
static void
test_shut(void **state)
{
	struct article_file files[] = {ARTICLE("a.md", "one", NOW - DAY, .inode = 7),
	    ARTICLE("b.md", "two", NOW - DAY, .inode = 8)};
	struct world *w = *state;

	run(w, files, 2);
	files[0].shut = files[1].shut = true;
	run(w, files, 2);
	expect(w, 0, 0, 0, 2);
	files[0].path = "c.md";
	files[0].shut = false;
	run(w, files, 2);
	assert_int_equal(record_at(w, "c.md").seq, 1);
	assert_int_equal(record_at(w, "c.md").state, RECORD_LIVE);
	assert_int_equal(record_at(w, "b.md").seq, 2);
	assert_int_equal(record_at(w, "b.md").state, RECORD_SUSPENDED);
	/* It changes places with another one before anybody could read it again. */
	files[0].path = "b.md";
	files[1].path = "c.md";
	files[1].shut = false;
	run(w, files, 2);
	expect(w, 0, 0, 2, 0);
	assert_int_equal(record_at(w, "b.md").seq, 1);
	assert_int_equal(record_at(w, "c.md").seq, 2);
	assert_int_equal(record_at(w, "c.md").state, RECORD_LIVE);
}

static void
test_drip(void **state)
{
	struct world *w = *state;
	struct article_file *f = many_files(w, NOW - DAY);

	run(w, f, 1);
	w->options.flood = 20;
	w->options.drip = 10;
	w->options.now = NOW + DAY;
	run(w, f, 36);
	assert_false(w->changes.flooded);
	expect(w, 10, 0, 0, 0);
	assert_int_equal(w->changes.held, 25);
	assert_int_equal(record_at(w, "00010.md").updated, NOW + DAY);
	assert_int_equal(index_at(w, "00011.md").state, ARTICLE_HELD);
	assert_int_equal(index_at(w, "00011.md").due, NOW + DAY + HOUR);
	assert_int_equal(index_at(w, "00035.md").due, NOW + DAY + 34 * HOUR / 10);

	/* Ten an hour, as they are dated; what is edited waits on. */
	for (int hour = 0; hour < 5; hour++) {
		static const struct {
			size_t arrived;
			int64_t due;
		} expected[] = {
		    {0, NOW + DAY + HOUR},
		    {1, NOW + DAY + 11 * HOUR / 10},
		    {10, NOW + DAY + 21 * HOUR / 10},
		    {10, NOW + DAY + 31 * HOUR / 10},
		    {4, 0},
		};
		struct due due, feed;

		w->options.now = NOW + DAY + hour * HOUR;
		f[35].text = arena_printf(w->arena, "edited %d", hour).p;
		f[35].version++;
		run(w, f, 36);
		assert_false(w->changes.flooded);
		expect(w, expected[hour].arrived, 0, 0, 0);
		assert_int_equal(
		    ledger_next_due(w->ledger, w->arena, &due, &feed, &w->err), 0);
		assert_int_equal(due.at, expected[hour].due);
	}
	assert_unique_seconds(w, 36, NOW + DAY + 4 * HOUR);
}

/* What changes and what goes is not held back: that takes the operator. */
static void
test_drip_does_not_hold_losses(void **state)
{
	struct world *w = *state;
	struct article_file *f = many_files(w, NOW - DAY);

	run(w, f, 50);
	w->options.flood = 20;
	w->options.drip = 10;
	run(w, f, 10);
	assert_true(w->changes.flooded);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
	    TEST(test_first_import_is_in_order_of_date),
	    TEST(test_later_ones_arrive_now),
	    TEST(test_nothing_changed),
	    TEST(test_edits),
	    TEST(test_updated_never_goes_back),
	    TEST(test_moves),
	    TEST(test_changed_places),
	    TEST(test_ids_changed_places),
	    TEST(test_likeness_has_an_order),
	    TEST(test_renamed_folder_with_equal_articles),
	    TEST(test_two_copies_of_what_is_gone),
	    TEST(test_taken_over_while_draft),
	    TEST(test_renamed_as_draft),
	    TEST(test_states),
	    TEST(test_never_announced),
	    TEST(test_suspended_and_then_deleted),
	    TEST(test_retracted_stays),
	    TEST(test_retract_what_is_gone_already),
	    TEST(test_ids),
	    TEST(test_tag_of_the_ledger),
	    TEST(test_colliding_ids),
	    TEST(test_one_number_is_taken),
	    TEST(test_adopted),
	    TEST(test_adopt_key),
	    TEST(test_twins),
	    TEST(test_twin_by_edit),
	    TEST(test_twin_until_found),
	    TEST(test_many_of_one_day),
	    TEST(test_many_of_just_now),
	    TEST(test_many_arrive_later),
	    TEST(test_a_crowd_costs_no_more),
	    TEST(test_flood),
	    TEST(test_flood_of_bad_ones),
	    TEST(test_shut),
	    TEST(test_drip),
	    TEST(test_drip_does_not_hold_losses),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "model/rule.h"

#include "base/utf8.h"

enum { DEPTH_MAX = 32 }; /* of parentheses in each other */

enum op { OP_OR, OP_AND, OP_NOT, OP_TERM, OP_LANGUAGE, OP_PATH };

/* A node of the tree. What a node joins hangs below it as a list, so that
 * only parentheses make the tree deep. */
struct rule {
	enum op op;
	struct rule *first, *next;
	struct term term; /* of OP_TERM; the value also of the other two tests */
};

struct parser {
	struct arena *arena;
	struct err *err;
	struct slice text, rest;
	int depth;
};

static int parse_or(struct parser *p, struct rule **rule);

/* Complain about the place in the text where `at` begins. */
static int
fail(struct parser *p, struct slice at, const char *what)
{
	size_t column = utf8_count(slice_part(p->text, 0, p->text.n - at.n)) + 1;

	return err_set(p->err, ERR_CONFIG, "column %zu: %s", column, what);
}

static void
skip_space(struct parser *p)
{
	struct slice next = p->rest;

	while (next.n && utf8_is_space(utf8_next(&next)))
		p->rest = next;
}

/* What stands up to the next white space or ")". */
static struct slice
peek_word(const struct parser *p)
{
	struct slice rest = p->rest, next = rest;

	while (next.n && next.p[0] != ')' && !utf8_is_space(utf8_next(&next)))
		rest = next;
	return slice_part(p->rest, 0, p->rest.n - rest.n);
}

/* A keyword ends where a word does, or at "(". */
static bool
take_word(struct parser *p, const char *word)
{
	struct slice found = peek_word(p);

	found.n = slice_index(found, '(');
	if (!slice_is_nocase(found, word))
		return false;
	p->rest = slice_from(p->rest, found.n);
	skip_space(p);
	return true;
}

static bool
take_char(struct parser *p, char c)
{
	if (p->rest.n == 0 || p->rest.p[0] != c)
		return false;
	p->rest = slice_from(p->rest, 1);
	skip_space(p);
	return true;
}

static int
take_quoted(struct parser *p, struct slice *value)
{
	struct slice start = p->rest, in = slice_from(p->rest, 1);
	char *copy = arena_cstr(p->arena, in);
	size_t n = 0;

	while (in.n && in.p[0] != '"') {
		if (in.p[0] == '\\')
			in = slice_from(in, 1);
		if (in.n == 0)
			break;
		copy[n++] = in.p[0];
		in = slice_from(in, 1);
	}
	if (in.n == 0)
		return fail(p, start, "the quotation mark is not closed");
	*value = slice_make(copy, n);
	p->rest = slice_from(in, 1);
	if (peek_word(p).n)
		return fail(
		    p, p->rest, "white space is missing behind the quotation mark");
	return 0;
}

static int
take_value(struct parser *p, struct slice *value)
{
	struct slice start = p->rest;

	if (start.n && start.p[0] == '"') {
		if (take_quoted(p, value) != 0)
			return -1;
	} else {
		*value = peek_word(p);
		p->rest = slice_from(p->rest, value->n);
	}
	skip_space(p);
	if (utf8_trim(*value).n == 0)
		return fail(p, start, "a value is missing behind the colon");
	return 0;
}

static int
test_op(struct slice kind, struct rule *test)
{
	int term;

	if (slice_is(kind, "path")) {
		test->op = OP_PATH;
		return 0;
	}
	term = slice_is(kind, "lang") ? TERM_LANGUAGE : term_kind_parse(kind);
	if (term < 0)
		return -1;
	test->op = term == TERM_LANGUAGE ? OP_LANGUAGE : OP_TERM;
	test->term.kind = (enum term_kind)term;
	return 0;
}

static int
parse_test(struct parser *p, struct rule **rule)
{
	struct slice start = p->rest, word = peek_word(p), value = SLICE_NONE;
	size_t colon = slice_index(word, ':');
	struct rule *test = ARENA_NEW(p->arena, struct rule);

	if (colon == word.n)
		return fail(p, start, "KIND:VALUE or \"(\" is missing");
	if (test_op(slice_part(word, 0, colon), test) != 0)
		return fail(p, start,
		    "not one of tag, category, author, year, lang, language, source, "
		    "path");
	p->rest = slice_from(p->rest, colon + 1);
	if (take_value(p, &value) != 0)
		return -1;
	test->term.value = test->op == OP_PATH
			       ? value
			       : utf8_nfc(p->arena, utf8_squeeze(p->arena, value));
	*rule = test;
	return 0;
}

static int
parse_group(struct parser *p, struct rule **rule)
{
	struct slice start = p->rest;

	if (!take_char(p, '('))
		return parse_test(p, rule);
	if (++p->depth > DEPTH_MAX)
		return fail(p, start, "too many parentheses in each other");
	if (parse_or(p, rule) != 0)
		return -1;
	p->depth--;
	if (!take_char(p, ')'))
		return fail(p, start, "the parenthesis is not closed");
	return 0;
}

static int
parse_not(struct parser *p, struct rule **rule)
{
	struct rule *negation;

	if (!take_word(p, "not"))
		return parse_group(p, rule);
	negation = ARENA_NEW(p->arena, struct rule);
	negation->op = OP_NOT;
	*rule = negation;
	return parse_group(p, &negation->first);
}

/* A list of what `part` parses, with `word` in between; one alone stays as
 * it is. */
static int
parse_list(struct parser *p, enum op op, const char *word,
    int (*part)(struct parser *, struct rule **), struct rule **rule)
{
	struct rule *list = NULL, *last;

	if (part(p, &last) != 0)
		return -1;
	*rule = last;
	while (take_word(p, word)) {
		if (!list) {
			list = ARENA_NEW(p->arena, struct rule);
			list->op = op;
			list->first = last;
			*rule = list;
		}
		if (part(p, &last->next) != 0)
			return -1;
		last = last->next;
	}
	return 0;
}

static int
parse_and(struct parser *p, struct rule **rule)
{
	return parse_list(p, OP_AND, "and", parse_not, rule);
}

static int
parse_or(struct parser *p, struct rule **rule)
{
	return parse_list(p, OP_OR, "or", parse_and, rule);
}

int
rule_parse(struct rule **rule, struct slice text, struct arena *arena, struct err *err)
{
	struct parser p = {.arena = arena, .err = err, .text = text, .rest = text};

	*rule = NULL;
	skip_space(&p);
	if (p.rest.n == 0)
		return 0;
	if (parse_or(&p, rule) != 0)
		goto bad;
	if (p.rest.n) {
		fail(&p, p.rest, "\"and\" or \"or\" is missing");
		goto bad;
	}
	return 0;
bad:
	*rule = NULL;
	return -1;
}

/* RFC 4647 section 3.3.1: the range itself, or a prefix of whole subtags. */
static bool
language_match(struct slice range, struct slice tag)
{
	return slice_eq_nocase(range, slice_part(tag, 0, range.n)) &&
	       (tag.n == range.n || tag.p[range.n] == '-');
}

static bool
term_match(const struct rule *rule, const struct terms *terms)
{
	for (size_t i = 0; i < terms->n; i++) {
		const struct term *t = &terms->v[i];

		if (t->kind != rule->term.kind)
			continue;
		if (rule->op == OP_LANGUAGE ? language_match(rule->term.value, t->value)
					    : slice_eq(rule->term.value, t->value))
			return true;
	}
	return false;
}

bool
rule_match(const struct rule *rule, const struct rule_subject *subject)
{
	if (!rule)
		return true;
	switch (rule->op) {
	case OP_OR:
	case OP_AND:
		for (const struct rule *r = rule->first; r; r = r->next)
			if (rule_match(r, subject) == (rule->op == OP_OR))
				return rule->op == OP_OR;
		return rule->op == OP_AND;
	case OP_NOT:
		return !rule_match(rule->first, subject);
	case OP_PATH:
		return glob_match(rule->term.value, subject->path);
	case OP_TERM:
	case OP_LANGUAGE:
		break;
	}
	return term_match(rule, &subject->terms);
}

const struct term *
rule_needs(const struct rule *rule)
{
	const struct term *term = NULL;

	if (rule && rule->op == OP_TERM)
		return &rule->term;
	if (rule && rule->op == OP_AND)
		for (const struct rule *r = rule->first; r && !term; r = r->next)
			term = rule_needs(r);
	return term;
}

enum star_kind {
	STAR_NONE,
	STAR_NAME,    /* "*": within one folder */
	STAR_ALL,     /* "**": across folders */
	STAR_FOLDERS, /* "**" and "/", where a name begins: whole folders or none */
};

/* A star that was passed, and where to go on when what follows it fails. */
struct star {
	enum star_kind kind;
	struct slice glob; /* behind the star */
	struct slice path; /* what the star has not taken yet */
};

static enum star_kind
star_at(struct slice glob, bool name_begins)
{
	if (!slice_starts(glob, SLICE("**")))
		return slice_starts(glob, SLICE("*")) ? STAR_NAME : STAR_NONE;
	return name_begins && slice_starts(glob, SLICE("**/")) ? STAR_FOLDERS : STAR_ALL;
}

/* Let the star take one more character, or one more folder. */
static bool
star_widen(struct star *star)
{
	size_t slash = slice_index(star->path, '/');

	if (star->kind == STAR_NONE || star->path.n == 0)
		return false;
	if (star->kind == STAR_FOLDERS) {
		bool more = slash < star->path.n;

		star->path = slice_from(star->path, slash + 1);
		return more;
	}
	if (star->kind == STAR_NAME && slash == 0)
		return false;
	utf8_next(&star->path);
	return true;
}

static bool
take_same(struct slice *glob, struct slice *path)
{
	if (glob->n == 0 || path->n == 0)
		return false;
	if (glob->p[0] == '?' && path->p[0] != '/')
		utf8_next(path);
	else if (glob->p[0] == path->p[0])
		*path = slice_from(*path, 1);
	else
		return false;
	*glob = slice_from(*glob, 1);
	return true;
}

/*
 * Only the last star of each reach is ever tried again: what stands before a
 * star matched as early as it can, which leaves the star the most to take.
 */
bool
glob_match(struct slice glob, struct slice path)
{
	static const size_t length[] = {
	    [STAR_NAME] = 1,
	    [STAR_ALL] = 2,
	    [STAR_FOLDERS] = 3,
	};
	struct star within = {0}, across = {0};
	const char *first = glob.p;

	while (glob.n || path.n) {
		enum star_kind kind = star_at(glob, glob.p == first || glob.p[-1] == '/');
		struct star *star = kind == STAR_NAME ? &within : &across;

		if (kind != STAR_NONE) {
			within.kind = STAR_NONE;
			glob = slice_from(glob, length[kind]);
			*star = (struct star){kind, glob, path};
		} else if (!take_same(&glob, &path)) {
			if (star_widen(&within))
				star = &within;
			else if (star_widen(&across))
				within.kind = STAR_NONE;
			else
				return false;
			glob = star->glob;
			path = star->path;
		}
	}
	return true;
}

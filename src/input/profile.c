#include "input/profile.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/utf8.h"
#include "input/profile_rules.h"

#include <ini.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * MAX_STEPS: of one match; an honest line needs a few hundred. MAX_NAME: inih
 * cuts longer names without a word.
 */
enum { MAX_FILE = 256 * 1024, MAX_STEPS = 10000, MAX_WINDOW = 50, MAX_NAME = 40 };

/* A value as it stands in the file, perhaps over several lines. */
struct value {
	struct slice text;
	int line; /* 0: not given */
};

/* A section or, of [define], one line: a name with its values. */
struct draft {
	struct slice name;
	int line;
	struct value pattern, where, drop, once, split;
};

struct drafts {
	struct draft *v;
	size_t n;
};

struct loader {
	struct profile *profile;
	struct arena *arena; /* the profile's */
	const char *file;
	struct slice rest; /* of the file */
	int line;
	struct drafts rules, defines;
	struct value names_split, names_cut;
	struct value *last; /* what a continued line goes to */
	bool failed;
	struct err *err;
};

static int fail(struct loader *l, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The first failure is the one to tell; inih goes on after it. */
static int
fail(struct loader *l, int line, const char *fmt, ...)
{
	char text[sizeof l->err->text];
	va_list ap;

	if (l->failed)
		return -1;
	l->failed = true;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return err_set(l->err, ERR_CONFIG, "%s:%d: %s", l->file, line, text);
}

/* ---- the file ---- */

static struct draft *
find_draft(const struct drafts *list, struct slice name)
{
	for (size_t i = 0; i < list->n; i++)
		if (slice_eq(list->v[i].name, name))
			return &list->v[i];
	return NULL;
}

static struct draft *
need_draft(struct loader *l, struct drafts *list, struct slice name)
{
	struct draft *d = find_draft(list, name);

	if (d)
		return d;
	list->v = arena_grow(l->arena, list->v, list->n, sizeof *list->v);
	d = &list->v[list->n++];
	d->name = arena_copy(l->arena, name);
	d->line = l->line;
	return d;
}

static struct value *
find_value(struct loader *l, struct slice section, struct slice key)
{
	static const struct {
		const char *key;
		size_t offset;
	} keys[] = {
	    {"pattern", offsetof(struct draft, pattern)},
	    {"where", offsetof(struct draft, where)},
	    {"drop", offsetof(struct draft, drop)},
	    {"once", offsetof(struct draft, once)},
	    {"split", offsetof(struct draft, split)},
	};
	struct slice kind = SLICE("rule:"), name = slice_from(section, kind.n);

	if (slice_is(section, "define"))
		return &need_draft(l, &l->defines, key)->pattern;
	if (slice_is(section, "names") && slice_is(key, "split"))
		return &l->names_split;
	if (slice_is(section, "names") && slice_is(key, "cut"))
		return &l->names_cut;
	if (!slice_starts(section, kind) || name.n == 0)
		return NULL;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (slice_is(key, keys[i].key))
			return (struct value *)((char *)need_draft(l, &l->rules, name) +
						keys[i].offset);
	return NULL;
}

/* inih's handler: not 0 when all is well. A continued value comes again for
 * each of its lines. */
static int
on_value(void *user, const char *section, const char *key, const char *text)
{
	struct loader *l = user;
	struct slice s = slice_str(section), k = slice_str(key);
	struct value *v;

	if (l->failed)
		return 0;
	if (s.n > MAX_NAME || k.n > MAX_NAME)
		return !fail(l, l->line, "a name of more than %d bytes", MAX_NAME);
	v = find_value(l, s, k);
	if (!v)
		return !fail(l, l->line, "[%s] has no key %s", section, key);
	if (v->line && v != l->last)
		return !fail(l, l->line, "%s stands in line %d already", key, v->line);
	if (!v->line)
		v->line = l->line;
	v->text = arena_printf(
	    l->arena, "%.*s%s%s", SLICE_ARG(v->text), v->text.n ? "\n" : "", text);
	l->last = v;
	return 1;
}

/* fgets for inih, which would cut a long line and take its end for another. */
static char *
read_line(char *to, int room, void *user)
{
	struct loader *l = user;
	size_t most = (size_t)room - sizeof "\n";
	struct slice line;

	if (l->failed || !slice_line(&l->rest, &line))
		return NULL;
	l->line++;
	if (line.n > most)
		fail(l, l->line,
		    "a line of more than %zu bytes: continue it on an "
		    "indented one",
		    most);
	else if (slice_index(line, '\0') < line.n || utf8_valid(line) < line.n)
		fail(l, l->line, "this is no UTF-8 text");
	if (l->failed)
		return NULL;
	snprintf(to, (size_t)room, "%.*s\n", SLICE_ARG(line));
	return to;
}

static int
load(struct loader *l)
{
	int line = ini_parse_stream(read_line, l, on_value, l);

	if (line > 0)
		fail(l, line, "expected [SECTION] or KEY = VALUE");
	return l->failed ? -1 : 0;
}

/* ---- values ---- */

/* Index of the word that stands there, 0 by default, or -1. */
static int
choose(struct loader *l, const char *key, const struct value *v, const char *const *words)
{
	if (!v->line)
		return 0;
	for (int i = 0; words[i]; i++)
		if (slice_is(v->text, words[i]))
			return i;
	return fail(l, v->line, "%s cannot be %.*s", key, SLICE_ARG(v->text));
}

/* head N tail N */
static int
read_window(struct loader *l, struct profile_rule *rule, const struct value *v)
{
	const char *p = v->text.p;
	char word[8];
	unsigned n;

	for (int took; sscanf(p, " %7[a-z] %u%n", word, &n, &took) == 2; p += took) {
		bool tail = strcmp(word, "tail") == 0;

		if ((!tail && strcmp(word, "head") != 0) || n < 1 || n > MAX_WINDOW)
			break;
		rule->window[tail] = n;
	}
	if (slice_trim(slice_str(p)).n == 0 && v->text.n > 0)
		return 0;
	return fail(
	    l, v->line, "where: expected head N, tail N (1 to %d), or tags", MAX_WINDOW);
}

/* All definitions, to stand behind a pattern that may use them. */
static struct slice
join_defines(const struct loader *l)
{
	struct slice all = SLICE("\n(?(DEFINE)");

	for (size_t i = 0; i < l->defines.n; i++)
		all = arena_printf(l->arena, "%.*s(?<%.*s>%.*s\n)\n", SLICE_ARG(all),
		    SLICE_ARG(l->defines.v[i].name),
		    SLICE_ARG(l->defines.v[i].pattern.text));
	return l->defines.n ? arena_printf(l->arena, "%.*s)", SLICE_ARG(all))
			    : SLICE_NONE;
}

/*
 * Without start optimisations: patterns are anchored and gain nothing, while the
 * vector code of these looks at bytes behind the line, which memory checkers
 * report.
 */
static pcre2_code *
compile(struct loader *l, const struct value *v, struct slice defines)
{
	const uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_EXTENDED | PCRE2_DUPNAMES |
				 PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_START_OPTIMIZE;
	struct slice text =
	    arena_printf(l->arena, "%.*s%.*s", SLICE_ARG(v->text), SLICE_ARG(defines));
	int why;
	size_t at;
	unsigned char message[160];
	struct slice near;
	pcre2_code *code =
	    pcre2_compile((PCRE2_SPTR)text.p, text.n, options, &why, &at, NULL);

	if (!code) {
		pcre2_get_error_message(why, message, sizeof message);
		near = slice_part(text, at, at + 32);
		near.n = utf8_valid(near);
		fail(l, v->line, "pattern: %s before \"%.*s\"", (char *)message,
		    SLICE_ARG(near));
		return NULL;
	}
	/* Where the system forbids writable code the interpreter does. */
	pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	return code;
}

static int
find_field(struct slice name)
{
	static const char *const names[PROFILE_FIELDS] = {
	    [PROFILE_TITLE] = "title",
	    [PROFILE_AUTHOR] = "author",
	    [PROFILE_CONTRIBUTOR] = "contributor",
	    [PROFILE_SOURCE] = "source",
	    [PROFILE_DATE] = "date",
	    [PROFILE_ISSUED] = "issued",
	    [PROFILE_TAGS] = "tags",
	};

	for (int i = 0; i < PROFILE_FIELDS; i++)
		if (slice_is(name, names[i]))
			return i;
	return -1;
}

/* PCRE2's table of names: two bytes of group number, the name, NUL. */
static int
read_groups(struct loader *l, struct profile_rule *rule, int line)
{
	uint32_t names = 0, width = 0, captures = 0;
	PCRE2_SPTR table = NULL;

	pcre2_pattern_info(rule->code, PCRE2_INFO_NAMECOUNT, &names);
	pcre2_pattern_info(rule->code, PCRE2_INFO_NAMEENTRYSIZE, &width);
	pcre2_pattern_info(rule->code, PCRE2_INFO_NAMETABLE, &table);
	pcre2_pattern_info(rule->code, PCRE2_INFO_CAPTURECOUNT, &captures);
	if (l->profile->pairs < captures + 1)
		l->profile->pairs = captures + 1;
	rule->group = arena_array(l->arena, names, sizeof *rule->group);
	for (uint32_t i = 0; i < names; i++, table += width) {
		struct slice name = slice_str((const char *)table + 2);
		int field = find_field(name);

		if (find_draft(&l->defines, name))
			continue;
		if (field < 0)
			return fail(
			    l, line, "pattern: there is no field %.*s", SLICE_ARG(name));
		rule->group[rule->groups++] = (struct profile_group){
		    (enum profile_field)field, (size_t)table[0] << 8 | table[1]};
	}
	return 0;
}

static int
add_rule(struct loader *l, const struct draft *d, struct slice defines)
{
	static const char *const drops[] = {"line", "match", "no", NULL};
	static const char *const onces[] = {"yes", "no", NULL};
	int drop = choose(l, "drop", &d->drop, drops);
	int once = choose(l, "once", &d->once, onces);
	bool tags = slice_is(d->where.text, "tags");
	struct profile_rule *rule = &l->profile->rule[l->profile->rules++];

	if (drop < 0 || once < 0)
		return -1;
	if (tags ? !d->split.line || d->pattern.line
		 : !d->where.line || !d->pattern.line || d->split.line)
		return fail(l, d->line,
		    "rule %.*s: needs where and pattern, or `where = tags` and split",
		    SLICE_ARG(d->name));
	rule->drop = (enum profile_drop)drop;
	rule->again = once == 1;
	if (tags) {
		rule->split = d->split.text.p;
		return 0;
	}
	if (read_window(l, rule, &d->where) < 0)
		return -1;
	rule->code = compile(l, &d->pattern, defines);
	return rule->code ? read_groups(l, rule, d->pattern.line) : -1;
}

static int
check_off(struct loader *l, const struct slices *off)
{
	for (size_t i = 0; off && i < off->n; i++)
		if (!find_draft(&l->rules, off->v[i]))
			return err_set(l->err, ERR_CONFIG, "%s: there is no rule %.*s",
			    l->file, SLICE_ARG(off->v[i]));
	return 0;
}

static int
finish(struct loader *l, const struct slices *off)
{
	struct profile *p = l->profile;
	struct slice defines = join_defines(l);

	if (check_off(l, off) < 0)
		return -1;
	p->rule = arena_array(l->arena, l->rules.n, sizeof *p->rule);
	p->names_split = arena_cstr(l->arena, l->names_split.text);
	if (l->names_cut.line) {
		p->names_cut = compile(l, &l->names_cut, SLICE_NONE);
		if (!p->names_cut)
			return -1;
	}
	for (size_t i = 0; i < l->rules.n; i++) {
		if (off && slices_has(off, l->rules.v[i].name))
			continue;
		if (add_rule(l, &l->rules.v[i], defines) < 0)
			return -1;
	}
	return 0;
}

int
profile_parse(struct profile **profile, struct slice text, const char *file,
    const struct slices *off, struct err *err)
{
	struct arena *arena = arena_new();
	struct loader l = {.arena = arena, .file = file, .rest = text, .err = err};

	*profile = NULL;
	l.profile = ARENA_NEW(arena, struct profile);
	l.profile->arena = arena;
	l.profile->limits = pcre2_match_context_create(NULL);
	if (!l.profile->limits)
		abort();
	pcre2_set_match_limit(l.profile->limits, MAX_STEPS);
	pcre2_set_depth_limit(l.profile->limits, MAX_STEPS);
	if (load(&l) < 0 || finish(&l, off) < 0) {
		profile_free(l.profile);
		return -1;
	}
	*profile = l.profile;
	return 0;
}

int
profile_open(
    struct profile **profile, const char *file, const struct slices *off, struct err *err)
{
	struct buf text;
	int rc;

	*profile = NULL;
	buf_init(&text, MAX_FILE);
	rc = file_slurp(file, MAX_FILE, &text, err);
	if (rc == 0)
		rc = profile_parse(profile, buf_view(&text), file, off, err);
	else
		err->kind = ERR_CONFIG;
	buf_fini(&text);
	return rc;
}

void
profile_free(struct profile *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->rules; i++)
		pcre2_code_free(p->rule[i].code);
	pcre2_code_free(p->names_cut);
	pcre2_match_context_free(p->limits);
	arena_free(p->arena);
}

#include "base/file.h"
#include "base/utf8.h"
#include "model/config_draft.h"

#include <glob.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>

enum {
	FILE_MAX = 1000 * 1000,
	VALUE_MAX = 64 * 1024,
	SECTION_MAX = 49, /* inih cuts longer names off */
	INCLUDE_DEPTH = 8,
};

/*
 * One text on its way through inih, line by line. What inih would cut or
 * overlook without a word (long lines, long names, a section without keys) is
 * seen here, before inih gets the line.
 */
struct reader {
	struct config_draft *draft;
	struct err *err;
	const char *file;               /* as the operator named it; NULL: an override */
	struct slice origin;            /* of an override */
	struct slice folder;            /* absolute */
	struct slice rest;              /* lines that inih has not got yet */
	int line;                       /* number of the one it has */
	bool indented;                  /* that line begins with white space */
	bool failed;                    /* err is set, the rest is not looked at */
	struct config_section *section; /* NULL: before the first */
	struct config_setting *last;    /* a next line may go on with it */
	struct buf value;               /* of last, as far as read */
	struct config_setting *include;
};

void
draft_init(struct config_draft *draft, struct arena *arena)
{
	*draft = (struct config_draft){.arena = arena};
	map_init(&draft->setting);
	map_init(&draft->section);
}

void
draft_fini(struct config_draft *draft)
{
	map_fini(&draft->setting);
	map_fini(&draft->section);
}

struct config_section *
draft_section(struct config_draft *draft, struct slice name, struct slice origin)
{
	struct config_section *s = map_get(&draft->section, name);

	if (s)
		return s;
	s = ARENA_NEW(draft->arena, struct config_section);
	s->name = arena_copy(draft->arena, name);
	s->kind = slice_part(s->name, 0, slice_index(s->name, ':'));
	s->origin = origin;
	map_put(&draft->section, s->name, s);
	return s;
}

static struct slice
setting_id(const struct config_draft *draft, struct slice section, const char *key)
{
	return arena_printf(draft->arena, "%.*s.%s", SLICE_ARG(section), key);
}

struct config_setting *
draft_find(const struct config_draft *draft, struct slice section, const char *key)
{
	return map_get(&draft->setting, setting_id(draft, section, key));
}

void
draft_put(struct config_draft *draft, struct config_setting *setting)
{
	map_put(&draft->setting, setting_id(draft, setting->section, setting->key->name),
	    setting);
}

static struct slice
origin(const struct reader *r)
{
	if (!r->file)
		return r->origin;
	return arena_printf(r->draft->arena, "%s:%d", r->file, r->line);
}

/* What err says happened here; nothing more is read. */
static int
fail(struct reader *r)
{
	r->failed = true;
	return err_prefix(r->err, "%.*s", SLICE_ARG(origin(r)));
}

static int
fail_unknown(struct reader *r, const char *what, struct slice name, struct slice near)
{
	err_set(r->err, ERR_CONFIG, "unknown %s \"%.*s\"%s%.*s%s", what, SLICE_ARG(name),
	    near.n ? ", did you mean \"" : "", SLICE_ARG(near), near.n ? "\"?" : "");
	return fail(r);
}

static int
fail_saying(struct reader *r, const char *sentence)
{
	err_set(r->err, ERR_CONFIG, "%s", sentence);
	return fail(r);
}

/* The last key has all its lines. */
static void
finish_value(struct reader *r)
{
	if (r->last)
		r->last->value = arena_copy(r->draft->arena, buf_view(&r->value));
	r->last = NULL;
	buf_reset(&r->value);
}

/* "[site]" or "[feed:main]", with nothing behind it. */
static int
open_section(struct reader *r, struct slice line)
{
	struct slice inner = slice_part(line, 1, line.n - 1);
	size_t colon = slice_index(inner, ':');
	struct slice kind = slice_part(inner, 0, colon);
	struct slice name = slice_from(inner, colon + 1);

	finish_value(r);
	if (line.n < 2 || !slice_ends(line, SLICE("]")) ||
	    slice_index(inner, ']') < inner.n)
		return fail_saying(r, "a section is written [NAME], alone on its line");
	if (!config_kind_exists(kind))
		return fail_unknown(r, "section", kind, config_kind_near(kind));
	if (config_kind_named(kind) != (colon < inner.n))
		return fail_saying(
		    r, config_kind_named(kind)
			   ? "a section of this kind needs a name, as in [feed:NAME]"
			   : "a section of this kind has no name of its own");
	if (colon < inner.n && (name.n == 0 || slice_trim(name).n != name.n))
		return fail_saying(r, "the name behind the colon is empty, or begins or "
				      "ends with white space");
	if (inner.n > SECTION_MAX)
		return fail_saying(r, "the name of the section is longer than 49 bytes");
	r->section = draft_section(r->draft, inner, origin(r));
	return 0;
}

static bool
is_joined(const struct reader *r)
{
	return slice_ends(buf_view(&r->value), SLICE("\\"));
}

/* Look at a line before inih does. `room` is what inih has for it. */
static int
check_line(struct reader *r, struct slice line, size_t room)
{
	struct slice words = slice_trim(line);

	if (slice_index(line, '\r') < line.n)
		return fail_saying(r, "a carriage return stands within the line");
	if (line.n + sizeof "\n" > room) {
		err_set(r->err, ERR_CONFIG,
		    "the line is longer than %zu bytes; a value can go on on the next "
		    "line when that is indented",
		    room - sizeof "\n");
		return fail(r);
	}
	if (!slice_starts(words, SLICE("[")))
		return 0;
	if (!r->indented)
		return open_section(r, words);
	if (r->last && is_joined(r))
		return 0;
	return fail_saying(r, "a section has to begin at the start of its line");
}

/* inih's reader: like fgets. Comments go no further, so they may be long. */
static char *
next_line(char *str, int room, void *ctx)
{
	struct reader *r = ctx;
	struct slice line, words;

	if (r->failed || !slice_line(&r->rest, &line))
		return NULL;
	r->line++;
	words = slice_trim(line);
	if (slice_starts(words, SLICE("#")) || slice_starts(words, SLICE(";")))
		line = SLICE_NONE;
	r->indented = words.p > line.p;
	if (check_line(r, line, (size_t)room) != 0)
		return NULL;
	if (line.n)
		memcpy(str, line.p, line.n);
	memcpy(str + line.n, "\n", sizeof "\n");
	return str;
}

/* Before release 56 inih leaves the comment behind a further line. */
static struct slice
without_comment(struct slice value)
{
	for (size_t i = 1; i < value.n; i++)
		if (value.p[i] == ';' && strchr(" \t", value.p[i - 1]))
			return slice_trim(slice_part(value, 0, i));
	return value;
}

/* A further line of the last value. */
static int
continue_value(struct reader *r, struct slice value)
{
	struct slice name = slice_trim(slice_part(value, 0, slice_index(value, '=')));
	struct slice kind = r->section ? r->section->kind : SLICE_NONE;

	if (is_joined(r)) {
		r->value.n--;
	} else if (name.n < value.n && config_key_find(kind, name)) {
		err_set(r->err, ERR_CONFIG,
		    "the line is indented, so it goes on with the value of \"%s\"; a key "
		    "has to begin at the start of its line",
		    r->last->key->name);
		return fail(r);
	} else if (r->value.n) {
		buf_char(&r->value, ' ');
	}
	buf_slice(&r->value, without_comment(value));
	return r->value.full ? fail_saying(r, "the value is too long") : 0;
}

static int
begin_value(struct reader *r, struct slice name, struct slice value)
{
	struct slice section = r->section ? r->section->name : SLICE_NONE;
	const struct config_key *key =
	    config_key_find(r->section ? r->section->kind : SLICE_NONE, name);
	struct config_setting *old, *setting;

	finish_value(r);
	if (!key && !r->section)
		return fail_saying(r, "only include may stand before the first section");
	if (!key)
		return fail_unknown(
		    r, "key", name, config_key_near(r->section->kind, name));
	if (slice_starts(value, SLICE(";")))
		return fail_saying(r, "a value cannot begin with \";\"");
	old = r->section ? draft_find(r->draft, section, key->name) : r->include;
	if (old && r->file) {
		err_set(r->err, ERR_CONFIG, "\"%s\" was already set at %.*s", key->name,
		    SLICE_ARG(old->origin));
		return fail(r);
	}
	setting = ARENA_NEW(r->draft->arena, struct config_setting);
	*setting = (struct config_setting){
	    .key = key, .section = section, .origin = origin(r), .folder = r->folder};
	if (r->section)
		draft_put(r->draft, setting);
	else
		r->include = setting;
	r->last = setting;
	buf_slice(&r->value, value);
	return 0;
}

/* inih's handler. The section is known already. */
static int
take_value(void *ctx, const char *section, const char *name, const char *value)
{
	struct reader *r = ctx;
	struct slice text = slice_str(value);
	int failed = r->indented && r->last ? continue_value(r, text)
					    : begin_value(r, slice_str(name), text);

	(void)section;
	return failed == 0;
}

/* All of it has to be UTF-8 text, of characters that a feed may hold. */
static int
check_text(struct reader *r)
{
	struct slice rest = r->rest;

	for (r->line = 1; rest.n; r->line += rest.p[-1] == '\n')
		if (!utf8_is_xml(utf8_next(&rest)))
			return fail_saying(r, "not UTF-8 text, or a control character");
	r->line = 0;
	return 0;
}

static int
read_text(struct reader *r)
{
	int line = 0;

	buf_init(&r->value, VALUE_MAX);
	if (slice_starts(r->rest, SLICE("\xEF\xBB\xBF")))
		r->rest = slice_from(r->rest, 3);
	if (check_text(r) == 0)
		line = ini_parse_stream(next_line, r, take_value, r);
	if (line > 0 && (!r->failed || line < r->line)) {
		r->line = line;
		fail_saying(r, "neither a [section] nor a key = value");
	}
	finish_value(r);
	buf_fini(&r->value);
	return r->failed ? -1 : 0;
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The folder of a file, with its "/"; "" is the working directory. */
static struct slice
folder_of(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slice_make(file, slash ? (size_t)(slash - file) + 1 : 0);
}

/* `word` below the folder, whose own name is no pattern. */
static const char *
include_pattern(struct arena *arena, struct slice folder, struct slice word)
{
	struct buf out;
	char *pattern;

	buf_init(&out, SIZE_MAX);
	for (size_t i = 0; !slice_starts(word, SLICE("/")) && i < folder.n; i++) {
		if (strchr("*?[\\", folder.p[i]))
			buf_char(&out, '\\');
		buf_char(&out, folder.p[i]);
	}
	buf_slice(&out, word);
	pattern = arena_cstr(arena, buf_view(&out));
	buf_fini(&out);
	return pattern;
}

static int read_file(
    struct config_draft *draft, const char *file, int depth, struct err *err);

static int
read_matches(struct config_draft *draft, const char *pattern, int depth, struct err *err)
{
	glob_t found = {0};
	int rc = 0;

	if (glob(pattern, GLOB_NOSORT | GLOB_NOMAGIC, NULL, &found) == 0)
		qsort(found.gl_pathv, found.gl_pathc, sizeof *found.gl_pathv, by_bytes);
	for (size_t i = 0; rc == 0 && i < found.gl_pathc; i++)
		rc = read_file(draft,
		    arena_cstr(draft->arena, slice_str(found.gl_pathv[i])), depth, err);
	globfree(&found);
	return rc;
}

static int
read_includes(struct config_draft *draft, const char *file,
    const struct config_setting *include, int depth, struct err *err)
{
	struct slice rest = include->value, word;

	if (depth > INCLUDE_DEPTH)
		return err_set(err, ERR_CONFIG, "%.*s: include: more than %d files deep",
		    SLICE_ARG(include->origin), INCLUDE_DEPTH);
	while (config_word(&rest, &word)) {
		const char *pattern =
		    include_pattern(draft->arena, folder_of(file), word);

		if (read_matches(draft, pattern, depth, err) != 0)
			return -1;
	}
	return 0;
}

/* The real path of a folder; where relative paths of a file start. */
static int
find_folder(struct arena *arena, struct slice path, struct slice *folder, struct err *err)
{
	char *real = realpath(path.n ? arena_cstr(arena, path) : ".", NULL);

	if (!real)
		return err_errno(err, "%.*s", SLICE_ARG(path));
	*folder = arena_copy(arena, slice_str(real));
	free(real);
	return 0;
}

/* No file twice: that would be a circle, or every key in it a duplicate. */
static int
note_file(struct reader *r, const char *file, struct err *err)
{
	struct slice folder = folder_of(file);
	struct slice id = arena_printf(
	    r->draft->arena, "%.*s/%s", SLICE_ARG(r->folder), file + folder.n);

	if (slices_has(&r->draft->files, id))
		return err_set(err, ERR_CONFIG, "%s: the file is included twice", file);
	slices_add(&r->draft->files, r->draft->arena, id);
	return 0;
}

static int
read_file(struct config_draft *draft, const char *file, int depth, struct err *err)
{
	struct reader r = {.draft = draft, .err = err, .file = file};
	struct buf text;
	int rc = -1;

	buf_init(&text, FILE_MAX);
	if (file_slurp(file, FILE_MAX, &text, err) != 0 ||
	    find_folder(draft->arena, folder_of(file), &r.folder, err) != 0 ||
	    note_file(&r, file, err) != 0)
		goto out;
	r.rest = buf_view(&text);
	rc = read_text(&r);
	if (rc == 0 && r.include)
		rc = read_includes(draft, file, r.include, depth + 1, err);
out:
	buf_fini(&text);
	return rc;
}

int
draft_read(struct config_draft *draft, const char *file, struct err *err)
{
	return read_file(draft, file, 0, err);
}

static struct slice
section_near(const struct config_draft *draft, struct slice name)
{
	size_t nearest = SIZE_MAX;
	struct slice near = SLICE_NONE;

	for (size_t i = 0; i < draft->section.n; i++)
		if (config_is_nearer(name, draft->section.item[i].key, &nearest))
			near = draft->section.item[i].key;
	return near;
}

int
draft_override(struct config_draft *draft, struct slice text, struct err *err)
{
	size_t equals = slice_index(text, '='), dot = equals;
	struct reader r = {.draft = draft, .err = err};
	struct slice section;

	r.origin = arena_printf(draft->arena, "-D %.*s", SLICE_ARG(text));
	while (dot > 0 && text.p[dot - 1] != '.')
		dot--; /* it ends behind the dot */
	if (equals == text.n || dot == 0 || slice_index(text, '\n') < text.n) {
		err_set(err, ERR_CONFIG, "not SECTION.KEY=VALUE");
		return fail(&r);
	}
	section = slice_part(text, 0, dot - 1);
	if (!map_get(&draft->section, section))
		return fail_unknown(&r, "section", section, section_near(draft, section));
	if (find_folder(draft->arena, SLICE_NONE, &r.folder, err) != 0)
		return fail(&r);
	r.rest = arena_printf(draft->arena, "[%.*s]\n%.*s", SLICE_ARG(section),
	    SLICE_ARG(slice_from(text, dot)));
	return read_text(&r);
}

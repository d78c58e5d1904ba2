#include "app/control_inside.h"

#include "base/utf8.h"

#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>

static const char *const verbs[CONTROL_VERBS] = {
    [CONTROL_STATUS] = "status",
    [CONTROL_RUN] = "run",
    [CONTROL_RELOAD] = "reload",
    [CONTROL_STOP] = "stop",
};

static const struct {
	const char *name;
	size_t at;
} flags[] = {
    {"json", offsetof(struct control_request, json)},
    {"quiet", offsetof(struct control_request, quiet)},
    {"verbose", offsetof(struct control_request, verbose)},
    {"strict", offsetof(struct control_request, strict)},
    {"allow_flood", offsetof(struct control_request, allow_flood)},
};
enum { FLAGS = sizeof flags / sizeof *flags };

/* --- writing ---------------------------------------------------------------- */

static int
add_piece(const char *piece, size_t n, void *out)
{
	buf_add(out, piece, n);
	return 0;
}

static void
write_line(struct buf *out, json_t *object)
{
	if (!object || json_dump_callback(object, add_piece, out, JSON_COMPACT) < 0)
		abort(); /* no memory: all that goes in is valid */
	buf_char(out, '\n');
	json_decref(object);
}

static json_t *
text_of(struct slice s)
{
	struct buf clean;
	json_t *text;

	buf_init(&clean, SIZE_MAX / 2);
	while (s.n) {
		size_t n = utf8_valid(s);

		buf_add(&clean, s.p, n);
		if (n < s.n)
			buf_utf8(&clean, 0xFFFD);
		s = slice_from(s, n + 1);
	}
	text = json_stringn_nocheck(buf_cstr(&clean), clean.n);
	buf_fini(&clean);
	return text;
}

void
control_request_write(struct buf *out, const struct control_request *request)
{
	json_t *object = json_pack("{s:s}", "do", verbs[request->verb]);

	for (size_t i = 0; i < FLAGS; i++)
		if (*(const bool *)((const char *)request + flags[i].at))
			json_object_set_new(object, flags[i].name, json_true());
	write_line(out, object);
}

void
control_reply_write(struct buf *out, const struct control_reply *reply)
{
	write_line(out, json_pack("{s:i, s:o, s:o}", "exit", reply->exit, "out",
			    text_of(reply->out), "err", text_of(reply->err)));
}

/* --- parsing ---------------------------------------------------------------- */

static json_t *
load_object(struct slice line, struct err *err)
{
	json_t *value = json_loadb(
	    line.n ? line.p : "", line.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);

	if (json_is_object(value))
		return value;
	json_decref(value);
	err_set(err, ERR_INPUT, "not a JSON object");
	return NULL;
}

static struct slice
text_at(const json_t *string)
{
	return slice_make(json_string_value(string), json_string_length(string));
}

static int
unknown_verb(struct slice name, struct err *err)
{
	enum { SHOWN = 64 };
	struct buf shown;

	buf_init(&shown, SHOWN);
	utf8_show(&shown, name);
	err_set(err, ERR_INPUT,
	    "no such request: \"%s\"; there are status, run, reload and stop",
	    buf_cstr(&shown));
	buf_fini(&shown);
	return -1;
}

static int
read_verb(enum control_verb *verb, const json_t *object, struct err *err)
{
	const json_t *name = json_object_get(object, "do");

	if (!json_is_string(name))
		return err_set(err, ERR_INPUT, "\"do\" is not a text, or not there");
	for (int i = 0; i < CONTROL_VERBS; i++) {
		if (slice_is(text_at(name), verbs[i])) {
			*verb = (enum control_verb)i;
			return 0;
		}
	}
	return unknown_verb(text_at(name), err);
}

static int
read_flag(bool *flag, const json_t *object, const char *name, struct err *err)
{
	const json_t *value = json_object_get(object, name);

	if (value && !json_is_boolean(value))
		return err_set(err, ERR_INPUT, "\"%s\" is neither true nor false", name);
	*flag = json_is_true(value);
	return 0;
}

int
control_request_parse(struct control_request *request, struct slice line, struct err *err)
{
	json_t *object = load_object(line, err);
	int rc;

	*request = (struct control_request){0};
	if (!object)
		return -1;
	rc = read_verb(&request->verb, object, err);
	for (size_t i = 0; rc == 0 && i < FLAGS; i++)
		rc = read_flag(
		    (bool *)((char *)request + flags[i].at), object, flags[i].name, err);
	json_decref(object);
	return rc;
}

static int
read_exit(int *code, const json_t *object, struct err *err)
{
	enum { CODE_MAX = 255 };
	const json_t *value = json_object_get(object, "exit");
	json_int_t n = json_is_integer(value) ? json_integer_value(value) : -1;

	if (n < 0 || n > CODE_MAX)
		return err_set(err, ERR_INPUT, "\"exit\" is not 0 to 255, or not there");
	*code = (int)n;
	return 0;
}

static int
read_text(struct slice *text, const json_t *object, const char *name, struct arena *arena,
    struct err *err)
{
	const json_t *value = json_object_get(object, name);

	if (value && !json_is_string(value))
		return err_set(err, ERR_INPUT, "\"%s\" is not a text", name);
	*text = value ? arena_copy(arena, text_at(value)) : SLICE_NONE;
	return 0;
}

int
control_reply_parse(
    struct control_reply *reply, struct slice line, struct arena *arena, struct err *err)
{
	json_t *object = load_object(line, err);
	int rc = -1;

	*reply = (struct control_reply){0};
	if (object && read_exit(&reply->exit, object, err) == 0 &&
	    read_text(&reply->out, object, "out", arena, err) == 0 &&
	    read_text(&reply->err, object, "err", arena, err) == 0)
		rc = 0;
	json_decref(object);
	return rc;
}

/*
 * What the two sides of the control socket send each other. The bytes are read as a
 * request and as a reply: what is accepted is written as one line that reads the
 * same. And they are a text, which any reply carries: unchanged if it is UTF-8.
 */
#include "app/control_inside.h"
#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
must_be_line(const struct buf *out)
{
	struct slice line = buf_view(out);

	must(!out->full && slice_index(line, '\n') == line.n - 1);
	must(utf8_valid(line) == line.n);
}

static void
must_be_sentence(const struct err *err)
{
	must(err->kind == ERR_INPUT && err->text[0] && !strpbrk(err->text, "\n\r\t\x1B"));
}

static void
try_request(struct slice bytes)
{
	struct control_request first, second;
	struct err err = {0};
	struct buf out;

	if (control_request_parse(&first, bytes, &err) < 0) {
		must_be_sentence(&err);
		return;
	}
	buf_init(&out, CONTROL_REQUEST_MAX);
	control_request_write(&out, &first);
	must_be_line(&out);
	must(control_request_parse(&second, buf_view(&out), &err) == 0);
	must(first.verb == second.verb && first.json == second.json &&
	     first.quiet == second.quiet && first.verbose == second.verbose &&
	     first.strict == second.strict && first.allow_flood == second.allow_flood);
	buf_fini(&out);
}

static void
send_reply(
    const struct control_reply *sent, struct control_reply *received, struct arena *arena)
{
	struct err err;
	struct buf out;

	buf_init(&out, CONTROL_REPLY_MAX);
	control_reply_write(&out, sent);
	must_be_line(&out);
	must(control_reply_parse(received, buf_view(&out), arena, &err) == 0);
	must(received->exit == sent->exit);
	buf_fini(&out);
}

static void
try_reply(struct slice bytes, struct arena *arena)
{
	struct control_reply first, second;
	struct err err = {0};

	if (control_reply_parse(&first, bytes, arena, &err) < 0) {
		must_be_sentence(&err);
		return;
	}
	must(first.exit >= 0 && first.exit <= 255);
	send_reply(&first, &second, arena);
	must(slice_eq(first.out, second.out) && slice_eq(first.err, second.err));
}

static void
try_text(struct slice bytes, struct arena *arena)
{
	struct control_reply sent = {.exit = 1, .out = bytes}, first, second;

	send_reply(&sent, &first, arena);
	must(utf8_valid(first.out) == first.out.n && first.err.n == 0);
	if (utf8_valid(bytes) == bytes.n)
		must(slice_eq(first.out, bytes));
	sent.out = first.out;
	send_reply(&sent, &second, arena);
	must(slice_eq(first.out, second.out));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct slice bytes = slice_make((const char *)data, size);

	try_request(bytes);
	try_reply(bytes, arena);
	try_text(bytes, arena);
	arena_free(arena);
	return 0;
}

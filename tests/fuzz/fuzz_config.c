/*
 * A configuration, and behind a NUL an override. What is accepted prints as a
 * configuration that is accepted and prints the same.
 */
#include "model/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
open_text(struct config **config, struct slice text, const struct slices *overrides,
    struct err *err)
{
	char name[64];
	int fd = memfd_create("config", 0), rc;

	if (fd < 0 || write(fd, text.p ? text.p : "", text.n) != (ssize_t)text.n)
		abort();
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	rc = config_open(config, name, overrides, err);
	if (rc != 0 && (*config || err->kind != ERR_CONFIG || !err->text[0]))
		abort();
	close(fd);
	return rc;
}

static void
print(const struct config *config, struct buf *out)
{
	struct buf all;
	struct slice rest, line;

	buf_init(&all, 1 << 24);
	buf_init(out, 1 << 24);
	config_print(config, &all);
	for (rest = buf_view(&all); slice_line(&rest, &line);) {
		if (slice_starts(line, SLICE("#")))
			continue; /* where a value comes from */
		buf_slice(out, line);
		buf_char(out, '\n');
	}
	config_reading(config, out);
	if (all.full || out->full)
		abort();
	buf_fini(&all);
}

static void
try_again(const struct config *config)
{
	struct config *again = NULL;
	struct buf all, first, second;
	struct err err;

	buf_init(&all, 1 << 24);
	config_print(config, &all);
	print(config, &first);
	if (open_text(&again, buf_view(&all), NULL, &err) == 0) {
		print(again, &second);
		if (!slice_eq(buf_view(&first), buf_view(&second)))
			abort();
		buf_fini(&second);
	} else if (!strstr(err.text, "the line is longer")) {
		/* That is left over: 150 bytes of nothing but what begins a comment. */
		abort();
	}
	config_free(again);
	buf_fini(&first);
	buf_fini(&all);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_make((const char *)data, size), file;
	struct slices overrides = {0};
	struct config *config;
	struct err err = {0};

	/* Nothing but the input is to be read. */
	if (size > 65536 || slice_find(text, SLICE("include")) < slice_index(text, '['))
		return 0;
	if (!slice_token(&text, '\0', &file))
		return 0;
	if (text.n)
		overrides = (struct slices){&text, 1};
	if (open_text(&config, file, &overrides, &err) == 0)
		try_again(config);
	config_free(config);
	return 0;
}

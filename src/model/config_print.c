#include "model/config_draft.h"

#include <string.h>

/* Where a long value can be broken: not before what would be lost at the
 * beginning of a line, nor within a character. */
static size_t
break_at(struct slice value)
{
	enum { WIDTH = 150 };
	size_t at = value.n < WIDTH ? value.n : WIDTH, first = at;

	while (at > 0 && at < value.n &&
	       (strchr(" \t;#", value.p[at]) || (value.p[at] & 0xC0) == 0x80))
		at--;
	for (; at == 0 && first < value.n; first++)
		if (!strchr(" \t;#", value.p[first]) && (value.p[first] & 0xC0) != 0x80)
			break;
	return at ? at : first;
}

void
config_print_value(struct buf *out, struct slice value)
{
	for (;;) {
		size_t at = break_at(value);

		buf_slice(out, slice_part(value, 0, at));
		value = slice_from(value, at);
		if (value.n == 0)
			break;
		buf_str(out, "\\\n\t");
	}
	buf_char(out, '\n');
}

/* A file name may hold anything; a comment ends with its line. */
static void
print_origin(struct buf *out, struct slice origin)
{
	buf_str(out, "# ");
	for (size_t i = 0; i < origin.n; i++)
		buf_char(out, (unsigned char)origin.p[i] < ' ' ? '?' : origin.p[i]);
	buf_char(out, '\n');
}

void
config_print(const struct config *config, struct buf *out)
{
	struct slice section = SLICE_NONE;

	for (size_t i = 0; i < config->settings; i++) {
		const struct config_setting *s = &config->setting[i];

		if (!slice_eq(s->section, section))
			buf_printf(
			    out, "%s[%.*s]\n", i ? "\n" : "", SLICE_ARG(s->section));
		section = s->section;
		print_origin(out, s->origin.n ? s->origin : SLICE("default"));
		buf_printf(out, "%s = ", s->key->name);
		config_print_value(out, s->value.n ? s->value : SLICE("none"));
	}
}

static void
add_setting(struct buf *out, const struct config_setting *s)
{
	buf_printf(out, "%.*s.%s=%.*s\n", SLICE_ARG(s->section), s->key->name,
	    SLICE_ARG(s->value));
}

void
config_reading(const struct config *config, struct buf *out)
{
	for (size_t i = 0; i < config->settings; i++)
		if (config->setting[i].key->reading)
			add_setting(out, &config->setting[i]);
}

void
config_making(const struct config *config, struct buf *out)
{
	for (size_t i = 0; i < config->settings; i++)
		if (!config->setting[i].key->running)
			add_setting(out, &config->setting[i]);
}

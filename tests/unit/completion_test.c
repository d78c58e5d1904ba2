#include "app/completion.h"

#include "app/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
has(const struct buf *script, const char *what)
{
	if (slice_find(buf_view(script), slice_str(what)) == script->n)
		fail_msg("%s is missing", what);
}

/* Each option, by both of its names. */
static void
test_all_options(void **state)
{
	static const char *const shells[] = {"bash", "zsh"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct option_row row;
		struct buf script;
		struct err err;
		char name[64];

		buf_init(&script, 1 << 20);
		assert_int_equal(completion_write(&script, shells[i], &err), 0);
		for (size_t k = 0; options_row(k, &row); k++) {
			snprintf(name, sizeof name, "--%s", row.name);
			has(&script, name);
			snprintf(name, sizeof name, "-%c", row.letter);
			if (row.letter)
				has(&script, name);
		}
		buf_fini(&script);
	}
}

static void
test_arguments(void **state)
{
	struct buf script;
	struct err err;

	(void)state;
	buf_init(&script, 1 << 20);
	assert_int_equal(completion_write(&script, "bash", &err), 0);
	has(&script, "-c|--config)\n\t\tmapfile -t COMPREPLY < <(compgen -f");
	has(&script, "--init)\n\t\tmapfile -t COMPREPLY < <(compgen -d");
	has(&script, "--now)\n\t\t:");
	has(&script, "--server-config)\n\t\tmapfile -t COMPREPLY < <(compgen -W 'nginx");
	buf_reset(&script);
	assert_int_equal(completion_write(&script, "zsh", &err), 0);
	has(&script, "#compdef xysfeed\n");
	has(&script, "'(-c --config)'{-c,--config}'[");
	has(&script, ":DIR:_files -/'");
	has(&script, ":bash|zsh:(bash zsh)'");
	has(&script, ":nginx|apache|caddy:(nginx apache caddy)'");
	buf_fini(&script);
}

static void
test_unknown_shell(void **state)
{
	struct buf script;
	struct err err;

	(void)state;
	buf_init(&script, 1 << 20);
	assert_int_equal(completion_write(&script, "fish", &err), -1);
	assert_int_equal(err.kind, ERR_CONFIG);
	assert_non_null(strstr(err.text, "fish"));
	assert_int_equal(script.n, 0);
	buf_fini(&script);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_all_options),
	    cmocka_unit_test(test_arguments),
	    cmocka_unit_test(test_unknown_shell),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

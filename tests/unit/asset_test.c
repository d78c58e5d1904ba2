#include "output/asset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct asset *
find(const char *path)
{
	for (size_t i = 0; i < assets_n; i++)
		if (strcmp(assets[i].path, path) == 0)
			return &assets[i];
	fail_msg("there is no %s", path);
	return NULL;
}

static void
test_language(void **state)
{
	static const struct {
		const char *tag;
		enum language language;
	} rows[] = {
	    {"zh-Hans", LANGUAGE_ZH},
	    {"zh", LANGUAGE_ZH},
	    {"ZH-tw", LANGUAGE_ZH},
	    {"en-GB", LANGUAGE_EN},
	    {"de", LANGUAGE_EN},
	    {"zhx", LANGUAGE_EN},
	    {"", LANGUAGE_EN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(language_of(slice_str(rows[i].tag)), rows[i].language);
}

/* Each text in each language, such as may stand in a string of CSS, and with the same
 * places to be filled in all of them. */
static void
test_words(void **state)
{
	(void)state;
	for (enum word w = 0; w < WORDS; w++)
		for (enum language l = 0; l < LANGUAGES; l++) {
			struct slice text = word(l, w);

			if (text.n == 0)
				fail_msg("word %d in language %d is missing", w, l);
			for (size_t i = 0; i < text.n; i++)
				assert_false(slice_one_of(text.p[i], "\"\\<\n"));
		}
}

static void
test_href(void **state)
{
	static const struct {
		const char *path, *href;
	} rows[] = {
	    {"main.atom", "feed.css"},
	    {"tag/中国.atom", "../feed.css"},
	    {"a/b/c.rss", "../../feed.css"},
	};
	struct arena *arena = arena_new();
	struct config config = {.output.stylesheet = SLICE("yes")};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_true(
		    slice_is(asset_stylesheet(&config, slice_str(rows[i].path), arena),
			rows[i].href));
	config.output.stylesheet = SLICE("https://x.example/a.css");
	assert_true(slice_is(asset_stylesheet(&config, SLICE("a/b.atom"), arena),
	    "https://x.example/a.css"));
	config.output.stylesheet = SLICE_NONE;
	assert_int_equal(asset_stylesheet(&config, SLICE("a.atom"), arena).n, 0);
	assert_false(find("feed.css")->wanted(&config));
	arena_free(arena);
}

static void
test_text(void **state)
{
	struct buf out;

	(void)state;
	for (size_t i = 0; i < assets_n; i++) {
		buf_init(&out, 100000);
		asset_write(&out, &assets[i], LANGUAGE_ZH);
		assert_true(out.n > 100 && !out.full);
		assert_true(slice_ends(buf_view(&out), SLICE("}\n")) ||
			    slice_ends(buf_view(&out), SLICE(";\n")));
		buf_fini(&out);
	}
	buf_init(&out, 100000);
	asset_write(&out, find("feed.css"), LANGUAGE_ZH);
	/* a sheet that is read in order: namespaces first, the site's language for what
	 * names none, then those that are named */
	assert_non_null(strstr(buf_cstr(&out), "@namespace atom url(\"http://"));
	assert_non_null(strstr(buf_cstr(&out), ":root { --about: \"这是"));
	assert_non_null(strstr(buf_cstr(&out), ":root:lang(en) { --about: \"This is"));
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_language),
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_href),
	    cmocka_unit_test(test_text),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

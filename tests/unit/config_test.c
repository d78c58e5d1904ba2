#include "model/config.h"

#include "base/compress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define LEAST                                                                            \
	"[site]\nurl = https://xys.example/\n[articles]\ndir = articles\n"               \
	"[output]\ndir = public\n"

/* A folder of its own for each test, and what was opened last. */
struct fixture {
	char dir[64];
	struct arena *arena;
	struct config *config;
	struct err err;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_non_null(f);
	strcpy(f->dir, "/tmp/config_test.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->arena = arena_new();
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	char command[128];

	config_free(f->config);
	arena_free(f->arena);
	snprintf(command, sizeof command, "rm -r %s", f->dir);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

static const char *
path_of(struct fixture *f, const char *name)
{
	return arena_printf(f->arena, "%s/%s", f->dir, name).p;
}

static void
put(struct fixture *f, const char *name, struct slice text)
{
	FILE *file = fopen(path_of(f, name), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text.p, 1, text.n, file), text.n);
	assert_int_equal(fclose(file), 0);
}

static int
reopen(struct fixture *f, const char *override)
{
	struct slice one = slice_str(override);
	struct slices overrides = {&one, override ? 1 : 0};

	config_free(f->config);
	f->config = (struct config *)f; /* has to be set whatever happens */
	return config_open(&f->config, path_of(f, "x.conf"), &overrides, &f->err);
}

static int
try_text(struct fixture *f, const char *text)
{
	put(f, "x.conf", slice_str(text));
	return reopen(f, NULL);
}

static struct config *
open_text(struct fixture *f, const char *text)
{
	if (try_text(f, text) != 0)
		fail_msg("%s", f->err.text);
	return f->config;
}

#define assert_slice(s, text) assert_string_equal(arena_cstr(f->arena, (s)), (text))

/* The three keys that have no default are enough. */
static void
defaults(void **state)
{
	struct fixture *f = *state;
	struct config *c = open_text(f, LEAST);

	assert_slice(c->site.url, "https://xys.example/");
	assert_slice(c->site.title, "xys.example");
	assert_slice(c->site.author, "xys.example");
	assert_slice(c->site.timezone, "UTC");
	assert_non_null(c->site.zone);
	assert_int_equal(c->site.subtitle.n + c->site.language.n + c->site.tag.n, 0);
	assert_slice(c->articles.dir, path_of(f, "articles"));
	assert_slice(c->articles.permalink, "/:categories/:year/:month/:day/:title.html");
	assert_slice(c->articles.charset, "auto");
	assert_int_equal(c->articles.include.n + c->articles.profile.n, 0);
	assert_int_equal(c->articles.max_size, 8000000);
	assert_int_equal(c->articles.summary, 200);
	assert_slice(c->output.dir, path_of(f, "public"));
	assert_slice(c->output.url, "https://xys.example/");
	assert_slice(c->output.state, path_of(f, "xysfeed.db"));
	assert_int_equal(c->output.formats, FORMAT_ATOM | FORMAT_RSS | FORMAT_JSON);
	assert_int_equal(c->output.precompress, 0);
	assert_true(c->output.opml && c->output.sitemap && c->output.autodiscovery);
	assert_slice(c->output.stylesheet, "yes");
	assert_int_equal(c->limits.flood, 200);
	assert_int_equal(c->limits.drip, 0);
	assert_int_equal(c->feeds, 1);
	assert_int_equal(c->hubs, 0);
	assert_slice(c->feed->name, "main");
	assert_slice(c->feed->path, "main");
	assert_slice(c->feed->title, ":site");
	assert_int_equal(c->feed->for_each, -1);
	assert_null(c->feed->include);
	assert_int_equal(c->feed->order, ORDER_ARRIVAL);
	assert_int_equal(c->feed->content, CONTENT_FULL);
	assert_int_equal(c->feed->formats, c->output.formats);
	assert_int_equal(c->feed->min_entries, 20);
	assert_int_equal(c->feed->min_hours, 72);
	assert_int_equal(c->feed->max_bytes, 1000000);
	assert_false(c->feed->archive);
}

static void
values(void **state)
{
	struct fixture *f = *state;
	struct config *c = open_text(f, "\xEF\xBB\xBF; a comment\n"
					"[site]\r\n"
					"url = HTTPS://XYS.example:443\r\n"
					"title=新语丝; #1   ; the name\n"
					"subtitle = goes on\n"
					"\n"
					"  # not part of it\n"
					"\tbehind\\\n"
					"   hand\n"
					"language = zh-Hans\n"
					"timezone = Asia/Shanghai\n"
					"tag = me@xys.example,2004-02-29\n"
					"icon = https://xys.example/a;b?c=d#e\n"
					"rights = none\n"
					"[articles]\n"
					"dir = ./a//b/../c/\n"
					"include = *.md\n"
					"  **/*.txt   x ; and more\n"
					"charset = GB18030\n"
					"permalink = pretty\n"
					"max_size = 16 kB\n"
					"[output]\n"
					"dir = /srv/./www\n"
					"state = ../ledger.db\n"
					"formats = json\n"
					"precompress = gz zst\n"
					"opml = no\n"
					"[limits]\n"
					"drip = 60 / hour\n"
					"[feed:年]\n"
					"for_each = year\n"
					"path = year/:year\n"
					"title = :site in :year\n"
					"include = tag:a or \\\n"
					"  (tag:b and not tag:c)\n"
					"order = published\n"
					"content = both\n"
					"formats = rss atom\n"
					"archive = yes\n"
					"[feed:tags]\n"
					"for_each = tag\n"
					"[feed:plain]\n"
					"[hub:one]\n"
					"url = https://hub.example\n");

	assert_slice(c->site.url, "https://xys.example/");
	assert_slice(c->site.title, "新语丝; #1");
	assert_slice(c->site.author, "新语丝; #1");
	assert_slice(c->site.subtitle, "goes on behindhand");
	assert_slice(c->site.icon, "https://xys.example/a;b?c=d#e");
	assert_int_equal(c->site.rights.n, 0);
	assert_int_equal(zone_offset(c->site.zone, 0), 8 * 3600);
	assert_slice(c->articles.dir, path_of(f, "a/c"));
	assert_int_equal(c->articles.include.n, 3);
	assert_slice(c->articles.include.v[1], "**/*.txt");
	assert_slice(c->articles.permalink, "/:categories/:year/:month/:day/:title/");
	assert_int_equal(c->articles.max_size, 16000);
	assert_slice(c->output.dir, "/srv/www");
	assert_slice(c->output.state, "/tmp/ledger.db");
	assert_int_equal(c->output.formats, FORMAT_JSON);
	assert_int_equal(c->output.precompress, COMPRESS_GZ | COMPRESS_ZST);
	assert_false(c->output.opml);
	assert_int_equal(c->limits.drip, 60);
	assert_int_equal(c->feeds, 3);
	assert_int_equal(c->feed[0].for_each, TERM_YEAR);
	assert_slice(c->feed[0].path, "year/:term");
	assert_slice(c->feed[0].title, ":site in :term");
	assert_slice(c->feed[0].description, "goes on behindhand");
	assert_non_null(c->feed[0].include);
	assert_int_equal(c->feed[0].order, ORDER_PUBLISHED);
	assert_int_equal(c->feed[0].content, CONTENT_BOTH);
	assert_int_equal(c->feed[0].formats, FORMAT_ATOM | FORMAT_RSS);
	assert_true(c->feed[0].archive);
	assert_slice(c->feed[1].path, "tags/:term");
	assert_slice(c->feed[1].title, ":site · :term");
	assert_slice(c->feed[2].path, "plain");
	assert_int_equal(c->feed[2].formats, FORMAT_JSON);
	assert_int_equal(c->hubs, 1);
	assert_slice(c->hub->name, "one");
	assert_slice(c->hub->url, "https://hub.example/");
}

#define LONG50 "12345678901234567890123456789012345678901234567890"

/* Every mistake names its line, counted behind LEAST's six. */
static void
mistakes(void **state)
{
	static const struct {
		const char *text, *error;
	} row[] = {
	    {"", ": [site] needs a line \"url = ...\""},
	    {"[site]\nurl = https://a.example/\n", ": [articles] needs a line \"dir"},
	    {"[site]\n", ":1: [site] needs a line \"url = ...\""},
	    {LEAST "[hook:x]\n", ":7: [hook:x] needs either a command or a url"},
	    {LEAST "[hook:x]\nurl = https://a.example/\ncommand = x\n",
		":9: [hook:x] needs either a command or a url"},
	    {LEAST "[hook:x]\ncommand = x\nsecret = y\n",
		":9: secret: only what is sent to a url is signed"},
	    {LEAST "[hook:x]\ncommand = x\nfeeds = y\n",
		":9: feeds: there is no [feed:y]"},
	    {LEAST "[hook:x]\ncommand = x\nwhen = now\n",
		":9: when: \"now\" is not one of live, published"},
	    {LEAST "[indexnow]\nkey = short\n", ":8: key: \"short\" is no key"},
	    {LEAST "[cloud:x]\nurl = https://a.example/\n"
		   "[cloud:y]\nurl = https://b.example/\n",
		":9: feeds: [feed:main] has [cloud:x] already"},
	    {LEAST "[cloud:x]\nurl = https://a.example/\nregister = p\n",
		":9: register: \"p\" is no path"},
	    {LEAST "[hub:x]\n", ":7: [hub:x] needs a line \"url = ...\""},
	    {LEAST "[feeds:x]\n",
		":7: unknown section \"feeds\", did you mean \"feed\"?"},
	    {LEAST "[server]\n",
		":7: unknown section \"server\", did you mean \"serve\"?"},
	    {LEAST "[feed]\n", ":7: a section of this kind needs a name"},
	    {LEAST "[feed:]\n", ":7: the name behind the colon is empty"},
	    {LEAST "[feed: x]\n", ":7: the name behind the colon is empty, or begins"},
	    {LEAST "[site:x]\n", ":7: a section of this kind has no name"},
	    {LEAST "[ site ]\n",
		":7: unknown section \" site \", did you mean \"site\"?"},
	    {LEAST "[site\n", ":7: a section is written [NAME]"},
	    {LEAST "[site] x\n", ":7: a section is written [NAME]"},
	    {LEAST "[site]]\n", ":7: a section is written [NAME]"},
	    {LEAST "[\n", ":7: a section is written [NAME]"},
	    {LEAST "[feed:" LONG50 "]\n",
		":7: the name of the section is longer than 49"},
	    {LEAST " [limits]\n", ":7: a section has to begin at the start"},
	    {LEAST "hello\n", ":7: neither a [section] nor a key = value"},
	    {LEAST "hello\nuurl = x\n", ":7: neither a [section] nor a key = value"},
	    {LEAST "uurl = x\nhello\n",
		":7: unknown key \"uurl\", did you mean \"url\"?"},
	    {LEAST "Formats = atom\n",
		":7: unknown key \"Formats\", did you mean \"formats\""},
	    {LEAST "colour = red\n", ":7: unknown key \"colour\""},
	    {"title = x\n", ":1: only include may stand before the first section"},
	    {LEAST "dir = other\n", ":7: \"dir\" was already set at "},
	    {LEAST "state = x.db\n  formats = atom\n",
		":8: the line is indented, so it goes on with the value of \"state\""},
	    {LEAST "state=;x\n", ":7: a value cannot begin with \";\""},
	    {LEAST "state =\n", ":7: state: a value is missing"},
	    {LEAST "state = ; x\n", ":7: state: a value is missing"},
	    {LEAST "opml = maybe\n", ":7: opml: \"maybe\" is neither yes nor no"},
	    {LEAST "[feed:index]\n", ":7: path: the page of \"index\" would have"},
	    {LEAST "[feed:a]\npath = index.2\n", ":8: path: the page of"},
	    {LEAST "[feed:autodiscovery]\n", ":7: path: the page of"},
	    {LEAST "[feed:a]\npath = tag/index\n[feed:tag]\nfor_each = tag\n",
		":8: path: the page of \"tag/index\" would have"},
	    {LEAST "[feed:tag]\nfor_each = tag\npath = by/:term\n"
		   "[feed:by]\nfor_each = author\npath = a-:term\n",
		":12: path: the page of \"a-:term\" would have"},
	    {LEAST "stylesheet = maybe\n",
		":7: stylesheet: \"maybe\" is no http or https address"},
	    {LEAST "formats = atom xml\n",
		":7: formats: \"xml\" is not one of atom, rss, json"},
	    {LEAST "url = ftp://x.example/\n",
		":7: url: \"ftp://x.example/\" is no http"},
	    {LEAST "url = https://x.example/?a\n",
		":7: url: \"https://x.example/?a\" has a"},
	    {LEAST "url = https://me:pw@x.example/\n", ":7: url: "},
	    {LEAST "url = /feeds/\n", ":7: url: \"/feeds/\" is no http or https address"},
	    {LEAST "state = public/x.db\n", ":7: state: the ledger must not lie in"},
	    {LEAST "state = x/../public\n", ":7: state: the ledger must not lie in"},
	    {LEAST "[limits]\nflood = many\n", ":8: flood: \"many\" is no number"},
	    {LEAST "[limits]\nflood = -1\n", ":8: flood: \"-1\" is no number"},
	    {LEAST "[limits]\nflood = 0\n", ":8: flood: 0 is not from 1 to "},
	    {LEAST "[limits]\nflood = 99999999999999999999999\n", ":8: flood: 9"},
	    {LEAST "[limits]\ndrip = 60/day\n", ":8: drip: \"60/day\" is no rate"},
	    {LEAST "[limits]\narchive_bytes = 1TB\n",
		":8: archive_bytes: \"1TB\" is no size"},
	    {LEAST "[limits]\narchive_bytes = B\n",
		":8: archive_bytes: \"B\" is no size"},
	    {LEAST "[limits]\narchive_bytes = 2000M\n",
		":8: archive_bytes: 2000M is not"},
	    {LEAST "[limits]\nthreads = 17\n", ":8: threads: 17 is not from 0 to 16"},
	    {LEAST "[site]\ntimezone = Asia/Shangai\n", ":8: timezone: "},
	    {LEAST "[site]\nlanguage = chinese_simplified\n", ":8: language: "},
	    {LEAST "[site]\nlanguage = zh-Hans-\n", ":8: language: "},
	    {LEAST "[site]\nlanguage = zh-CN-Hans\n", ":8: language: "},
	    {LEAST "[site]\nlanguage = c\n", ":8: language: "},
	    {LEAST "[site]\ntag = xys.example\n",
		":8: tag: \"xys.example\" is not DOMAIN,DATE"},
	    {LEAST "[site]\ntag = xys.example,2023-02-29\n", ":8: tag: "},
	    {LEAST "[site]\ntag = xys.example,94\n", ":8: tag: "},
	    {LEAST "[site]\ntag = -xys.example,1994\n", ":8: tag: "},
	    {LEAST "[site]\ntag = xys..example,1994\n", ":8: tag: "},
	    {LEAST "[site]\ntag = 新语丝,1994\n", ":8: tag: "},
	    {LEAST "[articles]\ncharset = GBQ\n", ":8: charset: \"GBQ\" is no encoding"},
	    {LEAST "[articles]\ncharset = UTF-8//IGNORE\n", ":8: charset: "},
	    {LEAST "[articles]\npermalink = blog\n", ":8: permalink: \"blog\" neither"},
	    {LEAST "[articles]\nprofile = ../xys\n", ":8: profile: \"../xys\" is a path"},
	    {LEAST "[feed:x]\nfor_each = month\n",
		":8: for_each: \"month\" is not one of tag,"},
	    {LEAST "[feed:x]\ninclude = tag:a or\n", ":8: include: column 9: KIND:VALUE"},
	    {LEAST "[feed:x]\npath = ../x\n", ":8: path: "},
	    {LEAST "[feed:x]\npath = /x\n", ":8: path: \"/x\" begins or ends with /"},
	    {LEAST "[feed:x]\npath = a//b\n", ":8: path: "},
	    {LEAST "[feed:x]\npath = a/.b\n", ":8: path: "},
	    {LEAST "[feed:../x]\n", ":7: path: "},
	    {LEAST "[feed:x]\nfor_each = tag\npath = tag\n",
		":9: path: with for_each a path"},
	    {LEAST "[feed:x]\nfor_each = tag\npath = :year\n",
		":9: path: with for_each a"},
	    {LEAST "[feed:x]\nfor_each = tag\npath = :term/:year\n",
		":9: path: \":year\" is for"},
	    {LEAST "[feed:x]\npath = a/:term\n", ":8: path: \":term\" is for feeds with"},
	    {LEAST "[feed:x]\n[feed:y]\npath = x\n",
		":9: path: [feed:x] has the path \"x\""},
	    {LEAST "[site]\ntitle = a\rb\n", ":8: a carriage return"},
	    {LEAST "[site]\ntitle = a\x01\n",
		":8: not UTF-8 text, or a control character"},
	    {LEAST "[site]\ntitle = \xD0\xC2\n",
		":8: not UTF-8 text, or a control character"},
	};
	struct fixture *f = *state;
	const char *file = path_of(f, "x.conf");
	size_t n = strlen(file);

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		if (try_text(f, row[i].text) != -1)
			fail_msg("accepted: %s", row[i].text);
		assert_null(f->config);
		assert_int_equal(f->err.kind, ERR_CONFIG);
		if (strncmp(f->err.text, file, n) != 0 ||
		    strncmp(f->err.text + n, row[i].error, strlen(row[i].error)) != 0)
			fail_msg(
			    "%s: %s, not %s", row[i].text, f->err.text, row[i].error);
	}
}

/* A line that the parser below would cut is refused; a value can go on. */
static void
long_lines(void **state)
{
	struct fixture *f = *state;
	struct slice title = arena_printf(f->arena, "%0*d", 190, 7);

	open_text(f, arena_printf(f->arena, LEAST "[site]\ntitle = %s\n", title.p).p);
	assert_slice(f->config->site.title, title.p);
	open_text(f, arena_printf(f->arena, LEAST "[site]\ntitle = %s\\\n %s\n",
			 title.p + 1, title.p)
			 .p);
	assert_int_equal(f->config->site.title.n, 379);
	assert_int_equal(
	    try_text(f, arena_printf(f->arena, LEAST "#%s%s\n[site]\ntitle = 1%s\n",
			    title.p, title.p, title.p)
			    .p),
	    -1);
	assert_non_null(strstr(f->err.text, ":9: the line is longer than 198 bytes"));
}

static void
output_apart(void **state)
{
	static const char *const dir[][2] = {
	    {"x", "x"},
	    {"x", "x/y"},
	    {"x/y", "x"},
	    {".", "public"},
	    {"x", "x/../x"},
	    {"link", "real/deep/public"},
	    {"real", "link/public"},
	    {"/", "public"},
	};
	struct fixture *f = *state;
	const char *text = "[site]\nurl = https://a.example/\n[articles]\ndir = %s\n"
			   "[output]\nstate = /nowhere/x.db\ndir = %s\n";

	assert_int_equal(mkdir(path_of(f, "real"), 0700), 0);
	assert_int_equal(symlink("real", path_of(f, "link")), 0);
	for (size_t i = 0; i < sizeof dir / sizeof dir[0]; i++) {
		char conf[256];

		snprintf(conf, sizeof conf, text, dir[i][0], dir[i][1]);
		assert_int_equal(try_text(f, conf), -1);
		assert_non_null(strstr(f->err.text, ":7: dir: the output folder and"));
	}
	open_text(f, "[site]\nurl = https://a.example/\n[articles]\ndir = x\n"
		     "[output]\ndir = xy\n");
	assert_slice(f->config->output.state, path_of(f, "xysfeed.db"));
}

static void
includes(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(mkdir(path_of(f, "conf.d"), 0700), 0);
	put(f, "conf.d/b.conf", SLICE("[feed:b]\n"));
	put(f, "conf.d/a.conf",
	    SLICE("include = ../more.inc\n[feed:a]\n[articles]\ndir = x\n"));
	put(f, "more.inc", SLICE("[site]\nurl = https://a.example/\n"));
	open_text(
	    f, "include = conf.d/*.conf none/*.conf\n[output]\ndir = public\n[feed:0]\n");
	assert_int_equal(f->config->feeds, 3);
	assert_slice(f->config->feed[0].name, "0");
	assert_slice(f->config->feed[1].name, "a");
	assert_slice(f->config->feed[2].name, "b");
	/* Relative to the file in which it stands. */
	assert_slice(f->config->articles.dir, path_of(f, "conf.d/x"));

	put(f, "conf.d/b.conf", SLICE("\n[articles]\ndir = y\n"));
	assert_int_equal(reopen(f, NULL), -1);
	assert_string_equal(
	    f->err.text, arena_printf(f->arena, "%s:3: \"dir\" was already set at %s:4",
			     path_of(f, "conf.d/b.conf"), path_of(f, "conf.d/a.conf"))
			     .p);

	put(f, "conf.d/b.conf", SLICE("include = ../x.conf\n"));
	assert_int_equal(reopen(f, NULL), -1);
	assert_non_null(strstr(f->err.text, "x.conf: the file is included twice"));

	assert_int_equal(try_text(f, "include = absent.conf\n" LEAST), -1);
	assert_non_null(strstr(f->err.text, "absent.conf: cannot open"));
	assert_int_equal(try_text(f, "include = a\ninclude = b\n" LEAST), -1);
	assert_non_null(strstr(f->err.text, ":2: \"include\" was already set at"));
}

static void
include_depth(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 10; i++) {
		char name[16], text[32];

		snprintf(name, sizeof name, "%d.inc", i);
		snprintf(text, sizeof text, "include = %d.inc\n", i + 1);
		put(f, name, slice_str(text));
	}
	assert_int_equal(try_text(f, "include = 0.inc\n" LEAST), -1);
	assert_non_null(strstr(f->err.text, "7.inc:1: include: more than 8 files deep"));
	put(f, "7.inc", SLICE(""));
	open_text(f, "include = 0.inc\n" LEAST);
}

/* A folder whose name looks like a pattern is still only a name. */
static void
include_in_odd_folder(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(mkdir(path_of(f, "[a]*"), 0700), 0);
	put(f, "[a]*/x.conf", SLICE("include = m*\n" LEAST));
	put(f, "[a]*/more", SLICE("[feed:more]\n"));
	assert_int_equal(
	    config_open(&f->config, path_of(f, "[a]*/x.conf"), NULL, &f->err), 0);
	assert_slice(f->config->feed[0].name, "more");
}

static void
overrides(void **state)
{
	static const struct {
		const char *text, *error;
	} row[] = {
	    {"feed:main.min_entries", "not SECTION.KEY=VALUE"},
	    {"min_entries=5", "not SECTION.KEY=VALUE"},
	    {"=", "not SECTION.KEY=VALUE"},
	    {"site.title=a\nauthor=b", "not SECTION.KEY=VALUE"},
	    {"feed:mian.path=x",
		"unknown section \"feed:mian\", did you mean \"feed:main\"?"},
	    {"hub:new.url=x", "unknown section \"hub:new\""},
	    {"site.titel=x", "unknown key \"titel\", did you mean \"title\"?"},
	    {"limits.flood=x", "flood: \"x\" is no number"},
	    {"site.title=a\x01", "not UTF-8 text, or a control character"},
	};
	struct fixture *f = *state;

	put(f, "x.conf", SLICE(LEAST "formats = nonsense\n[feed:a.b]\n[feed:main]\n"));
	assert_int_equal(reopen(f, "output.formats=rss"), 0);
	assert_int_equal(f->config->output.formats, FORMAT_RSS);
	put(f, "x.conf", SLICE(LEAST "[feed:a.b]\nmin_hours = 1\n[feed:main]\n"));
	assert_int_equal(reopen(f, "feed:a.b.min_hours=5"), 0);
	assert_int_equal(f->config->feed[0].min_hours, 5);
	assert_int_equal(reopen(f, "site.subtitle=a.b=c"), 0);
	assert_slice(f->config->site.subtitle, "a.b=c");
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct slice expected =
		    arena_printf(f->arena, "-D %s: %s", row[i].text, row[i].error);

		assert_int_equal(reopen(f, row[i].text), -1);
		assert_string_equal(f->err.text, expected.p);
	}
}

/* Of two overrides the later one holds; paths start where the operator is. */
static void
override_order(void **state)
{
	struct fixture *f = *state;
	struct slice v[] = {
	    SLICE("limits.flood=1"), SLICE("limits.flood=2"), SLICE("output.dir=here")};
	struct slices list = {v, 3};
	char *cwd = getcwd(NULL, 0);

	assert_non_null(cwd);
	put(f, "x.conf", SLICE(LEAST));
	assert_int_equal(
	    config_open(&f->config, path_of(f, "x.conf"), &list, &f->err), 0);
	assert_int_equal(f->config->limits.flood, 2);
	assert_slice(f->config->output.dir, arena_printf(f->arena, "%s/here", cwd).p);
	free(cwd);
}

/* The printed text without its comments, and what decides about reading. */
static struct slice
printed(struct fixture *f, bool comments)
{
	struct buf all, kept;
	struct slice rest, line, copy;

	buf_init(&all, 1 << 20);
	buf_init(&kept, 1 << 20);
	config_print(f->config, &all);
	for (rest = buf_view(&all); slice_line(&rest, &line);)
		if (comments || !slice_starts(line, SLICE("#")))
			buf_printf(&kept, "%.*s\n", SLICE_ARG(line));
	copy = arena_copy(f->arena, buf_view(&kept));
	buf_fini(&all);
	buf_fini(&kept);
	return copy;
}

static struct slice
reading(struct fixture *f)
{
	struct buf out;
	struct slice copy;

	buf_init(&out, 1 << 20);
	config_reading(f->config, &out);
	copy = arena_copy(f->arena, buf_view(&out));
	buf_fini(&out);
	return copy;
}

static void
prints_and_parses(void **state)
{
	static const char *const row[] = {
	    LEAST,
	    LEAST "[site]\nsubtitle = a#b; c\\\n  [d] \\\n  title = e\\\n",
	    LEAST
	    "[feed:a]\nfor_each = year\npath = :year\n[feed:b]\ninclude = not tag:\"x "
	    "y\"\n"
	    "max_bytes = 2MB\ndescription = none\n[hub:h]\nurl = http://h.example\n",
	    LEAST "[site]\nsubtitle = " LONG50 LONG50 LONG50 "\\\n  ;###;" LONG50
		  "\n  新语丝新语丝新语丝新语丝新语丝新语丝新语丝新语丝新语丝新语丝\n",
	};
	struct fixture *f = *state;

	assert_int_equal(mkdir(path_of(f, "sub"), 0700), 0);
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct slice before, read, all;

		open_text(f, row[i]);
		before = printed(f, false);
		read = reading(f);
		all = printed(f, true);
		put(f, "sub/y.conf", all);
		config_free(f->config);
		if (config_open(&f->config, path_of(f, "sub/y.conf"), NULL, &f->err) != 0)
			fail_msg("%s\n%s", f->err.text, all.p);
		assert_string_equal(printed(f, false).p, before.p);
		assert_string_equal(reading(f).p, read.p);
	}
}

static void
prints_origins(void **state)
{
	struct fixture *f = *state;
	struct slice text;
	const char *file = path_of(f, "x.conf");

	put(f, "x.conf", SLICE(LEAST));
	assert_int_equal(reopen(f, "limits.flood=7"), 0);
	text = printed(f, true);
	assert_non_null(strstr(text.p, "# -D limits.flood=7\nflood = 7\n"));
	assert_non_null(strstr(text.p, "# default\nlanguage = none\n"));
	assert_non_null(
	    strstr(text.p, arena_printf(f->arena, "# %s:2\nurl = https://", file).p));
}

/* Only what changes how an article is read makes all be read again. */
static void
reading_changes(void **state)
{
	struct fixture *f = *state;
	struct slice first;

	open_text(f, LEAST);
	first = reading(f);
	open_text(f, LEAST "opml = no\n[feed:x]\nmin_hours = 3\n");
	assert_string_equal(reading(f).p, first.p);
	open_text(f, LEAST "[site]\ntimezone = Asia/Shanghai\n");
	assert_string_not_equal(reading(f).p, first.p);
	open_text(f, LEAST "[limits]\nhtml_depth = 100\n");
	assert_string_not_equal(reading(f).p, first.p);
}

static void
hostile_files(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
	    config_open(&f->config, path_of(f, "absent"), NULL, &f->err), -1);
	assert_int_equal(f->err.kind, ERR_CONFIG);
	assert_null(f->config);
	assert_int_equal(config_open(&f->config, f->dir, NULL, &f->err), -1);
	assert_int_equal(config_open(&f->config, "/dev/zero", NULL, &f->err), -1);
	assert_int_equal(mkfifo(path_of(f, "fifo"), 0600), 0);
	assert_int_equal(config_open(&f->config, path_of(f, "fifo"), NULL, &f->err), -1);
	put(f, "x.conf", SLICE(LEAST "[site]\ntitle = a\0b\n"));
	assert_int_equal(reopen(f, NULL), -1);
	assert_non_null(strstr(f->err.text, ":8: not UTF-8 text"));
}

static struct slice
init_text(struct fixture *f)
{
	struct buf out;
	struct slice copy;

	buf_init(&out, 1 << 20);
	if (config_init(f->dir, &out, &f->err) != 0)
		fail_msg("%s", f->err.text);
	copy = arena_copy(f->arena, buf_view(&out));
	buf_fini(&out);
	return copy;
}

static void
init_jekyll(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(mkdir(path_of(f, "_posts"), 0700), 0);
	put(f, "_config.yml",
	    SLICE("# comment\nname: second\ntitle: &t \"山上 ; 小屋\"\nplugins: [title, "
		  "{url: x}]\n"
		  "defaults:\n  - values: {title: wrong}\n  - url: wrong\n"
		  "nested: {url: wrong, deep: {name: wrong}}\n? [odd, key]\n: value\n"
		  "copy: *t\nurl: https://hut.example/\nbaseurl: \"/blog\"\n"
		  "author: {email: a@hut.example, name: 老李}\nlang: zh-Hans\n"
		  "timezone: Asia/Shanghai\npermalink: pretty\n"
		  "description: >\n  two\n  lines\n"));
	open_text(f, init_text(f).p);
	assert_slice(f->config->site.url, "https://hut.example/blog/");
	assert_slice(f->config->site.title, "山上; 小屋");
	assert_slice(f->config->site.subtitle, "two lines");
	assert_slice(f->config->site.author, "老李");
	assert_slice(f->config->site.language, "zh-Hans");
	assert_slice(f->config->site.timezone, "Asia/Shanghai");
	assert_slice(
	    f->config->articles.permalink, "/:categories/:year/:month/:day/:title/");
	assert_slice(f->config->articles.dir, path_of(f, "_posts"));
	assert_slice(f->config->output.url, "https://hut.example/blog/feeds/");
	assert_slice(f->config->output.state, path_of(f, "_xysfeed.db"));
	assert_int_equal(f->config->feeds, 2);
}

/* Whatever stands in there, what comes out is a configuration. */
static void
init_odd(void **state)
{
	static const char *const row[] = {
	    "",
	    "a list:\n- url\n",
	    "- url\n- title\n",
	    "url: http://\ntitle: ''\nlang: english please\ntimezone: Mars\npermalink: "
	    "x\n",
	    "url: https://a.example/?q\n",
	    "title: \"; a\\n[site]\\nurl = x\\\\\"\nauthor: \";;\"\n",
	    "title: " LONG50 LONG50 LONG50 LONG50 LONG50 "\n",
	    "title: \"a\\u0001\\uFFFEb\"\n",
	};
	struct fixture *f = *state;

	open_text(f, init_text(f).p);
	assert_slice(f->config->site.url, "https://site.example/");
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		put(f, "_config.yml", slice_str(row[i]));
		/* Without posts the articles are all that is in the folder. */
		open_text(f, init_text(f).p);
		assert_slice(f->config->articles.dir, f->dir);
	}
}

static void
init_refuses(void **state)
{
	struct fixture *f = *state;
	struct buf out;
	char deep[1001];

	buf_init(&out, 1 << 20);
	memset(deep, '[', sizeof deep - 1);
	put(f, "_config.yml", slice_make(deep, sizeof deep - 1));
	assert_int_equal(config_init(f->dir, &out, &f->err), -1);
	assert_non_null(strstr(f->err.text, "_config.yml is too deep"));
	put(f, "_config.yml", SLICE("a: b\n\tc"));
	assert_int_equal(config_init(f->dir, &out, &f->err), -1);
	assert_non_null(strstr(f->err.text, "_config.yml:2: "));
	assert_int_equal(config_init(path_of(f, "absent"), &out, &f->err), -1);
	assert_int_equal(out.n, 0);
	buf_fini(&out);
}

static void
daemon_keys(void **state)
{
	struct fixture *f = *state;
	const struct config_daemon *d = &open_text(f, LEAST "state = x.db\n")->daemon;

	assert_int_equal(d->settle, 500);
	assert_int_equal(d->settle_max, 10000);
	assert_int_equal(d->rescan, 3600000);
	assert_int_equal(d->user.n, 0);
	assert_int_equal(d->umask, 022);
	assert_slice(d->socket, path_of(f, "x.db.sock"));
	assert_int_equal(d->pidfile.n, 0);
	assert_int_equal(d->log, LOG_TO_AUTO);
	assert_int_equal(d->log_level, LEVEL_INFO);
	assert_int_equal(d->sandbox, SANDBOX_AUTO);
	d = &open_text(f,
	    LEAST "[daemon]\nsettle = 0 ms\nsettle_max = 2min\nrescan = 1 d\n"
		  "user = www-data:adm\numask = 077\nsocket = run/../s\n"
		  "pidfile = /run/x.pid\nlog = syslog\nlog_level = debug\n"
		  "sandbox = require\n")
		 ->daemon;
	assert_int_equal(d->settle, 0);
	assert_int_equal(d->settle_max, 120000);
	assert_int_equal(d->rescan, 86400000);
	assert_slice(d->user, "www-data:adm");
	assert_int_equal(d->umask, 077);
	assert_slice(d->socket, path_of(f, "s"));
	assert_slice(d->pidfile, "/run/x.pid");
	assert_int_equal(d->log, LOG_TO_SYSLOG);
	assert_int_equal(d->log_level, LEVEL_DEBUG);
	assert_int_equal(d->sandbox, SANDBOX_REQUIRE);
}

static void
daemon_mistakes(void **state)
{
	static const char *const row[] = {"settle = 5", "settle = -1 s", "settle = 1.5 s",
	    "settle = 5 weeks", "settle = s", "settle = 99999999999999999999 d",
	    "settle_max = 00 s s", "rescan = 59 s", "rescan = 0", "umask = 8",
	    "umask = 22x", "umask = 01000", "umask = -1", "log = file",
	    "log_level = loud", "sandbox = on", "settel = 1 s"};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		const char *text =
		    arena_printf(f->arena, LEAST "[daemon]\n%s\n", row[i]).p;

		if (try_text(f, text) != -1)
			fail_msg("accepted: %s", row[i]);
		assert_int_equal(f->err.kind, ERR_CONFIG);
		assert_non_null(strstr(f->err.text, "x.conf:8: "));
	}
}

static void
schedules(void **state)
{
	static const char *const wrong[] = {
	    "daily", "@daliy", "* * * *", "60 * * * *", "0 7 * * * *", "0 7-5 * * *"};
	struct fixture *f = *state;
	struct config *c =
	    open_text(f, LEAST "[feed:a]\nschedule = 0 7,19 * * mon-fri\n[feed:b]\n"
			       "[feed:c]\nschedule = @daily\n");

	assert_true(c->feed[0].schedule.set);
	assert_int_equal(c->feed[0].schedule.cron.minutes, 1);
	assert_int_equal(c->feed[0].schedule.cron.hours, 1 << 7 | 1 << 19);
	assert_false(c->feed[1].schedule.set);
	assert_true(c->feed[2].schedule.set);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		const char *text =
		    arena_printf(f->arena, LEAST "[feed:a]\nschedule = %s\n", wrong[i]).p;

		if (try_text(f, text) != -1)
			fail_msg("accepted: %s", wrong[i]);
		assert_non_null(strstr(f->err.text, "x.conf:8: schedule: "));
	}
}

static struct slice
making(struct fixture *f)
{
	struct slice copy;
	struct buf out;

	buf_init(&out, 1 << 20);
	config_making(f->config, &out);
	copy = arena_copy(f->arena, buf_view(&out));
	buf_fini(&out);
	return copy;
}

/* How the daemon runs decides about no document. */
static void
making_leaves_the_daemon_out(void **state)
{
	struct fixture *f = *state;
	struct slice first;

	open_text(f, LEAST);
	first = making(f);
	open_text(f, LEAST "[daemon]\nsettle = 3 s\nlog = syslog\nuser = nobody\n");
	assert_true(slice_eq(making(f), first));
	open_text(f, LEAST "[feed:main]\nschedule = @hourly\n");
	assert_false(slice_eq(making(f), first));
	open_text(f, LEAST "opml = no\n");
	assert_false(slice_eq(making(f), first));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(defaults),
	    TEST(values),
	    TEST(mistakes),
	    TEST(long_lines),
	    TEST(output_apart),
	    TEST(includes),
	    TEST(include_depth),
	    TEST(include_in_odd_folder),
	    TEST(overrides),
	    TEST(override_order),
	    TEST(prints_and_parses),
	    TEST(prints_origins),
	    TEST(reading_changes),
	    TEST(daemon_keys),
	    TEST(daemon_mistakes),
	    TEST(schedules),
	    TEST(making_leaves_the_daemon_out),
	    TEST(hostile_files),
	    TEST(init_jekyll),
	    TEST(init_odd),
	    TEST(init_refuses),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

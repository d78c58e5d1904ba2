#include "model/config_value.h"

#include "base/uri.h"

#include <assert.h>
#include <iconv.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

/* Does an extended regular expression, without regard to case, fit all of it? */
static bool
fits(struct value *v, const char *pattern)
{
	enum { LONGEST = 255 };
	regex_t regex;
	int miss;

	if (v->text.n > LONGEST ||
	    regcomp(&regex, pattern, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0)
		return false;
	miss = regexec(&regex, arena_cstr(v->arena, v->text), 0, NULL, 0);
	regfree(&regex);
	return miss == 0;
}

bool
config_word(struct slice *rest, struct slice *word)
{
	*rest = slice_trim(*rest);
	*word = *rest;
	while (rest->n && !strchr(" \t", rest->p[0]))
		*rest = slice_from(*rest, 1);
	word->n -= rest->n;
	return word->n > 0;
}

static int
keep_text(struct value *v)
{
	*(struct slice *)v->field = v->text;
	return 0;
}

static int
parse_text(struct value *v, struct err *err)
{
	(void)err;
	return keep_text(v);
}

int
value_words(struct value *v, struct err *err)
{
	struct slice rest = v->text, word;
	struct slices list = {0};

	(void)err;
	while (config_word(&rest, &word))
		slices_add(&list, v->arena, word);
	*(struct slices *)v->field = list;
	return 0;
}

static int
parse_url(struct value *v, struct err *err)
{
	struct slice url = uri_http(v->arena, v->text);

	if (v->text.n && !url.n)
		return err_set(err, ERR_CONFIG, "\"%.*s\" is no http or https address",
		    SLICE_ARG(v->text));
	v->text = url;
	return keep_text(v);
}

static int
parse_stylesheet(struct value *v, struct err *err)
{
	if (slice_is(v->text, "yes"))
		return keep_text(v);
	if (!slice_is(v->text, "no"))
		return parse_url(v, err);
	*(struct slice *)v->field = SLICE_NONE;
	return 0;
}

static int
parse_folder_url(struct value *v, struct err *err)
{
	struct uri uri;

	if (parse_url(v, err) != 0)
		return -1;
	uri_split(v->text, &uri);
	if (uri.userinfo.n || uri.has_query || uri.has_fragment)
		return err_set(err, ERR_CONFIG,
		    "\"%.*s\" has a user, a query or a fragment, which the address of "
		    "a folder cannot have",
		    SLICE_ARG(v->text));
	if (!slice_ends(v->text, SLICE("/")))
		v->text = arena_printf(v->arena, "%.*s/", SLICE_ARG(v->text));
	return keep_text(v);
}

struct slice
config_path(struct arena *arena, struct slice folder, struct slice path)
{
	bool absolute = slice_starts(path, SLICE("/"));
	struct slice rest = absolute ? path
				     : arena_printf(arena, "%.*s/%.*s", SLICE_ARG(folder),
					   SLICE_ARG(path));
	struct slice name;
	char *out = arena_alloc(arena, rest.n + 2);
	size_t n = 0;

	while (slice_token(&rest, '/', &name)) {
		if (name.n == 0 || slice_is(name, "."))
			continue;
		if (slice_is(name, "..")) {
			while (n && out[--n] != '/')
				;
			continue;
		}
		out[n++] = '/';
		memcpy(out + n, name.p, name.n);
		n += name.n;
	}
	if (n == 0)
		out[n++] = '/';
	return slice_make(out, n);
}

static int
parse_path(struct value *v, struct err *err)
{
	if (v->text.n == 0)
		return keep_text(v);
	v->text = config_path(v->arena, v->folder, v->text);
	if (slice_trim(v->text).n < v->text.n)
		return err_set(
		    err, ERR_CONFIG, "\"%.*s\" ends in white space", SLICE_ARG(v->text));
	return keep_text(v);
}

/* The name of a file in a folder that the configuration fixes. */
static int
parse_name(struct value *v, struct err *err)
{
	if (slice_index(v->text, '/') < v->text.n || slice_starts(v->text, SLICE(".")))
		return err_set(err, ERR_CONFIG, "\"%.*s\" is a path, not a name",
		    SLICE_ARG(v->text));
	return keep_text(v);
}

/* RFC 5646 section 2.1, without the grandfathered tags. */
static int
parse_language(struct value *v, struct err *err)
{
	static const char tag[] = "^(x(-[a-z0-9]{1,8})+"
				  "|([a-z]{2,3}(-[a-z]{3}){0,3}|[a-z]{4,8})"
				  "(-[a-z]{4})?"
				  "(-([a-z]{2}|[0-9]{3}))?"
				  "(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
				  "(-[0-9a-wyz](-[a-z0-9]{2,8})+)*"
				  "(-x(-[a-z0-9]{1,8})+)?)$";

	if (v->text.n && !fits(v, tag))
		return err_set(err, ERR_CONFIG,
		    "\"%.*s\" is no language tag such as en, zh-Hans or pt-BR",
		    SLICE_ARG(v->text));
	return keep_text(v);
}

static bool
is_day(const char *date)
{
	struct civil civil = {.month = 1, .day = 1};

	/* The pattern let nothing but digits and hyphens through. */
	sscanf(date, "%4d-%2d-%2d", &civil.year, &civil.month, &civil.day);
	return civil_is_valid(&civil);
}

/* RFC 4151 section 2.1, taggingEntity. */
static int
parse_tag(struct value *v, struct err *err)
{
	static const char entity[] =
	    "^([a-z0-9._-]+@)?"
	    "[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
	    ",[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$";
	struct slice date = slice_from(v->text, slice_index(v->text, ',') + 1);

	if (v->text.n && (!fits(v, entity) || !is_day(arena_cstr(v->arena, date))))
		return err_set(err, ERR_CONFIG,
		    "\"%.*s\" is not DOMAIN,DATE, such as example.org,2004 or "
		    "me@example.org,2004-02-28 (a domain or address that was yours that "
		    "day)",
		    SLICE_ARG(v->text));
	return keep_text(v);
}

static int
parse_charset(struct value *v, struct err *err)
{
	iconv_t cd;

	if (slice_is(v->text, "auto"))
		return keep_text(v);
	cd = slice_index(v->text, '/') < v->text.n
		 ? (iconv_t)-1
		 : iconv_open("UTF-8", arena_cstr(v->arena, v->text));
	if (cd == (iconv_t)-1)
		return err_set(err, ERR_CONFIG, "\"%.*s\" is no encoding known here",
		    SLICE_ARG(v->text));
	iconv_close(cd);
	return keep_text(v);
}

/* Jekyll's names for common patterns. */
static int
parse_permalink(struct value *v, struct err *err)
{
	static const struct {
		const char *name, *pattern;
	} styles[] = {
	    {"date", "/:categories/:year/:month/:day/:title.html"},
	    {"pretty", "/:categories/:year/:month/:day/:title/"},
	    {"ordinal", "/:categories/:year/:y_day/:title.html"},
	    {"weekdate", "/:categories/:year/W:week/:short_day/:title.html"},
	    {"none", "/:categories/:title.html"},
	};

	for (size_t i = 0; i < sizeof styles / sizeof styles[0]; i++)
		if (slice_is(v->text, styles[i].name))
			v->text = slice_str(styles[i].pattern);
	if (!slice_starts(v->text, SLICE("/")))
		return err_set(err, ERR_CONFIG,
		    "\"%.*s\" neither begins with / nor is one of date, pretty, ordinal, "
		    "weekdate, none",
		    SLICE_ARG(v->text));
	return keep_text(v);
}

static int
parse_schedule(struct value *v, struct err *err)
{
	struct config_schedule *schedule = v->field;

	schedule->set = v->text.n > 0;
	return schedule->set ? cron_parse(&schedule->cron, v->text, err) : 0;
}

static int
parse_bool(struct value *v, struct err *err)
{
	bool yes = slice_is(v->text, "yes");

	if (!yes && !slice_is(v->text, "no"))
		return err_set(err, ERR_CONFIG, "\"%.*s\" is neither yes nor no",
		    SLICE_ARG(v->text));
	*(bool *)v->field = yes;
	return 0;
}

static int
parse_choice(struct value *v, struct err *err)
{
	return config_choose(v->key->type, v->text, v->field, err);
}

/* Words, of which the first is a program: a path, or a name that $PATH finds. */
static int
parse_command(struct value *v, struct err *err)
{
	struct slice rest = v->text, word, path;

	if (config_word(&rest, &word) && slice_index(word, '/') < word.n) {
		path = config_path(v->arena, v->folder, word);
		v->text =
		    arena_printf(v->arena, "%.*s%.*s", SLICE_ARG(path), SLICE_ARG(rest));
		if (slice_index(path, ' ') < path.n || slice_index(path, '\t') < path.n)
			return err_set(err, ERR_CONFIG, "\"%.*s\" has white space in it",
			    SLICE_ARG(path));
	}
	return value_words(v, err);
}

static int
parse_indexnow_key(struct value *v, struct err *err)
{
	if (v->text.n && !fits(v, "^[A-Za-z0-9-]{8,128}$"))
		return err_set(err, ERR_CONFIG,
		    "\"%.*s\" is no key: 8 to 128 letters, digits and dashes",
		    SLICE_ARG(v->text));
	return keep_text(v);
}

static int
parse_url_path(struct value *v, struct err *err)
{
	if (!fits(v, "^/[!-~]*$"))
		return err_set(err, ERR_CONFIG, "\"%.*s\" is no path of an address",
		    SLICE_ARG(v->text));
	return keep_text(v);
}

/* "Name: value | Name: value" (RFC 9110 section 5.1). */
static int
parse_headers(struct value *v, struct err *err)
{
	static const char token[] = "!#$%&'*+-.^_`"
				    "0123456789abcdefghijklmnopqrstuvwxyz~"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	struct slice rest = v->text, line;
	struct slices list = {0};

	while (slice_token(&rest, '|', &line)) {
		size_t name = 0;

		line = slice_trim(line);
		while (name < line.n && strchr(token, line.p[name]))
			name++;
		if (name == 0 || name == line.n || line.p[name] != ':')
			return err_set(err, ERR_CONFIG,
			    "\"%.*s\" is no header line such as Authorization: Bearer "
			    "abc",
			    SLICE_ARG(line));
		slices_add(&list, v->arena, line);
	}
	*(struct slices *)v->field = list;
	return 0;
}

static int
parse_term_kind(struct value *v, struct err *err)
{
	*(int *)v->field = -1;
	return v->text.n ? parse_choice(v, err) : 0;
}

static int
parse_rule(struct value *v, struct err *err)
{
	return rule_parse(v->field, v->text, v->arena, err);
}

/* Below the output folder, and no hidden file: those are the program's own. */
static int
parse_feed_path(struct value *v, struct err *err)
{
	enum { LONGEST = 200 }; /* of one name; the extension still has to fit */
	struct slice rest = v->text, name;

	if (slice_starts(v->text, SLICE("/")) || slice_ends(v->text, SLICE("/")))
		return err_set(err, ERR_CONFIG, "\"%.*s\" begins or ends with /",
		    SLICE_ARG(v->text));
	while (slice_token(&rest, '/', &name))
		if (name.n == 0 || name.p[0] == '.' || name.n > LONGEST)
			return err_set(err, ERR_CONFIG,
			    "\"%.*s\" has a name in it that is empty, begins with a dot "
			    "or is longer than %d bytes",
			    SLICE_ARG(v->text), LONGEST);
	return keep_text(v);
}

static const struct {
	const char *name;
	int (*parse)(struct value *, struct err *);
} types[] = {
    {"charset", parse_charset},
    {"command", parse_command},
    {"compressions", parse_choice},
    {"content", parse_choice},
    {"duration", value_duration},
    {"feed path", parse_feed_path},
    {"folder url", parse_folder_url},
    {"formats", parse_choice},
    {"globs", value_words},
    {"headers", parse_headers},
    {"hook time", parse_choice},
    {"hub parameter", parse_choice},
    {"indexnow key", parse_indexnow_key},
    {"language", parse_language},
    {"listeners", value_listeners},
    {"log", parse_choice},
    {"log level", parse_choice},
    {"mode", value_mode},
    {"name", parse_name},
    {"networks", value_networks},
    {"number", value_number},
    {"order", parse_choice},
    {"path", parse_path},
    {"permalink", parse_permalink},
    {"rate", value_rate},
    {"redirects", value_redirects},
    {"rule", parse_rule},
    {"sandbox", parse_choice},
    {"schedule", parse_schedule},
    {"size", value_size},
    {"tag authority", parse_tag},
    {"term kind", parse_term_kind},
    {"text", parse_text},
    {"time zone", parse_text}, /* opened once all is read */
    {"url", parse_url},
    {"url path", parse_url_path},
    {"words", value_words},
    {"yes or no", parse_bool},
    {"yes, no or url", parse_stylesheet},
};

int
config_value_parse(
    struct config_setting *setting, struct arena *arena, void *field, struct err *err)
{
	const struct config_key *key = setting->key;
	struct value v = {arena, key, setting->value, setting->folder, field};
	size_t i = 0;

	if (key->optional && slice_is(v.text, "none"))
		v.text = SLICE_NONE;
	if (!key->optional && v.text.n == 0)
		return err_set(err, ERR_CONFIG, "%s: a value is missing", key->name);
	while (strcmp(types[i].name, key->type) != 0) {
		i++;
		assert(i < sizeof types / sizeof types[0]);
	}
	if (types[i].parse(&v, err) != 0)
		return err_prefix(err, "%s", key->name);
	setting->value = v.text;
	return 0;
}

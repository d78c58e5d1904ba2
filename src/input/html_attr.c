#include "input/html_attr.h"

#include "base/civil.h"
#include "base/uri.h"
#include "base/utf8.h"
#include "input/html_chars.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A value that is there but has no bytes; SLICE_NONE is one that goes. */
#define EMPTY ((struct slice){"", 0})

static struct slice
resolve(const struct html_env *env, struct slice ref)
{
	ref = utf8_trim(ref);
	if (ref.n == 0 || slice_is(ref, "#") ||
	    slice_is_nocase(slice_part(ref, 0, 5), "data:"))
		return SLICE_NONE;
	return uri_resolve(env->arena, ref.p[0] == '#' ? env->page : env->base, ref);
}

/* Not a number in the place of a name, unless it is four: browsers see an
 * address in it, and mostly a wrong one. */
static bool
is_host(struct slice host)
{
	char text[INET_ADDRSTRLEN];
	struct in_addr address;
	struct slice rest = host, label = SLICE_NONE;

	while (slice_token(&rest, '.', &label))
		;
	if (label.n == 0 || !isdigit((unsigned char)label.p[0]))
		return true;
	if (host.n >= sizeof text)
		return false;
	memcpy(text, host.p, host.n);
	text[host.n] = '\0';
	return inet_pton(AF_INET, text, &address) == 1;
}

/* A name or password in an address is nobody else's business. */
static bool
is_http(struct slice url)
{
	struct uri uri;

	if (!uri_has_scheme(url, "http") && !uri_has_scheme(url, "https"))
		return false;
	uri_split(url, &uri);
	return slice_index(uri.authority, '@') == uri.authority.n && is_host(uri.host);
}

struct slice
html_attr_url(const struct html_env *env, struct slice ref)
{
	struct slice url = resolve(env, ref);

	return is_http(url) ? url : SLICE_NONE;
}

static struct slice
check_url(const struct html_env *env, enum html_tag tag, struct slice value)
{
	(void)tag;
	return html_attr_url(env, value);
}

static struct slice
check_href(const struct html_env *env, enum html_tag tag, struct slice value)
{
	struct slice url = resolve(env, value);

	(void)tag;
	if (is_http(url) || uri_has_scheme(url, "mailto") || uri_has_scheme(url, "tel"))
		return url;
	return SLICE_NONE;
}

static struct slice
check_text(const struct html_env *env, enum html_tag tag, struct slice value)
{
	struct slice text = html_chars(env->arena, value);

	(void)tag;
	return html_is_blank(text) ? SLICE_NONE : text;
}

static struct slice
check_boolean(const struct html_env *env, enum html_tag tag, struct slice value)
{
	(void)env;
	(void)tag;
	(void)value;
	return EMPTY;
}

/* One of the words, as the table spells it; a table ends with NULL. */
static struct slice
one_of(const char *const *words, struct slice value)
{
	value = slice_trim(value);
	for (; *words; words++)
		if (slice_is_nocase(value, *words))
			return slice_str(*words);
	return SLICE_NONE;
}

static struct slice
check_dir(const struct html_env *env, enum html_tag tag, struct slice value)
{
	static const char *const dirs[] = {"ltr", "rtl", "auto", NULL};

	(void)env;
	(void)tag;
	return one_of(dirs, value);
}

static struct slice
check_scope(const struct html_env *env, enum html_tag tag, struct slice value)
{
	static const char *const scopes[] = {"row", "col", "rowgroup", "colgroup", NULL};

	(void)env;
	(void)tag;
	return one_of(scopes, value);
}

/* Only what is surely registered: most that stands in pages is wrong. */
static struct slice
check_lang(const struct html_env *env, enum html_tag tag, struct slice value)
{
	static const char *const langs[] = {"ar", "bg", "bo", "cs", "da", "de", "el",
	    "en", "en-AU", "en-CA", "en-GB", "en-US", "eo", "es", "fa", "fi", "fr", "he",
	    "hi", "hu", "id", "it", "ja", "ko", "la", "mn", "ms", "nl", "no", "pl", "pt",
	    "pt-BR", "ro", "ru", "sa", "sv", "th", "tr", "ug", "uk", "vi", "yue", "zh",
	    "zh-CN", "zh-HK", "zh-Hans", "zh-Hans-CN", "zh-Hant", "zh-Hant-HK",
	    "zh-Hant-TW", "zh-SG", "zh-TW", NULL};

	(void)env;
	(void)tag;
	return one_of(langs, value);
}

static size_t
count_digits(struct slice s)
{
	size_t n = 0;

	while (n < s.n && isdigit((unsigned char)s.p[n]))
		n++;
	return n;
}

struct slice
html_attr_length(struct slice value)
{
	size_t n;

	value = slice_trim(value);
	n = count_digits(value);
	if (n == 0 || n > 5)
		return SLICE_NONE;
	if (n < value.n && !slice_is_nocase(slice_from(value, n), "px"))
		return SLICE_NONE;
	return slice_part(value, 0, n);
}

static struct slice
check_length(const struct html_env *env, enum html_tag tag, struct slice value)
{
	(void)tag;
	value = html_attr_length(value);
	return value.n ? arena_copy(env->arena, value) : SLICE_NONE;
}

static struct slice
check_integer(const struct html_env *env, enum html_tag tag, struct slice value)
{
	size_t sign, n;

	(void)tag;
	value = slice_trim(value);
	sign = value.n && value.p[0] == '-';
	n = count_digits(slice_from(value, sign));
	if (n == 0 || n > 9 || sign + n != value.n)
		return SLICE_NONE;
	return arena_copy(env->arena, value);
}

/* A span of 1 is none. What is too wide or too high is cut by html_fit. */
static struct slice
check_span(const struct html_env *env, enum html_tag tag, struct slice value)
{
	size_t n;
	int span;

	(void)tag;
	value = slice_trim(value);
	n = count_digits(value);
	if (n == 0 || n > 5 || n != value.n)
		return SLICE_NONE;
	span = atoi(arena_cstr(env->arena, value));
	return span > 1 ? arena_printf(env->arena, "%d", span) : SLICE_NONE;
}

static bool
is_token(struct slice s, const char *also)
{
	if (s.n == 0 || s.n > 40)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && !slice_one_of(s.p[i], also))
			return false;
	return true;
}

/* The numbering of a list, or the media type of a source. */
static struct slice
check_type(const struct html_env *env, enum html_tag tag, struct slice value)
{
	static const char numbering[] = "1aAiI";
	struct slice minor;

	value = slice_trim(value);
	if (tag == TAG_OL)
		return value.n == 1 && slice_one_of(value.p[0], numbering)
			   ? arena_copy(env->arena, value)
			   : SLICE_NONE;
	if (!slice_starts(value, SLICE("audio/")) &&
	    !slice_starts(value, SLICE("video/")))
		return SLICE_NONE;
	minor = slice_from(value, sizeof "audio/" - 1);
	return is_token(minor, "+-.") && isalnum((unsigned char)minor.p[0])
		   ? arena_copy(env->arena, value)
		   : SLICE_NONE;
}

/* The language of a piece of code, as highlighters read it. */
static struct slice
check_class(const struct html_env *env, enum html_tag tag, struct slice value)
{
	struct slice class;

	(void)tag;
	for (size_t i = 0; i < value.n; i++) {
		if (i && !isspace((unsigned char)value.p[i - 1]))
			continue;
		class = slice_from(value, i);
		class.n = strcspn(class.p, " \t\n\f\r");
		if (slice_starts(class, SLICE("language-")) &&
		    is_token(slice_from(class, sizeof "language-" - 1), "+-._#"))
			return arena_copy(env->arena, class);
	}
	return SLICE_NONE;
}

/* Digits in a row as a number; -1 when there are not `n`. Taken off *s. */
static int
take_number(struct slice *s, size_t n)
{
	int value = 0;

	if (s->n < n || count_digits(slice_part(*s, 0, n)) < n)
		return -1;
	for (size_t i = 0; i < n; i++)
		value = 10 * value + (s->p[i] - '0');
	*s = slice_from(*s, n);
	return value;
}

static bool
take_char(struct slice *s, const char *set)
{
	if (s->n == 0 || !slice_one_of(s->p[0], set))
		return false;
	*s = slice_from(*s, 1);
	return true;
}

static bool
take_below(struct slice *s, int limit)
{
	int value = take_number(s, 2);

	return value >= 0 && value < limit;
}

static bool
take_day(struct slice *s)
{
	struct civil civil = {0};

	civil.year = take_number(s, 4);
	if (!take_char(s, "-"))
		return false;
	civil.month = take_number(s, 2);
	if (!take_char(s, "-"))
		return false;
	civil.day = take_number(s, 2);
	return civil.year >= 1000 && civil.year < 3000 && civil_is_valid(&civil);
}

/* ...T09:07[:16[.5]] and then Z or an offset */
static bool
take_time(struct slice *s)
{
	size_t fraction;

	if (!take_char(s, "T") || !take_below(s, 24) || !take_char(s, ":") ||
	    !take_below(s, 60))
		return false;
	if (take_char(s, ":")) {
		if (!take_below(s, 60))
			return false;
		if (take_char(s, ".")) {
			fraction = count_digits(*s);
			if (fraction < 1 || fraction > 3)
				return false;
			*s = slice_from(*s, fraction);
		}
	}
	if (take_char(s, "Z"))
		return true;
	return take_char(s, "+-") && take_below(s, 24) && take_char(s, ":") &&
	       take_below(s, 60);
}

/* A date, or a date and time with its offset: valid wherever one is. */
static struct slice
check_datetime(const struct html_env *env, enum html_tag tag, struct slice value)
{
	struct slice rest = value = slice_trim(value);

	(void)tag;
	if (!take_day(&rest) || (rest.n && (!take_time(&rest) || rest.n)))
		return SLICE_NONE;
	return arena_copy(env->arena, value);
}

/* NULL: made here or in html_image, never taken over. */
static const struct {
	const char *name;
	struct slice (*check)(
	    const struct html_env *env, enum html_tag tag, struct slice value);
} attrs[ATTRS] = {
    [ATTR_ALT] = {"alt", check_text},
    [ATTR_CITE] = {"cite", check_url},
    [ATTR_CLASS] = {"class", check_class},
    [ATTR_COLSPAN] = {"colspan", check_span},
    [ATTR_CONTROLS] = {"controls", NULL},
    [ATTR_DATETIME] = {"datetime", check_datetime},
    [ATTR_DIR] = {"dir", check_dir},
    [ATTR_HEIGHT] = {"height", check_length},
    [ATTR_HIDDEN] = {"hidden", check_boolean},
    [ATTR_HREF] = {"href", check_href},
    [ATTR_LANG] = {"lang", check_lang},
    [ATTR_OPEN] = {"open", check_boolean},
    [ATTR_POSTER] = {"poster", check_url},
    [ATTR_REVERSED] = {"reversed", check_boolean},
    [ATTR_ROWSPAN] = {"rowspan", check_span},
    [ATTR_SCOPE] = {"scope", check_scope},
    [ATTR_SIZES] = {"sizes", NULL},
    [ATTR_SRC] = {"src", check_url},
    [ATTR_SRCSET] = {"srcset", NULL},
    [ATTR_START] = {"start", check_integer},
    [ATTR_STYLE] = {"style", NULL},
    [ATTR_TITLE] = {"title", check_text},
    [ATTR_TYPE] = {"type", check_type},
    [ATTR_WIDTH] = {"width", check_length},
};

const char *
html_attr_name(enum html_attr_name name)
{
	return attrs[name].name;
}

static struct slice
source_value(const char *const *pair)
{
	return slice_str(pair[1] ? pair[1] : "");
}

bool
html_attr_source(const char *const *pairs, const char *name, struct slice *value)
{
	for (; pairs && pairs[0]; pairs += 2) {
		if (strcmp(pairs[0], name) == 0) {
			*value = source_value(pairs);
			return true;
		}
	}
	return false;
}

struct style {
	struct slice align;
	bool hides;
};

static struct slice
text_align(struct slice value)
{
	static const char *const aligns[] = {
	    "left", "right", "center", "justify", "start", "end", NULL};

	value = slice_trim(value);
	return one_of(aligns, slice_is_nocase(value, "middle") ? SLICE("center") : value);
}

static void
style_parse(struct style *style, struct slice text)
{
	struct slice declaration, name;

	while (slice_token(&text, ';', &declaration)) {
		if (!slice_token(&declaration, ':', &name))
			continue;
		name = slice_trim(name);
		declaration = slice_trim(declaration);
		if (slice_is_nocase(name, "text-align"))
			style->align = text_align(declaration);
		else if (slice_is_nocase(name, "display"))
			style->hides =
			    slice_is_nocase(slice_part(declaration, 0, 4), "none");
	}
}

/* From `style` and what HTML 4 had for it: only how text is set, and whether
 * it is seen. */
static struct slice
style_make(const struct html_env *env, enum html_tag tag, const char *const *pairs,
    const char *align)
{
	bool block = html_rule(tag)->role >= ROLE_TEXT;
	struct style style = {.align = slice_str(align)};
	struct slice value;

	if (tag != TAG_TABLE && html_attr_source(pairs, "align", &value))
		style.align = text_align(value);
	if (html_attr_source(pairs, "style", &value))
		style_parse(&style, value);
	if (!block)
		style.align = SLICE_NONE;
	if (style.align.n == 0 && !style.hides)
		return SLICE_NONE;
	return arena_printf(env->arena, "%s%.*s%s%s", style.align.n ? "text-align:" : "",
	    SLICE_ARG(style.align), style.align.n && style.hides ? ";" : "",
	    style.hides ? "display:none" : "");
}

/* The number of the attribute, ATTRS when there is none of that name. */
static int
find(const char *name)
{
	int i = 0;

	while (i < ATTRS &&
	       (attrs[i].name[0] != name[0] || strcmp(attrs[i].name, name) != 0))
		i++;
	return i;
}

struct html_attr *
html_attr_list(const struct html_env *env, enum html_tag tag, const char *const *pairs,
    const char *align)
{
	uint32_t allowed = html_rule(tag)->attrs;
	struct html_attr *list = NULL;

	if (!pairs && !align)
		return NULL;
	for (const char *const *p = pairs; p && p[0]; p += 2) {
		int name = find(p[0]);

		if (name < ATTRS && (allowed & ATTR_BIT(name)) && attrs[name].check)
			html_attr_set(&list, env->arena, (enum html_attr_name)name,
			    attrs[name].check(env, tag, source_value(p)));
	}
	if (allowed & ATTR_BIT(ATTR_STYLE))
		html_attr_set(
		    &list, env->arena, ATTR_STYLE, style_make(env, tag, pairs, align));
	return list;
}

bool
html_attr_enough(enum html_tag tag, const struct html_attr *list)
{
	uint32_t needs = html_rule(tag)->needs;

	for (; needs && list; list = list->next)
		if (needs & ATTR_BIT(list->name))
			return true;
	return needs == 0;
}

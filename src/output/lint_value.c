#include "output/lint_value.h"

#include "base/ascii.h"
#include "output/lint.h"

#include <string.h>

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/* Takes `c` off the front, when it is there. */
static bool
take(struct slice *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = slice_from(*s, 1);
	return true;
}

/* Takes exactly n digits that make a number from least to most. */
static bool
take_number(struct slice *s, size_t n, int least, int most, int *number)
{
	*number = 0;
	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!ascii_is_digit(s->p[i]))
			return false;
		*number = *number * 10 + (s->p[i] - '0');
	}
	*s = slice_from(*s, n);
	return *number >= least && *number <= most;
}

static bool
take_date(struct slice *s)
{
	static const int days[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year, month, day;
	bool leap;

	if (!take_number(s, 4, 1000, 2999, &year) || !take(s, '-') ||
	    !take_number(s, 2, 1, 12, &month) || !take(s, '-'))
		return false;
	leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return take_number(s, 2, 1, days[month] + (month == 2 && leap), &day);
}

/* hh:mm, hh:mm:ss or hh:mm:ss.f with up to three digits */
static bool
take_clock(struct slice *s)
{
	int number;
	size_t n = 0;

	if (!take_number(s, 2, 0, 23, &number) || !take(s, ':') ||
	    !take_number(s, 2, 0, 59, &number))
		return false;
	if (!take(s, ':'))
		return true;
	if (!take_number(s, 2, 0, 59, &number))
		return false;
	if (!take(s, '.'))
		return true;
	for (; s->n > 0 && ascii_is_digit(s->p[0]); n++)
		*s = slice_from(*s, 1);
	return n >= 1 && n <= 3;
}

static bool
take_zone(struct slice *s)
{
	int number;

	if (take(s, 'Z'))
		return true;
	if (!take(s, '+') && !take(s, '-'))
		return false;
	if (!take_number(s, 2, 0, 23, &number))
		return false;
	take(s, ':');
	return take_number(s, 2, 0, 59, &number);
}

static bool
is_moment(struct slice s, bool zone_needed)
{
	if (!take_date(&s))
		return false;
	if (s.n == 0)
		return true;
	if ((!take(&s, 'T') && !take(&s, ' ')) || !take_clock(&s))
		return false;
	return s.n == 0 ? !zone_needed : take_zone(&s) && s.n == 0;
}

static bool
is_edit_time(struct slice s)
{
	return is_moment(s, true);
}

static bool
is_time(struct slice s)
{
	struct slice clock = s, month = s;
	int number;

	if (is_moment(s, false) || (take_clock(&clock) && clock.n == 0))
		return true;
	return take_number(&month, 4, 1000, 2999, &number) &&
	       (month.n == 0 ||
		   (take(&month, '-') && take_number(&month, 2, 1, 12, &number) &&
		       month.n == 0));
}

size_t
lint_value_number(struct slice s)
{
	size_t number = 0;

	for (size_t i = 0; i < s.n && ascii_is_digit(s.p[i]); i++)
		number = number * 10 + (size_t)(s.p[i] - '0');
	return number;
}

static bool
is_number(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_digit(s.p[i]))
			return false;
	return s.n > 0 && s.n <= 9;
}

static bool
is_integer(struct slice s)
{
	take(&s, '-');
	return is_number(s);
}

static bool
is_colspan(struct slice s)
{
	return is_number(s) && lint_value_number(s) >= 1 && lint_value_number(s) <= 1000;
}

static bool
is_rowspan(struct slice s)
{
	return is_number(s) && lint_value_number(s) >= 1 && lint_value_number(s) <= 65534;
}

static bool
is_some(struct slice s)
{
	return s.n > 0;
}

static bool
is_id(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (is_space(s.p[i]))
			return false;
	return s.n > 0;
}

static bool
is_resource(struct slice s)
{
	return !lint_uri_wrong(s) &&
	       (slice_starts(s, SLICE("http:")) || slice_starts(s, SLICE("https:")));
}

static bool
is_link(struct slice s)
{
	return is_resource(s) ||
	       (!lint_uri_wrong(s) &&
		   (slice_starts(s, SLICE("mailto:")) || slice_starts(s, SLICE("tel:"))));
}

/*
 * The next image candidate: its URL and its descriptor, which may be none. A
 * comma within a URL belongs to it, one at its end does not.
 */
static bool
take_candidate(struct slice *rest, struct slice *url, struct slice *descriptor)
{
	*rest = slice_trim(*rest);
	*descriptor = SLICE_NONE;
	*url = slice_part(*rest, 0, slice_index(*rest, ' '));
	if (url->n == 0)
		return false;
	*rest = slice_from(*rest, url->n);
	if (url->p[url->n - 1] == ',') {
		url->n--;
	} else {
		*descriptor = slice_part(*rest, 0, slice_index(*rest, ','));
		*rest = slice_from(*rest, descriptor->n + 1);
		*descriptor = slice_trim(*descriptor);
	}
	return true;
}

/* "640w" or "1.5x" */
static bool
is_descriptor(struct slice s)
{
	struct slice number = slice_part(s, 0, s.n - 1), whole, fraction;
	char unit = s.p[s.n - 1];
	size_t point = slice_index(number, '.');

	whole = slice_part(number, 0, point);
	fraction = slice_from(number, point + 1);
	if (!is_number(whole) || (unit != 'w' && unit != 'x'))
		return false;
	if (point < number.n && (unit == 'w' || !is_number(fraction)))
		return false;
	return lint_value_number(whole) > 0 || lint_value_number(fraction) > 0;
}

bool
lint_srcset_has_widths(struct slice s)
{
	struct slice url, descriptor;

	while (take_candidate(&s, &url, &descriptor))
		if (descriptor.n > 0 && descriptor.p[descriptor.n - 1] == 'w')
			return true;
	return false;
}

/* No two candidates may be for the same width or density, and one without a
 * descriptor counts as 1x. */
static bool
is_srcset(struct slice s)
{
	enum { CANDIDATES_MAX = 32 };
	struct slice seen[CANDIDATES_MAX], url, descriptor;
	size_t n = 0;

	while (take_candidate(&s, &url, &descriptor)) {
		if (n == CANDIDATES_MAX || !is_resource(url))
			return false;
		if (descriptor.n == 0)
			descriptor = SLICE("1x");
		if (!is_descriptor(descriptor))
			return false;
		for (size_t i = 0; i < n; i++)
			if (slice_eq(seen[i], descriptor) ||
			    seen[i].p[seen[i].n - 1] != descriptor.p[descriptor.n - 1])
				return false;
		seen[n++] = descriptor;
	}
	return n > 0;
}

/* CSS of the harmless kind: words, numbers, and parentheses in pairs. */
static bool
is_plain_css(struct slice s)
{
	int depth = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!ascii_is_alnum(c) && !slice_one_of(c, " ()-.,:%+*/<>="))
			return false;
		depth += c == '(' ? 1 : c == ')' ? -1 : 0;
		if (depth < 0)
			return false;
	}
	return s.n > 0 && depth == 0;
}

static bool
is_style(struct slice s)
{
	static const char *const harmless[] = {
	    "text-align:left",
	    "text-align:right",
	    "text-align:center",
	    "text-align:justify",
	    "text-align:start",
	    "text-align:end",
	    "display:none",
	};
	struct slice one;
	size_t n = 0;

	for (; slice_token(&s, ';', &one); n++) {
		struct slice name, value;
		bool ok = false;

		one = slice_trim(one);
		if (one.n == 0 && n > 0)
			continue;
		name = slice_part(one, 0, slice_index(one, ':'));
		value = slice_trim(slice_from(one, name.n + 1));
		for (size_t i = 0; i < sizeof harmless / sizeof *harmless && !ok; i++) {
			struct slice row = slice_str(harmless[i]);
			size_t colon = slice_index(row, ':');

			ok = slice_eq(name, slice_part(row, 0, colon)) &&
			     slice_eq(value, slice_from(row, colon + 1));
		}
		if (!ok)
			return false;
	}
	return n > 0;
}

/* ISO 639-1, two bytes each. */
static const char languages[] =
    "aaabaeafakamanarasavayazbabebgbhbibmbnbobrbscacechcocrcscucvcydadedvdzeeeleneoeseteu"
    "fafffifjfofrfygaglgnguguhahehihohrhthuhyhziaidieigiiikioisitiujajvkakgkikjkkklkmknko"
    "krkskukvkwkylalblglilnloltlulvmgmhmimkmlmnmrmsmtmynanbndnengnlnnnonrnvnyocojomorospa"
    "piplpsptqurmrnrorurwsascsdsesgshsiskslsmsnsosqsrssstsusvswtatetgthtitktltntotrtstttw"
    "tyugukuruzvevivowawoxhyiyozazhzu";

static bool
is_language_code(struct slice s)
{
	if (s.n != 2)
		return s.n == 3;
	for (const char *p = languages; *p; p += 2)
		if (p[0] == s.p[0] && p[1] == s.p[1])
			return true;
	return false;
}

static bool
is_language(struct slice s)
{
	struct slice code, part;

	if (!slice_token(&s, '-', &code) || !is_language_code(code))
		return false;
	for (size_t i = 0; i < code.n; i++)
		if (code.p[i] < 'a' || code.p[i] > 'z')
			return false;
	while (slice_token(&s, '-', &part)) {
		if (part.n < 1 || part.n > 8)
			return false;
		for (size_t i = 0; i < part.n; i++)
			if (!ascii_is_alnum(part.p[i]))
				return false;
	}
	return true;
}

static size_t
token_length(struct slice s)
{
	size_t n = 0;

	while (n < s.n && (ascii_is_alnum(s.p[n]) || slice_one_of(s.p[n], "!#$&^_.+-")))
		n++;
	return n;
}

static bool
is_type(struct slice s)
{
	size_t n = token_length(s);
	struct slice rest = slice_from(s, n);

	if (n == 0 || !take(&rest, '/') || (n = token_length(rest)) == 0)
		return false;
	rest = slice_from(rest, n);
	if (rest.n == 0)
		return true;
	if (!take(&rest, ';'))
		return false;
	take(&rest, ' ');
	if (!slice_starts(rest, SLICE("codecs=")))
		return false;
	rest = slice_from(rest, strlen("codecs="));
	if (!take(&rest, '"'))
		return rest.n > 0 && token_length(rest) == rest.n;
	while (
	    rest.n > 0 && (ascii_is_alnum(rest.p[0]) || slice_one_of(rest.p[0], "., _-")))
		rest = slice_from(rest, 1);
	return slice_is(rest, "\"");
}

static bool
is_rel(struct slice s)
{
	static const char *const known[] = {"alternate", "author", "bookmark", "external",
	    "help", "license", "me", "next", "nofollow", "noopener", "noreferrer", "prev",
	    "search", "sponsored", "tag", "ugc"};
	struct slice word;

	while (slice_token(&s, ' ', &word)) {
		bool ok = false;

		for (size_t i = 0; i < sizeof known / sizeof *known && !ok; i++)
			ok = slice_is(word, known[i]);
		if (!ok)
			return false;
	}
	return true;
}

/* A kind of value has a check, or a list of words. */
static const struct value {
	const char *what;
	bool (*check)(struct slice);
	const char *words;
	bool url;
} values[] = {
    [VALUE_ANY] = {.what = "anything"},
    [VALUE_SOME] = {"any text", is_some, NULL, false},
    [VALUE_FLAG] = {.what = "empty, as a boolean attribute is"},
    [VALUE_ID] = {"one word", is_id, NULL, false},
    [VALUE_LINK] = {"an absolute http, https, mailto or tel URL", is_link, NULL, true},
    [VALUE_RESOURCE] = {"an absolute http or https URL", is_resource, NULL, true},
    [VALUE_SRCSET] = {"a list of absolute http URLs and sizes", is_srcset, NULL, true},
    [VALUE_SIZES] = {"a list of CSS sizes", is_plain_css, NULL, false},
    [VALUE_QUERY] = {"a CSS media query", is_plain_css, NULL, false},
    [VALUE_STYLE] = {"text-align or display:none alone", is_style, NULL, false},
    [VALUE_LANGUAGE] = {"a language tag", is_language, NULL, false},
    [VALUE_TYPE] = {"a media type", is_type, NULL, false},
    [VALUE_NUMBER] = {"a whole number", is_number, NULL, false},
    [VALUE_INTEGER] = {"an integer", is_integer, NULL, false},
    [VALUE_COLSPAN] = {"a number from 1 to 1000", is_colspan, NULL, false},
    [VALUE_ROWSPAN] = {"a number from 1 to 65534", is_rowspan, NULL, false},
    [VALUE_TIME] = {"a date or time", is_time, NULL, false},
    [VALUE_EDIT_TIME] = {"a date, or date and time with zone", is_edit_time, NULL, false},
    [VALUE_REL] = {"a list of known link types", is_rel, NULL, false},
    [VALUE_TARGET] = {.what = "a target", .words = "_blank _self _parent _top"},
    [VALUE_DIR] = {.what = "a direction", .words = "ltr rtl auto"},
    [VALUE_YESNO] = {.what = "yes or no", .words = "yes no"},
    [VALUE_HIDDEN] = {.what = "empty", .words = "hidden until-found"},
    [VALUE_LIST_TYPE] = {.what = "a kind of numbers", .words = "1 a A i I"},
    [VALUE_SCOPE] = {.what = "a scope", .words = "row col rowgroup colgroup"},
    [VALUE_LOADING] = {.what = "lazy or eager", .words = "lazy eager"},
    [VALUE_DECODING] = {.what = "a way to decode", .words = "sync async auto"},
    [VALUE_PRELOAD] = {.what = "a way to preload", .words = "none metadata auto"},
    [VALUE_TRACK] = {.what = "a kind of track",
	.words = "subtitles captions descriptions chapters metadata"},
};

static bool
is_word(struct slice words, struct slice value)
{
	struct slice word;

	while (slice_token(&words, ' ', &word))
		if (slice_eq(word, value))
			return true;
	return false;
}

static bool
is_right(enum lint_value kind, const char *name, struct slice value)
{
	const struct value *row = &values[kind];

	if (row->check)
		return row->check(value);
	switch (kind) {
	case VALUE_ANY:
		return true;
	case VALUE_FLAG:
		return value.n == 0 || slice_is(value, name);
	case VALUE_HIDDEN:
		if (value.n == 0)
			return true;
		/* fallthrough */
	default:
		return is_word(slice_str(row->words), value);
	}
}

const char *
lint_value_wrong(enum lint_value kind, const char *name, struct slice value)
{
	return is_right(kind, name, value) ? NULL : values[kind].what;
}

bool
lint_value_is_url(enum lint_value kind)
{
	return values[kind].url;
}

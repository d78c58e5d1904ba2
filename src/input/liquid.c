#include "input/liquid.h"

#include "base/buf.h"
#include "base/utf8.h"

enum {
	KINDS = 20,          /* different ones that are reported */
	NAME = 60,           /* bytes of a name in a report */
	FILTERS = 4,         /* one behind the other */
	GROWTH = 8,          /* times the text's size, plus */
	SPARE = 1024 * 1024, /* this, that an expansion may reach */
	FENCE = 3,
};

struct liquid {
	struct buf out;
	struct slice text;
	size_t at; /* what stands before is done */
	bool markdown;
	const struct liquid_env *env;
	struct arena *arena;
	struct diags *diags;
	struct slices seen; /* kinds already reported */
	int line;           /* of text.p[counted] */
	size_t counted;
	size_t fence; /* length of the open highlight's fence, 0: none is open */
	bool no_endcomment, no_endhighlight; /* from `at` on there is none */
};

/* One {% tag %} or {{ output }}, without braces and white space control. */
struct tag {
	struct slice name, rest; /* first word, what follows it */
	size_t end;              /* offset behind the closing brace */
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct slice
first_word(struct slice s)
{
	size_t n = 0;

	while (n < s.n && !is_blank(s.p[n]))
		n++;
	return slice_part(s, 0, n);
}

/* Take the tag apart whose braces open at `at`; false when they never close. */
static bool
tag_at(struct slice text, size_t at, struct slice close, struct tag *tag)
{
	struct slice inner = slice_from(text, at + 2);
	size_t n = slice_find(inner, close);

	if (n == inner.n)
		return false;
	tag->end = at + 2 + n + close.n;
	inner = slice_part(inner, 0, n);
	if (slice_starts(inner, SLICE("-")))
		inner = slice_from(inner, 1);
	if (slice_ends(inner, SLICE("-")))
		inner.n--;
	inner = slice_trim(inner);
	tag->name = first_word(inner);
	tag->rest = slice_trim(slice_from(inner, tag->name.n));
	return true;
}

/* Is this what follows the opening brace of {% NAME … %}? */
static bool
is_named(struct slice inner, const char *name)
{
	struct slice after;

	if (slice_starts(inner, SLICE("-")))
		inner = slice_from(inner, 1);
	while (inner.n && is_blank(inner.p[0]))
		inner = slice_from(inner, 1);
	after = slice_from(inner, slice_str(name).n);
	return slice_starts(inner, slice_str(name)) && after.n &&
	       (is_blank(after.p[0]) || slice_starts(after, SLICE("%}")) ||
		   slice_starts(after, SLICE("-%}")));
}

/*
 * The next {% NAME %} from `from` on: its start, or text.n. Tags between are
 * not taken apart: what stands in {% raw %} may be half a tag.
 */
static size_t
find_tag(struct slice text, size_t from, const char *name, struct tag *tag)
{
	for (; from < text.n; from += 2) {
		from += slice_find(slice_from(text, from), SLICE("{%"));
		if (is_named(slice_from(text, from + 2), name))
			return tag_at(text, from, SLICE("%}"), tag) ? from : text.n;
	}
	return text.n;
}

static void
escape(struct buf *out, struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '&':
			buf_str(out, "&amp;");
			break;
		case '<':
			buf_str(out, "&lt;");
			break;
		case '>':
			buf_str(out, "&gt;");
			break;
		default:
			buf_char(out, s.p[i]);
		}
}

static void
emit(struct liquid *l, struct slice s)
{
	if (l->fence && !l->markdown)
		escape(&l->out, s);
	else
		buf_slice(&l->out, s);
}

static void
report(
    struct liquid *l, size_t at, const char *before, struct slice kind, const char *after)
{
	kind = slice_part(first_word(kind), 0, NAME);
	kind.n = utf8_valid(kind);
	if (l->seen.n == KINDS || slices_has(&l->seen, kind))
		return;
	slices_add(&l->seen, l->arena, kind);
	for (; l->counted < at; l->counted++)
		l->line += l->text.p[l->counted] == '\n';
	diag_add(
	    l->diags, DIAG_WARN, l->line, "%s%.*s%s", before, SLICE_ARG(kind), after);
}

static bool
is_absolute(struct slice url)
{
	return slice_find(url, SLICE("://")) < url.n || slice_starts(url, SLICE("//"));
}

/* site.url as Jekyll has it: without the base URL. */
static struct slice
site_origin(const struct liquid_env *env)
{
	struct slice url = env->site_url;

	if (slice_ends(url, env->baseurl))
		url.n -= env->baseurl.n;
	return url;
}

static struct slice
with_base(struct liquid *l, struct slice origin, struct slice path)
{
	const char *slash = slice_starts(path, SLICE("/")) || path.n == 0 ? "" : "/";

	if (is_absolute(path))
		return path;
	return arena_printf(l->arena, "%.*s%.*s%s%.*s", SLICE_ARG(origin),
	    SLICE_ARG(l->env->baseurl), slash, SLICE_ARG(path));
}

/* The value of a variable or a literal; false for what is not known here. */
static bool
value_of(struct liquid *l, struct slice s, struct slice *value)
{
	const struct liquid_env *env = l->env;
	const struct {
		const char *name;
		struct slice value;
	} known[] = {
	    {"site.url", site_origin(env)},
	    {"site.baseurl", env->baseurl},
	    {"page.url", env->page_url},
	    {"page.title", env->page_title},
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (slice_is(s, known[i].name)) {
			*value = known[i].value;
			return true;
		}
	if (s.n < 2 || (s.p[0] != '"' && s.p[0] != '\'') || s.p[s.n - 1] != s.p[0])
		return false;
	*value = slice_part(s, 1, s.n - 1);
	return true;
}

static bool
filter(struct liquid *l, struct slice name, struct slice *value)
{
	if (slice_is(name, "relative_url"))
		*value = with_base(l, SLICE_NONE, *value);
	else if (slice_is(name, "absolute_url"))
		*value = with_base(l, site_origin(l->env), *value);
	else
		return false;
	return true;
}

/* {{ value | filter | filter }} */
static void
output(struct liquid *l, const struct tag *tag)
{
	struct slice all = {tag->name.p, tag->name.n}, part, value;
	bool good;

	if (tag->rest.n)
		all.n = (size_t)(tag->rest.p + tag->rest.n - all.p);
	if (!slice_token(&all, '|', &part))
		return;
	part = slice_trim(part);
	good = value_of(l, part, &value);
	for (int i = 0; good && slice_token(&all, '|', &part); i++)
		good = i < FILTERS && filter(l, slice_trim(part), &value);
	if (good)
		emit(l, value);
	else
		report(l, l->at, "{{ ", slice_trim(part),
		    " }} is not known and was dropped");
}

static void
tag_link(struct liquid *l, const struct tag *tag)
{
	const struct liquid_env *env = l->env;
	struct slice url = SLICE_NONE;

	if (env->find)
		url = env->find(env->ctx, l->arena, tag->rest);
	if (url.n)
		emit(l, url);
	else
		report(l, l->at, "there is no article ", tag->rest, " to link to");
}

/* Verbatim to the end tag, or to the end of the text. */
static void
tag_raw(struct liquid *l, const struct tag *tag)
{
	struct tag end = {.end = l->text.n};
	size_t close = find_tag(l->text, tag->end, "endraw", &end);

	emit(l, slice_part(l->text, tag->end, close));
	l->at = close < l->text.n ? end.end : l->text.n;
}

static void
tag_comment(struct liquid *l, const struct tag *tag)
{
	struct tag end;

	if (!l->no_endcomment &&
	    find_tag(l->text, tag->end, "endcomment", &end) < l->text.n) {
		l->at = end.end;
		return;
	}
	l->no_endcomment = true;
	report(l, l->at, "{% ", tag->name, " %} is never closed");
}

/* A name of a language that is safe in an attribute and behind a fence. */
static struct slice
language(struct slice s)
{
	size_t n = 0;

	while (n < s.n &&
	       (s.p[n] == '+' || s.p[n] == '#' || s.p[n] == '-' || s.p[n] == '_' ||
		   s.p[n] == '.' || (s.p[n] >= '0' && s.p[n] <= '9') ||
		   ((s.p[n] | 0x20) >= 'a' && (s.p[n] | 0x20) <= 'z')))
		n++;
	return slice_part(s, 0, n);
}

/* One longer than any run of backticks inside. */
static size_t
fence_for(struct slice code)
{
	size_t longest = FENCE - 1, run = 0;

	for (size_t i = 0; i < code.n; i++) {
		run = code.p[i] == '`' ? run + 1 : 0;
		if (run > longest)
			longest = run;
	}
	return longest + 1;
}

static void
fence(struct liquid *l)
{
	for (size_t i = 0; i < l->fence; i++)
		buf_char(&l->out, '`');
}

/* Is nothing but blanks before the end of `out`'s last line? */
static bool
at_line_start(const struct buf *out)
{
	size_t n = out->n;

	while (n > 0 && (out->p[n - 1] == ' ' || out->p[n - 1] == '\t'))
		n--;
	return n == 0 || out->p[n - 1] == '\n';
}

static bool
at_line_end(struct slice rest)
{
	size_t n = 0;

	while (n < rest.n && is_blank(rest.p[n]) && rest.p[n] != '\n')
		n++;
	return n == rest.n || rest.p[n] == '\n';
}

static void
tag_highlight(struct liquid *l, const struct tag *tag)
{
	struct slice lang = language(first_word(tag->rest));
	struct tag end;
	size_t close = l->text.n;

	if (!l->fence && !l->no_endhighlight)
		close = find_tag(l->text, tag->end, "endhighlight", &end);
	if (close == l->text.n) {
		l->no_endhighlight = !l->fence;
		report(l, l->at, "{% ", tag->name, " %} is never closed");
		return;
	}
	if (!l->markdown) {
		buf_printf(
		    &l->out, "<pre><code class=\"language-%.*s\">", SLICE_ARG(lang));
		l->fence = FENCE;
		return;
	}
	if (!at_line_start(&l->out))
		buf_char(&l->out, '\n');
	l->fence = fence_for(slice_part(l->text, tag->end, close));
	fence(l);
	buf_slice(&l->out, lang);
	if (!at_line_end(slice_from(l->text, tag->end)))
		buf_char(&l->out, '\n');
}

static void
tag_endhighlight(struct liquid *l, const struct tag *tag)
{
	if (!l->fence)
		return;
	if (!l->markdown) {
		buf_str(&l->out, "</code></pre>");
	} else {
		if (!at_line_start(&l->out))
			buf_char(&l->out, '\n');
		fence(l);
		if (!at_line_end(slice_from(l->text, tag->end)))
			buf_char(&l->out, '\n');
	}
	l->fence = 0;
}

static const struct {
	const char *name;
	void (*run)(struct liquid *l, const struct tag *tag);
} tags[] = {
    {"raw", tag_raw},
    {"comment", tag_comment},
    {"highlight", tag_highlight},
    {"endhighlight", tag_endhighlight},
    {"post_url", tag_link},
    {"link", tag_link},
};

/* l->at is at the tag; a handler that eats more moves it further. */
static void
run_tag(struct liquid *l, const struct tag *tag)
{
	size_t at = l->at;

	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		if (slice_is(tag->name, tags[i].name)) {
			tags[i].run(l, tag);
			if (l->at == at)
				l->at = tag->end;
			return;
		}
	if (!slice_starts(tag->name, SLICE("end"))) /* its opener was reported */
		report(l, at, "{% ", tag->name, " %} is not known and was dropped");
	l->at = tag->end;
}

/* The next "{{" or "{%" from `from` on, or text.n. */
static size_t
find_open(struct slice text, size_t from)
{
	for (; from < text.n; from++) {
		from += slice_index(slice_from(text, from), '{');
		if (from + 1 < text.n &&
		    (text.p[from + 1] == '{' || text.p[from + 1] == '%'))
			return from;
	}
	return text.n;
}

static void
expand(struct liquid *l)
{
	bool no_close[2] = {false, false};

	while (l->at < l->text.n && !l->out.full) {
		size_t open = find_open(l->text, l->at);
		bool is_tag = open + 1 < l->text.n && l->text.p[open + 1] == '%';
		struct tag tag;

		emit(l, slice_part(l->text, l->at, open));
		l->at = open;
		if (open == l->text.n)
			break;
		if (no_close[is_tag] ||
		    !tag_at(l->text, open, is_tag ? SLICE("%}") : SLICE("}}"), &tag)) {
			no_close[is_tag] = true;
			emit(l, slice_part(l->text, open, open + 2));
			l->at = open + 2;
		} else if (is_tag) {
			run_tag(l, &tag);
		} else {
			output(l, &tag);
			l->at = tag.end;
		}
	}
	if (l->fence) /* its end tag stood in {% raw %} */
		tag_endhighlight(l, &(struct tag){.end = l->text.n});
}

struct slice
liquid_expand(struct slice text, bool markdown, const struct liquid_env *env, int line,
    struct arena *arena, struct diags *diags)
{
	struct liquid l = {.text = text,
	    .markdown = markdown,
	    .env = env,
	    .arena = arena,
	    .diags = diags,
	    .line = line};
	struct slice result = SLICE_NONE;

	if (find_open(text, 0) == text.n)
		return text;
	buf_init(&l.out, GROWTH * text.n + SPARE);
	expand(&l);
	if (l.out.full)
		diag_add(diags, DIAG_BAD, line,
		    "its Liquid tags expand to over %zu bytes", l.out.max);
	else
		result = arena_copy(arena, buf_view(&l.out));
	buf_fini(&l.out);
	return result;
}

#include "input/front_fields.h"

#include "base/uri.h"
#include "base/utf8.h"
#include "input/front.h"

#include <stddef.h>
#include <string.h>

/* What every reader of a value needs besides the value. */
struct reading {
	struct article *article;
	const struct zone *zone;
	struct arena *arena;
	struct diags *diags;
	struct slice key; /* being read, for diags */
};

/* Fill what `target` points at, a member of the article, from a value that is
 * not absent; what is filled already stays. */
typedef void reader(struct reading *r, const struct front_node *node, void *target);

/* ---- shapes ---- */

static void
expected(const struct reading *r, const struct front_node *node, const char *what)
{
	diag_add(r->diags, DIAG_WARN, node->line, "front matter: %.*s: expected %s",
	    SLICE_ARG(r->key), what);
}

/* Of the `|`-separated keys the first that has a value in the map, or NULL. */
static const struct front_node *
find_key(const struct front_node *map, const char *keys)
{
	struct slice rest = slice_str(keys), key;

	while (slice_token(&rest, '|', &key))
		for (const struct front_node *k = map->first; k; k = k->next->next)
			if (slice_eq_nocase(k->text, key) && !front_absent(k->next))
				return k;
	return NULL;
}

static const struct front_node *
find(const struct front_node *map, const char *keys)
{
	const struct front_node *key = find_key(map, keys);

	return key ? key->next : NULL;
}

static bool
is_scalar(const struct reading *r, const struct front_node *node, const char *what)
{
	if (node->kind == FRONT_SCALAR)
		return true;
	expected(r, node, what);
	return false;
}

/* 1 yes, 0 no, -1 neither. */
static int
truth(const struct front_node *node)
{
	static const struct {
		const char *word;
		int value;
	} words[] = {
	    {"true", 1},
	    {"yes", 1},
	    {"on", 1},
	    {"false", 0},
	    {"no", 0},
	    {"off", 0},
	};

	if (node->kind != FRONT_SCALAR)
		return -1;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (slice_is_nocase(utf8_trim(node->text), words[i].word))
			return words[i].value;
	return -1;
}

/* ---- plain values ---- */

static void
read_text(struct reading *r, const struct front_node *node, void *target)
{
	struct slice *text = target;

	if (text->n == 0 && is_scalar(r, node, "a text"))
		*text = utf8_squeeze(r->arena, node->text);
}

static void
read_date(struct reading *r, const struct front_node *node, void *target)
{
	struct date *date = target;

	if (!date->known && is_scalar(r, node, "a date"))
		front_date(date, node->text, node->line, r->zone, r->diags);
}

/* BCP 47 in outline: letters, then groups of up to eight letters or digits. */
static bool
is_language(struct slice tag)
{
	struct slice rest = tag, part;

	while (slice_token(&rest, '-', &part)) {
		if (part.n == 0 || part.n > 8)
			return false;
		for (size_t i = 0; i < part.n; i++) {
			char c = (char)(part.p[i] | 0x20);
			bool digit = part.p[i] >= '0' && part.p[i] <= '9';

			if (!(c >= 'a' && c <= 'z') && !(digit && part.p != tag.p))
				return false;
		}
	}
	return tag.n > 0 && tag.p[tag.n - 1] != '-';
}

static void
read_language(struct reading *r, const struct front_node *node, void *target)
{
	struct slice *lang = target;
	char *tag;

	if (!is_scalar(r, node, "a language tag"))
		return;
	tag = arena_cstr(r->arena, slice_trim(node->text));
	for (char *p = tag; (p = strchr(p, '_')) != NULL;)
		*p = '-';
	if (is_language(slice_str(tag)))
		*lang = slice_str(tag);
	else
		expected(r, node, "a language tag such as zh-Hans");
}

static void
read_flag(struct reading *r, const struct front_node *node, void *target)
{
	int value = truth(node);

	if (value < 0)
		expected(r, node, "yes or no");
	else
		*(bool *)target = value;
}

/* ---- what keeps an article back: in doubt it stays back ---- */

static void
keep_back(struct reading *r, const struct front_node *node, void *target, int value)
{
	if (value < 0)
		expected(r, node, "yes or no (the article is kept back)");
	if (value != 0)
		*(bool *)target = true;
}

static void
read_guard(struct reading *r, const struct front_node *node, void *target)
{
	keep_back(r, node, target, truth(node));
}

/* A map is the settings of a Jekyll plug-in. */
static void
read_feed(struct reading *r, const struct front_node *node, void *target)
{
	int value = truth(node);

	if (node->kind != FRONT_MAP)
		keep_back(r, node, target, value < 0 ? value : !value);
}

static void
read_visibility(struct reading *r, const struct front_node *node, void *target)
{
	if (is_scalar(r, node, "a word") &&
	    slice_is_nocase(slice_trim(node->text), "public"))
		return;
	*(bool *)target = true;
}

static void
read_password(struct reading *r, const struct front_node *node, void *target)
{
	(void)r;
	if (truth(node) != 0)
		*(bool *)target = true;
}

/* Could it be a date? What is not ASCII may be a digit too. */
static bool
has_digit(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] >= '0' && s.p[i] <= '9') || (unsigned char)s.p[i] >= 0x80)
			return true;
	return false;
}

/* Jekyll's `published: false`, and everybody else's date of that name. */
static void
read_published(struct reading *r, const struct front_node *node, void *target)
{
	int value = truth(node);

	if (value < 0 && node->kind == FRONT_SCALAR && has_digit(node->text))
		read_date(r, node, target);
	else
		keep_back(r, node, &r->article->unpublished, value < 0 ? value : !value);
}

/* ---- lists ---- */

static void
read_person(struct reading *r, const struct front_node *node, struct people *people)
{
	const struct front_node *name, *uri, *email;
	struct person person = {0};

	if (node->kind == FRONT_SCALAR) {
		person.name = node->text;
		front_person(people, person, r->arena);
		return;
	}
	name = node->kind == FRONT_MAP ? find(node, "name") : NULL;
	if (!name || name->kind != FRONT_SCALAR) {
		expected(r, node, "a name, or a map with a name");
		return;
	}
	person.name = name->text;
	uri = find(node, "uri|url");
	if (uri && is_scalar(r, uri, "an address"))
		person.uri = uri_http(r->arena, uri->text);
	email = find(node, "email");
	if (email && is_scalar(r, email, "a mail address"))
		person.email = slice_trim(email->text);
	front_person(people, person, r->arena);
}

static void
read_people(struct reading *r, const struct front_node *node, void *target)
{
	struct people *people = target;

	if (node->kind == FRONT_SCALAR) {
		front_names(people, node->text, r->arena);
	} else if (node->kind == FRONT_MAP) {
		read_person(r, node, people);
	} else {
		for (const struct front_node *v = node->first; v; v = v->next)
			if (!front_absent(v))
				read_person(r, v, people);
	}
}

static void
read_term(struct reading *r, const struct front_node *node, void *target)
{
	if (is_scalar(r, node, "a word"))
		front_term(target, node->text, r->arena);
}

/* Jekyll's rule: words, unless there is a comma. */
static void
read_words(struct reading *r, struct slice text, struct slices *terms)
{
	static const char commas[] = ",，、";
	struct slice rest = text, term;
	bool listed = front_cut(&rest, commas, &term) && term.n < text.n;

	while (front_cut(&text, listed ? commas : " \t\r\n　", &term))
		front_term(terms, term, r->arena);
}

static void
read_terms(struct reading *r, const struct front_node *node, void *target)
{
	if (node->kind == FRONT_SCALAR) {
		read_words(r, node->text, target);
	} else if (node->kind == FRONT_MAP) {
		expected(r, node, "a list");
	} else {
		for (const struct front_node *v = node->first; v; v = v->next)
			if (!front_absent(v))
				read_term(r, v, target);
	}
}

/* One term, spaces and all, as Jekyll has it. */
static void
read_category(struct reading *r, const struct front_node *node, void *target)
{
	if (node->kind == FRONT_SCALAR)
		read_term(r, node, target);
	else
		read_terms(r, node, target);
}

/* ---- media and origin ---- */

static int64_t
read_length(struct reading *r, const struct front_node *node)
{
	struct slice s = slice_trim(node->text);
	int64_t n = 0;

	if (s.n == 0 || s.n > 15)
		goto bad;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			goto bad;
		n = n * 10 + (s.p[i] - '0');
	}
	return n;
bad:
	expected(r, node, "a number of bytes");
	return 0;
}

static void
read_media(struct reading *r, const struct front_node *node, void *target)
{
	const struct front_node *url = node, *type, *title, *length;
	struct media *media = target;

	if (truth(node) == 0)
		return;
	if (node->kind == FRONT_MAP)
		url = find(node, "url|path|src");
	if (!url || url->kind != FRONT_SCALAR) {
		expected(r, node, "an address, or a map with url");
		return;
	}
	media->url = utf8_trim(url->text);
	if (node->kind != FRONT_MAP)
		return;
	type = find(node, "type");
	if (type)
		read_text(r, type, &media->type);
	title = find(node, "alt|title");
	if (title)
		read_text(r, title, &media->title);
	length = find(node, "length|size");
	if (length && is_scalar(r, length, "a number of bytes"))
		media->length = read_length(r, length);
}

/* An address; or, for `source: The Daily Post`, a name. */
static void
read_place(struct reading *r, const struct front_node *node, void *target)
{
	struct origin *origin = target;
	struct slice text = slice_trim(node->text), url = uri_http(r->arena, text);
	bool address =
	    slice_starts(text, SLICE("/")) || slice_find(text, SLICE("://")) < text.n;

	if (url.n > 0) {
		if (origin->url.n == 0)
			origin->url = url;
	} else if (address) {
		expected(r, node, "a whole http or https address");
	} else {
		read_text(r, node, &origin->name);
	}
}

static void
read_origin(struct reading *r, const struct front_node *node, void *target)
{
	const struct front_node *url, *name, *date;
	struct origin *origin = target;

	if (node->kind == FRONT_SCALAR) {
		read_place(r, node, origin);
		return;
	}
	if (node->kind != FRONT_MAP) {
		expected(r, node, "an address, a name, or a map with name, url and date");
		return;
	}
	url = find(node, "url|link");
	if (url && is_scalar(r, url, "an address"))
		read_place(r, url, origin);
	name = find(node, "name|title");
	if (name)
		read_text(r, name, &origin->name);
	date = find(node, "date");
	if (date)
		read_date(r, date, &origin->date);
}

/* ---- the table ---- */

struct field {
	const char *keys; /* of several, the first that has a value counts */
	reader *read;
	size_t offset; /* of the member in struct article */
};

#define FIELD(keys, read, member)                                                        \
	{                                                                                \
		keys, read, offsetof(struct article, member)                             \
	}

/* A member that several rows fill belongs to the first one that can. */
static const struct field fields[] = {
    FIELD("title", read_text, title),
    FIELD("published", read_published, published),
    FIELD("date", read_date, published),
    FIELD("updated|lastmod|last_modified_at|modified", read_date, updated),
    FIELD("expires", read_date, expires),
    FIELD("authors|author", read_people, authors),
    FIELD("tags", read_terms, tags),
    FIELD("categories", read_terms, categories),
    FIELD("category", read_category, categories),
    FIELD("description|summary|excerpt", read_text, summary),
    FIELD("lang|language", read_language, lang),
    FIELD("id|guid", read_text, guid),
    FIELD("permalink|url", read_text, permalink),
    FIELD("slug", read_text, slug),
    FIELD("from", read_origin, origin),
    FIELD("source", read_origin, origin),
    FIELD("link", read_origin, origin),
    FIELD("image", read_media, image),
    FIELD("enclosure|audio", read_media, enclosure),
    FIELD("rights|license", read_text, rights),
    FIELD("draft", read_guard, draft),
    FIELD("hidden", read_guard, hidden),
    FIELD("feed", read_feed, hidden),
    FIELD("visibility", read_visibility, hidden),
    FIELD("password", read_password, hidden),
    FIELD("minor", read_flag, minor),
};

static void
report_twice(const struct front_node *root, struct diags *diags)
{
	for (const struct front_node *k = root->first; k; k = k->next->next)
		for (const struct front_node *before = root->first; before != k;
		     before = before->next->next) {
			if (!slice_eq_nocase(k->text, before->text))
				continue;
			diag_add(diags, DIAG_WARN, k->line,
			    "front matter: %.*s stands twice, the first one counts",
			    SLICE_ARG(k->text));
			break;
		}
}

void
front_fields(struct article *article, const struct front_node *root,
    const struct zone *zone, struct arena *arena, struct diags *diags)
{
	struct reading r = {
	    .article = article, .zone = zone, .arena = arena, .diags = diags};

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		const struct front_node *key = find_key(root, fields[i].keys);

		if (!key)
			continue;
		r.key = key->text;
		fields[i].read(&r, key->next, (char *)article + fields[i].offset);
	}
	report_twice(root, diags);
}

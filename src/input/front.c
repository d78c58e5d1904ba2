#include "input/front.h"

#include "base/uri.h"
#include "base/utf8.h"
#include "input/front_fields.h"
#include "input/front_tree.h"

/* Feeds bear no more; beyond it only a hostile article goes. */
enum { MAX_LIST = 256 };

/* From 1990-01-01 to 9999-12-31, UTC. */
static const int64_t first_second = 631152000, last_second = 253402300799;

static bool
is_fence(struct slice line, const char *mark)
{
	struct slice head = slice_str(mark);

	return slice_starts(line, head) && slice_trim(slice_from(line, head.n)).n == 0;
}

static bool
is_key_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (unsigned char)c >= 0x80 ||
	       slice_one_of(c, "_-.\"'");
}

/* "key:" or "key: value" from the first column on, as prose hardly ever is. */
static bool
is_key_line(struct slice line)
{
	size_t n = 0;

	while (n < line.n && is_key_char(line.p[n]))
		n++;
	if (n == 0 || n == line.n || line.p[n] != ':')
		return false;
	return n + 1 == line.n || line.p[n + 1] == ' ' || line.p[n + 1] == '\t';
}

/* What the lines between two fences, or below one, look like. */
struct look {
	bool key_first; /* the first line that says anything is a key */
	bool key;       /* some line is */
	bool text;      /* there is anything but blank lines and comments */
};

static void
look_at(struct look *look, struct slice line)
{
	bool key = is_key_line(line);

	line = slice_trim(line);
	if (line.n == 0 || line.p[0] == '#')
		return;
	if (!look->text)
		look->key_first = look->key = key || line.p[0] == '{';
	look->text = true;
	look->key = look->key || key;
}

void
front_split(struct slice text, struct slice *yaml, struct slice *body, int *body_line,
    struct diags *diags)
{
	struct slice bom = SLICE("\xEF\xBB\xBF"), rest, line, start;
	struct look look = {0};

	*yaml = SLICE_NONE;
	*body = rest = slice_from(text, slice_starts(text, bom) ? bom.n : 0);
	*body_line = 1;
	if (!slice_line(&rest, &line) || !is_fence(line, "---"))
		return;
	start = rest;
	for (int n = 2; slice_line(&rest, &line); n++) {
		if (!is_fence(line, "---") && !is_fence(line, "...")) {
			look_at(&look, line);
			continue;
		}
		if (look.text && !look.key)
			return;
		*yaml = slice_make(start.p, (size_t)(line.p - start.p));
		*body = rest;
		*body_line = n + 1;
		return;
	}
	if (look.key_first)
		diag_add(diags, DIAG_BAD, 1, "front matter is not closed");
}

void
front_parse(struct article *article, struct slice yaml, const struct zone *zone,
    struct arena *arena, struct diags *diags)
{
	struct front_node *root;

	if (front_tree(&root, yaml, arena, diags) < 0 || !root || front_absent(root))
		return;
	if (root->kind != FRONT_MAP) {
		diag_add(diags, DIAG_BAD, root->line,
		    "front matter: no keys with values, but a list or a text");
		return;
	}
	front_fields(article, root, zone, arena, diags);
}

struct slice
front_tidy(struct arena *arena, struct slice text)
{
	return utf8_nfc(arena, utf8_squeeze(arena, text));
}

bool
front_cut(struct slice *rest, const char *at, struct slice *piece)
{
	struct slice separators = slice_str(at), s = *rest;

	if (rest->n == 0)
		return false;
	while (s.n) {
		struct slice here = s;

		if (utf8_next(&s) == UTF8_BAD)
			continue;
		here.n -= s.n;
		if (slice_find(separators, here) == separators.n)
			continue;
		*piece = slice_make(rest->p, (size_t)(here.p - rest->p));
		*rest = s;
		return true;
	}
	*piece = *rest;
	*rest = s;
	return true;
}

/* "Name <name@host>" and "Name <https://host/>", as in a mail's From. */
static void
take_address(struct person *person, struct arena *arena)
{
	struct slice name = utf8_trim(person->name), address;
	size_t at = slice_index(name, '<');

	if (at == name.n || name.p[name.n - 1] != '>')
		return;
	person->name = slice_part(name, 0, at);
	address = slice_trim(slice_part(name, at + 1, name.n - 1));
	person->uri = uri_http(arena, address);
	if (person->uri.n == 0 && slice_index(address, '@') < address.n)
		person->email = arena_copy(arena, address);
}

void
front_person(struct people *people, struct person person, struct arena *arena)
{
	take_address(&person, arena);
	person.name = front_tidy(arena, person.name);
	if (person.name.n == 0 || people->n == MAX_LIST)
		return;
	for (size_t i = 0; i < people->n; i++)
		if (slice_eq(people->v[i].name, person.name))
			return;
	people_add(people, arena, person);
}

void
front_term(struct slices *terms, struct slice text, struct arena *arena)
{
	text = front_tidy(arena, text);
	if (text.n > 0 && terms->n < MAX_LIST && !slices_has(terms, text))
		slices_add(terms, arena, text);
}

void
front_names(struct people *people, struct slice text, struct arena *arena)
{
	struct person person = {0};

	while (front_cut(&text, ",，、;；", &person.name))
		front_person(people, person, arena);
}

void
front_date(struct date *date, struct slice text, int line, const struct zone *zone,
    struct diags *diags)
{
	struct err err;

	*date = (struct date){0};
	if (date_parse(date, text, zone, &err) < 0) {
		diag_add(diags, DIAG_WARN, line, "%s", err.text);
	} else if (date->sec < first_second || date->sec > last_second) {
		diag_add(diags, DIAG_WARN, line,
		    "the date %.*s lies outside 1990 to 9999", SLICE_ARG(text));
	} else {
		return;
	}
	*date = (struct date){0};
}

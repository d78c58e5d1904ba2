#include "output/window.h"

#include "base/utf8.h"

/* Of one entry, in the wordiest format: elements, dates and other fixed text; the
 * same for one category (with the address of its scheme) and one person. */
enum { FRAME = 1200, CATEGORY = 200, PERSON = 100 };

/* The least that any entry takes. */
enum { LEAST = 500 };

bool
window_holds(const struct window_limits *limits, size_t position, int64_t arrived)
{
	return (int64_t)position < limits->min_entries || arrived > limits->since;
}

size_t
window_most(const struct window_limits *limits)
{
	return (size_t)(limits->max_bytes / LEAST) + 1;
}

enum { AS_TEXT = 5, AS_DESCRIPTION = 9 };

/* With `each` more for what has to be escaped: "&#x26;" for `&` in RSS, and
 * "&#x26;amp;" in its descriptions, which are taken for HTML. */
static size_t
escaped(struct slice s, size_t each)
{
	size_t n = s.n;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '&' || c == '<' || c == '>' || c == '"' || c == '\\' ||
		    (unsigned char)c < ' ')
			n += each;
	}
	return n;
}

/* This counts most, so it is exact: XML and JSON escape different things. */
static size_t
content_bytes(struct slice s)
{
	size_t xml = 0, json = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if ((unsigned char)c >= 0x80) {
			i += utf8_wide(slice_from(s, i)) - 1;
			continue;
		}
		xml += c == '&' ? 4 : c == '<' || c == '>' ? 3 : 0;
		if ((unsigned char)c < ' ' && c != '\n')
			json += 5;
		else
			json += c == '"' || c == '\\' || c == '\n';
	}
	return s.n + (xml > json ? xml : json);
}

static size_t
people_bytes(const struct people *people)
{
	size_t n = 0;

	for (size_t i = 0; i < people->n; i++)
		n += PERSON + escaped(people->v[i].name, AS_TEXT) +
		     escaped(people->v[i].uri, AS_TEXT) +
		     escaped(people->v[i].email, AS_TEXT);
	return n;
}

static size_t
terms_bytes(const struct slices *terms)
{
	size_t n = 0;

	for (size_t i = 0; i < terms->n; i++)
		n += CATEGORY + 2 * escaped(terms->v[i], AS_TEXT);
	return n;
}

static size_t
media_bytes(const struct media *media)
{
	return escaped(media->url, AS_TEXT) + escaped(media->type, AS_TEXT) +
	       escaped(media->title, AS_TEXT);
}

static size_t
item_bytes(const struct feed_item *item)
{
	const struct entry *e = item->entry;

	/* The summary counts always: RSS has it beside the content. Without one the
	 * title takes its place. */
	return FRAME + escaped(e->summary, AS_DESCRIPTION) +
	       2 * escaped(e->title, AS_DESCRIPTION) +
	       2 * (escaped(e->url, AS_TEXT) + escaped(e->id, AS_TEXT)) +
	       2 * (escaped(e->origin.url, AS_TEXT) + escaped(e->origin.name, AS_TEXT)) +
	       e->lang.n + escaped(e->rights, AS_TEXT) + media_bytes(&e->image) +
	       media_bytes(&e->enclosure) + people_bytes(&e->authors) +
	       people_bytes(&e->contributors) + terms_bytes(&e->tags) +
	       terms_bytes(&e->categories) +
	       (item->content ? content_bytes(e->content) : 0);
}

size_t
window_fit(struct feed_item *item, size_t items, int64_t budget)
{
	int64_t total = 0;

	for (size_t i = 0; i < items; i++)
		total += (int64_t)item_bytes(&item[i]);
	for (size_t i = items; i-- > 0 && total > budget;) {
		if (!item[i].content)
			continue;
		total -= (int64_t)content_bytes(item[i].entry->content);
		item[i].content = false;
		item[i].summary = true;
	}
	while (items > 1 && total > budget)
		total -= (int64_t)item_bytes(&item[--items]);
	return items;
}

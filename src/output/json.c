#include "output/json.h"

#include "base/arena.h"
#include "base/date.h"
#include "base/utf8.h"
#include "output/json_lift.h"
#include "output/proof.h"

#include <jansson.h>
#include <string.h>

#define VERSION   "https://jsonfeed.org/version/1.1"
#define EXTENSION "_xysfeed"

/* Is there anything to say in the extension? */
static bool
has_source(const struct origin *origin)
{
	return origin->url.n || origin->name.n || origin->date.known;
}

static bool
has_extension(const struct entry *e)
{
	return has_source(&e->origin) || e->issued.known || e->contributors.n ||
	       e->rights.n;
}

/* Categories and then tags, no two the same: JSON Feed knows tags only. */
static struct slices
all_tags(struct arena *arena, const struct entry *e)
{
	struct slices all = {0};

	for (size_t i = 0; i < e->categories.n; i++)
		slices_add(&all, arena, e->categories.v[i]);
	for (size_t i = 0; i < e->tags.n; i++)
		if (!slices_has(&e->categories, e->tags.v[i]))
			slices_add(&all, arena, e->tags.v[i]);
	return all;
}

struct writer {
	struct buf *out;
	struct arena *arena; /* of dates and the like */
	const struct feed *feed;
	int depth;
	bool first; /* nothing was written yet in this object or array */
};

static void
write_value(struct writer *w, struct slice s)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t from = 0;

	buf_char(w->out, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x80)
			i += utf8_wide(slice_from(s, i)) - 1;
		if (c >= ' ' && c != '"' && c != '\\')
			continue;
		buf_add(w->out, s.p + from, i - from);
		from = i + 1;
		if (c == '\n')
			buf_add(w->out, "\\n", 2);
		else if (c >= ' ')
			buf_add(w->out, (char[]){'\\', (char)c}, 2);
		else
			buf_add(w->out,
			    (char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
	}
	buf_add(w->out, s.p + from, s.n - from);
	buf_char(w->out, '"');
}

/* A new line for the next member or element. */
static void
write_next(struct writer *w)
{
	if (!w->first)
		buf_char(w->out, ',');
	buf_char(w->out, '\n');
	for (int i = 0; i < w->depth; i++)
		buf_str(w->out, "  ");
	w->first = false;
}

static void
write_key(struct writer *w, const char *key)
{
	write_next(w);
	buf_char(w->out, '"');
	buf_str(w->out, key);
	buf_str(w->out, "\": ");
}

static void
write_open(struct writer *w, char bracket)
{
	buf_char(w->out, bracket);
	w->depth++;
	w->first = true;
}

static void
write_close(struct writer *w, char bracket)
{
	bool empty = w->first;

	w->depth--;
	w->first = true;
	if (!empty)
		write_next(w);
	w->first = false;
	buf_char(w->out, bracket);
}

/* A member, or nothing when there is no value. */
static void
write_string(struct writer *w, const char *key, struct slice value)
{
	if (value.n == 0)
		return;
	write_key(w, key);
	write_value(w, value);
}

static void
write_date(struct writer *w, const char *key, int64_t sec)
{
	write_string(w, key, date_rfc3339(w->arena, sec, w->feed->zone));
}

static void
write_people(struct writer *w, const char *key, const struct people *people)
{
	if (people->n == 0)
		return;
	write_key(w, key);
	write_open(w, '[');
	for (size_t i = 0; i < people->n; i++) {
		write_next(w);
		write_open(w, '{');
		write_string(w, "name", people->v[i].name);
		write_string(w, "url", people->v[i].uri);
		write_close(w, '}');
	}
	write_close(w, ']');
}

static void
write_tags(struct writer *w, const struct entry *e)
{
	struct slices tags = all_tags(w->arena, e);

	if (tags.n == 0)
		return;
	write_key(w, "tags");
	write_open(w, '[');
	for (size_t i = 0; i < tags.n; i++) {
		write_next(w);
		write_value(w, tags.v[i]);
	}
	write_close(w, ']');
}

static void
write_attachment(struct writer *w, const struct media *media)
{
	if (media->url.n == 0)
		return;
	write_key(w, "attachments");
	write_open(w, '[');
	write_next(w);
	write_open(w, '{');
	write_string(w, "url", media->url);
	write_string(w, "mime_type", format_type(media));
	write_string(w, "title", media->title);
	if (media->length > 0) {
		write_key(w, "size_in_bytes");
		buf_printf(w->out, "%lld", (long long)media->length);
	}
	write_close(w, '}');
	write_close(w, ']');
}

static void
write_source(struct writer *w, const struct origin *origin)
{
	if (!has_source(origin))
		return;
	write_key(w, "source");
	write_open(w, '{');
	write_string(w, "name", origin->name);
	write_string(w, "url", origin->url);
	write_string(w, "date", format_day(w->arena, origin->date, w->feed->zone));
	write_close(w, '}');
}

static void
write_extension(struct writer *w, const struct entry *e)
{
	if (!has_extension(e))
		return;
	write_key(w, EXTENSION);
	write_open(w, '{');
	write_source(w, &e->origin);
	write_string(w, "issued", format_day(w->arena, e->issued, w->feed->zone));
	write_people(w, "contributors", &e->contributors);
	write_string(w, "rights", e->rights);
	write_close(w, '}');
}

static void
write_item(struct writer *w, const struct feed_item *item)
{
	const struct entry *e = item->entry;
	struct slice content = format_content(item);

	write_next(w);
	write_open(w, '{');
	write_string(w, "id", e->id);
	write_string(w, "url", e->url);
	write_string(w, "external_url", e->origin.url);
	write_string(w, "title", e->title);
	write_string(w, "content_html", content);
	write_string(w, content.n ? "summary" : "content_text", format_summary(item));
	write_string(w, "image", e->image.url);
	write_date(w, "date_published", e->published);
	write_date(w, "date_modified", e->updated);
	write_people(w, "authors", &e->authors);
	write_tags(w, e);
	write_string(w, "language", format_lang(w->feed, e));
	write_attachment(w, &e->enclosure);
	write_extension(w, e);
	write_close(w, '}');
}

static void
write_hubs(struct writer *w)
{
	const struct feed *f = w->feed;

	if (f->hubs.n == 0 || f->archive)
		return;
	write_key(w, "hubs");
	write_open(w, '[');
	for (size_t i = 0; i < f->hubs.n; i++) {
		write_next(w);
		write_open(w, '{');
		write_string(w, "type", SLICE("WebSub"));
		write_string(w, "url", f->hubs.v[i]);
		write_close(w, '}');
	}
	write_close(w, ']');
}

static void
write_head(struct writer *w)
{
	const struct feed *f = w->feed;
	struct person author = {.name = f->author};

	write_string(w, "version", SLICE(VERSION));
	write_string(w, "title", f->title);
	write_string(w, "home_page_url", f->home);
	write_string(w, "feed_url", f->self);
	write_string(w, "description", f->subtitle);
	write_string(w, "icon", f->logo);
	write_string(w, "favicon", f->icon);
	write_people(w, "authors", &(struct people){&author, f->author.n != 0});
	write_string(w, "language", f->lang);
	write_hubs(w);
}

int
json_write(struct buf *out, const struct feed *feed, struct err *err)
{
	struct writer w = {.out = out, .arena = arena_new(), .feed = feed};

	write_open(&w, '{');
	write_head(&w);
	write_key(&w, "items");
	write_open(&w, '[');
	for (size_t i = 0; i < feed->items; i++)
		write_item(&w, &feed->item[i]);
	write_close(&w, ']');
	write_close(&w, '}');
	buf_char(out, '\n');
	arena_free(w.arena);
	if (out->full)
		return err_set(
		    err, ERR_LIMIT, "the document is larger than %zu bytes", out->max);
	return 0;
}

struct reader {
	struct proof proof;
	struct arena *arena;
	const struct feed *feed;
	struct slices lifted;
};

/* An object of which every member must be asked for. */
struct object {
	const struct reader *reader;
	const json_t *json;
	size_t taken;
};

static struct object
object_of(const struct reader *reader, const json_t *json)
{
	if (!json_is_object(json))
		proof_fault(&reader->proof, "structure",
		    "there is no object where one should be");
	return (struct object){.reader = reader, .json = json};
}

static void
object_end(const struct object *o)
{
	if (json_object_size(o->json) != o->taken)
		proof_fault(&o->reader->proof, "structure",
		    "an object has %zu members, not %zu", json_object_size(o->json),
		    o->taken);
}

static json_t *
take(struct object *o, const char *key)
{
	json_t *value = json_object_get(o->json, key);

	if (value)
		o->taken++;
	else
		proof_fault(&o->reader->proof, "structure", "%s is missing", key);
	return value;
}

/* Take an array of so many elements; NULL when it is none, or should not be. */
static json_t *
take_array(struct object *o, const char *key, size_t n)
{
	json_t *array = n ? take(o, key) : NULL;

	if (!array)
		return NULL;
	if (json_is_array(array) && json_array_size(array) == n)
		return array;
	proof_fault(&o->reader->proof, "structure", "%s is no array of %zu", key, n);
	return NULL;
}

static struct slice
text_of(const struct reader *r, const json_t *json)
{
	return json_lifted(
	    &r->lifted, slice_make(json_string_value(json), json_string_length(json)));
}

static void
read_string(struct object *o, const char *key, struct slice expected)
{
	const json_t *value = expected.n ? take(o, key) : NULL;

	if (value)
		proof_same(&o->reader->proof, key, text_of(o->reader, value), expected);
}

static void
read_date(struct object *o, const char *key, int64_t expected)
{
	const json_t *value = take(o, key);

	if (value)
		proof_instant(&o->reader->proof, key, text_of(o->reader, value), expected,
		    PROOF_RFC3339);
}

static void
read_day(struct object *o, const char *key, struct date expected)
{
	const json_t *value = expected.known ? take(o, key) : NULL;

	if (value)
		proof_day(&o->reader->proof, key, text_of(o->reader, value), expected);
}

static void
read_people(struct object *o, const char *key, const struct people *people)
{
	const json_t *array = take_array(o, key, people->n);

	for (size_t i = 0; array && i < people->n; i++) {
		struct object person = object_of(o->reader, json_array_get(array, i));

		read_string(&person, "name", people->v[i].name);
		read_string(&person, "url", people->v[i].uri);
		object_end(&person);
	}
}

static void
read_tags(struct reader *r, struct object *o, const struct entry *e)
{
	struct slices tags = all_tags(r->arena, e);
	const json_t *array = take_array(o, "tags", tags.n);

	for (size_t i = 0; array && i < tags.n; i++)
		proof_same(&o->reader->proof, "tags",
		    text_of(r, json_array_get(array, i)), tags.v[i]);
}

static void
read_attachment(struct object *o, const struct media *media)
{
	const json_t *array = take_array(o, "attachments", media->url.n != 0);
	struct object at;

	if (!array)
		return;
	at = object_of(o->reader, json_array_get(array, 0));
	read_string(&at, "url", media->url);
	read_string(&at, "mime_type", format_type(media));
	read_string(&at, "title", media->title);
	if (media->length > 0 &&
	    json_integer_value(take(&at, "size_in_bytes")) != media->length)
		proof_fault(
		    &o->reader->proof, "read-back", "size_in_bytes is another number");
	object_end(&at);
}

static void
read_source(struct object *o, const struct origin *origin)
{
	struct object source;

	if (!has_source(origin))
		return;
	source = object_of(o->reader, take(o, "source"));
	read_string(&source, "name", origin->name);
	read_string(&source, "url", origin->url);
	read_day(&source, "date", origin->date);
	object_end(&source);
}

static void
read_extension(struct object *o, const struct entry *e)
{
	struct object extension;

	if (!has_extension(e))
		return;
	extension = object_of(o->reader, take(o, EXTENSION));
	read_source(&extension, &e->origin);
	read_day(&extension, "issued", e->issued);
	read_people(&extension, "contributors", &e->contributors);
	read_string(&extension, "rights", e->rights);
	object_end(&extension);
}

static void
read_item(struct reader *r, const json_t *json, const struct feed_item *item)
{
	const struct entry *e = item->entry;
	struct slice content = format_content(item);
	struct object o;

	r->proof.entry = e;
	o = object_of(r, json);
	read_string(&o, "id", e->id);
	read_string(&o, "url", e->url);
	read_string(&o, "external_url", e->origin.url);
	read_string(&o, "title", e->title);
	read_string(&o, "content_html", content);
	read_string(&o, content.n ? "summary" : "content_text", format_summary(item));
	read_string(&o, "image", e->image.url);
	read_date(&o, "date_published", e->published);
	read_date(&o, "date_modified", e->updated);
	read_people(&o, "authors", &e->authors);
	read_tags(r, &o, e);
	read_string(&o, "language", format_lang(r->feed, e));
	read_attachment(&o, &e->enclosure);
	read_extension(&o, e);
	object_end(&o);
	r->proof.entry = NULL;
}

static void
read_hubs(struct object *o, const struct feed *f)
{
	const json_t *array = take_array(o, "hubs", f->archive ? 0 : f->hubs.n);

	for (size_t i = 0; array && i < f->hubs.n; i++) {
		struct object hub = object_of(o->reader, json_array_get(array, i));

		read_string(&hub, "type", SLICE("WebSub"));
		read_string(&hub, "url", f->hubs.v[i]);
		object_end(&hub);
	}
}

static void
read_head(struct object *o, const struct feed *f)
{
	struct person author = {.name = f->author};

	read_string(o, "version", SLICE(VERSION));
	read_string(o, "title", f->title);
	read_string(o, "home_page_url", f->home);
	read_string(o, "feed_url", f->self);
	read_string(o, "description", f->subtitle);
	read_string(o, "icon", f->logo);
	read_string(o, "favicon", f->icon);
	read_people(o, "authors", &(struct people){&author, f->author.n != 0});
	read_string(o, "language", f->lang);
	read_hubs(o, f);
}

static void
read_feed(struct reader *r, const json_t *root)
{
	const struct feed *f = r->feed;
	struct object o = object_of(r, root);
	const json_t *items;

	read_head(&o, f);
	items = take(&o, "items");
	if (!json_is_array(items) || json_array_size(items) != f->items)
		proof_fault(&r->proof, "structure", "items is no array of %zu", f->items);
	else
		for (size_t i = 0; i < f->items; i++)
			read_item(r, json_array_get(items, i), &f->item[i]);
	object_end(&o);
}

/* All but its long strings. */
static json_t *
load(struct reader *r, struct slice doc, json_error_t *why)
{
	struct buf rest;
	json_t *root;

	buf_init(&rest, doc.n);
	if (json_lift(doc, r->arena, &rest, &r->lifted)) {
		doc = buf_view(&rest);
	} else {
		r->lifted.n = 0;
	}
	root = json_loadb(doc.p ? doc.p : "", doc.n, JSON_REJECT_DUPLICATES, why);
	buf_fini(&rest);
	return root;
}

int
json_prove(struct slice doc, const struct feed *feed, struct lint *lint, struct err *err)
{
	struct reader r = {.arena = arena_new(), .feed = feed};
	json_error_t why;
	json_t *root;

	proof_init(&r.proof, lint, feed->zone);
	proof_feed(&r.proof, feed);
	root = load(&r, doc, &why);
	if (root)
		read_feed(&r, root);
	else
		proof_fault(&r.proof, "json", "line %d: %s", why.line, why.text);
	json_decref(root);
	arena_free(r.arena);
	return proof_verdict(&r.proof, err);
}

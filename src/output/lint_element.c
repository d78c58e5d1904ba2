#include "output/lint_element.h"

#include <stdlib.h>
#include <string.h>

static const struct lint_attribute global[] = {
    {"class", VALUE_ANY, false},
    {"dir", VALUE_DIR, false},
    {"hidden", VALUE_HIDDEN, false},
    {"id", VALUE_ID, false},
    {"lang", VALUE_LANGUAGE, false},
    {"style", VALUE_STYLE, false},
    {"title", VALUE_ANY, false},
    {"translate", VALUE_YESNO, false},
    {0},
};

static const struct lint_attribute of_a[] = {
    {"href", VALUE_LINK, false},
    {"download", VALUE_ANY, false},
    {"hreflang", VALUE_LANGUAGE, false},
    {"rel", VALUE_REL, false},
    {"target", VALUE_TARGET, false},
    {"type", VALUE_TYPE, false},
    {0},
};
static const struct lint_attribute of_audio[] = {
    {"controls", VALUE_FLAG, false},
    {"loop", VALUE_FLAG, false},
    {"muted", VALUE_FLAG, false},
    {"preload", VALUE_PRELOAD, false},
    {"src", VALUE_RESOURCE, false},
    {0},
};
static const struct lint_attribute of_bdo[] = {{"dir", VALUE_DIR, true}, {0}};
static const struct lint_attribute of_col[] = {{"span", VALUE_COLSPAN, false}, {0}};
static const struct lint_attribute of_details[] = {{"open", VALUE_FLAG, false}, {0}};
static const struct lint_attribute of_edit[] = {
    {"cite", VALUE_RESOURCE, false},
    {"datetime", VALUE_EDIT_TIME, false},
    {0},
};
static const struct lint_attribute of_img[] = {
    {"src", VALUE_RESOURCE, true},
    {"alt", VALUE_ANY, true},
    {"decoding", VALUE_DECODING, false},
    {"height", VALUE_NUMBER, false},
    {"loading", VALUE_LOADING, false},
    {"sizes", VALUE_SIZES, false},
    {"srcset", VALUE_SRCSET, false},
    {"width", VALUE_NUMBER, false},
    {0},
};
static const struct lint_attribute of_li[] = {{"value", VALUE_INTEGER, false}, {0}};
static const struct lint_attribute of_media_source[] = {
    {"src", VALUE_RESOURCE, true},
    {"media", VALUE_QUERY, false},
    {"type", VALUE_TYPE, false},
    {0},
};
static const struct lint_attribute of_ol[] = {
    {"reversed", VALUE_FLAG, false},
    {"start", VALUE_INTEGER, false},
    {"type", VALUE_LIST_TYPE, false},
    {0},
};
static const struct lint_attribute of_quote[] = {{"cite", VALUE_RESOURCE, false}, {0}};
static const struct lint_attribute of_source[] = {
    {"srcset", VALUE_SRCSET, true},
    {"height", VALUE_NUMBER, false},
    {"media", VALUE_QUERY, false},
    {"sizes", VALUE_SIZES, false},
    {"type", VALUE_TYPE, false},
    {"width", VALUE_NUMBER, false},
    {0},
};
static const struct lint_attribute of_td[] = {
    {"colspan", VALUE_COLSPAN, false},
    {"rowspan", VALUE_ROWSPAN, false},
    {0},
};
static const struct lint_attribute of_th[] = {
    {"abbr", VALUE_ANY, false},
    {"colspan", VALUE_COLSPAN, false},
    {"rowspan", VALUE_ROWSPAN, false},
    {"scope", VALUE_SCOPE, false},
    {0},
};
static const struct lint_attribute of_time[] = {{"datetime", VALUE_TIME, true}, {0}};
static const struct lint_attribute of_track[] = {
    {"src", VALUE_RESOURCE, true},
    {"default", VALUE_FLAG, false},
    {"kind", VALUE_TRACK, false},
    {"label", VALUE_SOME, false},
    {"srclang", VALUE_LANGUAGE, false},
    {0},
};
static const struct lint_attribute of_video[] = {
    {"controls", VALUE_FLAG, false},
    {"height", VALUE_NUMBER, false},
    {"loop", VALUE_FLAG, false},
    {"muted", VALUE_FLAG, false},
    {"playsinline", VALUE_FLAG, false},
    {"poster", VALUE_RESOURCE, false},
    {"preload", VALUE_PRELOAD, false},
    {"src", VALUE_RESOURCE, false},
    {"width", VALUE_NUMBER, false},
    {0},
};

#define INLINE     (KIND_FLOW | KIND_PHRASING)
#define TABLE_PART (KIND_CAPTION | KIND_COLGROUP | KIND_HEAD | KIND_BODY | KIND_FOOT)
#define IN_MEDIA   (KIND_SOURCE | KIND_TRACK | KIND_TRANSPARENT)

/* In the order of their names: name, is, takes, bars, model, attributes. */
static const struct lint_element elements[] = {
    {"a", INLINE | KIND_INTERACTIVE, KIND_TRANSPARENT, KIND_INTERACTIVE, MODEL_ANY, of_a},
    {"abbr", INLINE, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"audio", INLINE | KIND_MEDIA, IN_MEDIA, KIND_MEDIA, MODEL_MEDIA, of_audio},
    {"b", INLINE, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"bdi", INLINE, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"bdo", INLINE, KIND_PHRASING, 0, MODEL_ANY, of_bdo},
    {"blockquote", KIND_FLOW, KIND_FLOW, 0, MODEL_ANY, of_quote},
    {"br", INLINE | KIND_VOID, 0, 0, MODEL_ANY, NULL},
    {"caption", KIND_CAPTION, KIND_FLOW, KIND_TABLE, MODEL_ANY, NULL},
    {"cite", INLINE, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"code", INLINE, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"col", KIND_COL | KIND_VOID, 0, 0, MODEL_ANY, of_col},
    {"colgroup", KIND_COLGROUP, KIND_COL, 0, MODEL_COLGROUP, of_col},
    {"dd", KIND_DESCRIPTION, KIND_FLOW, 0, MODEL_ANY, NULL},
    {"del", INLINE, KIND_TRANSPARENT, 0, MODEL_ANY, of_edit},
    {"details", KIND_FLOW | KIND_INTERACTIVE, KIND_FLOW | KIND_SUMMARY, 0, MODEL_DETAILS,
	of_details},
    {"dfn", INLINE | KIND_DEFINITION, KIND_PHRASING, KIND_DEFINITION, MODEL_ANY, NULL},
    {"div", KIND_FLOW | KIND_GROUP, KIND_FLOW, 0, MODEL_ANY, NULL},
    {"dl", KIND_FLOW, KIND_TERM | KIND_DESCRIPTION | KIND_GROUP, 0, MODEL_DL, NULL},
    {"dt", KIND_TERM, KIND_FLOW, KIND_HEADING, MODEL_ANY, NULL},
    {"em", INLINE, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"figcaption", KIND_FIGCAPTION, KIND_FLOW, 0, MODEL_ANY, NULL},
    {"figure", KIND_FLOW, KIND_FLOW | KIND_FIGCAPTION, 0, MODEL_FIGURE, NULL},
    {"h1", KIND_FLOW | KIND_HEADING, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"h2", KIND_FLOW | KIND_HEADING, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"h3", KIND_FLOW | KIND_HEADING, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"h4", KIND_FLOW | KIND_HEADING, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"h5", KIND_FLOW | KIND_HEADING, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"h6", KIND_FLOW | KIND_HEADING, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"hr", KIND_FLOW | KIND_VOID, 0, 0, MODEL_ANY, NULL},
    {"i", INLINE, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"img", INLINE | KIND_IMAGE | KIND_VOID, 0, 0, MODEL_ANY, of_img},
    {"ins", INLINE, KIND_TRANSPARENT, 0, MODEL_ANY, of_edit},
    {"kbd", INLINE, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"li", KIND_ITEM, KIND_FLOW, 0, MODEL_ANY, of_li},
    {"mark", INLINE, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"ol", KIND_FLOW, KIND_ITEM, 0, MODEL_ANY, of_ol},
    {"p", KIND_FLOW, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"picture", INLINE, KIND_SOURCE | KIND_IMAGE, 0, MODEL_PICTURE, NULL},
    {"pre", KIND_FLOW, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"q", INLINE, KIND_PHRASING, 0, MODEL_ANY, of_quote},
    {"rp", KIND_RP, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"rt", KIND_RT, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"ruby", INLINE, KIND_PHRASING | KIND_RT | KIND_RP, 0, MODEL_RUBY, NULL},
    {"s", INLINE, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"samp", INLINE, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"small", INLINE, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"source", KIND_SOURCE | KIND_VOID, 0, 0, MODEL_ANY, of_source},
    {"span", INLINE, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"strong", INLINE, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"sub", INLINE, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"summary", KIND_SUMMARY, KIND_PHRASING | KIND_HEADING, 0, MODEL_ANY, NULL},
    {"sup", INLINE, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"table", KIND_FLOW | KIND_TABLE, TABLE_PART, 0, MODEL_TABLE, NULL},
    {"tbody", KIND_BODY, KIND_ROW, 0, MODEL_ANY, NULL},
    {"td", KIND_CELL, KIND_FLOW, 0, MODEL_ANY, of_td},
    {"tfoot", KIND_FOOT, KIND_ROW, 0, MODEL_ANY, NULL},
    {"th", KIND_CELL, KIND_FLOW, KIND_HEADING, MODEL_ANY, of_th},
    {"thead", KIND_HEAD, KIND_ROW, 0, MODEL_ANY, NULL},
    {"time", INLINE, KIND_PHRASING, 0, MODEL_ANY, of_time},
    {"tr", KIND_ROW, KIND_CELL, 0, MODEL_ROW, NULL},
    {"track", KIND_TRACK | KIND_VOID, 0, 0, MODEL_ANY, of_track},
    {"u", INLINE, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"ul", KIND_FLOW, KIND_ITEM, 0, MODEL_ANY, NULL},
    {"var", INLINE, KIND_PHRASING, 0, MODEL_ANY, NULL},
    {"video", INLINE | KIND_MEDIA, IN_MEDIA, KIND_MEDIA, MODEL_MEDIA, of_video},
    {"wbr", INLINE | KIND_VOID, 0, 0, MODEL_ANY, NULL},
};

static const struct lint_element group = {
    "div", KIND_GROUP, KIND_TERM | KIND_DESCRIPTION, 0, MODEL_GROUP, NULL};
static const struct lint_element media_source = {
    "source", KIND_SOURCE | KIND_VOID, 0, 0, MODEL_ANY, of_media_source};

static int
compare(const void *key, const void *row)
{
	const struct lint_element *element = row;

	return slice_cmp(*(const struct slice *)key, slice_str(element->name));
}

const struct lint_element *
lint_element_find(struct slice name)
{
	return bsearch(&name, elements, sizeof elements / sizeof *elements,
	    sizeof *elements, compare);
}

const struct lint_element *
lint_element_within(const struct lint_element *element, const struct lint_element *parent)
{
	if ((element->is & KIND_GROUP) && parent->model == MODEL_DL)
		return &group;
	if ((element->is & KIND_SOURCE) && parent->model == MODEL_MEDIA)
		return &media_source;
	return element;
}

static const struct lint_attribute *
find(const struct lint_attribute *list, struct slice name)
{
	for (; list && list->name; list++)
		if (slice_is(name, list->name))
			return list;
	return NULL;
}

const struct lint_attribute *
lint_attribute_find(const struct lint_element *element, struct slice name)
{
	const struct lint_attribute *own = find(element->attribute, name);

	return own ? own : find(global, name);
}

/* From any of the states in `from` (a set of bits), a child of one of these
 * kinds leads to the state `to`. The first row that fits counts. */
struct step {
	unsigned kinds, from;
	int to;
};

enum { S0 = 1, S1 = 2, S2 = 4, S3 = 8, S4 = 16 };

static const struct model {
	struct step step[7];
	unsigned end; /* states it may end in; 0: any */
	const char *missing;
} models[MODELS] = {
    [MODEL_COLGROUP] = {{{KIND_COL, S0, 0}}, 0, NULL},
    [MODEL_DETAILS] = {{{KIND_SUMMARY, S0, 1}, {KIND_FLOW, S1, 1}}, S1, "a summary"},
    [MODEL_DL] = {{{KIND_TERM, S0 | S1 | S2, 1}, {KIND_DESCRIPTION, S1 | S2, 2},
		      {KIND_GROUP, S0 | S3, 3}},
	S0 | S2 | S3, "a dd"},
    [MODEL_FIGURE] = {{{KIND_FIGCAPTION, S0, 1}, {KIND_FIGCAPTION, S2, 3},
			  {KIND_FLOW, S1, 1}, {KIND_FLOW, S0 | S2, 2}},
	0, NULL},
    [MODEL_GROUP] = {{{KIND_TERM, S0 | S1, 1}, {KIND_DESCRIPTION, S1 | S2, 2}}, S2,
	"a dt or dd"},
    [MODEL_MEDIA] = {{{KIND_SOURCE, S0, 0}, {KIND_TRACK, S0 | S1, 1},
			 {KIND_FLOW, S0 | S1 | S2, 2}},
	0, NULL},
    [MODEL_PICTURE] = {{{KIND_SOURCE, S0, 0}, {KIND_IMAGE, S0, 1}}, S1, "an img"},
    [MODEL_ROW] = {{{KIND_CELL, S0 | S1, 1}}, S1, "a cell"},
    [MODEL_RUBY] = {{{KIND_PHRASING, S0 | S1, 1}, {KIND_RT, S0 | S1 | S2, 2},
			{KIND_RP, S0 | S1 | S2, 3}, {KIND_RT, S3, 4}, {KIND_RP, S4, 2},
			{KIND_PHRASING, S2, 1}},
	S2, "an rt at its end, or one with an rp on either side"},
    [MODEL_TABLE] = {{{KIND_CAPTION, S0, 1}, {KIND_COLGROUP, S0 | S1 | S2, 2},
			 {KIND_HEAD, S0 | S1 | S2, 3},
			 {KIND_BODY, S0 | S1 | S2 | S3 | S4, 4},
			 {KIND_FOOT, S0 | S1 | S2 | S3 | S4, 5}},
	0, NULL},
};

int
lint_step(enum lint_model model, int state, unsigned kinds)
{
	if (model == MODEL_ANY)
		return state;
	for (const struct step *s = models[model].step; s->kinds; s++)
		if ((s->kinds & kinds) && (s->from >> state & 1))
			return s->to;
	return -1;
}

const char *
lint_missing(enum lint_model model, int state)
{
	unsigned end = models[model].end;

	return end == 0 || (end >> state & 1) ? NULL : models[model].missing;
}

#include "output/face_inside.h"

static void
write_header(struct sheet *p, const struct face_index *index)
{
	struct markup *h = &p->html;
	const struct config *config = p->face->config;

	markup_start(h, "header");
	markup_element(h, "h1", config->site.title);
	sheet_element(p, "p", "about", config->site.subtitle);
	sheet_facts(p, index->tally.entries, index->updated, tally_pace(&index->tally));
	markup_end(h);
}

/* Of the feed of everything the head of the page has said how much it is. */
static void
write_card(struct sheet *p, const struct face_feed *feed, bool is_all)
{
	struct markup *h = &p->html;

	markup_start(h, "article");
	markup_start(h, "h3");
	sheet_link(p, "feed", sheet_feed_href(p, feed), feed->name);
	markup_end(h);
	sheet_element(p, "p", "about", feed->about);
	if (!is_all)
		sheet_facts(p, feed->total, feed->updated, feed->pace);
	sheet_addresses(p, feed);
	markup_end(h);
}

static void
write_feeds(struct sheet *p, const struct face_index *index)
{
	size_t cards = index->feeds < FACE_CARDS ? index->feeds : FACE_CARDS;

	if (index->feeds == 0)
		return;
	sheet_section(p, "feeds", sheet_word(p, WORD_SUBSCRIBE));
	for (size_t i = 0; i < cards; i++)
		write_card(
		    p, &index->feed[i], index->feed[i].total == index->tally.entries);
	if (index->feeds > cards)
		sheet_names(p, index->feed + cards, index->feeds - cards, true);
	sheet_section_end(p);
}

static void
write_section(struct sheet *p, const struct face_section *s, size_t number)
{
	struct markup *h = &p->html;
	struct arena *arena = p->face->arena;

	if (s->feeds == 0)
		return;
	sheet_section(p, arena_printf(arena, "section-%zu", number).p,
	    sheet_word(p, face_kind(s->config)));
	sheet_filter(p, arena_printf(arena, "filter-%zu", number).p);
	sheet_names(p, s->feed, s->feeds, true);
	if (s->all > s->feeds) {
		markup_start(h, "p");
		markup_class(h, "more");
		sheet_link(p, "all", sheet_href(p, face_list_path(s->config, 1, arena)),
		    sheet_fill(
			p, WORD_ALL_OF, sheet_number(p, (int64_t)s->all), SLICE_NONE));
		markup_end(h);
	}
	sheet_section_end(p);
}

int
face_index_write(struct buf *out, const struct face_index *index, struct err *err)
{
	struct sheet p;

	sheet_begin(&p, &index->face, out, index->face.config->site.title,
	    index->feeds ? &index->feed[0] : NULL);
	write_header(&p, index);
	markup_start(&p.html, "main");
	markup_attr(&p.html, "id", SLICE("main"));
	write_feeds(&p, index);
	if (index->entries) {
		sheet_section(&p, "newest", sheet_word(&p, WORD_NEWEST));
		sheet_entries(&p, index->entry, index->entries);
		sheet_section_end(&p);
	}
	sheet_picture(&p, &index->tally);
	for (size_t i = 0; i < index->sections; i++)
		write_section(&p, &index->section[i], i + 1);
	return sheet_end(&p, err);
}

int
face_index_prove(
    struct slice doc, const struct face_index *index, struct lint *lint, struct err *err)
{
	struct sheet_proof p;

	if (sheet_proof_begin(
		&p, &index->face, doc, index->face.config->site.title, lint)) {
		sheet_proof_feeds(&p, index->feed, index->feeds);
		sheet_proof_entries(&p, index->entry, index->entries);
		sheet_proof_last(&p, "entry");
		for (size_t i = 0; i < index->sections; i++)
			sheet_proof_feeds(
			    &p, index->section[i].feed, index->section[i].feeds);
		sheet_proof_last(&p, "feed");
	}
	return sheet_proof_end(&p, err);
}

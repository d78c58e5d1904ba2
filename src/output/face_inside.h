/*
 * face_inside: what the pages share. Only face_*.c include it.
 *
 *     face_index.c, face_feed.c, face_list.c   the pages
 *     face_part.c                              what several of them have
 *     face_picture.c                           articles over time
 *     face_proof.c                             pages read back
 */
#ifndef OUTPUT_FACE_INSIDE_H
#define OUTPUT_FACE_INSIDE_H

#include "output/face.h"
#include "output/format.h"
#include "output/markup.h"

/* A page being written. */
struct sheet {
	const struct face *face;
	struct markup html;
};

/* To <body>, and from </main> on. `feed`: whose documents the head names, or NULL. */
void sheet_begin(struct sheet *sheet, const struct face *face, struct buf *out,
    struct slice title, const struct face_feed *feed);
int sheet_end(struct sheet *sheet, struct err *err);

struct slice sheet_word(const struct sheet *sheet, enum word word);
struct slice sheet_fill(
    const struct sheet *sheet, enum word word, struct slice one, struct slice two);
/* 10,629 */
struct slice sheet_number(const struct sheet *sheet, int64_t number);
/* 2024-02-28 */
struct slice sheet_day(const struct sheet *sheet, int64_t sec);
/* The way from the page to another file of the folder. */
struct slice sheet_href(const struct sheet *sheet, struct slice path);
/* To the page of a feed, or where it has none to its first format. */
struct slice sheet_feed_href(const struct sheet *sheet, const struct face_feed *feed);

void sheet_element(
    struct sheet *sheet, const char *name, const char *class, struct slice text);
void sheet_link(
    struct sheet *sheet, const char *class, struct slice href, struct slice text);

/* <section> with a heading, to its content. */
void sheet_section(struct sheet *sheet, const char *id, struct slice title);
void sheet_section_end(struct sheet *sheet);
/* How many, how often, until when. */
void sheet_facts(struct sheet *sheet, int64_t total, int64_t updated, int64_t pace);
/* Its addresses, to be copied and opened. */
void sheet_addresses(struct sheet *sheet, const struct face_feed *feed);
void sheet_entries(struct sheet *sheet, const struct face_entry *entry, size_t entries);
/* A list of feeds by name; `counts`: with how many entries each has. */
void sheet_names(
    struct sheet *sheet, const struct face_feed *feed, size_t feeds, bool counts);
/* The field that narrows the list which follows. */
void sheet_filter(struct sheet *sheet, const char *id);
void sheet_picture(struct sheet *sheet, const struct tally_months *tally);

/* --- read back ------------------------------------------------------------ */

struct sheet_proof {
	const struct face *face;
	struct lint *lint;
	size_t before;
	struct arena *arena;
	struct slice url; /* of the page */
	xmlDoc *tree;
	const xmlNode *at; /* the last link that was found */
};

/* Has the page this heading? False: there is no going on. */
bool sheet_proof_begin(struct sheet_proof *proof, const struct face *face,
    struct slice doc, struct slice title, struct lint *lint);
/* The next link of this class leads to this address, and has this text. */
void sheet_proof_link(
    struct sheet_proof *proof, const char *class, struct slice url, struct slice text);
/* There is no more of this class. */
void sheet_proof_last(struct sheet_proof *proof, const char *class);
int sheet_proof_end(struct sheet_proof *proof, struct err *err);
/* The address of a feed's document. */
struct slice sheet_proof_url(
    const struct sheet_proof *proof, struct slice key, const char *extension);
void sheet_proof_entries(
    struct sheet_proof *proof, const struct face_entry *entry, size_t entries);
void sheet_proof_feeds(
    struct sheet_proof *proof, const struct face_feed *feed, size_t feeds);

#endif

/*
 * config_value: one value of the configuration, by its type.
 *
 * Each function parses the text of a value into the field that it is for, and
 * leaves the text in canonical form. ERR_CONFIG says what is wrong with it, in
 * the words of the operator. config_value.c has the table of all types:
 *
 *     config_value.c    texts, addresses, paths, and what fits nowhere else
 *     config_number.c   numbers, with and without a unit
 *     config_serve.c    of [serve]: where to listen, whom to believe
 *
 * Only these include this header.
 */
#ifndef MODEL_CONFIG_VALUE_H
#define MODEL_CONFIG_VALUE_H

#include "model/config_draft.h"

/* One value at work. `text` is as written and left in canonical form. */
struct value {
	struct arena *arena;
	const struct config_key *key;
	struct slice text, folder;
	void *field;
};

/* Into a struct slices. */
int value_words(struct value *v, struct err *err);

/* Into an int64_t within the key's limits: digits alone; bytes ("300 kB"); of an
 * hour ("60/hour"); milliseconds ("5 min"); octal ("022"). */
int value_number(struct value *v, struct err *err);
int value_size(struct value *v, struct err *err);
int value_rate(struct value *v, struct err *err);
int value_duration(struct value *v, struct err *err);
int value_mode(struct value *v, struct err *err);

/* Into a struct config_listens; a struct networks; a struct slices of "OLD=NEW". */
int value_listeners(struct value *v, struct err *err);
int value_networks(struct value *v, struct err *err);
int value_redirects(struct value *v, struct err *err);

#endif

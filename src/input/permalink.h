/*
 * permalink: where an article lives on the web, by Jekyll's patterns.
 *
 * :year :month :day :hour :minute :second, :i_month :i_day without zeros,
 * :short_year, :y_day of the year, :week :w_year :w_day of ISO 8601, :short_month
 * :long_month :short_day :long_day in English, :title :slug :categories (in lower
 * case) :path :basename :output_ext. Dates are local to the site. What stands
 * between slashes is percent-encoded; an empty component vanishes with its slash.
 */
#ifndef INPUT_PERMALINK_H
#define INPUT_PERMALINK_H

#include "model/config.h"
#include "model/entry.h"

/* Absolute. Front matter's own permalink wins when it gives a URL of http(s). */
struct slice permalink_make(struct arena *arena, const struct config_site *site,
    struct slice pattern, const struct article *article);

/* "2024-02-28-title.md" without date and extension; "title". */
struct slice permalink_slug(struct slice path);

#endif

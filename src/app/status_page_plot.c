#include "app/status_page_inside.h"

#include <stdlib.h>

/* Pixels of a viewBox that the browser scales; there is room for half an hour's label. */
enum { WIDTH = 720, HEIGHT = 170, LEFT = 52, TOP = 8, BOTTOM = 150, RIGHT = 700 };

enum { HOUR = 3600, TICKS = 6 };

static int
x_of(const struct page_writer *w, int64_t at)
{
	int64_t since = at - (w->page->now - HISTORY_DAY);

	if (since <= 0)
		return LEFT;
	return since < HISTORY_DAY ? LEFT + (int)((RIGHT - LEFT) * since / HISTORY_DAY)
				   : RIGHT;
}

/* The line at `y`, and what it stands for at its left. */
static void
begin_line(struct page_writer *w, int y)
{
	buf_printf(w->out,
	    "<path class=\"grid\" d=\"M%d %dH%d\"/><text class=\"end\" x=\"%d\" "
	    "y=\"%d\">",
	    LEFT, y, RIGHT, LEFT - 6, y + 4);
}

static void
end_line(struct page_writer *w)
{
	buf_str(w->out, "</text>\n");
}

/* Full hours of the site's clock, every few. */
static void
plot_hours(struct page_writer *w)
{
	int64_t step = HISTORY_DAY / TICKS;
	int64_t offset = zone_offset(w->s->zone, w->page->now);
	int64_t local = w->page->now + offset;

	for (int64_t at = local - local % step; at > local - HISTORY_DAY; at -= step)
		buf_printf(w->out,
		    "<text class=\"mid\" x=\"%d\" y=\"%d\">%02d:00</text>\n",
		    x_of(w, at - offset), HEIGHT - 4, (int)(at / HOUR % 24));
}

static void
begin_plot(struct page_writer *w, enum text text)
{
	buf_printf(w->out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH,
	    HEIGHT);
	page_word(w, text);
	buf_str(w->out, "\">\n");
	plot_hours(w);
}

static void
end_plot(struct page_writer *w)
{
	buf_str(w->out, "</svg>\n");
}

/* --- runs ------------------------------------------------------------------------------- */

/* By the bounds of the histogram, which are nearly logarithmic. */
static int
y_of_cost(int64_t cost)
{
	int step = (BOTTOM - TOP) / HISTORY_BUCKETS;
	int64_t from = 0;

	for (int i = 0; i < HISTORY_BUCKETS; i++) {
		int64_t to = history_bounds[i];

		if (cost <= to)
			return BOTTOM - i * step -
			       (int)(step * (cost - from) / (to - from));
		from = to;
	}
	return BOTTOM - HISTORY_BUCKETS * step;
}

/* One path for all of a kind, so that a thousand of them are some kilobytes. */
static void
plot_runs_of(struct page_writer *w, const struct history_run *v, size_t n, bool done)
{
	buf_printf(w->out, "<path class=\"%s\" d=\"M0 0", done ? "dot" : "cross");
	for (size_t i = 0; i < n; i++) {
		int x = x_of(w, v[i].at), y = y_of_cost(v[i].cost);

		if ((v[i].result == RESULT_DONE) != done)
			continue;
		if (done)
			buf_printf(w->out, "M%d %dh0", x, y);
		else
			buf_printf(w->out, "M%d %dl8 8m0-8l-8 8", x - 4, y - 4);
	}
	buf_str(w->out, "\"/>\n");
}

static void
plot_costs(struct page_writer *w)
{
	for (int i = 1; i < HISTORY_BUCKETS; i += 2) {
		begin_line(w, y_of_cost(history_bounds[i]));
		page_cost(w, history_bounds[i]);
		end_line(w);
	}
}

static int
by_cost(const void *a, const void *b)
{
	int64_t x = ((const struct history_run *)a)->cost;
	int64_t y = ((const struct history_run *)b)->cost;

	return (x > y) - (x < y);
}

/* The same in words. */
static void
tell_runs(struct page_writer *w, struct history_run *v, size_t n)
{
	size_t done = 0;

	for (size_t i = 0; i < n; i++)
		done += v[i].result == RESULT_DONE;
	qsort(v, n, sizeof *v, by_cost);
	buf_printf(w->out, "<p>%zu ", n);
	page_word(w, TEXT_RUNS);
	buf_printf(w->out, ": <span class=\"good\">●</span> %zu ", done);
	page_word(w, TEXT_DONE);
	buf_printf(w->out, ", <span class=\"bad\">×</span> %zu ", n - done);
	page_word(w, TEXT_NOT_DONE);
	if (n) {
		buf_str(w->out, "; ");
		page_word(w, TEXT_MEDIAN);
		buf_char(w->out, ' ');
		page_cost(w, v[n / 2].cost);
		buf_str(w->out, ", ");
		page_word(w, TEXT_LONGEST);
		buf_char(w->out, ' ');
		page_cost(w, v[n - 1].cost);
	}
	buf_str(w->out, "</p>\n");
}

void
page_plot_runs(struct page_writer *w)
{
	struct history_run *v = arena_array(w->arena, HISTORY_RUNS, sizeof *v);
	size_t n = history_runs(&w->s->history, w->page->now, v);

	begin_plot(w, TEXT_RUN_TIMES);
	plot_costs(w);
	plot_runs_of(w, v, n, true);
	plot_runs_of(w, v, n, false);
	end_plot(w);
	tell_runs(w, v, n);
}

/* --- requests --------------------------------------------------------------------------- */

static int
y_of_requests(uint64_t requests, uint64_t most)
{
	return BOTTOM - (int)((double)(BOTTOM - TOP) * (double)requests / (double)most);
}

static void
plot_slots(struct page_writer *w, const uint64_t *v, uint64_t most)
{
	int64_t last = w->page->now - w->page->now % TRAFFIC_SLOT;
	int64_t at = last - (TRAFFIC_SLOTS - 1) * TRAFFIC_SLOT;

	buf_printf(w->out, "<path class=\"area\" d=\"M%d %d", x_of(w, at), BOTTOM);
	for (int i = 0; i < TRAFFIC_SLOTS; i++, at += TRAFFIC_SLOT) {
		buf_printf(w->out, "L%d %dH%d", x_of(w, at), y_of_requests(v[i], most),
		    x_of(w, at + TRAFFIC_SLOT));
	}
	buf_printf(w->out, "V%dZ\"/>\n", BOTTOM);
}

void
page_plot_requests(struct page_writer *w)
{
	uint64_t v[TRAFFIC_SLOTS], most = 1;
	uint64_t all = traffic_day(w->page->traffic, w->page->now, v);

	for (int i = 0; i < TRAFFIC_SLOTS; i++)
		most = v[i] > most ? v[i] : most;
	begin_plot(w, TEXT_REQUESTS);
	for (int i = 0; i <= 1; i++) {
		begin_line(w, i ? TOP : BOTTOM);
		buf_printf(w->out, "%llu", i ? (unsigned long long)most : 0ULL);
		end_line(w);
	}
	plot_slots(w, v, most);
	end_plot(w);
	buf_printf(w->out, "<p>%llu ", (unsigned long long)all);
	page_word(w, TEXT_REQUESTS);
	buf_str(w->out, "; ");
	page_word(w, TEXT_PER_SLOT);
	buf_printf(w->out, " %llu</p>\n", (unsigned long long)(all ? most : 0));
}

#include "output/face_inside.h"

/*
 * A bar for each year over a square for each month, in units of the picture; the years
 * share its width. What is older than it shows is one row of the table.
 */
enum {
	YEARS = 60,
	LEFT = 44, /* names of months */
	WIDTH = 660,
	TOP = 18, /* the number over the highest bar */
	BARS = 72,
	GAP = 8,
	ROW = 13,
	FOOT = 22, /* years */
	WIDEST = 26,
	LABEL = 58, /* a year has this room */
	SHADES = 4,
};

struct picture {
	struct sheet *sheet;
	int64_t first, last; /* years */
	int64_t month[YEARS][12];
	int64_t year[YEARS];
	int64_t earlier;
	int64_t most, most_month; /* in a year, in a month */
	int64_t best;             /* the year with most */
	int step;                 /* from one year to the next */
};

static void
fill(struct picture *x, const struct tally_months *t)
{
	x->last = t->v[t->n - 1].month / 12;
	x->first = t->v[0].month / 12;
	if (x->first < x->last - YEARS + 1)
		x->first = x->last - YEARS + 1;
	for (size_t i = 0; i < t->n; i++) {
		int64_t year = t->v[i].month / 12 - x->first;

		if (year < 0) {
			x->earlier += t->v[i].entries;
			continue;
		}
		x->month[year][t->v[i].month % 12] = t->v[i].entries;
		x->year[year] += t->v[i].entries;
		if (t->v[i].entries > x->most_month)
			x->most_month = t->v[i].entries;
	}
	for (int64_t i = 0; i <= x->last - x->first; i++)
		if (x->year[i] > x->most) {
			x->most = x->year[i];
			x->best = x->first + i;
		}
	x->step = (int)((WIDTH - LEFT) / (x->last - x->first + 1));
	if (x->step > WIDEST)
		x->step = WIDEST;
}

static int
left_of(const struct picture *x, int64_t year)
{
	return LEFT + (int)(year - x->first) * x->step;
}

static void
box(struct buf *d, int left, int top, int width, int height)
{
	buf_printf(d, "M%d %dh%dv%dh-%dz", left, top, width, height, width);
}

/* All boxes of one look are one path. */
static void
write_path(struct picture *x, const char *class, struct buf *d)
{
	struct markup *h = &x->sheet->html;

	if (d->n) {
		markup_start(h, "path");
		markup_class(h, class);
		markup_attr(h, "d", buf_view(d));
		markup_end(h);
	}
	buf_reset(d);
}

static void
write_bars(struct picture *x, struct buf *d)
{
	for (int64_t y = x->first; y <= x->last; y++) {
		int height =
		    (int)((x->year[y - x->first] * BARS + x->most - 1) / x->most);

		if (height)
			box(d, left_of(x, y), TOP + BARS - height, x->step - 2, height);
	}
	write_path(x, "bars", d);
}

/* By the root of the number, for a few of an archive's months have most of it. */
static int
shade(const struct picture *x, int64_t entries)
{
	for (int i = 1; i < SHADES; i++)
		if (entries * SHADES * SHADES <= x->most_month * i * i)
			return i;
	return SHADES;
}

/* A square for every month, as lines with gaps. */
static void
write_grid(struct picture *x, struct buf *d)
{
	struct markup *h = &x->sheet->html;

	for (int m = 0; m < 12; m++)
		buf_printf(d, "M%d %dh%d", LEFT,
		    TOP + BARS + GAP + m * ROW + (ROW - 2) / 2,
		    (int)(x->last - x->first + 1) * x->step - 2);
	markup_start(h, "path");
	markup_class(h, "grid");
	markup_attr(h, "stroke-dasharray",
	    arena_printf(x->sheet->face->arena, "%d 2", x->step - 2));
	markup_attr(h, "d", buf_view(d));
	markup_end(h);
	buf_reset(d);
}

static void
write_months(struct picture *x, struct buf *d)
{
	static const char *const classes[SHADES] = {"s1", "s2", "s3", "s4"};

	write_grid(x, d);
	for (int s = 1; s <= SHADES; s++) {
		for (int64_t y = x->first; y <= x->last; y++)
			for (int m = 0; m < 12; m++) {
				int64_t n = x->month[y - x->first][m];

				if (n && shade(x, n) == s)
					box(d, left_of(x, y), TOP + BARS + GAP + m * ROW,
					    x->step - 2, ROW - 2);
			}
		write_path(x, classes[s - 1], d);
	}
}

static void
write_text(struct picture *x, const char *class, int left, int top, struct slice text)
{
	struct markup *h = &x->sheet->html;
	struct arena *arena = x->sheet->face->arena;

	markup_start(h, "text");
	markup_class(h, class);
	markup_attr(h, "x", arena_printf(arena, "%d", left));
	markup_attr(h, "y", arena_printf(arena, "%d", top));
	markup_text(h, text);
	markup_end(h);
}

static struct slice
year_name(const struct picture *x, int64_t year)
{
	return arena_printf(x->sheet->face->arena, "%04d", (int)year);
}

/* Names of years with room between them, counted from the newest one. */
static void
write_labels(struct picture *x)
{
	static const int every[] = {1, 2, 5, 10, 20, 60};
	size_t i = 0;

	while (every[i] * x->step < LABEL && every[i] < YEARS)
		i++;
	for (int64_t y = x->first; y <= x->last; y++)
		if ((x->last - y) % every[i] == 0)
			write_text(x, "middle", left_of(x, y) + (x->step - 2) / 2,
			    TOP + BARS + GAP + 12 * ROW + FOOT - 6, year_name(x, y));
	for (int m = 0; m < 12; m += 3)
		write_text(x, "end", LEFT - 8, TOP + BARS + GAP + m * ROW + 10,
		    arena_printf(x->sheet->face->arena, "%d", m + 1));
	write_text(x, "middle", left_of(x, x->best) + (x->step - 2) / 2, TOP - 6,
	    sheet_number(x->sheet, x->most));
}

static struct slice
month_name(const struct picture *x, int64_t month)
{
	return arena_printf(
	    x->sheet->face->arena, "%04d-%02d", (int)(month / 12), (int)(month % 12) + 1);
}

static void
name(struct picture *x, const char *element, const char *id, struct slice text)
{
	markup_start(&x->sheet->html, element);
	markup_attr(&x->sheet->html, "id", slice_str(id));
	markup_text(&x->sheet->html, text);
	markup_end(&x->sheet->html);
}

static void
write_svg(struct picture *x, const struct tally_months *t)
{
	struct markup *h = &x->sheet->html;
	struct arena *arena = x->sheet->face->arena;
	struct buf d;

	buf_init(&d, 1 << 20);
	markup_start(h, "svg");
	markup_attr(h, "xmlns", SLICE("http://www.w3.org/2000/svg"));
	markup_attr(h, "viewBox",
	    arena_printf(arena, "0 0 %d %d", WIDTH, TOP + BARS + GAP + 12 * ROW + FOOT));
	markup_attr(h, "role", SLICE("img"));
	markup_attr(h, "aria-labelledby", SLICE("picture-title picture-text"));
	name(x, "title", "picture-title",
	    sheet_fill(x->sheet, WORD_PICTURE, month_name(x, t->v[0].month),
		month_name(x, t->v[t->n - 1].month)));
	name(x, "desc", "picture-text",
	    sheet_fill(x->sheet, WORD_PICTURE_TEXT, sheet_number(x->sheet, t->entries),
		year_name(x, x->best)));
	write_bars(x, &d);
	write_months(x, &d);
	write_labels(x);
	markup_end(h);
	buf_fini(&d);
}

static void
write_cell(struct picture *x, const char *element, const char *scope, struct slice text)
{
	struct markup *h = &x->sheet->html;

	markup_start(h, element);
	if (scope)
		markup_attr(h, "scope", slice_str(scope));
	markup_text(h, text);
	markup_end(h);
}

static void
write_number(struct picture *x, int64_t number)
{
	write_cell(x, "td", NULL, sheet_number(x->sheet, number));
}

static void
write_head(struct picture *x)
{
	struct markup *h = &x->sheet->html;

	markup_start(h, "thead");
	markup_start(h, "tr");
	write_cell(x, "th", "col", sheet_word(x->sheet, WORD_YEAR));
	for (int m = 1; m <= 12; m++)
		write_cell(x, "th", "col", arena_printf(x->sheet->face->arena, "%d", m));
	write_cell(x, "th", "col", sheet_word(x->sheet, WORD_TOTAL));
	markup_end(h);
	markup_end(h);
}

/* Years without an article have no row. */
static void
write_rows(struct picture *x)
{
	struct markup *h = &x->sheet->html;

	markup_start(h, "tbody");
	for (int64_t y = x->last; y >= x->first; y--) {
		if (x->year[y - x->first] == 0)
			continue;
		markup_start(h, "tr");
		write_cell(x, "th", "row", year_name(x, y));
		for (int m = 0; m < 12; m++)
			write_number(x, x->month[y - x->first][m]);
		write_number(x, x->year[y - x->first]);
		markup_end(h);
	}
	if (x->earlier) {
		markup_start(h, "tr");
		write_cell(x, "th", "row", sheet_word(x->sheet, WORD_EARLIER));
		markup_start(h, "td");
		markup_attr(h, "colspan", SLICE("13"));
		markup_text(h, sheet_number(x->sheet, x->earlier));
		markup_end(h);
		markup_end(h);
	}
	markup_end(h);
}

static void
write_table(struct picture *x)
{
	struct markup *h = &x->sheet->html;

	markup_start(h, "details");
	markup_element(h, "summary", sheet_word(x->sheet, WORD_NUMBERS));
	markup_start(h, "div");
	markup_class(h, "scroll");
	markup_attr(h, "tabindex", SLICE("0"));
	markup_attr(h, "role", SLICE("group"));
	markup_attr(h, "aria-labelledby", SLICE("picture-title"));
	markup_start(h, "table");
	write_head(x);
	write_rows(x);
	markup_end(h);
	markup_end(h);
	markup_end(h);
}

void
sheet_picture(struct sheet *sheet, const struct tally_months *tally)
{
	struct picture x = {.sheet = sheet};

	if (tally->n == 0)
		return;
	fill(&x, tally);
	sheet_section(sheet, "time", sheet_word(sheet, WORD_OVER_TIME));
	markup_start(&sheet->html, "figure");
	write_svg(&x, tally);
	markup_end(&sheet->html);
	write_table(&x);
	sheet_section_end(sheet);
}

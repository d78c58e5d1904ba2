#include "output/archive.h"

size_t
archive_find(const struct archive *a, int64_t seq)
{
	size_t low = 0, high = a->pages;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (a->page[middle].first <= seq)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? low - 1 : 0;
}

int64_t
archive_start(const struct archive *a, size_t page)
{
	return page ? a->page[page].first : 0;
}

int64_t
archive_end(const struct archive *a, size_t page)
{
	return page + 1 < a->pages ? a->page[page + 1].first : INT64_MAX;
}

struct slice
archive_path(struct arena *arena, struct slice key, int64_t number, const char *extension)
{
	return arena_printf(
	    arena, "%.*s/archive-%lld.%s", SLICE_ARG(key), (long long)number, extension);
}

static int
open_page(struct ledger *ledger, struct slice key, int64_t first, struct arena *arena,
    struct archive *a, struct err *err)
{
	struct page page = {.number = (int64_t)a->pages + 1, .first = first};

	a->page = arena_grow(arena, a->page, a->pages, sizeof *a->page);
	a->page[a->pages++] = page;
	return ledger_page_add(ledger, key, &page, err);
}

int
archive_extend(struct ledger *ledger, struct slice key, int64_t term,
    bool (*member)(const void *ctx, const struct record *record), const void *ctx,
    const struct config_limits *limits, struct arena *arena, struct archive *a,
    struct err *err)
{
	struct walk walk = {.term = term, .end = INT64_MAX, .order = WALK_OLDEST};
	struct arena *each = arena_new();
	struct ledger_walk *open = NULL;
	struct record record;
	int64_t entries = 0, bytes = 0;
	int rc;

	*a = (struct archive){0};
	rc = ledger_pages(ledger, key, arena, &a->page, &a->pages, err);
	if (rc < 0)
		goto out;
	a->known = a->pages;
	if (a->pages)
		walk.first = a->page[a->pages - 1].first;
	rc = ledger_walk_open(ledger, &walk, &open, err);
	while (rc == 0) {
		arena_reset(each);
		rc = ledger_walk_next(open, each, &record, err);
		if (rc <= 0)
			break;
		rc = 0;
		if (!member(ctx, &record))
			continue;
		if (a->pages == 0 || entries >= limits->archive_entries ||
		    (entries > 0 && bytes + record.bytes > limits->archive_bytes)) {
			rc = open_page(ledger, key, record.seq, arena, a, err);
			entries = bytes = 0;
		}
		entries++;
		bytes += record.bytes;
	}
out:
	if (open)
		ledger_walk_close(open);
	arena_free(each);
	return rc;
}

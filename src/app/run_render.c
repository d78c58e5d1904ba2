#include "app/run_inside.h"

#include "app/fresh.h"
#include "app/renditions.h"
#include "input/render.h"

bool
run_is_written(const struct run *r, const struct file_stat *stat)
{
	enum { AWHILE = 60 * 1000 };
	int64_t since = stat->mtime_ns / 1000000 - r->options->taken;

	if (!r->options->open)
		return false;
	return r->report->whole ? fresh_left(stat) > 0 : since > 0 && since < AWHILE;
}

static bool
is_open(const struct run *r, struct slice path)
{
	const struct slices *open = r->options->open;

	for (size_t i = 0; open && i < open->n; i++)
		if (slice_eq(open->v[i], path))
			return true;
	return false;
}

/*
 * An article is not as it was settled. One that is whole can be shown, and its own
 * change comes with the next run; half of one must not be.
 */
static enum rendered
judge_change(struct run *r, const struct record *record, const struct file_stat *read,
    struct arena *arena, const struct diags *diags)
{
	struct file_stat stat;
	struct err err;

	if (is_open(r, record->path) || run_is_written(r, read))
		return RENDERED_LATER;
	if (read->inode)
		return diags_bad(diags) ? RENDERED_LATER : RENDERED;
	return file_stat(&r->articles, arena_cstr(arena, record->path), &stat, &err) == 0
		   ? RENDERED_LATER
		   : RENDERED_UNREAD;
}

/* As it was rendered before; `stat` as for renditions_find. */
static bool
reuse(struct run *r, const struct record *record, bool content,
    const struct file_stat *stat, struct entry *entry)
{
	const struct entry *before =
	    r->options->renditions
		? renditions_find(r->options->renditions, record, content, stat)
		: NULL;
	struct entry now = *entry;

	if (!before)
		return false;
	*entry = *before;
	entry->seq = now.seq;
	entry->id = now.id;
	entry->published = now.published;
	entry->updated = now.updated;
	entry->arrived = now.arrived;
	return true;
}

/* What this run read is rendered once more, for what there is to tell of it. */
static bool
reuse_unchanged(struct run *r, const struct record *record, bool content,
    struct scratch *scratch, struct entry *entry)
{
	struct file_stat stat;
	struct err err;

	return r->options->renditions && !map_get(&r->fresh, record->path) &&
	       file_stat(&r->articles, arena_cstr(scratch->arena, record->path), &stat,
		   &err) > 0 &&
	       reuse(r, record, content, &stat, entry);
}

enum rendered
run_render(void *ctx, size_t worker, const struct record *record, bool content,
    struct arena *arena, struct entry *entry, struct diags *diags)
{
	struct run *r = ctx;
	struct scratch *scratch = &r->hand[worker].scratch;
	enum rendered fate = RENDERED;
	struct article article;
	struct file_stat stat;
	struct digest hash;

	scratch_reset(scratch);
	if (reuse_unchanged(r, record, content, scratch, entry))
		return RENDERED;
	read_article(&r->reader, record->path, scratch, &article, &stat, &hash, diags);
	if (!digest_eq(&hash, &record->hash))
		fate = judge_change(r, record, &stat, scratch->arena, diags);
	if (fate == RENDERED_LATER)
		diags->n = 0;
	/* As it was settled, until its own change comes. */
	if (fate == RENDERED_LATER && reuse(r, record, content, NULL, entry))
		return RENDERED;
	if (fate != RENDERED)
		return fate;
	if (diags_bad(diags))
		return RENDERED_BAD;
	/* What reading noted was reported when the article was read. What
	 * rendering drops is told once, in the run that read it. */
	diags->n = 0;
	if (render_entry(&r->reader, &article, content, scratch, arena, entry, diags) < 0)
		return RENDERED_BAD;
	if (!r->report->first && !map_get(&r->fresh, record->path))
		diags->n = 0;
	if (r->options->renditions && digest_eq(&hash, &record->hash) &&
	    !render_measures(&article))
		renditions_keep(r->options->renditions, record, content, &stat, entry);
	return RENDERED;
}

#include "output/face.h"
#include "output/make_inside.h"

static struct made_document *
add_made(struct making *m, const struct job *job, struct slice path)
{
	struct made *made = m->made;
	struct made_document *d;

	made->document =
	    arena_grow(m->arena, made->document, made->documents, sizeof *made->document);
	d = &made->document[made->documents++];
	*d = (struct made_document){
	    .path = path,
	    .title = job->title,
	    .feed = job->feed,
	    .archive = job->page != PAGE_NONE,
	    .entries = job->shown,
	    .summaries = job->summaries,
	    .bytes_before = -1,
	    .job = job,
	};
	return d;
}

/* When it next changes by itself: one with a schedule waits for its edition. */
static int64_t
due_of(const struct making *m, const struct job *job)
{
	const struct config_schedule *schedule = &job->feed->config->schedule;

	if (!job->due || !schedule->set)
		return job->due;
	return cron_next(&schedule->cron, m->maker->config->site.zone, job->due - 1);
}

static int
put_feed(struct making *m, const struct job *job)
{
	const struct plan_feed *f = job->feed;
	struct feed_row row = {
	    .path = f->key,
	    .name = f->config->name,
	    .term = f->term ? f->term->id : 0,
	    .title = job->title,
	    .entries = (int64_t)job->shown,
	    .updated = job->updated,
	    .due = due_of(m, job),
	    .oldest = job->oldest,
	    .cadence = job->cadence,
	    .total = job->tally.entries,
	    .pace = tally_pace(&job->tally),
	};

	return ledger_feed_put(m->maker->ledger, &row, m->err);
}

void
make_discard(struct making *m, const struct job *job)
{
	for (size_t i = 0; i < job->documents; i++)
		publish_discard(m->maker->publication, &job->document[i]);
}

/* A document that failed its proof costs its feed; a disk that fails costs the
 * run, which then changes nothing. */
static int
fail_job(struct making *m, struct job *job)
{
	struct publication *p = m->maker->publication;

	make_discard(m, job);
	if (job->err.kind == ERR_IO) {
		*m->err = job->err;
		return -1;
	}
	m->made->failed++;
	add_made(m, job, job->refused)->failed = true;
	publish_keep(p, job->feed->key);
	if (publish_refuse(p, job->refused, job->feed->key, m->err) < 0)
		return -1;
	return job->page == PAGE_NONE ? put_feed(m, job) : 0;
}

static int
drop_feed(struct making *m, const struct job *job)
{
	int files = publish_drop_feed(m->maker->publication, job->feed->key, m->err);

	if (files < 0 || ledger_pages_drop(m->maker->ledger, job->feed->key, m->err) < 0)
		return -1;
	if (files)
		add_made(m, job, job->feed->key)->gone = true;
	return ledger_feed_drop(m->maker->ledger, job->feed->key, m->err);
}

/* Its article will be told of, or found, in the next run. Should it turn out to be as it
 * was, the document is made all the same: the feed is due, and knows which page. */
static int
put_off(struct making *m, const struct job *job)
{
	const struct plan_feed *f = job->feed;
	struct ledger *ledger = m->maker->ledger;
	struct feed_row row = {
	    .path = f->key,
	    .name = f->config->name,
	    .term = f->term ? f->term->id : 0,
	    .due = m->maker->now + 1,
	};
	int known = ledger_feed_defer(ledger, f->key, row.due, m->err);

	m->made->waiting++;
	publish_keep(m->maker->publication, f->key);
	if (known == 0)
		known = ledger_feed_put(ledger, &row, m->err);
	if (known >= 0 && job->page != PAGE_NONE)
		known = ledger_pending_put(ledger, f->key,
		    &(struct pending){f->archive.page[job->page].first, CHANGE_TOUCHED},
		    m->err);
	return known < 0 ? -1 : 0;
}

int
make_put(struct making *m, struct job *job)
{
	if (job->waits)
		return put_off(m, job);
	if (job->failed)
		return fail_job(m, job);
	if (job->empty)
		return drop_feed(m, job);
	if (job->foreign.n) {
		m->made->foreign++;
		m->made->foreign_path = job->foreign;
	}
	for (size_t i = 0; i < job->documents; i++) {
		struct document *doc = &job->document[i];
		struct made_document *d = add_made(m, job, doc->path);

		d->bytes = doc->bytes;
		d->bytes_before = doc->bytes_before;
		d->mtime = doc->mtime;
		d->changed = doc->changed || doc->parts;
		d->page = slice_ends(doc->path, SLICE("." FACE_EXTENSION));
		if (publish_take(m->maker->publication, doc, m->err) < 0)
			return -1;
		for (size_t k = 0; k < doc->parts; k++)
			m->made->bytes_written += doc->part[k].row.bytes;
	}
	return job->page == PAGE_NONE ? put_feed(m, job) : 0;
}

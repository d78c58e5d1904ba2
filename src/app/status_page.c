#include "app/status_page_inside.h"

#include "base/date.h"
#include "base/utf8.h"
#include "output/xml.h"

enum {
	SHOWN = 160, /* characters of a name, a reason */
	/* Bytes at which a list ends, so that all together stay below the whole: each of
	 * its rows is far smaller than what is left. */
	TROUBLES_END = 60 * 1000,
	PEERS_END = 75 * 1000,
	FEEDS_END = 90 * 1000,
};

/* --- pieces ----------------------------------------------------------------------------- */

void
page_word(struct page_writer *w, enum text text)
{
	buf_str(w->out, status_page_texts[text][w->language]);
}

static struct slice
shortened(struct slice text)
{
	struct slice rest = text;

	for (int i = 0; i < SHOWN && rest.n; i++)
		(void)utf8_next(&rest);
	return slice_part(text, 0, text.n - rest.n);
}

/* What somebody else wrote cannot turn the text around it. */
void
page_text(struct page_writer *w, struct slice text)
{
	struct slice part = shortened(text);
	struct buf clean;

	if (text.n == 0)
		return;
	buf_init(&clean, 4 * part.n + 1);
	utf8_show(&clean, part);
	buf_str(w->out, "<bdi>");
	xml_escape_text(w->out, buf_view(&clean));
	buf_str(w->out, part.n < text.n ? "…</bdi>" : "</bdi>");
	buf_fini(&clean);
}

void
page_time(struct page_writer *w, int64_t sec)
{
	struct slice full;

	if (!sec) {
		page_word(w, TEXT_NEVER);
		return;
	}
	full = date_rfc3339(w->arena, sec, w->s->zone);
	buf_printf(w->out, "<time datetime=\"%.*s\">%.*s %.*s</time>", SLICE_ARG(full),
	    SLICE_ARG(slice_part(full, 0, 10)), SLICE_ARG(slice_part(full, 11, 19)));
}

void
page_cost(struct page_writer *w, int64_t ms)
{
	if (ms < 1000)
		buf_printf(w->out, "%lld ms", (long long)ms);
	else if (ms < 10000)
		buf_printf(w->out, "%lld.%lld s", (long long)ms / 1000,
		    (long long)ms % 1000 / 100);
	else if (ms < 60000)
		buf_printf(w->out, "%lld s", (long long)ms / 1000);
	else
		buf_printf(w->out, "%lld min", (long long)(ms + 30000) / 60000);
}

static void
add_size(struct page_writer *w, int64_t bytes)
{
	static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
	size_t unit = 0;

	for (; bytes >= 1000 * 1000 && unit < 5; unit++)
		bytes /= 1000;
	buf_printf(w->out, "%lld.%lld %s", (long long)bytes / 1000,
	    (long long)bytes % 1000 / 100, units[unit]);
}

static void
add_number(struct page_writer *w, int64_t n, enum text what)
{
	buf_printf(w->out, "%lld ", (long long)n);
	page_word(w, what);
}

static void
begin_section(struct page_writer *w, enum text title)
{
	buf_str(w->out, "<section>\n<h2>");
	page_word(w, title);
	buf_str(w->out, "</h2>\n");
}

static void
end_section(struct page_writer *w)
{
	buf_str(w->out, "</section>\n");
}

static void
begin_fact(struct page_writer *w, enum text name)
{
	buf_str(w->out, "<dt>");
	page_word(w, name);
	buf_str(w->out, "</dt><dd>");
}

static void
end_fact(struct page_writer *w)
{
	buf_str(w->out, "</dd>\n");
}

struct column {
	enum text title;
	bool number;
};

static void
begin_table(struct page_writer *w, const struct column *v, size_t n)
{
	buf_str(w->out, "<div class=\"wide\"><table>\n<thead><tr>");
	for (size_t i = 0; i < n; i++) {
		buf_printf(
		    w->out, "<th scope=\"col\"%s>", v[i].number ? " class=\"n\"" : "");
		page_word(w, v[i].title);
		buf_str(w->out, "</th>");
	}
	buf_str(w->out, "</tr></thead>\n<tbody>\n");
}

/* With what there is beyond its rows. */
static void
end_table(struct page_writer *w, int64_t more)
{
	buf_str(w->out, "</tbody>\n</table></div>\n");
	if (more <= 0)
		return;
	buf_str(w->out, "<p class=\"dim\">");
	page_word(w, TEXT_AND);
	buf_char(w->out, ' ');
	add_number(w, more, TEXT_MORE);
	buf_str(w->out, "</p>\n");
}

static void
cell_number(struct page_writer *w, int64_t n)
{
	buf_printf(w->out, "<td class=\"n\">%lld</td>", (long long)n);
}

/* --- sections --------------------------------------------------------------------------- */

static void
add_last_run(struct page_writer *w)
{
	const struct status_daemon *d = &w->s->daemon;

	begin_fact(w, TEXT_LAST_RUN);
	page_time(w, d->last ? d->last : w->s->run.at);
	if (d->last) {
		buf_str(w->out, " <span lang=\"en\">(");
		page_text(w, d->last_cause);
		buf_str(w->out, "): ");
		page_text(w, d->last_line);
		buf_str(w->out, "</span>");
	}
	end_fact(w);
	begin_fact(w, TEXT_NEXT_RUN);
	page_time(w, d->next);
	if (d->next) {
		buf_str(w->out, " <span lang=\"en\">(");
		page_text(w, d->next_cause);
		buf_str(w->out, ")</span>");
	}
	end_fact(w);
}

static void
add_sandbox(struct page_writer *w)
{
	const struct sandbox_state *s = &w->s->daemon.sandbox;
	const struct {
		bool on;
		const char *name;
	} part[] = {{s->no_new_privs, "no_new_privs"}, {s->landlock > 0, "landlock"},
	    {s->seccomp, "seccomp"}};
	bool any = false;

	begin_fact(w, TEXT_SANDBOX);
	for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
		if (!part[i].on)
			continue;
		buf_printf(w->out, "%s%s", any ? ", " : "", part[i].name);
		any = true;
	}
	if (!any)
		page_word(w, TEXT_NO_SANDBOX);
	buf_str(w->out, " <span lang=\"en\">");
	page_text(w, slice_str(s->lacks));
	buf_str(w->out, "</span>");
	end_fact(w);
}

static void
add_watch(struct page_writer *w)
{
	const struct status_daemon *d = &w->s->daemon;

	begin_fact(w, TEXT_WATCHED);
	add_number(w, (int64_t)d->folders, TEXT_FOLDERS);
	if (d->blind.n) {
		buf_str(w->out, " <span class=\"bad\" lang=\"en\">");
		page_text(w, d->blind);
		buf_str(w->out, "</span>");
	}
	end_fact(w);
}

static void
add_daemon(struct page_writer *w)
{
	const struct status_daemon *d = &w->s->daemon;

	begin_section(w, TEXT_DAEMON);
	buf_str(w->out, "<dl>\n");
	begin_fact(w, TEXT_SINCE);
	page_time(w, d->since);
	end_fact(w);
	begin_fact(w, TEXT_STATE);
	page_word(w, d->working ? TEXT_WORKING : TEXT_WAITING);
	buf_str(w->out, "; ");
	add_number(w, (int64_t)d->runs, TEXT_RUNS);
	buf_str(w->out, d->failures ? ", <span class=\"bad\">" : ", <span>");
	add_number(w, (int64_t)d->failures, TEXT_FAILED);
	buf_str(w->out, "</span>");
	end_fact(w);
	add_last_run(w);
	add_watch(w);
	begin_fact(w, TEXT_USER);
	page_text(w, d->user);
	end_fact(w);
	add_sandbox(w);
	begin_fact(w, TEXT_PUBLISHED);
	add_number(w, w->s->files, TEXT_DOCUMENTS);
	buf_str(w->out, ", ");
	add_size(w, w->s->file_bytes);
	end_fact(w);
	begin_fact(w, TEXT_LEDGER);
	add_size(w, w->s->ledger_bytes);
	end_fact(w);
	buf_str(w->out, "</dl>\n");
	end_section(w);
}

static void
add_day(struct page_writer *w)
{
	const struct serve_counts *c = w->page->counts;

	begin_section(w, TEXT_LAST_DAY);
	buf_str(w->out, "<h3>");
	page_word(w, TEXT_RUN_TIMES);
	buf_str(w->out, "</h3>\n");
	page_plot_runs(w);
	if (c) {
		buf_str(w->out, "<h3>");
		page_word(w, TEXT_REQUESTS);
		buf_str(w->out, "</h3>\n");
		page_plot_requests(w);
		buf_str(w->out, "<p>");
		add_number(w, (int64_t)c->open, TEXT_OPEN_CONNECTIONS);
		buf_str(w->out, ", ");
		add_number(w, (int64_t)c->not_modified, TEXT_NOT_MODIFIED);
		buf_str(w->out, "</p>\n");
	}
	end_section(w);
}

static const enum text state_texts[ARTICLE_STATES] = {
    [ARTICLE_LIVE] = TEXT_LIVE,
    [ARTICLE_WAITS] = TEXT_WAITS,
    [ARTICLE_HELD] = TEXT_HELD,
    [ARTICLE_OUT] = TEXT_OUT,
    [ARTICLE_BAD] = TEXT_BAD,
};

static void
add_articles(struct page_writer *w)
{
	begin_section(w, TEXT_ARTICLES);
	buf_str(w->out, "<p>");
	for (int i = 0; i < ARTICLE_STATES; i++) {
		buf_str(w->out, i ? ", " : "");
		add_number(w, w->s->states[i], state_texts[i]);
	}
	buf_str(w->out, "; ");
	add_number(w, w->s->last_seq, TEXT_ANNOUNCED);
	buf_str(w->out, "</p>\n");
	end_section(w);
}

static void
add_trouble(struct page_writer *w, const struct troubled *t)
{
	buf_printf(
	    w->out, "<tr><td class=\"%s\">", t->state == ARTICLE_BAD ? "one bad" : "one");
	page_word(w, state_texts[t->state]);
	buf_str(w->out, "</td><td>");
	page_text(w, t->path);
	buf_str(w->out, "</td><td lang=\"en\">");
	page_text(w, t->reason);
	if (t->due) {
		buf_char(w->out, ' ');
		page_word(w, TEXT_UNTIL);
		buf_char(w->out, ' ');
		page_time(w, t->due);
	}
	buf_str(w->out, "</td></tr>\n");
}

static void
add_troubles(struct page_writer *w)
{
	static const struct column columns[] = {
	    {TEXT_STATUS, false}, {TEXT_PATH, false}, {TEXT_REASON, false}};
	const struct snapshot *s = w->s;
	size_t i = 0;

	begin_section(w, TEXT_TROUBLES);
	if (s->troubles) {
		begin_table(w, columns, 3);
		for (; i < s->troubles && w->out->n < TROUBLES_END; i++)
			add_trouble(w, &s->troubled[i]);
		end_table(
		    w, s->states[ARTICLE_BAD] + s->states[ARTICLE_HELD] - (int64_t)i);
	} else {
		buf_str(w->out, "<p>");
		page_word(w, TEXT_NO_TROUBLES);
		buf_str(w->out, "</p>\n");
	}
	end_section(w);
}

static void
add_peer(struct page_writer *w, const struct snapshot_peer *p)
{
	buf_str(w->out, "<tr><td>");
	page_text(w, p->name);
	buf_str(w->out, "<br><span class=\"dim\">");
	page_text(w, p->where);
	buf_str(w->out, "</span>");
	if (p->next) {
		buf_str(w->out, "<br><span class=\"bad\">");
		page_word(w, TEXT_LEFT_ALONE);
		buf_char(w->out, ' ');
		page_time(w, p->next / 1000);
		buf_str(w->out, "</span>");
	}
	buf_str(w->out, "</td>");
	cell_number(w, p->counts.accepted);
	cell_number(w, p->counts.owed);
	cell_number(w, p->counts.failed);
	cell_number(w, p->failed);
	buf_str(w->out, "<td class=\"n\">");
	if (p->median >= 0)
		page_cost(w, p->median);
	buf_str(w->out, "</td></tr>\n");
}

static void
add_push(struct page_writer *w)
{
	static const struct column columns[] = {{TEXT_PEER, false}, {TEXT_ACCEPTED, true},
	    {TEXT_OWED, true}, {TEXT_REFUSED, true}, {TEXT_IN_A_ROW, true},
	    {TEXT_ANSWERS_IN, true}};
	const struct snapshot *s = w->s;
	size_t i = 0;

	begin_section(w, TEXT_PUSH);
	if (s->peers) {
		begin_table(w, columns, sizeof columns / sizeof *columns);
		for (; i < s->peers && w->out->n < PEERS_END; i++)
			add_peer(w, &s->peer[i]);
		end_table(w, (int64_t)(s->peers - i));
	} else {
		buf_str(w->out, "<p>");
		page_word(w, TEXT_NOBODY_TOLD);
		buf_str(w->out, "</p>\n");
	}
	end_section(w);
}

static void
add_feeds(struct page_writer *w)
{
	static const struct column columns[] = {
	    {TEXT_FEED, false}, {TEXT_ENTRIES, true}, {TEXT_UPDATED, false}};
	const struct snapshot *s = w->s;
	size_t i = 0;

	begin_section(w, TEXT_FEEDS);
	begin_table(w, columns, 3);
	for (; i < s->feeds && w->out->n < FEEDS_END; i++) {
		buf_str(w->out, "<tr><td>");
		page_text(w, s->feed[i].path);
		buf_str(w->out, "</td>");
		cell_number(w, s->feed[i].entries);
		buf_str(w->out, "<td>");
		page_time(w, s->feed[i].updated);
		buf_str(w->out, "</td></tr>\n");
	}
	end_table(w, s->feeds_all - (int64_t)i);
	end_section(w);
}

/* --- the page --------------------------------------------------------------------------- */

static void
add_head(struct page_writer *w)
{
	static const char *const languages[PAGE_LANGUAGES] = {"en", "zh-Hans"};

	buf_printf(w->out,
	    "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	    "<meta name=\"robots\" content=\"noindex\">\n<title>",
	    languages[w->language]);
	page_word(w, TEXT_STATUS);
	buf_str(w->out, " – xysfeed</title>\n<link rel=\"stylesheet\" "
			"href=\"" STATUS_PAGE_STYLE "\">\n</head>\n");
}

void
status_page_write(struct buf *out, const struct status_page *page)
{
	const struct snapshot *s = page->snapshot;
	bool chinese = slice_starts(s->language, SLICE("zh"));
	struct page_writer w = {
	    .out = out,
	    .arena = arena_new(),
	    .language = chinese ? PAGE_CHINESE : PAGE_ENGLISH,
	    .page = page,
	    .s = s,
	};

	add_head(&w);
	buf_str(out, "<body>\n<header>\n<h1>");
	page_text(&w, s->title);
	buf_str(out, " – ");
	page_word(&w, TEXT_STATUS);
	buf_str(out, "</h1>\n<p class=\"dim\">");
	page_word(&w, TEXT_AS_OF);
	buf_char(out, ' ');
	page_time(&w, s->now);
	buf_str(out, "</p>\n</header>\n<main>\n");
	add_daemon(&w);
	add_day(&w);
	add_articles(&w);
	add_troubles(&w);
	add_push(&w);
	add_feeds(&w);
	buf_str(out, "</main>\n</body>\n</html>\n");
	arena_free(w.arena);
}

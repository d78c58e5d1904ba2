#include "model/config_draft.h"

#include "base/uri.h"
#include "base/work.h"

#include <stddef.h>
#include <string.h>

#ifndef PROFILE_DIR
#define PROFILE_DIR "/usr/share/xysfeed/profiles"
#endif

enum { MANY = 1000 * 1000 * 1000 };

static struct slice
site_title(const struct config *config, const struct config_feed *feed)
{
	struct uri uri;

	(void)feed;
	uri_split(config->site.url, &uri);
	return uri.host;
}

static struct slice
site_author(const struct config *config, const struct config_feed *feed)
{
	(void)feed;
	return config->site.title;
}

static struct slice
profile_dir(const struct config *config, const struct config_feed *feed)
{
	(void)config, (void)feed;
	return SLICE(PROFILE_DIR);
}

static struct slice
output_url(const struct config *config, const struct config_feed *feed)
{
	(void)feed;
	return config->site.url;
}

static struct slice
output_state(const struct config *config, const struct config_feed *feed)
{
	(void)feed;
	return arena_printf(
	    config->arena, "%.*s/../xysfeed.db", SLICE_ARG(config->output.dir));
}

static struct slice
daemon_socket(const struct config *config, const struct config_feed *feed)
{
	(void)feed;
	return arena_printf(config->arena, "%.*s.sock", SLICE_ARG(config->output.state));
}

static struct slice
feed_path(const struct config *config, const struct config_feed *feed)
{
	const char *term = feed->for_each < 0 ? "" : "/:term";

	return arena_printf(config->arena, "%.*s%s", SLICE_ARG(feed->name), term);
}

static struct slice
feed_formats(const struct config *config, const struct config_feed *feed)
{
	int set = config->output.formats;

	(void)feed;
	return arena_printf(config->arena, "%s%s%s", set & FORMAT_ATOM ? "atom " : "",
	    set & FORMAT_RSS ? "rss " : "", set & FORMAT_JSON ? "json" : "");
}

static struct slice
feed_title(const struct config *config, const struct config_feed *feed)
{
	(void)config;
	return feed->for_each < 0 ? SLICE(":site") : SLICE(":site · :term");
}

static struct slice
feed_description(const struct config *config, const struct config_feed *feed)
{
	(void)feed;
	return config->site.subtitle;
}

/* Others than at the root of the host answer for what is below their folder only. */
static struct slice
indexnow_location(const struct config *config, const struct config_feed *feed)
{
	(void)feed;
	if (!config->indexnow.key.n)
		return SLICE_NONE;
	return arena_printf(config->arena, "%.*s%.*s.txt", SLICE_ARG(config->output.url),
	    SLICE_ARG(config->indexnow.key));
}

/* clang-format off */
#define SITE(field)     .offset = offsetof(struct config_site, field)
#define ARTICLES(field) .offset = offsetof(struct config_articles, field)
#define OUTPUT(field)   .offset = offsetof(struct config_output, field)
#define LIMITS(field)   .offset = offsetof(struct config_limits, field)
#define DAEMON(field)   .offset = offsetof(struct config_daemon, field), .running = true
#define FEED(field)     .offset = offsetof(struct config_feed, field)
#define PUSH(field)     .offset = offsetof(struct config_push, field), .running = true
#define SERVE(field)    .offset = offsetof(struct config_serve, field), .running = true
#define HUB(field)      .offset = offsetof(struct config_hub, field)
#define HOOK(field)     .offset = offsetof(struct config_hook, field)
#define INDEXNOW(field) .offset = offsetof(struct config_indexnow, field)
#define CLOUD(field)    .offset = offsetof(struct config_cloud, field)

/* How a kind of them is reached. */
#define REACH(section, of, time, longest) \
	{section, "timeout", "duration", time, \
	    "how long an answer may take", \
	    of(reach.timeout), .min = 100, .max = longest, RUNNING}, \
	{section, "ca_file", "path", "", \
	    "certificates to trust instead of the system's", \
	    of(reach.ca_file), .optional = true, RUNNING}, \
	{section, "proxy", "text", "", \
	    "proxy on the way to it", \
	    of(reach.proxy), .optional = true, RUNNING}, \
	{section, "user_agent", "text", "", \
	    "how we call ourselves", \
	    of(reach.user_agent), .optional = true, RUNNING}, \
	{section, "header", "headers", "", \
	    "further lines of the request, with | in between", \
	    of(reach.header), .optional = true, RUNNING}
#define RUNNING .running = true

/* Values are parsed in this order, so a key stands behind all that its
 * default is made from. */
static const struct config_key table[] = {
	{"", "include", "globs", "",
	    "more files to read",
	    .optional = true},

	{"site", "url", "folder url", NULL,
	    "address of the site",
	    SITE(url), .reading = true},
	{"site", "title", "text", "the host of url",
	    "name of the site, for people",
	    SITE(title), .derive = site_title},
	{"site", "subtitle", "text", "",
	    "what the site is about, in a sentence",
	    SITE(subtitle), .optional = true},
	{"site", "language", "language", "",
	    "language of articles that name none",
	    SITE(language), .optional = true, .reading = true},
	{"site", "timezone", "time zone", "UTC",
	    "time zone of dates without one, and of dates in feeds",
	    SITE(timezone), .reading = true},
	{"site", "author", "text", "the title",
	    "author of articles that name none",
	    SITE(author), .reading = true, .derive = site_author},
	{"site", "tag", "tag authority", "",
	    "beginning of the ids of entries",
	    SITE(tag), .optional = true},
	{"site", "rights", "text", "",
	    "copyright or licence of the feeds",
	    SITE(rights), .optional = true},
	{"site", "icon", "url", "",
	    "small square picture of the site",
	    SITE(icon), .optional = true},
	{"site", "logo", "url", "",
	    "larger picture of the site",
	    SITE(logo), .optional = true},

	{"articles", "dir", "path", NULL,
	    "folder of the articles",
	    ARTICLES(dir)},
	{"articles", "include", "globs", "",
	    "which files to take",
	    ARTICLES(include), .optional = true},
	{"articles", "exclude", "globs", "",
	    "which files to leave out",
	    ARTICLES(exclude), .optional = true},
	{"articles", "permalink", "permalink", "/:categories/:year/:month/:day/:title.html",
	    "how the address of an article is made",
	    ARTICLES(permalink), .reading = true},
	{"articles", "profile", "name", "",
	    "habits of this archive to read bylines and banners by",
	    ARTICLES(profile), .optional = true, .reading = true},
	{"articles", "profile_off", "words", "",
	    "rules of the profile to switch off",
	    ARTICLES(profile_off), .optional = true, .reading = true},
	{"articles", "profile_dir", "path", "the installed profiles",
	    "folder of the profiles",
	    ARTICLES(profile_dir), .reading = true, .derive = profile_dir},
	{"articles", "charset", "charset", "auto",
	    "encoding of the files",
	    ARTICLES(charset), .reading = true},
	{"articles", "max_size", "size", "8MB",
	    "largest file to read",
	    ARTICLES(max_size), .min = 1, .max = MANY, .reading = true},
	{"articles", "summary", "number", "200",
	    "length of a summary in characters",
	    ARTICLES(summary), .min = 1, .max = 100000, .reading = true},

	{"output", "dir", "path", NULL,
	    "folder to publish in",
	    OUTPUT(dir)},
	{"output", "url", "folder url", "the url of [site]",
	    "public address of that folder",
	    OUTPUT(url), .derive = output_url},
	{"output", "formats", "formats", "atom rss json",
	    "formats of every feed",
	    OUTPUT(formats)},
	{"output", "state", "path", "xysfeed.db beside dir",
	    "file of the ledger",
	    OUTPUT(state), .derive = output_state},
	{"output", "precompress", "compressions", "",
	    "compressed copies to put beside each file",
	    OUTPUT(precompress), .optional = true},
	{"output", "opml", "yes or no", "yes",
	    "write feeds.opml, the list of all feeds",
	    OUTPUT(opml)},
	{"output", "sitemap", "yes or no", "yes",
	    "write sitemap.xml",
	    OUTPUT(sitemap)},
	{"output", "autodiscovery", "yes or no", "yes",
	    "write autodiscovery.html, to be put into pages",
	    OUTPUT(autodiscovery)},
	{"output", "stylesheet", "yes, no or url", "yes",
	    "style sheet by which browsers show the feeds",
	    OUTPUT(stylesheet)},
	{"output", "pages", "yes or no", "yes",
	    "write pages that show the feeds to people",
	    OUTPUT(pages)},

	{"limits", "flood", "number", "200",
	    "entries that one run may announce or change",
	    LIMITS(flood), .min = 1, .max = MANY},
	{"limits", "drip", "rate", "0",
	    "entries an hour to release of what exceeds flood",
	    LIMITS(drip), .min = 0, .max = MANY},
	{"limits", "html_nodes", "number", "200000",
	    "elements and texts of one article",
	    LIMITS(html_nodes), .min = 100, .max = 100 * 1000 * 1000, .reading = true},
	{"limits", "html_depth", "number", "200",
	    "elements inside each other",
	    LIMITS(html_depth), .min = 10, .max = 1000, .reading = true},
	{"limits", "archive_entries", "number", "50",
	    "entries of one archive document",
	    LIMITS(archive_entries), .min = 1, .max = 100000},
	{"limits", "archive_bytes", "size", "1000000",
	    "size of one archive document",
	    LIMITS(archive_bytes), .min = 1000, .max = MANY},
	{"limits", "tombstone_days", "number", "30",
	    "how long a feed says that an entry was taken down",
	    LIMITS(tombstone_days), .min = 0, .max = 36500},
	{"limits", "threads", "number", "0",
	    "threads that read and write; 0 is one for each processor",
	    LIMITS(threads), .min = 0, .max = WORK_MAX},

	{"daemon", "settle", "duration", "500 ms",
	    "how long it has to be quiet before changes are taken",
	    DAEMON(settle), .min = 0, .max = 3600 * 1000},
	{"daemon", "settle_max", "duration", "10 s",
	    "how long changes are gathered at most",
	    DAEMON(settle_max), .min = 0, .max = 24 * 3600 * 1000},
	{"daemon", "rescan", "duration", "1 h",
	    "how often all files are looked at, whatever was told of them",
	    DAEMON(rescan), .min = 60 * 1000, .max = 366LL * 24 * 3600 * 1000},
	{"daemon", "user", "text", "",
	    "whom to become when started by root",
	    DAEMON(user), .optional = true},
	{"daemon", "umask", "mode", "022",
	    "permissions that new files do not get",
	    DAEMON(umask), .min = 0, .max = 0777},
	{"daemon", "socket", "path", "state with .sock behind it",
	    "where --status, --run, --reload and --stop reach it",
	    DAEMON(socket), .derive = daemon_socket},
	{"daemon", "pidfile", "path", "",
	    "file with the number of the process",
	    DAEMON(pidfile), .optional = true},
	{"daemon", "log", "log", "auto",
	    "where it tells what it does",
	    DAEMON(log)},
	{"daemon", "log_level", "log level", "info",
	    "how much it tells",
	    DAEMON(log_level)},
	{"daemon", "sandbox", "sandbox", "auto",
	    "give up what it does not need",
	    DAEMON(sandbox)},

	{"push", "budget", "duration", "30 s",
	    "how long --once tells hubs before it ends",
	    PUSH(budget), .min = 0, .max = 3600 * 1000},
	{"push", "debounce", "duration", "60 s",
	    "least time between two pings for the same feed",
	    PUSH(debounce), .min = 0, .max = 24 * 3600 * 1000},
	{"push", "live", "yes or no", "yes",
	    "tell nobody before the public address serves the new document",
	    PUSH(live)},
	{"push", "live_timeout", "duration", "10 min",
	    "how long to wait for that",
	    PUSH(live_timeout), .min = 0, .max = 24 * 3600 * 1000},
	{"push", "connections", "number", "16",
	    "connections at once",
	    PUSH(connections), .min = 1, .max = 1000},
	{"push", "per_host", "number", "4",
	    "connections at once to one host",
	    PUSH(per_host), .min = 1, .max = 1000},
	{"push", "canary", "yes or no", "no",
	    "subscribe at each hub, to see whether it delivers",
	    PUSH(canary)},
	{"push", "canary_after", "number", "3",
	    "pings without a delivery after which a hub is dead",
	    PUSH(canary_after), .min = 1, .max = 1000},
	{"push", "canary_wait", "duration", "60 s",
	    "how long a delivery may take",
	    PUSH(canary_wait), .min = 1000, .max = 24 * 3600 * 1000},
	{"push", "drop_dead", "yes or no", "no",
	    "neither name a dead hub nor tell it, until it lives again",
	    PUSH(drop_dead)},

	{"serve", "listen", "listeners", "",
	    "where the daemon serves what it published; none: it does not",
	    SERVE(listen), .optional = true},
	{"serve", "metrics_listen", "listeners", "",
	    "where it serves its metrics and status, instead of there",
	    SERVE(metrics_listen), .optional = true},
	{"serve", "threads", "number", "2",
	    "threads that serve",
	    SERVE(threads), .min = 1, .max = WORK_MAX},
	{"serve", "max_connections", "number", "10000",
	    "connections at once",
	    SERVE(max_connections), .min = 1, .max = 1000 * 1000},
	{"serve", "max_per_address", "number", "100",
	    "connections at once from one address",
	    SERVE(max_per_address), .min = 1, .max = 1000 * 1000},
	{"serve", "timeout", "duration", "60 s",
	    "how long a connection may be idle, and a request take to arrive",
	    SERVE(timeout), .min = 100, .max = 3600 * 1000},
	{"serve", "min_interval", "duration", "0",
	    "least time between two requests of one address for a feed",
	    SERVE(min_interval), .min = 0, .max = 24 * 3600 * 1000},
	{"serve", "trusted_proxies", "networks", "",
	    "who may say for whom a request is made",
	    SERVE(trusted_proxies), .optional = true},
	{"serve", "redirects", "redirects", "",
	    "what has moved to where, as OLD=NEW",
	    SERVE(redirects), .optional = true},

	{"feed", "for_each", "term kind", "",
	    "make a feed for each of these",
	    FEED(for_each), .optional = true},
	{"feed", "path", "feed path", "the name of the section, with for_each NAME/:term",
	    "file name without extension",
	    FEED(path), .derive = feed_path},
	{"feed", "include", "rule", "",
	    "which entries to take",
	    FEED(include), .optional = true},
	{"feed", "exclude", "rule", "",
	    "which entries to leave out",
	    FEED(exclude), .optional = true},
	{"feed", "order", "order", "arrival",
	    "what makes an entry newer than another",
	    FEED(order)},
	{"feed", "min_entries", "number", "20",
	    "entries that are in the feed at least",
	    FEED(min_entries), .min = 1, .max = 100000},
	{"feed", "min_hours", "number", "72",
	    "hours that an entry is in the feed at least",
	    FEED(min_hours), .min = 0, .max = 1000000},
	{"feed", "max_bytes", "size", "1000000",
	    "size of the feed",
	    FEED(max_bytes), .min = 1000, .max = MANY},
	{"feed", "content", "content", "full",
	    "what of an article stands in the feed",
	    FEED(content)},
	{"feed", "formats", "formats", "the formats of [output]",
	    "formats of this feed",
	    FEED(formats), .derive = feed_formats},
	{"feed", "title", "text", ":site, with for_each :site · :term",
	    "name of the feed, for people",
	    FEED(title), .derive = feed_title},
	{"feed", "description", "text", "the subtitle of [site]",
	    "what the feed is about",
	    FEED(description), .optional = true, .derive = feed_description},
	{"feed", "archive", "yes or no", "no",
	    "make the whole history reachable from the feed",
	    FEED(archive)},
	{"feed", "schedule", "schedule", "",
	    "when to make it, as in crontab; none: when something changed",
	    FEED(schedule), .optional = true},

	{"hub", "url", "url", NULL,
	    "address of a WebSub hub",
	    HUB(url)},
	{"hub", "feeds", "words", "",
	    "names of the feeds that it is told of; none: all",
	    HUB(feeds), .optional = true},
	{"hub", "param", "hub parameter", "both",
	    "which parameters of a ping bear the address of the feed",
	    HUB(param), .running = true},
	{"hub", "rate", "number", "60",
	    "pings a minute at most",
	    HUB(rate), .min = 1, .max = 60 * 1000, .running = true},
	{"hub", "content", "yes or no", "no",
	    "send the document along with the ping",
	    HUB(content), .running = true},
	{"hub", "secret", "text", "",
	    "key of the signature of what is sent along",
	    HUB(secret), .optional = true, .running = true},
	REACH("hub", HUB, "15 s", 600 * 1000),

	{"hook", "command", "command", "",
	    "program to start, and its arguments",
	    HOOK(command), .optional = true, RUNNING},
	{"hook", "url", "url", "",
	    "address to send to, instead of a command",
	    HOOK(url), .optional = true, RUNNING},
	{"hook", "feeds", "words", "",
	    "names of the feeds that it is told of; none: all",
	    HOOK(feeds), .optional = true, RUNNING},
	{"hook", "when", "hook time", "live",
	    "told when the public address serves the change, or at once",
	    HOOK(when), RUNNING},
	{"hook", "secret", "text", "",
	    "key of the signature of what is sent",
	    HOOK(secret), .optional = true, RUNNING},
	REACH("hook", HOOK, "30 s", 3600 * 1000),

	{"indexnow", "key", "indexnow key", "",
	    "key by which search engines know the site; none: tell none",
	    INDEXNOW(key), .optional = true},
	{"indexnow", "endpoint", "url", "https://api.indexnow.org/indexnow",
	    "where to tell them",
	    INDEXNOW(endpoint), RUNNING},
	{"indexnow", "location", "url", "the url of [output], with KEY.txt",
	    "public address of the file with the key",
	    INDEXNOW(location), .optional = true, RUNNING, .derive = indexnow_location},
	REACH("indexnow", INDEXNOW, "30 s", 600 * 1000),

	{"cloud", "url", "url", NULL,
	    "address of an rssCloud server's ping",
	    CLOUD(url)},
	{"cloud", "register", "url path", "/pleaseNotify",
	    "path at which others register with it",
	    CLOUD(registration)},
	{"cloud", "feeds", "words", "",
	    "names of the feeds that it is told of; none: all",
	    CLOUD(feeds), .optional = true},
	REACH("cloud", CLOUD, "15 s", 600 * 1000),
};
/* clang-format on */

enum { KEYS = sizeof table / sizeof table[0] };

static const struct {
	const char *name;
	bool named; /* written [name:NAME], any number of times */
} kinds[] = {
    {"site", false},
    {"articles", false},
    {"output", false},
    {"limits", false},
    {"daemon", false},
    {"push", false},
    {"serve", false},
    {"feed", true},
    {"hub", true},
    {"hook", true},
    {"indexnow", false},
    {"cloud", true},
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

const struct config_key *
config_keys(size_t *n)
{
	*n = KEYS;
	return table;
}

const struct config_key *
config_key_find(struct slice kind, struct slice name)
{
	for (size_t i = 0; i < KEYS; i++)
		if (slice_is(kind, table[i].section) && slice_is(name, table[i].name))
			return &table[i];
	return NULL;
}

bool
config_kind_exists(struct slice kind)
{
	for (size_t i = 0; i < KINDS; i++)
		if (slice_is(kind, kinds[i].name))
			return true;
	return false;
}

bool
config_kind_named(struct slice kind)
{
	for (size_t i = 0; i < KINDS; i++)
		if (slice_is(kind, kinds[i].name))
			return kinds[i].named;
	return false;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Levenshtein's distance without regard to case; what is too long for a name
 * is far from everything. */
static size_t
distance(struct slice a, struct slice b)
{
	enum { LONGEST = 64 };
	size_t row[LONGEST + 1];

	if (a.n > LONGEST || b.n > LONGEST)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			bool same = slice_eq_nocase(
			    slice_part(a, i - 1, i), slice_part(b, j - 1, j));
			size_t changed = corner + !same;

			corner = row[j];
			row[j] = least(changed, least(row[j], row[j - 1]) + 1);
		}
	}
	return row[b.n];
}

bool
config_is_nearer(struct slice wanted, struct slice name, size_t *nearest)
{
	size_t d = distance(wanted, name);

	if (d > 2 || d >= name.n || d >= *nearest)
		return false;
	*nearest = d;
	return true;
}

struct slice
config_key_near(struct slice kind, struct slice name)
{
	size_t nearest = SIZE_MAX;
	struct slice near = SLICE_NONE;

	for (size_t i = 0; i < KEYS; i++)
		if (slice_is(kind, table[i].section) &&
		    config_is_nearer(name, slice_str(table[i].name), &nearest))
			near = slice_str(table[i].name);
	return near;
}

struct slice
config_kind_near(struct slice kind)
{
	size_t nearest = SIZE_MAX;
	struct slice near = SLICE_NONE;

	for (size_t i = 0; i < KINDS; i++)
		if (config_is_nearer(kind, slice_str(kinds[i].name), &nearest))
			near = slice_str(kinds[i].name);
	return near;
}

/*
 * config: what the operator wrote, checked, with every default filled in.
 *
 * One table (config_table.c) names every key with its type, default and line
 * of help; the parser, --print-config, the test that holds the manual page and
 * the sample file together, all read it. Lists are separated by white space.
 * Relative paths are relative to the folder of the file they stand in, those
 * of an override to the working directory; here all are absolute.
 */
#ifndef MODEL_CONFIG_H
#define MODEL_CONFIG_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/cron.h"
#include "base/err.h"
#include "base/network.h"
#include "base/slice.h"
#include "base/zone.h"
#include "model/rule.h"

#include <stdint.h>

enum feed_order { ORDER_ARRIVAL, ORDER_PUBLISHED };
enum feed_content { CONTENT_FULL, CONTENT_SUMMARY, CONTENT_BOTH };
enum log_sink { LOG_TO_AUTO, LOG_TO_STDERR, LOG_TO_SYSLOG, LOG_TO_JOURNAL };
enum log_level { LEVEL_ERROR, LEVEL_WARN, LEVEL_NOTICE, LEVEL_INFO, LEVEL_DEBUG };
enum sandbox_mode { SANDBOX_AUTO, SANDBOX_REQUIRE, SANDBOX_OFF };
enum hub_param { PARAM_BOTH, PARAM_URL, PARAM_TOPIC };
enum hook_when { WHEN_LIVE, WHEN_PUBLISHED };

enum { FORMAT_ATOM = 1, FORMAT_RSS = 2, FORMAT_JSON = 4 }; /* a set */

struct config_site {
	struct slice url;   /* normal form, ends in "/" */
	struct slice title; /* default: the host of url */
	struct slice subtitle;
	struct slice language; /* BCP 47 */
	struct slice timezone;
	struct slice author; /* default: title */
	struct slice tag;    /* "authority,date" of tag: URIs (RFC 4151); none:
			      * made at the first run */
	struct slice rights, icon, logo;
	struct zone *zone; /* of timezone; owned by the config */
};

struct config_articles {
	struct slice dir;
	struct slices include, exclude; /* globs over relative paths; none: all, none */
	struct slice permalink;         /* Jekyll's pattern */
	struct slice profile;           /* name; none: no profile */
	struct slices profile_off;      /* rules of it that are switched off */
	struct slice profile_dir;
	struct slice charset; /* "auto" or an iconv name */
	int64_t max_size;     /* bytes of one file */
	int64_t summary;      /* characters */
};

struct config_output {
	struct slice dir;
	struct slice url;   /* public address of dir, ends in "/" */
	int formats;        /* FORMAT_ bits */
	struct slice state; /* ledger file */
	int precompress;    /* COMPRESS_ bits */
	bool opml, sitemap, autodiscovery;
	struct slice stylesheet; /* of feeds: "yes" is our own, none, or a URL */
	bool pages;              /* for people: of all feeds, and of each */
};

struct config_limits {
	int64_t flood; /* entries one run may announce or change */
	int64_t drip;  /* entries an hour; 0: hold instead */
	int64_t html_nodes, html_depth;
	int64_t archive_entries, archive_bytes; /* of one archive document */
	int64_t tombstone_days;
	int64_t threads; /* 0: all processors */
};

struct config_daemon {
	int64_t settle, settle_max, rescan; /* milliseconds */
	struct slice user;                  /* "user" or "user:group"; none: stay */
	int64_t umask;
	struct slice socket;  /* of the control connection */
	struct slice pidfile; /* none: no such file */
	enum log_sink log;
	enum log_level log_level;
	enum sandbox_mode sandbox;
};

/* When a feed is made; unset: as soon as something changed. */
struct config_schedule {
	bool set;
	struct cron cron;
};

struct config_feed {
	struct slice name;
	struct slice path; /* below output.dir, without extension; ":term" in it when
	                       * for_each (":year" has been made ":term") */
	int for_each;      /* enum term_kind, or -1 */
	struct rule *include, *exclude; /* NULL: all, none */
	enum feed_order order;
	int64_t min_entries, min_hours, max_bytes;
	enum feed_content content;
	int formats;
	struct slice title, description; /* with :site, :term, :name */
	bool archive;
	struct config_schedule schedule;
};

struct config_push {
	int64_t budget, debounce, live_timeout; /* milliseconds */
	bool live;                              /* ask the public address first */
	int64_t connections, per_host;          /* at once */
	bool canary;          /* subscribe at the hubs, to see whether they deliver */
	int64_t canary_after; /* pings in vain until a hub is dead */
	int64_t canary_wait;  /* milliseconds until a ping was in vain */
	bool drop_dead;       /* neither name nor tell a dead hub */
};

enum listen_kind { LISTEN_PORT, LISTEN_UNIX, LISTEN_SYSTEMD };
struct config_listen {
	enum listen_kind kind;
	struct slice host; /* of a port; none: all addresses */
	struct slice port; /* digits */
	struct slice path; /* of a Unix socket */
};
struct config_listens {
	struct config_listen *v;
	size_t n;
};

struct config_serve {
	struct config_listens listen;         /* none: nothing is served */
	struct config_listens metrics_listen; /* none: on the others, for this machine */
	int64_t threads;
	int64_t max_connections, max_per_address;
	int64_t timeout, min_interval; /* milliseconds; min_interval 0: none */
	struct networks trusted_proxies;
	struct slices redirects; /* OLD=NEW */
};

/* How somebody is reached over HTTP. */
struct config_reach {
	int64_t timeout;                         /* milliseconds */
	struct slice ca_file, proxy, user_agent; /* none: the usual ones, no proxy */
	struct slices header;                    /* "Name: value" */
};

struct config_hub {
	struct slice name, url;
	struct slices feeds; /* names of those it is told of; none: all */
	enum hub_param param;
	int64_t rate; /* pings a minute */
	bool content; /* send the document with the ping */
	struct slice secret;
	struct config_reach reach;
};

/* Somebody who is told which entries changed: a command, or an address. */
struct config_hook {
	struct slice name;
	struct slices command; /* with its arguments; none: the url */
	struct slice url;      /* none: the command */
	struct slices feeds;   /* as of a hub */
	enum hook_when when;
	struct slice secret;
	struct config_reach reach; /* the timeout also of a command */
};

/* Search engines that are told which addresses changed. */
struct config_indexnow {
	struct slice key; /* none: nobody is told */
	struct slice endpoint;
	struct slice location; /* public address of the key file */
	struct config_reach reach;
};

/* An rssCloud server, which the RSS documents of its feeds name. */
struct config_cloud {
	struct slice name, url;
	struct slice registration; /* the path where others register with it */
	struct slices feeds;       /* as of a hub */
	struct config_reach reach;
};

struct config {
	struct arena *arena;
	struct slice file;   /* path it was read from */
	struct slices files; /* real paths of it and of what it includes */
	struct config_site site;
	struct config_articles articles;
	struct config_output output;
	struct config_limits limits;
	struct config_daemon daemon;
	struct config_push push;
	struct config_serve serve;
	struct config_feed *feed;
	size_t feeds; /* at least one: without a section, "main" */
	struct config_hub *hub;
	size_t hubs;
	struct config_hook *hook;
	size_t hooks;
	struct config_indexnow indexnow;
	struct config_cloud *cloud;
	size_t clouds;
	struct config_setting *setting; /* what was written, for --print-config */
	size_t settings;
};

/*
 * Read `file` and what it includes, apply `overrides` ("section.key=value",
 * the section up to the last dot before '='), check all, fill defaults.
 * ERR_CONFIG: "FILE:LINE: sentence" ("-D TEXT: sentence" of an override),
 * with the nearest key name for an unknown one. The caller frees with
 * config_free also after failure (NULL then). Reads the configuration, the
 * time zone and the names of folders, nothing else.
 */
int config_open(struct config **config, const char *file, const struct slices *overrides,
    struct err *err);
void config_free(struct config *config);

/* Every key with its value, and its origin (FILE:LINE, override or default)
 * as a comment. The text parses again to the same. */
void config_print(const struct config *config, struct buf *out);

/*
 * The part that decides how an article is read (dates, charset, profile,
 * permalink, limits, which terms), as one text whose digest the ledger keeps:
 * when it changes, every article is read again.
 */
void config_reading(const struct config *config, struct buf *out);

/* Likewise all that decides about documents: every key but those that say how the program
 * runs and whom it tells. When it changes, every document is made again. */
void config_making(const struct config *config, struct buf *out);

/* Is [feed:NAME] in a list of feeds (of a hub, a hook, ...)? None: all are. */
bool config_takes(const struct slices *feeds, struct slice name);
/* [feed:NAME], or NULL. */
const struct config_feed *config_feed_named(
    const struct config *config, struct slice name);
/* Where the page stands that lists the feeds of a section with for_each, without
 * extension: "tag/index" for tag/:term; below the name of the section for other paths. */
struct slice config_list_path(const struct config_feed *feed, struct arena *arena);
/* Has the feed that is published as `path` a page of its own there? The name may be
 * that of another page. */
bool config_has_page(const struct config *config, struct slice path, struct arena *arena);
/* Is there anybody to be told of anything? */
bool config_tells(const struct config *config);
/* ... and of this [feed:NAME]? */
bool config_tells_of(const struct config *config, struct slice feed);
/* The first of its formats, as files are named. */
const char *config_first_format(const struct config_feed *feed);
/* Are there hooks, or search engines, who are told which entries changed? */
bool config_tells_news(const struct config *config);
/* Does the feed (of this term, when it is for_each; else NULL) take an entry with this
 * path and these terms? */
bool config_feed_takes(const struct config_feed *feed, const struct term *term,
    struct slice path, const struct terms *terms);

/* A row of the table, for the manual page, the completion and the tests. */
struct config_key {
	const char *section; /* "site", "feed" for [feed:NAME], "" before any */
	const char *name;
	const char *type;    /* "text", "url", "number", "yes or no", ... */
	const char *initial; /* default as written, or in words when it is made
	                      * from other keys; "" for none; NULL: required */
	const char *help;    /* one line */

	/* For config*.c alone. */
	size_t offset;    /* of the field in the struct of its section */
	int64_t min, max; /* of a number */
	bool optional;    /* may be none */
	bool reading;     /* belongs to config_reading */
	bool running;     /* does not belong to config_making */
	struct slice (*derive)(const struct config *, const struct config_feed *);
};
const struct config_key *config_keys(size_t *n);

/* A commented configuration for the Jekyll site in `dir` from its
 * _config.yml (title, url, baseurl, timezone, permalink, lang, author,
 * description). Works without that file too. */
int config_init(const char *dir, struct buf *out, struct err *err);

#endif

#include "app/server_config_text.h"

/* clang-format off */
#define APACHE_COPY(extension, encoding) \
	"RewriteCond \"%{HTTP:Accept-Encoding}\" " \
	"\"(?:^|,)[ \\t]*" encoding "[ \\t]*(?:$|,|;[ \\t]*q=(?:1|0\\.0*[1-9]))\"\n" \
	"RewriteCond \"$1\" \"!\\?\"\n" \
	"RewriteCond \"@dir@/$1." extension "\" -f\n" \
	"RewriteRule \"^@base@(${XYSFEED_LIVE}|${XYSFEED_REST})$\" " \
	"\"@dir@/$1." extension "\" [L,E=XYSFEED_ENCODING:" encoding "]\n"

/* A file, as the variables say it is to be sent. */
#define NGINX_FILE \
	{0, "    add_header Link $xysfeed_link;\n" \
	    "    add_header Cache-Control $xysfeed_keep;\n" \
	    "    add_header Vary $xysfeed_vary;\n" \
	    "    add_header X-Content-Type-Options nosniff;\n" \
	    "    alias \"@dir@/$xysfeed_file\";\n"}, \
	{IF_BR, "    brotli_static on;\n"}, \
	{IF_GZ, "    gzip_static on;\n" \
	        "    gzip_proxied any;\n"}, \
	{IF_PACKED, "    gzip_vary on;\n"}, \
	{0, "    charset off;\n"}

static const struct line nginx_head[] = {
	{0, "# nginx: the feeds in @dir@, at @url@\n"},
	{0, "# Include this in the server { } of that host.\n"},
	{IF_BR, "# Debian: apt-get install libnginx-mod-http-brotli-static\n"},
	{IF_ZST, "# nginx has no module for the .zst copies; they are not used.\n"},
	{0, "# An add_header of the server does not reach into these locations: repeat here\n"
	    "# what they should have too, such as Strict-Transport-Security.\n"},
	{0, "\n# What is no live feed, and names no hub. An archive document may still be\n"
	    "# corrected, so it is not immutable.\n"},
	{0, "location ~ \"^@base@(?<xysfeed_file>@rest@)$\" {\n"
	    "    set $xysfeed_link \"\";\n"
	    "    set $xysfeed_keep \"max-age=3600\";\n"},
	{0, NULL},
};

static const struct line nginx_live[] = {
	{0, "\n# Live feeds.\n"},
	{0, "location ~ \"^@base@(?<xysfeed_file>@live@)$\" {\n"
	    "    # The address as the program writes it; another form of it gets no Link.\n"
	    "    set $xysfeed_link \"\";\n"
	    "    if ($request_uri ~ \"^(?<xysfeed_self>@self@)(?:\\?|$)\") {\n"
	    "        set $xysfeed_link \"@hubs@<@origin@$xysfeed_self>; rel=\\\"self\\\"\";\n"
	    "    }\n"
	    "    set $xysfeed_keep \"max-age=60, must-revalidate\";\n"},
	{0, NULL},
};

static const struct line nginx_body[] = {
	{0, "    set $xysfeed_vary \"\";\n"
	    "    if ($uri ~ \"\\.(?:@shown@)$\") {\n"
	    "        set $xysfeed_vary Sec-Fetch-Dest;\n"
	    "    }\n"
	    "    if ($http_sec_fetch_dest = document) {\n"
	    "        rewrite \"^(.+\\.(?:@shown@))$\" \"$1.xysfeed-shown\" last;\n"
	    "    }\n"},
	NGINX_FILE,
	{0, "    etag on;\n"
	    "    types {\n"},
	{EACH_TYPE, "        \"@type@\" @extension@;\n"},
	{0, "    }\n"
	    "}\n"},
	{0, NULL},
};

static const struct line nginx_tail[] = {
	{0, "\n# A feed that a browser is to show, for which it has to be plain XML. That is\n"
	    "# not what a reader has under the same ETag: it has none, and is sent whole.\n"
	    "location ~ \"^@base@(?<xysfeed_file>.+)\\.xysfeed-shown$\" {\n"
	    "    internal;\n"},
	NGINX_FILE,
	{0, "    etag off;\n"
	    "    if_modified_since off;\n"
	    "    types { }\n"
	    "    default_type \"application/xml; charset=utf-8\";\n"
	    "}\n"},
	{IF_FOLDER, "\n# Nothing else of the folder: no list of its files, no file being written.\n"
	            "location \"@folder@\" {\n"
	            "    return 404;\n"
	            "}\n"},
	{IF_ROOT, "\n# Files being written. All else at / is left to the rest of the server.\n"
	          "location ~ \"/\\.xysfeed-\" {\n"
	          "    return 404;\n"
	          "}\n"},
	{0, NULL},
};

static const struct line apache_head[] = {
	{0, "# Apache: the feeds in @dir@, at @url@\n"},
	{0, "# Include this in the <VirtualHost> of that host, before other rewriting.\n"
	    "# Debian: a2enmod headers rewrite\n"},
	{0, NULL},
};

static const struct line apache_live[] = {
	{0, "\nDefine XYSFEED_LIVE \"@live@\"\n"
	    "Define XYSFEED_REST \"@rest@\"\n"
	    "AliasMatch \"^@base@(${XYSFEED_LIVE}|${XYSFEED_REST})$\" \"@dir@/$1\"\n"},
	{IF_FOLDER, "# Nothing else of the folder: no list of its files, no file being written.\n"
	            "RedirectMatch 404 \"^@base@(?!(?:${XYSFEED_LIVE}|${XYSFEED_REST})$)\"\n"},
	{IF_ROOT, "# Files being written. All else at / is left to the rest of the host.\n"
	          "RedirectMatch 404 \"/\\.xysfeed-\"\n"},
	{IF_PACKED, "\n# Compressed copies, for those who take them. A name with a question mark can't\n"
	            "# be rewritten.\n"
	            "RewriteEngine on\n"},
	{IF_BR, APACHE_COPY("br", "br")},
	{IF_ZST, APACHE_COPY("zst", "zstd")},
	{IF_GZ, APACHE_COPY("gz", "gzip")},
	{0, "\n# The address as the program writes it; another form of it gets no Link.\n"
	    "SetEnvIfExpr \"%{THE_REQUEST} =~ m#^[A-Z]+ (@self@)(?:\\?[^ ]*)? HTTP/#\" XYSFEED_SELF=$1\n"},
	{0, "\n# A feed that a browser is to show, for which it has to be plain XML. That is\n"
	    "# not what a reader has under the same ETag: it has none, and is sent whole.\n"
	    "SetEnvIfExpr \"req_novary('Sec-Fetch-Dest') == 'document' && "
	    "%{REQUEST_URI} =~ /\\.(?:@shown@)$/\" XYSFEED_SHOWN=1\n"},
	{0, "\n<LocationMatch \"^@base@(?:${XYSFEED_LIVE}|${XYSFEED_REST})$\">\n"
	    "    Require all granted\n"
	    "    FileETag MTime Size\n"
	    "    Header set X-Content-Type-Options nosniff\n"
	    "    Header set Cache-Control \"max-age=60, must-revalidate\"\n"
	    "    Header set Link \"@hubs@<@origin@%{XYSFEED_SELF}e>; rel=\\\"self\\\"\" env=XYSFEED_SELF\n"},
	{EACH_TYPE, "    Header set Content-Type \"@type@\" \"expr=%{REQUEST_URI} =~ /\\.@extension@$/\"\n"},
	{IF_PACKED, "    SetEnvIf Request_URI \".\" no-gzip no-brotli\n"
	            "    Header set Content-Encoding \"%{XYSFEED_ENCODING}e\" env=XYSFEED_ENCODING\n"
	            "    Header merge Vary Accept-Encoding\n"},
	{0, "    Header merge Vary Sec-Fetch-Dest \"expr=%{REQUEST_URI} =~ /\\.(?:@shown@)$/\"\n"
	    "    Header set Content-Type \"application/xml; charset=utf-8\" env=XYSFEED_SHOWN\n"
	    "    Header unset ETag env=XYSFEED_SHOWN\n"
	    "    RequestHeader unset If-None-Match env=XYSFEED_SHOWN\n"
	    "    RequestHeader unset If-Modified-Since env=XYSFEED_SHOWN\n"},
	{0, "</LocationMatch>\n"},
	{0, "\n# What is no live feed, and names no hub. An archive document may still be\n"
	    "# corrected, so it is not immutable.\n"
	    "<LocationMatch \"^@base@(?:${XYSFEED_REST})$\">\n"
	    "    Header set Cache-Control \"max-age=3600\"\n"
	    "    Header unset Link\n"
	    "</LocationMatch>\n"},
	{0, NULL},
};

static const struct line caddy_head[] = {
	{0, "# Caddy: the feeds in @dir@, at @url@\n"},
	{0, "# Import this in the site block of that host.\n"},
	{0, "\n# What is no live feed, and names no hub. An archive document may still be\n"
	    "# corrected, so it is not immutable.\n"},
	{0, "@xysfeed_rest path_regexp `^@base@(?:@rest@)$`\n"
	    "handle @xysfeed_rest {\n"
	    "    header Cache-Control \"max-age=3600\"\n"},
	{0, NULL},
};

static const struct line caddy_live[] = {
	{0, "\n# Live feeds. The address as the program writes it; another form of it gets\n"
	    "# no Link.\n"
	    "@xysfeed_live path_regexp `^@base@(?:@live@)$`\n"
	    "handle @xysfeed_live {\n"
	    "    @xysfeed_self vars_regexp xysfeed_self {http.request.orig_uri} `^(@self@)(?:\\?|$)`\n"
	    "    header @xysfeed_self Link `@hubs@<@origin@{re.xysfeed_self.1}>; rel=\"self\"`\n"
	    "    header Cache-Control \"max-age=60, must-revalidate\"\n"},
	{0, NULL},
};

static const struct line caddy_body[] = {
	{0, "    header X-Content-Type-Options nosniff\n"},
	{IF_PACKED, "    header {\n"
	            "        Vary Accept-Encoding\n"
	            "        defer\n"
	            "    }\n"},
	{EACH_TYPE, "    @xysfeed_@extension@ path *.@extension@\n"
	            "    header @xysfeed_@extension@ Content-Type \"@type@\"\n"},
	{0, "    # A feed that a browser is to show, for which it has to be plain XML. That is\n"
	    "    # not what a reader has under the same ETag: it has none, and is sent whole.\n"
	    "    @xysfeed_feed path_regexp `\\.(?:@shown@)$`\n"
	    "    header @xysfeed_feed {\n"
	    "        +Vary Sec-Fetch-Dest\n"
	    "        defer\n"
	    "    }\n"
	    "    @xysfeed_shown {\n"
	    "        path_regexp `\\.(?:@shown@)$`\n"
	    "        header Sec-Fetch-Dest document\n"
	    "    }\n"
	    "    request_header @xysfeed_shown -If-None-Match\n"
	    "    request_header @xysfeed_shown -If-Modified-Since\n"
	    "    header @xysfeed_shown {\n"
	    "        Content-Type \"application/xml; charset=utf-8\"\n"
	    "        -ETag\n"
	    "        defer\n"
	    "    }\n"},
	{IF_FOLDER, "    uri strip_prefix \"@prefix@\"\n"},
	{0, "    root * \"@dir@\"\n"
	    "    file_server"},
	{IF_PACKED, " {\n"
	            "        precompressed@encodings@\n"
	            "    }"},
	{0, "\n}\n"},
	{0, NULL},
};

static const struct line caddy_tail[] = {
	{IF_FOLDER, "\n# Nothing else of the folder: no list of its files, no file being written.\n"
	            "@xysfeed_other path_regexp `^@base@`\n"},
	{IF_ROOT, "\n# Files being written. All else at / is left to the rest of the site.\n"
	          "@xysfeed_other path_regexp `/\\.xysfeed-`\n"},
	{0, "handle @xysfeed_other {\n"
	    "    respond 404\n"
	    "}\n"},
	{0, NULL},
};
/* clang-format on */

static const struct line nothing[] = {{0, NULL}};

const struct server servers[] = {
    {"nginx", nginx_head, nginx_live, nginx_body, nginx_tail, "\\\"", "%",
	COMPRESS_GZ | COMPRESS_BR, 3000}, /* of a word it takes 4096 bytes */
    {"apache", apache_head, apache_live, nothing, nothing, "\\\"", "%%",
	COMPRESS_GZ | COMPRESS_BR | COMPRESS_ZST, SIZE_MAX},
    {"caddy", caddy_head, caddy_live, caddy_body, caddy_tail, "\"", "%",
	COMPRESS_GZ | COMPRESS_BR | COMPRESS_ZST, SIZE_MAX},
};
const size_t servers_n = sizeof servers / sizeof *servers;

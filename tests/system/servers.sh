#!/bin/bash
# What --server-config prints, in the servers that it is for: each is started with
# it, in the middle of a site that lists its folders and compresses by itself.
#
# The parts below are called by name; `...` in a description is no command.
# shellcheck disable=SC2016,SC2119,SC2120,SC2317
set -u
# shellcheck source=tests/system/site.sh
. "${srcdir:-.}/tests/system/site.sh" || exit 99
tap_need curl gzip
PATH=$PATH:/usr/sbin:/sbin
modules=/usr/lib/apache2/modules
brotli=/usr/lib/nginx/modules/ngx_http_brotli_static_module.so
hubs='<https://hub.example/>; rel="hub", <https://other.example/a%20b?c=d>; rel="hub", '
pid='' port='' url='' packed='' status=''
chmod 755 "$tap_dir"

stop() {
	[ -z "$pid" ] || { kill "$pid" && wait "$pid"; } 2>/dev/null
	pid=''
}
trap 'stop; rm -rf "$tap_dir"' EXIT

free_port() {
	"$python" -I -S -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# publish BASE: the seeds, in www/ as the site has them at BASE.
publish() {
	rm -rf www && mkdir -p www
	sed "s,^dir = ../seeds,dir = $root/seeds,
		s,^profile_dir = .*,profile_dir = $root/conf/profiles,
		s,^dir = ../public,dir = www$1,
		s,^url = https://xys.example/feeds/,url = $url,
		s,^state = .*,state = xysfeed.db,
		s,^min_entries = .*,min_entries = 5, ; s,^min_hours = .*,min_hours = 0,
		s,^formats = .*,&\nprecompress = $packed," "$root/conf/xysfeed.conf" >xysfeed.conf
	# The archive of the first is among the feeds of tags.
	cat >>xysfeed.conf <<-'END'

		[feed:all]
		path = tag
		min_entries = 5
		min_hours = 0
		archive = yes
		[limits]
		archive_entries = 5
		[push]
		budget = 0
		[hub:one]
		url = https://hub.example/
		[hub:two]
		url = https://other.example/a%20b?c=d
	END
	rm -f xysfeed.db*
	"$XYSFEED" -c xysfeed.conf -q --once --now 2024-06-01 >/dev/null
	chmod -R a+rX www
}

# --- main configurations ------------------------------------------------------

nginx_main() {
	[ ! -f "$brotli" ] || echo "load_module $brotli;"
	[ "$(id -u)" -ne 0 ] || echo 'user root;'
	cat <<-END
		pid $PWD/nginx.pid;
		daemon off;
		worker_processes 1;
		events { }
		http {
			access_log off;
			client_body_temp_path $PWD/t1;
			proxy_temp_path $PWD/t2;
			fastcgi_temp_path $PWD/t3;
			uwsgi_temp_path $PWD/t4;
			scgi_temp_path $PWD/t5;
			gzip on;
			gzip_types *;
			charset koi8-r;
			server {
				listen 127.0.0.1:$port;
				root $PWD/www;
				autoindex on;
				include $PWD/snippet;
			}
		}
	END
}

nginx_start() {
	exec nginx -p "$PWD" -e "$PWD/errors" -c "$PWD/main"
}

apache_main() {
	local m
	for m in mpm_event authn_core authz_core alias autoindex deflate dir filter headers mime \
		negotiation rewrite setenvif; do
		echo "LoadModule ${m}_module $modules/mod_$m.so"
	done
	[ "$(id -u)" -ne 0 ] || printf '%s\n' 'User nobody' "Group $(id -gn nobody)"
	cat <<-END
		ServerRoot $PWD
		ServerName a.example
		PidFile $PWD/apache.pid
		ErrorLog $PWD/errors
		Listen 127.0.0.1:$port
		TypesConfig /etc/mime.types
		AddEncoding x-gzip .gz
		AddOutputFilterByType DEFLATE application/xml application/rss+xml application/atom+xml
		<VirtualHost *>
			DocumentRoot $PWD/www
			<Directory $PWD/www>
				Options Indexes MultiViews FollowSymLinks
				Require all granted
			</Directory>
			Include $PWD/snippet
		</VirtualHost>
	END
}

apache_start() {
	exec apache2 -f "$PWD/main" -DFOREGROUND
}

caddy_main() {
	cat <<-END
		{
			admin off
			auto_https off
		}
		http://127.0.0.1:$port {
			encode gzip
			import $PWD/snippet
			handle {
				root * $PWD/www
				file_server browse
			}
		}
	END
}

caddy_start() {
	exec env HOME="$PWD" XDG_DATA_HOME="$PWD" XDG_CONFIG_HOME="$PWD" caddy run --adapter caddyfile --config main
}

# start SERVER BASE: on a port that is free, with the seeds published for it.
start() {
	local left wait
	for ((left = 3; left > 0; left--)); do
		port=$(free_port)
		url=http://127.0.0.1:$port$2
		publish "$2"
		"$XYSFEED" -c xysfeed.conf --server-config "$1" >snippet || return
		"$1_main" >main
		"$1_start" >output 2>&1 &
		pid=$!
		for ((wait = 0; wait < 100; wait++)); do
			curl -s -o /dev/null "$url" && kill -0 "$pid" 2>/dev/null && return
			kill -0 "$pid" 2>/dev/null || break
			sleep 0.1
		done
		stop
	done
	tap_note "$(cat output errors 2>/dev/null)"
	return 1
}

# --- questions ----------------------------------------------------------------

# ask PATH [OPTION...]: its $status, `header NAME`, and ./body.
ask() {
	local path=$1
	shift
	status=$(curl -s --path-as-is -D headers -o body -w '%{http_code}' "$@" "$url$path")
}

header() {
	tr -d '\r' <headers | sed -n "s/^$1: *//Ip"
}

# When a file did, as in a header.
changed() {
	TZ=UTC date -r "$here/$1" '+%a, %d %b %Y %T GMT'
}

# The names in Vary, of however many lines.
vary() {
	header vary | tr ',' '\n' | sed 's/^ *//; s/ *$//' | sort -u | paste -sd ' '
}

# In a folder of their own pages are served too.
types() {
	local path type
	while read -r path type; do
		[ -n "$path" ] || continue
		ask "$path"
		tap_is "$status $(header content-type)" "200 $type" "$1: the type of $path"
		tap_is "$(header x-content-type-options)" nosniff "$1: and it is meant"
		tap_ok "$1: the bytes of $path" cmp body "$here/$path"
		ask "$path" -I
		tap_is "$status $(header content-length)" "200 $(stat -c %s "$here/$path")" "$1: HEAD of $path"
	done <<-END
		main.atom application/atom+xml; charset=utf-8
		main.rss application/rss+xml; charset=utf-8
		main.json application/feed+json
		main/archive-1.atom application/atom+xml; charset=utf-8
		tag/%E5%8D%9A%E7%89%A9%E9%A6%86.atom application/atom+xml; charset=utf-8
		feeds.opml text/x-opml; charset=utf-8
		sitemap.xml application/xml; charset=utf-8
		autodiscovery.html text/html; charset=utf-8
		feed.css text/css; charset=utf-8
		${2:+index.html text/html; charset=utf-8}
		${2:+index.css text/css; charset=utf-8}
		${2:+index.js text/javascript; charset=utf-8}
		${2:+tag/%E5%8D%9A%E7%89%A9%E9%A6%86.html text/html; charset=utf-8}
	END
}

links() {
	local path
	for path in main.atom main.rss main.json tag/%E5%8D%9A%E7%89%A9%E9%A6%86.atom 'tag/a+b&c%22%3E.rss'; do
		ask "$path"
		tap_is "$(header link)" "$hubs<$url$path>; rel=\"self\"" "$1: the hubs and self of $path"
		tap_is "$(header cache-control)" 'max-age=60, must-revalidate' "$1: asked for again soon"
	done
	ask 'main.atom?utm_source=x'
	tap_is "$(header link)" "$hubs<$url""main.atom>; rel=\"self\"" "$1: a query is no part of self"
	ask main.atom -H 'Host: evil.example'
	tap_unlike "$(header link)" evil "$1: nor is what the client takes for the host"
	for path in main/archive-1.atom tag/archive-1.atom feeds.opml sitemap.xml autodiscovery.html; do
		ask "$path"
		tap_is "$status $(header link)" '200 ' "$1: $path names no hub"
		tap_is "$(header cache-control)" 'max-age=3600' "$1: $path may be kept for a while"
	done
}

# Addresses that mean a feed, but are not the ones that the program writes.
others() {
	local path
	for path in tag/%e5%8d%9a%e7%89%a9%e9%a6%86.atom m%61in.atom ./main.atom 'tag/b%0D%0AX-Evil:%201.atom'; do
		ask "$path"
		tap_unlike "$status $(header link)" self "$1: no Link for $path"
	done
	tap_is "$(header x-evil)" '' "$1: no header from an address"
}

conditional() {
	local tag path
	for path in main.atom main/archive-1.atom feeds.opml; do
		ask "$path"
		tag=$(header etag)
		tap_like "$tag" '^"[^"]+"$' "$1: a strong ETag for $path"
		tap_is "$(header last-modified)" "$(changed "$path")" "$1: its time"
		ask "$path" -H "If-None-Match: $tag"
		tap_is "$status" 304 "$1: 304 when it is known"
		ask "$path" -H 'If-None-Match: "other"'
		tap_is "$status" 200 "$1: not when another is"
		ask "$path" -H "If-Modified-Since: $(changed "$path")"
		tap_is "$status" 304 "$1: 304 by its time"
	done
}

copies() {
	local plain coding decode tag path=main.atom
	ask "$path"
	plain=$(header etag)
	tap_is "$(vary)" 'Accept-Encoding Sec-Fetch-Dest' "$1: who takes no copy is told that there are some"
	tap_is "$(header content-encoding)" '' "$1: and gets none"
	while read -r coding decode; do
		case $packed in
		*"${coding%zip}"*) ;;
		*)
			tap_skip "$1: $coding" 'the server has no module for it here'
			continue
			;;
		esac
		ask "$path" -H "Accept-Encoding: $coding"
		tag=$(header etag)
		tap_is "$status $(header content-encoding), $(vary)" "200 $coding, Accept-Encoding Sec-Fetch-Dest" "$1: $coding"
		tap_is "$(header content-type)" 'application/atom+xml; charset=utf-8' "$1: $coding, its type"
		tap_is "$(header link)" "$hubs<$url$path>; rel=\"self\"" "$1: $coding, its links"
		tap_unlike "$tag" "^$plain\$" "$1: $coding, an ETag of its own"
		tap_ok "$1: $coding, decoded, is the document" cmp <($decode <body) "$here/$path"
		ask "$path" -H "Accept-Encoding: $coding" -H "If-None-Match: $tag"
		tap_is "$status" 304 "$1: $coding, 304 when it is known"
		ask "$path" -H "Accept-Encoding: $coding;q=0"
		tap_is "$(header content-encoding)" '' "$1: $coding;q=0 is not taken for consent"
	done <<-'END'
		gzip gzip -dc
		br brotli -dc
	END
	ask "$path" -H 'Accept-Encoding: gzip, deflate, br'
	tap_is "$(header content-encoding)" "$([[ $packed == *br* ]] && echo br || echo gzip)" \
		"$1: the smaller of two"
}

# A browser shows a feed by its style sheet when that is XML to it. What a reader has in its
# cache under an ETag is something else.
shown() {
	local path file tag browser=(-H 'Sec-Fetch-Dest: document')
	while read -r path file; do
		ask "$path"
		tag=$(header etag)
		ask "$path" "${browser[@]}"
		tap_is "$status $(header content-type)" '200 application/xml; charset=utf-8' "$1: XML for a browser, $path"
		tap_is "$(vary)" 'Accept-Encoding Sec-Fetch-Dest' "$1: and a cache is told"
		tap_is "$(header x-content-type-options) $(header etag)" 'nosniff ' "$1: without the ETag of a reader"
		tap_ok "$1: the same bytes" cmp body "$here/$file"
		ask "$path" "${browser[@]}" -I
		tap_is "$status $(header content-length)" "200 $(stat -c %s "$here/$file")" "$1: HEAD of it"
		ask "$path" "${browser[@]}" -H "If-None-Match: $tag"
		tap_is "$status" 200 "$1: not 304 for what a reader has"
		ask "$path" "${browser[@]}" -H "If-Modified-Since: $(changed "$file")"
		tap_is "$status" 200 "$1: nor by its time"
		ask "$path" "${browser[@]}" -H 'Accept-Encoding: gzip'
		tap_is "$status $(header content-encoding) $(header content-type)" '200 gzip application/xml; charset=utf-8' "$1: packed"
		tap_ok "$1: decoded, is the document" cmp <(gzip -dc <body) "$here/$file"
		ask "$path" -H 'Sec-Fetch-Dest: empty' -H "If-None-Match: $tag"
		tap_is "$status $(vary)" '304 Accept-Encoding Sec-Fetch-Dest' "$1: 304 for a reader, even in a browser"
		ask "$path" -H 'Sec-Fetch-Dest: empty'
		tap_like "$(header content-type)" '^application/(atom|rss)\+xml; charset=utf-8$' "$1: and a feed"
	done <<-'END'
		main.atom main.atom
		main.rss main.rss
		main/archive-1.atom main/archive-1.atom
		tag/a+b&c%22%3E.rss tag/a+b&c">.rss
	END
	ask tag/d%3Fe%20%25.atom "${browser[@]}" -H 'Accept-Encoding: gzip'
	tap_is "$status $(header content-type)" '200 application/xml; charset=utf-8' "$1: XML for a browser, with a question mark"
	tap_ok "$1: whether packed or not" cmp <(gzip -dcf <body) "$here/tag/d?e %.atom"
	ask 'main.atom?utm_source=x' "${browser[@]}"
	tap_is "$(header link) $(header cache-control)" "$hubs<$url""main.atom>; rel=\"self\" max-age=60, must-revalidate" \
		"$1: a browser is told of the hubs too"
	ask main/archive-1.atom "${browser[@]}"
	tap_is "$(header link) $(header cache-control)" ' max-age=3600' "$1: but not with an archive document"
	while read -r path file; do
		ask "$path" "${browser[@]}"
		tap_is "$status $(header content-type), $(vary)" "200 $file, Accept-Encoding" "$1: $path is the same for all"
	done <<-'END'
		main.json application/feed+json
		feeds.opml text/x-opml; charset=utf-8
		autodiscovery.html text/html; charset=utf-8
	END
	for path in main.atom.xysfeed-shown .xysfeed-main.atom none.atom; do
		ask "$path" "${browser[@]}"
		tap_is "$status" 404 "$1: no $path for a browser"
	done
}

# What stands there and is not to be seen.
closed() {
	local path
	for path in .xysfeed-main.atom tag/.xysfeed-x.atom; do
		ask "$path"
		tap_is "$status" 404 "$1: no $path"
	done
	[ "$2" != / ] || return
	for path in '' tag tag/ main/ .hidden main.atom.gz tag/../.xysfeed-main.atom; do
		ask "$path"
		tap_is "$status" 404 "$1: no ${path:-list}"
	done
}

# serve NAME PROGRAM BASE
serve() {
	local here name="$1 at $3"
	if ! command -v "$2" >/dev/null; then
		tap_skip "$name" "$2 is missing"
		return
	fi
	packed='gz br'
	[ "$1" != nginx ] || [ -f "$brotli" ] || packed=gz
	command -v brotli >/dev/null || packed=gz
	mkdir -p "$tap_dir/$1$3" && cd "$tap_dir/$1$3" || exit 99
	start "$1" "$3"
	tap_report $? "$name starts"
	[ -n "$pid" ] || return
	here=www${3%/}
	ln "$here/tag/博物馆.atom" "$here/tag/%E5%8D%9A%E7%89%A9%E9%A6%86.atom"
	ln "$here/tag/博物馆.html" "$here/tag/%E5%8D%9A%E7%89%A9%E9%A6%86.html"
	cp "$here/main.rss" "$here/tag/a+b&c\">.rss"
	cp "$here/main.rss" "$here/tag/d?e %.atom"
	gzip -k "$here/tag/a+b&c\">.rss" "$here/tag/d?e %.atom"
	cp "$here/main.atom" "$here/tag/b"$'\r\n'"X-Evil: 1.atom"
	cp "$here/main.atom" "$here/.xysfeed-main.atom"
	cp "$here/main.atom" "$here/tag/.xysfeed-x.atom"
	echo hidden >"$here/.hidden"
	types "$name" "${3%/}"
	links "$name"
	others "$name"
	conditional "$name"
	copies "$name"
	shown "$name"
	closed "$name" "$3"
	stop
}

# The example of the manual is what the program prints.
manual() {
	cd "$tap_dir" || exit 99
	cat >manual.conf <<-'EOF'
		[site]
		url = https://xys.example/
		[articles]
		dir = articles
		[output]
		dir = /srv/xys/public
		url = https://xys.example/feeds/
		formats = atom
		precompress = gz
		[feed:tags]
		for_each = tag
		[push]
		budget = 0
		[hub:one]
		url = https://hub.example/
	EOF
	same "$("$XYSFEED" -c manual.conf --server-config nginx)" \
		"$(sed -n '/^\$ .* --server-config nginx/,/^\.Ed/p' "$root/doc/xysfeed.1" | sed '1d; $d; s/\\e/\\/g')" \
		'the manual has what is printed'
	tap_exit 2 'a server that it does not know' "$XYSFEED" -c manual.conf --server-config iis
}

manual
for base in /feeds/ /; do
	serve nginx nginx "$base"
	serve apache apache2 "$base"
	serve caddy caddy "$base"
done
tap_end

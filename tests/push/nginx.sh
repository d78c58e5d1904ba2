# shellcheck shell=bash
#
# nginx: a web server, and a cache in front of it as a CDN is. Sourced by peers.sh.
#
#	nginx_missing && tap_skip ...
#	start_nginx DIR              $nginx_url serves DIR; $nginx_log, $nginx_pid
#	start_nginx DIR cached       $cache_url, too, keeps each answer for $nginx_keep; $cache_log
#	stop_peer "$nginx_pid"
#
# The cache does not care for what a client says about caches; X-Cache says HIT, MISS or
# EXPIRED. Files that are there as .gz, too, are served so. Logs are of the combined
# form. $nginx_lines is put into the server that serves DIR: `add_header Link ...;`.
#
# shellcheck disable=SC2034,SC2154 # what tap.sh and peers.sh have, and what the tests use

nginx=$(PATH=$PATH:/usr/sbin command -v nginx)
nginx_keep=5s
nginx_lines=

nginx_missing() {
	[ -z "$nginx" ]
}

# free_ports COUNT: of the loopback, at this moment.
free_ports() {
	"$python" -I -S -c 'import socket, sys
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print(*[s.getsockname()[1] for s in held])' "$1"
}

start_nginx() {
	local served cached=${2:-} folder port cache_port
	served=$(cd "$1" && pwd) || return
	folder=$(mktemp -d "$tap_dir/nginx.XXXX") || return
	# Somebody may be faster than we.
	for _ in 1 2 3; do
		read -r port cache_port < <(free_ports 2)
		nginx_conf "$served" "$folder" "$port" "${cached:+$cache_port}" >"$folder/nginx.conf"
		start_process nginx_pid "$nginx" -e "$folder/errors" -p "$folder" -c "$folder/nginx.conf"
		wait_until listens "$port" "$nginx_pid" || continue
		nginx_url=http://127.0.0.1:$port
		nginx_log=$folder/access.log
		cache_url=http://127.0.0.1:$cache_port cache_log=$folder/cache.log
		return
	done
	cat "$folder/errors" >&2
	return 1
}

# listens PORT PID: it does, or is no more.
listens() {
	! kill -0 "$2" 2>/dev/null || (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# nginx_conf DIR FOLDER PORT CACHE_PORT: the whole configuration.
nginx_conf() {
	local served=$1 folder=$2 port=$3 cache_port=$4 name
	# Scratch folders are closed to others, so its workers stay root if we are.
	[ "$(id -u)" -ne 0 ] || echo 'user root;'
	cat <<-END
		daemon off;
		worker_processes 1;
		pid $folder/pid;
		events { worker_connections 512; }
		http {
		types {
			application/atom+xml atom;
			application/rss+xml rss;
			application/feed+json json;
			text/x-opml opml;
			text/html html;
			text/plain txt;
			application/xml xml xsl;
		}
		default_type application/octet-stream;
		access_log $folder/access.log combined;
	END
	for name in client_body proxy fastcgi uwsgi scgi; do
		echo "${name}_temp_path $folder/$name;"
	done
	cat <<-END
		server {
			listen 127.0.0.1:$port;
			root $served;
			gzip_static on;
			gzip_vary on;
			$nginx_lines
		}
	END
	[ -z "$cache_port" ] || cat <<-END
		proxy_cache_path $folder/cache keys_zone=front:1m;
		server {
			listen 127.0.0.1:$cache_port;
			access_log $folder/cache.log combined;
			location / {
				proxy_pass http://127.0.0.1:$port;
				proxy_cache front;
				proxy_cache_valid 200 $nginx_keep;
				proxy_ignore_headers Cache-Control Expires;
				add_header X-Cache \$upstream_cache_status always;
			}
		}
	END
	echo '}'
}

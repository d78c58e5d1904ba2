"""What the peers of the push tests share: a small HTTP server on the loopback, and a log of
what came in.

A peer prints one line of JSON with its addresses when it is ready. Its log is a file of
JSON lines, and can be asked, too:

    GET /log?hub=always204&event=ping            the lines with these values
    GET /log?hub=always204&count=2&timeout=5     when there are two, or after 5 s
    DELETE /log                                  forgets them; the file stays
"""

import json
import os
import signal
import stat
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

MAX_BODY = 16 << 20
MAX_CONNECTIONS = 512
IDLE_LIMIT = 120


class Log:
    def __init__(self, path):
        self.path = path
        self.file = open(path, "a", encoding="utf-8")
        self.entries = []
        self.changed = threading.Condition()

    def add(self, **entry):
        entry = {"t": round(time.time(), 4), **entry}
        with self.changed:
            self.entries.append(entry)
            self.file.write(json.dumps(entry) + "\n")
            self.file.flush()
            self.changed.notify_all()

    def find(self, wanted, count=0, timeout=10.0):
        def matching():
            return [e for e in self.entries if all(str(e.get(k)) == v for k, v in wanted.items())]

        with self.changed:
            self.changed.wait_for(lambda: len(matching()) >= count, timeout)
            return matching()

    def forget(self):
        with self.changed:
            self.entries.clear()


class Server(ThreadingHTTPServer):
    """Any number of connections up to a bound; TLS when it has a context. The
    handshake is the connection's own affair, so that a silent one stops nobody."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, handler, log, tls=None, context=None):
        self.log, self.tls, self.context = log, tls, context
        self.slots = threading.BoundedSemaphore(MAX_CONNECTIONS)
        super().__init__(("127.0.0.1", 0), handler)
        scheme = "https" if context else "http"
        self.url = f"{scheme}://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def process_request(self, request, client_address):
        self.slots.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.slots.release()

    def finish_request(self, request, client_address):
        request.settimeout(IDLE_LIMIT)
        if self.context:
            request = self.context.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, request, client_address):
        self.log.add(event="broken", tls=self.tls, error=repr(sys.exc_info()[1]))


class Handler(BaseHTTPRequestHandler):
    """Reads a request whole; a subclass has `log` and `take`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    log = None

    def take(self):
        raise NotImplementedError

    def handle_method(self):
        parts = urlsplit(self.path)
        self.route, self.query = parts.path.strip("/"), parts.query
        self.body = self.read_body()
        if self.route != "log":
            self.take()
        elif self.command == "DELETE":
            self.log.forget()
            self.reply(204)
        else:
            self.reply_log()

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = handle_method

    def read_body(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(min(int(self.headers.get("Content-Length", 0)), MAX_BODY))
        body = b""
        while size := int(self.rfile.readline(100).split(b";")[0], 16):
            if len(body) + size > MAX_BODY:
                raise ValueError("a body too large")
            body += self.rfile.read(size)
            self.rfile.readline(3)
        self.rfile.readline(3)
        return body

    def form(self):
        """The parameters of a form, each with all its values."""
        if "x-www-form-urlencoded" not in self.headers.get("Content-Type", ""):
            return {}
        return parse_qs(self.body.decode("latin-1"), keep_blank_values=True)

    def values(self):
        """The parameters of a request to the peer itself, each with one."""
        fields = {**parse_qs(self.query), **self.form()}
        return {name: value[-1] for name, value in fields.items()}

    def header_fields(self):
        """Names in small letters; what came twice is joined."""
        fields = {}
        for name, value in self.headers.items():
            name = name.lower()
            fields[name] = f"{fields[name]}, {value}" if name in fields else value
        return fields

    def reply(self, status, body=b"", kind="text/plain; charset=utf-8", headers=None):
        body = body.encode() if isinstance(body, str) else body
        about = {} if status == 204 else {"Content-Type": kind, "Content-Length": len(body)}
        self.send_response(status)
        for name, value in {**about, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and status != 204:
            self.wfile.write(body)

    def reply_json(self, value, status=200):
        self.reply(status, json.dumps(value) + "\n", "application/json")

    def reply_log(self):
        wanted = self.values()
        count, timeout = int(wanted.pop("count", 0)), float(wanted.pop("timeout", 10))
        found = self.log.find(wanted, count, timeout)
        lines = "".join(json.dumps(entry) + "\n" for entry in found)
        self.reply(200, lines, "application/x-ndjson")

    def log_message(self, format, *args):
        pass


def live(ready):
    """Say what is ready, and go on until told to end, or until standard input, when it
    is a pipe, is closed."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    print(json.dumps(ready), flush=True)
    mode = os.fstat(0).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        signal.pause()
    while os.read(0, 4096):
        pass

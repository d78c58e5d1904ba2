#!/usr/bin/python3
"""A farm of hubs, each with one way to behave. `farm.py FOLDER` listens on free ports of
the loopback and prints where, as one line of JSON:

    {"http": URL, "other": URL, "refused": URL, "https": {"right": URL, ...},
     "ca_file": PATH, "log": PATH, "pid": N}

A hub is a path: /always204, or /always204/NAME for one of its own. What it does is the
first part of its path, one of HUBS below, or what it was told:

    POST /behave   {"hub": "always204/a", "behaviour": "busy503", "seconds": 60}

Options of a behaviour stand in that, or in the hub's URL: /busy503?times=1&retry_after=2.
Any has `delay`, in seconds. `GET /version?hub=H&topic=T` has the bytes that a fetching hub
holds; peer.py tells how to ask the log. It has a line when a request was read, one when
something that is no ordinary answer ended, one when a hub fetched, one when a connection broke:

    {"t": 1.5, "event": "ping", "hub": "always204", "n": 1, "open": 1, "tls": null,
     "method": "POST", "topic": "http://...", "params": {"hub.mode": ["publish"], ...},
     "headers": {"user-agent": "..."}, "length": 80, "body": null,
     "target": "/always204", "answer": 204}
    {"t": 9.5, "event": "end", "hub": "hang", "n": 1, "sent": 0, "lasted": 8.0}
    {"t": 2.0, "event": "fetch", "hub": "lastmod", "topic": "http://...", "status": 304,
     "conditional": true, "changed": false, "sha256": "...", "length": 812}
    {"t": 1.5, "event": "broken", "tls": "expired", "error": "..."}

`open` counts the requests of that hub under way. `body` is there when it is no form.
`target` is a whole URL when the farm was taken for a proxy.
"""

import sys

sys.dont_write_bytecode = True

import hashlib
import hmac
import json
import os
import random
import select
import socket
import ssl
import struct
import subprocess
import threading
import time
import urllib.error
import urllib.request
import warnings
from email.utils import formatdate
from urllib.parse import parse_qsl, urlencode

from peer import MAX_BODY, Handler, Log, Server, live

FETCHER = "FarmHub/1.0 (+https://farm.example/; 7 subscribers)"
WELCOME = "Welcome to this hub. Send your pings by POST.\n"
TEN_YEARS = 10 * 365 * 86400
LONGEST = 120  # seconds that anything may last
MOST = 256 << 20  # bytes that anything may send


# Ordinary answers: (status, headers, body).


def answer(ask):
    return ask.options["status"], ask.options.get("headers", {}), ask.options.get("body", "")


def demand(ask):
    """Only with that parameter."""
    if not ask.params.get(ask.options["parameter"]):
        return 400, {}, f"MUST supply at least one {ask.options['parameter']}"
    return answer(ask)


def private(ask):
    """Only with that header."""
    if ask.headers.get(ask.options["header"].lower()) != ask.options["value"]:
        return 401, {}, "Who are you?\n"
    return answer(ask)


def busy(ask):
    """The first so many times, or seconds from the first; 204 from then on."""
    options = ask.options
    if "seconds" in options:
        over = ask.age >= options["seconds"]
    else:
        over = ask.number > options["times"]
    if over:
        return 204, {}, ""
    after = options.get("retry_after")
    if options.get("as_date"):
        after = formatdate(time.time() + after, usegmt=True)
    headers = {} if after is None else {"Retry-After": str(after)}
    return options["status"], headers, "Transient error; please try again later\n"


def partial(ask):
    report = [
        {
            "href": topic,
            "status": 400,
            "statusMessage": "Bad Request",
            "errors": ["not an allowed topic"],
            "warnings": [],
        }
        for topic in ask.topics
    ]
    return 207, {"Content-Type": "application/json"}, json.dumps(report)


def redirect(ask):
    to = ask.options["to"].format(hub=ask.hub, **ask.farm.urls)
    return ask.options["status"], {"Location": to}, "Moved.\n"


def chain(ask):
    """So many redirects in a row."""
    hops = ask.options["hops"]
    to = f"/{ask.hub}?hops={hops - 1}" if hops > 1 else "/post_only"
    return ask.options["status"], {"Location": to}, "Moved.\n"


def post_only(ask):
    """A ping, not what is left of one after a redirect."""
    if ask.method != "POST":
        return 200, {}, WELCOME
    if ask.params.get("hub.mode") == ["publish"] and ask.topics:
        return 204, {}, ""
    return 400, {}, "Where is the form?\n"


def subscribing(ask):
    """A hub with subscribers: verifies them as `verify` says, delivers if `deliver` does."""
    mode = ask.params.get("hub.mode")
    if mode == ["subscribe"]:
        start = threading.Thread(target=ask.farm.verify, args=(ask,), daemon=True)
    elif mode == ["publish"]:
        start = threading.Thread(target=ask.farm.deliver, args=(ask,), daemon=True)
    else:
        return 400, {}, "What?\n"
    if ask.options["verify"] if mode == ["subscribe"] else ask.options["deliver"]:
        start.start()
    return 202, {}, ""


def fetching(ask):
    """Takes a 304 for done, and an unchanged body."""
    for topic in ask.topics:
        threading.Thread(target=ask.farm.fetch, args=(ask, topic), daemon=True).start()
    return 204, {}, ""


# What is no ordinary answer: (bytes, seconds until the next), then the connection is closed.


def hang(ask):
    yield b"", LONGEST


def close(ask):
    yield from ()


def raw(ask):
    yield ask.options["bytes"].encode(), ask.options.get("stay", 0)


def slow(ask):
    text = b"HTTP/1.1 204 No Content\r\nServer: a slow one, and it has a lot to say\r\n\r\n"
    for i in range(len(text)):
        yield text[i : i + 1], ask.options["pause"]


def endless(ask):
    yield ask.options["head"].encode(), 0
    piece = ask.options["piece"].encode() * ask.options.get("times", 1)
    while True:
        yield piece, ask.options.get("pause", 0)


def garbage(ask):
    yield random.Random(1).randbytes(4096), 0


OK_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
LONGER = OK_HEAD + "Content-Length: 1000\r\n\r\nten bytes."
SHORTER = OK_HEAD + "Content-Length: 3\r\n\r\nOK\nHTTP/1.1 500 Smuggled\r\n\r\n"
EARLY_HINTS = "HTTP/1.1 103 Early Hints\r\n\r\n"

HUBS = {
    # What hubs in use answer.
    "always204": (answer, {"status": 204}),
    "ok202": (answer, {"status": 202, "body": "Accepted: 3 subscribers.\n"}),
    "ok200": (answer, {"status": 200, "body": "OK\n"}),
    "partial207": (partial, {}),
    "topic_not_found": (answer, {"status": 500, "body": "Topic not found for topic URL."}),
    "topic_only": (demand, {"parameter": "hub.topic", "status": 202}),
    "url_only": (demand, {"parameter": "hub.url", "status": 204}),
    "private": (private, {"header": "Authorization", "value": "Bearer right", "status": 204}),
    "lastmod": (fetching, {}),
    "deliver": (subscribing, {"verify": 1, "deliver": 1}),
    "mute": (subscribing, {"verify": 1, "deliver": 0}),
    "forge": (subscribing, {"verify": 1, "deliver": 1, "key": "guessed"}),
    "shy": (subscribing, {"verify": 0, "deliver": 0}),
    # Not now.
    "busy503": (busy, {"status": 503, "times": 2, "retry_after": 1}),
    "busy429": (busy, {"status": 429, "times": 2, "retry_after": 1}),
    "busy500": (busy, {"status": 500, "times": 2}),
    "busy_date": (busy, {"status": 503, "times": 2, "retry_after": 2, "as_date": 1}),
    "huge_retry": (busy, {"status": 503, "times": 1 << 30, "retry_after": TEN_YEARS}),
    "huge_retry_date": (
        busy,
        {"status": 429, "times": 1 << 30, "retry_after": TEN_YEARS, "as_date": 1},
    ),
    # Not at all.
    "bad400": (answer, {"status": 400, "body": "The topic URL returned a 404\n"}),
    "gone404": (answer, {"status": 404, "body": "Nothing here.\n"}),
    "gone410": (answer, {"status": 410, "body": "This hub has closed.\n"}),
    "large413": (answer, {"status": 413, "body": "Too large.\n"}),
    # Elsewhere.
    "redirect301": (redirect, {"status": 301, "to": "/post_only"}),
    "redirect302": (redirect, {"status": 302, "to": "/post_only"}),
    "redirect303": (redirect, {"status": 303, "to": "/post_only"}),
    "redirect307": (redirect, {"status": 307, "to": "/post_only"}),
    "redirect308": (redirect, {"status": 308, "to": "/post_only"}),
    "redirect_chain": (chain, {"status": 307, "hops": 3}),
    "redirect_loop": (redirect, {"status": 308, "to": "/{hub}"}),
    "redirect_other": (redirect, {"status": 307, "to": "{other}/post_only"}),
    "redirect_file": (redirect, {"status": 301, "to": "file:///etc/passwd"}),
    "post_only": (post_only, {}),
    # Broken, or hostile.
    "hang": (hang, {}),
    "slow": (slow, {"pause": 1}),
    "close": (close, {}),
    "reset": (close, {"reset": 1}),
    "reset_late": (raw, {"bytes": LONGER, "reset": 1}),
    "garbage": (garbage, {}),
    "endless_body": (endless, {"head": OK_HEAD + "\r\n", "piece": "x", "times": 65536}),
    "drip_body": (endless, {"head": OK_HEAD + "\r\n", "piece": "x", "pause": 1}),
    "endless_headers": (endless, {"head": OK_HEAD, "piece": "X-More: 1\r\n", "times": 1000}),
    "endless_line": (endless, {"head": OK_HEAD + "X-Long: ", "piece": "x", "times": 65536}),
    "endless_1xx": (endless, {"head": "", "piece": EARLY_HINTS, "times": 1000}),
    "short_body": (raw, {"bytes": LONGER}),
    "stuck_body": (raw, {"bytes": LONGER, "stay": LONGEST}),
    "long_body": (raw, {"bytes": SHORTER}),
}


def number(text):
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


class Ask:
    """One request to one hub."""

    def __init__(self, farm, handler):
        self.farm = farm
        self.hub, self.method = handler.route, handler.command
        self.headers = handler.header_fields()
        self.params = handler.form()
        both = self.params.get("hub.url", []) + self.params.get("hub.topic", [])
        self.topics = list(dict.fromkeys(both))
        given = farm.told.get(self.hub, {})
        name = given.get("behaviour", self.hub.split("/")[0])
        self.behave, defaults = HUBS.get(name, (answer, {"status": 404, "body": "No such hub.\n"}))
        query = {key: number(value) for key, value in parse_qsl(handler.query)}
        self.options = {**defaults, **given, **query}
        self.number, self.age, self.open = farm.enter(self.hub)


class Farm:
    def __init__(self, folder):
        self.log = Log(os.path.join(folder, "farm.jsonl"))
        self.lock = threading.Lock()
        self.told = {}
        self.state = {}
        self.versions = {}
        self.subscribers = {}
        self.urls = {}
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def tell(self, orders):
        with self.lock:
            self.told[orders["hub"]] = orders
            self.state.pop(orders["hub"], None)

    def enter(self, hub):
        """Which request of the hub this is, how long after the first, how many are open."""
        with self.lock:
            state = self.state.setdefault(hub, {"first": time.monotonic(), "count": 0, "open": 0})
            state["count"] += 1
            state["open"] += 1
            return state["count"], time.monotonic() - state["first"], state["open"]

    def leave(self, hub):
        with self.lock:
            if hub in self.state:
                self.state[hub]["open"] -= 1

    def verify(self, ask):
        """As WebSub section 5.3 has it; the last subscriber of a hub is the one."""
        given = {name: value[-1] for name, value in ask.params.items()}
        callback, topic = given["hub.callback"], given["hub.topic"]
        challenge = os.urandom(16).hex()
        lease = given.get("hub.lease_seconds", "60")
        query = {"hub.mode": "subscribe", "hub.topic": topic, "hub.challenge": challenge}
        query = urlencode({**query, "hub.lease_seconds": lease})
        status, body = self.open(urllib.request.Request(f"{callback}?{query}"))
        if body == challenge.encode():
            self.subscribers[ask.hub] = (callback, topic, given.get("hub.secret", ""))
        self.log.add(event="verified", hub=ask.hub, topic=topic, status=status, lease=lease)

    def deliver(self, ask):
        callback, topic, secret = self.subscribers.get(ask.hub, ("", "", ""))
        if topic not in ask.topics:
            return
        time.sleep(0.05)
        status, body = self.open(urllib.request.Request(topic))
        key = ask.options.get("key", secret).encode()
        headers = {
            "Content-Type": "application/atom+xml",
            "X-Hub-Signature": "sha1=" + hmac.new(key, body, "sha1").hexdigest(),
        }
        status, body = self.open(urllib.request.Request(callback, body, headers))
        self.log.add(event="delivered", hub=ask.hub, topic=topic, status=status)

    def open(self, request):
        try:
            with self.opener.open(request, timeout=10) as reply:
                return reply.status, reply.read(MAX_BODY)
        except urllib.error.HTTPError as error:
            return error.code, b""
        except (OSError, ValueError):
            return 0, b""

    def fetch(self, ask, topic):
        last = self.versions.get((ask.hub, topic), {})
        conditions = {
            "If-None-Match": last.get("etag"),
            "If-Modified-Since": last.get("modified"),
        }
        headers = {name: value for name, value in conditions.items() if value}
        request = urllib.request.Request(topic, headers={"User-Agent": FETCHER, **headers})
        seen = {"hub": ask.hub, "topic": topic, "conditional": bool(headers), "changed": False}
        try:
            with self.opener.open(request, timeout=10) as reply:
                body = reply.read(MAX_BODY)
            version = {
                "body": body,
                "sha256": hashlib.sha256(body).hexdigest(),
                "etag": reply.headers.get("ETag"),
                "modified": reply.headers.get("Last-Modified"),
            }
            seen["changed"] = version["sha256"] != last.get("sha256")
            self.versions[ask.hub, topic] = last = version
            status = reply.status
        except urllib.error.HTTPError as error:
            status = error.code
        except (OSError, ValueError) as error:
            status, seen["error"] = 0, str(error)
        seen["sha256"], seen["length"] = last.get("sha256"), len(last.get("body", b""))
        self.log.add(event="fetch", status=status, **seen)


class FarmHandler(Handler):
    farm = None

    def take(self):
        if self.route == "behave":
            self.farm.tell(json.loads(self.body))
            self.reply(204)
        elif self.route == "version":
            asked = self.values()
            version = self.farm.versions.get((asked["hub"], asked["topic"]))
            self.reply(200 if version else 404, version["body"] if version else "")
        else:
            self.serve_hub()

    def serve_hub(self):
        ask = Ask(self.farm, self)
        try:
            what = ask.behave(ask)
            ordinary = isinstance(what, tuple)
            if ordinary and self.command != "POST" and what[0] < 300:
                what = (200, {}, WELCOME)
            self.note(ask, what[0] if ordinary else ask.behave.__name__)
            time.sleep(ask.options.get("delay", 0))
            if ordinary:
                status, headers, body = what
                self.reply(status, body, headers=headers)
            else:
                self.pour(ask, what)
        finally:
            self.farm.leave(ask.hub)

    def note(self, ask, what):
        text = self.body.decode("utf-8", "surrogateescape")
        self.log.add(
            event="ping",
            hub=ask.hub,
            n=ask.number,
            open=ask.open,
            tls=self.server.tls,
            method=self.command,
            topic=ask.topics[0] if ask.topics else None,
            params=ask.params,
            headers=ask.headers,
            length=len(self.body),
            body=None if ask.params else text,
            target=self.path,
            answer=what,
        )

    def pour(self, ask, pieces):
        """Until all is sent, or nobody reads, or enough is enough."""
        began, sent = time.monotonic(), 0
        self.close_connection = True
        try:
            for piece, pause in pieces:
                self.connection.sendall(piece)
                sent += len(piece)
                left = began + LONGEST - time.monotonic()
                if left <= 0 or sent > MOST or (pause and self.is_left(min(pause, left))):
                    break
        except OSError:
            pass
        lasted = round(time.monotonic() - began, 3)
        self.log.add(event="end", hub=ask.hub, n=ask.number, sent=sent, lasted=lasted)
        if ask.options.get("reset"):
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            os.close(self.connection.detach())

    def is_left(self, pause):
        """Within that time the other side closes its end, or sends what nobody wants."""
        end = time.monotonic() + pause
        while (left := end - time.monotonic()) > 0:
            if select.select([self.connection], [], [], left)[0] and not self.connection.recv(4096):
                return True
        return False


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def certificates(folder):
    """One key, and a certificate for each way to be wrong."""
    os.makedirs(folder, exist_ok=True)
    here = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout"]
    own = ["req", "-x509", "-days", "90"]
    openssl(folder, *own, *key, "ca.key", "-out", "ca.pem", "-subj", "/CN=CA of the farm")
    openssl(folder, "req", *key, "key.pem", "-out", "request", "-subj", "/CN=farm")
    itself = ["-key", "key.pem", "-out", "self_signed.pem", "-subj", "/CN=farm"]
    openssl(folder, *own, *itself, "-addext", here)
    signed = {
        "right": ("90", here),
        "expired": ("-1", here),
        "wrong_host": ("90", "subjectAltName=DNS:elsewhere.example"),
    }
    for serial, (name, (days, names)) in enumerate(signed.items(), 1):
        with open(os.path.join(folder, "extensions"), "w", encoding="ascii") as file:
            file.write(names + "\n")
        ca = ["-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", str(serial)]
        made = ["-out", name + ".pem", "-days", days, "-extfile", "extensions"]
        openssl(folder, "x509", "-req", "-in", "request", *ca, *made)
    return [*signed, "self_signed"]


def context(folder, certificate):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    file = os.path.join(folder, certificate + ".pem")
    made.load_cert_chain(file, os.path.join(folder, "key.pem"))
    return made


def secure(folder, log):
    """A URL for each certificate, for a protocol too old, and for one that never speaks."""
    contexts = {name: context(folder, name) for name in certificates(folder)}
    contexts["old"] = context(folder, "right")
    warnings.simplefilter("ignore", DeprecationWarning)
    contexts["old"].set_ciphers("DEFAULT@SECLEVEL=0")
    contexts["old"].minimum_version = ssl.TLSVersion.TLSv1
    contexts["old"].maximum_version = ssl.TLSVersion.TLSv1
    urls = {name: Server(FarmHandler, log, name, made).url for name, made in contexts.items()}
    silent = idle_socket()
    silent.listen()
    return {**urls, "silent": url_of(silent, "https")}


# Sockets that only hold their port.
idle = []


def idle_socket():
    made = socket.socket()
    made.bind(("127.0.0.1", 0))
    idle.append(made)
    return made


def url_of(made, scheme="http"):
    return f"{scheme}://127.0.0.1:{made.getsockname()[1]}"


def main():
    folder = os.path.abspath(sys.argv[1])
    farm = Farm(folder)
    FarmHandler.farm, FarmHandler.log = farm, farm.log
    farm.urls = {
        "http": Server(FarmHandler, farm.log).url,
        "other": Server(FarmHandler, farm.log).url,
        "refused": url_of(idle_socket()),
    }
    tls = os.path.join(folder, "tls")
    https = {"https": secure(tls, farm.log), "ca_file": os.path.join(tls, "ca.pem")}
    live({**farm.urls, **https, "log": farm.log.path, "pid": os.getpid()})


if __name__ == "__main__":
    main()

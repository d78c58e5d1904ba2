#!/usr/bin/python3
"""A WebSub subscriber. `subscriber.py FOLDER` listens on a free port of the loopback and
prints one line of JSON: {"http": URL, "log": PATH, "deliveries": PATH, "pid": N}

    POST /subscribe    hub=URL&topic=URL [&secret=S] [&name=NAME] [&lease=SECONDS]
                       [&answer=STATUS] [&delay=SECONDS]
    POST /unsubscribe  hub=URL&topic=URL [&name=NAME]

asks the hub, and tells what it answered. The callback is /callback/NAME; of two with the
same name the later holds. The log (see peer.py) has, in this order:

    {"t": 1.5, "event": "asked", "name": "a", "mode": "subscribe", "topic": "...", "status": 202}
    {"t": 1.6, "event": "verified", "name": "a", "mode": "subscribe", "topic": "...",
     "lease": "600", "confirmed": true}
    {"t": 2.0, "event": "delivered", "name": "a", "topic": "...", "file": "deliveries/0001",
     "length": 812, "sha256": "...", "signature": "right", "algorithm": "sha256",
     "content_type": "application/atom+xml", "links": {"hub": "...", "self": "..."},
     "headers": {...}, "answer": 204}

`signature` is right, wrong, missing (there is a secret), needless (there is none) or none.
"""

import sys

sys.dont_write_bytecode = True

import hashlib
import hmac
import os
import re
import threading
import time
import urllib.error
import urllib.request
from urllib.parse import parse_qs, urlencode

from peer import Handler, Log, Server, live

ALGORITHMS = ("sha1", "sha256", "sha384", "sha512")


def judge(body, secret, header):
    """What the signature is worth, and how it was made."""
    if not header:
        return ("missing" if secret else "none"), None
    algorithm, _, digest = header.partition("=")
    if not secret:
        return "needless", algorithm
    if algorithm not in ALGORITHMS:
        return "wrong", algorithm
    right = hmac.new(secret.encode(), body, algorithm).hexdigest()
    return ("right" if hmac.compare_digest(right, digest) else "wrong"), algorithm


def links(header):
    return {rel: url for url, rel in re.findall(r'<([^>]*)>\s*;\s*rel="?([a-z]+)"?', header or "")}


class Subscriber(Handler):
    folder = ""
    asked = {}
    lock = threading.Lock()
    count = 0
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def take(self):
        route, _, name = self.route.partition("/")
        if route in ("subscribe", "unsubscribe"):
            self.ask(route, self.values())
        elif route != "callback" or name not in self.asked:
            self.reply(404, "No such callback.\n")
        elif self.command == "POST":
            self.receive(name, self.asked[name])
        else:
            self.verify(name, self.asked[name])

    def ask(self, mode, wish):
        name = wish.setdefault("name", "a")
        wish["mode"] = mode
        callback = f"{self.server.url}/callback/{name}"
        # A secret must outlive the request to unsubscribe.
        self.asked[name] = {**self.asked.get(name, {}), **wish} if mode == "unsubscribe" else wish
        form = {"hub.mode": mode, "hub.topic": wish["topic"], "hub.callback": callback}
        if "secret" in wish:
            form["hub.secret"] = wish["secret"]
        if "lease" in wish:
            form["hub.lease_seconds"] = wish["lease"]
        status, text = self.post(wish["hub"], form)
        self.log.add(event="asked", name=name, mode=mode, topic=wish["topic"], status=status)
        self.reply_json({"status": status, "text": text, "callback": callback})

    def post(self, url, form):
        try:
            with self.opener.open(url, urlencode(form).encode(), timeout=10) as reply:
                return reply.status, reply.read(1000).decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read(1000).decode("utf-8", "replace")
        except OSError as error:
            return 0, str(error)

    def verify(self, name, wish):
        query = {key: value[-1] for key, value in parse_qs(self.query).items()}
        mode, topic = query.get("hub.mode"), query.get("hub.topic")
        if mode == "denied":
            self.log.add(event="denied", name=name, topic=topic, reason=query.get("hub.reason"))
            self.reply(200)
            return
        confirmed = (mode, topic) == (wish["mode"], wish["topic"]) and "hub.challenge" in query
        self.log.add(
            event="verified",
            name=name,
            mode=mode,
            topic=topic,
            lease=query.get("hub.lease_seconds"),
            confirmed=confirmed,
        )
        if confirmed:
            self.reply(200, query["hub.challenge"])
        else:
            self.reply(404, "I never asked.\n")

    def receive(self, name, wish):
        status = int(wish.get("answer", 204))
        headers = self.header_fields()
        signature, algorithm = judge(self.body, wish.get("secret"), headers.get("x-hub-signature"))
        self.log.add(
            event="delivered",
            name=name,
            topic=wish["topic"],
            file=self.keep(),
            length=len(self.body),
            sha256=hashlib.sha256(self.body).hexdigest(),
            signature=signature,
            algorithm=algorithm,
            content_type=headers.get("content-type"),
            links=links(headers.get("link")),
            headers=headers,
            answer=status,
        )
        time.sleep(float(wish.get("delay", 0)))
        self.reply(status)

    def keep(self):
        with self.lock:
            Subscriber.count += 1
            name = f"deliveries/{self.count:04}"
        with open(os.path.join(self.folder, name), "wb") as file:
            file.write(self.body)
        return name


def main():
    folder = os.path.abspath(sys.argv[1])
    deliveries = os.path.join(folder, "deliveries")
    os.makedirs(deliveries, exist_ok=True)
    Subscriber.folder = folder
    Subscriber.log = Log(os.path.join(folder, "subscriber.jsonl"))
    server = Server(Subscriber, Subscriber.log)
    files = {"log": Subscriber.log.path, "deliveries": deliveries}
    live({"http": server.url, **files, "pid": os.getpid()})


if __name__ == "__main__":
    main()

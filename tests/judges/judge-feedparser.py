"""Reads [{file, path, entries: [{id, title}]}] and prints findings, one JSON
array [level, where, text] a line."""
import json
import multiprocessing
import sys

import feedparser


def judge(document):
    findings = []

    def say(text, level="error"):
        findings.append([level, document["path"], text])

    with open(document["file"], "rb") as file:
        feed = feedparser.parse(file.read(), sanitize_html=False, resolve_relative_uris=False)
    if feed.bozo:
        say("bozo: %s" % feed.get("bozo_exception"))
    if not feed.version:
        say("of no known format")
    if not feed.feed.get("title"):
        say("the feed has no title")
    if len(feed.entries) != len(document["entries"]):
        say("%d of %d entries" % (len(feed.entries), len(document["entries"])))
    for entry, want in zip(feed.entries, document["entries"]):
        if entry.get("id") != want["id"]:
            say("%s: id is %s" % (want["id"], entry.get("id")))
        if entry.get("title", "").strip() != want["title"].strip():
            say("%s: title is %s" % (want["id"], entry.get("title")))
        for field in ("link", "published_parsed", "summary", "author"):
            if not entry.get(field):
                say("%s: no %s" % (want["id"], field))
    return findings


if __name__ == "__main__":
    with multiprocessing.Pool(2) as pool:
        for findings in pool.imap(judge, json.load(sys.stdin), 8):
            for finding in findings:
                print(json.dumps(finding))
    print(json.dumps(["done", "", ""]))

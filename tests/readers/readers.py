"""The readers: each is asked to poll some URLs, and tells what it takes for new or changed.

A reader that keeps what it read (newsboat, sfeed, rss2email) has a folder of its own, in which
it works as a user has it; one that is a library is called as its manual says, and what it
gives is compared with what it gave before.
"""

import concurrent.futures
import email
import email.policy
import hashlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess

LIMIT = 120  # seconds that anything may take
HERE = pathlib.Path(__file__).resolve().parent


class Broken(Exception):
    """Something that has nothing to do with feeds."""


def run(command, folder=None, text=None, may_fail=False):
    environment = dict(os.environ, LC_ALL="C.UTF-8", NO_PROXY="*", no_proxy="*", TERM="dumb")
    if folder:
        environment["HOME"] = str(folder)
    done = subprocess.run([str(word) for word in command], input=text, cwd=folder,
                          env=environment, capture_output=True, text=True, timeout=LIMIT)
    if done.returncode and not may_fail:
        raise Broken("%s: exit %d: %s" % (command[0], done.returncode,
                                          (done.stdout + done.stderr).strip()[-500:]))
    return done.stdout


def absent(program):
    return None if shutil.which(program) else "%s is missing" % program


def packages():
    """Where those of npm are."""
    cache = os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache"))
    return pathlib.Path(os.environ.get("XYSFEED_READERS", cache + "/xysfeed-readers"))


def install():
    """At the exact versions of package-lock.json; why not, or None."""
    work, lock = packages(), HERE / "package-lock.json"
    there = work / lock.name
    if absent("npm"):
        return absent("npm")
    try:
        work.mkdir(parents=True, exist_ok=True)
        if not there.exists() or there.read_bytes() != lock.read_bytes():
            there.unlink(missing_ok=True)
            shutil.copy(HERE / "package.json", work)
            shutil.copy(lock, there)
            npm_ci(work, there)
        # A module looks for packages beside itself.
        shutil.copy(HERE / "readers.mjs", work)
    except OSError as error:
        return str(error)
    except (Broken, subprocess.TimeoutExpired) as error:
        return "npm ci failed: %s" % str(error).splitlines()[0]
    return None


def npm_ci(work, lock):
    try:
        # The scripts of packages are not run.
        run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], work)
    except (Broken, subprocess.TimeoutExpired):
        lock.unlink()
        raise


def digest(*parts):
    return hashlib.sha256("\0".join(p or "" for p in parts).encode()).hexdigest()


class Reader:
    conditional = True
    partial = False  # it asks for only what it lacks (A-IM: feed), and takes 226

    def __init__(self, folder):
        self.folder = folder
        self.before = {}

    def poll(self, urls):
        """URL -> (ids it takes for new, ids it takes for changed)."""
        now, seen = self.read(urls), {}
        for url, entries in now.items():
            old = self.before.get(url, {})
            seen[url] = ({i for i in entries if i not in old},
                         {i for i in entries if i in old and old[i] != entries[i]})
        self.before = now
        return seen

    def settle(self, urls):
        """After the first poll, what else it needs before it asks with conditions."""

    def right(self, name, truth):
        """What of the truth it is right for it to see."""
        return truth


def only_new(truth):
    return {url: (new, set()) for url, (new, _) in truth.items() if new}


class Newsboat(Reader):
    """Its cache knows an id once, whatever feed it came from: so one for each document."""

    name = "newsboat"
    partial = True

    @staticmethod
    def missing():
        return absent("newsboat")

    def one(self, url):
        folder = self.folder / digest(url)
        folder.mkdir(exist_ok=True)
        (folder / "urls").write_text(url + "\n")
        (folder / "config").write_text("max-items 0\nuse-proxy no\n")
        run(["newsboat", "-u", folder / "urls", "-C", folder / "config",
             "-c", folder / "cache", "-x", "reload"], folder)
        cache = sqlite3.connect(folder / "cache")
        rows = cache.execute("select guid, title, url, content from rss_item").fetchall()
        cache.close()
        return url, {row[0]: digest(*row[1:]) for row in rows}

    def read(self, urls):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            return dict(pool.map(self.one, urls))

    def settle(self, urls):
        """It keeps the tag of an answer only for a feed that it had before."""
        self.read(urls)


class Sfeed(Reader):
    """sfeed_update asks without conditions. An entry is an id with a title and a link, and
    stays as it was first seen: an edit is not shown, another address is another entry."""

    name = "sfeed"
    conditional = False

    @staticmethod
    def missing():
        return absent("sfeed_update")

    def read(self, urls):
        rc = self.folder / "sfeedrc"
        names = {digest(url): url for url in urls}
        feeds = "".join("feed %s '%s'\n" % pair for pair in names.items())
        (self.folder / "feeds").mkdir(exist_ok=True)
        rc.write_text("sfeedpath='%s/feeds'\nfeeds() {\n%s}\n" % (self.folder, feeds))
        run(["sfeed_update", rc], self.folder)
        return {url: self.entries(self.folder / "feeds" / name)
                for name, url in names.items()}

    def entries(self, file):
        rows = [line.split("\t") for line in file.read_text().splitlines()]
        return {(row[5], row[1], row[2]): digest(row[3]) for row in rows}

    def poll(self, urls):
        return {url: ({key[0] for key in new}, {key[0] for key in changed})
                for url, (new, changed) in super().poll(urls).items()}

    def right(self, name, truth):
        if name == "rename":
            return {url: (changed, set()) for url, (_, changed) in truth.items()}
        return only_new(truth)


class Rss2email(Reader):
    """Sends each id once, so there is nothing to see of an edit. As feedparser does, it says
    that it takes 226, and then takes that for a failure."""

    name = "rss2email"
    PARTS = 4

    @staticmethod
    def missing():
        return None if os.path.exists("/usr/bin/r2e") else "rss2email is missing"

    def one(self, part):
        number, urls = part
        folder = self.folder / str(number)
        if not folder.exists():
            folder.mkdir()
            feeds = "".join("[feed.f%d]\nurl = %s\nmaildir-mailbox = box\n" % (i, url)
                            for i, url in enumerate(urls))
            (folder / "config").write_text(
                "[DEFAULT]\nto = reader@localhost\nfrom = feeds@localhost\n"
                "email-protocol = maildir\nmaildir-path = %s\nhtml-mail = True\n"
                "verbose = error\nuse-8bit = True\nencodings = UTF-8\n%s" % (folder, feeds))
        run(["/usr/bin/r2e", "-c", folder / "config", "-d", folder / "data", "run"], folder)
        return [self.take(mail) for mail in sorted((folder / "box/new").glob("*"))]

    @staticmethod
    def take(mail):
        message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
        mail.unlink()
        return tuple("".join(message[name].split()) for name in ("X-RSS-Feed", "X-RSS-ID"))

    def poll(self, urls):
        seen = {url: (set(), set()) for url in urls}
        parts = [(i, urls[i::self.PARTS]) for i in range(self.PARTS)]
        with concurrent.futures.ThreadPoolExecutor(self.PARTS) as pool:
            for mails in pool.map(self.one, parts):
                for url, entry in mails:
                    seen[url][0].add(entry)
        return seen

    def right(self, name, truth):
        return only_new(truth)


class Feedparser(Reader):
    name = "feedparser"

    @staticmethod
    def missing():
        try:
            import feedparser  # pylint: disable=unused-import
        except ImportError:
            return "python3-feedparser is missing"
        return None

    def __init__(self, folder):
        super().__init__(folder)
        self.kept = {}

    def read(self, urls):
        import feedparser
        now = dict(self.before)
        for url in urls:
            etag, modified = self.kept.get(url, (None, None))
            feed = feedparser.parse(url, etag=etag, modified=modified)
            if feed.status == 304:
                continue
            if feed.bozo:
                raise Broken("feedparser: %s: %s" % (url, feed.bozo_exception))
            self.kept[url] = feed.get("etag"), feed.get("modified")
            entries = {e.id: digest(e.title, e.link, e.get("content", [e])[0].get("value"))
                       for e in feed.entries}
            now[url] = entries
        return now


class Helper(Reader):
    """A library of another language: helped by a program that gets URLs and the name of a
    file for what it keeps, and prints {URL: {id: [what is shown]}}."""

    def read(self, urls):
        out = run(self.command() + [self.folder / "kept"], self.folder, json.dumps(urls))
        return {url: {i: digest(*shown) for i, shown in entries.items()}
                for url, entries in json.loads(out).items()}


class RubyRss(Helper):
    name = "ruby-rss"

    @staticmethod
    def missing():
        if absent("ruby"):
            return absent("ruby")
        done = subprocess.run(["ruby", "-e", "require 'rss'"], capture_output=True)
        return "ruby has no rss" if done.returncode else None

    def command(self):
        return ["ruby", HERE / "readers.rb"]


class FromNpm(Helper):
    @staticmethod
    def missing():
        return absent("node") or install()

    def command(self):
        return ["node", packages() / "readers.mjs", self.name]


class RssParser(FromNpm):
    """parseURL asks without conditions."""

    name = "rss-parser"
    conditional = False


class Feedsmith(FromNpm):
    """Only parses, so the asking is ours. It reads JSON Feed, too, which has to show the
    same as Atom."""

    name = "feedsmith"

    def poll(self, urls):
        json_of = {url: url[:-len("atom")] + "json" for url in urls if url.endswith(".atom")}
        seen = super().poll(urls + list(json_of.values()))
        for atom, other in json_of.items():
            if seen.pop(other, None) != seen.get(atom):
                raise Broken("feedsmith: %s shows something else than its Atom" % other)
        return seen


ALL = (Newsboat, Sfeed, Rss2email, Feedparser, RubyRss, RssParser, Feedsmith)

// The documents in a published folder, read by means of our own (a strict SAX
// parser and JSON.parse), so that every judge can be asked whether it saw the
// same entries.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import sax from "sax";

const ATOM = "http://www.w3.org/2005/Atom";
const CONTENT = "http://purl.org/rss/1.0/modules/content/";
const DC = "http://purl.org/dc/elements/1.1/";
const XML = "http://www.w3.org/XML/1998/namespace";

// Elements whose text is taken, by parent and name: kind -> parent -> name -> field.
const fields = {
  atom: {
    feed: { id: "id", title: "title" },
    entry: { id: "id", title: "title", content: "content", summary: "summary" },
  },
  rss: {
    channel: { title: "title", language: "lang" },
    item: { guid: "id", title: "title", "content:encoded": "content", description: "summary" },
  },
};

const prefixes = { [ATOM]: "atom:", [CONTENT]: "content:", [DC]: "dc:", "": "" };

function readXml(text) {
  const parser = sax.parser(true, { xmlns: true, trim: false, normalize: false });
  const document = { kind: "xml", lang: "", entries: [] };
  const stack = [];
  let entry = null;
  let taken = null;

  parser.onerror = (error) => {
    throw error;
  };
  parser.onopentag = (tag) => {
    const own = document.kind === "atom" ? ATOM : "";
    const name = (tag.uri === own ? "" : (prefixes[tag.uri] ?? "?:")) + tag.local;
    if (stack.length === 0) {
      if (tag.uri === ATOM && tag.local === "feed") document.kind = "atom";
      else if (tag.uri === "" && ["rss", "opml"].includes(tag.local)) document.kind = tag.local;
      else document.kind = tag.local;
    }
    const shown = stack.length === 0 ? tag.local : name;
    const parent = stack.at(-1);
    const lang = Object.values(tag.attributes).find((a) => a.uri === XML && a.local === "lang");
    if (lang && stack.length === 0) document.lang = lang.value;
    if (shown === "entry" || shown === "item") {
      entry = { id: "", title: "", content: "", summary: "", lang: lang?.value ?? document.lang };
      document.entries.push(entry);
    }
    const field = fields[document.kind]?.[parent]?.[shown];
    if (field) taken = { into: entry ?? document, field, depth: stack.length, text: "" };
    stack.push(shown);
  };
  parser.ontext = parser.oncdata = (text) => {
    if (taken) taken.text += text;
  };
  parser.onclosetag = () => {
    const name = stack.pop();
    if (taken && taken.depth === stack.length) {
      taken.into[taken.field] = taken.text;
      taken = null;
    }
    if (name === "entry" || name === "item") entry = null;
  };
  parser.write(text).close();
  return document;
}

function readJson(text) {
  const feed = JSON.parse(text);
  if (!String(feed.version).startsWith("https://jsonfeed.org/version/1"))
    return { kind: "other", entries: [] };
  return {
    kind: "json",
    id: feed.feed_url,
    title: feed.title,
    lang: feed.language ?? "",
    entries: feed.items.map((item) => ({
      id: item.id,
      title: item.title,
      content: item.content_html ?? "",
      summary: item.summary ?? item.content_text ?? "",
      lang: item.language ?? feed.language ?? "",
    })),
  };
}

const readers = {
  atom: readXml,
  rss: readXml,
  xml: readXml,
  opml: readXml,
  json: readJson,
  // A whole page, or lines for the head of one.
  html: (text) => ({ kind: text.startsWith("<!DOCTYPE") ? "page" : "links", entries: [] }),
  css: () => ({ kind: "css", entries: [] }),
  js: () => ({ kind: "js", entries: [] }),
};

// Compressed copies of what is judged, and the key for IndexNow.
const unjudged = ["gz", "br", "zst", "txt"];

function walk(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((item) => {
      const path = join(folder, item.name);
      return item.isDirectory() ? walk(path) : item.isFile() ? [path] : [];
    });
}

const isEmptied = (text) => text === undefined || text.trim() === "";

// { documents, contents, unreadable }; contents are distinct, each with the
// places that it stands in.
export function readFolder(folder, base) {
  const documents = [];
  const unreadable = [];
  const contents = new Map();

  for (const file of walk(folder)) {
    const path = relative(folder, file);
    const extension = path.split(".").pop();
    if (unjudged.includes(extension)) continue;
    const reader = readers[extension];
    if (!reader) {
      unreadable.push({ path, text: "no judge is for files like this" });
      continue;
    }
    const bytes = readFileSync(file);
    try {
      const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      const url = base + path.split("/").map(encodeURIComponent).join("/");
      documents.push({ path, file, url, text, ...reader(text) });
    } catch (error) {
      unreadable.push({ path, text: error.message.split("\n")[0] });
    }
  }
  for (const document of documents)
    for (const entry of document.entries) {
      if (isEmptied(entry.content)) continue;
      const digest = createHash("sha256").update(entry.content).digest("hex");
      const where = `${document.path} ${entry.id}`;
      const known = contents.get(digest);
      if (known) known.places.push(where);
      else contents.set(digest, { html: entry.content, lang: entry.lang, places: [where] });
    }
  return { folder, base, documents, unreadable, contents: [...contents.values()] };
}

export const ofKind = (context, ...kinds) =>
  context.documents.filter((document) => kinds.includes(document.kind));

// The documents of one feed in its formats, by path without extension.
export function siblings(context) {
  const groups = new Map();
  for (const document of ofKind(context, "atom", "rss", "json")) {
    const stem = document.path.replace(/\.[^.]*$/, "");
    if (!groups.has(stem)) groups.set(stem, []);
    groups.get(stem).push(document);
  }
  return [...groups.values()];
}

// feedsmith (npm): knows the document for what it is, and sees every entry
// with its id, title, address, date and content. OPML too.

import { detectAtomFeed, detectJsonFeed, detectRssFeed, parseFeed, parseOpml } from "feedsmith";
import { ofKind } from "./documents.mjs";
import { Verdict } from "./tools.mjs";

export const name = "feedsmith";
export const missing = () => null;

const detect = { atom: detectAtomFeed, rss: detectRssFeed, json: detectJsonFeed };

const text = (value) => (typeof value === "object" ? value?.value : value);

const views = {
  atom: (feed) => feed.entries?.map((e) => ({
    id: e.id, title: text(e.title), url: e.links?.[0]?.href, date: e.updated && e.published,
    body: text(e.content) ?? text(e.summary) })),
  rss: (feed) => feed.items?.map((e) => ({
    id: e.guid?.value, title: text(e.title), url: e.link, date: e.pubDate,
    body: text(e.content?.encoded) ?? text(e.description) })),
  json: (feed) => feed.items?.map((e) => ({
    id: e.id, title: e.title, url: e.url, date: e.date_published && e.date_modified,
    body: e.content_html ?? e.content_text ?? e.summary })),
};

export async function judge(context) {
  const verdict = new Verdict("documents");

  for (const document of ofKind(context, "atom", "rss", "json", "opml")) {
    verdict.judged++;
    try {
      if (document.kind === "opml") {
        if (!parseOpml(document.text).body?.outlines?.length)
          verdict.error(document.path, "no outlines");
        continue;
      }
      if (!detect[document.kind](document.text))
        verdict.error(document.path, `not taken for ${document.kind}`);
      const { format, feed } = parseFeed(document.text);
      if (format !== document.kind) verdict.error(document.path, `read as ${format}`);
      const entries = views[document.kind](feed) ?? [];
      if (entries.length !== document.entries.length)
        verdict.error(document.path, `${entries.length} of ${document.entries.length} entries`);
      entries.forEach((entry, i) => {
        const want = document.entries[i];
        for (const field of ["id", "title", "url", "date", "body"])
          if (!entry[field]) verdict.error(document.path, `${want?.id}: no ${field}`);
        if (entry.id !== want?.id) verdict.error(document.path, `${want?.id}: id is ${entry.id}`);
        if (entry.title !== want?.title)
          verdict.error(document.path, `${want?.id}: title is ${entry.title}`);
      });
    } catch (error) {
      verdict.error(document.path, error.message);
    }
  }
  return verdict;
}

// readers.mjs rss-parser|feedsmith KEPT: polls the URLs of a JSON array on stdin and prints
// what the library reads, {URL: {id: [title, link, content]}}. rss-parser asks by itself;
// for feedsmith we ask, with If-None-Match alone, and KEPT has the tags and the entries from
// one poll to the next.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseFeed } from "feedsmith";
import Parser from "rss-parser";

const text = (value) => (typeof value === "object" ? value?.value : value);

const views = {
  atom: (feed) => feed.entries.map((e) => [
    e.id, [text(e.title), e.links.find((l) => l.rel === "alternate").href, text(e.content)]]),
  rss: (feed) => feed.items.map((e) => [
    e.guid.value, [text(e.title), e.link, text(e.content?.encoded)]]),
  json: (feed) => feed.items.map((e) => [e.id, [e.title, e.url, e.content_html]]),
};

async function byParser(url) {
  const { items } = await new Parser().parseURL(url);
  const view = (i) => [i.title, i.link, i["content:encoded"] ?? i.content];
  return { entries: Object.fromEntries(items.map((i) => [i.id ?? i.guid, view(i)])) };
}

async function byFeedsmith(url, before) {
  const answer = await fetch(url, { headers: before ? { "If-None-Match": before.etag } : {} });
  if (answer.status === 304) return before;
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status}`);
  const { format, feed } = parseFeed(await answer.text());
  return { etag: answer.headers.get("ETag"), entries: Object.fromEntries(views[format](feed)) };
}

const [name, file] = process.argv.slice(2);
const read = { "rss-parser": byParser, feedsmith: byFeedsmith }[name];
const kept = existsSync(file) ? JSON.parse(readFileSync(file)) : {};
for (const url of JSON.parse(readFileSync(0))) kept[url] = await read(url, kept[url]);
writeFileSync(file, JSON.stringify(kept));
console.log(JSON.stringify(Object.fromEntries(
  Object.entries(kept).map(([url, { entries }]) => [url, entries]))));

// The published folder, as a server gives it that means well by browsers: with the
// strictest policy that the pages promise to hold under, and a feed that is opened in a
// window as XML, which is the type of it that Chromium shows.

import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

export const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; " +
  "base-uri 'none'; form-action 'none'";

const types = {
  ".atom": "application/atom+xml; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/feed+json",
  ".opml": "text/x-opml; charset=utf-8",
  ".rss": "application/rss+xml; charset=utf-8",
};

const isFeed = (type) => /^application\/(atom|rss)\+xml/.test(type);

// { url, close }, on a port of the loopback.
export async function serve(folder) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://x/").pathname));
    const file = join(folder, path);
    const type = types[extname(file)] ?? "application/octet-stream";
    if (path === "/favicon.ico") return response.writeHead(204).end();
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return response.writeHead(404).end();
    response.writeHead(200, {
      "content-type":
        isFeed(type) && request.headers["sec-fetch-dest"] === "document"
          ? "application/xml; charset=utf-8" : type,
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
    });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

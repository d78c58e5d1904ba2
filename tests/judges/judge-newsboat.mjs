// newsboat: fetches every Atom and RSS document over HTTP; then all entries
// are in its cache.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ofKind } from "./documents.mjs";
import { Verdict, each, missingProgram, run, withScratch, withServer } from "./tools.mjs";

export const name = "newsboat";
const python = "/usr/bin/python3";

export const missing = () => missingProgram("newsboat", python);

const query = `
import json, sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute(
    "select guid, title, url, author, pubDate, content <> '' from rss_item")
json.dump(rows.fetchall(), sys.stdout)
`;

// Its cache knows an id once, whatever feed it came from: one for each document.
async function reload(document, url, scratch) {
  const file = (name) => join(scratch, name);
  writeFileSync(file("urls"), url + "\n");
  writeFileSync(file("config"), "max-items 0\nuse-proxy no\n");
  const { status, stdout, stderr } = await run(
    "newsboat",
    ["-u", file("urls"), "-C", file("config"), "-c", file("cache"), "-x", "reload"],
    { cwd: scratch, env: { HOME: scratch, TERM: "dumb" } });
  if (status !== 0) throw new Error(`exit ${status}: ${stdout} ${stderr}`);
  const answer = await run(python, ["-c", query, file("cache")]);
  return JSON.parse(answer.stdout);
}

export async function judge(context) {
  const verdict = new Verdict("documents");

  await withServer(context.folder, (address) =>
    each(ofKind(context, "atom", "rss"), (document) => withScratch(async (scratch) => {
      verdict.judged++;
      try {
        const path = document.path.split("/").map(encodeURIComponent).join("/");
        const rows = await reload(document, address + path, scratch);
        const got = new Map(rows.map((row) => [row[0], row]));
        if (got.size !== document.entries.length)
          verdict.error(document.path, `${got.size} of ${document.entries.length} entries`);
        for (const { id } of document.entries) {
          const row = got.get(id);
          if (!row) verdict.error(document.path, `${id}: is not there`);
          else if (!row.every(Boolean))
            verdict.error(document.path, `${id}: no title, url, author, date or text`);
        }
      } catch (error) {
        verdict.error(document.path, error.message);
      }
    })));
  return verdict;
}

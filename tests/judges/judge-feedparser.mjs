// feedparser (Python): not bozo, and every entry with id, title, link, date,
// text and author.

import { fileURLToPath } from "node:url";
import { ofKind } from "./documents.mjs";
import { Verdict, missingProgram, run } from "./tools.mjs";

export const name = "feedparser";
const python = "/usr/bin/python3"; // Debian's own, which sees Debian's modules

export const missing = () => missingProgram(python);

export async function judge(context) {
  const verdict = new Verdict("documents");
  const documents = ofKind(context, "atom", "rss");
  const script = fileURLToPath(new URL("judge-feedparser.py", import.meta.url));
  const { stdout, stderr } = await run(python, [script], {
    input: JSON.stringify(documents.map(({ file, path, entries }) => ({
      file, path, entries: entries.map(({ id, title }) => ({ id, title })) }))),
  });
  const lines = stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));

  verdict.judged = documents.length;
  if (lines.pop()?.[0] !== "done") verdict.error("feedparser", stderr.slice(-500));
  for (const [level, where, text] of lines) verdict[level](where, text);
  return verdict;
}

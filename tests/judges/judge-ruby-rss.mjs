// Ruby's RSS::Parser, validating: what an element must have, may have and how
// often, in RSS 2.0, Atom and the modules it knows.

import { fileURLToPath } from "node:url";
import { ofKind } from "./documents.mjs";
import { Verdict, missingProgram, run } from "./tools.mjs";

export const name = "ruby-rss";
const ruby = "/usr/bin/ruby";

export const missing = () => missingProgram(ruby);

export async function judge(context) {
  const verdict = new Verdict("documents");
  const documents = ofKind(context, "atom", "rss");
  const script = fileURLToPath(new URL("judge-ruby-rss.rb", import.meta.url));
  const { stdout, stderr } = await run(ruby, [script], {
    input: JSON.stringify(documents.map(({ file, path, entries }) => ({
      file, path, entries: entries.length }))),
  });
  const lines = stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));

  verdict.judged = documents.length;
  if (lines.pop()?.[0] !== "done") verdict.error("ruby-rss", stderr.slice(-500));
  for (const [level, where, text] of lines) verdict[level](where, text);
  for (const line of stderr.split("\n").filter(Boolean)) verdict.warning("ruby-rss", line);
  return verdict;
}

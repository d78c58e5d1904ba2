// sfeed: as many lines as there are entries, each with date, title, link,
// content and id.

import { ofKind } from "./documents.mjs";
import { Verdict, each, missingProgram, run } from "./tools.mjs";

export const name = "sfeed";
export const missing = () => missingProgram("sfeed");

const columns = ["date", "title", "link", "content", "type", "id"];

export async function judge(context) {
  const verdict = new Verdict("documents");

  await each(ofKind(context, "atom", "rss"), async (document) => {
    verdict.judged++;
    const { status, stdout, stderr } = await run("sfeed", [], { input: document.text });
    const lines = stdout.split("\n").filter(Boolean);
    if (status !== 0 || stderr) verdict.error(document.path, `exit ${status}: ${stderr}`);
    if (lines.length !== document.entries.length)
      verdict.error(document.path, `${lines.length} of ${document.entries.length} entries`);
    lines.forEach((line, i) => {
      const values = line.split("\t");
      columns.forEach((column, k) => {
        if (!values[k]) verdict.error(document.path, `entry ${i + 1}: no ${column}`);
      });
      const want = document.entries[i]?.id;
      if (values[5] !== want) verdict.error(document.path, `${want}: id is ${values[5]}`);
    });
  });
  return verdict;
}

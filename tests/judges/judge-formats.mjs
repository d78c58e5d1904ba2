// The three formats of a feed hold the same entries: ids, titles and
// contents, in one order. (Archive documents, too.)

import { siblings } from "./documents.mjs";
import { Verdict } from "./tools.mjs";

export const name = "formats";
export const missing = () => null;

export async function judge(context) {
  const verdict = new Verdict("documents");

  for (const group of siblings(context)) {
    const [first, ...others] = group;
    verdict.judged += group.length;
    if (new Set(first.entries.map((entry) => entry.id)).size !== first.entries.length)
      verdict.error(first.path, "two entries with one id");
    for (const other of others)
      for (const field of ["id", "title", "content"]) {
        const a = first.entries.map((entry) => entry[field]);
        const b = other.entries.map((entry) => entry[field]);
        const at = a.length === b.length ? a.findIndex((value, i) => value !== b[i]) : 0;
        if (a.length !== b.length || at >= 0) {
          verdict.error(other.path, `entry ${at + 1}: another ${field} than in ${first.path}`);
          break;
        }
      }
  }
  return verdict;
}

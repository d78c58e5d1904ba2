// rss-parser (npm): every entry with title, address, a date it can read, an
// author and a text.

import Parser from "rss-parser";
import { ofKind } from "./documents.mjs";
import { Verdict } from "./tools.mjs";

export const name = "rss-parser";
export const missing = () => null;

export async function judge(context) {
  const verdict = new Verdict("documents");

  for (const document of ofKind(context, "atom", "rss")) {
    verdict.judged++;
    try {
      const { items } = await new Parser().parseString(document.text);
      if (items.length !== document.entries.length)
        verdict.error(document.path, `${items.length} of ${document.entries.length} entries`);
      items.forEach((item, i) => {
        const want = document.entries[i];
        const id = item.id ?? item.guid;
        if (id !== want?.id) verdict.error(document.path, `${want?.id}: id is ${id}`);
        if (item.title !== want?.title)
          verdict.error(document.path, `${want?.id}: title is ${item.title}`);
        if (!item.link) verdict.error(document.path, `${id}: no link`);
        if (!item.isoDate) verdict.error(document.path, `${id}: no date`);
        if (!(item.author ?? item.creator)) verdict.error(document.path, `${id}: no author`);
        if (!(item.content ?? item["content:encoded"] ?? item.summary))
          verdict.error(document.path, `${id}: no text`);
      });
    } catch (error) {
      verdict.error(document.path, error.message.split("\n")[0]);
    }
  }
  return verdict;
}

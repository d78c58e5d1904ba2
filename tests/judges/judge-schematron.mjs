// The three Schematron rules of RFC 4287's schema, as XPath, since Debian has
// no Schematron processor: true means that the rule is broken.

import { ofKind } from "./documents.mjs";
import { Verdict, each, missingProgram, run } from "./tools.mjs";

export const name = "schematron";
export const missing = () => missingProgram("xmllint");

const a = (local) => `*[local-name()='${local}' and namespace-uri()='http://www.w3.org/2005/Atom']`;

const rules = [
  ["a feed without an author has an entry without one",
    `boolean(//${a("feed")}[not(${a("author")}) and ${a("entry")}[not(${a("author")})]])`],
  ["an entry has neither an alternate link nor content",
    `boolean(//${a("entry")}[not(${a("link")}[@rel='alternate' or not(@rel)] or ${a("content")})])`],
  ["an entry has no author, nor has its feed or source",
    `boolean(//${a("entry")}[not(${a("author")} or ../${a("author")} or ${a("source")}/${a("author")})])`],
];
const question = `concat(${rules.map(([, xpath]) => xpath).join(",' ',")})`;

export async function judge(context) {
  const verdict = new Verdict("documents");

  await each(ofKind(context, "atom"), async (document) => {
    verdict.judged++;
    const { stdout, stderr } = await run("xmllint", ["--nonet", "--xpath", question, document.file]);
    const answers = stdout.trim().split(" ");
    if (answers.length !== rules.length) verdict.error(document.path, stderr.slice(0, 200));
    rules.forEach(([text], i) => {
      if (answers[i] === "true") verdict.error(document.path, text);
    });
  });
  return verdict;
}

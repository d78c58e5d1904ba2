// xmllint: every XML document is well-formed.

import { ofKind } from "./documents.mjs";
import { Verdict, batches, missingProgram, run } from "./tools.mjs";

export const name = "xmllint";
export const missing = () => missingProgram("xmllint");

const others = ["json", "other", "links", "css", "js"];

export async function judge(context) {
  const verdict = new Verdict("documents");
  const documents = context.documents.filter((d) => !others.includes(d.kind));

  for (const batch of batches(documents, 200)) {
    verdict.judged += batch.length;
    const { status, stderr } = await run("xmllint", ["--noout", "--nonet", ...batch.map((d) => d.file)]);
    for (const line of stderr.split("\n"))
      if (/: (parser|namespace|validity).* (error|warning) :/.test(line))
        verdict[line.includes(" warning :") ? "warning" : "error"]("xmllint", line);
    if (status !== 0 && verdict.findings.length === 0)
      verdict.error("xmllint", `exit ${status}: ${stderr.slice(0, 200)}`);
  }
  return verdict;
}

// jing: every Atom document against the RELAX NG schema of RFC 4287.

import { existsSync } from "node:fs";
import { ofKind } from "./documents.mjs";
import { Verdict, batches, missingProgram, run } from "./tools.mjs";

export const name = "jing";
const schema = `${process.env.JUDGES_SHARED ?? "../shared/judges"}/atom-rfc4287.rnc`;

export const missing = () =>
  missingProgram("jing") ?? (existsSync(schema) ? null : `there is no ${schema}`);

export async function judge(context) {
  const verdict = new Verdict("documents");

  for (const batch of batches(ofKind(context, "atom"), 300)) {
    verdict.judged += batch.length;
    const { status, stdout, stderr } = await run("jing", ["-c", schema, ...batch.map((d) => d.file)]);
    const lines = (stdout + stderr).split("\n").filter((line) => line !== "");
    for (const line of lines)
      verdict[/: warning: /.test(line) ? "warning" : "error"]("jing", line);
    if (status !== 0 && lines.length === 0) verdict.error("jing", `exit ${status}`);
  }
  return verdict;
}

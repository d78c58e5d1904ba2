// The engine of node and of browsers: every script compiles, as what a page loads.

import { Script } from "node:vm";
import { ofKind } from "./documents.mjs";
import { Verdict } from "./tools.mjs";

export const name = "v8";
export const missing = () => null;

export async function judge(context) {
  const verdict = new Verdict("scripts");

  for (const { path, text } of ofKind(context, "js")) {
    verdict.judged++;
    try {
      new Script(text);
    } catch (error) {
      verdict.error(path, error.message);
    }
  }
  return verdict;
}

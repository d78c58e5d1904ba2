// The HTML standard's own parser: a content that is parsed and serialised
// again is the same bytes.

import { parse, parseFragment, serialize } from "parse5";
import { Verdict } from "./tools.mjs";

export const name = "parse5";
export const missing = () => null;

export async function judge(context) {
  const verdict = new Verdict("contents");
  const body = parse("<!DOCTYPE html>").childNodes[1].childNodes[1];

  for (const { html, places } of context.contents) {
    verdict.judged++;
    const errors = [];
    const tree = parseFragment(body, html, { onParseError: (error) => errors.push(error) });
    const again = serialize(tree);
    if (again !== html) {
      let at = 0;
      while (again[at] === html[at]) at++;
      verdict.error(places[0], `serialised again it is "${again.slice(at, at + 40)}", ` +
        `not "${html.slice(at, at + 40)}", at ${at}`);
    }
    for (const error of errors) verdict.error(places[0], `${error.code} at ${error.startOffset}`);
  }
  return verdict;
}

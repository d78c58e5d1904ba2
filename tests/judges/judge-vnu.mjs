// The Nu HTML checker over every distinct content, each in a page of its own, over
// the autodiscovery snippet in a page's head, over the pages for people, and over the
// style sheets.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ofKind } from "./documents.mjs";
import { Verdict, missingProgram, run, withScratch } from "./tools.mjs";

export const name = "vnu";
export const missing = () => missingProgram("java");

const jar = () =>
  join(dirname(createRequire(import.meta.url).resolve("vnu-jar/package.json")), "build/dist/vnu.jar");

const escape = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;");

const page = (lang, head, body) =>
  `<!DOCTYPE html>\n<html lang="${escape(lang || "und")}"><head><meta charset="utf-8">` +
  `<title>t</title>${head}</head>\n<body>${body}</body></html>\n`;

// A content's first heading follows, in a page, the headings above its rank.
function headingsAbove(html) {
  const rank = Number(/<h([1-6])[ >]/.exec(html)?.[1] ?? 1);
  let text = "";
  for (let i = 1; i < rank; i++) text += `<h${i}>t</h${i}>`;
  return text;
}

// Each with a fault, so that a checker which says nothing is noticed.
const canaries = {
  "canary.html": page("en", "", "<p><center>x</p>"),
  "canary.css": "p { colour: red; }\n",
};

// The places behind a content in the report, not all of a thousand.
const placesOf = (content) =>
  content.places[0] + (content.places.length > 1 ? ` and ${content.places.length - 1} more` : "");

export async function judge(context) {
  const verdict = new Verdict("texts");

  await withScratch(async (scratch) => {
    const folder = join(scratch, "texts");
    const places = new Map(); // by the name of a file in `folder`
    const put = (name, text, place) => {
      places.set(name, place);
      writeFileSync(join(folder, name), text);
    };
    mkdirSync(folder);
    context.contents.forEach((content, i) =>
      put(`${i}.html`, page(content.lang, "", headingsAbove(content.html) + content.html),
        placesOf(content)));
    ofKind(context, "links").forEach(({ path, text }, i) =>
      put(`links-${i}.html`, page("en", text, ""), path));
    ofKind(context, "page").forEach(({ path, text }, i) => put(`face-${i}.html`, text, path));
    ofKind(context, "css").forEach(({ path, text }, i) => put(`sheet-${i}.css`, text, path));
    verdict.judged = places.size;
    for (const [name, text] of Object.entries(canaries)) put(name, text, name);

    const report = join(scratch, "report.json");
    // Which language a text is in is a guess of the checker's.
    const { status, stderr } = await run(
      "java",
      ["-Xss8m", "-jar", jar(), "--also-check-css", "--no-langdetect", "--exit-zero-always",
        "--format", "json", "--stdout", folder],
      { stdout: report });
    const { messages } = JSON.parse(readFileSync(report, "utf8") || '{"messages":[]}');
    const silent = new Set(Object.keys(canaries));
    for (const message of messages) {
      const file = (message.url ?? "").split("/").pop();
      if (file in canaries) {
        silent.delete(file);
        continue;
      }
      // Pages are XML too.
      if (file.startsWith("face-") && message.message.startsWith("Trailing slash on void")) continue;
      const text = `${message.message} [${(message.extract ?? "").replace(/\s+/g, " ")}]`;
      const level = /^(non-document-)?error$/.test(message.type) ? "error" : "warning";
      verdict[level](places.get(file) ?? "vnu", text);
    }
    for (const name of silent)
      verdict.error("vnu", `it did not find the fault of ${name} (exit ${status}): ${stderr}`);
  });
  return verdict;
}

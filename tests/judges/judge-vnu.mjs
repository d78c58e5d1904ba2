// The Nu HTML checker over every distinct content, each in a page of its own, over
// the autodiscovery snippet in a page's head, and over the pages for people.

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

// One page with a fault, so that a checker which says nothing is noticed.
const canary = page("en", "", "<p><center>x</p>");

// The places behind a content in the report, not all of a thousand.
const placesOf = (content) =>
  content.places[0] + (content.places.length > 1 ? ` and ${content.places.length - 1} more` : "");

export async function judge(context) {
  const verdict = new Verdict("contents");
  const links = ofKind(context, "links");
  const faces = ofKind(context, "page");

  await withScratch(async (scratch) => {
    const pages = join(scratch, "pages");
    mkdirSync(pages);
    context.contents.forEach(({ html, lang }, i) =>
      writeFileSync(join(pages, `${i}.html`), page(lang, "", headingsAbove(html) + html)));
    links.forEach((document, i) =>
      writeFileSync(join(pages, `links-${i}.html`), page("en", document.text, "")));
    faces.forEach((document, i) => writeFileSync(join(pages, `face-${i}.html`), document.text));
    writeFileSync(join(pages, "canary.html"), canary);

    const report = join(scratch, "report.json");
    // Which language a text is in is a guess of the checker's.
    const { status, stderr } = await run(
      "java",
      ["-Xss8m", "-jar", jar(), "--no-langdetect", "--exit-zero-always", "--format", "json",
        "--stdout", pages],
      { stdout: report });
    const { messages } = JSON.parse(readFileSync(report, "utf8") || '{"messages":[]}');
    let sang = false;
    for (const message of messages) {
      const file = /([^/]*)\.html$/.exec(message.url ?? "")?.[1] ?? "";
      if (file === "canary") {
        sang = true;
        continue;
      }
      // Pages are XML too.
      if (file.startsWith("face-") && message.message.startsWith("Trailing slash on void")) continue;
      const where = file.startsWith("face-")
        ? faces[Number(file.slice(5))].path
        : file.startsWith("links-")
        ? links[Number(file.slice(6))].path
        : context.contents[Number(file)] ? placesOf(context.contents[Number(file)]) : "vnu";
      const text = `${message.message} [${(message.extract ?? "").replace(/\s+/g, " ")}]`;
      if (message.type === "error" || message.type === "non-document-error")
        verdict.error(where, text);
      else verdict.warning(where, text);
    }
    if (!sang) verdict.error("vnu", `it did not find the fault planted for it (exit ${status}): ${stderr}`);
  });
  verdict.judged = context.contents.length + links.length + faces.length;
  return verdict;
}

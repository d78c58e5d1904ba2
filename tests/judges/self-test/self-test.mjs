// Every judge passes what is good, and refuses what it is there to refuse: a
// judge that cannot fail is no judge. In TAP.

import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readFolder } from "../documents.mjs";
import { judges } from "../judges.mjs";
import { withScratch } from "../tools.mjs";

const good = fileURLToPath(new URL("good", import.meta.url));
const base = "https://a.example/feeds/";

// One change each to what is good: judge, file, from, to.
const faults = [
  ["formats", "main.rss", "<title>河面结冰</title>", "<title>河面</title>"],
  ["formats", "main.json", "tag:a.example,2024:1", "tag:a.example,2024:3"],
  ["formats", "main.json", "昨夜河面结了冰。</p>", "昨夜河面</p>"],
  ["xmllint", "sitemap.xml", "</url>", "</ur>"],
  ["xmllint", "sitemap.xml", "1.html", "1.html?a&b"],
  ["jing", "main.atom", "<updated>2024-03-02T08:00:00+08:00</updated>", ""],
  ["jing", "main.atom", "<updated>2024-03-02T08:00:00+08:00</updated>", "<updated>today</updated>"],
  ["schematron", "main.atom", / {4}<author>[^]*?<\/author>\n/, "", / {2}<author>[^]*?<\/author>\n/, ""],
  ["vnu", "main.json", "<p>昨夜河面结了冰。</p>", "<p>昨夜<center>河面</center></p>"],
  ["vnu", "main.json", "<td>乙</td></tr>", "<td>乙</td></tr><tr><td>丙</td></tr>"],
  ["vnu", "autodiscovery.html", 'rel="alternate"', 'rel="alternat"'],
  ["vnu", "index.html", "<h1>", "<h1 role=\"x\">"],
  ["vnu", "index.html", "</main>", "</div>"],
  ["vnu", "index.css", "color:", "colour:"],
  ["vnu", "index.css", "h1 {", "h1 }"],
  ["v8", "index.js", "{", ""],
  ["parse5", "main.json", "<p>昨夜", "<p>昨夜<p>"],
  ["parse5", "main.json", "<tbody><tr>", "<tr>"],
  ["parse5", "main.json", "ice &amp;", "ice &"],
  ["feedsmith", "main.atom", /<link rel="alternate" type="text\/html" href="https:\/\/a.example\/1.html"\/>/, ""],
  ["feedsmith", "feeds.opml", /<outline.*>/, ""],
  ["feedsmith", "main.json", '"url": "https://a.example/1.html",', ""],
  ["rss-parser", "main.rss", "<dc:creator>张三</dc:creator>", ""],
  ["rss-parser", "main.rss", "Fri, 01 Mar 2024", "Fri, 41 Mar 2024"],
  ["feedparser", "main.rss", "Ice &#x26; snow", "Ice & snow"],
  ["feedparser", "main.rss", "Fri, 01 Mar 2024 08:00:00 +0800", "yesterday"],
  ["ruby-rss", "main.rss", "<description>河边札记</description>", ""],
  ["ruby-rss", "main.rss", "<link>https://a.example/</link>", "<link>https://a.example/</link><link>b</link>"],
  ["newsboat", "main.rss", "<guid isPermaLink=\"false\">tag:a.example,2024:1</guid>", "<guid>tag:a.example,2024:2</guid>"],
  ["newsboat", "main.rss", "<dc:creator>张三</dc:creator>", ""],
  ["sfeed", "main.rss", "<title>河面结冰</title>", ""],
  ["sfeed", "main.atom", "<published>2024-03-01T08:00:00+08:00</published>", "", "<updated>2024-03-01T08:00:00+08:00</updated>", ""],
  ["rss2email", "main.rss", "tag:a.example,2024:1", "tag:a.example,2024:2"],
];

let done = 0;
let failed = 0;
let skipped = 0;
const say = (ok, text) => {
  done++;
  if (!ok) failed++;
  console.log(`${ok ? "ok" : "not ok"} ${done} - ${text}`);
};

for (const judge of judges) {
  const missing = judge.missing();
  if (missing) {
    done++;
    skipped++;
    console.log(`ok ${done} - ${judge.name} # SKIP ${missing}`);
    continue;
  }
  const verdict = await judge.judge(readFolder(good, base));
  say(verdict.judged > 0 && verdict.findings.length === 0, `${judge.name} passes what is good`);
  for (const finding of verdict.findings) console.log(`# ${finding.where}: ${finding.text}`);

  const own = faults.filter(([name]) => name === judge.name);
  if (own.length === 0) say(false, `${judge.name} has no fault to find`);
  for (const [, file, ...changes] of own)
    await withScratch(async (scratch) => {
      cpSync(good, scratch, { recursive: true });
      let text = readFileSync(join(scratch, file), "utf8");
      for (let i = 0; i < changes.length; i += 2) {
        const changed = text.replace(changes[i], changes[i + 1]);
        if (changed === text) throw new Error(`${file} has no ${changes[i]}`);
        text = changed;
      }
      writeFileSync(join(scratch, file), text);
      // What a judge is given is the good folder's reading, so that the judge
      // finds the fault, not our own reader; contents come from the broken one.
      const before = readFolder(good, base);
      const broken = readFolder(scratch, base);
      const context = judge.name === "formats" ? broken : {
        ...before,
        folder: scratch,
        contents: broken.contents.length > 0 ? broken.contents : before.contents,
        documents: before.documents.map((document) => ({
          ...document,
          file: join(scratch, document.path),
          text: readFileSync(join(scratch, document.path), "utf8"),
        })),
      };
      const { findings } = await judge.judge(context);
      say(findings.length > 0, `${judge.name} refuses ${file} with "${changes[1]}" for "${changes[0]}"`);
    });
}
console.log(`1..${done}`);
console.log(`${done - failed - skipped} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;

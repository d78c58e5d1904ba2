// node judge.mjs FOLDER BASE_URL [JUDGE ...]
//
// Every judge (or those that are named) over every document in FOLDER. A line
// each, then its findings. Exit: 0 nothing found, 1 something found, 2 usage.

import { readFolder } from "./documents.mjs";
import { judges } from "./judges.mjs";
import { Verdict } from "./tools.mjs";

const [folder, base, ...names] = process.argv.slice(2);
const unknown = names.filter((name) => !judges.some((judge) => judge.name === name));
if (!base?.endsWith("/") || unknown.length > 0) {
  console.error(unknown.length > 0
    ? `no such judge: ${unknown.join(" ")}`
    : "usage: judge.mjs FOLDER BASE_URL/ [JUDGE ...]");
  process.exit(2);
}

const context = readFolder(folder, base);
let passed = 0;
let failed = 0;
let skipped = 0;

function count(n, what) {
  return `${n} ${n === 1 ? what.replace(/ies$/, "y").replace(/s$/, "") : what}`;
}

function report(name, judged, verdict, seconds) {
  const errors = verdict.count("error");
  const warnings = verdict.count("warning");
  console.log(`${name}: ${judged}, ${count(errors, "errors")}, ${count(warnings, "warnings")}` +
    ` (${seconds.toFixed(1)} s)`);
  for (const { level, where, text } of verdict.findings)
    console.log(`  ${level}: ${where}: ${text}`);
  errors + warnings > 0 ? failed++ : passed++;
}

const entries = context.documents.reduce((sum, document) => sum + document.entries.length, 0);
console.log(`${folder}: ${count(context.documents.length, "documents")} with ` +
  `${count(entries, "entries")}, ${count(context.contents.length, "contents")} of them distinct`);
if (entries === 0) {
  console.log("  error: there is nothing to judge");
  failed++;
}
for (const { path, text } of context.unreadable) {
  console.log(`  error: ${path}: cannot be read: ${text}`);
  failed++;
}
for (const judge of judges) {
  if (names.length > 0 && !names.includes(judge.name)) continue;
  const missing = judge.missing();
  if (missing) {
    console.log(`${judge.name}: skipped: ${missing}`);
    skipped++;
    continue;
  }
  const start = performance.now();
  const verdict = await judge.judge(context).catch((error) => {
    const broken = new Verdict("documents");
    broken.error(judge.name, `the judge itself failed: ${error.stack}`);
    return broken;
  });
  report(judge.name, count(verdict.judged, verdict.unit), verdict, (performance.now() - start) / 1000);
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;

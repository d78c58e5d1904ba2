// rss2email: fetches every Atom and RSS document over HTTP and sends each of
// its entries once, into a maildir.

import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ofKind } from "./documents.mjs";
import { Verdict, batches, missingProgram, run, withScratch, withServer } from "./tools.mjs";

export const name = "rss2email";
export const missing = () => missingProgram("/usr/bin/r2e");

// A maildir and a database for each, so that each one's mail can be counted.
const settings = (scratch) => `[DEFAULT]
to = reader@localhost
from = feeds@localhost
email-protocol = maildir
maildir-path = ${scratch}
html-mail = True
verbose = warning
use-8bit = True
encodings = UTF-8
`;

// Sends all of `documents`; returns what it said.
async function send(documents, address, scratch) {
  const file = (name) => join(scratch, name);
  const feeds = documents.map(({ path }, i) =>
    `[feed.f${i}]\nurl = ${address}${path.split("/").map(encodeURIComponent).join("/")}\n` +
    `maildir-mailbox = box${i}\n`);
  writeFileSync(file("config"), settings(scratch) + feeds.join(""));
  return run("/usr/bin/r2e", ["-c", file("config"), "-d", file("data"), "run"],
    { cwd: scratch, env: { HOME: scratch } });
}

function mailsIn(box) {
  try {
    return readdirSync(join(box, "new")).length;
  } catch {
    return 0; // no mail, no box
  }
}

export async function judge(context) {
  const verdict = new Verdict("documents");
  const documents = ofKind(context, "atom", "rss");

  // It waits for the disk at every mail: four of them wait at a time.
  const parts = batches(documents, Math.ceil(documents.length / 4) || 1);
  await withServer(context.folder, (address) =>
    Promise.all(parts.map((part) => withScratch(async (scratch) => {
      const { status, stdout, stderr } = await send(part, address, scratch);
      for (const line of (stdout + stderr).split("\n").filter(Boolean))
        verdict.warning("rss2email", line);
      if (status !== 0) verdict.error("rss2email", `exit ${status}`);
      part.forEach((document, i) => {
        const sent = mailsIn(join(scratch, `box${i}`));
        verdict.judged++;
        if (sent !== document.entries.length)
          verdict.error(document.path, `${sent} of ${document.entries.length} entries sent`);
      });
    }))));
  return verdict;
}

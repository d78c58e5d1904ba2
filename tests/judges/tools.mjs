// What several judges need: running programs, a server on the loopback, a
// scratch folder, and the form of a verdict.

import { spawn, spawnSync } from "node:child_process";
import { createReadStream, mkdtempSync, openSync, closeSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, normalize } from "node:path";

// A verdict: what was judged and what was found.
export class Verdict {
  constructor(unit) {
    this.unit = unit;
    this.judged = 0;
    this.findings = [];
  }
  error(where, text) {
    this.findings.push({ level: "error", where, text });
  }
  warning(where, text) {
    this.findings.push({ level: "warning", where, text });
  }
  count(level) {
    return this.findings.filter((f) => f.level === level).length;
  }
}

export function missingProgram(...programs) {
  for (const program of programs) {
    const path = program.includes("/") ? program : undefined;
    const found = path
      ? spawnSync("test", ["-x", path]).status === 0
      : spawnSync("sh", ["-c", `command -v "$1"`, "sh", program]).status === 0;
    if (!found) return `${program} is not installed`;
  }
  return null;
}

// Run to the end. Output is kept whole; `input` is written to it, `files.stdout`
// names a file for output too large to keep.
export function run(program, args, { input, stdout, cwd, env } = {}) {
  return new Promise((resolve, reject) => {
    const out = stdout ? openSync(stdout, "w") : "pipe";
    const child = spawn(program, args, {
      stdio: [input === undefined ? "ignore" : "pipe", out, "pipe"],
      cwd,
      env: { ...process.env, LC_ALL: "C.UTF-8", ...env },
    });
    const chunks = { out: [], err: [] };
    child.stdout?.on("data", (chunk) => chunks.out.push(chunk));
    child.stderr.on("data", (chunk) => chunks.err.push(chunk));
    child.on("error", reject);
    child.on("close", (status) => {
      if (stdout) closeSync(out);
      resolve({
        status,
        stdout: Buffer.concat(chunks.out).toString(),
        stderr: Buffer.concat(chunks.err).toString(),
      });
    });
    if (input !== undefined) {
      child.stdin.on("error", () => {}); // it may have seen enough
      child.stdin.end(input);
    }
  });
}

// Calls `work` for every item, two at a time.
export async function each(items, work) {
  let next = 0;
  const worker = async () => {
    while (next < items.length) await work(items[next++]);
  };
  await Promise.all([worker(), worker()]);
}

export function batches(items, size) {
  const all = [];
  for (let i = 0; i < items.length; i += size) all.push(items.slice(i, i + size));
  return all;
}

export async function withScratch(work) {
  const folder = mkdtempSync(join(tmpdir(), "xysfeed-judge-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const types = {
  atom: "application/atom+xml; charset=utf-8",
  rss: "application/rss+xml; charset=utf-8",
  json: "application/feed+json",
};

// The file that a request is for, or null.
function fileOf(folder, url) {
  try {
    const file = join(folder, normalize(decodeURIComponent(new URL(url, "http://x").pathname)));
    return statSync(file).isFile() ? file : null;
  } catch {
    return null;
  }
}

// Serves `folder` on a free port of 127.0.0.1 while `work(url)` runs.
export async function withServer(folder, work) {
  const server = createServer((request, reply) => {
    const file = fileOf(folder, request.url);
    if (!file) {
      reply.writeHead(404).end();
      return;
    }
    const type = types[file.split(".").pop()] ?? "application/octet-stream";
    reply.writeHead(200, { "Content-Type": type });
    createReadStream(file).pipe(reply);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await work(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

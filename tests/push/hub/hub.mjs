// hub.mjs MODULES FOLDER: a WebSub hub on a free port of the loopback, which prints
// {"hub": URL, "log": PATH, "pid": N} when it is ready.
//
// @dwk/websub is a hub for Cloudflare's Workers, which speak Request and Response as
// Node does. It brings the protocol: what is accepted, verified, fetched, signed,
// delivered. Here is what a Worker finds around it: a server, a queue, a store in memory,
// a bucket for what is large. Topics are on the loopback, and so may callbacks be.
//
// Its events are lines of JSON in FOLDER/hub.jsonl, with the time in seconds:
// websub.publish.accepted, websub.delivery.completed and so on.

import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import { webcrypto } from "node:crypto";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

globalThis.crypto ??= webcrypto;

const [modules, folder] = process.argv.slice(2);
const entry = join(modules, "node_modules/@dwk/websub/dist/index.js");
const { createWebSub, createWebSubQueueConsumer } = await import(pathToFileURL(resolve(entry)));

const MAX_BODY = 64 * 1024;
const MAX_ATTEMPTS = 5;
const RETRY_MS = 500; // it asks for 30 s and more, which a test has not got

const log = join(folder, "hub.jsonl");
const note = (event, fields) =>
  appendFileSync(log, `${JSON.stringify({ t: Date.now() / 1000, event, ...fields })}\n`);

// Subscriptions by callback and topic.
class Store {
  rows = new Map();
  key(callback, topic) {
    return JSON.stringify([callback, topic]);
  }
  async upsert({ callback, topic, secret = null, leaseSeconds, now }) {
    const expiresAt = now + leaseSeconds * 1000;
    const row = { callback, topic, secret, leaseSeconds, expiresAt, createdAt: now };
    this.rows.set(this.key(callback, topic), row);
  }
  async remove(callback, topic) {
    this.rows.delete(this.key(callback, topic));
  }
  async get(callback, topic) {
    return this.rows.get(this.key(callback, topic)) ?? null;
  }
  async listActive(topic, now) {
    return [...this.rows.values()].filter((row) => row.topic === topic && row.expiresAt > now);
  }
  async pruneExpired(now) {
    const expired = [...this.rows].filter(([, row]) => row.expiresAt <= now);
    for (const [key] of expired) this.rows.delete(key);
    return expired.length;
  }
}

class Bucket {
  objects = new Map();
  async put(key, bytes) {
    this.objects.set(key, bytes);
  }
  async get(key) {
    const bytes = this.objects.get(key);
    return bytes ? { arrayBuffer: async () => bytes } : null;
  }
}

// Each message at once, as a batch of one.
class Queue {
  async send(body, attempts = 1) {
    const retry = () => {
      if (attempts < MAX_ATTEMPTS) setTimeout(() => this.send(body, attempts + 1), RETRY_MS);
    };
    const message = { body, attempts, ack() {}, retry };
    setImmediate(() => consume({ messages: [message] }, env));
  }
  async sendBatch(batch) {
    for (const { body } of batch) await this.send(body);
  }
}

// The hosts on the loopback that it was told of: it refuses any other there.
const hosts = [];

function admit(url) {
  try {
    const { host, hostname } = new URL(url);
    if (hostname !== "127.0.0.1") return false;
    if (!hosts.includes(host)) hosts.push(host);
    return true;
  } catch {
    return false;
  }
}

async function serve(incoming, outgoing) {
  const chunks = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > MAX_BODY) return incoming.destroy();
    chunks.push(chunk);
  }
  const { method, headers } = incoming;
  const body = method === "POST" ? Buffer.concat(chunks) : undefined;
  admit(new URLSearchParams(body?.toString()).get("hub.callback"));
  const init = { method, body, headers: { "content-type": headers["content-type"] ?? "" } };
  const response = await handle(new Request(url, init), env);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

const server = createServer((incoming, outgoing) =>
  serve(incoming, outgoing).catch((error) => {
    note("failed", { error: String(error) });
    outgoing.destroy();
  }),
);
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const url = `http://127.0.0.1:${server.address().port}/`;

note("listening", { url });

const logger = { debug: note, info: note, warn: note, error: note };
const config = { baseUrl: url, isAllowedTopic: admit, fetchAllowedHosts: hosts, logger };
const env = { WEBSUB_QUEUE: new Queue(), WEBSUB_CONTENT: new Bucket() };
const handle = createWebSub(config);
const consume = createWebSubQueueConsumer(config, { store: new Store() });

console.log(JSON.stringify({ hub: url, log, pid: process.pid }));

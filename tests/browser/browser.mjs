// browser.mjs URL [--shots DIR]: see run.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [url, option, shots] = process.argv.slice(2);
if (!url || (option && (option !== "--shots" || !shots))) {
  console.error("usage: run URL [--shots DIR]");
  process.exit(2);
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const sizes = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };
const schemes = ["light", "dark"];

let done = 0;
let failed = 0;
function report(ok, text, why = "") {
  done++;
  if (!ok) failed++;
  console.log(`${ok ? "ok" : "not ok"} ${done} - ${text}`);
  if (!ok && why) console.log(String(why).replace(/^/gm, "# "));
}
const same = (got, want, text) =>
  report(JSON.stringify(got) === JSON.stringify(want), text,
    `got:  ${JSON.stringify(got)}\nwant: ${JSON.stringify(want)}`);

const { origin } = new URL(url);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--font-render-hinting=none"],
});

// A window on one page; `troubles` gathers what the browser complains of, policy included.
async function open(path, options = {}) {
  const context = await browser.newContext({ viewport: sizes.desktop, ...options });
  const page = await context.newPage();
  const troubles = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("requestfailed", (request) => troubles.push(`failed: ${request.url()}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`)) troubles.push(`from elsewhere: ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) troubles.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(new URL(path, url).href);
  return { page, context, troubles };
}

const shoot = async (page, name, fullPage = false) => {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage });
};

// Nothing is wider than the window.
const overflow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

const first = await open("index.html");
const pages = {
  index: "index.html",
  feed: "main.html",
  tag: await first.page.getAttribute("a[href^='tag/'][href$='.html']", "href"),
  list: "tag/index.html",
  status: "/status",
};
await first.context.close();

for (const [name, path] of Object.entries(pages))
  for (const [size, viewport] of Object.entries(sizes))
    for (const colorScheme of schemes) {
      const { page, context, troubles } = await open(path, { viewport, colorScheme });
      const what = `${name}, ${size}, ${colorScheme}`;
      for (const details of await page.$$("details > summary")) await details.click();
      const found = await page.evaluate(`${axe}; axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })`);
      same(found.violations.map((v) => `${v.id}: ${v.nodes[0].html}: ${v.nodes[0].failureSummary}`),
        [], `${what}: axe finds nothing`);
      same(await overflow(page), 0, `${what}: nothing is wider than the window`);
      for (const details of await page.$$("details > summary")) await details.click();
      await page.evaluate("scrollTo(0, 0)");
      await shoot(page, `${name}-${size}-${colorScheme}`);
      await shoot(page, `${name}-${size}-${colorScheme}-whole`, true);
      same(troubles, [], `${what}: the policy holds, and nothing is loaded from elsewhere`);
      await context.close();
    }

// By keyboard alone.
{
  const { page, context } = await open("index.html", {
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const focused = () =>
    page.evaluate(() => document.activeElement.dataset.copy ?? document.activeElement.id ??
      document.activeElement.className);
  const press = async (wanted) => {
    for (let i = 0; i < 200; i++) {
      await page.keyboard.press("Tab");
      if (await wanted(await focused())) return true;
    }
    return false;
  };
  await page.keyboard.press("Tab");
  same(await page.evaluate(() => document.activeElement.className), "skip",
    "the first key leads past the head");
  report(await press((at) => /main\.atom$/.test(at)), "the copy button is reached by keys");
  const button = await page.evaluateHandle(() => document.activeElement);
  const address = await button.evaluate((b) => b.dataset.copy);
  await page.keyboard.press("Enter");
  await page.waitForFunction((b) => b.textContent === b.dataset.done, button, { timeout: 5000 });
  same(await page.evaluate(() => navigator.clipboard.readText()), address,
    "and copies the address");
  report(await press((at) => /^filter/.test(at)), "the filter is reached by keys");
  const shown = () => page.$$eval(".names li:not([hidden]) a", (links) => links.map((a) => a.textContent));
  const all = await shown();
  await page.keyboard.type(all.at(-1).toUpperCase());
  report((await shown()).length < all.length && (await shown()).includes(all.at(-1)),
    "what is typed narrows the list");
  await page.keyboard.type("no such name");
  same(await shown(), [], "to nothing");
  report((await page.textContent("[role=status]")).length > 0, "which is said");
  await context.close();
}

// Without script, and on paper.
{
  const { page, context } = await open("index.html", { javaScriptEnabled: false });
  same(await page.$$eval("button, .filter", (nodes) => nodes.filter((n) => n.offsetParent).length), 0,
    "without script there is nothing that does nothing");
  report(await page.isVisible("code.url"), "but the address to be copied by hand");
  await page.emulateMedia({ media: "print" });
  same(await page.$$eval(".readers", (nodes) => nodes.filter((n) => n.offsetParent).length), 0,
    "paper has no links to readers");
  await context.close();
}

// A feed that is opened in a window.
const show = { atom: ["entry", "content", "published"], rss: ["item", "encoded", "pubDate"] };
for (const [format, [entry, content, date]] of Object.entries(show))
  for (const colorScheme of schemes) {
    const { page, context, troubles } = await open(`main.${format}`, { colorScheme });
    const seen = await page.evaluate(([entry, content, date]) => {
      const shown = (node) => node.getClientRects().length > 0 && node.getBoundingClientRect().height > 0;
      const all = (name) => [...document.getElementsByTagNameNS("*", name)];
      const frame = all("channel")[0] ?? document.documentElement;
      return {
        entries: all(entry).filter(shown).length === all(entry).length && all(entry).length > 0,
        titles: all("title").filter((t) => t.parentNode.localName !== "source" &&
          t.parentNode.localName !== "image").every(shown),
        markup: all(content).filter(shown).length,
        ids: [...all("id"), ...all("guid"), ...all("generator"), ...all("updated")].filter(shown).length,
        dates: all(date).every((node) => shown(node) && node.scrollWidth > node.clientWidth),
        about: getComputedStyle(frame, "::before").content.length > 20,
      };
    }, [entry, content, date]);
    same(seen, { entries: true, titles: true, markup: 0, ids: 0, dates: true, about: true },
      `${format}, ${colorScheme}: titles, days and a sentence; no markup`);
    same(await overflow(page), 0, `${format}, ${colorScheme}: nothing is wider than the window`);
    same(troubles, [], `${format}, ${colorScheme}: the policy holds`);
    await shoot(page, `${format}-desktop-${colorScheme}`);
    await context.close();
  }

await browser.close();
console.log(`1..${done}`);
process.exit(failed > 0 ? 1 : 0);

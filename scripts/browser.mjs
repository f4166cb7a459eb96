// Every page of the example in a real browser: with and without script, light and dark, narrow and wide, at 200 %, in the
// reader's own colours, on paper, by keyboard; with axe-core, colour contrast included.
//
//     bartizan serve --demo --listen 127.0.0.1:8410 &
//     NODE_PATH=FOLDER/node_modules node scripts/browser.mjs http://127.0.0.1:8410 [--pictures FOLDER] [--bless]
//     ... --pages /specs,/checks,file:///tmp/check.html     these only, files too (of `bartizan check --report`)
//     ... --modes "wide light"                               these ways only; outlines need this one
//
// Needs playwright-core and @axe-core/playwright in FOLDER and a Chromium at CHROMIUM (by default /usr/bin/chromium). The
// outline of each page (landmarks, headings, tables, names) is compared with scripts/browser-outlines.txt; `--bless` writes it.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.NODE_PATH ?? "."}/`);
const { chromium } = require("playwright-core");
const { AxeBuilder } = require("@axe-core/playwright");

const [root, ...options] = process.argv.slice(2);
const pictures = options.includes("--pictures") ? options[options.indexOf("--pictures") + 1] : null;
const named = options.includes("--pages") ? options[options.indexOf("--pages") + 1].split(",") : null;
const outlines = new URL("./browser-outlines.txt", import.meta.url);
const MOST_BYTES = 100_000;
const ways = options.includes("--modes") ? options[options.indexOf("--modes") + 1].split(",") : null;
const MODES = [
  { name: "wide light", width: 1280, scheme: "light", script: true },
  { name: "wide dark", width: 1280, scheme: "dark", script: true },
  { name: "narrow light", width: 320, scheme: "light", script: true },
  { name: "narrow dark", width: 320, scheme: "dark", script: false },
  { name: "wide without script", width: 1280, scheme: "light", script: false },
  { name: "zoomed to 200 %", width: 640, scheme: "light", script: true, scale: 2 },
  { name: "forced colours", width: 1280, scheme: "light", script: true, forced: true },
  // A sheet of A4 with a margin of a centimetre. What is wider is shrunk to it, and beyond this too small to be read.
  { name: "print", width: 718, scheme: "light", script: true, media: "print", widest: 1_120 },
].filter((mode) => ways === null || ways.includes(mode.name));

const problems = [];
const complain = (mode, path, text) => problems.push(`${path} (${mode}): ${text}`);

/** A page of every kind, found by following links. */
async function kinds(browser) {
  const page = await browser.newPage();
  const found = new Map([["/", "/"]]);
  const open = ["/"];
  while (open.length > 0) {
    await page.goto(root + open.shift());
    for (const href of await page.$$eval("a[href^='/']", (links) => links.map((link) => link.getAttribute("href")))) {
      const address = new URL(href, root);
      if (address.searchParams.has("format") || address.searchParams.has("sort")) continue;
      const parts = address.pathname.split("/").filter(Boolean);
      // The pages of the desk below one address have nothing in common.
      const first = parts[0] === "access" ? parts.slice(0, 2).join("/") : parts[0];
      const kind = [first, parts.length, [...address.searchParams.keys()].join()].join();
      if (found.has(kind) || found.size > 60) continue;
      found.set(kind, address.pathname + address.search);
      open.push(address.pathname + address.search);
    }
  }
  await page.close();
  return [...new Set([...found.values(), "/nowhere"])].sort();
}

/** Landmarks, headings, tables and what they are called: what a reader by ear is led by. */
async function outline(page) {
  const tree = await page.locator("body").ariaSnapshot();
  const lines = tree.split("\n").filter((line) => /^\s*- (banner|navigation|main|contentinfo|region|heading|table|img|search|figure)\b/.test(line));
  return lines.map((line) => line.replace(/\d{4}-\d{2}-\d{2}/g, "DAY").replace(/\d{4}-Q\d/g, "QUARTER").replace(/:$/, "")).join("\n");
}

async function keyboard(page, mode, path) {
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => document.activeElement?.textContent);
  if (first !== "Skip to content") complain(mode, path, `the first stop of the keyboard is "${first}"`);
  await page.keyboard.press("Enter");
  const stops = new Set();
  for (let stop = 0; stop < 12; stop += 1) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const style = getComputedStyle(element);
      const inside = element.querySelector?.(".node");
      return { visible: style.outlineStyle !== "none" || inside !== null, name: element.outerHTML.slice(0, 80) };
    });
    if (seen && !seen.visible) complain(mode, path, `no mark of focus on ${seen.name}`);
    if (seen) stops.add(seen.name);
  }
  if (stops.size === 0) complain(mode, path, "nothing can be reached by keyboard");
}

async function look(browser, mode, path) {
  const context = await browser.newContext({
    viewport: { width: mode.width, height: 900 },
    deviceScaleFactor: mode.scale ?? 1,
    colorScheme: mode.scheme,
    forcedColors: mode.forced ? "active" : "none",
    javaScriptEnabled: mode.script,
  });
  const page = await context.newPage();
  if (mode.media) await page.emulateMedia({ media: mode.media });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && path !== "/nowhere") complain(mode.name, path, message.text());
  });
  page.on("pageerror", (error) => complain(mode.name, path, String(error)));
  const isFile = path.startsWith("file:");
  const reply = await page.goto(isFile ? path : root + path);
  const size = isFile ? 0 : (await reply.body()).length;
  if (size > MOST_BYTES) complain(mode.name, path, `${size} bytes`);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  if (width > (mode.widest ?? mode.width)) complain(mode.name, path, `is ${width} wide`);
  const small = await page.$$eval("svg text", (texts) => texts.filter((text) => parseFloat(getComputedStyle(text).fontSize) < 12).length);
  if (small > 0) complain(mode.name, path, `${small} texts of drawings below 12 px`);
  // axe needs script in the page; without it the page is the same but for what the script adds.
  if (mode.script) {
    // Forced colours are the reader's, and axe counts with those of the page.
    const result = await new AxeBuilder({ page }).disableRules(mode.forced ? ["color-contrast"] : []).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
    for (const violation of result.violations) {
      complain(mode.name, path, `${violation.id}: ${violation.nodes[0]?.html.slice(0, 160)} ${violation.nodes[0]?.any[0]?.message ?? ""}`);
    }
  }
  if (mode.forced) {
    const marks = (links) => links.map((link) => [link.hasAttribute("aria-current"), getComputedStyle(link).borderBottomColor]);
    const seen = await page.$$eval("header nav a", marks);
    const here = seen.filter(([isHere]) => isHere).map(([, colour]) => colour);
    if (seen.some(([isHere, colour]) => !isHere && here.includes(colour))) complain(mode.name, path, "the menu does not show which page this is");
  }
  if (mode.name === "wide light") await keyboard(page, mode.name, path);
  if (pictures) {
    const name = `${path.replace(/\W+/g, "-").replace(/^-|-$/g, "") || "overview"}-${mode.name.replace(/\W+/g, "-")}`;
    await page.screenshot({ path: `${pictures}/${name.slice(0, 90)}.png`, fullPage: true });
  }
  const told = mode.name === "wide light" ? `== ${path.replace(/[0-9a-f]{64}/, "HASH")}\n${await outline(page)}\n` : "";
  await context.close();
  return told;
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
if (pictures) mkdirSync(pictures, { recursive: true });
const paths = named ?? (await kinds(browser));
let told = "";
for (const path of paths) for (const mode of MODES) told += await look(browser, mode, path);
await browser.close();
if (options.includes("--bless")) writeFileSync(outlines, told);
else if (named === null && existsSync(outlines) && readFileSync(outlines, "utf8") !== told) problems.push("the outlines differ from scripts/browser-outlines.txt");
console.log(problems.join("\n"));
console.log(`${paths.length} pages in ${MODES.length} ways: ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);

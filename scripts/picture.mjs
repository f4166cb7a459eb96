// The README's pictures of the dashboard: the first page of the example, light and dark, as a visitor sees it at first.
//
//     NODE_PATH=FOLDER/node_modules node scripts/picture.mjs [BINARY] [PAGE]
//
// Needs playwright-core in FOLDER and a Chromium at CHROMIUM (by default /usr/bin/chromium). Starts BINARY (by default the one that
// `cargo build` made) with `serve --demo` on a free port, and writes docs/pictures/dashboard-light.png and -dark.png.
import { spawn } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const require = createRequire(`${process.env.NODE_PATH ?? "."}/`);
const { chromium } = require("playwright-core");

const root = new URL("../", import.meta.url);
const [binary = fileURLToPath(new URL("target/debug/bartizan", root)), path = "/"] = process.argv.slice(2);
const folder = fileURLToPath(new URL("docs/pictures/", root));
const SIZE = { width: 1280, height: 752 };
const MOST_BYTES = 150_000;

/** Starts the example; its process and its address. */
async function start() {
  const server = spawn(binary, ["serve", "--demo", "--listen", "127.0.0.1:0"], { stdio: ["ignore", "ignore", "pipe"] });
  for await (const line of createInterface({ input: server.stderr })) {
    const found = line.match(/serving on (http:\S+)/);
    if (found) return [server, found[1]];
  }
  throw new Error(`${binary} ended`);
}

const [server, address] = await start();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
mkdirSync(folder, { recursive: true });
let isLarge = false;
for (const scheme of ["light", "dark"]) {
  const context = await browser.newContext({ viewport: SIZE, colorScheme: scheme });
  const page = await context.newPage();
  await page.goto(address + path);
  const file = `${folder}dashboard-${scheme}.png`;
  await page.screenshot({ path: file });
  const { size } = statSync(file);
  isLarge ||= size > MOST_BYTES;
  console.log(`${file}: ${size} bytes${size > MOST_BYTES ? ", which is more than a README should load" : ""}`);
  await context.close();
}
await browser.close();
server.kill();
process.exit(isLarge ? 1 : 0);

// Headless Chromium for the tests of the pages.
//
// Covers: opening a page so that every request but its own and every word on the console is a complaint, widths, running
// tests one after another. Does not cover: any one page.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const executablePath = process.env.POOLPROOF_CHROMIUM ?? "/usr/bin/chromium";
assert.ok(existsSync(executablePath), `no ${executablePath}; install it with ci/setup`);
const profile = mkdtempSync(join(tmpdir(), "poolproof-page-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
});
browser.setDefaultTimeout(10000);
const complaints = [];

export async function openPage(file, { width = 1280, scheme = "light", hash = "" } = {}) {
  const address = pathToFileURL(file).href;
  const name = basename(file);
  const page = await browser.newPage();
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: scheme });
  page.on("console", (message) => complaints.push(`${name}: console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`${name}: ${error}`));
  page.on("dialog", (dialog) => complaints.push(`${name}: dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== address && request.url() !== "data:,") complaints.push(`${name}: request of ${request.url()}`);
  });
  await page.goto(address + hash);
  return page;
}

export async function fits(page, what) {
  const [needed, there] = await page.evaluate(() => [document.scrollingElement.scrollWidth, window.innerWidth]);
  assert.ok(needed <= there, `${what}: ${needed} px of content in ${there} px`);
}

// Ends the browser, whatever the tests do.
export async function runAll(tests) {
  try {
    for (const test of tests) {
      await test();
      console.log(`${test.name}: passed`);
    }
  } finally {
    complaints.forEach((complaint) => console.error(complaint));
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
  assert.deepEqual(complaints, []);
}

// The report page in headless Chromium.
//
// Covers: filters, details, the map of pages, links to a clause, keyboard and roles, widths, print, hostile text; no error
// on the console and no request. Screenshots of two widths in light and dark go to screenshots/. Does not cover: other
// browsers.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fits, openPage, runAll } from "./chromium.mjs";

const command = process.argv[2];
const work = fileURLToPath(new URL(".", import.meta.url));
const report = (name) => join(work, "reports", name);
const screenshots = join(work, "screenshots");
const faulty = JSON.parse(readFileSync(report("faulty.json"), "utf8"));
const straddling = faulty.findings.find((finding) => finding.clause === "GEO-02");
assert.ok(straddling, "the run of the faulty subject found no GEO-02");

const open = (name, how) => openPage(report(name), how);
const lines = (page) => page.locator("#matrix > tbody > tr:not(.detail):visible");
const ids = async (page) => (await lines(page).locator(".id button").allTextContents());
const expected = (wanted) => faulty.clauses.filter(wanted).map((clause) => clause.id);
const status = (page) => page.getByRole("status").textContent();

async function filters() {
  const page = await open("faulty.html");
  assert.deepEqual(await ids(page), expected(() => true));
  const violated = expected((clause) => clause.verdict === "violated");
  assert.ok(violated.length > 0);
  await page.getByRole("checkbox", { name: "violated" }).check();
  assert.deepEqual(await ids(page), violated);
  assert.equal(await status(page), `${violated.length} of ${faulty.clauses.length} clauses`);
  await page.getByRole("checkbox", { name: "violated" }).uncheck();
  await page.getByLabel("Kind").selectOption("duty");
  await page.getByLabel("Family").selectOption("GEO");
  assert.deepEqual(await ids(page), expected((clause) => clause.id.startsWith("GEO-") && clause.kinds.includes("duty")));
  await page.getByLabel("Kind").selectOption("");
  await page.getByLabel("Family").selectOption("");
  await page.getByLabel("Search").fill("Single Page");
  const words = expected((clause) => /single/i.test(clause.rule) && /page/i.test(clause.rule));
  assert.ok(words.length > 0 && words.length < faulty.clauses.length);
  for (const id of words) assert.ok((await ids(page)).includes(id), id);
  await page.getByLabel("Search").fill("no clause says this");
  assert.equal((await ids(page)).length, 0);
  await page.getByRole("button", { name: "Show all" }).click();
  await page.waitForFunction((count) => document.getElementById("shown").textContent.startsWith(`${count} of`), faulty.clauses.length);
  await page.close();
}

async function details() {
  const page = await open("both.html");
  const button = page.getByRole("row", { name: /GEO-02/ }).getByRole("button", { name: "GEO-02" });
  await button.focus();
  await page.keyboard.press("Enter");
  assert.equal(await button.getAttribute("aria-expanded"), "true");
  const finding = page.getByRole("region", { name: "GEO-02 violated by faulty:straddles-a-page" });
  assert.ok((await finding.textContent()).includes(straddling.text));
  assert.deepEqual(await finding.locator(".events code").allTextContents(), straddling.events.map((step) => step.op));
  assert.deepEqual(await finding.locator(".events .event").allTextContents(), straddling.events.map((step) => `\u2192 ${step.event}`));
  await finding.getByText(straddling.file, { exact: true }).click();
  assert.equal(await finding.locator("pre.trace").textContent(), straddling.trace);
  assert.ok((await finding.textContent()).includes(straddling.replay));

  // The block that lies in two pages, to scale.
  const block = straddling.blocks.find((candidate) => candidate.size <= 4096 && candidate.address % 4096 + candidate.size > 4096);
  assert.ok(block, "no block of the finding straddles");
  const map = finding.getByRole("img", { name: /Map of the pages/ });
  const parts = map.locator(`rect.straddles[data-op="${block.op}"]`);
  assert.equal(await parts.count(), 2);
  const [first, second, whole] = await Promise.all([parts.nth(0), parts.nth(1), map.locator("rect.page").first()].map((part) => part.boundingBox()));
  const tail = (block.address % 4096 + block.size - 4096) / 4096;
  assert.ok(Math.abs(second.width / whole.width - tail) < 0.01, "the second part is drawn to scale");
  assert.ok(Math.abs(first.x + first.width - (whole.x + whole.width)) < 4, "the first part ends with its page");
  assert.ok(second.y > first.y && Math.abs(second.x - whole.x) < 2, "the second part begins the next page");

  await button.press("Enter");
  assert.equal(await finding.isVisible(), false);
  assert.equal(await button.getAttribute("aria-expanded"), "false");
  await page.getByRole("link", { name: "EAPT-08" }).click();
  await page.getByRole("region", { name: /EAPT-08 violated/ }).waitFor();
  await page.close();
  const linked = await open("both.html", { hash: "#GEO-02" });
  assert.ok(await linked.getByRole("region", { name: /GEO-02 violated/ }).isVisible());
  await linked.pdf({ path: join(screenshots, "print.pdf"), format: "A4" });
  assert.ok(await linked.getByRole("region", { name: /EATP-14 violated/ }).isVisible(), "printed violations are open");
  await linked.close();
}

async function looks() {
  for (const width of [1280, 400]) {
    for (const scheme of ["light", "dark"]) {
      const page = await open("both.html", { width, scheme });
      const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
      assert.equal(background[0] < 128, scheme === "dark", `${scheme}: ${background}`);
      await page.screenshot({ path: join(screenshots, `${width}-${scheme}.png`) });
      await page.getByRole("row", { name: /GEO-02/ }).getByRole("button").click();
      await fits(page, `${width} px with a clause open`);
      await page.evaluate(() => document.getElementById("GEO-02").scrollIntoView());
      await page.screenshot({ path: join(screenshots, `${width}-${scheme}-clause.png`) });
      await page.close();
    }
  }
}

// Six columns, and text that would be markup if the page let it.
async function hostile() {
  const evil = JSON.parse(readFileSync(report("faulty.json"), "utf8"));
  const text = `</script><script>alert(1)</script><img src=x onerror=alert(2)> <!-- & "quoted" 'too'`;
  evil.subject = text;
  evil.notes = [text];
  evil.findings.forEach((finding) => Object.assign(finding, { text, trace: text, events: [{ op: text, event: text }] }));
  evil.clauses[0].rule = text;
  writeFileSync(report("evil.json"), JSON.stringify(evil));
  const inputs = ["evil", "faulty", "reference", "faulty", "reference", "faulty"].map((name) => report(`${name}.json`));
  const ran = spawnSync(command, ["report", ...inputs, "--html", report("evil.html")], { encoding: "utf8" });
  assert.equal(ran.status, 0, ran.stderr);
  for (const width of [1280, 400]) {
    const page = await open("evil.html", { width });
    assert.equal(await page.locator("img, script").count(), 2, "the page's own two scripts");
    assert.equal(await page.locator(".rule").first().textContent(), text);
    await page.getByRole("row", { name: /GEO-02/ }).getByRole("button").click();
    assert.equal(await page.locator(".finding .events code").first().textContent(), text);
    await fits(page, `${width} px with six columns`);
    await page.close();
  }
}

mkdirSync(screenshots, { recursive: true });
await runAll([filters, details, looks, hostile]);

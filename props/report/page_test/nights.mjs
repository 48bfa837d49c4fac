// The page over nights in headless Chromium: with one night, with several, with hundreds, and with nothing to tell.
//
// Covers: filters, details of a finding, a point per night in each plot, figures by pointer, by keyboard and as a table, clauses
// by night, empty states in words, widths, hostile text; no error on the console and no request. Screenshots of two widths
// in light and dark go to screenshots/. Does not cover: other browsers.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fits, openPage, runAll } from "./chromium.mjs";
import { finding, night } from "./nights_data.mjs";

const command = process.argv[2];
const work = fileURLToPath(new URL(".", import.meta.url));
const screenshots = join(work, "screenshots");

// A folder of these nights, and the page made of it.
function pageOf(name, nights) {
  const folder = join(work, "nights", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  nights.forEach((content, index) => writeFileSync(join(folder, `${index}.json`), JSON.stringify(content)));
  const ran = spawnSync(command, ["dashboard", folder, "-o", `${folder}.html`], { encoding: "utf8" });
  assert.equal(ran.status, 0, ran.stderr);
  return `${folder}.html`;
}

const times = (count, make) => Array.from({ length: count }, (_, index) => make(index));
const lines = (page) => page.locator("#list > tbody > tr:not(.detail):visible");
const buckets = (page) => lines(page).locator(".id button").allTextContents();
const dots = (page, id, label) => page.locator(`#${id} .series[data-series="${label}"] .dots`).evaluate((path) => path.getAttribute("d").split("M").length - 1);
const trends = ["plot-edges", "plot-executions", "plot-speed", "plot-corpus"];

async function oneNight() {
  const page = await openPage(pageOf("one", [night(0)]));
  assert.match(await page.locator("#what").textContent(), /^One night, 2026-01-01$/);
  assert.equal(await page.locator("#outcome").textContent(), "fine");
  assert.equal(await page.locator("#findings-none").textContent(), "The night found nothing.");
  for (const id of ["#list", "#filters"]) assert.equal(await page.locator(id).isVisible(), false, id);
  assert.equal(await page.locator("#targets tbody tr").count(), 9);
  for (const id of trends) assert.equal(await dots(page, id, "pool_trace_fuzzer (afl)"), 1, id);
  assert.equal(await dots(page, "plot-night", "pool_trace_fuzzer (afl)"), 25);
  assert.match(await page.locator("#trends-how").textContent(), /^One night so far/);
  assert.match(await page.locator("#clauses").textContent(), /No clause was found violated\. The corpora of the last night exercise 6 of 8 clauses\./);
  await page.close();
}

async function nothingToTell() {
  const bare = { ...night(0), targets: [], canaries: [], clauses: [], time_to_bug: [], troubles: ["the build failed"], engines: [], commit: "" };
  const page = await openPage(pageOf("bare", [bare]));
  assert.equal(await page.locator("#outcome").textContent(), "broken");
  assert.match(await page.locator("#reasons").textContent(), /the build failed/);
  for (const text of ["No target ran.", "The last night recorded no points on its way.", "The time-to-bug bench did not run in this night.",
                      "The last night did not count which clauses its corpora exercise."]) {
    assert.ok(await page.getByText(text).first().isVisible(), text);
  }
  await fits(page, "a night with nothing to tell");
  await page.close();
}

// Six nights: GEO-02 comes in the last one, TAG-05 is known and stays, a sanitizer finding is gone.
const six = times(6, (index) => ({ ...night(index), findings: [
  ...(index === 5 ? [finding(5, "special_pool_fuzzer", "contract", "GEO-02")] : []), ...(index >= 2 ? [finding(2, "pool_trace_fuzzer", "contract", "TAG-05", { known: true })] : []),
  ...(index === 1 ? [finding(1, "packet_parser_fuzzer", "sanitizer", "heap-buffer-overflow", { trace: "", ops: 0 })] : [])] }));

async function filters() {
  const page = await openPage(pageOf("six", six));
  assert.equal(await page.locator("#outcome").textContent(), "findings");
  assert.deepEqual(await buckets(page), ["GEO-02", "TAG-05", "heap-buffer-overflow"]);
  assert.ok(await lines(page).first().getByText("new", { exact: true }).isVisible());
  assert.equal(await lines(page).getByText("new", { exact: true }).count(), 1);
  await page.getByLabel("new since the last night").check();
  assert.deepEqual(await buckets(page), ["GEO-02"]);
  await page.getByLabel("new since the last night").uncheck();
  await page.getByRole("combobox", { name: /^Target/ }).selectOption("packet_parser_fuzzer");
  assert.deepEqual(await buckets(page), ["heap-buffer-overflow"]);
  await page.getByRole("combobox", { name: /^Target/ }).selectOption("");
  await page.getByRole("combobox", { name: /^Kind/ }).selectOption("contract");
  assert.deepEqual(await buckets(page), ["GEO-02", "TAG-05"]);
  await page.getByRole("combobox", { name: /^Clause/ }).selectOption("TAG-05");
  assert.deepEqual(await buckets(page), ["TAG-05"]);
  assert.equal(await page.getByRole("status").textContent(), "1 of 3 findings");
  await page.getByLabel("Search").fill("size=105");
  assert.deepEqual(await buckets(page), []);
  await page.getByRole("button", { name: "Show all" }).click();
  await page.waitForFunction(() => document.getElementById("shown").textContent === "3 of 3 findings");
  await page.getByLabel("Search").fill("Size=105 straddles");
  assert.deepEqual(await buckets(page), ["GEO-02"]);
  await page.close();
}

async function details() {
  const page = await openPage(pageOf("six", six));
  const button = lines(page).getByRole("button", { name: "GEO-02" });
  await button.focus();
  await page.keyboard.press("Enter");
  assert.equal(await button.getAttribute("aria-expanded"), "true");
  const shown = page.getByRole("region", { name: "GEO-02 found by special_pool_fuzzer" });
  const [wanted] = six[5].findings;
  assert.equal(await shown.locator("pre.trace").textContent(), wanted.trace);
  assert.equal(await shown.locator("pre.replay").textContent(), wanted.replay);
  for (const text of [wanted.rule, wanted.text, wanted.file, wanted.suggested_name, "2026-01-06 02:00"]) {
    assert.ok((await shown.textContent()).includes(text), text);
  }
  await button.press("Enter");
  assert.equal(await shown.isVisible(), false);
  await page.getByRole("button", { name: "heap-buffer-overflow" }).click();
  assert.ok(await page.getByText("There is no trace of it").isVisible());
  await page.close();
  const linked = await openPage(join(work, "nights/six.html"), { hash: "#TAG-05-pool_trace_fuzzer-reference-contract" });
  assert.ok(await linked.getByRole("region", { name: "TAG-05 found by pool_trace_fuzzer" }).isVisible());
  await linked.close();
}

async function plots() {
  const page = await openPage(pageOf("six", six));
  for (const id of trends) assert.equal(await dots(page, id, "special_pool_fuzzer (libfuzzer)"), 6, id);
  assert.equal(await dots(page, "plot-findings", "all"), 6);
  const box = page.getByRole("slider", { name: /^Edges covered/ });
  await box.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  const edges = six[1].targets[2].edges.toLocaleString("en");
  assert.equal(await box.getAttribute("aria-valuenow"), "1");
  assert.ok((await box.getAttribute("aria-valuetext")).startsWith("2026-01-02 02:00; "));
  assert.ok((await box.getAttribute("aria-valuetext")).includes(`special_pool_fuzzer (libfuzzer): ${edges}`));
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#tip").isVisible(), false);
  await box.scrollIntoViewIfNeeded();
  const place = await box.boundingBox();
  await page.mouse.move(place.x + 46 + (place.width - 58) * 0.75, place.y + 80);
  assert.match(await page.locator("#tip").textContent(), new RegExp(`^2026-01-05.*${six[4].targets[2].edges.toLocaleString("en")}`));
  await page.mouse.move(2, 2);
  assert.equal(await page.locator("#tip").isVisible(), false);
  await page.locator("#plot-edges summary").click();
  await page.locator("#plot-edges tbody tr").last().waitFor();
  const table = page.locator("#plot-edges table");
  assert.equal(await table.locator("tbody tr").count(), 6);
  assert.deepEqual(await table.locator("tbody tr").last().locator("td").allTextContents(), six[0].targets.map((target) => target.edges.toLocaleString("en")));
  await page.getByRole("button", { name: "special_pool_fuzzer (libfuzzer)" }).click();
  assert.equal(await page.locator(`#plot-edges .series[data-series="special_pool_fuzzer (libfuzzer)"]`).count(), 0);
  await page.close();
}

async function clausesAndBugs() {
  const page = await openPage(pageOf("six", six));
  assert.deepEqual(await page.locator("#by-night tbody .id").allTextContents(), ["GEO-02", "TAG-05"]);
  assert.equal(await page.locator("#by-night .strip").last().getAttribute("aria-label"), `Found violated in 4 of 6 nights; ${six[5].clauses[3].ops.toLocaleString("en")} ops in the last night`);
  await page.locator("#by-night").getByRole("button", { name: "TAG-05" }).click();
  const rows = page.getByRole("region", { name: "TAG-05 by night" }).locator("tbody tr");
  assert.equal(await rows.count(), 6);
  assert.equal(await rows.getByText("found violated").count(), 4);
  await page.getByRole("link", { name: "TAG-05 found by pool_trace_fuzzer in reference" }).click();
  await page.getByRole("region", { name: "TAG-05 found by pool_trace_fuzzer" }).waitFor();
  await page.getByLabel("Show the clauses").selectOption({ label: "not exercised in the last night (1)" });
  assert.deepEqual(await page.locator("#by-night tbody .id").allTextContents(), ["EV-02"]);
  await page.getByLabel("Show the clauses").selectOption({ label: "all (8)" });
  assert.equal(await page.locator("#by-night tbody .id").count(), 8);
  assert.equal(await dots(page, "plot-bugs", "special_threads_fuzzer"), 5, "the fifth night had no bench");
  assert.equal(await page.locator("#faults tbody tr").count(), 5);
  await page.getByRole("combobox", { name: /^Seeded fault/ }).selectOption("faulty:quota-not-returned");
  assert.equal(await dots(page, "plot-bugs", "pool_trace_fuzzer"), 2, "it was detected by half of the seeds in two nights");
  await page.close();
}

async function manyNights() {
  const file = pageOf("many", times(200, night));
  const begun = Date.now();
  const page = await openPage(file);
  assert.ok(Date.now() - begun < 5000, "a page of 200 nights opens within 5 seconds");
  for (const id of trends) assert.equal(await dots(page, id, "packet_parser_fuzzer (afl)"), 200, id);
  assert.equal(await dots(page, "plot-findings", "all"), 200);
  assert.match(await page.locator("#what").textContent(), /^200 nights from 2026-01-01 to 2026-07-19: \d+ fine, \d+ with findings, \d+ broken$/);
  await page.locator("#plot-edges summary").click();
  await page.locator("#plot-edges tbody tr").last().waitFor();
  assert.equal(await page.locator("#plot-edges tbody tr").count(), 200);
  await fits(page, "200 nights");
  await page.close();
}

async function hostile() {
  const text = `</script><script>alert(1)</script><img src=x onerror=alert(2)> <!-- & "quoted" 'too'`;
  const evil = times(2, (index) => ({ ...night(index), subject: text, version: text, commit: text, troubles: [text],
    findings: [finding(index, text, "contract", text, { rule: text, text, trace: text, file: text, replay: text, suggested_name: text, subject: text })] }));
  for (const one of evil) one.targets[0].name = text;
  for (const width of [1280, 400]) {
    const page = await openPage(pageOf("evil", evil), { width });
    assert.equal(await page.locator("img, script").count(), 2, "the page's own two scripts");
    await lines(page).getByRole("button").click();
    assert.equal(await page.locator("pre.trace").textContent(), text);
    await fits(page, `${width} px with hostile text`);
    await page.close();
  }
}

async function looks() {
  pageOf("six", six);
  pageOf("one", [night(0)]);
  for (const name of ["one", "six", "many"]) {
    for (const width of [1280, 400]) {
      for (const scheme of ["light", "dark"]) {
        const page = await openPage(join(work, `nights/${name}.html`), { width, scheme });
        const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
        assert.equal(background[0] < 128, scheme === "dark", `${scheme}: ${background}`);
        if (name !== "one") await lines(page).first().getByRole("button").click();
        await fits(page, `${name} at ${width} px`);
        await page.screenshot({ path: join(screenshots, `nights-${name}-${width}-${scheme}.png`), fullPage: true });
        await page.close();
      }
    }
  }
}

mkdirSync(screenshots, { recursive: true });
await runAll([oneNight, nothingToTell, filters, details, plots, clausesAndBugs, manyNights, hostile, looks]);

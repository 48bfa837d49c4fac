// The SARIF reports of real runs against the schema and the rules of Sarif.Multitool, GitHub's among them.
//
// Covers: no error, and of the warnings only that the tool has no address of its own; and that the validator does find an
// error where one is put. Does not cover: whether the pages that a rule links to are there, since that takes the network.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const validator = createRequire(import.meta.url)("@microsoft/sarif-multitool");
const report = (name) => fileURLToPath(new URL(`reports/${name}`, import.meta.url));

writeFileSync(report("rules.json"), JSON.stringify({ "SARIF2006.UrisShouldBeReachable.Options": { RuleEnabled: "Disabled" } }));

// The validator's own findings, from the SARIF that it writes about ours.
function findings(name) {
  const output = report(`${name}.validated`);
  const ran = spawnSync(validator, ["validate", report(name), "--output", output, "--log", "ForceOverwrite",
                                    "--config", report("rules.json"), "--rule-kind", "Sarif;Ghas"], { encoding: "utf8" });
  assert.ifError(ran.error);
  assert.match(ran.stdout, /Done\. 1 files scanned\./, `${ran.stdout}${ran.stderr}`);
  const [run] = JSON.parse(readFileSync(output, "utf8").replace(/^\uFEFF/, "")).runs;
  return run.results.map((result) => `${result.level ?? "warning"} ${result.ruleId}`);
}

for (const name of ["reference.sarif", "faulty.sarif", "both.sarif"]) {
  assert.deepEqual(findings(name).filter((finding) => finding !== "warning SARIF2005"), [], name);
  const { runs } = JSON.parse(readFileSync(report(name), "utf8"));
  assert.equal(runs.length, name === "both.sarif" ? 2 : 1);
  console.log(`${name}: valid, ${runs.map((run) => `${run.results.length} results of ${run.tool.driver.rules.length} rules`).join("; ")}`);
}

const broken = JSON.parse(readFileSync(report("faulty.sarif"), "utf8"));
assert.ok(broken.runs[0].results.length > 0);
broken.runs[0].results[0].nobodys = 1;
delete broken.runs[0].results[1].message;
writeFileSync(report("broken.sarif"), JSON.stringify(broken));
const found = findings("broken.sarif").filter((finding) => finding.startsWith("error JSON"));
assert.deepEqual(found.sort(), ["error JSON1002", "error JSON1005"], "the two errors that were put in");
console.log("broken.sarif: its errors are found");

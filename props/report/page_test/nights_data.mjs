// Nights for the tests of the page over nights: made up, the same in every run.
//
// Covers: the form that the nightly job writes, with targets on two engines, findings that come and go, a broken night, a
// night without the bench. Does not cover: results of real nights.

// Numbers from 0 to 1 that follow from the seed.
function numbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const names = ["pool_trace_fuzzer", "special_pool_fuzzer", "special_exhaustion_fuzzer", "special_threads_fuzzer", "packet_parser_fuzzer"];
const rows = names.flatMap((name) => (name === "special_threads_fuzzer" ? ["libfuzzer"] : ["libfuzzer", "afl"]).map((engine) => ({ name, engine })));
const faults = ["slack-unchecked", "wrong-tag-accepted", "special-use-after-free", "straddles-a-page", "quota-not-returned"];
const clauses = ["GEO-01", "GEO-02", "GEO-03", "TAG-05", "SP-01", "SP-14", "EV-01", "EV-02"];

const started = (index) => `${new Date(Date.UTC(2026, 0, 1 + index, 2)).toISOString().slice(0, 19)}Z`;

export function finding(night, target, kind, bucket, more = {}) {
  return {
    target, subject: "reference", kind, bucket, rule: kind === "contract" ? `The rule of ${bucket} in one sentence.` : "",
    text: kind === "contract" ? "expected a block within one page; got one that straddles two" : `==1==ERROR: AddressSanitizer: ${bucket}`,
    first_seen: started(night), crashes: 3 + night, trace: `poolproof-trace 2 64-bit\nallocate ExAllocatePool s0 type=NonPagedPoolNx size=${100 + night}\nfree ExFreePool s0\n`,
    ops: 2, file: `findings/${target}/crash-${bucket}.pool`, reproducer: kind === "contract" ? "shows" : "", replay: `poolproof replay findings/${target}/crash-${bucket}.pool --as ${target}`,
    suggested_name: `${bucket.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_")}.pool`, shown_again: true, known: false, ...more,
  };
}

function target(random, index, { name, engine }) {
  const place = names.indexOf(name);
  const grown = Math.log2(2 + index);
  const edges = Math.round((1500 + 900 * place) * (engine === "afl" ? 0.9 : 1) + 160 * grown + 8 * random());
  const speed = [4200, 8800, 2600, 900, 61000][place] * (0.9 + 0.2 * random()) * (engine === "afl" ? 0.4 : 1);
  const executions = Math.round(speed * 2800);
  const points = Array.from({ length: 25 }, (_, step) => ({
    seconds: step * 120, executions: Math.round((executions * step) / 24), edges: Math.round(edges - 90 * Math.exp(-step / 5)), corpus_files: 400 + 4 * step,
  }));
  return {
    name, engine, executions, seconds: 2880, runs: 6, execs_per_second: speed, edges, features: edges * 4, corpus_files: Math.round(300 + 70 * grown + 120 * place),
    corpus_bytes: Math.round(60000 + 9000 * grown), corpus_edges_at_start: edges - 90, crashes: 0, complete: true, points,
  };
}

export function night(index) {
  const random = numbers(index + 1);
  const findings = [];
  if (index % 17 === 5) findings.push(finding(index, "special_pool_fuzzer", "contract", "GEO-02"));
  if (index % 29 === 11) findings.push(finding(index, "packet_parser_fuzzer", "sanitizer", `heap-buffer-overflow parse_options < parse_packet`, { trace: "", ops: 0 }));
  if (index % 41 === 20) findings.push(finding(index, "pool_trace_fuzzer", "time-out", "timeout-in-free", { shown_again: false }));
  if (index > 30) findings.push(finding(30, "pool_trace_fuzzer", "contract", "TAG-05", { known: true }));
  return {
    night_format: 1, version: "0.1.0", commit: "83cc685d0f2e4c0b9a1e", started: started(index), minutes: 480, seconds: 28795, cores: 2, engines: ["libfuzzer", "afl"],
    subject: "reference", seed: index + 1, resumed: index % 50 === 3 ? 1 : 0, targets: rows.map((row) => target(random, index, row)), findings,
    canaries: names.map((name, place) => ({ name: `faulty:${faults[place]}`, target: name, expects: clauses[place], reported: !(index % 23 === 9 && place === 0) })),
    clauses: clauses.map((id, place) => ({ id, ops: id === "EV-02" || (id === "EV-01" && index < 3) ? 0 : Math.round(1000 * (place + 1) * (1 + random())) })),
    time_to_bug: index % 5 === 4 ? [] : faults.flatMap((fault, place) => [{ subject: `faulty:${fault}`, target: names[place % 4],
      median_executions: fault === "quota-not-returned" && index % 2 ? 0 : Math.round(3000 * 4 ** place * (0.7 + 0.6 * random())), detected: fault === "quota-not-returned" && index % 2 ? 3 : 10, seeds: 10 }]),
    troubles: [],
  };
}

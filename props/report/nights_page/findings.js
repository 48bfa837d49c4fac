// The list of findings over all nights: filters, and details with trace, files and the command that plays it.
// Does not cover: what makes two crashes one finding (nights.cpp).

const findings = dataOf.findings.map((finding, index) => ({
  ...finding, index, state: finding.new ? "new" : finding.nights.at(-1) === lastNight ? "still there" : "gone",
}));
const states = ["new", "still there", "gone"];
const slugs = new Map();
for (const finding of findings) {
  const plain = [finding.bucket, finding.target, finding.subject, finding.kind].join("-").replace(/[^A-Za-z0-9_-]+/g, "-");
  finding.slug = slugs.has(plain) ? `${plain}-${finding.index}` : plain;
  slugs.set(finding.slug, finding);
}

const stateWords = { "new": "new since the last night", "still there": "in the last night", "gone": "not in the last night" };
const shortTime = (time) => time.slice(0, 16).replace("T", " ");

function pills(finding) {
  const kinds = [];
  if (finding.new) kinds.push(el("span", { class: "pill failed" }, "new"));
  if (finding.known) kinds.push(el("span", { class: "pill plain" }, "known"));
  if (finding.state === "gone") kinds.push(el("span", { class: "pill plain" }, "not in the last night"));
  return kinds;
}

function findingDetails(finding) {
  const ops = finding.ops > 0 ? `, ${counted(finding.ops, "op")}` : "";
  return [el("section", { class: "finding", "aria-label": `${finding.bucket} found by ${finding.target}` },
    el("h2", {}, `${finding.bucket} (${finding.kind}) in ${finding.subject}`),
    finding.rule ? el("p", {}, finding.rule) : null,
    finding.text ? el("pre", { class: "text" }, finding.text) : null,
    el("dl", { class: "facts" },
      ...fact("Found by", `${finding.target}, ${finding.shown_again ? "shown again" : "not shown again"} on a fresh subject`),
      ...fact("Crashes", `${number.format(finding.all_crashes)} in all, ${number.format(finding.crashes)} in the last night that has it`),
      ...fact("First seen", shortTime(finding.first_seen)), ...fact("Last seen", shortTime(finding.last_seen)),
      ...fact("Reproducer", finding.file ? el("code", {}, finding.file) : null),
      ...fact("Name for it", finding.suggested_name ? el("code", {}, finding.suggested_name) : null)),
    el("p", {}, strip(nights.map((_, night) => (finding.nights.includes(night) ? "violated" : "none")),
                      (night) => (finding.nights.includes(night) ? "found" : "not found"),
                      `Found in ${finding.nights.length} of ${counted(nights.length, "night")}`)),
    finding.replay ? el("h3", {}, "Play it again") : null, finding.replay ? el("pre", { class: "replay" }, finding.replay) : null,
    finding.trace ? el("h3", {}, `Trace${ops}`) : el("p", { class: "soft" }, "There is no trace of it: only the target can read its inputs."),
    finding.trace ? el("pre", { class: "trace" }, finding.trace) : null)];
}

function listFindings() {
  const order = [...findings].sort((a, b) => states.indexOf(a.state) - states.indexOf(b.state) || a.known - b.known ||
                                   b.nights.at(-1) - a.nights.at(-1) || a.index - b.index);
  const table = find("list");
  table.tHead.append(headRow("Finding", "Kind", "Target", "Crashes", "First seen", "Last seen"));
  for (const finding of order) {
    const row = openable(finding.bucket, finding.slug, [
      cell("kind", "", finding.kind),
      cell("where", "", finding.target, el("span", { class: "soft" }, ` ${finding.subject}`), ...pills(finding)),
      cell("count", "crashes ", number.format(finding.all_crashes)),
      cell("when", "first ", shortTime(finding.first_seen)),
      cell("when", "last ", shortTime(finding.last_seen))], () => findingDetails(finding));
    row.line.classList.toggle("broken", finding.new);
    finding.row = row;
    finding.words = [finding.bucket, finding.kind, finding.target, finding.subject, finding.rule, finding.text, finding.trace,
                     finding.file, finding.suggested_name].join("\n").toLowerCase();
    table.tBodies[0].append(row.line);
  }
}

function filterFindings() {
  const words = find("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const [target, clause, kind] = ["target", "clause", "kind"].map((id) => find(id).value);
  const wanted = [...find("states").querySelectorAll("input:checked")].map((box) => box.value);
  let shown = 0;
  for (const finding of findings) {
    const fits = words.every((word) => finding.words.includes(word)) && (!target || finding.target === target) &&
                 (!clause || (finding.kind === "contract" && finding.bucket === clause)) && (!kind || finding.kind === kind) &&
                 (wanted.length === 0 || wanted.includes(finding.state));
    finding.row.show(fits);
    shown += fits ? 1 : 0;
  }
  find("shown").textContent = `${shown} of ${counted(findings.length, "finding")}`;
  find("nothing").hidden = shown > 0;
  find("list").hidden = shown === 0;
}

function showFindings() {
  if (findings.length === 0) {
    find("findings-none").hidden = false;
    find("findings-none").textContent = nights.length === 1 ? "The night found nothing." : `None of the ${number.format(nights.length)} nights found anything.`;
    find("filters").hidden = true;
    find("list").hidden = true;
    return;
  }
  const options = (values) => [...new Set(values)].sort().map((value) => el("option", { value }, value));
  find("target").append(...options(findings.map((finding) => finding.target)));
  find("clause").append(...options(findings.filter((finding) => finding.kind === "contract").map((finding) => finding.bucket)));
  find("kind").append(...options(findings.map((finding) => finding.kind)));
  for (const state of states.filter((wanted) => findings.some((finding) => finding.state === wanted))) {
    find("states").append(el("label", { class: state === "new" ? "violated" : undefined }, el("input", { type: "checkbox", value: state }), stateWords[state]));
  }
  listFindings();
  const form = find("filters");
  form.addEventListener("input", filterFindings);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filterFindings));
  filterFindings();
}

// The finding that the address names is shown, opened and focused.
function followAddress() {
  const finding = slugs.get(decodeURIComponent(location.hash.slice(1)));
  if (!finding) return;
  if (finding.row.line.hidden) {
    find("filters").reset();
    filterFindings();
  }
  finding.row.toggle(true);
  finding.row.line.scrollIntoView();
  finding.row.button.focus({ preventScroll: true });
}


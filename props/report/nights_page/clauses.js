// Clauses by night: which nights found a clause violated, and how often the corpora exercised it.
// Does not cover: verdicts of the main job, which has a page of its own (page/).

const clauses = dataOf.clauses.map((clause) => ({ ...clause, found: new Set(clause.violated) }));
const opsIn = (clause, night) => clause.exercised[night] ?? null;

function stateOf(clause, night) {
  if (clause.found.has(night)) return "violated";
  const ops = opsIn(clause, night);
  return ops === null ? "none" : ops > 0 ? "holds" : "not-exercised";
}

function wordsOf(clause, night) {
  const ops = opsIn(clause, night);
  return [clause.found.has(night) ? "found violated" : "",
          ops === null ? "" : ops > 0 ? `exercised by ${counted(ops, "op")} of the corpora` : "not exercised by the corpora"]
    .filter(Boolean).join("; ") || "nothing is said";
}

function clauseDetails(clause) {
  const said = nights.map((_, night) => night).filter((night) => stateOf(clause, night) !== "none").reverse();
  const rows = said.map((night) => el("tr", {}, el("th", { scope: "row" }, timeOf(night)),
    el("td", {}, clause.found.has(night) ? el("b", { class: "violated" }, "found violated") : ""),
    el("td", { class: "n" }, opsIn(clause, night) === null ? "" : number.format(opsIn(clause, night)))));
  const found = findings.filter((finding) => finding.kind === "contract" && finding.bucket === clause.id);
  return [
    found.length > 0 ? el("ul", {}, ...found.map((finding) => el("li", {}, el("a", { href: `#${finding.slug}` }, `${finding.bucket} found by ${finding.target} in ${finding.subject}`)))) : null,
    el("div", { class: "scroll tall", tabindex: "0", role: "region", "aria-label": `${clause.id} by night` }, el("table", { class: "evidence" },
      el("caption", { class: "hidden" }, `${clause.id} by night`),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Night"), el("th", { scope: "col" }, "Findings"), el("th", { scope: "col", class: "n" }, "Ops judged"))),
      el("tbody", {}, ...rows)))];
}

function clauseRow(clause) {
  const nightsFound = clause.found.size;
  const ops = opsIn(clause, lastNight);
  const label = `${nightsFound > 0 ? `Found violated in ${nightsFound} of ${counted(nights.length, "night")}` : "Never found violated"}` +
                `${ops === null ? "" : `; ${counted(ops, "op")} in the last night`}`;
  const row = openable(clause.id, `clause-${clause.id}`, [
    cell("rule", "", clause.rule),
    cell("strips", "", strip(nights.map((_, night) => stateOf(clause, night)), (night) => wordsOf(clause, night), label)),
    cell("count", "nights violated ", number.format(nightsFound)),
    cell("count", "ops ", ops === null ? "" : number.format(ops))], () => clauseDetails(clause));
  row.line.classList.toggle("broken", clause.found.has(lastNight));
  return row;
}

function showClauses() {
  const section = find("clauses");
  const violated = clauses.filter((clause) => clause.found.size > 0);
  const isCounted = (clause) => opsIn(clause, lastNight) !== null;
  const silent = clauses.filter((clause) => opsIn(clause, lastNight) === 0);
  const said = [violated.length === 0 ? "No clause was found violated." : `${counted(violated.length, "clause")} found violated.`,
                clauses.some(isCounted) ? `The corpora of the last night exercise ${clauses.filter((clause) => opsIn(clause, lastNight) > 0).length} of ${counted(clauses.filter(isCounted).length, "clause")}.`
                                        : "The last night did not count which clauses its corpora exercise."];
  section.append(el("p", { class: "soft" }, said.join(" ")));
  if (clauses.length === 0) return;
  const sets = [["found violated", violated], ["not exercised in the last night", silent], ["all", clauses]].filter(([, members]) => members.length > 0);
  const select = el("select", { id: "clauses-shown" }, ...sets.map(([name, members], index) => el("option", { value: index }, `${name} (${members.length})`)));
  const body = el("tbody", { role: "rowgroup" });
  const rows = new Map();
  const show = () => {
    const [, members] = sets[Number(select.value)];
    for (const clause of members) {
      if (!rows.has(clause)) rows.set(clause, clauseRow(clause));
    }
    body.replaceChildren(...members.flatMap((clause) => [rows.get(clause).line, rows.get(clause).detail].filter(Boolean)));
  };
  select.addEventListener("input", show);
  section.append(
    el("div", { class: "filters" }, el("label", { class: "field" }, el("span", {}, "Show the clauses"), select),
      el("ul", { class: "legend", "aria-hidden": "true" }, ...[["violated", "found violated"], ["holds", "exercised"], ["not-exercised", "not exercised"], ["none", "nothing said"]]
        .map(([kind, text]) => el("li", {}, el("i", { class: `state ${kind}` }), text)))),
    el("div", { class: "wide" }, el("table", { class: "matrix many", id: "by-night", role: "table" },
      el("caption", { class: "hidden" }, "Clauses by night; the button of a clause shows its nights as a table"),
      el("thead", { role: "rowgroup" }, headRow("Clause", "Rule", `${dayOf(0)} to ${dayOf(lastNight)}`, "Nights violated", "Ops, last night")), body)));
  show();
}


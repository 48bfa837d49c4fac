// The page over nights: the last night, and the trends.
// Does not cover: findings, clauses and time to bug (findings.js, clauses.js, time_to_bug.js).

const targets = dataOf.targets;
const engines = new Set(targets.map((target) => target.engine));
const labelOf = (target) => (engines.size > 1 ? `${target.name} (${target.engine})` : target.name);
const names = [...new Set(targets.map((target) => target.name))];

// A target has one colour in all plots, the same on every engine; on engines but the first it is dashed.
const colourOf = (name) => (names.includes(name) ? names.indexOf(name) : names.length) % 8;
const targetColour = (target) => colourOf(target.name) + ([...engines].indexOf(target.engine) > 0 ? 8 : 0);

// In the order of the list of targets, then those that only the bench knows.
const inOrder = (wanted) => [...names.filter((name) => wanted.includes(name)), ...new Set(wanted.filter((name) => !names.includes(name)))];

const byNight = (values) => values.flatMap((value, night) => (value === null ? [] : [{ x: night, y: value }]));
const total = (key, night) => targets.reduce((sum, target) => sum + (target[key][night] ?? 0), 0);
const megabytes = (bytes) => (bytes < 1e6 ? `${exact(bytes / 1e3)} kB` : `${exact(bytes / 1e6)} MB`);
const pillOf = { fine: "passed", findings: "failed", broken: "broken-night" };

function difference(now, before) {
  if (now === null || before === null || before === undefined || now === before) return null;
  return el("span", { class: "soft" }, ` ${now > before ? "+" : "\u2212"}${number.format(Math.abs(now - before))}`);
}

const figure = (name, value, more) => el("div", {}, el("dt", {}, name), el("dd", {}, value, more ? el("span", { class: "soft" }, ` ${more}`) : null));

function figuresOf(night) {
  const all = night.findings.map((index) => findings[index]);
  const news = all.filter((finding) => (nights.length > 1 ? finding.new : !finding.known)).length;
  const silent = night.canaries.filter((canary) => !canary.reported).length;
  const executions = total("executions", lastNight);
  const ran = night.seconds > 0 ? executions / night.seconds : 0;
  return el("dl", { class: "tiles" },
    figure("Findings", number.format(all.length), all.length > 0 ? `${number.format(news)} of them new` : ""),
    figure("Executions", short.format(executions), `${short.format(ran)} a second`),
    figure("Time", duration(night.seconds), `of ${duration(night.minutes * 60)}`),
    figure("Corpora", counted(total("corpus_files", lastNight), "file"), megabytes(total("corpus_bytes", lastNight))),
    figure("Canaries", night.canaries.length === 0 ? "none tried" : `${night.canaries.length - silent} of ${night.canaries.length}`,
           night.canaries.length === 0 ? "" : "reported"));
}

function targetTable() {
  const head = (text, kind) => el("th", { scope: "col", class: kind }, text);
  const before = (target, key) => target[key].slice(0, lastNight).findLast((value) => value !== null);
  const count = (target, key) => el("td", { class: "n" }, exact(target[key][lastNight]));
  const rows = targets.filter((target) => target.executions[lastNight] !== null).map((target) => el("tr", {},
    el("th", { scope: "row" }, target.name), el("td", {}, target.engine), count(target, "executions"),
    el("td", { class: "n" }, number.format(Math.round(target.execs_per_second[lastNight]))),
    el("td", { class: "n" }, exact(target.edges[lastNight]), difference(target.edges[lastNight], before(target, "edges"))),
    count(target, "features"), el("td", { class: "n" }, exact(target.corpus_files[lastNight]), difference(target.corpus_files[lastNight], before(target, "corpus_files"))),
    el("td", { class: "n" }, megabytes(target.corpus_bytes[lastNight])), count(target, "corpus_edges_at_start"), count(target, "runs"), count(target, "crashes"),
    el("td", {}, target.complete[lastNight] ? "" : el("b", { class: "not-exercised" }, "incomplete"))));
  if (rows.length === 0) return el("p", { class: "soft" }, "No target ran.");
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Targets of the last night" }, el("table", { class: "evidence", id: "targets" },
    el("caption", { class: "hidden" }, "Targets of the last night; small figures are the change since the night before"),
    el("thead", {}, el("tr", {}, head("Target"), head("Engine"), head("Executions", "n"), head("A second", "n"), head("Edges", "n"), head("Features", "n"),
                       head("Corpus files", "n"), head("Size", "n"), head("Edges at start", "n"), head("Runs", "n"), head("Crashes", "n"), head(""))),
    el("tbody", {}, ...rows)));
}

function canaryList(canaries) {
  if (canaries.length === 0) return null;
  return el("details", {}, el("summary", {}, counted(canaries.length, "canary").replace("canarys", "canaries")),
    el("ul", { class: "notes" }, ...canaries.map((canary) => el("li", {}, `${canary.name} had to report ${canary.expects} to ${canary.target}: `,
      el("b", { class: canary.reported ? "holds" : "violated" }, canary.reported ? "reported" : "silent")))));
}

function showLast() {
  const night = nights[lastNight];
  const shown = 12;
  const reasons = night.reasons.map((reason) => el("li", {}, reason));
  const outcomes = ["fine", "findings", "broken"].map((outcome) => [outcome, nights.filter((other) => other.outcome === outcome).length]);
  const inWords = outcomes.filter(([, count]) => count > 0).map(([outcome, count]) => `${number.format(count)} ${outcome === "findings" ? "with findings" : outcome}`).join(", ");
  const strips = { fine: "holds", findings: "violated", broken: "not-exercised" };
  find("what").textContent = nights.length === 1 ? `One night, ${dayOf(0)}` : `${number.format(nights.length)} nights from ${dayOf(0)} to ${dayOf(lastNight)}: ${inWords}`;
  document.title = `poolproof nights: ${night.outcome}, ${dayOf(lastNight)}`;
  find("last").append(el("article", { class: "card" },
    el("header", {}, el("h2", { id: "last-title" }, `Last night, ${timeOf(lastNight)}`), el("span", { id: "outcome", class: `pill ${pillOf[night.outcome]}` }, night.outcome)),
    figuresOf(night),
    reasons.length > 0 ? el("ul", { class: "notes", id: "reasons" }, ...reasons.slice(0, shown)) : null,
    reasons.length > shown ? el("details", {}, el("summary", {}, `${reasons.length - shown} more`), el("ul", { class: "notes" }, ...reasons.slice(shown))) : null,
    targetTable(), canaryList(night.canaries),
    el("details", {}, el("summary", {}, `${night.subject}, version ${night.version}${night.commit ? ` at ${night.commit.slice(0, 12)}` : ""}`),
      el("dl", { class: "facts" }, ...fact("Commit", night.commit), ...fact("Seed", night.seed), ...fact("Engines", night.engines.join(", ")), ...fact("Cores", String(night.cores)),
        ...fact("Taken up again", night.resumed > 0 ? counted(night.resumed, "time") : "never"))),
    nights.length > 1 ? el("div", { class: "outcomes" }, el("h3", {}, "Outcomes"), strip(nights.map((other) => strips[other.outcome]),
      (other) => [nights[other].outcome, ...nights[other].reasons.slice(0, 3)].join("; "), `Outcomes of ${nights.length} nights: ${inWords}`)) : null));
}

function showLegend() {
  find("legend").append(...targets.map((target) => {
    const label = labelOf(target);
    const button = el("button", { type: "button", "aria-pressed": "true" }, el("i", { class: keyOf(targetColour(target)) }), label);
    button.addEventListener("click", () => {
      const shown = hiddenSeries.delete(label) || !hiddenSeries.add(label);
      button.setAttribute("aria-pressed", String(shown));
      drawAll();
    });
    return el("li", {}, button);
  }));
}

function showTrends() {
  showLegend();
  find("trends-how").textContent = nights.length === 1 ? "One night so far: a line begins with the second." : "Point at a plot, or go through it with the arrow keys, for its figures.";
  const lines = (pointsOf) => () => targets.map((target) => ({ label: labelOf(target), colour: targetColour(target), points: pointsOf(target) }));
  const series = (key) => lines((target) => byNight(target[key]));
  const none = "No target ran.";
  const into = find("plots");
  addPlot(into, { id: "plot-findings", title: "Findings", kind: "bars", keys: true, empty: none, series: () => [
    { label: "all", colour: 6, points: nights.map((night, x) => ({ x, y: night.findings.length })) },
    { label: "first seen in that night", colour: 1, points: nights.map((night, x) => ({ x, y: night.findings.filter((index) => findings[index].nights[0] === x).length })) }] });
  addPlot(into, { id: "plot-edges", title: "Edges covered", series: series("edges"), empty: none });
  addPlot(into, { id: "plot-executions", title: "Executions", series: series("executions"), empty: none });
  addPlot(into, { id: "plot-speed", title: "Executions a second", series: series("execs_per_second"), empty: none });
  addPlot(into, { id: "plot-corpus", title: "Corpus files", series: series("corpus_files"), empty: none });
  const most = Math.max(0, ...targets.flatMap((target) => target.points.map((entry) => entry.seconds)));
  const gained = (target) => target.points.map((entry) => ({ x: entry.seconds, y: Math.max(entry.edges - target.points[0].edges, 0) }));
  addPlot(into, { id: "plot-night", title: "Edges gained over the last night", over: "seconds", most, series: lines(gained), say: "Counted from the first word of each target.",
                  empty: "The last night recorded no points on its way." });
}

showLast();
showFindings();
showTrends();
showTimeToBug();
showClauses();
followAddress();
window.addEventListener("hashchange", followAddress);
window.addEventListener("beforeprint", () => findings.filter((finding) => finding.state !== "gone").forEach((finding) => finding.row.toggle(true)));

// Time to bug: executions until a seeded fault is detected, the median over seeds, night by night.
// Does not cover: how the bench measures it.

const benched = dataOf.time_to_bug;

// The middle of the medians; none when it falls on faults that were not detected.
function middle(values) {
  const sorted = values.map((value) => (value > 0 ? value : Infinity)).sort((a, b) => a - b);
  const value = sorted[Math.floor((sorted.length - 1) / 2)];
  return value === undefined || value === Infinity ? null : value;
}

const benchNights = nights.map((_, night) => night).filter((night) => benched.some((row) => row.seeds[night] !== null));

function bugSeries(subject) {
  return inOrder(benched.map((row) => row.target)).map((name) => ({
    label: name, colour: colourOf(name),
    points: benchNights.flatMap((night) => {
      const rows = benched.filter((row) => row.target === name && (!subject || row.subject === subject) && row.seeds[night] !== null);
      const y = middle(rows.map((row) => row.median_executions[night]));
      return rows.length === 0 || y === null ? [] : [{ x: night, y }];
    }),
  }));
}

function change(now, before) {
  if (!now || !before) return "";
  const factor = now / before;
  return factor === 1 ? "the same" : factor > 1 ? `${exact(factor)} times as long` : `${exact(1 / factor)} times as fast`;
}

function bugRow(row) {
  const night = benchNights.at(-1);
  const before = benchNights.at(-2);
  if (row.seeds[night] === null) return [];
  const median = row.median_executions[night];
  const detected = `${row.detected[night]} of ${row.seeds[night]}`;
  return [el("tr", {}, el("th", { scope: "row" }, row.subject), el("td", {}, row.target),
             el("td", { class: "n" }, median > 0 ? number.format(median) : el("b", { class: "violated" }, "not found")),
             el("td", { class: "n" }, row.detected[night] < row.seeds[night] ? el("b", { class: "not-exercised" }, detected) : detected),
             el("td", {}, before === undefined ? "" : change(median, row.median_executions[before])))];
}

function showTimeToBug() {
  const section = find("bugs");
  if (benched.length === 0) {
    section.append(el("p", { class: "soft" }, nights.length === 1 ? "The time-to-bug bench did not run in this night." : "The time-to-bug bench ran in none of these nights."));
    return;
  }
  let subject = "";
  const subjects = [...new Set(benched.map((row) => row.subject))].sort();
  const select = el("select", { id: "fault" }, el("option", { value: "" }, "all: the middle of their medians"), ...subjects.map((name) => el("option", { value: name }, name)));
  const holder = el("div", { class: "plots one" });
  section.append(el("div", { class: "filters" }, el("label", { class: "field" }, el("span", {}, "Seeded fault"), select)), holder);
  addPlot(holder, { id: "plot-bugs", title: "Executions until a seeded fault is detected", series: () => bugSeries(subject), log: true, keys: true,
                    say: "Median over seeds. A night without a dot did not run the bench, or less than half of the seeds detected it.",
                    empty: "No fault was detected by half of the seeds in any night." });
  select.addEventListener("input", () => {
    subject = select.value;
    drawAll();
  });
  const night = benchNights.at(-1);
  const head = (text, kind) => el("th", { scope: "col", class: kind }, text);
  section.append(el("h3", {}, `Faults, ${timeOf(night)}`), el("div", { class: "scroll tall", tabindex: "0", role: "region", "aria-label": "Time to bug by fault" },
    el("table", { class: "evidence", id: "faults" }, el("caption", { class: "hidden" }, "Time to bug by fault"),
      el("thead", {}, el("tr", {}, head("Fault"), head("Target"), head("Median executions", "n"), head("Seeds that detected it", "n"), head("Against the bench before"))),
      el("tbody", {}, ...benched.flatMap(bugRow)))));
}


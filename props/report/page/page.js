// The report page: builds the subjects, the matrix and the details from the results in #data.
//
// Covers: filters, details on demand, maps of pages. Everything enters the page as text, never as markup. Does not cover:
// how a result came about (result.hpp has its fields).
(() => {
  const results = JSON.parse(document.getElementById("data").textContent);
  const marks = { "holds": "\u2713", "violated": "\u2715", "not exercised": "\u25cb", "not applicable": "\u2013",
                  "unspecified": "?", "not observable": "\u00b7" };
  const verdicts = Object.keys(marks);
  const pageSize = 4096;
  const slug = (verdict) => verdict.replaceAll(" ", "-");

  // One row per clause: the clause itself, and what each result says of it.
  const rows = new Map();
  results.forEach((result, column) => {
    for (const clause of result.clauses) {
      if (!rows.has(clause.id)) rows.set(clause.id, { clause, cells: [] });
      const finding = result.findings.find((candidate) => candidate.clause === clause.id);
      rows.get(clause.id).cells[column] = { clause, finding };
    }
  });

  function showSubjects() {
    const versions = [...new Set(results.map((result) => result.version))].join(", ");
    find("what").textContent = `Contract verdicts of ${results.length === 1 ? "one subject" : `${results.length} subjects`}, ` +
                               `by version ${versions}`;
    document.title = `poolproof: ${results.map((result) => result.label).join(", ")}`;
    find("subjects").append(...results.map(card));
    const broken = [...rows.values()].filter((row) => row.cells.some((cell) => cell && cell.clause.verdict === "violated"));
    if (broken.length === 0) return;
    find("violations").hidden = false;
    find("violations").append(
      el("h2", {}, `${broken.length} violated ${broken.length === 1 ? "clause" : "clauses"}`),
      el("ul", {}, ...broken.map((row) => el("li", {}, el("a", { href: `#${row.clause.id}` }, row.clause.id)))));
  }

  function card(result) {
    const there = verdicts.filter((verdict) => result.summary[verdict] > 0);
    const remarks = [...result.missing, ...result.notes];
    const traces = ["sweep", "random", "corpus"].map((kind) => `${number.format(result.traces[kind])} ${kind}`).join(", ");
    return el("article", { class: "card" },
      el("header", {}, el("h2", {}, result.label),
        el("span", { class: `pill ${result.passed ? "passed" : "failed"}` }, result.passed ? "passed" : "failed")),
      el("div", { class: "bar", "aria-hidden": "true" },
        ...there.map((verdict) => el("i", { class: slug(verdict), style: `flex-grow:${result.summary[verdict]}` }))),
      el("ul", { class: "counts" },
        ...there.map((verdict) => el("li", {}, el("b", { class: slug(verdict) }, number.format(result.summary[verdict])),
                                     ` ${verdict}`))),
      remarks.length > 0 ? el("ul", { class: "notes" }, ...remarks.map((remark) => el("li", {}, remark))) : null,
      el("details", {}, el("summary", {}, `seed ${result.seed}, ${number.format(result.ops)} ops in ${result.seconds.toFixed(1)} s`),
        el("dl", { class: "facts" },
          ...fact("Subject", `${result.subject} ${result.subject_version}`), ...fact("Profiles", result.profiles.join(", ")),
          ...fact("Traces", traces),
          ...fact("Speed", `${number.format(Math.round(result.speed.ops_per_second))} ops per second on ${result.speed.threads} threads`),
          ...fact("Can express", result.capabilities.join(", ")))));
  }

  function verdictCell(cell, column) {
    const label = el("span", { class: "label" }, results[column].label);
    if (!cell) return el("td", { role: "cell", class: "verdict soft" }, label, "not in this run");
    const { verdict, exercised } = cell.clause;
    const compact = results.length > 3;
    return el("td", { role: "cell", class: "verdict", title: cell.clause.reason || verdict }, label,
      el("b", { class: slug(verdict) }, el("span", { class: "mark", "aria-hidden": "true" }, marks[verdict]),
        el("span", { class: compact ? "hidden" : undefined }, verdict)),
      exercised > 0 ? el("span", { class: "number" }, number.format(exercised)) : null,
      verdict === "violated" && cell.clause.expected === verdict ? el("span", { class: "number" }, "as expected") : null);
  }

  function showMatrix() {
    const table = find("matrix");
    // Roles are said, since a narrow page lays the table out as blocks.
    table.setAttribute("role", "table");
    table.classList.toggle("compact", results.length > 3);
    table.classList.toggle("many", results.length > 1);
    const head = (text) => el("th", { scope: "col", role: "columnheader" }, text);
    table.tHead.setAttribute("role", "rowgroup");
    table.tHead.append(el("tr", { role: "row" }, head("Clause"), head("Kind"), head("Rule"),
                          ...results.map((result) => head(results.length === 1 ? "Verdict" : result.label))));
    table.tBodies[0].setAttribute("role", "rowgroup");
    for (const row of rows.values()) {
      const { clause, cells } = row;
      const broken = cells.some((cell) => cell && cell.clause.verdict === "violated");
      const unmet = cells.some((cell) => cell && cell.clause.required && cell.clause.verdict === "not exercised");
      row.button = el("button", { type: "button", "aria-expanded": "false" }, clause.id);
      row.button.addEventListener("click", () => toggle(row));
      row.line = el("tr", { role: "row", id: clause.id, class: broken ? "broken" : unmet ? "unmet" : undefined },
        el("th", { scope: "row", role: "rowheader", class: "id" }, row.button),
        el("td", { role: "cell", class: "kind" }, clause.kinds.join(", ")),
        el("td", { role: "cell", class: "rule" }, clause.rule),
        ...results.map((_, column) => verdictCell(cells[column], column)));
      row.text = [clause.id, clause.rule, clause.page, clause.section, clause.register.join(" "),
                  ...cells.map((cell) => (cell && cell.finding ? cell.finding.text : ""))].join("\n").toLowerCase();
      table.tBodies[0].append(row.line);
    }
  }

  function toggle(row, open = row.button.getAttribute("aria-expanded") !== "true") {
    if (open && !row.detail) {
      row.detail = el("tr", { role: "row", class: "detail", id: `${row.clause.id}-details` },
        el("td", { role: "cell", colspan: 3 + results.length }, ...details(row)));
      row.line.after(row.detail);
      row.button.setAttribute("aria-controls", row.detail.id);
    }
    if (row.detail) row.detail.hidden = !open || row.line.hidden;
    row.button.setAttribute("aria-expanded", String(open));
  }

  function details(row) {
    const { clause } = row;
    const source = [clause.page, clause.section].filter(Boolean).join(", ");
    const page = clause.link ? el("a", { href: clause.link, rel: "noreferrer" }, source) : source;
    const head = (text, kind) => el("th", { scope: "col", class: kind }, text);
    return [
      el("dl", { class: "facts" }, ...fact("Source", page), ...fact("Register", clause.register.join(", ")),
         ...fact("Not judged", clause.unjudged)),
      el("div", { class: "scroll" }, el("table", { class: "evidence" }, el("caption", { class: "hidden" }, `Evidence for ${clause.id}`),
        el("thead", {}, el("tr", {}, head("Subject"), head("Verdict"), head("holds", "n"), head("violated", "n"),
                           head("unspecified", "n"))),
        el("tbody", {}, ...results.flatMap((result, column) => evidence(result, row.cells[column]))))),
      ...results.flatMap((result, column) => {
        const cell = row.cells[column];
        return cell && cell.finding ? [finding(result, cell.finding)] : [];
      }),
    ];
  }

  function evidence(result, cell) {
    if (!cell) return [];
    const count = (value) => el("td", { class: "n" }, number.format(value));
    const { verdict, holds, violated, unspecified, reason } = cell.clause;
    return [el("tr", {}, el("th", { scope: "row" }, result.label),
               el("td", {}, el("b", { class: slug(verdict) }, reason || verdict)), count(holds), count(violated),
               count(unspecified))];
  }

  function finding(result, found) {
    const last = found.events.length - 1;
    return el("section", { class: "finding", "aria-label": `${found.clause} violated by ${result.label}` },
      el("h2", {}, `${found.clause} violated by ${result.label}`),
      el("p", {}, found.text),
      el("p", { class: "soft" }, `Found by ${found.source}; ${found.confirmed ? "shown again" : "not shown again"} on a fresh subject.`),
      el("h3", {}, `Shortest trace, ${found.ops} ${found.ops === 1 ? "op" : "ops"}`),
      el("ol", { class: "events" }, ...found.events.map((step, index) =>
        el("li", { class: found.confirmed && index === last ? "last" : undefined }, el("span", {}, String(index)),
          el("div", {}, el("code", {}, step.op), el("span", { class: "event" }, `\u2192 ${step.event}`))))),
      ...(found.blocks.length > 0 ? [el("h3", {}, "Where the blocks fell"), map(found)] : []),
      el("h3", {}, "Play it again"), el("pre", {}, found.replay),
      el("details", {}, el("summary", {}, found.file), el("pre", { class: "trace" }, found.trace)));
  }

  // A block below a page that lies in two.
  const straddles = (block) =>
    block.size <= pageSize && (block.address % pageSize) + block.size > pageSize;

  const region = (address) => Math.floor(address / 2 ** 32);

  // The pages to draw, in order: each with a block's edge in it, and its neighbours; null where some are left out.
  function pagesOf(blocks) {
    const wanted = new Set();
    for (const block of blocks) {
      const first = Math.floor(block.address / pageSize);
      const last = Math.floor((block.address + Math.max(block.size, 1) - 1) / pageSize);
      wanted.add(first).add(last);
      if (last - first === 2) wanted.add(first + 1);
    }
    const sorted = [...wanted].sort((a, b) => a - b);
    const most = 48;
    const pages = [];
    for (const page of sorted.slice(0, most)) {
      const before = pages[pages.length - 1];
      if (before !== undefined && page !== before + 1) {
        pages.push(page === before + 2 ? page - 1 : null);
      }
      pages.push(page);
    }
    if (sorted.length > most) pages.push(null);
    return pages;
  }

  function map(found) {
    const bar = 26;
    const step = bar + 26;
    const groups = Map.groupBy ? Map.groupBy(found.blocks, (block) => region(block.address)) : new Map([[0, found.blocks]]);
    const picture = svg("svg", { class: "map", role: "img" });
    let y = 0;
    for (const blocks of groups.values()) {
      y += y > 0 ? 12 : 0;
      const pages = pagesOf(blocks);
      const origin = pages[0];
      for (const page of pages) {
        if (page === null) {
          picture.append(svg("text", { x: 0, y: y + 12, class: "page-name" }, "\u22ee pages without an edge of a block"));
          y += 22;
          continue;
        }
        picture.append(svg("text", { x: 0, y: y + 12, class: "page-name" },
                           `page ${page - origin}  0x${(page * pageSize).toString(16).toUpperCase()}`),
                       svg("rect", { x: 0, y: y + 18, width: "100%", height: bar, class: "page" }));
        // Freed blocks lie below those that took their place.
        for (const block of [...blocks].sort((a, b) => (b.freed_by >= 0) - (a.freed_by >= 0))) {
          picture.append(...piece(block, page, y + 18, bar));
        }
        y += step;
      }
    }
    picture.setAttribute("height", y);
    picture.setAttribute("aria-label", `Map of the pages that hold ${found.blocks.length === 1 ? "the block" : "the blocks"} listed below`);
    const kinds = [["plain", "a block"], ["special", "in special pool"], ["straddles", "straddles a page boundary"],
                   ["freed", "freed later"]];
    const there = kinds.filter(([kind]) => found.blocks.some((block) => classes(block).includes(kind)));
    return el("figure", {}, picture,
      el("ul", { class: "legend", "aria-hidden": "true" },
         ...there.map(([kind, text]) => el("li", {}, el("i", { class: kind }), text))),
      el("ul", { class: "blocks" }, ...found.blocks.map((block) => el("li", {}, inWords(block)))),
      el("figcaption", {}, `One row is a page of ${number.format(pageSize)} bytes.`));
  }

  function classes(block) {
    const place = straddles(block) ? "straddles" : block.special ? "special" : "plain";
    return block.freed_by >= 0 ? [place, "freed"] : [place];
  }

  function inWords(block) {
    const parts = [`s${block.slot}: ${number.format(block.size)} ${block.size === 1 ? "byte" : "bytes"} at 0x${block.address.toString(16).toUpperCase()}, by op ${block.op}`];
    if (block.special) parts.push("in special pool");
    if (straddles(block)) parts.push("straddles a page boundary");
    if (block.freed_by >= 0) parts.push(`freed by op ${block.freed_by}`);
    return parts.join(", ");
  }

  // What of the block lies in the page.
  function piece(block, page, y, height) {
    const from = Math.max(block.address - page * pageSize, 0);
    const to = Math.min(block.address + Math.max(block.size, 1) - page * pageSize, pageSize);
    if (from >= to) return [];
    const percent = (bytes) => `${(100 * bytes) / pageSize}%`;
    const parts = [svg("rect", { x: percent(from), y: y + 1, width: percent(Math.max(to - from, 12)), height: height - 2,
                                 class: ["block", ...classes(block)].join(" "), "data-op": block.op },
                       svg("title", {}, inWords(block)))];
    if (straddles(block)) {
      const edge = percent(from === 0 ? 0 : pageSize);
      parts.push(svg("line", { x1: edge, x2: edge, y1: y - 4, y2: y + height + 4, class: "cut" }));
    }
    if (to - from > pageSize / 8) {
      parts.push(svg("text", { x: percent((from + to) / 2), y: y + height / 2 + 4, "text-anchor": "middle" }, `s${block.slot}`));
    }
    return parts;
  }

  function showFilters() {
    const options = (values) => [...new Set(values)].map((value) => el("option", { value }, value));
    const clauses = [...rows.values()].map((row) => row.clause);
    find("family").append(...options(clauses.map((clause) => clause.family)));
    find("kind").append(...options(clauses.flatMap((clause) => clause.kinds)));
    for (const verdict of verdicts) {
      find("verdicts").append(el("label", { class: slug(verdict) }, el("input", { type: "checkbox", value: verdict }),
                                 el("span", { "aria-hidden": "true" }, marks[verdict]), verdict));
    }
    const form = find("filters");
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter));
  }

  function filter() {
    const words = find("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const [family, kind] = [find("family").value, find("kind").value];
    const wanted = [...find("verdicts").querySelectorAll("input:checked")].map((box) => box.value);
    let shown = 0;
    for (const row of rows.values()) {
      const fits = words.every((word) => row.text.includes(word)) && (!family || row.clause.family === family) &&
                   (!kind || row.clause.kinds.includes(kind)) &&
                   (wanted.length === 0 || row.cells.some((cell) => cell && wanted.includes(cell.clause.verdict)));
      row.line.hidden = !fits;
      if (row.detail) row.detail.hidden = !fits || row.button.getAttribute("aria-expanded") !== "true";
      shown += fits ? 1 : 0;
    }
    find("shown").textContent = `${shown} of ${rows.size} clauses`;
    find("nothing").hidden = shown > 0;
    find("matrix").hidden = shown === 0;
  }

  // The clause that the address names is shown, opened and focused.
  function follow() {
    const row = rows.get(decodeURIComponent(location.hash.slice(1)));
    if (!row) return;
    if (row.line.hidden) {
      find("filters").reset();
      filter();
    }
    toggle(row, true);
    row.line.scrollIntoView();
    row.button.focus({ preventScroll: true });
  }

  showSubjects();
  showMatrix();
  showFilters();
  filter();
  follow();
  window.addEventListener("hashchange", follow);
  window.addEventListener("beforeprint", () => {
    for (const row of rows.values()) {
      if (row.cells.some((cell) => cell && cell.finding)) toggle(row, true);
    }
  });
})();

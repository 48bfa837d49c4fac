// Strips: one cell per night, coloured by what the night says; and rows that open.
//
// Covers: drawing without measuring, the tip, buttons that show a row below theirs. Does not cover: what a cell means
// (clauses.js, page.js).

// `states` has a class per night, or "" for none; `words` says what a night says. The label says all of it in words.
function strip(states, words, label) {
  const least = Math.max(1, nights.length / 160); // a single night stays visible among hundreds
  const gap = nights.length > 60 ? 0 : 0.12;
  const kinds = [...new Set(states)].filter(Boolean).sort((a, b) => (a === "violated") - (b === "violated"));
  const cell = (state) => (_, night) => {
    if (states[night] !== state) return "";
    const wide = state === "violated" ? least : 1;
    const from = Math.min(Math.max(night + 0.5 - wide / 2, 0), nights.length - wide);
    return `M${(from + gap / 2).toFixed(2)} 0h${(wide - gap).toFixed(2)}v1h-${(wide - gap).toFixed(2)}z`;
  };
  const picture = svg("svg", { class: "strip", viewBox: `0 0 ${nights.length} 1`, preserveAspectRatio: "none", role: "img", "aria-label": label },
                      ...kinds.map((kind) => svg("path", { class: kind, d: states.map(cell(kind)).join("") })));
  picture.style.maxWidth = `${nights.length * 1.5}rem`;
  picture.addEventListener("pointermove", (event) => {
    const box = picture.getBoundingClientRect();
    const night = Math.min(Math.max(Math.floor((nights.length * (event.clientX - box.left)) / box.width), 0), lastNight);
    showTip(event.clientX, event.clientY, timeOf(night), [[words(night)]]);
  });
  picture.addEventListener("pointerleave", hideTip);
  return picture;
}

// A row whose button shows `details` below it, made when they are wanted first.
function openable(name, id, cells, details) {
  const row = { button: el("button", { type: "button", "aria-expanded": "false" }, name) };
  row.line = el("tr", { role: "row", id }, el("th", { scope: "row", role: "rowheader", class: "id" }, row.button), ...cells);
  row.toggle = (open = row.button.getAttribute("aria-expanded") !== "true") => {
    if (open && !row.detail) {
      row.detail = el("tr", { role: "row", class: "detail", id: `${id}-details` }, el("td", { role: "cell", colspan: 1 + cells.length }, ...details()));
      row.line.after(row.detail);
      row.button.setAttribute("aria-controls", row.detail.id);
    }
    row.button.setAttribute("aria-expanded", String(open));
    if (row.detail) row.detail.hidden = !open || row.line.hidden;
  };
  row.show = (shown) => {
    row.line.hidden = !shown;
    row.toggle(row.button.getAttribute("aria-expanded") === "true");
  };
  row.button.addEventListener("click", () => row.toggle());
  return row;
}

const cell = (kind, label, ...children) => el("td", { role: "cell", class: kind }, el("span", { class: "label" }, label), ...children);
const headRow = (...names) => el("tr", { role: "row" }, ...names.map((name) => el("th", { scope: "col", role: "columnheader" }, name)));


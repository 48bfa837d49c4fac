// Plots: lines or bars over nights or over seconds, as inline SVG, with figures by pointer, by keyboard and as a table.
//
// Covers: scales, ticks, drawing again when the width changes, the tip, hiding series. Does not cover: what is plotted
// (page.js).

const dataOf = JSON.parse(document.getElementById("data").textContent);
const nights = dataOf.nights;
const lastNight = nights.length - 1;
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const exact = (value) => number.format(Number.isInteger(value) ? value : Math.round(value * 10) / 10);
const dayOf = (night) => nights[night].started.slice(0, 10);
const timeOf = (night) => nights[night].started.replace("T", " ").replace(/:\d\dZ$/, "");
const counted = (count, thing) => `${number.format(count)} ${thing}${count === 1 ? "" : "s"}`;

// Eight colours, and the same dashed.
const lookOf = (colour) => `c${colour % 8}${colour >= 8 ? " dashed" : ""}`;
const keyOf = (colour) => `key ${lookOf(colour)}`;

const plotHeight = 220;
const edge = { left: 46, right: 12, top: 10, bottom: 24 };
const hiddenSeries = new Set();
const plots = [];

// Round steps from 0 to at least `most`.
function linearTicks(most) {
  const rough = Math.max(most, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) * power, 1);
  const ticks = [];
  for (let tick = 0; tick < most + step; tick += step) ticks.push(tick);
  return ticks;
}

// Powers of ten around the values, not more than six of them.
function logTicks(least, most) {
  const first = Math.floor(Math.log10(least));
  const last = Math.max(Math.ceil(Math.log10(most)), first + 1);
  const step = Math.ceil((last - first) / 5);
  const ticks = [];
  for (let power = first; power < last + step; power += step) ticks.push(10 ** power);
  return ticks;
}

function scaleOf(plot, series) {
  const values = series.flatMap((line) => line.points.map((point) => point.y)).filter((value) => value > 0);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const log = plot.kind !== "bars" && values.length > 0 && (plot.log || most / least > 30);
  const ticks = values.length === 0 ? [0, 1] : log ? logTicks(least, most) : linearTicks(most);
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  const height = plotHeight - edge.top - edge.bottom;
  const part = log ? (value) => Math.log(Math.max(value, low) / low) / Math.log(high / low) : (value) => value / high;
  return { log, ticks, y: (value) => edge.top + height * (1 - part(value)) };
}

function xScale(plot, width) {
  const inner = width - edge.left - edge.right;
  if (plot.over === "nights") return (x) => edge.left + (inner * (x + 0.5)) / nights.length;
  return (x) => edge.left + (inner * x) / Math.max(plot.most, 1);
}

function xTicks(plot, width) {
  const room = Math.max(Math.floor((width - edge.left - edge.right) / 90), 1);
  if (plot.over === "nights") {
    const step = Math.ceil(nights.length / room);
    return nights.map((_, night) => night).filter((night) => (lastNight - night) % step === 0)
      .map((night) => [night, dayOf(night)]);
  }
  const steps = [1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14400, 28800, 86400];
  const step = steps.find((seconds) => plot.most / seconds <= room) ?? plot.most;
  const ticks = [];
  for (let x = 0; x <= plot.most; x += step) ticks.push([x, duration(x)]);
  return ticks;
}

function duration(seconds) {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min${whole % 60 ? ` ${whole % 60} s` : ""}`;
  return `${Math.floor(whole / 3600)} h${Math.floor((whole % 3600) / 60) ? ` ${Math.floor((whole % 3600) / 60)} min` : ""}`;
}

const at = (x, y) => `${x.toFixed(1)} ${y.toFixed(1)}`;

// A line is broken where a night says nothing.
function lineOf(plot, points, x, y) {
  return points.map((point, index) => {
    const joined = index > 0 && (plot.over !== "nights" || point.x === points[index - 1].x + 1);
    return `${joined ? "L" : "M"}${at(x(point.x), y(point.y))}`;
  }).join("");
}

function marksOf(plot, line, place, series, x, y) {
  const points = line.points;
  const attributes = { class: `series ${lookOf(line.colour)}`, "data-series": line.label };
  if (plot.kind === "bars") {
    const step = x(1) - x(0);
    const wide = Math.min(Math.max(step * 0.7, 1), 24);
    const inset = (wide / 2) * (place === 0 ? 1 : 0.55);
    const bar = (point) => `M${at(x(point.x) - inset, y(0))}V${y(point.y).toFixed(1)}h${(2 * inset).toFixed(1)}V${y(0).toFixed(1)}z`;
    return svg("g", attributes, svg("path", { class: "bars dots", d: points.map(bar).join("") }));
  }
  return svg("g", attributes, svg("path", { class: "line", d: lineOf(plot, points, x, y) }),
             svg("path", { class: `dots${points.length > 60 ? " small" : ""}`, d: points.map((point) => `M${at(x(point.x), y(point.y))}h0`).join("") }));
}

function draw(plot) {
  const width = Math.max(Math.floor(plot.box.clientWidth), 200);
  const series = plot.series().filter((line) => !hiddenSeries.has(line.label));
  const scale = scaleOf(plot, series);
  const x = xScale(plot, width);
  plot.drawn = { series, x, y: scale.y, xs: [...new Set(series.flatMap((line) => line.points.map((point) => point.x)))].sort((a, b) => a - b) };
  const ticks = scale.ticks.flatMap((tick) => [
    svg("line", { class: "grid", x1: edge.left, x2: width - edge.right, y1: scale.y(tick), y2: scale.y(tick) }),
    svg("text", { x: edge.left - 6, y: scale.y(tick) + 4, "text-anchor": "end" }, short.format(tick))]);
  const days = xTicks(plot, width).map(([place, text]) => {
    const from = Math.min(Math.max(x(place), edge.left + 12), width - 32);
    return svg("text", { x: from, y: plotHeight - 6, "text-anchor": "middle" }, text);
  });
  const picture = svg("svg", { width, height: plotHeight, viewBox: `0 0 ${width} ${plotHeight}`, "aria-hidden": "true" }, ...ticks, ...days,
                      ...series.map((line, place) => marksOf(plot, line, place, series, x, scale.y)),
                      svg("line", { class: "cursor", y1: edge.top, y2: plotHeight - edge.bottom, visibility: "hidden" }));
  plot.box.replaceChildren(picture);
  plot.note.textContent = [plot.say, scale.log ? "Logarithmic scale." : ""].filter(Boolean).join(" ");
  plot.width = width;
}

// What the series say at a place: of that night, or the last word before that second.
function figuresAt(plot, place) {
  return plot.drawn.series.flatMap((line) => {
    const before = line.points.filter((point) => (plot.over === "nights" ? point.x === place : point.x <= place));
    return before.length > 0 ? [{ line, value: before[before.length - 1].y }] : [];
  });
}

const placeName = (plot, place) => (plot.over === "nights" ? timeOf(place) : `after ${duration(place)}`);

function showTip(x, y, title, rows) {
  const tip = find("tip");
  tip.replaceChildren(el("b", {}, title), ...rows.map((row) => el("div", {}, ...row)));
  tip.hidden = false;
  const left = Math.min(x + 14, document.documentElement.clientWidth - tip.offsetWidth - 8);
  const top = y + 18 + tip.offsetHeight > window.innerHeight ? y - tip.offsetHeight - 12 : y + 18;
  tip.style.left = `${Math.max(left, 4)}px`;
  tip.style.top = `${Math.max(top, 4)}px`;
}

const hideTip = () => {
  find("tip").hidden = true;
};

// The slider stands at that place; returns its figures, the largest first.
function stand(plot, place) {
  const figures = figuresAt(plot, place).sort((a, b) => b.value - a.value);
  plot.box.setAttribute("aria-valuenow", String(place));
  plot.box.setAttribute("aria-valuetext", [placeName(plot, place), ...figures.map(({ line, value }) => `${line.label}: ${exact(value)}`)].join("; "));
  return figures;
}

function point(plot, place, clientX, clientY) {
  plot.place = place;
  const cursor = plot.box.querySelector(".cursor");
  cursor.setAttribute("x1", plot.drawn.x(place));
  cursor.setAttribute("x2", plot.drawn.x(place));
  cursor.setAttribute("visibility", "visible");
  const figures = stand(plot, place);
  showTip(clientX, clientY, placeName(plot, place), figures.map(({ line, value }) => [
    el("i", { class: keyOf(line.colour) }), el("span", {}, line.label), el("span", { class: "n" }, exact(value))]));
}

function leave(plot) {
  plot.box.querySelector(".cursor")?.setAttribute("visibility", "hidden");
  hideTip();
}

function nearest(plot, clientX) {
  const wanted = clientX - plot.box.getBoundingClientRect().left;
  const { xs, x } = plot.drawn;
  return xs.reduce((best, place) => (Math.abs(x(place) - wanted) < Math.abs(x(best) - wanted) ? place : best), xs[0]);
}

function listen(plot) {
  const follow = (event) => {
    if (plot.drawn.xs.length > 0) point(plot, nearest(plot, event.clientX), event.clientX, event.clientY);
  };
  plot.box.addEventListener("pointermove", follow);
  plot.box.addEventListener("pointerdown", follow);
  plot.box.addEventListener("pointerleave", () => leave(plot));
  plot.box.addEventListener("blur", () => leave(plot));
  const byKey = (step) => {
    const { xs, x } = plot.drawn;
    if (xs.length === 0) return;
    const now = Math.max(xs.indexOf(plot.place), 0);
    const place = xs[Math.min(Math.max(step(now, xs.length - 1), 0), xs.length - 1)];
    const box = plot.box.getBoundingClientRect();
    point(plot, place, box.left + x(place), box.top + 40);
  };
  const steps = { ArrowLeft: (now) => now - 1, ArrowRight: (now) => now + 1, ArrowDown: (now) => now - 1, ArrowUp: (now) => now + 1,
                  PageUp: (now) => now + 10, PageDown: (now) => now - 10, Home: () => 0, End: (_, last) => last };
  plot.box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave(plot);
    if (!(event.key in steps)) return;
    event.preventDefault();
    byKey(steps[event.key]);
  });
  plot.box.addEventListener("focus", () => {
    if (plot.box.matches(":focus-visible")) byKey(plot.place === undefined ? (_, last) => last : (now) => now);
  });
}

// The figures behind a plot, the last first; built when it is opened.
function tableOf(plot) {
  const details = el("details", { class: "figures" }, el("summary", {}, "Figures as a table"));
  details.addEventListener("toggle", () => {
    if (!details.open) return;
    const series = plot.series();
    const xs = [...new Set(series.flatMap((line) => line.points.map((entry) => entry.x)))].sort((a, b) => b - a);
    const cells = series.map((line) => new Map(line.points.map((entry) => [entry.x, entry.y])));
    const head = (text, kind) => el("th", { scope: "col", class: kind }, text);
    details.querySelector(".scroll")?.remove();
    details.append(el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${plot.title}, as a table` }, el("table", { class: "evidence" },
      el("caption", { class: "hidden" }, plot.title),
      el("thead", {}, el("tr", {}, head(plot.over === "nights" ? "Night" : "Time"), ...series.map((line) => head(line.label, "n")))),
      el("tbody", {}, ...xs.map((place) => el("tr", {}, el("th", { scope: "row" }, placeName(plot, place)),
        ...cells.map((cell) => el("td", { class: "n" }, cell.has(place) ? exact(cell.get(place)) : ""))))))));
  });
  return details;
}

// `keys`: the series are not those of the legend above the plots. `series` gives [{ label, colour, points: [{ x, y }] }]; `over` is "nights" or "seconds", of which `most` is the last.
function addPlot(into, { id, title, say = "", over = "nights", most = 0, kind = "lines", log = false, keys = false, series, empty }) {
  const figure = el("figure", { class: "plot", id }, el("figcaption", {}, el("h3", {}, title)));
  into.append(figure);
  if (series().every((line) => line.points.length === 0)) {
    figure.append(el("p", { class: "soft" }, empty));
    return;
  }
  const plot = { title, say, over, most, kind, log, series, note: el("p", { class: "soft note" }) };
  plot.box = el("div", { class: "box", role: "slider", tabindex: "0", "aria-label": `${title}; arrow keys go through the figures`,
                         "aria-valuemin": "0", "aria-valuemax": String(over === "nights" ? lastNight : most) });
  const keyed = (line) => el("li", {}, el("i", { class: keyOf(line.colour) }), line.label);
  figure.append(plot.box, ...(keys ? [el("ul", { class: "legend", "aria-hidden": "true" }, ...series().map(keyed))] : []), plot.note, tableOf(plot));
  listen(plot);
  plots.push(plot);
  draw(plot);
  stand(plot, plot.drawn.xs[plot.drawn.xs.length - 1]);
}

function drawAll() {
  plots.forEach(draw);
}

new ResizeObserver(() => {
  for (const plot of plots) {
    if (plot.width !== Math.max(Math.floor(plot.box.clientWidth), 200)) draw(plot);
  }
}).observe(document.body);


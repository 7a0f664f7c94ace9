"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const table = byId("matrix"), body = table.tBodies[0], rows = [...body.rows];
const causes = data.causes, findings = data.findings;
const none = (f) => [findings[f].background, 0, 0];
const cell = (f, c) => findings[f].cells[c] || none(f);

/* Filter: columns by family, rows by words. */
const columns = document.createElement("style");
document.head.append(columns);
function filter() {
  const family = byId("family").value, words = byId("words").value.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = causes.map((c) => !family || c.startsWith(family + "."));
  columns.textContent = shown.map((on, i) => on ? "" : `#matrix tr > :nth-child(${i + 3}){display:none}`).join("");
  for (const row of rows) {
    const id = row.dataset.id, text = row.cells[0].textContent.toLowerCase();
    row.hidden = !words.every((w) => text.includes(w)) || (family && !causes.some((c, i) => shown[i] && findings[id].cells[c]));
  }
  byId("count").textContent = `${rows.filter((r) => !r.hidden).length} findings, ${shown.filter(Boolean).length} causes`;
}

/* Sort by a column: its cells, blanks last; the first click puts the largest on top (names: A first). */
function sort(head) {
  const i = head.cellIndex, down = head.getAttribute("aria-sort") !== "descending" && i > 0
    || i === 0 && head.getAttribute("aria-sort") === "ascending";
  for (const th of table.tHead.rows[0].cells) th.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const value = (row) => i === 0 ? row.dataset.id : parseFloat(row.cells[i].textContent);
  const sign = down ? -1 : 1;
  rows.sort((a, b) => {
    const x = value(a), y = value(b);
    if (i === 0) return sign * (x < y ? -1 : 1);
    if (isNaN(x) || isNaN(y)) return isNaN(x) - isNaN(y);
    return sign * (x - y);
  });
  body.append(...rows);
}

/* What tells two causes apart: as diagnose/rulebook/matrix.py works it out. */
function separator(f, a, b) {
  const [p, seenA, silentA] = cell(f, a), [q, seenB, silentB] = cell(f, b), watched = findings[f].watched;
  const seen = seenA - seenB, silent = silentA - silentB;
  return { f, seen, silent: watched ? silent : null, nats: (p - q) * (seen - (watched ? silent : 0)) / 2 };
}
const percent = (p) => (p >= 0.0995 ? (p * 100).toFixed(0) : (p * 100).toFixed(1).replace(".0", "")) + " %";
function side(nats) {
  if (nats === null) return "unknown";
  if (Math.abs(nats) < 0.05) return "-";
  const factor = Math.exp(Math.abs(nats));
  return `${nats > 0 ? "A" : "B"} \u00d7${factor >= 9.95 ? factor.toFixed(0) : factor.toFixed(1).replace(".0", "")}`;
}
function compare() {
  const a = byId("first").value, b = byId("second").value;
  const by = Object.keys(findings).map((f) => separator(f, a, b)).filter((s) => s.nats > 0.0005).sort((s, t) => t.nats - s.nats);
  byId("told").textContent = a === b ? "Choose two different causes." : `${by.length} findings tell them apart.`;
  byId("apart").replaceChildren(...by.slice(0, byId("all").checked ? by.length : 12).map((s) => {
    const row = document.createElement("tr"), head = document.createElement("th"), small = document.createElement("small");
    head.scope = "row";
    small.textContent = findings[s.f].title;
    head.append(s.f, small);
    row.append(head, ...[["in all incidents", percent(findings[s.f].background)], ["under A", percent(cell(s.f, a)[0])],
      ["under B", percent(cell(s.f, b)[0])], ["when seen", side(s.seen)], ["when not seen", side(s.silent)]].map(([name, text]) => {
      const td = document.createElement("td");
      td.dataset.name = name;
      td.textContent = text;
      return td;
    }));
    return row;
  }));
}
byId("family").addEventListener("change", filter);
byId("words").addEventListener("input", filter);
table.tHead.addEventListener("click", (e) => { const th = e.target.closest("th"); if (th) sort(th); });
for (const id of ["first", "second", "all"]) byId(id).addEventListener("change", compare);
filter();
compare();

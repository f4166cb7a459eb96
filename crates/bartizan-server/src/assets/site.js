// Filters, sorts and copies what is on the page already. Everything works without it.

const number = (cell) => {
  const text = cell.textContent.replace(/,/g, "").replace("−", "-").trim();
  return text === "" || Number.isNaN(parseFloat(text)) ? null : parseFloat(text);
};

const key = (row, index) => {
  const cell = row.cells[index];
  const time = cell?.querySelector("time");
  return time ? time.dateTime : cell?.textContent.trim() ?? "";
};

const compare = (index, isNumber) => (a, b) => {
  if (!isNumber) return key(a, index).localeCompare(key(b, index), "en", { numeric: true });
  const [x, y] = [number(a.cells[index]), number(b.cells[index])];
  // What is not a number comes last in both orders: unknown is not little.
  if (x === null || y === null) return (x === null) - (y === null);
  return x - y;
};

function sortable(table) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  if (body.rows.length < 2) return;
  headings.forEach((heading, index) => {
    if (heading.querySelector("a")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const isNumber = heading.classList.contains("number");
      const order = heading.ariaSort === "ascending" || (isNumber && !heading.ariaSort) ? "descending" : "ascending";
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", order);
      const rows = [...body.rows].sort(compare(index, isNumber));
      const known = rows.filter((row) => !isNumber || number(row.cells[index]) !== null);
      const unknown = rows.filter((row) => !known.includes(row));
      body.append(...(order === "descending" ? known.reverse() : known), ...unknown);
    });
  });
}

/** Beside a form that asks the server, a second field would be one too many. */
function filterable(table) {
  if (table.closest("section").querySelector("form.filter")) return;
  const rows = [...table.tBodies[0].rows];
  const box = document.createElement("div");
  box.className = "quick";
  const field = document.createElement("div");
  const label = document.createElement("label");
  const input = document.createElement("input");
  const output = document.createElement("output");
  input.type = "search";
  input.id = `quick-${table.id}`;
  input.autocomplete = "off";
  label.htmlFor = input.id;
  label.textContent = "Filter these rows";
  output.htmlFor = input.id;
  field.append(label, input);
  box.append(field, output);
  table.closest(".scroll").before(box);
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    output.textContent = words.length ? `${shown} of ${rows.length}` : "";
  });
}

function copying(link) {
  if (!navigator.clipboard) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(link.href);
    button.textContent = "Copied";
  });
  link.after(button);
}

// A badge stands on another page than this: its addresses are whole ones there.
function absolute(code) {
  code.textContent = code.textContent.replace(/\(([^()]+)\)/g, (_, address) => `(${new URL(address, location.href)})`);
  const note = code.parentElement.previousElementSibling;
  if (note) note.textContent = "As Markdown:";
}

document.querySelectorAll("[data-markdown]").forEach(absolute);
document.querySelectorAll("table[data-sort]").forEach(sortable);
document.querySelectorAll("table[data-filter]").forEach(filterable);
document.querySelectorAll("a[data-copy]").forEach(copying);

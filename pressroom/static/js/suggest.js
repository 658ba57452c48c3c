/* Suggestions under a search box: the ARIA combobox with a list that the arrows walk.
   Without script the box is a search box, and nothing is missing. */
const asked = new Map();

async function ask(address) {
  if (!asked.has(address)) {
    const answer = await fetch(address);
    asked.set(address, answer.ok ? (await answer.json()).suggestions : []);
  }
  return asked.get(address);
}

function combobox(input) {
  const list = document.createElement("ul");
  const said = document.createElement("span");
  list.id = `${input.id}-list`;
  list.className = "suggestions";
  list.hidden = true;
  said.className = "hidden";
  for (const [name, value] of [["role", "listbox"], ["aria-label", "Suggestions"]]) list.setAttribute(name, value);
  said.setAttribute("role", "status");
  input.form.append(list, said);
  const states = { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": list.id };
  for (const [name, value] of Object.entries(states)) input.setAttribute(name, value);
  let at = -1;
  let timer = 0;

  const point = (place) => {
    at = place;
    [...list.children].forEach((row, n) => row.setAttribute("aria-selected", n === at));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  };
  const show = (rows) => {
    list.replaceChildren(...rows.map((row, n) => option(row, n)));
    list.hidden = rows.length === 0;
    input.setAttribute("aria-expanded", !list.hidden);
    said.textContent = rows.length ? `${rows.length} suggestions` : "";
    point(-1);
  };
  const option = (row, n) => {
    const made = Object.assign(document.createElement("li"), { id: `${list.id}-${n}` });
    const name = Object.assign(document.createElement("span"), { textContent: row.text, dir: "auto" });
    const count = Object.assign(document.createElement("data"), { value: row.count });
    count.textContent = (row.kind === "word" ? "" : `${row.kind} · `) + row.count.toLocaleString("en");
    made.setAttribute("role", "option");
    made.append(name, count);
    made.addEventListener("pointerdown", (event) => event.preventDefault());
    made.addEventListener("click", () => take(row));
    made.take = () => take(row);
    return made;
  };
  const take = (row) => {
    if (row.kind !== "word") return location.assign(row.href);
    input.value = row.text;
    input.form.requestSubmit();
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    const typed = input.value;
    const address = `${input.dataset.suggest}?q=${encodeURIComponent(typed)}`;
    const answer = async () => { const rows = await ask(address); if (input.value === typed) show(rows); };
    timer = setTimeout(() => (typed.trim().length > 1 ? answer().catch(() => show([])) : show([])), 120);
  });
  input.addEventListener("keydown", (event) => {
    const size = list.hidden ? 0 : list.children.length;
    if (!size || event.isComposing) return;
    if (event.key === "Escape") show([]);
    else if (event.key === "ArrowDown") point(at + 1 < size ? at + 1 : -1);
    else if (event.key === "ArrowUp") point(at < 0 ? size - 1 : at - 1);
    else if (event.key === "Enter" && at >= 0) list.children[at].take();
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => show([]));
  input.setAttribute("aria-expanded", "false");
}

for (const input of document.querySelectorAll("[data-suggest]")) combobox(input);

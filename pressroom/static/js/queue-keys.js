/* Single keys for the queue. They press the buttons that are there, do nothing while somebody types, and can be switched
   off (WCAG 2.1.4); that is remembered in this browser. */
const list = document.querySelector("[data-queue]");
const help = document.querySelector("[data-keys]");
const opener = document.querySelector("[data-keys-open]");
const box = document.querySelector("[data-keys-on]");
const OFF = "queue-keys-off";

const items = () => [...list.children].filter((item) => !item.hidden);
const current = () => items().find((item) => item.contains(document.activeElement)) ?? items().find((item) => item.hasAttribute("aria-current"));

function move(step) {
  const all = items();
  const at = all.indexOf(current());
  const item = all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)];
  for (const other of all) other.toggleAttribute("aria-current", false);
  item?.setAttribute("aria-current", "true");
  item?.focus({ preventScroll: true });
  item?.scrollIntoView({ block: "nearest" });
}

function press(key) {
  const item = current() ?? items()[0];
  if (!item) return false;
  const rejecting = item.querySelector("details[data-rejecting]");
  if (/^[1-9]$/.test(key) && !rejecting.open) return false;
  if (key === "r") {
    rejecting.open = true;
    rejecting.querySelector("summary").focus();
    return true;
  }
  if (key === "x") {
    item.querySelector(".pick input").click();
    return true;
  }
  const button = item.querySelector(`[data-key="${key}"]`);
  button?.click();
  return Boolean(button);
}

function act(key) {
  if (key === "?") help.showModal();
  else if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else if (key === "u") document.querySelector("[data-undo] button").click();
  else return press(key);
  return true;
}

function remembered() {
  try { return localStorage.getItem(OFF) !== "yes"; } catch { return true; }
}

function show() {
  document.body.classList.toggle("with-keys", box.checked);
}

if (list) {
  box.checked = remembered();
  opener.hidden = false;
  show();
  opener.addEventListener("click", () => help.showModal());
  list.addEventListener("focusin", (event) => { // also by Tab and by a click
    for (const item of items()) item.toggleAttribute("aria-current", false);
    event.target.closest(".candidate").setAttribute("aria-current", "true");
  });
  box.addEventListener("change", () => {
    try { localStorage.setItem(OFF, box.checked ? "no" : "yes"); } catch { /* it holds for this page then */ }
    show();
  });
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], dialog");
    if (!box.checked || typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat || help.open) return;
    if (event.key === "Escape") current()?.querySelector("details[data-rejecting]")?.removeAttribute("open");
    if (event.key.length === 1 && act(event.key)) event.preventDefault();
  });
  if (!document.querySelector("[data-focus]") && !location.hash) items()[0]?.setAttribute("aria-current", "true");
}

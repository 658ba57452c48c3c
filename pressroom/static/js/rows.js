/* Rows that are gone through by keyboard: j and k go to the next and the last one, and a letter presses the button of the
   row, or of the page, that has it as data-key. Without script the same buttons are there to press. */
const rows = () => [...document.querySelectorAll("[data-rows] tbody tr")].filter((row) => row.checkVisibility());
const target = (row) => row.querySelector("[data-key]:not(:disabled), a[href], button:not(:disabled)");
const current = () => document.activeElement?.closest?.("[data-rows] tbody tr");

function go(step) {
  const all = rows();
  const at = all.indexOf(current());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
  if (!next) return;
  target(next)?.focus();
  next.scrollIntoView({ block: "nearest" });
}

function press(key) {
  const within = (place) => place?.querySelector(`[data-key="${key}"]:not(:disabled)`);
  const button = within(current()) ?? document.querySelector(`[data-key-anywhere="${key}"]:not(:disabled)`);
  button?.click();
  return Boolean(button);
}

addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.key.length > 1) return;
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") go(key === "j" ? 1 : -1);
  else if (!press(key)) return;
  event.preventDefault();
});

/* After an act the page is made anew: its first row is taken up again, so that the next key goes to it. */
for (const form of document.querySelectorAll("[data-rows]")) {
  form.addEventListener("submit", () => { try { sessionStorage.setItem("rows", form.id); } catch { /* none */ } });
}
try {
  const form = document.getElementById(sessionStorage.getItem("rows") ?? "");
  sessionStorage.removeItem("rows");
  const row = form?.querySelector("tbody tr");
  if (row && !document.querySelector("[data-focus]")) target(row)?.focus();
} catch { /* storage may be shut off */ }

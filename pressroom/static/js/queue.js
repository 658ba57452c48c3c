/* The queue of what is to be judged: a decision is sent by fetch, one after another, while the next story is there at
   once. What the server refuses comes back with the reason. Without script each form is sent as a page. */
const list = document.querySelector("[data-queue]");
const undo = document.querySelector("[data-undo]");
const line = document.querySelector("[data-says]");
const count = document.querySelector("[data-waiting]");
let sending = Promise.resolve();

const there = () => [...list.children].filter((item) => !item.hidden);
const says = (sentence) => { line.textContent = sentence; undo.hidden = false; };
const waits = (number) => {
  if (number === undefined || number === null) return;
  count.value = number;
  count.textContent = number.toLocaleString("en");
};

function go(item) {
  for (const other of list.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
  document.querySelector("[data-end]").hidden = there().length > 0;
  if (!item) return;
  item.setAttribute("aria-current", "true");
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

async function send(form, body) {
  const headers = { Accept: "application/json" };
  const answer = await fetch(form.action, { method: "POST", body, headers }).catch(() => null);
  if (answer?.headers.get("Content-Type")?.startsWith("application/json")) return { ok: answer.ok, ...(await answer.json()) };
  return { ok: false, error: answer ? "You are signed out, or the page is too old. Open it again, and decide there." : "The press room did not answer. Do it again." };
}

function decide(form, button) {
  const item = button.closest(".candidate");
  const body = new URLSearchParams(new FormData(form, button));
  const day = form.elements.namedItem("day");
  if (day && /^(accept|always)/.test(button.value) && !day.value.trim()) {
    says(day.dataset.missing);
    return day.focus();
  }
  const at = there().indexOf(item);
  item.hidden = true;
  for (const box of item.querySelectorAll("[name=id]")) box.checked = false;
  go(there()[at] ?? there().at(-1));
  list.dispatchEvent(new CustomEvent("decided", { detail: () => sending }));
  sending = sending.then(async () => {
    const answer = await send(form, body);
    waits(answer.waiting);
    says(answer.said ?? answer.error);
    if (answer.ok) return;
    item.querySelector(".refusal").textContent = answer.error;
    item.hidden = false;
    if (answer.decided) item.querySelector(".acts").hidden = true;
    go(item);
  });
}

async function takeBack(form) {
  await sending;
  const answer = await send(form, new URLSearchParams(new FormData(form)));
  says(answer.said ?? answer.error);
  waits(answer.waiting);
  const back = (answer.back ?? []).map((number) => document.getElementById(`c${number}`));
  if (back.includes(null)) return location.reload();
  for (const item of back) item.hidden = false;
  if (back.length) go(back[0]);
}

list?.addEventListener("submit", (event) => {
  event.preventDefault();
  decide(event.target, event.submitter);
});
undo?.addEventListener("submit", (event) => {
  if (!list) return;
  event.preventDefault();
  takeBack(event.target);
});
list?.addEventListener("filled", () => {
  if (document.activeElement === document.body) go(there()[0]);
});

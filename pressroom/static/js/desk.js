/* The desk: the error summary gets the focus, a text is shown as it will look while it is written, and a page
   with unsaved text asks before it closes. Without script each form still works, and shows its preview by button. */
document.querySelector("[data-focus]")?.focus();

for (const pane of document.querySelectorAll("[data-preview]")) {
  const source = document.getElementById(pane.dataset.preview);
  const token = source?.form?.querySelector("[name=csrf_token]")?.value;
  if (!source || !token) continue;
  let timer;
  let asked = 0;
  const show = async () => {
    const turn = (asked += 1);
    const body = new URLSearchParams({ text: source.value, kind: pane.dataset.kind, csrf_token: token });
    const answer = await fetch("/desk/preview", { method: "POST", body }).catch(() => null);
    if (turn !== asked) return; // a later one is on its way
    pane.classList.toggle("stale", !answer?.ok);
    if (!answer?.ok) return;
    const { html, words } = await answer.json();
    pane.innerHTML = html; // made safe by the server, as on the page itself
    const counts = document.getElementById(pane.dataset.counts);
    if (counts) counts.textContent = `${words} ${words === 1 ? "word" : "words"}`;
  };
  source.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 400);
  });
  pane.closest("[hidden]")?.removeAttribute("hidden");
  if (source.value) show();
}

for (const box of document.querySelectorAll("[data-most]")) {
  const line = document.getElementById(box.dataset.count);
  const most = Number(box.dataset.most);
  const count = () => { line.textContent = `${[...box.value].length} of ${most} characters`; };
  if (!line) continue;
  box.addEventListener("input", count);
  count();
}

/* A file that is too large is said before it is sent: the server would refuse it unread, and a browser then shows
   its own error. Without script the server's answer stands. */
for (const input of document.querySelectorAll("input[type=file][data-most-mb]")) {
  const most = Number(input.dataset.mostMb);
  input.addEventListener("change", () => {
    const large = [...input.files].find((file) => file.size > most * 1_000_000);
    input.setCustomValidity(large ? `${large.name} is larger than ${most} MB. Choose a smaller copy.` : "");
    input.reportValidity();
  });
}

for (const form of document.querySelectorAll("form[data-guard]")) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

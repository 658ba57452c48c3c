/* Keeps what is typed into the editor on the server while it is written, so that a crash or the end of a sign-in
   loses nothing. Sent at most every twenty seconds, when something changed and the hands rest, and when the page is
   left. Nothing is saved by it: that takes the button. */
const REST = 3_000;
const APART = 20_000;

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const line = form.querySelector("[data-autosave-says]");
  const typed = () => {
    const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "do");
    return new URLSearchParams(fields);
  };
  const says = (sentence) => { if (line && line.textContent !== sentence) line.textContent = sentence; };
  let kept = typed().toString();
  let sentAt = 0;
  let timer;
  let done = false;

  const send = async (leaving = false) => {
    clearTimeout(timer);
    const body = typed();
    const now = body.toString();
    if (done || now === kept) return;
    sentAt = Date.now();
    // Browsers take no more than 64 kB along from a page that closes; a longer text was sent when the hands rested.
    const keepalive = leaving && now.length < 60_000;
    const answer = await fetch(form.dataset.autosave, { method: "POST", body, keepalive }).catch(() => null);
    const { kept: sentence, error } = (await answer?.json().catch(() => null)) ?? {};
    if (answer?.ok) {
      kept = now;
      says(sentence);
    } else if (answer?.status === 401 || answer?.status === 400) {
      says("You are signed out, so your text is only in this window. Copy it before you close it.");
    } else {
      says(error ?? "Your text could not be kept just now; it is tried again when you go on writing.");
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(send, Math.max(REST, sentAt + APART - Date.now()));
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    done = true;
  });
  addEventListener("pageshow", () => { done = false; }); // Back: the same form goes on
  document.addEventListener("visibilitychange", () => { if (document.hidden) send(true); });
}

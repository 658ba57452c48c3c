/* The player: it begins where the address says (?t=90, #t=90, #t-90000), moves where a time is pressed, changes its
   quality, and gives the address of its second. A player of others is loaded when somebody asks for it, and not before.
   Without script times lead to what is said then, and each quality is among the downloads. */
const player = document.querySelector("[data-player]");
const said = document.querySelector("[data-player-said]");

const begin = (seconds) => {
  if (!player || !(seconds >= 0)) return;
  player.currentTime = seconds;
  player.focus();
  player.scrollIntoView({ block: "nearest" }); // focus moves nothing where the player has it already
};

/* Seconds, from 90, 90s, 1:30 or 1m30s. */
const read = (text) => {
  if (!/^\d+(?:[:hm]\d+){0,2}(?:\.\d+)?s?$/.test(text)) return NaN;
  return text.replace(/s$/, "").split(/[:hm]/).reduce((sum, part) => sum * 60 + Number(part), 0);
};

const asked = () => {
  const cue = location.hash.match(/^#t-(?:.+-)?(\d+)$/);
  if (cue) return Number(cue[1]) / 1000;
  if (location.hash.startsWith("#t=")) return read(location.hash.slice(3));
  return read(new URLSearchParams(location.search).get("t") ?? "");
};

/* A frame takes no focus from the page around it. Soon after the load the browser goes to what the address names: the
   player comes after that. */
if (player && asked() >= 0) {
  player.currentTime = asked();
  if (top === self) addEventListener("load", () => setTimeout(() => begin(asked()), 250));
}
addEventListener("hashchange", () => begin(asked()));

for (const cue of document.querySelectorAll("[data-cue]")) {
  cue.addEventListener("click", () => begin(Number(cue.dataset.cue)));
}

for (const choice of document.querySelectorAll("[data-quality]")) {
  choice.closest("[hidden]")?.removeAttribute("hidden");
  choice.addEventListener("change", () => {
    const { currentTime, paused, playbackRate } = player;
    player.src = choice.value;
    player.addEventListener("loadedmetadata", () => {
      Object.assign(player, { currentTime, playbackRate });
      if (!paused) player.play();
    }, { once: true });
    said.textContent = `Quality: ${choice.selectedOptions[0].textContent}.`;
  });
}

for (const button of document.querySelectorAll("[data-share]")) {
  button.hidden = !navigator.clipboard || !player;
  button.addEventListener("click", async () => {
    const second = Math.floor(player.currentTime);
    await navigator.clipboard.writeText(`${button.dataset.share}?t=${second}`);
    said.textContent = `Copied: the address of second ${second}.`;
  });
}

for (const box of document.querySelectorAll("[data-embed]")) {
  const button = box.querySelector("button");
  button.hidden = false;
  button.addEventListener("click", () => {
    const frame = document.createElement("iframe");
    frame.src = box.dataset.embed;
    frame.title = box.dataset.title;
    frame.allow = "fullscreen; picture-in-picture; encrypted-media";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    box.replaceChildren(frame);
    frame.focus();
  });
}

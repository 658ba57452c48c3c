/* Counts down to an instant, and adds the reader's own time to a date. The page
   already says both in words; nothing depends on this module. */
const units = [["day", 86400], ["hour", 3600], ["minute", 60]];

function words(seconds) {
  const parts = [];
  for (const [name, size] of units) {
    const n = Math.floor(seconds / size);
    seconds -= n * size;
    if (n || (name === "minute" && !parts.length)) parts.push(`${n} ${name}${n === 1 ? "" : "s"}`);
  }
  return parts.slice(0, 2).join(" ");
}

function tick() {
  for (const time of document.querySelectorAll("time[data-countdown]")) {
    const left = (Date.parse(time.dateTime) - Date.now()) / 1000;
    if (left > 0) time.textContent = words(left);
  }
}

for (const time of document.querySelectorAll("time[data-local]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeStyle: "short" });
  time.textContent = `${format.format(new Date(time.dateTime))} (${zone})`;
}

tick();
setInterval(tick, 30_000);

/* The search of a copy, over the headlines and summaries of what is in it. Without script the page is a list by year,
   and the box is not shown. */
const box = document.querySelector("[data-found-in]");
const form = box.querySelector("form");
const hits = document.querySelector("[data-hits]");
const more = document.querySelector("[data-more]");
const said = document.querySelector("[data-said]");
const PER = 50;
let found = [];

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const words = (text) => plain(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/* Every word has to begin a word of the page; one of the headline counts more than one of the summary. */
function worth(row, asked) {
  let sum = 0;
  for (const word of asked) {
    const inTitle = row.title.includes(` ${word}`);
    if (!inTitle && !row.rest.includes(` ${word}`)) return 0;
    sum += inTitle ? 3 : 1;
  }
  return sum;
}

function search(rows, text, kind) {
  const asked = words(text);
  if (!asked.length) return [];
  const some = kind ? rows.filter((row) => row.kind === kind) : rows;
  const counted = some.map((row) => [worth(row, asked), row]).filter(([sum]) => sum);
  return counted.sort((a, b) => b[0] - a[0] || b[1].day.localeCompare(a[1].day)).map(([, row]) => row);
}

function hit(row) {
  const line = Object.assign(document.createElement("p"), { className: "hit-line" });
  const name = Object.assign(document.createElement("b"), { textContent: row.name });
  const head = document.createElement("h3");
  const link = Object.assign(document.createElement("a"), { href: row.href, textContent: row.headline });
  const rest = Object.assign(document.createElement("p"), { className: "snippet", dir: "auto", textContent: row.summary });
  const item = document.createElement("li");
  line.append(name);
  if (row.day) line.append(" ", Object.assign(document.createElement("time"), { dateTime: row.day, textContent: row.day }));
  head.dir = "auto";
  head.append(link);
  item.append(line, head, ...(row.summary && row.summary !== row.headline ? [rest] : []));
  return item;
}

function show() {
  const from = hits.childElementCount;
  hits.append(...found.slice(from, from + PER).map(hit));
  more.hidden = hits.childElementCount >= found.length;
}

async function begin() {
  const answer = await fetch(box.dataset.foundIn);
  if (!answer.ok) return;
  const index = await answer.json();
  const rows = index.rows.map(([kind, headline, href, day, summary]) => ({
    kind: index.kinds[kind][0], name: index.kinds[kind][1], headline, href, day, summary,
    title: ` ${words(headline).join(" ")}`, rest: ` ${words(summary).join(" ")}`,
  }));
  const asked = new URLSearchParams(location.search);
  const text = asked.get("q") ?? "";
  form.elements.q.value = text;
  box.hidden = false;
  more.firstElementChild.addEventListener("click", () => {
    const next = hits.childElementCount;
    show();
    hits.children[next]?.querySelector("a").focus();
  });
  if (!text.trim()) return;
  found = search(rows, text, asked.get("kind"));
  hits.hidden = found.length === 0;
  said.textContent = found.length
    ? `${found.length.toLocaleString("en")} ${found.length === 1 ? "page has" : "pages have"} these words in headline or summary.`
    : "No headline or summary has all of these words. Use fewer, or look through the lists below.";
  show();
}

begin();

/* More of the queue, while the last ones of a page are judged. Without script the next page is a link. */
const list = document.querySelector("[data-queue]");
const LOW = 15; // so few left, and more are fetched
let filling = false;
let more = true;

const left = () => [...list.children].filter((item) => !item.hidden).length;

async function fresh() {
  const page = await fetch(location.pathname + location.search.replace(/([?&])page=\d+/, "$1")).catch(() => null);
  const found = page?.ok ? new DOMParser().parseFromString(await page.text(), "text/html") : null;
  const items = [...(found?.querySelectorAll("[data-queue] > li") ?? [])];
  return items.filter((item) => !document.getElementById(item.id));
}

async function fill(sent) {
  if (filling || !more || left() >= LOW) return;
  filling = true;
  let items = await fresh();
  if (!items.length) { // what is still on its way to the server fills its page
    await sent();
    items = await fresh();
  }
  more = items.length > 0;
  list.append(...items.map((item) => document.adoptNode(item)));
  filling = false;
  list.dispatchEvent(new CustomEvent("filled"));
  fill(sent);
}

list?.addEventListener("decided", (event) => fill(event.detail));

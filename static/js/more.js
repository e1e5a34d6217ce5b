/** Lists longer than what is drawn: the rest comes as one nears the end, or asks for it. */

import { send } from "./send.js";

const NEAR = 600;
const loading = new WeakMap();

/** Fetch the next cards of a list, if there are any. */
export function more(list) {
  const link = list.querySelector("[data-more]");
  if (!link) return Promise.resolve();
  if (!loading.has(link)) loading.set(link, load(list, link));
  return loading.get(link);
}

async function load(list, link) {
  link.setAttribute("aria-busy", "true");
  await send("GET", link.getAttribute("href"));
  link.removeAttribute("aria-busy");
  loading.delete(link);
  if (list.contains(link) || !isNear(list.querySelector("[data-cards]"))) return;
  await more(list);
}

function isNear(cards) {
  return cards.scrollHeight - cards.scrollTop - cards.clientHeight < NEAR;
}

// What was put at the end while the cards before it were not drawn yet comes again with them.
function unique({ fragment, target, swapSpec }) {
  if (swapSpec.style !== "beforeend" || !target?.matches?.("[data-cards]")) return;
  for (const tile of fragment.querySelectorAll(".tile[id]")) document.getElementById(tile.id)?.remove();
}

document.addEventListener("htmx:before:swap", ({ detail: { tasks } }) => tasks.forEach(unique));

document.addEventListener("scroll", ({ target }) => {
  if (target.matches?.("[data-cards]") && isNear(target)) more(target.closest(".list"));
}, { capture: true, passive: true });

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-more]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  more(link.closest(".list"));
});

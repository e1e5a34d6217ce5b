/** Lists longer than what is drawn: the rest comes as one nears the end, or asks for it. */

import { inLine, send } from "./send.js";

const NEAR = 600;
const loading = new Map();

/** Fetch the next cards of a list, if there are any. */
export function more(list) {
  const link = list.querySelector("[data-more]");
  if (!link) return Promise.resolve();
  if (!loading.has(list)) loading.set(list, load(list, link));
  return loading.get(list);
}

async function load(list, link) {
  link.setAttribute("aria-busy", "true");
  // What has been moved must have arrived, or the rest would still hold it.
  await inLine();
  await send("GET", `/lists/${list.dataset.list}?after=${lastDrawn(list) ?? ""}`, { restOf: list });
  link.removeAttribute("aria-busy");
  loading.delete(list);
  if (!list.contains(link) && isNear(list.querySelector("[data-cards]"))) await more(list);
}

// The card that the link names may have been moved away since, and one on its way here has no place yet.
function lastDrawn(list) {
  const placed = ".tile[data-card]:not([data-loose], [data-moving], .tile--carried, .sortable-chosen)";
  return [...list.querySelectorAll(placed)].at(-1)?.dataset.card;
}

function isNear(cards) {
  return cards.scrollHeight - cards.scrollTop - cards.clientHeight < NEAR;
}

/** What is put at the end while cards before it are not drawn hangs loose, and comes again with them. */
function place({ fragment, target, swapSpec }, restOf) {
  if (swapSpec.style !== "beforeend" || !target?.matches?.("[data-cards]")) return;
  const list = target.closest(".list");
  const isRest = restOf === list;
  for (const tile of fragment.querySelectorAll(".tile[id]")) {
    const here = document.getElementById(tile.id);
    // A card that has been moved since the rest was asked for stands where it was moved to.
    if (isRest && here && (here.closest(".list") !== list || here.matches("[data-moving], .tile--carried"))) tile.remove();
    else here?.remove();
    if (!isRest && list.querySelector("[data-more]")) tile.dataset.loose = "";
  }
}

document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  for (const task of tasks) place(task, ctx.restOf);
});

document.addEventListener("scroll", ({ target }) => {
  if (target.matches?.("[data-cards]") && isNear(target)) more(target.closest(".list"));
}, { capture: true, passive: true });

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-more]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  more(link.closest(".list"));
});

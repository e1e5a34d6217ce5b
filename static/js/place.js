/** Moving by taps: every gap between cards offers "Place here". No drag is ever required. */

import { flip } from "./flip.js";
import { commit, insert, placeOf, siblingsIn, titleOf } from "./moves.js";
import { choose } from "./selection.js";
import { say } from "./speak.js";
import { hint } from "./toasts.js";
import { word } from "./words.js";

let placing = null;

/** Offer every place a card can go to. */
export function place(tile) {
  stop();
  const title = titleOf(tile);
  const bar = hint(word("placing"), stop, { title });
  tile.classList.add("tile--carried");
  placing = { tile, bar };
  for (const cards of document.querySelectorAll("[data-cards]")) offer(cards, tile);
  say(`${word("placing")}: ${title}`);
}

function offer(cards, tile) {
  const others = siblingsIn(cards, "card");
  const own = others.indexOf(tile);
  const list = cards.closest(".list").querySelector(".list__name").textContent;
  others.push(null);
  others.forEach((next, at) => {
    // Both gaps beside the card itself are where it is.
    if (own >= 0 && (at === own || at === own + 1)) return;
    const gap = document.getElementById("place_here").content.firstElementChild.cloneNode(true);
    const button = gap.querySelector("button");
    button.setAttribute("aria-label", word("place_here", { list, position: at + 1 }));
    button.addEventListener("click", () => put(cards, next));
    cards.insertBefore(gap, next);
  });
}

function put(cards, next) {
  const { tile } = placing;
  const origin = placeOf(tile);
  flip(() => {
    insert(tile, cards, next);
    stop();
  });
  choose(tile);
  commit(tile, origin);
}

function stop() {
  if (!placing) return;
  const { tile, bar } = placing;
  placing = null;
  bar.end();
  tile.classList.remove("tile--carried");
  document.querySelectorAll(".tile--place").forEach((gap) => gap.remove());
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !placing) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { tile } = placing;
  stop();
  choose(tile);
}, true);

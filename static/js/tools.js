/** The tools of the card at hand: one toolbar for the whole board, on the card under the pointer or the focus. */

import { pickUp } from "./carry.js";
import { isMenuOpen } from "./keys.js";
import { place } from "./place.js";
import { refuse } from "./refusals.js";
import { choose } from "./selection.js";
import { send } from "./send.js";
import { word } from "./words.js";

const mayEdit = document.body.dataset.role !== "observer";
const menu = document.getElementById("tile_menu");
const bar = document.getElementById("tile_tools")?.content.firstElementChild.cloneNode(true);
let target = null;

/** Put a card into a state, or take it out of it: archived, completed. */
export async function setState(tile, state, isOn) {
  const path = `/cards/${tile.dataset.card}/${state}`;
  const show = (value) => state === "completion" && tile.toggleAttribute("data-done", value);
  show(isOn);
  const outcome = await send(isOn ? "PUT" : "DELETE", path);
  if (outcome.ok || outcome.leaving) return;
  show(!isOn);
  refuse(outcome, () => setState(tile, state, isOn));
}

function attach(tile) {
  if (!mayEdit || !bar || bar.parentElement === tile || isMenuOpen()) return;
  if (document.querySelector(".tile--carried, .is-dragging")) return;
  const done = bar.querySelector("[data-complete]");
  const words = word("done" in tile.dataset ? "resume" : "complete");
  done.title = words;
  done.querySelector(".vh").textContent = words;
  tile.append(bar);
}

function detach() {
  if (!isMenuOpen()) bar?.remove();
}

function aim(tile) {
  target = tile;
  for (const link of menu.querySelectorAll("[data-card-path]")) {
    link.href = `/cards/${tile.dataset.card}${link.dataset.cardPath}`;
  }
}

document.addEventListener("pointerover", ({ target: over, pointerType }) => {
  if (pointerType === "touch") return;
  const tile = over.closest?.(".tile[data-card]");
  if (tile) attach(tile);
  else if (!bar?.contains(document.activeElement)) detach();
});

document.addEventListener("focusin", ({ target: focused }) => {
  const tile = focused.closest(".tile[data-card]");
  if (tile && focused.matches(":focus-visible")) attach(tile);
  else if (!tile) detach();
});

menu?.addEventListener("beforetoggle", ({ newState }) => {
  if (newState === "open") aim(bar.closest(".tile"));
});

document.addEventListener("click", (event) => {
  const { target: clicked, detail } = event;
  const tile = bar?.closest(".tile");
  if (clicked.closest("[data-complete]") && tile) setState(tile, "completion", !("done" in tile.dataset));
  else if (clicked.closest("[data-carry]") && tile) {
    // A key's click picks the card up for the keys; a pointer's gets places to point at.
    choose(tile);
    (detail === 0 ? pickUp : place)(tile);
  } else if (menu?.contains(clicked) && clicked.closest("a, button")) {
    menu.hidePopover();
    if (clicked.closest("[data-archive]")) setState(target, "archive", true);
    if (clicked.closest("[data-lift]")) place(target);
  }
});

// Whoever was here before this module was.
const here = document.querySelector(".tile[data-card]:is(:hover, :focus-within)");
if (here) attach(here);

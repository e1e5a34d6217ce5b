/** Ordering checklists and their items by keys: Alt+↑ and Alt+↓, or Shift+Space and arrows as for cards. */

import { pickUp } from "./carry.js";
import { flip } from "./flip.js";
import { commit, insert, kindOf, placeOf, siblingsIn } from "./moves.js";
import { say } from "./speak.js";
import { word } from "./words.js";

const MOVABLE = "[data-item], [data-checklist]";

function nudge(element, by) {
  const kind = kindOf(element);
  const all = siblingsIn(element.parentElement, kind);
  const to = all.indexOf(element) + by;
  if (!all[to]) return;
  const origin = placeOf(element);
  flip(() => insert(element, element.parentElement, by > 0 ? all[to].nextElementSibling : all[to]));
  say(word("position", { position: to + 1, all: all.length }));
  commit(element, origin);
}

document.addEventListener("keydown", (event) => {
  const { key, altKey, shiftKey, target } = event;
  const element = target.closest?.(MOVABLE);
  if (!element || event.defaultPrevented || target.matches("input, textarea")) return;
  if (altKey && ["ArrowUp", "ArrowDown"].includes(key)) nudge(element, key === "ArrowUp" ? -1 : 1);
  else if (key === " " && shiftKey) pickUp(element);
  else return;
  event.preventDefault();
});

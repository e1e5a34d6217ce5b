/** Carrying by keys: Shift+Space picks up a card or a list, arrows carry it, Enter drops it, Escape puts it back. */

import { flip } from "./flip.js";
import { letGo, take } from "./hands.js";
import { onKey } from "./keys.js";
import { commit, endOf, insert, kindOf, placeOf, putBack, siblingsIn, titleOf } from "./moves.js";
import { directionOf } from "./selection.js";
import { sayNow } from "./speak.js";
import { hint } from "./toasts.js";
import { word } from "./words.js";

const mayEdit = document.body.dataset.role !== "observer";
let carried = null;

/** Pick something up; the keys steer it from now on. */
export function pickUp(element) {
  if (!mayEdit || carried || !element) return;
  const kind = kindOf(element);
  const origin = placeOf(element);
  carried = { element, kind, origin, focus: document.activeElement };
  take();
  element.classList.add("tile--carried");
  const name = nameOf(element, kind);
  carried.bar = hint(word("moving", { name, where: whereIs(element, kind) }), () => end(false));
  carried.say = () => {
    const where = whereIs(element, kind);
    carried.bar.say(word("moving", { name, where }));
    sayNow(where);
  };
  sayNow(word("picked_up", { name, where: whereIs(element, kind) }));
}

function nameOf(element, kind) {
  if (kind === "card") return titleOf(element);
  if (kind === "list") return element.querySelector(".list__name").textContent;
  return element.querySelector("[id$=_text], [id$=_title]").textContent;
}

function whereIs(element, kind) {
  const all = siblingsIn(element.parentElement, kind);
  const hidden = Number(element.parentElement.parentElement.querySelector("[data-more]")?.dataset.count ?? 0);
  const values = { position: all.indexOf(element) + 1, all: all.length + (kind === "card" ? hidden : 0) };
  if (kind !== "card") return word("position", values);
  return word("position_in", { ...values, list: element.closest(".list").querySelector(".list__name").textContent });
}

/** Carry along its line: one step, or to an end. */
function along(by) {
  const { element, kind } = carried;
  const parent = element.parentElement;
  const others = siblingsIn(parent, kind);
  const at = others.indexOf(element);
  const to = Math.max(0, Math.min(others.length - 1, at + by));
  if (to === at) return;
  place(parent, to > at ? others[to].nextElementSibling : others[to]);
}

/** Carry a card or an item over to a neighbouring list, at the same height. */
function across(by) {
  const { element, kind } = carried;
  const parents = [...document.querySelectorAll(kind === "card" ? ".list [data-cards]" : "[data-items]")];
  const at = parents.indexOf(element.parentElement);
  const parent = parents[Math.max(0, Math.min(parents.length - 1, at + by))];
  if (!parent || parent === element.parentElement) return;
  const index = siblingsIn(element.parentElement, kind).indexOf(element);
  place(parent, siblingsIn(parent, kind)[index] ?? endOf(parent));
}

function place(parent, next) {
  const { element } = carried;
  flip(() => insert(element, parent, next));
  element.scrollIntoView({ block: "nearest", inline: "nearest" });
  carried.say();
}

async function end(isDropped) {
  const { element, kind, origin, bar, focus } = carried;
  carried = null;
  letGo();
  bar.end();
  element.classList.remove("tile--carried");
  if (!isDropped) flip(() => putBack(element, origin));
  if (focus.isConnected && document.activeElement === document.body) focus.focus({ preventScroll: true });
  const ended = `${isDropped ? "dropped" : "put_back"}${kind === "card" ? "_in" : ""}`;
  sayNow(`${word(ended, { where: whereIs(element, kind) })} ${isDropped ? overLimit(element) : ""}`.trim());
  if (isDropped) await commit(element, origin);
}

function overLimit(element) {
  const list = element.matches(".tile") && element.closest(".list");
  const limit = list && Number(list.dataset.limit);
  if (!limit || siblingsIn(element.parentElement, "card").length <= limit) return "";
  return word("limit_exceeded", { limit });
}

const STEPS = {
  ArrowUp: () => (isFlat() ? null : along(-1)),
  ArrowDown: () => (isFlat() ? null : along(1)),
  ArrowLeft: () => (isFlat() ? along(-1) : across(-1)),
  ArrowRight: () => (isFlat() ? along(1) : across(1)),
  Home: () => along(-Infinity),
  End: () => along(Infinity),
};
const FAR = { ArrowLeft: () => (isFlat() ? along(-Infinity) : across(-Infinity)), ArrowRight: () => (isFlat() ? along(Infinity) : across(Infinity)) };
const isFlat = () => carried.kind === "list";

document.addEventListener("keydown", (event) => {
  if (!carried) return;
  const { key, shiftKey, ctrlKey } = event;
  const direction = directionOf(key);
  const act = (ctrlKey && FAR[direction]) || STEPS[direction];
  if (act) act();
  else if (key === "Enter" || (key === " " && shiftKey)) end(true);
  else if (key === "Escape") end(false);
  else if (key === "Tab") return void end(false);
  else if (["Shift", "Control", "Alt", "Meta"].includes(key)) return;
  // Whatever else is pressed must not act on a card in the air.
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

document.addEventListener("focusout", ({ target }) => {
  if (!carried?.element.contains(target)) return;
  // Moving an element may take its focus for a moment; only a focus that stays away puts it back.
  setTimeout(() => {
    if (carried && document.hasFocus() && !carried.element.contains(document.activeElement)) end(false);
  });
});

onKey("Shift+Space", (event) => {
  const element = event.target.closest(".tile[data-card]") ?? event.target.closest(".list__head")?.closest(".list");
  if (!element) return false;
  return pickUp(element);
});

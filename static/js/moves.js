/** Putting a thing where it was dropped: at once on the page, then on the server, and back if that refuses. */

import { flip } from "./flip.js";
import { refuse } from "./refusals.js";
import { sendInOrder } from "./send.js";
import { sayNow } from "./speak.js";
import { word } from "./words.js";

const SLOW = 400;

/** What can be moved: its address, its siblings, and what the server calls the place it is in. */
const KINDS = {
  card: { path: "cards", siblings: ".tile[data-card]", within: (parent) => ({ list_id: parent.dataset.cards }) },
  list: { path: "lists", siblings: ".list[data-list]", within: () => ({}) },
  item: { path: "items", siblings: ".item[data-item]", within: (parent) => ({ checklist_id: parent.dataset.items }) },
  checklist: { path: "checklists", siblings: ".checklist[data-checklist]", within: () => ({}) },
};

/** The kind of a movable element. */
export function kindOf(element) {
  return Object.keys(KINDS).find((kind) => element.matches(KINDS[kind].siblings));
}

/** The movable things of a parent, in order. */
export function siblingsIn(parent, kind) {
  return [...parent.querySelectorAll(`:scope > ${KINDS[kind].siblings}`)];
}

/** A tile's title, without what only listeners are told before it. */
export function titleOf(tile) {
  return tile.querySelector("h3 a").lastChild.textContent;
}

/** Where an element stands, to be put back there. */
export function placeOf(element) {
  return { parent: element.parentElement, next: neighbour(element, "nextElementSibling") };
}

/** Move an element without losing its focus. */
export function insert(element, parent, next) {
  const hadFocus = element.contains(document.activeElement) && document.activeElement;
  if (parent.moveBefore && element.isConnected) parent.moveBefore(element, next);
  else parent.insertBefore(element, next);
  if (hadFocus && document.activeElement !== hadFocus) hadFocus.focus({ preventScroll: true });
}

/** Put an element back where it stood. */
export function putBack(element, { parent, next }) {
  insert(element, parent, next?.parentElement === parent ? next : endOf(parent));
}

/** What comes after the last movable thing of a parent: a list is not put behind "Add a list". */
export function endOf(parent) {
  return parent.querySelector(":scope > .board__add, :scope > .composer");
}

/** Tell the server where an element stands now. True when it took it, false when the element went back. */
export async function commit(element, origin, values = {}) {
  const place = placeOf(element);
  if (place.parent === origin.parent && place.next === origin.next) return true;
  clearRefusal(element);
  const kind = kindOf(element);
  const path = `/${KINDS[kind].path}/${element.dataset[kind]}/position`;
  element.dataset.moving = "";
  const timer = setTimeout(state, SLOW, element, "saving", word("saving"));
  const outcome = await sendInOrder("PUT", path, {
    values: { ...KINDS[kind].within(place.parent), ...beside(element, place), placed: 1, ...values },
    waiting: () => state(element, "waiting", word("will_send")),
  });
  clearTimeout(timer);
  delete element.dataset.moving;
  state(element, null);
  if (outcome.ok || outcome.leaving) return true;
  flip(() => putBack(element, origin));
  explain(element, origin, place, outcome, values);
  return false;
}

// At the end of what is drawn more may follow that is not: then the one above says where.
function beside(element, { parent, next }) {
  const kind = kindOf(element);
  if (next) return { before_id: next.dataset[kind] };
  const above = neighbour(element, "previousElementSibling");
  const hasMore = parent.dataset.cards && document.getElementById(`list_${parent.dataset.cards}_more`);
  return above && hasMore ? { after_id: above.dataset[kind] } : {};
}

function neighbour(element, direction) {
  const { siblings } = KINDS[kindOf(element)];
  let near = element[direction];
  while (near && !near.matches(siblings)) near = near[direction];
  return near;
}

function state(element, name, words) {
  for (const each of ["saving", "waiting"]) element.classList.toggle(`tile--${each}`, each === name && element.matches(".tile"));
  element.querySelector(":scope > .tile__state")?.remove();
  if (!name || !element.matches(".tile")) return;
  const line = Object.assign(document.createElement("div"), { className: "tile__state", textContent: words });
  element.append(line);
}

function explain(element, origin, place, outcome, values) {
  const again = (more) => {
    const now = placeOf(element);
    flip(() => putBack(element, place));
    return commit(element, now, { ...values, ...more });
  };
  if (!element.matches(".tile") || !outcome.problem) {
    refuse(outcome, again);
    return;
  }
  const list = origin.parent.closest(".list");
  const name = list?.querySelector(".list__name")?.textContent ?? "";
  const text = `${outcome.problem.title} ${word("went_back", { list: name })}`;
  const line = document.createElement("div");
  line.className = "tile__refusal";
  line.append(Object.assign(document.createElement("p"), { textContent: text }));
  if (outcome.problem.may_insist) {
    const anyway = Object.assign(document.createElement("button"), { type: "button", textContent: word("move_anyway") });
    anyway.addEventListener("click", () => again({ insist: 1 }));
    line.firstChild.append(" ", anyway);
  }
  element.classList.add("tile--refused");
  element.append(line);
  element.scrollIntoView({ block: "nearest", inline: "nearest" });
  sayNow(text);
}

function clearRefusal(element) {
  element.classList.remove("tile--refused");
  element.querySelector(".tile__refusal")?.remove();
}

document.addEventListener("pointerdown", ({ target }) => {
  const tile = target.closest?.(".tile--refused");
  if (tile && !target.closest("button")) clearRefusal(tile);
});

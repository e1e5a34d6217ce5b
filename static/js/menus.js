/** Menus: arrows, Home, End and the first letters of a row; a search field; boxes that are sent one by one. */

import { refuse } from "./refusals.js";
import { send } from "./send.js";

const PAUSE = 700;
let typed = "";
let typedAt = 0;

function rowsOf(menu) {
  return [...menu.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea")].filter(
    (each) => !each.disabled && each.checkVisibility({ visibilityProperty: true }),
  );
}

function step(menu, key) {
  const rows = rowsOf(menu);
  const at = rows.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[key];
  rows.at(to % rows.length)?.focus();
}

function typeAhead(menu, letter) {
  const now = Date.now();
  typed = now - typedAt > PAUSE ? letter : typed + letter;
  typedAt = now;
  const rows = rowsOf(menu);
  const from = rows.indexOf(document.activeElement) + (typed.length > 1 ? 0 : 1);
  const found = [...rows.slice(from), ...rows.slice(0, from)].find((row) => textOf(row).startsWith(fold(typed)));
  found?.focus();
}

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").trim().toLowerCase();
const textOf = (row) => fold((row.closest("label") ?? row).textContent);

function narrow(menu, words) {
  for (const row of menu.querySelectorAll("label.menu__row")) row.hidden = !textOf(row).includes(fold(words));
}

async function toggle(box) {
  const wanted = box.checked;
  const outcome = await send(wanted ? "PUT" : "DELETE", box.dataset.toggle);
  if (outcome.ok) return;
  box.checked = !wanted;
  refuse(outcome, () => {
    box.checked = wanted;
    toggle(box);
  });
}

document.addEventListener("toggle", ({ target, newState }) => {
  if (newState !== "open" || !target.matches("[data-menu]")) return;
  const find = target.querySelector("[data-find]");
  if (find) {
    find.value = "";
    narrow(target, "");
  }
  // On a touch screen a focused search field would bring up the keyboard over the menu.
  const first = matchMedia("(pointer: coarse)").matches ? null : find;
  (first ?? target.querySelector("[data-first]") ?? rowsOf(target).find((row) => row !== find))?.focus();
}, true);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("[data-menu]:popover-open");
  if (!menu || event.ctrlKey || event.altKey || event.metaKey) return;
  const isField = event.target.matches("input:not([type=checkbox], [type=radio]), select, textarea");
  const isSteering = ["ArrowDown", "ArrowUp"].includes(event.key) || (!isField && ["Home", "End"].includes(event.key));
  if (isSteering && !(isField && !event.target.matches("[data-find]"))) step(menu, event.key);
  else if (!isField && event.key.length === 1 && event.key !== " ") typeAhead(menu, event.key);
  else if (event.key === "Enter" && event.target.matches("input[type=checkbox]")) event.target.click();
  else return;
  event.preventDefault();
});

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-find]")) narrow(target.closest("[data-menu]"), target.value);
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-toggle]")) toggle(target);
});

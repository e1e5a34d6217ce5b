/** A card in a dialog over its board: the card's own address, and Back as the way out. */

import { refuse } from "./refusals.js";
import { send } from "./send.js";
import { raiseInto } from "./toasts.js";

const dialog = document.querySelector("[data-card-dialog]");
const afterName = document.title.slice(document.title.lastIndexOf(" · "));
const ADDRESS = /^\/cards\/(\d+)$/;
const CURRENT = 200;

let holder = null;
let shown = null;
let wanted = null;
let early = null;
let order = 0;

/** The id of the card in the open dialog, or null. */
export function cardInDialog() {
  return dialog?.open ? shown : null;
}

/** Open a card over the board; from within the dialog it takes the place of the one before. */
export async function openCard(id) {
  const how = dialog.open ? "replaceState" : "pushState";
  history[how]({ card: id }, "", `/cards/${id}`);
  await show(id);
}

async function show(id) {
  wanted = id;
  const path = `/cards/${id}`;
  const fetched = early?.path === path ? early.answer : null;
  early = null;
  const skeleton = setTimeout(() => reveal(id, true), CURRENT);
  const outcome = await send("GET", path, {
    target: holder,
    swap: "innerHTML",
    ...(fetched && { fetch: () => fetched }),
  });
  clearTimeout(skeleton);
  if (wanted !== id) return;
  if (outcome.ok) return reveal(id, false);
  refuse(outcome, () => show(id));
  if (!outcome.leaving) history.back();
  return undefined;
}

function reveal(id, isWaiting) {
  shown = id;
  order = indexOf(id);
  dialog.toggleAttribute("aria-busy", isWaiting);
  if (isWaiting) holder.replaceChildren();
  if (!dialog.open) {
    dialog.showModal();
    raiseInto(dialog);
  }
  if (isWaiting) return;
  const name = document.getElementById(`card_${id}_name`);
  dialog.setAttribute("aria-labelledby", name.id);
  entitle();
  name.tabIndex = -1;
  name.focus();
  for (const button of holder.querySelectorAll("[data-step]")) {
    button.disabled = !neighbour(Number(button.dataset.step));
  }
}

function entitle() {
  const name = document.getElementById(`card_${shown}_name`);
  const board = document.querySelector(".bar__title").textContent + afterName;
  document.title = name ? `${name.textContent} · ${board}` : board;
}

function hide() {
  if (!dialog.open) return;
  const id = shown;
  wanted = shown = null;
  raiseInto(document.body);
  dialog.close();
  holder.replaceChildren();
  entitle();
  focusAfter(id);
}

// Back to the card, or to what stands where it stood.
function focusAfter(id) {
  const tiles = [...document.querySelectorAll(".tile[data-card]")];
  const tile = document.getElementById(`card_${id}`) ?? tiles[Math.min(order, tiles.length - 1)];
  const link = tile?.querySelector("h3 a") ?? document.querySelector(".list__head summary");
  link?.focus({ preventScroll: Boolean(tile) });
  tile?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

const indexOf = (id) => [...document.querySelectorAll(".tile[data-card]")].findIndex((tile) => tile.dataset.card === id);

function neighbour(by) {
  return document.querySelectorAll(".tile[data-card]")[indexOf(shown) + by]?.dataset.card;
}

function cardOf(event) {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return null;
  const link = event.target.closest?.("a[href]");
  if (!link || link.target) return null;
  return ADDRESS.exec(link.getAttribute("href"))?.[1];
}

function settle() {
  const id = ADDRESS.exec(location.pathname)?.[1];
  if (!id) hide();
  else if (id !== shown) show(id);
}

if (dialog) {
  holder = document.createElement("div");
  holder.className = "card-dialog__holder";
  dialog.append(holder);

  document.addEventListener("click", (event) => {
    const id = cardOf(event);
    if (id) {
      event.preventDefault();
      openCard(id);
    }
    const step = event.target.closest("[data-step]");
    const next = step && neighbour(Number(step.dataset.step));
    if (next) openCard(next);
    const close = event.target.closest(".card__close");
    if (close || event.target === dialog) history.back();
  });

  // By the time the finger is up again the card is on its way.
  document.addEventListener("pointerdown", (event) => {
    const id = event.pointerType === "mouse" ? cardOf(event) : null;
    if (!id) return;
    const path = `/cards/${id}`;
    early = { path, answer: fetch(path, { headers: { "HX-Request": "true" } }) };
    early.answer.catch(() => { early = null; });
  });
  // A press that became a drag opens nothing, and what it fetched would be old the next time. A click comes first.
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => setTimeout(() => { early = null; }), { capture: true });
  }

  document.addEventListener("live:accepted", ({ detail: { form } }) => {
    if (dialog.open && form.getAttribute("action") === `/cards/${shown}?_method=delete`) history.back();
  });
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog) return;
    event.preventDefault();
    history.back();
  });
  dialog.addEventListener("close", () => {
    if (shown && ADDRESS.test(location.pathname)) history.back();
  });
  // The names of the board and of the card change by a rename, an answer, an undo, a refusal.
  const names = new MutationObserver(entitle);
  for (const around of [document.querySelector(".bar"), holder]) {
    names.observe(around, { childList: true, characterData: true, subtree: true });
  }
  addEventListener("popstate", settle);
}

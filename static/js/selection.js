/** Choosing a card by arrows, or h j k: the chosen card is the one with the focus. */

import { onKey } from "./keys.js";
import { more } from "./more.js";

let lastTile = null;

/** The card that keys are about: the one with the focus, else the one under the pointer. */
export function currentTile() {
  const focused = document.activeElement.closest(".tile[data-card]");
  return focused ?? document.querySelector(".tile[data-card]:hover");
}

/** Put the focus on a card's link, and the card into view. */
export function choose(tile) {
  tile.querySelector("h3 a").focus({ preventScroll: true });
  tile.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** The direction of a key on the page: left and right change sides where one reads from the right. */
export function directionOf(key) {
  const name = { h: "ArrowLeft", j: "ArrowDown", k: "ArrowUp" }[key] ?? key;
  if (document.documentElement.dir !== "rtl") return name;
  return { ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" }[name] ?? name;
}

const headOf = (list) => list.querySelector(".list__head summary, .list__head button");
const tilesOf = (list) => [...list.querySelectorAll(".tile[data-card]")];

function beginning() {
  if (lastTile?.isConnected) return choose(lastTile);
  const first = document.querySelector(".tile[data-card]");
  if (first) choose(first);
  return undefined;
}

function vertical(list, tile, by) {
  const tiles = tilesOf(list);
  const at = tile ? tiles.indexOf(tile) : -1;
  const next = tiles[at + by];
  if (next) choose(next);
  else if (by < 0) headOf(list)?.focus();
  if (at + by >= tiles.length - 2) more(list);
}

function sideways(list, tile, by) {
  const lists = [...document.querySelectorAll(".list[data-list]")];
  for (let at = lists.indexOf(list) + by; lists[at]; at += by) {
    if (!tile) return headOf(lists[at])?.focus();
    const nearest = nearestTo(middleOf(tile), tilesOf(lists[at]));
    if (nearest) return choose(nearest);
  }
  return undefined;
}

const middleOf = (element) => {
  const { top, bottom } = element.getBoundingClientRect();
  return (top + bottom) / 2;
};

function nearestTo(height, tiles) {
  const distance = (tile) => Math.abs(middleOf(tile) - height);
  return tiles.reduce((best, tile) => (best && distance(best) <= distance(tile) ? best : tile), null);
}

function step(event) {
  const active = document.activeElement;
  const list = active.closest(".list[data-list]");
  if (!list && active !== document.body && active.id !== "main") return false;
  if (!list) return beginning();
  const tile = active.closest(".tile[data-card]");
  if (!tile && !active.closest(".list__head")) return false;
  const direction = directionOf(event.key);
  if (direction === "ArrowUp") return vertical(list, tile, -1);
  if (direction === "ArrowDown") return vertical(list, tile, 1);
  return sideways(list, tile, direction === "ArrowLeft" ? -1 : 1);
}

function edge(event) {
  const list = document.activeElement.closest(".tile[data-card]")?.closest(".list");
  if (!list) return false;
  return choose(tilesOf(list).at(event.key === "Home" ? 0 : -1));
}

onKey(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "h", "j", "k"], step);
onKey(["Home", "End"], edge);
onKey("Escape", () => {
  if (!document.activeElement.closest(".tile")) return false;
  return document.activeElement.blur();
});

document.addEventListener("focusin", ({ target }) => {
  lastTile = target.closest(".tile[data-card]") ?? lastTile;
});

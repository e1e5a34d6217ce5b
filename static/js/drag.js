/** Dragging cards, lists, items and checklists by mouse and finger, with SortableJS. */

import { letGo, take } from "./hands.js";
import { commit, endOf, placeOf, putBack } from "./moves.js";
import { place } from "./place.js";

const mayEdit = document.body.dataset.role !== "observer";
const isCoarse = matchMedia("(pointer: coarse)");
const SNAP = 350;
const SNAP_AGAIN = 1000;
const EDGE = 40;
const ZONES = [
  { box: "[data-cards]", draggable: ".tile[data-card]", group: "cards" },
  { box: "[data-lists]", draggable: ".list[data-list]", group: "lists", handle: ".list__head" },
  { box: "[data-items]", draggable: ".item[data-item]", group: "items", handle: "[data-handle]" },
  { box: ".checklists", draggable: ".checklist[data-checklist]", group: "checklists", handle: ".checklist__head" },
];
const NOT_FROM = "button, input, textarea, select, summary, [popover], .rename[open], .composer-place";

const sorted = new WeakSet();
let dragged = null;
let loading = null;

/** Have SortableJS at hand. */
export function ready() {
  loading ??= window.Sortable ? Promise.resolve() : import("../vendor/Sortable.min.js");
  return loading;
}

function sortAll() {
  if (!window.Sortable || !mayEdit) return;
  for (const zone of ZONES) {
    for (const box of document.querySelectorAll(zone.box)) {
      if (sorted.has(box)) continue;
      sorted.add(box);
      sort(box, zone);
    }
  }
}

function sort(box, { draggable, group, handle }) {
  window.Sortable.create(box, {
    group,
    draggable,
    handle,
    filter: handle ? "button, input, textarea, [popover], .rename[open]" : NOT_FROM,
    preventOnFilter: false,
    forceFallback: true,
    // What is under a dialog's glass cannot show the thing in the air.
    fallbackOnBody: !box.closest("dialog"),
    fallbackTolerance: 4,
    delay: 300,
    delayOnTouchOnly: true,
    touchStartThreshold: 8,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 180,
    easing: "cubic-bezier(.2, .8, .2, 1)",
    ghostClass: `${group === "lists" ? "list" : "tile"}--ghost`,
    dragClass: `${group === "lists" ? "list" : "tile"}--dragged`,
    scrollSensitivity: 56,
    scrollSpeed: 22,
    bubbleScroll: true,
    forceAutoScrollFallback: true,
    scrollFn: (x, y, event, touch, target) => (isCoarse.matches && target?.matches("[data-lists]") ? undefined : "continue"),
    onChoose: chosen,
    onUnchoose: released,
    onStart: started,
    onEnd: ended,
  });
}

function chosen({ item, originalEvent }) {
  document.querySelector(".tile__tools")?.remove();
  dragged = { item, origin: placeOf(item), isTouch: isTouch(originalEvent), isStarted: false, isCancelled: false };
  if (dragged.isTouch) navigator.vibrate?.(10);
}

const isTouch = (event) => event?.pointerType === "touch" || event?.type?.startsWith("touch");

function started() {
  dragged.isStarted = true;
  take();
  document.body.classList.add("is-dragging");
  const strip = document.querySelector("[data-lists]");
  // Snapping would pull the strip from under the finger.
  if (strip) strip.style.scrollSnapType = "none";
}

// A long press that lets go without having moved asks for places to tap.
function released() {
  if (!dragged || dragged.isStarted) return;
  const { item, isTouch: byTouch } = dragged;
  dragged = null;
  if (!byTouch || !item.matches(".tile")) return;
  swallowClick();
  place(item);
}

function ended({ item }) {
  const { origin, isCancelled, at, snapping } = dragged;
  clearTimeout(snapping);
  letGo();
  document.body.classList.remove("is-dragging");
  const strip = document.querySelector("[data-lists]");
  if (strip) strip.style.scrollSnapType = "";
  dragged = null;
  if (isCancelled || isOutside(item, at)) return void putBack(item, origin);
  // SortableJS knows nothing of what stands after the last of them.
  const end = endOf(item.parentElement);
  if (end && end.compareDocumentPosition(item) & Node.DOCUMENT_POSITION_FOLLOWING) end.before(item);
  commit(item, origin);
}

function isOutside(item, at) {
  if (!at) return false;
  const frame = item.closest("[data-lists], .checklists").getBoundingClientRect();
  return at.x < frame.left - EDGE || at.x > frame.right + EDGE || at.y < frame.top - EDGE || at.y > frame.bottom + EDGE;
}

function cancel() {
  if (!dragged?.isStarted) return;
  dragged.isCancelled = true;
  document.dispatchEvent(new PointerEvent("pointercancel", { bubbles: true }));
}

function swallowClick() {
  const swallow = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 300);
}

/** On a phone the strip goes on to the next list while the finger rests at its side. */
function snapAtEdge(x) {
  const by = x < EDGE ? -1 : x > innerWidth - EDGE ? 1 : 0;
  if (by === dragged.edge) return;
  dragged.edge = by;
  clearTimeout(dragged.snapping);
  if (by) dragged.snapping = setTimeout(turn, SNAP, by);
}

function turn(by) {
  if (!dragged?.isStarted) return;
  const strip = document.querySelector("[data-lists]");
  strip.scrollBy({ left: by * (strip.querySelector(".list").offsetWidth + 12), behavior: "smooth" });
  dragged.snapping = setTimeout(turn, SNAP_AGAIN, by);
}

function follow(event) {
  if (!dragged?.isStarted) return;
  const point = event.touches?.[0] ?? event;
  dragged.at = { x: point.clientX, y: point.clientY };
  if (event.touches?.length > 1) cancel();
  else if (isCoarse.matches && dragged.item.matches(".tile")) snapAtEdge(point.clientX);
}

document.addEventListener("pointermove", follow, { passive: true });
document.addEventListener("touchmove", follow, { passive: true });
document.addEventListener("touchstart", (event) => event.touches.length > 1 && cancel(), { passive: true });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !dragged?.isStarted) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  cancel();
}, true);

// Lists come and go: whatever can be sorted is made so when a pointer comes down, before it gets there.
document.addEventListener("pointerdown", (event) => {
  if (window.Sortable) return sortAll();
  // The first one comes before SortableJS: it is told of it once it is there, if it is not over by then.
  const over = new AbortController();
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => over.abort(), { signal: over.signal });
  return ready().then(() => {
    sortAll();
    if (!over.signal.aborted) event.target.dispatchEvent(new PointerEvent("pointerdown", event));
    over.abort();
  });
}, { capture: true, passive: true });

document.addEventListener("pointerover", ({ target }) => {
  if (target.closest?.("[data-handle]")) ready();
}, { passive: true });

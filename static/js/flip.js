/** Cards that glide to their new place instead of jumping there. */

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const MOVED = ".tile, .list, .item, .checklist";

/** Where the movable things on screen are now, by id. */
export function measure() {
  const places = new Map();
  if (calm.matches) return places;
  for (const box of document.querySelectorAll("[data-cards], [data-lists], [data-items], .checklists")) {
    const frame = box.getBoundingClientRect();
    if (frame.right < 0 || frame.left > innerWidth) continue;
    for (const element of box.children) {
      if (!element.id || !element.matches(MOVED)) continue;
      const place = element.getBoundingClientRect();
      if (place.top > innerHeight) break;
      if (place.bottom >= 0) places.set(element.id, place);
    }
  }
  return places;
}

/** Let everything that stands elsewhere than it was measured glide there. */
export function glide(places) {
  for (const [id, was] of places) {
    const element = document.getElementById(id);
    if (!element) continue;
    const is = element.getBoundingClientRect();
    const [x, y] = [was.left - is.left, was.top - is.top];
    if (!x && !y) continue;
    element.animate([{ translate: `${x}px ${y}px` }, { translate: "none" }], {
      duration: 180,
      easing: "cubic-bezier(.2, .8, .2, 1)",
    });
  }
}

/** Change the page, gliding. */
export function flip(change) {
  const places = measure();
  change();
  glide(places);
}

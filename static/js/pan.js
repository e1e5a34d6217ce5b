/** The board moves sideways by the wheel over its canvas, and by a hand that takes hold of it. */

const strip = document.querySelector("[data-lists]");
const isCanvas = (target) => target === strip || target.matches?.(".board__add");

strip?.addEventListener("wheel", (event) => {
  if (event.ctrlKey || event.shiftKey || event.deltaX || !isCanvas(event.target)) return;
  event.preventDefault();
  strip.scrollLeft += event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
}, { passive: false });

strip?.addEventListener("pointerdown", (event) => {
  if (event.pointerType !== "mouse" || event.button || !isCanvas(event.target)) return;
  // The scroll bar is the strip's too, and has its own way.
  if (event.offsetY > strip.clientHeight) return;
  const from = event.clientX + strip.scrollLeft;
  const done = new AbortController();
  strip.classList.add("board__lists--held");
  strip.setPointerCapture(event.pointerId);
  strip.addEventListener("pointermove", ({ clientX }) => { strip.scrollLeft = from - clientX; }, { signal: done.signal });
  for (const end of ["pointerup", "pointercancel"]) {
    strip.addEventListener(end, () => {
      strip.classList.remove("board__lists--held");
      done.abort();
    }, { signal: done.signal });
  }
});

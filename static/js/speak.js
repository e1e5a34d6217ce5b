/** Saying things to those who listen: two live regions that are there from the start. */

/** Say something when there is a pause. */
export function say(text) {
  fill("say_politely", text);
}

/** Say something at once. */
export function sayNow(text) {
  fill("say_now", text);
}

function fill(id, text) {
  const region = document.getElementById(id);
  if (!region) return;
  // The same words twice would be no change, and so not be said again.
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}

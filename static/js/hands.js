/** Whether something is in somebody's hands: what the server has to say about the page waits until it is put down. */

let free = Promise.resolve();
let letFree = null;

/** Something has been picked up. */
export function take() {
  if (!letFree) free = new Promise((resolve) => { letFree = resolve; });
}

/** It has been put down. */
export function letGo() {
  letFree?.();
  letFree = null;
}

/** Resolves when nothing is held. */
export function handsFree() {
  return free;
}

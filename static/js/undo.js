/** Undo and redo one's own last change on the board: Z, Shift+Z, and as everywhere with Ctrl or Command. */

import { isTyping, onKey } from "./keys.js";
import { refuse } from "./refusals.js";
import { inLine, send } from "./send.js";

const { board } = document.body.dataset;
let isUnderWay = false;

async function reverse(values) {
  // Held down, the key must not undo more than was meant.
  if (isUnderWay) return;
  isUnderWay = true;
  // The last change may still be on its way.
  await inLine();
  const outcome = await send("POST", `/boards/${board}/reversals`, { values: { once: crypto.randomUUID(), ...values } });
  isUnderWay = outcome.leaving;
  if (!outcome.ok) refuse(outcome, (more) => reverse({ ...values, ...more }));
}

const undo = () => reverse({});
const redo = () => reverse({ redo: 1 });

if (board) {
  onKey("z", undo);
  onKey("Z", redo);
  document.addEventListener("keydown", (event) => {
    const { code, key, shiftKey, ctrlKey, metaKey, altKey, target } = event;
    if (event.defaultPrevented || altKey || !(ctrlKey || metaKey) || isTyping(target)) return;
    const isZ = key.toLowerCase() === "z" || (code === "KeyZ" && !/^[a-z]$/i.test(key));
    if (!isZ && !(key === "y" && ctrlKey)) return;
    event.preventDefault();
    (shiftKey || !isZ ? redo : undo)();
  });
}

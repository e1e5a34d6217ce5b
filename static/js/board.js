/** The board's page. */

import "./shell.js";
import "./composer.js";
import "./dialog.js";
import "./more.js";
import "./selection.js";
import { isTyping } from "./keys.js";

const whenIdle = window.requestIdleCallback ?? ((run) => setTimeout(run, 500));
const early = [];
let rest = null;

function fetchRest() {
  rest ??= import("./later.js").then(() => {
    removeEventListener("keydown", hold);
    // A key that came before what it is for is pressed once more, now that that is there.
    for (const event of early) {
      if (!event.defaultPrevented) event.target.dispatchEvent(new KeyboardEvent("keydown", event));
    }
  });
}

function hold(event) {
  if (!isTyping(event.target)) early.push(event);
  fetchRest();
}

addEventListener("keydown", hold);
addEventListener("load", () => whenIdle(fetchRest));
for (const sign of ["pointerover", "pointerdown"]) addEventListener(sign, fetchRest, { once: true, passive: true });
if (matchMedia("(max-width: 719px)").matches) fetchRest();

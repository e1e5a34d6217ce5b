/** The board's page. */

import "./shell.js";
import "./composer.js";
import "./dialog.js";
import "./more.js";
import "./selection.js";

const whenIdle = window.requestIdleCallback ?? ((run) => setTimeout(run, 500));
let rest = null;

function fetchRest() {
  rest ??= import("./later.js");
  return rest;
}

// A key that comes before what it is for is pressed once more when that is there.
function early(event) {
  if (event.type === "keydown" && !rest) fetchRest().then(() => event.target.dispatchEvent(new KeyboardEvent("keydown", event)));
  else fetchRest();
}

addEventListener("load", () => whenIdle(fetchRest));
for (const sign of ["pointerover", "pointerdown", "keydown"]) addEventListener(sign, early, { once: true, passive: true });
if (matchMedia("(max-width: 719px)").matches) fetchRest();

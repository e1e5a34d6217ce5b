/** A card on its own page. */

import "./shell.js";
import "./composer.js";
import "./editors.js";

// Putting things in order is for whoever reaches for them.
const fetchRest = () => Promise.all([import("./drag.js"), import("./items.js")]);
for (const sign of ["pointerover", "pointerdown", "keydown"]) addEventListener(sign, fetchRest, { once: true, passive: true });

/** The board's page. */

import "./shell.js";
import "./card_keys.js";
import "./carry.js";
import "./composer.js";
import "./dialog.js";
import "./items.js";
import "./more.js";
import "./place.js";
import "./selection.js";
import "./tabs.js";
import "./tools.js";
import { ready } from "./drag.js";

// SortableJS is for whoever has begun to look around, not for the first picture.
const whenIdle = window.requestIdleCallback ?? ((run) => setTimeout(run, 500));
if (document.body.dataset.role !== "observer") addEventListener("load", () => whenIdle(ready));

/** What the board's first picture can do without: it comes when the page is idle, or when a hand or a key stirs. */

import "./card_keys.js";
import "./carry.js";
import "./editors.js";
import "./items.js";
import "./pan.js";
import "./place.js";
import "./preferences.js";
import "./tabs.js";
import "./tools.js";
import { ready } from "./drag.js";

// SortableJS is for whoever may change something.
if (document.body.dataset.role !== "observer") ready();

/** What every page has: forms that stay on the page, menus, toasts, names to change, days in words, keys. */

import "./dates.js";
import "./drafts.js";
import "./live.js";
import "./menus.js";
import "./rename.js";
import "./swaps.js";
import "./ticks.js";
import "./undo.js";
import { onKey } from "./keys.js";

document.getElementById("me_menu")?.addEventListener("beforetoggle", () => import("./preferences.js"), { once: true });

onKey("?", () => document.getElementById("keys_help")?.showPopover());

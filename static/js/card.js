/** A card on its own page. */

import "./shell.js";
import "./composer.js";
import "./drag.js";
import "./editors.js";
import "./items.js";
import "./preferences.js";

/** A card on its own page. */

import "./shell.js";
import "./composer.js";
import "./drag.js";
import "./items.js";

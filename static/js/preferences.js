/** How this person wants the page, at once and kept on the server: theme, labels, keys. */

import { onKey } from "./keys.js";
import { refuse } from "./refusals.js";
import { send } from "./send.js";

const { body, documentElement: root } = document;

function show(values) {
  if (values.has("theme")) root.dataset.theme = values.get("theme");
  if (values.has("label_style")) body.dataset.labels = values.get("label_style");
  if (values.has("label_patterns")) body.toggleAttribute("data-patterns", lastOf(values, "label_patterns") === "1");
  if (values.has("single_keys")) {
    if (lastOf(values, "single_keys") === "1") delete body.dataset.keys;
    else body.dataset.keys = "off";
  }
}

const lastOf = (values, name) => values.getAll(name).at(-1);

async function keep(values) {
  const outcome = await send("PUT", "/preferences", { values: Object.fromEntries(values) });
  if (!outcome.ok) refuse(outcome, () => keep(values));
}

document.addEventListener("change", ({ target }) => {
  const form = target.closest("[data-autosend]")?.closest("form");
  if (!form) return;
  const values = new FormData(form);
  values.delete("csrf_token");
  show(values);
  // Only the last value of a name counts: a box that is ticked follows its hidden "no".
  keep(values);
});

onKey(";", () => {
  const values = new FormData();
  values.set("label_style", body.dataset.labels === "bars" ? "names" : "bars");
  show(values);
  keep(values);
});

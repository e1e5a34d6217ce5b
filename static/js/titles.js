/** A card's title, changed where it stands: on its tile, or in its dialog. */

import { beside } from "./refusals.js";
import { send } from "./send.js";
import { word } from "./words.js";

/** Turn a card's title into its field. */
export function retitle(id) {
  const inDialog = document.querySelector(`#card_dialog[open] #card_${id}_title details`);
  if (inDialog) {
    inDialog.open = true;
    return;
  }
  const tile = document.getElementById(`card_${id}`);
  if (tile && !tile.querySelector("form")) edit(tile);
}

function edit(tile) {
  const heading = tile.querySelector("h3");
  const words = heading.querySelector("a").lastChild;
  const form = document.createElement("form");
  const field = Object.assign(document.createElement("textarea"), {
    className: "input input--small tile__field",
    value: words.textContent,
    defaultValue: words.textContent,
    maxLength: 512,
    rows: 1,
    dir: "auto",
  });
  field.setAttribute("aria-label", word("rename_card"));
  form.append(field);
  heading.hidden = true;
  heading.after(form);
  field.select();

  const leave = () => {
    form.remove();
    heading.hidden = false;
  };
  const save = async () => {
    const title = field.value.trim();
    if (!title || title === words.textContent) return leave();
    const outcome = await send("PATCH", `/cards/${tile.dataset.card}`, { values: { title } });
    if (outcome.ok) return leave();
    return beside(field, outcome.problem?.title ?? word("no_server"));
  };
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") leave();
    else if (event.key === "Enter") save();
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") heading.querySelector("a").focus();
  });
  field.addEventListener("blur", () => form.isConnected && document.hasFocus() && !field.ariaInvalid && save());
}

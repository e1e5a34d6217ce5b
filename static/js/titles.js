/** A card's title, changed where it stands: on its tile, or in its dialog. */

import { disclose } from "./disclose.js";
import { beside } from "./refusals.js";
import { send } from "./send.js";
import { word } from "./words.js";

/** Turn a card's title into its field. */
export function retitle(id) {
  const inDialog = document.querySelector(`#card_dialog[open] #card_${id}_title details`);
  if (inDialog) {
    disclose(inDialog);
    return;
  }
  const tile = document.getElementById(`card_${id}`);
  if (tile && !tile.querySelector("form")) edit(tile);
}

function edit(tile, text = null) {
  const heading = tile.querySelector("h3");
  const words = heading.querySelector("a").lastChild;
  const before = words.textContent;
  const form = document.createElement("form");
  const field = Object.assign(document.createElement("textarea"), {
    className: "input input--small tile__field",
    value: text ?? before,
    maxLength: Number(document.body.dataset.titleMax),
    rows: 1,
    dir: "auto",
  });
  let isOpen = true;
  field.setAttribute("aria-label", word("rename_card"));
  form.append(field);
  tile.querySelector(".tile__tools")?.remove();
  heading.hidden = true;
  heading.after(form);
  field.select();

  function leave() {
    isOpen = false;
    form.remove();
    heading.hidden = false;
  }

  async function save() {
    const title = field.value.trim();
    leave();
    if (!title || title === before) return;
    words.textContent = title;
    const outcome = await send("PATCH", `/cards/${tile.dataset.card}`, { values: { title } });
    if (outcome.ok || outcome.leaving) return;
    words.textContent = before;
    beside(edit(tile, title), outcome.problem?.title ?? word("no_server"));
  }

  field.addEventListener("keydown", (event) => {
    if (event.isComposing || !["Escape", "Enter"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    (event.key === "Enter" ? save : leave)();
    heading.querySelector("a").focus();
  });
  field.addEventListener("blur", () => isOpen && document.hasFocus() && save());
  return field;
}

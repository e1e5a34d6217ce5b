/** Names that turn into their own field: `details[data-rename]`. Enter and leaving save, Escape restores. */

import { disclose } from "./disclose.js";
import { sendForm } from "./live.js";

const fieldOf = (details) => details.querySelector("textarea, input:not([type=hidden])");
const aroundOf = (target) => target.closest?.("details[data-rename][open]");

function save(details) {
  const field = fieldOf(details);
  if (!field.value.trim() || field.value === field.defaultValue) restore(details);
  else {
    nameOf(details).textContent = field.value.trim();
    sendForm(field.form);
  }
}

function restore(details, { focus = details.contains(document.activeElement) } = {}) {
  const field = fieldOf(details);
  field.form.reset();
  details.open = false;
  if (focus) details.querySelector("summary").focus();
}

// The words that stand for the field while it is closed.
function nameOf(details) {
  return details.querySelector("summary").firstElementChild;
}

document.addEventListener("keydown", (event) => {
  const details = aroundOf(event.target);
  if (!details || event.target !== fieldOf(details) || event.isComposing) return;
  if (event.key === "Escape") restore(details, { focus: true });
  else if (event.key === "Enter" && !event.shiftKey) save(details);
  else return;
  // The dialog around it must not close as well.
  event.preventDefault();
  event.stopPropagation();
});

document.addEventListener("focusout", (event) => {
  const details = aroundOf(event.target);
  if (!details || event.target !== fieldOf(details)) return;
  if (event.relatedTarget ? details.contains(event.relatedTarget) : !document.hasFocus()) return;
  save(details);
});

document.addEventListener("live:refused", ({ target }) => {
  const details = target.closest?.("details[data-rename]");
  if (!details) return;
  nameOf(details).textContent = fieldOf(details).defaultValue;
  details.open = true;
});

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close]");
  const around = close && aroundOf(close);
  if (around) restore(around, { focus: true });

  const link = event.target.closest("[data-rename-of]");
  const named = link && document.getElementById(link.dataset.renameOf)?.closest("details");
  if (!named) return;
  event.preventDefault();
  link.closest("[popover]")?.hidePopover();
  disclose(named);
});

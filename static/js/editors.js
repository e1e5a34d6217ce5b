/** Editors of Markdown: `details[data-editor]`, previews, and the boxes of a text that tick. */

import { disclose } from "./disclose.js";
import { forget, keep } from "./drafts.js";
import { send } from "./send.js";
import { word } from "./words.js";

const aroundOf = (target) => target.closest?.("details[data-editor][open]");

function close(details) {
  details.open = false;
  details.querySelector("summary").focus();
}

async function preview(form, button) {
  const field = form.querySelector("textarea");
  const pane = form.querySelector("[data-preview-pane]");
  const isShown = Boolean(button.dataset.preview);
  for (const each of form.querySelectorAll("[data-write], [data-preview]")) {
    each.setAttribute("aria-pressed", String(each === button));
  }
  if (isShown) {
    pane.textContent = word("loading");
    await send("POST", button.dataset.preview, { values: { text: field.value }, target: pane, swap: "innerHTML" });
  }
  field.hidden = isShown;
  pane.hidden = !isShown;
  if (!isShown) field.focus();
}

document.addEventListener("keydown", (event) => {
  const details = event.key === "Escape" && event.target.matches("textarea") && aroundOf(event.target);
  if (!details) return;
  // Closed, not thrown away: what was typed is a draft now.
  keep(event.target);
  close(details);
  event.preventDefault();
  event.stopPropagation();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-write], [data-preview]");
  if (button?.form) preview(button.form, button);
  // The text itself opens its editor too, unless one was about to copy from it.
  const text = event.target.closest(".prose");
  const editor = text?.closest("section").querySelector(":scope > details[data-editor]");
  if (editor && !event.target.closest("a, button") && getSelection().isCollapsed) disclose(editor);
  const details = event.target.closest("form [data-close]") && aroundOf(event.target);
  if (!details) return;
  const form = details.querySelector("form");
  form.reset();
  forget(form);
  close(details);
});

// A comment's field gets its buttons below it when one writes, and keeps them until a click elsewhere
// has ended: closing at once it would draw away what that click was meant for.
document.addEventListener("focusin", ({ target }) => {
  const form = target.closest(".editor--comment");
  if (!form) return;
  form.dataset.writing = "";
  form.scrollIntoView({ block: "nearest" });
});

document.addEventListener("click", () => {
  for (const form of document.querySelectorAll("[data-writing]")) {
    if (!form.contains(document.activeElement)) delete form.dataset.writing;
  }
});

document.addEventListener("live:accepted", ({ target }) => {
  const write = target.querySelector?.("[data-write]");
  if (write?.getAttribute("aria-pressed") === "false") preview(target, write);
});

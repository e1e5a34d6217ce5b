/** What was typed and not sent, kept on this device: it survives closing, reloading and signing in again. */

import { linkButton } from "./refusals.js";
import { word } from "./words.js";

const FIELDS = "[data-draft], .composer__text";
const PAUSE = 300;
const timers = new Map();

/** Forget the drafts of a form: they have arrived. */
export function forget(form) {
  for (const field of form.querySelectorAll(FIELDS)) {
    clearTimeout(timers.get(field));
    timers.delete(field);
    localStorage.removeItem(keyOf(field));
    form.querySelector("[data-draft-note]")?.remove();
  }
}

/** Keep what a field holds now. */
export function keep(field) {
  timers.delete(field);
  if (!field.form) return;
  if (!field.value.trim() || field.value === field.defaultValue) localStorage.removeItem(keyOf(field));
  else localStorage.setItem(keyOf(field), JSON.stringify({ text: field.value, base: field.form.elements.base?.value }));
}

function keyOf(field) {
  const path = field.form.getAttribute("action").split("?")[0];
  return `draft ${document.body.dataset.me} ${path} ${field.name}`;
}

function restore(field) {
  const kept = localStorage.getItem(keyOf(field));
  if (!kept || field.value !== field.defaultValue) return;
  const { text, base } = JSON.parse(kept);
  if (text === field.value) {
    localStorage.removeItem(keyOf(field));
    return;
  }
  field.value = text;
  if (base && field.form.elements.base) field.form.elements.base.value = base;
  if (field.matches("[data-draft]")) note(field);
}

function note(field) {
  const line = document.createElement("p");
  line.className = "field__hint";
  line.dataset.draftNote = "";
  line.append(word("draft_kept"), " ", linkButton(word("discard"), () => {
    field.form.reset();
    forget(field.form);
    field.focus();
  }));
  field.after(line);
}

function restoreIn(root) {
  for (const field of root.querySelectorAll(FIELDS)) restore(field);
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches(FIELDS) || !target.form) return;
  clearTimeout(timers.get(target));
  timers.set(target, setTimeout(keep, PAUSE, target));
});

// A page that goes away, to sign in again or for good, takes nothing with it.
addEventListener("pagehide", () => {
  for (const field of [...timers.keys()]) keep(field);
});

document.addEventListener("htmx:after:process", ({ target }) => {
  if (target instanceof Element) restoreIn(target);
});
restoreIn(document);

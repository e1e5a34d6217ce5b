/** Showing why something was refused, where it happened, and the ways out. What was typed stays. */

import { sayNow } from "./speak.js";
import { toast } from "./toasts.js";
import { word } from "./words.js";

/**
 * Show why the server did not do what was asked. `again(values)` sends the same once more.
 * With a form, the sentence stands beside the field it is about.
 */
export function refuse(outcome, again, form = null) {
  if (outcome.leaving) return;
  if (outcome.lost) {
    offer(word(form ? "no_server" : "not_saved"), [[word("try_again"), () => again()]]);
    return;
  }
  const problem = outcome.problem ?? { title: word("failed") };
  const anyway = problem.may_insist ? [[word("anyway"), () => again({ insist: 1 })]] : [];
  if (problem.obstacles) blocked(problem, again);
  else if (problem.theirs !== undefined && form) bothTexts(form, problem);
  else {
    const control = form && controlFor(form, problem.field);
    if (control) beside(control, problem.title, anyway);
    else offer(problem.title, outcome.status >= 500 ? [[word("try_again"), () => again()]] : anyway);
  }
}

/** Put a sentence below a field, with buttons that lead on. */
export function beside(control, text, buttons = []) {
  forgive(control.form);
  control.id ||= `field_${crypto.randomUUID().slice(0, 8)}`;
  const error = document.createElement("p");
  error.className = "field__error";
  error.id = `${control.id}_error`;
  error.dataset.error = control.getAttribute("aria-describedby") ?? "";
  error.append(text);
  for (const [words, act] of buttons) {
    // The focus must not be lost with the sentence, or leaving the field would close what is around it.
    error.append(" ", linkButton(words, () => {
      control.focus();
      act();
    }));
  }
  control.after(error);
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", `${error.id} ${error.dataset.error}`.trim());
  sayNow(text);
  control.focus();
}

/** Take the sentences of an earlier refusal away. */
export function forgive(form) {
  for (const error of form.querySelectorAll(".field__error, [data-conflict]")) {
    const control = form.querySelector(`[aria-describedby~="${CSS.escape(error.id)}"]`);
    control?.removeAttribute("aria-invalid");
    if (error.dataset.error) control?.setAttribute("aria-describedby", error.dataset.error);
    else control?.removeAttribute("aria-describedby");
    error.remove();
  }
}

/** A button that looks like a link, for the way out at the end of a sentence. */
export function linkButton(words, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = words;
  button.addEventListener("click", act);
  return button;
}

function offer(text, buttons) {
  toast(text, { kind: "error", buttons, stays: buttons.length > 0 });
}

function controlFor(form, field) {
  const named = field && form.elements[field];
  const control = named instanceof RadioNodeList ? named[0] : named;
  if (seen(control)) return control;
  return [...form.elements].find((each) => each.matches("textarea, input:not([type=checkbox], [type=radio])") && seen(each));
}

function seen(control) {
  return control instanceof Element && control.type !== "hidden" && control.checkVisibility();
}

function blocked(problem, again) {
  const ways = [
    [word("anyway"), () => again({ overwrite: 1 })],
    [word("leave_it"), null],
  ];
  if (problem.may_undo_rest) ways.unshift([word("undo_rest"), () => again({ partly: 1 })]);
  offer(problem.obstacles.join(" "), ways);
}

// Saved once more with the new base, one's own text stands; theirs can be read and taken first.
function bothTexts(form, { title, field, theirs, base }) {
  forgive(form);
  const control = controlFor(form, field);
  form.elements.base.value = base;
  const box = document.createElement("div");
  box.className = "notice notice--warning";
  box.dataset.conflict = "";
  const text = document.createElement("pre");
  text.className = "conflict__theirs";
  text.textContent = theirs;
  text.dir = "auto";
  const take = linkButton(word("take_theirs"), () => {
    control.value = theirs;
    box.remove();
    control.focus();
  });
  const keep = linkButton(word("keep_mine"), () => form.requestSubmit());
  box.append(Object.assign(document.createElement("span"), { textContent: title }), text, keep, take);
  control.after(box);
  sayNow(title);
  control.focus();
}

document.addEventListener("input", ({ target }) => {
  if (target.matches('[aria-invalid="true"]') && target.form) forgive(target.form);
});

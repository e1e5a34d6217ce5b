/** What fragments from the server must not disturb: text being edited, the focus, the eye. */

import { glide, measure } from "./flip.js";

const STRUCTURE = new Set(["delete", "beforebegin", "beforeend", "outerHTML"]);
const TYPED = "textarea, input:not([type]), input[type=text], input[type=url], input[type=number], input[type=date], input[type=time]";
const THINGS = ".tile, .list, .line, .item, .checklist, .attachment";
let places = null;
let focus = null;

/** An editor that somebody works in: it is never replaced under their hands. */
function isBusy(field) {
  return field === document.activeElement || field.value !== field.defaultValue;
}

function spare({ target, swapSpec }, source) {
  if (!target?.querySelectorAll) return;
  for (const field of target.querySelectorAll(TYPED)) {
    const form = field.form;
    if (!form || form === source || !isBusy(field)) continue;
    form.setAttribute("hx-morph-skip", "");
    if (swapSpec.style === "outerHTML") swapSpec.style = "outerMorph";
    if (swapSpec.style === "innerHTML") swapSpec.style = "innerMorph";
  }
}

/** Where the focus belongs, should what has it now be taken away: beside that, else in what is around it. */
function refuge(active) {
  if (active.closest("#toasts")) return () => document.querySelector("#toasts button");
  const thing = active.closest(THINGS);
  if (!thing) return null;
  const near = [thing.nextElementSibling, thing.previousElementSibling].filter((each) => each?.matches(THINGS));
  const around = [];
  for (let each = thing.parentElement?.closest("[id]"); each; each = each.parentElement?.closest("[id]")) around.push(each.id);
  return () => {
    const left = [document.getElementById(thing.id), ...near, ...around.map((id) => document.getElementById(id))];
    for (const each of left) {
      const control = each?.isConnected && firstIn(each);
      if (control) return control;
    }
    return null;
  };
}

function firstIn(element) {
  if (element.matches(".tile")) return element.querySelector("h3 a");
  return [...element.querySelectorAll("summary, textarea, button, a[href]")].find((each) => each.checkVisibility());
}

document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  for (const task of tasks) spare(task, ctx.sourceElement);
  places = tasks.some((task) => STRUCTURE.has(task.swapSpec.style)) ? measure() : null;
  focus = refuge(document.activeElement);
});

document.addEventListener("htmx:after:swap", () => {
  document.querySelectorAll("form[hx-morph-skip]").forEach((form) => form.removeAttribute("hx-morph-skip"));
  if (places) glide(places);
  if (focus && !document.querySelector(":focus")) focus()?.focus({ preventScroll: true });
  places = focus = null;
});

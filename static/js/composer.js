/** Adding in place: Enter adds and stays, Escape and leaving it empty close, several lines ask. */

import { disclose } from "./disclose.js";
import { keep } from "./drafts.js";
import { insert } from "./moves.js";
import { beside, forgive } from "./refusals.js";
import { sendInOrder } from "./send.js";
import { word } from "./words.js";

const COMPOSER = "details[data-composer]";
const openOf = (target) => target.closest?.(`${COMPOSER}[open]`);
const textOf = (composer) => composer.querySelector(".composer__text");

/** Open a composer; with a tile, right below it. */
export function compose(composer, below = null) {
  if (!composer) return;
  if (below) {
    const place = document.createElement("li");
    place.className = "composer-place";
    place.dataset.home = composer.parentElement.id ||= `${composer.id}_home`;
    place.append(composer);
    below.after(place);
  }
  disclose(composer);
}

function close(composer, { focus = false } = {}) {
  const text = textOf(composer);
  if (text) {
    keep(text);
    forgive(text.form);
  }
  composer.open = false;
  const place = composer.closest(".composer-place");
  const above = place?.previousElementSibling?.querySelector("h3 a");
  if (place) {
    document.getElementById(place.dataset.home).append(composer);
    place.remove();
  }
  if (focus) (above ?? composer.querySelector("summary")).focus({ preventScroll: true });
}

function discard(composer) {
  const form = composer.querySelector("form");
  form.reset();
  ask(composer);
  close(composer, { focus: true });
}

const linesOf = (text) => text.split("\n").filter((line) => line.trim());
const indentOf = (line) => line.replaceAll("\t", "    ").search(/\S/);

// Lines that stand further right than the others become a checklist of the card above them.
function headsOf(text) {
  const lines = linesOf(text);
  const margin = Math.min(...lines.map(indentOf));
  return lines.filter((line, at) => at === 0 || indentOf(line) < margin + 2);
}

/** Several lines may be as many cards, or one card with a description. */
function ask(composer) {
  const text = textOf(composer);
  if (!text) return;
  const lines = linesOf(text.value).length;
  const count = headsOf(text.value).length;
  const row = composer.querySelector(".buttons");
  const submit = row.querySelector("[type=submit]");
  submit.dataset.words ??= submit.textContent;
  const isCards = text.name === "titles";
  submit.textContent = lines > 1 && isCards ? word("add_cards", { num: count }) : submit.dataset.words;
  row.querySelector("[data-one]")?.remove();
  row.querySelector(".composer__hint")?.toggleAttribute("hidden", lines > 1);
  if (lines < 2 || !isCards) return;
  const one = Object.assign(document.createElement("button"), { type: "submit", textContent: word("one_card") });
  one.className = "button button--quiet button--small";
  one.dataset.one = "";
  submit.after(one);
}

function add(composer, submitter) {
  const text = textOf(composer);
  const { form, name, value } = text;
  if (!value.trim()) return;
  const values = { [name]: value, once: crypto.randomUUID() };
  if (submitter?.matches("[data-one]")) values.split = "one";
  const below = composer.closest(".composer-place")?.nextElementSibling;
  if (below) values.before_id = below.dataset.card;
  text.value = "";
  ask(composer);
  keep(text);
  forgive(form);
  text.focus();
  request(composer, values, value);
}

async function request(composer, values, value) {
  const text = textOf(composer);
  const guess = guessFor(composer, value);
  const waiting = () => guess?.classList.add("tile--waiting");
  const outcome = await sendInOrder("POST", text.form.getAttribute("action"), { values, waiting });
  guess?.remove();
  if (outcome.leaving) {
    if (!outcome.ok) {
      // Not taken: whoever has to sign in again finds it here afterwards.
      text.value = [value, text.value].filter(Boolean).join("\n");
      keep(text);
    }
    return;
  }
  if (outcome.ok) {
    const checklists = composer.closest(".checklists")?.querySelectorAll(":scope > .checklist");
    if (text.name === "title" && checklists?.length && !text.value) {
      // What a new checklist is for: its items.
      close(composer);
      compose(checklists[checklists.length - 1].querySelector("[data-composer]"));
      return;
    }
    // The new ones, and the field for the next below them.
    const place = composer.closest(".composer-place");
    if (place) insert(place, place.parentElement, document.getElementById(`card_${values.before_id}`));
    composer.closest("section")?.querySelector("ol > li:last-of-type")?.scrollIntoView({ block: "nearest" });
    if (composer.open) composer.scrollIntoView({ block: "nearest", inline: "nearest" });
    return;
  }
  // What was typed since stays as well.
  text.value = [value, text.value].filter(Boolean).join("\n");
  keep(text);
  composer.open = true;
  ask(composer);
  const { title, may_insist: mayInsist } = outcome.problem ?? { title: word("failed") };
  const insist = () => {
    text.value = "";
    forgive(text.form);
    ask(composer);
    request(composer, { ...values, insist: 1 }, value);
  };
  beside(text, title, mayInsist ? [[word("add_anyway"), insist]] : []);
}

/** Something to look at until the server's own comes. */
function guessFor(composer, value) {
  const list = composer.closest("section")?.querySelector("[data-cards], [data-items]");
  if (!list) return null;
  const guess = document.createElement("li");
  const lines = linesOf(value);
  guess.className = list.matches("[data-cards]") ? "tile tile--saving" : "item item--saving";
  guess.append(Object.assign(document.createElement(list.matches("[data-cards]") ? "h3" : "span"), { textContent: lines[0] }));
  const place = composer.closest(".composer-place");
  if (place) place.before(guess);
  else list.append(guess);
  guess.scrollIntoView({ block: "nearest" });
  return guess;
}

document.addEventListener("toggle", ({ target }) => {
  if (!target.matches(COMPOSER) || !target.open) return;
  for (const other of document.querySelectorAll(`${COMPOSER}[open]`)) {
    if (other !== target && !textOf(other)?.value) close(other);
  }
  ask(target);
  target.scrollIntoView({ block: "nearest", inline: "nearest" });
}, true);

document.addEventListener("keydown", (event) => {
  const composer = openOf(event.target);
  if (!composer || event.isComposing) return;
  if (event.key === "Escape") close(composer, { focus: true });
  else if (event.key === "Enter" && !event.shiftKey && event.target === textOf(composer)) add(composer);
  else return;
  event.preventDefault();
  event.stopPropagation();
});

document.addEventListener("submit", (event) => {
  const composer = openOf(event.target);
  if (!composer || composer.dataset.composer === "once") return;
  event.preventDefault();
  add(composer, event.submitter);
}, true);

document.addEventListener("input", ({ target }) => {
  if (target.matches(".composer__text")) ask(openOf(target));
});

document.addEventListener("focusout", ({ target, relatedTarget }) => {
  const composer = openOf(target);
  if (!composer || composer.contains(relatedTarget) || !document.hasFocus()) return;
  if (!textOf(composer)?.value.trim() && textOf(composer)) close(composer);
});

document.addEventListener("click", (event) => {
  const composer = event.target.closest("[data-close]") && openOf(event.target);
  if (composer) discard(composer);

  const link = event.target.closest("[data-compose]");
  if (!link) return;
  event.preventDefault();
  link.closest("[popover]")?.hidePopover();
  compose(document.getElementById(`list_${link.dataset.compose}_composer`));
});

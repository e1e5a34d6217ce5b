/** Toasts: one at a time, with their own clock, above any dialog, and to be reached by F6. */

import { say, sayNow } from "./speak.js";

const region = document.getElementById("toasts");
let cameFrom = null;

/**
 * Show a toast. `buttons` are pairs of words and what they do; one that `stays` has no clock.
 */
export function toast(text, { kind = "", buttons = [], stays = false } = {}) {
  const element = fromTemplate(kind === "error" ? "toast_error_template" : "toast_template");
  element.querySelector(".toast__text").textContent = text;
  if (stays) element.querySelector(".toast__time").remove();
  const close = element.querySelector("[data-close]");
  for (const [words, act] of buttons) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "toast__undo";
    button.textContent = words;
    button.addEventListener("click", () => {
      element.remove();
      act?.();
    });
    close.before(button);
  }
  show(element);
  return element;
}

/**
 * A strip of its own while something is carried or placed; returns what changes it and takes it away.
 * With a `title`, the text stands small above it, and no keys are named.
 */
export function hint(text, cancel, { title = "" } = {}) {
  const element = fromTemplate("move_hint");
  const words = element.querySelector("[data-text]");
  words.textContent = text;
  if (title) {
    element.querySelector(".hint__keys").remove();
    element.classList.add("hint--place");
    words.append(Object.assign(document.createElement("strong"), { textContent: title, dir: "auto" }));
  }
  element.querySelector("[data-close]").addEventListener("click", cancel);
  show(element);
  return {
    say: (now) => { words.textContent = now; },
    end: () => element.remove(),
  };
}

/** Have the page's voices (toasts, live regions) stand in `host`: what lies outside an open dialog is mute. */
export function raiseInto(host) {
  for (const id of ["say_politely", "say_now", "toasts"]) host.append(document.getElementById(id));
  lift();
}

function fromTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

function show(element) {
  region.querySelectorAll("[data-toast]").forEach((old) => old.remove());
  region.append(element);
}

function lift() {
  if (!region.isConnected) return;
  if (region.matches(":popover-open")) region.hidePopover();
  if (region.childElementCount) region.showPopover();
}

function arrived(element) {
  lift();
  const text = element.querySelector(".toast__text")?.textContent;
  if (!text) return;
  (element.classList.contains("toast--error") ? sayNow : say)(text);
}

function hidden(pause) {
  for (const clock of region.querySelectorAll(".toast__time")) {
    for (const run of clock.getAnimations()) pause ? run.pause() : run.play();
  }
}

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-close]")) target.closest("[data-notice]")?.remove();
});

if (region) {
  region.popover = "manual";
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node instanceof Element) arrived(node);
    }
    if (!region.childElementCount && region.matches(":popover-open")) region.hidePopover();
  }).observe(region, { childList: true });

  region.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) leave(event.target.closest(".toast"));
  });
  region.addEventListener("animationend", (event) => {
    if (event.target.matches(".toast__time")) leave(event.target.closest(".toast"));
  });
  region.addEventListener("focusin", ({ relatedTarget }) => {
    if (relatedTarget && !region.contains(relatedTarget)) cameFrom = relatedTarget;
  });
  document.addEventListener("visibilitychange", () => hidden(document.hidden));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "F6") return;
    const first = region.querySelector("button");
    if (!first) return;
    event.preventDefault();
    first.focus();
  });
}

function leave(element) {
  const hadFocus = element.contains(document.activeElement);
  element.remove();
  if (hadFocus && cameFrom?.isConnected) cameFrom.focus();
}

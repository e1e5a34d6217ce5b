/** The lists of a phone's board as tabs: the one in view is marked, a tap goes to another, or opens the menu of this one. */

import { compose } from "./composer.js";

const tabs = document.querySelector("[data-tabs]");
const strip = document.querySelector("[data-lists]");
const SHOWN = 0.6;

const tabOf = (list) => document.getElementById(`${list.id}_tab`);
const current = () => tabs.querySelector('[aria-current="true"]');

function mark(list) {
  const tab = tabOf(list);
  if (!tab || tab === current()) return;
  current()?.removeAttribute("aria-current");
  tab.setAttribute("aria-current", "true");
  // scrollIntoView would move the page as well.
  tabs.scrollTo({ left: tab.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2, behavior: "smooth" });
}

const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) if (isIntersecting) mark(target);
}, { root: strip, threshold: SHOWN });

function watch() {
  if (!tabs.checkVisibility()) return;
  seen.disconnect();
  strip.querySelectorAll(".list").forEach((list) => seen.observe(list));
}

function go(tab) {
  const list = document.querySelector(tab.hash);
  if (tab === current()) return void document.getElementById(`${list.id}_menu`)?.showPopover();
  strip.scrollTo({ left: list.offsetLeft - strip.offsetLeft - 16, behavior: "smooth" });
}

if (tabs) {
  watch();
  matchMedia("(max-width: 719px)").addEventListener("change", watch);
  new MutationObserver(watch).observe(strip, { childList: true });
  tabs.addEventListener("click", (event) => {
    const tab = event.target.closest("a");
    if (!tab) return;
    event.preventDefault();
    go(tab);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-add]") || !tabs.checkVisibility()) return;
    const list = current() && document.querySelector(current().hash);
    const composer = list?.querySelector(".list__foot [data-composer]");
    if (!composer) return;
    event.preventDefault();
    compose(composer);
  });
}

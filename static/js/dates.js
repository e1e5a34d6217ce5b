/** Days and times as the viewer's clock says them, set right each minute. */

import { language, word } from "./words.js";

const DAY = 86_400_000;
const SOON = 48 * 3_600_000;
const { zone: boardZone, ownZone } = document.body.dataset;
const formats = new Map();

function format(zone, options) {
  const key = JSON.stringify([zone, options]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language, { timeZone: zone, ...options }));
  return formats.get(key);
}

// The number of a calendar day in a zone, so that days can be subtracted.
function dayNumber(at, zone) {
  const parts = format(zone, { year: "numeric", month: "numeric", day: "numeric", calendar: "gregory", numberingSystem: "latn" })
    .formatToParts(at)
    .reduce((all, { type, value }) => ({ ...all, [type]: Number(value) }), {});
  return Date.UTC(parts.year, parts.month - 1, parts.day) / DAY;
}

function dayWords(at, zone) {
  const now = new Date();
  const near = ["yesterday", "today", "tomorrow"][dayNumber(at, zone) - dayNumber(now, zone) + 1];
  if (near) return word(near);
  const year = format(zone, { year: "numeric" });
  const isThisYear = year.format(at) === year.format(now);
  return format(zone, { day: "numeric", month: "short", ...(isThisYear ? {} : { year: "numeric" }) }).format(at);
}

function sayDue(time) {
  const at = new Date(time.dateTime);
  // A day without a time is that day everywhere; a moment is when the viewer's clock says so.
  const words = dayWords(at, time.dataset.due === "day" ? boardZone : ownZone);
  if (time.textContent !== words) time.textContent = words;
  const badge = time.closest(".badge");
  if (!badge || badge.classList.contains("badge--done")) return;
  const left = at - Date.now();
  badge.classList.toggle("badge--late", left < 0);
  badge.classList.toggle("badge--soon", left >= 0 && left <= SOON);
}

function sayAgo(time) {
  const at = new Date(time.dateTime);
  const minutes = Math.floor((Date.now() - at) / 60_000);
  if (minutes < 1) time.textContent = word("just_now");
  else if (minutes < 60) time.textContent = word("minutes_ago", { n: minutes });
  else if (minutes < 24 * 60) time.textContent = word("hours_ago", { n: Math.floor(minutes / 60) });
  else time.textContent = dayWords(at, ownZone);
  time.title = format(ownZone, { dateStyle: "medium", timeStyle: "short" }).format(at);
}

function sayAll(root) {
  root.querySelectorAll("time[data-due]").forEach(sayDue);
  root.querySelectorAll("time[data-ago]").forEach(sayAgo);
}

sayAll(document);
setInterval(sayAll, 60_000, document);
document.addEventListener("visibilitychange", () => document.hidden || sayAll(document));
document.addEventListener("htmx:after:settle", ({ detail: { newContent } }) => {
  for (const node of newContent) if (node instanceof Element) sayAll(node);
});

/** Forms that are sent without leaving the page: `form[data-live]`. */

import { forget } from "./drafts.js";
import { forgive, refuse } from "./refusals.js";
import { send } from "./send.js";
import { say } from "./speak.js";
import { word } from "./words.js";

const SLOW = 400;
const sending = new WeakSet();
const marks = new WeakMap();

/** Send a form as it stands. One that is under way is not sent twice. */
export async function sendForm(form, submitter, values = {}) {
  if (sending.has(form)) return;
  sending.add(form);
  const sent = contentOf(form);
  forgive(form);
  const wait = setTimeout(() => {
    form.setAttribute("aria-busy", "true");
    say(word("saving"));
  }, SLOW);
  const path = submitter?.getAttribute("formaction") ?? form.getAttribute("action");
  const outcome = await send("POST", path, { form, submitter, values: { once: markOf(form), ...values } });
  clearTimeout(wait);
  form.removeAttribute("aria-busy");
  if (outcome.leaving) return;
  sending.delete(form);
  if (outcome.ok) accepted(form, submitter, outcome, sent);
  else {
    const again = (more) => sendForm(form, submitter, { ...values, ...more });
    if (announce(form, "live:refused", { submitter, outcome, again })) refuse(outcome, again, form);
  }
}

/** A mark by which the server knows a second sending of the same; a new one after each success. */
function markOf(form) {
  if (!marks.has(form)) marks.set(form, crypto.randomUUID());
  return marks.get(form);
}

function accepted(form, submitter, outcome, sent) {
  marks.delete(form);
  if (!announce(form, "live:accepted", { submitter, outcome })) return;
  // Whoever went on typing while it was sent keeps what they have.
  if (!form.isConnected || contentOf(form) !== sent) return;
  forget(form);
  form.reset();
  form.closest("[popover]:not([data-stay])")?.hidePopover();
  const around = form.closest("details");
  if (!around?.open) return;
  const hadFocus = around.contains(document.activeElement);
  around.open = false;
  if (hadFocus) around.querySelector("summary").focus();
}

// Only what is typed: the hidden fields around it are the server's.
function contentOf(form) {
  return [...form.querySelectorAll("textarea[name], input[name]:not([type=hidden])")].map((field) => field.value).join("\0");
}

function announce(form, name, detail) {
  const target = form.isConnected ? form : document;
  return target.dispatchEvent(new CustomEvent(name, { bubbles: true, cancelable: true, detail: { form, ...detail } }));
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || !form.matches("[data-live]") || submitter?.formTarget) return;
  event.preventDefault();
  sendForm(form, submitter);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches("textarea")) return;
  event.preventDefault();
  event.target.form?.requestSubmit();
});

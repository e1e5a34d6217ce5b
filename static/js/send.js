/** Asking the server. Every request goes through htmx, which puts the fragments of the answer into the page. */

import { handsFree } from "./hands.js";

const RETRY = 5000;

/**
 * What came of a request: `lost` when no answer came, `leaving` when the browser goes to
 * another page, `problem` the reasons of a refusal (RFC 9457).
 * @typedef {{ok: boolean, lost: boolean, leaving: boolean, status: number, problem: ?object, text: ?string}} Outcome
 */

/** Ask. Never throws: a server out of reach is an outcome too. @returns {Promise<Outcome>} */
export function send(method, path, { form, submitter, ...options } = {}) {
  const source = form ?? carrier();
  return new Promise((resolve) => {
    const settle = (ctx) => {
      if (!form) source.remove();
      resolve(outcomeOf(ctx));
    };
    // An answer counts even where what asked for it is gone: a card's dialog may have been closed meanwhile.
    const target = document.documentElement;
    const ask = options.fetch ?? fetch;
    const fetchFree = async (...request) => {
      const answer = await ask(...request);
      await handsFree();
      return answer;
    };
    htmx.ajax(method, path, { target, swap: "none", ...options, fetch: fetchFree, source, event: { submitter }, settle });
  });
}

let line = Promise.resolve();

/**
 * Ask after everything that was asked so before. While the server is out of reach the
 * line waits, and goes on in order; `waiting` is called when that begins.
 */
export function sendInOrder(method, path, { waiting, ...options } = {}) {
  const turn = line.then(async () => {
    for (;;) {
      const outcome = await send(method, path, options);
      if (!outcome.lost) return outcome;
      waiting?.();
      await reachable();
    }
  });
  line = turn;
  return turn;
}

/** When all that was asked in order has been answered. */
export function inLine() {
  return line;
}

// htmx runs one request of an element, keeps one more, and drops the third: so each has an element of its own.
function carrier() {
  const element = document.createElement("i");
  element.hidden = true;
  return document.body.appendChild(element);
}

function outcomeOf({ response, text, hx = {} }) {
  if (!response || text === undefined) return { ok: false, lost: true, leaving: false, status: 0, problem: null };
  const { status, headers } = response;
  if (status === 401) signIn();
  const isProblem = headers.get("Content-Type")?.startsWith("application/problem+json");
  return {
    ok: status < 400,
    lost: false,
    leaving: status === 401 || Boolean(hx.redirect || hx.refresh),
    status,
    problem: isProblem ? JSON.parse(text) : null,
    text,
  };
}

function signIn() {
  const here = location.pathname + location.search;
  location.assign(`/session/new?next=${encodeURIComponent(here)}`);
}

function reachable() {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, RETRY);
    addEventListener("online", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  ctx.request.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]').content;
  // In the dialog a card's headings stand one level lower than on its own page.
  if (document.querySelector("#card_dialog[open]")) ctx.request.headers["X-Dialog"] = "1";
  ctx.request.body?.delete("csrf_token");
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => ctx.settle?.(ctx));

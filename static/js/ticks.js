/** Boxes and switches made of buttons: they change under the finger, and back should the server refuse. */

const STATES = ["aria-checked", "aria-pressed"];

function turn(button) {
  const state = STATES.find((name) => button?.hasAttribute(name));
  if (state) button.setAttribute(state, String(button.getAttribute(state) !== "true"));
}

document.addEventListener("submit", ({ target, submitter }) => {
  if (target.matches("[data-live]")) turn(submitter);
});

document.addEventListener("live:refused", ({ detail: { submitter } }) => turn(submitter));

/** A role to choose: its button stands there only once another one is chosen than somebody has. */

const choices = "select[data-offers]";

function show(select) {
  const button = select.form?.querySelector("[type=submit]");
  if (button) button.hidden = select.value === select.dataset.offers;
}

const showAll = () => document.querySelectorAll(choices).forEach(show);

document.addEventListener("change", ({ target }) => {
  if (target.matches(choices)) show(target);
});
// What has been drawn again has its buttons back.
document.addEventListener("htmx:after:swap", showAll);
document.addEventListener("reset", () => setTimeout(showAll));
showAll();

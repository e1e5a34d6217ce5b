/** What opens into a field has the focus there at once: within the click, else no screen keyboard comes up. */

const OPENS = "details[data-rename], details[data-composer], details[data-editor]";
const FIELD = "textarea, input:not([type=hidden])";

/** Open what a summary stands for, and go to its first field. */
export function disclose(details) {
  details.open = true;
  const field = details.querySelector(FIELD);
  if (document.activeElement === field) return;
  field.focus();
  if (details.matches("[data-rename]")) field.select();
}

document.addEventListener("click", (event) => {
  const details = event.target.closest("summary")?.parentElement;
  if (!details?.matches(OPENS) || details.open) return;
  event.preventDefault();
  disclose(details);
});

/** Buttons that copy a field: shown where the browser lets a page write to the clipboard. */

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  if (!field || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      button.lastElementChild.textContent = button.dataset.copied;
      // Said beside it: a status within a button is none, and took the name from it.
      button.nextElementSibling.textContent = button.dataset.copied;
    } catch {
      // Forbidden after all: it is one key away then.
      field.select();
    }
  });
}

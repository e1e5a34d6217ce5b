/** Keys of one letter: off while typing, with Alt, Ctrl or Command, and for whoever turned them off. */

const bindings = new Map();

/**
 * Bind a key as `event.key` gives it, so "N" is Shift+N and "?" whatever makes a question
 * mark. `run(event)` returns false where the key has nothing to do.
 */
export function onKey(names, run) {
  for (const name of [names].flat()) bindings.set(name, run);
}

/** Whether what is typed now belongs into a field. */
export function isTyping(target) {
  return target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=button])');
}

/** Whether a menu or another popover has the keys. */
export function isMenuOpen() {
  return document.querySelector("[popover]:popover-open:not(#toasts)") !== null;
}

// Where letters are not Latin, a key goes by the place it has on the keyboard.
function nameOf({ key, code, shiftKey }) {
  if (key.length === 1 && /[^\x00-\x7f]/.test(key) && code.startsWith("Key")) {
    const letter = code.slice(3);
    return shiftKey ? letter : letter.toLowerCase();
  }
  return key === " " && shiftKey ? "Shift+Space" : key;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
  if (isTyping(event.target) || isMenuOpen()) return;
  const name = nameOf(event);
  if (name.length === 1 && document.body.dataset.keys === "off") return;
  const run = bindings.get(name);
  if (run && run(event) !== false) event.preventDefault();
});

/** Passkeys: the server asks, the browser's key answers, and the answer goes with the form as any field does. */

const buttons = window.PublicKeyCredential ? document.querySelectorAll("[data-passkey]") : [];

for (const button of buttons) {
  button.hidden = false;
  button.addEventListener("click", (event) => {
    // The second click is the script's own: the field is filled, and the form goes out.
    if (field(button).value) return;
    event.preventDefault();
    if (button.formNoValidate || button.form.reportValidity()) use(button);
  });
  // A page that comes back from the browser's memory has an answer in it that was used.
  addEventListener("pageshow", () => (field(button).value = ""));
}
if (buttons.length) for (const each of document.querySelectorAll("[data-without-passkeys]")) each.hidden = true;

async function use(button) {
  say(button, "");
  button.disabled = true;
  try {
    const credential = await answer(await asked(button), button.dataset.passkey === "add");
    field(button).value = JSON.stringify(credential);
  } catch (error) {
    say(button, wordsFor(button, error));
    return;
  } finally {
    button.disabled = false;
  }
  button.form.requestSubmit(button);
}

async function asked(button) {
  const response = await fetch(button.dataset.asks, {
    method: "POST",
    headers: { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content, "HX-Request": "true" },
    body: new URLSearchParams({ purpose: button.dataset.passkey }),
  });
  const said = await response.json().catch(() => null);
  if (response.ok && said) return said;
  throw Object.assign(new Error("refused"), { sentence: said?.title });
}

async function answer(options, isNew) {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (options[list]) publicKey[list] = options[list].map((each) => ({ ...each, id: bytes(each.id) }));
  }
  if (isNew) publicKey.user = { ...options.user, id: bytes(options.user.id) };
  const made = await navigator.credentials[isNew ? "create" : "get"]({ publicKey });
  const { id, rawId, type, response } = made;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const given = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
  const transports = response.getTransports?.() ?? [];
  return { id, rawId: text(rawId), type, response: { ...Object.fromEntries(given), transports } };
}

function wordsFor(button, error) {
  const { cancelled, known, failed } = button.dataset;
  if (error.sentence) return error.sentence;
  return { NotAllowedError: cancelled, AbortError: cancelled, InvalidStateError: known }[error.name] ?? failed;
}

function say(button, words) {
  const place = button.form.querySelector("[data-passkey-error]");
  place.hidden = !words;
  place.querySelector("span").textContent = words;
}

function field(button) {
  return button.form.elements.credential;
}

// Browsers take bytes, forms and JSON letters: base64url without padding.
function bytes(letters) {
  return Uint8Array.from(atob(letters.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
}

function text(buffer) {
  const letters = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return letters.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** A file is dropped anywhere on the window, or chosen; it is sent at once, and one sees how far it is. */

const form = document.querySelector("[data-drop]");
if (form) takeFiles(form);

function takeFiles(form) {
  const input = form.querySelector("input[type=file]");
  const isFile = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0;

  addEventListener("dragenter", (event) => {
    if (!isFile(event)) return;
    depth += 1;
    form.toggleAttribute("data-over", true);
  });
  addEventListener("dragleave", (event) => {
    if (!isFile(event)) return;
    depth = Math.max(0, depth - 1);
    form.toggleAttribute("data-over", depth > 0);
  });
  addEventListener("dragover", (event) => {
    if (isFile(event)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    depth = 0;
    form.toggleAttribute("data-over", false);
    if (!event.dataTransfer.files.length || form.hasAttribute("data-busy")) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
  input.addEventListener("change", () => {
    if (input.files.length) form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!form.hasAttribute("data-busy")) upload(form, input.files[0]);
  });
}

function upload(form, file) {
  refuse(form, "");
  if (file.size > Number(form.dataset.most)) {
    refuse(form, form.dataset.tooLarge);
    return;
  }
  const bar = form.querySelector("progress");
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    const percent = Math.floor((loaded / total) * 100);
    bar.value = percent;
    say(form, percent < 100 ? `${form.dataset.sending} “${file.name}”: ${percent} %` : form.dataset.reading);
    if (percent === 100) bar.removeAttribute("value");
  });
  request.addEventListener("load", () => {
    const next = request.getResponseHeader("HX-Redirect");
    if (request.status === 401) location.reload();
    else if (request.status < 400 && next) location.assign(next);
    else stop(form, problem(request) ?? form.dataset.lost);
  });
  request.addEventListener("error", () => stop(form, form.dataset.lost));
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  request.setRequestHeader("X-CSRFToken", document.querySelector("meta[name=csrf-token]").content);
  form.toggleAttribute("data-busy", true);
  bar.hidden = false;
  say(form, `${form.dataset.sending} “${file.name}”`);
  request.send(new FormData(form));
}

function stop(form, why) {
  const bar = form.querySelector("progress");
  bar.hidden = true;
  bar.value = 0;
  form.toggleAttribute("data-busy", false);
  const name = form.querySelector("[data-drop-name]");
  name.textContent = name.dataset.first ?? name.textContent;
  // The same file, mended, can then be chosen again.
  form.querySelector("input[type=file]").value = "";
  refuse(form, why);
}

function problem(request) {
  try {
    return JSON.parse(request.responseText).title;
  } catch {
    return null;
  }
}

function refuse(form, why) {
  const error = form.querySelector(".field__error");
  error.hidden = !why;
  error.querySelector("span").textContent = why;
}

function say(form, words) {
  const name = form.querySelector("[data-drop-name]");
  name.dataset.first ??= name.textContent;
  name.textContent = words;
}

/** Keys that act on the chosen card, on the board and in its dialog. */

import { compose } from "./composer.js";
import { cardInDialog, openCard } from "./dialog.js";
import { flip } from "./flip.js";
import { onKey } from "./keys.js";
import { commit, insert, placeOf, siblingsIn } from "./moves.js";
import { refuse } from "./refusals.js";
import { choose, currentTile } from "./selection.js";
import { send } from "./send.js";
import { retitle } from "./titles.js";
import { setState } from "./tools.js";

const mayEdit = document.body.dataset.role !== "observer";

/** The id of the card that keys are about. */
function cardId() {
  return cardInDialog() ?? currentTile()?.dataset.card;
}

function onCard(names, run) {
  onKey(names, (event) => {
    const id = mayEdit && cardId();
    return id ? run(id, event) : false;
  });
}

/** A row of the card's properties, opened: in its dialog, which is opened first where it is not. */
async function openRow(id, name) {
  if (cardInDialog() !== id) await openCard(id);
  document.querySelector(`[popovertarget="card_${id}_${name}_menu"]`)?.click();
}

async function toggleLabel(id, number) {
  const answer = await fetch(`/cards/${id}`, { headers: { "HX-Request": "true" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const box = page.querySelectorAll(`#card_${id}_labels_menu [data-toggle]`)[number];
  if (!box) return;
  const outcome = await send(box.checked ? "DELETE" : "PUT", box.dataset.toggle);
  if (!outcome.ok) refuse(outcome, () => toggleLabel(id, number));
}

/** To an end of the list beside. */
function toNeighbour(by, isTop) {
  const tile = currentTile();
  const lists = [...document.querySelectorAll(".list [data-cards]")];
  const cards = lists[lists.indexOf(tile?.parentElement) + by];
  if (!tile || !cards) return false;
  const origin = placeOf(tile);
  flip(() => insert(tile, cards, isTop ? siblingsIn(cards, "card")[0] ?? null : null));
  choose(tile);
  return commit(tile, origin);
}

onCard("e", (id) => location.assign(`/cards/${id}/edit`));
onCard("M", (id) => location.assign(`/cards/${id}/position`));
onCard("l", (id) => openRow(id, "labels"));
onCard("d", (id) => openRow(id, "dates"));
onCard(["m", "a"], (id) => openRow(id, "people"));
onCard("t", (id) => retitle(id));
onCard("c", (id) => {
  const form = document.querySelector(`#card_dialog[open] form[action^="/cards/${id}/archive"]`);
  if (form) return form.requestSubmit();
  return setState(currentTile(), "archive", true);
});
onCard([..."1234567890"], (id, event) => toggleLabel(id, (Number(event.key) + 9) % 10));

onKey([",", "."], ({ key }) => mayEdit && toNeighbour(key === "." ? 1 : -1, false));
onKey(["<", ">"], ({ key }) => mayEdit && toNeighbour(key === ">" ? 1 : -1, true));

onKey("n", () => {
  if (cardInDialog()) return false;
  const tile = currentTile();
  const list = tile?.closest(".list") ?? document.activeElement.closest(".list") ?? listInView();
  const composer = document.getElementById(`${list?.id}_composer`);
  return composer ? compose(composer, tile) : false;
});
onKey("N", () => compose(document.querySelector(".board__add [data-composer]")));

function listInView() {
  const strip = document.querySelector("[data-lists]").getBoundingClientRect();
  return [...document.querySelectorAll(".list")].find((list) => list.getBoundingClientRect().left >= strip.left);
}

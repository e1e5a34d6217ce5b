"""What does not arrive, or does not show yet, each with the reason."""

from collections.abc import Iterator
from typing import Any

from kanban.transfer.trello.notices.lines import Line, ngettext


def missing(n: dict[str, Any], notes: dict[str, Any]) -> Iterator[Line]:
    """What is not in the file, what has no place here yet, and what is wrong inside the file."""
    yield from _lost(n, notes)
    yield from _kept_unseen(n, notes)
    yield from _broken(n, notes)


def _lost(n: dict[str, Any], notes: dict[str, Any]) -> Iterator[Line]:
    if count := n["comments_lost_at_least"]:
        cards = [
            ngettext(
                "#%(number)s %(name)s: %(count)s comment",
                "#%(number)s %(name)s: %(count)s comments",
                each["lost"],
                number=each["number"],
                name=each["name"],
            )
            for each in notes.get("silent_cards", ())
        ]
        yield Line(
            ngettext(
                "%(count)s comment is not in the file: Trello exports only the newest"
                " 1,000 lines of a board's history.",
                "%(count)s comments are not in the file:"
                " Trello exports only the newest 1,000 lines of a board's history.",
                count,
            ),
            cards,
        )
    if count := n["comments_orphan_card"]:
        yield Line(
            ngettext(
                "%(count)s comment belongs to a card that is not in the file: it was deleted, or moved away.",
                "%(count)s comments belong to cards that are not in the file: they were deleted, or moved away.",
                count,
            )
        )
    if count := n["actions"] - n["comments"] - n["comments_orphan_card"] - n["comments_empty"]:
        yield Line(
            ngettext(
                "%(count)s line of history, such as a move, stays in Trello: history here holds what was done here.",
                "%(count)s lines of history, such as moves, stay in Trello: history here holds what was done here.",
                count,
            )
        )
    if count := notes.get("picture_covers"):
        yield Line(
            ngettext(
                "%(count)s cover is a picture, which is not in the file. The card has no cover.",
                "%(count)s covers are pictures, which are not in the file. The cards have no cover.",
                count,
            )
        )
    if count := n["stickers"]:
        yield Line(
            ngettext("%(count)s sticker: there are none here.", "%(count)s stickers: there are none here.", count)
        )
    if count := n["plugin_data"] + notes.get("power_ups", 0):
        yield Line(
            ngettext(
                "%(count)s entry of a Power-Up: only that Power-Up can read it.",
                "%(count)s entries of Power-Ups: only those Power-Ups can read them.",
                count,
            )
        )


def _kept_unseen(n: dict[str, Any], notes: dict[str, Any]) -> Iterator[Line]:
    """What is stored with the cards but shows nowhere until there is a place for it."""
    if count := n["custom_field_values"]:
        fields = [
            ngettext("%(name)s: %(count)s value", "%(name)s: %(count)s values", each["values"], name=each["name"])
            for each in notes.get("fields", ())
        ]
        yield Line(
            ngettext(
                "%(count)s value of a custom field does not show yet: boards have no fields so far."
                " It is kept with its card.",
                "%(count)s values of custom fields do not show yet: boards have no fields so far."
                " They are kept with their cards.",
                count,
            ),
            fields,
        )
    if count := n["card_votes"]:
        yield Line(
            ngettext(
                "%(count)s vote does not show yet. It is kept with its card.",
                "%(count)s votes do not show yet. They are kept with their cards.",
                count,
            )
        )
    if count := notes.get("reminders"):
        yield Line(
            ngettext(
                "%(count)s reminder is not sent yet. It is kept with its card.",
                "%(count)s reminders are not sent yet. They are kept with their cards.",
                count,
            )
        )


def _broken(n: dict[str, Any], notes: dict[str, Any]) -> Iterator[Line]:
    """What is wrong inside the file."""
    if count := notes.get("unsafe_links"):
        yield Line(
            ngettext(
                "%(count)s attachment has an address that is no web address. It is left out.",
                "%(count)s attachments have addresses that are no web addresses. They are left out.",
                count,
            )
        )
    if count := n["checklists_orphan"]:
        yield Line(
            ngettext(
                "%(count)s checklist belongs to no card of the file.",
                "%(count)s checklists belong to no card of the file.",
                count,
            )
        )
    if count := n["checklist_ids_named_but_absent"]:
        yield Line(
            ngettext(
                "%(count)s checklist is named by a card but is not in the file.",
                "%(count)s checklists are named by cards but are not in the file.",
                count,
            )
        )
    if count := n["custom_field_values_orphan"]:
        yield Line(
            ngettext(
                "%(count)s value belongs to a custom field that is not in the file. It is kept with its card.",
                "%(count)s values belong to custom fields that are not in the file. They are kept with their cards.",
                count,
            )
        )
    if count := notes.get("unknown_labels"):
        yield Line(
            ngettext(
                "%(count)s label on a card is not in the file.", "%(count)s labels on cards are not in the file.", count
            )
        )
    if (count := n["attachments_promised_by_badges"] - n["attachments"]) > 0:
        yield Line(
            ngettext(
                "%(count)s attachment that a card counts is not in the file.",
                "%(count)s attachments that cards count are not in the file.",
                count,
            )
        )
    if count := n["duplicate_ids"] + notes.get("without_id", 0):
        yield Line(
            ngettext(
                "%(count)s entry stands in the file twice or without a name of its own. It comes once, or not at all.",
                "%(count)s entries stand in the file twice or without names of their"
                " own. They come once, or not at all.",
                count,
            )
        )

"""The receipt in sentences: what comes, what is mapped, what cannot be had and why."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from babel.numbers import format_decimal
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import ngettext as plural_of


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a receipt; `more` are lines to be unfolded under it."""

    text: str
    more: list[str] = field(default_factory=list)


def ngettext(singular: str, plural: str, count: int, **names: Any) -> str:
    """A sentence about a number of things; the number as the reader's language writes it."""
    number = format_decimal(count, locale=get_locale() or "en")
    return str(plural_of(singular, plural, count, **names, count=number))


def what_comes(counts: dict[str, Any]) -> list[Line]:
    return list(_coming(counts))


def what_is_mapped(counts: dict[str, Any], notes: dict[str, Any]) -> list[Line]:
    """What arrives in another shape than it had."""
    return list(_mapped(counts, notes))


def what_is_missing(counts: dict[str, Any], notes: dict[str, Any]) -> list[Line]:
    """What does not arrive, or does not show yet, each with the reason."""
    return [*_lost(counts, notes), *_kept_unseen(counts, notes), *_broken(counts, notes)]


def what_was_updated(told: dict[str, Any]) -> list[Line]:
    """What a second import has changed on the board that was there."""
    return list(_updated(told)) or [Line(_("Nothing in the file is new: the board stays as it is."))]


def _updated(told: dict[str, Any]) -> Iterator[Line]:
    if count := told.get("list"):
        yield Line(ngettext("%(count)s new list", "%(count)s new lists", count))
    if count := told.get("card"):
        yield Line(ngettext("%(count)s new card", "%(count)s new cards", count))
    if count := told.get("comment"):
        yield Line(ngettext("%(count)s new comment", "%(count)s new comments", count))
    others = ("label", "card_label", "assignment", "checklist", "item", "attachment")
    if count := sum(told.get(kind, 0) for kind in others):
        yield Line(
            ngettext(
                "%(count)s new label, person, checklist item or attachment",
                "%(count)s new labels, people, checklist items or attachments",
                count,
            )
        )
    if count := told.get("changed"):
        yield Line(ngettext("%(count)s thing changed as in Trello", "%(count)s things changed as in Trello", count))
    if count := told.get("moved"):
        yield Line(ngettext("%(count)s card moved as in Trello", "%(count)s cards moved as in Trello", count))
    if count := told.get("kept"):
        yield Line(
            ngettext(
                "%(count)s thing differs in Trello and stays as you have it here",
                "%(count)s things differ in Trello and stay as you have them here",
                count,
            ),
            list(told.get("kept_names", ())),
        )


def _coming(n: dict[str, Any]) -> Iterator[Line]:
    if count := n["lists_open"]:
        yield Line(ngettext("%(count)s list", "%(count)s lists", count))
    if count := n["lists_archived"]:
        yield Line(ngettext("%(count)s archived list", "%(count)s archived lists", count))
    if count := n["cards_open"]:
        yield Line(ngettext("%(count)s card", "%(count)s cards", count))
    if count := n["cards_archived"]:
        yield Line(ngettext("%(count)s archived card", "%(count)s archived cards", count))
    if count := n["cards_open_in_archived_lists"]:
        yield Line(
            ngettext(
                "%(count)s card in an archived list: it comes back with its list",
                "%(count)s cards in archived lists: they come back with their lists",
                count,
            )
        )
    if count := n["cards_with_description"]:
        yield Line(ngettext("%(count)s description", "%(count)s descriptions", count))
    if count := n["cards_with_due"]:
        yield Line(ngettext("%(count)s due date", "%(count)s due dates", count))
    if count := n["cards_with_start"]:
        yield Line(ngettext("%(count)s start date", "%(count)s start dates", count))
    if count := n["cards_due_complete"]:
        yield Line(ngettext("%(count)s card marked as done", "%(count)s cards marked as done", count))
    if count := n["labels"]:
        used = ngettext("used %(count)s time", "used %(count)s times", n["label_assignments"])
        yield Line(ngettext("%(count)s label, %(used)s", "%(count)s labels, %(used)s", count, used=used))
    if count := n["checklists"]:
        items = ngettext("%(count)s item", "%(count)s items", n["checklist_items"])
        yield Line(
            ngettext(
                "%(count)s checklist with %(items)s, %(done)s done",
                "%(count)s checklists with %(items)s, %(done)s done",
                count,
                items=items,
                done=format_decimal(n["checklist_items_done"], locale=get_locale() or "en"),
            )
        )
    if count := n["comments"]:
        yield Line(
            ngettext(
                "%(count)s comment, with its author and date", "%(count)s comments, with their authors and dates", count
            )
        )
    if count := n["attachments"]:
        yield Line(ngettext("%(count)s attachment, as a link", "%(count)s attachments, as links", count))
    if count := n["members"] + n["members_only_referenced"]:
        yield Line(ngettext("%(count)s person", "%(count)s people", count))
    if count := n["card_member_assignments"]:
        yield Line(ngettext("%(count)s assignment to a card", "%(count)s assignments to cards", count))


def _mapped(n: dict[str, Any], notes: dict[str, Any]) -> Iterator[Line]:
    if notes.get("was_shared"):
        yield Line(_("The board was open to others in Trello. Here it is private until you share it."))
    if n["board_closed"]:
        yield Line(_("The board was closed in Trello. Here it is archived."))
    if notes.get("is_template"):
        yield Line(_("The board was a template in Trello. Here it is an ordinary board."))
    if count := n["members"] + n["members_only_referenced"]:
        yield Line(
            ngettext(
                "%(count)s person becomes a name on cards. Nobody gets an account, an invitation or a mail by this.",
                "%(count)s people become names on cards. Nobody gets an account, an invitation or a mail by this.",
                count,
            )
        )
    if count := notes.get("shaded_labels"):
        yield Line(
            ngettext(
                "%(count)s label in a light or dark shade takes the colour itself.",
                "%(count)s labels in light or dark shades take the colour itself.",
                count,
            )
        )
    if count := notes.get("colourless_labels"):
        yield Line(
            ngettext(
                "%(count)s label without a colour becomes slate.",
                "%(count)s labels without a colour become slate.",
                count,
            )
        )
    if count := notes.get("strange_labels"):
        yield Line(
            ngettext(
                "%(count)s label of an unknown colour becomes slate.",
                "%(count)s labels of unknown colours become slate.",
                count,
            )
        )
    if count := n["attachments_uploads"]:
        yield Line(
            ngettext(
                "%(count)s uploaded file stays in Trello: the export holds only its address. The card links to it.",
                "%(count)s uploaded files stay in Trello: the export holds only their"
                " addresses. The cards link to them.",
                count,
            )
        )
    if count := n["cards_without_list"]:
        yield Line(
            ngettext(
                "%(count)s card has no list in the file. It comes into an archived list of its own.",
                "%(count)s cards have no list in the file. They come into an archived list of their own.",
                count,
            )
        )
    yield from _shortened(notes)
    if count := notes.get("untitled"):
        yield Line(
            ngettext(
                "%(count)s card without a title becomes “(untitled)”.",
                "%(count)s cards without a title become “(untitled)”.",
                count,
            )
        )
    if count := notes.get("places"):
        yield Line(
            ngettext(
                "%(count)s place on a map becomes a line of the description.",
                "%(count)s places on a map become lines of the descriptions.",
                count,
            )
        )
    if count := n["cards_template"]:
        yield Line(
            ngettext(
                "%(count)s template becomes an ordinary card.", "%(count)s templates become ordinary cards.", count
            )
        )
    if count := notes.get("special_cards"):
        yield Line(
            ngettext(
                "%(count)s separator or link card becomes an ordinary card.",
                "%(count)s separator or link cards become ordinary cards.",
                count,
            )
        )
    if count := notes.get("mirrors"):
        yield Line(
            ngettext(
                "%(count)s mirror of another board's card becomes a card of its own.",
                "%(count)s mirrors of other boards' cards become cards of their own.",
                count,
            )
        )


def _shortened(notes: dict[str, Any]) -> Iterator[Line]:
    if notes.get("long_board_name"):
        yield Line(
            _("The board's name is longer than names are here. It is shortened, and stands in full in the description.")
        )
    if count := notes.get("long_titles"):
        yield Line(
            ngettext(
                "%(count)s title is longer than titles are here. It stands in full at the top of the description.",
                "%(count)s titles are longer than titles are here. They stand in full at the top of the descriptions.",
                count,
            )
        )
    if count := sum(notes.get(key, 0) for key in ("long_list_names", "long_labels", "long_items")):
        yield Line(
            ngettext(
                "%(count)s name of a list, label or checklist item is too long and is shortened.",
                "%(count)s names of lists, labels or checklist items are too long and are shortened.",
                count,
            )
        )
    if count := notes.get("long_texts"):
        yield Line(
            ngettext(
                "%(count)s text is longer than a text can be here. Its end goes into a comment.",
                "%(count)s texts are longer than a text can be here. Their ends go into comments.",
                count,
            )
        )


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

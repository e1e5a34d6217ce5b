"""The receipt in sentences: what comes, what is mapped, what cannot be had and why."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext as _n


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a receipt; `more` are lines to be unfolded under it."""

    text: str
    more: list[str] = field(default_factory=list)


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
        yield Line(_n("%(num)s new list", "%(num)s new lists", count))
    if count := told.get("card"):
        yield Line(_n("%(num)s new card", "%(num)s new cards", count))
    if count := told.get("comment"):
        yield Line(_n("%(num)s new comment", "%(num)s new comments", count))
    others = ("label", "card_label", "assignment", "checklist", "item", "attachment")
    if count := sum(told.get(kind, 0) for kind in others):
        yield Line(
            _n(
                "%(num)s new label, person, checklist item or attachment",
                "%(num)s new labels, people, checklist items or attachments",
                count,
            )
        )
    if count := told.get("changed"):
        yield Line(_n("%(num)s thing changed as in Trello", "%(num)s things changed as in Trello", count))
    if count := told.get("moved"):
        yield Line(_n("%(num)s card moved as in Trello", "%(num)s cards moved as in Trello", count))
    if count := told.get("kept"):
        yield Line(
            _n(
                "%(num)s thing differs in Trello and stays as you have it here",
                "%(num)s things differ in Trello and stay as you have them here",
                count,
            ),
            list(told.get("kept_names", ())),
        )


def _coming(n: dict[str, Any]) -> Iterator[Line]:
    if count := n["lists_open"]:
        yield Line(_n("%(num)s list", "%(num)s lists", count))
    if count := n["lists_archived"]:
        yield Line(_n("%(num)s archived list", "%(num)s archived lists", count))
    if count := n["cards_open"]:
        yield Line(_n("%(num)s card", "%(num)s cards", count))
    if count := n["cards_archived"]:
        yield Line(_n("%(num)s archived card", "%(num)s archived cards", count))
    if count := n["cards_open_in_archived_lists"]:
        yield Line(
            _n(
                "%(num)s card in an archived list: it comes back with its list",
                "%(num)s cards in archived lists: they come back with their lists",
                count,
            )
        )
    if count := n["cards_with_description"]:
        yield Line(_n("%(num)s description", "%(num)s descriptions", count))
    if count := n["cards_with_due"]:
        yield Line(_n("%(num)s due date", "%(num)s due dates", count))
    if count := n["cards_with_start"]:
        yield Line(_n("%(num)s start date", "%(num)s start dates", count))
    if count := n["cards_due_complete"]:
        yield Line(_n("%(num)s card marked as done", "%(num)s cards marked as done", count))
    if count := n["labels"]:
        used = _n("used %(num)s time", "used %(num)s times", n["label_assignments"])
        yield Line(_n("%(num)s label, %(used)s", "%(num)s labels, %(used)s", count, used=used))
    if count := n["checklists"]:
        items = _n("%(num)s item", "%(num)s items", n["checklist_items"])
        yield Line(
            _n(
                "%(num)s checklist with %(items)s, %(done)s done",
                "%(num)s checklists with %(items)s, %(done)s done",
                count,
                items=items,
                done=n["checklist_items_done"],
            )
        )
    if count := n["comments"]:
        yield Line(
            _n("%(num)s comment, with its author and date", "%(num)s comments, with their authors and dates", count)
        )
    if count := n["attachments"]:
        yield Line(_n("%(num)s attachment, as a link", "%(num)s attachments, as links", count))
    if count := n["members"] + n["members_only_referenced"]:
        yield Line(_n("%(num)s person", "%(num)s people", count))
    if count := n["card_member_assignments"]:
        yield Line(_n("%(num)s assignment to a card", "%(num)s assignments to cards", count))


def _mapped(n: dict[str, Any], notes: dict[str, Any]) -> Iterator[Line]:
    if notes.get("was_shared"):
        yield Line(_("The board was open to others in Trello. Here it is private until you share it."))
    if n["board_closed"]:
        yield Line(_("The board was closed in Trello. Here it is archived."))
    if notes.get("is_template"):
        yield Line(_("The board was a template in Trello. Here it is an ordinary board."))
    if count := n["members"] + n["members_only_referenced"]:
        yield Line(
            _n(
                "%(num)s person becomes a name on cards. Nobody gets an account, an invitation or a mail by this.",
                "%(num)s people become names on cards. Nobody gets an account, an invitation or a mail by this.",
                count,
            )
        )
    if count := notes.get("shaded_labels"):
        yield Line(
            _n(
                "%(num)s label in a light or dark shade takes the colour itself.",
                "%(num)s labels in light or dark shades take the colour itself.",
                count,
            )
        )
    if count := notes.get("colourless_labels"):
        yield Line(
            _n("%(num)s label without a colour becomes slate.", "%(num)s labels without a colour become slate.", count)
        )
    if count := notes.get("strange_labels"):
        yield Line(
            _n(
                "%(num)s label of an unknown colour becomes slate.",
                "%(num)s labels of unknown colours become slate.",
                count,
            )
        )
    if count := n["attachments_uploads"]:
        yield Line(
            _n(
                "%(num)s uploaded file stays in Trello: the export holds only its address. The card links to it.",
                "%(num)s uploaded files stay in Trello: the export holds only their addresses. The cards link to them.",
                count,
            )
        )
    if count := n["cards_without_list"]:
        yield Line(
            _n(
                "%(num)s card has no list in the file. It comes into an archived list of its own.",
                "%(num)s cards have no list in the file. They come into an archived list of their own.",
                count,
            )
        )
    yield from _shortened(notes)
    if count := notes.get("untitled"):
        yield Line(
            _n(
                "%(num)s card without a title becomes “(untitled)”.",
                "%(num)s cards without a title become “(untitled)”.",
                count,
            )
        )
    if count := notes.get("places"):
        yield Line(
            _n(
                "%(num)s place on a map becomes a line of the description.",
                "%(num)s places on a map become lines of the descriptions.",
                count,
            )
        )
    if count := n["cards_template"]:
        yield Line(_n("%(num)s template becomes an ordinary card.", "%(num)s templates become ordinary cards.", count))
    if count := notes.get("special_cards"):
        yield Line(
            _n(
                "%(num)s separator or link card becomes an ordinary card.",
                "%(num)s separator or link cards become ordinary cards.",
                count,
            )
        )
    if count := notes.get("mirrors"):
        yield Line(
            _n(
                "%(num)s mirror of another board's card becomes a card of its own.",
                "%(num)s mirrors of other boards' cards become cards of their own.",
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
            _n(
                "%(num)s title is longer than titles are here. It stands in full at the top of the description.",
                "%(num)s titles are longer than titles are here. They stand in full at the top of the descriptions.",
                count,
            )
        )
    if count := sum(notes.get(key, 0) for key in ("long_list_names", "long_labels", "long_items")):
        yield Line(
            _n(
                "%(num)s name of a list, label or checklist item is too long and is shortened.",
                "%(num)s names of lists, labels or checklist items are too long and are shortened.",
                count,
            )
        )
    if count := notes.get("long_texts"):
        yield Line(
            _n(
                "%(num)s text is longer than a text can be here. Its end goes into a comment.",
                "%(num)s texts are longer than a text can be here. Their ends go into comments.",
                count,
            )
        )


def _lost(n: dict[str, Any], notes: dict[str, Any]) -> Iterator[Line]:
    if count := n["comments_lost_at_least"]:
        cards = [
            _n(
                "#%(number)s %(name)s: %(num)s comment",
                "#%(number)s %(name)s: %(num)s comments",
                each["lost"],
                number=each["number"],
                name=each["name"],
            )
            for each in notes.get("silent_cards", ())
        ]
        yield Line(
            _n(
                "%(num)s comment is not in the file: Trello exports only the newest 1,000 lines of a board's history.",
                "%(num)s comments are not in the file:"
                " Trello exports only the newest 1,000 lines of a board's history.",
                count,
            ),
            cards,
        )
    if count := n["comments_orphan_card"]:
        yield Line(
            _n(
                "%(num)s comment belongs to a card that is not in the file: it was deleted, or moved away.",
                "%(num)s comments belong to cards that are not in the file: they were deleted, or moved away.",
                count,
            )
        )
    if count := n["actions"] - n["comments"] - n["comments_orphan_card"] - n["comments_empty"]:
        yield Line(
            _n(
                "%(num)s line of history, such as a move, stays in Trello: history here holds what was done here.",
                "%(num)s lines of history, such as moves, stay in Trello: history here holds what was done here.",
                count,
            )
        )
    if count := notes.get("picture_covers"):
        yield Line(
            _n(
                "%(num)s cover is a picture, which is not in the file. The card has no cover.",
                "%(num)s covers are pictures, which are not in the file. The cards have no cover.",
                count,
            )
        )
    if count := n["stickers"]:
        yield Line(_n("%(num)s sticker: there are none here.", "%(num)s stickers: there are none here.", count))
    if count := n["plugin_data"] + notes.get("power_ups", 0):
        yield Line(
            _n(
                "%(num)s entry of a Power-Up: only that Power-Up can read it.",
                "%(num)s entries of Power-Ups: only those Power-Ups can read them.",
                count,
            )
        )


def _kept_unseen(n: dict[str, Any], notes: dict[str, Any]) -> Iterator[Line]:
    """What is stored with the cards but shows nowhere until there is a place for it."""
    if count := n["custom_field_values"]:
        fields = [
            _n("%(name)s: %(num)s value", "%(name)s: %(num)s values", each["values"], name=each["name"])
            for each in notes.get("fields", ())
        ]
        yield Line(
            _n(
                "%(num)s value of a custom field does not show yet: boards have no fields so far."
                " It is kept with its card.",
                "%(num)s values of custom fields do not show yet: boards have no fields so far."
                " They are kept with their cards.",
                count,
            ),
            fields,
        )
    if count := n["card_votes"]:
        yield Line(
            _n(
                "%(num)s vote does not show yet. It is kept with its card.",
                "%(num)s votes do not show yet. They are kept with their cards.",
                count,
            )
        )
    if count := notes.get("reminders"):
        yield Line(
            _n(
                "%(num)s reminder is not sent yet. It is kept with its card.",
                "%(num)s reminders are not sent yet. They are kept with their cards.",
                count,
            )
        )


def _broken(n: dict[str, Any], notes: dict[str, Any]) -> Iterator[Line]:
    """What is wrong inside the file."""
    if count := notes.get("unsafe_links"):
        yield Line(
            _n(
                "%(num)s attachment has an address that is no web address. It is left out.",
                "%(num)s attachments have addresses that are no web addresses. They are left out.",
                count,
            )
        )
    if count := n["checklists_orphan"]:
        yield Line(
            _n(
                "%(num)s checklist belongs to no card of the file.",
                "%(num)s checklists belong to no card of the file.",
                count,
            )
        )
    if count := n["checklist_ids_named_but_absent"]:
        yield Line(
            _n(
                "%(num)s checklist is named by a card but is not in the file.",
                "%(num)s checklists are named by cards but are not in the file.",
                count,
            )
        )
    if count := n["custom_field_values_orphan"]:
        yield Line(
            _n(
                "%(num)s value belongs to a custom field that is not in the file. It is kept with its card.",
                "%(num)s values belong to custom fields that are not in the file. They are kept with their cards.",
                count,
            )
        )
    if count := notes.get("unknown_labels"):
        yield Line(
            _n("%(num)s label on a card is not in the file.", "%(num)s labels on cards are not in the file.", count)
        )
    if (count := n["attachments_promised_by_badges"] - n["attachments"]) > 0:
        yield Line(
            _n(
                "%(num)s attachment that a card counts is not in the file.",
                "%(num)s attachments that cards count are not in the file.",
                count,
            )
        )
    if count := n["duplicate_ids"] + notes.get("without_id", 0):
        yield Line(
            _n(
                "%(num)s entry stands in the file twice or without a name of its own. It comes once, or not at all.",
                "%(num)s entries stand in the file twice or without names of their own. They come once, or not at all.",
                count,
            )
        )

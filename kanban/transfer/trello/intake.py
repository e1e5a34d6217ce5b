"""Reading an export: each part to its row, each row onto the shelf, whatever order the file has."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _

from kanban.transfer import limits
from kanban.transfer.refusals import BadFile
from kanban.transfer.trello import shapes
from kanban.transfer.trello.export import Export
from kanban.transfer.trello.rows import Label
from kanban.transfer.trello.shelf import Shelf
from kanban.transfer.trello.source import Readable
from kanban.transfer.trello.stream import parts
from kanban.transfer.trello.values import flag, text

# After so many parts whoever waits is told how far the reading is.
_REPORT_EVERY = 2_000


class Intake:
    """Fills one export from one file."""

    def __init__(self, export: Export, shelf: Shelf) -> None:
        self.export = export
        self._shelf = shelf
        self._keys: set[str] = set()
        self._labels_on_cards: dict[str, Label] = {}

    def take(self, stream: Readable, tick: Callable[[int], None]) -> None:
        """Read the whole file."""
        takers: dict[str, Callable[[dict[str, Any]], None]] = {
            "lists": self._take_list,
            "cards": self._take_card,
            "labels": self._take_label,
            "checklists": self._take_checklist,
            "members": self._take_member,
            "memberships": self._take_membership,
            "actions": self._take_action,
            "customFields": self._take_field,
            "pluginData": self._take_plugin_data,
        }
        for number, (key, value) in enumerate(parts(stream)):
            self.export.seen["parts"] += 1
            if number % _REPORT_EVERY == 0:
                tick(number)
            self._keys.add(key)
            if key not in takers:
                _refuse_strangers(key, value)
                shapes.put_fact(self.export.board, key, value)
            elif isinstance(value, dict):
                takers[key](value)
        self._refuse_what_is_no_board()
        self._shelf.close_the_lid()
        self._settle_labels()

    def _take_list(self, raw: dict[str, Any]) -> None:
        row = shapes.a_list(raw)
        if self._is_new("list", row.id):
            self._shelf.put(row)

    def _take_card(self, raw: dict[str, Any]) -> None:
        card = shapes.a_card(raw)
        if not self._is_new("card", card.id):
            return
        self._shelf.put(card, parent=card.list_id)
        self.export.highest_number = max(self.export.highest_number, card.number or 0)
        for attachment in shapes.attachments(raw):
            self._shelf.put(attachment, parent=card.id, id=f"{card.id}/{attachment.id}")
        for value in shapes.field_values(raw):
            self._shelf.put(value, parent=card.id, id=f"{card.id}/{value.id}")
        for item_id in shapes.ticked_items(raw):
            self._shelf.mark("ticked", item_id)
        for nested in raw.get("checklists") or () if isinstance(raw.get("checklists"), list) else ():
            if isinstance(nested, dict):
                self._put_checklist(nested, card.id)
        for id, name, color in card.labels:
            label = Label(id or shapes.made_up_id(name, color), name or "", color)
            self._labels_on_cards.setdefault(label.id, label)
        if len(self._labels_on_cards) > limits.COUNTS["labels"]:
            raise BadFile(
                _(
                    "The cards of this file name more than %(count)s labels, the most an import takes.",
                    count=limits.COUNTS["labels"],
                ),
                code="too_many",
            )

    def _take_label(self, raw: dict[str, Any]) -> None:
        label = shapes.a_label(raw)
        if label.id in self.export.labels:
            self.export.seen["duplicates"] += 1
            return
        self.export.labels[label.id] = label
        self.export.labels_listed.add(label.id)

    def _take_checklist(self, raw: dict[str, Any]) -> None:
        self.export.seen["checklists listed"] += 1
        self._shelf.mark("checklist listed", text(raw.get("id")))
        self._put_checklist(raw)

    def _put_checklist(self, raw: dict[str, Any], card_id: str = "") -> None:
        checklist = shapes.a_checklist(raw, card_id)
        if not checklist.id:
            return
        self._shelf.put(checklist, parent=checklist.card_id)
        for item in shapes.items(raw):
            self._shelf.put(item, parent=checklist.id, id=f"{checklist.id}/{item.id}")

    def _take_member(self, raw: dict[str, Any]) -> None:
        person = shapes.a_person(raw)
        if self._is_new("member", person.id):
            self._shelf.put(person)

    def _take_membership(self, raw: dict[str, Any]) -> None:
        if not flag(raw.get("deactivated")):
            self.export.roles[text(raw.get("idMember"))] = text(raw.get("memberType"))

    def _take_action(self, raw: dict[str, Any]) -> None:
        self.export.seen["actions"] += 1
        kind = text(raw.get("type")) or "?"
        # The kinds are a small set in every real file; a made-up one must not fill the memory.
        self.export.kinds[kind if kind in self.export.kinds or len(self.export.kinds) < 500 else "?"] += 1
        self._shelf.mark("action", text(raw.get("id")) or f"#{self.export.seen['actions']}")
        for person in shapes.people_of(raw):
            self._shelf.put(person, parent="named", id=f"named/{person.id}")
        if kind in shapes.COMMENTS:
            comment = shapes.a_comment(raw)
            self._shelf.put(comment, parent=comment.card_id)
        elif (birth := shapes.a_birth(raw)) is not None:
            self._shelf.put(birth, parent=birth.card_id)

    def _take_field(self, raw: dict[str, Any]) -> None:
        field = shapes.a_field(raw)
        if self._is_new("field", field.id):
            self._shelf.put(field)

    def _take_plugin_data(self, raw: dict[str, Any]) -> None:
        self.export.seen["plugin data"] += 1

    def _is_new(self, kind: str, id: str) -> bool:
        """Whether a thing is the first with its id. Without an id it is nothing."""
        if not id:
            self.export.seen["without id"] += 1
            return False
        if id in self.export.ids[kind]:
            self.export.seen["duplicates"] += 1
            return False
        self.export.ids[kind].add(id)
        return True

    def _refuse_what_is_no_board(self) -> None:
        if {"lists", "cards"} <= self._keys:
            return
        if "idList" in self._keys:
            raise BadFile(
                _("This is one card, not a board. In Trello open the board's menu and export the whole board as JSON."),
                code="single_card",
            )
        raise BadFile(
            _(
                "This JSON file holds no board: an export of Trello's has “lists” and “cards”."
                " Export the board as JSON from its menu."
            ),
            code="no_board",
        )

    def _settle_labels(self) -> None:
        """Add the labels that the file's own table leaves out."""
        self.export.label_by_look = {
            (label.name, label.color): label.id for label in reversed(self.export.labels.values())
        }
        if "labels" not in self._keys:
            for color, name in self.export.board.label_names.items():
                if name:
                    self._add_label(Label(shapes.made_up_id(name, color), name, color))
        for label in self._labels_on_cards.values():
            self._add_label(label)
        self._labels_on_cards.clear()

    def _add_label(self, label: Label) -> None:
        if label.id in self.export.labels or (
            "/" in label.id and (label.name, label.color) in self.export.label_by_look
        ):
            return
        self.export.labels[label.id] = label
        self.export.label_by_look.setdefault((label.name, label.color), label.id)


def _refuse_strangers(key: str, value: Any) -> None:
    """Stop at the first key that only another program's file has."""
    if (key == "_format" and "wekan" in text(value).lower()) or key in ("_id", "swimlanes"):
        raise BadFile(_("This is an export of WeKan's. Only exports of Trello's can be imported so far."), code="wekan")
    if key == "included" and value is True:
        raise BadFile(_("This is a board of Planka's. Only exports of Trello's can be imported so far."), code="planka")

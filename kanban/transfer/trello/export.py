"""One export, read once and then asked: its lists, cards and people in order, whatever order the file had."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _

from kanban.transfer import limits
from kanban.transfer.refusals import BadFile
from kanban.transfer.trello import shapes
from kanban.transfer.trello.rows import (
    Attachment,
    Birth,
    Board,
    Card,
    Checklist,
    Comment,
    Field,
    Item,
    Label,
    List,
    Person,
    Value,
)
from kanban.transfer.trello.shelf import Shelf
from kanban.transfer.trello.source import opened
from kanban.transfer.trello.stream import parts
from kanban.transfer.trello.values import flag, text

# After so many parts whoever waits is told how far the reading is.
_REPORT_EVERY = 2_000


@contextmanager
def read(
    path: Path,
    entry: str | None = None,
    *,
    scratch: Path | None = None,
    tick: Callable[[int], None] = lambda parts: None,
) -> Iterator["Export"]:
    """Read a file and give what it holds; `tick` is called now and then, and may raise to stop.

    `scratch` is the folder for the file that rows are put aside in.
    """
    with tempfile.TemporaryDirectory(prefix="import-", dir=scratch) as folder:
        shelf = Shelf(Path(folder) / "rows.sqlite")
        try:
            export = Export(shelf)
            with opened(path, entry) as stream:
                export.take(stream, tick)
            yield export
        finally:
            shelf.close()


class Export:
    """What an export holds. Counts that no row can tell (`seen`, `kinds`) are kept as the file is read."""

    def __init__(self, shelf: Shelf) -> None:
        self.board = Board()
        self.seen: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.highest_number = 0
        self.labels: dict[str, Label] = {}
        self.labels_listed: set[str] = set()
        self._shelf = shelf
        self._keys: set[str] = set()
        self._roles: dict[str, str] = {}
        self._ids: dict[str, set[str]] = {"list": set(), "card": set(), "field": set(), "member": set()}
        self._labels_on_cards: dict[str, Label] = {}
        self._label_by_look: dict[tuple[str, str | None], str] = {}

    # -- reading ----------------------------------------------------------------------

    def take(self, stream: Any, tick: Callable[[int], None]) -> None:
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
            self.seen["parts"] += 1
            if number % _REPORT_EVERY == 0:
                tick(number)
            self._keys.add(key)
            if key not in takers:
                _refuse_strangers(key, value)
                shapes.put_fact(self.board, key, value)
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
        self.highest_number = max(self.highest_number, card.number or 0)
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
        if label.id in self.labels:
            self.seen["duplicates"] += 1
            return
        self.labels[label.id] = label
        self.labels_listed.add(label.id)

    def _take_checklist(self, raw: dict[str, Any]) -> None:
        self.seen["checklists listed"] += 1
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
            self._roles[text(raw.get("idMember"))] = text(raw.get("memberType"))

    def _take_action(self, raw: dict[str, Any]) -> None:
        self.seen["actions"] += 1
        kind = text(raw.get("type")) or "?"
        # The kinds are a small set in every real file; a made-up one must not fill the memory.
        self.kinds[kind if kind in self.kinds or len(self.kinds) < 500 else "?"] += 1
        self._shelf.mark("action", text(raw.get("id")) or f"#{self.seen['actions']}")
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
        self.seen["plugin data"] += 1

    def _is_new(self, kind: str, id: str) -> bool:
        """Whether a thing is the first with its id. Without an id it is nothing."""
        if not id:
            self.seen["without id"] += 1
            return False
        if id in self._ids[kind]:
            self.seen["duplicates"] += 1
            return False
        self._ids[kind].add(id)
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
        self._label_by_look = {(label.name, label.color): label.id for label in reversed(self.labels.values())}
        if "labels" not in self._keys:
            for color, name in self.board.label_names.items():
                if name:
                    self._add_label(Label(shapes.made_up_id(name, color), name, color))
        for label in self._labels_on_cards.values():
            self._add_label(label)
        self._labels_on_cards.clear()

    def _add_label(self, label: Label) -> None:
        if label.id in self.labels or ("/" in label.id and (label.name, label.color) in self._label_by_look):
            return
        self.labels[label.id] = label
        self._label_by_look.setdefault((label.name, label.color), label.id)

    # -- asking -----------------------------------------------------------------------

    def lists(self) -> Iterator[List]:
        return self._shelf.under(List)

    def cards(self, list_id: str) -> Iterator[Card]:
        return self._shelf.under(Card, list_id)

    def count_cards(self, list_id: str | None) -> int:
        """How many cards a list has; None asks for those without one."""
        if list_id is None:
            return sum(1 for _card in self.cards_without_list())
        return self._shelf.count(Card, list_id)

    @property
    def card_count(self) -> int:
        return len(self._ids["card"])

    @property
    def list_count(self) -> int:
        return len(self._ids["list"])

    def cards_without_list(self) -> Iterator[Card]:
        return self._shelf.strays(Card, "List")

    def attachments(self, card: Card) -> Iterator[Attachment]:
        return self._shelf.under(Attachment, card.id)

    def field_values(self, card: Card) -> Iterator[Value]:
        return self._shelf.under(Value, card.id)

    def checklists(self, card: Card) -> Iterator[Checklist]:
        return self._shelf.under(Checklist, card.id)

    def items(self, checklist: Checklist) -> Iterator[Item]:
        """The items of a checklist, in order and with their ticks."""
        for item in self._shelf.under(Item, checklist.id):
            item.is_done = item.is_done or self._shelf.has("ticked", item.id)
            yield item

    def comments(self, card: Card) -> Iterator[Comment]:
        """The comments of a card, oldest first; those without a word are no comments."""
        return (comment for comment in self._shelf.under(Comment, card.id) if comment.text.strip())

    def fields(self) -> Iterator[Field]:
        return self._shelf.under(Field)

    def birth(self, card: Card) -> Birth | None:
        """The earliest that the history tells of how a card came to be."""
        return next(self._shelf.under(Birth, card.id), None)

    def label_ids(self, card: Card) -> list[str]:
        """The labels of a card, each once; ids that nothing in the file explains are left out."""
        named = [id or self._label_by_look.get((name or "", color), "") for id, name, color in card.labels]
        return [id for id in dict.fromkeys([*card.label_ids, *named]) if id in self.labels]

    def has_card(self, id: str) -> bool:
        return id in self._ids["card"]

    def has_list(self, id: str) -> bool:
        return id in self._ids["list"]

    def has_field(self, id: str) -> bool:
        return id in self._ids["field"]

    def is_member(self, id: str) -> bool:
        return id in self._ids["member"]

    def has_checklist(self, id: str) -> bool:
        return self._shelf.has("Checklist", id)

    def orphan_checklists(self) -> int:
        return sum(1 for _stray in self._shelf.strays(Checklist, "Card"))

    def all_comments(self) -> Iterator[Comment]:
        return self._shelf.all(Comment)

    def duplicates(self) -> int:
        """How often an id came a second time in a place where it may come once."""
        listed = self.seen["checklists listed"] - self._shelf.marks("checklist listed")
        return self.seen["duplicates"] + listed + self.seen["actions"] - self._shelf.marks("action")

    def members(self) -> Iterator[Person]:
        """The members whom the board lists, with their roles."""
        for person in self._shelf.under(Person):
            person.role = self._roles.get(person.id)
            yield person

    def person(self, id: str) -> Person:
        """Who an id is, as far as the file tells: a member, somebody named in its history, or nobody known."""
        found = self._shelf.get(Person, id) or self._shelf.get(Person, f"named/{id}")
        person = found or Person(id=id, name="", username="")
        person.role = self._roles.get(id)
        return person


def _refuse_strangers(key: str, value: Any) -> None:
    """Stop at the first key that only another program's file has."""
    if (key == "_format" and "wekan" in text(value).lower()) or key in ("_id", "swimlanes"):
        raise BadFile(_("This is an export of WeKan's. Only exports of Trello's can be imported so far."), code="wekan")
    if key == "included" and value is True:
        raise BadFile(_("This is a board of Planka's. Only exports of Trello's can be imported so far."), code="planka")

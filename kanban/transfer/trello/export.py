"""One export, once it has been read: its lists, cards and people, in order."""

from collections import Counter
from collections.abc import Iterator

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


class Export:
    """What an export holds. What no row can tell (`seen`, `kinds`) was counted as the file was read."""

    def __init__(self, shelf: Shelf) -> None:
        self.board = Board()
        self.seen: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.highest_number = 0
        self.labels: dict[str, Label] = {}
        # Of these, the ids of those that the board's own table has.
        self.labels_listed: set[str] = set()
        self.label_by_look: dict[tuple[str, str | None], str] = {}
        self.roles: dict[str, str] = {}
        self.ids: dict[str, set[str]] = {"list": set(), "card": set(), "field": set(), "member": set()}
        self._shelf = shelf

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
        return len(self.ids["card"])

    @property
    def list_count(self) -> int:
        return len(self.ids["list"])

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
        named = [id or self.label_by_look.get((name or "", color), "") for id, name, color in card.labels]
        return [id for id in dict.fromkeys([*card.label_ids, *named]) if id in self.labels]

    def has_card(self, id: str) -> bool:
        return id in self.ids["card"]

    def has_list(self, id: str) -> bool:
        return id in self.ids["list"]

    def has_field(self, id: str) -> bool:
        return id in self.ids["field"]

    def is_member(self, id: str) -> bool:
        return id in self.ids["member"]

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
            person.role = self.roles.get(person.id)
            yield person

    def person(self, id: str) -> Person:
        """Who an id is, as far as the file tells: a member, somebody named in its history, or nobody known."""
        found = self._shelf.get(Person, id) or self._shelf.get(Person, f"named/{id}")
        person = found or Person(id=id, name="", username="")
        person.role = self.roles.get(id)
        return person

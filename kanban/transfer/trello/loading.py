"""An export into a board that nobody sees yet.

In two rounds, since a text may link to a card that stands behind it: only when all
cards are in does one know where the links lead.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from kanban.actions.placeholders import placeholders
from kanban.actions.staging import insert, stage_board
from kanban.actions.transfers import WHOLE
from kanban.models import Board, BoardMember, Card, Label, List, Transfer
from kanban.support.ranks import ranks_between
from kanban.transfer.trello import records, rows
from kanban.transfer.trello.contents import Contents, ContentsWriter
from kanban.transfer.trello.export import Export
from kanban.transfer.trello.links import Target, Targets
from kanban.transfer.writer import Writer, batches

# The part of the progress that is reading the file.
READ = WHOLE * 3 // 10
_CARDS_AT_ONCE = 200


class Loader:
    """Fills one board from one export; `people` are our ids by Trello's, known once it has begun."""

    def __init__(self, export: Export, transfer: Transfer, *, base_url: str, time_zone: str, now: datetime) -> None:
        self.export = export
        self.transfer = transfer
        self.base_url = base_url
        self.time_zone = time_zone
        self.now = now
        self.last_number = 0
        self._writer = Writer(transfer, start=READ, total=2 * export.card_count)
        self._numbers: set[int] = set()
        self._next_number = export.highest_number

    def load(self) -> Board:
        """Stage everything: the board is then complete, and still unseen."""
        record = records.board_record(
            self.export, importer_id=self.transfer.user_id, time_zone=self.time_zone, now=self.now
        )
        board = stage_board(self.transfer, record)
        people = self._load_people(board)
        labels = self._load_labels(board)
        lists = self._load_lists(board)
        targets = Targets(self.base_url)
        targets.add_board(self.export.board.short_link, Target(f"/boards/{board.id}", board.name))
        cards: dict[str, int] = {}
        for list_id, source_id in lists.items():
            self._load_cards(board, list_id, source_id, people, cards, targets)
        self.last_number = max(self._numbers, default=0)
        contents = Contents(self.export, board.id, people, labels, targets, self.now)
        writer = ContentsWriter(contents, self._writer)
        for source_id in lists.values():
            for card in self._cards_of(source_id):
                writer.add(card, cards[card.id])
        writer.flush()
        return board

    def _load_people(self, board: Board) -> dict[str, int]:
        options = self.transfer.options or {}
        matches: dict[str, int] = options.get("matches", {})
        named: list[dict[str, Any]] = (self.transfer.receipt or {}).get("people", [])
        with self._writer.step() as session:
            unmatched = [person for person in named if person["id"] not in matches]
            people = {**placeholders(session, records.SOURCE, self.transfer.workspace_id, unmatched), **matches}
            members: dict[int, str] = {}
            for person in named:
                # Placeholders can be chosen on the board. An account gets in only where that was asked for.
                if person["role"] and (person["id"] not in matches or options.get("with_roles")):
                    members.setdefault(people[person["id"]], person["role"])
            members.pop(self.transfer.user_id, None)
            made = [{"board_id": board.id, "user_id": user_id, "role": role} for user_id, role in members.items()]
            insert(session, BoardMember, made)
            session.get_one(Transfer, self.transfer.id).people = people
        return people

    def _load_labels(self, board: Board) -> dict[str, int]:
        found: dict[str, int] = {}
        for some in batches(iter(self.export.labels.values())):
            made = [
                records.label_record(
                    label, board_id=board.id, is_listed=label.id in self.export.labels_listed, now=self.now
                )
                for label in some
            ]
            with self._writer.step() as session:
                found.update(zip((label.id for label in some), insert(session, Label, made), strict=True))
        return found

    def _load_lists(self, board: Board) -> dict[int, str | None]:
        """The id in the file of each list of ours, in order; None for the list of cards that have none."""
        source_ids: list[str | None] = []
        made: list[records.Record] = []
        strays = self.export.count_cards(None)
        count = self.export.list_count + (strays > 0)
        ranks = iter(ranks_between(None, None, count))
        for row in self.export.lists():
            made.append(records.list_record(row, board_id=board.id, rank=next(ranks), now=self.now))
            source_ids.append(row.id)
        if strays:
            made.append(records.stray_list_record(board_id=board.id, rank=next(ranks), now=self.now))
            source_ids.append(None)
        ids: list[int] = []
        for some in batches(iter(made)):
            with self._writer.step() as session:
                ids.extend(insert(session, List, some))
        return dict(zip(ids, source_ids, strict=True))

    def _load_cards(
        self,
        board: Board,
        list_id: int,
        source_id: str | None,
        people: dict[str, int],
        cards: dict[str, int],
        targets: Targets,
    ) -> None:
        ranks = iter(ranks_between(None, None, self.export.count_cards(source_id)))
        for some in batches(self._cards_of(source_id), _CARDS_AT_ONCE):
            made = [
                records.card_record(
                    card,
                    self.export,
                    board_id=board.id,
                    list_id=list_id,
                    number=self._number(card),
                    rank=next(ranks),
                    people=people,
                    now=self.now,
                )
                for card in some
            ]
            with self._writer.step(len(some)) as session:
                ids = insert(session, Card, made)
            for card, card_id, record in zip(some, ids, made, strict=True):
                cards[card.id] = card_id
                targets.add_card(card.short_link, Target(f"/cards/{card_id}", record["title"]))

    def _cards_of(self, source_id: str | None) -> Iterator[rows.Card]:
        return self.export.cards_without_list() if source_id is None else self.export.cards(source_id)

    def _number(self, card: rows.Card) -> int:
        """The number the card had, or one behind all others where it had none or another has it."""
        number = card.number
        if number is None or number < 1 or number in self._numbers:
            self._next_number += 1
            number = self._next_number
        self._numbers.add(number)
        return number

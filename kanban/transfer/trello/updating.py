"""A board that came from Trello, and a newer export of it: what is new comes, what changed there changes here.

What people have changed here since stays as they left it, and nothing is taken away.
"""

from bisect import bisect_left
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kanban.actions.placeholders import placeholders
from kanban.actions.refreshing import finish_refresh, refresh_board
from kanban.actions.transfers import WHOLE, note_event, step
from kanban.models import (
    Actor,
    Assignment,
    Attachment,
    Board,
    Card,
    CardLabel,
    Checklist,
    Comment,
    Item,
    Label,
    List,
    Transfer,
)
from kanban.queries.transfers import people_of
from kanban.support.db import db
from kanban.transfer.trello import records, rows
from kanban.transfer.trello.contents import Contents
from kanban.transfer.trello.differences import Differences
from kanban.transfer.trello.export import Export
from kanban.transfer.trello.links import Target, Targets
from kanban.transfer.trello.loading import READ
from kanban.transfer.writer import ROWS_AT_ONCE


class Updater:
    """Brings one board up to date; the transfer then says what became of what."""

    def __init__(self, export: Export, transfer: Transfer, actor: Actor, *, base_url: str, now: datetime) -> None:
        self.export = export
        self.transfer = transfer
        self.actor = actor
        self.now = now
        self.board = db.session.get_one(Board, transfer.into_id)
        self.targets = Targets(base_url)
        self.differences = Differences(self.board)
        # An update that broke off goes on in the same event.
        self.event_id: int | None = (transfer.options or {}).get("event")
        self._done = 0

    def update(self) -> int | None:
        """Write the whole difference; the id of its event, or None where there was none."""
        people = self._people()
        for label in self.export.labels.values():
            is_listed = label.id in self.export.labels_listed
            record = records.label_record(label, board_id=self.board.id, is_listed=is_listed, now=self.now)
            self.differences.meet(Label, record, record["name"])
        lists = list(self.export.lists())
        for row in lists:
            record = records.list_record(row, board_id=self.board.id, rank=None, now=self.now)
            self.differences.meet(List, record, record["name"])
        self._write()
        self._add_cards(lists, people)
        self._meet_cards(lists, people)
        self._write()
        for row in lists:
            self._put_in_order(row)
        self._write()
        told = {**self.differences.told, "kept_names": list(self.differences.kept_names), "event": self.event_id}
        finish_refresh(self.transfer, self.board, told)
        return self.event_id

    def _people(self) -> dict[str, int]:
        matches: dict[str, int] = (self.transfer.options or {}).get("matches", {})
        named: list[dict[str, Any]] = (self.transfer.receipt or {}).get("people", [])
        known = {**people_of(self.board), **matches}
        with step(self.transfer, READ) as session:
            new = [person for person in named if person["id"] not in known]
            people = {**known, **placeholders(session, records.SOURCE, self.transfer.workspace_id, new)}
            session.get_one(Transfer, self.transfer.id).people = people
        return people

    def _add_cards(self, lists: list[rows.List], people: dict[str, int]) -> None:
        """New cards first, without what is on them: texts may link to any of them."""
        for row in lists:
            for card in self.export.cards(row.id):
                if card.id not in self.differences.here(Card):
                    self.differences.add(Card(**self._record(card, row, people)))
                self._done += 1
            self._write()
        here = self.differences.here(Card)
        self.targets.add_board(self.export.board.short_link, Target(f"/boards/{self.board.id}", self.board.name))
        for row in lists:
            for card in self.export.cards(row.id):
                ours = here[card.id]
                self.targets.add_card(card.short_link, Target(f"/cards/{ours.id}", ours.title))

    def _meet_cards(self, lists: list[rows.List], people: dict[str, int]) -> None:
        labels = {source_id: label.id for source_id, label in self.differences.here(Label).items()}
        contents = Contents(self.export, self.board.id, people, labels, self.targets, self.now)
        links = _links_on(self.board)
        for row in lists:
            for card in self.export.cards(row.id):
                record = self._record(card, row, people)
                record["description"] = records.within_limit(contents.description(card))
                ours = self.differences.meet(Card, record, record["title"])
                if ours.deleted_at is None:
                    self._meet_contents(contents, card, ours.id, links)
                self._done += 1
                if len(self.differences.portion) >= ROWS_AT_ONCE:
                    self._write()

    def _meet_contents(
        self, contents: Contents, card: rows.Card, card_id: int, links: set[tuple[type[Any], int, int]]
    ) -> None:
        meet = self.differences.meet
        for model, record in contents.links(card, card_id):
            other = record["label_id"] if model is CardLabel else record["user_id"]
            if (model, card_id, other) not in links:
                if self.differences.is_touched(model, (card_id, other)):
                    self.differences.keep(card.name)
                else:
                    self.differences.add(model(**record))
        for record in contents.attachments(card, card_id):
            meet(Attachment, record, card.name)
        for record in contents.comments(card, card_id):
            if record["source_id"]:
                meet(Comment, record, card.name)
        for checklist, items in contents.checklists(card, card_id):
            known = self.differences.here(Checklist).get(checklist["source_id"])
            ours = meet(Checklist, {**checklist, "rank": None}, card.name)
            for item in items:
                if known is None:
                    # The checklist is new too: the relation gives the item its id.
                    self.differences.add(Item(**item, checklist=ours))
                else:
                    meet(Item, {**item, "checklist_id": known.id, "rank": None}, card.name)

    def _put_in_order(self, row: rows.List) -> None:
        """Move those cards of a list that stand otherwise in the file, and that nobody has moved here."""
        list_id = self.differences.here(List)[row.id].id
        query = sa.select(Card.id, Card.source_id).where(
            Card.list_id == list_id, Card.source == records.SOURCE, Card.source_id.is_not(None)
        )
        ours = {source_id: id_ for id_, source_id in db.session.execute(query.order_by(Card.rank))}
        place = {id_: number for number, id_ in enumerate(ours.values())}
        theirs = [
            ours[card.id]
            for card in self.export.cards(row.id)
            if card.id in ours and not self.differences.is_touched(Card, ours[card.id], "rank")
        ]
        standing = _longest_ascent([place[id_] for id_ in theirs])
        # From the end, so that what a card is put before stands right already.
        after: int | None = None
        for number in range(len(theirs) - 1, -1, -1):
            if number not in standing:
                self.differences.portion.moved.append((theirs[number], after))
                self.differences.told["moved"] += 1
            after = theirs[number]

    def _record(self, card: rows.Card, row: rows.List, people: dict[str, int]) -> records.Record:
        return records.card_record(
            card,
            self.export,
            board_id=self.board.id,
            list_id=self.differences.here(List)[row.id].id,
            number=card.number,
            rank=None,
            people=people,
            now=self.now,
        )

    def _write(self) -> None:
        portion = self.differences.portion
        if not len(portion):
            return
        progress = READ + (WHOLE - 1 - READ) * self._done // max(1, 2 * self.export.card_count)
        event_id = refresh_board(
            self.actor, self.transfer, self.board, portion, part_of=self.event_id, progress=progress
        )
        if self.event_id is None and event_id is not None:
            self.event_id = event_id
            note_event(self.transfer, event_id)
        self.differences.written()


def _links_on(board: Board) -> set[tuple[type[Any], int, int]]:
    """Which labels and people are on which cards."""
    labels = sa.select(CardLabel.card_id, CardLabel.label_id).where(CardLabel.board_id == board.id)
    people = sa.select(Assignment.card_id, Assignment.user_id).where(Assignment.board_id == board.id)
    return {
        (model, card_id, other)
        for model, query in ((CardLabel, labels), (Assignment, people))
        for card_id, other in db.session.execute(query)
    }


def _longest_ascent(numbers: list[int]) -> set[int]:
    """Positions of a longest run that only rises, with gaps: those need not be moved."""
    tails: list[int] = []
    tail_at: list[int] = []
    before: list[int] = []
    for position, number in enumerate(numbers):
        length = bisect_left(tails, number)
        before.append(tail_at[length - 1] if length else -1)
        tails[length : length + 1] = [number]
        tail_at[length : length + 1] = [position]
    found: set[int] = set()
    position = tail_at[-1] if tail_at else -1
    while position >= 0:
        found.add(position)
        position = before[position]
    return found

"""What is on the cards of an export: labels, people, checklists, comments and attachments."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kanban.actions.staging import insert, rewrite
from kanban.models import Assignment, Attachment, CardLabel, Checklist, Comment, Item
from kanban.support.ranks import ranks_between
from kanban.transfer.trello import mapping, records, rows
from kanban.transfer.trello.dates import created_at
from kanban.transfer.trello.export import Export
from kanban.transfer.trello.links import Targets, has_links
from kanban.transfer.trello.records import Record
from kanban.transfer.trello.values import parsed
from kanban.transfer.writer import ROWS_AT_ONCE, Writer


class Contents:
    """Makes the records of what is on a card, once all cards have their ids here."""

    def __init__(
        self,
        export: Export,
        board_id: int,
        people: dict[str, int],
        labels: dict[str, int],
        targets: Targets,
        now: datetime,
    ) -> None:
        self._export = export
        self._board_id = board_id
        self._people = people
        self._labels = labels
        self._targets = targets
        self._now = now

    def links(self, card: rows.Card, card_id: int) -> Iterator[tuple[type[Any], Record]]:
        """Labels and people of a card."""
        on_card = {"board_id": self._board_id, "card_id": card_id}
        for label_id in self._export.label_ids(card):
            yield CardLabel, {**on_card, "label_id": self._labels[label_id]}
        # Two people of the file may have been taken for one of ours.
        for user_id in dict.fromkeys(self._people[id] for id in card.member_ids):
            yield Assignment, {**on_card, "user_id": user_id}

    def attachments(self, card: rows.Card, card_id: int) -> Iterator[Record]:
        for row in self._export.attachments(card):
            url = mapping.safe_url(row.url)
            if url is not None:
                yield records.attachment_record(
                    row,
                    self._targets.of_url(url) or url,
                    board_id=self._board_id,
                    card_id=card_id,
                    people=self._people,
                    now=self._now,
                )

    def comments(self, card: rows.Card, card_id: int) -> Iterator[Record]:
        """The comments of a card; before them what was too long for its description."""
        yield from records.continuation(card, board_id=self._board_id, card_id=card_id, now=self._now)
        for row in self._export.comments(card):
            text = self._targets.in_markdown(row.text)
            yield from records.comment_records(
                row, text, board_id=self._board_id, card_id=card_id, people=self._people, now=self._now
            )

    def checklists(self, card: rows.Card, card_id: int) -> Iterator[tuple[Record, list[Record]]]:
        """Each checklist of a card with its items, which still lack its id."""
        found = list(self._export.checklists(card))
        changed = parsed(card.active_at) or created_at(card.id, now=self._now)
        for row, rank in zip(found, ranks_between(None, None, len(found)), strict=True):
            items = list(self._export.items(row))
            yield (
                records.checklist_record(row, board_id=self._board_id, card_id=card_id, rank=rank, now=self._now),
                [
                    records.item_record(
                        item,
                        self._targets.in_line(item.text),
                        board_id=self._board_id,
                        card_id=card_id,
                        rank=item_rank,
                        changed=changed,
                        people=self._people,
                        now=self._now,
                    )
                    for item, item_rank in zip(items, ranks_between(None, None, len(items)), strict=True)
                ],
            )

    def description(self, card: rows.Card) -> str:
        return self._targets.in_markdown(records.description_of(card))


class ContentsWriter:
    """Collects the records of many cards, and writes them whenever there are enough."""

    def __init__(self, contents: Contents, writer: Writer) -> None:
        self._contents = contents
        self._writer = writer
        self._waiting: dict[Any, list[Record]] = {}
        # Each with its items, which need its id.
        self._checklists: list[tuple[Record, list[Record]]] = []
        self._texts: dict[int, str] = {}
        self._cards = self._rows = 0

    def add(self, card: rows.Card, card_id: int) -> None:
        """Take in what is on a card that stands on the board already."""
        contents = self._contents
        if has_links(card.description):
            self._texts[card_id] = records.within_limit(contents.description(card))
        for model, record in contents.links(card, card_id):
            self._wait(model, record)
        for record in contents.attachments(card, card_id):
            self._wait(Attachment, record)
        for record in contents.comments(card, card_id):
            self._wait(Comment, record)
        for checklist, items in contents.checklists(card, card_id):
            self._checklists.append((checklist, items))
            self._rows += 1 + len(items)
        self._cards += 1
        if self._rows >= ROWS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        with self._writer.step(self._cards) as session:
            for model, made in self._waiting.items():
                insert(session, model, made)
            self._write_checklists(session)
            for card_id, text in self._texts.items():
                rewrite(session, card_id, text)
        self._waiting.clear()
        self._checklists.clear()
        self._texts.clear()
        self._cards = self._rows = 0

    def _wait(self, model: Any, record: Record) -> None:
        self._waiting.setdefault(model, []).append(record)
        self._rows += 1

    def _write_checklists(self, session: Session) -> None:
        ids = insert(session, Checklist, [checklist for checklist, _items in self._checklists])
        items = [
            {**item, "checklist_id": checklist_id}
            for checklist_id, (_checklist, items) in zip(ids, self._checklists, strict=True)
            for item in items
        ]
        insert(session, Item, items)

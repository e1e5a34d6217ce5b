"""Random histories: what people could do next on two boards, chosen by numbers."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st

from kanban.actions import (
    assignments,
    attachments,
    boards,
    cards,
    checklists,
    comments,
    copies,
    dates,
    labels,
    lists,
    positions,
    states,
)
from kanban.actions.boards import create_board
from kanban.actions.members import add_board_member
from kanban.actions.workspaces import create_workspace
from kanban.eventlog import snapshot
from kanban.models import (
    KINDS,
    LABEL_COLORS,
    Actor,
    Attachment,
    Board,
    Card,
    Checklist,
    Comment,
    Event,
    Item,
    Label,
    List,
    User,
    Workspace,
)
from kanban.models.recorded import SoftDeleted
from kanban.support.db import db
from kanban.support.errors import Refused

_names = itertools.count()


@dataclass(frozen=True)
class Deed:
    """Something that somebody tries: who, which action, and numbers that choose what it is done to."""

    who: int
    what: str
    numbers: tuple[int, ...]


class Stage:
    """Two boards, and the people who work on them. Every deed finds its things anew, as a request does."""

    def __init__(self, people: list[int], board_ids: list[int]) -> None:
        self.people = people
        self.board_ids = board_ids
        self._numbers: Iterator[int] = iter(())

    def actor(self, who: int) -> Actor:
        return Actor(db.session.get_one(User, self.people[who % len(self.people)]))

    def try_it(self, deed: Deed) -> Event | None:
        """The event of a deed; None where it was refused, was not possible, or changed nothing."""
        self._numbers = iter(deed.numbers)
        try:
            event: Event = DEEDS[deed.what](self, self.actor(deed.who))
        except (Refused, NothingThere):
            return None
        return event if event.id is not None else None

    def number(self, below: int) -> int:
        return next(self._numbers, 0) % below

    def any(self, model: Any, **where: Any) -> Any:
        """A row on one of the boards: live, archived or deleted."""
        board = Board.id if model is Board else model.board_id
        query = sa.select(model).where(board.in_(self.board_ids)).filter_by(**where).order_by(model.id)
        found = db.session.scalars(query).all()
        if not found:
            raise NothingThere
        return found[self.number(len(found))]

    def neighbour(self, model: Any, **where: Any) -> Any:
        """A row to stand before, or None for the end."""
        return self.any(model, **where) if self.number(2) else None

    def text(self) -> str:
        return "text " + "abcdefgh"[self.number(8)]


class NothingThere(Exception):
    """There is nothing such a deed could be done to."""


def set_stage(ada_id: int, grace_id: int) -> Stage:
    """Two fresh boards with a few cards, which Ada administers and Grace works on."""
    db.session.remove()
    stage = Stage([ada_id, grace_id], [])
    ada, grace = stage.actor(0), stage.actor(1)
    workspace = db.session.get_one(Workspace, create_workspace(ada, "Stage").workspace_id)
    for _each in range(2):
        name = f"Board {next(_names)}"
        create_board(ada, workspace, name, lists=["One", "Two"])
        board = db.session.scalars(sa.select(Board).where(Board.name == name)).one()
        add_board_member(ada, board, grace.user)
        for to in db.session.scalars(sa.select(List).where(List.board_id == board.id)).all():
            cards.create_cards(ada, to, [cards.NewCard("a"), cards.NewCard("b", "- [ ] box")])
        stage.board_ids.append(board.id)
    return stage


def check_logs(board_ids: list[int]) -> None:
    """Every board's events are numbered without a gap, and its counter stands at the last of them."""
    for board_id in board_ids:
        numbers = db.session.scalars(sa.select(Event.seq).where(Event.board_id == board_id).order_by(Event.seq)).all()
        assert list(numbers) == list(range(1, len(numbers) + 1))
        assert db.session.get_one(Board, board_id, populate_existing=True).seq == len(numbers)


def _move_card(stage: Stage, actor: Actor) -> Event:
    card, to = stage.any(Card), stage.any(List)
    before = stage.any(Card, list_id=to.id) if stage.number(2) else None
    return positions.move_card(actor, card, to=to, before=before, insist=bool(stage.number(2)))


def _move_item(stage: Stage, actor: Actor) -> Event:
    item = stage.any(Item)
    to = stage.any(Checklist, card_id=item.card_id)
    return positions.move_item(actor, item, to=to, before=stage.neighbour(Item, checklist_id=to.id))


def _move_checklist(stage: Stage, actor: Actor) -> Event:
    checklist = stage.any(Checklist)
    return positions.move_checklist(actor, checklist, before=stage.neighbour(Checklist, card_id=checklist.card_id))


def _move_list(stage: Stage, actor: Actor) -> Event:
    thing = stage.any(List)
    return positions.move_list(actor, thing, before=stage.neighbour(List, board_id=thing.board_id))


def _create_cards(stage: Stage, actor: Actor) -> Event:
    to = stage.any(List)
    before = stage.any(Card, list_id=to.id) if stage.number(2) else None
    new = [cards.NewCard(stage.text(), "- [ ] box", items=["one", "two"][: stage.number(3)])] * (1 + stage.number(3))
    return cards.create_cards(actor, to, new, before=before, insist=bool(stage.number(2)))


def _copy_card(stage: Stage, actor: Actor) -> Event:
    card, to = stage.any(Card), stage.any(List)
    before = stage.any(Card, list_id=to.id) if stage.number(2) else None
    keep = ("labels", "people", "checklists", "attachments", "comments")
    return copies.copy_card(actor, card, to=to, before=before, keep=keep, insist=True)


def _create_lists(stage: Stage, actor: Actor) -> Event:
    board = stage.any(Board)
    names = ["a list", "another"][: 1 + stage.number(2)]
    return lists.create_lists(actor, board, names, before=stage.neighbour(List, board_id=board.id))


def _set_labels(stage: Stage, actor: Actor) -> Event:
    card = stage.any(Card)
    there = db.session.scalars(sa.select(Label).where(Label.board_id == card.board_id).order_by(Label.id)).all()
    return labels.set_labels(actor, card, [label for label in there if stage.number(2)])


def _set_assignees(stage: Stage, actor: Actor) -> Event:
    card = stage.any(Card)
    return assignments.set_assignees(actor, card, [stage.actor(n).user for n in range(2) if stage.number(2)])


def _schedule(stage: Stage, actor: Actor) -> Event:
    due = datetime(2030, 1, 1 + stage.number(3), tzinfo=UTC) if stage.number(3) else None
    return dates.schedule_card(actor, stage.any(Card), due_at=due, due_has_time=bool(stage.number(2)))


def _edit_board(stage: Stage, actor: Actor) -> Event:
    # Who sees a board is left alone: an undo never lets anybody in.
    tint, description = ("sky", "plum")[stage.number(2)], stage.text()
    return boards.edit_board(actor, stage.any(Board), tint=tint, description=description)


DEEDS: dict[str, Callable[[Stage, Actor], Event]] = {
    "rename_board": lambda s, a: boards.rename_board(a, s.any(Board), s.text()),
    "edit_board": _edit_board,
    "archive_board": lambda s, a: boards.archive_board(a, s.any(Board)),
    "reopen_board": lambda s, a: boards.reopen_board(a, s.any(Board)),
    "delete_board": lambda s, a: boards.delete_board(a, s.any(Board)),
    "restore_board": lambda s, a: boards.restore_board(a, s.any(Board)),
    "create_lists": _create_lists,
    "rename_list": lambda s, a: lists.rename_list(a, s.any(List), s.text()),
    "limit_list": lambda s, a: lists.limit_list(a, s.any(List), s.number(4) or None),
    "edit_list": lambda s, a: lists.edit_list(a, s.any(List), name=s.text(), limit=s.number(4) or None),
    "move_list": _move_list,
    "archive_list": lambda s, a: states.archive_list(a, s.any(List)),
    "reopen_list": lambda s, a: states.reopen_list(a, s.any(List)),
    "delete_list": lambda s, a: states.delete_list(a, s.any(List)),
    "restore_list": lambda s, a: states.restore_list(a, s.any(List)),
    "create_cards": _create_cards,
    "copy_card": _copy_card,
    "move_card": _move_card,
    "rename_card": lambda s, a: cards.rename_card(a, s.any(Card), s.text()),
    "describe_card": lambda s, a: cards.describe_card(a, s.any(Card), s.text()),
    "edit_card": lambda s, a: cards.edit_card(a, s.any(Card), title=s.text(), description=s.text()),
    "tick_box": lambda s, a: cards.tick_box(a, s.any(Card), 0, ticked=bool(s.number(2))),
    "cover_card": lambda s, a: cards.cover_card(a, s.any(Card), (None, "red", "blue")[s.number(3)]),
    "archive_card": lambda s, a: states.archive_card(a, s.any(Card)),
    "reopen_card": lambda s, a: states.reopen_card(a, s.any(Card)),
    "delete_card": lambda s, a: states.delete_card(a, s.any(Card)),
    "restore_card": lambda s, a: states.restore_card(a, s.any(Card)),
    "complete_card": lambda s, a: states.complete_card(a, s.any(Card)),
    "resume_card": lambda s, a: states.resume_card(a, s.any(Card)),
    "schedule_card": _schedule,
    "watch_card": lambda s, a: assignments.watch_card(a, s.any(Card), watching=bool(s.number(2))),
    "set_assignees": _set_assignees,
    "create_label": lambda s, a: labels.create_label(a, s.any(Board), name=s.text(), color=LABEL_COLORS[s.number(3)]),
    "edit_label": lambda s, a: labels.edit_label(a, s.any(Label), name=s.text(), color=LABEL_COLORS[s.number(3)]),
    "delete_label": lambda s, a: labels.delete_label(a, s.any(Label)),
    "set_labels": _set_labels,
    "create_checklist": lambda s, a: checklists.create_checklist(a, s.any(Card), s.text()),
    "rename_checklist": lambda s, a: checklists.rename_checklist(a, s.any(Checklist), s.text()),
    "move_checklist": _move_checklist,
    "delete_checklist": lambda s, a: checklists.delete_checklist(a, s.any(Checklist)),
    "create_items": lambda s, a: checklists.create_items(a, s.any(Checklist), ["a", "b"][: 1 + s.number(2)]),
    "edit_item": lambda s, a: checklists.edit_item(a, s.any(Item), s.text()),
    "complete_item": lambda s, a: checklists.complete_item(a, s.any(Item)),
    "resume_item": lambda s, a: checklists.resume_item(a, s.any(Item)),
    "move_item": _move_item,
    "delete_item": lambda s, a: checklists.delete_item(a, s.any(Item)),
    "create_comment": lambda s, a: comments.create_comment(a, s.any(Card), s.text()),
    "edit_comment": lambda s, a: comments.edit_comment(a, s.any(Comment), s.text()),
    "delete_comment": lambda s, a: comments.delete_comment(a, s.any(Comment)),
    "attach_link": lambda s, a: attachments.attach_link(a, s.any(Card), "https://example.org/a"),
    "edit_attachment": lambda s, a: attachments.edit_attachment(a, s.any(Attachment), title=s.text()),
    "delete_attachment": lambda s, a: attachments.delete_attachment(a, s.any(Attachment)),
}

# Moving and making are what collides; they come up more often than the rest.
_OFTEN = ("move_card", "create_cards", "move_list", "move_item", "create_items", "copy_card", "delete_card")
deeds = st.builds(
    Deed,
    who=st.integers(0, 1),
    what=st.sampled_from([*DEEDS, *_OFTEN * 3]),
    numbers=st.tuples(*[st.integers(0, 11)] * 8),
)


def state_of(board_ids: list[int]) -> dict[tuple[str, tuple[int, ...]], dict[str, Any]]:
    """Every tracked column of every row on the boards that is not deleted, the ranks among them."""
    found: dict[tuple[str, tuple[int, ...]], dict[str, Any]] = {}
    for kind, model in KINDS.items():
        board = model.id if model is Board else getattr(model, "board_id", None)  # type: ignore[attr-defined]
        if board is None:
            continue
        for row in db.session.scalars(sa.select(model).where(board.in_(board_ids))):
            if not isinstance(row, SoftDeleted) or row.deleted_at is None:
                found[kind, tuple(row.key)] = snapshot(row)
    return found

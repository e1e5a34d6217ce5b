"""Imports: what an imported board holds, where a file was imported before, and who may stand for whom."""

from collections import Counter
from itertools import chain
from typing import Any

import sqlalchemy as sa

from kanban.models import (
    Actor,
    Assignment,
    Attachment,
    Board,
    Card,
    CardLabel,
    Checklist,
    Comment,
    Event,
    Item,
    Label,
    List,
    Transfer,
    User,
    Workspace,
    WorkspaceMember,
)
from kanban.policies import may, visible_to
from kanban.queries.tally import COUNTED, Order, stamp
from kanban.support.db import db
from kanban.support.text import squash

_AT_ONCE = 500  # events, each of which may hold a card's whole text


def counts_of(transfer: Transfer) -> dict[str, Any]:
    """The receipt's counts of a finished import, counted from the rows it has made.

    What leaves no row, such as the promises of the file's badges or checklists of no
    card, is taken from the receipt as it was stored.
    """
    told: dict[str, Any] = dict((transfer.receipt or {}).get("counts", {}))
    board = db.session.get(Board, transfer.board_id) if transfer.board_id else None
    if board is None:
        return told
    counted = _Rows(board, transfer)
    found = {key: counted.n[key] if key in counted.n else told.get(key) for key in COUNTED}
    return {
        **told,
        **found,
        "board_name": (board.source_extra or {}).get("name", board.name),
        "board_closed": board.archived_at is not None,
        "plugin_data": counted.n["plugin_data"] + (transfer.receipt or {}).get("notes", {}).get("plugin_data", 0),
        "first_card_created": stamp(counted.first),
        "last_card_created": stamp(counted.last),
        "order_sha256": counted.order.sha256,
    }


def earlier_boards(actor: Actor, transfer: Transfer) -> list[Board]:
    """Boards the actor can see that came from the same board of the source, the newest first."""
    if not transfer.source_id:
        return []
    query = sa.select(Board).where(
        Board.source == transfer.source,
        Board.source_id == transfer.source_id,
        Board.id.in_(visible_to(actor)),
    )
    return list(db.session.scalars(query.order_by(Board.id.desc())))


def running_twin(transfer: Transfer) -> Transfer | None:
    """Another import of the same board into the same workspace that is under way."""
    if not transfer.source_id:
        return None
    query = sa.select(Transfer).where(
        Transfer.id != transfer.id,
        Transfer.workspace_id == transfer.workspace_id,
        Transfer.source == transfer.source,
        Transfer.source_id == transfer.source_id,
        Transfer.state.in_(("queued", "running")),
    )
    return db.session.scalar(query.limit(1))


def imports_of(actor: Actor, limit: int = 50) -> list[Transfer]:
    """The actor's own imports, the newest first."""
    query = sa.select(Transfer).where(Transfer.user_id == actor.id).order_by(Transfer.id.desc()).limit(limit)
    return list(db.session.scalars(query))


def matchable_users(actor: Actor, workspace: Workspace) -> list[User]:
    """Whom the actor may name for one of a file's people: people with an account in the workspace."""
    query = (
        sa.select(User)
        .join(WorkspaceMember, WorkspaceMember.user_id == User.id)
        .where(WorkspaceMember.workspace_id == workspace.id)
        .where(User.person_kind == "person", User.disabled_at.is_(None))
        .order_by(User.name, User.id)
    )
    # Somebody who belongs to it only as a guest, or not any more, is not shown who else does.
    return list(db.session.scalars(query)) if may(actor, "create_board", workspace) else []


def suggestions(people: list[dict[str, Any]], users: list[User]) -> dict[str, int]:
    """For each of a file's people the one user with the same name, or whose address begins with it."""
    by_name: dict[str, set[int]] = {}
    for user in users:
        for name in {squash(user.name), squash((user.email or "").split("@", 1)[0])} - {""}:
            by_name.setdefault(name, set()).add(user.id)
    found: dict[str, int] = {}
    for person in people:
        for name in (person["name"], person["username"]):
            candidates = by_name.get(squash(name), set()) if name else set()
            if len(candidates) == 1:
                found.setdefault(person["id"], next(iter(candidates)))
    return found


def event_of(transfer: Transfer) -> int | None:
    """The event that a finished import has made on its board, by which it is undone."""
    if transfer.into_id is not None:
        found: int | None = ((transfer.options or {}).get("update") or {}).get("event")
        return found
    query = sa.select(Event.id).where(
        Event.board_id == transfer.board_id, Event.action == "board.imported", Event.reverses_id.is_(None)
    )
    return db.session.scalar(query.order_by(Event.id).limit(1))


def touched_since_import(board: Board) -> dict[tuple[str, tuple[int, ...]], set[str]]:
    """By kind and key, the columns that people have changed here themselves since the board came in.

    What an import, an update or an undo of one has written is the source's word, not theirs.
    """
    touched: dict[tuple[str, tuple[int, ...]], set[str]] = {}
    query = (
        sa.select(Event.seq, Event.changes)
        .where(Event.board_id == board.id, Event.action.not_in(("board.imported", "board.updated_from_source")))
        .order_by(Event.seq)
        .limit(_AT_ONCE)
    )
    rows = db.session.execute(query).all()
    while rows:
        for change in chain.from_iterable(row.changes for row in rows):
            columns = touched.setdefault((change["kind"], tuple(change["key"])), set())
            columns.update(change["before"] or {}, change["after"] or {})
        rows = db.session.execute(query.where(Event.seq > rows[-1].seq)).all()
    return touched


def people_of(board: Board) -> dict[str, int]:
    """Whom the people of the source were taken for when the board was last imported or updated."""
    query = sa.select(Transfer.people).where(Transfer.board_id == board.id, Transfer.state == "done")
    people = db.session.scalar(query.order_by(Transfer.id.desc()).limit(1)) or {}
    still_here = set(db.session.scalars(sa.select(User.id).where(User.id.in_(set(people.values())))))
    return {source_id: user_id for source_id, user_id in people.items() if user_id in still_here}


class _Rows:
    """What stands in the tables for an imported board; later work of people is left out as far as it can be told."""

    def __init__(self, board: Board, transfer: Transfer) -> None:
        self.board = board
        self.transfer = transfer
        self.n: Counter[str] = Counter()
        self.order = Order()
        self.first: Any = None
        self.last: Any = None
        # Keys that rows can tell are in it even where they count nothing.
        self.n.update(dict.fromkeys(_TOLD_BY_ROWS, 0))
        self._count_lists_and_cards()
        self._count_links()
        self._count_people()

    def _count_lists_and_cards(self) -> None:
        lists = sa.select(List).where(
            List.board_id == self.board.id, List.source.is_not(None), List.deleted_at.is_(None)
        )
        for row in db.session.scalars(lists.order_by(List.rank)):
            # The list for cards without one is none of the file's.
            is_own = row.source_id is None
            if not is_own:
                self.n["lists_open" if row.archived_at is None else "lists_archived"] += 1
                if row.archived_at is None:
                    self.order.add_list((row.source_extra or {}).get("name", row.name))
            for card in db.session.execute(_CARDS, {"list_id": row.id}):
                self._count_card(card)
                self.n["cards_without_list"] += is_own
                if card.archived_at is None and not is_own:
                    if row.archived_at is None:
                        self.order.add_card((card.source_extra or {}).get("name", card.title))
                    else:
                        self.n["cards_open_in_archived_lists"] += 1

    def _count_card(self, card: Any) -> None:
        n, extra = self.n, card.source_extra or {}
        n["cards_open" if card.archived_at is None else "cards_archived"] += 1
        n["cards_with_due"] += card.due_at is not None
        n["cards_due_complete"] += card.completed_at is not None
        n["cards_with_start"] += card.start_at is not None
        n["cards_with_description"] += bool(card.has_description) and not extra.get("description_made", False)
        n["cards_with_cover"] += card.cover_color is not None or "cover" in extra
        n["cards_template"] += bool(extra.get("template"))
        n["card_votes"] += extra.get("votes", 0)
        n["stickers"] += extra.get("stickers", 0)
        n["plugin_data"] += extra.get("plugin_data", 0)
        for value in extra.get("fields", ()):
            n[f"custom_field_values{value.get('state', '')}"] += 1
        self.first = min(self.first or card.created_at, card.created_at)
        self.last = max(self.last or card.created_at, card.created_at)

    def _count_links(self) -> None:
        n, board = self.n, self.board.id
        n["labels"] = _count(Label, board, Label.source.is_not(None), Label.deleted_at.is_(None))
        n["labels_only_on_cards_or_labelNames"] = sum(
            bool(extra and extra.get("unlisted"))
            for extra in db.session.scalars(
                sa.select(Label.source_extra).where(Label.board_id == board, Label.deleted_at.is_(None))
            )
        )
        n["label_assignments"] = _count(CardLabel, board)
        n["card_member_assignments"] = _count(Assignment, board)
        n["comments"] = _count(Comment, board, Comment.source_id.is_not(None), Comment.deleted_at.is_(None))
        for storage, key in (("elsewhere", "attachments_uploads"), ("link", "attachments_links")):
            n[key] = _count(
                Attachment,
                board,
                Attachment.source.is_not(None),
                Attachment.deleted_at.is_(None),
                Attachment.storage == storage,
            )
        n["attachments"] = n["attachments_uploads"] + n["attachments_links"]
        n["checklists"] = _count(Checklist, board, Checklist.source.is_not(None), Checklist.deleted_at.is_(None))
        items = (Item.source.is_not(None), Item.deleted_at.is_(None))
        n["checklist_items"] = _count(Item, board, *items)
        n["checklist_items_done"] = _count(Item, board, *items, Item.completed_at.is_not(None))
        n["checklist_items_with_due"] = _count(Item, board, *items, Item.due_at.is_not(None))
        n["checklist_items_with_member"] = _count(Item, board, *items, Item.assignee_id.is_not(None))

    def _count_people(self) -> None:
        people = (self.transfer.receipt or {}).get("people", [])
        users = self.transfer.people or {}
        ids = {users[person["id"]] for person in people if person["id"] in users}
        here = set(db.session.scalars(sa.select(User.id).where(User.id.in_(ids))))
        for person in people:
            key = "members" if person["is_member"] else "members_only_referenced"
            self.n[key] += users.get(person["id"]) in here
        self.n["custom_fields"] = len((self.board.source_extra or {}).get("fields", ()))


_CARDS = (
    sa.select(
        Card.title,
        Card.archived_at,
        Card.due_at,
        Card.start_at,
        Card.completed_at,
        Card.cover_color,
        Card.created_at,
        Card.source_extra,
        (Card.description != "").label("has_description"),
    )
    .where(Card.list_id == sa.bindparam("list_id"), Card.source.is_not(None), Card.deleted_at.is_(None))
    .order_by(Card.rank)
)
_TOLD_BY_ROWS = (
    "lists_open",
    "lists_archived",
    "cards_open",
    "cards_archived",
    "cards_open_in_archived_lists",
    "cards_without_list",
    "cards_with_due",
    "cards_due_complete",
    "cards_with_start",
    "cards_with_description",
    "cards_with_cover",
    "cards_template",
    "card_votes",
    "stickers",
    "plugin_data",
    "members",
    "members_only_referenced",
    "custom_field_values",
    "custom_field_values_empty",
    "custom_field_values_orphan",
)


def _count(model: Any, board_id: int, *conditions: Any) -> int:
    query = sa.select(sa.func.count()).select_from(model).where(model.board_id == board_id, *conditions)
    return int(db.session.scalar(query) or 0)

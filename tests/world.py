"""A small world with names, built through actions: who is in it, and what they work on.

Ada owns the workspace and the board Launch, Grace is a member of both, Edgar may look at
Launch, Eve has an account and nothing else.
"""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.actions.accounts import create_account
from kanban.actions.boards import create_board
from kanban.actions.cards import NewCard, create_cards
from kanban.actions.labels import create_label
from kanban.actions.members import add_board_member, add_workspace_member
from kanban.actions.sessions import Place, begin_session
from kanban.actions.workspaces import create_workspace
from kanban.models import Actor, Board, Card, Event, Label, List, User, Workspace
from kanban.policies import forget_roles
from kanban.support.db import Model, db

PASSWORD = "a long engine of brass"
PEOPLE = {"ada": "Ada Lovelace", "grace": "Grace Hopper", "edgar": "Edgar Codd", "eve": "Eve Outside"}
CARDS = {
    "To do": ("Write the report", "Book the hall", "Print the flyers"),
    "Doing": ("Draw the poster",),
    "Done": ("Choose a date",),
}


def build_world() -> None:
    """Fill an empty database."""
    ada, grace, edgar, _eve = (
        Actor(create_account(name, f"{first}@example.org", PASSWORD)) for first, name in PEOPLE.items()
    )
    create_workspace(ada, "Engines")
    workspace = one(Workspace, name="Engines")
    add_workspace_member(ada, workspace, grace.user)
    add_workspace_member(ada, workspace, edgar.user, "guest")
    create_board(ada, workspace, "Launch", lists=list(CARDS))
    launch = one(Board, name="Launch")
    add_board_member(ada, launch, grace.user)
    add_board_member(ada, launch, edgar.user, "observer")
    create_label(ada, launch, name="bug", color="red")
    create_label(ada, launch, name="feature", color="blue")
    for name, titles in CARDS.items():
        create_cards(ada, one(List, name=name), [NewCard(title) for title in titles])


def one(model: Any, **values: Any) -> Any:
    """The only row with these values."""
    return db.session.scalars(sa.select(model).filter_by(**values)).one()


def session_of(user: User) -> str:
    """The secret of a fresh session of a person: what stands in the cookie of their browser."""
    _session, secret = begin_session(user, "password", Place(), is_remembered=False)
    return secret


def order(of: List | Board) -> list[str]:
    """What stands in a list, or on a board, in order."""
    if isinstance(of, Board):
        query: Any = sa.select(List.name).where(List.board_id == of.id).order_by(List.rank)
        return list(db.session.scalars(query.where(List.archived_at.is_(None), List.deleted_at.is_(None))))
    query = sa.select(Card.title).where(Card.list_id == of.id).order_by(Card.rank)
    return list(db.session.scalars(query.where(Card.archived_at.is_(None), Card.deleted_at.is_(None))))


# The rows of what has been built before: laying them out again takes a tenth of the time.
_rows: dict[Callable[[], None], dict[sa.Table, list[dict[str, Any]]]] = {}


def change_role(link: Any, role: str | None) -> None:
    """Give a member another role, or none, as an admin will on a page of later."""
    table, keys = type(link).__table__, sa.inspect(type(link)).primary_key
    where = sa.and_(*(key == value for key, value in zip(keys, link.key, strict=True)))
    with db.engine.begin() as connection:
        connection.execute(
            sa.delete(table).where(where) if role is None else sa.update(table).where(where).values(role=role)
        )
    # What has been read of roles holds for a transaction.
    db.session.rollback()
    forget_roles()


@pytest.fixture
def world(app: Flask) -> None:
    """The world in the database, as it is at first."""
    lay_out(build_world)


def lay_out(build: Callable[[], None]) -> None:
    """Have in an empty database what a function builds there, always the same."""
    if build in _rows:
        _insert(_rows[build])
        return
    build()
    db.session.remove()
    with db.engine.connect() as connection:
        _rows[build] = {
            table: [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            for table in Model.metadata.sorted_tables
        }


def _insert(rows_of: dict[sa.Table, list[dict[str, Any]]]) -> None:
    with db.engine.begin() as connection:
        for table, rows in rows_of.items():
            if rows:
                connection.execute(sa.insert(table), rows)
        if connection.dialect.name == "postgresql":
            # What is inserted with its id leaves the sequence where it was.
            for table, rows in rows_of.items():
                if rows and table.autoincrement_column is not None:
                    highest = max(row["id"] for row in rows)
                    connection.execute(sa.select(sa.func.setval(f"{table.name}_id_seq", highest)))


class Events(Sequence[Event]):
    """What has been written down since the test began, the oldest first."""

    def __init__(self) -> None:
        self._begin = db.session.scalar(sa.select(sa.func.max(Event.id))) or 0

    def _all(self) -> Sequence[Event]:
        return db.session.scalars(sa.select(Event).where(Event.id > self._begin).order_by(Event.id)).all()

    def __len__(self) -> int:
        return len(self._all())

    def __getitem__(self, index: Any) -> Any:
        return self._all()[index]

    @property
    def actions(self) -> list[str]:
        return [event.action for event in self]


def _actor(first_name: str) -> Actor:
    return Actor(one(User, email=f"{first_name}@example.org"))


@pytest.fixture
def ada(world: None) -> Actor:
    return _actor("ada")


@pytest.fixture
def grace(world: None) -> Actor:
    return _actor("grace")


@pytest.fixture
def edgar(world: None) -> Actor:
    return _actor("edgar")


@pytest.fixture
def eve(world: None) -> Actor:
    return _actor("eve")


@pytest.fixture
def workspace(world: None) -> Workspace:
    found: Workspace = one(Workspace, name="Engines")
    return found


@pytest.fixture
def launch(world: None) -> Board:
    found: Board = one(Board, name="Launch")
    return found


@pytest.fixture
def todo(launch: Board) -> List:
    found: List = one(List, name="To do")
    return found


@pytest.fixture
def doing(launch: Board) -> List:
    found: List = one(List, name="Doing")
    return found


@pytest.fixture
def done(launch: Board) -> List:
    found: List = one(List, name="Done")
    return found


@pytest.fixture
def report(launch: Board) -> Card:
    """The first card of To do; behind it stand `hall` and "Print the flyers"."""
    found: Card = one(Card, title="Write the report")
    return found


@pytest.fixture
def hall(launch: Board) -> Card:
    found: Card = one(Card, title="Book the hall")
    return found


@pytest.fixture
def poster(launch: Board) -> Card:
    """The only card of Doing."""
    found: Card = one(Card, title="Draw the poster")
    return found


@pytest.fixture
def bug(launch: Board) -> Label:
    found: Label = one(Label, name="bug")
    return found


@pytest.fixture
def feature(launch: Board) -> Label:
    found: Label = one(Label, name="feature")
    return found


@pytest.fixture
def garden(ada: Actor, workspace: Workspace) -> Board:
    """Another board, which Ada alone can see, with one list: `beds`."""
    create_board(ada, workspace, "Garden", lists=["Beds"])
    found: Board = one(Board, name="Garden")
    return found


@pytest.fixture
def beds(garden: Board) -> List:
    found: List = one(List, name="Beds")
    return found


@pytest.fixture
def events(world: None) -> Events:
    """What has been written down since the test began. Ask for it after what makes events itself."""
    return Events()

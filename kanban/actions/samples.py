"""Boards that work from the first minute: four samples, each with cards that teach."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from kanban.actions import values
from kanban.actions.boards import create_board
from kanban.models import Actor, Board, Card, CardLabel, Checklist, Event, Item, Label, List, Workspace
from kanban.support.clock import now
from kanban.support.db import db
from kanban.support.ranks import ranks_between


class Sample(NamedTuple):
    """A sample: what it is called, its tint, its lists, labels by colour, and cards by list."""

    name: Any
    tint: str
    lists: Callable[[], list[str]]
    labels: Callable[[], dict[str, str]]
    cards: Callable[[], list[list[tuple[str, list[str]]]]]


SAMPLES: dict[str, Sample] = {
    "product": Sample(
        lazy_gettext("Product team"),
        "lagoon",
        lambda: [_("Ideas"), _("Next up"), _("In progress"), _("Review"), _("Shipped")],
        lambda: {
            "blue": _("feature"),
            "red": _("bug"),
            "green": _("growth"),
            "violet": _("design"),
            "yellow": _("research"),
        },
        lambda: [
            [(_("Split a fare between travellers"), ["blue", "green"]), (_("Let people bring a dog"), ["yellow"])],
            [
                (_("Times are wrong on the clock-change weekend"), ["red"]),
                (_("Seat map for the fast ferry"), ["violet"]),
            ],
            [(_("Checkout in three steps instead of six"), ["blue", "violet"])],
            [(_("Date picker works with keys and screen reader"), ["violet"])],
            [(_("Names with apostrophes are accepted"), ["red"])],
        ],
    ),
    "editorial": Sample(
        lazy_gettext("Editorial plan"),
        "brick",
        lambda: [_("Pitches"), _("Writing"), _("Editing"), _("Published")],
        lambda: {"orange": _("story"), "teal": _("interview"), "pink": _("pictures"), "slate": _("legal")},
        lambda: [
            [
                (_("What the harbour sounds like at night"), ["orange"]),
                (_("Ten questions to a deck officer"), ["teal"]),
            ],
            [(_("How a timetable is made"), ["orange"])],
            [(_("Portrait of the oldest ship"), ["orange", "pink"])],
            [(_("Winter reading list"), ["orange"])],
        ],
    ),
    "hiring": Sample(
        lazy_gettext("Hiring"),
        "plum",
        lambda: [_("Applied"), _("First talk"), _("Interview"), _("Offer"), _("Hired")],
        lambda: {"blue": _("engineering"), "pink": _("service"), "green": _("referral")},
        lambda: [
            [(_("Deck officer, two references"), ["blue"]), (_("Service lead, evenings"), ["pink"])],
            [(_("Engineer for the booking system"), ["blue", "green"])],
            [],
            [],
            [],
        ],
    ),
    "home": Sample(
        lazy_gettext("At home"),
        "fern",
        lambda: [_("Some day"), _("This week"), _("Today"), _("Done")],
        lambda: {"yellow": _("errand"), "green": _("garden"), "blue": _("repair")},
        lambda: [
            [(_("Paint the hall"), ["blue"]), (_("Plant bulbs"), ["green"])],
            [(_("Renew the passport"), ["yellow"])],
            [(_("Water the plants"), ["green"])],
            [],
        ],
    ),
}


def create_sample(actor: Actor, workspace: Workspace, which: str, *, once: str | None = None) -> Event:
    """Make a sample board; one undo takes the whole of it away."""
    sample = SAMPLES[values.one_of(which, SAMPLES, "sample")]
    return create_board(
        actor,
        workspace,
        str(sample.name),
        tint=sample.tint,
        fill=lambda board: _fill(actor, board, sample),
        once=once,
    )


def _fill(actor: Actor, board: Board, sample: Sample) -> None:
    labels = {color: Label(board_id=board.id, name=name, color=color) for color, name in sample.labels().items()}
    db.session.add_all(labels.values())
    names = sample.lists()
    columns = [
        List(board_id=board.id, name=name, rank=rank, created_by_id=actor.id)
        for name, rank in zip(names, ranks_between(None, None, len(names)), strict=True)
    ]
    db.session.add_all(columns)
    db.session.flush()
    teaching = _lessons()
    for at, (column, cards) in enumerate(zip(columns, sample.cards(), strict=True)):
        shown = [*(teaching if at == 0 else []), *[(title, "", colors) for title, colors in cards]]
        for (title, text, colors), rank in zip(shown, ranks_between(None, None, len(shown)), strict=True):
            card = _card(actor, board, column, title, text, rank)
            for color in colors:
                db.session.add(CardLabel(card_id=card.id, label_id=labels[color].id, board_id=board.id))
            if at == len(columns) - 1 and title:
                card.completed_at = now()
    _first_steps(board, columns[0])


def _card(actor: Actor, board: Board, column: List, title: str, text: str, rank: str) -> Card:
    board.last_number += 1
    card = Card(
        board_id=board.id,
        board=board,
        list_id=column.id,
        list=column,
        number=board.last_number,
        title=title,
        description=text,
        rank=rank,
        created_by_id=actor.id,
    )
    db.session.add(card)
    db.session.flush()
    return card


def _lessons() -> list[tuple[str, str, list[str]]]:
    return [
        (
            _("Move me to the next list"),
            _("Drag the card, or press Shift+Space and carry it with the arrow keys."),
            [],
        ),
        (
            _("Open me"),
            _(
                "A card holds a description in **Markdown**, dates, labels, checklists, links and talk.\n\n"
                "- [x] Open the card\n- [ ] Tick this box\n- [ ] Press Escape to go back"
            ),
            [],
        ),
        (
            _("Undo something"),
            _(
                "Archive me with C, then press Ctrl+Z. Everything can be taken back, also tomorrow, on the history page."
            ),
            [],
        ),
    ]


def _first_steps(board: Board, column: List) -> None:
    query = db.session.query(Card).filter(Card.board_id == board.id, Card.list_id == column.id).order_by(Card.rank)
    card = query.first()
    if card is None:
        return
    card.due_at = now() + timedelta(days=1)
    checklist = Checklist(board_id=board.id, card_id=card.id, title=_("First steps"), rank="a0")
    db.session.add(checklist)
    db.session.flush()
    texts = [
        _("Add a card with N"),
        _("Paste a few lines into it: each can become a card"),
        _("Bring a board from Trello"),
    ]
    for text, rank in zip(texts, ranks_between(None, None, len(texts)), strict=True):
        db.session.add(Item(board_id=board.id, card_id=card.id, checklist_id=checklist.id, text=text, rank=rank))

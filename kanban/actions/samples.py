"""Boards to start from: four that work, each with six cards that teach by being done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.actions.assignments import assign_card
from kanban.actions.attachments import attach_link
from kanban.actions.boards import create_board
from kanban.actions.cards import NewCard, cover_card, create_cards
from kanban.actions.checklists import complete_item
from kanban.actions.comments import create_comment
from kanban.actions.dates import schedule_card
from kanban.actions.labels import create_label, set_labels
from kanban.actions.lists import create_lists, limit_list
from kanban.actions.states import complete_card
from kanban.models import Actor, Board, Card, Event, Item, Label, List, Workspace
from kanban.support.clock import end_of, today, zone
from kanban.support.db import db


@dataclass(frozen=True, slots=True)
class Sketch:
    """A card of a sample.

    `labels` are places among the sample's labels, `due` is in days from today, `ticked`
    counts items from the top, `link` is a title and an address, `is_mine` puts whoever makes
    the board on it.
    """

    title: Any
    description: Any = ""
    labels: Sequence[int] = ()
    due: int | None = None
    items: Sequence[Any] = ()
    ticked: int = 0
    comment: Any = ""
    link: tuple[Any, str] | None = None
    cover: str | None = None
    is_mine: bool = False
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A list of a sample, its limit of cards, and the cards in it."""

    name: Any
    cards: Sequence[Sketch] = ()
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """A board to start from. The last of its labels marks the cards that teach."""

    name: Any
    tint: str
    labels: Sequence[tuple[Any, str]]
    columns: Sequence[Column]


def create_sample(actor: Actor, workspace: Workspace, which: str, *, once: str | None = None) -> Event:
    """Make a sample board in a workspace: one event with all the rest as its parts, so that one undo takes it away."""
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
    for name, color in sample.labels:
        create_label(actor, board, name=str(name), color=color)
    labels = db.session.scalars(sa.select(Label).where(Label.board_id == board.id).order_by(Label.id)).all()
    create_lists(actor, board, [str(column.name) for column in sample.columns])
    lists = db.session.scalars(sa.select(List).where(List.board_id == board.id).order_by(List.rank)).all()
    for column, to in zip(sample.columns, lists, strict=True):
        sketches = [*(_LESSONS if to is lists[0] else ()), *column.cards]
        if column.limit is not None:
            limit_list(actor, to, column.limit)
        if sketches:
            create_cards(actor, to, [_new(sketch) for sketch in sketches])
        cards = db.session.scalars(sa.select(Card).where(Card.list_id == to.id).order_by(Card.rank)).all()
        for sketch, card in zip(sketches, cards, strict=True):
            _furnish(actor, card, sketch, labels)


def _new(sketch: Sketch) -> NewCard:
    return NewCard(str(sketch.title), str(sketch.description), [str(text) for text in sketch.items])


def _furnish(actor: Actor, card: Card, sketch: Sketch, labels: Sequence[Label]) -> None:
    if sketch.labels:
        set_labels(actor, card, [labels[place] for place in sketch.labels])
    if sketch.due is not None:
        there = zone(card.board.time_zone)
        schedule_card(actor, card, due_at=end_of(today(there) + timedelta(days=sketch.due), there), due_has_time=False)
    items = db.session.scalars(sa.select(Item).where(Item.card_id == card.id).order_by(Item.rank).limit(sketch.ticked))
    for item in items.all():
        complete_item(actor, item)
    if sketch.comment:
        create_comment(actor, card, str(sketch.comment))
    if sketch.link:
        title, url = sketch.link
        attach_link(actor, card, url, title=str(title))
    if sketch.cover:
        cover_card(actor, card, sketch.cover)
    if sketch.is_mine:
        assign_card(actor, card, actor.user)
    if sketch.is_done:
        complete_card(actor, card)


_LESSONS = (
    Sketch(
        _("Move me to the next list"),
        _(
            "Drag a card with the mouse, or hold it with a finger. By keyboard: **Shift+Space** picks it up, the "
            "arrows carry it, **Enter** drops it. Or open it and choose *Move*."
        ),
        labels=(-1,),
    ),
    Sketch(
        _("Open me and change what I say"),
        _(
            "This text is *Markdown*: **bold**, `code`, [links](https://commonmark.org/help/), boxes.\n\n"
            "- [x] Open a card\n- [ ] Tick this box\n- [ ] Click the text to change it"
        ),
        labels=(-1,),
    ),
    Sketch(
        _("Tick off my checklist"),
        items=(_("Tick this"), _("Add an item of your own"), _("Paste several lines to add them all")),
        labels=(-1,),
    ),
    Sketch(
        _("Add a card below me"),
        _(
            "Press **N**, or *Add a card* at the foot of a list. **Enter** adds and stays open for the next one. "
            "Paste several lines and they become as many cards; lines that are indented become a checklist."
        ),
        labels=(-1,),
    ),
    Sketch(
        _("Give me a label and a date"),
        _(
            "Both are at the side of an open card. Labels have names, and patterns for whoever wants them, so that "
            "nobody has to tell colours apart."
        ),
        labels=(-1,),
        due=1,
    ),
    Sketch(
        _("Archive me, then undo it"),
        _(
            "Nothing here asks whether you are sure. Every change can be undone: by the notice that follows it, "
            "by **Z**, and from the board's history."
        ),
        labels=(-1,),
    ),
)
_TEACHES = (_("try this"), "yellow")

# What an empty board begins with.
FIRST_LISTS = (_("To do"), _("Doing"), _("Done"))

SAMPLES: dict[str, Sample] = {
    "product": Sample(
        name=_("Product team"),
        tint="lagoon",
        labels=((_("bug"), "red"), (_("feature"), "blue"), (_("design"), "violet"), _TEACHES),
        columns=(
            Column(_("Ideas"), (Sketch(_("Dark mode for the receipts"), labels=(2,)),)),
            Column(
                _("Next up"),
                (
                    Sketch(
                        _("People can pay by invoice"),
                        _("Asked for by three customers this month. Start with one country."),
                        labels=(1,),
                        due=9,
                        is_mine=True,
                    ),
                    Sketch(
                        _("Search takes too long on slow phones"),
                        labels=(0,),
                        comment=_("Worst on the stop pages: they load every timetable."),
                    ),
                ),
            ),
            Column(
                _("In progress"),
                (
                    Sketch(
                        _("Checkout in three steps instead of six"),
                        _("Fold six pages into three: **Trip**, **People**, **Pay**."),
                        labels=(1, 2),
                        due=3,
                        items=(
                            _("Merge the forms"),
                            _("Keep typed data on the back button"),
                            _("Test with a screen reader"),
                        ),
                        ticked=2,
                        comment=_("The back button keeps everything now."),
                        link=(_("How people leave the checkout"), "https://example.org/checkout-study"),
                        cover="teal",
                        is_mine=True,
                    ),
                ),
                limit=3,
            ),
            Column(_("Review"), (Sketch(_("Names with apostrophes are accepted"), labels=(0,), due=0),), limit=3),
            Column(
                _("Done"), (Sketch(_("Help page for the new fares"), labels=(1,), due=-2, is_mine=True, is_done=True),)
            ),
        ),
    ),
    "editorial": Sample(
        name=_("Editorial plan"),
        tint="brick",
        labels=((_("article"), "teal"), (_("interview"), "violet"), (_("newsletter"), "orange"), _TEACHES),
        columns=(
            Column(_("Pitches"), (Sketch(_("A day with the night ferry"), labels=(0,)),)),
            Column(
                _("Writing"),
                (
                    Sketch(
                        _("Five questions for the harbour master"),
                        labels=(1,),
                        due=4,
                        items=(_("Ask for a date"), _("Send the questions"), _("Take a portrait")),
                        ticked=1,
                        cover="orange",
                        is_mine=True,
                    ),
                ),
                limit=4,
            ),
            Column(_("Editing"), (Sketch(_("What changes in the winter timetable"), labels=(0,), due=1),), limit=2),
            Column(_("Planned"), (Sketch(_("Newsletter of the month"), labels=(2,), due=6),)),
            Column(_("Published"), (Sketch(_("How the old pier was saved"), labels=(0,), is_done=True),)),
        ),
    ),
    "hiring": Sample(
        name=_("Hiring"),
        tint="plum",
        labels=((_("engineering"), "blue"), (_("crew"), "teal"), (_("remote"), "green"), _TEACHES),
        columns=(
            Column(_("New"), (Sketch(_("Jo Sample, deck officer"), labels=(1,)),)),
            Column(_("First call"), (Sketch(_("Kim Example, web developer"), labels=(0, 2), due=2),), limit=5),
            Column(
                _("Interview"),
                (
                    Sketch(
                        _("Lee Placeholder, mechanic"),
                        labels=(1,),
                        due=5,
                        items=(_("Agree on a day"), _("Tell them who will be there"), _("Write down what we heard")),
                        ticked=1,
                        comment=_("Prefers mornings."),
                        is_mine=True,
                    ),
                ),
                limit=3,
            ),
            Column(_("Offer")),
            Column(_("Hired"), (Sketch(_("Sam Specimen, ticket office"), labels=(1,), is_done=True),)),
        ),
    ),
    "home": Sample(
        name=_("At home"),
        tint="fern",
        labels=((_("garden"), "green"), (_("money"), "orange"), (_("house"), "blue"), _TEACHES),
        columns=(
            Column(_("One day"), (Sketch(_("Paint the hall"), labels=(2,)),)),
            Column(
                _("This week"),
                (
                    Sketch(_("Pay the electricity bill"), labels=(1,), due=2),
                    Sketch(
                        _("Groceries"),
                        items=(_("Bread"), _("Milk"), _("Apples"), _("Coffee")),
                        ticked=1,
                    ),
                ),
            ),
            Column(
                _("Doing"), (Sketch(_("Plant the tulips"), labels=(0,), due=0, cover="green", is_mine=True),), limit=2
            ),
            Column(_("Done"), (Sketch(_("Call the dentist"), is_done=True),)),
        ),
    ),
}

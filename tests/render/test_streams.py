"""What of a page is drawn again after a change, read from what changed."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask, g

from kanban.actions.boards import edit_board, rename_board
from kanban.actions.cards import NewCard, create_cards, rename_card
from kanban.actions.checklists import create_checklist, create_items
from kanban.actions.comments import create_comment
from kanban.actions.events import undo
from kanban.actions.labels import edit_label, label_card
from kanban.actions.lists import create_lists, rename_list
from kanban.actions.positions import move_card, move_list
from kanban.actions.states import archive_card, archive_list, delete_card
from kanban.eventlog import recording
from kanban.models import Actor, Board, Card, Checklist, Event, Label, List
from kanban.render import streams
from kanban.support.db import db
from tests.bench.statements import listening
from tests.world import one


@pytest.fixture(autouse=True)
def in_a_request(app: Flask, ada: Actor) -> Iterator[None]:
    with app.test_request_context("/"):
        g.actor = ada
        yield


def partials(html: str | None) -> list[tuple[str, str]]:
    assert html is not None
    return re.findall(r'<hx-partial hx-target="#([^"]+)" hx-swap="([^"]+)"', html)


def test_a_moved_card_leaves_and_stands_where_it_went(ada: Actor, report: Card, doing: List, poster: Card) -> None:
    html = streams.fragments(move_card(ada, report, to=doing, before=poster))
    seen = partials(html)
    assert (f"card_{report.id}", "delete") in seen
    assert seen.index((f"card_{report.id}", "delete")) < seen.index((f"card_{poster.id}", "beforebegin"))
    assert {(f"list_{report.list_id}_count", "innerHTML")} <= set(seen)


def test_a_card_moved_last_goes_to_the_end_of_its_list(ada: Actor, report: Card, done: List) -> None:
    html = streams.fragments(move_card(ada, report, to=done))
    assert (f"list_{done.id}_cards", "beforeend") in partials(html)


def test_several_new_cards_stand_in_their_order(ada: Actor, doing: List) -> None:
    html = streams.fragments(create_cards(ada, doing, [NewCard("One"), NewCard("Two"), NewCard("Three")]))
    assert html is not None
    assert html.index("One") < html.index("Two") < html.index("Three")


def test_a_renamed_card_is_drawn_in_its_place(ada: Actor, report: Card) -> None:
    assert partials(streams.fragments(rename_card(ada, report, "New"))) == [(f"card_{report.id}", "outerMorph")]


def test_an_archived_card_only_leaves(ada: Actor, report: Card) -> None:
    seen = partials(streams.fragments(archive_card(ada, report)))
    assert (f"card_{report.id}", "delete") in seen
    assert not any(swap.startswith("before") for _target, swap in seen)


def test_what_hangs_on_a_card_draws_its_tile(ada: Actor, report: Card, bug: Label) -> None:
    for event in (
        create_comment(ada, report, "Hello"),
        label_card(ada, report, bug),
        create_checklist(ada, report, "Steps"),
    ):
        assert (f"card_{report.id}", "outerMorph") in partials(streams.fragments(event))


def test_a_changed_label_draws_every_card_it_is_on(ada: Actor, report: Card, hall: Card, bug: Label) -> None:
    label_card(ada, report, bug)
    label_card(ada, hall, bug)
    seen = partials(streams.fragments(edit_label(ada, bug, name="defect", color="pink")))
    assert {f"card_{report.id}", f"card_{hall.id}"} <= {target for target, _swap in seen}


def test_lists_come_move_and_go(ada: Actor, launch: Board, todo: List, done: List) -> None:
    made = create_lists(ada, launch, ["New"])
    assert (f"board_{launch.id}_add_list", "beforebegin") in partials(streams.fragments(made))
    assert (f"list_{todo.id}", "delete") in partials(streams.fragments(move_list(ada, todo, before=done)))
    assert (f"list_{done.id}_head", "outerMorph") in partials(streams.fragments(rename_list(ada, done, "Finished")))
    assert (f"list_{done.id}", "delete") in partials(streams.fragments(archive_list(ada, done)))


def test_an_undo_needs_no_template_of_its_own(ada: Actor, report: Card) -> None:
    event = undo(ada, delete_card(ada, report))
    seen = partials(streams.fragments(event))
    assert any(swap == "beforebegin" for _target, swap in seen)


def test_a_changed_board_is_drawn_anew(ada: Actor, launch: Board) -> None:
    assert streams.fragments(edit_board(ada, launch, tint="plum")) is None


def test_so_are_more_tiles_than_are_worth_it(ada: Actor, doing: List, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MOST", 2)
    event = create_cards(ada, doing, [NewCard(str(n)) for n in range(3)])
    assert streams.answer(event, ada) is None


def test_the_open_card_has_its_sections_drawn(ada: Actor, report: Card) -> None:
    create_checklist(ada, report, "Steps")
    checklist = one(Checklist, title="Steps")
    html = streams.answer(create_items(ada, checklist, ["a"]), ada, card_id=report.id)
    targets = {target for target, _swap in partials(html)}
    assert {f"card_{report.id}_checklists", f"card_{report.id}_activity", "toasts"} <= targets
    assert f"card_{report.id}_description" not in targets


def test_nothing_happened_and_nothing_is_said(ada: Actor, report: Card) -> None:
    assert streams.answer(rename_card(ada, report, report.title), ada) == ""


def test_a_name_is_never_markup(ada: Actor, report: Card) -> None:
    html = streams.answer(rename_card(ada, report, "<img src=x onerror=alert(1)>{{7*7}}"), ada)
    assert html is not None
    assert "<img" not in html
    assert "{{7*7}}" in html


def test_of_several_changes_of_a_board_none_is_forgotten(ada: Actor, launch: Board) -> None:
    with recording(ada, "board.edited", launch, lock=[launch]) as event:
        edit_board(ada, launch, tint="rose")
        rename_board(ada, launch, "Launched")
    assert streams.fragments(event) is None


def test_parts_are_read_no_further_than_the_page_can_be_mended(
    ada: Actor, launch: Board, report: Card, hall: Card, poster: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    with recording(ada, "board.edited", launch, lock=[launch]) as event:
        for card in (report, hall, poster):
            rename_card(ada, card, f"{card.title}!")
    monkeypatch.setattr(streams, "_PARTS_AT_ONCE", 1)
    assert len(_tiles_drawn(event)) == 3
    with listening(db.engine) as all_read:
        streams.fragments(event)
    monkeypatch.setattr(streams, "MOST", 1)
    with listening(db.engine) as seen:
        assert streams.fragments(event) is None
    assert sum("events.cause_id = " in statement for statement, _values in all_read) == 4
    assert sum("events.cause_id = " in statement for statement, _values in seen) == 2


def _tiles_drawn(event: Event) -> set[str]:
    return {target for target, swap in partials(streams.fragments(event)) if swap == "outerMorph"}

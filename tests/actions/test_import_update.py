"""A newer export of a board that is here already: what is new comes, what people changed here stays."""

import pytest
import sqlalchemy as sa

from kanban.actions.cards import NewCard, create_cards, describe_card, rename_card
from kanban.actions.events import undo
from kanban.actions.labels import unlabel_card
from kanban.actions.states import archive_card, delete_card
from kanban.models import Assignment, Attachment, Card, CardLabel, Checklist, Comment, Event, Item, Label, List
from kanban.queries.transfers import event_of
from kanban.support.db import db
from kanban.transfer.trello import updating
from tests.transfer.exports import (
    a_board,
    a_card,
    a_checklist,
    a_comment,
    a_list,
    a_member,
    an_item,
    object_id,
    write,
)
from tests.transfer.importing import board_of, bring
from tests.world import one, order


@pytest.fixture
def board(ada, workspace, tmp_path):
    """A board that came in once, with three cards."""
    cards = [a_card(1, desc="Old text"), a_card(2), a_card(3)]
    return board_of(bring(ada, workspace, write(tmp_path / "b.json", a_board(cards=cards))))


@pytest.fixture
def update(ada, workspace, board, tmp_path):
    """Import a changed file into that board; gives what is told of it."""

    def made(**changed):
        transfer = bring(ada, workspace, write(tmp_path / "b.json", a_board(**changed)), into=board)
        assert board_of(transfer) is board
        made.event = db.session.get(Event, event_of(transfer)) if event_of(transfer) else None
        return transfer.options["update"]

    return made


def card(board, number):
    return one(Card, board_id=board.id, number=number)


def count(model, board):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(model.board_id == board.id))


def test_the_same_file_changes_nothing(update, board, events):
    told = update(cards=[a_card(1, desc="Old text"), a_card(2), a_card(3)])
    assert (told.get("changed", 0), told.get("card", 0), told["event"]) == (0, 0, None)
    assert not len(events)


def test_what_is_new_comes_with_all_that_is_on_it(update, board):
    link = f"https://trello.com/c/{a_card(4)['shortLink']}"
    told = update(
        lists=[a_list(1), a_list(2)],
        labels=[{"id": "l", "name": "Bug", "color": "red"}],
        members=[a_member(1, "Ann Lee")],
        cards=[
            a_card(1, desc=f"See {link}", idLabels=["l"]),
            a_card(2),
            a_card(3),
            a_card(
                4,
                idList=object_id(2, 2),
                idMembers=[object_id(7, 1)],
                attachments=[{"id": "a", "url": "https://example.org", "name": "x"}],
            ),
        ],
        checklists=[a_checklist(1, 1, an_item(2), an_item(1))],
        actions=[a_comment(1, 4)],
    )
    assert order(board) == ["List 1", "List 2"]
    new = card(board, 4)
    assert card(board, 1).description == f"See [Card 4](/cards/{new.id})"
    assert [item.text for item in db.session.scalars(sa.select(Item).order_by(Item.rank))] == ["Item 1", "Item 2"]
    assert [count(model, board) for model in (Label, CardLabel, Assignment, Checklist, Comment, Attachment)] == [1] * 6
    assert (told["card"], told["list"], told["comment"], told["changed"]) == (1, 1, 1, 1)


def test_what_changed_there_changes_here(update, board):
    told = update(
        lists=[a_list(1, name="Renamed", softLimit=5)],
        cards=[
            a_card(1, name="New title", desc="New text", due="2021-01-02T00:00:00Z", cover={"color": "red"}),
            a_card(2, closed=True, dueComplete=True),
            a_card(3),
        ],
    )
    first, second = card(board, 1), card(board, 2)
    assert (first.title, first.description, first.cover_color) == ("New title", "New text", "red")
    assert first.due_at is not None
    assert second.is_archived
    assert second.is_done
    assert (first.list.name, first.list.wip_limit) == ("Renamed", 5)
    assert told["changed"] == 3


def test_what_people_changed_here_stays_and_is_told(update, board, ada):
    rename_card(ada, card(board, 1), "Ours")
    told = update(cards=[a_card(1, name="Theirs", desc="New text"), a_card(2), a_card(3)])
    assert card(board, 1).title == "Ours"
    assert card(board, 1).description == "New text"
    assert (told["kept"], told["kept_names"]) == (1, ["Theirs"])


def test_what_people_changed_and_took_back_by_undo_stays_theirs(update, board, ada):
    undo(ada, describe_card(ada, card(board, 1), "Ours"))
    told = update(cards=[a_card(1, desc="New text"), a_card(2), a_card(3)])
    assert card(board, 1).description == "Old text"
    assert told["kept"] == 1


def test_what_was_deleted_here_stays_deleted(update, board, ada):
    delete_card(ada, card(board, 1))
    told = update(cards=[a_card(1, name="Theirs"), a_card(2), a_card(3)], actions=[a_comment(1, 1)])
    assert card(board, 1).is_deleted
    assert count(Comment, board) == 0
    assert told["kept"] >= 1


def test_what_is_gone_from_the_file_stays_here(update, board, ada):
    create_cards(ada, one(List, board_id=board.id), [NewCard("Made here")])
    update(cards=[a_card(1, desc="Old text")])
    assert order(one(List, board_id=board.id)) == ["Card 1", "Card 2", "Card 3", "Made here"]


def test_a_label_that_was_taken_off_here_does_not_come_back(update, board, ada):
    labels = [{"id": "l", "name": "Bug", "color": "red"}]
    cards = [a_card(1, desc="Old text", idLabels=["l"]), a_card(2), a_card(3)]
    update(labels=labels, cards=cards)
    unlabel_card(ada, card(board, 1), one(Label, board_id=board.id))
    told = update(labels=labels, cards=cards)
    assert count(CardLabel, board) == 0
    assert told["kept"] == 1


def test_a_new_order_there_becomes_the_order_here(update, board):
    told = update(cards=[a_card(1, pos=3, desc="Old text"), a_card(2, pos=1), a_card(3, pos=2), a_card(4, pos=1.5)])
    assert order(one(List, board_id=board.id)) == ["Card 2", "Card 4", "Card 3", "Card 1"]
    assert told["moved"] == 2


def test_a_card_moved_to_another_list_there_moves_here(update, board):
    update(
        lists=[a_list(1), a_list(2)], cards=[a_card(1, desc="Old text", idList=object_id(2, 2)), a_card(2), a_card(3)]
    )
    assert order(one(List, board_id=board.id, name="List 2")) == ["Card 1"]


def test_new_items_of_a_list_that_is_here_come_behind_the_others(update, board):
    cards = [a_card(1, desc="Old text"), a_card(2), a_card(3)]
    update(cards=cards, checklists=[a_checklist(1, 1, an_item(1))])
    update(cards=cards, checklists=[a_checklist(1, 1, an_item(1, state="complete"), an_item(2))])
    items = db.session.scalars(sa.select(Item).order_by(Item.rank)).all()
    assert [(item.text, item.completed_at is not None) for item in items] == [("Item 1", True), ("Item 2", False)]


def test_one_undo_takes_the_whole_update_back(update, board, ada):
    update(
        lists=[a_list(1), a_list(2)],
        cards=[
            a_card(1, desc="New text", pos=9e9),
            a_card(2, closed=True),
            a_card(3),
            a_card(4, idList=object_id(2, 2)),
        ],
        actions=[a_comment(1, 1)],
    )
    assert update.event.action == "board.updated_from_source"
    undo(ada, update.event)
    assert order(board) == ["List 1"]
    assert order(one(List, board_id=board.id, name="List 1")) == ["Card 1", "Card 2", "Card 3"]
    assert card(board, 1).description == "Old text"
    assert one(Comment, board_id=board.id).is_deleted
    assert card(board, 4).is_deleted


def test_an_update_that_was_taken_back_can_be_made_again(update, board, ada):
    cards = [a_card(1, desc="New text"), a_card(2), a_card(3)]
    update(cards=cards)
    undo(ada, update.event)
    assert update(cards=cards)["changed"] == 1
    assert card(board, 1).description == "New text"


def test_people_who_were_matched_once_are_still_matched(ada, grace, workspace, tmp_path):
    people = {"members": [a_member(1, "G")], "cards": [a_card(1)]}
    path = write(tmp_path / "m.json", a_board(**people))
    board = board_of(bring(ada, workspace, path, matches={object_id(7, 1): grace.id}))
    write(path, a_board(**people | {"cards": [a_card(1, idMembers=[object_id(7, 1)])]}))
    bring(ada, workspace, path, into=board)
    assert one(Assignment, board_id=board.id).user_id == grace.id


def test_archiving_here_and_there_is_the_same(update, board, ada):
    archive_card(ada, card(board, 1))
    told = update(cards=[a_card(1, desc="Old text", closed=True), a_card(2), a_card(3)])
    assert told.get("kept", 0) == told.get("changed", 0) == 0


def test_much_that_is_new_comes_in_several_parts_of_one_event(update, board, ada, monkeypatch):
    monkeypatch.setattr(updating, "ROWS_AT_ONCE", 2)
    cards = [a_card(1, desc="Old text"), a_card(2), a_card(3), *(a_card(number) for number in range(10, 20))]
    update(cards=cards, actions=[a_comment(number, number) for number in range(10, 20)])
    parts = db.session.scalars(sa.select(Event).where(Event.cause_id == update.event.id)).all()
    assert len(parts) >= 3
    undo(ada, update.event)
    assert order(one(List, board_id=board.id)) == ["Card 1", "Card 2", "Card 3"]
    assert (
        db.session.scalar(sa.select(sa.func.count()).where(Comment.board_id == board.id, Comment.deleted_at.is_(None)))
        == 0
    )

"""Importing a board: what it becomes, who sees it, and that it goes as it came."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from kanban.actions.cards import rename_card
from kanban.actions.events import UndoBlocked, undo, undo_last
from kanban.actions.members import add_board_member
from kanban.actions.transfers import start_import
from kanban.models import (
    Assignment,
    Attachment,
    Board,
    BoardMember,
    Card,
    Checklist,
    Comment,
    Event,
    Item,
    Label,
    List,
    Outbox,
    Star,
    User,
)
from kanban.policies import may, visible_boards
from kanban.queries.transfers import counts_of, event_of
from kanban.support.db import db
from kanban.support.errors import Conflict, Forbidden, Invalid, NotFound
from tests.transfer.exports import (
    BOARD,
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
from tests.transfer.importing import HOME, board_of, bring, checked
from tests.transfer.test_receipt import DATA
from tests.world import one, order


@pytest.fixture
def imported(ada, workspace, tmp_path):
    """The board that a made-up export becomes in the hands of Ada."""

    def made(how=None, **board):
        return board_of(bring(ada, workspace, write(tmp_path / "board.json", a_board(**board)), **(how or {})))

    return made


def only(model, board):
    return db.session.scalars(sa.select(model).where(model.board_id == board.id)).one()


def all_of(model, board, *order_by):
    return db.session.scalars(sa.select(model).where(model.board_id == board.id).order_by(*order_by)).all()


# -- the whole ------------------------------------------------------------------------


def test_a_real_export_becomes_a_board_with_the_same_counts(ada, workspace):
    transfer = bring(ada, workspace, DATA / "trello2planka-sample.json")
    board = board_of(transfer)
    assert counts_of(transfer) == transfer.receipt["counts"]
    assert order(board)[0] == one(List, board_id=board.id, source_id="63792cd280232800fa06fe6c").name


def test_every_kind_of_thing_is_counted_the_same_in_the_file_and_in_the_database(ada, workspace, tmp_path):
    board = a_board(
        name="N" * 200,
        closed=True,
        lists=[a_list(1, name="L" * 200), a_list(2, closed=True, softLimit=3), a_list(3, name="")],
        labels=[{"id": "l", "name": "Bug", "color": "red_dark"}],
        members=[a_member(1, "Ann"), a_member(2, "Bob")],
        memberships=[{"idMember": object_id(7, 1), "memberType": "admin"}],
        pluginData=[{"value": "{}"}, {"value": "{}"}],
        customFields=[{"id": "f", "name": "Size", "type": "number"}],
        checklists=[
            a_checklist(
                1, 1, an_item(1, state="complete"), an_item(2, idMember=object_id(7, 9), due="2021-01-01T00:00:00Z")
            ),
            a_checklist(2, 77),
        ],
        actions=[a_comment(1, 1), a_comment(2, 1, idMemberCreator="gone"), a_comment(3, 88), a_comment(4, 1, text="")],
        cards=[
            a_card(
                1,
                name="T" * 600,
                desc="d" * 40_000,
                due="2021-01-02T00:00:00Z",
                start="2021-01-01T00:00:00Z",
                dueComplete=True,
                idLabels=["l"],
                labels=[{"id": "m", "name": "Only here", "color": None}],
                idMembers=[object_id(7, 1), "stranger"],
                idMembersVoted=["x", "y"],
                stickers=[{}, {}],
                isTemplate=True,
                cover={"idAttachment": "a"},
                pluginData=[{"value": "{}"}],
                customFieldItems=[
                    {"id": "1", "idCustomField": "f", "value": {"number": "1.5"}},
                    {"id": "2", "idCustomField": "f"},
                    {"id": "3", "idCustomField": "g", "idValue": "o"},
                ],
                attachments=[
                    {"id": "a", "url": "https://trello.com/x", "isUpload": True, "bytes": 5, "name": "x.png"},
                    {"id": "b", "url": "https://example.org/", "name": ""},
                ],
                badges={"comments": 9, "attachments": 2},
                idChecklists=["absent"],
            ),
            a_card(2, closed=True, name="  "),
            a_card(3, idList=object_id(2, 2), cover={"color": "sky"}),
            a_card(4, idList="nowhere", name="Stray", address="Pier 1"),
            a_card(5, name="\u200e \u200e", pos="top"),
        ],
    )
    transfer = bring(ada, workspace, write(tmp_path / "board.json", board))
    assert counts_of(transfer) == transfer.receipt["counts"]


def test_one_event_tells_of_it_and_holds_the_receipt(imported, ada, events):
    board = imported()
    (event, companion) = events
    assert (event.action, event.via, event.board_id) == ("board.imported", "import", board.id)
    assert event.detail["receipt"]["cards_open"] == 1
    assert event.change(board, "name") == (None, "Ferries")
    assert (companion.workspace_id, companion.changes) == (board.workspace_id, [])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Outbox)) >= 2


def test_a_board_is_private_to_who_imports_it(imported, ada, grace, workspace):
    board = imported(prefs={"permissionLevel": "public"})
    assert board.visibility == "private"
    assert may(ada, "edit_board", board)
    assert not may(grace, "see", board)


def test_undo_takes_the_whole_board_away_and_redo_brings_it_back(imported, ada):
    board = imported()
    undone = undo_last(ada, board)
    assert board.is_deleted
    assert board.id not in db.session.scalars(visible_boards(ada.id)).all()
    undo(ada, undone)
    assert not board.is_deleted
    assert order(one(List, board_id=board.id)) == ["Card 1"]


def test_undo_does_not_take_away_what_others_have_worked_on_since(imported, ada, grace):
    board = imported()
    add_board_member(ada, board, grace.user)
    rename_card(grace, only(Card, board), "Better")
    event = one(Event, board_id=board.id, action="board.imported")
    with pytest.raises(UndoBlocked):
        undo(ada, event)
    undo(ada, event, overwrite=True)
    assert board.is_deleted


# -- what things become ---------------------------------------------------------------


def test_lists_and_cards_keep_their_order_names_and_numbers(imported):
    board = imported(
        lists=[a_list(2, pos=1, name="First"), a_list(1, pos=2, name="Second 👍🏽")],
        cards=[
            a_card(7, idList=object_id(2, 2), pos=2, name="b"),
            a_card(9, idList=object_id(2, 2), pos=1, name="a 👩‍👩‍👧 עברית"),
            a_card(8, idList=object_id(2, 2), pos=2, name="c"),
        ],
    )
    assert order(board) == ["First", "Second 👍🏽"]
    assert order(one(List, board_id=board.id, name="First")) == ["a 👩‍👩‍👧 עברית", "b", "c"]
    assert [card.number for card in all_of(Card, board, Card.rank)] == [9, 7, 8]
    assert board.last_number == 9


def test_cards_without_a_number_of_their_own_get_the_next_ones(imported):
    board = imported(
        cards=[
            a_card(5),
            a_card(1, idShort=5),
            a_card(2, idShort=None),
            a_card(3, idShort=-1),
            a_card(4, idShort=10**12),
        ]
    )
    assert sorted(card.number for card in all_of(Card, board)) == [5, 6, 7, 8, 9]
    assert board.last_number == 9


def test_what_was_archived_is_archived_with_its_list_or_by_itself(imported):
    board = imported(
        lists=[a_list(1), a_list(2, closed=True)],
        cards=[a_card(1, closed=True, dateLastActivity="2021-05-01T00:00:00.000Z"), a_card(2, idList=object_id(2, 2))],
    )
    archived, open_one = all_of(Card, board, Card.number)
    assert archived.archived_at == datetime(2021, 5, 1, tzinfo=UTC)
    assert open_one.archived_at is None
    assert open_one.list.archived_at is not None


def test_a_card_without_a_list_comes_into_an_archived_one(imported):
    board = imported(cards=[a_card(1), a_card(2, idList="gone")])
    stray = one(Card, board_id=board.id, number=2)
    assert (stray.list.name, stray.list.is_archived, stray.is_archived) == ("Imported without a list", True, False)


def test_dates_and_done_come_from_the_file(imported):
    board = imported(
        cards=[
            a_card(
                1,
                due="2021-01-02T10:30:00.000Z",
                start="2021-01-01T00:00:00.000Z",
                dueComplete=True,
                dateCompleted="2021-01-03T00:00:00.000Z",
            )
        ],
        actions=[
            {
                "id": "a",
                "type": "createCard",
                "date": "2021-01-01T00:00:00Z",
                "idMemberCreator": object_id(7, 1),
                "data": {"card": {"id": a_card(1)["id"]}},
            }
        ],
        members=[a_member(1, "Ann Lee")],
    )
    card = only(Card, board)
    assert card.due_at == datetime(2021, 1, 2, 10, 30, tzinfo=UTC)
    assert card.start_at == datetime(2021, 1, 1, tzinfo=UTC)
    assert card.completed_at == datetime(2021, 1, 3, tzinfo=UTC)
    assert card.created_at == datetime(2020, 9, 13, 12, 26, 41, tzinfo=UTC)
    assert db.session.get(User, card.created_by_id).name == "Ann Lee (Trello)"


def test_labels_in_all_shades_and_none_have_one_of_our_colours(imported):
    colors = ["green", "sky_light", "black_dark", "purple", None, "mauve"]
    board = imported(labels=[{"id": str(n), "name": "", "color": color} for n, color in enumerate(colors)])
    assert [label.color for label in all_of(Label, board, Label.id)] == [
        "green",
        "teal",
        "slate",
        "violet",
        "slate",
        "slate",
    ]


def test_checklists_keep_their_order_ticks_dates_and_people(imported):
    board = imported(
        checklists=[
            a_checklist(2, 1, name="Later"),
            a_checklist(
                1, 1, an_item(2), an_item(1, state="complete", due="2021-01-01T00:00:00Z", idMember="z"), name="Now"
            ),
        ]
    )
    assert [checklist.title for checklist in all_of(Checklist, board, Checklist.rank)] == ["Now", "Later"]
    first, second = all_of(Item, board, Item.rank)
    assert (first.text, first.completed_at is not None, first.due_at is not None) == ("Item 1", True, True)
    assert db.session.get(User, first.assignee_id).name == "Somebody z (Trello)"
    assert second.completed_at is None


def test_comments_keep_their_authors_and_dates(imported):
    board = imported(
        actions=[
            a_comment(2, 1, "second"),
            a_comment(
                1,
                1,
                "first",
                data={"text": "first", "card": {"id": a_card(1)["id"]}, "dateLastEdited": "2021-02-01T00:00:00Z"},
            ),
        ]
    )
    first, second = all_of(Comment, board, Comment.id)
    assert (first.body, second.body) == ("first", "second")
    assert first.author.name == "Ann Lee (Trello)"
    assert first.created_at == datetime(2021, 1, 2, 10, tzinfo=UTC)
    assert first.edited_at == datetime(2021, 2, 1, tzinfo=UTC)
    assert second.edited_at is None


def test_uploads_become_links_to_where_they_are(imported):
    url = "https://trello.com/1/cards/x/attachments/y/download/plan%20%C3%A4.pdf"
    board = imported(
        cards=[
            a_card(
                1,
                attachments=[
                    {
                        "id": "a",
                        "name": "plan ä.pdf",
                        "url": url,
                        "isUpload": True,
                        "bytes": 1234,
                        "mimeType": "application/pdf",
                        "date": "2021-01-01T00:00:00Z",
                    }
                ],
            )
        ]
    )
    attachment = only(Attachment, board)
    assert (attachment.storage, attachment.title, attachment.url, attachment.size) == (
        "elsewhere",
        "plan ä.pdf",
        url,
        1234,
    )
    assert attachment.media_type == "application/pdf"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "java\nscript:alert(1)", "", "//evil", "http://", "http://[bad"]
)
def test_addresses_that_are_no_web_addresses_are_left_out(imported, url):
    board = imported(
        cards=[
            a_card(1, attachments=[{"id": "a", "url": url}, {"id": "b", "url": "https://example.org", "name": "ok"}])
        ]
    )
    assert [attachment.title for attachment in all_of(Attachment, board)] == ["ok"]


def test_links_to_imported_cards_lead_to_them_and_others_stay(imported):
    first, second = (
        f"https://trello.com/c/{a_card(1)['shortLink']}",
        f"https://trello.com/c/{a_card(2)['shortLink']}/2-card",
    )
    board = imported(
        shortLink="BoardOne",
        cards=[
            a_card(
                1,
                desc=f"See {second} and [that]({second}), not https://trello.com/c/Nowhere1. On https://trello.com/b/BoardOne/x",
            ),
            a_card(2, name="Two [x]", attachments=[{"id": "a", "name": "one", "url": first}]),
        ],
        actions=[a_comment(1, 2, f"<{first}>")],
        checklists=[a_checklist(1, 2, an_item(1, name=first))],
    )
    one_id, two_id = (card.id for card in all_of(Card, board, Card.number))
    description = one(Card, id=one_id).description
    assert (
        f"See [Two \\[x\\]](/cards/{two_id}) and [that](/cards/{two_id}), not https://trello.com/c/Nowhere1."
        in description
    )
    assert f"On [Ferries](/boards/{board.id})" in description
    assert only(Comment, board).body == f"[Card 1](/cards/{one_id})"
    assert only(Attachment, board).url == f"{HOME}/cards/{one_id}"
    assert only(Item, board).text == f"{HOME}/cards/{one_id}"


def test_nothing_is_cut_off_silently(imported):
    board = imported(
        name="N" * 200,
        desc="About",
        cards=[a_card(1, name="T" * 600, desc="d" * 40_000)],
        actions=[a_comment(1, 1, "c" * 40_000)],
    )
    card = only(Card, board)
    assert len(board.name) == 120
    assert board.description == f"**Full name:** {'N' * 200}\n\nAbout"
    assert card.title == "T" * 511 + "…"
    comments = all_of(Comment, board, Comment.id)
    assert card.description + comments[0].body == f"**Full title:** {'T' * 600}\n\n{'d' * 40_000}"
    assert comments[1].body + comments[2].body == "c" * 40_000


def test_what_has_no_place_yet_is_kept_with_the_card(imported):
    board = imported(
        customFields=[
            {
                "id": "f",
                "name": "Size",
                "type": "list",
                "display": {"cardFront": True},
                "options": [{"id": "o", "value": {"text": "Big"}, "color": "red", "pos": 1}],
            }
        ],
        cards=[
            a_card(
                1,
                customFieldItems=[{"id": "v", "idCustomField": "f", "value": None, "idValue": "o"}],
                idMembersVoted=["x"],
                dueReminder=0,
                cover={"idUploadedBackground": "b"},
                coordinates={"latitude": 1.5, "longitude": 2},
                locationName="Harbour",
                email="secret@boards.trello.com",
            )
        ],
    )
    card = only(Card, board)
    assert card.source_extra["fields"] == [{"field": "f", "option": "o"}]
    assert card.source_extra["votes"] == 1
    assert card.source_extra["reminder"] == "0"
    assert card.source_extra["cover"] == {"picture": True}
    assert board.source_extra["fields"][0]["options"] == [["o", "Big", "red"]]
    assert card.description == "Place: Harbour, 1.5, 2"
    assert "secret" not in str(card.source_extra)


def test_script_in_names_stays_text(imported):
    evil = "<script>alert(1)</script>"
    board = imported(
        name=evil,
        lists=[a_list(1, name=evil)],
        cards=[a_card(1, name=evil, desc=evil)],
        labels=[{"id": "l", "name": evil, "color": "red"}],
    )
    assert (board.name, only(Card, board).title, only(Label, board).name) == (evil, evil, evil)


def test_the_nul_character_is_left_out(imported):
    board = imported(name="a\x00b", cards=[a_card(1, name="c\x00d", desc="\x00")])
    assert (board.name, only(Card, board).title, only(Card, board).description) == ("ab", "cd", "")


@pytest.mark.parametrize(
    ("prefs", "tint"),
    [
        ({"background": "lime"}, "moss"),
        ({"background": "gradient-ocean"}, "sky"),
        ({"background": "5c08e59b7a64a864f6ebd6a2", "backgroundColor": None, "backgroundTopColor": "#b04632"}, "brick"),
        ({"background": "x", "backgroundColor": "#838c91", "backgroundTopColor": "#123"}, "lagoon"),
        ({}, "lagoon"),
    ],
)
def test_a_background_becomes_the_nearest_tint(imported, prefs, tint):
    assert imported(prefs=prefs).tint == tint


def test_a_closed_board_is_archived_and_a_starred_one_starred(imported, ada):
    board = imported(closed=True, starred=True, dateClosed="2022-01-01T00:00:00Z")
    assert board.archived_at == datetime(2022, 1, 1, tzinfo=UTC)
    assert db.session.get(Star, (ada.id, board.id)) is not None


# -- people ---------------------------------------------------------------------------


def test_people_become_placeholders_that_can_neither_sign_in_nor_be_written_to(imported, ada):
    board = imported(
        members=[a_member(1, "Ann Lee"), a_member(2, "Bob")],
        memberships=[{"idMember": object_id(7, 1), "memberType": "observer"}],
        cards=[a_card(1, idMembers=[object_id(7, 1), object_id(7, 2)])],
    )
    people = db.session.scalars(sa.select(User).where(User.person_kind == "placeholder").order_by(User.id)).all()
    assert [person.name for person in people] == ["Ann Lee (Trello)", "Bob (Trello)"]
    assert all(person.email is None and person.password_hash is None for person in people)
    assert {link.user_id for link in all_of(Assignment, board)} == {person.id for person in people}
    roles = {member.user_id: member.role for member in all_of(BoardMember, board)}
    assert roles == {ada.id: "admin", people[0].id: "observer"}


def test_matched_people_are_named_and_get_no_access(ada, grace, workspace, tmp_path):
    path = write(
        tmp_path / "b.json",
        a_board(
            members=[a_member(1, "G")],
            memberships=[{"idMember": object_id(7, 1), "memberType": "normal"}],
            cards=[a_card(1, idMembers=[object_id(7, 1)])],
        ),
    )
    board = board_of(bring(ada, workspace, path, matches={object_id(7, 1): grace.id}))
    assert only(Assignment, board).user_id == grace.id
    assert not may(grace, "see", board)
    assert db.session.scalar(sa.select(sa.func.count()).where(User.person_kind == "placeholder")) == 0


def test_matched_people_get_their_role_where_that_is_asked_for(ada, grace, workspace, tmp_path):
    people = {
        "members": [a_member(1, "G"), a_member(2, "A")],
        "memberships": [
            {"idMember": object_id(7, 1), "memberType": "normal"},
            {"idMember": object_id(7, 2), "memberType": "observer"},
        ],
    }
    path = write(tmp_path / "b.json", a_board(**people))
    board = board_of(
        bring(ada, workspace, path, matches={object_id(7, 1): grace.id, object_id(7, 2): ada.id}, with_roles=True)
    )
    assert {member.user_id: member.role for member in all_of(BoardMember, board)} == {
        ada.id: "admin",
        grace.id: "member",
    }


def test_only_people_of_the_workspace_can_be_named(ada, eve, workspace, tmp_path):
    transfer = checked(ada, workspace, write(tmp_path / "b.json", a_board(members=[a_member(1, "E")])))
    with pytest.raises(Invalid):
        start_import(ada, transfer, matches={object_id(7, 1): eve.id})


def test_two_boards_of_one_workspace_share_their_placeholders_and_two_workspaces_do_not(ada, eve, workspace, tmp_path):
    path = write(tmp_path / "b.json", a_board(members=[a_member(1, "Ann")]))
    bring(ada, workspace, path)
    bring(ada, workspace, path, as_copy=True)
    theirs = db.session.scalars(
        sa.select(type(workspace)).where(type(workspace).name == "Personal").order_by(sa.desc("id"))
    ).first()
    bring(eve, theirs, path)
    assert db.session.scalar(sa.select(sa.func.count()).where(User.person_kind == "placeholder")) == 2


# -- who may, and twice ---------------------------------------------------------------


def test_a_guest_of_a_workspace_imports_nothing_into_it(edgar, workspace, tmp_path):
    with pytest.raises(Forbidden):
        checked(edgar, workspace, write(tmp_path / "b.json", a_board()))


def test_an_outsider_does_not_even_see_the_workspace(eve, workspace, tmp_path):
    with pytest.raises(NotFound):
        checked(eve, workspace, write(tmp_path / "b.json", a_board()))


def test_an_import_is_its_uploaders_alone(ada, grace, workspace, tmp_path):
    transfer = checked(ada, workspace, write(tmp_path / "b.json", a_board()))
    with pytest.raises(NotFound):
        start_import(grace, transfer)


def test_a_double_click_makes_one_board(ada, workspace, tmp_path):
    transfer = checked(ada, workspace, write(tmp_path / "b.json", a_board()))
    assert start_import(ada, transfer)
    assert not start_import(ada, transfer)


def test_a_second_import_of_the_same_board_asks_first(ada, workspace, tmp_path):
    path = write(tmp_path / "b.json", a_board())
    first = board_of(bring(ada, workspace, path))
    transfer = checked(ada, workspace, path)
    with pytest.raises(Conflict, match="here already"):
        start_import(ada, transfer)
    start_import(ada, transfer, as_copy=True)
    assert db.session.scalar(sa.select(sa.func.count()).where(Board.source_id == BOARD)) == 1
    assert first.source == "trello"


def test_two_imports_of_one_board_do_not_run_side_by_side(ada, workspace, tmp_path):
    path = write(tmp_path / "b.json", a_board())
    first, second = checked(ada, workspace, path), checked(ada, workspace, path)
    start_import(ada, first)
    with pytest.raises(Conflict, match="right now"):
        start_import(ada, second)


def test_a_board_that_was_undone_is_not_here_any_more(ada, workspace, tmp_path):
    path = write(tmp_path / "b.json", a_board())
    transfer = bring(ada, workspace, path)
    undo(ada, db.session.get_one(Event, event_of(transfer)))
    assert start_import(ada, checked(ada, workspace, path))

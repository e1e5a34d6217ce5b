"""What a receipt counts: real files to the last count, and every shape of every year."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kanban.transfer.trello import notices
from kanban.transfer.trello.reading import read
from kanban.transfer.trello.receipt import count
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

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def receipt(tmp_path):
    def made(**board):
        with read(write(tmp_path / "board.json", a_board(**board))) as export:
            return count(export, now=NOW)

    return made


@pytest.fixture
def counts(receipt):
    return lambda **board: receipt(**board)["counts"]


def test_a_real_export_is_counted_to_the_last_count():
    with read(DATA / "trello2planka-sample.json") as export:
        found = count(export, now=NOW)["counts"]
    expected = json.loads((DATA / "trello2planka-sample.receipt.json").read_text())
    assert found == expected
    assert list(found) == list(expected)


def test_the_least_board_there_is(counts):
    found = counts(cards=[], lists=[])
    assert found["board_name"] == "Ferries"
    assert found["lists_open"] == found["cards_open"] == 0
    assert found["first_card_created"] is None


def test_a_byte_order_mark_is_overlooked(tmp_path):
    path = tmp_path / "board.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(a_board()).encode())
    with read(path) as export:
        assert export.board.name == "Ferries"


def test_keys_may_come_in_any_order(tmp_path):
    board = a_board(
        checklists=[a_checklist(1, 1, an_item(2, name="B"), an_item(1, name="A"))],
        actions=[a_comment(1, 1)],
        labels=[{"id": "l", "name": "Bug", "color": "red"}],
        cards=[a_card(1, idLabels=["l"])],
    )
    backwards = dict(reversed(board.items()))
    receipts = []
    for each in (board, backwards):
        with read(write(tmp_path / "board.json", each)) as export:
            receipts.append(count(export, now=NOW))
    assert receipts[0] == receipts[1]
    assert receipts[0]["counts"]["comments"] == receipts[0]["counts"]["label_assignments"] == 1


def test_unknown_keys_and_null_ones_are_no_matter(counts):
    found = counts(
        labels=None,
        actions=None,
        prefs=None,
        labelNames=None,
        members=None,
        whatever={"deep": [{"a": 1}]},
        cards=[
            a_card(
                1,
                badges=None,
                cover=None,
                attachments=None,
                labels=None,
                idLabels=None,
                idMembers=None,
                checkItemStates=None,
            )
        ],
    )
    assert found["cards_open"] == 1


def test_wrong_types_are_no_matter(counts):
    found = counts(
        name=7,
        closed="no",
        lists=[a_list(1, pos="bottom", softLimit="many"), a_list(2, pos="16384.5"), "list", None, 3],
        cards=[
            a_card(1, pos=None, idShort="x", due=12, labels=["red", 1], attachments=[1], idMembers="me", badges=[]),
            4,
        ],
        members=[1, {"id": 5, "fullName": None}],
        actions=[{"id": 1, "type": "commentCard", "data": "text"}, {"type": None}],
        checklists=[{"checkItems": 3}],
        customFields=["x"],
    )
    assert found["board_name"] == "7"
    assert (found["lists_open"], found["cards_open"], found["members"]) == (2, 1, 1)


# -- lists, cards, order --------------------------------------------------------------


def test_equal_and_huge_positions_are_ordered_by_id(tmp_path):
    far = 140737488355328
    cards = [
        a_card(3, pos=far),
        a_card(1, pos=far),
        a_card(2, pos=far - 0.5),
        a_card(4, pos="top"),
        a_card(5, pos="bottom"),
    ]
    with read(write(tmp_path / "board.json", a_board(cards=cards))) as export:
        (only,) = export.lists()
        assert [card.number for card in export.cards(only.id)] == [4, 2, 1, 3, 5]


def test_the_fingerprint_of_the_order_leaves_out_what_is_archived(counts):
    with_more = counts(
        lists=[a_list(1), a_list(2, closed=True)],
        cards=[a_card(1), a_card(2, closed=True), a_card(3, idList=object_id(2, 2))],
    )
    assert with_more["order_sha256"] == counts()["order_sha256"]
    assert with_more["cards_open"] == 2
    assert with_more["cards_archived"] == 1
    assert with_more["cards_open_in_archived_lists"] == 1
    assert with_more["lists_archived"] == 1


def test_a_card_whose_list_is_not_in_the_file_is_counted(counts):
    found = counts(cards=[a_card(1), a_card(2, idList="gone"), a_card(3, idList=None)])
    assert found["cards_without_list"] == 2
    assert found["cards_open"] == 3


def test_things_come_once_an_id(receipt):
    found = receipt(
        lists=[a_list(1), a_list(1)],
        cards=[a_card(1), a_card(1, name="Twin")],
        labels=[{"id": "l", "name": "", "color": "red"}] * 2,
        members=[a_member(1, "Ann")] * 2,
        checklists=[a_checklist(1, 1)] * 2,
        actions=[a_comment(1, 1)] * 2,
    )
    counts = found["counts"]
    assert counts["duplicate_ids"] == 6
    assert counts["lists_open"] == counts["cards_open"] == counts["labels"] == counts["members"] == 1
    assert counts["checklists"] == counts["comments"] == 1


def test_done_does_not_need_a_due_date(counts):
    found = counts(
        cards=[
            a_card(1, dueComplete=True),
            a_card(2, due="2021-01-01T00:00:00.000Z"),
            a_card(3, start="2021-01-01T00:00:00Z"),
        ]
    )
    assert (found["cards_due_complete"], found["cards_with_due"], found["cards_with_start"]) == (1, 1, 1)


def test_dates_that_cannot_be_are_no_dates(counts):
    found = counts(
        cards=[a_card(1, due="soon"), a_card(2, due="9999-12-31T00:00:00Z"), a_card(3, due="0001-01-01T00:00:00+14:00")]
    )
    assert found["cards_with_due"] == 0


def test_covers_of_every_kind_and_year(counts):
    found = counts(
        cards=[
            a_card(1, cover={"color": "pink"}),
            a_card(2, cover={"idAttachment": "a"}),
            a_card(3, cover={"idUploadedBackground": "b"}),
            a_card(4, idAttachmentCover="a", manualCoverAttachment=True),
            a_card(5, cover={"color": None, "idAttachment": None, "size": "normal"}),
        ]
    )
    assert found["cards_with_cover"] == 4


def test_votes_are_counted_also_where_the_voters_are_hidden(counts):
    found = counts(cards=[a_card(1, idMembersVoted=["a", "b"]), a_card(2, idMembersVoted=[], badges={"votes": 3})])
    assert found["card_votes"] == 5


# -- labels ---------------------------------------------------------------------------


def test_labels_by_id_by_object_and_both_are_the_same_label(counts):
    labels = [{"id": "l", "name": "Bug", "color": "red"}, {"id": "m", "name": "", "color": None}]
    found = counts(
        labels=labels, cards=[a_card(1, idLabels=["l", "l"], labels=[labels[0]]), a_card(2, labels=[labels[1]])]
    )
    assert (found["labels"], found["label_assignments"], found["labels_only_on_cards_or_labelNames"]) == (2, 2, 0)


def test_a_label_only_on_a_card_is_made(receipt):
    found = receipt(
        labels=[], cards=[a_card(1, labels=[{"id": "x", "name": "Old", "color": "mauve"}], idLabels=["x", "nowhere"])]
    )
    assert found["counts"]["labels"] == found["counts"]["labels_only_on_cards_or_labelNames"] == 1
    assert found["counts"]["label_assignments"] == 1
    assert found["notes"]["strange_labels"] == found["notes"]["unknown_labels"] == 1


def test_before_2015_labels_had_no_ids(counts):
    found = counts(
        labelNames={"red": "Bug", "green": "", "blue": "Sea"},
        cards=[
            a_card(1, labels=[{"name": "Bug", "color": "red"}]),
            a_card(2, labels=[{"name": "", "color": "green"}, {"name": "Bug", "color": "red"}]),
        ],
    )
    assert found["labels"] == found["labels_only_on_cards_or_labelNames"] == 3
    assert found["label_assignments"] == 3


def test_names_of_label_colours_are_not_labels_where_there_are_labels(counts):
    assert counts(labels=[], labelNames={"red": "Bug"})["labels"] == 0


def test_a_label_without_an_id_is_the_listed_one_that_looks_the_same(counts):
    labels = [{"id": "l", "name": "Bug", "color": "red"}]
    found = counts(labels=labels, cards=[a_card(1, labels=[{"name": "Bug", "color": "red"}])])
    assert (found["labels"], found["label_assignments"]) == (1, 1)


# -- checklists -----------------------------------------------------------------------


def test_checklists_are_found_at_the_top_and_in_cards(counts):
    top = a_checklist(1, 1, an_item(1, state="complete"), an_item(2))
    nested = {**a_checklist(2, 1, an_item(3, due="2021-01-01T00:00:00Z", idMember=object_id(7, 1)))}
    del nested["idCard"]
    found = counts(
        cards=[a_card(1, checklists=[nested, {**top, "checkItems": []}], idChecklists=[top["id"], "gone"])],
        checklists=[top],
    )
    assert (found["checklists"], found["checklist_items"], found["checklist_items_done"]) == (2, 3, 1)
    assert (found["checklist_items_with_due"], found["checklist_items_with_member"]) == (1, 1)
    assert found["checklist_ids_named_but_absent"] == 1
    assert found["duplicate_ids"] == 0


def test_a_checklist_of_no_card_is_an_orphan(counts):
    found = counts(checklists=[a_checklist(1, 9, an_item(1)), a_checklist(2, 1)])
    assert (found["checklists"], found["checklists_orphan"], found["checklist_items"]) == (1, 1, 0)


def test_items_without_a_state_are_ticked_by_their_card(counts):
    item = an_item(1)
    del item["state"]
    card = a_card(1, checkItemStates=[{"idCheckItem": item["id"], "state": "complete"}])
    assert counts(cards=[card], checklists=[a_checklist(1, 1, item, an_item(2))])["checklist_items_done"] == 1


def test_checklists_and_items_are_in_the_order_of_their_positions(tmp_path):
    checklists = [a_checklist(2, 1), a_checklist(1, 1, an_item(3), an_item(1), an_item(2, pos=16384))]
    with read(write(tmp_path / "board.json", a_board(checklists=checklists))) as export:
        (card,) = export.cards(object_id(2, 1))
        found = list(export.checklists(card))
        assert [each.name for each in found] == ["Steps 1", "Steps 2"]
        assert [item.text for item in export.items(found[0])] == ["Item 1", "Item 2", "Item 3"]


# -- comments, history, people --------------------------------------------------------


def test_comments_that_the_badges_promise_and_the_file_lacks_are_told(receipt):
    found = receipt(
        cards=[a_card(1, badges={"comments": 3}), a_card(2, badges={"comments": 0}), a_card(3, badges={"comments": 2})],
        actions=[a_comment(1, 1), a_comment(2, 2), a_comment(3, 9), a_comment(4, 1, text="  ")],
    )
    counts = found["counts"]
    assert (counts["comments"], counts["comments_orphan_card"], counts["comments_empty"]) == (2, 1, 1)
    assert (counts["comments_promised_by_badges"], counts["comments_lost_at_least"]) == (5, 4)
    lost = notices.what_is_missing(counts, found["notes"])[0]
    assert lost.text.startswith("4 comments are not in the file")
    assert lost.more == ["#1 Card 1: 2 comments", "#3 Card 3: 2 comments"]


def test_a_copied_comment_is_a_comment_of_who_wrote_it(tmp_path):
    action = a_comment(1, 1, type="copyCommentCard")
    action["data"]["idOriginalCommenter"] = "original"
    with read(write(tmp_path / "board.json", a_board(actions=[action]))) as export:
        (card,) = export.cards(object_id(2, 1))
        assert [comment.author_id for comment in export.comments(card)] == ["original"]


def test_comments_come_oldest_first(tmp_path):
    actions = [a_comment(3, 1, "third"), a_comment(1, 1, "first"), a_comment(2, 1, "second")]
    with read(write(tmp_path / "board.json", a_board(actions=actions))) as export:
        (card,) = export.cards(object_id(2, 1))
        assert [comment.text for comment in export.comments(card)] == ["first", "second", "third"]


def test_a_history_of_exactly_a_thousand_lines_was_cut_off(counts):
    actions = [{"id": object_id(6, number), "type": "updateCard", "data": {}} for number in range(1000)]
    assert counts(actions=actions)["actions_truncated"] is True
    assert counts(actions=actions[1:])["actions_truncated"] is False


def test_kinds_of_actions_are_counted_the_most_frequent_first(counts):
    actions = [{"id": str(number), "type": kind} for number, kind in enumerate(["a", "b", "b", "c", "c"])]
    assert list(counts(actions=actions)["action_kinds"].items()) == [("b", 2), ("c", 2), ("a", 1)]


def test_people_named_only_on_cards_items_and_comments_are_people_too(receipt):
    found = receipt(
        members=[a_member(1, "Ann Lee")],
        memberships=[
            {"idMember": object_id(7, 1), "memberType": "admin"},
            {"idMember": object_id(7, 2), "memberType": "normal", "deactivated": True},
        ],
        cards=[a_card(1, idMembers=["p", "p", object_id(7, 1)])],
        checklists=[a_checklist(1, 1, an_item(1, idMember="q"))],
        actions=[a_comment(1, 1, idMemberCreator="r", memberCreator={"id": "r", "fullName": None, "username": "ron"})],
    )
    assert (found["counts"]["members"], found["counts"]["members_only_referenced"]) == (1, 3)
    assert found["counts"]["card_member_assignments"] == 2
    assert [(person["id"], person["name"], person["role"]) for person in found["people"]] == [
        (object_id(7, 1), "Ann Lee", "admin"),
        ("p", "", None),
        ("q", "", None),
        ("r", "ron", None),
    ]


# -- custom fields --------------------------------------------------------------------


def test_values_of_custom_fields_are_full_empty_or_orphans(receipt):
    fields = [{"id": "f", "name": "Size", "type": "number", "pos": 1}]
    values = [
        {"id": "1", "idCustomField": "f", "value": {"number": "100.32"}},
        {"id": "2", "idCustomField": "f", "value": None, "idValue": "option"},
        {"id": "3", "idCustomField": "f", "value": None},
        {"id": "4", "idCustomField": "gone", "value": {"text": "x"}},
    ]
    found = receipt(customFields=fields, cards=[a_card(1, customFieldItems=values)])
    counts = found["counts"]
    assert counts["custom_fields"] == 1
    assert counts["custom_field_values"] == 2
    assert counts["custom_field_values_empty"] == counts["custom_field_values_orphan"] == 1
    assert found["notes"]["fields"] == [{"name": "Size", "values": 2}]


# -- dates ----------------------------------------------------------------------------


def test_cards_are_as_old_as_their_ids_say(counts):
    found = counts(cards=[a_card(1), a_card(2)])
    assert (found["first_card_created"], found["last_card_created"]) == ("2020-09-13T12:26:41Z", "2020-09-13T12:26:42Z")


def test_ids_that_tell_no_date_fall_back_to_history_and_activity(counts):
    birth = {"id": "a", "type": "createCard", "date": "2019-05-01T00:00:00.000Z", "data": {"card": {"id": "anon"}}}
    copied = {"id": "b", "type": "copyCard", "date": "2019-06-01T00:00:00.000Z", "data": {"card": {"id": "anon"}}}
    assert counts(cards=[a_card(1, id="anon")], actions=[copied, birth])["first_card_created"] == "2019-05-01T00:00:00Z"
    assert (
        counts(cards=[a_card(1, id="anon", dateLastActivity="2018-01-01T00:00:00Z")])["first_card_created"]
        == "2018-01-01T00:00:00Z"
    )
    future = "ffffffff" + BOARD[8:]
    assert counts(cards=[a_card(1, id=future)])["first_card_created"] == "2026-01-01T00:00:00Z"


# -- what is said ---------------------------------------------------------------------


def test_no_secret_address_is_read(tmp_path):
    card = a_card(1, email="secret+card@boards.trello.com", sourceEmail="secret@example.org")
    path = write(tmp_path / "board.json", a_board(cards=[card]))
    with read(path, scratch=tmp_path) as export:
        (found,) = export.cards(object_id(2, 1))
        assert "secret" not in repr(found)
        shelf = next(tmp_path.glob("import-*/rows.sqlite"))
        assert b"secret" not in shelf.read_bytes()
    assert not list(tmp_path.glob("import-*"))


def test_a_board_with_everything_is_told_in_sentences(receipt):
    found = receipt(
        name="N" * 200,
        closed=True,
        prefs={"permissionLevel": "public", "isTemplate": True},
        powerUps=["voting"],
        lists=[a_list(1, name="L" * 200), a_list(2, closed=True)],
        labels=[
            {"id": str(n), "name": "x" * 100, "color": color} for n, color in enumerate(["red_light", None, "mauve"])
        ],
        pluginData=[{"value": "{}"}],
        customFields=[{"id": "f", "name": "Size", "type": "text"}],
        members=[a_member(1, "Ann")],
        checklists=[a_checklist(1, 1, an_item(1, name="i" * 2000)), a_checklist(2, 9)],
        actions=[a_comment(1, 1), a_comment(2, 9), {"id": "m", "type": "updateCard"}],
        cards=[
            a_card(
                1,
                name="T" * 600,
                desc="d" * 70_000,
                start="2021-01-01T00:00:00Z",
                due="2021-01-02T00:00:00Z",
                dueComplete=True,
                dueReminder=60,
                idLabels=["0"],
                idMembers=[object_id(7, 1)],
                idMembersVoted=["x"],
                stickers=[{"image": "star"}],
                isTemplate=True,
                cardRole="separator",
                mirrorSourceId="m",
                address="Pier 1",
                cover={"idAttachment": "a"},
                customFieldItems=[
                    {"id": "v", "idCustomField": "f", "value": {"text": "x"}},
                    {"id": "w", "idCustomField": "g", "value": {"text": "x"}},
                ],
                attachments=[
                    {"id": "a", "url": "javascript:alert(1)"},
                    {"id": "b", "url": "https://trello.com/x", "isUpload": True},
                ],
                badges={"attachments": 5, "comments": 4},
                idChecklists=["gone"],
            ),
            a_card(2, name="", closed=True),
            a_card(3, idList="nowhere"),
            a_card(4, idList=object_id(2, 2)),
            a_card(4),
        ],
    )
    counts, notes = found["counts"], found["notes"]
    said = [notices.what_comes(counts), notices.what_is_mapped(counts, notes), notices.what_is_missing(counts, notes)]
    assert [len(lines) for lines in said] == [15, 18, 15]
    for lines in said:
        for line in lines:
            assert "%(" not in line.text


def test_a_plain_board_has_nothing_to_apologise_for(receipt):
    found = receipt()
    assert notices.what_is_missing(found["counts"], found["notes"]) == []
    assert notices.what_is_mapped(found["counts"], found["notes"]) == []

"""What no action writes down: each refusal names the field it belongs to, and leaves no event."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from kanban.actions import attachments, boards, cards, checklists, comments, copies, dates, labels, lists, members
from kanban.actions.cards import NewCard
from kanban.actions.workspaces import create_workspace, rename_workspace
from kanban.models import Actor, limits
from kanban.support.errors import Forbidden, Invalid
from tests.actions.deeds import (
    DUE,
    bug,
    build_furnished_world,
    comment,
    doing,
    first,
    launch,
    link,
    person,
    report,
    steps,
    todo,
    workspace,
)
from tests.world import Events, lay_out

_LONG = "x" * (limits.TITLE + 1)
_VERY_LONG = "x" * (limits.MARKDOWN + 1)
_URL = "https://example.org/"

REFUSED: dict[str, tuple[Callable[[Actor], Any], str]] = {
    "a workspace without a name": (lambda a: create_workspace(a, " "), "name"),
    "a workspace renamed to nothing": (lambda a: rename_workspace(a, workspace(), ""), "name"),
    "a board without a name": (lambda a: boards.create_board(a, workspace(), "\u2028"), "name"),
    "a board with a list without a name": (
        lambda a: boards.create_board(a, workspace(), "B", lists=["", "a"]),
        "lists",
    ),
    "a board of an unknown tint": (lambda a: boards.create_board(a, workspace(), "B", tint="red"), "tint"),
    "a board open to all": (lambda a: boards.create_board(a, workspace(), "B", visibility="public"), "visibility"),
    "a board's name too long": (lambda a: boards.rename_board(a, launch(), "x" * (limits.NAME + 1)), "name"),
    "an edited board's tint": (lambda a: boards.edit_board(a, launch(), tint="none"), "tint"),
    "an edited board's visibility": (lambda a: boards.edit_board(a, launch(), visibility=None), "visibility"),
    "an edited board's description": (lambda a: boards.edit_board(a, launch(), description=_VERY_LONG), "description"),
    "an edited board's time zone": (lambda a: boards.edit_board(a, launch(), time_zone="Mars/Olympus"), "time_zone"),
    "a role nobody has on a board": (
        lambda a: members.add_board_member(a, launch(), person("eve").user, "boss"),
        "role",
    ),
    "a role nobody has in a workspace": (
        lambda a: members.add_workspace_member(a, workspace(), person("eve").user, "boss"),
        "role",
    ),
    "no list at all": (lambda a: lists.create_lists(a, launch(), []), "names"),
    "a list without a name": (lambda a: lists.rename_list(a, todo(), "\n"), "name"),
    "a limit of nothing": (lambda a: lists.limit_list(a, todo(), 0), "wip_limit"),
    "a limit too high": (lambda a: lists.edit_list(a, todo(), name="To do", limit=limits.WIP_LIMIT + 1), "wip_limit"),
    "a list's new name with a limit": (lambda a: lists.edit_list(a, todo(), name="", limit=2), "name"),
    "no card at all": (lambda a: cards.create_cards(a, todo(), []), "titles"),
    "one of several cards without a title": (
        lambda a: cards.create_cards(a, todo(), [NewCard("a"), NewCard("")]),
        "titles",
    ),
    "a new card's title too long": (lambda a: cards.create_cards(a, todo(), [NewCard(_LONG)]), "titles"),
    "a new card's description too long": (
        lambda a: cards.create_cards(a, todo(), [NewCard("a", _VERY_LONG)]),
        "titles",
    ),
    "a new card's item too long": (
        lambda a: cards.create_cards(a, todo(), [NewCard("a", items=["x" * (limits.ITEM + 1)])]),
        "titles",
    ),
    "a card without a title": (lambda a: cards.rename_card(a, report(), ""), "title"),
    "a description too long": (lambda a: cards.describe_card(a, report(), _VERY_LONG), "description"),
    "a description too long with a title": (
        lambda a: cards.edit_card(a, report(), title="New", description=_VERY_LONG),
        "description",
    ),
    "a cover of no colour of ours": (lambda a: cards.cover_card(a, report(), "#f00"), "color"),
    "a copy without a title": (lambda a: copies.copy_card(a, report(), to=doing(), title=""), "title"),
    "a due date before people planned": (
        lambda a: dates.schedule_card(a, report(), due_at=datetime(1969, 1, 1, tzinfo=UTC)),
        "due",
    ),
    "a due date beyond all plans": (
        lambda a: dates.schedule_card(a, report(), due_at=datetime(3000, 1, 1, tzinfo=UTC)),
        "due",
    ),
    "a start beyond all plans": (
        lambda a: dates.schedule_card(a, report(), start_at=datetime(3000, 1, 1, tzinfo=UTC)),
        "start",
    ),
    "due before it starts": (
        lambda a: dates.schedule_card(a, report(), start_at=DUE, due_at=DUE - timedelta(seconds=1)),
        "due",
    ),
    "a label of no colour of ours": (lambda a: labels.create_label(a, launch(), color="black"), "color"),
    "a label's name too long": (lambda a: labels.create_label(a, launch(), name="x" * 65, color="red"), "name"),
    "an edited label's name too long": (lambda a: labels.edit_label(a, bug(), name="x" * 65, color="red"), "name"),
    "an edited label's colour": (lambda a: labels.edit_label(a, bug(), name="bug", color=""), "color"),
    "a checklist without a title": (lambda a: checklists.create_checklist(a, report(), ""), "title"),
    "a checklist renamed to nothing": (lambda a: checklists.rename_checklist(a, steps(), " "), "title"),
    "no item at all": (lambda a: checklists.create_items(a, steps(), []), "texts"),
    "an item too long": (lambda a: checklists.create_items(a, steps(), ["x" * (limits.ITEM + 1)]), "texts"),
    "an item that says nothing": (lambda a: checklists.edit_item(a, first(), "\t"), "text"),
    "a comment that says nothing": (lambda a: comments.create_comment(a, report(), " \n "), "body"),
    "a comment too long": (lambda a: comments.create_comment(a, report(), _VERY_LONG), "body"),
    "a comment changed to nothing": (lambda _a: comments.edit_comment(person("grace"), comment(), ""), "body"),
    "an empty address": (lambda a: attachments.attach_link(a, report(), " "), "url"),
    "an address that runs": (lambda a: attachments.attach_link(a, report(), "javascript:alert(1)"), "url"),
    "an address of no host": (lambda a: attachments.attach_link(a, report(), "https:///path"), "url"),
    "an address that is none": (lambda a: attachments.attach_link(a, report(), "https://[::1"), "url"),
    "an address too long": (lambda a: attachments.attach_link(a, report(), _URL + "x" * limits.URL), "url"),
    "a link's title too long": (lambda a: attachments.attach_link(a, report(), _URL, title=_LONG), "title"),
    "an attachment without a title": (lambda a: attachments.edit_attachment(a, link(), title=""), "title"),
}


@pytest.fixture
def world(app: Flask) -> None:
    lay_out(build_furnished_world)


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_at_its_field(what: str, ada: Actor, events: Events) -> None:
    deed, field = REFUSED[what]
    with pytest.raises(Invalid) as refused:
        deed(ada)
    assert refused.value.field == field
    assert not events


# Which limit, set to what is there already; what goes one beyond it; and the field that says so.
FULL: dict[str, tuple[str, int, Callable[[Actor], Any], str]] = {
    "boards in a workspace": ("BOARDS", 1, lambda a: boards.create_board(a, workspace(), "B"), "name"),
    "lists on a board": ("LISTS", 3, lambda a: lists.create_lists(a, launch(), ["One more"]), "names"),
    "lists at once": ("LINES_AT_ONCE", 1, lambda a: lists.create_lists(a, launch(), ["One", "Two"]), "names"),
    "cards on a board": ("CARDS", 5, lambda a: cards.create_cards(a, todo(), [NewCard("One more")]), "titles"),
    "cards on a board, by a copy": ("CARDS", 5, lambda a: copies.copy_card(a, report(), to=doing()), "titles"),
    "cards at once": ("LINES_AT_ONCE", 1, lambda a: cards.create_cards(a, todo(), [NewCard("a")] * 2), "titles"),
    "items of a new card": (
        "ITEMS",
        1,
        lambda a: cards.create_cards(a, todo(), [NewCard("a", items=["One", "Two"])]),
        "titles",
    ),
    "labels of a board": ("LABELS", 2, lambda a: labels.create_label(a, launch(), color="red"), "name"),
    "checklists of a card": ("CHECKLISTS", 2, lambda a: checklists.create_checklist(a, report(), "C"), "title"),
    "items of a checklist": ("ITEMS", 2, lambda a: checklists.create_items(a, steps(), ["Three"]), "texts"),
    "items at once": ("LINES_AT_ONCE", 1, lambda a: checklists.create_items(a, steps(), ["a", "b"]), "texts"),
    "attachments of a card": ("ATTACHMENTS", 1, lambda a: attachments.attach_link(a, report(), _URL), "url"),
}


@pytest.mark.parametrize("what", FULL)
def test_there_is_an_end_to_everything(what: str, ada: Actor, events: Events, monkeypatch: pytest.MonkeyPatch) -> None:
    limit, most, deed, field = FULL[what]
    monkeypatch.setattr(limits, limit, most)
    with pytest.raises(Invalid) as refused:
        deed(ada)
    assert refused.value.field == field
    assert not events
    monkeypatch.setattr(limits, limit, most + 1)
    assert deed(ada).id is not None


def test_a_date_without_a_zone_is_a_mistake_of_ours(ada: Actor) -> None:
    with pytest.raises(ValueError, match="zone"):
        dates.schedule_card(ada, report(), due_at=datetime(2030, 1, 1))  # noqa: DTZ001 - that is the mistake


def test_one_may_not_make_somebody_an_owner_who_is_none(ada: Actor, grace: Actor) -> None:
    members.add_workspace_member(ada, workspace(), person("eve").user, "admin")
    with pytest.raises(Forbidden):
        members.add_workspace_member(person("eve"), workspace(), grace.user, "owner")

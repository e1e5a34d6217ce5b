"""Every action on a board or a workspace, each done once to a world with one of everything in it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from kanban.actions import (
    assignments,
    attachments,
    boards,
    cards,
    checklists,
    comments,
    copies,
    dates,
    groups,
    labels,
    lists,
    members,
    positions,
    states,
    workspaces,
)
from kanban.eventlog import snapshot
from kanban.models import (
    KINDS,
    Actor,
    Attachment,
    Board,
    Card,
    Checklist,
    Comment,
    Event,
    Group,
    Item,
    Label,
    List,
    User,
    Workspace,
)
from kanban.models.recorded import SoftDeleted
from kanban.support.db import db
from tests.world import build_world, one

DUE = datetime(2031, 5, 4, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Deed:
    """One action, ready to be done.

    `by` is who does it: Grace, who is a member, or Ada where it takes an admin. `repeats` is
    whether a second time does something again. `needs` are the rows that, deleted in the
    meantime, make a conflict of it.
    """

    does: Callable[..., Event]
    action: str
    by: str = "grace"
    repeats: bool = False
    needs: tuple[Callable[[], Any], ...] = ()


def build_furnished_world() -> None:
    """The world with one of everything in it, some of it archived, deleted, done or ticked."""
    build_world()
    ada, grace = person("ada"), person("grace")
    cards.describe_card(ada, report(), "- [ ] box")
    labels.label_card(ada, report(), bug())
    assignments.assign_card(ada, report(), ada.user)
    checklists.create_checklist(ada, report(), "Steps")
    checklists.create_checklist(ada, report(), "More")
    checklists.create_items(ada, steps(), ["One", "Two"])
    checklists.complete_item(ada, second())
    comments.create_comment(grace, report(), "Good.")
    attachments.attach_link(ada, report(), "https://example.org/a")
    states.complete_card(ada, poster())
    cards.create_cards(ada, todo(), [cards.NewCard("Put away"), cards.NewCard("Thrown away")])
    states.archive_card(ada, card("Put away"))
    states.delete_card(ada, card("Thrown away"))
    lists.create_lists(ada, launch(), ["Old", "Gone"])
    states.archive_list(ada, named("Old"))
    states.delete_list(ada, named("Gone"))
    for name, put_away in (("Shelved", boards.archive_board), ("Binned", boards.delete_board)):
        boards.create_board(ada, workspace(), name)
        members.add_board_member(ada, board(name), grace.user)
        members.add_board_member(ada, board(name), person("edgar").user, "observer")
        put_away(ada, board(name))
    for name in ("Design", "Print"):
        groups.create_group(ada, workspace(), name)
    groups.set_group_members(ada, group("Design"), [grace.user])
    groups.add_board_group(ada, launch(), group("Print"), "observer")


def state() -> dict[tuple[str, tuple[int, ...]], dict[str, Any]]:
    """Every tracked column of every row that is there: neither deleted itself nor on a deleted board."""
    gone = set(db.session.scalars(sa.select(Board.id).where(Board.deleted_at.is_not(None))))
    found: dict[tuple[str, tuple[int, ...]], dict[str, Any]] = {}
    for kind, model in KINDS.items():
        for row in db.session.scalars(sa.select(model)):
            deleted = isinstance(row, SoftDeleted) and row.deleted_at is not None
            if not deleted and getattr(row, "board_id", None) not in gone:
                found[kind, tuple(row.key)] = snapshot(row)
    return found


def mark_deleted(thing: Any) -> None:
    """Have a row deleted by somebody else, unseen by whoever has it on a page."""
    table = type(thing).__table__
    with db.engine.begin() as connection:
        connection.execute(sa.update(table).where(table.c.id == thing.id).values(deleted_at=DUE))


def person(first_name: str) -> Actor:
    return Actor(one(User, email=f"{first_name}@example.org"))


def called(model: Any, column: str, *names: str) -> Any:
    """The only row with one of these names: what it is called at first, and after the deed."""
    return db.session.scalars(sa.select(model).where(getattr(model, column).in_(names))).one()


def workspace() -> Any:
    return called(Workspace, "name", "Engines", "Motors")


def board(*names: str) -> Any:
    return called(Board, "name", *names)


def launch() -> Any:
    return board("Launch", "Start", "Launching")


def named(*names: str) -> Any:
    return called(List, "name", *names)


def todo() -> Any:
    return named("To do")


def doing() -> Any:
    return named("Doing")


def done() -> Any:
    return named("Done", "Over")


def card(*titles: str) -> Any:
    return called(Card, "title", *titles)


def report() -> Any:
    return card("Write the report")


def poster() -> Any:
    return card("Draw the poster", "Paint the poster")


def put_away() -> Any:
    return card("Put away")


def bug() -> Any:
    return one(Label, name="bug")


def feature() -> Any:
    return one(Label, name="feature")


def steps() -> Any:
    return called(Checklist, "title", "Steps", "Parts")


def more() -> Any:
    return one(Checklist, title="More")


def first() -> Any:
    return called(Item, "text", "One", "First")


def second() -> Any:
    return one(Item, text="Two")


def comment() -> Any:
    return called(Comment, "body", "Good.", "Better.")


def group(*names: str) -> Any:
    return called(Group, "name", *names)


def new_group_name() -> str:
    """No two groups of a workspace have one name."""
    return f"Group {db.session.scalar(sa.select(sa.func.count()).select_from(Group))}"


def link() -> Any:
    return one(Attachment, url="https://example.org/a")


# Under the name of its function.
DEEDS: dict[str, Deed] = {
    "create_board": Deed(
        lambda a, **more: boards.create_board(a, workspace(), "New", lists=["One"], **more),
        "board.created",
        repeats=True,
    ),
    "rename_board": Deed(lambda a: boards.rename_board(a, launch(), "Start"), "board.renamed", by="ada"),
    "edit_board": Deed(
        lambda a: boards.edit_board(
            a,
            launch(),
            name="Launching",
            tint="sky",
            description="Soon.",
            time_zone="Europe/Berlin",
        ),
        "board.edited",
        by="ada",
    ),
    "archive_board": Deed(lambda a: boards.archive_board(a, launch()), "board.archived", by="ada"),
    "reopen_board": Deed(lambda a: boards.reopen_board(a, board("Shelved")), "board.reopened", by="ada"),
    "delete_board": Deed(lambda a: boards.delete_board(a, launch()), "board.deleted", by="ada", repeats=True),
    "restore_board": Deed(lambda a: boards.restore_board(a, board("Binned")), "board.restored", by="ada"),
    "rename_workspace": Deed(
        lambda a: workspaces.rename_workspace(a, workspace(), "Motors"),
        "workspace.renamed",
        by="ada",
    ),
    "add_workspace_member": Deed(
        lambda a: members.add_workspace_member(a, workspace(), person("eve").user),
        "workspace.member_added",
        by="ada",
    ),
    "add_board_member": Deed(
        lambda a: members.add_board_member(a, launch(), person("eve").user, "observer"),
        "board.member_added",
        by="ada",
    ),
    "set_workspace_role": Deed(
        lambda a: members.set_workspace_role(a, workspace(), person("edgar").user, "member"),
        "workspace.role_changed",
        by="ada",
    ),
    "remove_workspace_member": Deed(
        lambda a: members.remove_workspace_member(a, workspace(), person("grace").user),
        "workspace.member_removed",
        by="ada",
    ),
    "leave_workspace": Deed(lambda a: members.leave_workspace(a, workspace()), "workspace.member_left"),
    "set_board_role": Deed(
        lambda a: members.set_board_role(a, launch(), person("grace").user, "observer"), "board.role_changed", by="ada"
    ),
    "remove_board_member": Deed(
        lambda a: members.remove_board_member(a, launch(), person("grace").user), "board.member_removed", by="ada"
    ),
    "leave_board": Deed(lambda a: members.leave_board(a, launch()), "board.member_left"),
    "create_group": Deed(
        lambda a, **more: groups.create_group(a, workspace(), new_group_name(), **more),
        "group.created",
        by="ada",
        repeats=True,
    ),
    "rename_group": Deed(
        lambda a: groups.rename_group(a, group("Design", "Drawing"), "Drawing"), "group.renamed", by="ada"
    ),
    "delete_group": Deed(lambda a: groups.delete_group(a, group("Design")), "group.deleted", by="ada"),
    "set_group_members": Deed(
        lambda a: groups.set_group_members(a, group("Design"), [person("edgar").user]), "group.filled", by="ada"
    ),
    "add_board_group": Deed(
        lambda a: groups.add_board_group(a, launch(), group("Design"), "member"), "board.group_added", by="ada"
    ),
    "remove_board_group": Deed(
        lambda a: groups.remove_board_group(a, launch(), group("Print")), "board.group_removed", by="ada"
    ),
    "create_lists": Deed(
        lambda a, **more: lists.create_lists(a, launch(), ["Later", "Never"], **more), "list.created", repeats=True
    ),
    "rename_list": Deed(lambda a: lists.rename_list(a, done(), "Over"), "list.renamed", needs=(done,)),
    "limit_list": Deed(lambda a: lists.limit_list(a, todo(), 3), "list.limited", needs=(todo,)),
    "edit_list": Deed(lambda a: lists.edit_list(a, doing(), name="Doing", limit=2), "list.limited", needs=(doing,)),
    "move_list": Deed(lambda a: positions.move_list(a, todo()), "list.moved", needs=(todo,)),
    "archive_list": Deed(lambda a: states.archive_list(a, todo()), "list.archived", needs=(todo,)),
    "reopen_list": Deed(lambda a: states.reopen_list(a, named("Old")), "list.reopened", needs=(lambda: named("Old"),)),
    "delete_list": Deed(lambda a: states.delete_list(a, todo()), "list.deleted"),
    "restore_list": Deed(lambda a: states.restore_list(a, named("Gone")), "list.restored"),
    "create_cards": Deed(
        lambda a, **more: cards.create_cards(a, todo(), [cards.NewCard("New", "Text.", ["a", "b"])], **more),
        "card.created",
        repeats=True,
        needs=(todo,),
    ),
    "copy_card": Deed(
        lambda a, **more: copies.copy_card(
            a,
            report(),
            to=doing(),
            title="Copied",
            keep=("labels", "people", "checklists", "attachments", "comments"),
            **more,
        ),
        "card.copied",
        repeats=True,
        needs=(report, doing),
    ),
    "rename_card": Deed(lambda a: cards.rename_card(a, poster(), "Paint the poster"), "card.renamed", needs=(poster,)),
    "describe_card": Deed(lambda a: cards.describe_card(a, report(), "New"), "card.described", needs=(report,)),
    "edit_card": Deed(
        lambda a: cards.edit_card(a, report(), title="Write the report", description="New"),
        "card.described",
        needs=(report,),
    ),
    "tick_box": Deed(lambda a: cards.tick_box(a, report(), 0, ticked=True), "card.described", needs=(report,)),
    "cover_card": Deed(lambda a: cards.cover_card(a, report(), "red"), "card.covered", needs=(report,)),
    "move_card": Deed(
        lambda a: positions.move_card(a, report(), to=doing(), before=poster()),
        "card.moved",
        needs=(report, doing),
    ),
    "archive_card": Deed(lambda a: states.archive_card(a, report()), "card.archived", needs=(report,)),
    "reopen_card": Deed(lambda a: states.reopen_card(a, put_away()), "card.reopened", needs=(put_away, todo)),
    "delete_card": Deed(lambda a: states.delete_card(a, report()), "card.deleted"),
    "restore_card": Deed(lambda a: states.restore_card(a, card("Thrown away")), "card.restored", needs=(todo,)),
    "complete_card": Deed(lambda a: states.complete_card(a, report()), "card.completed", needs=(report,)),
    "resume_card": Deed(lambda a: states.resume_card(a, poster()), "card.resumed", needs=(poster,)),
    "schedule_card": Deed(
        lambda a: dates.schedule_card(a, report(), due_at=DUE, start_at=DUE), "card.scheduled", needs=(report,)
    ),
    "assign_card": Deed(
        lambda a: assignments.assign_card(a, report(), person("edgar").user), "card.assigned", needs=(report,)
    ),
    "unassign_card": Deed(
        lambda a: assignments.unassign_card(a, report(), person("ada").user), "card.assigned", needs=(report,)
    ),
    "set_assignees": Deed(
        lambda a: assignments.set_assignees(a, report(), [person("grace").user]), "card.assigned", needs=(report,)
    ),
    "watch_card": Deed(lambda a: assignments.watch_card(a, report()), "card.watched", needs=(report,)),
    "create_label": Deed(
        lambda a, **more: labels.create_label(a, launch(), name="new", color="teal", **more),
        "label.created",
        repeats=True,
    ),
    "create_label_for": Deed(
        lambda a, **more: labels.create_label_for(a, report(), name="new", color="teal", **more),
        "card.labelled",
        repeats=True,
        needs=(report,),
    ),
    "edit_label": Deed(lambda a: labels.edit_label(a, bug(), name="bug", color="pink"), "label.edited", needs=(bug,)),
    "delete_label": Deed(lambda a: labels.delete_label(a, bug()), "label.deleted"),
    "label_card": Deed(lambda a: labels.label_card(a, report(), feature()), "card.labelled", needs=(report, feature)),
    "unlabel_card": Deed(lambda a: labels.unlabel_card(a, report(), bug()), "card.labelled", needs=(report,)),
    "set_labels": Deed(lambda a: labels.set_labels(a, report(), [feature()]), "card.labelled", needs=(report, feature)),
    "create_checklist": Deed(
        lambda a, **more: checklists.create_checklist(a, report(), "New", **more),
        "checklist.created",
        repeats=True,
        needs=(report,),
    ),
    "rename_checklist": Deed(
        lambda a: checklists.rename_checklist(a, steps(), "Parts"),
        "checklist.renamed",
        needs=(report, steps),
    ),
    "move_checklist": Deed(
        lambda a: positions.move_checklist(a, more(), before=steps()), "checklist.moved", needs=(report, more)
    ),
    "delete_checklist": Deed(lambda a: checklists.delete_checklist(a, steps()), "checklist.deleted"),
    "create_items": Deed(
        lambda a, **kept: checklists.create_items(a, more(), ["Three", "Four"], **kept),
        "item.created",
        repeats=True,
        needs=(report, more),
    ),
    "edit_item": Deed(
        lambda a: checklists.edit_item(a, first(), "First"),
        "item.edited",
        needs=(report, first),
    ),
    "complete_item": Deed(lambda a: checklists.complete_item(a, first()), "item.completed", needs=(report, first)),
    "resume_item": Deed(lambda a: checklists.resume_item(a, second()), "item.resumed", needs=(report, second)),
    "move_item": Deed(lambda a: positions.move_item(a, first(), to=more()), "item.moved", needs=(report, first, more)),
    "delete_item": Deed(lambda a: checklists.delete_item(a, first()), "item.deleted"),
    "create_comment": Deed(
        lambda a, **more: comments.create_comment(a, report(), "Hello.", **more),
        "comment.created",
        repeats=True,
        needs=(report,),
    ),
    "edit_comment": Deed(
        lambda a: comments.edit_comment(a, comment(), "Better."), "comment.edited", needs=(report, comment)
    ),
    "delete_comment": Deed(lambda a: comments.delete_comment(a, comment()), "comment.deleted"),
    "attach_link": Deed(
        lambda a, **more: attachments.attach_link(a, report(), "https://example.org/b", **more),
        "attachment.created",
        repeats=True,
        needs=(report,),
    ),
    "edit_attachment": Deed(
        lambda a: attachments.edit_attachment(a, link(), title="A"), "attachment.edited", needs=(report, link)
    ),
    "delete_attachment": Deed(lambda a: attachments.delete_attachment(a, link()), "attachment.deleted"),
}

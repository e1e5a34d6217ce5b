"""An event as one sentence: what was done, in the words of a toast and of the activity list."""

from collections.abc import Callable
from typing import Any

from kanban.models import Event
from kanban.render.roles import role_word
from kanban.render.words import gettext as _
from kanban.render.words import ngettext

Words = Callable[[dict[str, Any]], str]


def notice(event: Event) -> str:
    """What one has just done oneself: «Archived “Pay rent”»."""
    said = _NOTICES[event.action](event.detail)
    if event.is_undo:
        return _("Undone: %(what)s", what=said)
    if event.is_redo:
        return _("Done again: %(what)s", what=said)
    return said


def line(event: Event) -> str:
    """What somebody did, to stand after their name: «archived “Pay rent”»."""
    said = _LINES[event.action](event.detail)
    if event.is_undo:
        return _("undid: %(what)s", what=said)
    if event.is_redo:
        return _("did again: %(what)s", what=said)
    return said


def offers_undo(event: Event) -> bool:
    """Whether the toast of an event should offer to take it back."""
    return event.id is not None and event.may_be_undone


def _q(detail: dict[str, Any], name: str = "name") -> str:
    return str(detail.get(name) or "")


def _moved_notice(d: dict[str, Any]) -> str:
    if d.get("gone"):
        return _("Moved “%(name)s” to another board", name=_q(d))
    if d.get("to_board"):
        return _("Moved “%(name)s” to %(to)s on %(board)s", name=_q(d), to=_q(d, "to"), board=_q(d, "to_board"))
    if d.get("same_list"):
        return _("Moved “%(name)s” within %(to)s", name=_q(d), to=_q(d, "to"))
    return _("Moved “%(name)s” to %(to)s", name=_q(d), to=_q(d, "to"))


def _moved_line(d: dict[str, Any]) -> str:
    if d.get("gone"):
        return _("moved “%(name)s” from %(before)s to another board", name=_q(d), before=_q(d, "from"))
    if d.get("to_board"):
        return _("moved “%(name)s” from another board to %(to)s", name=_q(d), to=_q(d, "to"))
    if d.get("same_list"):
        return _("moved “%(name)s” within %(to)s", name=_q(d), to=_q(d, "to"))
    return _("moved “%(name)s” from %(before)s to %(to)s", name=_q(d), before=_q(d, "from"), to=_q(d, "to"))


def _many(d: dict[str, Any]) -> int:
    return int(d.get("count") or 1)


def _created_notice(d: dict[str, Any]) -> str:
    if _many(d) > 1:
        return ngettext(
            "Added %(num)d card to %(list)s", "Added %(num)d cards to %(list)s", _many(d), list=_q(d, "list")
        )
    return _("Added “%(name)s”", name=_q(d))


def _created_line(d: dict[str, Any]) -> str:
    if _many(d) > 1:
        return ngettext(
            "added %(num)d card to %(list)s", "added %(num)d cards to %(list)s", _many(d), list=_q(d, "list")
        )
    return _("added “%(name)s” to %(list)s", name=_q(d), list=_q(d, "list"))


def _several(d: dict[str, Any], one: Words, many: Words) -> str:
    return many(d) if _many(d) > 1 else one(d)


def _joined(names: Any) -> str:
    return ", ".join(str(name) for name in names or ())


def _set_notice(d: dict[str, Any]) -> str:
    added, removed = _joined(d.get("added")), _joined(d.get("removed"))
    if added and removed:
        return _("Added %(added)s and removed %(removed)s", added=added, removed=removed)
    if added:
        return _("Added %(added)s", added=added)
    return _("Removed %(removed)s", removed=removed)


def _set_line(d: dict[str, Any]) -> str:
    added, removed = _joined(d.get("added")), _joined(d.get("removed"))
    if added and removed:
        return _("added %(added)s to “%(name)s” and removed %(removed)s", added=added, removed=removed, name=_q(d))
    if added:
        return _("added %(added)s to “%(name)s”", added=added, name=_q(d))
    return _("removed %(removed)s from “%(name)s”", removed=removed, name=_q(d))


def _limited(d: dict[str, Any]) -> str:
    if d.get("limit"):
        return _("Set the limit of %(name)s to %(limit)s", name=_q(d), limit=d["limit"])
    return _("Took the limit off %(name)s", name=_q(d))


def _limited_line(d: dict[str, Any]) -> str:
    if d.get("limit"):
        return _("set the limit of %(name)s to %(limit)s", name=_q(d), limit=d["limit"])
    return _("took the limit off %(name)s", name=_q(d))


def _role(d: dict[str, Any]) -> str:
    return role_word(_q(d, "role"))


def _role_notice(d: dict[str, Any]) -> str:
    return _("Role changed: %(person)s is %(role)s now", person=_q(d, "person"), role=_role(d))


_NOTICES: dict[str, Words] = {
    "user.registered": lambda d: _("Account made"),
    "user.edited": lambda d: _("Profile changed"),
    "user.address_changed": lambda d: _("Address changed"),
    "user.erased": lambda d: _("Account deleted"),
    "user.disabled": lambda d: _("Disabled %(name)s, and signed them out everywhere", name=_q(d)),
    "user.enabled": lambda d: _("Enabled %(name)s: they may sign in again", name=_q(d)),
    "user.promoted": lambda d: _("Made %(name)s an admin of the site", name=_q(d)),
    "user.demoted": lambda d: _("Ended the admin role of %(name)s", name=_q(d)),
    "workspace.created": lambda d: _("Made the workspace “%(name)s”", name=_q(d)),
    "workspace.deleted": lambda d: _("Deleted the workspace “%(name)s”", name=_q(d)),
    "workspace.renamed": lambda d: _("Renamed the workspace to “%(name)s”", name=_q(d)),
    "workspace.member_added": lambda d: _("Added %(person)s", person=_q(d, "person")),
    "workspace.member_joined": lambda d: _("Welcome to “%(name)s”", name=_q(d)),
    "workspace.role_changed": _role_notice,
    "workspace.member_removed": lambda d: _("Removed %(person)s", person=_q(d, "person")),
    "workspace.member_left": lambda d: _("You have left the workspace"),
    "group.created": lambda d: _("Made the group “%(name)s”", name=_q(d)),
    "group.renamed": lambda d: _("Renamed the group to “%(name)s”", name=_q(d)),
    "group.deleted": lambda d: _("Deleted the group “%(name)s”", name=_q(d)),
    "group.filled": _set_notice,
    "board.created": lambda d: _("Made the board “%(name)s”", name=_q(d)),
    "board.imported": lambda d: _("Imported the board “%(name)s”", name=_q(d)),
    "board.updated_from_source": lambda d: _("Updated “%(name)s” from the file", name=_q(d)),
    "board.renamed": lambda d: _("Renamed the board to “%(name)s”", name=_q(d)),
    "board.edited": lambda d: _("Changed the settings of “%(name)s”", name=_q(d)),
    "board.archived": lambda d: _("Archived the board “%(name)s”", name=_q(d)),
    "board.reopened": lambda d: _("Reopened the board “%(name)s”", name=_q(d)),
    "board.deleted": lambda d: _("Deleted the board “%(name)s”", name=_q(d)),
    "board.restored": lambda d: _("Restored the board “%(name)s”", name=_q(d)),
    "board.member_added": lambda d: _("Added %(person)s", person=_q(d, "person")),
    "board.member_joined": lambda d: _("Welcome to “%(name)s”", name=_q(d)),
    "board.role_changed": _role_notice,
    "board.member_removed": lambda d: _("Removed %(person)s", person=_q(d, "person")),
    "board.member_left": lambda d: _("You have left the board"),
    "board.group_added": lambda d: _("Added the group “%(name)s”", name=_q(d)),
    "board.group_changed": lambda d: _("The group “%(name)s” is now %(role)s", name=_q(d), role=_role(d)),
    "board.group_removed": lambda d: _("Took the group “%(name)s” off the board", name=_q(d)),
    "list.created": lambda d: _several(
        d,
        lambda d: _("Added the list “%(name)s”", name=_q(d)),
        lambda d: ngettext("Added %(num)d list", "Added %(num)d lists", _many(d)),
    ),
    "list.renamed": lambda d: _("Renamed the list to “%(name)s”", name=_q(d)),
    "list.limited": _limited,
    "list.moved": lambda d: _("Moved the list “%(name)s”", name=_q(d)),
    "list.archived": lambda d: _("Archived the list “%(name)s”", name=_q(d)),
    "list.reopened": lambda d: _("Reopened the list “%(name)s”", name=_q(d)),
    "list.deleted": lambda d: _("Deleted the list “%(name)s”", name=_q(d)),
    "list.restored": lambda d: _("Restored the list “%(name)s”", name=_q(d)),
    "card.created": _created_notice,
    "card.copied": lambda d: _("Copied to “%(name)s”", name=_q(d)),
    "card.renamed": lambda d: _("Renamed to “%(name)s”", name=_q(d)),
    "card.described": lambda d: _("Changed the description of “%(name)s”", name=_q(d)),
    "card.moved": _moved_notice,
    "card.archived": lambda d: _("Archived “%(name)s”", name=_q(d)),
    "card.reopened": lambda d: _("Reopened “%(name)s”", name=_q(d)),
    "card.deleted": lambda d: _("Deleted “%(name)s”", name=_q(d)),
    "card.restored": lambda d: _("Restored “%(name)s”", name=_q(d)),
    "card.completed": lambda d: _("Marked “%(name)s” as done", name=_q(d)),
    "card.resumed": lambda d: _("Marked “%(name)s” as not done", name=_q(d)),
    "card.scheduled": lambda d: (
        _("Set the date of “%(name)s”", name=_q(d)) if d.get("due") else _("Took the date off “%(name)s”", name=_q(d))
    ),
    "card.covered": lambda d: _("Changed the cover of “%(name)s”", name=_q(d)),
    "card.labelled": _set_notice,
    "card.assigned": _set_notice,
    "card.watched": lambda d: (
        _("Watching “%(name)s”", name=_q(d)) if d.get("watching") else _("No longer watching “%(name)s”", name=_q(d))
    ),
    "label.created": lambda d: _("Made the label “%(name)s”", name=_q(d) or _q(d, "color")),
    "label.edited": lambda d: _("Changed the label “%(name)s”", name=_q(d) or _q(d, "color")),
    "label.deleted": lambda d: _("Deleted the label “%(name)s”", name=_q(d) or _q(d, "color")),
    "checklist.created": lambda d: _("Added the checklist “%(name)s”", name=_q(d)),
    "checklist.renamed": lambda d: _("Renamed the checklist to “%(name)s”", name=_q(d)),
    "checklist.moved": lambda d: _("Moved the checklist “%(name)s”", name=_q(d)),
    "checklist.deleted": lambda d: _("Deleted the checklist “%(name)s”", name=_q(d)),
    "item.created": lambda d: _several(
        d,
        lambda d: _("Added “%(name)s”", name=_q(d)),
        lambda d: ngettext("Added %(num)d item", "Added %(num)d items", _many(d)),
    ),
    "item.edited": lambda d: _("Changed the item to “%(name)s”", name=_q(d)),
    "item.completed": lambda d: _("Ticked “%(name)s”", name=_q(d)),
    "item.resumed": lambda d: _("Cleared “%(name)s”", name=_q(d)),
    "item.moved": lambda d: _("Moved “%(name)s”", name=_q(d)),
    "item.deleted": lambda d: _("Deleted “%(name)s”", name=_q(d)),
    "comment.created": lambda d: _("Commented on “%(card)s”", card=_q(d, "card")),
    "comment.edited": lambda d: _("Changed your comment"),
    "comment.deleted": lambda d: _("Deleted the comment"),
    "attachment.created": lambda d: _("Attached “%(name)s”", name=_q(d)),
    "attachment.edited": lambda d: _("Renamed the attachment to “%(name)s”", name=_q(d)),
    "attachment.deleted": lambda d: _("Removed the attachment “%(name)s”", name=_q(d)),
}

_LINES: dict[str, Words] = {
    "user.registered": lambda d: _("made an account"),
    "user.edited": lambda d: _("changed their profile"),
    "user.erased": lambda d: _("deleted the account"),
    "user.address_changed": lambda d: _("changed the address of the account"),
    "user.disabled": lambda d: _("disabled the account of %(name)s", name=_q(d)),
    "user.enabled": lambda d: _("enabled the account of %(name)s again", name=_q(d)),
    "user.promoted": lambda d: _("made %(name)s an admin of the site", name=_q(d)),
    "user.demoted": lambda d: _("ended that %(name)s is an admin of the site", name=_q(d)),
    "workspace.created": lambda d: _("made the workspace “%(name)s”", name=_q(d)),
    "workspace.deleted": lambda d: _("deleted the workspace “%(name)s”", name=_q(d)),
    "workspace.renamed": lambda d: _(
        "renamed the workspace from “%(before)s” to “%(name)s”", before=_q(d, "before"), name=_q(d)
    ),
    "workspace.member_added": lambda d: _("added %(person)s to the workspace", person=_q(d, "person")),
    "workspace.member_joined": lambda d: _("joined the workspace as %(role)s", role=_role(d)),
    "workspace.role_changed": lambda d: _(
        "made %(person)s %(role)s of the workspace", person=_q(d, "person"), role=_role(d)
    ),
    "workspace.member_removed": lambda d: _("removed %(person)s from the workspace", person=_q(d, "person")),
    "workspace.member_left": lambda d: _("left the workspace"),
    "group.created": lambda d: _("made the group “%(name)s”", name=_q(d)),
    "group.renamed": lambda d: _("renamed the group “%(before)s” to “%(name)s”", before=_q(d, "before"), name=_q(d)),
    "group.deleted": lambda d: _("deleted the group “%(name)s”", name=_q(d)),
    "group.filled": _set_line,
    "board.created": lambda d: _("made the board “%(name)s”", name=_q(d)),
    "board.imported": lambda d: _("imported the board “%(name)s”", name=_q(d)),
    "board.updated_from_source": lambda d: _("updated “%(name)s” from a file", name=_q(d)),
    "board.renamed": lambda d: _(
        "renamed the board from “%(before)s” to “%(name)s”", before=_q(d, "before"), name=_q(d)
    ),
    "board.edited": lambda d: _("changed the settings of the board"),
    "board.archived": lambda d: _("archived the board"),
    "board.reopened": lambda d: _("reopened the board"),
    "board.deleted": lambda d: _("deleted the board"),
    "board.restored": lambda d: _("restored the board"),
    "board.member_added": lambda d: _("added %(person)s to the board", person=_q(d, "person")),
    "board.member_joined": lambda d: _("joined the board as %(role)s", role=_role(d)),
    "board.role_changed": lambda d: _("made %(person)s %(role)s of the board", person=_q(d, "person"), role=_role(d)),
    "board.member_removed": lambda d: _("took %(person)s off the board", person=_q(d, "person")),
    "board.member_left": lambda d: _("left the board"),
    "board.group_added": lambda d: _("added the group “%(name)s” as %(role)s", name=_q(d), role=_role(d)),
    "board.group_changed": lambda d: _("made the group “%(name)s” %(role)s", name=_q(d), role=_role(d)),
    "board.group_removed": lambda d: _("took the group “%(name)s” off the board", name=_q(d)),
    "list.created": lambda d: _several(
        d,
        lambda d: _("added the list “%(name)s”", name=_q(d)),
        lambda d: ngettext("added %(num)d list", "added %(num)d lists", _many(d)),
    ),
    "list.renamed": lambda d: _("renamed the list “%(before)s” to “%(name)s”", before=_q(d, "before"), name=_q(d)),
    "list.limited": _limited_line,
    "list.moved": lambda d: _("moved the list “%(name)s”", name=_q(d)),
    "list.archived": lambda d: _("archived the list “%(name)s”", name=_q(d)),
    "list.reopened": lambda d: _("reopened the list “%(name)s”", name=_q(d)),
    "list.deleted": lambda d: _("deleted the list “%(name)s”", name=_q(d)),
    "list.restored": lambda d: _("restored the list “%(name)s”", name=_q(d)),
    "card.created": _created_line,
    "card.copied": lambda d: _("copied a card to “%(name)s” in %(list)s", name=_q(d), list=_q(d, "list")),
    "card.renamed": lambda d: _("renamed “%(before)s” to “%(name)s”", before=_q(d, "before"), name=_q(d)),
    "card.described": lambda d: _("changed the description of “%(name)s”", name=_q(d)),
    "card.moved": _moved_line,
    "card.archived": lambda d: _("archived “%(name)s”", name=_q(d)),
    "card.reopened": lambda d: _("reopened “%(name)s”", name=_q(d)),
    "card.deleted": lambda d: _("deleted “%(name)s”", name=_q(d)),
    "card.restored": lambda d: _("restored “%(name)s”", name=_q(d)),
    "card.completed": lambda d: _("marked “%(name)s” as done", name=_q(d)),
    "card.resumed": lambda d: _("marked “%(name)s” as not done", name=_q(d)),
    "card.scheduled": lambda d: (
        _("set the date of “%(name)s”", name=_q(d)) if d.get("due") else _("took the date off “%(name)s”", name=_q(d))
    ),
    "card.covered": lambda d: _("changed the cover of “%(name)s”", name=_q(d)),
    "card.labelled": _set_line,
    "card.assigned": _set_line,
    "card.watched": lambda d: (
        _("began to watch “%(name)s”", name=_q(d))
        if d.get("watching")
        else _("stopped watching “%(name)s”", name=_q(d))
    ),
    "label.created": lambda d: _("made the label “%(name)s”", name=_q(d) or _q(d, "color")),
    "label.edited": lambda d: _(
        "changed the label “%(before)s” to “%(name)s”", before=_q(d, "before"), name=_q(d) or _q(d, "color")
    ),
    "label.deleted": lambda d: _("deleted the label “%(name)s”", name=_q(d) or _q(d, "color")),
    "checklist.created": lambda d: _("added the checklist “%(name)s” to “%(card)s”", name=_q(d), card=_q(d, "card")),
    "checklist.renamed": lambda d: _("renamed a checklist of “%(card)s” to “%(name)s”", name=_q(d), card=_q(d, "card")),
    "checklist.moved": lambda d: _("moved the checklist “%(name)s” of “%(card)s”", name=_q(d), card=_q(d, "card")),
    "checklist.deleted": lambda d: _("deleted the checklist “%(name)s” of “%(card)s”", name=_q(d), card=_q(d, "card")),
    "item.created": lambda d: _several(
        d,
        lambda d: _("added “%(name)s” to a checklist of “%(card)s”", name=_q(d), card=_q(d, "card")),
        lambda d: ngettext(
            "added %(num)d item to a checklist of “%(card)s”",
            "added %(num)d items to a checklist of “%(card)s”",
            _many(d),
            card=_q(d, "card"),
        ),
    ),
    "item.edited": lambda d: _("changed the item “%(before)s” to “%(name)s”", before=_q(d, "before"), name=_q(d)),
    "item.completed": lambda d: _("ticked “%(name)s” on “%(card)s”", name=_q(d), card=_q(d, "card")),
    "item.resumed": lambda d: _("cleared “%(name)s” on “%(card)s”", name=_q(d), card=_q(d, "card")),
    "item.moved": lambda d: _("moved the item “%(name)s” on “%(card)s”", name=_q(d), card=_q(d, "card")),
    "item.deleted": lambda d: _("deleted the item “%(name)s” on “%(card)s”", name=_q(d), card=_q(d, "card")),
    "comment.created": lambda d: _("commented on “%(card)s”", card=_q(d, "card")),
    "comment.edited": lambda d: _("changed a comment on “%(card)s”", card=_q(d, "card")),
    "comment.deleted": lambda d: _("deleted a comment on “%(card)s”", card=_q(d, "card")),
    "attachment.created": lambda d: _("attached “%(name)s” to “%(card)s”", name=_q(d), card=_q(d, "card")),
    "attachment.edited": lambda d: _(
        "renamed an attachment of “%(card)s” to “%(name)s”", name=_q(d), card=_q(d, "card")
    ),
    "attachment.deleted": lambda d: _(
        "removed the attachment “%(name)s” from “%(card)s”", name=_q(d), card=_q(d, "card")
    ),
}

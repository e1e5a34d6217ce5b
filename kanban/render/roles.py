"""Roles in words: as in "joined the board as member"."""

from kanban.render.words import gettext as _

_BOARD, _WORKSPACE = "board", "workspace"


def role_word(role: str) -> str:
    """The name of a role, in the language of the request; what is none stays as it is."""
    words = {
        "observer": _("observer"),
        "guest": _("guest"),
        "member": _("member"),
        "admin": _("admin"),
        "owner": _("owner"),
    }
    return words.get(role, role)


def role_means(role: str, place: str) -> str:
    """What one may do with a role, for whoever chooses one."""
    words = {
        (_BOARD, "observer"): _("Observer: reads"),
        (_BOARD, "member"): _("Member: works with cards and lists"),
        (_BOARD, "admin"): _("Admin: also settings and people"),
        (_WORKSPACE, "guest"): _("Guest: only the boards they are added to"),
        (_WORKSPACE, "member"): _("Member: open boards, and makes new ones"),
        (_WORKSPACE, "admin"): _("Admin: also people, groups and settings"),
        (_WORKSPACE, "owner"): _("Owner: also who owns the workspace"),
    }
    return words.get((place, role), role_word(role))

"""The receipt in sentences: what comes, what is mapped, what cannot be had and why."""

from typing import Any

from flask_babel import gettext as _

from kanban.transfer.trello.notices.coming import coming
from kanban.transfer.trello.notices.lines import Line
from kanban.transfer.trello.notices.mapped import mapped
from kanban.transfer.trello.notices.missing import missing
from kanban.transfer.trello.notices.updated import updated


def what_comes(counts: dict[str, Any]) -> list[Line]:
    return list(coming(counts))


def what_is_mapped(counts: dict[str, Any], notes: dict[str, Any]) -> list[Line]:
    """What arrives in another shape than it had."""
    return list(mapped(counts, notes))


def what_is_missing(counts: dict[str, Any], notes: dict[str, Any]) -> list[Line]:
    """What does not arrive, or does not show yet, each with the reason."""
    return list(missing(counts, notes))


def what_was_updated(told: dict[str, Any]) -> list[Line]:
    """What a second import has changed on the board that was there."""
    return list(updated(told)) or [Line(_("Nothing in the file is new: the board stays as it is."))]

"""Mails: written down in the transaction that is their reason, sent after it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from kanban.models import Mail, User
from kanban.support.clock import now
from kanban.support.db import call_after_commit, db

# Mails of one kind to one person within an hour: whoever asks for more fills somebody's mailbox.
_MAILS_AN_HOUR = 5

_listeners: list[Callable[[], None]] = []


def write_mail(template: str, to: User | str, *, by: str | None = None, **context: Any) -> Mail:
    """Have a mail sent to a person or an address once the running transaction is committed.

    `template` names the two files under templates/mail, `context` the words they need: text,
    numbers and times in ISO 8601. `by` is the address it goes by, if not the person's own.
    """
    person = to if isinstance(to, User) else None
    mail = Mail(
        user_id=person.id if person is not None else None,
        to=by or (person.email if person is not None else str(to)),
        template=template,
        locale=person.locale if person is not None else "en",
        time_zone=person.time_zone if person is not None else "UTC",
        context={"name": person.name if person is not None else "", **context},
    )
    session = db.session()
    session.add(mail)
    call_after_commit(session, _announce)
    return mail


def has_had_enough(person: User, *templates: str) -> bool:
    """Whether somebody was sent as many mails of a kind within the last hour as they may be."""
    query = sa.select(sa.func.count()).where(
        Mail.user_id == person.id, Mail.template.in_(templates), Mail.created_at > now() - timedelta(hours=1)
    )
    return (db.session.scalar(query) or 0) >= _MAILS_AN_HOUR


def after_writing(listener: Callable[[], None]) -> None:
    """Have a function called after each commit with which mails were written; it must not raise."""
    if listener not in _listeners:
        _listeners.append(listener)


def _announce(_session: Any) -> None:
    for listener in _listeners:
        listener()

"""Mails: written down in the transaction that is their reason, sent after it."""

from collections.abc import Callable
from typing import Any

from kanban.models import Mail, User
from kanban.support.db import call_after_commit, db

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


def after_writing(listener: Callable[[], None]) -> None:
    """Have a function called after each commit with which mails were written; it must not raise."""
    if listener not in _listeners:
        _listeners.append(listener)


def _announce(_session: Any) -> None:
    for listener in _listeners:
        listener()

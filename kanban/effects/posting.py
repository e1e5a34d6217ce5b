"""Mails that wait are sent: each once, with pauses that grow while the server is away."""

from datetime import timedelta

import sqlalchemy as sa
import structlog

from kanban.models import Mail
from kanban.render.mails import render
from kanban.support import mailer
from kanban.support.clock import now
from kanban.support.db import db, transaction

log = structlog.get_logger(__name__)

BATCH = 20
# Whoever takes a mail has it for so long; after that it is thought dead.
_LEASE = timedelta(minutes=5)
# 1, 2, 4 … minutes, at most 4 hours: together more than three days.
_FIRST_PAUSE, _LONGEST_PAUSE, MAX_TRIES = timedelta(minutes=1), timedelta(hours=4), 26


def post_due(host: str, *, batch: int = BATCH) -> int:
    """Send what is due; how many mails that were. Without a server they stay for the admin to read."""
    if not mailer.is_set_up():
        return 0
    mails = _take(batch)
    for mail in mails:
        try:
            said = render(mail)
            mailer.send(mail.to, *said, message_id=f"<mail-{mail.id}.{mail.created_at:%Y%m%d%H%M%S}@{host}>")
        except mailer.CannotSend as error:
            _postpone(mail.id, str(error), is_final=error.is_final)
        except Exception as error:
            # One that cannot be drawn must not hold up those behind it.
            db.session.rollback()
            log.exception("mail_failed", mail_id=mail.id, template=mail.template)
            _postpone(mail.id, type(error).__name__, is_final=False)
        else:
            _done(mail.id)
    return len(mails)


def _take(batch: int) -> list[Mail]:
    """Claim due mails: two workers never have the same one at a time."""
    at = now()
    ids = list(db.session.scalars(sa.select(Mail.id).where(Mail.due_at <= at).order_by(Mail.due_at).limit(batch)))
    if not ids:
        return []
    with transaction() as session:
        taken = session.scalars(
            sa.update(Mail)
            .where(Mail.id.in_(ids), Mail.due_at <= at)
            .values(due_at=at + _LEASE, tries=Mail.tries + 1)
            .returning(Mail.id)
            .execution_options(synchronize_session=False)
        ).all()
    query = sa.select(Mail).where(Mail.id.in_(taken)).order_by(Mail.id).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def _done(mail_id: int) -> None:
    with transaction() as session:
        mail = session.get_one(Mail, mail_id, populate_existing=True)
        # The secret of a link is of no more use to us.
        mail.sent_at, mail.due_at, mail.error, mail.context = now(), None, None, {}


def _postpone(mail_id: int, error: str, *, is_final: bool) -> None:
    with transaction() as session:
        mail = session.get_one(Mail, mail_id, populate_existing=True)
        mail.error = error
        if is_final or mail.tries >= MAX_TRIES:
            mail.due_at, mail.context = None, {}
        else:
            mail.due_at = now() + min(_FIRST_PAUSE * 2 ** (mail.tries - 1), _LONGEST_PAUSE)
        tries = mail.tries
    log.warning("mail_not_sent", mail_id=mail_id, error=error, tries=tries, is_final=is_final)
